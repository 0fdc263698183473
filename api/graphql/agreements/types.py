"""Agreements as the schema shows them: who promises whom what, on which charges, underpinned by what."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.acts.types as acts
import api.graphql.findings.types as findings
import api.graphql.life.types as life
import api.graphql.parties.types as parties
import api.graphql.rights.types as rights
import api.graphql.services.types as services
import api.graphql.statements.types as statements
from api.graphql.agreements import levels
from api.graphql.agreements.terms import (
    AgreementCalendar,
    AgreementTerm,
    Cap,
    Charge,
    InvoicedCharge,
    calendar,
    cap,
    charge,
    invoiced_charge,
)
from api.graphql.contracts import Support
from api.graphql.describing import answered, described, said
from api.graphql.ids import Node
from api.graphql.scalars import DurationText
from api.graphql.view import View, months_of
from api.services.agenda import negotiated
from domain.agreements import Agreement as AgreementValue
from domain.agreements import AgreementType, State, Structure
from domain.life import MOVES
from domain.periods import Period

if TYPE_CHECKING:
    from api.graphql.acts.types import ClaimedRelief, Signature
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.findings.types import Finding
    from api.graphql.life.types import Contact, EscalationStep, NegotiatedLevel
    from api.graphql.parties.types import Party
    from api.graphql.rights.types import TerminationRight
    from api.graphql.services.types import Service
    from api.graphql.statements.types import Statement

__all__ = ["Agreement", "Underpinning", "agreement", "known_agreement"]


@described
class Underpinning:
    """That one agreement stands under another, and by which way."""

    support: strawberry.Private[Support]
    other: strawberry.Private[AgreementValue]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]:
        """The agreement at the other end."""
        return agreement(self.view, self.other)

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")]:
        """The service that the lower agreement covers, and the upper one needs."""
        return services.service(self.view, self.support.service)

    @answered
    def path(self) -> list[Annotated["Service", strawberry.lazy("api.graphql.services.types")]]:
        """The shortest way down from a service of the upper agreement to that service, both included."""
        return [services.service(self.view, name) for name in self.support.path]


@described
class Agreement(Node):
    """An SLA, an OLA or an underpinning contract, in one of its versions."""

    name: str = said("The name that contracts use for it; the same in all its versions.")
    title: str = said("Its name for people.")
    version: int = said("The number of this version.")
    type: AgreementType = said("Between whom it stands.")
    structure: Structure | None = said("How an SLA is cut; null for other agreements.")
    state: State = said("Where it stands in its life.")
    effective: date = said("The day from which this version holds.")
    currency: str = said("The currency of its credits (ISO 4217).")
    claim_within: DurationText | None = said(
        "How soon after the period credits must be claimed; null: no claim is needed."
    )
    value: strawberry.Private[AgreementValue]
    view: strawberry.Private[View]

    @answered
    def versions(self) -> list[Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]]:
        """All its versions, in the order in which they take effect."""
        return [agreement(self.view, each) for each in self.view.contracts().portfolio.texts(self.name)]

    @answered
    def provider(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")]:
        """Who promises."""
        return parties.party(self.view, self.value.provider)

    @answered
    def consumer(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """Who is promised; null: every customer."""
        return None if self.value.consumer == "*" else parties.party(self.view, self.value.consumer)

    @answered
    def services(self) -> list[Annotated["Service", strawberry.lazy("api.graphql.services.types")]]:
        """The services that it covers."""
        return [services.service(self.view, name) for name in self.value.services]

    @answered
    def term(self) -> AgreementTerm:
        """From when to when it runs."""
        return AgreementTerm(from_=self.value.first, to=self.value.last)

    @answered
    def ended(self) -> date | None:
        """The last day, where it ends before its time: by a right, or as its parties recorded; null: it does not."""
        return self.view.contracts().portfolio.life(self.value).ended

    @answered
    def charges(self) -> list[Charge]:
        """What the consumer pays."""
        return [charge(self.view, each) for each in self.value.charges]

    @answered
    def invoiced(
        self,
        period: Annotated[
            Period | None,
            strawberry.argument(description="Only the months of this period; null: all months."),
        ] = None,
    ) -> list[InvoicedCharge]:
        """What was actually invoiced, by service, month and customer: it stands in the place of `charges`.

        As the evidence has it now; a settlement made before it came rests on what was known then.
        """
        months = None if period is None else {month.name for month in months_of(period, period)}
        found = self.view.invoiced().get(self.name, ())
        return [
            invoiced_charge(self.view, self.currency, each)
            for each in found
            if months is None or each.month in months
        ]

    @answered
    def caps(self) -> list[Cap]:
        """The most that its credits can be, in the order written."""
        return [cap(each) for each in self.value.caps]

    @answered
    def exclusions(self) -> list[str]:
        """The causes that are excused under it."""
        return sorted(self.value.exclusions)

    @answered
    def calendar(self) -> AgreementCalendar:
        """The calendar by which its hours and days are counted."""
        return calendar(self.value.calendar)

    @answered
    def service_levels(
        self,
    ) -> list[Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")]]:
        """What it promises: each service level on each of its services."""
        return levels.service_levels(self.view, self.value)

    @answered
    def underpinned_by(self) -> list[Underpinning]:
        """The OLAs and underpinning contracts that stand under it, on its own day or today."""
        return [
            Underpinning(support=each, other=each.lower, view=self.view)
            for each in self.view.contracts().underpinning(self.name)
        ]

    @answered
    def underpins(self) -> list[Underpinning]:
        """The agreements that it stands under."""
        return [
            Underpinning(support=each, other=each.upper, view=self.view)
            for each in self.view.contracts().underpinned(self.name)
        ]

    @answered
    def statements(
        self, period: Annotated[Period, strawberry.argument(description="The settled period.")]
    ) -> list[Annotated["Statement", strawberry.lazy("api.graphql.statements.types")]]:
        """Its statements of a period, one for each consumer and month; none where the period is not settled."""
        settled = self.view.settled(period)
        if settled is None:
            return []
        found = settled.statements_of(self.name)
        return [statements.statement(self.view, settled, each) for each in found]

    @answered
    def termination_rights(
        self,
        as_of: Annotated[
            date | None,
            strawberry.argument(description="The date; nothing that was known later counts. Default: today."),
        ] = None,
    ) -> list[Annotated["TerminationRight", strawberry.lazy("api.graphql.rights.types")]]:
        """How the rights to end it stand on a date."""
        found = self.view.rights(as_of)
        return [rights.termination_right(self.view, found, each) for each in found.statuses(self.name)]

    @answered
    def negotiation(self) -> list[Annotated["NegotiatedLevel", strawberry.lazy("api.graphql.life.types")]]:
        """Of each promise what was asked for, what the chain can support, and what is agreed."""
        rows = negotiated(self.view.contracts().portfolio, self.name, self.version)[1]
        return [life.negotiated_level(each) for each in rows]

    @answered
    def contacts(self) -> list[Annotated["Contact", strawberry.lazy("api.graphql.life.types")]]:
        """Whom to talk to; those with an address are its distribution list."""
        return [life.contact(each) for each in self.value.contacts]

    @answered
    def escalation(self) -> list[Annotated["EscalationStep", strawberry.lazy("api.graphql.life.types")]]:
        """To whom a breach is taken, and after how long."""
        return life.escalation_steps(self.value)

    @answered
    def review_every(self) -> DurationText | None:
        """How often it is reviewed, from the term's first day on; null: it does not say."""
        every = self.value.review_every
        return None if every is None else DurationText(every.isoformat())

    @answered
    def signatures(self) -> list[Annotated["Signature", strawberry.lazy("api.graphql.acts.types")]]:
        """Who signed this version, in the order in which they did."""
        stands = self.view.contracts().portfolio.life(self.value)
        return [acts.signature(self.view, each) for each in stands.signatures]

    @answered
    def next_states(self) -> list[State]:
        """Where it can go from here; it becomes agreed by the signatures of both parties."""
        return list(MOVES[self.state])

    @answered
    def reliefs(self) -> list[Annotated["ClaimedRelief", strawberry.lazy("api.graphql.acts.types")]]:
        """The reliefs that were claimed under it, by name."""
        contracts = self.view.contracts()
        held = contracts.portfolio.known_on(contracts.day).reliefs
        return [acts.claimed_relief(self.view, each) for each in held if each.agreement == self.name]

    @answered
    def findings(self) -> list[Annotated["Finding", strawberry.lazy("api.graphql.findings.types")]]:
        """What somebody should look at in it, as the last settlement says."""
        found = [each for each in self.view.findings() if each.agreement == self.name]
        return [findings.finding(self.view, each) for each in found]


def agreement(view: View, value: AgreementValue) -> Agreement:
    """One version of an agreement as the schema shows it."""
    contracts = view.contracts()
    return Agreement(
        names_of_id=("Agreement", value.name, str(value.version)),
        name=value.name,
        title=value.title,
        version=value.version,
        type=value.type,
        structure=value.structure,
        state=contracts.portfolio.stage(value, contracts.day),
        effective=value.effective,
        currency=value.currency,
        claim_within=None if value.claim_within is None else DurationText(value.claim_within.isoformat()),
        value=value,
        view=view,
    )


def known_agreement(view: View, name: str | None) -> Agreement | None:
    """The agreement of a name in its version of the day; None where there is none of that name."""
    value = None if name is None else view.contracts().current.get(name)
    return None if value is None else agreement(view, value)
