"""What is known of a service, in one hash: as far as a month can have seen it.

The problem: a result is kept as long as nothing that it rests on has changed. An outage of June changes nothing of May,
a ticket that is closed in June without having been opened again changes nothing of the May in which it was resolved,
and whoever took both for a change would measure every month of the past again with each further one.

Example: a ticket is resolved on 29 April and closed by itself on 6 May. April's hash is the same as known on 1 May and
on 1 June. Had it been opened again on 6 May, it would be another one: then it was not resolved in April.

What a month sees (`Seen`): rows that began before its end; of outages also those that begin soon after it, where one of
the services was down across the end and may have gone on being so; of tickets what had happened by the month's end, and
when they had been answered and resolved as known on the as-of date (`by_milestone`), or all that had happened by then;
of items whether and when they had been delivered by then.

Limits: rows in batches of the lake are told by their batches only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from domain.evidence import NEVER, UNRECORDED, Coded
from domain.instants import as_datetime
from domain.measure.timelines import timelines
from store.codec import Codec
from store.mappers import hash_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from domain.evidence import (
        CountColumns,
        DeliverableColumns,
        Exact,
        OutageColumns,
        SampleColumns,
        TicketColumns,
        TicketEventColumns,
    )  # fmt: skip
    from domain.evidence_memory import MemoryEvidence
    from store.lake.catalogue import BatchEntry

__all__ = ["EvidenceRows", "RowsInBatches", "RowsInMemory", "Seen", "TicketsSeen"]

_CODEC = Codec()
_NO_ROWS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class TicketsSeen:
    """The tickets opened before ``end``, with what had happened before ``horizon``, not before ``end`` itself.

    ``by_milestone``: only tickets with a milestone reached before ``end`` can count, so of what happened later it only
    matters whether that milestone stands.
    """

    end: int
    horizon: int
    by_milestone: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a month sees: what began before ``end``, outages before ``reach``, and deliveries before ``known``.

    ``tickets`` None: all that is known of the tickets opened before ``reach``, whenever it happened. ``every_item``:
    items whenever they are due.
    """

    end: int
    reach: int
    known: int
    tickets: TicketsSeen | None
    every_item: bool = False


class EvidenceRows(Protocol):
    """Whoever can name, in a hash, all that a month sees of a service."""

    @property
    def is_as_known(self) -> bool:
        """Whether only rows that are known on the as-of date are in the hash, so that the date itself need not be."""
        ...

    def goes_on(self, services: Collection[str], end: int, lag: int) -> bool:
        """Whether one of some services may have been down, or have held another down for ``lag``, at an instant."""
        ...

    def has_open_items(self, services: Collection[str], end: int, known: int) -> bool:
        """Whether an item that was due before ``end`` had not been delivered before ``known``."""
        ...

    def hash_of(self, service: str, seen: Seen) -> str:
        """The hash; another one wherever an answer of the evidence about the service could be another."""
        ...


