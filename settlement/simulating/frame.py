"""The year that is simulated: which levels are judged in it, over which service time, and what cannot be simulated.

The problem: windows, holidays, maintenance, terms and versions decide what a minute of downtime counts; none of them
hangs on the failures that are drawn. So the year is measured once without any failure, by the rules that measure every
month, and what that says of each level (its periods, its agreed service time) is kept. Levels on tickets, counts,
samples and deliverables have instead what each month that was would be in each month of the year (`seen`).

Example: online banking in 2026: twelve months, each with its own prime hours.

Limits: what is left out is said, with the reason (`leaving_out`). A supplier's claims count as made in time, reliefs
and notices of the past as not given. Figures of an agreement of which a credit is left out are too small by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np

from domain.agreements import Agreement, AvailabilityMetric
from domain.attainment import AttainmentStatus, LevelOn
from domain.bounds import Bound
from domain.evidence import Coded, OutageColumns, TicketColumns, TicketEventColumns, no_place
from domain.evidence_memory import MemoryEvidence
from domain.intervals import EMPTY, Intervals, union
from domain.measure.judging import misses_minimum
from domain.periods import Period, PeriodRule
from domain.termination.facts import MonthFact
from domain.termination.terms import (
    AllParts,
    AnyPart,
    Condition,
    OutageHoursExceed,
    OutagesExceed,
    TerminationRight,
)
from ola.portfolio import Portfolio
from settlement.measured import MeasuredDowntime, Measurement
from settlement.settle import Settling
from settlement.simulating.leaving_out import (
    LeftOut,
    why_not_agreement,
    why_not_level,
    why_not_right,
    why_not_spanning,
)
from settlement.simulating.levels import LevelFrame, SeenMonth
from settlement.simulating.limits import asked_limits, own_limits
from settlement.simulating.outcomes import Outcome, Outcomes, Tables, hangs_on_months
from settlement.simulating.seen import Past, SeenMonths
from settlement.statements import consumers_of, own_lines

__all__ = ["AgreementFrame", "Frame", "LeftOut", "LevelFrame", "no_evidence", "quiet"]

_Row = tuple[int, Measurement]
"""A level's period: the month in which it ends, and the period measured without any failure."""


