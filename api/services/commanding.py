"""The orders that change the store (`api.services.reading.Commands`), carried out.

The problem: whoever gives an order should see one face, not three modules and an open store.

Example: ``StoredCommands(store, reader).settlement_run(period, None, "ada", "March")``.

Limits: nothing is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.services.claiming import credit_claim
from api.services.ingesting import evidence_submit
from api.services.loading import portfolio_load
from api.services.recording import record
from api.services.records import statement_act
from api.services.running import settlement_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from api.services.acts import ActOrder, Recorded
    from api.services.claiming import ClaimOrder
    from api.services.reading import Progress
    from api.services.records import StatementOrder, StatementView
    from api.services.stored import StoredReader
    from api.services.storing import Store
    from domain.periods import Period
    from settlement.records.claims import Claimable
    from store.records import DocumentSet, EvidenceFile, Run

__all__ = ["StoredCommands"]


class StoredCommands:
    """The orders, on one store."""

    def __init__(self, store: Store, reader: StoredReader) -> None:
        self._store = store
        self._reader = reader

    def portfolio_load(
        self, texts: Mapping[str, str], actor: str, reason: str, key: str | None = None
    ) -> DocumentSet:
        """Load a complete set of contract documents."""
        return portfolio_load(self._store, texts, actor, reason, key)

    def evidence_submit(
        self,
        file: str,
        content: bytes | Path,
        actor: str,
        reason: str,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> EvidenceFile:
        """Take in one file of evidence."""
        return evidence_submit(self._store, file, content, actor, reason, key, progress)

    def settlement_run(
        self,
        period: Period,
        as_of: date | None,
        actor: str,
        reason: str,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Run:
        """Settle a period and store it."""
        return settlement_run(self._store, period, as_of, actor, reason, key, progress)

    def credit_claim(self, order: ClaimOrder) -> Claimable:
        """Claim a supplier's credit."""
        return credit_claim(self._store, self._reader, order)

    def record(self, order: ActOrder, actor: str, reason: str, key: str | None = None) -> Recorded:
        """Record an act under an agreement."""
        return record(self._store, order, actor, reason, key)

    def statement_act(self, order: StatementOrder) -> StatementView:
        """Take a step of a statement: issue, dispute, uphold, adjust or settle it."""
        return statement_act(self._store, self._reader, order)
