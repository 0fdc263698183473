"""The Agreement document: an SLA, an OLA or an underpinning contract, with all its terms.

The problem: one contract holds promises, prices, remedies, reliefs and rights; read as one strict model, a misspelled
term cannot become a term that silently is not there.

Example::

    kind: Agreement
    metadata: {name: sla-shop}
    spec: {type: SLA, provider: halden, consumer: meridian, services: [shop], state: active, ...}

Limits: what one document says is checked here as far as it concerns that document alone.
"""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from documents.credits import CreditText
from documents.metrics import MetricText
from documents.registry import Weekday, require_days
from documents.remedies import RatchetText, RemediesText, TerminationRightText
from documents.scalars import (
    Amount,
    CurrencyCode,
    Day,
    Flag,
    Name,
    NameOrAll,
    OutageLength,
    Reference,
    Span,
    Text,
    TimeOfDay,
    WholeNumber,
    refuse,
)  # fmt: skip
from documents.terms import MoneyText, Period, Target, Term, by_shape, shaped

__all__ = ["AgreementSpec", "ChargeText", "DutyText", "LevelText", "MaintenanceText"]

Cause = Literal["maintenance", "customer", "force_majeure", "other_supplier"]


class TermText(Term):
    """How long the agreement holds."""

    from_: Day = Field(alias="from", description="The first day")
    to: Day = Field(description="The last day, inclusive")
    notice: Span | None = Field(None, description="How long before its end notice is given")
    renewal: Text | None = Field(None, description="none, automatic, or what the contract says about renewal")

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.to < self.from_:
            refuse(
                f"the term ends on {self.to}, before it starts on {self.from_}",
                "Write a later last day",
                at=("to",),
            )
        return self


class DatedAmount(Term):
    """A price from a day on."""

    from_: Day = Field(alias="from", description="The day from which the price holds")
    amount: Amount = Field(description="The monthly charge")


def _dated_in_order(steps: tuple[DatedAmount, ...]) -> tuple[DatedAmount, ...]:
    if not steps:
        refuse("has no dated charge", 'Write at least one, like {from: 2026-01-01, amount: "40000.00"}')
    for index, (earlier, later) in enumerate(pairwise(steps)):
        if later.from_ <= earlier.from_:
            refuse("has dated charges out of order", "Write them oldest first", at=(index + 1, "from"))
    return steps


def _choose_monthly(data: Any) -> str | None:  # noqa: ANN401 - raw text
    if isinstance(data, dict):
        return "money" if "amount" in data else "dated" if "dated" in data else None
    return "text" if isinstance(data, str) else "list" if isinstance(data, list) else None


class DatedAmounts(Term):
    """A price with its history."""

    dated: Annotated[tuple[DatedAmount, ...], AfterValidator(_dated_in_order)] = Field(
        description="The prices, oldest first"
    )


Monthly = Annotated[
    Annotated[Amount, shaped("text")]
    | Annotated[MoneyText, shaped("money")]
    | Annotated[tuple[DatedAmount, ...], AfterValidator(_dated_in_order), shaped("list")]
    | Annotated[DatedAmounts, shaped("dated")],
    by_shape(
        _choose_monthly,
        "is not a monthly charge",
        'Write decimal text, like "40000.00", or a dated list, like [{from: 2026-01-01, amount: "40000.00"}]',
    ),
]


class ChargeText(Term):
    """What the consumer pays for a service each month."""

    service: Name | None = Field(None, description="The service; default: one price for the whole agreement")
    monthly: Monthly = Field(
        description="The charge for a month, in the agreement's currency; may be a dated list"
    )
    customer: Name | None = Field(
        None, description='The customer whose price it is, where the consumer is "*"'
    )
    from_: Day | None = Field(None, alias="from", description="The day from which this price holds")
    clause: Text | None = Field(None, description="The clause that says so")


