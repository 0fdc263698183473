"""Questions about agreements."""

from typing import Annotated

import strawberry

from api.graphql.agreements.types import Agreement, agreement, known_agreement
from api.graphql.context import Info, view_of
from api.graphql.describing import After, AsOf, First, answered, described
from api.graphql.paging import Connection, page
from domain.agreements import AgreementType, State

__all__ = ["AgreementQueries"]


@described
class AgreementQueries:
    """Questions about agreements."""

    @answered
    def agreements(
        self,
        info: Info,
        type: Annotated[  # noqa: A002 - the schema's own word
            AgreementType | None, strawberry.argument(description="Only agreements of this type.")
        ] = None,
        party: Annotated[
            str | None,
            strawberry.argument(description="Only agreements that this party provides or consumes."),
        ] = None,
        state: Annotated[
            State | None, strawberry.argument(description="Only agreements in this state.")
        ] = None,
        as_of: AsOf = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Agreement]:
        """Every agreement once, by name, in its version of the day."""
        view = view_of(info).at(as_of)
        found = [
            each
            for each in view.contracts().agreements()
            if type in {None, each.type}
            and state in {None, view.contracts().portfolio.stage(each, view.contracts().day)}
            and party in {None, each.provider, each.consumer}
        ]
        return page(found, lambda each: (each.name,), lambda each: agreement(view, each), first, after)

    @answered
    def agreement(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="The name that contracts use.")],
        as_of: AsOf = None,
    ) -> Agreement | None:
        """One agreement in its version of the day; null where there is none of that name."""
        return known_agreement(view_of(info).at(as_of), name)
