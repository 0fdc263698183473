"""Credit impact as the schema shows it: owed to customers, recoverable from vendors, and the gap with its reasons."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

import api.graphql.breaches.types as breaches
import api.graphql.parties.types as parties
from api.graphql.agreements import levels
from api.graphql.describing import answered, described, said
from api.graphql.impact.spread import MonthImpact, SlaImpact, month_impact, sla_impact
from api.graphql.money import Money, money
from api.graphql.scalars import DecimalText, number
from api.graphql.view import Settled, View
from api.services.impact import year_so_far
from domain.money import Money as Zero
from domain.periods import Period
from settlement.impact_by import ImpactOver, impact_over
from settlement.results import CreditImpact as ImpactValue
from settlement.results import GapCode
from settlement.results import GapReason as ReasonValue
from settlement.results import PartyImpact as PartyValue

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.breaches.types import Breach
    from api.graphql.parties.types import Party

__all__ = [
    "CreditImpact",
    "CreditImpactResult",
    "CreditImpacts",
    "GapReason",
    "NotSettled",
    "PartyImpact",
    "impacts",
]


@described
class GapReason:
    """One reason why a credit that customers get is not recovered, and how much of it."""

    code: GapCode = said("The reason.")
    amount: Money = said("How much of the gap it explains.")
    explanation: str = said("The reason in words.")
    reason: strawberry.Private[ReasonValue]
    view: strawberry.Private[View]

    @answered
    def service_level(
        self,
    ) -> Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")] | None:
        """The upper promise whose credit it is."""
        reason = self.reason
        return levels.known_level(self.view, reason.agreement, reason.service_level, reason.service)


@described
class PartyImpact:
    """What one answerable party caused, and what can be recovered from it."""

    caused: Money = said("The credits to customers that it caused.")
    recoverable: Money = said("What it owes for that under its own contract.")
    internal: Money = said("What falls between teams of the provider.")
    gap: Money = said("What is not recovered.")
    over_recovery: Money = said("What it owes beyond what it caused.")
    reasons: list[GapReason] = said("Why there is a gap.")
    outside_own_contract: Money = said("What it caused through services that none of its contracts covers.")
    impact: strawberry.Private[PartyValue]
    settled: strawberry.Private[Settled]
    view: strawberry.Private[View]

    @answered
    def party(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The party; null: the contracts themselves."""
        return parties.known_party(self.view, self.impact.party)

    @answered
    def breaches(self) -> list[Annotated["Breach", strawberry.lazy("api.graphql.breaches.types")]]:
        """The breaches that it answers for."""
        return [
            breaches.breach(self.view, self.settled, each)
            for each in self.settled.breaches
            if any(self.impact.party in row.answerables for row in each.trace.responsibilities)
        ]


@described
class AppliedRate:
    """The dated rate of the documents at which statements in another currency were taken."""

    base: str = said("The currency of the statements (ISO 4217).")
    rate: DecimalText = said("What one unit of it is in the currency of the impact.")
    on: date = said("The day whose rate it is.")


@described
class CreditImpact:
    """Both sides of the money in one currency."""

    period: Period = said("The first, or only, settled period.")
    to: Period = said("The last settled period.")
    currency: str = said("The currency (ISO 4217).")
    payable: Money = said("What customers are owed.")
    recoverable: Money = said("What vendors owe for it.")
    internal: Money = said("What falls between teams of the provider.")
    gap: Money = said("What is not recovered.")
    over_recovery: Money = said("What vendors owe beyond what they caused.")
    parties: list[PartyImpact] = said("The parts of the parties, by name; the contracts themselves last.")
    rates: list[AppliedRate] = said(
        "The dated rates at which other currencies were taken; none: there were none."
    )
    known_at: strawberry.Private[datetime | None]
    view: strawberry.Private[View]

    @answered
    def slas(self) -> list[SlaImpact]:
        """The same money by SLA: what each paid, what comes back for it, why the rest does not, and who caused it."""
        found = self._over()
        return [] if found is None else [sla_impact(self.view, each) for each in found.slas]

    @answered
    def months(self) -> list[MonthImpact]:
        """The months one by one, each with the year up to it."""
        found = self._over()
        return [] if found is None else [month_impact(each) for each in found.months]

    def _over(self) -> ImpactOver | None:
        """The months asked for, with the settled ones before them in the year."""
        before, asked = year_so_far(self.period, self.to)
        every = (*before, *asked)
        settled = self.view.settled_months(every[0], every[-1], self.known_at)
        known = [each.settlement for each in settled if each is not None]
        over = impact_over(known, asked[0])
        return next((each for each in over if each.currency == self.currency), None)


@described
class CreditImpacts:
    """The credit impact of settled periods."""

    impacts: list[CreditImpact] = said("One for each currency, by its code.")


@described
class NotSettled:
    """Periods were asked for that nobody has settled yet."""

    message: str = said("What is missing, and what to do.")
    periods: list[Period] = said("The months without a settlement.")


CreditImpactResult: TypeAlias = Annotated[
    CreditImpacts | NotSettled,
    strawberry.union("CreditImpactResult", description="The credit impact, or why there is none yet."),
]


def impacts(
    view: View, settled: Settled, first: Period, last: Period, known_at: datetime | None = None
) -> CreditImpacts:
    """The credit impact of a settlement, by currency."""
    view = view.under(settled)
    found = sorted(settled.settlement.credit_impact, key=lambda each: each.currency)
    return CreditImpacts(impacts=[_impact(view, settled, each, first, last, known_at) for each in found])


def _impact(
    view: View,
    settled: Settled,
    value: ImpactValue,
    first: Period,
    last: Period,
    known_at: datetime | None,
) -> CreditImpact:
    by_name = sorted(value.parties, key=lambda each: (each.party is None, each.party or ""))
    return CreditImpact(
        period=first,
        to=last,
        currency=value.currency,
        payable=money(value.payable),
        recoverable=money(value.recoverable),
        internal=money(value.internal),
        gap=money(value.gap),
        over_recovery=money(value.over_recovery),
        parties=[_party(view, settled, each) for each in by_name],
        rates=[AppliedRate(base=each.base, rate=number(each.rate), on=each.on) for each in value.rates],
        known_at=known_at,
        view=view,
    )


def _party(view: View, settled: Settled, value: PartyValue) -> PartyImpact:
    return PartyImpact(
        caused=money(value.caused),
        recoverable=money(value.recoverable),
        internal=money(value.internal),
        gap=money(value.gap),
        over_recovery=money(value.over_recovery),
        reasons=[
            GapReason(
                code=each.code,
                amount=money(each.amount),
                explanation=each.explanation,
                reason=each,
                view=view,
            )
            for each in value.reasons
        ],
        outside_own_contract=money(value.outside_own_contract or Zero.zero(value.caused.currency)),
        impact=value,
        settled=settled,
        view=view,
    )
