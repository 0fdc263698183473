"""What every written form is made of: numbers, days and money as text.

Example: 28.50 pounds are ``{"amount": "28.50", "currency": "GBP"}``, and a third is "0.333333333".

Limits: an amount that is not rounded keeps all of its digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from domain.money import Money, decimal_text

JsonValue: TypeAlias = "str | int | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Shape: TypeAlias = "dict[str, JsonValue]"


def money_shape(money: Money) -> Shape:
    """An amount in its currency's own digits, or more where it is not rounded."""
    return {"amount": money.text(), "currency": money.currency}


def day_text(day: date | None) -> str | None:
    """A date as ISO 8601 writes it; None stays None."""
    return None if day is None else day.isoformat()


def number_text(value: Fraction | None) -> str | None:
    """A number in decimals, at least nine of them where it has no end; None stays None."""
    return None if value is None else decimal_text(value)


def party_text(name: str | None) -> str | None:
    """A party by its name; all customers together ("*") are no one party, so there is no name to give."""
    return None if name == "*" else name
