"""The order to settle a period."""

from datetime import date
from functools import partial
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.errors import RequestRejected
from api.graphql.runs.board import Board, Stage
from api.graphql.runs.types import SettlementRun, settlement_run
from domain.periods import Period

__all__ = ["SettlementRunInput", "SettlementRunMutation", "SettlementRunPayload"]


@described_input
class SettlementRunInput:
    """Which period to settle, who asks for it, and why."""

    period: Period = said("A month, a quarter or a year.")
    as_of: date | None = strawberry.field(
        default=None,
        description="The evidence as it was known on this day; the day after the period where left out.",
    )
    actor: str = said("Who asks: it is written to the audit trail.")
    reason: str = said("Why: it is written to the audit trail.")
    key: str | None = strawberry.field(
        default=None,
        description="Any text of your own: the same key again gives the same run, and runs nothing.",
    )


@described
class SettlementRunDone:
    """The period is settled."""

    run: SettlementRun = said("The run, with its hashes.")


SettlementRunPayload: TypeAlias = Annotated[
    SettlementRunDone | RequestRejected,
    strawberry.union("SettlementRunPayload", description="The run, or why there is none."),
]


@described
class SettlementRunMutation:
    """The order to settle a period."""

    @answered
    def settlement_run(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            SettlementRunInput, strawberry.argument(description="What to settle.")
        ],
    ) -> SettlementRunPayload:
        """Settle a period and store it. Agreements whose inputs have not changed are not worked out again.

        It answers when it is done; meanwhile `settlementProgress` tells how far the order of a key has come.
        """
        board, key = info.context.board, input.key
        progress = None if key is None else partial(_told, board, key)
        try:
            run = info.context.commands.settlement_run(
                input.period, input.as_of, input.actor, input.reason, key, progress
            )
        finally:
            if key is not None:
                board.end(key)
        info.context.renew_view()
        return SettlementRunDone(run=settlement_run(info.context.view, run))


def _told(board: Board, key: str, stage: str, done: int, total: int) -> None:
    board.write(key, Stage(stage, done, total))
