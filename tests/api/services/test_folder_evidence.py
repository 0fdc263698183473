"""A folder's evidence, from the bytes on disk to what the core reads: nothing lost, nothing written."""

from __future__ import annotations

import gc
import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.evidence import read_folder_evidence
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding
from domain.instants import parse_instant
from tests.store.lake.rows import plain as plain_rows
from vendors.feeds.declared import Declared
from vendors.feeds.mapping import FeedMapping

DECLARED = Declared(frozenset({"portal", "it"}), frozenset({"halden", "desk"}))
OUTAGES = "outage_id,service,started_at,ended_at\n"
A = "A,portal,2026-06-03T10:00:00Z,2026-06-03T11:00:00Z\n"
F = "F,portal,2026-06-08T10:00:00Z,2026-06-08T10:30:00Z\n"


def write(folder: Path, name: str, content: str | bytes) -> None:
    path = folder / "evidence" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def read(
    folder: Path, feeds: tuple[FeedMapping, ...] = (), known_at: int | None = None
) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    evidence, notices = read_folder_evidence(folder, DECLARED, feeds, known_at)
    assert isinstance(evidence, MemoryEvidence)
    return evidence, notices


def test_bad_rows_are_kept_aside_and_good_rows_go_on(tmp_path: Path) -> None:
    """A and F stay: 60 and 30 minutes; four outages and one count cannot be read; A is sent twice."""
    bad = "B,portal,2026-06-31T10:00:00Z,2026-06-31T11:00:00Z\nC,portal,2026-06-05T10:00:00Z,2026-06-05T09:00:00Z\nD,portall,2026-06-06T10:00:00Z,2026-06-06T11:00:00Z\nE,,2026-06-07T10:00:00Z,2026-06-07T11:00:00Z\n"
    write(tmp_path, "outages.csv", OUTAGES + A + bad + A + F)
    counts = "service,measure,from,to,numerator,denominator,party\n"
    row = "portal,answered,2026-06-01T00:00:00Z,2026-06-15T00:00:00Z,{},100,\n"
    write(tmp_path, "counts.csv", counts + row.format("96") + row.format("many"))
    evidence, notices = read(tmp_path)
    lengths = (evidence.outage_rows.ended - evidence.outage_rows.started) // 60_000_000
    assert lengths.tolist() == [60, 30]
    assert [(row.file, row.line) for row in evidence.quarantine()] == [
        ("evidence/counts.csv", 3),
        ("evidence/outages.csv", 3),
        ("evidence/outages.csv", 4),
        ("evidence/outages.csv", 5),
        ("evidence/outages.csv", 6),
    ]
    assert [
        (each.file, each.kind, each.rows, each.quarantined, each.repeated) for each in evidence.sources()
    ] == [
        ("evidence/counts.csv", "counts", 1, 1, 0),
        ("evidence/outages.csv", "outages", 2, 4, 1),
    ]
    assert notices == ()


def test_evidence_that_stays_on_disk_gives_the_same_answers(tmp_path: Path) -> None:
    """Two months, a row sent twice, a correction, a bad row and a broken file: in memory, and by way of a lake."""
    header = "outage_id,service,started_at,ended_at,recorded_at,supersedes\n"
    correction = "C,portal,2026-06-08T10:00:00Z,2026-06-08T10:10:00Z,2026-06-09T00:00:00Z,F\n"
    later = "G,it,2026-07-08T10:00,2026-07-08T10:30,,\n"
    plain = A.strip() + ",,\n" + A.strip() + ",,\n" + F.strip() + ",,\n"
    write(tmp_path, "outages-1.csv", header + plain + "H,nobody,2026-06-03T10:00:00Z,,,\n")
    write(tmp_path, "outages-2.csv", header + correction + later)
    write(tmp_path, "outages-3.csv", b"PK\x03\x04" + bytes(50))
    write(
        tmp_path, "tickets.csv", "ticket_id,service,priority,opened_at\nT1,portal,P1,2026-06-01T08:00:00Z\n"
    )
    write(
        tmp_path,
        "ticket_events.csv",
        "ticket_id,at,status\nT1,2026-06-01T09:00:00Z,resolved\nT2,2026-06-01T09:00:00Z,open\n",
    )
    memory, notices = read(tmp_path)
    engine, told = read_folder_evidence(tmp_path, DECLARED, many_bytes=0)
    assert not isinstance(engine, MemoryEvidence)
    services = DECLARED.services
    assert plain_rows(engine.outages(services), places=True) == plain_rows(
        memory.outages(services), places=True
    )
    assert len(engine.outages(services)) == 3
    assert plain_rows(engine.tickets(services), places=True) == plain_rows(
        memory.tickets(services), places=True
    )
    events = plain_rows(engine.ticket_events(services), places=True)
    assert events == plain_rows(memory.ticket_events(services), places=True)
    assert engine.sources() == memory.sources()
    assert engine.quarantine() == memory.quarantine()
    assert engine.first_instant() == memory.first_instant()
    assert [each.code for each in told] == [each.code for each in notices]
    assert [each.message for each in told] == [each.message for each in notices]


