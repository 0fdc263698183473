"""Records that others wrote, read through feeds, and counted by another route beside it.

The problem: files made up for tests are tidier than files are. These were written by real systems; what the product
says of them is compared with Python's own `csv` and `datetime`, row by row.

Limits: the files stay outside the project (`../shared/data`); where they are absent, the tests are skipped. **The terms
are assumed**: which group is which party, which service a category belongs to, and the time zone (the ServiceNow export
names none; UTC is assumed). Nothing here is a statement about anyone's contract.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from api.services.evidence import read_folder_evidence
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding
from domain.instants import parse_instant
from vendors.feeds.declared import Declared
from vendors.feeds.mapping import FeedMapping

DATA = Path(__file__).parents[3] / "shared" / "data"


def real(name: str) -> Path:
    """A real file, or a skipped test where it is not at hand."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the real records ../shared/data/{name} are not here")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file, by Python's own csv module."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.name.endswith(".gz") else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_by(
    folder: Path, path: Path, feed: FeedMapping, declared: Declared
) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    """One real file, read by a feed in a folder of its own."""
    (folder / "evidence").mkdir()
    shutil.copyfile(path, folder / "evidence" / path.name)
    evidence, notices = read_folder_evidence(folder, declared, (feed,))
    assert isinstance(evidence, MemoryEvidence)
    return evidence, notices


STATES = {
    "New": "open", "Active": "open", "Awaiting User Info": "pending_customer", "Awaiting Vendor": "pending_vendor",
    "Awaiting Problem": "pending_problem", "Awaiting Evidence": "pending_evidence", "Resolved": "resolved", "Closed": "closed",
}  # fmt: skip
PRIORITIES = {"1 - Critical": "P1", "2 - High": "P2", "3 - Moderate": "P3", "4 - Low": "P4"}
SERVICENOW = FeedMapping(
    name="servicenow-incidents",
    files="incident_event_log*.csv*",
    reads="csv",
    nulls=("?", ""),
    time_format="%d/%m/%Y %H:%M",
    produces=("tickets", "ticket_events"),
    columns={
        "ticket_id": "number", "priority": "priority", "opened_at": "opened_at", "resolved_at": "resolved_at",
        "closed_at": "closed_at", "at": "sys_updated_at", "status": "incident_state", "holder": "assignment_group",
        "actor": "sys_updated_by",
    },
    values={"priority": PRIORITIES, "status": STATES, "holder": {"Group 70": "service-desk", "*": "unmapped"}},
    service_column="category",
    service_values={"*": "it-support"},
)  # fmt: skip
ASSUMED = Declared(frozenset({"it-support"}), frozenset({"service-desk"}))


@cache
def servicenow_micros(text: str) -> int:
    return parse_instant(datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC).isoformat())


def test_the_servicenow_log_is_read_whole(tmp_path: Path) -> None:
    path = real("incidents-servicenow/incident_event_log.csv.gz")
    rows = rows_of(path)
    evidence, notices = read_by(tmp_path, path, SERVICENOW, ASSUMED)
    assert len(rows) == 119_998

    # Every row is an event, a repeated one, or in quarantine for the state that the feed does not translate.
    untranslated = [line for line, row in enumerate(rows, start=2) if row["incident_state"] not in STATES]
    assert [row.line for row in evidence.quarantine()] == untranslated
    assert {row.reason for row in evidence.quarantine()} == {
        "status '-100' is no value that the feed servicenow-incidents translates"
    }
    good = [row for row in rows if row["incident_state"] in STATES]
    events = [
        (row["number"], servicenow_micros(row["sys_updated_at"]), STATES[row["incident_state"]], row["assignment_group"] == "Group 70", PRIORITIES[row["priority"]], row["sys_updated_by"])
        for row in good
    ]  # fmt: skip
    by_kind = {each.kind: each for each in evidence.sources()}
    assert by_kind["ticket_events"].quarantined == len(untranslated)
    assert by_kind["ticket_events"].repeated == len(events) - len(set(events))
    assert by_kind["ticket_events"].rows == len(set(events)) == len(evidence.event_rows)
    assert notices == ()

    found = evidence.event_rows
    assert Counter(found.status[row] for row in range(len(found))) == Counter(each[2] for each in set(events))
    assert int((found.holder.codes >= 0).sum()) == sum(each[3] for each in set(events))


