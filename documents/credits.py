"""How a missed service level becomes money: one model for each credit scheme.

The problem: contracts price a miss in bands, in points, by the hour, by the shortfall or by pools at risk. Each of
them is a scheme with its own words, and a word of one scheme in another is a mistake to be told.

Example: ``credit: {scheme: bands, of: service, bands: [{below: "99.9", percent: "5"}]}``.

Limits: gaps and overlaps between bands, and percentages over 100, are findings of the settlement, not errors here.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from documents.conditions import ConditionText
from documents.scalars import (
    Amount,
    Bound,
    Flag,
    Number,
    OutageLength,
    Percent,
    Span,
    Text,
    WholeNumber,
    read_number,
    read_outage_length,
    read_span,
    refuse,
)
from documents.terms import (
    BareAmount,
    MoneyText,
    PercentOrAmount,
    Term,
    by_key,
    by_shape,
    exactly_one,
    keyed,
    one_direction,
    shaped,
)
from domain.durations import Duration

__all__ = ["BandText", "BandsText", "BaseText", "CapText", "CreditText", "PointsBandText", "PointsText"]


def _choose_base(data: Any) -> str | None:  # noqa: ANN401 - raw text
    if isinstance(data, str):
        return "amount" if data[:1].isdigit() or data[:1] == "-" else "base"
    return "money" if isinstance(data, dict) else None


BaseText = Annotated[
    Annotated[Literal["service", "agreement", "annual", "monthly"], shaped("base")]
    | Annotated[Amount, shaped("amount")]
    | Annotated[MoneyText, shaped("money")],
    by_shape(
        _choose_base,
        "is not the base of a credit",
        "Write service, agreement, annual, monthly, or an amount of money",
    ),
]
"""What a percentage is of."""


class CapText(PercentOrAmount):
    """The most that a credit can be."""

    of: BaseText | None = Field(None, description="What the percent is of; default: the base of the credit")
    clause: Text | None = Field(None, description="The clause that says so")


class _CreditTerms(Term):
    """What any scheme may say."""

    of: BaseText | None = Field(
        None,
        description="The base: charges of the service or of the agreement, or an amount; default: service if priced",
    )
    cap: CapText | None = Field(None, description="The most that this credit can be")
    minimum_payable: BareAmount | None = Field(
        None, alias="minimumPayable", description="A credit under this amount is not paid"
    )
    when: ConditionText | None = Field(None, description="The credit falls due only where this holds too")
    unit: Literal["day_of_service"] | None = Field(
        None, description="day_of_service, where bands or steps say days; other units are those of perUnit"
    )
    clause: Text | None = Field(None, description="The clause that says so")


class BandText(Term):
    """Below, above or between boundaries: a percent of the base, an amount, or days of service."""

    below: Bound | None = Field(None, description="The value lies under this boundary")
    above: Bound | None = Field(None, description="The value lies over this boundary")
    from_: Bound | None = Field(None, alias="from", description="The lower end of a closed band")
    to: Bound | None = Field(None, description="The upper end of a closed band")
    percent: Percent | None = Field(None, description="Percent of the base, 0 to 100")
    amount: Amount | None = Field(None, description="An amount of money")
    days: Number | None = Field(None, description="Days of service, with unit: day_of_service")

    @model_validator(mode="after")
    def _one_range_one_credit(self) -> Self:
        _one_range(self)
        if sum(value is not None for value in (self.percent, self.amount, self.days)) != 1:
            refuse("does not say what it credits", "Write exactly one of percent, amount and days")
        return self


class PointsBandText(Term):
    """Below, above or between boundaries: so many service points."""

    below: Bound | None = Field(None, description="The value lies under this boundary")
    above: Bound | None = Field(None, description="The value lies over this boundary")
    from_: Bound | None = Field(None, alias="from", description="The lower end of a closed band, included")
    to: Bound | None = Field(None, description="The upper end of a closed band, included")
    points: Number = Field(description="The service points")

    @model_validator(mode="after")
    def _has_one_range(self) -> Self:
        _one_range(self)
        return self


def _one_range(band: BandText | PointsBandText) -> None:
    if band.from_ is not None or band.to is not None:
        if band.below is not None or band.above is not None:
            refuse("mixes from and to with below or above", "Write below, above, or from and to")
        if band.from_ is None or band.to is None:
            refuse("has one end only", "Write both from and to, or below or above")
        if type(band.from_) is type(band.to) and _after(band.from_, band.to):
            refuse("ends before it starts", "Write from: with the smaller value")
        return
    one_direction(band, "below", "above")


def _after(start: Any, end: Any) -> bool:  # noqa: ANN401 - two decimals or two durations
    try:
        return bool(start > end)
    except TypeError:
        return (
            bool(start.exact_micros() > end.exact_micros()) if not start.months and not end.months else False
        )


class BandsText(_CreditTerms):
    """The credit of the deepest band that the value falls in."""

    scheme: Literal["bands"] = Field(description="The deepest band that the value falls in")
    bands: tuple[BandText, ...] = Field(description="The bands: below for atLeast, above for atMost")

    @model_validator(mode="after")
    def _has_bands(self) -> Self:
        _some(self.bands, "bands", '{below: "99.9", percent: "5"}')
        return self


class AtRiskText(_CreditTerms):
    """An allocation of the pool of the amount at risk."""

    scheme: Literal["atRisk"] = Field(description="At-risk percent x charges x pool x allocation")
    allocation: Percent = Field(description="Percent of the pool that this level is given")


class PointsText(_CreditTerms):
    """Service points, which the agreement turns into money."""

    scheme: Literal["points"] = Field(
        description="Service points by band; remedies.points turns them into money"
    )
    bands: tuple[PointsBandText, ...] = Field(description="The bands, each with its points")
    repeat: Number | None = Field(
        None, description="Multiplies the second and every later consecutive failure"
    )

    @model_validator(mode="after")
    def _has_bands(self) -> Self:
        _some(self.bands, "bands", '{below: "98.9", points: "1"}')
        return self


def _read_unit(value: object) -> object:
    """A duration, a percent step, or the word for what is counted."""
    if isinstance(value, str) and value[:1] == "P":
        if not read_outage_length(value):
            refuse(f"{value} is no length of time", "Write a unit like PT1H")
        return read_span(value)
    if isinstance(value, str) and value[:1].isdigit():
        number = read_number(value)
        if not number:
            refuse("0 is no unit", 'Write a percent step like "0.1"')
        return number
    if value not in ("ticket", "day", "item", "outage", "day_of_service"):
        shown = f'"{value}" ' if isinstance(value, str) else ""
        cure = 'Write a duration like PT1H, ticket, day, item, outage, day_of_service, or a percent step like "0.1"'
        refuse(f"{shown}is not a unit of shortfall", cure)
    return value


class _PercentAmountOrDays(Term):
    """A percent of the base, an amount of money, or days of service: exactly one of the three."""

    model_config = ConfigDict(json_schema_extra=exactly_one("percent", "amount", "days"))

    percent: Percent | None = Field(None, description="Percent of the base, 0 to 100")
    amount: Amount | None = Field(None, description="An amount of money in the agreement's currency")
    days: Number | None = Field(None, description="Days of service: so many days' charges of the period")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(value is not None for value in (self.percent, self.amount, self.days)) != 1:
            refuse("does not say what it costs", "Write exactly one of percent, amount and days")
        return self


class StepText(_PercentAmountOrDays):
    """What a unit of shortfall costs, for the first so many units or for each."""

    units: Number | None = Field(None, description="For so many units")


class PerUnitText(_CreditTerms):
    """So much for each unit of shortfall."""

    scheme: Literal["perUnit"] = Field(description="Per unit of shortfall beyond the target or an allowance")
    unit: Annotated[object, PlainValidator(_read_unit), WithJsonSchema({"type": ["string", "number"]})] = (
        Field(  # type: ignore[assignment]
            description='The unit: a duration like PT1H, ticket, day, day_of_service, or a percent step like "0.1"'
        )
    )
    part: Literal["full", "started"] = Field(
        "full", description="Only full units count, or every started one"
    )
    allowance: Bound | None = Field(None, description="What is free; default: up to the target")
    first: StepText | None = Field(None, description="What the first units cost together")
    each: StepText | None = Field(None, description="What each (further) unit costs")

    @model_validator(mode="after")
    def _costs_something(self) -> Self:
        if self.first is None and self.each is None:
            refuse(
                "does not say what a unit costs",
                'Write each: {percent: "5"}, and first: where the first cost more',
            )
        for name, step in (("first", self.first), ("each", self.each)):
            if step is not None and step.units is not None and step.units <= 0:
                refuse(f"{name} is for {step.units} units", "Write units: 1, or more", at=(name, "units"))
        return self

    @model_validator(mode="after")
    def _allowance_is_in_its_unit(self) -> Self:
        is_time = isinstance(self.unit, Duration) or self.unit in ("day", "day_of_service")
        if isinstance(self.allowance, Duration):
            if not is_time:
                refuse("the allowance is a time, and the unit is not", "Write a number", at=("allowance",))
            if self.allowance.months:
                refuse(
                    f"{self.allowance} has no exact length", "Write it in days or hours", at=("allowance",)
                )
        return self


class ScheduleStepText(_PercentAmountOrDays):
    """What downtime up to a length costs."""

    up_to: OutageLength | None = Field(
        None, alias="upTo", description="Up to and with this much cumulative downtime"
    )
    beyond: Flag | None = Field(None, description="true: any longer downtime")

    @model_validator(mode="after")
    def _up_to_or_beyond(self) -> Self:
        if (self.up_to is None) == (not self.beyond):
            refuse("is neither up to a length nor beyond", "Write upTo: with a duration, or beyond: true")
        return self


class ScheduleText(_CreditTerms):
    """A table of cumulative downtime."""

    scheme: Literal["schedule"] = Field(description="By cumulative downtime")
    schedule: tuple[ScheduleStepText, ...] = Field(description="The steps, shortest first")

    @model_validator(mode="after")
    def _has_steps(self) -> Self:
        _some(self.schedule, "schedule", '{upTo: PT45M, percent: "5"}')
        return self


class ProRataText(_CreditTerms):
    """Charges in proportion to downtime."""

    scheme: Literal["proRata"] = Field(
        description="Charges x counted downtime / agreed service time x multiple"
    )
    multiple: Number | None = Field(None, description="How many times; default 1")


class ShortfallText(_CreditTerms):
    """As many percent as the value falls short."""

    scheme: Literal["shortfall"] = Field(description="(target - value) percent of the charges")
    multiple: Number | None = Field(None, description="How many times; default 1")


class PerFailuresText(_CreditTerms):
    """So much for each complete number of failures in a rolling window."""

    scheme: Literal["perFailures"] = Field(
        description="For each complete number of failures in a rolling window"
    )
    failures: WholeNumber = Field(description="How many failures")
    within: Span = Field(description="The rolling window, like P12M")
    percent: Percent | None = Field(None, description="Percent of the base for each complete number")
    amount: Amount | None = Field(None, description="An amount for each complete number")

    @model_validator(mode="after")
    def _costs_something(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            refuse("does not say what failures cost", "Write exactly one of percent and amount")
        if self.failures < 1:
            refuse("failures: 0 is not possible", "Write failures: 1, or more")
        if self.within.micros:
            refuse(
                f"{self.within} is not in whole days", "Write it in days or months, like P12M", at=("within",)
            )
        return self


class PassThroughText(_CreditTerms):
    """The part of the customers' credits that this provider caused."""

    scheme: Literal["passThrough"] = Field(
        description="The share of the customers' credits that the trace puts on this provider"
    )


CreditText = Annotated[
    Annotated[BandsText, keyed("scheme", "bands")]
    | Annotated[AtRiskText, keyed("scheme", "atRisk")]
    | Annotated[PointsText, keyed("scheme", "points")]
    | Annotated[PerUnitText, keyed("scheme", "perUnit")]
    | Annotated[ScheduleText, keyed("scheme", "schedule")]
    | Annotated[ProRataText, keyed("scheme", "proRata")]
    | Annotated[ShortfallText, keyed("scheme", "shortfall")]
    | Annotated[PerFailuresText, keyed("scheme", "perFailures")]
    | Annotated[PassThroughText, keyed("scheme", "passThrough")],
    by_key("scheme"),
]
"""How a miss becomes money."""


def _some(steps: tuple[object, ...], key: str, example: str) -> None:
    if not steps:
        refuse(f"{key} is empty", f"Write at least one, like {example}")