def test_the_lake_of_a_large_folder_is_gone_with_its_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    write(tmp_path, "outages.csv", OUTAGES + A)
    evidence, _ = read_folder_evidence(tmp_path, DECLARED, many_bytes=0)
    assert evidence.services_with_outages() == {"portal"}
    assert len(list(temporary.iterdir())) == 1
    del evidence
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_nothing_is_written_into_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "outages.csv.gz", gzip.compress((OUTAGES + A).encode()))
    before = sorted(tmp_path.rglob("*"))
    read(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_progress_goes_from_nothing_to_the_bytes_there_are(tmp_path: Path) -> None:
    write(tmp_path, "outages.csv", OUTAGES + A * 200_000)
    write(tmp_path, "outages-2.csv", OUTAGES + F)
    told: list[tuple[str, int, int]] = []
    read_folder_evidence(
        tmp_path, DECLARED, progress=lambda file, done, total: told.append((file, done, total))
    )
    total = len(OUTAGES) * 2 + len(A) * 200_000 + len(F)
    assert {each for _, _, each in told} == {total}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1] == ("evidence/outages.csv", total, total)
    assert len(told) > 2


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, "outages-1.csv", b"PK\x03\x04" + bytes(50))
    write(tmp_path, "outages-2.csv", OUTAGES + A)
    write(tmp_path, "notes.txt", "hm")
    evidence, notices = read(tmp_path)
    assert len(evidence.outage_rows) == 1
    assert [(row.file, row.line) for row in evidence.quarantine()] == [("evidence/outages-1.csv", 1)]
    assert [notice.code for notice in notices] == ["EVIDENCE_FILE_UNREAD", "EVIDENCE_UNKNOWN_FILE"]


def test_a_feed_says_the_last_state_of_a_ticket_over_all_its_files(tmp_path: Path) -> None:
    """The ticket goes on in July; the later export tells its last row, whatever the files are called."""
    feed = FeedMapping(
        name="tool",
        files="tool*.csv",
        reads="csv",
        produces=("tickets", "ticket_events"),
        columns={"ticket_id": "id", "priority": "prio", "opened_at": "opened", "resolved_at": "resolved", "at": "at", "holder": "who"},
        service_values={"*": "it"},
    )  # fmt: skip
    header = "id,prio,opened,resolved,at,who\n"
    write(tmp_path, "tool-b.csv", header + "T,P2,2026-06-01T10:00Z,,2026-06-01T10:00Z,desk\n")
    write(
        tmp_path, "tool-a.csv", header + "T,P1,2026-06-01T10:00Z,2026-07-02T10:00Z,2026-07-02T10:00Z,halden\n"
    )
    evidence, notices = read(tmp_path, (feed,))
    assert [evidence.ticket_rows.priority[0], len(evidence.ticket_rows), len(evidence.event_rows)] == [
        "P1",
        1,
        2,
    ]
    assert notices == ()


def test_corrections_count_from_when_they_were_recorded(tmp_path: Path) -> None:
    header = "outage_id,service,started_at,ended_at,recorded_at,supersedes\n"
    write(
        tmp_path,
        "outages-june.csv",
        header + "A,portal,2026-06-03T10:00Z,2026-06-03T11:00Z,2026-06-04T00:00Z,\n",
    )
    write(
        tmp_path,
        "outages-fix.csv",
        header + "B,portal,2026-06-03T10:00Z,2026-06-03T10:30Z,2026-07-05T00:00Z,A\n",
    )
    known = {
        day: [read(tmp_path, known_at=parse_instant(day))[0].outage_rows.outage_id[0]]
        for day in ("2026-07-01T00:00Z", "2026-07-05T00:00Z")
    }
    assert known == {"2026-07-01T00:00Z": ["A"], "2026-07-05T00:00Z": ["B"]}
    assert len(read(tmp_path, known_at=parse_instant("2026-06-03T12:00Z"))[0].outage_rows) == 0


GARBAGE = st.binary(max_size=300)
NAMES = [
    "outages.csv",
    "tickets.ndjson",
    "ticket_events.csv.gz",
    "outages.parquet",
    "counts.csv",
    "tickets.parquet.gz",
]


@given(st.lists(st.tuples(st.sampled_from(NAMES), GARBAGE), max_size=4), st.booleans())
def test_whatever_the_bytes_every_file_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, bytes]], compress: bool
) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    contents = dict(files)
    for name, content in contents.items():
        write(folder, name, gzip.compress(content) if compress and name.endswith(".gz") else content)
    evidence, _ = read(folder)
    assert {each.file for each in evidence.sources()} == {f"evidence/{name}" for name in contents}
    assert {row.file for row in evidence.quarantine()} <= {f"evidence/{name}" for name in contents}
    assert len(evidence.outage_rows) == len(evidence.ticket_rows) == 0


TAILS = st.binary(max_size=60).filter(lambda tail: b"\n" not in tail and b"\r" not in tail)


@given(st.lists(TAILS, min_size=1, max_size=4), st.integers(0, 4))
def test_good_rows_among_garbage_are_read_and_every_other_line_is_named(
    tmp_path_factory: pytest.TempPathFactory, garbage: list[bytes], place: int
) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    lines = [b"#" + line.replace(b'"', b"'") for line in garbage]
    lines.insert(min(place, len(lines)), A.strip().encode())
    write(folder, "outages.csv", OUTAGES.encode() + b"\n".join(lines) + b"\n")
    evidence, _ = read(folder)
    good = lines.index(A.strip().encode())
    assert evidence.outage_rows.place.line.tolist() == [good + 2]
    assert [row.line for row in evidence.quarantine()] == [i + 2 for i in range(len(lines)) if i != good]
