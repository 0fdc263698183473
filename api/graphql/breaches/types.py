"""Breaches as the schema shows them: a missed attainment with its trace, its credit and what was excused."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.attainments.types as attainments
import api.graphql.statements.types as statements
from api.graphql.breaches.trace import ServiceShare, Trace, service_shares, trace
from api.graphql.describing import answered, described, said
from api.graphql.ids import Node
from api.graphql.scalars import DecimalText, number
from api.graphql.view import Settled, View
from domain.instants import as_datetime
from domain.periods import PeriodRule
from ola.responsibility import Reason
from settlement.results import Breach as BreachValue

if TYPE_CHECKING:
    from api.graphql.attainments.types import Attainment
    from api.graphql.statements.types import CreditLine

__all__ = ["Breach", "Relief", "breach"]


@described
class Relief:
    """Time or tickets that are excused under the agreement."""

    cause: str | None = said("The cause that excuses it.")
    quantity: DecimalText = said("How much of it, in the trace's unit.")
    unit: str = said("seconds or tickets.")
    services: list[ServiceShare] = said("The services that failed so.")


@described
class Breach(Node):
    """A missed target: a broken promise."""

    of: strawberry.Private[BreachValue]
    settled: strawberry.Private[Settled]
    view: strawberry.Private[View]

    @answered
    def attainment(self) -> Annotated["Attainment", strawberry.lazy("api.graphql.attainments.types")]:
        """What was measured, and what it missed."""
        return attainments.attainment(self.view, self.settled, self.of.attainment)

    @answered
    def detected_at(self) -> datetime | None:
        """When the settlement that these figures come from was made."""
        month = PeriodRule.month().containing(self.of.attainment.period.last)
        run = self.view.run_of(self.settled, month)
        return None if run is None or run.finished_at is None else as_datetime(run.finished_at)

    @answered
    def trace(self) -> Trace:
        """Whose failure it was."""
        return trace(self.view, self.of, self.settled.known_at)

    @answered
    def credit(self) -> Annotated["CreditLine", strawberry.lazy("api.graphql.statements.types")] | None:
        """Its line in the consumer's statement, the first consumer's where there are several; null: no credit."""
        return next(iter(self._lines()), None)

    @answered
    def credits(self) -> list[Annotated["CreditLine", strawberry.lazy("api.graphql.statements.types")]]:
        """Its lines in the statements of all consumers."""
        return self._lines()

    @answered
    def relief(self) -> list[Relief]:
        """What of it is excused."""
        return [
            Relief(
                cause=row.cause,
                quantity=number(row.quantity),
                unit=self.of.trace.unit,
                services=service_shares(self.view, row, None),
            )
            for row in self.of.trace.responsibilities
            if row.reason is Reason.EXCUSED
        ]

    def _lines(self) -> list["CreditLine"]:
        return [
            statements.credit_line(self.view, self.settled, line)
            for _, line in self.settled.lines_of(self.of.attainment)
        ]


def breach(view: View, settled: Settled, value: BreachValue) -> Breach:
    """A breach as the schema shows it."""
    attainment = value.attainment
    view = view.under(settled)
    return Breach(
        names_of_id=("Breach", *attainment.of.order(), attainment.period.name),
        of=value,
        settled=settled,
        view=view,
    )
