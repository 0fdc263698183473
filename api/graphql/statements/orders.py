"""What the orders on a statement have in common: which one, who orders it and why, and the statement afterwards."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import described_input, said
from api.graphql.statements.types import Statement, statement_of
from api.services.records import StatementOrder
from domain.periods import Period
from settlement.records.life import StatementAct

__all__ = ["InputOf", "StatementOrderInput", "ordered"]


@described_input
class StatementOrderInput:
    """Which statement, who orders it, and why."""

    agreement: str = said("The agreement.")
    period: Period = said("The month of the statement.")
    consumer: str | None = strawberry.field(
        default=None, description="Whose statement, where the agreement has one for each consumer."
    )
    actor: str = said("Who asks: it is written to the audit trail.")
    reason: str = said("Why: it is written to the audit trail.")
    key: str | None = strawberry.field(
        default=None,
        description="Any text of your own: the same key again gives the statement, and does nothing.",
    )


InputOf = Annotated[StatementOrderInput, strawberry.argument(description="Which statement, who and why.")]


def ordered(
    info: Info, act: StatementAct, asked: StatementOrderInput, lines: tuple[int, ...] = ()
) -> Statement:
    """Take a step, forget what was read before it, and give the statement as it is then."""
    order = StatementOrder(
        act, asked.agreement, asked.period, asked.consumer, asked.actor, asked.reason, asked.key, lines
    )
    done = info.context.commands.statement_act(order)
    info.context.renew_view()
    return statement_of(view_of(info), done.agreement, done.consumer, done.period)
