"""The order to claim a supplier's credit."""

from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import answered, described, described_input, said
from api.graphql.errors import RequestRejected
from api.graphql.statements.claims import Claim, claim
from api.services.claiming import ClaimOrder
from domain.periods import Period

__all__ = ["CreditClaimInput", "CreditClaimMutation", "CreditClaimPayload"]


@described_input
class CreditClaimInput:
    """Which credit is claimed, when, by whom, and why."""

    agreement: str = said("The supplier's contract.")
    period: Period = said("The month of the credit.")
    at: date | None = strawberry.field(
        default=None,
        description="The day on which it was claimed; today where left out. A day to come is refused.",
    )
    actor: str = said("Who asks: it is written to the audit trail.")
    reason: str = said("Why: it is written to the audit trail.")
    key: str | None = strawberry.field(
        default=None,
        description="Any text of your own: the same key again gives the claim, and claims nothing.",
    )


@described
class CreditClaimed:
    """The credit is claimed: every later settlement reads it."""

    claim: Claim = said("How the claim stands.")


CreditClaimPayload: TypeAlias = Annotated[
    CreditClaimed | RequestRejected,
    strawberry.union("CreditClaimPayload", description="The claim, or why the credit cannot be claimed."),
]


@described
class CreditClaimMutation:
    """The order to claim a supplier's credit."""

    @answered
    def credit_claim(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            CreditClaimInput, strawberry.argument(description="What is claimed.")
        ],
    ) -> CreditClaimPayload:
        """Claim a supplier's credit within its window: it becomes a Claim document among the contracts."""
        order = ClaimOrder(input.agreement, input.period, input.at, input.actor, input.reason, input.key)
        done = info.context.commands.credit_claim(order)
        info.context.renew_view()
        return CreditClaimed(claim=claim(view_of(info), done))
