"""Evidence held in memory: the twin of the lake for tests and for small portfolios.

The problem: the core asks for evidence through `domain.ports.Evidence`; a test, or a folder that is read once, needs
no lake for that.

Example: ``MemoryEvidence(outages=columns).outages({"hosting"})`` gives the rows of hosting.

Limits: everything is in memory at once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.evidence import (
    Coded,
    CountColumns,
    DeliverableColumns,
    InvoicedCharge,
    OutageColumns,
    OutageTimes,
    QuarantinedRow,
    SampleColumns,
    SourceSummary,
    TicketColumns,
    TicketEventColumns,
    no_counts,
    no_deliverables,
    no_samples,
)  # fmt: skip


class _ByName:
    """The rows that each name of a column has, found once: a portfolio asks for one service after another."""

    def __init__(self, column: Coded) -> None:
        self._codes = {name: code for code, name in enumerate(column.names)}
        self._order = np.argsort(column.codes, kind="stable")
        self._bounds = np.searchsorted(column.codes[self._order], np.arange(len(column.names) + 1))
        used = np.flatnonzero(np.diff(self._bounds)).tolist()
        self.present = frozenset(column.names[code] for code in used)
        """The names that some row has: asked for with every level that is measured."""

    def rows(self, names: Iterable[str]) -> NDArray[np.int64]:
        """The rows of some names, in the order of the column."""
        codes = sorted({self._codes[name] for name in names if name in self._codes})
        found = [self._order[self._bounds[code] : self._bounds[code + 1]] for code in codes]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class MemoryEvidence:
    """Columns as known at one instant, and what was set aside while reading them."""

    outage_rows: OutageColumns
    ticket_rows: TicketColumns
    event_rows: TicketEventColumns
    quarantined: tuple[QuarantinedRow, ...] = ()
    files: tuple[SourceSummary, ...] = ()
    count_rows: CountColumns = field(default_factory=no_counts)
    sample_rows: SampleColumns = field(default_factory=no_samples)
    deliverable_rows: DeliverableColumns = field(default_factory=no_deliverables)
    invoiced: tuple[InvoicedCharge, ...] = ()
    _found: dict[str, _ByName] = field(default_factory=dict, init=False)

    @property
    def row_count(self) -> int:
        """How many rows there are to measure from."""
        columns = (
            self.outage_rows,
            self.ticket_rows,
            self.count_rows,
            self.sample_rows,
            self.deliverable_rows,
        )
        return sum(len(each) for each in columns)

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        return self.outage_rows.take(self._by("outages", self.outage_rows.service).rows(services))

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """The same outages without their ids and places."""
        rows = self._by("outages", self.outage_rows.service).rows(services)
        return OutageTimes.of(self.outage_rows).take(rows)

    def services_with_outages(self) -> frozenset[str]:
        """The services that at least one outage row names."""
        return self._by("outages", self.outage_rows.service).present

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services."""
        rows = self._by("tickets", self.ticket_rows.service).rows(services)
        return self.ticket_rows if len(rows) == len(self.ticket_rows) else self.ticket_rows.take(rows)

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services."""
        tickets = self.tickets(services).ticket_id
        wanted = (tickets.names[code] for code in np.unique(tickets.codes).tolist() if code >= 0)
        rows = self._by("events", self.event_rows.ticket_id).rows(wanted)
        return self.event_rows if len(rows) == len(self.event_rows) else self.event_rows.take(rows)

    def counts(self, services: Collection[str]) -> CountColumns:
        """The counts of some services."""
        return self.count_rows.take(self._by("counts", self.count_rows.service).rows(services))

    def samples(self, services: Collection[str]) -> SampleColumns:
        """The samples of some services."""
        return self.sample_rows.take(self._by("samples", self.sample_rows.service).rows(services))

    def deliverables(self, services: Collection[str]) -> DeliverableColumns:
        """The deliverables of some services."""
        return self.deliverable_rows.take(self._by("items", self.deliverable_rows.service).rows(services))

    def _by(self, rows: str, column: Coded) -> _ByName:
        if rows not in self._found:
            self._found[rows] = _ByName(column)
        return self._found[rows]

    def charges(self) -> tuple[InvoicedCharge, ...]:
        """Everything that was invoiced."""
        return self.invoiced

    def first_instant(self) -> int | None:
        """The earliest instant that any row speaks of."""
        columns = (
            self.outage_rows.started, self.ticket_rows.opened, self.event_rows.at, self.count_rows.start,
            self.sample_rows.at, self.deliverable_rows.due,
        )  # fmt: skip
        firsts = [int(column.min()) for column in columns if len(column)]
        return min(firsts) if firsts else None

    def quarantine(self) -> tuple[QuarantinedRow, ...]:
        """Every row that could not be read."""
        return self.quarantined

    def sources(self) -> tuple[SourceSummary, ...]:
        """What was read of each file."""
        return self.files
