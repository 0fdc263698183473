"""What falls due, what was negotiated, whom a breach is taken to, and whom one may talk to."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.agreements.types as agreements
from api.graphql.describing import answered, described, said
from api.graphql.scalars import DecimalText, DurationText, number
from api.graphql.view import View
from domain.agreements import Agreement as AgreementValue
from domain.agreements import Contact as ContactValue
from domain.agreements import Direction, Threshold
from domain.diary import DueKind, Entry
from domain.escalation import EscalationDue as EscalationDueValue
from domain.instants import as_datetime
from ola.negotiation import Feasibility
from ola.negotiation import NegotiatedLevel as NegotiatedLevelValue

if TYPE_CHECKING:
    from api.graphql.agreements.types import Agreement

__all__ = [
    "CalendarEntry", "Contact", "EscalationDue", "EscalationStep", "NegotiatedLevel", "calendar_entry", "contact",
    "escalation_due", "escalation_steps", "negotiated_level",
]  # fmt: skip


@described
class Contact:
    """A person to talk to about an agreement; those with an address are its distribution list."""

    role: str = said("What the person is in the agreement.")
    name: str | None = said("The person's name.")
    email: str | None = said("The person's address.")
    phone: str | None = said("The person's number.")


@described
class EscalationStep:
    """A step to which a breach is taken."""

    level: int = said("The number of the step.")
    role: str = said("Who is told.")
    after: DurationText = said("How long after the breach stands.")


@described
class EscalationDue:
    """A step of escalation that a breach makes due."""

    level: int = said("The number of the step.")
    role: str = said("Who is told.")
    at: datetime = said("By when.")
    day: date = said("The day of that, on the agreement's clocks.")
    contacts: list[Contact] = said("The agreement's contacts with that role.")


@described
class CalendarEntry:
    """What falls on a day."""

    day: date = said("The day.")
    at: datetime | None = said("The instant, where the hour matters.")
    kind: DueKind = said("What falls on it.")
    what: str = said("What it is, in words.")
    clause: str | None = said("The clause it follows from.")
    who: str | None = said("Whom it concerns.")
    agreement_name: strawberry.Private[str]
    view: strawberry.Private[View]

    @answered
    def agreement(self) -> Annotated["Agreement", strawberry.lazy("api.graphql.agreements.types")] | None:
        """The agreement that it belongs to."""
        return agreements.known_agreement(self.view, self.agreement_name)


@described
class NegotiatedLevel:
    """One promise: what was asked for, what the chain can support, and what is agreed."""

    service_level: str = said("The service level.")
    service: str = said("The service.")
    clause: str | None = said("The clause.")
    direction: Direction | None = said("Which side of the figures is the good one.")
    requested: DecimalText | None = said("What was asked for; null: nothing is recorded.")
    expected: DecimalText | None = said("What the chain supports if failures are independent, in the unit.")
    guaranteed: DecimalText | None = said("What it supports however unluckily failures fall, in the unit.")
    agreed: DecimalText | None = said("What the version promises.")
    request_is: Feasibility = said("Whether the chain carries what was asked for.")
    agreed_is: Feasibility = said("Whether it carries what is agreed.")
    unit: str = said("The unit of the figures: percent, or seconds for a time.")
    reason: str | None = said("What the supported figures rest on, or why there are none.")


def contact(value: ContactValue) -> Contact:
    """A contact as the schema shows it."""
    return Contact(role=value.role, name=value.name, email=value.email, phone=value.phone)


def escalation_steps(value: AgreementValue) -> list[EscalationStep]:
    """The steps of an agreement's escalation."""
    return [
        EscalationStep(level=each.level, role=each.role, after=DurationText(each.after.isoformat()))
        for each in value.escalation
    ]


def escalation_due(value: EscalationDueValue) -> EscalationDue:
    """A step that is due."""
    return EscalationDue(
        level=value.level,
        role=value.role,
        at=as_datetime(value.at),
        day=value.day,
        contacts=[contact(each) for each in value.contacts],
    )


def calendar_entry(view: View, value: Entry) -> CalendarEntry:
    """What falls on a day."""
    return CalendarEntry(
        day=value.day,
        at=None if value.at is None else as_datetime(value.at),
        kind=value.kind,
        what=value.what,
        clause=value.clause or None,
        who=value.who or None,
        agreement_name=value.agreement,
        view=view,
    )


def negotiated_level(value: NegotiatedLevelValue) -> NegotiatedLevel:
    """One promise as it was negotiated."""

    def figure(threshold: Threshold | None) -> DecimalText | None:
        return None if threshold is None else number(threshold.value)

    either = value.agreed or value.requested
    return NegotiatedLevel(
        service_level=value.level,
        service=value.service,
        clause=value.clause,
        direction=None if either is None else either.direction,
        requested=figure(value.requested),
        expected=None if value.expected is None else number(value.expected),
        guaranteed=None if value.guaranteed is None else number(value.guaranteed),
        agreed=figure(value.agreed),
        request_is=value.request_is,
        agreed_is=value.agreed_is,
        unit=value.unit,
        reason=value.reason,
    )