class RowsInMemory:
    """The rows of evidence by service, each of which counts by what it says."""

    is_as_known = True

    def __init__(self, evidence: MemoryEvidence) -> None:
        self._outages = evidence.outage_rows
        self._tickets = evidence.ticket_rows
        self._events = evidence.event_rows
        self._outages_of = _places(self._outages.service)
        self._tickets_of = _places(self._tickets.service)
        self._events_of = _places(self._events.ticket_id)
        self._counts, self._counts_of = evidence.count_rows, _places(evidence.count_rows.service)
        self._samples, self._samples_of = evidence.sample_rows, _places(evidence.sample_rows.service)
        self._items, self._items_of = evidence.deliverable_rows, _places(evidence.deliverable_rows.service)
        self._ends: dict[tuple[str, int], int] = {}
        self._quiet: dict[tuple[str, bool | None, int, int, int], str] = {}

    def goes_on(self, services: Collection[str], end: int, lag: int) -> bool:
        """Whether one of some services may have been down, or have held another down for ``lag``, at an instant."""
        return any(self._last_end(service, end) >= end - lag for service in services)

    def _last_end(self, service: str, before: int) -> int:
        """When the last of a service's outages ends that began before an instant; found out once."""
        key = (service, before)
        if key not in self._ends:
            rows = self._outages_of.get(service, _NO_ROWS)
            ended = self._outages.ended[rows[self._outages.started[rows] < before]]
            self._ends[key] = int(ended.max()) if len(ended) else UNRECORDED
        return self._ends[key]

    def has_open_items(self, services: Collection[str], end: int, known: int) -> bool:
        """Whether an item that was due before ``end`` had not been delivered before ``known``."""
        rows = (self._items_of.get(service, _NO_ROWS) for service in services)
        return any(
            ((self._items.due[each] < end) & (self._items.delivered[each] >= known)).any() for each in rows
        )

    def hash_of(self, service: str, seen: Seen) -> str:
        """The hash of what a month sees of a service, and whether it has outages at all."""
        every = self._outages_of.get(service, _NO_ROWS)
        outages = every[self._outages.started[every] < seen.reach]
        counts = self._counts_of.get(service, _NO_ROWS)
        counts = counts[self._counts.start[counts] < seen.end]
        samples = self._samples_of.get(service, _NO_ROWS)
        samples = samples[self._samples.at[samples] < seen.end]
        if service in self._tickets_of or service in self._items_of:
            return self._hashed(service, seen, outages, counts, samples)
        # What began before an instant began before any later one: as many rows are the same, as after a quiet month.
        kind = None if seen.tickets is None else seen.tickets.by_milestone
        key = (service, kind, len(outages), len(counts), len(samples))
        if key not in self._quiet:
            self._quiet[key] = self._hashed(service, seen, outages, counts, samples)
        return self._quiet[key]

    def _hashed(
        self,
        service: str,
        seen: Seen,
        outages: NDArray[np.int64],
        counts: NDArray[np.int64],
        samples: NDArray[np.int64],
    ) -> str:
        # That a level was never measured at all is said in every month.
        named = sorted(self._measures_of(service))
        has_outages = service in self._outages_of and len(self._outages_of[service]) > 0
        digest = hashlib.sha256(f"{has_outages} {service in self._tickets_of} {named}\n".encode())
        _add_outages(digest, self._outages.take(outages))
        self._add_tickets(digest, service, seen)
        _add_counts(digest, self._counts.take(counts))
        _add_samples(digest, self._samples.take(samples))
        self._add_items(digest, service, seen)
        return digest.hexdigest()

    def _add_tickets(self, digest: hashlib._Hash, service: str, seen: Seen) -> None:
        rows = self._tickets_of.get(service, _NO_ROWS)
        upto = seen.reach if seen.tickets is None else seen.tickets.end
        rows = rows[self._tickets.opened[rows] < upto]
        names = [self._tickets.ticket_id[int(row)] or "" for row in rows]
        events = [self._events_of[name] for name in names if name in self._events_of]
        tickets = self._tickets.take(rows)
        told = self._events.take(np.concatenate(events) if events else _NO_ROWS)
        if seen.tickets is None:
            _add_tickets(digest, tickets)
            _add_numbers(digest, (tickets.recorded,))
            _add_events(digest, told)
            return
        until = seen.tickets.horizon
        if seen.tickets.by_milestone:
            until = seen.tickets.end
            _add_undone(digest, tickets, told, seen.tickets)
        said = [
            np.where(each < until, each, NEVER)
            for each in (tickets.responded, tickets.resolved, tickets.closed)
        ]
        _add_tickets(digest, replace(tickets, responded=said[0], resolved=said[1], closed=said[2]))
        _add_events(digest, told.take(told.at < until))

    def _add_items(self, digest: hashlib._Hash, service: str, seen: Seen) -> None:
        rows = self._items_of.get(service, _NO_ROWS)
        if not seen.every_item:
            rows = rows[self._items.due[rows] < seen.end]
        items = self._items.take(rows)
        delivered = np.where(items.delivered < seen.known, items.delivered, NEVER)
        _add_numbers(digest, ((items.due < seen.known).astype(np.int64),))
        _add_items(digest, replace(items, delivered=delivered))

    def _measures_of(self, service: str) -> set[str]:
        """The measures that some row of the service names, whenever."""
        found: set[str] = set()
        for column, rows in (
            (self._counts.measure, self._counts_of),
            (self._samples.measure, self._samples_of),
            (self._items.measure, self._items_of),
        ):
            codes = np.unique(column.codes[rows.get(service, _NO_ROWS)])
            found |= {column.names[code] for code in codes.tolist() if code >= 0}
        return found


class RowsInBatches:
    """The rows of evidence by the batches of the lake in which they lie, where there are too many to go through.

    More changes than has to: new rows of any service change the hashes of all, from the month on in which they lie. A
    ticket's row of any month may replace one of another, and so may a correction; so all batches of tickets count, and
    all of a kind of which some row supersedes another.
    """

    # A batch holds rows that are known later, too.
    is_as_known = False

    def __init__(
        self, batches: Iterable[BatchEntry], undated: frozenset[str], services_with_outages: frozenset[str]
    ) -> None:
        self._batches = sorted(set(batches))
        self._undated = undated | {"tickets"}
        self._recorded = services_with_outages
        self._of_month: dict[tuple[str, bool], str] = {}

    def goes_on(self, services: Collection[str], end: int, lag: int) -> bool:
        """Always, as far as batches tell."""
        return bool(services) and end >= 0 and lag >= 0

    def has_open_items(self, services: Collection[str], end: int, known: int) -> bool:
        """Always, as far as batches tell."""
        return bool(services) and end >= 0 and known >= 0

    def hash_of(self, service: str, seen: Seen) -> str:
        """The hash of what may bear on a service before an instant, and whether it has outages at all."""
        month = as_datetime(seen.reach).strftime("%Y-%m")
        key = month, seen.every_item
        if key not in self._of_month:
            undated = self._undated | ({"deliverables"} if seen.every_item else set())
            paths = [batch.path for batch in self._batches if batch.kind in undated or batch.month <= month]
            self._of_month[key] = hash_of(paths)
        return hash_of([self._of_month[key], service in self._recorded])


