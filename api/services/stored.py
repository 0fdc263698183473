"""The read side (`api.services.reading.Reader`), answered from the store.

The problem: what a run gave is asked for thousands of times and never changes; what it read is needed again only when
somebody wants a figure explained.

Example: ``StoredReader(store).settlement(Period.parse("2026-03"))``.

Limits: the settlements of a few runs are kept in memory; each further one costs its statements again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.claims import ClaimList, claims_of_store
from api.services.evidence_rows import outage_rows, rows_behind
from api.services.outgrown import outgrown
from api.services.reading import AuditPage, DocumentSources, EvidencePage, LevelKey, Status
from api.services.rights import RightsOn
from api.services.running import evidence_for, evidence_hash
from api.services.storing import NOTHING
from api.services.verifying import Verified, verified
from documents.loading import load_texts
from domain.evidence import NEVER, UNRECORDED
from domain.evidence_kinds import CHARGES
from domain.instants import as_datetime
from domain.periods import Period, PeriodRule
from settlement.explain import explanations, line_explanations
from settlement.invoices import invoiced_totals
from settlement.measuring import known_until
from settlement.settle import Settling
from store.engines.quality import evidence_quality

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from api.services.records import StatementView
    from api.services.storing import Store
    from domain.agreements import Invoiced
    from domain.evidence_quality import SourceQuality
    from domain.explanation import Explanation
    from domain.findings import Finding
    from ola.portfolio import Portfolio
    from settlement.records.record import StatementRecord
    from settlement.results import CreditLine, Settlement
    from store.lake.catalogue import SourceEntry
    from store.records import Run
    from store.repositories.settlements import RunHead
    from store.repositories.statements import RecordKey

__all__ = ["StoredReader"]

_SETTLEMENTS_IN_MEMORY = 36
_SETTLINGS_IN_MEMORY = 2


class StoredReader:
    """What readers ask, on one store; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._settlements: OrderedDict[int, Settlement] = OrderedDict()
        self._sets: dict[int, str] = {}
        self._steps = 0
        self._records: OrderedDict[str, tuple[int, Mapping[RecordKey, StatementRecord]]] = OrderedDict()
        self._settlings: OrderedDict[int, Settling] = OrderedDict()
        self._invoiced: tuple[str, Mapping[str, Sequence[Invoiced]]] = "", {}
        self._rights: OrderedDict[tuple[str, str, date], RightsOn] = OrderedDict()

    def refresh(self) -> None:
        """Look whether another process has loaded documents since; one statement."""
        self._store.refresh()

    def portfolio(self, as_of: date | None = None) -> Portfolio:
        """The contracts loaded last, or last by the end of a day; an empty portfolio where nothing is stored.

        As rights that were exercised by the day left them: whether one could be hangs on the evidence.
        """
        set_id = self._store.set_id(None if as_of is None else known_until(as_of) - 1)
        found = NOTHING if set_id is None else self._store.contracts(set_id).portfolio
        return self.rights(as_of).settling.portfolio if found.has_exercises else found

    def document_sources(self, as_of: date | None = None) -> DocumentSources:
        """The documents behind `portfolio`, on the same day, read anew from their texts."""
        set_id = self._store.set_id(None if as_of is None else known_until(as_of) - 1)
        if set_id is None:
            return DocumentSources((), None)
        with self._store.reading() as work:
            content = work.documents.content(set_id)
        return DocumentSources(load_texts(content.texts, content.holidays).sources, content.holidays)

    def settlement(self, period: Period, as_known_at: datetime | None = None) -> Settlement | None:
        """The settlement of a period by its last run; None where there is none."""
        return self.settlements((period,), as_known_at).get(period)

    def settlements(
        self, periods: Sequence[Period], as_known_at: datetime | None = None
    ) -> Mapping[Period, Settlement]:
        """The settlements of several periods; at most four statements, one where they are in memory."""
        with self._store.reading() as work:
            heads = work.settlements.heads([period.name for period in periods], _day(as_known_at))
            missing = [head for head in heads if head.seq not in self._settlements]
        self._steps = max((head.steps for head in heads), default=self._steps)
        # The contracts of a run are read before its rows, in a session of their own.
        portfolios = {head.set_id: self._store.contracts(head.set_id).portfolio for head in missing}
        self._sets.update((head.seq, head.set_id) for head in missing)
        if missing:
            with self._store.reading() as work:
                self._remember(work.settlements.settlements(missing, portfolios))
        found = {}
        for head in heads:
            settlement = self._settlements.get(head.seq)
            if settlement is None:  # Another thread's reading put it out of memory meanwhile.
                settlement = self._rebuilt(head)
            found[settlement.period] = settlement
        return found

    def settlement_of(self, run_id: str) -> Settlement:
        """The settlement that one run gave. Raises LookupError where there is no such run."""
        head = self.head(run_id)
        if head is None:
            raise LookupError(f"There is no run {run_id} in the store.")
        return self.settlement_by(head)

    def statement_records(self, period: Period) -> Mapping[RecordKey, StatementRecord]:
        """The statements of record of a month; read again where a settlement that was read since tells of new steps."""
        steps = self._steps
        if not steps:
            return {}
        with self._lock:
            known = self._records.get(period.name)
        if known is None or known[0] != steps:
            with self._store.reading() as work:
                known = (steps, work.statements.records([period.name]))
            with self._lock:
                self._records[period.name] = known
                while len(self._records) > _SETTLEMENTS_IN_MEMORY:
                    self._records.popitem(last=False)
        return known[1]

    def statement_record(self, agreement: str, consumer: str, period: Period) -> StatementRecord | None:
        """One statement of record with its explanations; None where it was never issued."""
        with self._store.reading() as work:
            return work.statements.record(agreement, consumer, period.name)

    def claims(self, as_of: date | None = None, period: Period | None = None) -> ClaimList:
        """What suppliers owe us as of a date (None: today), of every settled month, or of a period."""
        day = as_datetime(self._store.clock()).date() if as_of is None else as_of
        return claims_of_store(self._store, self, day, period)

    def outgrown(self, period: Period | None = None) -> Mapping[str, Sequence[StatementView]]:
        """The issued statements that the last settlement of their month no longer agrees with, by month."""
        return outgrown(self._store, self, self.settled_periods() if period is None else (period,))

    def invoiced(self) -> Mapping[str, Sequence[Invoiced]]:
        """What was invoiced under each agreement, as the evidence has it now; read again once more was taken in."""
        with self._store.reading() as work:
            entries = work.evidence.entries()
        telling = tuple(each for each in entries if any(count.kind == CHARGES.name for count in each.counts))
        if not telling:
            return {}
        key = evidence_hash(telling)
        if self._invoiced[0] != key:
            self._invoiced = key, invoiced_totals(self._store.evidence(telling, None).charges())
        return self._invoiced[1]

    def head(self, run_id: str) -> RunHead | None:
        """What is stored of one run; None where there is none of that id."""
        with self._store.reading() as work:
            return work.settlements.head(run_id)

    def head_of(self, period: Period) -> RunHead | None:
        """The last run of a period, or else of the month, quarter or year that it was settled with."""
        return self._head(period)

    def settlement_by(self, head: RunHead) -> Settlement:
        """The settlement that a run gave; those asked for last are kept in memory."""
        with self._lock:
            found = self._settlements.get(head.seq)
        if found is None:
            found = self._rebuilt(head)
            self._sets[head.seq] = head.set_id
            self._remember({head.seq: found})
        return found

    def line_explanations(
        self, run_id: str, month: Period, agreement: str, consumer: str
    ) -> tuple[tuple[CreditLine, Explanation], ...]:
        """The tree of each line of one statement, rebuilt from what one run read."""
        head = self.head(run_id)
        if head is None:
            raise LookupError(f"There is no run {run_id} in the store.")
        with self._lock:
            return line_explanations(self._settling(head), month, agreement, consumer)

    def settling_of(self, run_id: str) -> Settling:
        """The settling that a run was, set up again from what it read."""
        head = self.head(run_id)
        if head is None:
            raise LookupError(f"There is no run {run_id} in the store.")
        with self._lock:
            return self._settling(head)

    def portfolio_behind(self, settlement: Settlement) -> Portfolio | None:
        """The contracts that a settlement given by this reader was made from; None where it has forgotten them.

        As rights that they say were exercised have left them by today.
        """
        with self._lock:
            found = next((seq for seq, known in self._settlements.items() if known is settlement), None)
            set_id = None if found is None else self._sets.get(found)
        if set_id is None:
            return None
        portfolio = self._store.contracts(set_id).portfolio
        return (
            self._rights_under(set_id, self._today()).settling.portfolio
            if portfolio.has_exercises
            else portfolio
        )

    def settled_periods(self) -> tuple[Period, ...]:
        """Every period that has a settlement, by last day."""
        with self._store.reading() as work:
            heads = work.settlements.heads()
        return tuple(sorted((head.run.period for head in heads), key=lambda each: (each.last, each.first)))

    def runs(self, period: Period | None = None) -> tuple[Run, ...]:
        """The runs (of one period), newest first."""
        with self._store.reading() as work:
            return work.settlements.runs(None if period is None else period.name)

    def unfinished_runs(self, period: Period | None = None) -> tuple[Run, ...]:
        """The runs (of one period) that are under way, in whatever process, or failed; newest first."""
        with self._store.reading() as work:
            return work.attempts.unfinished(self._store.clock(), None if period is None else period.name)

    def run(self, run_id: str) -> Run | None:
        """One run; None where there is none of that id."""
        with self._store.reading() as work:
            head = work.settlements.head(run_id)
        return None if head is None else head.run

    def findings(self) -> tuple[Finding, ...]:
        """The findings of the last settled period's last run; before any run those of the contracts alone."""
        periods = self.settled_periods()
        settlement = self.settlement(periods[-1]) if periods else None
        return self.portfolio().findings if settlement is None else settlement.findings

    def explanation(
        self, level: LevelKey, period: Period, as_known_at: datetime | None = None
    ) -> Mapping[str, Explanation]:
        """The explanations of a level in a settled period, rebuilt from what its last run read."""
        head = self._head(period, as_known_at)
        if head is None:
            return {}
        with self._lock:
            settling = self._settling(head)
            months = PeriodRule.month().ending_in(period)
            found: dict[str, Explanation] = {}
            for month in months:
                trees = explanations(settling, month, level.agreement, level.level, level.service)
                suffix = f" {month.name}" if len(months) > 1 else ""
                found.update({f"{of}{suffix}": tree for of, tree in trees.items()})
            return found

    def evidence(
        self,
        level: LevelKey,
        period: Period,
        first: int = 50,
        offset: int = 0,
        as_known_at: datetime | None = None,
    ) -> EvidencePage:
        """The rows of evidence behind a level's attainment: outages or tickets that reach into the period."""
        head = self._head(period, as_known_at)
        if head is None:
            return EvidencePage((), 0)
        with self._lock:
            settling = self._settling(head)
        rows = rows_behind(settling, level, period)
        return EvidencePage(tuple(rows[offset : offset + first]), len(rows))

    def outages(
        self, service: str, start: int | None, end: int | None, first: int = 50, offset: int = 0
    ) -> EvidencePage:
        """The outage rows of a service that reach into [start, end), as known now; None: no bound on that side."""
        with self._store.reading() as work:
            entries = work.evidence.entries()
        columns = self._store.evidence(entries, None).outages((service,))
        found = outage_rows(columns, UNRECORDED if start is None else start, NEVER if end is None else end)
        found.sort(key=lambda row: (row.start, row.id, row.file, row.line))
        return EvidencePage(tuple(found[offset : offset + first]), len(found))

    def audit(self, first: int = 50, offset: int = 0) -> AuditPage:
        """The audit trail, newest first."""
        with self._store.reading() as work:
            return AuditPage(work.audit.entries(first, offset), work.audit.count())

    def rights(self, as_of: date | None = None) -> RightsOn:
        """How the termination rights stand on a date; the last two dates asked for are kept."""
        as_of = as_of or self._today()
        return self._rights_under(self._store.set_id(known_until(as_of) - 1), as_of)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._store.clock() // 1_000_000, tz=UTC).date()

    def _rights_under(self, set_id: str | None, as_of: date) -> RightsOn:
        """The rights of one set of documents on a date, as known on it."""
        with self._store.reading() as work:
            entries = work.evidence.entries()
        key = (set_id or "", evidence_hash(entries), as_of)
        with self._lock:
            if key not in self._rights:
                portfolio = NOTHING if set_id is None else self._store.contracts(set_id).portfolio
                lake = self._store.evidence(entries, known_until(as_of) - 1)
                evidence = evidence_for(self._store, lake, entries, portfolio)
                self._rights[key] = RightsOn.of(Settling.of(portfolio, evidence, as_of))
                while len(self._rights) > _SETTLINGS_IN_MEMORY:
                    self._rights.popitem(last=False)
            return self._rights[key]

    def evidence_quality(self) -> tuple[SourceQuality, ...]:
        """How good the evidence of each source is, of all that is stored."""
        with self._store.reading() as work:
            entries = work.evidence.entries()
        now = self._store.clock()
        return evidence_quality(self._store.evidence(entries, now), now, scratch=self._store.scratch())

    def status(self) -> Status:
        """What is stored."""
        with self._store.reading() as work:
            entries = work.evidence.entries()
            set_id = work.documents.current_id()
            documents = None if set_id is None else work.documents.described(set_id)
            runs = tuple(head.run for head in work.settlements.heads())
        return Status(
            self._store.database.revision() or "",
            documents,
            len({entry.key for entry in entries}),
            sum(count.rows for entry in _last_revisions(entries) for count in entry.counts),
            sum(len(entry.quarantine) for entry in _last_revisions(entries)),
            tuple(sorted(runs, key=lambda run: (run.period.last, run.period.first))),
        )

    def faults(self) -> tuple[str, ...]:
        """Everything that does not hash to what it should, in words; nothing in a sound store."""
        return self.verified().faults

    def verified(self) -> Verified:
        """What does not hash to what it should, and what can no longer be compared (`api.services.verifying`)."""
        return verified(self._store, self.runs(), self._rebuilt)

    # ------------------------------------------------------------------------------------------ one run

    def _rebuilt(self, head: RunHead) -> Settlement:
        portfolios = {head.set_id: self._store.contracts(head.set_id).portfolio}
        with self._store.reading() as work:
            return work.settlements.settlements([head], portfolios)[head.seq]

    def _remember(self, settlements: Mapping[int, Settlement]) -> None:
        with self._lock:
            self._settlements.update(settlements)
            while len(self._settlements) > max(_SETTLEMENTS_IN_MEMORY, len(settlements)):
                self._settlements.popitem(last=False)

    def _head(self, period: Period, as_known_at: datetime | None = None) -> RunHead | None:
        """The last run of a period, or else of the month, quarter or year that it was settled with."""
        wider = (
            rule.containing(period.last)
            for rule in (PeriodRule.month(), PeriodRule.quarter(), PeriodRule.year())
        )
        names = [period.name, *(each.name for each in wider)]
        with self._store.reading() as work:
            heads = {head.run.period.name: head for head in work.settlements.heads(names, _day(as_known_at))}
        return next((heads[name] for name in names if name in heads), None)

    def _settling(self, head: RunHead) -> Settling:
        """The settling that a run was, set up again from what it read; call it with the lock held."""
        if head.seq not in self._settlings:
            with self._store.reading() as work:
                entries = work.evidence.entries(head.last_source)
            if evidence_hash(entries) != head.evidence_hash:
                raise RequestError(
                    Fault(
                        "EVIDENCE",
                        f"the evidence that the run {head.run.id} read cannot be told from what came while it ran",
                        f"Settle {head.run.period.name} again",
                    )
                )
            portfolio = self._store.contracts(head.set_id).portfolio
            lake = self._store.evidence(entries, known_until(head.run.as_of) - 1)
            evidence = evidence_for(self._store, lake, entries, portfolio)
            self._settlings[head.seq] = Settling.of(portfolio, evidence, head.run.as_of)
            while len(self._settlings) > _SETTLINGS_IN_MEMORY:
                self._settlings.popitem(last=False)
        return self._settlings[head.seq]


def _day(as_known_at: datetime | None) -> date | None:
    return None if as_known_at is None else as_known_at.astimezone(UTC).date()


def _last_revisions(entries: Sequence[SourceEntry]) -> list[SourceEntry]:
    latest: dict[str, SourceEntry] = {}
    for entry in entries:
        known = latest.get(entry.key)
        if known is None or entry.revision > known.revision:
            latest[entry.key] = entry
    return [latest[key] for key in sorted(latest)]
