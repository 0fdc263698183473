"""What everybody who reads the store, or gives it something to do, may ask of it.

The problem: the API, the command line and the tests must not know tables, sessions or files. They ask a `Reader` and
give their orders to `Commands`; the store answers both, and so does a small in-memory twin in tests.

Example: ``reader.settlement(Period.parse("2026-03"))`` gives the same `Settlement` that ``privity settle`` prints,
rebuilt from what is stored; None where the month was never settled.

Limits: everything given is a plain frozen value. Costs are part of the promise: `Reader.portfolio` asks the database
nothing as long as the set of documents is in memory; `Reader.settlements` is one batch of at most four statements,
however many periods it is asked for. Only `Reader.explanation` and `Reader.evidence` read the evidence lake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from store.records import AuditEntry, DocumentSet, DocumentVersion, EvidenceFile, Run, RunStatus

if TYPE_CHECKING:
    from api.services.acts import ActOrder, Recorded
    from api.services.claiming import ClaimOrder
    from api.services.claims import ClaimList
    from api.services.records import StatementOrder, StatementView
    from api.services.rights import RightsOn
    from documents.positions import SourceDocument
    from domain.agreements import Invoiced
    from domain.evidence_quality import SourceQuality
    from domain.explanation import Explanation
    from domain.findings import Finding
    from domain.periods import Period
    from ola.portfolio import Portfolio
    from settlement.records.claims import Claimable
    from settlement.records.record import StatementRecord
    from settlement.results import Settlement

__all__ = [
    "AuditEntry",
    "AuditPage",
    "Commands",
    "DocumentSet",
    "DocumentVersion",
    "EvidenceFile",
    "EvidencePage",
    "EvidenceRow",
    "LevelKey",
    "Progress",
    "Reader",
    "Run",
    "RunStatus",
    "Status",
]

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0: nobody knows)."""


