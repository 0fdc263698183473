"""Windows on the days on which clocks change, each figure worked out from the zone's published change.

London goes forward at 01:00Z on 29 March 2026 and back at 01:00Z on 25 October; New York forward at 07:00Z on
8 March and back at 06:00Z on 1 November; Lord Howe back by half an hour at 15:00Z on 4 April and forward at 15:30Z
on 3 October; Havana forward from midnight at 05:00Z on 8 March and back from 01:00 to midnight at 05:00Z on
1 November; Beirut forward from midnight at 22:00Z on 28 March and back from midnight to 23:00 at 21:00Z on
24 October.
"""

from datetime import date

import pytest

from domain.calendars import Calendar, WeeklyWindow
from domain.instants import HOUR, MINUTE, isoformat

ALL_DAYS = frozenset(range(7))


def clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Europe/London", "2026-03-29", "2026-03-29T00:00:00Z", 23),
        ("Europe/London", "2026-10-25", "2026-10-24T23:00:00Z", 25),
        ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z", 23.5),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", 23),
        ("America/Havana", "2026-10-31", "2026-10-31T04:00:00Z", 24),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", 23),
        ("Asia/Beirut", "2026-10-24", "2026-10-23T21:00:00Z", 25),
        ("Asia/Beirut", "2026-10-25", "2026-10-24T22:00:00Z", 24),
    ],
)
def test_a_local_day_lasts_from_midnight_to_midnight(zone: str, day: str, begins: str, hours: float) -> None:
    that_day = date.fromisoformat(day)
    ((start, end),) = Calendar("all", zone).service_time(that_day, that_day)
    assert isoformat(start) == begins
    assert end - start == int(hours * 60) * MINUTE


@pytest.mark.parametrize(
    ("zone", "day", "window", "expected"),
    [
        # Office hours do not meet the change, but move against UTC.
        ("Europe/London", "2026-03-29", "08:00-18:00", "07:00-17:00"),
        ("Europe/London", "2026-10-25", "08:00-18:00", "08:00-18:00"),
        # A window around the skipped hour is an hour shorter, around the repeated hour an hour longer.
        ("Europe/London", "2026-03-29", "00:00-04:00", "00:00-03:00"),
        ("America/New_York", "2026-03-08", "02:00-04:00", "07:00-08:00"),
        ("America/New_York", "2026-11-01", "01:00-03:00", "05:00-08:00"),
        # The skipped hour itself is no time at all.
        ("Europe/London", "2026-03-29", "01:00-02:00", None),
        # A skipped time is reckoned with the offset before the change.
        ("Europe/London", "2026-03-29", "00:30-01:30", "00:30-01:30"),
        ("Europe/London", "2026-03-29", "01:30-03:00", "01:30-02:00"),
        # A repeated time is the first of the two.
        ("Europe/London", "2026-10-25", "01:30-03:00", "00:30-03:00"),
        ("America/New_York", "2026-11-01", "00:30-01:30", "04:30-05:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:30-02:30", "14:30-16:00"),
        ("Australia/Lord_Howe", "2026-10-04", "01:30-03:00", "15:00-16:00"),
        # Midnight itself is skipped, or comes twice, or the hour before it does.
        ("America/Havana", "2026-03-08", "00:00-02:00", "05:00-06:00"),
        ("America/Havana", "2026-11-01", "00:00-02:00", "04:00-07:00"),
        ("America/Havana", "2026-11-01", "00:30-02:00", "04:30-07:00"),
        ("Asia/Beirut", "2026-03-29", "00:00-02:00", "22:00-23:00"),
        ("Asia/Beirut", "2026-10-24", "22:00-24:00", "19:00-22:00"),
        # Nuuk skips the last hour of Saturday 28 March: 23:30 would be a time of Sunday, and is not.
        ("America/Nuuk", "2026-03-28", "22:00-23:30", "00:00-01:00"),
    ],
)
def test_a_window_follows_the_clock_on_the_wall(
    zone: str, day: str, window: str, expected: str | None
) -> None:
    start, end = map(clock, window.split("-"))
    that_day = date.fromisoformat(day)
    rule = WeeklyWindow("open", ALL_DAYS, start, end)
    made = Calendar("c", zone, (rule,)).service_time(that_day, that_day, "open")
    shown = [f"{isoformat(a)[11:16]}-{isoformat(b)[11:16]}" for a, b in made]
    assert shown == ([expected] if expected else [])
    # The same hours as agreed maintenance are the same time.
    assert Calendar("c", zone).weekly_intervals([rule], that_day, that_day) == made


def test_a_window_that_a_clock_change_would_push_into_a_later_one_gives_way_to_it() -> None:
    calendar = Calendar(
        "c",
        "Europe/London",
        (
            WeeklyWindow("early", ALL_DAYS, clock("01:00"), clock("01:30")),
            WeeklyWindow("late", ALL_DAYS, clock("02:00"), clock("03:00")),
        ),
    )
    change = date(2026, 3, 29)
    # When clocks there show 02:00, a second after 00:59:59, it is the later window's time.
    assert not calendar.service_time(change, change, "early")
    assert [isoformat(start) for start, _ in calendar.service_time(change, change, "late")] == [
        "2026-03-29T01:00:00Z"
    ]
    assert calendar.service_time(change, change).total() == HOUR


def test_a_year_has_as_many_hours_whatever_its_clocks_do() -> None:
    for zone in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"):
        calendar = Calendar(
            "c", zone, (WeeklyWindow("day", ALL_DAYS, clock("08:00"), clock("20:00")),), "night"
        )
        year = (date(2026, 1, 1), date(2026, 12, 31))
        assert calendar.service_time(*year).total() == 8760 * HOUR
        assert calendar.service_time(*year, "day").total() == 4380 * HOUR
        assert calendar.service_time(*year, "night").total() == 4380 * HOUR
