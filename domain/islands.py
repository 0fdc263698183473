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

__all__ = ["islands"]

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
    opens = starts[1:] > reach[:-1]
    owners = bounds[1:-1]
    opens[owners[(owners > 0) & (owners < len(starts))] - 1] = True
    closing = np.flatnonzero(opens)
    first = np.concatenate((np.zeros(1, dtype=np.int64), closing + 1))
    last = np.append(closing, len(starts) - 1)
    return starts[first], reach[last], np.searchsorted(first, bounds)


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
