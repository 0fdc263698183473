"""The order to uphold a statement."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info
from api.graphql.describing import answered, described, said
from api.graphql.errors import RequestRejected
from api.graphql.statements.orders import InputOf, ordered
from api.graphql.statements.types import Statement
from settlement.records.life import StatementAct

__all__ = ["StatementUpholdMutation", "StatementUpholdPayload"]


@described
class StatementUpheld:
    """The dispute is answered: the statement stands."""

    statement: Statement = said("The statement.")


StatementUpholdPayload: TypeAlias = Annotated[
    StatementUpheld | RequestRejected,
    strawberry.union("StatementUpholdPayload", description="The statement, or why it cannot be upheld."),
]


@described
class StatementUpholdMutation:
    """The order to uphold a statement."""

    @answered
    def statement_uphold(self, info: Info, input: InputOf) -> StatementUpholdPayload:  # noqa: A002 - the schema's own word
        """Answer a dispute: the statement stands, for a reason."""
        return StatementUpheld(statement=ordered(info, StatementAct.UPHOLD, input))
