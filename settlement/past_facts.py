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

from domain.agreements import CapPer, PointsCredit
from domain.attainment import AttainmentStatus
from domain.credits.base import Due, charges_over, monthly_charges
from domain.credits.caps import cap_limit
from domain.measure.judging import misses_minimum
from domain.metrics import LevelReference
from domain.money import decimal_text
from domain.periods import Period, PeriodKind, PeriodRule
from domain.termination.facts import MonthFact, OutageDays, Promised, Series
from settlement.past_outages import outage_days
from settlement.standing import worst_of_each_month
from settlement.statements import consumers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.agreements import Agreement
    from domain.attainment import Attainment
    from domain.termination.terms import Notice
    from settlement.kept_months import KeptMonths
    from settlement.measured import Measurement
    from settlement.settle import Settling

__all__ = ["PastFacts", "month_fact", "period_counted", "value_seen"]


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
            months = [month for month, _ in self._versions(name)]
            self._series[name] = tuple(_all_series(self.settling, name, months, self.as_of))
        return self._series[name]

    def months(self) -> Sequence[MonthFact]:
        """The months that have ended; of an umbrella the sums of its parts."""
        if not self._months:
            self._months.append(tuple(self._month_facts()))
        return self._months[0]

    def _month_facts(self) -> Iterable[MonthFact]:
        rows: dict[Period, list[MonthFact]] = {}
        currency: str | None = None
        for name in (self.name, *self.parts):
            for month, version in self._versions(name):
                if month.day_after > self.as_of:
                    continue
                # What is priced in another currency than the umbrella, or else its first part, is not added to it.
                currency = currency or (version.currency if version.charges else None)
                if not version.charges or version.currency == currency:
                    rows.setdefault(month, []).append(month_fact(self.settling, version, month))
        for month in sorted(rows):
            umbrella = self.settling.judged_in(self.name, month) if self.parts else None
            limits = [] if umbrella is None else self._umbrella_limits(umbrella, month)
            yield _summed(rows[month], limits)

    def _umbrella_limits(self, umbrella: Agreement, month: Period) -> list[Fraction]:
        """The monthly caps of an umbrella over all its parts."""
        return [
            self.settling.remedies.umbrella_limit(umbrella, cap, umbrella.consumer, month)
            for cap in umbrella.caps
            if cap.per is CapPer.MONTH
        ]

    def outages(self, of: LevelReference | None, longer_than: int, *, in_hours: bool) -> Sequence[OutageDays]:
        """The outages (or the hours) of the services of some levels; of no level, those of every service covered."""
        names = (self.name, *self.parts)
        if of is not None and of.agreement != self.name:
            names = (of.agreement,)
        found = []
        for name in names:
            versions = list(self._versions(name))
            for service in sorted({service for _, version in versions for service in version.services}):
                level = None if of is None else of.level
                days = outage_days(
                    self.settling.measuring,
                    versions,
                    service,
                    level,
                    longer_than,
                    self.as_of,
                    in_hours=in_hours,
                )
                found += [] if days is None else [days]
        return found

    def _versions(self, name: str) -> Iterable[tuple[Period, Agreement]]:
        """The months of an agreement with the version judged in each; of a part, those in which it was one."""
        if name not in self.settling.versions:
            return
        for month in self.settling.history.months(self.settling.versions[name][0], self.until):
            version = self.settling.judged_in(name, month)
            if version is not None and (name not in self.parts or self._is_part(version, month)):
                yield month, version

    def _is_part(self, version: Agreement, month: Period) -> bool:
        """Whether a version stands under this umbrella in a month, however deep; in whatever currency."""
        above, seen = version.part_of, {version.name}
        while above is not None and above not in seen:
            if above == self.name:
                return True
            seen.add(above)
            umbrella = self.settling.judged_in(above, month)
            above = None if umbrella is None else umbrella.part_of
        return False

    def events(self, event: str) -> Sequence[int]:
        """The days on which an event was recorded under the agreement, its umbrella or its parts."""
        return [notice.on.toordinal() for notice in self._recorded() if notice.event == event]

    def _recorded(self) -> Iterable[Notice]:
        version = self.settling.version_on(self.name, self.as_of)
        names = {self.name, *self.parts, *((version.part_of,) if version and version.part_of else ())}
        return (notice for notice in self.settling.portfolio.notices if notice.agreement in names)


# ------------------------------------------------------------------------------------------------ the levels


def _all_series(settling: Settling, name: str, months: Iterable[Period], as_of: date) -> Iterable[Series]:
    """Every level of an agreement on each of its services, period by period, each under its own version.

    What is measured for each customer by itself is a past of its own: one customer's misses are not another's.
    """
    rows: dict[tuple[str, ...], list[Measurement]] = {}
    for month in months:
        for measurement in worst_of_each_month(settling.counted_measurements(name, month)):
            attainment = measurement.attainment
            if period_counted(attainment).day_after <= as_of:
                rows.setdefault(attainment.of.order(), []).append(measurement)
    for key in sorted(rows):
        past = sorted(rows[key], key=lambda each: each.attainment.period)
        struck = {
            place: why
            for place, each in enumerate(past)
            if (why := settling.measuring.struck_out(each)) is not None
        }
        yield _series(settling, past, struck)


