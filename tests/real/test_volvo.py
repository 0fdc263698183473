"""Volvo IT's hand-over chains under assumed contracts: three support levels, and waits told apart by whose clock they run.

The incidents are real (BPI Challenge 2013), **the contracts are assumed** (`examples/volvo-handovers`). Every count is arrived at
by a plain loop over the rows too, which shares no code with the product.
"""

from __future__ import annotations

import csv
import gzip
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from api.services.folders import read_contracts, read_evidence
from domain.attainment import AttainmentStatus
from domain.periods import Period
from domain.ports import Evidence
from settlement.results import Settlement
from settlement.settle import settle
from tests.real.settled_records import ROOT, assert_adds_up, record

LOG = "incidents-volvo/vinst_incidents.csv.gz"
MONTH, ALL_OVER = "2012-05", date(2012, 7, 1)
DAYS = {"Low": 10, "Medium": 7, "High": 3, "Major": 1}
FINISHED = {"Resolved", "In Call", "Closed", "Cancelled"}
WAITS_OF_THE_USER = {"Wait - User", "Wait - Customer"}
UNEXPLAINED = {"Unmatched"}


@pytest.fixture(scope="module")
def incidents() -> dict[str, list[dict[str, str]]]:
    """The rows of each incident in the order of time; two of one instant keep their order in the file."""
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(record(LOG), "rt", encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            found.setdefault(row["SR Number"], []).append(row)
    return {number: sorted(rows, key=at) for number, rows in found.items()}


@pytest.fixture(scope="module")
def settled(
    incidents: dict[str, list[dict[str, str]]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Evidence, Settlement]:
    folder = tmp_path_factory.mktemp("real") / "volvo-handovers"
    shutil.copytree(ROOT / "examples" / "volvo-handovers", folder)
    (folder / "evidence").mkdir()
    (folder / "evidence" / "vinst_incidents.csv.gz").symlink_to(record(LOG))
    with (folder / "evidence" / "tickets.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["ticket_id", "service", "priority", "opened_at"])
        for number, rows in sorted(incidents.items()):
            impact = next(row["SR Latest Impact"] for row in rows)
            writer.writerow([number, "incident-handling", impact, rows[0]["Change Date+Time"]])
    contracts = read_contracts(folder)
    evidence, _ = read_evidence(folder, contracts, ALL_OVER)
    return evidence, settle(contracts.portfolio, evidence, Period.parse(MONTH), ALL_OVER)


def at(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["Change Date+Time"]).astimezone(UTC)


def clocks(rows: list[dict[str, str]]) -> tuple[datetime, timedelta, timedelta, str] | None:
    """When an incident was resolved for good, its time without the user's waits, with all of them, and its impact."""
    told = [row for row in rows if row["Sub Status"] not in UNEXPLAINED]
    last = len(told)
    while last and told[last - 1]["Sub Status"] in FINISHED:
        last -= 1
    if last == len(told):
        return None
    ours = every = timedelta()
    for now, then in pairwise(told[: last + 1]):
        if now["Sub Status"] not in FINISHED:
            every += at(then) - at(now)
            if now["Sub Status"] not in WAITS_OF_THE_USER:
                ours += at(then) - at(now)
    return at(told[last]), ours, every, told[last]["SR Latest Impact"]


def in_time(incidents: dict[str, list[dict[str, str]]], *, with_every_wait: bool) -> tuple[int, int]:
    kept = counted = 0
    for rows in incidents.values():
        found = clocks(rows)
        if found is not None and found[0].strftime("%Y-%m") == MONTH:
            _, ours, every, impact = found
            counted += 1
            kept += (every if with_every_wait else ours) <= timedelta(days=DAYS[impact])
    return kept, counted


def test_every_row_is_an_event_or_stands_in_quarantine(
    incidents: dict[str, list[dict[str, str]]], settled: tuple[Evidence, Settlement]
) -> None:
    rows = [row for each in incidents.values() for row in each]
    assert (len(rows), len(incidents)) == (44_577, 5_174)
    events = next(each for each in settled[0].sources() if each.kind == "ticket_events")
    unexplained = sum(row["Sub Status"] in UNEXPLAINED for row in rows)
    assert events.quarantined == unexplained == 5
    assert events.rows + events.repeated == len(rows) - unexplained


@pytest.mark.parametrize(
    ("level", "with_every_wait"), [("resolution", False), ("resolution-with-every-wait", True)]
)
def test_what_was_resolved_in_time_is_what_a_plain_loop_counts(
    incidents: dict[str, list[dict[str, str]]],
    settled: tuple[Evidence, Settlement],
    level: str,
    with_every_wait: bool,
) -> None:
    found = next(
        each
        for each in settled[1].attainments
        if (each.of.agreement.name, each.of.level.name) == ("sla-incidents", level)
    )
    kept, counted = in_time(incidents, with_every_wait=with_every_wait)
    assert found.numerator == kept
    assert found.denominator == counted


def test_the_users_waits_make_the_difference_between_the_two_levels(
    incidents: dict[str, list[dict[str, str]]],
) -> None:
    without, counted = in_time(incidents, with_every_wait=False)
    with_waits, _ = in_time(incidents, with_every_wait=True)
    assert without > with_waits > 0
    assert counted > 1_000


def test_late_incidents_are_divided_among_the_lines_that_held_them(
    settled: tuple[Evidence, Settlement],
) -> None:
    _, settlement = settled
    missed = [each for each in settlement.attainments if each.status is AttainmentStatus.MISSED]
    assert {each.attainment.of.level.name for each in settlement.breaches} == {
        each.of.level.name for each in missed
    }
    of_customer = [
        each for each in settlement.breaches if each.attainment.of.agreement.name == "sla-incidents"
    ]
    # 4,514 and 4,010 of 5,156 were in time, so 642 and 1,146 were late.
    assert [each.trace.quantity for each in of_customer] == [642, 1146]
    for breach in of_customer:
        rows = Counter(row.party for row in breach.trace.responsibilities)
        assert rows.keys() <= {"first-line", "second-line", "third-line", "volvo-it", None}
    assert_adds_up(settlement)
