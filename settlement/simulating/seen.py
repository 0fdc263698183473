"""Levels on tickets, counts, samples and deliverables: what each month that was would be in the simulated year.

The problem: these levels are drawn by whole months that were (`ola.simulation.months`). But the year has its own terms:
a target that has risen, a price, another credit. So each month that was is measured under the terms of the simulated
year, as if they had been in force then, judged against the target of the simulated month, and credited by the rules.

Example: in June 33 of 35 tickets came in time. A drawn April of 2027 that is that June misses 95 with 94.2857... %, and
costs what 2027's bands say.

The way: an agreement's version of the simulated month is put in force for all the evidence (its term and its first day
are moved, its target is that of the month); the rules of measuring measure each month that was; the attainment is then
told of the simulated month. Whose failure a miss was is followed in the evidence of the month that was.

Limits: calendar months, whole ones. What was excused in a month that was stays excused; a month of which relief took
away the miss stands as met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from domain.agreements import (
    Agreement,
    DatedThreshold,
    State,
    Target,
)
from domain.attainment import AttainmentStatus, LevelOn
from domain.instants import as_datetime
from domain.periods import Period, PeriodRule
from domain.ports import Evidence
from ola.portfolio import Portfolio
from settlement.measured import Measurement
from settlement.measuring import Measuring
from settlement.simulating.levels import SeenMonth

__all__ = ["Past", "SeenMonths"]


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The evidence from which months are drawn, as known on a date."""

    evidence: Evidence
    as_of: date

    def months(self) -> tuple[Period, ...]:
        """The calendar months of which there can be evidence, oldest first, that had ended by the date."""
        earliest = self.evidence.first_instant()
        if earliest is None:
            return ()
        found, month = [], PeriodRule.month().containing(as_datetime(earliest).date())
        while month.day_after <= self.as_of:
            found.append(month)
            month = month.next()
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class SeenMonths:
    """Measures months that were under the terms of simulated months; ``months`` are those that may be drawn."""

    portfolio: Portfolio
    past: Past
    months: tuple[Period, ...]
    _was: dict[tuple[object, ...], tuple[Measurement, ...]] = field(default_factory=dict)
    _measuring: dict[tuple[tuple[str, int, date], ...], Measuring] = field(default_factory=dict)
    _moved: dict[int, Agreement] = field(default_factory=dict)
    _kept: list[Agreement] = field(default_factory=list)

    def of(self, of: LevelOn, period: Period, in_force: Mapping[str, Agreement]) -> tuple[SeenMonth, ...]:
        """What each month would be as a period of a level, under the agreements in force in it, by name."""
        measuring, judged = self.measuring(in_force), self._as_then(of, period)
        # Most simulated months have the same terms, and what was is the same for all of them.
        targets = (judged.level.target, judged.level.minimum)
        key = (id(measuring), id(judged.agreement), judged.level.name, judged.service, targets)
        if key not in self._was:
            self._was[key] = tuple(_measured(measuring, judged, month) for month in self.months)
        return tuple(SeenMonth(was, _told_of(was, of, period)) for was in self._was[key])

    def measuring(self, in_force: Mapping[str, Agreement]) -> Measuring:
        """The evidence under agreements as if they had been in force all the time; made once for the same ones."""
        key = tuple(in_force[name].key for name in sorted(in_force))
        if key not in self._measuring:
            agreements = tuple(self.moved(in_force[name]) for name in sorted(in_force))
            held = replace(self.portfolio, agreements=agreements, before_ends=None, _members={})
            self._measuring[key] = Measuring.of(held, self.past.evidence, self.past.as_of)
        return self._measuring[key]

    def moved(self, agreement: Agreement) -> Agreement:
        """An agreement as if it had been in force all the time; one and the same for one version."""
        key = id(agreement)
        if key not in self._moved:
            first = min((month.first for month in self.months), default=agreement.first)
            self._moved[key] = replace(
                agreement,
                first=min(agreement.first, first),
                effective=min(agreement.effective, first),
                last=max(agreement.last, self.past.as_of),
                state=State.ACTIVE,
                service_ends=(),
            )
            self._kept.append(agreement)  # An object that is kept keeps its identity.
        return self._moved[key]

    def _as_then(self, of: LevelOn, period: Period) -> LevelOn:
        """A level with the target and the minimum of a simulated period, whenever it is judged."""
        day = of.judged_day(period)
        level = replace(
            of.level,
            target=_on(of.level.target, day),
            minimum=None if of.level.minimum is None else _on(of.level.minimum, day),
        )
        return LevelOn(self.moved(of.agreement), level, of.service)

    def with_data(self, levels: Iterable[Sequence[SeenMonth]]) -> range:
        """From the first to the last of the months in which any of some levels has a value."""
        places = {
            place
            for seen in levels
            for place, each in enumerate(seen)
            if each.was.attainment.status is not AttainmentStatus.NO_DATA
        }
        return range(min(places), max(places) + 1) if places else range(0)


def _measured(measuring: Measuring, of: LevelOn, month: Period) -> Measurement:
    was = measuring.measure(of, month)
    if was is None:
        raise TypeError(f"{of.level.name} has a metric that is not measured.")
    return was


def _on(target: Target, day: date) -> Target:
    threshold = target.on(day)
    return Target(() if threshold is None else (DatedThreshold(None, threshold),))


def _told_of(was: Measurement, of: LevelOn, period: Period) -> Measurement:
    """A measurement of a month that was, told of a simulated period."""

    def told(each: Measurement | None) -> Measurement | None:
        return None if each is None else _told_of(each, of, period)

    return replace(
        was,
        attainment=replace(was.attainment, of=of, period=period),
        for_credit=told(was.for_credit),
        for_termination=told(was.for_termination),
        findings=(),
    )
