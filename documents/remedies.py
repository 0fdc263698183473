"""Rules over all the credits of an agreement, and the rights to end it.

The problem: caps, pools, points, earn-backs and claim windows belong to the agreement, not to a level, and rights to
terminate rest on conditions over months of them.

Example: ``remedies: {caps: [{percent: "15", of: agreement, per: month}], claim: {within: P30D, from: period_end}}``.

Limits: conditions are in `documents.conditions`; which of these terms are calculated so far, in `documents.later`.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from documents.conditions import ConditionText, WholeDays
from documents.credits import BaseText
from documents.scalars import (
    Amount,
    Flag,
    Name,
    Number,
    Percent,
    Span,
    Text,
    WholeNumber,
    read_span,
    refuse,
)
from documents.terms import PercentOrAmount, Term, by_shape, shaped

__all__ = ["AgreementCapText", "RatchetText", "RemediesText", "TerminationRightText"]


class AgreementCapText(PercentOrAmount):
    """The most that all credits can be over a month or a year."""

    of: BaseText = Field("agreement", description="Whose charges the percent is of; default: the agreement's")
    per: Literal["month", "year", "contractYear"] = Field(
        description="Over what the cap runs: month, calendar year, or contractYear from the term's first day"
    )
    clause: Text | None = Field(None, description="The clause that says so")


class AtRiskTerms(Term):
    """The amount at risk, its pool, and what the allocations sum to."""

    percent: Percent = Field(description="Percent of the charges that is at risk")
    pool: Percent | None = Field(
        None, description="Percent of the amount at risk that allocations divide; default 100"
    )
    allocations_total: Percent | None = Field(
        None,
        alias="allocationsTotal",
        description="What all allocations sum to; default 100, 250 in some schedules",
    )


class PointsTableStep(Term):
    """From a total of points on, so many percent or so much money."""

    points: Number = Field(description="From this total on")
    percent: Percent | None = Field(None, description="Percent of the charges")
    amount: Amount | None = Field(None, description="An amount of money")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            refuse("does not say what the points cost", "Write exactly one of percent and amount")
        return self


PerPoint = Annotated[
    Annotated[Percent, shaped("text")] | Annotated[PercentOrAmount, shaped("mapping")],
    by_shape(
        lambda data: "text" if isinstance(data, str) else "mapping" if isinstance(data, dict) else None,
        "is not the price of a point",
        'Write {percent: "0.5"} or {amount: "100.00"}',
    ),
]


class PointsTerms(Term):
    """How service points become money."""

    per_point: PerPoint | None = Field(
        None,
        alias="perPoint",
        description="What a point costs: {percent: ...} or {amount: ...}; bare text is a percent",
    )
    of: BaseText = Field("agreement", description="Whose charges a percent is of")
    table: tuple[PointsTableStep, ...] | None = Field(
        None, description="From which total on which credit, instead of perPoint"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.per_point is None) == (self.table is None):
            refuse("does not say what points cost", "Write exactly one of perPoint and table")
        return self


class ClaimTerms(Term):
    """By when a credit has to be claimed."""

    within: Span = Field(description="How long a claim is possible, in days or months, like P30D")
    from_: Literal["period_end"] = Field(
        "period_end", alias="from", description="From when it runs: the last day of the period"
    )
    clause: Text | None = Field(None, description="The clause that says so")

    @model_validator(mode="after")
    def _in_whole_days(self) -> Self:
        if self.within.micros:
            refuse(
                f"{self.within} is not in whole days",
                "Write a claim window in days or months, like P30D",
                at=("within",),
            )
        return self


class EarnBackWhen(Term):
    """What has to be met before credits are earned back."""

    level: Literal["target", "exceeded"] = Field(
        "target", description="Whether the target is to be met, or exceeded"
    )
    consecutive: WholeNumber = Field(description="In so many consecutive periods after the credit")

    @model_validator(mode="after")
    def _after_some_period(self) -> Self:
        if self.consecutive < 1:
            refuse("consecutive: 0 is not possible", "Write consecutive: 1, or more", at=("consecutive",))
        return self


def _read_expires(value: object) -> object:
    """An end of the agreement or of a year, or a length of time."""
    if isinstance(value, str) and value[:1] == "P":
        return read_span(value)
    if value == "never":
        return None
    if value not in ("termination", "year", "contractYear"):
        shown = f'"{value}" ' if isinstance(value, str) else ""
        refuse(
            f"{shown}is not when what was earned back ends",
            "Write termination, year, contractYear, never, or a duration like P12M",
        )
    return value


class EarnBackTerms(Term):
    """How a provider earns credits back."""

    returns: Percent = Field(description="Percent of the credit that is earned back")
    when: EarnBackWhen = Field(description="What has to be met before")
    as_: Literal["offset", "refund"] = Field(
        "offset", alias="as", description="offset: only against later credits; refund: paid back"
    )
    expires: Annotated[object, PlainValidator(_read_expires), WithJsonSchema({"type": "string"})] = Field(
        None,
        description="When what is earned but unused ends: termination, year, contractYear, or after P12M",
    )
    excludes: tuple[Literal["minimum_missed"], ...] = Field(
        (), description="Credits that cannot be earned back, like minimum_missed"
    )


class RatchetText(Term):
    """How a target rises once it has been beaten for long."""

    beaten: WholeNumber = Field(description="After so many periods in which the target was beaten")
    to: Literal["halfway_to_average", "average"] = Field(description="What the new target is")
    maximum_gap_share: Percent | None = Field(
        None, alias="maximumGapShare", description="At most this percent of the way to 100"
    )

    @model_validator(mode="after")
    def _after_some_period(self) -> Self:
        if self.beaten < 1:
            refuse("beaten: 0 is not possible", "Write beaten: 1, or more", at=("beaten",))
        return self


class RemediesText(Term):
    """Rules over all the credits of an agreement."""

    caps: tuple[AgreementCapText, ...] = Field((), description="The caps, in the order in which they apply")
    at_risk: AtRiskTerms | None = Field(None, alias="atRisk", description="The amount at risk and its pool")
    points: PointsTerms | None = Field(None, description="How service points become money")
    one_incident: Literal["all", "highest", "choose"] = Field(
        "all", alias="oneIncident", description="What is paid where several levels are missed by one incident"
    )
    claim: ClaimTerms | None = Field(
        None, description="By when credits have to be claimed; default: no claim is needed"
    )
    earn_back: EarnBackTerms | None = Field(None, alias="earnBack", description="How credits are earned back")
    ratchet: RatchetText | None = Field(
        None, description="How targets rise once they have been beaten for long"
    )
    sole: Flag | None = Field(None, description="true: credits are the only financial remedy")
    count_toward_damages: Flag | None = Field(
        None, alias="countTowardDamages", description="Whether credits paid are taken off damages"
    )


# -------------------------------------------------------------------------------------- termination rights


class ExerciseTerms(Term):
    """How long a right can be exercised."""

    within: WholeDays = Field(description="From accrual, or the end of the cure")


class CureTerms(Term):
    """How long the provider has to cure the failure."""

    within: WholeDays = Field(description="How long, like P30D")
    from_: Literal["notice", "accrual"] = Field(
        "accrual", alias="from", description="From the breach notice or accrual"
    )


class FeeStep(PercentOrAmount):
    """The fee while at least so many months remain."""

    remaining_months: WholeNumber = Field(
        alias="remainingMonths", description="While at least so many months remain"
    )
    of: BaseText | None = Field(None, description="What the percent is of")


class FlatFee(PercentOrAmount):
    """One fee, whenever the agreement ends."""

    of: BaseText | None = Field(None, description="What the percent is of")


class FeeSchedule(Term):
    """A fee by the months that remain."""

    schedule: tuple[FeeStep, ...] = Field(description="The fee by remaining months")


def _choose_fee(data: Any) -> str | None:  # noqa: ANN401 - raw text
    if isinstance(data, list):
        return "list"
    return ("schedule" if "schedule" in data else "flat") if isinstance(data, dict) else None


FeeText = Annotated[
    Annotated[FlatFee, shaped("flat")]
    | Annotated[FeeSchedule, shaped("schedule")]
    | Annotated[tuple[FeeStep, ...], shaped("list")],
    by_shape(
        _choose_fee,
        "is not a fee",
        'Write {amount: "0.00"}, or {schedule: [{remainingMonths: 12, amount: "900.00"}]}',
    ),
]


class TerminationRightText(Term):
    """A clause that lets the consumer end the agreement."""

    name: Name = Field(description="The name of the right, which notices refer to")
    clause: Text | None = Field(None, description="The clause that says so")
    when: ConditionText = Field(description="Under which condition the right accrues; any and all nest")
    accrues: Literal["period_end", "report"] = Field("period_end", description="When it accrues")
    exercise: ExerciseTerms | None = Field(
        None, description="How long it can be exercised; default: while it is met"
    )
    notice: WholeDays | None = Field(None, description="From exercise to the end of the agreement")
    cure: CureTerms | None = Field(None, description="How long the provider has to cure the failure")
    scope: Literal["agreement", "service"] = Field("agreement", description="What can be ended")
    fee: FeeText | None = Field(None, description="What ending it costs")
