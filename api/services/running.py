"""Settling a period of the store, as a job.

The problem: a settlement reads contracts and evidence at one moment, takes minutes where there is much, may be killed
on the way, and is asked for again whenever evidence arrives. It must be there wholly or not at all, say what it read,
give the same hash when it is run again, and not work out anew what cannot have changed.

Example: ``settlement_run(store, Period.parse("2026-03"), None, "ada", "March", None)`` gives the `Run` as it is stored.

The way: a short look at the store says which documents and which entries of the catalogue are read; everything is
worked out without holding any transaction; one transaction at the end stores the run with its audit entry. How far it
has come, and that it failed, is told beside it (`api.services.under_way`).

Limits: a month, a quarter or a year. Up to `Store.many_rows` rows of evidence are in memory while it runs; more are
brought by the local engine (`store.engines.local`), which needs room for them in the store's folder meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.collecting import unhurried
from api.services.engine import rules as rules_now
from api.services.fingerprints import Fingerprints
from api.services.known_rows import RowsInBatches, RowsInMemory
from api.services.settling_together import settling_together
from api.services.storing import no_documents, order_answer
from api.services.under_way import under_way
from domain.evidence_kinds import KINDS
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding, FindingKind, Severity
from domain.instants import as_datetime
from domain.periods import Period, PeriodKind, PeriodRule
from settlement.measuring import known_until
from settlement.merging import merged
from settlement.remembered import looks_back
from store.codec import Codec, Json
from store.engines.local import LocalEngine
from store.mappers import ResultMapper, hash_of, output_hash
from store.records import Run, RunStatus
from store.repositories.settlements import FinishedMonth, RunHead
from vendors.feeds.folder import idle_notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from api.services.known_rows import EvidenceRows
    from api.services.reading import Progress
    from api.services.storing import Contracts, Store
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import AgreementResult
    from settlement.settle import Settling
    from store.lake.catalogue import SourceEntry
    from store.lake.lake_evidence import LakeEvidence

__all__ = ["evidence_for", "evidence_hash", "in_memory", "settlement_run"]

ACTION = "settlementRun"

_CODEC = Codec()
_SETTLED_KINDS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})


def settlement_run(
    store: Store,
    period: Period,
    as_of: date | None,
    actor: str,
    reason: str,
    key: str | None,
    progress: Progress | None = None,
) -> Run:
    """Settle a period and store it. Raises RequestError where it cannot be: then no figure has changed."""
    if period.kind not in _SETTLED_KINDS:
        raise RequestError(
            Fault(
                "PERIOD",
                f"{period.name} is not settled by itself: its levels are settled with the month that it ends in",
                "Give a month like 2026-03, a quarter like 2026-Q1 or a year like 2026",
                value=period.name,
            )
        )
    as_of = period.day_after if as_of is None else as_of
    order: dict[str, Json] = {"period": period.name, "asOf": as_of.isoformat()}
    with store.reading() as work:
        if answered := order_answer(work, key, ACTION, order):
            return _CODEC.decode(Run, answered)
        numbered = work.evidence.numbered()
        set_id = work.documents.current_id()
    if set_id is None:
        raise no_documents()
    started = store.clock()
    contracts = store.contracts(set_id)
    entries = tuple(entry for _, entry in numbered)
    run = Run(
        "", period, as_of, RunStatus.RUNNING, started, None, actor, reason, key, contracts.portfolio.digest
    )  # fmt: skip
    with under_way(store, run, progress) as told, unhurried():
        head, months = _settled(store, contracts, entries, run, told)
        head = replace(head, last_source=max((number for number, _ in numbered), default=0))
        with store.writing() as work:
            if answered := order_answer(work, key, ACTION, order):
                work.attempts.end(told.number, store.clock())
                return _CODEC.decode(Run, answered)
            before = work.settlements.runs(period.name)[:1]
            done = replace(head.run, status=RunStatus.DONE, finished_at=store.clock())
            mapper = ResultMapper.of(contracts.portfolio)
            stored = work.settlements.add(replace(head, run=done), months, mapper)
            work.attempts.end(told.number, stored.finished_at or started)
            work.audit.write(
                stored.finished_at or started,
                actor,
                ACTION,
                period.name,
                reason,
                key,
                before=_hashes(before[0]) if before else None,
                after=_hashes(stored),
            )
            work.audit.keep(key, ACTION, hash_of(order), _CODEC.encode(stored))
    return stored


def evidence_hash(entries: Sequence[SourceEntry]) -> str:
    """The hash of what some entries of the catalogue hold, whenever and in whatever order they came."""
    said = [
        {
            "file": entry.file,
            "sha256": entry.sha256,
            "reading": entry.reading,
            "batches": [batch.path for batch in entry.batches],
            "quarantine": list(entry.quarantine),
        }
        for entry in entries
    ]
    return hash_of(
        sorted(said, key=lambda each: (str(each["file"]), str(each["sha256"]), str(each["reading"])))
    )


def in_memory(evidence: Evidence, services: frozenset[str]) -> MemoryEvidence:
    """All evidence about some services, read once."""
    return MemoryEvidence(
        evidence.outages(services),
        evidence.tickets(services),
        evidence.ticket_events(services),
        evidence.quarantine(),
        evidence.sources(),
        evidence.counts(services),
        evidence.samples(services),
        evidence.deliverables(services),
        evidence.charges(),
    )


def evidence_for(
    store: Store,
    lake: LakeEvidence,
    entries: Sequence[SourceEntry],
    portfolio: Portfolio,
    progress: Progress | None = None,
) -> MemoryEvidence | LocalEngine:
    """The evidence about a portfolio's services: in memory, or by the local engine where there is too much of it."""
    if sum(count.rows for entry in entries for count in entry.counts) <= store.many_rows:
        return in_memory(lake, frozenset(portfolio.services))
    return LocalEngine(lake, scratch=store.scratch(), progress=progress)


