"""Counting in windows: how much had come together at each moment, over periods, months or days.

The problem: "three misses within six months", "more than three outages in any thirty days" and "fifty points within
three months" are one question: rows with a last day and a weight, and at each row the sum of what lies in the window
that ends with it. Ten years of outages must not take longer than reading them.

Example (E23): outages on days 1, 10, 20 and 30, windows of 30 days: 4 have come together on day 30; with the last on
day 31 only 3, because day 1 is then outside.

Limits: whole numbers only; fractions are scaled by their common denominator before they come here.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["BROKEN", "COUNTED", "PASSED_OVER", "rolling_totals", "run_lengths", "total_between"]

Numbers = NDArray[np.int64]

COUNTED, BROKEN, PASSED_OVER = 1, 0, -1
"""What a period does to a run: it lengthens it, ends it, or is passed over."""


def rolling_totals(ends: Numbers, since: Numbers, weights: Numbers) -> Numbers:
    """For each row the sum of the weights of the rows that end from ``since`` to its own end, both included.

    ``ends`` rise; rows of one end all see each other, whatever their order.
    """
    summed = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(weights)))
    upto = np.searchsorted(ends, ends, side="right")
    before = np.searchsorted(ends, since, side="left")
    return np.asarray(summed[upto] - summed[np.minimum(before, upto)], dtype=np.int64)


def total_between(ends: Numbers, weights: Numbers, first: int, last: int) -> int:
    """The sum of the weights of the rows that end from ``first`` to ``last``, both included."""
    begin, after = np.searchsorted(ends, (first, last + 1), side="left")
    return int(weights[begin:after].sum()) if after > begin else 0


def run_lengths(states: Sequence[int], follows: Sequence[bool]) -> list[int]:
    """For each period how many have come one after another with it: `COUNTED`, `BROKEN` or `PASSED_OVER` each.

    ``follows`` says whether a period comes directly after the one before it; a gap ends a run.
    """
    found, length = [], 0
    for state, is_next in zip(states, follows, strict=True):
        if not is_next:
            length = 0
        if state == COUNTED:
            length += 1
        elif state == BROKEN:
            length = 0
        found.append(length)
    return found
