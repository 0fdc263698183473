"""The order to dispute a statement."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.errors import RequestRejected
from api.graphql.statements.orders import StatementOrderInput, ordered
from api.graphql.statements.types import Statement
from settlement.records.life import StatementAct

__all__ = ["StatementDisputeInput", "StatementDisputeMutation", "StatementDisputePayload"]


@described_input
class StatementDisputeInput(StatementOrderInput):
    """Which statement is disputed, which of its lines, by whom, and why."""

    lines: list[int] | None = strawberry.field(
        default=None, description="The numbers of the disputed lines, from 1; all of them where left out."
    )


@described
class StatementDisputed:
    """The statement is disputed; an adjustment answers it, or that it is upheld."""

    statement: Statement = said("The statement.")


StatementDisputePayload: TypeAlias = Annotated[
    StatementDisputed | RequestRejected,
    strawberry.union("StatementDisputePayload", description="The statement, or why it cannot be disputed."),
]


@described
class StatementDisputeMutation:
    """The order to dispute a statement."""

    @answered
    def statement_dispute(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            StatementDisputeInput, strawberry.argument(description="What is disputed, by whom and why.")
        ],
    ) -> StatementDisputePayload:
        """Say that an issued statement is wrong, and why. What was issued stands until the dispute is answered."""
        lines = tuple(sorted(set(input.lines or ())))
        return StatementDisputed(statement=ordered(info, StatementAct.DISPUTE, input, lines))
