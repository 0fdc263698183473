"""Sets of time agree with a model that holds every covered instant in a plain set."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.intervals import EMPTY, Intervals, covered_at_least, intersection, union

LATEST = 60

Pair = tuple[int, int]


def pairs() -> st.SearchStrategy[list[Pair]]:
    span = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda each: (each[0], each[0] + each[1]))
    return st.lists(span, max_size=8)


def model(spans: Sequence[Pair]) -> set[int]:
    return {instant for start, end in spans for instant in range(start, end)}


def in_form(made: Intervals) -> set[int]:
    """The instants of a result, after checking that it is sorted, apart, maximal and closed to writing."""
    assert not made.starts.flags.writeable
    assert not made.ends.flags.writeable
    assert made.starts.dtype == made.ends.dtype == np.int64
    edges = [edge for pair in made.pairs() for edge in pair]
    assert all(one < other for one, other in pairwise(edges))
    return model(made.pairs())


@given(pairs())
def test_spans_in_any_order_make_the_set_they_cover(spans: list[Pair]) -> None:
    made = Intervals.of(spans)
    assert in_form(made) == model(spans)
    assert made.total() == len(model(spans))
    assert made == Intervals.of(reversed(spans))
    assert hash(made) == hash(Intervals.of(reversed(spans)))
    assert bool(made) is (made.total() > 0)
    assert len(made) == len(made.pairs()) == len(list(made))


@given(pairs(), pairs())
def test_union_intersection_and_difference_are_those_of_sets(one: list[Pair], other: list[Pair]) -> None:
    a, b = Intervals.of(one), Intervals.of(other)
    assert in_form(a | b) == model(one) | model(other)
    assert in_form(a & b) == model(one) & model(other)
    assert in_form(a - b) == model(one) - model(other)
    assert (a == b) is (model(one) == model(other))


@given(st.lists(pairs(), max_size=5), st.integers(1, 6))
def test_covered_at_least_counts_the_sets_at_each_instant(listed: list[list[Pair]], k: int) -> None:
    sets = [Intervals.of(spans) for spans in listed]
    models = [model(spans) for spans in listed]
    expected = {t for t in range(LATEST) if sum(t in each for each in models) >= k}
    assert in_form(covered_at_least(k, sets)) == expected
    assert in_form(union(sets)) == set().union(*models)
    if sets:
        assert in_form(intersection(sets)) == set.intersection(*models)


@given(pairs(), st.integers(-3, LATEST), st.integers(-3, LATEST))
def test_clipping_is_the_intersection_with_a_span(spans: list[Pair], start: int, end: int) -> None:
    clipped = Intervals.of(spans).clip(start, end)
    assert in_form(clipped) == {t for t in model(spans) if start <= t < end}


@given(pairs(), st.integers(0, 9))
def test_lengthening_moves_the_end_of_each_maximal_interval(spans: list[Pair], lag: int) -> None:
    lengthened = Intervals.of(spans).lengthened(lag)
    assert in_form(lengthened) == {t + late for t in model(spans) for late in range(lag + 1)}


@given(pairs(), st.integers(0, 12))
def test_only_strictly_shorter_intervals_are_dropped(spans: list[Pair], length: int) -> None:
    kept = Intervals.of(spans).at_least(length)
    in_form(kept)
    assert kept.pairs() == tuple((a, b) for a, b in Intervals.of(spans).pairs() if b - a >= length)


@given(pairs())
def test_measure_before_counts_the_covered_instants_before_each_time(spans: list[Pair]) -> None:
    made, covered = Intervals.of(spans), model(spans)
    times = np.arange(-3, LATEST, dtype=np.int64)
    expected = [len([t for t in covered if t < time]) for time in times.tolist()]
    assert made.measure_before(times).tolist() == expected
    assert made.measure_before(times[::-1]).tolist() == expected[::-1]
    assert [made.contains(time) for time in times.tolist()] == [time in covered for time in times.tolist()]


@given(pairs(), st.integers(-3, LATEST), st.integers(0, 20))
def test_advance_finds_the_first_instant_by_which_the_amount_has_passed(
    spans: list[Pair], start: int, amount: int
) -> None:
    covered = model(spans)
    expected = next(
        (t for t in range(start, LATEST + 1) if sum(start <= each < t for each in covered) >= amount), None
    )
    assert Intervals.of(spans).advance(start, amount) == expected


@given(pairs(), st.lists(st.tuples(st.integers(-3, LATEST), st.integers(0, 20)), max_size=6))
def test_advancing_a_column_is_advancing_each(spans: list[Pair], rows: list[Pair]) -> None:
    made = Intervals.of(spans)
    starts = np.array([start for start, _ in rows], dtype=np.int64)
    amounts = np.array([amount for _, amount in rows], dtype=np.int64)
    times, reached = made.advance_all(starts, amounts)
    given_each = [made.advance(start, amount) for start, amount in rows]
    assert [t if ok else None for t, ok in zip(times.tolist(), reached.tolist(), strict=True)] == given_each
    assert [t for t, ok in zip(times.tolist(), reached.tolist(), strict=True) if not ok] == [
        start for (start, _), each in zip(rows, given_each, strict=True) if each is None
    ]


def test_spans_that_touch_are_one_and_spans_of_no_length_are_none() -> None:
    assert Intervals.of([(5, 9), (0, 5), (20, 20)]).pairs() == ((0, 9),)


def test_instants_of_this_century_are_kept_to_the_microsecond() -> None:
    start = 4_102_444_800_000_000  # 2100-01-01T00:00Z
    made = Intervals.of([(start, start + 1), (start + 2, start + 3)])
    assert made.total() == 2
    assert made.pairs() == ((start, start + 1), (start + 2, start + 3))


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidValue, match="a span ends before it starts: from 9 to 5"):
        Intervals.of([(0, 1), (9, 5)])


def test_the_constructor_takes_only_columns_that_are_in_form() -> None:
    with pytest.raises(InvalidValue, match="not sorted, apart and longer than zero"):
        Intervals(np.array([0, 5], dtype=np.int64), np.array([5, 9], dtype=np.int64))
    with pytest.raises(InvalidValue, match=r"of one length: these have the shapes \(1,\) and \(2,\)"):
        Intervals(np.array([0], dtype=np.int64), np.array([5, 9], dtype=np.int64))


def test_fractions_of_a_microsecond_are_refused_and_not_cut() -> None:
    with pytest.raises(InvalidValue, match="instants are whole microseconds, not float64"):
        Intervals.from_arrays(np.array([0.5]), np.array([1.5]))


def test_the_columns_of_a_set_are_its_own() -> None:
    starts = np.array([1], dtype=np.int64)
    made = Intervals(starts, np.array([4], dtype=np.int64))
    starts[0] = 3
    assert made.pairs() == ((1, 4),)


def test_what_has_no_bounds_is_refused() -> None:
    with pytest.raises(InvalidValue, match="the intersection of no sets is all time"):
        intersection([])
    with pytest.raises(InvalidValue, match="covered by at least 0 sets, which has no bounds"):
        covered_at_least(0, [EMPTY])


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(InvalidValue, match="cannot be advanced by -1 microseconds"):
        EMPTY.advance(0, -1)
    with pytest.raises(InvalidValue, match="cannot be lengthened by -1 microseconds"):
        EMPTY.lengthened(-1)


def test_a_set_shows_its_first_intervals() -> None:
    assert repr(Intervals.of([(1, 2)])) == "Intervals.of([(1, 2)])"
    assert repr(Intervals.of([(n, n + 1) for n in range(0, 12, 2)])).endswith("(6, 7), and 2 more])")


def test_a_set_equals_only_a_set() -> None:
    assert Intervals.of([(1, 2)]) != ((1, 2),)