class MaintenanceText(Term):
    """Agreed maintenance, which is not service time."""

    days: tuple[Weekday, ...] | None = Field(None, description="The days of the week")
    from_: TimeOfDay | None = Field(None, alias="from", description="When it begins, by the local clock")
    to: TimeOfDay | None = Field(None, description='When it ends; "24:00" is the end of the day')
    notice: Span | None = Field(None, description="Only maintenance announced this long before is agreed")
    allowance: OutageLength | None = Field(None, description="At most so much maintenance in a month")

    @model_validator(mode="after")
    def _hours_or_allowance(self) -> Self:
        hours = (self.days, self.from_, self.to)
        if all(part is None for part in hours):
            if self.notice is None and self.allowance is None:
                refuse(
                    "says nothing", 'Write days, from and to, like {days: [sun], from: "02:00", to: "04:00"}'
                )
            return self
        if any(part is None for part in hours):
            refuse("has days, from and to only in part", "Write all three")
        require_days(self.days or ())
        if self.to is not None and self.from_ is not None and self.to <= self.from_:
            refuse(
                '"to" is not later than "from"',
                "Write hours within one day; hours past midnight are two entries, the second from 00:00",
                at=("to",),
            )
        return self


class CompareText(Term):
    """The contract compares a rounded value."""

    places: WholeNumber = Field(description="Decimal places of the rounded value")
    rounding: Literal["half_up", "half_even", "down", "up"] = Field(
        "half_up", description="How it is rounded"
    )


class SmallSampleText(Term):
    """With few tickets, some failures are allowed."""

    fewer_than: WholeNumber = Field(alias="fewerThan", description="With fewer tickets than this")
    allow_failures: WholeNumber = Field(
        alias="allowFailures", description="So many failures still meet the target"
    )


class SharedText(Term):
    """One metric across several suppliers."""

    with_: tuple[Reference, ...] = Field(
        alias="with", description="The other agreements, or their levels, that share it"
    )
    apportion: Literal["each", "equal", "charges", "credit"] = Field(
        "each", description="How a credit of the shared level is apportioned"
    )


class LevelText(Term):
    """A service level: one promise. A more specific SLA may leave out what a less specific one says."""

    name: Name = Field(description="The name of the level")
    clause: Text | None = Field(None, description="The clause that says so")
    service: Name | None = Field(None, description="The service; default: each service of the agreement")
    metric: MetricText | None = Field(None, description="What is measured")
    window: Text | None = Field(None, description="A label of the calendar; default: all its windows")
    period: Period | None = Field(
        None, description="Over what it is judged: month, quarter, {rolling: P30D}, ..."
    )
    target: Target | None = Field(None, description="The promise: atLeast or atMost, or a dated list")
    minimum: Target | None = Field(None, description="A second, lower threshold, which some schedules have")
    requested: Target | None = Field(None, description="What the customer asked for, in a draft")
    compare: CompareText | None = Field(None, description="The contract compares a rounded value")
    small_sample: SmallSampleText | None = Field(
        None, alias="smallSample", description="With few tickets, some failures are allowed"
    )
    credit: CreditText | None = Field(
        None, description="What a miss costs; a level with a credit is critical"
    )
    bonus: CreditText | None = Field(None, description="What is paid for doing better than the target")
    shared: SharedText | None = Field(None, description="The level is shared with other suppliers")
    bedding_in: Span | None = Field(
        None, alias="beddingIn", description="Measured without credits for so long"
    )
    relieved: Literal["as_up", "removed"] | None = Field(
        None, description="Whether relieved time counts as up, or leaves the denominator"
    )
    measure_per: Literal["customer"] | None = Field(
        None, alias="measurePer", description='Measured for each customer, where the consumer is "*"'
    )
    ratchet: RatchetText | None = Field(
        None, description="How the target rises once it has been beaten for long"
    )
    description: Text | None = Field(None, description="What is promised, for people")


