"""Settlement runs as the schema shows them: who settled what, when, from what, and with which result."""

from datetime import date, datetime

import strawberry

from api.graphql.describing import After, First, answered, described, said
from api.graphql.ids import Node
from api.graphql.paging import Connection, cut
from api.graphql.view import View
from api.services.reading import Run, RunStatus
from domain.evidence import QuarantinedRow as RowValue
from domain.instants import as_datetime
from domain.periods import Period

__all__ = ["RunProgress", "SettlementRun", "settlement_run"]


@described
class RunProgress:
    """How far a run has come."""

    stage: str = said("What is being done.")
    done: int = said("How much of it is done.")
    total: int | None = said("How much of it there is; null: nobody knows.")


@described
class QuarantinedRow:
    """A row of evidence that could not be read, and so counts for nothing."""

    file: str = said("The file that it stands in.")
    line: int = said("The line in that file.")
    reason: str = said("Why it could not be read.")


@described
class EvidenceSource:
    """What was read of one file of evidence."""

    file: str = said("The file.")
    kind: str = said("What it holds: outages, tickets and others.")
    rows: int = said("How many rows could be read.")
    quarantined: int = said("How many could not, and are set aside with the reason.")
    repeated: int = said("How many said again what another row had said.")
    sha256: str = said("The hash of the file's bytes.")


@described
class SettlementRun(Node):
    """One settling of one period. The same inputs give the same output hash, whenever it is run."""

    period: Period = said("The settled period.")
    as_of: date = said("The evidence counts as it was known on this day.")
    status: RunStatus = said("How far it has come.")
    started_at: datetime = said("When it began.")
    finished_at: datetime | None = said("When it ended; null: not yet.")
    actor: str = said("Who asked for it.")
    reason: str = said("Why.")
    key: str | None = said("The key that makes asking twice harmless.")
    documents: str = said("Which set of contract documents it read.")
    input_hash: str | None = said("The hash of everything it read; null until it is done.")
    output_hash: str | None = said("The hash of everything it gave; null until it is done.")
    engine: str = said("The version of the rules.")
    settled_agreements: int = said("How many agreements it worked out.")
    kept_agreements: int = said(
        "How many it kept from an earlier run, because nothing they rest on had changed."
    )
    failure: str | None = said("Why it failed, where it did.")
    run: strawberry.Private[Run]
    view: strawberry.Private[View]

    @answered
    def quarantine(self, first: First = None, after: After = None) -> Connection[QuarantinedRow]:
        """The rows of evidence that it could not read, by file, line and reason."""
        given = self.view.settlement_of(self.run)
        rows = sorted(given.quarantine if given else (), key=lambda row: (row.file, row.line, row.reason))
        found = list(enumerate(rows))
        edges, info = cut(
            found, lambda each: (f"{each[0]:09d}",), lambda each: _quarantined(each[1]), first, after
        )
        return Connection(edges=edges, page_info=info, total_count=len(found))

    @answered
    def sources(self) -> list[EvidenceSource]:
        """The files of evidence that it read, by file and kind."""
        given = self.view.settlement_of(self.run)
        found = sorted(given.sources if given else (), key=lambda source: (source.file, source.kind))
        return [
            EvidenceSource(
                file=each.file,
                kind=each.kind,
                rows=each.rows,
                quarantined=each.quarantined,
                repeated=each.repeated,
                sha256=each.sha256,
            )
            for each in found
        ]

    @answered
    def progress(self) -> RunProgress | None:
        """How far it has come while it runs; null once it has ended."""
        if self.run.status is not RunStatus.RUNNING:
            return None
        return RunProgress(stage=self.run.stage, done=self.run.done, total=self.run.total or None)


def _quarantined(row: RowValue) -> QuarantinedRow:
    return QuarantinedRow(file=row.file, line=row.line, reason=row.reason)


def settlement_run(view: View, run: Run) -> SettlementRun:
    """A run as the schema shows it."""
    return SettlementRun(
        names_of_id=("SettlementRun", run.id),
        period=run.period,
        as_of=run.as_of,
        status=run.status,
        started_at=as_datetime(run.started_at),
        finished_at=None if run.finished_at is None else as_datetime(run.finished_at),
        actor=run.actor,
        reason=run.reason,
        key=run.key,
        documents=run.documents,
        input_hash=run.input_hash,
        output_hash=run.output_hash,
        engine=run.engine,
        settled_agreements=run.settled,
        kept_agreements=run.kept,
        failure=run.failure,
        run=run,
        view=view,
    )
