"""What must be claimed from suppliers, by when, and what was claimed too late.

The problem: a supplier's credit that has to be claimed is lost on a day that nobody looks at. Whoever recovers money
needs the list of all of them as of today: what is open and for how many days, what was claimed, and what was lost.

Example: the credit of March 2026 of uc-cirrus, claimable within 30 days of the period's end, is open until 30 April:
as of 20 April 10 days are left; as of 1 May it reads CLAIM_MISSED, unless a Claim says that it was claimed on or
before 30 April.

Limits: only contracts that we (the provider's organisation) buy under, of the type UC: what customers may claim from
us is theirs to watch. A Claim counts whatever the as-of date (2-documents, "Claims").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.agreements import AgreementType, Claim
from domain.money import Money
from domain.parties import Role
from domain.periods import Period
from ola.portfolio import Portfolio
from settlement.results import Statement
from settlement.statements import is_claim_missed

__all__ = ["ClaimStatus", "Claimable", "claimables", "reminders"]


class ClaimStatus(StrEnum):
    """How the claim for a supplier's credit stands."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"
    CLAIM_MISSED = "CLAIM_MISSED"
    NOT_NEEDED = "NOT_NEEDED"


@dataclass(frozen=True, slots=True)
class Claimable:
    """A supplier's credit of one month and its claim.

    ``claim_by`` None: the contract asks for no claim. ``claimed_at`` is the first day on which it was claimed.
    ``days_left`` counts from the as-of date to the last day: 0 is today; None where nothing is open.
    """

    agreement: str
    vendor: str
    consumer: str
    period: Period
    net: Money
    claim_by: date | None
    claimed_at: date | None
    status: ClaimStatus
    days_left: int | None

    @property
    def recoverable(self) -> Money:
        """What can still be had, or was claimed in time: nothing of a lapsed claim."""
        return Money.zero(self.net.currency) if self.status is ClaimStatus.CLAIM_MISSED else self.net


def claimables(portfolio: Portfolio, statements: Iterable[Statement], as_of: date) -> tuple[Claimable, ...]:
    """Every supplier's credit to us out of some statements, by the last day to claim it, agreement and month.

    A credit of nothing is left out, unless it was claimed. Those without a claim window come last.
    """
    found = []
    for statement in statements:
        dates = _claimed(portfolio.claims, statement)
        is_due = statement.net.amount > 0 or dates
        if statement.type is AgreementType.UC and is_due and _is_ours(portfolio, statement.consumer):
            found.append(_standing(portfolio, statement, dates, as_of))
    return tuple(
        sorted(
            found,
            key=lambda each: (each.claim_by is None, each.claim_by or as_of, each.agreement, each.period),
        )
    )


def reminders(found: Sequence[Claimable], days: int) -> tuple[Claimable, ...]:
    """What is open and has to be claimed within so many days, the most urgent first."""
    urgent = [
        each
        for each in found
        if each.status is ClaimStatus.OPEN and each.days_left is not None and each.days_left <= days
    ]
    return tuple(sorted(urgent, key=lambda each: (each.days_left or 0, -each.net.amount, each.agreement)))


def _standing(portfolio: Portfolio, statement: Statement, dates: Sequence[date], as_of: date) -> Claimable:
    claim_by = statement.claim_by
    days_left = None
    if claim_by is None:
        status = ClaimStatus.CLAIMED if dates else ClaimStatus.NOT_NEEDED
    elif is_claim_missed(statement.agreement, statement.period, claim_by, portfolio.claims, as_of):
        status = ClaimStatus.CLAIM_MISSED
    elif dates:
        status = ClaimStatus.CLAIMED
    else:
        status, days_left = ClaimStatus.OPEN, (claim_by - as_of).days
    return Claimable(
        statement.agreement,
        statement.provider,
        statement.consumer,
        statement.period,
        statement.net,
        claim_by,
        min(dates) if dates else None,
        status,
        days_left,
    )


def _claimed(claims: Sequence[Claim], statement: Statement) -> tuple[date, ...]:
    return tuple(
        claim.claimed_at
        for claim in claims
        if claim.agreement == statement.agreement and claim.period == statement.period.name
    )


def _is_ours(portfolio: Portfolio, party: str) -> bool:
    """Whether a party is the provider, or belongs to it."""
    if party not in portfolio.parties:
        return False
    return any(portfolio.parties[each].role is Role.PROVIDER for each in portfolio.family(party))