def _settled(
    store: Store, contracts: Contracts, entries: tuple[SourceEntry, ...], run: Run, progress: Progress | None
) -> tuple[RunHead, list[FinishedMonth]]:
    portfolio = contracts.portfolio.known_on(run.as_of)
    if progress is not None:
        progress("Reading evidence", 0, 0)
    # The end of the as-of day is no longer on it: what was recorded just then is not known yet.
    lake = store.evidence(entries, known_until(run.as_of) - 1)
    evidence = evidence_for(store, lake, entries, portfolio, progress)
    if isinstance(evidence, LocalEngine):
        known: LakeEvidence | LocalEngine = evidence
        entangled = frozenset(kind.name for kind in KINDS if lake.entangled(kind))
        batches = (batch for entry in entries for batch in entry.batches)
        rows: EvidenceRows = RowsInBatches(batches, entangled, evidence.services_with_outages())
    else:
        known, rows = lake, RowsInMemory(evidence)
    rules = rules_now()
    mapper = ResultMapper.of(portfolio)
    asked = PeriodRule.month().ending_in(run.period)
    with settling_together(portfolio, evidence, run.as_of, months=len(asked)) as settling:
        fingerprints = Fingerprints(
            settling.portfolio, settling.measuring.chain, rows, run.as_of, rules, evidence.charges(),
            evidence.first_instant(),
        )  # fmt: skip
        _remind(store, settling, asked[0], fingerprints, mapper)
        months, kept_count = _months(store, settling, asked, fingerprints, mapper, progress)
        whole = months[0].settlement
        if run.period.kind is not PeriodKind.MONTH:
            whole = merged(run.period, [month.settlement for month in months])
        whole = settling.with_rights(whole)
    whole = replace(whole, findings=(*whole.findings, *_notices(contracts, known, entries)))
    read = evidence_hash(entries)
    settled_count = sum(len(month.results) for month in months) - kept_count
    inputs = {
        "documents": portfolio.digest,
        "evidence": read,
        "period": run.period,
        "as of": run.as_of,
        "rules": rules,
    }
    run = replace(
        run,
        input_hash=hash_of(inputs),
        output_hash=output_hash(whole),
        engine=rules,
        settled=settled_count,
        kept=kept_count,
        stage="done",
        done=settled_count + kept_count,
        total=settled_count + kept_count,
    )
    head = RunHead(
        0,
        run,
        contracts.set_id,
        read,
        0,
        mapper.codec.text(whole.quarantine),
        mapper.codec.text(whole.sources),
        mapper.findings_text(whole.findings),
        mapper.rights_text(whole.rights),
        {},
    )
    return head, months


