"""Acts under agreements, recorded in the store: the document, and who did it, when and why, in one transaction.

The problem: two people act at the same moment, one signs and one terminates. Each act is judged under the contracts as
they are, and is kept only if they still are what it was judged under; otherwise it is judged again.

Example: ``record(store, SignAgreement("sla-web", "shop"), "ada", "signed in Leeds", None)``.

Limits: whether an act may be done is asked of all evidence that is known now, up to the act's own day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.acts import ActOrder, Recorded, action_of
from api.services.preparing import prepared
from api.services.running import evidence_for
from api.services.storing import Contracts, no_documents, order_answer
from settlement.rights import Rights
from settlement.settle import Settling
from store.codec import Codec, Json, canonical_json
from store.mappers import hash_of

if TYPE_CHECKING:
    from datetime import date

    from api.services.storing import Store
    from ola.portfolio import Portfolio

__all__ = ["record"]

_CODEC = Codec()
_TRIES = 5


def record(store: Store, order: ActOrder, actor: str, reason: str, key: str | None) -> Recorded:
    """Record an act. Raises RequestError where it may not be done: then nothing has changed."""
    action = action_of(order)
    asked: dict[str, Json] = {"order": Codec(names_types=True).encode(order)}
    if not reason.strip():
        raise RequestError(
            Fault("USAGE", f"{action} says no reason", "Say why: it is written to the audit trail")
        )
    for _ in range(_TRIES):
        with store.reading() as work:
            if answered := order_answer(work, key, action, asked):
                return _CODEC.decode(Recorded, answered)
            set_id = work.documents.current_id()
            if set_id is None:
                raise no_documents()
            content = store.content(set_id, work)
        now = store.clock()

        def rights(portfolio: Portfolio, day: date) -> Rights:
            return _rights(store, portfolio, day)

        contracts = store.contracts(set_id)
        done = prepared(order, content, contracts.portfolio, rights, now, actor, reason)
        with store.writing() as work:
            if answered := order_answer(work, key, action, asked):
                return _CODEC.decode(Recorded, answered)
            if work.documents.current_id() != set_id:
                continue
            added = work.documents.add(done.extended.content, now)
            recorded = Recorded(
                action, done.subject, done.agreement, done.version, done.about, done.file, done.on, now,
                None if done.before is None else canonical_json(done.before), canonical_json(done.after),
                done.warning,
            )  # fmt: skip
            work.audit.write(
                now, actor, action, done.subject, reason, key, before=done.before, after=done.after
            )
            work.audit.keep(key, action, hash_of(asked), _CODEC.encode(recorded))
        store.remember_content(done.extended.content)
        store.remember(Contracts(added.id, done.extended.portfolio, contracts.feeds))
        store.refresh()
        return recorded
    raise RequestError(
        Fault("BUSY", "the contracts were changed by others again and again", "Give the order again")
    )


def _rights(store: Store, portfolio: Portfolio, day: date) -> Rights:
    """The rights on a day, on all evidence that is known now: what happened counts, not when it was told."""
    with store.reading() as work:
        entries = work.evidence.entries()
    evidence = evidence_for(store, store.evidence(entries, None), entries, portfolio)
    return Rights(Settling.of(portfolio, evidence, day), day)
