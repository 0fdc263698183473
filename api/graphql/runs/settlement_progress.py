"""Watching a settlement while it runs.

The problem: a month of a large portfolio takes minutes, and whoever ordered it wants to see that it goes on.

Example: order ``settlementRun`` with the key "march", and meanwhile subscribe to ``settlementProgress(key: "march")``.

Limits: a run is watched in the process that runs it (`api.graphql.runs.board`).
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from api.graphql.context import Info
from api.graphql.describing import described, said, watched
from api.graphql.runs.board import Stage

__all__ = ["SettlementProgressSubscription"]

_LOOK_EVERY = 0.05
_WAIT = 60.0


@described
class SettlementProgress:
    """How far an ordered settlement has come."""

    stage: str = said("What is being done.")
    done: int = said("How much of it is done.")
    total: int | None = said("How much of it there is; null: nobody knows.")
    over: bool = said("Whether the order has been answered: nothing more will come.")


@described
class SettlementProgressSubscription:
    """Watching a settlement while it runs."""

    @watched
    async def settlement_progress(
        self,
        info: Info,
        key: Annotated[str, strawberry.argument(description="The key of the order.")],
    ) -> AsyncGenerator[SettlementProgress, None]:
        """How far the settlement that is ordered with a key has come, until it is over.

        It waits a minute for the order to come.
        """
        board = info.context.board
        seen: Stage | None = None
        waited = 0.0
        while seen is None or not seen.is_over:
            found = board.read(key)
            if found is not None and found != seen:
                seen = found
                yield SettlementProgress(
                    stage=found.name, done=found.done, total=found.total or None, over=found.is_over
                )
                continue
            if seen is None and waited >= _WAIT:
                return
            await asyncio.sleep(_LOOK_EVERY)
            waited += _LOOK_EVERY
