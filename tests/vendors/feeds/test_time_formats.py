"""Times in a tool's own format: read in bulk, and as strictly as the calendar is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import parse_instant
from vendors.feeds.time_formats import FormatTimes, UnknownTimeFormat, read_plain

WRITTEN_OUT = [
    "29/2/2016 01:16",
    "2016-02-29",
    "7.3.68 5:06:07",
    "on 31 of 12 in 1999",
    "31/6/2016 1:1",
    "1/1/2016  1:1",
]


@pytest.mark.parametrize(
    ("written", "text", "expected"),
    [
        ("%d/%m/%Y %H:%M", "29/2/2016 01:16", "2016-02-29T01:16Z"),
        ("%d/%m/%Y %H:%M", " 01/12/2016  23:59 ", "2016-12-01T23:59Z"),
        ("%m/%d/%y %I:%M %p", "3/4/16 12:05 AM", "2016-03-04T00:05Z"),
        ("%m/%d/%y %I:%M %p", "3/4/69 12:05 pm", "1969-03-04T12:05Z"),
        ("%d %b %Y %T", "7 MAR 2026 10:00:01", "2026-03-07T10:00:01Z"),
        ("%d %B %Y %R", "7 September 2026 10:00", "2026-09-07T10:00Z"),
        ("%F %T.%f%z", "2026-03-07 10:00:00.5+0130", "2026-03-07T08:30:00.5Z"),
        ("%Y%m%d", "20260307", "2026-03-07T00:00Z"),
        ("at %d.%m.%Y (100%%) %H", "at 7.3.2026 (100%) 5", "2026-03-07T05:00Z"),
    ],
)
def test_a_time_is_read_as_its_format_says(written: str, text: str, expected: str) -> None:
    found = FormatTimes(written).read(pa.array([text, "", None]))
    assert found.faults == {}
    assert found.known.tolist() == [True, False, False]
    assert found.micros[0] == parse_instant(expected)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("31/6/2016 01:16", "names a time that does not exist"),
        ("29/2/2015 01:16", "names a time that does not exist"),
        ("1/13/2016 01:16", "names a time that does not exist"),
        ("1/1/2016 24:00", "names a time that does not exist"),
        ("1/1/2016", "is not a time"),
        ("1/1/2016 01:16:00", "is not a time"),
        ("2016-01-01T01:16", "is not a time"),
    ],
)
def test_a_time_that_does_not_exist_or_fit_is_a_fault(text: str, part: str) -> None:
    found = FormatTimes("%d/%m/%Y %H:%M").read(pa.array(["1/1/2016 01:16", text]))
    assert found.known.tolist() == [True, False]
    assert part in found.faults[1]
    assert "%d/%m/%Y %H:%M" in found.faults[1]


@pytest.mark.parametrize(
    "written", ["%Q", "%H:%M", "%d/%m %H:%M", "%d/%m/%Y %I:%M", "%d%d%m%Y", "%d/%m/%Y %"]
)
def test_a_format_that_nobody_can_read_by_is_refused(written: str) -> None:
    with pytest.raises(UnknownTimeFormat, match="time format"):
        FormatTimes(written)


@given(st.lists(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), min_size=1, max_size=10))  # noqa: DTZ001
@pytest.mark.parametrize("written", ["%d/%m/%Y %H:%M:%S.%f", "%b %d, %Y %I:%M:%S %p", "%Y%m%d%H%M%S"])
def test_reading_agrees_with_python_on_what_python_wrote(written: str, times: list[datetime]) -> None:
    texts = [time.strftime(written.replace("%Y", f"{time.year:04d}")) for time in times]
    found = FormatTimes(written).read(pa.array(texts))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    back = [datetime.strptime(text, written).replace(tzinfo=UTC) for text in texts]
    assert found.micros.tolist() == [(time - epoch) // timedelta(microseconds=1) for time in back]
    assert found.faults == {}


def test_wall_times_mean_the_feeds_zone() -> None:
    """São Paulo was three hours behind UTC in June 2016."""
    found = FormatTimes("%d/%m/%Y %H:%M", ZoneInfo("America/Sao_Paulo")).read(pa.array(["1/6/2016 12:00"]))
    assert found.micros[0] == parse_instant("2016-06-01T15:00Z")


@given(
    st.sampled_from(["%d/%m/%Y %H:%M", "%Y-%m-%d", "%m.%d.%y %H:%M:%S", "on %d of %m in %Y"]),
    st.lists(
        st.text(alphabet="0123456789/-.: onif\n", max_size=20) | st.sampled_from(WRITTEN_OUT),
        min_size=1,
        max_size=8,
    ),
)
def test_what_is_read_at_once_is_what_the_pattern_says(written: str, texts: list[str]) -> None:
    times, column = FormatTimes(written), pa.array(texts)
    at_once, by_pattern = read_plain(column, written), times._read_others(column)
    for row in np.flatnonzero(at_once.known).tolist():
        assert by_pattern.known[row]
        assert at_once.micros[row] == by_pattern.micros[row]
    # What stands just as the format says is never left to the pattern.
    for row in np.flatnonzero(by_pattern.known).tolist():
        assert (
            at_once.known[row] or texts[row].strip() != texts[row] or "\n" in texts[row] or "  " in texts[row]
        )