def period_counted(attainment: Attainment) -> Period:
    """The period that counts: of a level that is judged each day the month (ruling 124)."""
    if attainment.period.kind is PeriodKind.DAY_WINDOW:
        return PeriodRule.month().containing(attainment.period.last)
    return attainment.period


def _series(settling: Settling, rows: Sequence[Measurement], struck: Mapping[int, str]) -> Series:
    attainments = [row.as_termination_sees.attainment for row in rows]
    periods = tuple(period_counted(each) for each in attainments)
    last = attainments[-1]
    unexcused = {place: settling.measuring.unexcused(rows[place]) for place in struck}
    return Series(
        agreement=last.of.agreement.name,
        level=last.of.level.name,
        service=last.of.service,
        rule=periods[-1].rule,
        periods=periods,
        ends=np.array([period.last.toordinal() for period in periods], dtype=np.int64),
        judged=np.array([_judged(each).toordinal() for each in attainments], dtype=np.int64),
        struck=struck,
        missed=np.array([each.status is AttainmentStatus.MISSED for each in attainments], dtype=np.bool_),
        missed_minimum=np.array([misses_minimum(each) for each in attainments], dtype=np.bool_),
        values=tuple(value_seen(row, row.as_termination_sees) for row in rows),
        unexcused={place: each.value for place, each in unexcused.items()},
        promised=_promises(attainments),
    )


def _promises(attainments: Sequence[Attainment]) -> Promised:
    """What a level promises on a day, by the version of the agreement that was judged last by then."""
    levels = [(_judged(attainments[0]), attainments[0].of.level)]
    for each in attainments:
        if each.of.level is not levels[-1][1]:
            levels.append((_judged(each), each.of.level))

    def promised(day: date, is_minimum: bool) -> str:  # noqa: FBT001 - a way of calling that has one place
        level = next((level for since, level in reversed(levels) if since <= day), levels[0][1])
        steps = level.minimum if is_minimum else level.target
        threshold = None if steps is None else steps.on(day)
        return "" if threshold is None else decimal_text(threshold.value)

    return promised


def value_seen(row: Measurement, seen: Measurement) -> Fraction | None:
    """The value that counts, with what is relieved for whoever sees it so (``seen``), as the contract compares it.

    A period of which nothing is left once it is relieved stands at its target: leaving it out of a mean could make the
    mean worse, and relief never creates a right, nor a credit.
    """
    left, plain = seen.attainment, row.attainment
    if left.value is None and plain.value is not None and plain.threshold is not None:
        return plain.threshold.value
    return left.compared if left.compared is not None else left.value


def _judged(attainment: Attainment) -> date:
    return max(attainment.period.first, attainment.of.agreement.first)


# ------------------------------------------------------------------------------------------------- the money


def month_fact(
    kept: KeptMonths, version: Agreement, month: Period, consumers: Sequence[str] | None = None
) -> MonthFact:
    """One month's money of an agreement: that of all its consumers, or of some."""
    drawn = [
        each
        for each in kept.statements(version, month)
        if consumers is None or each.statement.consumer in consumers
    ]
    net = sum((line.net for each in drawn for line in each.lines), start=Fraction(0))
    points = sum(
        (line.credit.points or Fraction(0) for each in drawn for line in each.lines), start=Fraction(0)
    )
    limits: list[Fraction] = []
    charged, annual = Fraction(0), Fraction(0)
    for consumer in consumers_of(version) if consumers is None else consumers:
        due = Due.of(version, month, consumer)
        charged += charges_over(version, None, due) or Fraction(0)
        limits += [cap_limit(version, cap, due) for cap in version.caps if cap.per is CapPer.MONTH]
        annual += 12 * (monthly_charges(version, None, consumer, due.first) or Fraction(0))
    charges = {"agreement": charged, "service": charged, "monthly": charged, "annual": annual}
    judged = max(month.first, version.first).toordinal()
    return MonthFact(month, judged, net, charges, min(limits, default=None), points, _most_points(version))


def _most_points(version: Agreement) -> Fraction:
    """The most points that one month can bring: every level with points at its worst, and repeated."""
    most = Fraction(0)
    for level in version.levels:
        if isinstance(level.credit, PointsCredit):
            worst = max((band.points for band in level.credit.bands), default=Fraction(0))
            most += worst * max(level.credit.repeat or 1, 1) * len(level.services)
    return most


def _summed(facts: Sequence[MonthFact], limits: Sequence[Fraction]) -> MonthFact:
    """One month of several agreements together, under the caps of their umbrella where it has any."""
    first = facts[0]
    charges: Mapping[str, Fraction] = {
        base: sum((fact.charges[base] for fact in facts), start=Fraction(0)) for base in first.charges
    }
    caps = [fact.cap for fact in facts if fact.cap is not None]
    cap = sum(caps, start=Fraction(0)) if len(caps) == len(facts) else None
    return MonthFact(
        first.month, max(fact.judged for fact in facts), sum((fact.net for fact in facts), start=Fraction(0)), charges,
        min(limits, default=cap), sum((fact.points for fact in facts), start=Fraction(0)),
        sum((fact.most_points for fact in facts), start=Fraction(0)),
    )  # fmt: skip
