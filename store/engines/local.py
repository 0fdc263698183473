"""The local engine: evidence of any size brought from the lake to the rules, partition by partition.

The problem: ten million tickets, or ten million outages, have to be settled on a machine with two cores and a few
gigabytes, by the same rules as three rows in a folder. The rules ask for the rows of some services; the lake holds rows
by file and month. Between the two stands this: one pass over the lake divides the rows into partitions (`partitions`),
resolves each by the lake's own rules (`store.lake.known`), and lays the outcome aside by service (`shelf`); every
question is then answered with a slice.

Example: ``LocalEngine(lake.evidence(known_at)).outages({"hosting"})`` is what the lake itself would answer.

Limits: a scratch folder of about the size of the rows, uncompressed, for as long as the engine lives. Rows that
correct others, with the rows they correct, share one partition and so have to fit into memory together.
"""

import shutil
import weakref
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import (
    NEVER,
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
)  # fmt: skip
from domain.evidence_kinds import (
    CHARGES,
    COUNTS,
    DELIVERABLES,
    OUTAGES,
    SAMPLES,
    TICKET_EVENTS,
    TICKETS,
    EvidenceKind,
)  # fmt: skip
from domain.findings import Finding
from store.engines.identities import IdentifiedShelf, Identities
from store.engines.partitions import Partitions
from store.engines.shelves import Readable, Shelves
from store.engines.times import TimesOnly
from store.lake.coded import Keys, order_of
from store.lake.known import (
    FiledRows,
    counts_known,
    deliverables_known,
    note_orphans,
    outages_known,
    samples_known,
    ticket_events_known,
    tickets_known,
)  # fmt: skip
from store.lake.lake_evidence import LakeEvidence
from store.lake.names import places_among, texts_of
from store.lake.told import Told

ROWS_AT_ONCE = 2_000_000
"""About how many rows a partition has."""

