"""Two settlements side by side, as the schema shows them: what was, and what would have been."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
import api.graphql.services.types as services
from api.graphql.agreements import levels
from api.graphql.breaches.trace import Responsibility, responsibilities
from api.graphql.describing import answered, described, said
from api.graphql.findings.types import Finding, finding
from api.graphql.money import Money, money
from api.graphql.scalars import DecimalText, optional_number
from api.graphql.view import View
from domain.agreements import AgreementType
from domain.attainment import Attainment, AttainmentStatus
from domain.periods import Period
from domain.termination.standing import TerminationStatus
from settlement.comparing import AttainmentChange as AttainmentValue
from settlement.comparing import Change, PartyChange, StatementChange
from settlement.comparing import Comparison as ComparisonValue
from settlement.comparing import ImpactChange as ImpactValue
from settlement.comparing import MoneyChange as MoneyValue
from settlement.comparing import RightChange as RightValue

if TYPE_CHECKING:
    from api.graphql.agreements.levels import ServiceLevel
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party
    from api.graphql.services.types import Service

__all__ = ["Comparison", "comparison"]

_Agreement = Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]
_Level = Annotated["ServiceLevel", strawberry.lazy("api.graphql.agreements.levels")]
_Party = Annotated["Party", strawberry.lazy("api.graphql.parties.types")]
_Service = Annotated["Service", strawberry.lazy("api.graphql.services.types")]


@described
class MoneyChange:
    """An amount as it was, and as it would have been."""

    before: Money = said("As it was.")
    after: Money = said("As it would have been.")
    difference: Money = said("How much more it would have been; negative: less.")


@described
class ComparedFigures:
    """What a promise came to on one side of a comparison."""

    status: AttainmentStatus = said("Whether the target was met.")
    value: DecimalText | None = said("The value; null: there was nothing to measure.")
    target: DecimalText | None = said("The target.")
    margin: DecimalText | None = said("How far the value lies on the good side of the target.")


@described
class AttainmentChange:
    """A promise whose figures would have been others."""

    change: Change = said("How it would have come out.")
    period: Period = said("Its own period.")
    before: ComparedFigures | None = said("As it was; null: it was not judged.")
    after: ComparedFigures | None = said("As it would have been; null: it would not have been judged.")
    agreement_name: str = said("The name of the agreement.")
    service_level_name: str = said("The name of the service level.")
    value: strawberry.Private[AttainmentValue]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement that promises it; null where the contracts do not have it."""
        return agreements.known_agreement(self.view, self.agreement_name)

    @answered
    def service_level(self) -> _Level | None:
        """The service level; null where the contracts do not have it."""
        of = self.value.attainment.of
        return levels.known_level(self.view, of.agreement.name, of.level.name, of.service)

    @answered
    def service(self) -> _Service | None:
        """The service."""
        return services.known_service(self.view, self.value.attainment.of.service)

    @answered
    def responsibilities(self) -> list[Responsibility]:
        """Who would answer where it would have been missed; their shares add up to exactly 1."""
        return [] if self.value.breach is None else responsibilities(self.view, self.value.breach)


