"""Sets of time of many owners at once are what each owner's set is by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.intervals import Intervals
from domain.islands import islands
from domain.many_intervals import ManyIntervals

INSTANT = st.integers(-40, 40)
ROW = st.tuples(st.integers(0, 4), INSTANT, st.integers(0, 9))
ROWS = st.lists(ROW, max_size=30)
WINDOW = st.lists(st.tuples(INSTANT, st.integers(0, 9)), max_size=8)
FAR = 2**61
"""Two owners of this span do not fit into 64 bits beside each other."""


def columns(rows: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Owners, starts and ends of rows that say an owner, a start and a length."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return table[:, 0].astype(np.int32), table[:, 1], table[:, 1] + table[:, 2]


def instants(rows: list[tuple[int, int, int]], owner: int) -> set[int]:
    """The unit instants that an owner's rows cover, one by one."""
    return {at for who, start, length in rows if who == owner for at in range(start, start + length)}


@settings(max_examples=150, deadline=None)
@given(ROWS, WINDOW, st.integers(0, 12))
def test_each_owner_has_what_its_own_rows_cover(
    rows: list[tuple[int, int, int]], window: list[tuple[int, int]], shortest: int
) -> None:
    """Counted instant by instant; short maximal intervals left out first, then the window applied."""
    open_hours = Intervals.of([(start, start + length) for start, length in window])
    opened = {at for start, length in window for at in range(start, start + length)}
    many = ManyIntervals.of(*columns(rows), owners=5)
    lasting = many.at_least(shortest)
    measured = lasting.measured_in(open_hours)

    assert len(many) == 5
    for owner, each in enumerate(many):
        down = instants(rows, owner)
        pieces = [
            (at, next(end for end in range(at, 99) if end not in down))
            for at in sorted(down)
            if at - 1 not in down
        ]
        assert each.pairs() == tuple(pieces)
        long = {at for start, end in pieces if end - start >= shortest for at in range(start, end)}
        assert int(measured[owner]) == len(long & opened)
        assert (lasting & open_hours).set(owner).pairs() == Intervals.of(
            (at, at + 1) for at in long & opened
        ).pairs()
        assert lasting.set(owner).pairs() == tuple(p for p in pieces if p[1] - p[0] >= shortest)


@settings(max_examples=100, deadline=None)
@given(ROWS, WINDOW)
def test_spans_are_measured_as_the_difference_of_what_lies_before_their_ends(
    rows: list[tuple[int, int, int]], window: list[tuple[int, int]]
) -> None:
    open_hours = Intervals.of([(start, start + length) for start, length in window])
    _, starts, ends = columns(rows)

    between = open_hours.measure_between(starts, ends)

    assert between.tolist() == (open_hours.measure_before(ends) - open_hours.measure_before(starts)).tolist()


def test_owners_whose_times_do_not_fit_beside_each_other_are_swept_in_turn() -> None:
    """A span of 2^61 leaves room for two owners in 2^62; the third is swept after them."""
    owner = np.array([0, 0, 1, 2, 2], dtype=np.int64)
    starts = np.array([-FAR // 2, 0, -5, 1, 3], dtype=np.int64)
    ends = np.array([1, FAR // 2 - 1, 5, 3, 4], dtype=np.int64)

    many = ManyIntervals.of(owner, starts, ends, owners=3)

    assert [each.pairs() for each in many] == [((-FAR // 2, FAR // 2 - 1),), ((-5, 5),), ((1, 4),)]


def test_outages_of_two_services_that_touch_stay_two_outages() -> None:
    """The last of hosting ends when the first of wan begins."""
    starts, ends, bounds = islands(np.array([10, 11, 14]), np.array([12, 14, 15]), np.array([0, 2, 2, 3]))

    assert (starts.tolist(), ends.tolist(), bounds.tolist()) == ([10, 14], [14, 15], [0, 1, 1, 2])


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidValue, match="a span ends before it starts: from 5 to 4"):
        ManyIntervals.of(np.array([0]), np.array([5]), np.array([4]), owners=1)
