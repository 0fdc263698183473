"""What is wrong with a row sets that row aside, with everything that is wrong with it, and the rest go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vendors.feeds.reading import DECLARED, OUTAGE_HEADER, read
from vendors.feeds.declared import Declared

GOOD = "A,portal,2026-06-03T10:00:00Z,2026-06-03T11:00:00Z,"


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("B,portal,2026-06-31T10:00Z,,", ["started_at", "June 2026 has 30 days"]),
        ("B,portal,10:00,,", ["started_at", "a time without a date"]),
        ("B,portal,2026-06-30,,", ["started_at", "a date without a time"]),
        ("B,portal,soon,,", ["started_at", "not a time in ISO 8601"]),
        ("B,portal,,,", ["started_at is empty"]),
        ("B,portal,2026-06-05T10:00Z,2026-06-05T09:00Z,", ["ends before it starts", "2026-06-05T09:00:00Z"]),
        ("B,portall,2026-06-05T10:00Z,,", ["'portall'", "no document declares", "did you mean 'portal'?"]),
        ("B,zzz,2026-06-05T10:00Z,,", ["'zzz'", "no document declares"]),
        ("B,,2026-06-05T10:00Z,,", ["service is empty"]),
        ("B,portal,2026-06-05T10:00Z,,costumer", ["'costumer'", "did you mean 'customer'?"]),
        ("B,portal,2026-06-05T10:00Z", ["3 cells where the header has 5"]),
        ("B,portal,2026-06-05T10:00Z,,,,", ["7 cells where the header has 5"]),
        ("lonely", ["1 cell where the header has 5"]),
        (",,,,", ["service is empty", "started_at is empty"]),
        ("B,portall,2026-06-31T10:00Z,x,y", ["portall", "June", "ended_at: 'x'", "cause 'y'"]),
    ],
)
def test_a_bad_outage_is_set_aside_with_its_line_and_every_reason(
    tmp_path: Path, row: str, parts: list[str]
) -> None:
    found = read(tmp_path, "outages.csv", f"{OUTAGE_HEADER}{GOOD}\n{row}\n{GOOD.replace('A', 'C')}\n")
    assert found.column("outage_id") == ["A", "C"]
    assert [(file, line) for file, line, _ in found.quarantine] == [("evidence/outages.csv", 3)]
    for part in parts:
        assert part in found.reason(3)
    assert found.texts == [row]


def test_an_open_outage_and_one_of_no_length_are_good(tmp_path: Path) -> None:
    rows = "A,portal,2026-06-03T10:00Z,,\nB,portal,2026-06-03T10:00Z,2026-06-03T10:00Z,\n"
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + rows)
    assert found.quarantine == []
    assert [row.get("ended_at") for row in found.rows] == [None, "2026-06-03T10:00:00Z"]


def test_times_keep_their_microseconds_and_their_offsets(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + "A,portal,2026-06-03 12:00:00.000001+02:00,,\n")
    assert found.rows == [
        {"outage_id": "A", "service": "portal", "started_at": "2026-06-03T10:00:00.000001Z", "line": 2}
    ]


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ("T,it-support,P1,2026-06-03T10:00Z,,2026-06-03T09:00Z,", "resolved before it is opened"),
        ("T,it-support,P1,2026-06-03T10:00Z,2026-06-03T09:59Z,,", "responded to before it is opened"),
        ("T,it-support,P1,2026-06-03T10:00Z,,,2026-06-02T10:00Z", "closed before it is opened"),
        ("T,it-support,,2026-06-03T10:00Z,,,", "priority is empty"),
        (",it-support,P1,2026-06-03T10:00Z,,,", "ticket_id is empty"),
    ],
)
def test_a_bad_ticket_is_set_aside(tmp_path: Path, row: str, part: str) -> None:
    header = "ticket_id,service,priority,opened_at,responded_at,resolved_at,closed_at\n"
    found = read(tmp_path, "tickets.csv", f"{header}{row}\nU,it-support,P1,2026-06-03T10:00Z,,,\n")
    assert found.column("ticket_id") == ["U"]
    assert part in found.reason(2)


def test_a_holder_must_be_a_declared_party_or_nobody(tmp_path: Path) -> None:
    rows = "T,2026-06-03T10:00Z,open,desk\nT,2026-06-03T11:00Z,open,dask\nT,2026-06-03T12:00Z,open,\nT,2026-06-03T13:00Z,open,unmapped\n"
    found = read(tmp_path, "ticket_events.csv", "ticket_id,at,status,holder\n" + rows)
    assert [row.get("holder") for row in found.rows] == ["desk", None, None]
    assert found.lines() == [3]
    assert "holder 'dask'" in found.reason(3)
    assert "did you mean 'desk'?" in found.reason(3)


def test_unmapped_is_somebody_where_a_document_declares_a_party_of_that_name(tmp_path: Path) -> None:
    declared = Declared(DECLARED.services, DECLARED.parties | {"unmapped"})
    rows = "ticket_id,at,holder\nT,2026-06-03T13:00Z,unmapped\n"
    assert read(tmp_path, "ticket_events.csv", rows, declared=declared).column("holder") == ["unmapped"]


@pytest.mark.parametrize(
    ("numerator", "part"),
    [
        ("many", "'many' is not a number"),
        ("-1", "negative"),
        ("NaN", "not a finite number"),
        ("-Infinity", "not a finite number"),
        ("1_000", "not a number"),
        ('"1,000"', "not a number"),
        ("0x10", "not a number"),
        ("", "numerator is empty"),
    ],
)
def test_a_count_must_be_a_number_from_nought_on(tmp_path: Path, numerator: str, part: str) -> None:
    header = "service,measure,from,to,numerator,denominator,party\n"
    row = f"portal,answered,2026-06-01T00:00Z,2026-06-02T00:00Z,{numerator},100,\n"
    good = "portal,answered,2026-06-01T00:00Z,2026-06-02T00:00Z,96.5,1e2,halden\n"
    found = read(tmp_path, "counts.csv", header + row + good)
    assert found.column("numerator") == ["96.5"]
    assert part in found.reason(2)


def test_a_number_is_one_number_however_it_is_written(tmp_path: Path) -> None:
    # A month sent first as text and then from a table of doubles must not count twice.
    said = ["3", "3.0", "+3", "03", "3e0", ".5", "0.50", "0.0", "120", "1.2e2"]
    rows = "".join(f"portal,calls,2026-06-01T00:00Z,2026-06-02T00:00Z,{number},200\n" for number in said)
    found = read(tmp_path, "counts.csv", "service,measure,from,to,numerator,denominator\n" + rows)
    assert found.quarantine == []
    plain = ["3", "3", "3", "3", "3", "0.5", "0.5", "0", "120", "120"]
    assert [row["numerator"] for row in found.rows] == plain


@pytest.mark.parametrize(
    ("name", "header", "good", "bad", "part"),
    [
        ("counts.csv", "service,measure,from,to,numerator,denominator,party", "portal,m,2026-06-01T00:00Z,2026-06-02T00:00Z,1,2,", "portal,m,2026-06-02T00:00Z,2026-06-01T00:00Z,1,2,", "ends before it starts"),
        ("counts.csv", "service,measure,from,to,numerator,denominator,party", "portal,m,2026-06-01T00:00Z,2026-06-02T00:00Z,1,2,desk", "portal,m,2026-06-01T00:00Z,2026-06-02T00:00Z,1,2,nobody", "party 'nobody'"),
        ("samples.csv", "service,measure,at,good,total", "portal,m,2026-06-01T00:00Z,1,2", "portal,m,2026-06-01T00:00Z,3,2", "more than the total"),
        ("samples.csv", "service,measure,at,good,total", "portal,m,2026-06-01T00:00Z,1,2", "portal,m,2026-06-01T00:00Z,x,2", "good: 'x' is not a number"),
        ("deliverables.csv", "item_id,service,measure,due_at,delivered_at", "I,portal,m,2026-06-01T00:00Z,", "I,portal,m,,2026-06-01T00:00Z", "due_at is empty"),
        ("charges.csv", "agreement,service,month,amount,customer", "uc,portal,2026-06,10.00,", "uc,portal,2026-13,10.00,", "'2026-13' is not a month"),
        ("charges.csv", "agreement,service,month,amount,customer", "uc,portal,2026-06,-10.00,", "uc,portal,2026-06,ten,", "amount: 'ten' is not a number"),
        ("samples.csv", "service,measure,at,good,total", "portal,m,2026-06-01T00:00Z,1,2", "portal,m,2026-06-01T00:00Z,-1,2", "negative"),
    ],
)  # fmt: skip
def test_kinds_that_are_not_calculated_yet_are_checked_all_the_same(
    tmp_path: Path, name: str, header: str, good: str, bad: str, part: str
) -> None:
    found = read(tmp_path, name, f"{header}\n{good}\n{bad}\n")
    assert len(found.rows) == 1
    assert part in found.reason(3)


def test_a_row_is_shown_on_one_line_and_shortened(tmp_path: Path) -> None:
    found = read(tmp_path, "outages.csv", OUTAGE_HEADER + '"\x1b[31m\nB",' + "x" * 300 + ",,,\n")
    assert found.texts[0].startswith('"\\x1b[31m\\nB",xxx')
    assert len(found.texts[0]) == 120
    assert found.texts[0].endswith("…")
