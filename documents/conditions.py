"""Conditions of termination rights, and of credits that fall due only under one.

The problem: "three misses in six months, or two months at the cap" is a clause that a program has to read without ever
running text as a program. Each condition is one shape with its own numbers; ``any`` and ``all`` nest them.

Example: ``when: {any: [{misses: 3, of: availability, within: P6M}, {creditsAtCap: 2, within: P6M}]}``.

Limits: conditions are read and kept; what they come to is worked out where rights are settled.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from documents.scalars import Flag, Number, OutageLength, Reference, Span, Text, WholeNumber, refuse
from documents.terms import Bounded, PercentOrAmount, Term, by_shape, shaped
from domain.durations import Duration

__all__ = ["ConditionText", "WholeDays"]


def _in_whole_days(length: Duration) -> Duration:
    if length.micros or not (length.days or length.months):
        refuse(f"{length} is not in whole days", "Write a length in days or months, like P30D or P6M")
    return length


WholeDays = Annotated[Span, AfterValidator(_in_whole_days)]
"""A length that moves a date: in days or months."""


def _at_least_one(count: int) -> int:
    if count < 1:
        refuse("0 is no number of failures", "Write 1 or more")
    return count


Count = Annotated[WholeNumber, AfterValidator(_at_least_one)]
"""How many are needed."""


class AnyCondition(Term):
    """Holds where one of its parts holds."""

    any: tuple["ConditionText", ...] = Field(description="One of these is enough")

    @model_validator(mode="after")
    def _has_parts(self) -> Self:
        if not self.any:
            refuse("any has no parts", "Write at least one condition")
        return self


class AllConditions(Term):
    """Holds where all of its parts hold."""

    all: tuple["ConditionText", ...] = Field(description="All of these are needed")

    @model_validator(mode="after")
    def _has_parts(self) -> Self:
        if not self.all:
            refuse("all has no parts", "Write at least one condition")
        return self


class _OfLevel(Term):
    """A condition on one service level, or on all of them."""

    of: Reference | None = Field(
        None, description="The service level; default: each that carries the condition"
    )
    against: Literal["target", "minimum"] = Field(
        "target", description="Whether a period is missed against the target or against the minimum"
    )
    value: Bounded | None = Field(None, description="Only periods whose value satisfies this count")


class MissesCondition(_OfLevel):
    """So many missed periods within a run of periods."""

    misses: Count = Field(description="At least so many missed periods")
    within: WholeDays | None = Field(
        None, description="In so many consecutive periods, like P6M; default: in the term"
    )


class ConsecutiveCondition(_OfLevel):
    """So many missed periods in a row."""

    consecutive: Count = Field(description="So many missed periods in a row")
    within: WholeDays | None = Field(
        None, description="In so many consecutive periods, like P6M; default: in the term"
    )


class ValueCondition(_OfLevel):
    """A period whose value is bad enough alone."""

    value: Bounded = Field(description="The period's value satisfies this")


class CreditsCondition(Term):
    """Months whose credits are large."""

    credits: "CreditsOf" = Field(description="The credits of a month reach this")
    months: Count = Field(1, description="In at least so many months")
    within: WholeDays | None = Field(None, description="Within so many consecutive months, like P4M")


class CreditsOf(PercentOrAmount):
    """How large the credits of a month are: a percent of the month's charges, or an amount."""

    of: Literal["service", "agreement", "annual", "monthly"] = Field(
        "agreement", description="Whose charges the percent is of"
    )


class CreditsAtCapCondition(Term):
    """Months whose credits reach the monthly cap."""

    credits_at_cap: Count = Field(alias="creditsAtCap", description="In at least so many months")
    within: WholeDays | None = Field(None, description="Within so many consecutive months, like P6M")


class PointsCondition(Term):
    """Service points that add up."""

    points: Number = Field(description="The service points add up to at least this")
    within: WholeDays | None = Field(None, description="Within so many consecutive months, like P3M")


class MoreThanCount(Term):
    """Strictly more than a number."""

    more_than: WholeNumber = Field(alias="moreThan", description="Strictly more than this")


class MoreThanNumber(Term):
    """Strictly more than a number, which may have decimals."""

    more_than: Number = Field(alias="moreThan", description="Strictly more than this")


class OutagesCondition(Term):
    """More outages than so many in any run of days."""

    outages: MoreThanCount = Field(description="How many outages began")
    within: WholeDays = Field(description="In any so many consecutive days, like P30D")
    of: Reference | None = Field(None, description="The service level whose service is meant")
    longer_than: OutageLength = Field(
        0, alias="longerThan", description="Only outages strictly longer than this count"
    )


class OutageHoursCondition(Term):
    """More hours of outage than so many in any run of days."""

    outage_hours: MoreThanNumber = Field(
        alias="outageHours", description="How many hours of outage, clipped to the days"
    )
    within: WholeDays = Field(description="In any so many consecutive days, like P30D")
    of: Reference | None = Field(None, description="The service level whose service is meant")


class AverageCondition(Term):
    """The mean of the last periods' values."""

    average: Bounded = Field(description="The mean of the values satisfies this")
    of: Reference | None = Field(None, description="The service level")
    over: WholeDays = Field(description="Over so many consecutive periods, like P3M")


class ConvenienceCondition(Term):
    """No cause is needed."""

    convenience: Flag = Field(description="true: the agreement may be ended without a cause")


class EventCondition(Term):
    """Something that happens outside the service levels."""

    event: Text = Field(description="The event, like change_of_control; events are recorded decisions")


_SHAPES = (
    "any",
    "all",
    "misses",
    "consecutive",
    "credits",
    "creditsAtCap",
    "points",
    "outages",
    "outageHours",
    "average",
    "convenience",
    "event",
    "value",
)


def _choose_condition(data: Any) -> str | None:  # noqa: ANN401 - raw text
    return next((shape for shape in _SHAPES if shape in data), None) if isinstance(data, dict) else None


ConditionText = Annotated[
    Annotated[AnyCondition, shaped("any")]
    | Annotated[AllConditions, shaped("all")]
    | Annotated[MissesCondition, shaped("misses")]
    | Annotated[ConsecutiveCondition, shaped("consecutive")]
    | Annotated[CreditsCondition, shaped("credits")]
    | Annotated[CreditsAtCapCondition, shaped("creditsAtCap")]
    | Annotated[PointsCondition, shaped("points")]
    | Annotated[OutagesCondition, shaped("outages")]
    | Annotated[OutageHoursCondition, shaped("outageHours")]
    | Annotated[AverageCondition, shaped("average")]
    | Annotated[ConvenienceCondition, shaped("convenience")]
    | Annotated[EventCondition, shaped("event")]
    | Annotated[ValueCondition, shaped("value")],
    by_shape(
        _choose_condition, "is not a condition", f"Write a mapping with one of: {', '.join(sorted(_SHAPES))}"
    ),
]
"""A condition; ``any`` and ``all`` nest."""
