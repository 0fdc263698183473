"""Records that cannot have been written when they say: a clock is wrong, a person is told, and no figure changes."""

from pathlib import Path

from store.engines.local import LocalEngine
from store.engines.quality import evidence_quality
from store.lake.catalogue import MemoryCatalogue
from store.lake.lake import Lake
from store.lake.reading import read_sources
from tests.store.lake.rows import FakeSource, Row

MINUTE = 60_000_000
ROWS: list[Row] = [
    # The monitor's clock is a minute and a half ahead at most; what it recorded afterwards is sound.
    {"outage_id": "a", "service": "web", "started_at": 10 * MINUTE, "ended_at": 11 * MINUTE, "source": "monitor",
     "recorded_at": 9 * MINUTE},
    {"outage_id": "b", "service": "web", "started_at": 20 * MINUTE, "ended_at": 21 * MINUTE, "source": "monitor",
     "recorded_at": 18 * MINUTE + MINUTE // 2},
    {"outage_id": "c", "service": "web", "started_at": 30 * MINUTE, "ended_at": 31 * MINUTE, "source": "monitor",
     "recorded_at": 30 * MINUTE},
    # Planned work is announced before it begins.
    {"outage_id": "d", "service": "web", "started_at": 50 * MINUTE, "ended_at": 55 * MINUTE, "source": "monitor",
     "recorded_at": 5 * MINUTE, "cause": "maintenance"},
    {"outage_id": "e", "service": "web", "started_at": 40 * MINUTE, "ended_at": 41 * MINUTE, "recorded_at": MINUTE},
]  # fmt: skip


def test_rows_recorded_before_what_they_tell_of_are_told_of_by_source_however_they_are_read(
    tmp_path: Path,
) -> None:
    source = FakeSource("outages.csv", "outages", ROWS, batch=2)
    memory, read = read_sources([source], None)
    lake = Lake(tmp_path, MemoryCatalogue())
    lake.take_in(source, 1)
    engine = LocalEngine(lake.evidence(None), scratch=tmp_path, rows_at_once=2)

    assert [(each.code, dict(each.figures)) for each in read] == [
        ("CLOCK_SKEW", {"rows": "1", "seconds": "2340"}),
        ("CLOCK_SKEW", {"rows": "2", "seconds": "90"}),
    ]
    assert read[0].message.startswith(
        "1 row of outages from no named source was recorded before what it tells of"
    )
    assert "the clock of monitor is ahead of the clock that recorded" in read[1].message
    assert engine.notices() == read
    assert len(memory.outages({"web"})) == 5
    quality = {each.source: each.skewed for each in evidence_quality(lake.evidence(None), 0)}
    assert quality == {"": 1, "monitor": 2}


def test_a_ticket_recorded_before_it_was_opened_is_told_of() -> None:
    rows: list[Row] = [
        {"ticket_id": "t", "service": "web", "priority": "P1", "opened_at": 60 * MINUTE, "recorded_at": 0}
    ]
    _, read = read_sources([FakeSource("tickets.csv", "tickets", rows)], None)
    assert [(each.code, dict(each.figures)) for each in read] == [
        ("CLOCK_SKEW", {"rows": "1", "seconds": "3600"})
    ]


def test_rows_recorded_in_the_future_are_told_of_where_the_clock_is_asked(tmp_path: Path) -> None:
    source = FakeSource("outages.csv", "outages", ROWS)
    now = 18 * MINUTE
    _, silent = read_sources([source], None)
    _, read = read_sources([source], None, now=now)
    taken = Lake(tmp_path, MemoryCatalogue()).take_in(source, now, now=now)

    told = [each for each in read if each.code == "RECORDED_AHEAD"]
    assert [dict(each.figures) for each in told] == [{"rows": "2", "seconds": "720"}]
    assert told[0].message == (
        "2 rows of outages.csv say that they were recorded after now (1970-01-01T00:18:00Z), the last at "
        "1970-01-01T00:30:00Z: until then they are not known."
    )
    assert taken.entry.notices == tuple(told)
    assert all(each.code == "CLOCK_SKEW" for each in silent)


def test_what_the_clock_said_when_rows_came_is_no_part_of_what_a_settlement_reads(tmp_path: Path) -> None:
    now = 18 * MINUTE
    lake = Lake(tmp_path, MemoryCatalogue())
    entry = lake.take_in(FakeSource("outages.csv", "outages", ROWS), now, now=now).entry

    assert "RECORDED_AHEAD" in {each.code for each in entry.notices}
    assert "RECORDED_AHEAD" not in {each.code for each in lake.evidence(None).notices()}
