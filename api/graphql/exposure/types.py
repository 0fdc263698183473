"""The answers of the graph as the schema shows them."""

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.parties.types as parties
import api.graphql.services.types as services
from api.graphql.describing import answered, described, said
from api.graphql.money import Money, money
from api.graphql.scalars import DecimalText
from api.graphql.view import View
from api.services.exposure import PromisePoints, PromiseSets
from api.shapes.exposure import share_of
from domain.money import rounded
from ola.exposure import concentration as core
from ola.exposure import dependents as below

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.parties.types import Party
    from api.graphql.services.types import Service

__all__ = ["Concentration", "Dependents", "FailureSets", "SinglePoints"]

_Agreement = Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]
_Party = Annotated["Party", strawberry.lazy("api.graphql.parties.types")]
_Service = Annotated["Service", strawberry.lazy("api.graphql.services.types")]


@described
class Promise:
    """An SLA on one of its services."""

    agreement_name: strawberry.Private[str]
    service_name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement:
        """The SLA."""
        return agreements.agreement(self.view, self.view.contracts().current[self.agreement_name])

    @answered
    def service(self) -> _Service:
        """The service that it promises."""
        return services.service(self.view, self.service_name)


@described
class SinglePoints:
    """What alone brings the service of an SLA down."""

    found: strawberry.Private[PromisePoints]
    view: strawberry.Private[View]

    @answered
    def promise(self) -> Promise:
        """The promise that breaks."""
        return _promise(self.view, self.found.agreement.name, self.found.points.service)

    @answered
    def services(self) -> list[_Service]:
        """The services each of which is enough, by name."""
        return [services.service(self.view, name) for name in self.found.points.services]

    @answered
    def parties(self) -> list[_Party]:
        """The parties each of which is enough if all that it runs fails, by name."""
        return [parties.party(self.view, name) for name in self.found.points.parties]

    @answered
    def agreements(self) -> list[_Agreement]:
        """The OLAs and underpinning contracts each of which alone covers what the service cannot do without."""
        current = self.view.contracts().current
        return [agreements.agreement(self.view, current[name]) for name in self.found.points.agreements]


@described
class SetsOfSize:
    """How many minimal sets there are of one size."""

    size: int = said("How many failures a set has.")
    count: DecimalText = said("How many such sets there are; there may be more than a 32-bit number holds.")


@described
class FailureSets:
    """The minimal sets of failures that break a promise: each is enough, and no part of it is."""

    complete: bool = said(
        "Whether these are all; else only single failures are known, the chain being too large."
    )
    count: DecimalText = said("How many minimal sets there are.")
    sizes: list[SetsOfSize] = said("How many of each size.")
    sets: list[list[str]] = said("The smallest of them, by size: names of services, or of parties.")
    agreement_name: strawberry.Private[str]
    service_name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def promise(self) -> Promise:
        """The promise that breaks."""
        return _promise(self.view, self.agreement_name, self.service_name)


@described
class Dependent:
    """A service that stands on failing ones."""

    falls: bool = said("Whether it is down with them; else its redundancy holds.")
    found: strawberry.Private[below.Dependent]
    view: strawberry.Private[View]

    @answered
    def service(self) -> _Service:
        """The service."""
        return services.service(self.view, self.found.service)

    @answered
    def path(self) -> list[_Service]:
        """A shortest way from it down to a failing one."""
        return [services.service(self.view, name) for name in self.found.path]


@described
class TouchedPromise:
    """An SLA on services that stand on failing ones."""

    found: strawberry.Private[below.Touched]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> _Agreement:
        """The SLA."""
        return agreements.agreement(self.view, self.found.agreement)

    @answered
    def services(self) -> list[_Service]:
        """Its services that stand on failing ones."""
        return [services.service(self.view, name) for name in self.found.services]

    @answered
    def falls(self) -> list[_Service]:
        """Those of them that are down with the failing ones."""
        return [services.service(self.view, name) for name in self.found.fallen]


@described
class Dependents:
    """What depends on a party or a service, and what falls if it is gone."""

    found: strawberry.Private[below.Dependents]
    view: strawberry.Private[View]

    @answered
    def failing(self) -> list[_Service]:
        """The services that are gone."""
        return [services.service(self.view, name) for name in self.found.failing]

    @answered
    def services(self) -> list[Dependent]:
        """The other services that stand on them, by name."""
        return [Dependent(falls=each.falls, found=each, view=self.view) for each in self.found.services]

    @answered
    def promises(self) -> list[TouchedPromise]:
        """The SLAs in force that stand on them, by name."""
        return [TouchedPromise(found=each, view=self.view) for each in self.found.promises]


@described
class MoneyOnParty:
    """What part of the monthly money of one currency hangs on a party."""

    total: Money = said("What customers pay a month under the SLAs in force.")
    stands: Money = said("Of it, for services that stand on what the party runs.")
    falls: Money = said("Of it, for services that the party alone brings down.")
    stands_share: DecimalText | None = said(
        "The part that stands on the party, from 0 to 1; null of no money."
    )
    falls_share: DecimalText | None = said(
        "The part that falls with the party, from 0 to 1; null of no money."
    )


@described
class Concentration:
    """What hangs on one party: of the promises to customers, and of their monthly money."""

    promises: int = said("How many promises (an SLA on a service) there are that others sell.")
    money: list[MoneyOnParty] = said("The money, by currency.")
    found: strawberry.Private[core.Concentration]
    view: strawberry.Private[View]

    @answered
    def party(self) -> _Party:
        """The party."""
        return parties.party(self.view, self.found.party)

    @answered
    def services(self) -> list[_Service]:
        """The services that it runs, by name."""
        return [services.service(self.view, name) for name in self.found.services]

    @answered
    def stands(self) -> list[Promise]:
        """The promises that stand on what it runs."""
        return [_promise(self.view, *each) for each in self.found.stands]

    @answered
    def falls(self) -> list[Promise]:
        """The promises that it alone can break."""
        return [_promise(self.view, *each) for each in self.found.falls]


def failure_sets_of(view: View, found: PromiseSets) -> FailureSets:
    """Minimal sets as the schema shows them."""
    return FailureSets(
        complete=found.sets.is_complete,
        count=DecimalText(str(found.sets.count)),
        sizes=[SetsOfSize(size=size, count=DecimalText(str(count))) for size, count in found.sets.sizes],
        sets=[list(each) for each in found.sets.listed],
        agreement_name=found.agreement.name,
        service_name=found.sets.service,
        view=view,
    )


def concentration_of(view: View, found: core.Concentration) -> Concentration:
    """What hangs on a party as the schema shows it."""
    return Concentration(
        promises=found.promises, money=[_money(each) for each in found.money], found=found, view=view
    )


def _money(each: core.MoneyOn) -> MoneyOnParty:
    def amount(value: Fraction) -> Money:
        return money(rounded(value, each.currency))

    stands, falls = share_of(each.stands, each.total), share_of(each.falls, each.total)
    return MoneyOnParty(
        total=amount(each.total),
        stands=amount(each.stands),
        falls=amount(each.falls),
        stands_share=None if stands is None else DecimalText(stands),
        falls_share=None if falls is None else DecimalText(falls),
    )


def _promise(view: View, agreement: str, service: str) -> Promise:
    return Promise(agreement_name=agreement, service_name=service, view=view)
