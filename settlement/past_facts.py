"""The past of an agreement as its termination rights ask for it: levels, months and outages, made of what was settled.

The problem: a right must rest on the very attainments and statements of earlier months, each under its own version, and
a right of an umbrella on those of all its parts (2-documents). This brings them into the columns that conditions read.

Example: the facts of an agreement with one monthly level have one `Series` of as many rows as months have ended.

Limits: a level that is judged each day stands in its month's worst day, as its credit does. Columns are made when a
condition first asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import AvailabilityMetric, CapPer, OutageCountMetric
from domain.attainment import AttainmentStatus
from domain.credits.base import Due, charges_over, monthly_charges
from domain.credits.caps import cap_limit
from domain.intervals import Intervals
from domain.measure.availability import agreed_time
from domain.measure.judging import misses_minimum
from domain.metrics import LevelReference
from domain.money import decimal_text
from domain.periods import Period, PeriodKind, PeriodRule
from domain.termination.facts import MonthFact, OutageDays, Series
from settlement.days import known_until, midnight
from settlement.statements import consumers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.agreements import Agreement, ServiceLevel
    from domain.attainment import Attainment
    from domain.termination.terms import Notice
    from settlement.settle import Settling

__all__ = ["PastFacts"]

_SOME_OUTAGES = AvailabilityMetric()


@dataclass(frozen=True, slots=True, eq=False)
class PastFacts:
    """The facts of one agreement (``name``) and its ``parts``, of all periods that ended before ``as_of``."""

    settling: Settling
    name: str
    parts: tuple[str, ...]
    as_of: date
    _series: dict[str, tuple[Series, ...]] = field(default_factory=dict)
    _months: list[tuple[MonthFact, ...]] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether this is an umbrella, over whose parts counts run together."""
        return bool(self.parts)

    @property
    def begins(self) -> int:
        """The first day of the agreement's term."""
        return self.settling.versions[self.name][0].first.toordinal()

    @property
    def until(self) -> Period:
        """The last month of which anything has ended."""
        return PeriodRule.month().containing(self.as_of - timedelta(days=1))

    def levels(self, of: LevelReference | None) -> Sequence[Series]:
        """The levels of a name: of this agreement or its parts, or of another that the reference names."""
        if of is None:
            return [each for name in (self.name, *self.parts) for each in self._of(name)]
        names = (self.name, *self.parts) if of.agreement == self.name else (of.agreement,)
        return [each for name in names for each in self._of(name) if each.level == of.level]

    def _of(self, name: str) -> tuple[Series, ...]:
        if name not in self._series:
            self._series[name] = tuple(_all_series(self.settling, name, self.until, self.as_of))
        return self._series[name]

    def months(self) -> Sequence[MonthFact]:
        """The months that have ended; of an umbrella the sums of its parts."""
        if not self._months:
            self._months.append(tuple(self._month_facts()))
        return self._months[0]

    def _month_facts(self) -> Iterable[MonthFact]:
        rows: dict[Period, list[MonthFact]] = {}
        for name in (self.name, *self.parts):
            for fact in _money(self.settling, name, self.until):
                if fact.month.day_after <= self.as_of:
                    rows.setdefault(fact.month, []).append(fact)
        return [_summed(rows[month]) for month in sorted(rows)]

    def outages(self, of: LevelReference | None, longer_than: int) -> Sequence[OutageDays]:
        """The outages of the services of some levels; of no level, those of every service covered."""
        found = []
        for agreement, level, service in self._measured(of):
            found.append(_outages(self.settling, agreement, level, service, longer_than, self.as_of))
        return found

    def _measured(self, of: LevelReference | None) -> Iterable[tuple[Agreement, ServiceLevel | None, str]]:
        names = (self.name, *self.parts)
        if of is not None and of.agreement != self.name:
            names = (of.agreement,)
        for name in names:
            version = self.settling.version_on(name, self.as_of)
            if version is None:
                continue
            for service in version.services:
                on = [level for level in version.levels if service in level.services]
                if of is not None:
                    on = [level for level in on if level.name == of.level]
                    if not on:
                        continue
                counted = [
                    each for each in on if isinstance(each.metric, AvailabilityMetric | OutageCountMetric)
                ]
                yield version, next(iter(counted or on), None), service

    def events(self, event: str) -> Sequence[int]:
        """The days on which an event was recorded under the agreement, its umbrella or its parts."""
        return [notice.on.toordinal() for notice in self._recorded() if notice.event == event]

    def _recorded(self) -> Iterable[Notice]:
        version = self.settling.version_on(self.name, self.as_of)
        names = {self.name, *self.parts, *((version.part_of,) if version and version.part_of else ())}
        return (notice for notice in self.settling.portfolio.notices if notice.agreement in names)


# ------------------------------------------------------------------------------------------------ the levels


def _all_series(settling: Settling, name: str, until: Period, as_of: date) -> Iterable[Series]:
    """Every level of an agreement on each of its services, period by period, each under its own version.

    What is measured for each customer by itself is a past of its own: one customer's misses are not another's.
    """
    rows: dict[tuple[str, ...], list[Attainment]] = {}
    if name not in settling.versions:
        return
    for month in settling.history.months(settling.versions[name][0], until):
        for measurement in settling.measurements(name, month):
            attainment = measurement.attainment
            if attainment.period.day_after <= as_of:
                key = attainment.of.order()
                rows.setdefault(key, []).append(attainment)
    for key in sorted(rows):
        yield _series(_monthly(sorted(rows[key], key=lambda each: each.period)))


