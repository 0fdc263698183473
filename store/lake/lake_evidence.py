"""Evidence as known at an instant, read from the lake as it is asked for.

The problem: a settlement asks for the outages of some services, out of many millions of rows. The lake has to bring
those, and whatever bears on them (a correction filed under another service, an older row of the same ticket), by the
same rules by which files are read into memory, and no more.

Example: ``lake.evidence(known_at).outages({"hosting"})`` reads the row groups that can hold hosting.

Limits: each question is answered from the files anew; only small answers (which names are superseded, which services
have outages) are kept. It is a snapshot of the catalogue: what is taken in later is not seen.

References: `store.lake.known` for the rules; `domain.ports.Evidence` for the port.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
from domain.evidence_kinds import (
    CHARGES,
    COUNTS,
    DELIVERABLES,
    OUTAGES,
    SAMPLES,
    TICKET_EVENTS,
    TICKETS,
    EvidenceKind,
    kind_of,
)  # fmt: skip
from domain.findings import Finding
from store.lake.catalogue import BatchEntry, SourceEntry
from store.lake.known import (
    FiledRows,
    charges_known,
    counts_known,
    deliverables_known,
    events_without_ticket,
    outages_known,
    repeats_among,
    samples_known,
    ticket_events_known,
    tickets_known,
)  # fmt: skip
from store.lake.parquet import is_one_of, is_silent, read_batch
from store.lake.reading import in_place
from store.lake.told import Told

Choice = Callable[[pa.Table], pa.ChunkedArray]
"""Which rows of a table are wanted."""


def current(entries: Iterable[SourceEntry], recorded_by: int | None) -> tuple[SourceEntry, ...]:
    """The last revision of each file that the lake had taken in by an instant (None: by now)."""
    latest: dict[str, SourceEntry] = {}
    for entry in entries:
        if recorded_by is not None and entry.recorded_at > recorded_by:
            continue
        known = latest.get(entry.key)
        if known is None or entry.revision > known.revision:
            latest[entry.key] = entry
    return tuple(sorted(latest.values(), key=lambda entry: (entry.file, entry.sha256, entry.reading)))


class LakeEvidence:
    """The evidence of some entries of the catalogue, as known at an instant."""

    def __init__(self, folder: Path, entries: tuple[SourceEntry, ...], known_at: int | None) -> None:
        self._folder = folder
        self._entries = entries
        self._known_at = known_at
        self._entangled: dict[str, frozenset[str]] = {}
        named = Counter(entry.file for entry in entries)
        # A file that was sent again with other content has rows from both, and each row says from which.
        self._labels = [
            entry.file if named[entry.file] == 1 else f"{entry.file}@{entry.sha256[:8]}" for entry in entries
        ]

    def outages(self, services: Collection[str]) -> OutageColumns:
        """The outages of some services."""
        columns = self._outages(frozenset(services), Told())
        return columns.take(columns.service.rows_in(services))

    def outage_times(self, services: Collection[str]) -> OutageTimes:
        """The same outages without their ids and places."""
        return OutageTimes.of(self.outages(services))

    def services_with_outages(self) -> frozenset[str]:
        """The services that at least one outage row names."""
        return self._services_with_outages

    def tickets(self, services: Collection[str]) -> TicketColumns:
        """The tickets of some services."""
        columns = self._tickets(frozenset(services), Told())
        return columns.take(columns.service.rows_in(services))

    def ticket_events(self, services: Collection[str]) -> TicketEventColumns:
        """The events of the tickets of some services."""
        tickets = self.tickets(services).ticket_id
        wanted = frozenset(tickets.names[code] for code in np.unique(tickets.codes) if code >= 0)
        filed = self._filed(TICKET_EVENTS, lambda rows: is_one_of(rows["ticket_id"], wanted))
        return ticket_events_known(filed, Told())

    def counts(self, services: Collection[str]) -> CountColumns:
        """The counts of some services."""
        return counts_known(self._filed_of(COUNTS, services), Told())

    def samples(self, services: Collection[str]) -> SampleColumns:
        """The samples of some services."""
        return samples_known(self._filed_of(SAMPLES, services), Told())

    def deliverables(self, services: Collection[str]) -> DeliverableColumns:
        """The deliverables of some services."""
        return deliverables_known(self._filed_of(DELIVERABLES, services), Told())

    def charges(self) -> tuple[InvoicedCharge, ...]:
        """Everything that was invoiced."""
        return charges_known(self._filed(CHARGES, None), Told())

    def first_instant(self) -> int | None:
        """The earliest instant that any row speaks of."""
        return self._first_instant

    def quarantine(self) -> tuple[QuarantinedRow, ...]:
        """Every row that could not be read."""
        return in_place(row for entry in self._entries for row in entry.quarantine)

    def sources(self) -> tuple[SourceSummary, ...]:
        """What was read of each file."""
        return self._sources

    def notices(self) -> tuple[Finding, ...]:
        """What a person should know of the evidence: of its files, and of rows that contradict each other."""
        told = Told()
        found = list(self.file_notices())
        self._outages(None, told)
        self._tickets(None, told)
        deliverables_known(self._filed(DELIVERABLES, None), told)
        every_ticket = self._names(TICKETS, "ticket_id")
        events = ticket_events_known(self._filed(TICKET_EVENTS, None), Told())
        events_without_ticket(events, every_ticket, told)
        found.extend(told.notices)
        return tuple(sorted(found, key=lambda notice: notice.order()))

    # --------------------------------------------------------------------------- for the engines

    @property
    def folder(self) -> Path:
        """Where the batches lie."""
        return self._folder

    @property
    def known_at(self) -> int | None:
        """The instant as known at which the evidence is read; None: all that was ever recorded."""
        return self._known_at

    def rows_of(self, kind: EvidenceKind, columns: list[str] | None = None) -> Iterator[tuple[str, pa.Table]]:
        """All rows of a kind that were ever recorded, a batch at a time, each with its file, file after file."""
        for label, batch in self.batches_of(kind):
            yield label, read_batch(self._folder, batch, columns)

    def batches_of(self, kind: EvidenceKind) -> tuple[tuple[str, BatchEntry], ...]:
        """The batches of a kind that were ever recorded, each with its file, file after file."""
        filed = sorted(zip(self._labels, self._entries, strict=True), key=lambda each: each[0])
        return tuple(
            (label, batch) for label, entry in filed for batch in entry.batches if batch.kind == kind.name
        )

    def entangled_rows(self, kind: EvidenceKind) -> list[FiledRows]:
        """The rows that supersede or are superseded, file by file, with all their columns; few, as a rule."""
        ids = self.entangled(kind)
        return self._filed(kind, lambda rows: bearing(kind, rows, ids)) if ids else []

    def count_of(self, kind: EvidenceKind) -> int:
        """How many rows of a kind were ever recorded."""
        return sum(
            batch.rows for entry in self._entries for batch in entry.batches if batch.kind == kind.name
        )

    def set_aside(self) -> tuple[tuple[str, str, int], ...]:
        """How many rows of each kind were set aside in each file: kind, file, rows."""
        return tuple(
            (count.kind, label, count.set_aside)
            for label, entry in zip(self._labels, self._entries, strict=True)
            for count in entry.counts
        )

    def entangled(self, kind: EvidenceKind) -> frozenset[str]:
        """The ids of rows of a kind that supersede or are superseded: what they say can only be told together."""
        if kind.name not in self._entangled:
            self._entangled[kind.name] = self._bearing_on_each_other(kind)
        return self._entangled[kind.name]

    def _bearing_on_each_other(self, kind: EvidenceKind) -> frozenset[str]:
        if not kind.has("supersedes"):
            return frozenset()
        found = set(self._named_by_successors(kind))
        for rows in (
            self._scan(kind, ["supersedes", kind.identity or ""], telling="supersedes") if found else ()
        ):
            if rows["supersedes"].null_count < len(rows):
                successors = rows.filter(pc.is_valid(rows["supersedes"]))
                found.update(successors[kind.identity or ""].unique().to_pylist())
        return frozenset(found - {None})

    def file_notices(self) -> tuple[Finding, ...]:
        """What a person should know of the files, whatever their rows say of each other and the clock says."""
        return tuple(notice for entry in self._entries for notice in entry.lasting_notices())

    def summaries(self, repeated: Mapping[str, Mapping[str, int]]) -> tuple[SourceSummary, ...]:
        """What was read of each file, given by kind how many rows of each file say what others say."""
        found = []
        for label, entry in zip(self._labels, self._entries, strict=True):
            for count in entry.counts:
                again = repeated.get(count.kind, {}).get(label, 0)
                found.append(
                    SourceSummary(label, count.kind, count.rows - again, count.set_aside, again, entry.sha256)
                )
        return tuple(found)

    # ------------------------------------------------------------------------------------ rows of a kind

    def _outages(self, services: frozenset[str] | None, told: Told) -> OutageColumns:
        """The outages of some services (None: all), possibly with some of others."""
        if services is None:
            return outages_known(self._filed(OUTAGES, None), self._known_at, told)
        entangled = self._named_by_successors(OUTAGES)
        choose = _of_services_or_entangled(OUTAGES, services, entangled)
        pruned = None if entangled else services
        return outages_known(self._filed(OUTAGES, choose, pruned), self._known_at, told)

    def _tickets(self, services: frozenset[str] | None, told: Told) -> TicketColumns:
        """The tickets of some services (None: all), possibly with some of others."""
        if services is None:
            return tickets_known(self._filed(TICKETS, None), self._known_at, told)
        # A ticket may have gone from one service to another: all rows of a ticket bear on which of them counts.
        ids = self._names(TICKETS, "ticket_id", services)
        entangled = self._named_by_successors(TICKETS)

        def choose(rows: pa.Table) -> pa.ChunkedArray:
            return pc.or_(is_one_of(rows["ticket_id"], ids | entangled), pc.is_valid(rows["supersedes"]))

        return tickets_known(self._filed(TICKETS, choose), self._known_at, told)

    def _filed_of(self, kind: EvidenceKind, services: Collection[str]) -> list[FiledRows]:
        """Rows of a kind that nothing supersedes, of some services."""
        wanted = frozenset(services)
        return self._filed(kind, lambda rows: is_one_of(rows["service"], wanted), wanted)

    def _filed(
        self, kind: EvidenceKind, choose: Choice | None, services: frozenset[str] | None = None
    ) -> list[FiledRows]:
        """Rows of a kind, file by file; ``services`` leaves out row groups that cannot hold them."""
        found = []
        for label, entry in zip(self._labels, self._entries, strict=True):
            tables = []
            for batch in entry.batches:
                if batch.kind == kind.name:
                    rows = read_batch(self._folder, batch, services=services)
                    tables.append(rows if choose is None else rows.filter(choose(rows)))
            if tables:
                found.append(FiledRows(label, pa.concat_tables(tables)))
        return found

    # --------------------------------------------------------------------- small answers, found once

    def _scan(
        self, kind: EvidenceKind, columns: list[str], *, telling: str | None = None
    ) -> Iterator[pa.Table]:
        """Some columns of every batch of a kind, rows recorded later left out.

        ``telling``: batches in which nothing stands in this column are passed over.
        """
        dated = kind.has("recorded_at")
        for batch in self._batches(kind):
            if telling is not None and is_silent(self._folder, batch, telling):
                continue
            rows = read_batch(self._folder, batch, [*columns, "recorded_at"] if dated else columns)
            if dated and self._known_at is not None and rows["recorded_at"].null_count < len(rows):
                known = pc.less_equal(rows["recorded_at"].cast(pa.int64()), self._known_at)
                rows = rows.filter(pc.fill_null(known, True))
            yield rows

    def _batches(self, kind: EvidenceKind) -> list[BatchEntry]:
        return sorted(
            {batch for entry in self._entries for batch in entry.batches if batch.kind == kind.name}
        )

    def _names(
        self, kind: EvidenceKind, column: str, services: frozenset[str] | None = None
    ) -> frozenset[str]:
        """The different names in a column, of the rows of some services (None: of all rows ever recorded)."""
        found: set[str] = set()
        if services is None:
            for batch in self._batches(kind):
                found.update(read_batch(self._folder, batch, [column])[column].unique().to_pylist())
        else:
            for rows in self._scan(kind, [column, "service"]):
                found.update(rows.filter(is_one_of(rows["service"], services))[column].unique().to_pylist())
        found.discard(None)
        return frozenset(found)

    def _named_by_successors(self, kind: EvidenceKind) -> frozenset[str]:
        """The ids that some known row supersedes."""
        return self._successors[kind.name]

    @cached_property
    def _successors(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for kind in (OUTAGES, TICKETS):
            names: set[str] = set()
            for rows in self._scan(kind, ["supersedes"], telling="supersedes"):
                if rows["supersedes"].null_count < len(rows):
                    names.update(name for name in rows["supersedes"].unique().to_pylist() if name is not None)
            found[kind.name] = frozenset(names)
        return found

    @cached_property
    def _services_with_outages(self) -> frozenset[str]:
        entangled = self._named_by_successors(OUTAGES)
        found: set[str] = set()
        doubtful: set[str] = set()
        for rows in self._scan(OUTAGES, ["service", "outage_id"]):
            replaced = is_one_of(rows["outage_id"], entangled)
            doubtful.update(rows.filter(replaced)["service"].unique().to_pylist())
            found.update(rows.filter(pc.invert(replaced))["service"].unique().to_pylist())
        return frozenset(found | {service for service in doubtful - found if len(self.outages({service}))})

    @cached_property
    def _first_instant(self) -> int | None:
        firsts: list[int] = []
        for kind in (OUTAGES, TICKETS):
            entangled = set(self._named_by_successors(kind))
            if kind is TICKETS:
                seen: Counter[str] = Counter()
                for rows in self._scan(kind, ["ticket_id"]):
                    for each in rows["ticket_id"].value_counts().to_pylist():
                        seen[each["values"]] += each["counts"]
                entangled |= {name for name, count in seen.items() if count > 1}
            firsts.extend(self._first_of(kind, frozenset(entangled)))
        for kind in (TICKET_EVENTS, COUNTS, SAMPLES):
            dates = (rows[kind.dated_by] for rows in self._scan(kind, [kind.dated_by]) if len(rows))
            firsts.extend(pc.min(dated.cast(pa.int64())).as_py() for dated in dates)
        deliverables = deliverables_known(self._filed(DELIVERABLES, None), Told())
        firsts.extend([int(deliverables.due.min())] if len(deliverables) else [])
        return min(firsts) if firsts else None

    def _first_of(self, kind: EvidenceKind, entangled: frozenset[str]) -> Iterator[int]:
        """The earliest instants of a kind: of rows that stand alone by looking, of the others by resolving them."""
        identity = kind.identity or ""
        for rows in self._scan(kind, [identity, kind.dated_by]):
            alone = rows.filter(pc.invert(is_one_of(rows[identity], entangled)))
            if len(alone):
                yield pc.min(alone[kind.dated_by].cast(pa.int64())).as_py()
        if not entangled:
            return

        def choose(rows: pa.Table) -> pa.ChunkedArray:
            return pc.or_(is_one_of(rows[identity], entangled), pc.is_valid(rows["supersedes"]))

        filed = self._filed(kind, choose)
        resolved = (
            outages_known(filed, self._known_at, Told()).started
            if kind is OUTAGES
            else tickets_known(filed, self._known_at, Told()).opened
        )
        if len(resolved):
            yield int(resolved.min())

    @cached_property
    def _sources(self) -> tuple[SourceSummary, ...]:
        repeated = {
            kind.name: self.repeated(kind_of(kind.name))
            for kind in (OUTAGES, TICKETS, TICKET_EVENTS, COUNTS, SAMPLES, DELIVERABLES, CHARGES)
        }
        return self.summaries(repeated)

    def repeated(self, kind: EvidenceKind) -> dict[str, int]:
        """How many rows of each file say what another row says, month by month: rows alike fall in one month."""
        told = Told()
        for month in sorted({batch.month for batch in self._batches(kind)}):
            filed = []
            for label, entry in zip(self._labels, self._entries, strict=True):
                tables = [
                    read_batch(self._folder, batch)
                    for batch in entry.batches
                    if (batch.kind, batch.month) == (kind.name, month)
                ]
                if tables:
                    filed.append(FiledRows(label, pa.concat_tables(tables)))
            repeats_among(kind, filed, self._known_at, told)
        return told.repeated


def bearing(kind: EvidenceKind, rows: pa.Table, entangled: frozenset[str]) -> pa.ChunkedArray:
    """Which rows supersede others or bear one of some ids."""
    return pc.or_(is_one_of(rows[kind.identity or ""], entangled), pc.is_valid(rows["supersedes"]))


def _of_services_or_entangled(
    kind: EvidenceKind, services: frozenset[str], entangled: frozenset[str]
) -> Choice:
    """Rows of some services, rows that supersede, and rows that some row supersedes."""

    def choose(rows: pa.Table) -> pa.ChunkedArray:
        wanted = is_one_of(rows["service"], services)
        if not entangled:
            return wanted
        wanted = pc.or_(wanted, pc.is_valid(rows["supersedes"]))
        return pc.or_(wanted, is_one_of(rows[kind.identity or ""], entangled))

    return choose
