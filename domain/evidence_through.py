"""Evidence seen through a condition: as one agreement believes it, or as it would be had something not happened.

The problem: whoever alters one kind of evidence has to hand on all the others as they are, and each that did so by
itself would have to learn of every new kind.

Example: ``class WithoutIncident(EvidenceThrough)`` says what `outages` gives, and nothing else.

Limits: `outage_times` follows from `outages`, so that the two never tell of different outages; who knows a quicker way
to the same times says it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from domain.evidence import (
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
)  # fmt: skip
from domain.ports import Evidence

__all__ = ["EvidenceThrough"]


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceThrough:
    """Other evidence as it is, but for what a class of this kind says otherwise."""

    evidence: Evidence

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        return self.evidence.outages(services)

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """The times of the same outages."""
        return OutageTimes.of(self.outages(services))

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
        """The earliest instant that any evidence speaks of."""
        return self.evidence.first_instant()

    def quarantine(self) -> tuple[QuarantinedRow, ...]:
        """Every row that could not be read."""
        return self.evidence.quarantine()

    def sources(self) -> tuple[SourceSummary, ...]:
        """What was read of each file."""
        return self.evidence.sources()