HELD_ROWS = 2_500_000
"""Tickets and events, about 80 bytes each, that may as well stay in memory."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class LocalEngine:
    """Evidence of the lake as known at an instant, in bounded memory; the twin of `LakeEvidence` for many rows."""

    def __init__(
        self,
        lake: LakeEvidence,
        *,
        scratch: Path | None = None,
        rows_at_once: int = ROWS_AT_ONCE,
        progress: Progress | None = None,
    ) -> None:
        self._lake = lake
        self._rows_at_once = rows_at_once
        self._progress = progress
        self._told = {
            kind.name: Told() for kind in (OUTAGES, TICKETS, TICKET_EVENTS, COUNTS, SAMPLES, DELIVERABLES)
        }
        self._scratch = Path(mkdtemp(prefix="engine-", dir=scratch))
        self.close = weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        """Gives the scratch folder back; nothing can be asked any more. It happens by itself when nobody asks."""

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        found: OutageColumns = self._outages.read(services)
        if len(self._lake.entangled(OUTAGES)) == 0:
            return found
        # Rows that correct others came by another way, and are put where they belong.
        reported = np.where(found.reported == found.started, np.int64(NEVER), found.reported)
        keys: list[Keys] = [
            found.service.codes, found.started, found.ended, found.cause.codes, found.outage_id.codes,
            reported, found.severity.codes, found.incident.codes, found.source.codes, found.recorded,
        ]  # fmt: skip
        return found.take(order_of([*keys, found.place.file.codes, found.place.line]))

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """The same outages without their ids and places, which are not even read for it."""
        found: OutageTimes = self._times.read(services)
        if len(self._lake.entangled(OUTAGES)) == 0:
            return found
        return found.take(order_of([found.service.codes, found.started, found.ended, found.cause.codes]))

    def services_with_outages(self) -> frozenset[str]:
        """The services that at least one outage row names."""
        return self._times.services()

    def outages_together(self) -> tuple[tuple[str, ...], ...]:
        """The same services in groups whose outages lie side by side.

        Who asks for one group after another reads each row once, a slice at a time, and never more than a partition.
        """
        return self._times.lying_together()

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services, service after service, each service's in the order of their ids."""
        found: TicketColumns = _by_ticket(*self._tickets[0].pieces(services))
        return found

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services, in the order of the tickets."""
        found: TicketEventColumns = _by_ticket(*self._tickets[1].pieces(services))
        return found

    def counts(self, services: Collection[str]) -> CountColumns:
        """The counts of some services."""
        found: CountColumns = self._counts.read(services)
        return found

    def samples(self, services: Collection[str]) -> SampleColumns:
        """The samples of some services."""
        found: SampleColumns = self._samples.read(services)
        return found

    def deliverables(self, services: Collection[str]) -> DeliverableColumns:
        """The deliverables of some services."""
        found: DeliverableColumns = self._deliverables.read(services)
        return found

    def charges(self) -> tuple[InvoicedCharge, ...]:
        """Everything that was invoiced: a row for an agreement, a service and a month, never many."""
        return self._lake.charges()

    def first_instant(self) -> int | None:
        """The earliest instant that any evidence speaks of."""
        kinds = (self._times, *self._tickets, self._counts, self._samples, self._deliverables)
        firsts = [each.first_instant for each in kinds if each.first_instant is not None]
        return min(firsts) if firsts else None

    def quarantine(self) -> tuple[QuarantinedRow, ...]:
        """Every row that could not be read."""
        return self._lake.quarantine()

    def sources(self) -> tuple[SourceSummary, ...]:
        """What was read of each file."""
        self._everything()
        repeated = {kind: told.repeated for kind, told in self._told.items()}
        return self._lake.summaries({**repeated, CHARGES.name: self._lake.repeated(CHARGES)})

    def notices(self) -> tuple[Finding, ...]:
        """What a person should know of the evidence: of its files, and of rows that contradict each other."""
        self._everything()
        found = [
            *self._lake.file_notices(),
            *(notice for told in self._told.values() for notice in told.notices),
        ]
        return tuple(sorted(found, key=lambda notice: notice.order()))

    def _everything(self) -> None:
        for each in (self._times, self._tickets, self._counts, self._samples, self._deliverables):
            del each  # To have asked for it is enough: it is worked out once.

    # --------------------------------------------------------------------------------- the passes

    @cached_property
    def _times(self) -> Shelves:
        count = self._partitions_for(OUTAGES)
        times = TimesOnly(self._lake, self._told[OUTAGES.name], self._scratch / "waiting", count)
        shelves = self._shelves("times", "started", on_disk=count > 1)
        for number, columns in enumerate(times.partitions()):
            self._tell(OUTAGES.name, number, count)
            shelves.add(columns, columns.service)
        return shelves

    @cached_property
    def _outages(self) -> Shelves:
        """Outages with their ids and places, once somebody asks; what is to be told of them is known without."""
        said = Told()
        return self._by_service(
            OUTAGES, "started", lambda filed: outages_known(filed, self._lake.known_at, said)
        )

    @cached_property
    def _counts(self) -> Shelves:
        return self._by_service(COUNTS, "start", lambda filed: counts_known(filed, self._told[COUNTS.name]))

    @cached_property
    def _samples(self) -> Shelves:
        return self._by_service(SAMPLES, "at", lambda filed: samples_known(filed, self._told[SAMPLES.name]))

    @cached_property
    def _deliverables(self) -> Shelves:
        told = self._told[DELIVERABLES.name]
        return self._by_service(DELIVERABLES, "due", lambda filed: deliverables_known(filed, told))

    @cached_property
    def _tickets(self) -> tuple[Shelves, Shelves]:
        """Tickets with their events: both divided by the ticket's id, so that each finds the other."""
        count = self._partitions_for(TICKETS, TICKET_EVENTS)
        on_disk = self._lake.count_of(TICKETS) + self._lake.count_of(TICKET_EVENTS) > HELD_ROWS
        tickets = self._shelves(TICKETS.name, "opened", on_disk=on_disk)
        events = self._shelves(TICKET_EVENTS.name, "at", on_disk=on_disk)
        identities = Identities()
        entangled = self._lake.entangled(TICKETS)
        rows = self._divided(TICKETS, "ticket_id", count, entangled)
        event_rows = self._divided(TICKET_EVENTS, "ticket_id", count, entangled)
        told, events_told = self._told[TICKETS.name], self._told[TICKET_EVENTS.name]
        for number in range(count):
            self._tell("tickets", number, count)
            filed = rows.filed(number)
            every = [each.rows["ticket_id"] for each in filed]
            resolved = tickets_known(filed, self._lake.known_at, told)
            del filed
            partition = identities.add(resolved.ticket_id.names)

            def named(shelf: Readable, partition: int = partition) -> Readable:
                return IdentifiedShelf(shelf, partition, identities)

            tickets.add(_numbered(resolved, resolved.ticket_id.codes), resolved.service, named)
            happened = ticket_events_known(event_rows.filed(number), events_told)
            place = places_among(texts_of(resolved.ticket_id.names), texts_of(happened.ticket_id.names))
            _note_orphans(happened, place, every, events_told)
            ticket_of = np.append(place, np.int32(-1))[happened.ticket_id.codes]
            service = np.append(_by_code(resolved), np.int32(-1))[ticket_of]
            events.add(_numbered(happened, ticket_of), Coded(service, resolved.service.names), named)
        identities.finish()
        return tickets, events

    def _by_service(
        self, kind: EvidenceKind, earliest: str, resolve: Callable[[list[FiledRows]], Any]
    ) -> Shelves:
        shelves = self._shelves(kind.name, earliest)
        count = self._partitions_for(kind)
        rows = self._divided(kind, "service", count, self._lake.entangled(kind))
        for number in range(count):
            self._tell(kind.name, number, count)
            columns = resolve(rows.filed(number))
            shelves.add(columns, columns.service)
        return shelves

    def _shelves(self, name: str, earliest: str, *, on_disk: bool = True) -> Shelves:
        folder = self._scratch / name
        folder.mkdir()
        return Shelves(folder, earliest, on_disk=on_disk)

    def _partitions_for(self, *kinds: EvidenceKind) -> int:
        whole = sum(self._lake.count_of(kind) for kind in kinds)
        # One more, for the rows that are gathered because they correct each other.
        return 1 if whole <= self._rows_at_once else -(-whole // self._rows_at_once) + 1

    def _divided(self, kind: EvidenceKind, column: str, count: int, gathered: frozenset[str]) -> Partitions:
        found = Partitions(self._scratch / "waiting", kind, column, count, gathered)
        found.fill(self._lake.rows_of(kind))
        return found

    def _tell(self, what: str, done: int, total: int) -> None:
        if self._progress is not None and total > 1:
            self._progress(f"Ordering {what}", done, total)


def _numbered(columns: Any, tickets: NDArray[np.int32]) -> Any:  # noqa: ANN401  Tickets or their events.
    """The columns with a ticket's place among the partition's in place of its id."""
    return replace(columns, ticket_id=Coded(tickets, ()))


def _by_ticket(columns: Any, service: NDArray[np.int64]) -> Any:  # noqa: ANN401  Tickets or their events.
    """The columns by service and ticket; rows of one ticket keep their places."""
    place = (service << 32) | columns.ticket_id.codes
    return columns if (place[1:] >= place[:-1]).all() else columns.take(np.argsort(place, kind="stable"))


def _note_orphans(
    events: TicketEventColumns, place: NDArray[np.int32], every: list[pa.ChunkedArray], told: Told
) -> None:
    """Note events of tickets of which no row is there, be it superseded or not yet known.

    ``place`` is that of each event's ticket among those whose row counts, ``every`` the ids of all rows of tickets.
    """
    if (place >= 0).all():
        return
    orphaned = place < 0
    doubtful = texts_of(events.ticket_id.names).filter(pa.array(orphaned)).cast(pa.string())
    there = [pc.is_in(doubtful, each.cast(pa.string()).combine_chunks()).to_numpy(False) for each in every]
    orphaned[orphaned] = ~np.any(there, axis=0) if there else True
    note_orphans(events, orphaned, told)


def _by_code(tickets: TicketColumns) -> NDArray[np.int32]:
    """The service of each ticket, by the code of its id; each id has one row."""
    service = np.full(len(tickets.ticket_id.names), -1, dtype=np.int32)
    service[tickets.ticket_id.codes] = tickets.service.codes
    return service
