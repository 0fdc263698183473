"""Questions about attainments."""

from typing import Annotated

import strawberry

from api.graphql.attainments.types import Attainment, attainment
from api.graphql.context import Info, view_of
from api.graphql.describing import After, AsKnownAt, First, answered, described
from api.graphql.paging import SettledConnection, nothing_settled, settled_page
from api.graphql.view import months_of, order_of
from domain.attainment import AttainmentStatus
from domain.periods import Period

__all__ = ["AttainmentQueries"]


@described
class AttainmentQueries:
    """Questions about attainments."""

    @answered
    def attainments(
        self,
        info: Info,
        period: Annotated[Period, strawberry.argument(description="The settled period.")],
        agreement: Annotated[
            str | None, strawberry.argument(description="Only levels of this agreement.")
        ] = None,
        status: Annotated[
            AttainmentStatus | None, strawberry.argument(description="Only levels that came out so.")
        ] = None,
        as_known_at: AsKnownAt = None,
        first: First = None,
        after: After = None,
    ) -> SettledConnection[Attainment]:
        """What every service level came to in a period, by agreement, level and service."""
        view = view_of(info)
        settled = view.settled(period, as_known_at)
        if settled is None:
            return nothing_settled(months_of(period, period))
        found = [
            each
            for each in settled.attainments
            if agreement in {None, each.of.agreement.name} and status in {None, each.status}
        ]
        return settled_page(found, order_of, lambda each: attainment(view, settled, each), first, after, ())
