"""What an outage would break, cost and return, before it has happened.

The problem: "the hosting goes for four hours on Friday: which promises would we break, what would we owe, who would
answer, and what would we get back?" An estimate beside the rules would be a second opinion of them. So the supposed
outage is added to the evidence, and the months are settled twice by the one settlement there is: as it was, and so.

Example: hosting down from 10:00 to 14:00 on a Friday of a month that had 62 minutes down: online banking, measured
directly, would have recorded the same four hours; 99.856 becomes 99.301, and the credit 6,000.00 instead of 2,000.00.

The way: a service that is measured directly is down when its own monitor says so (3.1), and nobody's monitor has
recorded what did not happen. So it is supposed to record just what its gate would fail more because of the supposed
outage: nothing that redundancy absorbs, and nothing that history says was up although its gate failed (ruling 180).
The months that are settled are those of the outage, and those in which a longer period that holds it ends (ruling 181).

Limits: nothing is stored. What happens between the outage and the end of a longer period is as the evidence has it,
and what the evidence does not say yet reads as nothing having happened. Tickets, counts and samples are not supposed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import AvailabilityMetric, CompositeMetric, OutageCountMetric
from domain.credit_terms import PassThroughCredit
from domain.errors import InvalidValue
from domain.evidence import Coded, OutageColumns, Place
from domain.evidence_kinds import CAUSES
from domain.instants import as_datetime, isoformat
from domain.intervals import Intervals
from domain.periods import Period, PeriodKind, PeriodRule
from domain.services import Measured
from ola.downtime import DowntimeBook, gate_failure
from settlement.comparing import Comparison, compare
from settlement.days import known_until
from settlement.settle import Settling

if TYPE_CHECKING:
    from domain.agreements import Agreement, ServiceLevel
    from domain.evidence import (
        CountColumns,
        DeliverableColumns,
        InvoicedCharge,
        QuarantinedRow,
        SampleColumns,
        SourceSummary,
        TicketColumns,
        TicketEventColumns,
    )
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import Settlement

__all__ = ["SUPPOSED", "OutageSimulation", "SupposedEvidence", "SupposedOutage", "simulate_outage"]

SUPPOSED = "supposed"
"""The file that a supposed row stands in: none, and it is said."""

_LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class SupposedOutage:
    """An outage of one service that did not happen: [start, end) in microseconds, and a cause as evidence writes it.

    Raises InvalidValue for one that ends before it starts, has no length, or lasts longer than a year.
    """

    service: str
    start: int
    end: int
    cause: str | None = None

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidValue(
                f"the outage would end at {isoformat(self.end)} and start at {isoformat(self.start)}: "
                "give an end that lies after the start"
            )
        if self.end - self.start > _LONGEST_DAYS * 86_400_000_000:
            raise InvalidValue(
                f"the outage would last from {isoformat(self.start)} to {isoformat(self.end)}: give at most a year"
            )
        if self.cause is not None and self.cause not in CAUSES:
            raise InvalidValue(
                f'"{self.cause}" is no cause: leave it out, or give one of {", ".join(CAUSES)}'
            )


@dataclass(frozen=True, slots=True)
class OutageSimulation:
    """What a supposed outage would change.

    ``recorded`` are the outages that are added to the evidence: the supposed one, and what the monitors of the services
    above would have recorded of it. ``absorbed`` are the services directly above it, or above those, that would have
    stayed up: their redundancy holds.
    """

    outage: SupposedOutage
    recorded: tuple[SupposedOutage, ...]
    down: tuple[SupposedOutage, ...]
    """What each service above would be down more than it was, with or without a monitor of its own."""
    absorbed: tuple[str, ...]
    comparison: Comparison


@dataclass(frozen=True, slots=True, eq=False)
class SupposedEvidence:
    """Evidence to which supposed outages are added: to what every source says that tells of their service.

    A source that tells of the service would have told of the outage, so it is among the rows of each of them; that a
    service has no evidence stays true, and stays a finding.
    """

    evidence: Evidence
    supposed: tuple[SupposedOutage, ...]
    until: int
    """Sources that first tell of a service after this instant do not tell of the outage."""

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services, and the supposed ones."""
        rows = self.evidence.outages(services)
        wanted = [each for each in self.supposed if each.service in services]
        if not wanted:
            return rows
        known = rows.take(rows.started < self.until)
        added: list[tuple[SupposedOutage, str | None]] = []
        for each in wanted:
            codes = np.unique(known.source.codes[known.service.codes == known.service.code(each.service)])
            telling = [known.source.names[code] for code in codes.tolist() if code >= 0]
            added += [(each, source) for source in telling or [None]]
        return _joined(rows, added)

    def services_with_outages(self) -> frozenset[str]:
        """The services that a recorded row names."""
        return self.evidence.services_with_outages()

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services."""
        return self.evidence.tickets(services)

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services."""
        return self.evidence.ticket_events(services)

    def counts(self, services: Collection[str]) -> CountColumns:
        """The counts of some services."""
        return self.evidence.counts(services)

    def samples(self, services: Collection[str]) -> SampleColumns:
        """The samples of some services."""
        return self.evidence.samples(services)

    def deliverables(self, services: Collection[str]) -> DeliverableColumns:
        """The deliverables of some services."""
        return self.evidence.deliverables(services)

    def charges(self) -> tuple[InvoicedCharge, ...]:
        """Everything that was invoiced."""
        return self.evidence.charges()

    def first_instant(self) -> int | None:
        """The earliest instant that any evidence, or a supposed outage, speaks of."""
        firsts = [each.start for each in self.supposed]
        first = self.evidence.first_instant()
        return min([*firsts, *([] if first is None else [first])], default=None)

    def quarantine(self) -> tuple[QuarantinedRow, ...]:
        """Every row that could not be read."""
        return self.evidence.quarantine()

    def sources(self) -> tuple[SourceSummary, ...]:
        """What was read of each file."""
        return self.evidence.sources()


