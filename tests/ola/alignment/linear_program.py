"""The worst case of a formula by a linear program: over all ways in which failures can fall together.

A state says which services are down; a distribution over the states gives each service its downtime; the program looks
for the distribution in which the whole is down for longest. Exact fractions, Bland's rule against going in circles.

Reference: R. G. Bland, "New finite pivoting rules for the simplex method", Mathematics of Operations Research 2 (1977).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

from ola.alignment.structure import Formula
from tests.ola.alignment.formulas import reads_up

Row = list[Fraction]


def longest_downtime(of: Formula, downtime: Mapping[str, Fraction]) -> Fraction:
    """The largest part of the time for which the whole can be down, given each service's."""
    names = of.services()
    states = list(product((False, True), repeat=len(names)))
    is_down = [
        not reads_up(of, {name: not down for name, down in zip(names, state, strict=True)})
        for state in states
    ]
    rows = [[Fraction(1)] * len(states)]
    rows += [[Fraction(int(state[index])) for state in states] for index in range(len(names))]
    bounds = [Fraction(1), *(downtime[name] for name in names)]
    return maximum([Fraction(int(each)) for each in is_down], rows, bounds)


def maximum(gains: Sequence[Fraction], rows: Sequence[Row], bounds: Sequence[Fraction]) -> Fraction:
    """The most that ``gains`` can come to where each row of amounts, none below 0, comes to its bound (not below 0)."""
    count, slacks = len(gains), len(rows)
    table = [
        [*row, *(Fraction(int(index == each)) for each in range(slacks)), bound]
        for index, (row, bound) in enumerate(zip(rows, bounds, strict=True))
    ]
    basis = list(range(count, count + slacks))
    # First the slacks are driven out, for each of them is a bound that is not met.
    _improve(table, basis, [Fraction(0)] * count + [Fraction(-1)] * slacks, count + slacks)
    for index, row in enumerate(table):
        column = next((each for each in range(count) if row[each] != 0), None)
        if basis[index] >= count and column is not None:
            _pivot(table, basis, index, column)
    gained = [*gains, *([Fraction(0)] * slacks)]
    _improve(table, basis, gained, count)
    return sum((gained[name] * row[-1] for name, row in zip(basis, table, strict=True)), start=Fraction(0))


def _improve(table: list[Row], basis: list[int], gains: Sequence[Fraction], columns: int) -> None:
    while True:
        entering = next(
            (
                column
                for column in range(columns)
                if gains[column]
                > sum(
                    (gains[name] * row[column] for name, row in zip(basis, table, strict=True)),
                    start=Fraction(0),
                )
            ),
            None,
        )
        if entering is None:
            return
        leaving = min(
            (row[-1] / row[entering], basis[index], index)
            for index, row in enumerate(table)
            if row[entering] > 0
        )[2]
        _pivot(table, basis, leaving, entering)


def _pivot(table: list[Row], basis: list[int], leaving: int, entering: int) -> None:
    scale = table[leaving][entering]
    table[leaving] = [each / scale for each in table[leaving]]
    for index, row in enumerate(table):
        if index != leaving and row[entering] != 0:
            factor = row[entering]
            table[index] = [each - factor * other for each, other in zip(row, table[leaving], strict=True)]
    basis[leaving] = entering
