"""Files go into the lake whole or not at all, once, and stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.evidence import QuarantinedRow
from domain.instants import parse_instant
from domain.ports import BrokenFile, EvidenceBatch
from store.lake.catalogue import FolderCatalogue, MemoryCatalogue
from store.lake.lake import Lake
from tests.store.lake.rows import FakeSource, Row, plain


def at(text: str) -> int:
    return parse_instant(text)


MARCH: Row = {"outage_id": "A", "service": "web", "started_at": at("2026-03-31T23:59:59.999999Z")}
APRIL: Row = {"outage_id": "B", "service": "web", "started_at": at("2026-04-01T00:00Z")}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", FolderCatalogue(tmp_path / "lake" / "catalogue"))


def files(tmp_path: Path) -> list[str]:
    """Every file of the lake."""
    return sorted(path.relative_to(tmp_path / "lake").as_posix() for path in (tmp_path / "lake").rglob("*") if path.is_file())  # fmt: skip


def test_batches_lie_by_kind_and_month_under_the_hash_of_their_bytes(tmp_path: Path, lake: Lake) -> None:
    taken = lake.take_in(FakeSource("o.csv", "outages", [MARCH, APRIL, APRIL | {"outage_id": "C"}]), 5)
    assert not taken.known_before
    assert [(batch.kind, batch.month, batch.rows) for batch in taken.entry.batches] == [
        ("outages", "2026-03", 1), ("outages", "2026-04", 2),
    ]  # fmt: skip
    batches = [name for name in files(tmp_path) if name.endswith(".parquet")]
    assert batches == [batch.path for batch in taken.entry.batches]
    assert lake.damaged() == ()


def test_charges_lie_by_the_month_they_name(lake: Lake) -> None:
    row = {"agreement": "uc", "service": "web", "month": "2026-05", "amount": "1.00"}
    (batch,) = lake.take_in(FakeSource("charges.csv", "charges", [row]), 5).entry.batches
    assert (batch.kind, batch.month) == ("charges", "2026-05")


def test_taking_in_the_same_content_again_changes_nothing(tmp_path: Path, lake: Lake) -> None:
    source = FakeSource("o.csv", "outages", [MARCH])
    first = lake.take_in(source, 5)
    before = files(tmp_path)
    again = lake.take_in(FakeSource("another name.csv", "outages", [MARCH]), 9)
    assert again.known_before
    assert again.entry == first.entry
    assert files(tmp_path) == before
    assert len(lake.evidence(None).outages({"web"})) == 1


def test_a_broken_file_leaves_its_fault_and_no_batch(tmp_path: Path, lake: Lake) -> None:
    taken = lake.take_in(FakeSource("o.csv", "outages", [MARCH, APRIL], broken="cut short", batch=1), 5)
    assert taken.entry.batches == ()
    assert [name for name in files(tmp_path) if name.endswith(".parquet")] == []
    evidence = lake.evidence(None)
    assert [(row.file, row.line, row.reason) for row in evidence.quarantine()] == [("o.csv", 3, "cut short")]
    assert [(each.rows, each.quarantined) for each in evidence.sources()] == [(0, 1)]
    assert [notice.code for notice in evidence.notices()] == ["EVIDENCE_FILE_UNREAD"]


@dataclass(frozen=True)
class Interrupted(FakeSource):
    """A file whose reader dies after its first rows."""

    def batches(self) -> Iterator[EvidenceBatch | BrokenFile]:
        yield next(iter(super().batches()))
        raise KeyboardInterrupt


def test_an_interruption_leaves_nothing_that_counts_and_the_file_can_be_sent_again(
    tmp_path: Path, lake: Lake
) -> None:
    with pytest.raises(KeyboardInterrupt):
        lake.take_in(Interrupted("o.csv", "outages", [MARCH]), 5)
    assert files(tmp_path) == []
    assert lake.evidence(None).sources() == ()
    lake.take_in(FakeSource("o.csv", "outages", [MARCH]), 6)
    assert len(lake.evidence(None).outages({"web"})) == 1


def test_batches_without_an_entry_are_never_read(tmp_path: Path, lake: Lake) -> None:
    """As after a crash between moving the batches into place and entering the file."""
    forgotten = Lake(tmp_path / "lake", MemoryCatalogue())
    forgotten.take_in(FakeSource("o.csv", "outages", [MARCH]), 5)
    assert len([name for name in files(tmp_path) if name.endswith(".parquet")]) == 1
    assert len(lake.evidence(None).outages({"web"})) == 0


def test_rows_set_aside_are_read_again_when_the_file_is_sent_again(lake: Lake) -> None:
    """The service of row 3 has been declared since; the first entry stays, for whoever asks what was known then."""
    aside = (QuarantinedRow("o.csv", 3, "a service that no document declares"),)
    lake.take_in(FakeSource("o.csv", "outages", [MARCH], aside, content="one file"), 5)
    unchanged = lake.take_in(FakeSource("o.csv", "outages", [MARCH], aside, content="one file"), 6)
    assert unchanged.known_before
    better = lake.take_in(FakeSource("o.csv", "outages", [MARCH, APRIL], content="one file"), 7)
    assert (better.known_before, better.entry.revision) == (False, 2)
    assert (len(lake.evidence(None).outages({"web"})), lake.evidence(None).quarantine()) == (2, ())
    assert (len(lake.evidence(None, recorded_by=6).outages({"web"})), lake.evidence(None, recorded_by=6).quarantine()) == (1, aside)  # fmt: skip


def test_evidence_is_a_snapshot_and_can_be_read_as_of_what_the_lake_had(lake: Lake) -> None:
    lake.take_in(FakeSource("o.csv", "outages", [MARCH]), 5)
    then = lake.evidence(None)
    lake.take_in(FakeSource("p.csv", "outages", [APRIL]), 10)
    assert len(then.outages({"web"})) == 1
    assert len(lake.evidence(None, recorded_by=9).outages({"web"})) == 1
    assert len(lake.evidence(None).outages({"web"})) == 2


def test_a_file_sent_again_with_other_content_adds_to_what_there_is(lake: Lake) -> None:
    lake.take_in(FakeSource("o.csv", "outages", [MARCH]), 5)
    lake.take_in(FakeSource("o.csv", "outages", [MARCH, APRIL]), 6)
    evidence = lake.evidence(None)
    assert [row["outage_id"] for row in plain(evidence.outages({"web"}))] == ["A", "B"]
    files_named = [each.file for each in evidence.sources()]
    assert len(set(files_named)) == 2
    assert all(name.startswith("o.csv@") for name in files_named)
    assert sum(each.repeated for each in evidence.sources()) == 1
    assert sum(each.rows for each in evidence.sources()) == 2


def test_damage_is_found_by_the_hash(tmp_path: Path, lake: Lake) -> None:
    entry = lake.take_in(FakeSource("o.csv", "outages", [MARCH, APRIL]), 5).entry
    changed, gone = (tmp_path / "lake" / batch.path for batch in entry.batches)
    changed.write_bytes(changed.read_bytes() + b"!")
    gone.unlink()
    assert lake.damaged() == tuple(sorted(batch.path for batch in entry.batches))


def test_the_same_rows_make_the_same_batches_in_any_lake(tmp_path: Path) -> None:
    rows = [{**APRIL, "outage_id": str(i), "service": f"s{i % 7}"} for i in range(500)]
    lakes = [Lake(tmp_path / name, MemoryCatalogue()) for name in ("one", "two")]
    entries = [each.take_in(FakeSource("o.csv", "outages", rows, batch=size), 5).entry for each, size in zip(lakes, (7, 500), strict=True)]  # fmt: skip
    assert entries[0].batches == entries[1].batches


def test_many_rows_are_written_in_several_files_and_read_back_whole(tmp_path: Path) -> None:
    """1,000 rows of one month arrive 50 at a time; a file is written as soon as 300 are there."""
    start = at("2026-04-01T00:00Z")
    rows = [{"service": f"s{i % 3}", "started_at": start + i} for i in range(1_000)]
    lake = Lake(tmp_path, MemoryCatalogue(), rows_in_a_file=300)
    entry = lake.take_in(FakeSource("o.csv", "outages", rows, batch=50), 5).entry
    assert sorted(batch.rows for batch in entry.batches) == [100, 300, 300, 300]
    found = lake.evidence(None).outages({"s1"})
    assert found.started.tolist() == [start + i for i in range(1, 1_000, 3)]
    assert lake.evidence(None).services_with_outages() == {"s0", "s1", "s2"}


def test_months_long_ago_and_far_ahead_have_their_folders(lake: Lake) -> None:
    rows = [
        {"service": "web", "started_at": at("0001-01-01T00:00Z")},
        {"service": "web", "started_at": at("9999-12-31T00:00Z")},
    ]
    entry = lake.take_in(FakeSource("o.csv", "outages", rows), 5).entry
    assert [batch.month for batch in entry.batches] == ["0001-01", "9999-12"]
