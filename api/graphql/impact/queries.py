"""Questions about what periods cost whom."""

from typing import Annotated

import strawberry

from api.graphql.context import Info, view_of
from api.graphql.describing import AsKnownAt, answered, described
from api.graphql.errors import InvalidInput
from api.graphql.impact.types import CreditImpactResult, NotSettled, impacts
from api.graphql.view import Settled, months_of
from domain.periods import Period
from settlement.merging import merged

__all__ = ["ImpactQueries"]


@described
class ImpactQueries:
    """Questions about what periods cost whom."""

    @answered
    def credit_impact(
        self,
        info: Info,
        period: Annotated[
            Period, strawberry.argument(description="The settled period, or the first of several.")
        ],
        to: Annotated[Period | None, strawberry.argument(description="The last of several periods.")] = None,
        as_known_at: AsKnownAt = None,
    ) -> CreditImpactResult:
        """Both sides of the money: owed to customers, recoverable, and the gap with its reasons."""
        view = view_of(info)
        if to is None or to == period:
            settled = view.settled(period, as_known_at)
            if settled is None:
                return _not_settled(list(months_of(period, period)))
            return impacts(view, settled, period, period, as_known_at)
        if to.last < period.first:
            raise InvalidInput("period and to are no range: the first period must not lie after the last")
        months = months_of(period, to)
        found = view.settled_months(period, to, as_known_at)
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            return _not_settled([month for month, each in zip(months, found, strict=True) if each is None])
        whole = merged(to, [each.settlement for each in known])
        return impacts(view, Settled.of(whole, as_known_at), period, to, as_known_at)


def _not_settled(missing: list[Period]) -> NotSettled:
    names = ", ".join(each.name for each in missing)
    return NotSettled(message=f"{names} is not settled yet; settle it with settlementRun.", periods=missing)
