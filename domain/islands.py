"""Rows that overlap, put together: the maximal spans that a column of spans covers, for many owners at once.

The problem: two monitors tell of one outage, the second before the first one's end. An outage is a maximal interval of
their union (ruling 15 of the design), for one service as for two thousand; and to ask two thousand services one by one
costs more than the rows themselves. So the rows of all owners stand in the same columns, one owner after another, and
are swept once; a single set of time is the sweep with one owner.

Example: hosting was down 10-12 and 11-14, wan 13-15. The columns ``[10, 11, 13]`` and ``[12, 14, 15]`` with the bounds
``[0, 2, 3]`` become ``[10, 13]`` and ``[14, 15]`` with the bounds ``[0, 1, 2]``: one outage each.

Limits: within an owner rows stand in the order of their starts, and each is longer than zero.

References: "gaps and islands", by a running maximum of the ends: J. Celko, "SQL for Smarties" (2014), chapter 32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["islands", "overlaps"]

Column = NDArray[np.int64]

_ROOM = 2**62
"""How far instants may be moved up: half of what 64 bits hold."""


def islands(starts: Column, ends: Column, bounds: Column) -> tuple[Column, Column, Column]:
    """The maximal spans of each owner, in order: starts, ends, and their bounds.

    The rows of owner k are those from ``bounds[k]`` to before ``bounds[k + 1]``, of what comes in as of what goes out.
    Spans that touch are one. An owner without rows has none.
    """
    if not len(starts):
        return starts, ends, bounds
    reach = _reach(ends, bounds)
    # A span opens where it begins after all before it have ended, or where its owner's rows begin.
    opens = np.empty(len(starts), dtype=np.bool_)
    opens[0] = True
    np.greater(starts[1:], reach[:-1], out=opens[1:])
    if len(bounds) > 2:
        opens[bounds[:-1][bounds[:-1] < len(starts)]] = True
    first = opens.nonzero()[0]
    last = np.empty_like(first)
    last[:-1] = first[1:] - 1
    last[-1] = len(starts) - 1
    return starts[first], reach[last], first.searchsorted(bounds)


def overlaps(
    starts: Column, ends: Column, others: Column, their_ends: Column
) -> tuple[Column, Column, Column]:
    """What each span has in common with a set of time: starts, ends, and how many pieces of the spans before each.

    The spans may overlap; the set, of the starts ``others`` and the ends ``their_ends``, is sorted and apart.
    The pieces of span k are those from the k-th of the counts to before the next; the last count is of them all.
    """
    first = their_ends.searchsorted(starts, side="right")
    pieces = np.zeros(len(starts) + 1, dtype=np.int64)
    # What begins before the span ends, less what had ended by its start; a span of no length has no piece.
    np.cumsum(np.maximum(others.searchsorted(ends, side="left") - first, 0), out=pieces[1:])
    each = np.diff(pieces)
    which = np.arange(pieces[-1]) + np.repeat(first - pieces[:-1], each)
    return (
        np.maximum(np.repeat(starts, each), others[which]),
        np.minimum(np.repeat(ends, each), their_ends[which]),
        pieces,
    )


def _reach(ends: Column, bounds: Column) -> Column:
    """The latest end of each row and those of its owner before it."""
    if len(bounds) <= 2:
        return np.maximum.accumulate(ends)
    # Each owner's ends are moved beyond those of the owner before, so that one running maximum serves them all; as
    # many owners at a time as there is room for.
    low = int(ends.min())
    span = int(ends.max()) - low + 1
    at_once = max(_ROOM // span, 1)
    found = np.empty_like(ends)
    for owner in range(0, len(bounds) - 1, at_once):
        some = bounds[owner : owner + at_once + 1]
        moved = np.repeat(np.arange(len(some) - 1, dtype=np.int64) * span, np.diff(some))
        rows = slice(int(some[0]), int(some[-1]))
        found[rows] = np.maximum.accumulate(ends[rows] - low + moved) - moved + low
    return found
