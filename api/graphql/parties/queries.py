"""Questions about parties."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import After, First, answered, described
from api.graphql.paging import Connection, page
from api.graphql.parties.types import Party, known_party, party
from domain.parties import Role

__all__ = ["PartyQueries"]


@described
class PartyQueries:
    """Questions about parties."""

    @answered
    def parties(
        self,
        info: Info,
        role: Annotated[Role | None, strawberry.argument(description="Only parties of this role.")] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Party]:
        """Every party of the contracts, by name."""
        view = view_of(info)
        known = view.contracts().portfolio.parties
        names = [name for name in sorted(known) if role in {None, known[name].role}]
        return page(names, lambda name: (name,), lambda name: party(view, name), first, after)

    @answered
    def party(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="The name that contracts use.")],
    ) -> Party | None:
        """One party; null where there is none of that name."""
        return known_party(view_of(info), name)
