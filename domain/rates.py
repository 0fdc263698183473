"""Dated exchange rates, as the documents say them: the only way by which money of two currencies ever meets.

The problem: a customer is credited in pounds and the supplier's contract pays in euros. What the one has to do with the
other is a rate that somebody agreed, with a day from which it holds; no figure may rest on any other.

Example: 1 EUR is 0.86 GBP from 1 January 2026 on: 1,000.00 EUR of March are 860.00 GBP.

Limits: a rate serves both ways, exactly (a pound is 1/0.86 euros); no rate is made of two others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.money import Money, rounded


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """From a day on, one unit of ``base`` is ``rate`` units of ``quote``; ``name`` is the document that says so."""

    name: str
    base: str
    quote: str
    since: date
    rate: Fraction


def rate_on(rates: Sequence[ExchangeRate], base: str, quote: str, day: date) -> Fraction | None:
    """What one unit of a currency is in another on a day: the rate that began last, written either way; None: none.

    A rate written in the asked direction comes before one that has to be turned round, whatever their days.
    """
    if base == quote:
        return Fraction(1)
    for first, second, is_asked in ((base, quote, True), (quote, base, False)):
        found = [each for each in rates if (each.base, each.quote) == (first, second) and each.since <= day]
        if found:
            last = max(found, key=lambda each: (each.since, each.name))
            return last.rate if is_asked else 1 / last.rate
    return None


def converted(money: Money, quote: str, rate: Fraction) -> Money:
    """An amount in another currency at a rate, rounded once to that currency's minor unit, half-even."""
    return money if money.currency == quote else rounded(money.fraction * rate, quote)
