"""A store in memory: the twin of the real one for tests of what is built upon it.

Example: ``MemoryStore.of_folder(folder)`` holds the contracts and the evidence of a folder, and settles what it is told to.

Limits: nothing outlives it; a run is given when it is done.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from api.errors import DocumentsError, Fault, RequestError
from api.services.acts import ActOrder, Recorded
from api.services.claiming import ClaimOrder
from api.services.claims import ClaimList
from api.services.folders import Contracts, read_contracts, read_evidence
from api.services.reading import (
    AuditEntry,
    AuditPage,
    DocumentSet,
    DocumentSources,
    EvidenceFile,
    EvidencePage,
    EvidenceRow,
    LevelKey,
    Progress,
    Run,
    RunStatus,
    Status,
)
from api.services.records import StatementOrder, StatementView
from api.services.rights import RightsOn
from documents.loading import load_texts
from domain.agreements import Invoiced
from domain.evidence import OPEN
from domain.evidence_quality import SourceQuality
from domain.explanation import Explanation
from domain.findings import Finding
from domain.instants import as_datetime, parse_instant
from domain.periods import Period
from domain.ports import Evidence
from ola.portfolio import Portfolio
from settlement.explain import explanations
from settlement.invoices import invoiced_totals
from settlement.records.claims import Claimable, claimables
from settlement.records.record import StatementRecord
from settlement.results import Settlement
from settlement.settle import Settling, settle

NOW = parse_instant("2026-06-01T09:00:00Z")


@dataclass(eq=False)
class MemoryStore:
    """Answers what a `Reader` and a `Commands` answer, and counts how often it was asked what (``asked``)."""

    folder: Path
    held: Portfolio
    contracts: Contracts
    settled: dict[Period, Settlement] = field(default_factory=dict)
    done: list[Run] = field(default_factory=list)
    trail: list[AuditEntry] = field(default_factory=list)
    files: list[EvidenceFile] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of_folder(cls, folder: Path) -> "MemoryStore":
        contracts = read_contracts(folder)
        return cls(folder, contracts.portfolio, contracts)

    # ------------------------------------------------------------------------------------ the read side
    def portfolio(self, as_of: date | None = None) -> Portfolio:
        return self.held

    def document_sources(self, as_of: date | None = None) -> DocumentSources:
        return DocumentSources(self.contracts.sources, None)

    def evidence_quality(self) -> tuple[SourceQuality, ...]:
        return ()

    def settlement(self, period: Period, as_known_at: datetime | None = None) -> Settlement | None:
        return self.settlements([period], as_known_at).get(period)

    def settlements(
        self, periods: Sequence[Period], as_known_at: datetime | None = None
    ) -> Mapping[Period, Settlement]:
        self.asked["settlements"] += 1
        return {
            period: self.settled[period]
            for period in periods
            if period in self.settled
            and (as_known_at is None or self.settled[period].as_of <= as_known_at.date())
        }

    def settlement_of(self, run_id: str) -> Settlement:
        return next(self.settled[run.period] for run in self.done if run.id == run_id)

    def portfolio_behind(self, settlement: Settlement) -> Portfolio | None:
        return self.held

    def settled_periods(self) -> tuple[Period, ...]:
        self.asked["settled_periods"] += 1
        return tuple(sorted(self.settled, key=lambda period: period.last))

    def runs(self, period: Period | None = None) -> tuple[Run, ...]:
        self.asked["runs"] += 1
        return tuple(run for run in reversed(self.done) if period in {None, run.period})

    def unfinished_runs(self, period: Period | None = None) -> tuple[Run, ...]:
        return ()

    def run(self, run_id: str) -> Run | None:
        return next((run for run in self.done if run.id == run_id), None)

    def findings(self) -> tuple[Finding, ...]:
        self.asked["findings"] += 1
        periods = self.settled_periods()
        return self.settled[periods[-1]].findings if periods else self.held.findings

    def explanation(
        self, level: LevelKey, period: Period, as_known_at: datetime | None = None
    ) -> Mapping[str, Explanation]:
        self.asked["explanation"] += 1
        settlement = self.settled.get(period)
        if settlement is None:
            return {}
        settling = Settling.of(self.held, self._evidence(settlement.as_of), settlement.as_of)
        return explanations(settling, period, level.agreement, level.level, level.service)

    def rights(self, as_of: date | None = None) -> RightsOn:
        self.asked["rights"] += 1
        day = as_of or as_datetime(NOW).date()
        return RightsOn.of(Settling.of(self.held, self._evidence(day), day))

    def evidence(
        self,
        level: LevelKey,
        period: Period,
        first: int = 50,
        offset: int = 0,
        as_known_at: datetime | None = None,
    ) -> EvidencePage:
        self.asked["evidence"] += 1
        return self._outage_rows(level.service, first, offset)

    def outages(
        self, service: str, start: int | None, end: int | None, first: int = 50, offset: int = 0
    ) -> EvidencePage:
        self.asked["outages"] += 1
        return self._outage_rows(service, first, offset)

    def _outage_rows(self, service: str, first: int, offset: int) -> EvidencePage:
        columns = self._evidence(None).outages((service,))
        rows = [
            EvidenceRow(
                "outage",
                columns.outage_id[row] or "",
                service,
                int(columns.started[row]),
                None if int(columns.ended[row]) == OPEN else int(columns.ended[row]),
                columns.cause[row],
                columns.source[row],
                None,
                columns.place.file[row] or "",
                int(columns.place.line[row]),
            )
            for row in range(len(columns))
        ]
        return EvidencePage(tuple(rows[offset : offset + first]), len(rows))

    def audit(self, first: int = 50, offset: int = 0) -> AuditPage:
        return AuditPage(tuple(reversed(self.trail))[offset : offset + first], len(self.trail))

    def status(self) -> Status:
        return Status("memory", None, len(self.files), 0, 0, self.runs())

    def refresh(self) -> None:
        return

    # ----------------------------------------------------------------------------------- the write side
    def portfolio_load(
        self, texts: Mapping[str, str], actor: str, reason: str, key: str | None = None
    ) -> DocumentSet:
        loaded = load_texts(texts)
        if loaded.portfolio is None:
            raise DocumentsError(loaded.errors, loaded.documents)
        self.held = loaded.portfolio
        self._note("portfolioLoad", actor, reason, key)
        return DocumentSet("set-1", self.held.digest, NOW, ())

    def evidence_submit(
        self, file: str, content: bytes | Path, actor: str, reason: str, key: str | None = None
    ) -> EvidenceFile:
        if not file.startswith("evidence/"):
            raise RequestError(Fault("USAGE", f"{file} is no evidence", "Name it evidence/..."))
        taken = EvidenceFile(file, "0" * 64, NOW, (("outages", 1),), 0)
        self.files.append(taken)
        self._note("evidenceSubmit", actor, reason, key)
        return taken

    def settlement_run(
        self,
        period: Period,
        as_of: date | None,
        actor: str,
        reason: str,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Run:
        again = next((run for run in self.done if key is not None and run.key == key), None)
        if again is not None:
            return again
        known = as_of or period.day_after
        evidence, notices = read_evidence(self.folder, self.contracts, known)
        settled = settle(self.held, evidence, period, known, progress)
        self.settled[period] = replace(settled, findings=(*settled.findings, *notices))
        run = Run(
            f"run-{len(self.done) + 1}", period, known, RunStatus.DONE, NOW, NOW + 1_000_000, actor, reason, key,
            "set-1", "1" * 64, "2" * 64, "0.1.0", len(self.held.agreements),
        )  # fmt: skip
        self.done.append(run)
        self._note("settlementRun", actor, reason, key)
        return run

    def statement_records(self, period: Period) -> Mapping[tuple[str, str, str], StatementRecord]:
        return {}

    def statement_record(self, agreement: str, consumer: str, period: Period) -> StatementRecord | None:
        return None

    def outgrown(self, period: Period | None = None) -> Mapping[str, Sequence[StatementView]]:
        return {}

    def invoiced(self) -> Mapping[str, Sequence[Invoiced]]:
        return invoiced_totals(self._evidence(None).charges())

    def claims(self, as_of: date | None = None, period: Period | None = None) -> ClaimList:
        day = as_of or as_datetime(NOW).date()
        found = [each for settled in self.settled.values() for each in settled.statements]
        return ClaimList(day, claimables(self.held, found, day))

    def statement_act(self, order: StatementOrder) -> StatementView:
        raise RequestError(Fault("STATEMENT", "this store keeps no statements of record", "Use a real one"))

    def credit_claim(self, order: ClaimOrder) -> Claimable:
        raise RequestError(Fault("CLAIM", "this store keeps no claims", "Use a real one"))

    def record(self, order: ActOrder, actor: str, reason: str, key: str | None = None) -> Recorded:
        raise RequestError(Fault("USAGE", "the twin records no acts", "Ask the store"))

    def _evidence(self, as_of: date | None) -> Evidence:
        return read_evidence(self.folder, self.contracts, as_of)[0]

    def _note(self, action: str, actor: str, reason: str, key: str | None) -> None:
        self.trail.append(AuditEntry(len(self.trail) + 1, NOW, actor, action, "", reason, key, None, None))
