"""Questions about breaches."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.graphql.breaches.types import Breach, breach
from api.graphql.context import Info, view_of
from api.graphql.describing import After, AsKnownAt, First, answered, described
from api.graphql.errors import InvalidInput
from api.graphql.paging import SettledConnection, settled_page
from api.graphql.view import Settled, View, months_of, order_of
from domain.periods import Period
from settlement.results import Breach as BreachValue

__all__ = ["BreachQueries", "has_part"]


@described
class BreachQueries:
    """Questions about breaches."""

    @answered
    def breaches(
        self,
        info: Info,
        period: Annotated[
            Period | None, strawberry.argument(description="The settled period; or give from and to.")
        ] = None,
        from_: Annotated[
            Period | None, strawberry.argument(name="from", description="The first of several periods.")
        ] = None,
        to: Annotated[
            Period | None,
            strawberry.argument(description="The last of several periods; from, where left out."),
        ] = None,
        agreement: Annotated[
            str | None, strawberry.argument(description="Only levels of this agreement.")
        ] = None,
        responsible: Annotated[
            str | None,
            strawberry.argument(
                description="Only breaches in which this party has a part of its own, or answers for one."
            ),
        ] = None,
        as_known_at: AsKnownAt = None,
        first: First = None,
        after: After = None,
    ) -> SettledConnection[Breach]:
        """The broken promises of one period, or of several, by agreement, level, service and period.

        Without a period, those of every settled one.
        """
        view = view_of(info)
        found: dict[tuple[str, ...], tuple[Settled, BreachValue]] = {}
        unsettled: list[Period] = []
        for months, settled in _settled(view, period, from_, to, as_known_at):
            if settled is None:
                unsettled += months
                continue
            for each in settled.breaches:
                if agreement in {None, each.attainment.of.agreement.name} and has_part(each, responsible):
                    found[order_of(each.attainment)] = (settled, each)
        entries = [found[key] for key in sorted(found)]
        return settled_page(
            entries,
            lambda each: order_of(each[1].attainment),
            lambda each: breach(view, *each),
            first,
            after,
            unsettled,
        )


def _settled(
    view: View, period: Period | None, first: Period | None, last: Period | None, known_at: datetime | None
) -> list[tuple[tuple[Period, ...], Settled | None]]:
    """The asked periods with their settlements."""
    if period is not None:
        if first is not None or last is not None:
            raise InvalidInput("both period and a range are given: give either period, or from and to")
        return [(months_of(period, period), view.settled(period, known_at))]
    if first is None and last is None:
        found = view.every_settled(known_at)
        return [((settled.settlement.period,), settled) for settled in found]
    begin = first or last
    end = last or first
    if begin is None or end is None or end.last < begin.first:
        raise InvalidInput("from and to are no range: the first period must not lie after the last")
    months = months_of(begin, end)
    return [
        ((month,), settled)
        for month, settled in zip(months, view.settled_months(begin, end, known_at), strict=True)
    ]


def has_part(breach: BreachValue, party: str | None) -> bool:
    """Whether a party has a part of its own in a breach, or answers for one; None: any breach."""
    return party is None or any(
        party == row.party or party in row.answerables for row in breach.trace.responsibilities
    )
