"""Durations keep months, days and exact time apart until a question shows which is meant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.durations import Duration
from domain.errors import InvalidValue
from domain.instants import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "expected", "canonical"),
    [
        ("PT4H", Duration(micros=4 * HOUR), "PT4H"),
        ("P60D", Duration(days=60), "P60D"),
        ("P6M", Duration(months=6), "P6M"),
        ("P1Y", Duration(months=12), "P1Y"),
        ("P12M", Duration(months=12), "P1Y"),
        ("P18M", Duration(months=18), "P18M"),
        ("P1Y6M", Duration(months=18), "P18M"),
        ("P2W", Duration(days=14), "P14D"),
        ("PT0.5S", Duration(micros=500_000), "PT0.5S"),
        ("PT1,5H", Duration(micros=90 * MINUTE), "PT1H30M"),
        ("P1DT2H", Duration(days=1, micros=2 * HOUR), "P1DT2H"),
        ("PT36H", Duration(micros=36 * HOUR), "PT36H"),
        ("PT10M", Duration(micros=10 * MINUTE), "PT10M"),
        ("PT0S", Duration(), "PT0S"),
    ],
)
def test_an_iso_text_is_read_and_written(text: str, expected: Duration, canonical: str) -> None:
    assert Duration.parse(text) == expected
    assert expected.isoformat() == str(expected) == canonical


@given(st.integers(0, 600), st.integers(0, 4000), st.integers(0, 10**13))
def test_every_duration_survives_being_written_and_read(months: int, days: int, micros: int) -> None:
    duration = Duration(months, days, micros)
    assert Duration.parse(duration.isoformat()) == duration


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is not a duration: write it in ISO 8601, like PT4H"),
        ("P", "'P' is not a duration: "),
        ("P1DT", "'P1DT' is not a duration: "),
        ("4 hours", "'4 hours' is not a duration: "),
        ("4H", r"'4H' is not a duration \(hours and seconds stand after a T\)"),
        ("P4H", r"'P4H' is not a duration \(hours and seconds stand after a T\)"),
        ("-P1D", r"'-P1D' is not a duration \(it cannot be negative\)"),
        ("P0.5D", r"'P0.5D' is not a duration \(only hours, minutes and seconds may have fractions\)"),
        ("PT1.5H30M", "'PT1.5H30M' has a fraction before its last part"),
        ("PT0.0000001S", "'PT0.0000001S' is finer than a microsecond"),
    ],
)
def test_what_is_no_duration_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{reason}"):
        Duration.parse(text)


def test_a_negative_part_is_refused() -> None:
    with pytest.raises(InvalidValue, match="a duration cannot be negative"):
        Duration(days=-1)


def test_an_exact_length_counts_days_as_24_hours() -> None:
    assert Duration.parse("P1DT2H0.5S").exact_micros() == DAY + 2 * HOUR + SECOND // 2


def test_months_have_no_exact_length() -> None:
    with pytest.raises(
        InvalidValue, match=r"P1M has no exact length, because months differ: write it in days or hours"
    ):
        Duration.parse("P1M").exact_micros()


@pytest.mark.parametrize(
    ("text", "day", "after", "before"),
    [
        ("P1M", date(2026, 1, 31), date(2026, 2, 28), date(2025, 12, 31)),
        ("P1M", date(2026, 3, 31), date(2026, 4, 30), date(2026, 2, 28)),
        ("P1Y", date(2024, 2, 29), date(2025, 2, 28), date(2023, 2, 28)),
        ("P4Y", date(2024, 2, 29), date(2028, 2, 29), date(2020, 2, 29)),
        ("P60D", date(2026, 7, 1), date(2026, 8, 30), date(2026, 5, 2)),
        ("P1M1D", date(2026, 1, 31), date(2026, 3, 1), date(2025, 12, 30)),
        ("P0D", date(2026, 1, 31), date(2026, 1, 31), date(2026, 1, 31)),
    ],
)
def test_dates_move_by_the_calendar_and_month_ends_clamp(
    text: str, day: date, after: date, before: date
) -> None:
    assert Duration.parse(text).after(day) == after
    assert Duration.parse(text).before(day) == before


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 100))
def test_days_after_and_before_undo_each_other(day: date, days: int) -> None:
    assert Duration(days=days).after(day) == day + timedelta(days=days)
    assert Duration(days=days).before(Duration(days=days).after(day)) == day


def test_a_date_does_not_move_by_hours() -> None:
    with pytest.raises(
        InvalidValue, match="no date lies PT48H after another, because it has hours: write whole days"
    ):
        Duration.parse("PT48H").after(date(2026, 1, 1))


def test_a_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidValue, match="the day P8000Y after 2026-01-01 is outside the years 1 to 9999"):
        Duration.parse("P8000Y").after(date(2026, 1, 1))
    with pytest.raises(InvalidValue, match="the day P3000Y before 2026-01-01 is outside the years 1 to 9999"):
        Duration.parse("P3000Y").before(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PT4H", "4 hours"),
        ("PT1H", "1 hour"),
        ("P90D", "90 days"),
        ("P1Y6M", "1 year 6 months"),
        ("PT2H30M", "2 hours 30 minutes"),
        ("PT26H", "26 hours"),
        ("P1DT0.5S", "1 day 0.5 seconds"),
        ("PT1S", "1 second"),
        ("PT0S", "no time"),
    ],
)
def test_for_people_a_duration_is_said_in_words(text: str, words: str) -> None:
    assert Duration.parse(text).words() == words
