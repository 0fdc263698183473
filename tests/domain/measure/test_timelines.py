"""The story of a ticket as spans of one status, one holder and one priority: what each row of evidence changes."""

from collections.abc import Sequence

import numpy as np

from domain.evidence import NEVER
from domain.instants import isoformat
from domain.measure.timelines import Timelines, timelines
from tests.building import Row, event, evidence, micros, ticket

OPENED = "07 08:00"


def lines_of(tickets: Sequence[Row], events: Sequence[Row] = ()) -> Timelines:
    rows = evidence((), tickets, events)
    return timelines(rows.ticket_rows, rows.event_rows)


def told(lines: Timelines, which: int = 0) -> list[tuple[str, str | None, str | None]]:
    """The spans of one ticket that last any time: when each begins, its status and its holder."""
    return [
        (isoformat(int(lines.start[i]))[8:16].replace("T", " "), lines.status[i], lines.holder[i])
        for i in range(len(lines.ticket))
        if lines.ticket[i] == which and lines.start[i] < lines.end[i]
    ]


def resolved_at(lines: Timelines, which: int = 0) -> int:
    return int(lines.resolved[which])


# ---------------------------------------------------------------------------------------------------- spans


def test_a_ticket_without_events_is_open_and_held_by_nobody_until_its_own_fields_say_otherwise() -> None:
    lines = lines_of([ticket("T1", "P1", OPENED, "07 12:00", closed_at="08 12:00")])
    assert told(lines) == [
        ("07 08:00", "open", None),
        ("07 12:00", "resolved", None),
        ("08 12:00", "closed", None),
    ]
    assert not lines.has_events[0]
    assert resolved_at(lines) == micros("07 12:00")
    assert int(lines.end[-1]) == NEVER


def test_each_event_is_the_state_until_the_next() -> None:
    events = [
        event("T1", "07 10:00", status="open", holder="desk"),
        event("T1", "07 11:00", status="pending_customer", holder="desk"),
        event("T1", "07 13:00", status="open", holder="vendor"),
        event("T1", "07 14:00", status="resolved", holder="vendor"),
    ]
    lines = lines_of([ticket("T1", "P1", OPENED, "07 14:00")], events)
    assert told(lines) == [
        ("07 08:00", "open", None),
        ("07 10:00", "open", "desk"),
        ("07 11:00", "pending_customer", "desk"),
        ("07 13:00", "open", "vendor"),
        ("07 14:00", "resolved", "vendor"),
    ]
    assert lines.has_events[0]


def test_an_empty_cell_leaves_what_was() -> None:
    events = [
        event("T1", OPENED, status="open", holder="desk", priority="P2"),
        event("T1", "07 09:00", status="pending_customer"),
        event("T1", "07 10:00", holder="vendor"),
        event("T1", "07 11:00", priority="P1"),
    ]
    lines = lines_of([ticket("T1", "P3", OPENED)], events)
    assert told(lines) == [
        ("07 08:00", "open", "desk"),
        ("07 09:00", "pending_customer", "desk"),
        ("07 10:00", "pending_customer", "vendor"),
        ("07 11:00", "pending_customer", "vendor"),
    ]
    last = len(lines.ticket) - 1
    assert lines.priority[last] == "P1"


def test_what_one_ticket_s_events_say_never_carries_into_the_next() -> None:
    events = [event("T1", OPENED, status="pending_customer", holder="desk", priority="P1")]
    lines = lines_of([ticket("T1", "P2", OPENED), ticket("T2", "P3", OPENED)], events)
    assert told(lines, 1) == [("07 08:00", "open", None)]
    found = lines.priority_at(lines.tickets.opened)
    assert [found[ticket] for ticket in range(2)] == ["P1", "P3"]


def test_an_event_before_the_ticket_was_opened_counts_from_its_opening() -> None:
    events = [event("T1", "07 07:00", status="open", holder="desk"), event("T1", "07 09:00", holder="vendor")]
    lines = lines_of([ticket("T1", "P1", OPENED)], events)
    assert told(lines) == [("07 08:00", "open", "desk"), ("07 09:00", "open", "vendor")]


def test_of_several_events_before_the_opening_the_last_one_holds() -> None:
    events = [event("T1", "06 07:00", holder="desk"), event("T1", "07 07:00", holder="vendor")]
    assert told(lines_of([ticket("T1", "P1", OPENED)], events)) == [("07 08:00", "open", "vendor")]


