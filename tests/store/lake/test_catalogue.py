"""Both catalogues, the one on disk and the one in memory, keep what they were given and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.evidence import QuarantinedRow
from domain.findings import Finding, FindingKind, Severity
from store.lake.catalogue import (
    BatchEntry,
    CataloguePort,
    FolderCatalogue,
    KindCount,
    MemoryCatalogue,
    SourceEntry,
    source_key,
)  # fmt: skip

ENTRY = SourceEntry(
    file="evidence/outages.csv",
    sha256="ab" * 32,
    reading="outages",
    revision=1,
    recorded_at=1_000,
    counts=(KindCount("outages", 2, 1),),
    batches=(BatchEntry("outages", "2026-03", "cd" * 32, 2),),
    quarantine=(QuarantinedRow("evidence/outages.csv", 3, "Größe “x”", "a,b"),),
    notices=(
        Finding(
            "EVIDENCE_UNKNOWN_COLUMN",
            Severity.INFO,
            FindingKind.EVIDENCE,
            "…",
            figures={"columns": "1"},
            cure="…",
        ),
    ),
)

Make = Callable[[], CataloguePort]


@pytest.fixture(params=["folder", "memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Opens the catalogue, anew each time; the one in memory lasts as long as the test."""
    memory = MemoryCatalogue()
    return (
        (lambda: FolderCatalogue(tmp_path / "catalogue")) if request.param == "folder" else (lambda: memory)
    )


def test_a_new_catalogue_is_empty(make: Make) -> None:
    assert make().entries() == ()
    assert make().revisions(ENTRY.key) == ()


def test_an_entry_comes_back_as_it_was_added(make: Make) -> None:
    assert make().add(ENTRY) == ENTRY
    assert make().entries() == (ENTRY,)
    assert make().revisions(ENTRY.key) == (ENTRY,)


def test_an_entry_is_never_replaced(make: Make) -> None:
    make().add(ENTRY)
    assert make().add(replace(ENTRY, recorded_at=2_000, batches=())) == ENTRY
    assert make().entries() == (ENTRY,)


def test_entries_stand_by_recorded_time_and_revisions_by_number(make: Make) -> None:
    later = replace(ENTRY, revision=2, recorded_at=3_000, quarantine=())
    other = replace(
        ENTRY, file="evidence/tickets.csv", sha256="ef" * 32, reading="tickets", recorded_at=2_000
    )
    for entry in (later, other, ENTRY):
        make().add(entry)
    assert make().entries() == (ENTRY, other, later)
    assert make().revisions(ENTRY.key) == (ENTRY, later)


def test_the_same_bytes_read_in_another_way_are_another_file() -> None:
    assert source_key("ab", "outages") != source_key("ab", "feed:x")


def test_a_batch_is_found_by_kind_month_and_hash() -> None:
    assert ENTRY.batches[0].path == f"kind=outages/month=2026-03/{'cd' * 32}.parquet"


def test_what_an_interrupted_writer_left_is_no_entry(tmp_path: Path) -> None:
    FolderCatalogue(tmp_path).add(ENTRY)
    (tmp_path / "entry-left.tmp").write_text('{"format": 1, "fi')
    assert FolderCatalogue(tmp_path).entries() == (ENTRY,)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".tmp"]


def test_an_entry_of_a_later_format_is_refused_and_not_guessed_at(tmp_path: Path) -> None:
    FolderCatalogue(tmp_path).add(ENTRY)
    (path,) = tmp_path.glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))
    with pytest.raises(ValueError, match="of format 2; this program reads format 1"):
        FolderCatalogue(tmp_path).entries()
