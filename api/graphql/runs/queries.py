"""Questions about settlement runs."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import After, First, answered, described
from api.graphql.paging import Connection, edges_of, offset_of, page_size
from api.graphql.runs.types import SettlementRun, settlement_run
from domain.periods import Period

__all__ = ["RunQueries"]


@described
class RunQueries:
    """Questions about settlement runs."""

    @answered
    def settlement_runs(
        self,
        info: Info,
        period: Annotated[Period | None, strawberry.argument(description="Only runs of this period.")] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[SettlementRun]:
        """Every settling of a period, newest first."""
        view = view_of(info)
        found = [run for run in view.every_run() if period in {None, run.period}]
        size, offset = page_size(first), offset_of(after)
        chosen = found[offset : offset + size]
        edges, where = edges_of(
            [(settlement_run(view, run), (str(offset + index),)) for index, run in enumerate(chosen)],
            more_before=offset > 0,
            more_after=offset + size < len(found),
        )
        return Connection(edges=edges, page_info=where, total_count=len(found))
