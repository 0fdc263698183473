"""What a step, a band or a unit is worth: a percent of the base, or an amount of money; written so that it replays.

Example: ``("percent", 5)`` of a base of 40,000 is 2,000; ``("amount", 750)`` is 750 of any base.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Protocol, TypeVar

from domain.credits.miss import Earned
from domain.errors import PrivityError
from domain.explanation import Value, rows
from domain.money import Money

__all__ = ["Priced", "earned_by", "in_percent", "numbers", "rows", "written"]


class InDays(Protocol):
    """Anything that may cost days of service."""

    @property
    def days(self) -> Fraction | None:
        """So many days' charges of the period."""


Dated = TypeVar("Dated", bound=InDays)


def in_percent(step: Dated, days: Fraction) -> Dated:
    """A step that costs days of service as one that costs a percent of the charges of so many days."""
    if step.days is None:
        return step
    # Steps are dataclasses, each of its own; the protocol cannot say that replace gives the same one.
    changed: Dated = replace(step, percent=100 * step.days / days, days=None)  # type: ignore[type-var]
    return changed


class Priced(Protocol):
    """Anything that costs exactly one of a percent and an amount."""

    @property
    def percent(self) -> Fraction | None:
        """Percent of the base."""

    @property
    def amount(self) -> Money | None:
        """An amount of money."""


def earned_by(priced: Priced, times: Fraction = Fraction(1)) -> Earned:
    """What something that costs a percent or an amount gives, so many times."""
    if priced.amount is not None:
        return Earned(None, priced.amount.fraction * times)
    return Earned((priced.percent or Fraction(0)) * times)


def written(priced: Priced) -> tuple[Value, Value]:
    """Its price as two terms: percent or amount, and the number."""
    if priced.amount is not None:
        return "amount", priced.amount.fraction
    return "percent", priced.percent or Fraction(0)


def read(kind: Value, worth: Value, times: Fraction = Fraction(1)) -> Earned:
    """What two such terms give."""
    if not isinstance(worth, Fraction):
        raise PrivityError(f"A price is a number, not {worth!r}.")
    return Earned(worth * times) if kind == "percent" else Earned(None, worth * times)


def added(parts: list[Earned]) -> Earned:
    """What several parts give together; a percent as long as one of them has one."""
    percents = [part.percent for part in parts if part.percent is not None]
    fixed = sum((part.fixed for part in parts), start=Fraction(0))
    return Earned(sum(percents, start=Fraction(0)) if percents or not parts else None, fixed)


def numbers(row: tuple[Value, ...]) -> tuple[Fraction, ...]:
    """The numbers of a row."""
    if not all(isinstance(each, Fraction) for each in row):
        raise PrivityError(f"A row must be of numbers, not {row!r}.")
    return tuple(each for each in row if isinstance(each, Fraction))
