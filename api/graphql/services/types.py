"""Services as the schema shows them, and the gates of what they stand on."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.evidence.types as evidence
import api.graphql.parties.types as parties
from api.graphql.describing import After, First, answered, described, said
from api.graphql.ids import Node
from api.graphql.paging import Connection
from api.graphql.scalars import DurationText, duration
from api.graphql.view import View
from domain import services as core

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.evidence.types import Evidence
    from api.graphql.parties.types import Party

__all__ = ["AllOf", "AnyOf", "AtLeast", "Gate", "Service", "ServiceDependency", "known_service", "service"]


@described
class AllOf:
    """Holds while every member holds."""

    members: list[Annotated["Gate", strawberry.lazy("api.graphql.services.types")]] = said("What it joins.")


@described
class AnyOf:
    """Holds while at least one member holds: redundancy."""

    members: list[Annotated["Gate", strawberry.lazy("api.graphql.services.types")]] = said("What it joins.")


@described
class AtLeast:
    """Holds while at least so many members hold."""

    count: int = said("How many have to hold.")
    members: list[Annotated["Gate", strawberry.lazy("api.graphql.services.types")]] = said("What it joins.")


@described
class ServiceDependency:
    """The need for one service."""

    recovery_lag: DurationText = said("By how much longer its outages are felt.")
    name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")]:
        """The service that is needed."""
        return service(self.view, self.name)


Gate: TypeAlias = Annotated[
    AllOf | AnyOf | AtLeast | ServiceDependency,
    strawberry.union(
        "Gate",
        description="What a service needs: one service, or several of which all, any or some must hold.",
    ),
]


@described
class Service(Node):
    """Something that one party runs for others: customer-facing or supporting."""

    name: str = said("The name that contracts use for it.")
    title: str = said("Its name for people.")
    measured: core.Measured = said("Where the truth about its downtime comes from.")
    value: strawberry.Private[core.Service]
    view: strawberry.Private[View]

    @answered
    def provider(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")]:
        """The one party that answers for running it."""
        return parties.party(self.view, self.value.provider)

    @answered
    def depends_on(self) -> Gate | None:
        """What it needs directly; null: nothing."""
        return None if self.value.depends_on is None else gate(self.view, self.value.depends_on)

    @answered
    def supports(self) -> list[Annotated["Service", strawberry.lazy("api.graphql.services.types")]]:
        """The services that need it directly, by name."""
        return [service(self.view, name) for name in self.view.contracts().needed_by(self.name)]

    @answered
    def outages(
        self,
        from_: Annotated[
            datetime | None,
            strawberry.argument(name="from", description="Only those that end after this instant."),
        ] = None,
        to: Annotated[
            datetime | None, strawberry.argument(description="Only those that begin before this instant.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Annotated["Evidence", strawberry.lazy("api.graphql.evidence.types")]]:
        """Its recorded outages, oldest first; one that was corrected stands as corrected."""
        return evidence.outage_page(self.view, self.name, from_, to, first, after)

    @answered
    def agreements(self) -> list[Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]]:
        """The agreements that cover it, by name."""
        return [agreements.agreement(self.view, each) for each in self.view.contracts().covering(self.name)]


def gate(view: View, value: core.Gate) -> AllOf | AnyOf | AtLeast | ServiceDependency:
    """A gate as the schema shows it."""
    if isinstance(value, core.Dependency):
        return ServiceDependency(recovery_lag=duration(value.recovery_lag), name=value.service, view=view)
    members = [gate(view, member) for member in value.members]
    if isinstance(value, core.AllOf):
        return AllOf(members=members)
    if isinstance(value, core.AnyOf):
        return AnyOf(members=members)
    return AtLeast(count=value.count, members=members)


def service(view: View, name: str) -> Service:
    """The service of a name that the contracts use."""
    value = view.contracts().portfolio.services[name]
    return Service(
        names_of_id=("Service", name),
        name=name,
        title=value.title,
        measured=value.measured,
        value=value,
        view=view,
    )


def known_service(view: View, name: str | None) -> Service | None:
    """The service of a name; None where there is none of that name."""
    return None if name is None or name not in view.contracts().portfolio.services else service(view, name)
