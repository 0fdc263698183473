"""Whole columns of times mean what the same times mean one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.instants import local_instant, parse_instant
from vendors.feeds.instants import IsoTimes, from_wall_time, read_instants

JUNE_30_TEN = 1_782_813_600_000_000
"""2026-06-30T10:00Z: 20,634 days after 1970 (56 years of 365, 14 leap days, 180 days of 2026), and ten hours."""


def test_the_instant_that_the_others_are_measured_by_is_right() -> None:
    assert JUNE_30_TEN == ((56 * 365 + 14 + 180) * 24 + 10) * 3_600_000_000


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("2026-06-30T10:00:00Z", 0),
        ("2026-06-30T10:00:00z", 0),
        ("2026-06-30 10:00:00", 0),
        ("2026-06-30t10:00", 0),
        ("2026-06-30T10:00Z", 0),
        ("2026-06-30T12:00:00+02:00", 0),
        ("2026-06-30T12:00:00+0200", 0),
        ("2026-06-30T12:00+02", 0),
        ("2026-06-30T04:30:00-05:30", 0),
        ("2026-06-30T10:00:00.5Z", 500_000),
        ("2026-06-30T10:00:00,25Z", 250_000),
        ("2026-06-30T10:00:00.123456+00:00", 123_456),
        ("2026-06-30T10:00:00.1234569Z", 123_456),
        (" 2026-06-30T10:00:00Z ", 0),
        ("2026-06-29T34:00:00Z", None),
        ("2026-06-30T24:00:00Z", 14 * 3_600_000_000),
    ],
)
def test_every_form_of_a_time_is_read_to_the_microsecond(text: str, beyond: int | None) -> None:
    found = read_instants(pa.array([text]))
    if beyond is None:
        assert list(found.faults) == [0]
    else:
        assert found.micros.tolist() == [JUNE_30_TEN + beyond]
        assert found.faults == {}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2026-06-31T10:00:00Z", "June 2026 has 30 days"),
        ("2025-02-29T10:00:00Z", "February 2025 has 28 days"),
        ("2026-06-30", "a date without a time"),
        ("10:00", "a time without a date"),
        ("2026-06-30T10:00:60Z", "leap seconds"),
        ("2026-06-30T10:00:00+24:00", "an offset from UTC that does not exist"),
        ("1782813600", "not a time in ISO 8601"),
        ("yesterday", "not a time in ISO 8601"),
        ("0000-06-30T10:00:00Z", "a day that does not exist"),
        ("２０２６-06-30T10:00:00Z", "not a time in ISO 8601"),
    ],
)
def test_what_is_no_time_is_a_fault_that_says_why(text: str, part: str) -> None:
    found = read_instants(pa.array(["2026-06-30T10:00:00Z", text]))
    assert found.known.tolist() == [True, False]
    assert list(found.faults) == [1]
    assert part in found.faults[1]


def test_empty_cells_are_unknown_and_no_fault() -> None:
    found = read_instants(pa.array(["", None, "2026-06-30T10:00:00Z"]))
    assert found.known.tolist() == [False, False, True]
    assert found.faults == {}
    assert found.arrow().to_pylist()[:2] == [None, None]


def test_a_column_without_rows_is_read() -> None:
    assert read_instants(pa.array([], pa.string())).micros.tolist() == []


def test_a_slice_of_a_column_is_read_from_where_it_begins() -> None:
    texts = pa.array(["2026-06-30T10:00:00Z", "2026-06-30T10:00:01Z", "x", "2026-06-30T10:00:02Z"])
    assert read_instants(texts.slice(1, 1)).micros.tolist() == [JUNE_30_TEN + 1_000_000]
    assert list(read_instants(texts.slice(2)).faults) == [0]


@st.composite
def time_texts(draw: st.DrawFn) -> str:
    """A time in one of the accepted forms, now and then spoilt in one place."""
    at = draw(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
    text = at.strftime("%Y-%m-%d").rjust(10, "0") + draw(st.sampled_from("T t")) + at.strftime("%H:%M")
    if draw(st.booleans()):
        text += at.strftime(":%S")
        if draw(st.booleans()):
            text += draw(st.sampled_from(".,")) + draw(st.text("0123456789", min_size=1, max_size=9))
    text += draw(st.sampled_from(["", "Z", "z", "+02", "-0530", "+05:45", " Z", "-00:00", "+25:00"]))
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(text) - 1))
        text = text[:place] + draw(st.sampled_from("0123456789:-+TZ. x/é")) + text[place + 1 :]
    return text


@given(st.lists(time_texts(), min_size=1, max_size=12))
def test_a_column_is_read_exactly_as_its_cells_are_read_one_by_one(texts: list[str]) -> None:
    found = read_instants(pa.array(texts))
    for row, text in enumerate(texts):
        alone = one_by_one(text)
        if isinstance(alone, str):
            assert found.faults[row] == alone
            assert not found.known[row]
        else:
            assert found.known[row]
            assert found.micros[row] == alone


def one_by_one(text: str) -> int | str:
    """The instant of one text, or what is wrong with it."""
    try:
        return parse_instant(text)
    except InvalidValue as fault:
        return str(fault)


def test_wall_times_are_taken_in_the_zone_and_times_with_an_offset_are_not() -> None:
    texts = ["2026-07-01T12:00", "2026-07-01T12:00Z", "2026-01-01 12:00:00", " 2026-07-01T12:00 "]
    found = IsoTimes(ZoneInfo("Europe/London")).read(pa.array(texts))
    expected = ["2026-07-01T11:00Z", "2026-07-01T12:00Z", "2026-01-01T12:00Z", "2026-07-01T11:00Z"]
    assert found.micros.tolist() == [parse_instant(text) for text in expected]


def test_a_wall_time_that_comes_twice_is_its_first_occurrence() -> None:
    """London sets its clocks back at 2026-10-25T01:00Z; 01:30 comes first at 00:30Z."""
    wall = np.array([parse_instant("2026-10-25T01:30Z")], dtype=np.int64)
    assert from_wall_time(wall, ZoneInfo("Europe/London")).tolist() == [parse_instant("2026-10-25T00:30Z")]


@given(st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)), min_size=1, max_size=20))  # noqa: DTZ001
@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"]
)
def test_wall_times_in_bulk_are_wall_times_one_by_one(zone: str, times: list[datetime]) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    # One of them is moved onto a clock change, where the ways could differ.
    times = [*times, datetime(2026, 10, 25, 1, 30), datetime(2026, 3, 29, 1, 30)]  # noqa: DTZ001
    wall = np.array(
        [(time.replace(tzinfo=UTC) - epoch) // timedelta(microseconds=1) for time in times], dtype=np.int64
    )
    expected = [local_instant(time, ZoneInfo(zone)) for time in times]
    assert from_wall_time(wall, ZoneInfo(zone)).tolist() == expected
