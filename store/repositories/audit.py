"""Who did what, when and why; and the orders that were carried out, by their key.

The problem: a statement is disputed a year later, and a front end repeats an order whose answer was lost on the way.
Both need what was done to be written down in the transaction that did it.

Example: an order with the key "k1" that comes again is answered with what the first one gave.

Limits: entries are never changed. The same key with another order is refused (`KeyTaken`).
"""

from sqlmodel import Session, col, func, select

from domain.errors import PrivityError
from store.codec import Json, canonical_json, read_json
from store.records import AuditEntry
from store.tables import AuditRow, KeyRow

__all__ = ["Audit", "KeyTaken"]


class KeyTaken(PrivityError):
    """A key came with another order than the one it came with before."""


class Audit:
    """The audit trail and the keys, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(
        self,
        at: int,
        actor: str,
        action: str,
        subject: str,
        reason: str,
        key: str | None,
        *,
        before: Json,
        after: Json,
    ) -> None:
        """Write down one thing that was done."""
        self._session.add(
            AuditRow(
                at=at,
                actor=actor,
                action=action,
                subject=subject,
                reason=reason,
                key=key,
                before=None if before is None else canonical_json(before),
                after=None if after is None else canonical_json(after),
            )
        )

    def entries(self, first: int, offset: int) -> tuple[AuditEntry, ...]:
        """Some entries, newest first."""
        rows = self._session.exec(
            select(AuditRow).order_by(col(AuditRow.id).desc()).offset(offset).limit(first)
        ).all()
        return tuple(
            AuditEntry(
                row.id or 0,
                row.at,
                row.actor,
                row.action,
                row.subject,
                row.reason,
                row.key,
                row.before,
                row.after,
            )
            for row in rows
        )

    def count(self) -> int:
        """How many entries there are."""
        return self._session.exec(select(func.count()).select_from(AuditRow)).one()

    def answer(self, key: str | None, action: str, order_hash: str) -> Json:
        """What an order with this key was answered; None where it is new. Raises KeyTaken for another order."""
        if key is None:
            return None
        row = self._session.get(KeyRow, key)
        if row is None:
            return None
        if (row.action, row.order_hash) != (action, order_hash):
            raise KeyTaken(
                f'The key "{key}" was given to another order before ({row.action}): give each order a key of its own.'
            )
        answer: Json = read_json(row.answer)
        return answer

    def keep(self, key: str | None, action: str, order_hash: str, answer: Json) -> None:
        """Remember what an order was answered."""
        if key is not None:
            row = KeyRow(key=key, action=action, order_hash=order_hash, answer=canonical_json(answer))
            self._session.add(row)