class DutyText(Term):
    """A measurable duty of the consumer, on which the provider's promise depends."""

    name: Name | None = Field(None, description="The name of the duty; required where it is measured")
    text: Text | None = Field(None, description="The duty in words")
    clause: Text | None = Field(None, description="The clause that says so")
    service: Name | None = Field(None, description="The service; default: each service of the agreement")
    metric: MetricText | None = Field(None, description="What is measured")
    period: Period | None = Field(
        None, description="Over what it is judged; default: as the levels that it relieves"
    )
    window: Text | None = Field(None, description="A label of the calendar")
    target: Target | None = Field(None, description="What the consumer promises")
    relieves: tuple[Name, ...] = Field((), description="The service levels it relieves, item by item")

    @model_validator(mode="after")
    def _named_where_measured(self) -> Self:
        if self.metric is not None and self.name is None:
            refuse("a measured duty has no name", "Write name:, under which it appears among the attainments")
        if self.metric is None and self.text is None:
            refuse("says nothing", "Write text:, and metric: and target: where it is measured")
        if self.metric is None and (self.relieves or self.target is not None):
            refuse(
                "has a target or relieves levels, and is not measured",
                "Write metric:, like {kind: onTime, measure: ...}",
            )
        return self


Duty = Annotated[
    Annotated[Text, shaped("text")] | Annotated[DutyText, shaped("mapping")],
    by_shape(
        lambda data: "text" if isinstance(data, str) else "mapping" if isinstance(data, dict) else None,
        "is not a responsibility",
        "Write text, or a duty with name, text, metric and target",
    ),
]


class ResponsibilitiesText(Term):
    """What each party owes besides the levels."""

    provider: tuple[Duty, ...] = Field((), description="What the provider owes, in words")
    consumer: tuple[Duty, ...] = Field(
        (), description="What the consumer owes, in words or as measurable duties"
    )


class EscalationText(Term):
    """A step of escalation."""

    level: WholeNumber = Field(description="The step")
    role: Text = Field(description="Who is told")
    after: Span = Field(description="After how long")


class ReviewText(Term):
    """How often the agreement is reviewed."""

    every: Span = Field(description="How often, like P3M")
    text: Text | None = Field(None, description="What is reviewed, in words")


class ReliefNoticeText(Term):
    """By when relief has to be notified."""

    within: Span = Field(description="From the end of the event, like P5D")
    days: Literal["business", "calendar"] = Field("calendar", description="How days are counted")
    condition_precedent: Flag = Field(
        False, alias="conditionPrecedent", description="true: late notice voids the relief"
    )

    @model_validator(mode="after")
    def _business_days_are_whole(self) -> Self:
        if self.days == "business" and (self.within.micros or self.within.months):
            refuse(
                f"{self.within} is no number of business days",
                "Write whole days, like P5D, or leave out days: business",
                at=("within",),
            )
        return self


class AmbiguityText(Term):
    """A clause that can be read in more than one way, and the reading that this document takes."""

    clause: Text = Field(description="The clause that leaves something open")
    leaves_open: Text = Field(alias="leavesOpen", description="What it does not say, or says in two ways")
    reading: Text = Field(description="How this document reads it, and why")
    service_level: Name | None = Field(
        None, alias="serviceLevel", description="The service level that it concerns, if only one"
    )


class ContactText(Term):
    """A person to talk to."""

    role: Text = Field(description="What the person is in this agreement")
    name: Text | None = Field(None, description="The person's name")
    email: Text | None = Field(None, description="The person's address")
    phone: Text | None = Field(None, description="The person's number")


def _choose_services(data: Any) -> str | None:  # noqa: ANN401 - raw text
    return "all" if data == "*" else "list" if isinstance(data, list) else None


Services = Annotated[
    Annotated[Literal["*"], shaped("all")] | Annotated[tuple[Name, ...], shaped("list")],
    by_shape(
        _choose_services, "is not a list of services", 'Write services: [online-banking], or "*" for all'
    ),
]

Maintenance = Annotated[
    Annotated[tuple[MaintenanceText, ...], shaped("list")] | Annotated[MaintenanceText, shaped("days")],
    by_shape(
        lambda data: "list" if isinstance(data, list) else "days" if isinstance(data, dict) else None,
        "is not agreed maintenance",
        'Write [{days: [sun], from: "02:00", to: "04:00"}]',
    ),
]