@dataclass(frozen=True, slots=True, eq=False)
class AgreementFrame:
    """One agreement in the year: its levels, its version in each month (None: not in force), consumer and rights."""

    name: str
    agreement: Agreement
    consumer: str
    months: tuple[Agreement | None, ...]
    levels: tuple[LevelFrame, ...]
    rights: tuple[TerminationRight, ...]
    parts: tuple[str, ...] = ()
    """Of an umbrella the agreements under it, whose levels are then its own."""

    @property
    def hangs_together(self) -> bool:
        """Whether a credit of it hangs on other months, levels or customers, so that its years are settled whole."""
        versions = [each for each in self.months if each is not None]
        return any(
            version.remedies.earn_back is not None
            or len(consumers_of(version)) > 1
            or any(hangs_on_months(version, level) for level in version.levels)
            for version in versions
        )


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A calendar year of a portfolio, ready for failures. ``seen`` are the months that may be drawn for tickets."""

    year: Period
    settling: Settling
    base: int
    length: int
    months: tuple[Period, ...]
    agreements: tuple[AgreementFrame, ...]
    left_out: tuple[LeftOut, ...]
    seen: SeenMonths | None = None
    umbrellas: tuple[AgreementFrame, ...] = ()
    """The umbrellas that have rights over all their parts, each with the levels of all of them."""
    charged: dict[str, tuple[MonthFact, ...]] = field(default_factory=dict)
    """What the months of an agreement are charged at, once a right has asked for it."""
    _in_force: list[dict[str, Agreement]] = field(default_factory=list)

    @classmethod
    def of(cls, portfolio: Portfolio, year: Period, past: Past | None = None) -> Frame:
        """The frame of a calendar year; ``past`` is the evidence from which months of tickets are drawn."""
        months = PeriodRule.month().ending_in(year)
        settling = Settling.of(quiet(portfolio), no_evidence(), year.day_after)
        left_out: set[LeftOut] = set()
        judged = {
            name: versions
            for name in settling.versions
            if any(versions := tuple(settling.judged_in(name, month) for month in months))
        }
        in_force = [
            {name: version for name, versions in judged.items() if (version := versions[place]) is not None}
            for place in range(len(months))
        ]
        drafts = [
            draft
            for name, versions in judged.items()
            if (draft := _draft(settling, name, versions, months, left_out)) is not None
        ]
        base, end = year.bounds(ZoneInfo("UTC"))
        seen, seen_of = _seen(portfolio, past, settling, drafts, in_force, left_out)
        tables: Tables = {}
        parts = _parts_of(drafts)
        asked = asked_limits({draft.name: draft.versions for draft in drafts}, parts)
        agreements = tuple(draft.frame(base, tables, seen_of, left_out, asked) for draft in drafts)
        umbrellas = _umbrellas(agreements, parts, left_out)
        ordered = tuple(sorted(left_out))
        return cls(
            year,
            settling,
            base,
            end - base,
            months,
            agreements,
            ordered,
            seen,
            umbrellas,
            _in_force=in_force,
        )

    @property
    def services(self) -> tuple[str, ...]:
        """Every service that a level of the year stands on."""
        chain = self.settling.measuring.chain
        tops = {level.service for each in self.agreements for level in each.levels if not level.seen}
        # What counts outages counts those of every service that is covered.
        tops |= {
            name for each in self.agreements if _counts_outages(each) for name in each.agreement.services
        }
        return tuple(sorted({name for top in tops for name in chain.closure(top)}))

    def in_force(self, place: int) -> Mapping[str, Agreement]:
        """The agreements that are judged in a month of the year, by name."""
        return self._in_force[place]


def _counts_outages(each: AgreementFrame) -> bool:
    """Whether a right of an agreement counts outages."""

    def asks(when: Condition) -> bool:
        if isinstance(when, AnyPart | AllParts):
            return any(asks(part) for part in when.parts)
        return isinstance(when, OutagesExceed | OutageHoursExceed)

    return any(asks(right.when) for right in each.rights)


def quiet(portfolio: Portfolio) -> Portfolio:
    """A portfolio without what was decided about the past; suppliers' credits are claimed in time."""
    agreements = tuple(replace(each, claim_within=None) for each in portfolio.agreements)
    return replace(
        portfolio, agreements=agreements, claims=(), reliefs=(), notices=(), before_ends=None, _members={}
    )


def no_evidence() -> MemoryEvidence:
    """Evidence of nothing."""
    none, times = Coded.of(()), np.zeros(0, dtype=np.int64)
    outages = OutageColumns(none, none, times, times, times, none, none, none, none, times, no_place())
    tickets = TicketColumns(none, none, none, times, times, times, times, none, none, none, times, no_place())
    events = TicketEventColumns(none, times, none, none, none, none, none, no_place())
    return MemoryEvidence(outages, tickets, events)


# --------------------------------------------------------------------------------------------- drafts of agreements


@dataclass(frozen=True, slots=True, eq=False)
class _Draft:
    """An agreement of which is known which levels are simulated, and not yet what their tables say."""

    settling: Settling
    name: str
    judged: Agreement
    versions: tuple[Agreement | None, ...]
    rows: dict[tuple[str, ...], list[_Row]]
    by_month: dict[tuple[str, ...], list[_Row]]
    """The levels for which whole months are drawn."""

    def frame(
        self,
        base: int,
        tables: Tables,
        seen: Mapping[tuple[tuple[str, ...], int], tuple[SeenMonth, ...]],
        left_out: set[LeftOut],
        asked: Mapping[tuple[str, str], Sequence[Bound]],
    ) -> AgreementFrame:
        levels = []
        for key in sorted({*self.rows, *self.by_month}):
            rows = self.rows.get(key) or self.by_month[key]
            level = rows[0][1].attainment.of.level
            of_level = (*asked.get((self.name, level.name), ()), *asked.get((self.name, ""), ()))
            bounds = tuple(dict.fromkeys((*of_level, *own_limits(each.attainment for _, each in rows))))
            if key in self.rows:
                levels.append(_on_outages(rows, base, bounds, tables))
            elif (key, rows[0][0]) in seen:
                levels.append(_by_months(self.settling, rows, bounds, seen))
        rights = []
        for right in self.judged.rights if self.judged.services else ():
            why = why_not_right(self.settling, right.when, self.judged, {level.name[1] for level in levels})
            if why is None:
                rights.append(right)
            elif why:
                left_out.add(LeftOut(self.name, f"the right {right.name}", why))
        consumer = consumers_of(self.judged)[0]
        return AgreementFrame(self.name, self.judged, consumer, self.versions, tuple(levels), tuple(rights))


