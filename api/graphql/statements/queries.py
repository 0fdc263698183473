"""Questions about statements."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import After, First, answered, described
from api.graphql.paging import (
    Place,
    SettledConnection,
    nothing_settled,
    settled_page,
)
from api.graphql.statements.types import Statement, statement, statement_of
from api.graphql.view import months_of
from domain.agreements import AgreementType
from domain.periods import Period
from settlement.results import Statement as StatementValue

__all__ = ["StatementQueries"]


@described
class StatementQueries:
    """Questions about statements."""

    @answered
    def statements(
        self,
        info: Info,
        period: Annotated[Period, strawberry.argument(description="The settled period.")],
        type: Annotated[  # noqa: A002 - the schema's own word
            AgreementType | None,
            strawberry.argument(description="Only statements of agreements of this type."),
        ] = None,
        party: Annotated[
            str | None, strawberry.argument(description="Only statements from or to this party.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> SettledConnection[Statement]:
        """The credits of a period, by agreement, consumer and month."""
        view = view_of(info)
        settled = view.settled(period)
        if settled is None:
            return nothing_settled(months_of(period, period))
        found = [
            each
            for each in settled.statements
            if type in {None, each.type} and party in {None, each.provider, each.consumer}
        ]
        return settled_page(found, _place, lambda each: statement(view, settled, each), first, after, ())

    @answered
    def statements_to_adjust(
        self,
        info: Info,
        period: Annotated[
            Period | None,
            strawberry.argument(
                description="Only of this month, quarter or year; null: of everything settled."
            ),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> SettledConnection[Statement]:
        """The issued statements that the last settlement of their month no longer agrees with.

        Each waits for an adjustment note (`statementAdjust`); its `outstanding` says what would be in it.
        """
        view = view_of(info)
        found = sorted(
            (month, each.agreement, each.consumer)
            for month, views in view.reader.outgrown(period).items()
            for each in views
        )
        months = () if period is None else months_of(period, period)
        return settled_page(
            found,
            lambda each: each,
            lambda each: statement_of(view, each[1], each[2], Period.parse(each[0])),
            first,
            after,
            [month for month in months if view.settled(month) is None],
        )


def _place(each: StatementValue) -> Place:
    return (each.agreement, each.consumer, each.period.last.isoformat())
