"""Parquet: typed values mean what they say, and rows are counted from 1."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.vendors.feeds.reading import read

TEN = datetime(2026, 6, 3, 10, tzinfo=UTC)


def parquet(columns: dict[str, pa.Array]) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


@pytest.mark.parametrize(
    "started",
    [
        pa.array(["2026-06-03T10:00:00Z"]),
        pa.array(["2026-06-03 12:00:00+02:00"], pa.large_string()),
        pa.array([TEN], pa.timestamp("us", "UTC")),
        pa.array([TEN], pa.timestamp("s", "UTC")),
        pa.array([TEN], pa.timestamp("ms", "UTC")),
        pa.array([TEN.astimezone(timezone(timedelta(hours=2)))], pa.timestamp("us", "Europe/Paris")),
        pa.array([TEN.replace(tzinfo=None)], pa.timestamp("us")),
        pa.array([int(TEN.timestamp()) * 10**9 + 999], pa.int64()).cast(pa.timestamp("ns", "UTC")),
    ],
    ids=[
        "text",
        "wide text",
        "microseconds",
        "seconds",
        "milliseconds",
        "another zone",
        "no zone",
        "nanoseconds",
    ],
)
def test_a_time_may_be_a_text_or_a_timestamp(tmp_path: Path, started: pa.Array) -> None:
    found = read(
        tmp_path, "outages.parquet", parquet({"service": pa.array(["portal"]), "started_at": started})
    )
    assert found.rows == [{"service": "portal", "started_at": "2026-06-03T10:00:00Z", "line": 1}]


def test_the_whole_file_may_be_compressed(tmp_path: Path) -> None:
    content = parquet({"service": pa.array(["portal"]), "started_at": pa.array([TEN])})
    assert len(read(tmp_path, "outages.parquet.gz", gzip.compress(content)).rows) == 1


def test_rows_are_counted_from_one_and_shown_by_their_columns(tmp_path: Path) -> None:
    content = parquet(
        {"service": pa.array(["portal", "portall", None]), "started_at": pa.array([TEN, TEN, TEN])}
    )
    found = read(tmp_path, "outages.parquet", content)
    assert found.column("line") == [1]
    assert found.lines() == [2, 3]
    assert "did you mean 'portal'?" in found.reason(2)
    assert found.texts[0] == "service=portall, started_at=2026-06-03 10:00:00+00:00"


def test_numbers_and_names_may_be_of_any_simple_type(tmp_path: Path) -> None:
    start, end = pa.array([TEN] * 3), pa.array([TEN + timedelta(days=1)] * 3)
    content = parquet(
        {
            "service": pa.array(["portal"] * 3).dictionary_encode(), "measure": pa.array([7, 7, 7]), "from": start, "to": end,
            "numerator": pa.array([1.5, float("nan"), -1.0]), "denominator": pa.array([Decimal("2.00")] * 3),
        }
    )  # fmt: skip
    found = read(tmp_path, "counts.parquet", content)
    assert [(row["measure"], row["numerator"], row["denominator"]) for row in found.rows] == [
        ("7", "1.5", "2")
    ]
    assert "not a finite number" in found.reason(2)
    assert "negative" in found.reason(3)


def test_a_date_is_no_time(tmp_path: Path) -> None:
    content = parquet({"service": pa.array(["portal"]), "started_at": pa.array([date(2026, 6, 3)])})
    assert "a date without a time" in read(tmp_path, "outages.parquet", content).reason(1)


def test_bytes_that_are_no_text_cost_their_row(tmp_path: Path) -> None:
    ids = pa.array([b"A", b"\xff\xfe", b"C"], pa.binary())
    spoilt = pa.Array.from_buffers(pa.string(), 3, ids.buffers())
    content = parquet(
        {"outage_id": spoilt, "service": pa.array(["portal"] * 3), "started_at": pa.array([TEN] * 3)}
    )
    found = read(tmp_path, "outages.parquet", content)
    assert found.column("outage_id") == ["A", "C"]
    assert "not UTF-8" in found.reason(2)


def test_a_missing_column_or_a_list_where_a_value_belongs_costs_the_file(tmp_path: Path) -> None:
    content = parquet({"service": pa.array(["portal"]), "start": pa.array([TEN])})
    assert (
        "started_at (the nearest column is 'start')" in read(tmp_path, "outages.parquet", content).refusal()
    )
    content = parquet({"service": pa.array([["portal"]]), "started_at": pa.array([TEN])})
    assert "The column service holds list" in read(tmp_path, "outages.parquet", content).refusal()


def test_a_file_cut_in_two_costs_the_file(tmp_path: Path) -> None:
    content = parquet({"service": pa.array(["portal"] * 1000), "started_at": pa.array([TEN] * 1000)})
    assert "damaged" in read(tmp_path, "outages.parquet", content[: len(content) // 2]).refusal()


def test_a_damaged_page_costs_the_file(tmp_path: Path) -> None:
    ids = pa.array([f"outage number {i}" for i in range(5000)])
    content = bytearray(
        parquet(
            {"outage_id": ids, "service": pa.array(["portal"] * 5000), "started_at": pa.array([TEN] * 5000)}
        )
    )
    content[200:1200] = bytes(1000)
    found = read(tmp_path, "outages.parquet", bytes(content))
    assert "damaged" in found.refusal()
    assert found.rows == []
