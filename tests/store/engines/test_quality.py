"""What is wrong with the evidence of a source is as visible as what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.evidence_quality import SourceQuality
from store.engines.quality import evidence_quality
from store.lake.catalogue import MemoryCatalogue
from store.lake.lake import Lake
from tests.store.lake.rows import FakeSource, Row

DAY = 24 * 3_600_000_000


def quality(
    folder: Path, rows: list[Row], *, now: int = 100 * DAY, rows_at_once: int = 1000
) -> dict[str, SourceQuality]:
    lake = Lake(folder / "lake", MemoryCatalogue())
    lake.take_in(FakeSource("outages.csv", "outages", rows), 1)
    found = evidence_quality(lake.evidence(now), now, scratch=folder, rows_at_once=rows_at_once)
    return {each.source: each for each in found}


ROWS: list[Row] = [
    {"outage_id": "A", "service": "a", "started_at": 0, "ended_at": 1, "source": "monitor"},
    {"outage_id": "B", "service": "b", "started_at": 3 * DAY, "ended_at": 3 * DAY + 1, "source": "monitor"},
    {"outage_id": "A", "service": "a", "started_at": 0, "ended_at": 1, "source": "monitor"},
    {"outage_id": "C", "service": "c", "started_at": 5 * DAY, "source": "monitor", "recorded_at": 4 * DAY},
    {"outage_id": "D", "service": "b", "started_at": 3 * DAY, "ended_at": 3 * DAY + 9, "source": "monitor", "supersedes": "B", "recorded_at": 6 * DAY},
    {"outage_id": "E", "service": "a", "started_at": 101 * DAY, "source": "desk"},
    {"outage_id": "F", "service": "a", "started_at": 90 * DAY, "ended_at": 91 * DAY, "source": "desk", "recorded_at": 102 * DAY},
]  # fmt: skip


@pytest.mark.parametrize("rows_at_once", [1, 2, 1000])
def test_every_figure_of_a_source_is_counted_by_hand(tmp_path: Path, rows_at_once: int) -> None:
    found = quality(tmp_path, ROWS, rows_at_once=rows_at_once)
    # A twice: once repeated. B is superseded by D. C has no end, and was recorded a day before it began. The second A
    # and D stand behind rows of later days. Days 0, 3 and 5 have rows: 1, 2 and 4 have none.
    assert found["monitor"] == SourceQuality(
        "outages", "monitor", rows=4, quarantined=0, repeated=1, superseded=1, still_open=1, late=0, skewed=1,
        ahead=0, out_of_order=2, days_without=3, first=0, last=5 * DAY,
    )  # fmt: skip
    # E begins tomorrow and has not ended; F was recorded after the instant, and stands behind E.
    assert found["desk"] == SourceQuality(
        "outages", "desk", rows=2, quarantined=0, repeated=0, superseded=0, still_open=1, late=1, skewed=0, ahead=1,
        out_of_order=1, days_without=10, first=90 * DAY, last=101 * DAY,
    )  # fmt: skip


def test_no_evidence_has_no_sources(tmp_path: Path) -> None:
    lake = Lake(tmp_path, MemoryCatalogue())
    assert evidence_quality(lake.evidence(None), 0) == ()
