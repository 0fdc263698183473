"""Breaches as the schema shows them: a missed attainment with its trace, its credit and what was excused."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
import api.graphql.attainments.types as attainments
import api.graphql.life.types as life
import api.graphql.statements.types as statements
from api.graphql.breaches.trace import ServiceShare, Trace, service_shares, trace
from api.graphql.describing import answered, described, said
from api.graphql.ids import Node
from api.graphql.scalars import DecimalText, number
from api.graphql.view import Settled, View
from domain.escalation import escalation_of
from domain.instants import as_datetime
from domain.periods import PeriodRule
from domain.relief import Effect, ReliefStatus
from ola.responsibility import Excuse, ExcuseKind, Reason
from settlement.results import Breach as BreachValue

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement
    from api.graphql.attainments.types import Attainment
    from api.graphql.life.types import EscalationDue
    from api.graphql.statements.types import CreditLine

__all__ = ["Breach", "Relief", "breach"]


@described
class Relief:
    """What excuses a part of the breach, or was to: a relief, a late duty of the consumer's, or an exclusion."""

    kind: ExcuseKind = said("Where the excuse comes from.")
    name: str | None = said("The relief's or the duty's name; null: an exclusion by cause.")
    cause: str | None = said("The cause that excuses it.")
    quantity: DecimalText = said("How much of the breach it takes off, in the trace's unit.")
    unit: str = said("seconds or tickets.")
    services: list[ServiceShare] = said(
        "The services that failed so; empty where several excuses share the cause."
    )
    effects: list[Effect] = said("What it relieves.")
    status: ReliefStatus | None = said("How far a relief has got; only an accepted one counts.")
    notice_given: datetime | None = said("When it was notified.")
    deadline: date | None = said(
        "The last day on which notice of it was in time; null: no notice is asked for."
    )
    is_late: bool = said("Whether notice was given too late, or not by the date of the settlement.")
    is_void: bool = said("Whether it does not count because timely notice is a condition.")
    clause: str | None = said("The clause it rests on.")
    reason: str | None = said("What happened, in words.")
    at: strawberry.Private[tuple[View, str]]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The agreement that is relieved."""
        return agreements.known_agreement(*self.at)


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
    def escalation(self) -> list[Annotated["EscalationDue", strawberry.lazy("api.graphql.life.types")]]:
        """To whom it is taken, and by when."""
        attainment = self.of.attainment
        due = escalation_of(attainment.of.agreement, attainment.period)
        return [life.escalation_due(each) for each in due]

    @answered
    def relief(self) -> list[Relief]:
        """What of it is excused, and what was to be."""
        return [self._relief(each) for each in self.of.trace.excuses]

    def _relief(self, excuse: Excuse) -> Relief:
        rows = [
            row
            for row in self.of.trace.responsibilities
            if row.reason is Reason.EXCUSED and row.cause == excuse.cause and row.quantity == excuse.quantity
        ]
        return Relief(
            kind=ExcuseKind(excuse.kind),
            name=excuse.name,
            cause=excuse.cause,
            quantity=number(excuse.quantity),
            unit=self.of.trace.unit,
            services=[share for row in rows for share in service_shares(self.view, row, None)],
            effects=[Effect(effect) for effect in excuse.effects],
            status=None if excuse.status is None else ReliefStatus(excuse.status),
            notice_given=None if excuse.notice_given is None else as_datetime(excuse.notice_given),
            deadline=excuse.deadline,
            is_late=excuse.is_late,
            is_void=excuse.is_void,
            clause=excuse.clause,
            reason=excuse.reason,
            at=(self.view, self.of.attainment.of.agreement.name),
        )

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
