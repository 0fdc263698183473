"""What a run read, told so that two runs can be compared: for the causes of an adjustment note.

The problem: an adjustment note has to name the batch, the relief or the document that changed a figure. A stored run
knows its documents and the entries of the catalogue that it read, and as of which day.

Example: ``inputs_of(store, head, {"hosting"})`` has, for each file, which of its rows about hosting were counted.

Limits: the rows about the services in question are read from the lake anew; a note is made for one statement at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import PassThroughCredit
from domain.evidence import NEVER
from ola.chain import Chain
from settlement.measuring import known_until
from settlement.records.causes import BatchRead, DocumentRead, Inputs, Scope
from store.lake.lake_evidence import current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from api.services.storing import Store
    from domain.periods import Period
    from ola.portfolio import Portfolio
    from store.lake.catalogue import SourceEntry
    from store.lake.lake_evidence import LakeEvidence
    from store.records import DocumentVersion
    from store.repositories.settlements import RunHead

__all__ = ["inputs_of", "scope_of"]


def inputs_of(
    store: Store,
    head: RunHead,
    services: Collection[str],
    charged: Collection[str] | None = None,
    until: Period | None = None,
) -> Inputs:
    """The documents and the evidence about some services that a run read.

    Of what was invoiced, that under the agreements ``charged`` (None: any). Nothing that began after the month
    ``until`` (None: whenever): it cannot have changed a figure of that month.
    """
    with store.reading() as work:
        entries = work.evidence.entries(head.last_source)
        documents = work.documents.described(head.set_id).documents
    portfolio = store.contracts(head.set_id).portfolio
    known_at = known_until(head.run.as_of) - 1
    return Inputs(
        tuple(_document(portfolio, document) for document in documents),
        tuple(_batches(store, entries, known_at, services, charged, until)),
        head.run.as_of,
        head.run.engine,
    )


def scope_of(portfolios: Sequence[Portfolio], agreement: str) -> Scope:
    """What the statements of an agreement can depend on, in either of two bodies of contracts.

    The services that it stands on, those of all parts of its umbrella and of those that it shares a level with, and the
    agreements on these services or in that umbrella. Of what was invoiced, that under it and those beside it. What is
    passed on of customers' credits depends on their services too: there it is everything.
    """
    services: set[str] = set()
    names = {agreement}
    for portfolio in portfolios:
        chain = Chain.of(portfolio)
        umbrellas = {each.part_of for each in portfolio.agreements if each.name == agreement and each.part_of}
        beside = {agreement, *_sharing(portfolio, agreement)}
        for each in portfolio.agreements:
            if each.name not in beside and each.part_of not in umbrellas:
                continue
            names |= {each.name, *({each.part_of} if each.part_of else ())}
            if any(isinstance(level.credit, PassThroughCredit) for level in each.levels):
                return Scope(None, None)
            for service in each.services:
                services |= set(chain.closure(service))
    charged = frozenset(names)
    for portfolio in portfolios:
        names |= {each.name for each in portfolio.agreements if not services.isdisjoint(each.services)}
    return Scope(frozenset(services), frozenset(names), charged)


def _sharing(portfolio: Portfolio, agreement: str) -> set[str]:
    """The agreements that share a level with one, whichever of the two says so."""
    found = set()
    for each in portfolio.agreements:
        for level in each.levels:
            others = {name for name, _ in level.shared.others} if level.shared is not None else set()
            if each.name == agreement:
                found |= others
            elif agreement in others:
                found.add(each.name)
    return found


def _document(portfolio: Portfolio, document: DocumentVersion) -> DocumentRead:
    said = DocumentRead(document.kind, document.name, document.version, document.sha256)
    if document.kind == "Service":
        return replace(said, services=(document.name,))
    if document.kind == "Agreement":
        return replace(said, agreement=document.name)
    if document.kind == "Relief":
        for relief in portfolio.reliefs:
            if relief.name == document.name:
                return replace(
                    said,
                    status=relief.status.value,
                    agreement=relief.agreement,
                    levels=tuple(sorted(relief.levels or ())),
                )
    if document.kind == "Decision" and portfolio.as_written is not None:
        reliefs = {relief.name: relief for relief in portfolio.reliefs}
        for decision in portfolio.as_written.decisions:
            if decision.name == document.name and decision.relief in reliefs:
                relief = reliefs[decision.relief]
                levels = tuple(sorted(relief.levels or ()))
                return replace(
                    said,
                    status=decision.status.value,
                    agreement=relief.agreement,
                    levels=levels,
                    about=relief.name,
                )
    about = [claim.agreement for claim in portfolio.claims if claim.name == document.name]
    if document.kind == "Claim" and about:
        return replace(said, agreement=about[0])
    return said


def _batches(
    store: Store,
    entries: tuple[SourceEntry, ...],
    known_at: int,
    services: Collection[str],
    charged: Collection[str] | None,
    until: Period | None,
) -> Iterator[BatchRead]:
    """Each file with the places of its rows about the services, as far as they were known at an instant."""
    kept = current(entries, None)
    named = Counter(entry.file for entry in kept)
    found: dict[str, dict[str, set[str]]] = {}
    evidence = store.evidence(entries, known_at)
    end = NEVER if until is None else known_until(until.day_after)
    for label, service, row in _rows(evidence, frozenset(services), end):
        found.setdefault(label, {}).setdefault(service, set()).add(row)
    for each in evidence.charges():
        is_asked = (charged is None or each.agreement in charged) and (
            until is None or each.month <= until.name
        )
        if is_asked and each.service in services:
            label = each.place.rpartition(":")[0]
            found.setdefault(label, {}).setdefault(each.service, set()).add(f"charges:{each.place}")
    for entry in kept:
        label = entry.file if named[entry.file] == 1 else f"{entry.file}@{entry.sha256[:8]}"
        rows = found.get(label, {})
        yield BatchRead(entry.file, entry.sha256, {name: frozenset(rows[name]) for name in sorted(rows)})


def _rows(evidence: LakeEvidence, services: frozenset[str], end: int) -> Iterator[tuple[str, str, str]]:
    """Every row that counts about some services and began before an instant: its file, its service, kind and line."""
    tickets = evidence.tickets(services)
    about = {
        tickets.ticket_id[row] or "": tickets.service[row] or ""
        for row in np.flatnonzero(tickets.opened < end).tolist()
    }
    outages, counts, samples = (
        evidence.outages(services),
        evidence.counts(services),
        evidence.samples(services),
    )
    items = evidence.deliverables(services)
    of_services = (
        ("outages", outages.place, outages.service, outages.started),
        ("tickets", tickets.place, tickets.service, tickets.opened),
        ("counts", counts.place, counts.service, counts.start),
        ("samples", samples.place, samples.service, samples.at),
        # A late duty may excuse an item whenever it was due.
        ("deliverables", items.place, items.service, np.zeros(len(items), dtype=np.int64)),
    )
    for kind, place, service, begins in of_services:
        for row in np.flatnonzero(begins < end).tolist():
            yield place.file[row] or "", service[row] or "", f"{kind}:{int(place.line[row])}"
    events = evidence.ticket_events(services)
    for row in range(len(events)):
        of = about.get(events.ticket_id[row] or "")
        if of is not None:
            yield events.place.file[row] or "", of, f"ticket_events:{int(events.place.line[row])}"
