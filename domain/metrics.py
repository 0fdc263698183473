"""What a service level measures: one value for each kind of metric, with the terms that shape its figure.

The problem: "95 %" means nothing until the contract has said of what, and "late" nothing until it has said by which
clock. Each metric is a value of its own, so that no calculation has to guess which terms are meant.

Example: ``RatioMetric("answered-in-time")`` is 100 x the sum of numerators / the sum of denominators of the counts of
that measure.

Limits: how a metric is worked out stands in `domain.measure`, a file a metric. One that no calculation reads yet is a
`LaterMetric`, and a settlement answers it with ``NOT_YET_CALCULATED``.

References: 2-documents, "Metrics"; rulings 2, 15, 18 to 21 and 24.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

__all__ = [
    "Aggregate", "Assign", "AvailabilityMetric", "CompositeMetric", "CountFrom", "DurationMetric", "Formula",
    "LaterMetric", "LevelReference", "MeanMetric", "Metric", "Milestone", "OnTimeMetric", "OutageCountMetric",
    "RatioMetric", "Statistic", "SuccessMetric", "TallyMetric", "ThresholdIn", "TicketMetric", "TotalMetric",
    "WithinMetric", "shortest_threshold", "unit_of",
]  # fmt: skip


class Milestone(StrEnum):
    """What a ticket's clock runs to."""

    RESPONSE = "response"
    RESOLUTION = "resolution"


class Assign(StrEnum):
    """Which instant of a ticket decides the period it falls in (ruling 19)."""

    MILESTONE = "milestone"
    OPENED = "opened"
    DEADLINE = "deadline"


class CountFrom(StrEnum):
    """Whether an outage counts from its start or from when it was reported (ruling 15)."""

    START = "start"
    REPORTED = "reported"


class Statistic(StrEnum):
    """A statistic of clock times; percentiles and the median are by nearest rank."""

    MEAN = "mean"
    MEDIAN = "median"
    P90 = "p90"
    P95 = "p95"
    P99 = "p99"
    MAX = "max"


class Aggregate(StrEnum):
    """Whether samples are taken all together, or interval by interval and then averaged."""

    POOLED = "pooled"
    INTERVAL_MEAN = "interval_mean"


class Formula(StrEnum):
    """What a composite makes of the values of its levels."""

    PRODUCT = "product"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True)
class AvailabilityMetric:
    """100 x (agreed service time - counted downtime) / agreed service time; times in microseconds."""

    minimum_outage: int = 0
    count_from: CountFrom = CountFrom.START
    weights: tuple[tuple[str, Fraction], ...] = ()
    """How much of the downtime of a severity counts, 0 to 1, by severity; any other counts in full."""
    kind: str = "availability"


@dataclass(frozen=True, slots=True)
class OutageCountMetric:
    """How many outages, strictly longer than ``longer_than`` microseconds, began in the period."""

    longer_than: int = 0
    count_from: CountFrom = CountFrom.START
    kind: str = "outageCount"


@dataclass(frozen=True, slots=True)
class ThresholdIn:
    """The threshold of a priority for tickets opened in a window (None: in any).

    ``amount`` is microseconds of clock time; None: the end of service on the next business day.
    """

    priority: str
    window: str | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class WithinMetric:
    """Percent of tickets whose milestone came within its threshold.

    ``thresholds`` pairs a priority with microseconds of clock time, sorted by priority; ``priorities`` narrows the
    level to some of them (None: all that have a threshold); ``stops`` are the statuses that stop the clock.
    """

    milestone: Milestone
    thresholds: tuple[tuple[str, int], ...]
    priorities: frozenset[str] | None = None
    stops: frozenset[str] = frozenset()
    assign: Assign = Assign.MILESTONE
    by_window: tuple[ThresholdIn, ...] = ()
    """Thresholds that depend on when a ticket was opened; a priority has these or one of ``thresholds``."""
    priority_at_opening: bool = False
    """Whether the priority at opening sets the threshold, and not the one at the milestone."""
    kind: str = "within"

    def threshold(self, priority: str) -> int | None:
        """The threshold of ``priority`` in microseconds; None where the level does not cover it (ruling 18)."""
        if not self.covers(priority):
            return None
        return dict(self.thresholds).get(priority)

    def covers(self, priority: str | None) -> bool:
        """Whether tickets of a priority count."""
        if priority is None or (self.priorities is not None and priority not in self.priorities):
            return False
        return priority in _priorities(self)


