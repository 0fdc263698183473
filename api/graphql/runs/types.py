"""Settlement runs as the schema shows them: who settled what, when, from what, and with which result."""

from datetime import date, datetime

import strawberry

from api.graphql.describing import answered, described, said
from api.graphql.ids import Node
from api.services.reading import Run, RunStatus
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

    @answered
    def progress(self) -> RunProgress | None:
        """How far it has come while it runs; null once it has ended."""
        if self.run.status is not RunStatus.RUNNING:
            return None
        return RunProgress(stage=self.run.stage, done=self.run.done, total=self.run.total or None)


def settlement_run(run: Run) -> SettlementRun:
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
    )
