"""Termination rights as the schema shows them: how each stands, on what proof, and what exercising it would bring."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.breaches.types as breaches
import api.graphql.services.types as services
from api.graphql.describing import answered, described, said
from api.graphql.explanations.types import Explanation, explanation
from api.graphql.ids import Node
from api.graphql.money import Money, money
from api.graphql.view import View
from api.services.rights import RightsOn
from domain.errors import InvalidValue
from domain.periods import Period
from domain.termination.meeting import Ground as GroundValue
from domain.termination.standing import TerminationStatus
from domain.termination.terms import Scope
from settlement.consequence import Consequence
from settlement.results import RightStatus

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.breaches.types import Breach
    from api.graphql.services.types import Service

__all__ = ["TerminationConsequence", "TerminationRight", "termination_right"]

_Agreement = Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]
_Service = Annotated["Service", strawberry.lazy("api.graphql.services.types")]
_Breach = Annotated["Breach", strawberry.lazy("api.graphql.breaches.types")]


@described
class TerminationGround:
    """One thing that a right rests on, or counts so far: a missed period, a month's credits, an outage, an event."""

    service_level: str | None = said("The service level; null where it is about none.")
    service: str | None = said("The service; null where it is about none.")
    period: str = said("The period, or the day.")
    what: str = said("What happened, with figures.")
    struck_out: str | None = said("Why it does not count, where it was relieved.")
    is_breach: bool = said("Whether it is a missed period of a service level.")
    agreement_name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement in which it happened: the right's own, or a part of the umbrella that has the right."""
        return agreements.known_agreement(self.view, self.agreement_name)


@described
class RemainingSupport:
    """How a service stands once the agreement is ended."""

    lost: bool = said("Whether it has lost its support.")
    survived_before: int = said("How many failures of what it needs it survives today.")
    survives_after: int | None = said("How many it would still survive; null: it has lost its support.")
    service_name: strawberry.Private[str]
    without_names: strawberry.Private[tuple[str, ...]]
    view: strawberry.Private[View]

    @answered
    def service(self) -> _Service:
        """The service."""
        return services.service(self.view, self.service_name)

    @answered
    def without(self) -> list[_Service]:
        """What it needs itself and would be without."""
        return [services.service(self.view, name) for name in self.without_names]


