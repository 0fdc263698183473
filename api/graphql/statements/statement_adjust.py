"""The order to adjust a statement."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info
from api.graphql.describing import answered, described, said
from api.graphql.errors import RequestRejected
from api.graphql.statements.orders import InputOf, ordered
from api.graphql.statements.types import Statement
from settlement.records.life import StatementAct

__all__ = ["StatementAdjustMutation", "StatementAdjustPayload"]


@described
class StatementAdjusted:
    """There is a note of what the last settlement says differently."""

    statement: Statement = said("The statement.")


StatementAdjustPayload: TypeAlias = Annotated[
    StatementAdjusted | RequestRejected,
    strawberry.union("StatementAdjustPayload", description="The statement, or why it cannot be adjusted."),
]


@described
class StatementAdjustMutation:
    """The order to adjust a statement."""

    @answered
    def statement_adjust(self, info: Info, input: InputOf) -> StatementAdjustPayload:  # noqa: A002 - the schema's own word
        """Make an adjustment note of what the last settlement says differently, line by line, with its cause."""
        return StatementAdjusted(statement=ordered(info, StatementAct.ADJUST, input))