def _draft(
    settling: Settling,
    name: str,
    versions: tuple[Agreement | None, ...],
    months: Sequence[Period],
    left_out: set[LeftOut],
) -> _Draft | None:
    judged = next(each for each in reversed(versions) if each is not None)
    if (why := why_not_agreement(judged)) is not None:
        left_out.add(LeftOut(name, "the agreement", why))
        return None
    rows: dict[tuple[str, ...], list[_Row]] = {}
    by_month: dict[tuple[str, ...], list[_Row]] = {}
    for place, month in enumerate(months):
        for measurement in settling.measurements(name, month):
            of = measurement.attainment.of
            if (why := why_not_level(settling, of, measurement)) is not None:
                left_out.add(LeftOut(name, f"{of.level.name} on {of.service}", why))
            elif isinstance(of.level.metric, AvailabilityMetric):
                rows.setdefault(of.order(), []).append((place, measurement))
            else:
                by_month.setdefault(of.order(), []).append((place, measurement))
    return _Draft(settling, name, judged, versions, rows, by_month)


def _seen(
    portfolio: Portfolio,
    past: Past | None,
    settling: Settling,
    drafts: Sequence[_Draft],
    in_force: Sequence[Mapping[str, Agreement]],
    left_out: set[LeftOut],
) -> tuple[SeenMonths | None, dict[tuple[tuple[str, ...], int], tuple[SeenMonth, ...]]]:
    """What the months that were would be for every level that is drawn by them, by level and month of the year.

    The months are those from the first to the last in which any of these levels has a value.
    """
    asked = [
        (draft, key, place, measurement.attainment)
        for draft in drafts
        for key, rows in draft.by_month.items()
        for place, measurement in rows
    ]
    if not asked:
        return None, {}
    held = replace(portfolio, agreements=settling.portfolio.agreements, before_ends=None, _members={})
    months = SeenMonths(held, past, past.months()) if past is not None else None
    found = {}
    if months is not None:
        for _, key, place, attainment in asked:
            found[key, place] = months.of(attainment.of, attainment.period, in_force[place])
        kept = months.with_data(found.values())
        if kept:
            chosen = replace(months, months=months.months[kept.start : kept.stop])
            return chosen, {key: seen[kept.start : kept.stop] for key, seen in found.items()}
    for draft, key, _, attainment in asked:
        why = "there is no whole month of which anything of it was recorded"
        left_out.add(LeftOut(draft.name, f"{attainment.of.level.name} on {key[2]}", why))
    return None, {}


# --------------------------------------------------------------------------------------------------- their levels


def _on_outages(rows: Sequence[_Row], base: int, bounds: tuple[Bound, ...], tables: Tables) -> LevelFrame:
    of = rows[0][1].attainment.of
    metric = of.level.metric
    outcomes: list[Outcomes] = []
    edges: list[int] = []
    times: list[Intervals] = []
    for _, measurement in rows:
        attainment, basis = measurement.attainment, measurement.basis
        agreed = basis.agreed if isinstance(basis, MeasuredDowntime) else EMPTY
        start, end = attainment.period.bounds(attainment.of.agreement.calendar.zone)
        edges += [start - base, end - base]
        times.append(Intervals.from_arrays(agreed.starts - base, agreed.ends - base))
        outcomes.append(
            Outcomes.compiled(
                attainment.of,
                attainment.period,
                consumers_of(attainment.of.agreement)[0],
                agreed.total(),
                bounds,
                tables,
                is_bare=_is_bare(attainment.of),
            )
        )
    return LevelFrame(
        of.order(),
        of.service,
        metric.minimum_outage if isinstance(metric, AvailabilityMetric) else 0,
        tuple(outcomes),
        np.array([*edges[::2], edges[-1]], dtype=np.int64),
        union(times),
        tuple(place for place, _ in rows),
        of.level.credit is not None,
    )


