"""When a target that was set without history is to be looked at again.

The problem: "99.9, as everybody has" is written into the contract, and nobody remembers that it was a guess. Once there
is history enough to say what would be met nine times in ten, somebody should look.

Example: an SLA and its evidence both begin in January: in October there are nine months, and its targets are due for a
review on 1 October. One that began in October, with nine months behind it, was set with history: none is due.

Limits (ruling 184): a target had history if a period of its level had ended, from the month of the first evidence of
its kind on, when its version took effect. Nine periods are counted by the calendar, whether each had a value or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import LaterMetric, State, Target
from domain.attainment import LevelOn
from domain.base_numbers import periods_needed
from domain.instants import as_datetime
from domain.metrics import (
    AvailabilityMetric,
    MeanMetric,
    OnTimeMetric,
    OutageCountMetric,
    RatioMetric,
    SuccessMetric,
    TicketMetric,
    TotalMetric,
)
from domain.periods import Period, PeriodKind
from domain.services import Measured

if TYPE_CHECKING:
    import numpy as np

    from domain.agreements import ServiceLevel
    from settlement.settle import Settling

__all__ = ["FirstEvidence", "as_if_in_force", "review_day", "target_reviews"]

_TO_REVIEW = Fraction(9, 10)
"""A target set without history is looked at again when history can propose one that is met with this probability."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstEvidence:
    """Where the evidence that a level reads begins; what many levels share is looked for once."""

    settling: Settling
    _outages: dict[str, int | None] = field(default_factory=dict)

    def month_of(self, of: LevelOn) -> date | None:
        """The first day of the month of the first evidence of a level's kind, on its agreement's clocks."""
        earliest = self.of(of)
        if earliest is None:
            return None
        return as_datetime(earliest).astimezone(of.agreement.calendar.zone).date().replace(day=1)

    def of(self, of: LevelOn) -> int | None:
        """The first evidence of the kind that a level reads; None where there is none of it."""
        evidence, metric, here = self.settling.evidence, of.level.metric, (of.service,)
        if isinstance(metric, AvailabilityMetric | OutageCountMetric):
            service = self.settling.portfolio.services[of.service]
            if service.measured is Measured.DIRECTLY and of.service not in evidence.services_with_outages():
                return None
            return self._of_outages()
        if isinstance(metric, TicketMetric):
            return _first(evidence.tickets(here).opened)
        if isinstance(metric, SuccessMetric):
            return _first(evidence.samples(here).at)
        if isinstance(metric, OnTimeMetric):
            return _first(evidence.deliverables(here).due)
        if isinstance(metric, RatioMetric | MeanMetric | TotalMetric):
            return _first(evidence.counts(here).start)
        return evidence.first_instant()

    def _of_outages(self) -> int | None:
        if "outages" not in self._outages:
            everything = tuple(self.settling.portfolio.services)
            self._outages["outages"] = _first(self.settling.evidence.outages(everything).started)
        return self._outages["outages"]


def _first(column: np.ndarray) -> int | None:
    return int(column.min()) if len(column) else None


def as_if_in_force(of: LevelOn, since: date) -> LevelOn:
    """A level as it stands, also before its term and before its target is dated."""
    anytime = Target(tuple(replace(step, since=None) for step in of.level.target.steps[-1:]))
    agreement = replace(of.agreement, first=min(since, of.agreement.first))
    return LevelOn(agreement, replace(of.level, target=anytime), of.service)


def target_reviews(settling: Settling, name: str, first: date, last: date) -> Iterator[tuple[date, LevelOn]]:
    """The levels of an agreement in force whose targets are due for a review from one day to another, both included.

    None that the agreement does not live to see: its term ends, or a right has ended it.
    """
    version = settling.version_on(name, settling.as_of)
    if version is None or version.state is not State.ACTIVE or version.last < settling.as_of:
        return
    evidence = FirstEvidence(settling)
    standing = settling.measuring.standing(max(settling.as_of, version.first))
    for level in version.levels:
        if isinstance(level.metric, LaterMetric) or not level.target.steps:
            continue
        for whose in settling.measuring.judged_for(version, level):
            for service in sorted(standing.services(whose, level)):
                of = LevelOn(whose, level, service)
                day = review_day(of, _first_period(evidence, of, last))
                # One that falls on the last day of all comes too late to change anything.
                if day is not None and first <= day <= last and day < version.last:
                    yield day, of


def _first_period(evidence: FirstEvidence, of: LevelOn, last: date) -> Period | None:
    """The first period of the past in which a level had a value; None where it had none, or none is asked for."""
    settling, since = evidence.settling, evidence.month_of(of)
    if since is None:
        return None
    seen = as_if_in_force(of, since)
    period = of.level.period.containing(since)
    if period.first < since:
        period = after(of.level, period)
    of_outages = isinstance(of.level.metric, AvailabilityMetric | OutageCountMetric)
    while period.last < settling.as_of and period.last <= last:
        # Outages say something of every period, so that only other kinds of evidence have to be looked at.
        measurement = None if of_outages else settling.measuring.measure(seen, period)
        if of_outages or (measurement is not None and measurement.attainment.value is not None):
            return period
        period = after(of.level, period)
    return None


def review_day(of: LevelOn, first: Period | None) -> date | None:
    """When a target that was set without history should be looked at again; None where it had some.

    ``first`` is the first period of the past with a value. It had no history where no such period had ended when its
    version took effect.
    """
    version = of.agreement
    begins = max(version.effective, version.first)
    if first is not None and first.last < begins:
        return None
    period = first if first is not None else of.level.period.containing(begins)
    if first is None and period.first < begins:
        period = after(of.level, period)
    for _ in range(periods_needed(_TO_REVIEW) - 1):
        period = after(of.level, period)
    return min(period.day_after, version.last)


def after(level: ServiceLevel, period: Period) -> Period:
    """The period after; of windows that overlap, the one that begins where this one ends."""
    if period.kind is PeriodKind.DAY_WINDOW and level.period.length is not None:
        return level.period.containing(level.period.length.after(period.last))
    return period.next()
