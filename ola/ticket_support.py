"""What a chain supports of a promise about ticket times: the stages' own promises, added up on the promise's clock.

The problem: a customer asks for 98 % of P1 within four hours. The desk promises 95 % within one hour, the vendor 99 %
within two and a half. Together that is three and a half hours, and, however unluckily the late ones fall, 94 % in time:
98 is out of reach, and 94 is what can be signed.

Example: 95 % and 99 %: guaranteed 95 + 99 - 100 = 94 %; expected, if being late is independent, 94.05 %. Had the vendor
four hours, the stages could take five, and nothing would be supported (E11).

A promise about a statistic is supported by stages that bound the same: a longest time by longest times, a mean by
means, a percentile by shares within a time that together leave no more late than it does.

Limits: each stage is taken to hold the ticket once; a party that promises nothing counts as no stage, as an unpromised
service does for availability (ruling 38 of the design). Thresholds by window are not compared, nor means in other
hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import prod

from domain.agreements import Agreement, Direction, ServiceLevel
from domain.durations import Duration
from domain.instants import SECOND
from domain.metrics import DurationMetric, Statistic, WithinMetric
from ola.alignment.stretches import longest_stretch
from ola.alignment.time_budgets import supporting
from ola.chain import Chain
from ola.sides import Sides

__all__ = ["TicketSupport", "ticket_support"]

_SHARES = {
    Statistic.MEDIAN: Fraction(1, 2),
    Statistic.P90: Fraction(9, 10),
    Statistic.P95: Fraction(19, 20),
    Statistic.P99: Fraction(99, 100),
    Statistic.MAX: Fraction(1),
}
"""Of how many tickets a statistic says that they took no longer."""


@dataclass(frozen=True, slots=True)
class TicketSupport:
    """What is supported, in the unit of the level (percent, or seconds); None: nothing, for the reason given."""

    expected: Fraction | None
    guaranteed: Fraction | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Offer:
    """That a stage takes no longer than ``stretch`` of our clock for ``kept`` of its tickets (None: on the mean)."""

    stretch: int
    late: Fraction
    agreement: str
    kept: Fraction | None


def ticket_support(
    sides: Sides, chain: Chain, judged: Agreement, level: ServiceLevel, service: str, day: date
) -> TicketSupport:
    """What the stages under a level on a service support, as they promise on a day; clocks over that day's year."""
    metric = level.metric
    assert isinstance(metric, WithinMetric | DurationMetric)  # noqa: S101 - asked of no other
    if metric.by_window:
        return TicketSupport(
            None, None, "thresholds that depend on the window are not compared with the stages'"
        )
    below = [
        (agreement, each)
        for agreement in supporting(sides, judged, frozenset(chain.closure(service)))
        for each in agreement.levels
        if isinstance(each.metric, WithinMetric | DurationMetric)
        and each.metric.milestone is metric.milestone
        and not frozenset(chain.closure(service)).isdisjoint(each.services)
    ]
    if not below:
        what = f"promises a time of {metric.milestone.value}"
        return TicketSupport(None, None, f"no OLA or underpinning contract below {what}")
    found = [
        _of_priority(metric, priority, _best(judged, level, below, priority, metric, day))
        for priority in _priorities(metric, [each for _, each in below])
    ]
    return _worst(found, lowest=isinstance(metric, WithinMetric))


def _priorities(metric: WithinMetric | DurationMetric, below: Iterable[ServiceLevel]) -> list[str | None]:
    """The priorities that a level is about; those that the stages name where it names none."""
    own = {priority for priority, _ in metric.thresholds if metric.covers(priority)} | (
        metric.priorities or set()
    )
    named = own or {
        priority
        for each in below
        if isinstance(each.metric, WithinMetric | DurationMetric)
        for priority in {*(name for name, _ in each.metric.thresholds), *(each.metric.priorities or ())}
    }
    return [*sorted(named)] if named else [None]


