"""The metrics of service levels as the schema shows them."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.describing import described, said
from api.graphql.scalars import DurationText, duration
from domain import agreements as core
from domain.money import decimal_text

__all__ = [
    "AvailabilityMetric", "CompositeMetric", "DurationMetric", "LaterMetric", "MeasureMetric", "Metric",
    "OutageCountMetric", "PriorityThreshold", "SeverityWeight", "SuccessMetric", "WindowThreshold", "WithinMetric",
    "metric",
]  # fmt: skip


@described
class AvailabilityMetric:
    """Percent of the agreed service time in which the service was there."""

    minimum_outage: DurationText = said("A shorter outage does not count.")
    count_from: core.CountFrom = said("From when an outage counts.")
    weights: list["SeverityWeight"] = said("How much downtime of a severity counts; of any other all of it.")


@described
class SeverityWeight:
    """How much of the downtime of a severity counts."""

    severity: str = said("The severity, as the outages name it.")
    weight: str = said("How much of it counts, 0 to 1.")


@described
class PriorityThreshold:
    """How long a ticket of a priority may take."""

    priority: str = said("The priority.")
    within: DurationText = said("The time on the ticket's clock.")


@described
class WindowThreshold:
    """The clock time within which a ticket of a priority reaches its milestone, by the window it was opened in."""

    priority: str = said("The priority.")
    window: str | None = said("The window that the ticket is opened in; null: any.")
    within: DurationText | None = said(
        "The time on the ticket's clock; null: the end of the next business day's service."
    )


@described
class WithinMetric:
    """Percent of tickets whose milestone came in time."""

    milestone: core.Milestone = said("What the clock runs to.")
    thresholds: list[PriorityThreshold] = said("How long it may take, by priority.")
    thresholds_by_window: list[WindowThreshold] = said(
        "How long it may take where that depends on when it was opened."
    )
    stops: list[str] = said("The statuses that stop the clock.")
    assign: core.Assign = said("Which instant decides the period that a ticket is judged in.")


@described
class OutageCountMetric:
    """How many outages began in the period."""

    longer_than: DurationText = said("Only outages longer than this are counted.")
    count_from: core.CountFrom = said("From when an outage counts.")


@described
class DurationMetric:
    """A statistic of the time on tickets' clocks, in seconds."""

    milestone: core.Milestone = said("What the clock runs to.")
    statistic: core.Statistic = said("Which statistic; percentiles are by nearest rank.")
    priorities: list[str] = said("The priorities that it covers; none said: all.")
    stops: list[str] = said("The statuses that stop the clock.")
    assign: core.Assign = said("Which instant decides the period that a ticket is judged in.")


@described
class MeasureMetric:
    """A ratio, a mean or a total of counts, or the percentage of items on time."""

    kind: str = said("ratio, mean, total or onTime.")
    measure: str = said("The measure that the rows of evidence name.")


@described
class SuccessMetric:
    """Percent of good samples."""

    measure: str = said("The measure that the rows of evidence name.")
    aggregate: core.Aggregate = said("All samples together, or the mean of each interval's rate.")
    interval: DurationText | None = said("The length of an interval.")


@described
class CompositeMetric:
    """A formula over the values of other service levels."""

    formula: core.Formula = said("The formula.")
    of: list[str] = said("The service levels, each as agreement/serviceLevel.")
    weights: list[str] = said("The weights in their order; none but for the formula weighted.")


@described
class LaterMetric:
    """A metric that is understood but not calculated yet: it has no attainments, and a finding says so."""

    kind: str = said("What the contract calls it.")


Metric: TypeAlias = Annotated[
    AvailabilityMetric
    | WithinMetric
    | LaterMetric
    | OutageCountMetric
    | DurationMetric
    | MeasureMetric
    | SuccessMetric
    | CompositeMetric,
    strawberry.union("Metric", description="What a service level measures."),
]


def metric(value: core.Metric) -> Metric:
    """A metric as the schema shows it."""
    match value:
        case core.AvailabilityMetric():
            shown = duration(value.minimum_outage)
            weights = [
                SeverityWeight(severity=name, weight=decimal_text(weight)) for name, weight in value.weights
            ]
            return AvailabilityMetric(minimum_outage=shown, count_from=value.count_from, weights=weights)
        case core.OutageCountMetric():
            return OutageCountMetric(longer_than=duration(value.longer_than), count_from=value.count_from)
        case core.WithinMetric():
            return _within(value)
        case core.DurationMetric():
            return DurationMetric(
                milestone=value.milestone,
                statistic=value.statistic,
                priorities=sorted(
                    value.priorities
                    or {
                        *(priority for priority, _ in value.thresholds),
                        *(each.priority for each in value.by_window),
                    }
                ),
                stops=sorted(value.stops),
                assign=value.assign,
            )
        case core.SuccessMetric():
            interval = None if value.interval is None else duration(value.interval)
            return SuccessMetric(measure=value.measure, aggregate=value.aggregate, interval=interval)
        case core.RatioMetric() | core.MeanMetric() | core.TotalMetric() | core.OnTimeMetric():
            return MeasureMetric(kind=value.kind, measure=value.measure)
        case core.CompositeMetric():
            return CompositeMetric(
                formula=value.formula,
                of=[f"{each.agreement}/{each.level}" for each in value.of],
                weights=[decimal_text(weight) for weight in value.weights],
            )
        case _:
            return LaterMetric(kind=value.kind)


def _within(value: core.WithinMetric) -> WithinMetric:
    chosen = [
        (priority, within) for priority, within in value.thresholds if value.threshold(priority) is not None
    ]
    return WithinMetric(
        milestone=value.milestone,
        thresholds=[PriorityThreshold(priority=each, within=duration(within)) for each, within in chosen],
        stops=sorted(value.stops),
        assign=value.assign,
        thresholds_by_window=[
            WindowThreshold(
                priority=each.priority,
                window=each.window,
                within=None if each.amount is None else duration(each.amount),
            )
            for each in value.by_window
            if value.covers(each.priority)
        ],
    )
