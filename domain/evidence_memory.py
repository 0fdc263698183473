"""Evidence held in memory: the twin of the lake for tests and for small portfolios.

The problem: the core asks for evidence through `domain.ports.Evidence`; a test, or a folder that is read once, needs
no lake for that.

Example: ``MemoryEvidence(outages=columns).outages({"hosting"})`` gives the rows of hosting.

Limits: everything is in memory at once.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from domain.evidence import (
    CountColumns,
    DeliverableColumns,
    InvoicedCharge,
    OutageColumns,
    QuarantinedRow,
    SampleColumns,
    SourceSummary,
    TicketColumns,
    TicketEventColumns,
    no_counts,
    no_deliverables,
    no_samples,
)  # fmt: skip


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

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        return self.outage_rows.take(self.outage_rows.service.rows_in(services))

    def services_with_outages(self) -> frozenset[str]:
        """The services that at least one outage row names."""
        column = self.outage_rows.service
        return frozenset(column.names[code] for code in np.unique(column.codes) if code >= 0)

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services."""
        rows = self.ticket_rows.service.rows_in(services)
        return self.ticket_rows if rows.all() else self.ticket_rows.take(rows)

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services."""
        tickets = self.tickets(services).ticket_id
        wanted = {tickets.names[code] for code in np.unique(tickets.codes) if code >= 0}
        known = np.array(
            [name in wanted for name in self.event_rows.ticket_id.names] + [False], dtype=np.bool_
        )
        rows = known[self.event_rows.ticket_id.codes]
        return self.event_rows if rows.all() else self.event_rows.take(rows)

    def counts(self, services: Collection[str]) -> CountColumns:
        """The counts of some services."""
        return self.count_rows.take(self.count_rows.service.rows_in(services))

    def samples(self, services: Collection[str]) -> SampleColumns:
        """The samples of some services."""
        return self.sample_rows.take(self.sample_rows.service.rows_in(services))

    def deliverables(self, services: Collection[str]) -> DeliverableColumns:
        """The deliverables of some services."""
        return self.deliverable_rows.take(self.deliverable_rows.service.rows_in(services))

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
