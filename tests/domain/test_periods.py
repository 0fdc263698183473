"""Periods are named so that two parties mean the same days, and rules find the periods that end in another."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.durations import Duration
from domain.errors import InvalidValue
from domain.instants import HOUR, isoformat
from domain.periods import Period, PeriodKind, PeriodRule

RULES = [
    PeriodRule.month(),
    PeriodRule.quarter(),
    PeriodRule.year(),
    PeriodRule.week(),
    PeriodRule.rolling(Duration(days=30)),
    PeriodRule.rolling(Duration(months=1)),
    PeriodRule.months_from(1, 16),
    PeriodRule.months_from(3, 31),
    PeriodRule.months_from(5, 30),
]

days = st.dates(date(1990, 1, 1), date(2080, 12, 31))
rules = st.sampled_from(RULES)


@pytest.mark.parametrize(
    ("name", "kind", "first", "last", "months"),
    [
        ("2026-03", PeriodKind.MONTH, date(2026, 3, 1), date(2026, 3, 31), 1),
        ("2024-02", PeriodKind.MONTH, date(2024, 2, 1), date(2024, 2, 29), 1),
        ("2026-Q1", PeriodKind.QUARTER, date(2026, 1, 1), date(2026, 3, 31), 3),
        ("2026-Q4", PeriodKind.QUARTER, date(2026, 10, 1), date(2026, 12, 31), 3),
        ("2026-W12", PeriodKind.WEEK, date(2026, 3, 16), date(2026, 3, 22), None),
        ("2020-W53", PeriodKind.WEEK, date(2020, 12, 28), date(2021, 1, 3), None),
        ("2026", PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31), 12),
        ("2026-09-10", PeriodKind.DAY_WINDOW, date(2026, 9, 10), date(2026, 9, 10), None),
    ],
)
def test_a_name_means_one_run_of_days(
    name: str, kind: PeriodKind, first: date, last: date, months: int | None
) -> None:
    period = Period.parse(f" {name} ")
    assert (period.name, period.kind, period.first, period.last) == (name, kind, first, last)
    assert period.months == months
    assert period.day_after == last + timedelta(days=1)
    assert period.days == (last - first).days + 1
    assert str(period) == name


@pytest.mark.parametrize(
    "name", ["", "March", "2026-13", "2026-Q5", "2026-Q0", "2021-W53", "2026-02-30", "0000", "9999", "26-03"]
)
def test_what_names_no_period_is_refused_with_examples(name: str) -> None:
    with pytest.raises(
        InvalidValue, match=f"'{name}' is not a period: write a month like 2026-03, a quarter like 2026-Q1"
    ):
        Period.parse(name)


def test_a_month_is_the_zones_own_month_and_a_clock_change_shortens_it() -> None:
    start, end = Period.parse("2026-03").bounds(ZoneInfo("Europe/London"))
    assert (isoformat(start), isoformat(end)) == ("2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z")
    assert (end - start) // HOUR == 743
    start, end = Period.parse("2026-03").bounds(ZoneInfo("Pacific/Auckland"))
    assert (isoformat(start), isoformat(end)) == ("2026-02-28T11:00:00Z", "2026-03-31T11:00:00Z")


def test_a_period_may_begin_at_a_midnight_that_clocks_skip() -> None:
    # Beirut goes from 00:00 straight to 01:00 on 29 March 2026, an hour earlier by UTC than the day before.
    start, end = Period.parse("2026-03-29").bounds(ZoneInfo("Asia/Beirut"))
    assert (isoformat(start), isoformat(end)) == ("2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z")


@given(rules, days)
def test_a_rules_periods_follow_each_other(rule: PeriodRule, day: date) -> None:
    period = rule.containing(day)
    assert period.first <= day <= period.last
    assert period.rule == rule
    assert period.next().previous() == period
    assert period.previous() < period < period.next()
    if rule.kind is PeriodKind.DAY_WINDOW:
        assert period.last == day
        assert period.next().last == period.day_after
    else:
        assert period.next().first == period.day_after
        assert all(rule.containing(day) == period for day in (period.first, period.last))


@given(rules, rules, days)
def test_exactly_the_periods_whose_last_day_lies_in_the_asked_one_end_in_it(
    rule: PeriodRule, asked_by: PeriodRule, day: date
) -> None:
    asked = asked_by.containing(day)
    of_each_day = {rule.containing(asked.first + timedelta(days=n)) for n in range(asked.days)}
    expected = sorted(period for period in of_each_day if asked.first <= period.last <= asked.last)
    assert list(rule.ending_in(asked)) == expected


def test_a_month_has_the_iso_weeks_that_end_in_it() -> None:
    names = [period.name for period in PeriodRule.week().ending_in(Period.parse("2026-03"))]
    # 1 March 2026 is a Sunday, and 31 March a Tuesday.
    assert names == ["2026-W09", "2026-W10", "2026-W11", "2026-W12", "2026-W13"]


def test_a_quarter_ends_in_its_last_month_alone() -> None:
    rule = PeriodRule.quarter()
    assert [period.name for period in rule.ending_in(Period.parse("2026-06"))] == ["2026-Q2"]
    assert rule.ending_in(Period.parse("2026-05")) == ()
    assert rule.ending_in(Period.parse("2026-W26")) == ()


def test_a_rolling_window_is_judged_each_day_and_reaches_back_before_the_asked_month() -> None:
    windows = PeriodRule.rolling(Duration.parse("P30D")).ending_in(Period.parse("2026-03"))
    assert len(windows) == 31
    assert (windows[0].name, windows[0].first, windows[0].last) == (
        "2026-03-01",
        date(2026, 1, 31),
        date(2026, 3, 1),
    )
    assert (windows[-1].name, windows[-1].first) == ("2026-03-31", date(2026, 3, 2))
    assert {window.days for window in windows} == {30}


def test_a_rolling_month_ends_on_each_day_and_begins_the_day_after_its_like() -> None:
    window = PeriodRule.rolling(Duration.parse("P1M")).containing(date(2026, 3, 15))
    assert (window.first, window.last) == (date(2026, 2, 16), date(2026, 3, 15))


def test_months_from_a_start_day_are_named_by_the_month_they_end_in() -> None:
    (period,) = PeriodRule.months_from(1, 16).ending_in(Period.parse("2026-03"))
    assert (period.name, period.first, period.last) == ("2026-03", date(2026, 2, 16), date(2026, 3, 15))
    assert period.months == 1


def test_several_months_from_a_start_day_are_counted_from_january() -> None:
    ends = PeriodRule.months_from(3, 16).ending_in(Period.parse("2026"))
    assert [(period.name, period.first) for period in ends] == [
        ("2026-01", date(2025, 10, 16)),
        ("2026-04", date(2026, 1, 16)),
        ("2026-07", date(2026, 4, 16)),
        ("2026-10", date(2026, 7, 16)),
    ]
    assert {period.months for period in ends} == {3}


def test_a_start_day_that_a_month_lacks_is_its_last_day() -> None:
    ends = PeriodRule.months_from(1, 31).ending_in(Period.parse("2026-Q1"))
    assert [(period.first, period.last) for period in ends] == [
        (date(2025, 12, 31), date(2026, 1, 30)),
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
    ]


def test_periods_sort_by_their_last_day_then_by_their_first() -> None:
    names = ["2026", "2026-Q4", "2026-12", "2026-11", "2025"]
    ordered = sorted(Period.parse(name) for name in names)
    assert [period.name for period in ordered] == ["2025", "2026-11", "2026", "2026-Q4", "2026-12"]
    assert Period.parse("2026-11") <= Period.parse("2026-11") >= Period.parse("2026-11")
    assert Period.parse("2026-12") > Period.parse("2026-11")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (PeriodRule.month(), "month"),
        (PeriodRule.quarter(), "quarter"),
        (PeriodRule.year(), "year"),
        (PeriodRule.week(), "week"),
        (PeriodRule.rolling(Duration.parse("P30D")), "rolling P30D"),
        (PeriodRule.months_from(1, 16), "1 month from day 16"),
        (PeriodRule.months_from(3, 1), "3 months from day 1"),
    ],
)
def test_a_rule_says_what_it_is(rule: PeriodRule, text: str) -> None:
    assert rule.text() == str(rule) == text


def test_rules_that_make_no_periods_are_refused() -> None:
    with pytest.raises(InvalidValue, match="a rolling period of PT720H is not made of whole days"):
        PeriodRule.rolling(Duration.parse("PT720H"))
    with pytest.raises(InvalidValue, match="must last at least one day"):
        PeriodRule.rolling(Duration())
    with pytest.raises(InvalidValue, match="no month has a day 32"):
        PeriodRule.months_from(1, 32)
    with pytest.raises(InvalidValue, match="a period of 0 months is not possible"):
        PeriodRule.months_from(0, 1)
    with pytest.raises(InvalidValue, match="a month period does not have these parts"):
        PeriodRule(PeriodKind.MONTH, length=Duration(days=1))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidValue, match="the period x ends on 2026-01-01, before it begins on 2026-01-02"):
        Period("x", PeriodKind.MONTH, date(2026, 1, 2), date(2026, 1, 1))
