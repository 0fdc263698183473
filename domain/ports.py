"""What the pure core asks of the world around it.

The problem: a settlement needs evidence, and evidence lies in files, a lake or a cluster. The core names here what it
needs; the edges bring it. Each port has an in-memory twin for tests (house style 15).

Limits: a port hands over values, never connections; it may be slow, it may not be wrong.
"""

from collections.abc import Collection
from typing import Protocol

from domain.evidence import OutageColumns, QuarantinedRow, SourceSummary, TicketColumns, TicketEventColumns


class Evidence(Protocol):
    """Evidence as known at one instant, brought partition by partition."""

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        ...

    def services_with_outages(self) -> frozenset[str]:
        """The services that at least one outage row names, whenever it was."""
        ...

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services."""
        ...

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services."""
        ...

    def first_instant(self) -> int | None:
        """The earliest instant that any evidence speaks of; None where there is none."""
        ...

    def quarantine(self) -> tuple[QuarantinedRow, ...]:
        """Every row that could not be read, ordered by file and line."""
        ...

    def sources(self) -> tuple[SourceSummary, ...]:
        """What was read of each file, ordered by file."""
        ...
