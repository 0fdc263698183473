"""Questions about services and what they stand on."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import After, AsOf, First, answered, described
from api.graphql.enums import GraphDirection
from api.graphql.errors import InvalidInput
from api.graphql.paging import Connection, page
from api.graphql.services.graph import DependencyGraph
from api.graphql.services.types import Service, known_service, service
from documents.errors import nearest_name

__all__ = ["ServiceQueries"]


@described
class ServiceQueries:
    """Questions about services and what they stand on."""

    @answered
    def services(
        self,
        info: Info,
        provider: Annotated[
            str | None, strawberry.argument(description="Only services that this party runs.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Service]:
        """Every service of the contracts, by name."""
        view = view_of(info)
        known = view.contracts().portfolio.services
        names = [name for name in sorted(known) if provider in {None, known[name].provider}]
        return page(names, lambda name: (name,), lambda name: service(view, name), first, after)

    @answered
    def service(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="The name that contracts use.")],
    ) -> Service | None:
        """One service; null where there is none of that name."""
        return known_service(view_of(info), name)

    @answered
    def dependency_graph(
        self,
        info: Info,
        from_service: Annotated[  # The library keeps the name "root" for itself.
            str | None,
            strawberry.argument(name="root", description="Where to begin; the whole graph where left out."),
        ] = None,
        direction: Annotated[
            GraphDirection, strawberry.argument(description="Which way to go from the root.")
        ] = GraphDirection.DOWN,
        depth: Annotated[
            int | None, strawberry.argument(description="How many steps from the root; all where left out.")
        ] = None,
        as_of: AsOf = None,
    ) -> DependencyGraph:
        """What stands on what: the services around one of them, or all of them."""
        view = view_of(info).at(as_of)
        contracts = view.contracts()
        services = contracts.portfolio.services
        if from_service is not None and from_service not in services:
            nearest = nearest_name(from_service, services)
            hint = f'; did you mean "{nearest}"?' if nearest else ""
            raise InvalidInput(f'root is "{from_service}", but there is no service of that name{hint}')
        if depth is not None and depth < 0:
            raise InvalidInput(f"depth is {depth}: give how many steps to go from the root, 0 or more")
        needs = contracts.needs(
            from_service,
            down=direction is not GraphDirection.UP,
            up=direction is not GraphDirection.DOWN,
            depth=depth,
        )
        reached = {name for need in needs for name in (need.service, need.needs)}
        names = sorted(services) if from_service is None else sorted(reached | {from_service})
        return DependencyGraph(names=tuple(names), needs=needs, view=view)