class AgreementSpec(Term):
    """An SLA, an OLA or an underpinning contract (UC), in one version."""

    type: Literal["SLA", "OLA", "UC"] = Field(description="SLA, OLA (by a team) or UC (by a vendor)")
    structure: Literal["service", "customer", "corporate"] | None = Field(
        None,
        description="How an SLA is cut: one service, one customer, or the whole organisation; default service",
    )
    provider: Name = Field(description="The party that promises")
    consumer: NameOrAll = Field(description='The party it is promised to; "*" for every customer')
    services: Services = Field(
        description='The services it covers; "*" for all that the provider runs; [] for an umbrella'
    )
    state: Literal["draft", "negotiating", "agreed", "active", "terminated"] = Field(
        description="Where it stands; only an active agreement is judged"
    )
    term: TermText = Field(description="How long it holds")
    effective: Day | None = Field(
        None, description="From when this version holds; default: the term's first day"
    )
    calendar: Name | None = Field(
        None, description="The calendar of its hours; default: around the clock in UTC"
    )
    currency: CurrencyCode | None = Field(None, description="The currency of all its amounts")
    charges: tuple[ChargeText, ...] = Field((), description="What the consumer pays each month")
    maintenance: Maintenance = Field((), description="Agreed maintenance, which is not service time")
    exclusions: tuple[Cause, ...] = Field((), description="Causes that relieve without a claim")
    relief_test: Literal["to_the_extent", "necessary", "contributed"] = Field(
        "to_the_extent",
        alias="reliefTest",
        description="How much of an instant with several causes is excused",
    )
    service_levels: tuple[LevelText, ...] = Field((), alias="serviceLevels", description="The promises")
    remedies: RemediesText | None = Field(None, description="Rules over all the credits of the agreement")
    termination_rights: tuple[TerminationRightText, ...] = Field(
        (), alias="terminationRights", description="Clauses that let the consumer end the agreement"
    )
    escalation: tuple[EscalationText, ...] = Field((), description="Who is told after how long")
    review: ReviewText | None = Field(None, description="How often it is reviewed")
    responsibilities: ResponsibilitiesText | None = Field(
        None, description="What each party owes besides the levels"
    )
    apportionment: Literal["credit", "impact", "equal", "first_cause"] = Field(
        "credit", description="What the money of a breach follows"
    )
    relief_notice: ReliefNoticeText | None = Field(
        None, alias="reliefNotice", description="By when relief has to be notified"
    )
    part_of: Name | None = Field(
        None, alias="partOf", description="The umbrella agreement that it is a part of"
    )
    contacts: tuple[ContactText, ...] = Field((), description="Whom to talk to")
    ambiguities: tuple[AmbiguityText, ...] = Field(
        (),
        description="What the contract leaves ambiguous, each with the reading taken here; told as findings",
    )
    bedding_in: Span | None = Field(
        None, alias="beddingIn", description="Measured without credits for so long"
    )
    relieved: Literal["as_up", "removed"] | None = Field(
        None, description="Whether relieved time counts as up, or leaves the denominator; default as_up"
    )
    measure_per: Literal["customer"] | None = Field(
        None, alias="measurePer", description='Measured for each customer, where the consumer is "*"'
    )
    sources: tuple[Text, ...] = Field((), description="Sources of evidence, the most trusted first")
    rounding: Literal["half_even", "half_up", "down", "up"] = Field(
        "half_even", description="How credits are rounded to the currency's minor unit"
    )
    description: Text | None = Field(None, description="What it is about, for people")

    @model_validator(mode="after")
    def _duties_have_names_of_their_own(self) -> Self:
        taken = {level.name for level in self.service_levels}
        for side in ("consumer", "provider"):
            for index, duty in enumerate(getattr(self.responsibilities, side, ())):
                if not isinstance(duty, DutyText) or duty.name is None:
                    continue
                if duty.name in taken:
                    refuse(
                        f'the duty "{duty.name}" has the name of a service level, or of another duty',
                        "Give it a name of its own: attainments are told by their names",
                        at=("responsibilities", side, index, "name"),
                    )
                taken.add(duty.name)
        return self
