"""Rows of whole numbers sorted into kinds, beside sorting them one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.simulating.kinds import kinds_of

SMALL = st.integers(-3, 3)
LARGE = st.sampled_from([-(2**63), -(2**62), -1, 0, 1, 2**61, 2**62, 2**63 - 1])
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[st.one_of(SMALL, LARGE)] * width), min_size=1, max_size=40)
)


@settings(max_examples=100)
@given(rows=ROWS)
def test_rows_are_of_one_kind_exactly_where_they_are_equal(rows: list[tuple[int, ...]]) -> None:
    kinds = kinds_of([np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)])

    assert [rows[place] for place in kinds.rows.tolist()] == sorted(set(rows))
    assert [rows[int(kinds.rows[which])] for which in kinds.which.tolist()] == rows


def test_the_first_row_of_a_kind_stands_for_it() -> None:
    kinds = kinds_of([np.array([0, 1, 0]), np.array([5, 7, 5])])

    assert kinds.rows.tolist() == [0, 1]
    assert kinds.which.tolist() == [0, 1, 0]


def test_no_rows_have_no_kinds() -> None:
    none = np.zeros(0, dtype=np.int64)

    assert [each.tolist() for each in kinds_of([none, none])] == [[], []]