def _by_months(
    settling: Settling,
    rows: Sequence[_Row],
    bounds: tuple[Bound, ...],
    seen: Mapping[tuple[tuple[str, ...], int], tuple[SeenMonth, ...]],
) -> LevelFrame:
    of = rows[0][1].attainment.of
    would_be = tuple(seen[of.order(), place] for place, _ in rows)
    outcomes = []
    for (_, measurement), months in zip(rows, would_be, strict=True):
        attainment = measurement.attainment
        consumer = attainment.of.customer or consumers_of(attainment.of.agreement)[0]
        said = [_outcome(settling, each.would_be, consumer, bounds) for each in months]
        starts = np.arange(len(said), dtype=np.int64)
        outcomes.append(
            Outcomes(attainment.of, attainment.period, consumer, 0, bounds, starts, said, is_linear=False)
        )
    return LevelFrame(
        of.order(),
        of.service,
        0,
        tuple(outcomes),
        np.zeros(0, dtype=np.int64),
        EMPTY,
        tuple(place for place, _ in rows),
        of.level.credit is not None,
        would_be,
    )


def _outcome(settling: Settling, seen: Measurement, consumer: str, bounds: Sequence[Bound]) -> Outcome:
    """What the rules say of one month that was, as it would be."""
    attainment = seen.attainment
    lines = own_lines(consumer, (seen,), settling.standings.miss)
    compared = attainment.compared
    return Outcome(
        attainment.status is AttainmentStatus.MISSED,
        misses_minimum(attainment),
        lines[0].due if lines else None,
        compared,
        tuple(compared is not None and bound.holds(compared) for bound in bounds),
        tuple(line.credit.points for line in lines),
    )


def _is_bare(of: LevelOn) -> bool:
    agreement = of.agreement
    return hangs_on_months(agreement, of.level) or len(consumers_of(agreement)) > 1


def _parts_of(drafts: Iterable[_Draft]) -> dict[str, tuple[str, ...]]:
    """The agreements under each umbrella in any month of the year, however deep, by name."""
    judged = {draft.name: draft for draft in drafts}
    found: dict[str, set[str]] = {}
    for draft in judged.values():
        above = {version.part_of for version in draft.versions if version is not None}
        seen: set[str] = set()
        while above:
            name = above.pop()
            if name is not None and name not in seen and name != draft.name:
                seen.add(name)
                found.setdefault(name, set()).add(draft.name)
                if name in judged:
                    above |= {each.part_of for each in judged[name].versions if each is not None}
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def _umbrellas(
    agreements: Sequence[AgreementFrame], parts: Mapping[str, tuple[str, ...]], left_out: set[LeftOut]
) -> tuple[AgreementFrame, ...]:
    """The umbrellas that have rights over all their parts."""
    by_name = {each.name: each for each in agreements}
    found = []
    for each in agreements:
        if each.agreement.services or not each.agreement.rights:
            continue
        under = [by_name[name] for name in parts.get(each.name, ()) if name in by_name]
        rights = []
        for right in each.agreement.rights:
            why = why_not_spanning(right.when, each.agreement, under, left_out)
            if why is None:
                rights.append(right)
            elif why:
                left_out.add(LeftOut(each.name, f"the right {right.name}", why))
        if rights:
            levels = tuple(level for part in under for level in part.levels)
            names = tuple(part.name for part in under)
            found.append(replace(each, levels=levels, rights=tuple(rights), parts=names))
    return tuple(found)
