"""Rows of whole numbers sorted into kinds, so that a rule is asked once for all rows that are alike.

The problem: ten thousand years are ten thousand rows of the same few columns (which row of a table each month fell
into, what is left of a cap), and most rows repeat one another. NumPy can find distinct rows, but it compares them as
bytes, which takes longer than everything else together. So the columns are folded into one number first, as the digits
of a clock fold into seconds, and numbers are sorted into kinds quickly, or without sorting where there are few of them.

Example: the columns (0, 1, 0) and (5, 7, 5) have two kinds, first found in rows 0 and 1; the third row is of kind 0.

Limits: whole numbers of 64 bits; columns of equal length, one at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kinds", "kinds_of"]

Numbers = NDArray[np.int64]

_MOST = 2**62
_FEW = 4096


class Kinds(NamedTuple):
    """The kinds of some rows, in the order of their columns' values: a row of each, and the kind of each row."""

    rows: Numbers
    which: Numbers


def kinds_of(columns: Sequence[Numbers]) -> Kinds:
    """Sort rows into kinds: two rows are of one kind where all their columns are equal."""
    length = len(columns[0])
    if not length:
        none = np.zeros(0, dtype=np.int64)
        return Kinds(none, none)
    folded, span = _from_nought(columns[0])
    for column in columns[1:]:
        digits, width = _from_nought(column)
        if span * width >= _MOST:
            folded, span = _numbered(folded)
            digits, width = _numbered(digits)
        # There are at most as many numbers as rows now, so that their product fits 64 bits.
        folded, span = folded * width + digits, span * width
    return _few(folded, span) if span <= max(_FEW, 2 * length) else _many(folded)


def _from_nought(column: Numbers) -> tuple[Numbers, int]:
    """A column counted from its least value, and how many values it may have."""
    least, most = int(column.min()), int(column.max())
    if most - least >= _MOST:
        return _numbered(column)
    return column - least, most - least + 1


def _numbered(column: Numbers) -> tuple[Numbers, int]:
    """Each value's place among the distinct ones."""
    distinct, places = np.unique(column, return_inverse=True)
    return places.astype(np.int64, copy=False), len(distinct)


def _few(folded: Numbers, span: int) -> Kinds:
    """Kinds of numbers below a small bound: each is looked up where it would stand."""
    first = np.full(span, -1, dtype=np.int64)
    first[folded[::-1]] = np.arange(len(folded) - 1, -1, -1, dtype=np.int64)
    is_there = first >= 0
    numbers = np.cumsum(is_there, dtype=np.int64) - 1
    return Kinds(first[is_there], numbers[folded])


def _many(folded: Numbers) -> Kinds:
    _, rows, which = np.unique(folded, return_index=True, return_inverse=True)
    return Kinds(rows.astype(np.int64, copy=False), which.astype(np.int64, copy=False))