def _monthly(attainments: list[Attainment]) -> list[tuple[Period, Attainment]]:
    """The attainments with their periods; of windows that end on every day only each month's worst."""
    worst: dict[Period, Attainment] = {}
    for attainment in attainments:
        period = attainment.period
        if period.kind is PeriodKind.DAY_WINDOW:
            period = PeriodRule.month().containing(period.last)
        known = worst.get(period)
        if known is None or _badness(attainment) > _badness(known):
            worst[period] = attainment
    return sorted(worst.items(), key=lambda each: each[0])


def _badness(attainment: Attainment) -> tuple[bool, bool, Fraction]:
    margin = attainment.margin
    return (attainment.status is AttainmentStatus.MISSED, margin is not None, -(margin or Fraction(0)))


def _series(rows: list[tuple[Period, Attainment]]) -> Series:
    attainments = [attainment for _, attainment in rows]
    last = attainments[-1]
    minimum = last.of.level.minimum
    shown = None if minimum is None else minimum.on(_judged(last))
    return Series(
        last.of.agreement.name,
        last.of.level.name,
        last.of.service,
        rule=rows[-1][0].rule,
        periods=tuple(period for period, _ in rows),
        ends=np.array([period.last.toordinal() for period, _ in rows], dtype=np.int64),
        judged=np.array([_judged(each).toordinal() for each in attainments], dtype=np.int64),
        missed=np.array([each.status is AttainmentStatus.MISSED for each in attainments], dtype=np.bool_),
        missed_minimum=np.array([misses_minimum(each) for each in attainments], dtype=np.bool_),
        values=tuple(each.compared if each.compared is not None else each.value for each in attainments),
        target="" if last.threshold is None else decimal_text(last.threshold.value),
        minimum="" if shown is None else decimal_text(shown.value),
    )


def _judged(attainment: Attainment) -> date:
    return max(attainment.period.first, attainment.of.agreement.first)


# ------------------------------------------------------------------------------------------------- the money


def _money(settling: Settling, name: str, until: Period) -> Iterable[MonthFact]:
    if name not in settling.versions:
        return
    for month in settling.history.months(settling.versions[name][0], until):
        version = settling.judged_in(name, month)
        if version is not None:
            yield _month_fact(settling, version, month)


def _month_fact(settling: Settling, version: Agreement, month: Period) -> MonthFact:
    drawn = settling.statements(version, month)
    net = sum((line.net for each in drawn for line in each.lines), start=Fraction(0))
    limits: list[Fraction] = []
    charged, annual = Fraction(0), Fraction(0)
    for consumer in consumers_of(version):
        due = Due.of(version, month, consumer)
        charged += charges_over(version, None, due) or Fraction(0)
        limits += [cap_limit(version, cap, due) for cap in version.caps if cap.per is CapPer.MONTH]
        annual += 12 * (monthly_charges(version, None, consumer, due.first) or Fraction(0))
    charges = {"agreement": charged, "service": charged, "monthly": charged, "annual": annual}
    cap = min(limits, default=None)
    judged = max(month.first, version.first).toordinal()
    return MonthFact(month, judged, net, charges, cap)


def _summed(facts: Sequence[MonthFact]) -> MonthFact:
    """One month of several agreements together; the cap of all is known only where each has one."""
    if len(facts) == 1:
        return facts[0]
    first = facts[0]
    charges: Mapping[str, Fraction] = {
        base: sum((fact.charges[base] for fact in facts), start=Fraction(0)) for base in first.charges
    }
    caps = [fact.cap for fact in facts if fact.cap is not None]
    return MonthFact(
        first.month, max(fact.judged for fact in facts), sum((fact.net for fact in facts), start=Fraction(0)), charges,
        sum(caps, start=Fraction(0)) if len(caps) == len(facts) else None,
        sum((fact.points for fact in facts), start=Fraction(0)),
        sum((fact.most_points for fact in facts), start=Fraction(0)),
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------- the outages


def _outages(
    settling: Settling,
    agreement: Agreement,
    level: ServiceLevel | None,
    service: str,
    longer_than: int,
    as_of: date,
) -> OutageDays:
    """The outages of one service, as one level counts them, that began within the term and before a date."""
    metric = level.metric if level is not None else _SOME_OUTAGES
    if not isinstance(metric, AvailabilityMetric | OutageCountMetric):
        metric = _SOME_OUTAGES
    measuring = settling.measuring
    first = settling.versions[agreement.name][0].first
    begin = midnight(agreement, first)
    end = min(midnight(agreement, as_of), known_until(settling.as_of))
    state = measuring.book(end).measured(service, metric)
    down = state.down.clip(begin, end) if begin < end else state.down.clip(begin, begin)
    if isinstance(metric, AvailabilityMetric):
        down = down.at_least(metric.minimum_outage)
    last = as_of - timedelta(days=1)
    agreed = Intervals.of([])
    if first <= last:
        windows = agreement.calendar.service_time(first, last, level.window if level is not None else None)
        agreed = agreed_time(windows, agreement.calendar.weekly_intervals(agreement.maintenance, first, last))
    touching = agreed.measure_before(down.ends) - agreed.measure_before(down.starts) > 0
    counted = touching & (down.ends - down.starts > longer_than)
    days = np.arange(first.toordinal(), as_of.toordinal() + 1, dtype=np.int64)
    midnights = np.array([midnight(agreement, date.fromordinal(int(day))) for day in days], dtype=np.int64)
    began = days[np.searchsorted(midnights, down.starts[counted], side="right") - 1]
    hours = np.diff((down & agreed).measure_before(midnights))
    with_any = hours > 0
    name = level.name if level is not None else ""
    return OutageDays(
        agreement.name, name, service, began, np.ones(len(began), dtype=np.int64), days[:-1][with_any], hours[with_any]
    )  # fmt: skip
