"""Which tickets a level counts in a month, and which of them are late.

April 2026; the clock runs around the clock in UTC, so that a ticket's clock is the time since it was opened.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from domain.agreements import Assign, Milestone, WithinMetric
from domain.calendars import Calendar, WeeklyWindow
from domain.instants import HOUR
from domain.intervals import Intervals
from domain.measure.clocks import ClockRule
from domain.measure.timelines import timelines
from domain.measure.within import TicketMeasure, measure_within
from tests.building import Row, event, evidence, micros, ticket

APRIL = micros("2026-04-01T00:00:00Z")
MAY = micros("2026-05-01T00:00:00Z")
ALWAYS = Intervals.of([(micros("2026-03-01T00:00:00Z"), micros("2026-07-01T00:00:00Z"))])
FOUR_HOURS = (("P1", 4 * HOUR),)


def measured(
    tickets: Sequence[Row],
    events: Sequence[Row] = (),
    *,
    thresholds: tuple[tuple[str, int], ...] = FOUR_HOURS,
    window: Intervals = ALWAYS,
    holders: frozenset[str] | None = None,
    counts_eventless: bool = False,
    stops: frozenset[str] = frozenset(),
    horizon: int = MAY,
    **metric: Any,
) -> TicketMeasure:
    rows = evidence((), tickets, events)
    lines = timelines(rows.ticket_rows, rows.event_rows)
    rule = ClockRule(window, stops, holders, counts_eventless=counts_eventless)
    wanted = WithinMetric(metric.pop("milestone", Milestone.RESOLUTION), thresholds, stops=stops, **metric)
    return measure_within(lines, wanted, rule, APRIL, MAY, horizon)


def counted(measure: TicketMeasure) -> dict[str, bool]:
    """The tickets counted, and whether each was late."""
    names = [measure.lines.tickets.ticket_id[int(row)] for row in measure.rows]
    return {name or "": bool(late) for name, late in zip(names, measure.late, strict=True)}


# --------------------------------------------------------------------------------------------------- lateness


def test_a_ticket_is_late_one_microsecond_after_its_threshold() -> None:
    found = measured(
        [
            ticket("exactly", "P1", "07 08:00", "07 12:00"),
            ticket("after", "P1", "07 08:00", "2026-04-07T12:00:00.000001Z"),
        ]
    )
    assert counted(found) == {"after": True, "exactly": False}
    assert (found.counted, found.failures) == (2, 1)
    assert found.numerator == 1


def test_each_priority_has_its_own_threshold_and_one_without_is_outside_the_level() -> None:
    found = measured(
        [ticket(priority, priority, "07 08:00", "07 16:00") for priority in ("P1", "P2", "P3")],
        thresholds=(("P1", 4 * HOUR), ("P2", 8 * HOUR)),
    )
    assert counted(found) == {"P1": True, "P2": False}
    assert found.threshold.tolist() == [4 * HOUR, 8 * HOUR]


def test_a_level_can_be_narrowed_to_some_priorities() -> None:
    found = measured(
        [ticket(priority, priority, "07 08:00", "07 16:00") for priority in ("P1", "P2")],
        thresholds=(("P1", 4 * HOUR), ("P2", 4 * HOUR)),
        priorities=frozenset({"P2"}),
    )
    assert counted(found) == {"P2": True}


def test_a_response_is_measured_to_the_response() -> None:
    tickets = [
        ticket("quick", "P1", "07 08:00", "09 08:00", responded_at="07 09:00"),
        ticket("slow", "P1", "07 08:00", "07 12:30", responded_at="07 12:30"),
        ticket("never", "P1", "07 08:00", "07 09:00"),
    ]
    found = measured(tickets, milestone=Milestone.RESPONSE)
    assert counted(found) == {"quick": False, "slow": True}


def test_nothing_to_count_has_a_denominator_of_nothing() -> None:
    found = measured([])
    assert (found.counted, found.failures) == (0, 0)
    assert found.numerator == 0


def test_the_clock_is_business_time_and_stands_still_in_a_stop() -> None:
    office = Calendar("office", "UTC", (WeeklyWindow("office", frozenset(range(5)), 9 * HOUR, 17 * HOUR),))
    found = measured(
        [ticket("T1", "P1", "10 16:00", "14 10:00")],
        [event("T1", "13 10:00", status="pending_customer"), event("T1", "14 09:00", status="open")],
        window=office.service_time(date(2026, 4, 1), date(2026, 4, 30)),
        stops=frozenset({"pending_customer"}),
    )
    # Friday 16-17, Monday 9-10, Tuesday 9-10.
    assert found.elapsed.tolist() == [3 * HOUR]


# ------------------------------------------------------------------------------------------------- priorities


def test_a_priority_change_uses_the_threshold_in_force_at_the_milestone() -> None:
    thresholds = (("P1", 4 * HOUR), ("P2", 8 * HOUR))
    lowered = [event("lowered", "07 10:00", priority="P2")]
    raised = [event("raised", "07 10:00", priority="P1")]
    found = measured(
        [ticket("lowered", "P1", "07 08:00", "07 14:00"), ticket("raised", "P2", "07 08:00", "07 14:00")],
        [*lowered, *raised],
        thresholds=thresholds,
    )
    assert counted(found) == {"lowered": False, "raised": True}
    assert found.priority == ("P2", "P1")


def test_a_priority_change_after_the_response_does_not_touch_the_response() -> None:
    found = measured(
        [ticket("T1", "P2", "07 08:00", "07 20:00", responded_at="07 13:00")],
        [event("T1", "07 14:00", priority="P1")],
        thresholds=(("P1", HOUR), ("P2", 8 * HOUR)),
        milestone=Milestone.RESPONSE,
    )
    assert counted(found) == {"T1": False}


def test_a_change_at_the_very_instant_of_the_milestone_is_in_force() -> None:
    found = measured(
        [ticket("T1", "P1", "07 08:00", "07 14:00")],
        [event("T1", "07 14:00", priority="P2", status="resolved")],
        thresholds=(("P1", 4 * HOUR), ("P2", 8 * HOUR)),
    )
    assert counted(found) == {"T1": False}


def test_a_ticket_moved_to_a_priority_without_a_threshold_leaves_the_level() -> None:
    found = measured([ticket("T1", "P1", "07 08:00", "07 14:00")], [event("T1", "07 09:00", priority="P5")])
    assert counted(found) == {}


# --------------------------------------------------------------------------------------- which month: milestone

AROUND_APRIL = [
    ticket("march", "P1", "2026-03-31T10:00:00Z", "2026-03-31T23:00:00Z"),
    ticket("march-april", "P1", "2026-03-31T23:00:00Z", "01 06:00"),
    ticket("first-instant", "P1", "2026-03-31T23:00:00Z", "01 00:00"),
    ticket("april", "P1", "07 08:00", "07 09:00"),
    ticket("april-may", "P1", "30 23:00", "2026-05-01T02:00:00Z"),
    ticket("last-instant", "P1", "30 23:00", "2026-05-01T00:00:00Z"),
    ticket("open", "P1", "07 08:00"),
    ticket("just-opened", "P1", "30 23:00"),
]


def test_by_the_milestone_a_ticket_falls_where_it_was_reached() -> None:
    found = measured(AROUND_APRIL, assign=Assign.MILESTONE)
    assert counted(found) == {"april": False, "first-instant": False, "march-april": True}


# ---------------------------------------------------------------------------------------- which month: opened


def test_by_the_opening_a_ticket_falls_where_it_was_opened_and_late_if_still_open_past_its_threshold() -> (
    None
):
    found = measured(AROUND_APRIL, assign=Assign.OPENED)
    # april-may and just-opened are not decided yet at the period's end; open has been open for weeks.
    assert counted(found) == {"april": False, "open": True}


def test_known_later_a_ticket_opened_in_april_counts_by_how_it_ended() -> None:
    later = measured(AROUND_APRIL, assign=Assign.OPENED, horizon=micros("2026-06-01T00:00:00Z"))
    assert counted(later) == {"april": False, "april-may": False, "last-instant": False, "open": True}


def test_an_open_ticket_is_judged_at_the_period_s_end_however_much_later_it_is_known() -> None:
    tickets = [ticket("T1", "P1", "30 21:00"), ticket("T2", "P1", "30 19:00")]
    found = measured(tickets, assign=Assign.OPENED, horizon=micros("2026-06-01T00:00:00Z"))
    # At midnight T1 had been open 3 h, T2 5 h.
    assert counted(found) == {"T2": True}
    assert found.elapsed.tolist() == [5 * HOUR]


# -------------------------------------------------------------------------------------- which month: deadline


def test_by_the_deadline_a_ticket_falls_where_its_clock_reaches_the_threshold() -> None:
    found = measured(AROUND_APRIL, assign=Assign.DEADLINE)
    # march's deadline was 14:00 on 31 March, march-april's and first-instant's 03:00 on 1 April, april's noon on
    # the 7th, open's too; those of 30 April fall on 1 May.
    assert counted(found) == {"april": False, "first-instant": False, "march-april": True, "open": True}


def test_a_deadline_at_midnight_belongs_to_the_month_it_begins() -> None:
    tickets = [
        ticket("into-april", "P1", "2026-03-31T20:00:00Z"),
        ticket("into-may", "P1", "30 20:00"),
        ticket("into-may-in-time", "P1", "30 20:00", "30 21:00"),
    ]
    found = measured(tickets, assign=Assign.DEADLINE)
    assert counted(found) == {"into-april": True}


def test_an_open_ticket_exactly_at_its_threshold_at_the_period_s_end_is_not_missed_in_it() -> None:
    found = measured(
        [ticket("T1", "P1", "30 20:00"), ticket("T2", "P1", "30 19:59:59")], assign=Assign.DEADLINE
    )
    assert counted(found) == {"T2": True}


def test_an_open_ticket_whose_deadline_was_the_end_of_the_day_of_service_is_missed_in_that_month() -> None:
    # Service ends at 17:00 on the 30th with the four hours just used up; the clock runs on in May. It counts in April,
    # where its deadline lies, for in no other month would it.
    hours = Intervals.of([(micros("30 09:00"), micros("30 17:00"))])
    still_open = ticket("at-five", "P1", "30 13:00")
    solved = ticket("solved-at-five", "P1", "30 13:00", "30 17:00")
    found = measured([still_open, solved], window=hours, assign=Assign.DEADLINE)
    assert counted(found) == {"at-five": True, "solved-at-five": False}


def test_a_deadline_is_moved_by_stops_and_by_the_window() -> None:
    # Opened at 22:00 on the 30th, stopped at once until 2 May: its four hours end in May.
    events = [
        event("T1", "30 22:00", status="pending_customer"),
        event("T1", "2026-05-02T08:00:00Z", status="open"),
    ]
    found = measured(
        [ticket("T1", "P1", "30 22:00")],
        events,
        assign=Assign.DEADLINE,
        stops=frozenset({"pending_customer"}),
    )
    assert counted(found) == {}


def test_a_ticket_that_is_stopped_for_good_has_no_deadline() -> None:
    events = [event("T1", "07 09:00", status="pending_customer")]
    found = measured(
        [ticket("T1", "P1", "07 08:00")],
        events,
        assign=Assign.DEADLINE,
        stops=frozenset({"pending_customer"}),
    )
    assert counted(found) == {}


@pytest.mark.parametrize("assign", list(Assign))
def test_what_happened_after_what_is_known_has_not_happened(assign: Assign) -> None:
    known = measured([ticket("T1", "P1", "07 08:00", "20 08:00")], assign=assign, horizon=micros("10 00:00"))
    # By the milestone it is in no month yet; else it is open and past its threshold.
    assert counted(known) == ({} if assign is Assign.MILESTONE else {"T1": True})
    if assign is not Assign.MILESTONE:
        assert known.until.tolist() == [micros("10 00:00")]


# --------------------------------------------------------------------------------------------- somebody's hands


def test_an_ola_counts_the_tickets_its_side_held_before_the_milestone() -> None:
    tickets = [ticket(name, "P1", "07 08:00", "07 18:00") for name in ("held", "other", "eventless", "after")]
    events = [
        event("held", "07 10:00", holder="desk"),
        event("other", "07 10:00", holder="vendor"),
        event("after", "07 10:00", holder="vendor"),
        event("after", "07 19:00", holder="desk"),
    ]
    found = measured(tickets, events, holders=frozenset({"desk"}))
    assert counted(found) == {"held": True}
    assert found.elapsed.tolist() == [8 * HOUR]


def test_a_ticket_without_events_is_its_only_where_it_runs_the_service() -> None:
    tickets = [ticket("T1", "P1", "07 08:00", "07 18:00")]
    assert counted(measured(tickets, holders=frozenset({"desk"}))) == {}
    assert counted(measured(tickets, holders=frozenset({"desk"}), counts_eventless=True)) == {"T1": True}


def test_a_ticket_held_only_while_the_clock_stood_is_in_time() -> None:
    events = [
        event("T1", "07 08:00", status="open", holder="vendor"),
        event("T1", "07 12:00", status="pending_customer", holder="desk"),
        event("T1", "07 17:00", status="resolved"),
    ]
    found = measured(
        [ticket("T1", "P1", "07 08:00", "07 17:00")],
        events,
        holders=frozenset({"desk"}),
        stops=frozenset({"pending_customer"}),
    )
    assert counted(found) == {"T1": False}
    assert found.elapsed.tolist() == [0]


# --------------------------------------------------------------------------------------------------- reopened


def test_a_ticket_reopened_in_may_was_resolved_in_april_only_as_far_as_april_knew() -> None:
    tickets = [ticket("T1", "P1", "29 08:00", "29 10:00")]
    events = [
        event("T1", "29 10:00", status="resolved"),
        event("T1", "2026-05-02T10:00:00Z", status="open"),
        event("T1", "2026-05-02T13:00:00Z", status="resolved"),
    ]
    # Known after it all, the milestone is the last one: 2 h + 3 h = 5 h, in May.
    assert counted(measured(tickets, events, horizon=micros("2026-06-01T00:00:00Z"))) == {}


def test_the_clock_of_a_reopened_ticket_goes_on_and_may_make_it_late() -> None:
    tickets = [ticket("T1", "P1", "07 08:00", "09 12:00")]
    events = [
        event("T1", "07 10:00", status="resolved"),
        event("T1", "09 09:30", status="open"),
        event("T1", "09 12:00", status="resolved"),
    ]
    found = measured(tickets, events)
    assert counted(found) == {"T1": True}
    assert found.elapsed.tolist() == [4 * HOUR + HOUR // 2]
    assert np.array_equal(found.until, [micros("09 12:00")])
