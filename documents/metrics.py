"""What a service level measures: one model for each kind of metric.

The problem: "99.9 %" says nothing until the contract has said of what: of time, of tickets, of calls, of items.

Example: ``metric: {kind: within, milestone: resolution, thresholds: {P1: PT4H, P2: PT8H}, stops: [pending_customer]}``.

Limits: a model says what may be written; `documents.later` says which of it is calculated so far.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from documents.scalars import Number, OutageLength, Reference, Text, read_outage_length, read_span, refuse
from documents.terms import Term, by_key, by_shape, keyed, shaped
from domain.durations import Duration

__all__ = [
    "NEXT_BUSINESS_DAY",
    "AvailabilityText",
    "CompositeText",
    "CountText",
    "DurationText",
    "MeanText",
    "MetricText",
    "OnTimeText",
    "OutageCountText",
    "RatioText",
    "SuccessText",
    "TotalText",
    "WithinText",
]  # fmt: skip

NEXT_BUSINESS_DAY = "nextBusinessDay"
"""The threshold that is met by the end of the next business day."""


def _read_threshold(value: object) -> Duration | str:
    if value == NEXT_BUSINESS_DAY:
        return NEXT_BUSINESS_DAY
    read_outage_length(value)
    return read_span(value)


Threshold = Annotated[
    Duration | Literal["nextBusinessDay"],
    PlainValidator(_read_threshold),
    WithJsonSchema(
        {"type": "string", "description": "A duration of ISO 8601, like PT4H, or nextBusinessDay"}
    ),
]

ThresholdOrTable = Annotated[
    Annotated[Threshold, shaped("text")] | Annotated[dict[Text, Threshold], shaped("table")],
    by_shape(
        lambda data: "text" if isinstance(data, str) else "table" if isinstance(data, dict) else None,
        "is not a threshold",
        "Write a duration, like PT4H, or a mapping of windows to durations",
    ),
]
"""A threshold, or a table of thresholds: by window within a priority, or by priority within a window."""


class AvailabilityText(Term):
    """Percent of agreed service time in which the service was up."""

    kind: Literal["availability"] = Field(
        description="Percent of agreed service time without counted downtime"
    )
    minimum_outage: OutageLength = Field(
        0, alias="minimumOutage", description="Outages strictly shorter than this do not count"
    )
    count_from: Literal["start", "reported"] = Field(
        "start",
        alias="countFrom",
        description="Whether an outage counts from its start or from when it was reported",
    )
    weights: dict[Text, Number] = Field(
        default_factory=dict,
        description="How much downtime of a severity counts, 0 to 1, like {degraded: 0.5}",
    )

    @model_validator(mode="after")
    def _weights_are_parts(self) -> Self:
        for severity, weight in self.weights.items():
            if not 0 <= weight <= 1:
                refuse(f"the weight of {severity} is {weight}", "Write a weight from 0 to 1")
        return self


class OutageCountText(Term):
    """How many outages began in the period."""

    kind: Literal["outageCount"] = Field(description="How many outages began in the period")
    longer_than: OutageLength = Field(
        0, alias="longerThan", description="Only outages strictly longer than this are counted"
    )
    count_from: Literal["start", "reported"] = Field(
        "start",
        alias="countFrom",
        description="Whether an outage counts from its start or from when it was reported",
    )


class _TicketTerms(Term):
    """What every metric of tickets says."""

    milestone: Literal["response", "resolution"] = Field(description="What the ticket's clock runs to")
    priorities: tuple[Text, ...] | None = Field(
        None, description="The priorities that the level covers; default: all that have a threshold"
    )
    stops: tuple[Text, ...] = Field((), description="The statuses that stop the clock")
    assign: Literal["milestone", "opened", "deadline"] = Field(
        "milestone", description="Which instant of a ticket decides the period it falls in"
    )
    priority_at: Literal["milestone", "opened"] = Field(
        "milestone", alias="priorityAt", description="Which of a ticket's priorities sets its threshold"
    )


class WithinText(_TicketTerms):
    """Percent of tickets whose milestone was reached within a threshold."""

    kind: Literal["within"] = Field(
        description="Percent of tickets whose milestone was reached within a threshold"
    )
    thresholds: dict[Text, ThresholdOrTable] = Field(
        description="The longest clock time for each priority, like {P1: PT4H}; or by window and priority"
    )

    @model_validator(mode="after")
    def _has_thresholds(self) -> Self:
        if not self.thresholds:
            refuse(
                "thresholds name no priority",
                "Write a threshold for each priority, like {P1: PT4H, P2: PT8H}",
            )
        return self


class DurationText(_TicketTerms):
    """A statistic of the milestone's clock time."""

    kind: Literal["duration"] = Field(
        description="A statistic of the milestone's clock time, like the mean or P95"
    )
    statistic: Literal["mean", "median", "p90", "p95", "p99", "max"] = Field(
        description="Which statistic; percentiles are by nearest rank"
    )
    thresholds: dict[Text, ThresholdOrTable] = Field(
        default_factory=dict, description="Thresholds by priority, which say which priorities are covered"
    )


