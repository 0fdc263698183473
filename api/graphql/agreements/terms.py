"""The terms of an agreement that are plain facts: its days, charges, caps and calendar."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import api.graphql.parties.types as parties
import api.graphql.services.types as services
from api.graphql.describing import answered, described, said
from api.graphql.money import Money, money, optional_money, written_money
from api.graphql.scalars import DecimalText, optional_number
from api.graphql.view import View
from domain.agreements import Base, CapPer
from domain.agreements import Cap as CapValue
from domain.agreements import Charge as ChargeValue
from domain.agreements import Invoiced as InvoicedValue
from domain.calendars import Calendar as CalendarValue
from domain.periods import Period

if TYPE_CHECKING:
    from api.graphql.parties.types import Party
    from api.graphql.services.types import Service

__all__ = [
    "AgreementCalendar",
    "AgreementTerm",
    "Cap",
    "Charge",
    "InvoicedCharge",
    "Window",
    "calendar",
    "cap",
    "charge",
    "invoiced_charge",
]


@described
class AgreementTerm:
    """From when to when an agreement runs, both days included."""

    from_: date = strawberry.field(name="from", description="The first day.")
    to: date = said("The last day.")


@described
class Window:
    """Hours of certain week days that carry a label, such as prime."""

    label: str = said("What the contract calls these hours.")
    hours: str = said('The days and hours on the wall, such as "mon,tue 08:00-18:00".')


@described
class AgreementCalendar:
    """The calendar by which an agreement counts hours and days."""

    name: str = said("Its name.")
    timezone: str = said("The time zone that its hours are in, such as Europe/London.")
    windows: list[Window] = said("Its labelled hours.")
    rest_label: str | None = said("The label of all other hours.")
    holidays: list[date] = said("Its public holidays, as they were resolved when the documents were loaded.")


@described
class Charge:
    """What the consumer pays a month: the base of most credits."""

    monthly: Money = said("The amount a month.")
    since: date | None = said("The day from which it holds; null: from the beginning.")
    value: strawberry.Private[ChargeValue]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service that is paid for; null: the whole agreement."""
        return services.known_service(self.view, self.value.service)

    @answered
    def customer(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """The customer who pays it; null: each consumer of the agreement."""
        return parties.known_party(self.view, self.value.customer)


@described
class InvoicedCharge:
    """What was invoiced for a service in a month: several rows of one invoice added up."""

    month: Period = said("The month that it was invoiced for.")
    amount: Money = said("What the rows come to, exact; not rounded.")
    evidence: list[str] = said("The rows of evidence that say so: file and line.")
    value: strawberry.Private[InvoicedValue]
    view: strawberry.Private[View]

    @answered
    def service(self) -> Annotated["Service", strawberry.lazy("api.graphql.services.types")] | None:
        """The service that was invoiced; null: the contracts have no such service, and the row is no credit's base."""
        return services.known_service(self.view, self.value.service)

    @answered
    def customer(self) -> Annotated["Party", strawberry.lazy("api.graphql.parties.types")] | None:
        """To whom, where it is one customer's own; null: whoever the consumer is."""
        return parties.known_party(self.view, self.value.customer)


@described
class Cap:
    """The most that credits can be over a month or a year."""

    per: CapPer = said("Over what it runs.")
    percent: DecimalText | None = said("The cap as a percentage; null where it is an amount.")
    of: Base = said("What the percentage is of.")
    amount: Money | None = said("The cap as an amount.")
    clause: str | None = said("Where the contract says so.")


def charge(view: View, value: ChargeValue) -> Charge:
    """A charge as the schema shows it."""
    return Charge(monthly=money(value.monthly), since=value.since, value=value, view=view)


def invoiced_charge(view: View, currency: str, value: InvoicedValue) -> InvoicedCharge:
    """What was invoiced as the schema shows it, in the agreement's currency."""
    return InvoicedCharge(
        month=Period.parse(value.month),
        amount=written_money(value.amount, currency),
        evidence=list(value.places),
        value=value,
        view=view,
    )


def cap(value: CapValue) -> Cap:
    """A cap as the schema shows it."""
    return Cap(
        per=value.per,
        percent=optional_number(value.percent),
        of=value.of,
        amount=optional_money(value.amount),
        clause=value.clause,
    )


def calendar(value: CalendarValue) -> AgreementCalendar:
    """A calendar as the schema shows it."""
    return AgreementCalendar(
        name=value.name,
        timezone=value.timezone,
        windows=[Window(label=each.label, hours=each.text()) for each in value.windows],
        rest_label=value.rest_label,
        holidays=sorted(value.holidays),
    )
