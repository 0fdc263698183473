"""What the pure core asks of the world around it.

The problem: a settlement needs evidence, and evidence lies in files, a lake or a cluster. The core names here what it
needs; the edges bring it. Each port has an in-memory twin for tests (house style 15).

Limits: a port hands over values, never connections; it may be slow, it may not be wrong.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

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
from domain.findings import Finding


class Evidence(Protocol):
    """Evidence as known at one instant, brought partition by partition."""

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        ...

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """The same outages without their ids and places, which is all that how long they lasted takes."""
        ...

    def services_with_outages(self) -> frozenset[str]:
        """The services that at least one outage row names, whenever it was."""
        ...

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services, each service's in the order of their ids."""
        ...

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services; each ticket's stand together, in their order."""
        ...

    def counts(self, services: Collection[str]) -> CountColumns:
        """The counts of some services."""
        ...

    def samples(self, services: Collection[str]) -> SampleColumns:
        """The samples of some services."""
        ...

    def deliverables(self, services: Collection[str]) -> DeliverableColumns:
        """The deliverables of some services."""
        ...

    def charges(self) -> tuple[InvoicedCharge, ...]:
        """Everything that was invoiced, by agreement, service, month and customer."""
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


class ArrowStream(Protocol):
    """Rows in columns, in any library's hands, by the Arrow PyCapsule interface.

    The core imports no Arrow library; it only says that what the readers give and the lake takes speaks this protocol.
    References: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
    """

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A capsule holding a C stream of the rows."""
        ...


@dataclass(frozen=True, slots=True)
class EvidenceBatch:
    """Some rows of one kind, of one file, and what was set aside while reading them.

    ``rows`` has the columns of `domain.evidence_kinds` in that order, then ``line``: texts as strings or as a
    dictionary of strings, instants as microseconds in UTC, an empty cell as null. ``notices`` say what a person should
    know of the file; ``read`` is how many bytes of the file had been read by then.
    """

    kind: str
    rows: ArrowStream
    quarantined: tuple[QuarantinedRow, ...] = ()
    notices: tuple[Finding, ...] = ()
    read: int = 0


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that cannot be read as a whole: nothing of it counts, and it stands in quarantine once.

    It is always the last thing that is said of a file; what was read of the file before is to be forgotten.
    """

    fault: QuarantinedRow
    kind: str


class EvidenceSource(Protocol):
    """One file of evidence, to be read once.

    Loading is atomic per file: whoever takes the batches keeps them aside until the last one has come.
    """

    @property
    def file(self) -> str:
        """The file's path within the portfolio's folder, with forward slashes."""
        ...

    @property
    def kind(self) -> str:
        """The kind that the file says it holds; of a feed, the first kind it produces."""
        ...

    @property
    def size(self) -> int:
        """The bytes of the file as it lies there."""
        ...

    @property
    def reading(self) -> str:
        """What, besides the file's bytes, decides what is read: a kind, or a feed and its mapping."""
        ...

    def sha256(self) -> str:
        """The hash of the file's bytes, in hexadecimal. Raises OSError where the file cannot be opened."""
        ...

    def batches(self) -> Iterator[EvidenceBatch | BrokenFile]:
        """The rows, batch after batch, in the order of the file."""
        ...
