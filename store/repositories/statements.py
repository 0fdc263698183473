"""Statements of record: what was issued, the notes to it, and every step, added and never changed.

The problem: what was sent to another party has to be there word by word when it is disputed a year later, whatever was
loaded, settled or upgraded since.

Example: ``work.statements.record("sla-web-shop", "meridian", "2026-03")`` is the `StatementRecord` that was issued.

Limits: rows only come; two people who take a step at once meet at the primary key, and the second is refused by the
rules, since one transaction follows the other (`store.database`).
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from domain.explanation import Explanation
from settlement.records.causes import Cause
from settlement.records.difference import Difference
from settlement.records.documents import StatementDocument
from settlement.records.life import Act, StatementAct
from settlement.records.record import AdjustmentNote, IssuedDocument, StatementRecord
from store.codec import Codec, canonical_json, read_json
from store.tables import StatementActRow, StatementDocumentRow

__all__ = ["RecordKey", "StatementRecords"]

RecordKey = tuple[str, str, str]
"""Agreement, consumer and period of a statement."""

_CODEC = Codec()


class StatementRecords:
    """The statements of record of a store, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, agreement: str, consumer: str, period: str) -> StatementRecord | None:
        """One statement of record with its explanations; None where it was never issued."""
        found = self.records([period], agreement, explained=True)
        return found.get((agreement, consumer, period))

    def records(
        self, periods: Collection[str], agreement: str | None = None, *, explained: bool = False
    ) -> Mapping[RecordKey, StatementRecord]:
        """The statements of record of some periods, by agreement, consumer and period: one statement of the database.

        Explanations are large, and left out unless ``explained``.
        """
        makes = col(StatementActRow.act).in_([StatementAct.ISSUE.value, StatementAct.ADJUST.value])
        asked = (
            select(StatementActRow, StatementDocumentRow)
            .outerjoin(
                StatementDocumentRow,
                and_(
                    col(StatementDocumentRow.agreement) == col(StatementActRow.agreement),
                    col(StatementDocumentRow.consumer) == col(StatementActRow.consumer),
                    col(StatementDocumentRow.period_name) == col(StatementActRow.period_name),
                    col(StatementDocumentRow.number) == col(StatementActRow.number),
                    makes,
                ),
            )
            .where(col(StatementActRow.period_name).in_(sorted(set(periods))))
            .order_by(col(StatementActRow.seq))
        )
        if agreement is not None:
            asked = asked.where(StatementActRow.agreement == agreement)
        if not explained:
            asked = asked.options(defer(StatementDocumentRow.explanation))  # type: ignore[arg-type] # a column here
        rows: dict[RecordKey, list[StatementDocumentRow]] = {}
        taken: dict[RecordKey, list[Act]] = {}
        for act, document in self._session.exec(asked):
            key = (act.agreement, act.consumer, act.period_name)
            taken.setdefault(key, []).append(_act(act))
            if document is not None:
                rows.setdefault(key, []).append(document)
        return {key: _record(rows[key], taken[key], explained=explained) for key in sorted(rows)}

    def issue(self, issued: IssuedDocument, act: Act) -> None:
        """Keep a statement that is issued, with the step that issues it."""
        document = issued.document
        key = (document.agreement, document.consumer, document.period)
        said = _CODEC.text(document)
        self._add(
            key, 1, issued.at, issued.run, document.currency, document.net.text(), said, issued.explanation
        )
        self._session.flush()
        self.step(key, 1, act)

    def note(self, key: RecordKey, note: AdjustmentNote, seq: int, act: Act) -> None:
        """Keep an adjustment note, with the step that makes it."""
        net, said = note.change.net, _CODEC.text(note.change)
        self._add(
            key,
            note.number,
            note.at,
            note.run,
            net.currency,
            net.text(),
            said,
            note.explanation,
            _CODEC.text(note.causes),
            _CODEC.text(note.line_causes),
        )
        self._session.flush()
        self.step(key, seq, act)

    def step(self, key: RecordKey, seq: int, act: Act) -> None:
        """Keep a step; ``seq`` counts a statement's steps from 1."""
        agreement, consumer, period = key
        self._session.add(
            StatementActRow(
                agreement=agreement,
                consumer=consumer,
                period_name=period,
                seq=seq,
                act=act.act.value,
                at=act.at,
                actor=act.actor,
                reason=act.reason,
                number=act.number,
                lines=canonical_json(list(act.lines)),
            )
        )
        self._session.flush()

    def faults(self) -> tuple[str, ...]:
        """The documents whose text is not what was issued, in words; nothing in a sound store."""
        rows = self._session.exec(select(StatementDocumentRow)).all()
        return tuple(
            f"{row.agreement}, {row.consumer}, {row.period_name}, document {row.number}: its text was changed"
            for row in rows
            if _sha256(row.said) != row.sha256
        )

    def _add(
        self,
        key: RecordKey,
        number: int,
        at: int,
        run: str,
        currency: str,
        net: str,
        said: str,
        explanation: Explanation | None,
        causes: str = "[]",
        line_causes: str = "[]",
    ) -> None:
        agreement, consumer, period = key
        self._session.add(
            StatementDocumentRow(
                agreement=agreement,
                consumer=consumer,
                period_name=period,
                number=number,
                at=at,
                run_id=run,
                currency=currency,
                net=net,
                said=said,
                sha256=_sha256(said),
                causes=causes,
                line_causes=line_causes,
                explanation=None if explanation is None else _CODEC.text(explanation),
            )
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _act(row: StatementActRow) -> Act:
    return Act(StatementAct(row.act), row.at, row.actor, row.reason, row.number, tuple(read_json(row.lines)))


def _record(rows: Sequence[StatementDocumentRow], acts: Sequence[Act], *, explained: bool) -> StatementRecord:
    first, *rest = rows
    issued = IssuedDocument(
        first.at,
        first.run_id,
        _CODEC.read(StatementDocument, first.said),
        _explanation(first.explanation) if explained else None,
    )
    return StatementRecord(issued, tuple(_note(row, explained=explained) for row in rest), tuple(acts))


def _note(row: StatementDocumentRow, *, explained: bool) -> AdjustmentNote:
    return AdjustmentNote(
        row.number,
        row.at,
        row.run_id,
        _CODEC.read(Difference, row.said),
        _CODEC.decode_many(Cause, read_json(row.causes)),
        tuple(tuple(places) for places in read_json(row.line_causes)),
        _explanation(row.explanation) if explained else None,
    )


def _explanation(text: str | None) -> Explanation | None:
    return None if text is None else _CODEC.read(Explanation, text)
