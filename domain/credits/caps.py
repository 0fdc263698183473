"""The caps over all the credits of an agreement: by month, calendar year and contract year.

The problem: lines of 2,000 and 1,000 may meet a cap of 10 % of the month and a cap of 4,500 a year of which 3,500 are
used. Each cap takes what the one before it left, pro rata across the lines, in the order written (3.5).

Example (worked case 22): 2,000 + 1,000, month cap 2,000, year cap 4,500 of which 3,500 are used: 666.67 and 333.33.

Limits: amounts stay exact; the statement rounds. What earlier months have used is the caller's to know, because it is
a fold over earlier statements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, Base, Cap, CapPer
from domain.credits.base import Due, charges_over, monthly_charges
from domain.credits.miss import per_cent_of
from domain.explanation import Value, number, rule

_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class CapRoom:
    """One cap in one month: its whole limit, and what earlier statements of its span have used."""

    cap: Cap
    limit: Fraction
    used: Fraction

    @property
    def room(self) -> Fraction:
        """What is left of the cap; never negative."""
        left = self.limit - self.used if self.used else self.limit
        return left if left.numerator >= 0 else _NOTHING


def cap_limit(agreement: Agreement, cap: Cap, due: Due) -> Fraction:
    """A cap's limit: its amount, or its percent of the charges of its own span (the month, or twelve months)."""
    return limit_of(cap, spanned_charges(agreement, cap, due) or Fraction(0))


def limit_of(cap: Cap, charges: Fraction) -> Fraction:
    """A cap's limit where the charges of its span are known: its amount, or its percent of them."""
    return cap.amount.fraction if cap.amount is not None else per_cent_of(cap.percent or _NOTHING, charges)


def spanned_charges(agreement: Agreement, cap: Cap, due: Due) -> Fraction | None:
    """The charges that a cap's percent is of: the month's, or twelve months'; None where nothing is priced."""
    if cap.per is CapPer.MONTH and cap.of is not Base.ANNUAL:
        return charges_over(agreement, None, due)
    monthly = monthly_charges(agreement, None, due.consumer, due.first)
    return None if monthly is None else 12 * monthly


def span_start(agreement: Agreement, per: CapPer, month: date) -> date:
    """The first day of the span that a cap counts over: the month, the calendar year, or the contract year."""
    if per is CapPer.MONTH:
        return month.replace(day=1)
    if per is CapPer.YEAR:
        return date(month.year, 1, 1)
    # A contract year begins on the term's own day; a month belongs to the year in which its last days lie.
    years = month.year - agreement.first.year
    start = _anniversary(agreement.first, years)
    return start if start.replace(day=1) <= month else _anniversary(agreement.first, years - 1)


def _anniversary(first: date, years: int) -> date:
    try:
        return first.replace(year=first.year + years)
    except ValueError:  # A term that begins on 29 February has its year begin on 28 February.
        return first.replace(year=first.year + years, day=28)


def apply_caps(amounts: Sequence[Fraction], rooms: Sequence[CapRoom]) -> tuple[Fraction, ...]:
    """What is left of each line after all caps, in the order written, pro rata across the lines."""
    left = tuple(amounts)
    for each in rooms:
        left = within_room(left, each.room)
    return left


def within_room(amounts: Sequence[Fraction], room: Fraction) -> tuple[Fraction, ...]:
    """The lines scaled down, all by the same part, so that they do not exceed what is left of a cap."""
    total = amounts[0] if len(amounts) == 1 else sum(amounts, start=_NOTHING)
    if total <= room:
        return tuple(amounts)
    part = room / total
    return tuple(amount * part for amount in amounts)


@rule("agreement-cap/1")
def _agreement_cap(arguments: Mapping[str, Value]) -> Value:
    """One line under one cap: scaled, with the ``others``, to what ``limit`` leaves beside what is ``used``."""
    room = max(number(arguments, "limit") - number(arguments, "used"), Fraction(0))
    return within_room((number(arguments, "amount"), number(arguments, "others")), room)[0]
