"""What is known at an instant: repeated rows once, corrections in force, one row a ticket, in an order of its own."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence import NEVER, OPEN, OutageColumns, SourceSummary, TicketColumns, TicketEventColumns
from domain.evidence_memory import MemoryEvidence
from domain.findings import Finding
from store.lake.reading import read_sources
from tests.store.lake.rows import FakeSource, Row, plain

A: Row = {"outage_id": "A", "service": "web", "started_at": 100, "ended_at": 200}
B: Row = {"outage_id": "B", "service": "web", "started_at": 110, "ended_at": 150, "supersedes": "A"}


def read(*sources: FakeSource, known_at: int | None = None) -> tuple[MemoryEvidence, tuple[Finding, ...]]:
    return read_sources(sources, known_at)


def outages(*rows: Row, known_at: int | None = None) -> list[Row]:
    return plain(read(FakeSource("outages.csv", "outages", rows), known_at=known_at)[0].outage_rows)


def ids(rows: list[Row]) -> list[Any]:
    return [row.get("outage_id", row.get("ticket_id")) for row in rows]


def codes(notices: tuple[Finding, ...]) -> list[str]:
    return [notice.code for notice in notices]


# ------------------------------------------------------------------------------------ cells


def test_absent_instants_have_their_own_values() -> None:
    (evidence, _) = read(FakeSource("o.csv", "outages", [{"service": "web", "started_at": 5}]))
    rows = evidence.outage_rows
    assert rows.ended.tolist() == [OPEN]
    assert rows.reported.tolist() == [5]  # Not reported: as if when it started (ruling 15).
    assert rows.cause[0] is None
    assert rows.place.file.names == ("o.csv",)
    assert rows.place.line.tolist() == [2]
    ticket: Row = {"ticket_id": "T", "service": "web", "priority": "P1", "opened_at": 5}
    assert read(FakeSource("t.csv", "tickets", [ticket]))[0].ticket_rows.resolved.tolist() == [NEVER]


def test_names_are_sorted_distinct_and_only_those_in_use() -> None:
    rows = [
        {"service": name, "started_at": at} for at, name in enumerate(["wan", "hosting", "é", "wan", "Zed"])
    ]
    late = {"service": "later", "started_at": 9, "recorded_at": 1000}
    (evidence, _) = read(FakeSource("o.csv", "outages", [*rows, late]), known_at=500)
    column = evidence.outage_rows.service
    assert column.names == ("Zed", "hosting", "wan", "é")
    assert [column[row] for row in range(5)] == ["Zed", "hosting", "wan", "wan", "é"]
    assert evidence.services_with_outages() == {"Zed", "hosting", "wan", "é"}


def test_outages_stand_by_service_start_end_cause_and_id() -> None:
    rows: list[Row] = [
        {"service": "b", "started_at": 1, "outage_id": "6"},
        {"service": "a", "started_at": 2, "ended_at": 9, "outage_id": "3"},
        {"service": "a", "started_at": 2, "ended_at": 3, "cause": "maintenance", "outage_id": "2"},
        {"service": "a", "started_at": 2, "ended_at": 3, "cause": "customer", "outage_id": "1"},
        {"service": "a", "started_at": 2, "outage_id": "5"},
        {"service": "a", "started_at": 2, "ended_at": 9, "outage_id": "4"},
        {"service": "a", "started_at": 1, "outage_id": "0"},
    ]
    assert ids(outages(*rows)) == ["0", "1", "2", "3", "4", "5", "6"]


# ------------------------------------------------------------------------- the same row twice


def test_the_same_row_twice_counts_once_and_is_counted_as_repeated() -> None:
    evidence, notices = read(
        FakeSource("a.csv", "outages", [A, A, A]),
        FakeSource("b.csv", "outages", [A, {**A, "outage_id": "C"}]),
    )
    assert ids(plain(evidence.outage_rows)) == ["A", "C"]
    assert plain(evidence.outage_rows, places=True)[0]["at_place"] == ("a.csv", 2)
    assert [(each.file, each.rows, each.repeated) for each in evidence.sources()] == [
        ("a.csv", 1, 2),
        ("b.csv", 1, 1),
    ]
    assert notices == ()


@pytest.mark.parametrize("column", ["source", "severity", "incident", "cause"])
def test_rows_that_differ_in_any_column_are_two(column: str) -> None:
    assert len(outages(A, {**A, column: "x"})) == 2


def test_a_file_with_the_content_of_another_is_repeated_whole_and_its_faults_stand_once() -> None:
    from domain.evidence import QuarantinedRow

    first = FakeSource("a.csv", "outages", [A, A], (QuarantinedRow("a.csv", 9, "bad"),), content="same")
    second = FakeSource("b.csv", "outages", [A, A], (QuarantinedRow("b.csv", 9, "bad"),), content="same")
    evidence, notices = read(second, first)
    assert evidence.quarantine() == (QuarantinedRow("a.csv", 9, "bad"),)
    assert [(each.file, each.rows, each.quarantined, each.repeated) for each in evidence.sources()] == [
        ("a.csv", 1, 1, 1), ("b.csv", 0, 0, 2),
    ]  # fmt: skip
    assert codes(notices) == ["EVIDENCE_FILE_REPEATED"]
    assert len(evidence.outage_rows) == 1


def test_a_broken_file_counts_for_nothing_but_its_one_fault() -> None:
    evidence, notices = read(
        FakeSource("a.csv", "outages", [A], broken="cut short"),
        FakeSource("b.csv", "outages", [{**A, "service": "x"}]),
    )
    assert [row["service"] for row in plain(evidence.outage_rows)] == ["x"]
    assert [(row.file, row.line, row.reason) for row in evidence.quarantine()] == [("a.csv", 3, "cut short")]
    assert evidence.sources()[0] == SourceSummary("a.csv", "outages", 0, 1, 0, evidence.sources()[0].sha256)
    assert codes(notices) == ["EVIDENCE_FILE_UNREAD"]
    assert "a.csv could not be read, and nothing in it counts (line 3): cut short." in notices[0].message


# ------------------------------------------------------------------------------ as known at


def test_a_row_is_known_from_its_recorded_time_on() -> None:
    late = {**A, "recorded_at": 1000}
    assert outages(late, known_at=999) == []
    assert ids(outages(late, known_at=1000)) == ["A"]
    assert ids(outages(late)) == ["A"]
    assert ids(outages(A, known_at=0)) == ["A"]


def test_a_superseded_row_is_gone_from_its_superseders_recorded_time_on() -> None:
    rows = [A, {**B, "recorded_at": 1000}]
    assert ids(outages(*rows, known_at=999)) == ["A"]
    assert ids(outages(*rows, known_at=1000)) == ["B"]


def test_a_superseder_without_a_recorded_time_always_counts() -> None:
    assert ids(outages({**A, "recorded_at": 500}, B, known_at=600)) == ["B"]
    assert ids(outages(A, B, known_at=0)) == ["B"]


def test_what_was_replaced_does_not_come_back_when_its_successor_is_replaced() -> None:
    c = {**B, "outage_id": "C", "supersedes": "B"}
    assert ids(outages(A, B, c)) == ["C"]
    rows = [A, {**B, "recorded_at": 10}, {**c, "recorded_at": 20}]
    assert [ids(outages(*rows, known_at=at)) for at in (9, 10, 19, 20)] == [["A"], ["B"], ["B"], ["C"]]


def test_one_row_may_be_replaced_by_several_and_several_by_one() -> None:
    assert ids(outages(A, B, {**B, "outage_id": "C", "started_at": 160, "ended_at": 170})) == ["B", "C"]
    assert ids(outages(A, {**A, "started_at": 300, "ended_at": 400}, B)) == ["B"]


def test_a_correction_may_move_an_outage_to_another_service() -> None:
    assert [row["service"] for row in outages(A, {**B, "service": "wan"})] == ["wan"]


def test_a_superseder_may_have_no_id() -> None:
    assert [row.get("outage_id") for row in outages(A, {**B, "outage_id": None})] == [None]


def test_a_row_that_supersedes_its_own_id_replaces_the_rows_before_it() -> None:
    first = {**A, "supersedes": "A", "ended_at": 180, "recorded_at": 10}
    second = {**A, "supersedes": "A", "ended_at": 170, "recorded_at": 20}
    assert [row["ended"] for row in outages(A, second, first)] == [170]
    assert [row["ended"] for row in outages(A, second, first, known_at=15)] == [180]
    assert [row["ended"] for row in outages(A, second, first, known_at=5)] == [200]


def test_an_id_that_two_sources_use_is_replaced_in_the_successors_own_source() -> None:
    ours, theirs = {**A, "source": "ours"}, {**A, "source": "theirs"}
    assert [(row["outage_id"], row["source"]) for row in outages(ours, theirs, {**B, "source": "ours"})] == [
        ("A", "theirs"), ("B", "ours"),
    ]  # fmt: skip
    assert ids(outages(ours, theirs, {**B, "source": "a person"})) == ["B"]


def test_superseding_what_nobody_sent_gives_a_notice() -> None:
    evidence, notices = read(FakeSource("o.csv", "outages", [{**B, "supersedes": "Q"}]))
    assert ids(plain(evidence.outage_rows)) == ["B"]
    assert codes(notices) == ["SUPERSEDES_UNKNOWN"]
    assert notices[0].message == "Rows of outages supersede what no known row is called: Q."


def test_rows_that_supersede_each_other_leave_the_last_recorded() -> None:
    rows = [{**A, "supersedes": "B", "recorded_at": 220}, {**B, "recorded_at": 210}]
    evidence, notices = read(FakeSource("o.csv", "outages", rows))
    assert ids(plain(evidence.outage_rows)) == ["A"]
    assert codes(notices) == ["SUPERSEDES_IN_A_CIRCLE"]
    assert "A and B" in notices[0].message
    outside = {**A, "outage_id": "C", "supersedes": "A", "recorded_at": 230}
    assert ids(outages(*rows, outside)) == ["C"]


# ---------------------------------------------------------------------------------- tickets

T: Row = {"ticket_id": "T", "service": "it", "priority": "P1", "opened_at": 100}


def test_of_several_rows_of_a_ticket_the_last_recorded_counts() -> None:
    rows = [{**T, "priority": "P2", "recorded_at": 120}, {**T, "recorded_at": 110}, {**T, "priority": "P3"}]
    source = FakeSource("t.csv", "tickets", rows)
    found = [plain(read(source, known_at=at)[0].ticket_rows)[0]["priority"] for at in (105, 110, 119, 120)]
    assert found == ["P3", "P1", "P1", "P2"]
    assert read(source)[1] == ()


def test_of_rows_that_events_state_the_one_of_the_later_event_counts() -> None:
    rows = [{**T, "priority": "P2", "stated_at": 20}, {**T, "stated_at": 10}]
    evidence, notices = read(FakeSource("t.csv", "tickets", rows))
    assert [row["priority"] for row in plain(evidence.ticket_rows)] == ["P2"]
    assert notices == ()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_rows_that_do_not_say_which_is_right_leave_the_one_that_tells_of_the_latest_instant(
    order: tuple[int, ...],
) -> None:
    rows = [T, {**T, "resolved_at": 300}, {**T, "resolved_at": 200, "priority": "P9"}]
    evidence, notices = read(FakeSource("t.csv", "tickets", [rows[place] for place in order]))
    assert [row["resolved"] for row in plain(evidence.ticket_rows)] == [300]
    assert codes(notices) == ["TICKET_ROWS_DISAGREE"]


def test_a_repeated_ticket_is_no_disagreement() -> None:
    evidence, notices = read(FakeSource("t.csv", "tickets", [T, T]), FakeSource("u.csv", "tickets", [T]))
    assert len(evidence.ticket_rows) == 1
    assert [(each.rows, each.repeated) for each in evidence.sources()] == [(1, 1), (0, 1)]
    assert notices == ()


def test_a_ticket_may_supersede_another() -> None:
    evidence, notices = read(
        FakeSource("t.csv", "tickets", [T, {**T, "ticket_id": "U", "supersedes": "T"}]),
        FakeSource("e.csv", "ticket_events", [{"ticket_id": "T", "at": 100}, {"ticket_id": "U", "at": 100}]),
    )
    assert ids(plain(evidence.ticket_rows)) == ["U"]
    assert ids(plain(evidence.ticket_events({"it"}))) == ["U"]
    assert notices == ()  # That T is gone is no surprise.


def test_events_without_a_ticket_are_kept_and_told() -> None:
    events = [
        {"ticket_id": "T", "at": 5},
        {"ticket_id": "V", "at": 6},
        {"ticket_id": "W", "at": 7},
        {"ticket_id": "V", "at": 8},
    ]
    evidence, notices = read(
        FakeSource("t.csv", "tickets", [T]), FakeSource("e.csv", "ticket_events", events)
    )
    assert len(evidence.event_rows) == 4
    assert ids(plain(evidence.ticket_events({"it"}))) == ["T"]
    assert codes(notices) == ["EVENT_WITHOUT_TICKET"]
    assert "3 ticket events name 2 tickets of which no row is known" in notices[0].message
    assert notices[0].figures == {"events": "3", "tickets": "2"}


def test_events_stand_by_ticket_instant_file_and_line() -> None:
    events: list[Row] = [
        {"ticket_id": "U", "at": 1, "status": "5"},
        {"ticket_id": "T", "at": 2, "status": "2"},
        {"ticket_id": "T", "at": 2, "status": "1"},
        {"ticket_id": "T", "at": 1, "status": "0"},
        {"ticket_id": "T", "at": 2, "status": "2"},
    ]
    evidence, _ = read(
        FakeSource("e.csv", "ticket_events", events),
        FakeSource("d.csv", "ticket_events", [{"ticket_id": "T", "at": 2, "status": "z"}]),
    )
    assert [row["status"] for row in plain(evidence.event_rows)] == ["0", "z", "2", "1", "5"]
    assert [(each.file, each.repeated) for each in evidence.sources()] == [("d.csv", 0), ("e.csv", 1)]


# -------------------------------------------------------------------------- orders of arrival

NAMES = st.sampled_from(["A", "B", "C", None])
OUTAGES = st.fixed_dictionaries(
    {"service": st.sampled_from(["a", "b"]), "started_at": st.integers(0, 3)},
    optional={
        "outage_id": NAMES, "ended_at": st.integers(3, 5), "cause": st.sampled_from(["customer", "maintenance"]),
        "source": st.sampled_from(["x", "y"]), "recorded_at": st.integers(0, 3), "supersedes": NAMES,
    },
)  # fmt: skip
TICKETS = st.fixed_dictionaries(
    {"ticket_id": st.sampled_from(["A", "B", "C"]), "service": st.sampled_from(["a", "b"]), "priority": st.sampled_from(["P1", "P2"]), "opened_at": st.integers(0, 3)},
    optional={"resolved_at": st.integers(3, 6), "recorded_at": st.integers(0, 3), "supersedes": NAMES},
)  # fmt: skip


def content(columns: OutageColumns | TicketColumns | TicketEventColumns) -> list[bytes | tuple[str, ...]]:
    """Every byte of every column but those that say where a row stood."""
    found: list[bytes | tuple[str, ...]] = []
    for name in type(columns).__dataclass_fields__:
        column = getattr(columns, name)
        if isinstance(column, np.ndarray):
            found.append(column.tobytes())
        elif name != "place":
            found.extend([column.codes.tobytes(), column.names])
    return found


@given(st.lists(OUTAGES, max_size=8), st.lists(TICKETS, max_size=6), st.data())
def test_files_and_rows_in_any_order_give_the_same_bytes(
    outage_rows: list[Row], ticket_rows: list[Row], data: st.DataObject
) -> None:
    known_at = data.draw(st.sampled_from([None, 0, 1, 2]))

    def split(rows: list[Row], kind: str, name: str) -> list[FakeSource]:
        cut = data.draw(st.integers(0, len(rows)))
        mixed = data.draw(st.permutations(rows))
        return [FakeSource(f"{name}1", kind, mixed[:cut]), FakeSource(f"{name}2", kind, mixed[cut:], batch=2)]

    once, _ = read(
        FakeSource("o", "outages", outage_rows), FakeSource("t", "tickets", ticket_rows), known_at=known_at
    )
    again, _ = read(
        *split(ticket_rows, "tickets", "p"), *split(outage_rows, "outages", "q"), known_at=known_at
    )
    assert content(again.outage_rows) == content(once.outage_rows)
    assert content(again.ticket_rows) == content(once.ticket_rows)


@given(st.lists(OUTAGES, min_size=1, max_size=6), st.integers(1, 3))
def test_sending_everything_again_changes_nothing_but_the_count_of_repeats(
    rows: list[Row], times: int
) -> None:
    once, _ = read(FakeSource("o", "outages", rows))
    again, _ = read(FakeSource("o", "outages", rows * (times + 1)))
    assert content(again.outage_rows) == content(once.outage_rows)
    kept, twice = once.sources()[0], again.sources()[0]
    assert (twice.rows, twice.repeated) == (kept.rows, kept.repeated + times * len(rows))


@given(st.lists(OUTAGES, max_size=8), st.sampled_from([None, 0, 1, 2, 3]))
def test_what_is_known_is_what_a_plain_reading_of_the_rules_gives(
    rows: list[Row], known_at: int | None
) -> None:
    """Without circles and without ids that supersede themselves, by lists and sets alone."""
    rows = [{name: value for name, value in row.items() if value is not None} for row in rows]
    rows = [row for row in rows if row.get("supersedes", "~") > row.get("outage_id", "")]
    known = [row for row in rows if known_at is None or row.get("recorded_at", -1) <= known_at]
    different = [row for place, row in enumerate(known) if row not in known[:place]]

    def is_gone(row: Row) -> bool:
        for successor in different:
            if "outage_id" in row and successor.get("supersedes") == row["outage_id"]:
                bearers = [other for other in different if other.get("outage_id") == row["outage_id"]]
                own = [other for other in bearers if other.get("source") == successor.get("source")]
                if row in (own or bearers):
                    return True
        return False

    expected = sorted(
        (row for row in different if not is_gone(row)), key=lambda row: sorted(map(str, row.items()))
    )
    found = outages(*rows, known_at=known_at)
    simple = [
        {"service": r["service"], "started_at": r["started"], **({"outage_id": r["outage_id"]} if "outage_id" in r else {}),
         **({"ended_at": r["ended"]} if "ended" in r else {}), **({"cause": r["cause"]} if "cause" in r else {}),
         **({"source": r["source"]} if "source" in r else {}), **({"recorded_at": r["recorded"]} if "recorded" in r else {})}
        for r in found
    ]  # fmt: skip
    without = [{name: value for name, value in row.items() if name != "supersedes"} for row in expected]
    key = lambda row: sorted(map(str, row.items()))  # noqa: E731
    assert sorted(simple, key=key) == sorted(without, key=key)
