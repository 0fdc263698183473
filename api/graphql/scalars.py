"""The scalars of the schema: exact numbers as text, days, instants, lengths of time and periods.

The problem: JSON's numbers are floats in most readers, and a figure that goes before a lawyer cannot pass through one.
So exact numbers travel as text, and every other value in the one text that the documents use for it as well.

Example: the period of March 2026 is "2026-03"; an instant is "2026-04-14T10:00:00Z".

Limits: a number with no end in decimal has nine places here; where the exact one matters it stands beside it as a
fraction (`Share.exact`).
"""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import NewType, TypeVar

import strawberry
from strawberry.types.scalar import ScalarDefinition

from api.graphql.errors import InvalidInput
from domain.durations import Duration
from domain.errors import InvalidValue
from domain.instants import as_datetime, instant, isoformat, parse_date, parse_instant
from domain.money import decimal_text
from domain.periods import Period

__all__ = ["SCALARS", "DecimalText", "DurationText", "duration", "number", "optional_number"]

T = TypeVar("T")
DecimalText = NewType("DecimalText", str)
DurationText = NewType("DurationText", str)


def number(value: Fraction) -> DecimalText:
    """An exact number as decimal text."""
    return DecimalText(decimal_text(value))


def optional_number(value: Fraction | None) -> DecimalText | None:
    """An exact number as decimal text; None stays None."""
    return None if value is None else number(value)


def duration(micros: int) -> DurationText:
    """Microseconds as an ISO 8601 duration."""
    return DurationText(Duration(micros=micros).isoformat())


def _instant_text(value: datetime) -> str:
    return isoformat(instant(value))


def _reader(parse: Callable[[str], T]) -> Callable[[object], T]:
    """A reader of one kind of text, whose refusal is told to the client in its own words."""

    def read(text: object) -> T:
        try:
            return parse(str(text))
        except InvalidValue as error:
            raise InvalidInput(str(error)) from error

    return read


SCALARS: dict[object, ScalarDefinition] = {
    DecimalText: strawberry.scalar(
        name="Decimal",
        description='An exact number as text, such as "99.856481481": never a float.',
        serialize=str,
        parse_value=str,
    ),
    DurationText: strawberry.scalar(
        name="Duration",
        description='A length of time in ISO 8601, such as "PT4H" for four hours.',
        serialize=str,
        parse_value=str,
    ),
    Period: strawberry.scalar(
        name="Period",
        description=(
            'A period of whole days: a month "2026-03", a quarter "2026-Q1", a week "2026-W12", a year "2026", or '
            'a window named by the day it ends on, "2026-09-10".'
        ),
        serialize=lambda period: period.name,
        parse_value=_reader(Period.parse),
    ),
    date: strawberry.scalar(
        name="Date",
        description='A day, such as "2026-04-14", in the time zone of what it belongs to.',
        serialize=date.isoformat,
        parse_value=_reader(parse_date),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description='An instant in UTC, such as "2026-04-14T10:00:00Z".',
        serialize=_instant_text,
        parse_value=_reader(lambda text: as_datetime(parse_instant(text))),
    ),
}
"""Each value's type and how it is written: what the schema is told."""