def test_a_servicenow_incidents_own_fields_are_those_of_its_last_row(tmp_path: Path) -> None:
    path = real("incidents-servicenow/incident_event_log.csv.gz")
    last: dict[str, tuple[int, int, dict[str, str]]] = {}
    for line, row in enumerate(rows_of(path), start=2):
        if row["incident_state"] in STATES:
            stated = (servicenow_micros(row["sys_updated_at"]), line, row)
            last[row["number"]] = max(last.get(row["number"], stated), stated, key=lambda each: each[:2])
    evidence, _ = read_by(tmp_path, path, SERVICENOW, ASSUMED)
    tickets = evidence.ticket_rows
    assert len(tickets) == len(last)
    for place in range(0, len(tickets), 97):
        _, line, expected = last[tickets.ticket_id[place] or ""]
        assert int(tickets.place.line[place]) == line
        assert tickets.priority[place] == PRIORITIES[expected["priority"]]
        assert int(tickets.opened[place]) == servicenow_micros(expected["opened_at"])
        if expected["resolved_at"] != "?":
            assert int(tickets.resolved[place]) == servicenow_micros(expected["resolved_at"])


def test_google_clouds_published_outages_are_read_by_a_feed(tmp_path: Path) -> None:
    """Assumed: every product is a service of that name in lower case; what the page says is not total loss."""
    path = real("outages-gcp-2021/outages.csv")
    rows = rows_of(path)
    products = {row["product"]: row["product"].lower().replace(" ", "-") for row in rows if row["product"]}
    feed = FeedMapping(
        name="google-cloud",
        files="outages.csv",
        reads="csv",
        produces=("outages",),
        columns={"outage_id": "id", "started_at": "begin", "ended_at": "end", "severity": "severity"},
        service_column="product",
        service_values=products,
    )
    evidence, _ = read_by(tmp_path, path, feed, Declared(frozenset(products.values()), frozenset()))
    bad = {
        line
        for line, row in enumerate(rows, start=2)
        if not row["product"]
        or not row["begin"]
        or (row["end"] and parse_instant(row["end"]) < parse_instant(row["begin"]))
    }
    assert {row.line for row in evidence.quarantine()} == bad
    good = [row for line, row in enumerate(rows, start=2) if line not in bad]
    different = {(row["id"], row["begin"], row["end"], row["severity"], row["product"]) for row in good}
    (summary,) = evidence.sources()
    assert (summary.rows, summary.repeated) == (len(different), len(good) - len(different))
    assert evidence.first_instant() == min(parse_instant(row["begin"]) for row in good)
    lasting = sum(parse_instant(each[2]) - parse_instant(each[1]) for each in different if each[2])
    closed = evidence.outage_rows.ended < parse_instant("9999-12-31T00:00Z")
    assert int((evidence.outage_rows.ended - evidence.outage_rows.started)[closed].sum()) == lasting


def test_volvos_incident_log_keeps_the_offset_of_each_row(tmp_path: Path) -> None:
    """Assumed: the first line's teams are the desk, everybody else is unmapped; a case is a ticket of it-support."""
    path = real("incidents-volvo/vinst_incidents.csv.gz")
    rows = rows_of(path)
    assert len(rows) == 44_577
    feed = FeedMapping(
        name="volvo",
        files="vinst*",
        reads="csv",
        produces=("ticket_events",),
        columns={
            "ticket_id": "SR Number",
            "at": "Change Date+Time",
            "status": "Sub Status",
            "holder": "ST Level",
        },
        values={"holder": {"L1": "service-desk", "*": "unmapped"}},
    )
    evidence, notices = read_by(tmp_path, path, feed, ASSUMED)
    assert evidence.quarantine() == ()
    different = {
        (row["SR Number"], parse_instant(row["Change Date+Time"]), row["Sub Status"], row["ST Level"] == "L1")
        for row in rows
    }
    assert len(evidence.event_rows) == len(different)
    assert evidence.first_instant() == min(each[1] for each in different)
    assert len(set(evidence.event_rows.ticket_id.names)) == len({row["SR Number"] for row in rows})
    assert [notice.code for notice in notices] == ["EVENT_WITHOUT_TICKET"]
