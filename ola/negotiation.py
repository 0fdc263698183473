"""What the customer asked for, what the chain can support, and what was agreed: requirement, feasibility, compromise.

The problem: a customer asks for 99.95, the suppliers' promises carry 99.6, and 99.5 is signed. A year later nobody
knows why it is not 99.95. So the three figures stand side by side, while the draft is negotiated and ever after.

Example: requested 99.95 on a service that stands on a supplier's 99.9: supported, expected and guaranteed, is 99.9.
What was asked for is out of reach; an agreed 99.5 is guaranteed.

Limits: what a chain supports is worked out for availability (`ola.alignment.support`), by the promises in force on the
day from which the draft would hold. Of every other metric the requested and the agreed figure stand alone.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.agreements import Agreement, AvailabilityMetric, Direction, ServiceLevel, Target, Threshold
from ola.alignment.one_agreement import judged_periods
from ola.alignment.support import Support, support_of
from ola.alignment.underpinning import Underpinning
from ola.chain import Chain
from ola.inheritance import Standing
from ola.portfolio import Portfolio

__all__ = ["Feasibility", "NegotiatedLevel", "negotiation"]


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
    """One promise: what was asked for, what is supported (in percent), and what is agreed."""

    level: str
    service: str
    clause: str | None
    requested: Threshold | None
    expected: Fraction | None
    guaranteed: Fraction | None
    agreed: Threshold | None
    request_is: Feasibility
    agreed_is: Feasibility


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
    support = None
    if isinstance(level.metric, AvailabilityMetric):
        periods = judged_periods(agreement, level, None, under.day)
        support = support_of(under, agreement, level, service, periods)
    requested = None if level.requested is None else _on(level.requested, under.day)
    agreed = _on(level.target, under.day)
    return NegotiatedLevel(
        level.name,
        service,
        level.clause,
        requested,
        None if support is None else 100 * support.expected.low,
        None if support is None else 100 * support.guaranteed,
        agreed,
        _carries(support, requested),
        _carries(support, agreed),
    )


def _on(target: Target, day: date) -> Threshold | None:
    """The step in force on a day, or the first that is still to come: a draft speaks of the future."""
    found = target.on(day)
    return target.steps[0].threshold if found is None and target.steps else found


def _carries(support: Support | None, figure: Threshold | None) -> Feasibility:
    if support is None or figure is None or figure.direction is not Direction.AT_LEAST:
        return Feasibility.UNKNOWN
    part = figure.value / 100
    if part <= support.guaranteed:
        return Feasibility.GUARANTEED
    return Feasibility.EXPECTED if part <= support.expected.low else Feasibility.UNSUPPORTED
