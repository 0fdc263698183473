"""The local engine answers every question as files read into memory do, however small its partitions are."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence import OutageTimes
from domain.evidence_memory import MemoryEvidence
from store.engines.local import LocalEngine
from store.engines.partitions import hashes_of
from store.lake.catalogue import MemoryCatalogue
from store.lake.lake import Lake
from store.lake.reading import read_sources
from tests.store.lake.rows import FakeSource, Row, plain
from tests.store.lake.test_lake_evidence import (
    COUNTS,
    EVENTS,
    ITEMS,
    MONTH,
    OUTAGES,
    SAMPLES,
    SERVICES,
    TICKETS,
)


def both(
    folder: Path, sources: list[FakeSource], known_at: int | None, rows_at_once: int
) -> tuple[LocalEngine, MemoryEvidence, list[str]]:
    """The evidence of some files by way of the engine and read at once, and the notices of the latter."""
    lake = Lake(folder, MemoryCatalogue())
    for source in sources:
        lake.take_in(source, 1)
    memory, notices = read_sources(sources, known_at)
    engine = LocalEngine(lake.evidence(known_at), scratch=folder, rows_at_once=rows_at_once)
    return engine, memory, [each.message for each in notices]


def times(rows: OutageTimes) -> list[tuple[object, ...]]:
    """What measures of each outage, in an order of its own."""
    said = [
        (
            rows.service[row],
            int(rows.started[row]),
            int(rows.ended[row]),
            int(rows.reported[row]),
            str(rows.severity[row]),
            str(rows.cause[row]),
            str(rows.source[row]),
            int(rows.recorded[row]),
        )
        for row in range(len(rows))
    ]
    return sorted(said)


def service_after_service(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["service"]))


@settings(max_examples=60)
@given(
    st.lists(st.lists(OUTAGES, max_size=5), max_size=2),
    st.lists(st.lists(TICKETS, max_size=5), max_size=2),
    st.lists(EVENTS, max_size=5),
    st.sampled_from([None, 0, 1, 2]),
    st.sets(SERVICES),
    st.sampled_from([1, 2, 4, 1000]),
)
def test_the_engine_and_files_read_at_once_agree(
    outages: list[list[Row]],
    tickets: list[list[Row]],
    events: list[Row],
    known_at: int | None,
    services: set[str],
    rows_at_once: int,
) -> None:
    sources = [
        FakeSource(f"o{i}", "outages", rows, content=f"o{i}", batch=2) for i, rows in enumerate(outages)
    ]
    sources += [
        FakeSource(f"t{i}", "tickets", rows, content=f"t{i}", batch=2) for i, rows in enumerate(tickets)
    ]
    sources.append(FakeSource("e", "ticket_events", events))
    with tempfile.TemporaryDirectory() as folder:
        engine, memory, notices = both(Path(folder), sources, known_at, rows_at_once)
        assert plain(engine.outages(services), places=True) == plain(memory.outages(services), places=True)
        assert times(engine.outage_times(services)) == times(memory.outage_times(services))
        for service in sorted(services):
            of_one = plain(engine.tickets({service}), places=True)
            assert of_one == plain(memory.tickets({service}), places=True)
            of_one = plain(engine.ticket_events({service}), places=True)
            assert of_one == plain(memory.ticket_events({service}), places=True)
        every = plain(engine.tickets(services), places=True)
        assert every == service_after_service(plain(memory.tickets(services), places=True))
        events = plain(engine.ticket_events(services), places=True)
        order = [row["ticket_id"] for row in every]
        told = plain(memory.ticket_events(services), places=True)
        assert events == sorted(told, key=lambda row: order.index(row["ticket_id"]))
        assert engine.services_with_outages() == memory.services_with_outages()
        groups = engine.outages_together()
        assert sorted(name for group in groups for name in group) == sorted(engine.services_with_outages())
        for group in groups:
            assert times(engine.outage_times(group)) == times(memory.outage_times(group))
        assert engine.first_instant() == memory.first_instant()
        assert engine.quarantine() == memory.quarantine()
        assert engine.sources() == memory.sources()
        assert [each.message for each in engine.notices()] == notices


@settings(max_examples=40)
@given(
    st.lists(st.lists(COUNTS, max_size=5), max_size=2),
    st.lists(SAMPLES, max_size=5),
    st.lists(st.lists(ITEMS, max_size=5), max_size=2),
    st.sets(SERVICES),
    st.sampled_from([1, 2, 1000]),
)
def test_the_engine_and_files_read_at_once_agree_on_counts_samples_and_deliverables(
    counts: list[list[Row]], samples: list[Row], items: list[list[Row]], services: set[str], rows_at_once: int
) -> None:
    sources = [FakeSource(f"c{i}", "counts", rows, content=f"c{i}", batch=2) for i, rows in enumerate(counts)]
    sources += [
        FakeSource(f"d{i}", "deliverables", rows, content=f"d{i}", batch=2) for i, rows in enumerate(items)
    ]
    sources.append(FakeSource("s", "samples", samples))
    with tempfile.TemporaryDirectory() as folder:
        engine, memory, notices = both(Path(folder), sources, None, rows_at_once)
        for one, other in (
            (engine.counts(services), memory.counts(services)),
            (engine.samples(services), memory.samples(services)),
            (engine.deliverables(services), memory.deliverables(services)),
        ):
            assert plain(one, places=True) == plain(other, places=True)
        assert engine.first_instant() == memory.first_instant()
        assert engine.sources() == memory.sources()
        assert [each.message for each in engine.notices()] == notices


def test_a_correction_in_another_partition_is_seen(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"outage_id": f"A{number}", "service": f"s{number}", "started_at": number} for number in range(40)
    ]
    rows.append({"outage_id": "B", "service": "other", "started_at": MONTH, "supersedes": "A7"})
    lake = Lake(tmp_path / "lake", MemoryCatalogue())
    lake.take_in(FakeSource("o.csv", "outages", rows), 1)
    engine = LocalEngine(lake.evidence(None), scratch=tmp_path, rows_at_once=3)
    assert len(engine.outages({"s7"})) == 0
    assert len(engine.outages({"s8", "other"})) == 2
    assert len(engine.services_with_outages()) == 40


def test_rows_alike_in_all_that_measures_but_their_ids_are_two_outages_and_a_row_sent_twice_is_one(
    tmp_path: Path,
) -> None:
    lake = Lake(tmp_path / "lake", MemoryCatalogue())
    row: Row = {"outage_id": "A", "service": "s", "started_at": 5, "ended_at": 9}
    lake.take_in(FakeSource("o.csv", "outages", [row, {**row, "outage_id": "B"}]), 1)
    lake.take_in(FakeSource("p.csv", "outages", [dict(row)]), 1)
    engine = LocalEngine(lake.evidence(None), scratch=tmp_path)
    assert len(engine.outage_times({"s"})) == 2
    assert [(each.file, each.rows, each.repeated) for each in engine.sources()] == [
        ("o.csv", 2, 0),
        ("p.csv", 0, 1),
    ]


def test_the_scratch_of_an_engine_is_gone_with_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", MemoryCatalogue())
    lake.take_in(FakeSource("o.csv", "outages", [{"service": "a", "started_at": 0}]), 1)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    engine = LocalEngine(lake.evidence(None), scratch=scratch)
    assert len(engine.outages({"a"})) == 1
    assert len(list(scratch.iterdir())) == 1
    engine.close()
    assert list(scratch.iterdir()) == []


@given(st.lists(st.text(max_size=20), max_size=30))
def test_a_text_has_one_number_wherever_it_stands(texts: list[str]) -> None:
    alone = [int(hashes_of(pa.array([text], pa.string()))[0]) for text in texts]
    assert hashes_of(pa.array(texts, pa.string())).tolist() == alone


def test_numbers_of_ids_that_count_up_spread_over_the_partitions() -> None:
    numbers = hashes_of(pa.array([f"INC{number:07}" for number in range(20_000)], pa.string())) % np.uint64(
        10
    )
    sizes = np.bincount(numbers.astype(np.int64), minlength=10)
    assert sizes.min() > 1_500
    assert sizes.max() < 2_500


def test_a_correction_not_known_yet_stays_with_the_events_of_its_ticket(tmp_path: Path) -> None:
    """Ticket A is recorded only at 1, and supersedes itself; its event is no event without a ticket."""
    known: Row = {"service": "a", "priority": "P1", "opened_at": 0}
    rows: list[Row] = [
        {**known, "ticket_id": "B"}, {**known, "ticket_id": "A", "recorded_at": 1, "supersedes": "A"},
    ]  # fmt: skip
    sources = [
        FakeSource("t", "tickets", rows),
        FakeSource("e", "ticket_events", [{"ticket_id": "A", "at": 0}]),
    ]
    engine, memory, notices = both(tmp_path, sources, 0, 1)
    assert [each.message for each in engine.notices()] == notices == []
    assert plain(engine.tickets({"a"})) == plain(memory.tickets({"a"}))
