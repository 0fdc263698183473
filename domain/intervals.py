"""Sets of time, such as a service window or the downtime of a service, and their exact measure.

Most questions about a promise are set questions: was the service down *within* the window, *less* the agreed
maintenance, *while* at least two of three nodes were down? An `Intervals` is such a set: half-open spans of
whole microseconds, sorted, disjoint and maximal (two that touch are one), so that equal sets are equal values
whatever order their records came in.

    >>> hour = 3_600_000_000
    >>> window = Intervals.of([(8 * hour, 18 * hour)])
    >>> down = Intervals.of([(7 * hour, 9 * hour), (9 * hour, 10 * hour), (17 * hour, 20 * hour)])
    >>> (down & window).total() // hour
    3
    >>> len(down)
    2

Every operation is a sweep over sorted columns and never a loop over rows, so a month of a million outages
costs a sort. Limits: instants must fit 64 bits (years up to 9999 do), and a set is bounded: "always" is not
one.

References: the sweep over end points is Klee's algorithm, J. L. Bentley, "Solutions to Klee's rectangle
problems" (1977), in one dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidValue
from domain.islands import islands, overlaps

__all__ = ["EMPTY", "Instants", "Intervals", "covered_at_least", "intersection", "union"]

Instants = NDArray[np.int64]
"""A column of instants or of durations: 64-bit microseconds."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Intervals:
    """A set of time as sorted, disjoint, maximal, half-open spans [start, end) in microseconds.

    `starts` and `ends` are columns of equal length; they cannot be written to. The constructor takes columns
    that are already in this form and raises InvalidValue otherwise; `of` and `from_arrays` take any order and
    overlap.
    """

    starts: Instants
    ends: Instants
    # The covered time before each start, and the total at the end: worked out once, when first asked for.
    _covered: Instants | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        starts, ends = _columns(self.starts, self.ends)
        if bool((starts >= ends).any()) or bool((ends[:-1] >= starts[1:]).any()):
            raise InvalidValue(
                "these spans are not sorted, apart and longer than zero: "
                "build the set with Intervals.from_arrays"
            )
        object.__setattr__(self, "starts", _sealed(starts, self.starts))
        object.__setattr__(self, "ends", _sealed(ends, self.ends))

    @classmethod
    def in_form(cls, starts: Instants, ends: Instants) -> Intervals:
        """A set of columns that are known to be in this form: nothing is looked at again."""
        return _trusted(starts, ends)

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Intervals:
        """The set covered by (start, end) pairs in any order; pairs of no length cover nothing.

        Raises InvalidValue where a pair ends before it starts.
        """
        rows = list(pairs)
        if not rows:
            return EMPTY
        table = np.array(rows)
        return cls.from_arrays(table[:, 0], table[:, 1])

    @classmethod
    def from_arrays(cls, starts: Instants, ends: Instants) -> Intervals:
        """The set covered by the spans [starts[i], ends[i]), in any order, overlapping or not.

        Raises InvalidValue where the columns differ in length or a span ends before it starts.
        """
        starts, ends = _columns(starts, ends)
        lengths = ends - starts
        if bool((lengths <= 0).any()):
            backwards = np.flatnonzero(lengths < 0)
            if len(backwards):
                row = int(backwards[0])
                raise InvalidValue(
                    f"a span ends before it starts: from {int(starts[row])} to {int(ends[row])}"
                )
            keep = lengths > 0
            starts, ends = starts[keep], ends[keep]
        if len(starts) == 0:
            return EMPTY
        if bool((starts[1:] < starts[:-1]).any()):
            order = np.argsort(starts, kind="stable")
            starts, ends = starts[order], ends[order]
        return _merged(starts, ends)

    def __or__(self, other: Intervals) -> Intervals:
        """The time in either set."""
        return union((self, other))

    def __and__(self, other: Intervals) -> Intervals:
        """The time in both sets."""
        if _apart(self, other):
            return EMPTY
        # Each piece is cut out of a span of the set that has fewer, between gaps of both: so none of them touch.
        few, many = (self, other) if len(self.starts) <= len(other.starts) else (other, self)
        starts, ends, _ = overlaps(few.starts, few.ends, many.starts, many.ends)
        return _trusted(starts, ends)

    def __sub__(self, other: Intervals) -> Intervals:
        """The time in this set and not in the other."""
        if len(self.starts) == 0 or _apart(self, other):
            return self
        # Time in this set alone has depth 1; where the other set is, the depth is -1 or -2.
        return _sweep((self, other), (1, -2), at_least=1)

    def __len__(self) -> int:
        """How many maximal intervals the set has."""
        return len(self.starts)

    def __bool__(self) -> bool:
        """Whether the set covers any time at all."""
        return len(self.starts) > 0

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.pairs())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Intervals):
            return NotImplemented
        return np.array_equal(self.starts, other.starts) and np.array_equal(self.ends, other.ends)

    def __hash__(self) -> int:
        return hash((self.starts.tobytes(), self.ends.tobytes()))

    def __repr__(self) -> str:
        shown = ", ".join(f"({start}, {end})" for start, end in self.pairs()[:4])
        more = f", and {len(self) - 4} more" if len(self) > 4 else ""
        return f"Intervals.of([{shown}{more}])"

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The maximal intervals as (start, end) pairs of plain integers, in order."""
        return tuple(zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    def total(self) -> int:
        """The covered time in microseconds."""
        return int((self.ends - self.starts).sum())

    def clip(self, start: int, end: int) -> Intervals:
        """The part of the set within [start, end); empty where end is not after start."""
        if end <= start:
            return EMPTY
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        if first >= last:
            return EMPTY
        starts, ends = self.starts[first:last], self.ends[first:last]
        if starts[0] >= start and ends[-1] <= end:
            return self if last - first == len(self) else _trusted(starts, ends)
        return _trusted(np.maximum(starts, start), np.minimum(ends, end))

    def lengthened(self, lag: int) -> Intervals:
        """Each maximal interval [a, b) as [a, b + lag): of a dependency that takes `lag` to recover from.

        Raises InvalidValue for a negative lag.
        """
        if lag < 0:
            raise InvalidValue(
                f"an interval cannot be lengthened by {lag} microseconds: the lag must not be negative"
            )
        return self if lag == 0 or not self else _merged(self.starts, self.ends + lag)

    def at_least(self, length: int) -> Intervals:
        """The maximal intervals of at least `length` microseconds; strictly shorter ones are left out."""
        keep = (self.ends - self.starts) >= length
        return self if bool(keep.all()) else _trusted(self.starts[keep], self.ends[keep])

    def contains(self, t: int) -> bool:
        """Whether the instant lies in the set: at or after a start, and before its end."""
        index = int(np.searchsorted(self.starts, t, side="right")) - 1
        return index >= 0 and t < int(self.ends[index])

    def measure_before(self, times: Instants) -> Instants:
        """The covered time before each instant, in microseconds, in the order and shape of `times`.

        The covered time of [a, b) is `measure_before(b) - measure_before(a)`: this is how many spans are
        measured against one window at once.
        """
        times = np.asarray(times, dtype=np.int64)
        if not self:
            return np.zeros(times.shape, dtype=np.int64)
        begun = np.searchsorted(self.starts, times, side="right")
        # An interval that has begun but not ended counts only up to the instant.
        still_to_come = np.maximum(self.ends[begun - 1] - times, 0)
        still_to_come *= begun > 0
        return np.asarray(self._cumulative()[begun] - still_to_come, dtype=np.int64)

    def measure_between(self, starts: Instants, ends: Instants) -> Instants:
        """The covered time of each span [starts[i], ends[i]), in microseconds; no span ends before it starts.

        The same as the difference of two `measure_before`, for less: most spans end before another interval of the
        set begins, and such a span meets at most the interval that had begun before it.
        """
        if not self:
            return np.zeros(len(starts), dtype=np.int64)
        begun = np.searchsorted(self.starts, starts, side="right")
        # Before the first interval there is none to meet: place -1 reads an end before all instants.
        met = np.append(self.ends, np.iinfo(np.int64).min)[begun - 1]
        covered: Instants = np.maximum(np.minimum(ends, met), starts) - starts
        following = np.append(self.starts, np.iinfo(np.int64).max)[begun]
        further = np.flatnonzero(ends > following)
        if len(further):
            covered[further] = self.measure_before(ends[further]) - self.measure_before(starts[further])
        return covered

    def advance(self, start: int, amount: int) -> int | None:
        """The first instant, not before `start`, by which `amount` of covered time has passed since `start`.

        None where the set ends first. An amount of zero has passed at once. Raises InvalidValue for a
        negative amount.
        """
        times, reached = self.advance_all(
            np.array([start], dtype=np.int64),
            np.array([amount], dtype=np.int64),
        )
        return int(times[0]) if bool(reached[0]) else None

    def advance_all(self, starts: Instants, amounts: Instants) -> tuple[Instants, NDArray[np.bool_]]:
        """`advance` for columns of equal length: the instants, and whether each is ever reached.

        An instant that is never reached is given as its own start, and its flag is false.
        """
        starts, amounts = _columns(starts, amounts)
        if bool((amounts < 0).any()):
            raise InvalidValue(
                f"time cannot be advanced by {int(amounts.min())} microseconds: it only runs forwards"
            )
        at_once = amounts == 0
        if not self:
            return starts.copy(), at_once
        cumulative = self._cumulative()
        due = self.measure_before(starts) + amounts
        reached = due <= cumulative[-1]
        # The amount is completed in the first interval that ends with at least so much covered.
        index = np.minimum(np.searchsorted(cumulative[1:], due, side="left"), len(self.starts) - 1)
        times = self.starts[index] + (due - cumulative[index])
        return np.where(reached & ~at_once, times, starts), reached | at_once

    def _cumulative(self) -> Instants:
        if self._covered is None:
            covered = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(self.ends - self.starts)))
            object.__setattr__(self, "_covered", covered)
            return covered
        return self._covered


def union(sequence: Iterable[Intervals]) -> Intervals:
    """The time that is in any of the sets."""
    sets = [each for each in sequence if len(each.starts)]
    if len(sets) < 2:
        return sets[0] if sets else EMPTY
    starts = np.concatenate([each.starts for each in sets])
    ends = np.concatenate([each.ends for each in sets])
    order = np.argsort(starts, kind="stable")
    return _merged(starts[order], ends[order])


def intersection(sequence: Iterable[Intervals]) -> Intervals:
    """The time that is in every one of the sets.

    Raises InvalidValue for no sets at all: their common time would be all time, which is not bounded.
    """
    sets = list(sequence)
    if not sets:
        raise InvalidValue(
            "the intersection of no sets is all time, which has no bounds: give at least one set"
        )
    return covered_at_least(len(sets), sets)


def covered_at_least(k: int, sequence: Sequence[Intervals]) -> Intervals:
    """The time that is in at least `k` of the sets: when `k` of these nodes were down together.

    Raises InvalidValue for k below 1, which all time would satisfy.
    """
    if k < 1:
        raise InvalidValue(
            f"all time is covered by at least {k} sets, which has no bounds: k must be 1 or more"
        )
    sets = [each for each in sequence if len(each.starts)]
    if len(sets) < k:
        return EMPTY
    if k == 1:
        return union(sets)
    if k == len(sets):
        # Only the span that all of them share can matter, and it is often small.
        start = max(int(each.starts[0]) for each in sets)
        end = min(int(each.ends[-1]) for each in sets)
        sets = [each.clip(start, end) for each in sets]
        if not all(sets):
            return EMPTY
    return _sweep(sets, (1,) * len(sets), at_least=k)


def _sweep(sets: Sequence[Intervals], weights: Sequence[int], at_least: int) -> Intervals:
    """The time at which the weights of the sets that cover it add up to `at_least` (above 0) or more."""
    instants = np.concatenate([column for each in sets for column in (each.starts, each.ends)])
    steps = np.repeat(
        np.array([sign * weight for weight in weights for sign in (1, -1)], dtype=np.int64),
        [len(each.starts) for each in sets for _ in range(2)],
    )
    order = np.argsort(instants, kind="stable")
    instants = instants[order]
    depth = np.cumsum(steps[order])
    # Of all that happens at one instant only the outcome counts, so that half-open spans that touch are one.
    settled = np.append(instants[1:] != instants[:-1], True)
    instants, inside = instants[settled], depth[settled] >= at_least
    before = np.concatenate((np.zeros(1, dtype=np.bool_), inside[:-1]))
    return _trusted(instants[inside & ~before], instants[~inside & before])


def _merged(starts: Instants, ends: Instants) -> Intervals:
    """The set of spans that are sorted by start, longer than zero, and may overlap or touch."""
    whole = np.array([0, len(starts)], dtype=np.int64)
    return _trusted(*islands(starts, ends, whole)[:2])


def _trusted(starts: Instants, ends: Instants) -> Intervals:
    """An Intervals of columns that are known to be in form, without checking them again."""
    if len(starts) == 0:
        return EMPTY
    made = object.__new__(Intervals)
    starts.flags.writeable = False
    ends.flags.writeable = False
    object.__setattr__(made, "starts", starts)
    object.__setattr__(made, "ends", ends)
    object.__setattr__(made, "_covered", None)
    return made


def _apart(one: Intervals, other: Intervals) -> bool:
    """Whether one set is over before the other begins, or either is empty."""
    if len(one.starts) == 0 or len(other.starts) == 0:
        return True
    return bool(one.ends[-1] <= other.starts[0]) or bool(other.ends[-1] <= one.starts[0])


def _columns(starts: Instants, ends: Instants) -> tuple[Instants, Instants]:
    starts, ends = np.asarray(starts), np.asarray(ends)
    if starts.shape != ends.shape or starts.ndim != 1:
        raise InvalidValue(
            "two columns of instants must be flat and of one length: "
            f"these have the shapes {starts.shape} and {ends.shape}"
        )
    if len(starts) and not (
        np.issubdtype(starts.dtype, np.integer) and np.issubdtype(ends.dtype, np.integer)
    ):
        raise InvalidValue(f"instants are whole microseconds, not {starts.dtype} and {ends.dtype}")
    return starts.astype(np.int64, copy=False), ends.astype(np.int64, copy=False)


def _sealed(column: Instants, given: Instants) -> Instants:
    """The column closed to writing, copied first if it is the caller's own."""
    if column is given and column.flags.writeable:
        column = column.copy()
    column.flags.writeable = False
    return column


EMPTY = Intervals(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
"""No time at all."""