@dataclass(frozen=True, slots=True)
class DurationMetric:
    """A statistic of the milestone's clock time, in seconds.

    Without ``priorities`` all that have a threshold count, and without ``thresholds`` all tickets. A threshold judges
    nothing here: it says which priorities are meant, when a ticket was due, and what a supplier promised.
    """

    milestone: Milestone
    statistic: Statistic
    priorities: frozenset[str] | None = None
    stops: frozenset[str] = frozenset()
    assign: Assign = Assign.MILESTONE
    thresholds: tuple[tuple[str, int], ...] = ()
    by_window: tuple[ThresholdIn, ...] = ()
    """Thresholds that depend on when a ticket was opened."""
    priority_at_opening: bool = False
    """Whether the priority at opening decides, and not the one at the milestone."""
    kind: str = "duration"

    def threshold(self, priority: str) -> int | None:
        """The threshold of ``priority`` in microseconds; None where the level does not cover it or states none."""
        return dict(self.thresholds).get(priority) if self.covers(priority) else None

    def covers(self, priority: str | None) -> bool:
        """Whether tickets of a priority count."""
        if self.priorities is not None:
            return priority in self.priorities
        named = _priorities(self)
        return not named or priority in named


@dataclass(frozen=True, slots=True)
class RatioMetric:
    """100 x the sum of numerators / the sum of denominators of the counts of a measure."""

    measure: str
    kind: str = "ratio"


@dataclass(frozen=True, slots=True)
class MeanMetric:
    """The sum of numerators / the sum of denominators of the counts of a measure."""

    measure: str
    kind: str = "mean"


@dataclass(frozen=True, slots=True)
class TotalMetric:
    """The sum of the numerators of the counts of a measure."""

    measure: str
    kind: str = "total"


@dataclass(frozen=True, slots=True)
class SuccessMetric:
    """Percent of good samples: of all together, or the mean of the rates of intervals of ``interval`` microseconds."""

    measure: str
    aggregate: Aggregate = Aggregate.POOLED
    interval: int | None = None
    kind: str = "success"


@dataclass(frozen=True, slots=True)
class OnTimeMetric:
    """Percent of the items of a measure that were delivered by their due time."""

    measure: str
    kind: str = "onTime"


@dataclass(frozen=True, slots=True)
class LevelReference:
    """A service level by the names of its agreement and its own."""

    agreement: str
    level: str


@dataclass(frozen=True, slots=True)
class CompositeMetric:
    """A formula over the values of other service levels; ``weights`` stand in their order."""

    formula: Formula
    of: tuple[LevelReference, ...]
    weights: tuple[Fraction, ...] = ()
    kind: str = "composite"


@dataclass(frozen=True, slots=True)
class LaterMetric:
    """A metric that parses but that no calculation reads yet."""

    kind: str


TicketMetric = WithinMetric | DurationMetric
"""A metric of tickets, whose clock runs in somebody's custody."""

_A_DAY = 24 * 60 * 60 * 1_000_000


def shortest_threshold(metric: TicketMetric, priority: str) -> int | None:
    """The shortest that a metric may ask of a priority, the next business day taken as a day; None: it says none."""
    if not metric.covers(priority):
        return None
    plain = metric.threshold(priority)
    stated = [each.amount or _A_DAY for each in metric.by_window if each.priority == priority]
    return min([*stated, *([] if plain is None else [plain])], default=None)


def _priorities(metric: TicketMetric) -> frozenset[str]:
    return frozenset(
        [*(each for each, _ in metric.thresholds), *(each.priority for each in metric.by_window)]
    )


TallyMetric = RatioMetric | MeanMetric | TotalMetric | SuccessMetric | OnTimeMetric
"""A metric that is a sum, or a quotient of sums, over rows that each are one party's."""
Metric = AvailabilityMetric | OutageCountMetric | TicketMetric | TallyMetric | CompositeMetric | LaterMetric

_UNITS = {
    "availability": "microseconds",
    "outageCount": "outages",
    "within": "tickets",
    "duration": "seconds",
    "ratio": "counts",
    "mean": "counts",
    "total": "counts",
    "success": "samples",
    "onTime": "items",
    "composite": "value",
}


def unit_of(metric: Metric) -> str:
    """What the numerator and the denominator of an attainment count."""
    if isinstance(metric, SuccessMetric) and metric.aggregate is Aggregate.INTERVAL_MEAN:
        return "intervals"
    return _UNITS.get(metric.kind, "")
