"""Parties as the schema shows them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.scorecards.types as scorecards
import api.graphql.services.types as services
from api.graphql.describing import answered, described, said
from api.graphql.ids import Node
from api.graphql.view import View
from domain.agreements import AgreementType
from domain.parties import Party as PartyValue
from domain.parties import Role
from domain.periods import Period

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.scorecards.types import Scorecard
    from api.graphql.services.types import Service

__all__ = ["Party", "known_party", "party"]


@described
class Party(Node):
    """A customer, the provider, a vendor or an internal team: somebody who promises or is promised something."""

    name: str = said("The name that contracts use for it.")
    title: str = said("Its name for people.")
    role: Role = said("What it is in the chain of promises.")
    value: strawberry.Private[PartyValue]
    view: strawberry.Private[View]

    @answered
    def parent(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The organisation that a team or a department belongs to."""
        return None if self.value.parent is None else party(self.view, self.value.parent)

    @answered
    def children(self) -> list[Annotated["Party", strawberry.lazy("api.graphql.parties.types")]]:
        """The teams and departments directly below it, by name."""
        return [party(self.view, name) for name in self.view.contracts().children(self.name)]

    @answered
    def services(self) -> list[Annotated["Service", strawberry.lazy("api.graphql.services.types")]]:
        """The services that it answers for running, by name."""
        return [services.service(self.view, name) for name in self.view.contracts().run_by(self.name)]

    @answered
    def agreements(
        self,
        type: Annotated[  # noqa: A002 - the schema's own word
            AgreementType | None, strawberry.argument(description="Only agreements of this type.")
        ] = None,
    ) -> list[Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]]:
        """The agreements that it holds, as provider or as consumer, by name."""
        held = self.view.contracts().of_party(self.name)
        return [agreements.agreement(self.view, each) for each in held if type in {None, each.type}]

    @answered
    def scorecard(
        self,
        from_: Annotated[
            Period,
            strawberry.argument(name="from", description="The first month, or a period that it begins."),
        ],
        to: Annotated[Period, strawberry.argument(description="The last month, or a period that it ends.")],
    ) -> Annotated["Scorecard", strawberry.lazy("api.graphql.scorecards.types")] | None:
        """How it did over several months."""
        return scorecards.scorecard(self.view, self.name, from_, to)


def party(view: View, name: str) -> Party:
    """The party of a name that the contracts use."""
    value = view.contracts().portfolio.parties[name]
    return Party(
        names_of_id=("Party", name), name=name, title=value.title, role=value.role, value=value, view=view
    )


def known_party(view: View, name: str | None) -> Party | None:
    """The party of a name; None where there is none of that name."""
    return None if name is None or name not in view.contracts().portfolio.parties else party(view, name)
