"""The dependency graph as the schema shows it: services, the needs between them, and a drawing."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
from api.graphql.contracts import Need
from api.graphql.describing import answered, described, said
from api.graphql.services.drawing import drawn
from api.graphql.services.picture import pictured
from api.graphql.services.types import Service, service
from api.graphql.view import View

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement

__all__ = ["DependencyEdge", "DependencyGraph"]


@described
class DependencyEdge:
    """That one service needs another."""

    closes_cycle: bool = said("It closes a cycle, a fault of the documents: settling reads it as up.")
    need: strawberry.Private[Need]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Service:
        """The service that needs the other."""
        return service(self.view, self.need.service)

    @answered
    def needs(self) -> Service:
        """The service that is needed."""
        return service(self.view, self.need.needs)

    @answered
    def governed_by(self) -> list[Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")]]:
        """The OLAs and underpinning contracts in force that govern it, by name."""
        return [agreements.agreement(self.view, each) for each in self.view.contracts().governing(self.need)]

    @answered
    def ungoverned(self) -> bool:
        """Whether two parties meet here and no agreement between them covers the needed service."""
        known = self.view.contracts().portfolio.services
        is_crossing = known[self.need.service].provider != known[self.need.needs].provider
        return is_crossing and not self.view.contracts().governing(self.need)


@described
class DependencyGraph:
    """Services and what they need, around one of them or as a whole."""

    names: strawberry.Private[tuple[str, ...]]
    needs: strawberry.Private[tuple[Need, ...]]
    view: strawberry.Private[View]

    @answered
    def services(self) -> list[Service]:
        """The services of the graph, by name."""
        return [service(self.view, name) for name in self.names]

    @answered
    def edges(self) -> list[DependencyEdge]:
        """The needs between them, by who needs and who is needed."""
        return [
            DependencyEdge(closes_cycle=need.closes_cycle, need=need, view=self.view) for need in self.needs
        ]

    @answered
    def dot(self) -> str:
        """The graph in the language of Graphviz: feed it to `dot -Tsvg` for a picture."""
        return drawn(self.view.contracts(), self.names, self.needs)

    @answered
    def svg(self) -> str:
        """The graph as a picture that a browser shows."""
        return pictured(self.view.contracts(), self.names, self.needs)