def simulate_outage(
    portfolio: Portfolio, evidence: Evidence, outage: SupposedOutage, as_of: date | None = None
) -> OutageSimulation:
    """What would change if a service had failed for a while, and everything else had been as it was.

    ``as_of`` (None: the day after the last month of the outage) is the date as of which both sides are settled and
    rights are told. Raises InvalidValue where there is no such service.
    """
    if outage.service not in portfolio.services:
        raise InvalidValue(f'there is no service "{outage.service}" in the contracts')
    month = PeriodRule.month().containing(as_datetime(outage.end - 1).date())
    as_of = month.day_after if as_of is None else as_of
    before = Settling.of(portfolio, evidence, as_of)
    months = _months(before, outage)
    until = min(known_until(months[-1].day_after), known_until(as_of))
    reached = _Reached.of(before, outage, until)
    supposed = SupposedEvidence(evidence, reached.recorded, until)
    after = Settling.of(portfolio, supposed, as_of)
    comparison = compare(_settled(before, months), _settled(after, months))
    return OutageSimulation(outage, reached.recorded, reached.down, reached.absorbed, comparison)


def _settled(settling: Settling, months: Sequence[Period]) -> list[Settlement]:
    found = [settling.settle(month) for month in months]
    found[-1] = settling.with_rights(found[-1])
    return found


def _months(settling: Settling, outage: SupposedOutage) -> tuple[Period, ...]:
    """The months that are settled: those of the outage, and those in which a longer period that holds it ends."""
    rule = PeriodRule.month()
    first, last = _days(None, outage)
    found = set(_from_to(rule, first, last))
    above = settling.measuring.chain.supported_by((outage.service,))
    for versions in settling.versions.values():
        for version in versions:
            if above.isdisjoint(version.services):
                continue
            for level in version.levels:
                if not _reads_outages(level) or above.isdisjoint(level.services):
                    continue
                found |= {
                    rule.containing(min(period.last, version.last))
                    for period in _periods(version, level, outage)
                    if version.first <= min(period.last, version.last)
                }
    return tuple(sorted(found))


def _reads_outages(level: ServiceLevel) -> bool:
    """Whether an outage can change a level's value, or its credit by what customers are credited."""
    if isinstance(level.metric, AvailabilityMetric | OutageCountMetric | CompositeMetric):
        return True
    return isinstance(level.credit, PassThroughCredit)


