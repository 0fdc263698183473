"""Chances as whole numbers over a denominator, and what a gate makes of those of its members.

The problem: a chance that is compared with a promise may not be rounded unseen, and that of a gate of ten thousand
members has a hundred thousand digits. So a chance is exact as long as it is short; where it grows too long it becomes
a lower and an upper one that differ in the hundredth digit.

Example: members that are up with 1/2 and 2/3 are both up with 2/6, and at least one of them with 5/6.

``low`` and ``high`` are columns with one axis for each service that is conditioned on: of length 2 (down, up) where it
matters, else of length 1. A plain chance has one entry.

Limits: members have to be independent, given the state that the axes say (`ola.alignment.expected` sees to it).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import mul
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
"""Whole numbers of any size."""

LONGEST: Final = 16_384
_LONGEST_IN_COLUMN: Final = 2_048
_FIXED_POINT: Final = 1_024
_FIXED_POINT_IN_COLUMN: Final = 512
_FIXED_POINT_OF_MANY: Final = 320
_STEPS_ONE_BY_ONE: Final = 40_000


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """That something is up: from ``low`` / ``denominator`` to ``high`` / ``denominator``."""

    low: Column
    high: Column
    denominator: int

    @classmethod
    def of(cls, low: Fraction, high: Fraction, axes: int) -> "Chance":
        """A plain chance in a room of so many axes."""
        denominator = low.denominator * high.denominator
        bottom = _filled(low.numerator * high.denominator, axes)
        if low == high:
            return cls(_filled(low.numerator, axes), _filled(low.numerator, axes), low.denominator)
        return cls(bottom, _filled(high.numerator * low.denominator, axes), denominator)

    @classmethod
    def conditioned(cls, axis: int, axes: int) -> "Chance":
        """A service that is conditioned on: 0 where it is down and 1 where it is up."""
        column = _filled(0, axes)
        column = np.concatenate([column, column + 1], axis=axis)
        return cls(column, column, 1)

    def bounds(self) -> tuple[Fraction, Fraction]:
        """The lower and the upper chance of a plain one."""
        return Fraction(self.low.item(), self.denominator), Fraction(self.high.item(), self.denominator)

    @property
    def is_plain(self) -> bool:
        """Whether nothing that it is conditioned on matters."""
        return bool(self.low.size == 1)

    def depends_on(self, axis: int) -> bool:
        """Whether the state of a service that is conditioned on matters."""
        return bool(self.low.shape[axis] == 2)

    def complement(self) -> "Chance":
        """That it is down."""
        return Chance(self.denominator - self.high, self.denominator - self.low, self.denominator)

    def times(self, other: "Chance") -> "Chance":
        """That both are up."""
        denominator = self.denominator * other.denominator
        return _shortened(self.low * other.low, self.high * other.high, denominator)

    def without(self, axis: int, up: "Chance") -> "Chance":
        """The same with a service no longer conditioned on, which is up with a plain chance."""
        low = _mixed(self.low, axis, up.low.item(), up.denominator)
        high = _mixed(self.high, axis, up.high.item(), up.denominator)
        return _shortened(low, high, self.denominator * up.denominator)


def at_least(needed: int, members: Sequence[Chance]) -> Chance:
    """That at least so many of some independent members are up; ``needed`` is from 1 to their number."""
    failing = len(members) - needed + 1
    if needed > failing:
        # The rarer side is counted, because counting stops as soon as it is enough.
        return at_least(failing, [member.complement() for member in members]).complement()
    plain = [member for member in members if member.is_plain]
    columns = [member for member in members if not member.is_plain]
    if not columns:
        return _at_least_of_plain(needed, plain)
    tails = [
        _tail(needed - count, plain, columns[0].low.ndim) for count in range(min(needed, len(columns)) + 1)
    ]
    common = reduce(lcm, (tail.denominator for tail in tails))
    factors = [common // tail.denominator for tail in tails]
    low = sum(
        ways * (tail.low.item() * factor)
        for ways, tail, factor in zip(_counts(needed, columns, is_low=True), tails, factors, strict=True)
    )
    high = sum(
        ways * (tail.high.item() * factor)
        for ways, tail, factor in zip(_counts(needed, columns, is_low=False), tails, factors, strict=True)
    )
    denominator = reduce(mul, (member.denominator for member in columns))
    return _shortened(_of_column(low), _of_column(high), denominator * common)


def _tail(needed: int, plain: list[Chance], axes: int) -> Chance:
    if needed <= 0:
        return Chance.of(Fraction(1), Fraction(1), axes)
    if needed > len(plain):
        return Chance.of(Fraction(0), Fraction(0), axes)
    return _at_least_of_plain(needed, plain)


def _counts(needed: int, members: Sequence[Chance], *, is_low: bool) -> list[Column]:
    """In how many of all cases just 0, 1, ... are up, and last ``needed`` or more (or all of the members)."""
    counts: list[Column] = []
    for member in members:
        up = member.low if is_low else member.high
        down = member.denominator - up
        if not counts:
            counts = [down, up]
            continue
        more = counts[-1] * up
        following = [counts[0] * down]
        following += [
            counts[i] * down + counts[i - 1] * up for i in range(1, len(counts) - (len(counts) > needed))
        ]
        if len(counts) > needed:
            following.append(counts[needed] * member.denominator + counts[needed - 1] * up)
        else:
            following.append(more)
        counts = following
    return counts


# --------------------------------------------------------------------------------------------- plain chances


def _at_least_of_plain(needed: int, members: Sequence[Chance]) -> Chance:
    axes = members[0].low.ndim
    if needed == 1:
        none_of_them = reduce(Chance.times, (member.complement() for member in members))
        return none_of_them.complement()
    lows = [(member.low.item(), member.denominator) for member in members]
    highs = [(member.high.item(), member.denominator) for member in members]
    length = sum(denominator.bit_length() for _, denominator in lows)
    if needed * len(members) <= _STEPS_ONE_BY_ONE and length <= LONGEST:
        low, denominator = one_by_one(needed, lows)
        high = low if lows == highs else one_by_one(needed, highs)[0]
    else:
        # Fewer than so many members up is a polynomial's lowest coefficients; the more of them, the rarer the rest.
        denominator = 1 << _FIXED_POINT_OF_MANY
        low = max(denominator - _fewer(needed, lows, is_rounded_up=True), 0)
        high = min(denominator - _fewer(needed, highs, is_rounded_up=False), denominator)
    return _shortened(_filled(low, axes), _filled(high, axes), denominator)


def one_by_one(needed: int, members: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The cases in which at least so many are up, and all cases; enough is enough."""
    counts = [1] + [0] * needed
    whole = 1
    for up, denominator in members:
        counts[needed] = counts[needed] * denominator + counts[needed - 1] * up
        for count in range(needed - 1, 0, -1):
            counts[count] = counts[count] * (denominator - up) + counts[count - 1] * up
        counts[0] *= denominator - up
        whole *= denominator
    return counts[needed], whole


