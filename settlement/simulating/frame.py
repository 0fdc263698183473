"""The year that is simulated: which levels are judged in it, over which service time, and what cannot be simulated.

The problem: windows, holidays, maintenance, terms and versions decide what a minute of downtime counts; none of them
hangs on the failures that are drawn. So the year is measured once without any failure, by the rules that measure every
month, and what that says of each level (its periods, its agreed service time) is kept.

Example: online banking in 2026: twelve months, each with its own prime hours.

Limits: what is left out is said, with the reason: levels on tickets, counts and samples, credits that hang on other
months or levels, and rules over all credits of an agreement but its caps. A supplier's claims count as made in time,
reliefs and notices of the past as not given. Figures of an agreement of which a credit is left out are too small by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.agreements import (
    Agreement,
    AgreementType,
    Apportionment,
    AvailabilityMetric,
    CountFrom,
    CreditTerms,
)
from domain.attainment import LevelOn
from domain.credit_terms import Bound
from domain.evidence import Coded, OutageColumns, TicketColumns, TicketEventColumns, no_place
from domain.evidence_memory import MemoryEvidence
from domain.intervals import EMPTY, Intervals, union
from domain.periods import Period, PeriodKind, PeriodRule
from domain.remedies import OneIncident
from domain.termination.terms import AllParts, AnyPart, Condition, Misses, TerminationRight, ValueIs
from ola.portfolio import Portfolio
from settlement.measured import MeasuredDowntime, Measurement
from settlement.settle import Settling
from settlement.simulating.outcomes import Outcomes, Tables, is_compiled
from settlement.statements import consumers_of

__all__ = ["AgreementFrame", "Frame", "LeftOut", "LevelFrame", "no_evidence", "quiet"]

_NOT_DIVIDED = frozenset({Apportionment.EQUAL, Apportionment.FIRST_CAUSE})
_WHOLE_PERIODS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """Something that is not simulated, and why."""

    agreement: str
    what: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class LevelFrame:
    """One level on one service in the year: its periods with their service time, and what its rules say of downtime.

    ``edges`` are the instants between periods, ``time`` the agreed service time of all of them; both are measured from
    the beginning of the year's span. ``month_of`` is the month, 0 to 11, in which each period ends.
    """

    name: tuple[str, ...]
    service: str
    minimum_outage: int
    outcomes: tuple[Outcomes, ...]
    edges: NDArray[np.int64]
    time: Intervals
    month_of: tuple[int, ...]
    is_credited: bool

    def counted(self, down: Intervals, years: int, base: int, stride: int) -> NDArray[np.int64]:
        """The downtime that counts in each year and period, of times that lie one year after another."""
        return self.time_in(down.at_least(self.minimum_outage), years, base, stride)

    def time_in(self, down: Intervals, years: int, base: int, stride: int) -> NDArray[np.int64]:
        """How much of some time is agreed service time of each year and period."""
        count = len(self.outcomes)
        if not down:
            return np.zeros((years, count), dtype=np.int64)
        year = (down.starts - base) // stride
        starts, ends = down.starts - base - year * stride, down.ends - base - year * stride
        first = np.maximum(np.searchsorted(self.edges, starts, side="right") - 1, 0)
        last = np.minimum(np.searchsorted(self.edges, ends, side="left") - 1, count - 1)
        pieces = np.maximum(last - first + 1, 0)
        row = np.repeat(np.arange(len(down)), pieces)
        begun = np.cumsum(pieces) - pieces
        period = first[row] + np.arange(len(row)) - begun[row]
        starts = np.maximum(starts[row], self.edges[period])
        ends = np.minimum(ends[row], self.edges[period + 1])
        lengths = self.time.measure_before(ends) - self.time.measure_before(starts)
        sums = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
        key = year[row] * count + period
        bounds = np.searchsorted(key, np.arange(years * count + 1))
        found = (sums[bounds[1:]] - sums[bounds[:-1]]).reshape(years, count)
        return np.asarray(found, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class AgreementFrame:
    """One agreement in the year: its levels, its version in each month (None: not in force), consumer and rights."""

    name: str
    agreement: Agreement
    consumer: str
    months: tuple[Agreement | None, ...]
    levels: tuple[LevelFrame, ...]
    rights: tuple[TerminationRight, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A calendar year of a portfolio, ready for failures."""

    year: Period
    settling: Settling
    base: int
    length: int
    months: tuple[Period, ...]
    agreements: tuple[AgreementFrame, ...]
    left_out: tuple[LeftOut, ...]

    @classmethod
    def of(cls, portfolio: Portfolio, year: Period) -> Frame:
        """The frame of a calendar year."""
        months = PeriodRule.month().ending_in(year)
        settling = Settling.of(quiet(portfolio), no_evidence(), year.day_after)
        left_out: set[LeftOut] = set()
        found = []
        tables: Tables = {}
        base, end = year.bounds(ZoneInfo("UTC"))
        for name in settling.versions:
            made = _agreement(settling, name, months, base, left_out, tables)
            if made is not None:
                found.append(made)
        return cls(year, settling, base, end - base, months, tuple(found), tuple(sorted(left_out)))

    @property
    def services(self) -> tuple[str, ...]:
        """Every service that a level of the year stands on."""
        chain = self.settling.measuring.chain
        tops = {level.service for each in self.agreements for level in each.levels}
        return tuple(sorted({name for top in tops for name in chain.closure(top)}))


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


