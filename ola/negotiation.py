"""What the customer asked for, what the chain can support, and what was agreed: requirement, feasibility, compromise.

The problem: a customer asks for 99.95, the suppliers' promises carry 99.6, and 99.5 is signed. A year later nobody
knows why it is not 99.95. So the three figures stand side by side, while the draft is negotiated and ever after.

Example: requested 99.95 on a service that stands on a supplier's 99.9: supported, expected and guaranteed, is 99.9.
What was asked for is out of reach; an agreed 99.5 is guaranteed.

Limits: what a chain supports is worked out for availability (`ola.alignment.support`) and for the times of tickets
(`ola.ticket_support`), by the promises in force on the day from which the draft would hold. Of every other metric the
requested and the agreed figure stand alone, which ``reason`` says.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.agreements import Agreement, AvailabilityMetric, ServiceLevel, Target, Threshold
from domain.metrics import DurationMetric, WithinMetric
from ola.alignment.one_agreement import judged_periods
from ola.alignment.support import support_of
from ola.alignment.underpinning import Underpinning
from ola.chain import Chain
from ola.inheritance import Standing
from ola.portfolio import Portfolio
from ola.sides import Sides
from ola.ticket_support import TicketSupport, ticket_support

__all__ = ["Feasibility", "NegotiatedLevel", "negotiation"]


_UNITS = {
    "availability": "percent", "within": "percent", "ratio": "percent", "success": "percent", "onTime": "percent",
    "duration": "seconds",
}  # fmt: skip


class Feasibility(StrEnum):
    """Whether the chain carries a figure."""

    GUARANTEED = "GUARANTEED"
    """However unluckily failures fall, if every supplier keeps its promise."""
    EXPECTED = "EXPECTED"
    """If failures are independent; not guaranteed."""
    UNSUPPORTED = "UNSUPPORTED"
    """Not even to be expected."""
    UNKNOWN = "UNKNOWN"
    """Nothing that is promised stands under it, or the metric is not one that a chain supports."""


@dataclass(frozen=True, slots=True)
class NegotiatedLevel:
    """One promise: what was asked for, what is supported, and what is agreed; in ``unit``, percent or seconds.

    ``reason`` says what the supported figures rest on, or why there are none.
    """

    level: str
    service: str
    clause: str | None
    requested: Threshold | None
    expected: Fraction | None
    guaranteed: Fraction | None
    agreed: Threshold | None
    request_is: Feasibility
    agreed_is: Feasibility
    unit: str = "percent"
    reason: str | None = None


def negotiation(portfolio: Portfolio, agreement: Agreement, day: date) -> tuple[NegotiatedLevel, ...]:
    """Every level of a version on each of its services, with the three figures as of a day.

    ``day`` is the one whose promises count: as a rule the first on which the version would hold.
    """
    in_force = portfolio.in_force(day)
    under = Underpinning(portfolio, Chain.of(portfolio), in_force, Standing.of(portfolio, in_force), day)
    return tuple(
        _negotiated(under, agreement, level, service)
        for level in agreement.levels
        for service in level.services
    )


def _negotiated(
    under: Underpinning, agreement: Agreement, level: ServiceLevel, service: str
) -> NegotiatedLevel:
    requested = None if level.requested is None else _on(level.requested, under.day)
    agreed = _on(level.target, under.day)
    found = _supported(under, agreement, level, service)
    return NegotiatedLevel(
        level.name,
        service,
        level.clause,
        requested,
        found.expected,
        found.guaranteed,
        agreed,
        _carries(found, requested),
        _carries(found, agreed),
        _UNITS.get(level.metric.kind, "number"),
        found.reason,
    )


def _supported(under: Underpinning, agreement: Agreement, level: ServiceLevel, service: str) -> TicketSupport:
    """What the chain supports, in the unit of the level; of a metric that no chain supports, why nothing is told."""
    metric = level.metric
    if isinstance(metric, WithinMetric | DurationMetric):
        sides = Sides.of(under.portfolio, under.in_force, agreement)
        return ticket_support(sides, under.chain, agreement, level, service, under.day)
    if not isinstance(metric, AvailabilityMetric):
        return TicketSupport(
            None,
            None,
            f"what a chain supports is known of availability and ticket times, not of {metric.kind}",
        )
    periods = judged_periods(agreement, level, None, under.day)
    support = support_of(under, agreement, level, service, periods)
    if support is None:
        return TicketSupport(None, None, "nothing that is promised in its unit stands under it")
    return TicketSupport(100 * support.expected.low, 100 * support.guaranteed)


def _on(target: Target, day: date) -> Threshold | None:
    """The step in force on a day, or the first that is still to come: a draft speaks of the future."""
    found = target.on(day)
    return target.steps[0].threshold if found is None and target.steps else found


def _carries(support: TicketSupport, figure: Threshold | None) -> Feasibility:
    if figure is None or (support.guaranteed is None and support.expected is None):
        return Feasibility.UNKNOWN
    if support.guaranteed is not None and _keeps(figure, support.guaranteed):
        return Feasibility.GUARANTEED
    is_expected = support.expected is not None and _keeps(figure, support.expected)
    return Feasibility.EXPECTED if is_expected else Feasibility.UNSUPPORTED


def _keeps(figure: Threshold, supported: Fraction) -> bool:
    return figure.is_met_by(supported)
