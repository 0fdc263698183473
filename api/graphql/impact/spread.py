"""The credit impact spread over SLAs and months, as the schema shows it.

Limits: what a supplier owes beyond what it caused belongs to no SLA; it stands on the impact itself.
"""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as known
from api.graphql.describing import answered, described, said
from api.graphql.money import Money, money
from api.graphql.view import View
from domain.periods import Period
from settlement.impact_by import MonthImpact as MonthValue
from settlement.impact_by import PartInSla as PartValue
from settlement.impact_by import Reasons
from settlement.impact_by import SlaImpact as SlaValue
from settlement.results import CreditImpact as ImpactValue
from settlement.results import GapCode

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party

__all__ = ["ImpactTotals", "MonthImpact", "SlaImpact", "month_impact", "sla_impact"]


@described
class SlaGapReason:
    """One reason why what an SLA pays does not come back, and how much of it."""

    code: GapCode = said("The reason.")
    amount: Money = said("How much of the gap it explains.")


@described
class SlaPart:
    """What one answerable party caused under one SLA, and what of it comes back."""

    caused: Money = said("The credits of this SLA that it caused.")
    recoverable: Money = said("What of that it owes, in proportion to what it caused under each SLA.")
    gap: Money = said("What does not come back.")
    reasons: list[SlaGapReason] = said("Why there is a gap.")
    held: strawberry.Private[PartValue]
    view: strawberry.Private[View]

    @answered
    def party(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The party; null: the contracts themselves."""
        return known.known_party(self.view, self.held.party)


@described
class SlaImpact:
    """What one SLA cost: paid to its customers, what comes back for it, and the gap with its reasons."""

    payable: Money = said("What its customers are owed.")
    recoverable: Money = said("What comes back for it, at most what was caused.")
    gap: Money = said("What does not come back.")
    reasons: list[SlaGapReason] = said("Why there is a gap.")
    parties: list[SlaPart] = said("Who caused it, by name; the contracts themselves last.")
    held: strawberry.Private[SlaValue]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The SLA; null: the contracts of today do not know it any more."""
        return agreements.known_agreement(self.view, self.held.agreement)


@described
class ImpactTotals:
    """Both sides of the money in sum."""

    payable: Money = said("What customers are owed.")
    recoverable: Money = said("What vendors owe for it.")
    internal: Money = said("What falls between teams of the provider.")
    gap: Money = said("What is not recovered.")
    over_recovery: Money = said("What vendors owe beyond what they caused.")


@described
class MonthImpact:
    """One settled month, and the year up to and with it."""

    period: Period = said("The month.")
    month: ImpactTotals = said("The month by itself.")
    year_to_date: ImpactTotals = said("From January to the month, of the months that are settled.")


def sla_impact(view: View, value: SlaValue) -> SlaImpact:
    """One SLA's impact."""
    return SlaImpact(
        payable=money(value.payable),
        recoverable=money(value.recoverable),
        gap=money(value.gap),
        reasons=_reasons(value.reasons),
        parties=[
            SlaPart(
                caused=money(part.caused),
                recoverable=money(part.recoverable),
                gap=money(part.gap),
                reasons=_reasons(part.reasons),
                held=part,
                view=view,
            )
            for part in value.parts
        ],
        held=value,
        view=view,
    )


def _reasons(reasons: Reasons) -> list[SlaGapReason]:
    return [SlaGapReason(code=code, amount=money(amount)) for code, amount in reasons]


def month_impact(value: MonthValue) -> MonthImpact:
    """One month's impact."""
    return MonthImpact(
        period=value.month, month=_totals(value.impact), year_to_date=_totals(value.year_to_date)
    )


def _totals(value: ImpactValue) -> ImpactTotals:
    return ImpactTotals(
        payable=money(value.payable),
        recoverable=money(value.recoverable),
        internal=money(value.internal),
        gap=money(value.gap),
        over_recovery=money(value.over_recovery),
    )
