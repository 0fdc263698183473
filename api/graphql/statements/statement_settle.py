"""The order to settle a statement."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info
from api.graphql.describing import answered, described, said
from api.graphql.errors import RequestRejected
from api.graphql.statements.orders import InputOf, ordered
from api.graphql.statements.types import Statement
from settlement.records.life import StatementAct

__all__ = ["StatementSettleMutation", "StatementSettlePayload"]


@described
class StatementSettled:
    """What stands of the statement was credited or paid."""

    statement: Statement = said("The statement.")


StatementSettlePayload: TypeAlias = Annotated[
    StatementSettled | RequestRejected,
    strawberry.union("StatementSettlePayload", description="The statement, or why it cannot be settled."),
]


@described
class StatementSettleMutation:
    """The order to settle a statement."""

    @answered
    def statement_settle(self, info: Info, input: InputOf) -> StatementSettlePayload:  # noqa: A002 - the schema's own word
        """Say that what stands of a statement was credited or paid. Later evidence still gives an adjustment note."""
        return StatementSettled(statement=ordered(info, StatementAct.SETTLE, input))
