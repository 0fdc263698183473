"""Other people's files, by what a Feed says of them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vendors.feeds.reading import read, read_folder, write
from vendors.feeds.declared import Declared
from vendors.feeds.mapping import FeedMapping

DESK = FeedMapping(
    name="desk-tool",
    files="desk*.csv*",
    reads="csv",
    produces=("tickets", "ticket_events"),
    nulls=("?", ""),
    time_format="%d/%m/%Y %H:%M",
    columns={
        "ticket_id": "number",
        "priority": "prio",
        "opened_at": "opened",
        "resolved_at": "resolved",
        "at": "updated",
        "status": "state",
        "holder": "group",
    },
    values={
        "priority": {"1 - Critical": "P1", "2 - High": "P2"},
        "status": {"New": "open", "Waiting": "pending_customer", "Resolved": "resolved"},
        "holder": {"Group 70": "desk", "*": "unmapped"},
    },
    service_column="category",
    service_values={"Portal": "portal", "*": "it-support"},
)
HEADER = "number,prio,opened,resolved,updated,state,group,category,colour\n"


def test_every_row_is_an_event_and_the_last_row_says_the_tickets_own_fields(tmp_path: Path) -> None:
    """The row of 12:00 stands before that of 11:00 in the file; the last row is the one of the latest instant."""
    text = (
        HEADER
        + "I1,2 - High,1/6/2026 10:00,?,1/6/2026 10:00,New,Group 70,Portal,red\n"
        + "I1,1 - Critical,1/6/2026 10:00,1/6/2026 12:00,1/6/2026 12:00,Resolved,Group 70,Mail,red\n"
        + "I1,2 - High,1/6/2026 10:00,?,1/6/2026 11:00,Waiting,Group 9,Portal,red\n"
        + "I2,2 - High,2/6/2026 10:00,?,2/6/2026 10:00,New,?,?,red\n"
    )
    found = read(tmp_path, "desk-june.csv", text, (DESK,))
    assert found.quarantine == []
    assert found.notices == []
    assert found.by_kind["ticket_events"] == [
        {"ticket_id": "I1", "at": "2026-06-01T10:00:00Z", "status": "open", "holder": "desk", "priority": "P2", "line": 2},
        {"ticket_id": "I1", "at": "2026-06-01T12:00:00Z", "status": "resolved", "holder": "desk", "priority": "P1", "line": 3},
        {"ticket_id": "I1", "at": "2026-06-01T11:00:00Z", "status": "pending_customer", "priority": "P2", "line": 4},
        {"ticket_id": "I2", "at": "2026-06-02T10:00:00Z", "status": "open", "priority": "P2", "line": 5},
    ]  # fmt: skip
    assert sorted(found.by_kind["tickets"], key=lambda row: str(row["ticket_id"])) == [
        {"ticket_id": "I1", "service": "it-support", "priority": "P1", "opened_at": "2026-06-01T10:00:00Z", "resolved_at": "2026-06-01T12:00:00Z", "source": "desk-tool", "stated_at": "2026-06-01T12:00:00Z", "line": 3},
        {"ticket_id": "I2", "service": "it-support", "priority": "P2", "opened_at": "2026-06-02T10:00:00Z", "source": "desk-tool", "stated_at": "2026-06-02T10:00:00Z", "line": 5},
    ]  # fmt: skip


def test_of_two_rows_at_one_instant_the_later_line_is_the_last(tmp_path: Path) -> None:
    row = "I1,2 - High,1/6/2026 10:00,?,1/6/2026 10:00,New,Group 70,Portal,red\n"
    found = read(tmp_path, "desk.csv", HEADER + row + row.replace("2 - High", "1 - Critical"), (DESK,))
    assert [(ticket["priority"], ticket["line"]) for ticket in found.by_kind["tickets"]] == [("P1", 3)]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("New", "Nwe", ["status 'Nwe'", "the feed desk-tool translates", "did you mean 'New'?"]),
        ("2 - High", "9 - None", ["priority '9 - None'"]),
        (",1/6/2026 10:00,New", ",31/6/2026 10:00,New", ["at: '31/6/2026 10:00'", "does not exist"]),
        (",1/6/2026 10:00,New", ",?,New", ["at is empty"]),
        ("I1", "?", ["ticket_id is empty"]),
        (",Portal", ",Portal,9,9", ["11 cells where the header has 9"]),
    ],
)
def test_a_row_that_cannot_be_translated_is_set_aside_once(
    tmp_path: Path, old: str, new: str, parts: list[str]
) -> None:
    row = "I1,2 - High,1/6/2026 10:00,?,1/6/2026 10:00,New,Group 70,Portal,red\n"
    found = read(tmp_path, "desk.csv", HEADER + row.replace(old, new) + row.replace("I1", "I2"), (DESK,))
    assert found.lines() == [2]
    for part in parts:
        assert part in found.reason(2)
    assert [event["ticket_id"] for event in found.by_kind["ticket_events"]] == ["I2"]
    assert [ticket["ticket_id"] for ticket in found.by_kind["tickets"]] == ["I2"]


def test_a_last_row_that_is_no_ticket_is_an_event_all_the_same(tmp_path: Path) -> None:
    """Resolved before it was opened: the ticket cannot be read; that it was held by the desk can."""
    text = HEADER + "I1,2 - High,1/6/2026 10:00,1/6/2026 09:00,1/6/2026 10:00,New,Group 70,Portal,red\n"
    found = read(tmp_path, "desk.csv", text, (DESK,))
    assert len(found.by_kind["ticket_events"]) == 1
    assert found.by_kind["tickets"] == []
    assert "resolved before it is opened" in found.reason(2)


def test_only_the_last_row_of_a_ticket_has_to_say_its_fields(tmp_path: Path) -> None:
    text = (
        HEADER
        + "I1,2 - High,?,?,1/6/2026 10:00,New,Group 70,Portal,red\n"
        + "I1,2 - High,1/6/2026 10:00,?,1/6/2026 11:00,New,Group 70,Portal,red\n"
    )
    found = read(tmp_path, "desk.csv", text, (DESK,))
    assert found.quarantine == []
    assert (len(found.by_kind["ticket_events"]), len(found.by_kind["tickets"])) == (2, 1)


def test_wall_times_are_those_of_the_feeds_zone(tmp_path: Path) -> None:
    """Berlin is two hours ahead in June; on 25 October 2026 half past two comes twice, first at 00:30Z."""
    feed = replace(DESK, timezone="Europe/Berlin")
    text = (
        HEADER
        + "I1,2 - High,1/6/2026 10:00,?,25/10/2026 02:30,New,Group 70,Portal,red\n"
    )  # fmt: skip
    found = read(tmp_path, "desk.csv", text, (feed,))
    assert found.by_kind["ticket_events"][0]["at"] == "2026-10-25T00:30:00Z"
    assert found.by_kind["tickets"][0]["opened_at"] == "2026-06-01T08:00:00Z"


OUTAGE_FEED = FeedMapping(
    name="status-page",
    files="pages/*.txt",
    reads="csv",
    produces=("outages",),
    columns={"started_at": "von", "ended_at": "bis"},
    service_values={"*": "portal"},
    timezone="Europe/Berlin",
    encoding="cp1252",
    delimiter=";",
)


def test_a_feed_reads_other_separators_encodings_and_names(tmp_path: Path) -> None:
    text = "von;bis;Störung\n2026-06-01T10:00;2026-06-01T08:30Z;größer, länger\n"
    found = read(tmp_path, "pages/juni.txt", text.encode("cp1252"), (OUTAGE_FEED,))
    assert found.rows == [
        {"service": "portal", "started_at": "2026-06-01T08:00:00Z", "ended_at": "2026-06-01T08:30:00Z", "source": "status-page", "line": 2}
    ]  # fmt: skip


def test_bytes_that_are_not_in_the_feeds_encoding_cost_the_file(tmp_path: Path) -> None:
    content = "von;bis;x\n".encode("cp1252") + b"2026-06-01T10:00;;\x81\n"
    found = read(tmp_path, "pages/juni.txt", content, (OUTAGE_FEED,))
    assert "not cp1252 text" in found.refusal()


def test_a_feed_may_read_ndjson_and_gzip(tmp_path: Path) -> None:
    feed = replace(OUTAGE_FEED, files="page.ndjson.gz", reads="ndjson", encoding="utf-8")
    content = gzip.compress(b'{"von": "2026-06-01T10:00", "bis": null}\n')
    assert read(tmp_path, "page.ndjson.gz", content, (feed,)).rows[0]["started_at"] == "2026-06-01T08:00:00Z"


def test_a_claimed_file_is_not_read_by_its_name(tmp_path: Path) -> None:
    """Its name says outages, and it lacks the columns of outages."""
    feed = replace(OUTAGE_FEED, files="outages-*.csv", encoding="utf-8")
    found = read(tmp_path, "outages-page.csv", "von;bis\n2026-06-01T10:00Z;\n", (feed,))
    assert [row["source"] for row in found.rows] == ["status-page"]
    assert found.broken == []


def test_a_file_that_two_feeds_claim_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "pages/juni.txt", "von;bis\n2026-06-01T10:00Z;\n")
    found = read_folder(tmp_path, (OUTAGE_FEED, replace(OUTAGE_FEED, name="another", files="*.txt")))
    assert found.rows == []
    assert "The feeds another and status-page both claim it" in found.refusal()


def test_a_feed_that_claims_no_file_gives_a_notice(tmp_path: Path) -> None:
    write(tmp_path, "outages.csv", "service,started_at\n")
    found = read_folder(tmp_path, (OUTAGE_FEED,))
    assert [(code, "pages/*.txt" in message) for code, message in found.notices] == [
        ("FEED_WITHOUT_FILES", True)
    ]


@pytest.mark.parametrize(
    ("feed", "part"),
    [
        (replace(OUTAGE_FEED, columns={"started_at": "vom"}), "'vom' (the nearest is 'von')"),
        (replace(OUTAGE_FEED, columns={"ended_at": "bis"}), "does not say which column is started_at"),
        (replace(OUTAGE_FEED, service_values={}), "does not say which column is service"),
        (replace(OUTAGE_FEED, time_format="%Q"), "%Q in the time format"),
        (replace(OUTAGE_FEED, encoding="utf-9"), "'utf-9' is no encoding"),
        (replace(OUTAGE_FEED, delimiter="||"), "the delimiter '||'"),
        (replace(OUTAGE_FEED, reads="servicenow-api"), "no such connector"),
    ],
)
def test_a_feed_that_cannot_read_a_file_says_why(tmp_path: Path, feed: FeedMapping, part: str) -> None:
    found = read(tmp_path, "pages/juni.txt", "von;bis\n2026-06-01T10:00Z;\n", (feed,))
    assert part in found.refusal()


def test_a_log_without_the_opening_of_its_tickets_is_told_to_be_events_alone(tmp_path: Path) -> None:
    """Its first row is no opening: the log may begin later, or be cut in two (ruling 79)."""
    columns = {name: column for name, column in DESK.columns.items() if name != "opened_at"}
    found = read(tmp_path, "desk.csv", "number\n", (replace(DESK, files="desk.csv", columns=columns),))
    assert (
        "does not say which column is opened_at, which tickets need; a log of events alone produces ticket_events, and "
        "tickets*.csv says when each opened"
    ) in found.refusal()


def test_what_a_feed_says_of_columns_that_there_are_not_is_told(tmp_path: Path) -> None:
    feed = replace(
        OUTAGE_FEED, columns={**OUTAGE_FEED.columns, "servity": "bis"}, values={"started_at": {"a": "b"}}
    )
    found = read(tmp_path, "pages/juni.txt", "von;bis\n2026-06-01T10:00Z;\n", (feed,))
    assert [code for code, _ in found.notices] == ["FEED_UNKNOWN_COLUMN", "FEED_UNKNOWN_COLUMN"]
    assert "servity" in found.notices[0][1]
    assert "Did you mean severity?" in found.notices[0][1]
    assert len(found.rows) == 1


def test_empty_cells_are_translated_only_where_the_feed_names_them(tmp_path: Path) -> None:
    feed = replace(
        DESK,
        produces=("tickets",),
        columns={"ticket_id": "number", "priority": "prio", "opened_at": "opened", "category": "colour"},
        values={"priority": {"": "P4", "*": "P1"}, "category": {"*": "other"}},
    )
    row = "I1,?,1/6/2026 10:00,,,,,Portal,?\n"
    found = read(tmp_path, "desk.csv", HEADER + row + row.replace("?", "Urgent"), (feed,))
    assert [(ticket["priority"], ticket.get("category")) for ticket in found.rows] == [
        ("P4", None),
        ("P1", "other"),
    ]


def test_a_value_may_mean_an_empty_cell(tmp_path: Path) -> None:
    feed = replace(
        OUTAGE_FEED,
        columns={"started_at": "von", "ended_at": "bis", "cause": "grund"},
        values={"cause": {"Wartung": "maintenance", "*": ""}},
    )
    text = "von;bis;grund\n2026-06-01T10:00;;Wartung\n2026-06-02T10:00;;Bagger\n"
    found = read(tmp_path, "pages/juni.txt", text.encode("cp1252"), (feed,))
    assert [row.get("cause") for row in found.rows] == ["maintenance", None]
    assert found.quarantine == []


def test_a_column_that_the_file_does_not_have_is_said_once_for_all_rows(tmp_path: Path) -> None:
    feed = FeedMapping(
        name="kpis",
        files="kpi.csv",
        reads="csv",
        produces=("counts",),
        time_format="%m/%d/%Y",
        columns={"from": "since", "to": "until", "numerator": "solved", "denominator": "calls"},
        values={"measure": {"*": "first-contact"}},
        service_values={"*": "portal"},
    )
    text = "since,until,solved,calls\n06/01/2026,07/01/2026,8,10\n"
    found = read(tmp_path, "kpi.csv", text, (feed,))
    assert [(row["measure"], row["service"]) for row in found.rows] == [("first-contact", "portal")]


def test_tickets_of_many_batches_keep_only_their_last_rows(tmp_path: Path) -> None:
    """60,000 events of 500 tickets take two batches; each is last updated in the 120th hour from 1 June."""
    lines = [HEADER]
    for i in range(60_000):
        ticket, step = i % 500, i // 500
        lines.append(
            f"I{ticket},2 - High,1/6/2026 10:00,?,{1 + step // 24}/6/2026 {step % 24:02d}:00,New,Group 70,Portal,{i}\n"
        )
    found = read(tmp_path, "desk.csv", "".join(lines), (DESK,))
    assert len(found.by_kind["ticket_events"]) == 60_000
    assert len(found.by_kind["tickets"]) == 500
    assert {ticket["stated_at"] for ticket in found.by_kind["tickets"]} == {"2026-06-05T23:00:00Z"}
    assert sorted(int(ticket["line"]) for ticket in found.by_kind["tickets"]) == list(range(59_502, 60_002))


CLOUD = FeedMapping(
    name="cloud",
    files="cloud.csv",
    reads="csv",
    produces=("outages",),
    nulls=("", "?"),
    columns={"started_at": "begin"},
    service_columns=("product", "region"),
    service_values={
        "Compute | eu": "compute-eu",
        "Compute |": "compute",
        "Compute | *": "compute-elsewhere",
        "* | eu": "eu",
        "*": "portal",
    },
)


def test_two_columns_together_say_which_service_and_the_first_column_is_looked_at_first(
    tmp_path: Path,
) -> None:
    said = {
        "Compute,eu": "compute-eu",
        "Compute,": "compute",
        "Compute,?": "compute",
        "Compute,us": "compute-elsewhere",
        "Storage,eu": "eu",
        "Storage,": "portal",
        ",": "portal",
    }
    text = "product,region,begin\n" + "".join(f"{cells},2026-06-01T10:00Z\n" for cells in said)
    declared = frozenset(said.values())
    found = read(tmp_path, "cloud.csv", text, (CLOUD,), declared=Declared(declared, frozenset()))
    assert [row["service"] for row in found.rows] == list(said.values())
    assert found.quarantine == []


def test_cells_of_several_columns_that_the_feed_does_not_name_go_to_quarantine(tmp_path: Path) -> None:
    feed = replace(CLOUD, service_values={"Compute | eu": "portal"})
    text = "product,region,begin\nCompute,eu,2026-06-01T10:00Z\nCompute,us,2026-06-01T10:00Z\n"
    found = read(tmp_path, "cloud.csv", text, (feed,))
    assert [row["line"] for row in found.rows] == [2]
    assert found.lines() == [3]
    assert "'Compute | us' is no value that the feed cloud translates" in found.reason(3)


def test_a_key_with_too_few_parts_costs_the_file(tmp_path: Path) -> None:
    feed = replace(CLOUD, service_values={"Compute": "portal"})
    found = read(tmp_path, "cloud.csv", "product,region,begin\n", (feed,))
    assert "the service 'Compute' does not say 2 parts, one for each of product, region" in found.refusal()


def test_a_header_without_one_of_several_columns_costs_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, "cloud.csv", "product,begin\n", (CLOUD,))
    assert "'region'" in found.refusal()
