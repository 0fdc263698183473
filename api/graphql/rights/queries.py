"""Questions about termination rights."""

from datetime import date
from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import After, First, answered, described
from api.graphql.paging import Connection, page
from api.graphql.rights.types import TerminationRight, termination_right
from api.graphql.view import View
from domain.termination.standing import TerminationStatus
from settlement.results import RightStatus

__all__ = ["RightQueries"]


@described
class RightQueries:
    """Questions about termination rights."""

    @answered
    def termination_rights(
        self,
        info: Info,
        party: Annotated[
            str | None, strawberry.argument(description="Only rights in agreements of this party.")
        ] = None,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only rights in this agreement.")
        ] = None,
        status: Annotated[
            TerminationStatus | None, strawberry.argument(description="Only rights that stand so.")
        ] = None,
        as_of: Annotated[
            date | None,
            strawberry.argument(description="The date; nothing that was known later counts. Default: today."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[TerminationRight]:
        """How the rights to end agreements stand on a date, by agreement and name."""
        view = view_of(info)
        found = view.rights(as_of)
        chosen = [
            each
            for each in found.statuses(agreement)
            if status in {None, each.status} and _is_of(view.at(found.as_of), each, party)
        ]
        return page(chosen, _place, lambda each: termination_right(view, found, each), first, after)


def _place(each: RightStatus) -> tuple[str, ...]:
    return (each.agreement, each.name)


def _is_of(view: View, right: RightStatus, party: str | None) -> bool:
    """Whether a party is one end of a right's agreement, by itself or through its parents."""
    if party is None:
        return True
    version = view.contracts().current.get(right.agreement)
    if version is None:
        return False
    parties = view.contracts().portfolio
    ends = [end for end in (version.provider, version.consumer) if end != "*"]
    return any(party in parties.family(end) for end in ends)
