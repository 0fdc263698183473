"""Sums over rows that are each one party's: what ratio, mean, total, success and onTime have in common.

The problem: "95 % of calls answered in time" is one quotient of two sums, but to say whose shortfall it was one has to
know what the sum would have been had some party kept its own promise on its own rows (3.3). So the rows keep their
party, and the sums are asked for party by party.

Example: rows of 90/100 (sales) and 80/100 (desk) are 170/200 = 85 %. Had the desk kept a promise of 95 %, its row
would read 95/100, and the value 92.5 %.

Limits: numbers are exact decimals. A row better than the promise stays as it is: a promise is the least, not the most.
A total has no rate: a party's rows of it are compared with its promise together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Direction
from domain.evidence import Coded, Exact, Micros, Place

Mask = NDArray[np.bool_]


class Form(StrEnum):
    """What is made of the sums."""

    PERCENT = "percent"
    QUOTIENT = "quotient"
    SUM = "sum"


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Rows with a numerator and a denominator each; ``party`` names whose each is.

    ``of_rates``: each row is an interval whose numerator is the rate (numerator / denominator) and whose denominator
    is 1. ``label`` names the row (an item), ``at`` and ``until`` say when it was.
    """

    form: Form
    party: Coded
    numerator: Exact
    denominator: Exact
    at: Micros
    until: Micros
    label: Coded
    place: Place | None = None
    of_rates: bool = False

    def __len__(self) -> int:
        return len(self.at)

    def only(self, rows: Mask) -> "Tally":
        """The same of some of the rows."""
        return replace(
            self, party=self.party.take(rows), numerator=self.numerator.take(rows),
            denominator=self.denominator.take(rows), at=self.at[rows], until=self.until[rows],
            label=self.label.take(rows), place=None if self.place is None else self.place.take(rows),
        )  # fmt: skip

    def rows_of(self, parties: Iterable[str]) -> Mask:
        """Which rows are of some parties."""
        return self.party.rows_in(parties)

    def parties(self) -> tuple[str, ...]:
        """Who has a row, by name."""
        return tuple(sorted({self.party.names[code] for code in np.unique(self.party.codes) if code >= 0}))

    def numerators(self, rows: Mask) -> Fraction:
        """The sum of the numerators of some rows."""
        if not self.of_rates:
            return self.numerator.take(rows).total()
        return added(self.numerator[row] / self.denominator[row] for row in np.flatnonzero(rows).tolist())

    def denominators(self, rows: Mask) -> Fraction:
        """The sum of the denominators of some rows; of rates, how many there are."""
        return Fraction(int(rows.sum())) if self.of_rates else self.denominator.take(rows).total()

    @property
    def every_row(self) -> Mask:
        """All rows."""
        return np.ones(len(self), dtype=np.bool_)

    @property
    def whole(self) -> Fraction:
        """The sum of all numerators."""
        return self.numerators(self.every_row)

    @property
    def base(self) -> Fraction:
        """The sum of all denominators."""
        return self.denominators(self.every_row)

    def value(self, numerator: Fraction | None = None) -> Fraction | None:
        """The value, with the sum of numerators as it is or as it would be; None where there is no value."""
        if not len(self):
            return None
        above = self.whole if numerator is None else numerator
        return value_of(self.form, above, self.base)

    def distance(self, value_apart: Fraction) -> Fraction:
        """How many units of the numerator a difference between two values is."""
        if self.form is Form.SUM:
            return value_apart
        return value_apart * self.base / (100 if self.form is Form.PERCENT else 1)

    def kept(self, rows: Mask, promise: Fraction, direction: Direction) -> Fraction:
        """The sum of the numerators of some rows had each been at least as good as a promised value.

        For a total, which has no rate, the rows are compared with the promise together.
        """
        if not rows.any():
            return Fraction(0)
        at_least = direction is Direction.AT_LEAST
        if self.form is Form.SUM:
            return _better(self.numerators(rows), promise, at_least=at_least)
        rate = promise / 100 if self.form is Form.PERCENT else promise
        if self.of_rates:
            rates = (self.numerator[row] / self.denominator[row] for row in np.flatnonzero(rows).tolist())
            return added(_better(one, rate, at_least=at_least) for one in rates)
        return _kept_rows(self.numerator.take(rows), self.denominator.take(rows), rate, at_least=at_least)

    def share_of_promise(self, rows: Mask) -> Fraction:
        """What part of a promised total falls on some rows: by denominators, or by rows where these say nothing."""
        if self.base:
            return self.denominators(rows) / self.base
        return Fraction(int(rows.sum()), len(self))


def value_of(form: Form, numerator: Fraction, denominator: Fraction) -> Fraction | None:
    """The value of two sums; None for a zero denominator, which a plain sum does not have."""
    if form is Form.SUM:
        return numerator
    if denominator == 0:
        return None
    return numerator / denominator * (100 if form is Form.PERCENT else 1)


def added(parts: Iterable[Fraction]) -> Fraction:
    """The exact sum of many fractions: those of one denominator first, so that few large numbers are made."""
    by_denominator: dict[int, int] = {}
    for part in parts:
        by_denominator[part.denominator] = by_denominator.get(part.denominator, 0) + part.numerator
    left = [Fraction(above, below) for below, above in sorted(by_denominator.items())]
    while len(left) > 1:
        left = [sum(left[i : i + 2], start=Fraction(0)) for i in range(0, len(left), 2)]
    return left[0] if left else Fraction(0)


def _better(one: Fraction, other: Fraction, *, at_least: bool) -> Fraction:
    return max(one, other) if at_least else min(one, other)


def _kept_rows(numerator: Exact, denominator: Exact, rate: Fraction, *, at_least: bool) -> Fraction:
    scale = numerator.scale * denominator.scale * rate.denominator
    own = _times(numerator.units, rate.denominator * denominator.scale)
    promised = _times(denominator.units, rate.numerator * numerator.scale)
    chosen = np.maximum(own, promised) if at_least else np.minimum(own, promised)
    return Fraction(sum(chosen.tolist()), scale)


def _times(units: NDArray[Any], factor: int) -> NDArray[Any]:
    largest = max(abs(int(units.max())), abs(int(units.min())))
    return (
        units * factor
        if largest * abs(factor) < 2**62 and abs(factor) < 2**62
        else units.astype(object) * factor
    )
