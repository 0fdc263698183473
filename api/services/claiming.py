"""A supplier's credit claimed: the order `creditClaim`, which leaves a Claim document in the contracts.

The problem: a claim has to count in every later settlement, and a folder taken out of the store must tell the whole
story. So a claim that is ordered becomes a document like any other, in the same transaction as its audit entry.

Example: ``credit_claim(store, reader, ClaimOrder("uc-cirrus", march, None, "ada", "month end"))`` adds the Claim
``claim-uc-cirrus-2026-03``, claimed today, and gives how the claim stands.

Limits: what cannot be recovered is not claimed: nothing due, no claim needed, claimed already, or the window shut.
Each is refused with the reason, and nothing changes. A claim that lapsed and was sent all the same is a document for
the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import yaml

from api.errors import Fault, RequestError, UnknownNameError
from api.services.adding import extended
from api.services.claims import claims_of_store
from api.services.loading import RECORDED
from api.services.storing import Contracts, no_documents, order_answer
from domain.instants import as_datetime
from settlement.records.claims import Claimable, ClaimStatus
from store.mappers import hash_of

if TYPE_CHECKING:
    from api.services.stored import StoredReader
    from api.services.storing import Store
    from domain.periods import Period
    from ola.portfolio import Portfolio
    from store.codec import Json

__all__ = ["ClaimOrder", "credit_claim"]

ACTION = "creditClaim"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class ClaimOrder:
    """Claim the credit of one agreement and month; ``at`` None is today, on the agreement's own clocks."""

    agreement: str
    period: Period
    at: date | None
    actor: str
    reason: str
    key: str | None = None

    def said(self) -> dict[str, Json]:
        """What tells it from another order."""
        return {
            "agreement": self.agreement,
            "period": self.period.name,
            "at": None if self.at is None else self.at.isoformat(),
        }


def credit_claim(store: Store, reader: StoredReader, order: ClaimOrder) -> Claimable:
    """Claim a credit. Raises RequestError with the reason where there is nothing to claim: then nothing has changed."""
    for _ in range(_TRIES):
        with store.reading() as work:
            answered = order_answer(work, order.key, ACTION, order.said())
            set_id = work.documents.current_id()
            if set_id is None:
                raise no_documents()
            content = store.content(set_id, work)
        contracts = store.contracts(set_id)
        portfolio = contracts.portfolio
        now = store.clock()
        today = _today(portfolio, order.agreement, now)
        day = order.at or today
        before = _of(store, reader, portfolio, order, today)
        if answered:
            return before
        _require_claimable(before, day, today)
        name, text = _document(portfolio, order, day)
        found = extended(portfolio, content, f"{RECORDED}{name}.yaml", text)
        with store.writing() as work:
            if work.documents.current_id() != set_id:
                continue  # Somebody changed the contracts meanwhile: look again.
            added = work.documents.add(found.content, now)
            after: dict[str, Json] = {
                "status": ClaimStatus.CLAIMED.value,
                "claim": name,
                "claimedAt": day.isoformat(),
                "amount": before.net.text(),
                "currency": before.net.currency,
            }
            work.audit.write(
                now,
                order.actor,
                ACTION,
                f"{order.agreement}/{order.period.name}",
                order.reason,
                order.key,
                before={"status": before.status.value},
                after=after,
            )
            work.audit.keep(order.key, ACTION, hash_of(order.said()), {"claim": name})
        store.remember_content(found.content)
        store.remember(Contracts(added.id, found.portfolio, contracts.feeds))
        store.refresh()
        return _of(store, reader, found.portfolio, order, today)
    raise RequestError(
        Fault("BUSY", "the contracts were changed by others again and again", "Give the order again")
    )


def _of(
    store: Store, reader: StoredReader, portfolio: Portfolio, order: ClaimOrder, today: date
) -> Claimable:
    """How the credit's claim stands today. Raises RequestError where there is no such credit."""
    names = {agreement.name for agreement in portfolio.agreements}
    if order.agreement not in names:
        raise UnknownNameError("agreement", order.agreement, names)
    if order.period.last >= today:
        raise RequestError(
            Fault(
                "CLAIM",
                f"{order.period.name} has not ended yet, so nothing of it can be claimed",
                f"Claim it from {order.period.day_after.isoformat()} on",
                value=order.period.name,
            )
        )
    if reader.head_of(order.period) is None:
        raise RequestError(
            Fault(
                "NOT_SETTLED",
                f"{order.period.name} was not settled, so it is not known what is due",
                f"Settle it first: privity run --period {order.period.name}",
                value=order.period.name,
            )
        )
    listed = claims_of_store(store, reader, today, order.period).claims
    for each in listed:
        if (each.agreement, each.period) == (order.agreement, order.period):
            return each
    raise RequestError(
        Fault(
            "CLAIM",
            f"{order.agreement} owes us no credit for {order.period.name}",
            "privity claims lists what can be claimed",
            value=order.agreement,
        )
    )


def _require_claimable(found: Claimable, day: date, today: date) -> None:
    about = f"the credit of {found.agreement} for {found.period.name}"
    if found.status is ClaimStatus.NOT_NEEDED:
        raise RequestError(
            Fault(
                "CLAIM", f"{about} needs no claim", "It is owed as the statement says it: issue the statement"
            )
        )
    if found.status is ClaimStatus.CLAIMED:
        claimed = "" if found.claimed_at is None else f" on {found.claimed_at.isoformat()}"
        raise RequestError(Fault("CLAIM", f"{about} was claimed{claimed}", "There is nothing more to claim"))
    if day > today:
        raise RequestError(
            Fault(
                "DATE", f"{day.isoformat()} has not come yet", "A claim is dated back to its day, not forward"
            )
        )
    if day <= found.period.last:
        raise RequestError(
            Fault(
                "DATE",
                f"on {day.isoformat()} the period {found.period.name} had not ended",
                f"Its claim is of {found.period.day_after.isoformat()} or later",
            )
        )
    late = found.claim_by is not None and day > found.claim_by
    if late or found.claimed_at is not None:
        until = "" if found.claim_by is None else f" on {found.claim_by.isoformat()}"
        raise RequestError(
            Fault(
                "CLAIM_MISSED",
                f"the window to claim {found.net.text()} {found.net.currency} of {found.agreement} for "
                f"{found.period.name} closed{until}",
                "Where it was claimed in time, say when with --at DATE",
            )
        )


def _document(portfolio: Portfolio, order: ClaimOrder, day: date) -> tuple[str, str]:
    """The Claim's name and text."""
    taken = {claim.name for claim in portfolio.claims}
    stem = f"claim-{order.agreement}-{order.period.name}".lower()
    name = next(
        each
        for each in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
        if each not in taken
    )
    spec = {"agreement": order.agreement, "period": order.period.name, "claimedAt": day}
    document = {"apiVersion": "privity/v1", "kind": "Claim", "metadata": {"name": name}, "spec": spec}
    return name, yaml.safe_dump(document, sort_keys=False)


def _today(portfolio: Portfolio, agreement: str, now: int) -> date:
    """The day that it is on the agreement's own clocks."""
    zones = [each.calendar.zone for each in portfolio.agreements if each.name == agreement]
    moment: datetime = as_datetime(now).astimezone(zones[-1] if zones else UTC)
    return moment.date()
