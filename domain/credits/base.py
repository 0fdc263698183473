"""What a percentage is of: the charges of the period.

The problem: "5 % of the monthly charge" for a quarter is of three months, for a term that began on the 16th of half a
month, and for a contract month from the 16th of one month's charge, whichever two calendar months it touches (3.5).

Example: 12,000 a month, a term that begins on 16 April: the base for April is 12,000 x 15/30 = 6,000.

Limits: amounts are exact fractions of the agreement's currency; nothing is rounded here.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from domain.agreements import Agreement, Base, Charge, CreditBase, Invoiced
from domain.periods import Period, PeriodKind, PeriodRule
from domain.remembered import by_identity

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Due:
    """The days of a period that lie within the term, and whose charges they are; ``consumer`` "*" is everyone's."""

    period: Period
    first: date
    last: date
    consumer: str

    @classmethod
    def of(cls, agreement: Agreement, period: Period, consumer: str) -> "Due":
        """A period clipped to the agreement's term; for a rolling window, the month that it ends in (ruling 3)."""
        if period.kind is PeriodKind.DAY_WINDOW:
            period = PeriodRule.month().containing(period.last)
        return cls(period, max(period.first, agreement.first), min(period.last, agreement.last), consumer)


def months_charged(due: Due) -> Fraction:
    """How many months' charges a period is: whole months count 1, part months by days (3.5)."""
    is_whole = due.first == due.period.first and due.last == due.period.last
    if due.period.kind is PeriodKind.MONTHS_FROM_DAY and is_whole:
        return Fraction(_months_between(due.first, due.last + timedelta(days=1)))
    if due.period.kind is PeriodKind.MONTH and is_whole:
        return _ONE
    total = Fraction(0)
    day = due.first
    while day <= due.last:
        length = monthrange(day.year, day.month)[1]
        until = min(due.last, date(day.year, day.month, length))
        total += Fraction((until - day).days + 1, length)
        day = until + timedelta(days=1)
    return total


def _months_between(first: date, after: date) -> int:
    return (after.year - first.year) * 12 + after.month - first.month


def monthly_charges(agreement: Agreement, service: str | None, consumer: str, on: date) -> Fraction | None:
    """What a consumer pays a month for one service, or (None) for the whole agreement; None where it is unpriced.

    A customer's own price of a service stands in the place of the general one; "*" is everybody without one of their
    own. Of a service's dated prices the one that began last holds.
    """
    # A cap, a credit and a finding all ask, month after month, and a price changes on few days.
    on = max((day for day in _dated(agreement.charges) if day <= on), default=date.min)
    return _monthly(agreement.charges, service, consumer, on)


@by_identity
def _dated(charges: tuple[Charge, ...]) -> tuple[date, ...]:
    """The days on which a price begins."""
    return tuple(sorted({charge.since for charge in charges if charge.since is not None}))


@by_identity
def _monthly(charges: tuple[Charge, ...], service: str | None, consumer: str, on: date) -> Fraction | None:
    prices: dict[str | None, dict[str | None, list[Charge]]] = {}
    for charge in charges:
        is_theirs = charge.customer in (None, consumer) and service in (None, charge.service)
        if is_theirs and (charge.since is None or charge.since <= on):
            prices.setdefault(charge.service, {}).setdefault(charge.customer, []).append(charge)
    if not prices:
        return None
    chosen = (_latest(by_customer.get(consumer) or by_customer[None]) for by_customer in prices.values())
    return sum((charge.monthly.fraction for charges in chosen for charge in charges), start=Fraction(0))


def _latest(charges: Sequence[Charge]) -> list[Charge]:
    """Of the prices of one thing, those that began last."""
    begun = max(charge.since or date.min for charge in charges)
    return [charge for charge in charges if (charge.since or date.min) == begun]


def charges_over(agreement: Agreement, service: str | None, due: Due) -> Fraction | None:
    """What a consumer pays over a period, each day at the price in force on it; None where it is unpriced.

    What was invoiced for a service and a month stands in the place of its price in that month; where the contract has
    one price for everything, all that was invoiced in a month stands in its place.
    """
    if not agreement.invoiced:
        return _priced_over(agreement, service, due)
    named = {charge.service for charge in agreement.charges} | {each.service for each in agreement.invoiced}
    things = sorted((name for name in named if service in (None, name)), key=lambda name: name or "")
    found = [amount for name in things if (amount := _thing_over(agreement, name, due)) is not None]
    return sum(found, start=Fraction(0)) if found else None


def _thing_over(agreement: Agreement, service: str | None, due: Due) -> Fraction | None:
    """The charge of one service, or of the one price for everything (None), month by month."""
    alone = replace(
        agreement, invoiced=(), charges=tuple(each for each in agreement.charges if each.service == service)
    )
    found = []
    for first, last in _calendar_months(due):
        invoiced = _invoiced(agreement, service, due.consumer, last)
        if invoiced is None:
            amount = _priced_over(alone, None, Due(due.period, first, last, due.consumer))
        else:
            begin = max(last.replace(day=1), agreement.first)
            end = min(last.replace(day=monthrange(last.year, last.month)[1]), agreement.last)
            # A contract month from a start day is one month's charge, whichever two calendar months it touches.
            is_one = (first, last) == (due.first, due.last) and first.month != last.month
            part = Fraction(1) if is_one else Fraction((last - first).days + 1, (end - begin).days + 1)
            amount = invoiced * part
        if amount is not None:
            found.append(amount)
    return sum(found, start=Fraction(0)) if found else None


