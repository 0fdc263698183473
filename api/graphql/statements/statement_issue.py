"""The order to issue a statement."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.context import Info
from api.graphql.describing import answered, described, said
from api.graphql.errors import RequestRejected
from api.graphql.statements.orders import InputOf, ordered
from api.graphql.statements.types import Statement
from settlement.records.life import StatementAct

__all__ = ["StatementIssueMutation", "StatementIssuePayload"]


@described
class StatementIssued:
    """The statement is a document of record now: it never changes."""

    statement: Statement = said("The statement.")


StatementIssuePayload: TypeAlias = Annotated[
    StatementIssued | RequestRejected,
    strawberry.union("StatementIssuePayload", description="The statement, or why it cannot be issued."),
]


@described
class StatementIssueMutation:
    """The order to issue a statement."""

    @answered
    def statement_issue(self, info: Info, input: InputOf) -> StatementIssuePayload:  # noqa: A002 - the schema's own word
        """Issue a statement as the last settlement gives it. From then on it never changes."""
        return StatementIssued(statement=ordered(info, StatementAct.ISSUE, input))
