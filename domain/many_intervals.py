"""The downtime of many services side by side, measured at once against one window.

The problem: a year of a thousand suppliers is a million outages of two thousand services, and what each one's downtime
comes to in office hours is asked of all of them. Asked one by one, the asking costs more than the answer. Here the sets
of time of all owners stand in the same columns, and one sweep serves them all.

Example: hosting down 10-12 and 11-14, wan 13-15, in a window 9-13: 3 hours and none.

    >>> rows = np.array([0, 0, 1]), np.array([10, 11, 13]), np.array([12, 14, 15])
    >>> down = ManyIntervals.of(*rows, owners=2)
    >>> down.measured_in(Intervals.of([(9, 13)])).tolist(), down.set(0).pairs()
    ([3, 0], ((10, 14),))

Limits: one window for all of them. Each set is what `Intervals.from_arrays` makes of the owner's rows: a set of time is
the same sweep (`domain.islands`) with one owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidValue
from domain.intervals import EMPTY, Instants, Intervals
from domain.islands import islands, overlaps

__all__ = ["ManyIntervals"]


@dataclass(frozen=True, slots=True, eq=False)
class ManyIntervals:
    """Sets of time of several owners, one after another, each sorted, disjoint and maximal.

    Set k are the spans from ``bounds[k]`` to before ``bounds[k + 1]``.
    """

    starts: Instants
    ends: Instants
    bounds: Instants

    @classmethod
    def of(
        cls, owner: NDArray[np.int64] | NDArray[np.int32], starts: Instants, ends: Instants, *, owners: int
    ) -> ManyIntervals:
        """The sets covered by spans [starts[i], ends[i]) of ``owner[i]``, in any order, overlapping or not.

        Owners are numbered from 0 to before ``owners``. Spans of no length cover nothing. Raises InvalidValue where a
        span ends before it starts.
        """
        lengths = ends - starts
        if bool((lengths <= 0).any()):
            if bool((lengths < 0).any()):
                row = int(np.flatnonzero(lengths < 0)[0])
                raise InvalidValue(
                    f"a span ends before it starts: from {int(starts[row])} to {int(ends[row])}"
                )
            keep = lengths > 0
            owner, starts, ends = owner[keep], starts[keep], ends[keep]
        falls = (owner[1:] < owner[:-1]) | ((owner[1:] == owner[:-1]) & (starts[1:] < starts[:-1]))
        if bool(falls.any()):
            order = np.lexsort((starts, owner))
            owner, starts, ends = owner[order], starts[order], ends[order]
        bounds = owner.searchsorted(np.arange(owners + 1, dtype=owner.dtype))
        return cls(*islands(starts, ends, bounds))

    def __len__(self) -> int:
        """How many sets there are."""
        return len(self.bounds) - 1

    def __iter__(self) -> Iterator[Intervals]:
        return (self.set(owner) for owner in range(len(self)))

    def set(self, owner: int) -> Intervals:
        """The set of one owner."""
        first, last = int(self.bounds[owner]), int(self.bounds[owner + 1])
        return Intervals.in_form(self.starts[first:last], self.ends[first:last]) if first < last else EMPTY

    def __and__(self, window: Intervals) -> ManyIntervals:
        """The part of each set that lies in a window."""
        starts, ends, pieces = overlaps(self.starts, self.ends, window.starts, window.ends)
        return ManyIntervals(starts, ends, pieces[self.bounds])

    def at_least(self, length: int) -> ManyIntervals:
        """The maximal intervals of at least ``length`` microseconds; strictly shorter ones are left out."""
        keep = (self.ends - self.starts) >= length
        if bool(keep.all()):
            return self
        before = np.zeros(len(keep) + 1, dtype=np.int64)
        np.cumsum(keep, out=before[1:])
        bounds: Instants = before[self.bounds]
        return ManyIntervals(self.starts[keep], self.ends[keep], bounds)

    def measured_in(self, window: Intervals) -> Instants:
        """How much of each set lies in a window, in microseconds."""
        covered = window.measure_between(self.starts, self.ends)
        so_far = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(covered)))
        return np.asarray(np.diff(so_far[self.bounds]), dtype=np.int64)