class CountText(Term):
    """A quotient or a sum of counts."""

    measure: Text = Field(description="The measure that the rows of counts name")


class RatioText(CountText):
    """Percent of counts."""

    kind: Literal["ratio"] = Field(description="100 x the sum of numerators / the sum of denominators")


class MeanText(CountText):
    """Mean of counts."""

    kind: Literal["mean"] = Field(description="The sum of numerators / the sum of denominators")


class TotalText(CountText):
    """Sum of counts."""

    kind: Literal["total"] = Field(description="The sum of numerators")


class SuccessText(Term):
    """Percent of good samples."""

    kind: Literal["success"] = Field(description="Percent of good samples, over all or by intervals")
    measure: Text = Field(description="The measure that the rows of samples name")
    aggregate: Literal["pooled", "interval_mean"] = Field(
        "pooled", description="pooled: all samples together; interval_mean: the mean of each interval's rate"
    )
    interval: OutageLength | None = Field(None, description="The length of an interval, like PT5M")

    @model_validator(mode="after")
    def _interval_where_needed(self) -> Self:
        if self.aggregate == "interval_mean" and not self.interval:
            refuse("aggregate: interval_mean has no interval", "Write interval: with its length, like PT5M")
        return self


class OnTimeText(Term):
    """Percent of items delivered by their due time."""

    kind: Literal["onTime"] = Field(description="Percent of items delivered by their due time")
    measure: Text = Field(description="The measure that the rows of deliverables name")


class CompositeText(Term):
    """A formula over the values of other service levels."""

    kind: Literal["composite"] = Field(description="A formula over the values of other service levels")
    formula: Literal["product", "sum", "min", "max", "mean", "weighted"] = Field(description="The formula")
    of: tuple[Reference, ...] = Field(description="The service levels, as agreement/serviceLevel")
    weights: tuple[Number, ...] | None = Field(None, description="The weights, in the order of the levels")

    @model_validator(mode="after")
    def _weights_fit(self) -> Self:
        if not self.of:
            refuse("a composite has no levels", "Write of: with the service levels it is made of")
        if self.formula == "weighted" and self.weights is None:
            refuse("formula: weighted has no weights", "Write weights: in the order of the levels")
        if self.weights is not None and len(self.weights) != len(self.of):
            refuse(
                f"has {len(self.weights)} weights for {len(self.of)} levels",
                "Write one weight for each level",
            )
        return self


MetricText = Annotated[
    Annotated[AvailabilityText, keyed("kind", "availability")]
    | Annotated[OutageCountText, keyed("kind", "outageCount")]
    | Annotated[WithinText, keyed("kind", "within")]
    | Annotated[DurationText, keyed("kind", "duration")]
    | Annotated[RatioText, keyed("kind", "ratio")]
    | Annotated[MeanText, keyed("kind", "mean")]
    | Annotated[TotalText, keyed("kind", "total")]
    | Annotated[SuccessText, keyed("kind", "success")]
    | Annotated[OnTimeText, keyed("kind", "onTime")]
    | Annotated[CompositeText, keyed("kind", "composite")],
    by_key("kind"),
]
"""What a service level measures."""