def _agreement(
    settling: Settling, name: str, months: Sequence[Period], base: int, left_out: set[LeftOut], tables: Tables
) -> AgreementFrame | None:
    versions = tuple(settling.judged_in(name, month) for month in months)
    judged = next((each for each in reversed(versions) if each is not None), None)
    if judged is None:
        return None
    why = _why_not_agreement(settling, judged)
    if why is not None:
        left_out.add(LeftOut(name, "the agreement", why))
        return None
    limits = _limits(judged.rights)
    measured: dict[tuple[str, ...], list[tuple[int, Measurement]]] = {}
    for place, month in enumerate(months):
        for measurement in settling.measurements(name, month):
            of = measurement.attainment.of
            if (why := _why_not_level(settling, of, measurement)) is not None:
                left_out.add(LeftOut(name, f"{of.level.name} on {of.service}", why))
            else:
                measured.setdefault(of.order(), []).append((place, measurement))
    levels = tuple(_level(measured[key], base, limits, tables) for key in sorted(measured))
    rights = []
    for right in judged.rights:
        if (why := _why_not_right(right.when, judged, {level.name[1] for level in levels})) is None:
            rights.append(right)
        elif why:
            left_out.add(LeftOut(name, f"the right {right.name}", why))
    return AgreementFrame(name, judged, consumers_of(judged)[0], versions, levels, tuple(rights))


def _level(
    rows: Sequence[tuple[int, Measurement]],
    base: int,
    limits: Mapping[str, tuple[Bound, ...]],
    tables: Tables,
) -> LevelFrame:
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
        consumer = consumers_of(attainment.of.agreement)[0]
        asked = limits.get(of.level.name, ()) + limits.get("", ())
        outcomes.append(
            Outcomes.compiled(
                attainment.of, attainment.period, consumer, agreed.total(), dict.fromkeys(asked), tables
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


def _why_not_agreement(settling: Settling, agreement: Agreement) -> str | None:
    """Why nothing of an agreement can be simulated; None where it can."""
    if agreement.type is AgreementType.OLA:
        return "what teams owe each other stays in the house"
    if len(consumers_of(agreement)) != 1:
        return "it has a statement for each customer"
    remedies = agreement.remedies
    if remedies.one_incident is not OneIncident.ALL:
        return "what one incident costs hangs on the incident"
    if agreement.type is AgreementType.SLA and agreement.apportionment in _NOT_DIVIDED:
        return "its credits are divided by heads or by who failed first"
    if remedies.earn_back is not None:
        return "its credits are earned back over years"
    if agreement.part_of is not None:
        above = settling.versions.get(agreement.part_of, ())
        if any(each.caps for each in above):
            return "the caps of its umbrella span other agreements"
    return None


def _why_not_level(settling: Settling, of: LevelOn, measurement: Measurement) -> str | None:
    """Why a level cannot be simulated; None where it can."""
    level, agreement, metric = of.level, of.agreement, of.level.metric
    if not isinstance(metric, AvailabilityMetric):
        return "only outages are drawn, and it is measured from something else"
    if not isinstance(measurement.basis, MeasuredDowntime) or not measurement.basis.agreed:
        return "it has no agreed service time"
    if level.period.kind not in _WHOLE_PERIODS:
        return "its periods are not months, quarters or years"
    if metric.weights or metric.count_from is not CountFrom.START:
        return "its downtime counts by severity, or from its report"
    if agreement.maintenance_rules:
        return "its maintenance is agreed only on notice or within an allowance"
    if level.shared is not None:
        return "its credit is shared with other contracts"
    if level.is_per_customer:
        return "it is measured for each customer"
    credit = level.credit
    if not is_compiled(level) or (isinstance(credit, CreditTerms) and credit.when is not None):
        return "its credit hangs on other months or levels"
    chain = settling.measuring.chain
    closure = chain.closure(of.service)
    if (
        "other_supplier" in agreement.exclusions
        and agreement.type is not AgreementType.SLA
        and len(closure) > 1
    ):
        return "what its own suppliers cause is excused"
    sides = settling.measuring.sides(agreement, of.judged_day(measurement.attainment.period))
    if any(sides.side_of(chain.services[name].provider) == agreement.consumer for name in closure):
        return "it stands on what the customer runs"
    return None


def _why_not_right(when: Condition, agreement: Agreement, simulated: set[str]) -> str | None:
    """Why a right is not simulated: "" where nothing has to be said, None where it is."""
    if isinstance(when, AnyPart | AllParts):
        whys = [_why_not_right(part, agreement, simulated) for part in when.parts]
        said = [why for why in whys if why is not None]
        return max(said, default=None, key=len)
    if not isinstance(when, Misses | ValueIs):
        return (
            ""
            if type(when).__name__ in ("Convenience", "EventRecorded")
            else "it does not rest on misses alone"
        )
    if not agreement.services:
        return "it spans the parts of an umbrella"
    name = None if when.of is None else when.of.level
    asked = {level.name for level in agreement.levels} if name is None else {name}
    return None if asked <= simulated else "it asks about a level that is not simulated"


def _limits(rights: Iterable[TerminationRight]) -> dict[str, tuple[Bound, ...]]:
    """The limits on values that rights ask about, by level; "" are those asked of every level."""
    found: dict[str, list[Bound]] = {}

    def gather(when: Condition) -> None:
        if isinstance(when, AnyPart | AllParts):
            for part in when.parts:
                gather(part)
        limit = when.limit if isinstance(when, ValueIs) else when.value if isinstance(when, Misses) else None
        if limit is not None and isinstance(when, ValueIs | Misses):
            found.setdefault("" if when.of is None else when.of.level, []).append(limit)

    for right in rights:
        gather(right.when)
    return {name: tuple(bounds) for name, bounds in found.items()}
