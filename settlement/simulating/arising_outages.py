"""In which drawn years a right that counts outages, or the hours of them, arises.

The problem: "more than three outages in any thirty days" asks of every day of every drawn year. The rule that answers
it (`asked`) searches sorted days, however many; so all drawn years are put to it one behind another, far enough apart
that no window reaches from one into the next.

Example: of 10,000 years with twelve outages each the 120,000 days are asked about at once.

The way: outages are counted as `settlement.past_outages` counts them: maximal times down that touch agreed service time
and are as long as the contract asks, on the local day on which they began; hours are counted downtime by local day.

Limits: a window of months is asked year by year, because months differ in length, of years that have enough outages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import floor

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, AvailabilityMetric, OutageCountMetric
from domain.attainment import LevelOn
from domain.instants import HOUR
from domain.intervals import EMPTY, Intervals
from domain.metrics import LevelReference
from domain.periods import Period
from domain.termination.asking import asked
from domain.termination.facts import MonthFact, OutageDays, Series
from domain.termination.terms import OutageHoursExceed, OutagesExceed
from ola.simulation.downtime import DrawnDowntime
from settlement.days import midnight
from settlement.measured import MeasuredDowntime
from settlement.past_outages import counting_level, plain_level
from settlement.simulating.frame import AgreementFrame, Frame

__all__ = ["OutagesArising"]

Numbers = NDArray[np.int64]
OnOutages = OutagesExceed | OutageHoursExceed


@dataclass(frozen=True, slots=True)
class _OutageFacts:
    """The outages of one service as conditions ask for them, and nothing else."""

    found: OutageDays

    @property
    def adds_up(self) -> bool:
        return False

    @property
    def begins(self) -> int:
        return 0

    def levels(self, of: LevelReference | None) -> Sequence[Series]:
        del of
        return ()

    def months(self) -> Sequence[MonthFact]:
        return ()

    def outages(self, of: LevelReference | None, longer_than: int, *, in_hours: bool) -> Sequence[OutageDays]:
        del of, longer_than, in_hours
        return (self.found,)

    def events(self, event: str) -> Sequence[int]:
        del event
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """One service in the months in which one level says how its outages count.

    ``agreed`` is measured from the beginning of the year, and so are the days' ``edges``, of which the first is the
    midnight that begins the day ``first``.
    """

    service: str
    name: tuple[str, str]
    tolerated: int
    minimum: int
    agreed: Intervals
    edges: Numbers
    first: int


@dataclass(frozen=True, slots=True, eq=False)
class OutagesArising:
    """The conditions on outages of one agreement, asked of drawn years."""

    frame: Frame
    each: AgreementFrame
    _counted: dict[tuple[str | None, int], list[_Counted]] = field(default_factory=dict)

    def in_years(self, when: OnOutages, drawn: DrawnDowntime) -> NDArray[np.bool_]:
        """In which years a condition is met, by the outages of any one service."""
        years = drawn.failures.years
        found = np.zeros(years, dtype=np.bool_)
        longer_than = when.longer_than if isinstance(when, OutagesExceed) else 0
        by_service: dict[str, list[tuple[Numbers, Numbers, Numbers]]] = {}
        for counted in self._how(None if when.of is None else when.of.level, longer_than):
            rows = _begun(counted, drawn) if isinstance(when, OutagesExceed) else _hours(counted, drawn)
            by_service.setdefault(counted.service, []).append(rows)
        for service in sorted(by_service):
            year, day, weight = (np.concatenate(column) for column in zip(*by_service[service], strict=True))
            order = np.lexsort((day, year))
            found |= self._met(when, service, years, (year[order], day[order], weight[order]))
        return found

    def _met(
        self, when: OnOutages, service: str, years: int, rows: tuple[Numbers, Numbers, Numbers]
    ) -> NDArray[np.bool_]:
        year, day, weight = rows
        found = np.zeros(years, dtype=np.bool_)
        if not len(year):
            return found
        if not when.within.months:
            length = int(day.max()) - int(day.min()) + 1 + when.within.days
            for met, _ in self._asked(when, service, (day - day.min()) + year * length, weight):
                found[(met - 1) // length] = True
            return found
        # A year that has too little in all of it has too little in every window.
        limit = floor(when.count if isinstance(when, OutagesExceed) else when.hours * HOUR)
        total = np.zeros(years, dtype=np.int64)
        np.add.at(total, year, weight)
        for asked_of in np.flatnonzero(total > limit).tolist():
            begin, end = np.searchsorted(year, (asked_of, asked_of + 1))
            found[asked_of] = bool(self._asked(when, service, day[begin:end], weight[begin:end]))
        return found

    def _asked(
        self, when: OnOutages, service: str, days: Numbers, weights: Numbers
    ) -> Sequence[tuple[int, int]]:
        outages = OutageDays(self.each.name, "", service, days, weights, days, weights)
        return asked(when, _OutageFacts(outages)).days

    def _how(self, of: str | None, longer_than: int) -> list[_Counted]:
        """How the outages of each service count, version by version."""
        key = (of, longer_than)
        if key not in self._counted:
            found: dict[tuple[str, int], tuple[Agreement, list[Period]]] = {}
            for place, month in enumerate(self.frame.months):
                version = self.each.months[place]
                if version is None:
                    continue
                for service in version.services:
                    found.setdefault((service, id(version)), (version, []))[1].append(month)
            self._counted[key] = [
                counted
                for (service, _), (version, months) in sorted(found.items(), key=lambda row: row[0][0])
                if (counted := self._of(version, service, of, longer_than, months)) is not None
            ]
        return self._counted[key]

    def _of(
        self, version: Agreement, service: str, of: str | None, longer_than: int, months: Sequence[Period]
    ) -> _Counted | None:
        level = counting_level(version, service, of)
        if level is None:
            return None
        minimum = level.metric.minimum_outage if isinstance(level.metric, AvailabilityMetric) else 0
        own = level.metric.longer_than if isinstance(level.metric, OutageCountMetric) else 0
        on = LevelOn(version, plain_level(level, AvailabilityMetric(minimum)), service)
        agreed = EMPTY
        for month in months:
            measurement = self.frame.settling.measuring.measure(on, month)
            if measurement is not None and isinstance(measurement.basis, MeasuredDowntime):
                agreed |= measurement.basis.agreed
        base = self.frame.base
        first = max(months[0].first, version.first)
        last = min(months[-1].last, version.last_of(service))
        days = range((last - first).days + 2)
        edges = np.array(
            [midnight(version, first + timedelta(days=day)) - base for day in days], dtype=np.int64
        )
        return _Counted(
            service,
            (version.name, level.name),
            max(longer_than, own, minimum - 1),
            minimum,
            Intervals.from_arrays(agreed.starts - base, agreed.ends - base),
            edges,
            first.toordinal(),
        )


def _begun(counted: _Counted, drawn: DrawnDowntime) -> tuple[Numbers, Numbers, Numbers]:
    """The outages that count: in which year each began, on which day, and that it is one."""
    year, starts, ends = _in_year(drawn, drawn.down(counted.service))
    touches = counted.agreed.measure_between(starts, ends) > 0
    inside = (starts >= counted.edges[0]) & (starts < counted.edges[-1])
    chosen = touches & inside & (ends - starts > counted.tolerated)
    day = np.searchsorted(counted.edges, starts[chosen], side="right") - 1 + counted.first
    return year[chosen], day, np.ones(len(day), dtype=np.int64)


def _hours(counted: _Counted, drawn: DrawnDowntime) -> tuple[Numbers, Numbers, Numbers]:
    """The downtime that counts: of each year and day, how much."""
    year, starts, ends = _in_year(drawn, drawn.down(counted.service).at_least(counted.minimum))
    edges, agreed = counted.edges, counted.agreed
    first = np.maximum(np.searchsorted(edges, starts, side="right") - 1, 0)
    last = np.minimum(np.searchsorted(edges, ends, side="left") - 1, len(edges) - 2)
    pieces = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(len(starts)), pieces)
    day = first[row] + np.arange(len(row)) - (np.cumsum(pieces) - pieces)[row]
    lengths = agreed.measure_before(np.minimum(ends[row], edges[day + 1]))
    lengths = lengths - agreed.measure_before(np.maximum(starts[row], edges[day]))
    counts = lengths > 0
    return year[row][counts], day[counts] + counted.first, lengths[counts]


def _in_year(drawn: DrawnDowntime, down: Intervals) -> tuple[Numbers, Numbers, Numbers]:
    """Times of drawn years told from the beginning of their own: the year, the start and the end."""
    failures = drawn.failures
    year = (down.starts - failures.base) // failures.stride
    shift = failures.base + year * failures.stride
    return year, down.starts - shift, down.ends - shift
