"""Which files of a folder are read, as what, and that none is passed over in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.evidence_kinds import KINDS, kind_named
from tests.vendors.feeds.reading import DECLARED, read, read_folder, write
from vendors.feeds.folder import evidence_in

OUTAGE = "service,started_at\nportal,2026-06-03T10:00Z\n"
TICKET = "ticket_id,service,priority,opened_at\nT,it-support,P1,2026-06-03T10:00Z\n"
EVENT = "ticket_id,at\nT,2026-06-03T10:00Z\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("outages.csv", "outages"),
        ("outages-2026-03.csv.gz", "outages"),
        ("OUTAGES.CSV", "outages"),
        ("tickets.csv", "tickets"),
        ("tickets_events.csv", "tickets"),
        ("ticket_events.csv", "ticket_events"),
        ("ticket_events_may.parquet", "ticket_events"),
        ("samples.csv", "samples"),
        ("counts-q1.csv", "counts"),
        ("deliverables.csv", "deliverables"),
        ("charges.csv", "charges"),
        ("outage.csv", None),
        ("my-outages.csv", None),
        ("ticket.csv", None),
    ],
)
def test_the_name_of_a_file_says_its_kind(name: str, kind: str | None) -> None:
    found = kind_named(name)
    assert (found.name if found else None) == kind


def test_there_are_the_seven_kinds_of_the_language() -> None:
    assert [kind.name for kind in KINDS] == [
        "charges", "counts", "deliverables", "outages", "samples", "ticket_events", "tickets",
    ]  # fmt: skip


def test_files_are_found_at_any_depth_and_named_within_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "2026/june/outages.csv", OUTAGE)
    write(tmp_path, "tickets.csv", TICKET)
    write(tmp_path, "ticket_events.csv", EVENT)
    sources = evidence_in(tmp_path, DECLARED).sources
    assert [(source.file, source.kind) for source in sources] == [
        ("evidence/2026/june/outages.csv", "outages"),
        ("evidence/ticket_events.csv", "ticket_events"),
        ("evidence/tickets.csv", "tickets"),
    ]
    assert sources[0].size == len(OUTAGE)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("outage.csv", ["begins with no kind of evidence", "Did you mean outages?"]),
        ("readme.txt", ["begins with no kind of evidence"]),
        (".DS_Store", ["begins with no kind of evidence"]),
        ("outages.xlsx", ["its name says outages, but not in a format that is read"]),
        ("tickets.csv.zip", ["its name says tickets, but not in a format that is read"]),
        ("outages", ["its name says outages, but not in a format that is read"]),
    ],
)
def test_a_file_that_is_not_read_gives_a_notice(tmp_path: Path, name: str, parts: list[str]) -> None:
    found = read(tmp_path, name, OUTAGE)
    ((code, message),) = found.notices
    assert code == "EVIDENCE_UNKNOWN_FILE"
    for part in [f"evidence/{name} is not read", *parts]:
        assert part in message
    assert found.by_kind == {}


def test_something_that_is_no_ordinary_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    os.mkfifo(tmp_path / "evidence" / "outages.csv")
    ((code, message),) = read_folder(tmp_path).notices
    assert code == "EVIDENCE_UNKNOWN_FILE"
    assert "no ordinary file" in message


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "outages.csv/outages.csv", OUTAGE)
    assert read_folder(tmp_path).column("service") == ["portal"]


@pytest.mark.parametrize("there", [False, True], ids=["missing", "empty"])
def test_a_folder_without_evidence_says_so(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "evidence").mkdir()
    ((code, message),) = read_folder(tmp_path).notices
    assert code == "EVIDENCE_NO_FILES"
    assert ("holds no file" if there else "does not exist") in message