def test_events_of_one_instant_keep_the_order_of_their_lines() -> None:
    events = [event("T1", "07 09:00", holder="vendor"), event("T1", "07 09:00", holder="desk")]
    assert told(lines_of([ticket("T1", "P1", OPENED)], events))[-1] == ("07 09:00", "open", "desk")


def test_events_of_tickets_that_nobody_opened_are_left_out() -> None:
    lines = lines_of([ticket("T1", "P1", OPENED)], [event("T9", "07 09:00", holder="desk")])
    assert told(lines) == [("07 08:00", "open", None)]
    assert len(lines_of([], [event("T9", "07 09:00", holder="desk")]).ticket) == 0


# ------------------------------------------------------------------------------------------------- milestones


def test_a_ticket_resolved_by_an_event_alone_is_resolved_then() -> None:
    lines = lines_of([ticket("T1", "P1", OPENED)], [event("T1", "07 12:00", status="resolved")])
    assert resolved_at(lines) == micros("07 12:00")


def test_a_ticket_that_was_only_ever_closed_is_resolved_when_it_was_closed() -> None:
    assert resolved_at(lines_of([ticket("T1", "P1", OPENED, closed_at="07 12:00")])) == micros("07 12:00")


def test_closing_a_resolved_ticket_resolves_it_no_later() -> None:
    events = [event("T1", "07 12:00", status="resolved"), event("T1", "09 12:00", status="closed")]
    assert resolved_at(lines_of([ticket("T1", "P1", OPENED, "07 12:00")], events)) == micros("07 12:00")


def test_a_reopened_ticket_is_resolved_when_it_is_resolved_for_good() -> None:
    events = [
        event("T1", "07 12:00", status="resolved"),
        event("T1", "08 09:00", status="open"),
        event("T1", "08 10:00", status="resolved"),
    ]
    assert resolved_at(lines_of([ticket("T1", "P1", OPENED, "08 10:00")], events)) == micros("08 10:00")


def test_a_reopened_ticket_that_stands_open_is_not_resolved() -> None:
    events = [event("T1", "07 12:00", status="resolved"), event("T1", "08 09:00", status="open")]
    assert resolved_at(lines_of([ticket("T1", "P1", OPENED, "07 12:00")], events)) == NEVER


def test_a_ticket_that_no_event_reopened_but_whose_field_says_later_is_resolved_later() -> None:
    events = [event("T1", "07 12:00", status="resolved")]
    assert resolved_at(lines_of([ticket("T1", "P1", OPENED, "07 15:00")], events)) == micros("07 15:00")


def test_a_response_is_taken_as_the_ticket_states_it() -> None:
    lines = lines_of([ticket("T1", "P1", OPENED, responded_at="07 08:10"), ticket("T2", "P1", OPENED)])
    assert lines.responded.tolist() == [micros("07 08:10"), NEVER]


# ------------------------------------------------------------------------------------------------- priorities


def test_the_priority_at_an_instant_is_that_of_the_span_it_lies_in() -> None:
    events = [event("T1", "07 10:00", priority="P1"), event("T1", "07 12:00", priority="P3")]
    lines = lines_of([ticket("T1", "P2", OPENED)], events)
    asked = [OPENED, "07 09:59", "07 10:00", "07 11:59", "07 12:00", "20 00:00"]
    found = [lines.priority_at(lines.tickets.opened * 0 + micros(moment))[0] for moment in asked]
    assert found == ["P2", "P2", "P1", "P1", "P3", "P3"]


def test_before_its_opening_a_ticket_has_the_priority_it_was_opened_with() -> None:
    lines = lines_of([ticket("T1", "P2", OPENED)])
    assert lines.priority_at(lines.tickets.opened - 1)[0] == "P2"


def test_some_tickets_can_be_taken_with_their_spans() -> None:
    events = [event("T2", "07 09:00", holder="desk")]
    lines = lines_of([ticket(f"T{n}", "P1", OPENED, f"07 1{n}:00") for n in (1, 2, 3)], events)
    kept = lines.only(np.array([1], dtype=np.int64))
    assert [kept.tickets.ticket_id[i] for i in range(len(kept.tickets))] == ["T2"]
    assert told(kept) == [
        ("07 08:00", "open", None),
        ("07 09:00", "open", "desk"),
        ("07 12:00", "resolved", "desk"),
    ]
    assert resolved_at(kept) == micros("07 12:00")
    assert kept.has_events.tolist() == [True]