@described
class StatementDifference:
    """A statement whose net would have been another."""

    type: AgreementType = said("Between whom the agreement stands.")
    period: Period = said("The month.")
    net: MoneyChange = said("What is credited.")
    agreement_name: str = said("The name of the agreement.")
    names: strawberry.Private[tuple[str, str]]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement; null where the contracts do not have it."""
        return agreements.known_agreement(self.view, self.agreement_name)

    @answered
    def provider(self) -> _Party | None:
        """Who credits it."""
        return parties.known_party(self.view, self.names[0])

    @answered
    def consumer(self) -> _Party | None:
        """To whom it is credited; null: the agreement is with every customer."""
        return parties.known_party(self.view, self.names[1])


@described
class PartyImpactChange:
    """What one answerable party would have caused and owed otherwise."""

    caused: MoneyChange = said("The credits to customers that it causes.")
    recoverable: MoneyChange = said("What it owes for that under its own contract.")
    internal: MoneyChange = said("What falls between teams of the provider.")
    gap: MoneyChange = said("What is not recovered.")
    over_recovery: MoneyChange = said("What it owes beyond what it causes.")
    name: strawberry.Private[str | None]
    view: strawberry.Private[View]

    @answered
    def party(self) -> _Party | None:
        """The party; null: the contracts themselves."""
        return parties.known_party(self.view, self.name)


@described
class CreditImpactChange:
    """Both sides of the money, as they were and as they would have been, in one currency."""

    currency: str = said("The currency (ISO 4217).")
    payable: MoneyChange = said("What customers are owed.")
    recoverable: MoneyChange = said("What vendors owe for it.")
    internal: MoneyChange = said("What falls between teams of the provider.")
    gap: MoneyChange = said("What is not recovered.")
    over_recovery: MoneyChange = said("What vendors owe beyond what they caused.")
    parties: list[PartyImpactChange] = said("The parties whose amounts would have been others.")


@described
class RightChange:
    """A right to end an agreement that would have stood otherwise."""

    name: str = said("The name that the contract gives it.")
    before: TerminationStatus | None = said("How it stood; null: there was no such right.")
    after: TerminationStatus | None = said("How it would have stood; null: there would be no such right.")
    next_trigger: str | None = said("The smallest next event that would then bring it about, in words.")
    agreement_name: str = said("The name of the agreement.")
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement | None:
        """The agreement that it can end; null where the contracts do not have it."""
        return agreements.known_agreement(self.view, self.agreement_name)


@described
class Comparison:
    """The same months, settled as they were and as they would have been."""

    months: list[Period] = said("The months that were settled twice.")
    attainments: list[AttainmentChange] = said("The promises whose figures would have been others.")
    unchanged: int = said("How many promises would have come to the same.")
    statements: list[StatementDifference] = said("The statements that would have been others.")
    impacts: list[CreditImpactChange] = said("The money in each currency.")
    rights: list[RightChange] = said("The rights to end agreements that would have stood otherwise.")
    new_findings: list[Finding] = said("What would have had to be looked at besides.")
    findings_gone: list[Finding] = said("What would not have had to be looked at.")


def comparison(view: View, value: ComparisonValue) -> Comparison:
    """A comparison as the schema shows it; names are looked up in the view's contracts."""
    return Comparison(
        months=list(value.months),
        attainments=[_attainment(view, each) for each in value.attainments],
        unchanged=value.same,
        statements=[_statement(view, each) for each in value.statements],
        impacts=[_impact(view, each) for each in value.impacts],
        rights=[_right(view, each) for each in value.rights],
        new_findings=[finding(view, each) for each in value.appeared],
        findings_gone=[finding(view, each) for each in value.gone],
    )


def _attainment(view: View, value: AttainmentValue) -> AttainmentChange:
    of = value.attainment.of
    return AttainmentChange(
        change=value.change,
        period=value.attainment.period,
        before=None if value.before is None else _figures(value.before),
        after=None if value.after is None else _figures(value.after),
        agreement_name=of.agreement.name,
        service_level_name=of.level.name,
        value=value,
        view=view,
    )


def _figures(value: Attainment) -> ComparedFigures:
    return ComparedFigures(
        status=value.status,
        value=optional_number(value.value),
        target=optional_number(None if value.threshold is None else value.threshold.value),
        margin=optional_number(value.margin),
    )


def _money(value: MoneyValue) -> MoneyChange:
    return MoneyChange(
        before=money(value.before), after=money(value.after), difference=money(value.difference)
    )


def _statement(view: View, value: StatementChange) -> StatementDifference:
    return StatementDifference(
        type=value.type,
        period=value.period,
        net=_money(value.net),
        agreement_name=value.agreement,
        names=(value.provider, value.consumer),
        view=view,
    )


def _impact(view: View, value: ImpactValue) -> CreditImpactChange:
    return CreditImpactChange(
        currency=value.currency,
        payable=_money(value.payable),
        recoverable=_money(value.recoverable),
        internal=_money(value.internal),
        gap=_money(value.gap),
        over_recovery=_money(value.over_recovery),
        parties=[_party(view, each) for each in value.parties],
    )


def _party(view: View, value: PartyChange) -> PartyImpactChange:
    return PartyImpactChange(
        caused=_money(value.caused),
        recoverable=_money(value.recoverable),
        internal=_money(value.internal),
        gap=_money(value.gap),
        over_recovery=_money(value.over_recovery),
        name=value.party,
        view=view,
    )


def _right(view: View, value: RightValue) -> RightChange:
    return RightChange(
        name=value.name,
        before=None if value.before is None else value.before.status,
        after=None if value.after is None else value.after.status,
        next_trigger=None if value.after is None else value.after.next_trigger,
        agreement_name=value.agreement,
        view=view,
    )
