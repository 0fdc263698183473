"""The lake answers every question as files read into memory do."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence_memory import MemoryEvidence
from store.lake.catalogue import MemoryCatalogue
from store.lake.lake import Lake
from store.lake.lake_evidence import LakeEvidence
from store.lake.reading import read_sources
from tests.store.lake.rows import FakeSource, Row, plain

MONTH = 31 * 24 * 3_600_000_000
NAMES = st.sampled_from(["A", "B", "C", None])
SERVICES = st.sampled_from(["a", "b", "c"])
MONTHS = st.integers(0, 3).map(lambda months: months * MONTH)
OUTAGES = st.fixed_dictionaries(
    {"service": SERVICES, "started_at": MONTHS},
    optional={
        "outage_id": NAMES, "ended_at": st.just(9 * MONTH), "source": st.sampled_from(["x", "y"]),
        "recorded_at": st.integers(0, 3), "supersedes": NAMES,
    },
)  # fmt: skip
TICKETS = st.fixed_dictionaries(
    {"ticket_id": st.sampled_from(["A", "B", "C", "D"]), "service": SERVICES, "priority": st.just("P1"), "opened_at": MONTHS},
    optional={"recorded_at": st.integers(0, 3), "supersedes": NAMES, "category": st.sampled_from(["m", "n"])},
)  # fmt: skip
EVENTS = st.fixed_dictionaries({"ticket_id": st.sampled_from(["A", "B", "C", "D", "E"]), "at": MONTHS})


NUMBERS = st.sampled_from(["0", "1", "2.5", "40"])
COUNTS = st.fixed_dictionaries(
    {"service": SERVICES, "measure": st.sampled_from(["m", "n"]), "from": MONTHS, "to": st.just(9 * MONTH), "numerator": NUMBERS, "denominator": NUMBERS},
    optional={"party": st.sampled_from(["x", "y"])},
)  # fmt: skip
SAMPLES = st.fixed_dictionaries(
    {"service": SERVICES, "measure": st.just("m"), "at": MONTHS, "good": NUMBERS, "total": NUMBERS}
)
ITEMS = st.fixed_dictionaries(
    {"item_id": st.sampled_from(["A", "B"]), "service": SERVICES, "measure": st.just("m"), "due_at": MONTHS},
    optional={"delivered_at": MONTHS},
)


def both(
    folder: Path, sources: list[FakeSource], known_at: int | None
) -> tuple[LakeEvidence, MemoryEvidence, list[str], list[str]]:
    """The evidence of some files by way of the lake and read at once, and the notices of each."""
    lake = Lake(folder, MemoryCatalogue())
    for source in sources:
        lake.take_in(source, 1)
    memory, notices = read_sources(sources, known_at)
    evidence = lake.evidence(known_at)
    return evidence, memory, [each.message for each in evidence.notices()], [each.message for each in notices]


@settings(max_examples=50)
@given(
    st.lists(st.lists(OUTAGES, max_size=5), max_size=2),
    st.lists(st.lists(TICKETS, max_size=5), max_size=2),
    st.lists(EVENTS, max_size=5),
    st.sampled_from([None, 0, 1, 2]),
    st.sets(SERVICES),
)
def test_the_lake_and_files_read_at_once_agree(
    outages: list[list[Row]],
    tickets: list[list[Row]],
    events: list[Row],
    known_at: int | None,
    services: set[str],
) -> None:
    sources = [
        FakeSource(f"o{i}", "outages", rows, content=f"o{i}", batch=2) for i, rows in enumerate(outages)
    ]
    sources += [
        FakeSource(f"t{i}", "tickets", rows, content=f"t{i}", batch=2) for i, rows in enumerate(tickets)
    ]
    sources.append(FakeSource("e", "ticket_events", events))
    with tempfile.TemporaryDirectory() as folder:
        lake, memory, lake_notices, memory_notices = both(Path(folder), sources, known_at)
        assert plain(lake.outages(services), places=True) == plain(memory.outages(services), places=True)
        assert plain(lake.tickets(services), places=True) == plain(memory.tickets(services), places=True)
        assert plain(lake.ticket_events(services), places=True) == plain(
            memory.ticket_events(services), places=True
        )
        assert lake.services_with_outages() == memory.services_with_outages()
        assert lake.first_instant() == memory.first_instant()
        assert lake.quarantine() == memory.quarantine()
        assert lake.sources() == memory.sources()
        assert lake_notices == memory_notices


@settings(max_examples=30)
@given(
    st.lists(st.lists(COUNTS, max_size=5), max_size=2),
    st.lists(SAMPLES, max_size=5),
    st.lists(st.lists(ITEMS, max_size=5), max_size=2),
    st.sets(SERVICES),
)
def test_the_lake_and_files_read_at_once_agree_on_counts_samples_and_deliverables(
    counts: list[list[Row]], samples: list[Row], items: list[list[Row]], services: set[str]
) -> None:
    sources = [FakeSource(f"c{i}", "counts", rows, content=f"c{i}", batch=2) for i, rows in enumerate(counts)]
    sources += [
        FakeSource(f"d{i}", "deliverables", rows, content=f"d{i}", batch=2) for i, rows in enumerate(items)
    ]
    sources.append(FakeSource("s", "samples", samples))
    with tempfile.TemporaryDirectory() as folder:
        lake, memory, lake_notices, memory_notices = both(Path(folder), sources, None)
        for one, other in (
            (lake.counts(services), memory.counts(services)),
            (lake.samples(services), memory.samples(services)),
            (lake.deliverables(services), memory.deliverables(services)),
        ):
            assert plain(one, places=True) == plain(other, places=True)
        assert lake.first_instant() == memory.first_instant()
        assert lake.sources() == memory.sources()
        assert lake_notices == memory_notices


def test_a_correction_filed_under_another_service_and_month_is_seen(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"outage_id": "A", "service": "a", "started_at": 0},
        {"outage_id": "B", "service": "b", "started_at": MONTH * 2, "supersedes": "A"},
    ]
    lake = Lake(tmp_path, MemoryCatalogue())
    lake.take_in(FakeSource("o.csv", "outages", rows), 1)
    assert len(lake.evidence(None).outages({"a"})) == 0
    assert lake.evidence(None).services_with_outages() == {"b"}
    assert lake.evidence(None).first_instant() == MONTH * 2


def test_a_ticket_that_went_to_another_service_is_there_once(tmp_path: Path) -> None:
    row: Row = {"ticket_id": "T", "service": "a", "priority": "P1", "opened_at": 0, "recorded_at": 1}
    lake = Lake(tmp_path, MemoryCatalogue())
    lake.take_in(FakeSource("t.csv", "tickets", [row, {**row, "service": "b", "recorded_at": 2}]), 1)
    assert len(lake.evidence(None).tickets({"a"})) == 0
    assert len(lake.evidence(None).tickets({"b"})) == 1
    assert len(lake.evidence(1).tickets({"a"})) == 1


def test_an_empty_lake_answers_every_question(tmp_path: Path) -> None:
    evidence = Lake(tmp_path, MemoryCatalogue()).evidence(None)
    assert (
        len(evidence.outages({"a"})),
        len(evidence.tickets({"a"})),
        len(evidence.ticket_events({"a"})),
    ) == (0, 0, 0)
    assert (evidence.first_instant(), evidence.services_with_outages()) == (None, frozenset())
    assert (evidence.quarantine(), evidence.sources(), evidence.notices()) == ((), (), ())
