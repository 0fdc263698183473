"""Claims of suppliers' credits as the schema shows them: what is due, by when, and how it stands."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
import api.graphql.statements.types as statements
from api.graphql.context import Info, view_of
from api.graphql.describing import After, First, answered, described, said
from api.graphql.money import Money, money
from api.graphql.paging import Connection, Place, page
from api.graphql.view import View
from domain.periods import Period
from settlement.records.claims import Claimable, ClaimStatus, reminders

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party
    from api.graphql.statements.types import Statement

__all__ = ["Claim", "ClaimQueries", "claim"]


@described
class Claim:
    """A supplier's credit to us for one month, and how its claim stands."""

    period: Period = said("The month of the credit.")
    status: ClaimStatus = said("How the claim stands.")
    net: Money = said("What the supplier's statement comes to.")
    recoverable: Money = said("What can still be had, or was claimed in time: nothing of a lapsed claim.")
    claim_by: date | None = said("The last day to claim it; null: no claim is needed.")
    claimed_at: date | None = said("When it was claimed first; null: it was not.")
    days_left: int | None = said("Days to the last day, 0 being today; null: nothing is open.")
    of: strawberry.Private[Claimable]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The supplier's contract."""
        return agreements.known_agreement(self.view, self.of.agreement)

    @answered
    def vendor(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The supplier that owes it."""
        return parties.known_party(self.view, self.of.vendor)

    @answered
    def statement(self) -> Annotated["Statement", strawberry.lazy("api.graphql.statements.types")] | None:
        """The statement that is claimed; null where its month has no settlement of its own."""
        settled = self.view.settled(self.of.period)
        for each in () if settled is None else settled.statements_of(self.of.agreement):
            if (each.consumer, each.period) == (self.of.consumer, self.of.period):
                return None if settled is None else statements.statement(self.view, settled, each)
        return None


def claim(view: View, value: Claimable) -> Claim:
    """A claim as the schema shows it."""
    return Claim(
        period=value.period,
        status=value.status,
        net=money(value.net),
        recoverable=money(value.recoverable),
        claim_by=value.claim_by,
        claimed_at=value.claimed_at,
        days_left=value.days_left,
        of=value,
        view=view,
    )


@described
class ClaimQueries:
    """Questions about what must be claimed from suppliers."""

    @answered
    def claims(
        self,
        info: Info,
        as_of: Annotated[
            date | None, strawberry.argument(description="As it stands on this day; today where left out.")
        ] = None,
        period: Annotated[
            Period | None, strawberry.argument(description="Only credits of this period.")
        ] = None,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only credits of this contract.")
        ] = None,
        status: Annotated[
            ClaimStatus | None, strawberry.argument(description="Only claims that stand so.")
        ] = None,
        due_within: Annotated[
            int | None,
            strawberry.argument(
                description="The reminder list: only what is open and has to be claimed within so many days."
            ),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Claim]:
        """What suppliers owe us: open and for how many days, claimed, or lapsed; by the last day to claim it."""
        view = view_of(info)
        found = view.claims(as_of, period).claims
        if due_within is not None:
            found = reminders(found, due_within)
        chosen = [
            each for each in found if agreement in (None, each.agreement) and status in (None, each.status)
        ]
        return page(sorted(chosen, key=_place), _place, lambda each: claim(view, each), first, after)


def _place(each: Claimable) -> Place:
    last = "9999" if each.claim_by is None else each.claim_by.isoformat()
    return (last, each.agreement, each.consumer, each.period.last.isoformat())
