"""The metrics of service levels as the schema shows them."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.describing import described, said
from api.graphql.scalars import DurationText, duration
from domain import agreements as core

__all__ = ["AvailabilityMetric", "LaterMetric", "Metric", "PriorityThreshold", "WithinMetric", "metric"]


@described
class AvailabilityMetric:
    """Percent of the agreed service time in which the service was there."""

    minimum_outage: DurationText = said("A shorter outage does not count.")
    count_from: core.CountFrom = said("From when an outage counts.")


@described
class PriorityThreshold:
    """How long a ticket of a priority may take."""

    priority: str = said("The priority.")
    within: DurationText = said("The time on the ticket's clock.")


@described
class WithinMetric:
    """Percent of tickets whose milestone came in time."""

    milestone: core.Milestone = said("What the clock runs to.")
    thresholds: list[PriorityThreshold] = said("How long it may take, by priority.")
    stops: list[str] = said("The statuses that stop the clock.")
    assign: core.Assign = said("Which instant decides the period that a ticket is judged in.")


@described
class LaterMetric:
    """A metric that is understood but not calculated yet: it has no attainments, and a finding says so."""

    kind: str = said("What the contract calls it.")


Metric: TypeAlias = Annotated[
    AvailabilityMetric | WithinMetric | LaterMetric,
    strawberry.union("Metric", description="What a service level measures."),
]


def metric(value: core.Metric) -> AvailabilityMetric | WithinMetric | LaterMetric:
    """A metric as the schema shows it."""
    if isinstance(value, core.AvailabilityMetric):
        return AvailabilityMetric(minimum_outage=duration(value.minimum_outage), count_from=value.count_from)
    if isinstance(value, core.WithinMetric):
        chosen = [
            (priority, within)
            for priority, within in value.thresholds
            if value.threshold(priority) is not None
        ]
        return WithinMetric(
            milestone=value.milestone,
            thresholds=[PriorityThreshold(priority=each, within=duration(within)) for each, within in chosen],
            stops=sorted(value.stops),
            assign=value.assign,
        )
    return LaterMetric(kind=value.kind)