def _best(
    judged: Agreement,
    level: ServiceLevel,
    below: Iterable[tuple[Agreement, ServiceLevel]],
    priority: str | None,
    metric: WithinMetric | DurationMetric,
    day: date,
) -> list[_Offer]:
    """The best that each supporting party offers for a priority, by party."""
    best: dict[str, _Offer] = {}
    takes_means = isinstance(metric, DurationMetric) and metric.statistic is Statistic.MEAN
    for agreement, each in below:
        said = _said(each, priority, day)
        if said is None:
            continue
        length, kept = said
        stretch = longest_stretch(
            (judged.calendar, level.window), (agreement.calendar, each.window), length, day.year
        )
        is_whole = kept == 1
        if takes_means and not is_whole and (kept is not None or stretch != length):
            continue
        if not takes_means and kept is None:
            continue
        late = Fraction(0) if kept is None else 1 - kept
        offer = _Offer(stretch, late, agreement.name, kept)
        best[agreement.provider] = min(best.get(agreement.provider, offer), offer)
    return [best[party] for party in sorted(best)]


def _said(level: ServiceLevel, priority: str | None, day: date) -> tuple[int, Fraction | None] | None:
    """What a stage's level says of a priority: a time, and the share of tickets within it (None: on the mean)."""
    metric, target = level.metric, level.target.on(day)
    if target is None or not isinstance(metric, WithinMetric | DurationMetric):
        return None
    if isinstance(metric, WithinMetric):
        threshold = None if priority is None else metric.threshold(priority)
        if threshold is None or target.direction is not Direction.AT_LEAST:
            return None
        return threshold, min(target.value / 100, Fraction(1))
    if target.direction is not Direction.AT_MOST or not (priority is None or metric.covers(priority)):
        return None
    length = int(target.value * SECOND)
    return length, None if metric.statistic is Statistic.MEAN else _SHARES[metric.statistic]


def _of_priority(
    metric: WithinMetric | DurationMetric, priority: str | None, offers: Sequence[_Offer]
) -> TicketSupport:
    """What the stages support for one priority."""
    called = f"{priority}: " if priority is not None else ""
    if not offers:
        return TicketSupport(None, None, f"{called}no stage below promises a time that bounds it")
    total = sum(offer.stretch for offer in offers)
    listed = ", ".join(f"{offer.agreement} {Duration(micros=offer.stretch)}" for offer in offers)
    shares = [Fraction(1) if offer.kept is None else offer.kept for offer in offers]
    guaranteed, expected = (
        max(Fraction(0), sum(shares, start=Fraction(0)) - (len(shares) - 1)),
        prod(shares, start=Fraction(1)),
    )
    if isinstance(metric, WithinMetric):
        threshold = None if priority is None else metric.threshold(priority)
        if threshold is not None and total > threshold:
            why = (
                f"{called}the stages may together take {Duration(micros=total)} ({listed}), more than "
                f"{Duration(micros=threshold)}"
            )
            return TicketSupport(None, Fraction(0), why)
        return TicketSupport(100 * expected, 100 * guaranteed, f"{called}{listed}")
    length, asked = Fraction(total, SECOND), _SHARES.get(metric.statistic, Fraction(1))
    if metric.statistic is Statistic.MEAN or guaranteed >= asked:
        return TicketSupport(length, length, f"{called}{listed}")
    left = f"{called}the stages ({listed}) together may leave more tickets late than {metric.statistic.value} does"
    return TicketSupport(length if expected >= asked else None, None, left)


def _worst(found: Sequence[TicketSupport], *, lowest: bool) -> TicketSupport:
    """The priority that is supported least: its own figures, and why."""

    def order(each: TicketSupport) -> tuple[bool, bool, Fraction, Fraction]:
        guaranteed, expected = each.guaranteed, each.expected
        sign = 1 if lowest else -1
        return (
            guaranteed is not None and expected is not None,
            expected is not None,
            sign * (guaranteed or Fraction(0)),
            sign * (expected or Fraction(0)),
        )

    return min(found, key=order)
