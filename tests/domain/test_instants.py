"""Text and wall times become instants once, exactly, or are refused with a reason."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.instants import (
    DAY,
    HOUR,
    MICROSECOND,
    MINUTE,
    SECOND,
    as_datetime,
    instant,
    isoformat,
    local_instant,
    parse_date,
    parse_instant,
)

LONDON = ZoneInfo("Europe/London")


def test_units_are_whole_microseconds() -> None:
    assert (MICROSECOND, SECOND, MINUTE, HOUR, DAY) == (1, 10**6, 60 * 10**6, 3600 * 10**6, 86400 * 10**6)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00Z", 0),
        ("1970-01-01T00:00", 0),
        ("1970-01-02 00:00:01", 86401),
        ("1970-01-01T02:00+02:00", 0),
        ("1970-01-01T02:00:00+0200", 0),
        ("1970-01-01T02:00+02", 0),
        ("1969-12-31T19:00-05:00", 0),
        ("1970-01-01T24:00Z", 86400),
        (" 1970-01-01t00:00:05z ", 5),
        ("1969-12-31T23:59:59Z", -1),
        ("2000-03-01T00:00Z", 951868800),
    ],
)
def test_an_iso_text_is_read_with_its_offset_and_as_utc_without_one(text: str, seconds: int) -> None:
    assert parse_instant(text) == seconds * SECOND


def test_fractions_are_read_to_the_microsecond_and_finer_digits_are_cut() -> None:
    assert parse_instant("1970-01-01T00:00:00.5Z") == 500_000
    assert parse_instant("1970-01-01T00:00:00,000001Z") == 1
    assert parse_instant("1970-01-01T00:00:00.1234569Z") == 123_456


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-06-31T10:00Z", "'2026-06-31T10:00Z' names a day that does not exist: June 2026 has 30 days"),
        (
            "2026-02-29T10:00Z",
            "'2026-02-29T10:00Z' names a day that does not exist: February 2026 has 28 days",
        ),
        (
            "2026-13-01T10:00Z",
            "'2026-13-01T10:00Z' names a day that does not exist: write it like 2026-04-14",
        ),
        ("2026-04-14", "'2026-04-14' is a date without a time: write it like "),
        ("20260414", "'20260414' is a date without a time: write it like "),
        ("10:00", "'10:00' is a time without a date: write it like "),
        ("T10:00:00Z", "'T10:00:00Z' is a time without a date: write it like "),
        ("2026-04-14T25:00Z", "'2026-04-14T25:00Z' has a time of day that does not exist: write it like "),
        ("2026-04-14T24:01Z", "'2026-04-14T24:01Z' has a time of day that does not exist: write it like "),
        (
            "2026-06-30T23:59:60Z",
            "'2026-06-30T23:59:60Z' has a time of day that does not exist (leap seconds are not counted)",
        ),
        ("2026-04-14T10:00+24:00", "'2026-04-14T10:00+24:00' has an offset from UTC that does not exist"),
        ("", "the time is empty: write it like "),
        ("last Tuesday", "'last Tuesday' is not a time in ISO 8601: write it like "),
        ("2026-04-14T10", "'2026-04-14T10' is not a time in ISO 8601: write it like "),
    ],
)
def test_what_is_no_instant_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_instant(text)
    assert str(refused.value).startswith(reason)


def test_a_very_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_instant("x" * 10_000)
    assert len(str(refused.value)) < 250


def test_an_instant_prints_in_utc_with_a_fraction_only_where_there_is_one() -> None:
    assert isoformat(parse_instant("2026-04-14T12:00+02:00")) == "2026-04-14T10:00:00Z"
    assert isoformat(500_000) == "1970-01-01T00:00:00.5Z"
    assert isoformat(1) == "1970-01-01T00:00:00.000001Z"
    assert isoformat(100 * SECOND) == "1970-01-01T00:01:40Z"


def test_a_datetime_without_a_zone_is_refused() -> None:
    with pytest.raises(
        InvalidValue, match="2026-04-14T10:00:00 has no time zone, so it is not a point in time"
    ):
        instant(datetime.fromisoformat("2026-04-14T10:00"))


def test_an_aware_datetime_is_an_instant_whatever_its_zone() -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    assert instant(datetime(1970, 1, 1, 5, 45, tzinfo=east)) == 0
    assert as_datetime(0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_an_instant_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidValue, match="lies outside the years 1 to 9999"):
        as_datetime(10**18)


@given(st.integers(min_value=-62_135_596_800 * SECOND, max_value=253_402_300_799 * SECOND))
def test_every_instant_survives_being_printed_and_read(i: int) -> None:
    assert parse_instant(isoformat(i)) == i
    assert instant(as_datetime(i)) == i


def test_a_wall_time_is_reckoned_with_the_offset_in_force() -> None:
    assert (
        isoformat(local_instant(datetime.fromisoformat("2026-01-14T11:00"), LONDON)) == "2026-01-14T11:00:00Z"
    )
    assert (
        isoformat(local_instant(datetime.fromisoformat("2026-07-14T11:00"), LONDON)) == "2026-07-14T10:00:00Z"
    )


def test_a_time_that_clocks_show_twice_is_the_first_of_the_two() -> None:
    # London repeats 01:00 to 02:00 on 25 October 2026: first an hour ahead of UTC, then level with it.
    twice = datetime.fromisoformat("2026-10-25T01:30")
    assert isoformat(local_instant(twice, LONDON)) == "2026-10-25T00:30:00Z"
    assert isoformat(local_instant(twice.replace(fold=1), LONDON)) == "2026-10-25T00:30:00Z"


def test_a_time_that_clocks_skip_is_reckoned_with_the_offset_before_the_change() -> None:
    # London skips 01:00 to 02:00 on 29 March 2026.
    assert (
        isoformat(local_instant(datetime.fromisoformat("2026-03-29T01:30"), LONDON)) == "2026-03-29T01:30:00Z"
    )


def test_a_wall_time_that_already_has_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match="already has a time zone"):
        local_instant(datetime(2026, 4, 14, tzinfo=UTC), LONDON)


def test_a_date_is_read_strictly() -> None:
    assert parse_date(" 2026-04-14 ") == date(2026, 4, 14)
    with pytest.raises(
        InvalidValue, match="'2026-06-31' names a day that does not exist: June 2026 has 30 days"
    ):
        parse_date("2026-06-31")
    with pytest.raises(InvalidValue, match="'14/04/2026' is not a date: write it like 2026-04-14"):
        parse_date("14/04/2026")
