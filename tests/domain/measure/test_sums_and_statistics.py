"""Exact numbers, sums by party, nearest ranks, outages begun and formulas, each by hand."""

from fractions import Fraction

import pytest

from domain.agreements import Direction, Formula, Statistic
from domain.evidence import Coded, Exact
from domain.intervals import Intervals
from domain.measure.composite import Composed
from domain.measure.duration import statistic_of
from domain.measure.outage_count import outages_begun
from domain.measure.tally import added
from domain.metrics import DurationMetric, Milestone
from tests.building import count, evidence
from tests.building import micros as at

SECOND = 1_000_000


def exact(*texts: str) -> Exact:
    return Exact.of(Coded.of(texts))


def test_decimals_are_kept_exactly_with_one_scale_for_a_column() -> None:
    column = exact("96", "0.5", "1e3", "0.125")
    assert column.scale == 1000
    assert [column[row] for row in range(4)] == [96, Fraction(1, 2), 1000, Fraction(1, 8)]
    assert column.total() == Fraction("1096.625")


def test_numbers_beyond_64_bits_add_up_all_the_same() -> None:
    large = exact("9000000000000000000", "9000000000000000000.5")
    assert large.total() == Fraction("18000000000000000000.5")


def test_no_rows_add_up_to_nothing() -> None:
    assert len(exact()) == 0
    assert exact().total() == 0


def test_a_row_better_than_the_promise_stays_and_a_worse_one_is_raised() -> None:
    from domain.measure.counts import Counted
    from domain.measure.ratio import measure_ratio

    rows = evidence(counts=[count("m", 90, 100), count("m", "80.5", 100), count("m", 3, 3)]).counts({"desk"})
    which = Counted("m", at("01 00:00"), at("30 00:00"), at("30 00:00"), "halden")
    tally = measure_ratio(rows, which)
    everybody = tally.rows_of({"halden"})
    assert tally.kept(everybody, Fraction(85), Direction.AT_LEAST) == 90 + 85 + 3
    assert tally.kept(everybody, Fraction(85), Direction.AT_MOST) == Fraction("85") + Fraction(
        "80.5"
    ) + Fraction("2.55")


def test_many_fractions_are_added_exactly() -> None:
    assert added(Fraction(1, n) for n in (2, 3, 6, 7)) == Fraction(8, 7)
    assert added([]) == 0


@pytest.mark.parametrize(
    ("statistic", "seconds"),
    [("mean", "2.5"), ("median", "2"), ("p90", "4"), ("p95", "4"), ("p99", "4"), ("max", "4")],
)
def test_of_four_clocks_each_statistic(statistic: str, seconds: str) -> None:
    clocks = [4 * SECOND, SECOND, 3 * SECOND, 2 * SECOND]
    assert statistic_of(Statistic(statistic), clocks) == Fraction(seconds)


def test_the_nearest_rank_of_a_hundred_is_the_percentile_itself() -> None:
    clocks = [n * SECOND for n in range(1, 101)]
    ranks = [statistic_of(Statistic(name), clocks) for name in ("median", "p90", "p95", "p99", "max")]
    assert ranks == [50, 90, 95, 99, 100]
    assert statistic_of(Statistic.P95, [*clocks, 101 * SECOND]) == 96
    assert statistic_of(Statistic.P95, []) is None


def test_a_duration_covers_what_its_priorities_or_thresholds_name_and_else_everything() -> None:
    everything = DurationMetric(Milestone.RESPONSE, Statistic.MEAN)
    assert everything.covers("P9")
    assert everything.covers(None)
    narrowed = DurationMetric(Milestone.RESPONSE, Statistic.MEAN, thresholds=(("P1", SECOND),))
    assert [narrowed.covers(name) for name in ("P1", "P2", None)] == [True, False, False]


def test_outages_begun_are_strictly_longer_and_touch_agreed_time() -> None:
    down = Intervals.of([(0, 10), (20, 31), (40, 60), (90, 120)])
    agreed = Intervals.of([(0, 35), (95, 100)])
    assert outages_begun(down, 10, agreed, 0, 100).pairs() == ((20, 31), (90, 120))
    assert outages_begun(down, 9, agreed, 5, 90).pairs() == ((20, 31),)


def test_a_product_of_percentages_is_one_and_with_a_number_it_is_a_number() -> None:
    percents = Composed(Formula.PRODUCT, (True, True))
    assert percents.is_percent
    assert percents.value([Fraction(90), Fraction(80)]) == 72
    mixed = Composed(Formula.PRODUCT, (False, True))
    assert not mixed.is_percent
    assert mixed.value([Fraction(450), Fraction(8)]) == 36


def test_a_formula_without_all_its_values_or_without_weight_has_none() -> None:
    assert Composed(Formula.SUM, (True, True)).value([Fraction(1), None]) is None
    assert Composed(Formula.MIN, ()).value([]) is None
    assert Composed(Formula.WEIGHTED, (True,), (Fraction(0),)).value([Fraction(1)]) is None