@dataclass(frozen=True, slots=True)
class LevelKey:
    """Which service level on which service: what attainments, explanations and evidence are asked for by."""

    agreement: str
    level: str
    service: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row of evidence behind an attainment: an outage, a ticket, a count, a sample or a deliverable.

    ``id`` is the outage's, the ticket's or the item's own id ("" where an outage has none), or the measure of a count
    or sample. ``start`` and ``end`` are instants in microseconds: an outage's or a count's, a ticket's opening and
    resolution, an item's due time and delivery; ``end`` None: still open. ``detail`` is the cause of an outage, the
    priority of a ticket, or the party of a count. ``file`` and ``line`` say where the row stands.
    """

    kind: str
    id: str
    service: str
    start: int
    end: int | None
    detail: str | None
    source: str | None
    recorded_at: int | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Some rows, in order of start, id, file and line; ``total`` counts all of them."""

    rows: tuple[EvidenceRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries of the audit trail, newest first; ``total`` counts all of them."""

    entries: tuple[AuditEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Status:
    """What is stored: for readiness and for ``privity status``. ``schema`` is the migration the tables stand at."""

    schema: str
    documents: DocumentSet | None
    evidence_files: int
    evidence_rows: int
    quarantined: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class DocumentSources:
    """The documents behind a portfolio as they were written, and the dates that calendars' holidays were taken to be.

    ``holidays`` None: they are resolved whenever the documents are read.
    """

    sources: tuple[SourceDocument, ...]
    holidays: Mapping[str, frozenset[date]] | None


class Reader(Protocol):
    """The read side."""

    def document_sources(self, as_of: date | None = None) -> DocumentSources:
        """The documents behind `portfolio`, on the same day."""
        ...

    def evidence_quality(self) -> tuple[SourceQuality, ...]:
        """How good the evidence of each source is, of all that is stored, by kind and source."""
        ...

    def portfolio(self, as_of: date | None = None) -> Portfolio:
        """The contracts: the set loaded last (None), or the one that was loaded last by the end of a day (UTC).

        Where nothing had been loaded by then, the first set that ever was; an empty portfolio where nothing is stored.
        Which version of an agreement holds on a day is the portfolio's own business (`Portfolio.in_force`).
        """
        ...

    def settlement(self, period: Period, as_known_at: datetime | None = None) -> Settlement | None:
        """The settlement of a period by its last run; None where there is none.

        With ``as_known_at``: by the run with the latest as-of date not after that instant's day (UTC), of several the
        last.
        """
        ...

    def settlements(
        self, periods: Sequence[Period], as_known_at: datetime | None = None
    ) -> Mapping[Period, Settlement]:
        """The settlements of several periods in one batch of statements; periods without one are left out."""
        ...

    def settlement_of(self, run_id: str) -> Settlement:
        """The settlement that one run gave. Raises LookupError where there is no such run."""
        ...

    def portfolio_behind(self, settlement: Settlement) -> Portfolio | None:
        """The contracts that a settlement given by this reader was made from; None where it has forgotten them.

        A later set may have left out a party or an agreement that an earlier settlement speaks of. It asks the
        database nothing, unless rights were exercised: then for the evidence that decides whether they could be.
        """
        ...

    def settled_periods(self) -> tuple[Period, ...]:
        """Every period that has a settlement, by last day."""
        ...

    def runs(self, period: Period | None = None) -> tuple[Run, ...]:
        """The runs (of one period), newest first."""
        ...

    def unfinished_runs(self, period: Period | None = None) -> tuple[Run, ...]:
        """The runs (of one period) that are under way, in whatever process, or failed; newest first."""
        ...

    def run(self, run_id: str) -> Run | None:
        """One run; None where there is none of that id."""
        ...

    def findings(self) -> tuple[Finding, ...]:
        """The findings of the last run of the last settled period; before any run those of the contracts alone."""
        ...

    def explanation(
        self, level: LevelKey, period: Period, as_known_at: datetime | None = None
    ) -> Mapping[str, Explanation]:
        """The explanations of a level in a settled month, rebuilt from what its last run read, by what they explain.

        With ``as_known_at``: of the run that `settlement` gives for that instant.

        Keys are ``attainment``, ``shares`` and ``credit``, as `settlement.explain.explanations` gives them; empty
        where the month has no settlement, or the level was not measured in it.
        """
        ...

    def evidence(
        self,
        level: LevelKey,
        period: Period,
        first: int = 50,
        offset: int = 0,
        as_known_at: datetime | None = None,
    ) -> EvidencePage:
        """The rows of evidence behind a level's attainment: outages or tickets that reach into the period.

        With ``as_known_at``: as the run read them that `settlement` gives for that instant.
        """
        ...

    def outages(
        self, service: str, start: int | None, end: int | None, first: int = 50, offset: int = 0
    ) -> EvidencePage:
        """The outage rows of a service that reach into [start, end), as known now; None: no bound on that side."""
        ...

    def audit(self, first: int = 50, offset: int = 0) -> AuditPage:
        """The audit trail, newest first."""
        ...

    def status(self) -> Status:
        """What is stored."""
        ...

    def rights(self, as_of: date | None = None) -> RightsOn:
        """How the termination rights stand on a date, as known on it (None: today).

        With the contracts that were loaded by then, and the evidence that was recorded by then.
        """
        ...

    def statement_records(self, period: Period) -> Mapping[tuple[str, str, str], StatementRecord]:
        """The statements of record of a month, without explanations, by agreement, consumer and period.

        Ask for the settlement of the month first: it tells whether there are any, so that where there are none nothing
        is asked of the database.
        """
        ...

    def statement_record(self, agreement: str, consumer: str, period: Period) -> StatementRecord | None:
        """One statement of record with its explanations; None where it was never issued."""
        ...

    def claims(self, as_of: date | None = None, period: Period | None = None) -> ClaimList:
        """What suppliers owe us as of a date (None: today), of every settled month, or of a period."""
        ...

    def outgrown(self, period: Period | None = None) -> Mapping[str, Sequence[StatementView]]:
        """The issued statements that the last settlement of their month no longer agrees with, by month.

        Of a month, a quarter or a year (None: of everything that is settled); months without any are left out.
        """
        ...

    def invoiced(self) -> Mapping[str, Sequence[Invoiced]]:
        """What was invoiced under each agreement, by service, month and customer, as the evidence has it now."""
        ...

    def refresh(self) -> None:
        """Look whether another process has loaded documents since; one statement."""
        ...


class Commands(Protocol):
    """The write side. Each order is one transaction with its audit entry; the same ``key`` again gives the same answer.

    Raises `RequestError` (`api.errors`) where the order cannot be carried out: nothing has changed then.
    """

    def portfolio_load(
        self, texts: Mapping[str, str], actor: str, reason: str, key: str | None = None
    ) -> DocumentSet:
        """Load a complete set of contract documents, by file name. Raises DocumentsError with the errors of all.

        The same set as the one loaded last adds nothing but its audit entry.
        """
        ...

    def evidence_submit(
        self, file: str, content: bytes | Path, actor: str, reason: str, key: str | None = None
    ) -> EvidenceFile:
        """Take in one file of evidence, wholly or not at all; ``file`` names it, like ``evidence/outages.csv``.

        The same bytes again add nothing. Rows that cannot be read are set aside.
        """
        ...

    def settlement_run(
        self,
        period: Period,
        as_of: date | None,
        actor: str,
        reason: str,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Run:
        """Settle a month, a quarter or a year and store it; ``as_of`` None is the day after the period's last day.

        Only agreements whose inputs have changed since an earlier run of the period are settled again.
        """
        ...

    def record(self, order: ActOrder, actor: str, reason: str, key: str | None = None) -> Recorded:
        """Record an act under an agreement: a proposal, a signature, a step, an act on a right, a relief.

        Refused, with the reason, where the rules do not let it be done.
        """
        ...

    def statement_act(self, order: StatementOrder) -> StatementView:
        """Take a step of a statement: issue, dispute, uphold, adjust or settle it."""
        ...

    def credit_claim(self, order: ClaimOrder) -> Claimable:
        """Claim a supplier's credit: a Claim document in the contracts."""
        ...