def _remind(
    store: Store, settling: Settling, first: Period, fingerprints: Fingerprints, mapper: ResultMapper
) -> None:
    """Tell a settling what earlier months came to that its agreements' terms look at, where nothing has changed.

    A result is found by all that it rests on, so that one which late evidence, a claim or a document has changed is not
    found: it is worked out again.
    """
    looking = [name for name, versions in settling.versions.items() if any(map(looks_back, versions))]
    if not looking or settling.history.earliest is None:
        return
    month = first.previous()
    while month.day_after.toordinal() > as_datetime(settling.history.earliest).toordinal():
        judged = [name for name in looking if settling.judged_in(name, month) is not None]
        named = [fingerprints.of(name, month) for name in judged]
        with store.reading() as work:
            known = work.settlements.known(named, mapper)
        settling.remember(month, tuple(known.values()))
        month = month.previous()


def _months(
    store: Store,
    settling: Settling,
    asked: Sequence[Period],
    fingerprints: Fingerprints,
    mapper: ResultMapper,
    progress: Progress | None,
) -> tuple[list[FinishedMonth], int]:
    """The months one after another, and how many results were kept because nothing they rest on has changed."""
    months: list[FinishedMonth] = []
    kept_count = 0
    looked_up = _looked_up(store, settling, asked, fingerprints, mapper)
    following = next(looked_up, None)
    while following is not None:
        month, named, kept = following
        kept_count += len(kept)
        results = settling.results(month, progress, kept)
        following = next(looked_up, None)
        if following is not None:
            settling.ahead(following[0], [name for name in following[1] if name not in following[2]])
        months.append(
            FinishedMonth(
                month,
                tuple((named[result.agreement], result) for result in results),
                settling.composed(month, results),
            )
        )
    return months, kept_count


def _looked_up(
    store: Store,
    settling: Settling,
    asked: Sequence[Period],
    fingerprints: Fingerprints,
    mapper: ResultMapper,
) -> Iterator[tuple[Period, Mapping[str, str], Mapping[str, AgreementResult]]]:
    """Each month with the fingerprints of its agreements, and the results that are kept under them, by name."""
    for month in asked:
        named = {name: fingerprints.of(name, month) for name in settling.names_judged_in(month)}
        with store.reading() as work:
            settled = work.settlements.known(named.values(), mapper)
        yield month, named, {name: settled[each] for name, each in named.items() if each in settled}


def _notices(
    contracts: Contracts, evidence: LakeEvidence | LocalEngine, entries: tuple[SourceEntry, ...]
) -> tuple[Finding, ...]:
    """What a person should know of the evidence, as a settlement of a folder says it too."""
    found = [*evidence.notices(), *(notice for feed in contracts.feeds for notice in feed.notices())]
    read = {entry.reading for entry in entries}
    found += [idle_notice(feed) for feed in contracts.feeds if f"feed:{feed.digest()}" not in read]
    if not entries:
        found.append(
            Finding(
                "EVIDENCE_NO_FILES",
                Severity.WARNING,
                FindingKind.EVIDENCE,
                "No file of evidence was taken in: nothing that happened is known.",
                cure="Take in files such as evidence/outages.csv.",
            )
        )
    return tuple(sorted(found, key=Finding.order))


def _hashes(run: Run) -> dict[str, Json]:
    return {"run": run.id, "inputHash": run.input_hash, "outputHash": run.output_hash}