def _calendar_months(due: Due) -> list[tuple[date, date]]:
    """The calendar months of a period, clipped to it; a whole month from a start day is one."""
    is_whole = due.first == due.period.first and due.last == due.period.last
    if due.period.kind is PeriodKind.MONTHS_FROM_DAY and is_whole and due.period.months == 1:
        return [(due.first, due.last)]
    found = []
    day = due.first
    while day <= due.last:
        until = min(due.last, day.replace(day=monthrange(day.year, day.month)[1]))
        found.append((day, until))
        day = until + timedelta(days=1)
    return found


def _invoiced(agreement: Agreement, service: str | None, consumer: str, day: date) -> Fraction | None:
    """What was invoiced for the month of a day; None where nothing is known of it."""
    if service is None:
        # Invoices name services; together they stand for the one price of the whole agreement, and are counted once.
        return Fraction(0) if _invoices(agreement, None, consumer, day) else None
    chosen = _invoices(agreement, service, consumer, day)
    # More taken off than was invoiced leaves nothing that a percentage could be of, never a negative base.
    return max(sum((each.amount for each in chosen), start=Fraction(0)), Fraction(0)) if chosen else None


def _invoices(agreement: Agreement, service: str | None, consumer: str, day: date) -> list[Invoiced]:
    """The invoices of one service (None: of any) for the month of a day. A customer's own come first."""
    month = f"{day:%Y-%m}"
    rows = [each for each in agreement.invoiced if each.month == month and each.customer in (None, consumer)]
    by_service: dict[str, list[Invoiced]] = {}
    for each in rows:
        if service in (None, each.service):
            by_service.setdefault(each.service, []).append(each)
    return [
        each
        for name in sorted(by_service)
        for each in by_service[name]
        if each.customer is not None or all(other.customer is None for other in by_service[name])
    ]


def charges_source(agreement: Agreement, of: Base, service: str, due: Due) -> str:
    """Where the charges of a base stand: in the agreement's text, or in the lines of evidence that were invoiced.

    Example: "invoiced for 2026-04 (evidence/charges.csv:2, evidence/charges.csv:3)".
    """
    text = f"{agreement.name} version {agreement.version}"
    if of not in (Base.SERVICE, Base.AGREEMENT) or not agreement.invoiced:
        return text
    thing = service if of is Base.SERVICE else None
    found: list[str] = []
    is_whole = True
    for _, last in _calendar_months(due):
        invoices = _invoices(agreement, thing, due.consumer, last)
        if invoices:
            places = ", ".join(place for each in invoices for place in each.places)
            found.append(f"invoiced for {last:%Y-%m} ({places})" if places else f"invoiced for {last:%Y-%m}")
        named = {each.service for each in invoices}
        priced = {charge.service for charge in agreement.charges if thing in (None, charge.service)}
        is_whole = is_whole and bool(invoices) and priced <= {None, *named}
    return "; ".join([*found, *([] if is_whole else [text])])


def _priced_over(agreement: Agreement, service: str | None, due: Due) -> Fraction | None:
    """What a consumer pays over a period by the prices of the documents."""
    is_whole = due.first == due.period.first and due.last == due.period.last
    changes = [day for day in _dated(agreement.charges) if due.first < day <= due.last]
    if not changes or (due.period.kind is PeriodKind.MONTHS_FROM_DAY and is_whole):
        monthly = monthly_charges(agreement, service, due.consumer, due.first)
        months = months_charged(due)
        return monthly if monthly is None or months == 1 else monthly * months
    starts = sorted({due.first, *changes})
    ends = [*(day - timedelta(days=1) for day in starts[1:]), due.last]
    found = []
    for first, last in zip(starts, ends, strict=True):
        monthly = monthly_charges(agreement, service, due.consumer, first)
        if monthly is not None:
            found.append(monthly * months_charged(Due(due.period, first, last, due.consumer)))
    return sum(found, start=Fraction(0)) if found else None


def base_amount(agreement: Agreement, of: CreditBase, service: str, due: Due) -> tuple[Base, Fraction]:
    """The base of a credit, and which one it is: by default the service where it is priced, else the agreement."""
    if of.amount is not None:
        return Base.AMOUNT, of.amount.fraction
    priced = charges_over(agreement, service, due)
    kind = of.kind or (Base.SERVICE if priced is not None else Base.AGREEMENT)
    if kind is Base.SERVICE:
        return kind, priced or Fraction(0)
    if kind is Base.ANNUAL:
        return kind, 12 * (monthly_charges(agreement, None, due.consumer, due.first) or Fraction(0))
    return kind, charges_over(agreement, None, due) or Fraction(0)
