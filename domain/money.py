"""Amounts of money that never lose a penny, and sums that are divided without a penny left over.

A credit of 100.00 shared by three suppliers is 33.33 three times and a penny that somebody must take.
Rounding each part alone loses it. Here a total is rounded once, at a named place, and its parts are settled
by largest remainder, so that they always add up to it and always the same way.

    >>> total = rounded(Fraction(100), "GBP")
    >>> [part.text() for part in split(total, [Fraction(1)] * 3, ["cirrus", "atlas", "boreas"])]
    ['33.33', '33.34', '33.33']

Limits: amounts of different currencies never meet (CurrencyMismatch). Nothing here multiplies money: shares
and percentages are exact fractions, worked out as such and rounded at the end.

References: ISO 4217:2015, list one (minor units of currencies). The method of largest remainders: A.
Hamilton's, as described in M. L. Balinski and H. P. Young, "Fair Representation" (1982), chapter 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, FloatOperation, Inexact, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import floor, lcm

from domain.errors import CurrencyMismatch, InvalidValue

__all__ = [
    "NO_CURRENCY",
    "ROUNDINGS",
    "Money",
    "apportion",
    "decimal_text",
    "in_parts",
    "minor_digits",
    "rounded",
    "share_texts",
    "split",
]

NO_CURRENCY = "XXX"
"""The code of ISO 4217 for a transaction without a currency: of an agreement that names no money."""

# The currencies of ISO 4217 list one whose minor unit is not the hundredth, by their decimal digits.
_MINOR_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

ROUNDINGS = ("half_even", "half_up", "down", "up")
"""The ways a contract may round: ties to even; ties away from zero; towards zero; away from zero."""

# Sums of amounts are exact or an error: the usual 28 digits would round a longer sum without a word.
_EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, FloatOperation])

# No price has more digits than this; an amount like 1E+999999999 would only exhaust the memory.
_LONGEST = 60

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, exact, rounded or not.

    `currency` is three capital letters, as in ISO 4217. Raises InvalidValue for an amount that is not a
    finite Decimal; a float is refused because it rarely is the amount that was written.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise InvalidValue(
                f"{self.amount!r} is {type(self.amount).__name__}, not Decimal: "
                'money is written as text and read exactly, like Decimal("40000.00")'
            )
        if not self.amount.is_finite():
            raise InvalidValue(f"{self.amount} is not an amount of money: give a finite number")
        if not -_LONGEST <= int(self.amount.as_tuple().exponent) <= self.amount.adjusted() <= _LONGEST:
            raise InvalidValue(
                f"{self.amount} has more than {_LONGEST} digits before or after its point: is it right?"
            )
        if _CURRENCY.fullmatch(str(self.currency)) is None:
            raise InvalidValue(f"{self.currency!r} is not a currency: give its ISO 4217 code, like GBP")
        if self.amount.is_zero() and self.amount.is_signed():
            # Minus nothing is nothing, and prints as such.
            object.__setattr__(self, "amount", self.amount.copy_abs())

    @classmethod
    def zero(cls, currency: str) -> Money:
        """No money, in that currency."""
        return _nothing_in(currency)

    @property
    def fraction(self) -> Fraction:
        """The amount as an exact fraction of the currency's major unit."""
        return _exactly(self.amount)

    def __add__(self, other: Money) -> Money:
        self._require_same_currency(other, "added to")
        return _of_amount(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        self._require_same_currency(other, "reduced by")
        return _of_amount(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __bool__(self) -> bool:
        """Whether there is any money at all."""
        return not self.amount.is_zero()

    def __lt__(self, other: Money) -> bool:
        self._require_same_currency(other, "compared with")
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._require_same_currency(other, "compared with")
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        self._require_same_currency(other, "compared with")
        return self.amount > other.amount

    def __ge__(self, other: Money) -> bool:
        self._require_same_currency(other, "compared with")
        return self.amount >= other.amount

    def text(self) -> str:
        """The amount with at least the currency's own decimal digits: "2000.00", and "2000" in yen."""
        digits = minor_digits(self.currency)
        return decimal_text(self.fraction, finite_max=_EXACT.prec, least=digits)

    def __str__(self) -> str:
        return f"{self.currency} {self.text()}"

    def _require_same_currency(self, other: Money, verb: str) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"{self} cannot be {verb} {other}: "
                "convert one of them at a dated rate from the documents first"
            )


@lru_cache(maxsize=65_536)
def _exactly(amount: Decimal) -> Fraction:
    """An amount as a fraction: prices, credits and caps are few amounts, each read many times."""
    return Fraction(amount)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum of amounts in a currency; no money where there are none.

    Raises CurrencyMismatch for an amount in another one.
    """
    found = Money.zero(currency)
    exact = found.amount
    for each in amounts:
        if each.currency != currency:
            return found + each  # It says what is wrong.
        exact = _EXACT.add(exact, each.amount)
    return _of_amount(exact, currency)


@lru_cache(maxsize=1024)
def _nothing_in(currency: str, exponent: int = 0) -> Money:
    """No money, with the places that its amount has: most amounts of a month are this one."""
    return Money(Decimal((0, (0,), exponent)), currency)


def _of_amount(amount: Decimal, currency: str) -> Money:
    """Money whose currency and digits are known to be right: what sums and whole minor units of money make.

    A settlement makes hundreds of thousands of amounts out of amounts, and checking each of them again is most of what
    they cost. Only the length can still go wrong.
    """
    if not amount:
        return _nothing_in(currency, int(amount.as_tuple().exponent))
    if amount.adjusted() > _LONGEST:
        return Money(amount, currency)
    found = object.__new__(Money)
    object.__setattr__(found, "amount", amount)
    object.__setattr__(found, "currency", currency)
    return found


def _of_units(units: int, currency: str) -> Money:
    """So many of a currency's minor unit."""
    if not units:
        # A zero keeps its places like any other amount, so that it prints and compares as it always did.
        return _nothing_in(currency, -minor_digits(currency))
    return _of_amount(Decimal(units).scaleb(-minor_digits(currency), _EXACT), currency)


def minor_digits(currency: str) -> int:
    """How many decimal digits a currency's minor unit has: 2 for GBP, 0 for JPY, 3 for KWD (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


def rounded(amount: Fraction, currency: str, rounding: str = "half_even") -> Money:
    """The exact amount rounded to the currency's minor unit.

    `rounding` is one of ROUNDINGS. Raises InvalidValue for another one, and for an amount that is not exact.
    """
    if not isinstance(amount, (Fraction, int)):
        raise InvalidValue(f"{amount!r} is {type(amount).__name__}, not an exact fraction: use Fraction")
    Money.zero(currency)  # Whatever is no currency is refused here.
    units, rest = divmod(amount.numerator * 10 ** minor_digits(currency), amount.denominator)
    if rest:
        if rounding == "half_even":
            # As `_rounded_units` does it, of the whole numbers that are there already.
            units += 2 * rest > amount.denominator or (2 * rest == amount.denominator and units % 2)
        else:
            units = _rounded_units(Fraction(amount) * 10 ** minor_digits(currency), rounding)
    elif rounding not in ROUNDINGS:
        raise _no_rounding(rounding)
    return _of_units(units, currency)


def rounded_fraction(value: Fraction, places: int, rounding: str = "half_even") -> Fraction:
    """The value rounded to decimal places, still exact: what a contract compares that compares a rounded value.

    `rounding` is one of ROUNDINGS; raises InvalidValue for another one.
    """
    return Fraction(_rounded_units(Fraction(value) * 10**places, rounding), 10**places)


def split(total: Money, weights: Sequence[Fraction], names: Sequence[str]) -> tuple[Money, ...]:
    """The total divided in proportion to the weights, in whole minor units, by largest remainder.

    The parts are in the order of the weights and add up to the total exactly; ties go to the name that sorts
    first. A negative total is divided like the positive one. Raises InvalidValue where the total is not a
    whole number of minor units, a weight is negative, or all weights are zero and the total is not.
    """
    exact = total.fraction
    units, part = divmod(exact.numerator * 10 ** minor_digits(total.currency), exact.denominator)
    if part:
        raise InvalidValue(
            f"{total} is not a whole number of the currency's minor unit: round it before dividing it"
        )
    if any(weight.numerator < 0 for weight in weights):
        raise InvalidValue(f"a total cannot be divided by negative weights: {', '.join(map(str, weights))}")
    # The weights as whole numbers in the same proportion: nothing else of them matters, and whole numbers are quick.
    common = lcm(*(weight.denominator for weight in weights))
    sizes = [weight.numerator * (common // weight.denominator) for weight in weights]
    whole = sum(sizes)
    if whole == 0:
        if units:
            raise InvalidValue(f"{total} cannot be divided: all of its {len(weights)} weights are zero")
        return tuple(Money.zero(total.currency) for _ in weights)
    if len(sizes) != len(names):
        raise InvalidValue(f"{len(sizes)} parts and {len(names)} names: every part has one name")
    size, sign = abs(units), -1 if units < 0 else 1
    divided = [divmod(size * each, whole) for each in sizes]
    parts = _with_the_rest(size, [part for part, _ in divided], [-rest for _, rest in divided], names)
    return tuple(_of_units(sign * part, total.currency) for part in parts)


def in_parts(total: Money, exact: Sequence[Fraction], names: Sequence[str]) -> tuple[Money, ...]:
    """What a total that was rounded once is made of: each exact part in whole minor units, by largest remainder.

    Unlike `split`, which divides a total, this keeps parts that are known: each is its own exact amount rounded down or
    up, and up goes whoever loses most by rounding down; ties go to the name that sorts first. Raises InvalidValue where
    the total is not the rounded sum of the parts.
    """
    minor = 10 ** minor_digits(total.currency)
    units = apportion(int(total.fraction * minor), [part * minor for part in exact], names)
    return tuple(_of_units(part, total.currency) for part in units)


def apportion(total_units: int, exact_parts: Sequence[Fraction], names: Sequence[str]) -> tuple[int, ...]:
    """Whole units that add up to `total_units`, each the exact part rounded down or up, by largest remainder.

    `total_units` is the rounded sum of the exact parts, so it must lie less than one unit from that sum. Ties
    go to the name that sorts first, then to the earlier part. Raises InvalidValue where the total is not that
    sum, or parts and names differ in number.
    """
    if len(exact_parts) != len(names):
        raise InvalidValue(f"{len(exact_parts)} parts and {len(names)} names: every part has one name")
    exact = [Fraction(part) for part in exact_parts]
    if abs(total_units - sum(exact, Fraction(0))) >= 1:
        raise InvalidValue(
            f"{total_units} is not the rounded sum of parts that add up to {sum(exact, Fraction(0))}: "
            "round that sum, and divide the result"
        )
    units = [floor(part) for part in exact]
    lacking = [whole - part for whole, part in zip(units, exact, strict=True)]
    return _with_the_rest(total_units, units, lacking, names)


def _with_the_rest(
    total: int, units: list[int], lacking: Sequence[int] | Sequence[Fraction], names: Sequence[str]
) -> tuple[int, ...]:
    """Whole units with what is left of a total given to those that lack most of their exact part (the least number)."""
    rest = total - sum(units)
    if rest:
        order = sorted(range(len(units)), key=lambda i: (lacking[i], names[i], i))
        for index in order[:rest]:
            units[index] += 1
    return tuple(units)


def decimal_text(value: Fraction, places: int = 9, finite_max: int = 30, *, least: int = 0) -> str:
    """The value as decimal text for people: exact where it can be, else rounded half-even to `places` places.

    Exact text has no trailing zeros beyond `least` places and at most `finite_max` places: "95", "99.856". A
    value with no end in decimal, or a longer one, has exactly `places`: "99.856481481".
    """
    value = Fraction(value)
    twos, fives, rest = 0, 0, value.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    digits = max(twos, fives)
    if rest == 1 and digits <= finite_max:
        return _placed(value.numerator * 10**digits // value.denominator, digits, max(digits, least))
    return _placed(_rounded_units(value * 10**places, "half_even"), places, places)


def cut_text(value: Fraction, places: int) -> str:
    """The value cut down to `places` places, as decimal text that never reads as more than it is: "99.45", "100"."""
    units = value.numerator * 10**places // value.denominator
    while places and units % 10 == 0:
        units, places = units // 10, places - 1
    return _placed(units, places, places)


def share_texts(shares: Sequence[Fraction], names: Sequence[str]) -> tuple[str, ...]:
    """Shares as decimal text of at most nine places, which add up to exactly 1 where the shares do.

    The last place is settled by largest remainder, ties by name; trailing zeros are left out: "0.333333334",
    "0.333333333", "0.8", "1", "0".
    """
    exact = [Fraction(share) * 10**9 for share in shares]
    units = apportion(_rounded_units(sum(exact, Fraction(0)), "half_even"), exact, names)
    return tuple(decimal_text(Fraction(unit, 10**9)) for unit in units)


def _rounded_units(exact: Fraction, rounding: str) -> int:
    """The fraction as a whole number, rounded in one of the ways of ROUNDINGS."""
    if rounding == "half_even":
        return exact.numerator if exact.denominator == 1 else round(exact)
    size = abs(exact)
    if rounding == "half_up":
        units = floor(size + Fraction(1, 2))
    elif rounding == "down":
        units = floor(size)
    elif rounding == "up":
        units = -floor(-size)
    else:
        raise _no_rounding(rounding)
    return units if exact > 0 else -units


def _no_rounding(rounding: str) -> InvalidValue:
    return InvalidValue(f"{rounding!r} is no way to round: it is one of {', '.join(ROUNDINGS)}")


def _placed(units: int, digits: int, places: int) -> str:
    """Whole units of 10^-digits as text with `places` decimal places, at least `digits`."""
    figures = str(abs(units)).rjust(digits + 1, "0")
    whole, part = figures[: len(figures) - digits], figures[len(figures) - digits :]
    part = part.ljust(places, "0")
    return ("-" if units < 0 else "") + whole + (f".{part}" if part else "")