@described
class UnsupportedAgreement:
    """An agreement that would promise what nothing supports any more."""

    from_: date = strawberry.field(
        name="from", description="From when: the day on which the other agreement ends."
    )
    to: date = said("Its own last day.")
    months: int = said("How many months that are, begun ones whole.")
    exposure: Money = said("The most that these months can credit.")
    agreement_name: strawberry.Private[str]
    service_names: strawberry.Private[tuple[str, ...]]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement."""
        return agreements.known_agreement(self.view, self.agreement_name)

    @answered
    def services(self) -> list[_Service]:
        """Its services that would have lost their support."""
        return [services.service(self.view, name) for name in self.service_names]


@described
class FallingRight:
    """Another right that ends with the agreement."""

    agreement: str = said("The agreement.")
    name: str = said("The right.")


@described
class FallingCredit:
    """A credit that ends with the agreement unless somebody acts."""

    agreement: str = said("The agreement.")
    consumer: str = said("Whose credit it is.")
    period: str = said("The period it is of.")
    amount: Money = said("The amount; what was earned back and ends is negative.")
    why: str = said("Why it falls.")


@described
class TermReference:
    """That the terms of another agreement refer to the ended one."""

    agreement: str = said("The other agreement.")
    how: str = said("Which of its terms, and how.")


@described
class TerminationConsequence:
    """What exercising a right would bring with it."""

    ends: date = said("The day on which the agreement would end, or ends.")
    agreements: list[str] = said("What ends: the agreement, and all parts of an umbrella.")
    falling_rights: list[FallingRight] = said("The other rights that fall with it.")
    falling_credits: list[FallingCredit] = said("The credits that fall with it.")
    references: list[TermReference] = said("The agreements whose terms refer to it.")
    fee: Money | None = said("What ending it costs; null where the clause names no fee.")
    lost_credits: list[Money] = said("The credits that fall, in each currency.")
    exposure: list[Money] = said("The most that the uncovered months can credit, in each currency.")
    is_partial: bool = strawberry.field(
        name="partial", description="Whether only its services end, and the agreement goes on without them."
    )
    value: strawberry.Private[Consequence]
    view: strawberry.Private[View]

    @answered
    def services(self) -> list[_Service]:
        """The services that end with it."""
        return [services.service(self.view, name) for name in self.value.services]

    @answered
    def supports(self) -> list[RemainingSupport]:
        """The services above: which lose their support, and what redundancy the others keep."""
        return [
            RemainingSupport(
                lost=each.is_lost,
                survived_before=each.before,
                survives_after=each.after,
                service_name=each.service,
                without_names=each.without,
                view=self.view,
            )
            for each in self.value.supports
        ]

    @answered
    def unsupported(self) -> list[UnsupportedAgreement]:
        """The agreements that would be left without support, until their own ends."""
        return [
            UnsupportedAgreement(
                from_=each.since,
                to=each.until,
                months=each.months,
                exposure=money(each.exposure),
                agreement_name=each.agreement,
                service_names=each.services,
                view=self.view,
            )
            for each in self.value.uncovered
        ]


@described
class TerminationRight(Node):
    """A clause that lets the consumer end an agreement, as it stands on a date."""

    name: str = said("The name that the contract gives it.")
    clause: str | None = said("The clause.")
    as_of: date = said("The date as of which it stands so.")
    status: TerminationStatus = said("How it stands.")
    accrued_on: date | None = said("The day on which it accrued; null: it has not.")
    curing_until: date | None = said("The last day of the cure.")
    exercisable_until: date | None = said("The last day on which it can be exercised, or could have been.")
    earliest_end: date | None = said(
        "When the agreement would end if notice were given on the date, or ends."
    )
    next_trigger: str | None = said("The smallest next event that would bring it about, in words.")
    scope: Scope = said("What can be ended.")
    fee: Money | None = said("What ending the agreement costs.")
    grounds: list[TerminationGround] = said(
        "What it rests on, or counts so far; what was relieved struck out."
    )
    value: strawberry.Private[RightStatus]
    found: strawberry.Private[RightsOn]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement that it can end."""
        return agreements.known_agreement(self.view, self.value.agreement)

    @answered
    def services(self) -> list[_Service]:
        """The services that would end."""
        return [services.service(self.view, name) for name in self.value.services]

    @answered
    def breaches(self) -> list[_Breach]:
        """The settled breaches that it rests on; those of periods that are not settled are among the grounds only."""
        found = []
        for ground in self.value.grounds:
            found += [] if ground.struck is not None else _breaches(self.view, self.value, ground)
        return found

    @answered
    def consequence(self) -> TerminationConsequence:
        """What exercising it would bring with it."""
        value = self.found.consequence(self.value)
        return TerminationConsequence(
            ends=value.ends,
            agreements=list(value.agreements),
            falling_rights=[
                FallingRight(agreement=agreement, name=name) for agreement, name in value.falling_rights
            ],
            falling_credits=[
                FallingCredit(
                    agreement=each.agreement,
                    consumer=each.consumer,
                    period=each.period,
                    amount=money(each.amount),
                    why=each.why,
                )
                for each in value.falling_credits
            ],
            references=[TermReference(agreement=each.agreement, how=each.how) for each in value.references],
            fee=None if value.fee is None else money(value.fee),
            lost_credits=[money(each) for each in value.lost_credits],
            exposure=[money(each) for each in value.exposure],
            is_partial=value.is_partial,
            value=value,
            view=self.view,
        )

    @answered
    def explanation(self) -> Explanation:
        """How its status came about."""
        return explanation(self.found.explanation(self.value))


def _breaches(view: View, right: RightStatus, ground: GroundValue) -> list["Breach"]:
    try:
        period = Period.parse(ground.period)
    except InvalidValue:
        return []
    settled = None if ground.level is None else view.settled_at_end_of(period)
    if settled is None:
        return []
    place = (ground.agreement or right.agreement, ground.level, ground.service)
    return [
        breaches.breach(view, settled, each)
        for each in settled.breaches
        if each.attainment.of.order()[:3] == place and each.attainment.period.name == ground.period
    ]


def termination_right(view: View, found: RightsOn, value: RightStatus) -> TerminationRight:
    """A right as the schema shows it, on the date of ``found``."""
    return TerminationRight(
        names_of_id=("TerminationRight", value.agreement, value.name, found.as_of.isoformat()),
        name=value.name,
        clause=value.clause,
        as_of=found.as_of,
        status=value.status,
        accrued_on=value.accrued,
        curing_until=value.curing_until,
        exercisable_until=value.exercisable_until,
        earliest_end=value.earliest_end,
        next_trigger=value.next_trigger,
        scope=value.scope,
        fee=None if value.fee is None else money(value.fee),
        grounds=[
            TerminationGround(
                service_level=each.level,
                service=each.service,
                period=each.period,
                what=each.what,
                struck_out=each.struck,
                is_breach=each.is_breach,
                agreement_name=each.agreement or value.agreement,
                view=view.at(found.as_of),
            )
            for each in value.grounds
        ],
        value=value,
        found=found,
        view=view.at(found.as_of),
    )