def _periods(version: Agreement, level: ServiceLevel, outage: SupposedOutage) -> Iterable[Period]:
    first, last = _days(version, outage)
    if first > version.last or last < version.first:
        return ()
    rule = level.period
    if rule.kind is PeriodKind.DAY_WINDOW and rule.length is not None:
        # A window that ends on a later day still holds the outage's last day.
        last = rule.length.after(last) - timedelta(days=1)
        return _from_to(PeriodRule.month(), first, min(last, version.last))
    return _from_to(rule, first, last)


def _days(version: Agreement | None, outage: SupposedOutage) -> tuple[date, date]:
    """The first and the last day of an outage, on an agreement's clocks."""
    start, end = as_datetime(outage.start), as_datetime(outage.end - 1)
    if version is not None:
        zone = version.calendar.zone
        start, end = start.astimezone(zone), end.astimezone(zone)
    return start.date(), end.date()


def _from_to(rule: PeriodRule, first: date, last: date) -> list[Period]:
    found = [rule.containing(first)]
    while found[-1].last < last:
        found.append(found[-1].next())
    return found


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a supposed outage reaches: what is recorded of it, who is down by it, and who is not."""

    recorded: tuple[SupposedOutage, ...]
    down: tuple[SupposedOutage, ...]
    absorbed: tuple[str, ...]

    @classmethod
    def of(cls, settling: Settling, outage: SupposedOutage, until: int) -> _Reached:
        chain = settling.measuring.chain
        book = DowntimeBook(chain, settling.evidence, until)
        span = Intervals.of([(outage.start, outage.end)])
        down = {outage.service: book.of(outage.service).down | span}
        recorded, more = [outage], []
        absorbed: list[str] = []
        above = chain.supported_by((outage.service,)) - {outage.service}
        for service in sorted(above, key=chain.rank.__getitem__):
            was = book.of(service)
            if not any(need in down for need in chain.needs[service]):
                continue  # Nothing that it needs itself would have been down longer.
            below = {
                need: down[need] if need in down else book.of(need).down for need in chain.needs[service]
            }
            further = gate_failure(book.gate_of(service), below) - was.gate - was.down
            if not further:
                absorbed.append(service)
                continue
            down[service] = was.down | further
            spans = [SupposedOutage(service, start, end) for start, end in further]
            more += spans
            if chain.services[service].measured is Measured.DIRECTLY:
                recorded += spans
        return cls(tuple(recorded), tuple(more), tuple(sorted(absorbed)))


def _joined(rows: OutageColumns, added: Sequence[tuple[SupposedOutage, str | None]]) -> OutageColumns:
    """Columns with some rows more, in the order in which evidence comes."""
    outages = [each for each, _ in added]
    starts = np.array([each.start for each in outages], dtype=np.int64)
    ends = np.array([each.end for each in outages], dtype=np.int64)
    nothing: list[str | None] = [None] * len(outages)
    unrecorded = np.full(len(outages), np.iinfo(np.int64).min, dtype=np.int64)
    joined = OutageColumns(
        _named(rows.outage_id, [SUPPOSED for _ in outages]),
        _named(rows.service, [each.service for each in outages]),
        np.concatenate([rows.started, starts]),
        np.concatenate([rows.ended, ends]),
        np.concatenate([rows.reported, starts]),
        _named(rows.severity, nothing),
        _named(rows.cause, [each.cause for each in outages]),
        _named(rows.incident, nothing),
        _named(rows.source, [source for _, source in added]),
        np.concatenate([rows.recorded, unrecorded]),
        Place(
            _named(rows.place.file, [SUPPOSED for _ in outages]),
            np.concatenate([rows.place.line, np.zeros(len(outages), dtype=np.int64)]),
        ),
    )
    order = np.lexsort((
        joined.place.line,
        joined.place.file.codes,
        joined.source.codes,
        joined.outage_id.codes,
        joined.cause.codes,
        joined.ended,
        joined.started,
        joined.service.codes,
    ))  # fmt: skip
    return joined.take(order)


def _named(column: Coded, added: Sequence[str | None]) -> Coded:
    """A column with some names more; names stay sorted, so that codes sort as names do."""
    names = tuple(sorted({*column.names, *(name for name in added if name)}))
    place = {name: code for code, name in enumerate(names)}
    moved = np.array([*(place[name] for name in column.names), -1], dtype=np.int32)
    codes = [place[name] if name else -1 for name in added]
    return Coded(np.concatenate([moved[column.codes], np.array(codes, dtype=np.int32)]), names)