def _places(column: Coded) -> Mapping[str, NDArray[np.int64]]:
    """The rows of each name, in their order."""
    order = np.argsort(column.codes, kind="stable")
    codes = column.codes[order]
    starts = np.searchsorted(codes, np.arange(len(column.names)))
    ends = np.searchsorted(codes, np.arange(len(column.names)), side="right")
    return {name: order[starts[code] : ends[code]] for code, name in enumerate(column.names)}


def _add_outages(digest: hashlib._Hash, rows: OutageColumns) -> None:
    _add_names(digest, (rows.outage_id, rows.severity, rows.cause, rows.incident, rows.source))
    _add_numbers(digest, (rows.started, rows.ended, rows.reported, rows.recorded))


def _add_tickets(digest: hashlib._Hash, rows: TicketColumns) -> None:
    _add_names(digest, (rows.ticket_id, rows.priority, rows.customer, rows.category, rows.source))
    _add_numbers(digest, (rows.opened, rows.responded, rows.resolved, rows.closed))


def _add_undone(
    digest: hashlib._Hash, tickets: TicketColumns, events: TicketEventColumns, seen: TicketsSeen
) -> None:
    """The tickets whose milestone, reached before the end, does not stand as known at the horizon."""
    later = [
        (each >= seen.end) & (each < seen.horizon)
        for each in (tickets.responded, tickets.resolved, tickets.closed)
    ]
    told = events.ticket_id.take((events.at >= seen.end) & (events.at < seen.horizon))
    rows = np.flatnonzero(later[0] | later[1] | later[2] | tickets.ticket_id.rows_in(_named(told)))
    some, about = (
        tickets.take(rows),
        events.take(events.ticket_id.rows_in(_named(tickets.ticket_id.take(rows)))),
    )
    before, after = (timelines(some, about, at) for at in (seen.end, seen.horizon))
    for one, other in ((before.responded, after.responded), (before.resolved, after.resolved)):
        stands = np.where(other < seen.end, other, NEVER)
        changed = np.flatnonzero(stands != one)
        _add_names(digest, (some.ticket_id.take(changed),))
        _add_numbers(digest, (stands[changed],))


def _named(column: Coded) -> list[str]:
    return [column.names[code] for code in np.unique(column.codes).tolist() if code >= 0]


def _add_events(digest: hashlib._Hash, rows: TicketEventColumns) -> None:
    _add_names(digest, (rows.ticket_id, rows.status, rows.holder, rows.priority, rows.actor, rows.reason))
    _add_numbers(digest, (rows.at,))


def _add_counts(digest: hashlib._Hash, rows: CountColumns) -> None:
    _add_names(digest, (rows.measure, rows.party))
    _add_numbers(digest, (rows.start, rows.end))
    _add_exact(digest, (rows.numerator, rows.denominator))


def _add_samples(digest: hashlib._Hash, rows: SampleColumns) -> None:
    _add_names(digest, (rows.measure,))
    _add_numbers(digest, (rows.at,))
    _add_exact(digest, (rows.good, rows.total))


def _add_items(digest: hashlib._Hash, rows: DeliverableColumns) -> None:
    _add_names(digest, (rows.item_id, rows.measure))
    _add_numbers(digest, (rows.due, rows.delivered))


def _add_exact(digest: hashlib._Hash, columns: Iterable[Exact]) -> None:
    """Numbers as they are, whatever scale the rest of the evidence made their column have."""
    for column in columns:
        digest.update(_CODEC.text([column[row] for row in range(len(column))]).encode())


def _add_names(digest: hashlib._Hash, columns: Iterable[Coded]) -> None:
    """Columns of names, by the names that occur: codes count all names of the evidence, and would change with it."""
    for column in columns:
        if not len(column.codes):
            digest.update(b"[]")  # As below, of no names: most services have rows of one kind alone.
            continue
        codes, inverse = np.unique(column.codes, return_inverse=True)
        names = [None if code < 0 else column.names[code] for code in codes.tolist()]
        digest.update(_CODEC.text(names).encode())
        digest.update(inverse.astype("<i8").tobytes())


def _add_numbers(digest: hashlib._Hash, columns: Sequence[NDArray[np.int64]]) -> None:
    for column in columns:
        digest.update(column.astype("<i8").tobytes())