def _fewer(needed: int, members: Sequence[tuple[int, int]], *, is_rounded_up: bool) -> int:
    """In fixed point, that fewer than so many are up, every rounding in one direction."""
    one = 1 << _FIXED_POINT_OF_MANY
    polynomials = []
    for up, denominator in members:
        part = up * one // denominator
        is_cut = up * one % denominator != 0
        # The chance of up and that of down are rounded the same way: up for an upper bound, down for a lower one.
        polynomials.append([one - part - (is_cut and not is_rounded_up), part + (is_cut and is_rounded_up)])
    while len(polynomials) > 1:
        pairs = zip(polynomials[::2], polynomials[1::2], strict=False)
        odd = polynomials[-1:] if len(polynomials) % 2 else []
        polynomials = [_multiplied(p, q, needed, is_rounded_up=is_rounded_up) for p, q in pairs] + odd
    return sum(polynomials[0][:needed])


def _multiplied(p: list[int], q: list[int], terms: int, *, is_rounded_up: bool) -> list[int]:
    """The first terms of the product of two polynomials, by the product of two long numbers (Kronecker)."""
    width = (2 * _FIXED_POINT_OF_MANY + min(len(p), len(q)).bit_length() + 2) // 8 + 1
    one, other = (
        int.from_bytes(b"".join(each.to_bytes(width, "little") for each in polynomial[:terms]), "little")
        for polynomial in (p, q)
    )
    count = min(len(p) + len(q) - 1, terms)
    length = (len(p) + len(q)) * width
    product = (one * other).to_bytes(length, "little")
    found = (int.from_bytes(product[at : at + width], "little") for at in range(0, count * width, width))
    if is_rounded_up:
        return [-((-each) >> _FIXED_POINT_OF_MANY) for each in found]
    return [each >> _FIXED_POINT_OF_MANY for each in found]


# --------------------------------------------------------------------------------------------- whole numbers


def _filled(number: int, axes: int) -> Column:
    column = np.empty((1,) * axes, dtype=object)
    column[...] = number
    return column


def _of_column(value: Any) -> Column:  # noqa: ANN401 - a sum of columns has no type of its own
    if not isinstance(value, np.ndarray):
        raise TypeError("A sum of columns is a column.")
    return value


def _as_column(value: Any, axes: int) -> Column:  # noqa: ANN401 - numpy gives the bare entry for no axes
    return value if isinstance(value, np.ndarray) else _filled(value, axes)


def _mixed(column: Column, axis: int, up: int, denominator: int) -> Column:
    down_side, up_side = np.split(column, 2, axis=axis)
    return _as_column(down_side * (denominator - up) + up_side * up, column.ndim)


def _shortened(low: Column, high: Column, denominator: int) -> Chance:
    """The same with a shorter denominator where it has grown too long, rounded outwards."""
    is_column = low.size > 1
    if denominator.bit_length() <= (_LONGEST_IN_COLUMN if is_column else LONGEST):
        return Chance(low, high, denominator)
    kept = _FIXED_POINT_IN_COLUMN if is_column else _FIXED_POINT
    return Chance((low << kept) // denominator, -((-(high << kept)) // denominator), 1 << kept)
