"""What is said of times whose clock is in doubt: none is set aside, and none is read in silence."""

from __future__ import annotations

from pathlib import Path

from domain.findings import Severity
from tests.vendors.feeds.reading import read
from vendors.feeds.checks import Clocks
from vendors.feeds.clock_notices import without_offset
from vendors.feeds.mapping import FeedMapping

HEADER = "service,started_at,ended_at\n"
LONDON = FeedMapping(
    name="monitor",
    files="monitor*",
    reads="csv",
    produces=("outages",),
    timezone="Europe/London",
    columns={"service": "service", "started_at": "started_at", "ended_at": "ended_at"},
)


def test_times_without_an_offset_are_utc_and_said_to_be(tmp_path: Path) -> None:
    text = HEADER + "portal,2026-07-01T10:00,2026-07-01 11:00:00\nportal,2026-07-02T10:00,\n"
    found = read(tmp_path, "outages.csv", text)
    assert [row["started_at"] for row in found.by_kind["outages"]] == [
        "2026-07-01T10:00:00Z",
        "2026-07-02T10:00:00Z",
    ]
    assert found.notices == [
        ("TIME_WITHOUT_OFFSET", "evidence/outages.csv gives 3 times without an offset: read as UTC.")
    ]


def test_a_file_that_mixes_both_is_a_warning(tmp_path: Path) -> None:
    """Three times with an offset, one without: that one is read as UTC, an hour later than London's clocks would say."""
    text = (
        HEADER
        + "portal,2026-07-01T10:00+01:00,2026-07-01T11:00Z\nportal,2026-07-02T10:00Z,2026-07-02T11:00\n"
    )
    message = "evidence/outages.csv gives 1 time without an offset, beside 3 with one: read as UTC."
    assert read(tmp_path, "outages.csv", text).notices == [("TIME_WITHOUT_OFFSET", message)]


def test_only_a_file_that_mixes_both_is_a_warning() -> None:
    (all_alike,) = without_offset("outages.csv", Clocks(times=4, wall=4))
    (mixed,) = without_offset("outages.csv", Clocks(times=4, wall=1))
    assert (all_alike.severity, all_alike.figures) == (Severity.INFO, {"times": "4", "withOffset": "0"})
    assert (mixed.severity, mixed.figures) == (Severity.WARNING, {"times": "1", "withOffset": "3"})


def test_a_file_whose_times_all_have_an_offset_is_not_spoken_of(tmp_path: Path) -> None:
    text = HEADER + "portal,2026-07-01T10:00:00Z,2026-07-01T11:00:00+00:00\n"
    assert read(tmp_path, "outages.csv", text).notices == []


def test_an_hour_that_london_showed_twice_is_the_first_and_said(tmp_path: Path) -> None:
    """On 25 October 2026 London's clocks go from 02:00 BST back to 01:00 GMT: the first 01:30 is 00:30Z."""
    text = HEADER + "portal,2026-10-25T01:30,2026-10-25T02:30\nportal,2026-10-25T00:59,2026-10-25T01:00\n"
    found = read(tmp_path, "monitor.csv", text, (LONDON,))
    assert found.quarantine == []
    assert [(row["started_at"], row["ended_at"]) for row in found.by_kind["outages"]] == [
        ("2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"),
        ("2026-10-24T23:59:00Z", "2026-10-25T00:00:00Z"),
    ]
    told = "evidence/monitor.csv gives 2 times of an hour that clocks of Europe/London showed twice: read as the first"
    assert found.notices == [("TIME_SHOWN_TWICE", f"{told} of the two.")]


def test_an_hour_that_london_skipped_is_read_with_the_offset_before_and_said(tmp_path: Path) -> None:
    """On 29 March 2026 London's clocks go from 01:00 GMT to 02:00 BST: 01:30 is 01:30Z, and 02:00 is 01:00Z."""
    text = HEADER + "portal,2026-03-29T00:30,2026-03-29T01:30\nportal,2026-03-29T02:00,2026-03-29T03:00\n"
    found = read(tmp_path, "monitor.csv", text, (LONDON,))
    assert [(row["started_at"], row["ended_at"]) for row in found.by_kind["outages"]] == [
        ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"),
    ]
    told = "evidence/monitor.csv gives 1 time of an hour that clocks of Europe/London skipped: read with the offset"
    assert found.notices == [("TIME_NEVER_SHOWN", f"{told} before the change.")]


def test_a_feeds_own_format_of_times_is_looked_at_too_row_by_row(tmp_path: Path) -> None:
    """Three rows say the same doubtful time: three times are in doubt, though it is read once."""
    feed = FeedMapping(
        name="monitor", files="monitor*", reads="csv", produces=("outages",), timezone="Europe/London",
        time_format="%d/%m/%Y %H:%M",
        columns={"service": "service", "started_at": "started_at", "ended_at": "ended_at"},
    )  # fmt: skip
    text = HEADER + "portal,25/10/2026 01:30,25/10/2026 03:00\n" * 3
    found = read(tmp_path, "monitor.csv", text, (feed,))
    assert [code for code, message in found.notices if " 3 times " in message] == ["TIME_SHOWN_TWICE"]
