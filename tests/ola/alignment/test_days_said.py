"""Days in words: nothing is lost, and nobody has to read fifty-two Sundays."""

from datetime import date, timedelta

from ola.alignment.days_said import days_said

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def test_few_days_are_told_one_by_one_and_as_runs() -> None:
    days = [date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 8)]
    assert days_said(days) == "2026-04-03, 2026-04-06 to 2026-04-08"


def test_all_sundays_of_a_year_are_told_as_such() -> None:
    assert (
        days_said([day for day in YEAR if day.weekday() == 6]) == "every Sunday from 2026-01-04 to 2026-12-27"
    )


def test_a_week_that_differs_interrupts_what_comes_back_every_week() -> None:
    days = [day for day in YEAR if day.weekday() in (0, 2, 3) and day != date(2026, 6, 10)]
    # The year begins on a Thursday; Wednesday 10 June is missing.
    assert days_said(days) == (
        "2026-01-01, every Monday and Wednesday and Thursday from 2026-01-05 to 2026-06-04, 2026-06-08, 2026-06-11, "
        "every Monday and Wednesday and Thursday from 2026-06-15 to 2026-12-31"
    )


def test_of_very_many_days_without_a_pattern_the_rest_are_counted() -> None:
    days = [day for day in YEAR if day.day % 5 == 0]
    # 5, 10, 15, 20, 25 and 30 of each month, of February only the first five: 71 days, of which 60 are told.
    assert len(days) == 71
    assert days_said(days).endswith(" and 11 more days, the last 2026-12-30")
