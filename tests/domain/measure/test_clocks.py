"""What a ticket's clock counts: window time, without stops, in somebody's hands; and when it reaches an amount."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from domain.calendars import Calendar, WeeklyWindow
from domain.evidence import NEVER
from domain.instants import HOUR, MINUTE
from domain.intervals import EMPTY, Intervals
from domain.measure.clocks import Clock, ClockRule, clock, held_by
from domain.measure.timelines import timelines
from tests.building import Row, event, evidence, micros, span, ticket

ALWAYS = span("01 00:00", "30 00:00")
OFFICE = Calendar(
    "office", "UTC", (WeeklyWindow("office", frozenset(range(5)), 9 * HOUR, 17 * HOUR),)
).service_time(date(2026, 4, 1), date(2026, 4, 29))
NO_STOPS: frozenset[str] = frozenset()


def run(
    rule: ClockRule, tickets: Sequence[Row], events: Sequence[Row] = (), until: str = "29 00:00"
) -> Clock:
    rows = evidence((), tickets, events)
    lines = timelines(rows.ticket_rows, rows.event_rows)
    return clock(lines, rule, np.full(len(tickets), micros(until), dtype=np.int64))


HANDED_ON = [
    event("T1", "07 08:00", status="open", holder="desk"),
    event("T1", "07 10:00", status="pending_customer", holder="desk"),
    event("T1", "07 13:00", status="open", holder="vendor"),
    event("T1", "07 18:00", status="resolved", holder="vendor"),
]
TICKET = [ticket("T1", "P1", "07 07:00", "07 18:00")]


@pytest.mark.parametrize(
    ("rule", "hours"),
    [
        (ClockRule(ALWAYS, NO_STOPS), 11),
        (ClockRule(ALWAYS, frozenset({"pending_customer"})), 8),
        (ClockRule(OFFICE, NO_STOPS), 8),
        (ClockRule(OFFICE, frozenset({"pending_customer"})), 5),
        (ClockRule(EMPTY, NO_STOPS), 0),
        (ClockRule(ALWAYS, NO_STOPS, frozenset({"desk"})), 5),
        (ClockRule(ALWAYS, NO_STOPS, frozenset({"vendor"})), 5),
        (ClockRule(ALWAYS, NO_STOPS, frozenset({"desk", "vendor"})), 10),
        (ClockRule(ALWAYS, NO_STOPS, frozenset({"desk"}), counts_unheld=True), 6),
        (ClockRule(ALWAYS, NO_STOPS, frozenset({"nobody"})), 0),
        (ClockRule(OFFICE, frozenset({"pending_customer"}), frozenset({"vendor"})), 4),
    ],
    ids=["whoever holds it", "without its stop", "in office hours", "in office hours without its stop", "no window",
         "in the desk's hands", "in the vendor's", "in either's", "in the desk's or nobody's", "in nobody's we know",
         "in the vendor's, in office hours"],
)  # fmt: skip
def test_a_clock_counts_window_time_in_the_hands_it_is_about(rule: ClockRule, hours: int) -> None:
    assert run(rule, TICKET, HANDED_ON).elapsed.tolist() == [hours * HOUR]


def test_a_clock_never_runs_while_a_ticket_is_resolved_or_closed() -> None:
    events = [
        event("T1", "07 10:00", status="resolved"),
        event("T1", "08 10:00", status="open"),
        event("T1", "08 11:00", status="closed"),
        event("T1", "09 10:00", status="open"),
        event("T1", "09 12:00", status="resolved"),
    ]
    # 2 h, then 1 h, then 2 h: reopened, it goes on from where it stood.
    found = run(ClockRule(ALWAYS, NO_STOPS), [ticket("T1", "P1", "07 08:00", "09 12:00")], events)
    assert found.elapsed.tolist() == [5 * HOUR]


def test_a_clock_stops_where_it_is_asked_about() -> None:
    found = run(ClockRule(ALWAYS, NO_STOPS), [ticket("T1", "P1", "07 08:00")], until="07 09:30")
    assert found.elapsed.tolist() == [90 * MINUTE]
    assert run(
        ClockRule(ALWAYS, NO_STOPS), [ticket("T1", "P1", "07 08:00")], until="07 07:00"
    ).elapsed.tolist() == [0]


def test_a_ticket_without_events_counts_for_whoever_runs_its_service() -> None:
    tickets = [ticket("T1", "P1", "07 08:00", "07 10:00"), ticket("T2", "P1", "07 08:00", "07 10:00")]
    events = [event("T2", "07 09:00", status="open", holder="vendor")]
    own = ClockRule(ALWAYS, NO_STOPS, frozenset({"desk"}), counts_eventless=True)
    # T1 has no events: 2 h. T2 has, and none of them names the desk: the hour before the first is nobody's.
    assert run(own, tickets, events).elapsed.tolist() == [2 * HOUR, 0]
    other = ClockRule(ALWAYS, NO_STOPS, frozenset({"desk"}))
    assert run(other, tickets, events).elapsed.tolist() == [0, 0]


def test_clocks_of_many_tickets_do_not_run_into_each_other() -> None:
    tickets = [ticket(f"T{n}", "P1", "07 08:00", f"07 {8 + n:02d}:00") for n in range(1, 10)]
    found = run(ClockRule(ALWAYS, NO_STOPS), tickets)
    assert found.elapsed.tolist() == [n * HOUR for n in range(1, 10)]


# ----------------------------------------------------------------------------------------- reaching an amount


def reached(rule: ClockRule, amount: int) -> int:
    return int(run(rule, TICKET, HANDED_ON).reaches(np.array([amount], dtype=np.int64))[0])


@pytest.mark.parametrize(
    ("rule", "amount", "moment"),
    [
        (ClockRule(ALWAYS, NO_STOPS), 0, "07 07:00"),
        (ClockRule(ALWAYS, NO_STOPS), HOUR, "07 08:00"),
        (ClockRule(ALWAYS, NO_STOPS), 4 * HOUR, "07 11:00"),
        (ClockRule(ALWAYS, frozenset({"pending_customer"})), 3 * HOUR, "07 10:00"),
        (ClockRule(ALWAYS, frozenset({"pending_customer"})), 4 * HOUR, "07 14:00"),
        (ClockRule(OFFICE, NO_STOPS), HOUR, "07 10:00"),
        (ClockRule(ALWAYS, NO_STOPS, frozenset({"vendor"})), HOUR, "07 14:00"),
        (ClockRule(ALWAYS, NO_STOPS), 11 * HOUR, "07 18:00"),
    ],
    ids=["nothing at once", "the first hour", "four hours", "right before a stop", "after a stop",
         "when the office opens and an hour more", "in the vendor's hands", "all of it at the end"],
)  # fmt: skip
def test_a_clock_reaches_an_amount_at_the_first_instant_by_which_it_has_passed(
    rule: ClockRule, amount: int, moment: str
) -> None:
    assert reached(rule, amount) == micros(moment)


def test_a_clock_that_never_counts_so_much_reaches_it_never() -> None:
    assert reached(ClockRule(ALWAYS, NO_STOPS), 11 * HOUR + 1) == NEVER
    assert reached(ClockRule(ALWAYS, NO_STOPS, frozenset({"nobody"})), 1) == NEVER


def test_an_amount_is_reached_to_the_microsecond() -> None:
    assert reached(ClockRule(ALWAYS, NO_STOPS), 1) == micros("07 07:00") + 1
    assert reached(ClockRule(OFFICE, NO_STOPS), 1) == micros("07 09:00") + 1


def test_what_has_been_counted_up_to_an_instant_grows_only_while_the_clock_runs() -> None:
    found = run(ClockRule(ALWAYS, frozenset({"pending_customer"})), TICKET, HANDED_ON)
    moments = ["07 07:00", "07 09:00", "07 10:00", "07 12:00", "07 13:30", "08 00:00"]
    counted = [
        int(found.counted_until(np.array([micros(moment)], dtype=np.int64))[0]) // MINUTE
        for moment in moments
    ]
    assert counted == [0, 120, 180, 180, 210, 480]


def test_no_tickets_have_no_clocks() -> None:
    found = run(ClockRule(ALWAYS, NO_STOPS), [])
    assert found.elapsed.tolist() == []
    assert found.reaches(np.zeros(0, dtype=np.int64)).tolist() == []


# -------------------------------------------------------------------------------------------------- holders


def test_who_held_a_ticket_for_any_time_before_an_instant_held_it() -> None:
    rows = evidence((), TICKET, HANDED_ON)
    lines = timelines(rows.ticket_rows, rows.event_rows)

    def held(holder: str, until: str) -> bool:
        return bool(held_by(lines, frozenset({holder}), np.array([micros(until)]))[0])

    assert held("desk", "07 18:00")
    assert held("vendor", "07 18:00")
    assert held("vendor", "2026-04-07T13:00:00.000001Z")
    assert not held("vendor", "07 13:00")
    assert not held("nobody", "07 18:00")


def test_a_window_of_several_spans_is_counted_as_a_whole() -> None:
    window = Intervals.of(
        [(micros("07 08:00"), micros("07 09:00")), (micros("08 08:00"), micros("08 09:00"))]
    )
    found = run(ClockRule(window, NO_STOPS), [ticket("T1", "P1", "07 08:30", "08 08:30")])
    assert found.elapsed.tolist() == [HOUR]
