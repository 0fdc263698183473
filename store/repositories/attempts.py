"""Settlement runs that were begun, from their first moment to their end.

The problem: a run stands in the store when it is done, wholly or not at all. Whoever watches from another process also
wants to see that it goes on, or that it failed and why; and a run whose process was killed must not seem to go on for
ever.

Example: an attempt that was last heard of `SILENCE` ago is told as failed: "nothing was heard of it since ...".

Limits: an attempt says nothing of figures, and no figure rests on one. Its row is changed as it goes on, each time in a
transaction of its own; that of a run that is done says so, and is not told any more: the run itself is there.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from domain.instants import MINUTE, isoformat
from domain.periods import Period
from store.codec import Codec
from store.records import Run, RunStatus
from store.tables import AttemptRow

__all__ = ["SILENCE", "Attempts"]

SILENCE: Final = MINUTE
"""After so many microseconds without a sign a run is taken to have been interrupted."""

_CODEC = Codec()


class Attempts:
    """The runs under way and the failed ones, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, run: Run) -> int:
        """A run has begun; the number under which it is heard of."""
        row = AttemptRow(
            period_name=run.period.name,
            period=_CODEC.text(run.period),
            as_of=run.as_of.isoformat(),
            status=RunStatus.RUNNING.value,
            started_at=run.started_at,
            seen_at=run.started_at,
            actor=run.actor,
            reason=run.reason,
            key=run.key,
            documents=run.documents,
            stage=run.stage,
            done=run.done,
            total=run.total,
        )
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def heard_of(self, number: int, at: int, stage: str, done: int, total: int) -> None:
        """A run has come so far."""
        row = self._session.get(AttemptRow, number)
        if row is not None and row.status == RunStatus.RUNNING:
            row.seen_at, row.stage, row.done, row.total = at, stage, done, total

    def end(self, number: int, at: int, failure: str | None = None) -> None:
        """A run is done, or has failed."""
        row = self._session.get(AttemptRow, number)
        if row is not None:
            row.seen_at = row.ended_at = at
            row.status = (RunStatus.DONE if failure is None else RunStatus.FAILED).value
            row.failure = failure

    def unfinished(self, now: int, period: str | None = None) -> tuple[Run, ...]:
        """The runs (of one period) that are under way or failed, newest first; one statement."""
        asked = select(AttemptRow).where(AttemptRow.status != RunStatus.DONE.value)
        if period is not None:
            asked = asked.where(AttemptRow.period_name == period)
        rows = self._session.exec(asked.order_by(col(AttemptRow.id).desc()))
        return tuple(_run(row, now) for row in rows)


def _run(row: AttemptRow, now: int) -> Run:
    run = Run(
        id=f"{row.period_name}.begun{row.id}",
        period=_CODEC.read(Period, row.period),
        as_of=date.fromisoformat(row.as_of),
        status=RunStatus(row.status),
        started_at=row.started_at,
        finished_at=row.ended_at,
        actor=row.actor,
        reason=row.reason,
        key=row.key,
        documents=row.documents,
        stage=row.stage,
        done=row.done,
        total=row.total,
        failure=row.failure,
    )
    if run.status is RunStatus.RUNNING and now - row.seen_at > SILENCE:
        failure = f"It was interrupted: nothing was heard of it since {isoformat(row.seen_at)}."
        return replace(run, status=RunStatus.FAILED, finished_at=row.seen_at, failure=failure)
    return run
