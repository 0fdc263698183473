"""A value against a promise: exact, unless the contract itself rounds; and what a small sample forgives."""

from fractions import Fraction

import pytest

from domain.agreements import Compare, Direction, SmallSample, Threshold
from domain.attainment import AttainmentStatus
from domain.measure.judging import judge, percent

MET, MISSED, NO_DATA = AttainmentStatus.MET, AttainmentStatus.MISSED, AttainmentStatus.NO_DATA
AT_LEAST_99_9 = Threshold(Direction.AT_LEAST, Fraction("99.9"))
AT_MOST_30 = Threshold(Direction.AT_MOST, Fraction(30))


@pytest.mark.parametrize(
    ("value", "status"),
    [("99.9", MET), ("99.899999999999999", MISSED), ("100", MET), ("0", MISSED)],
)
def test_at_least_is_met_by_equality_and_missed_by_the_least_shortfall(
    value: str, status: AttainmentStatus
) -> None:
    found = judge(Fraction(value), AT_LEAST_99_9)
    assert found.status is status
    assert found.compared == found.value == Fraction(value)
    assert found.margin == Fraction(value) - Fraction("99.9")


@pytest.mark.parametrize(("value", "status"), [("30", MET), ("30.000000001", MISSED), ("0", MET)])
def test_at_most_is_met_by_equality_and_missed_by_the_least_excess(
    value: str, status: AttainmentStatus
) -> None:
    found = judge(Fraction(value), AT_MOST_30)
    assert found.status is status
    assert found.margin == Fraction(30) - Fraction(value)


@pytest.mark.parametrize(
    ("value", "rounding", "compared", "status"),
    [
        ("99.8951", "half_up", "99.90", MET),
        ("99.895", "half_up", "99.90", MET),
        ("99.8949", "half_up", "99.89", MISSED),
        ("99.895", "half_even", "99.90", MET),
        ("99.885", "half_even", "99.88", MISSED),
        ("99.8999", "down", "99.89", MISSED),
        ("99.8901", "up", "99.90", MET),
    ],
)
def test_a_contract_that_compares_a_rounded_value_is_taken_at_its_word(
    value: str, rounding: str, compared: str, status: AttainmentStatus
) -> None:
    found = judge(Fraction(value), AT_LEAST_99_9, Compare(2, rounding))
    assert found.value == Fraction(value)
    assert found.compared == Fraction(compared)
    assert found.margin == Fraction(compared) - Fraction("99.9")
    assert found.status is status


def test_without_a_value_there_is_no_status_but_no_data() -> None:
    found = judge(None, AT_LEAST_99_9)
    assert (found.status, found.value, found.compared, found.margin) == (NO_DATA, None, None, None)


def test_without_a_threshold_in_force_there_is_a_value_and_nothing_to_miss() -> None:
    found = judge(Fraction(98), None)
    assert (found.status, found.compared, found.margin) == (NO_DATA, None, None)
    assert found.value == 98


SMALL = SmallSample(fewer_than=20, allow_failures=1)
AT_LEAST_95 = Threshold(Direction.AT_LEAST, Fraction(95))


@pytest.mark.parametrize(
    ("counted", "failures", "status"),
    [(18, 1, MET), (18, 2, MISSED), (19, 1, MET), (20, 2, MISSED), (20, 1, MET), (5, 0, MET), (1, 1, MET)],
)
def test_a_small_sample_forgives_so_many_failures_and_no_more(
    counted: int, failures: int, status: AttainmentStatus
) -> None:
    value = percent(Fraction(counted - failures), Fraction(counted))
    assert judge(value, AT_LEAST_95, None, SMALL, counted, failures).status is status


def test_a_sample_of_just_so_many_is_no_small_sample() -> None:
    at_least_99 = Threshold(Direction.AT_LEAST, Fraction(99))
    assert judge(Fraction(1800, 19), at_least_99, None, SMALL, 19, 1).status is MET
    assert judge(Fraction(95), at_least_99, None, SMALL, 20, 1).status is MISSED


def test_a_forgiven_value_keeps_its_negative_margin() -> None:
    found = judge(Fraction(1700, 18), AT_LEAST_95, None, SMALL, 18, 1)
    assert found.status is MET
    assert found.margin == Fraction(1700, 18) - 95


def test_a_percent_of_nothing_is_no_value() -> None:
    assert percent(Fraction(0), Fraction(0)) is None
    assert percent(Fraction(0), Fraction(7)) == 0
    assert percent(Fraction(7), Fraction(7)) == 100
    assert percent(Fraction(33), Fraction(35)) == Fraction(3300, 35)
