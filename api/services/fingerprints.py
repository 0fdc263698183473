"""Everything that could have changed an agreement's result, in one hash.

The problem: after a correction for one service, the results of all other agreements must not be worked out again; and
no result may be kept whose inputs did change. So each result is named by what it was worked out from.

Example: an outage of ``hosting`` changes the fingerprints of the agreements over services that stand on hosting, from
the month in which it began on; those of earlier months and of other agreements stay.

What counts for an agreement and a month: its own versions and claims; the reliefs of all agreements named here; the
umbrella agreement it is a part of, with all parts of that; those whose credits it passes on or shares; the exchange
rates; the levels of other agreements and the recorded events that the conditions of its credits ask about; all
agreements over services that its services stand on, and, where it has levels for tickets or rows of parties,
all that have such levels (custody may lead to any of them); the agreements that its composites are made of; parties,
services and the frame of every agreement (who serves whom decides the sides); the rows of evidence about those services
that began before the month was over; what was invoiced up to it; the engine and the time-zone data; and the as-of date
as far as it decides anything. More is taken in than needed where in doubt: a result settled twice costs time, one kept
wrongly costs money.

Limits: rows are taken as known on the as-of date, so a row that superseded another changes the hash, and one that only
repeats another does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np

from domain.agreements import (
    AgreementType,
    AvailabilityMetric,
    CompositeMetric,
    OnTimeMetric,
    OutageCountMetric,
    PassThroughCredit,
)
from domain.credits.when import agreements_asked, asked_by
from domain.evidence import Coded
from domain.instants import as_datetime, instant
from domain.metrics import TicketMetric
from domain.termination.terms import EventRecorded
from store.codec import Codec
from store.mappers import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from domain.agreements import Agreement
    from domain.evidence import (
        CountColumns,
        DeliverableColumns,
        Exact,
        InvoicedCharge,
        OutageColumns,
        SampleColumns,
        TicketColumns,
        TicketEventColumns,
    )  # fmt: skip
    from domain.evidence_memory import MemoryEvidence
    from domain.periods import Period
    from domain.termination.terms import Notice
    from ola.chain import Chain
    from ola.portfolio import Portfolio
    from store.lake.catalogue import BatchEntry

__all__ = ["EvidenceRows", "Fingerprints", "RowsInBatches", "RowsInMemory"]

_CODEC = Codec()
_BY_OUTAGES = (AvailabilityMetric, OutageCountMetric)
_ZONES_REACH = timedelta(days=2)
"""A local month ends at most a day away from the month of UTC; two are on the safe side."""


class EvidenceRows(Protocol):
    """Whoever can name, in a hash, all that is known of a service that began before an instant."""

    @property
    def is_as_known(self) -> bool:
        """Whether only rows that are known on the as-of date are in the hash, so that the date itself need not be."""
        ...

    def hash_of(self, service: str, before: int) -> str:
        """The hash; another one wherever an answer of the evidence about the service could be another."""
        ...


class Fingerprints:
    """The fingerprints of one portfolio's agreements, under one body of evidence, as known on one day."""

    def __init__(
        self,
        portfolio: Portfolio,
        chain: Chain,
        rows: EvidenceRows,
        as_of: date,
        engine: str,
        invoiced: tuple[InvoicedCharge, ...] = (),
        begins: int | None = None,
    ) -> None:
        self._portfolio = portfolio
        self._as_of = as_of
        self._invoiced: dict[str, list[InvoicedCharge]] = {}
        for row in invoiced:
            self._invoiced.setdefault(row.agreement, []).append(replace(row, place=""))
        self._chain = chain
        self._versions: dict[str, list[Agreement]] = {}
        for agreement in portfolio.agreements:
            self._versions.setdefault(agreement.name, []).append(agreement)
        # What was invoiced counts month by month: an invoice of June changes nothing of May.
        self._hashes = {
            name: hash_of([replace(version, invoiced=()) for version in versions])
            for name, versions in self._versions.items()
        }
        self._by_service: dict[str, set[str]] = {}
        self._by_party: set[str] = set()
        for agreement in portfolio.agreements:
            for service in {
                *agreement.services,
                *(name for level in agreement.levels for name in level.services),
            }:
                self._by_service.setdefault(service, set()).add(agreement.name)
            if any(not isinstance(level.metric, _BY_OUTAGES) for level in agreement.levels):
                self._by_party.add(agreement.name)
        self._parts: dict[str, list[str]] = {}
        for agreement in portfolio.agreements:
            if agreement.part_of is not None:
                self._parts.setdefault(agreement.part_of, []).append(agreement.name)
        self._sharing: dict[str, list[str]] = {}
        for agreement in portfolio.agreements:
            for level in agreement.levels:
                for other, _ in level.shared.others if level.shared is not None else ():
                    self._sharing.setdefault(other, []).append(agreement.name)
        self._frame = hash_of(
            {
                "rates": list(portfolio.rates),
                "engine": engine,
                "begins": None if begins is None else as_datetime(begins).strftime("%Y-%m"),
                "parties": dict(portfolio.parties),
                "services": {name: each.provider for name, each in portfolio.services.items()},
                "agreements": [_frame(agreement) for agreement in portfolio.agreements],
            }
        )
        self._rows = rows
        self._months: dict[tuple[str, str], str] = {}

    def of(self, name: str, month: Period) -> str:
        """The fingerprint of one agreement's result in a month."""
        made_of = self._made_of(name)
        versions = [version for each in sorted(made_of) for version in self._versions.get(each, ())]
        roots = {service for each in versions for service in each.services}
        roots |= {service for each in versions for level in each.levels for service in level.services}
        closure = sorted({below for root in roots for below in self._chain.closure(root)})
        related = {*made_of, *(other for service in closure for other in self._by_service.get(service, ()))}
        related &= self._hashes.keys()
        if made_of & self._by_party:
            related |= self._by_party
        events = self._events_asked(name)
        closing = [edge for edge in sorted(self._chain.closing_edges) if set(edge) & set(closure)]
        return hash_of(
            {
                "frame": self._frame,
                "known": self._known(made_of, related, month),
                "invoiced": [
                    row
                    for other in sorted(related)
                    for row in self._invoiced.get(other, ())
                    if row.month <= month.name
                ],
                "agreement": name,
                "month": month.name,
                "contracts": {other: self._hashes[other] for other in sorted(related)},
                "claims": [claim for claim in self._portfolio.claims if claim.agreement in made_of],
                "reliefs": [relief for relief in self._portfolio.reliefs if relief.agreement in related],
                "services": [self._portfolio.services[service] for service in closure],
                "edges that close a cycle": closing,
                "evidence": {service: self._evidence(service, month) for service in closure},
                **({"events": events} if events else {}),
            }
        )

    def _events_asked(self, name: str) -> list[Notice]:
        """The recorded events on which a credit of an agreement may hang: those of its own and of its umbrella."""
        versions = self._versions.get(name, ())
        asked = {
            condition.event
            for version in versions
            for level in version.levels
            for condition in asked_by(level)
            if isinstance(condition, EventRecorded)
        }
        names = {name, *(version.part_of for version in versions)}
        return [each for each in self._portfolio.notices if each.event in asked and each.agreement in names]

    def _known(self, made_of: set[str], related: set[str], month: Period) -> object:
        """What of the as-of date bears on a month: nothing, once all that it decides is decided.

        It decides how long open outages and tickets run, what had not come yet, whether notice was ever given, and
        which claims have lapsed. Of a month that is over, measured by outages, samples and counts, the last is left.
        """
        is_over = self._as_of >= month.day_after and self._rows.is_as_known
        if not is_over or any(relief.agreement in related for relief in self._portfolio.reliefs):
            return self._as_of
        own = [version for each in made_of for version in self._versions.get(each, ())]
        if any(version.duties for each in related for version in self._versions.get(each, ())) or any(
            isinstance(level.metric, TicketMetric | OnTimeMetric) for each in own for level in each.levels
        ):
            return self._as_of
        return sorted(
            [version.name, version.version, self._lapsed(version, month)]
            for version in own
            if version.type is AgreementType.UC and version.claim_within is not None
        )

    def _lapsed(self, version: Agreement, month: Period) -> str:
        """The last month whose claims, if nobody made them, have lapsed: all before it have, too."""
        within = version.claim_within
        while within is not None and month.last >= version.first:
            if within.after(month.last) < self._as_of:
                return month.name
            month = month.previous()
        return ""

    def _made_of(self, name: str) -> set[str]:
        """An agreement, those whose levels its composites are made of, and those that share its caps, however deep."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            agreement = waiting.pop()
            if agreement not in found:
                found.add(agreement)
                metrics = [
                    level.metric for each in self._versions.get(agreement, ()) for level in each.levels
                ]
                composites = [metric for metric in metrics if isinstance(metric, CompositeMetric)]
                waiting += [part.agreement for metric in composites for part in metric.of]
                waiting += [
                    other
                    for each in self._versions.get(agreement, ())
                    for level in each.levels
                    for other in sorted(agreements_asked(level))
                ]
                waiting += [
                    each.part_of for each in self._versions.get(agreement, ()) if each.part_of is not None
                ]
                waiting += self._parts.get(agreement, ())
                waiting += self._money_from(agreement)
        return found

    def _money_from(self, name: str) -> list[str]:
        """The agreements whose credits another passes on, or shares: those its consumer is bound by, and its peers."""
        found: list[str] = []
        top = self._portfolio.top_party
        for version in self._versions.get(name, ()):
            shares = [level.shared for level in version.levels if level.shared is not None]
            found += [other for shared in shares for other, _ in shared.others]
            if shares or any(isinstance(level.credit, PassThroughCredit) for level in version.levels):
                found += [
                    other.name
                    for other in self._portfolio.agreements
                    if version.consumer != "*" and top(other.provider) == top(version.consumer)
                ]
        return found + self._sharing.get(name, [])

    def _evidence(self, service: str, month: Period) -> str:
        key = (service, month.name)
        if key not in self._months:
            end = datetime.combine(month.day_after, time(), tzinfo=UTC) + _ZONES_REACH
            self._months[key] = self._rows.hash_of(service, instant(end))
        return self._months[key]


def _frame(agreement: Agreement) -> object:
    return [
        agreement.name,
        agreement.version,
        agreement.type,
        agreement.structure,
        agreement.provider,
        agreement.consumer,
        list(agreement.services),
        agreement.state,
        agreement.first,
        agreement.last,
        agreement.effective,
    ]


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
        self._hashes: dict[tuple[str, int, int, int, int, int], str] = {}

    def hash_of(self, service: str, before: int) -> str:
        """The hash of what is known of a service that began before an instant, and whether it has outages at all."""
        every = self._outages_of.get(service, _NO_ROWS)
        outages = every[self._outages.started[every] < before]
        tickets = self._tickets_of.get(service, _NO_ROWS)
        tickets = tickets[self._tickets.opened[tickets] < before]
        counts = self._counts_of.get(service, _NO_ROWS)
        counts = counts[self._counts.start[counts] < before]
        samples = self._samples_of.get(service, _NO_ROWS)
        samples = samples[self._samples.at[samples] < before]
        items = self._items_of.get(service, _NO_ROWS)
        items = items[self._items.due[items] < before]
        # What began before an instant began before any later one: as many rows are the same rows, as in a quiet month.
        key = (service, len(outages), len(tickets), len(counts), len(samples), len(items))
        if key not in self._hashes:
            self._hashes[key] = self._hashed(
                service, len(every) > 0, outages, tickets, counts, samples, items
            )
        return self._hashes[key]

    def _hashed(
        self,
        service: str,
        has_outages: bool,  # noqa: FBT001 - with what it is said of
        outages: NDArray[np.int64],
        tickets: NDArray[np.int64],
        counts: NDArray[np.int64],
        samples: NDArray[np.int64],
        items: NDArray[np.int64],
    ) -> str:
        names = [self._tickets.ticket_id[int(row)] or "" for row in tickets]
        events = [self._events_of[name] for name in names if name in self._events_of]
        # That a level was never measured at all is said in every month.
        named = sorted(self._measures_of(service))
        digest = hashlib.sha256(f"{has_outages} {service in self._tickets_of} {named}\n".encode())
        _add_outages(digest, self._outages.take(outages))
        _add_tickets(digest, self._tickets.take(tickets))
        _add_events(digest, self._events.take(np.concatenate(events) if events else _NO_ROWS))
        _add_counts(digest, self._counts.take(counts))
        _add_samples(digest, self._samples.take(samples))
        _add_items(digest, self._items.take(items))
        return digest.hexdigest()

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
        self._of_month: dict[str, str] = {}

    def hash_of(self, service: str, before: int) -> str:
        """The hash of what may bear on a service before an instant, and whether it has outages at all."""
        month = as_datetime(before).strftime("%Y-%m")
        if month not in self._of_month:
            paths = [
                batch.path for batch in self._batches if batch.kind in self._undated or batch.month <= month
            ]
            self._of_month[month] = hash_of(paths)
        return hash_of([self._of_month[month], service in self._recorded])


_NO_ROWS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


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
    _add_numbers(digest, (rows.opened, rows.responded, rows.resolved, rows.closed, rows.recorded))


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
