"""Questions about how parties did."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import answered, described
from api.graphql.scorecards.types import Scorecard, scorecard
from domain.periods import Period

__all__ = ["ScorecardQueries"]


@described
class ScorecardQueries:
    """Questions about how parties did."""

    @answered
    def scorecard(
        self,
        info: Info,
        party: Annotated[str, strawberry.argument(description="The name that contracts use.")],
        from_: Annotated[
            Period,
            strawberry.argument(name="from", description="The first month, or a period that it begins."),
        ],
        to: Annotated[Period, strawberry.argument(description="The last month, or a period that it ends.")],
    ) -> Scorecard | None:
        """How one party did over several months; null where there is none of that name."""
        return scorecard(view_of(info), party, from_, to)
