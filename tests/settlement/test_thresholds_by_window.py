"""Thresholds that depend on when a ticket was opened: by window, by the next business day, by the priority then.

April 2026 begins on a Wednesday. Good Friday is the 3rd and Easter Monday the 6th; Friday is the 17th, Monday the 20th.
The office calendar here is in UTC: prime is Monday to Friday 08:00-18:00, non-prime the rest.
"""

import dataclasses
from fractions import Fraction
from typing import Any

import pytest

from domain.attainment import AttainmentStatus
from domain.explanation import ReplayMismatch, replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    Settled,
    Story,
    event,
    house,
    level,
    office,
    ola,
    service,
    settle,
    settling,
    sla,
    story,
    ticket,
    uc,
    within,
)

BY_WINDOW = {"P1": {"prime": "PT2H", "non-prime": "PT6H"}}
WINDOW_FIRST = {"prime": {"P1": "PT2H"}, "non-prime": {"P1": "PT6H"}}
NEXT_DAY = {"P2": "nextBusinessDay"}


def measured(
    thresholds: object,
    *tickets: Row | Story,
    window: str | None = None,
    holidays: bool = False,
    **metric: Any,
) -> Settled:
    return settle(*contracts(thresholds, window, holidays=holidays, **metric), tickets=tickets)


def contracts(
    thresholds: object, window: str | None = None, *, holidays: bool = False, **metric: Any
) -> list[Document | list[Document]]:
    days = {"holidays": {"country": "GB", "subdivision": "ENG", "countAs": "non-prime"}} if holidays else {}
    promise = within("95", {}, metric={"thresholds": thresholds, **metric})
    return [
        house(),
        office("hours", "UTC", **days),
        service("support"),
        sla(["support"], [promise | ({"window": window} if window else {})], calendar="hours"),
    ]


def late(*args: Any, **more: Any) -> int:
    found = measured(*args, **more).attainment()
    assert found.denominator is not None
    assert found.numerator is not None
    return int(found.denominator - found.numerator)


@pytest.mark.parametrize("thresholds", [BY_WINDOW, WINDOW_FIRST])
def test_the_window_that_a_ticket_is_opened_in_sets_its_threshold_however_the_table_is_written(
    thresholds: object,
) -> None:
    rows = [
        ticket("in-prime", "P1", "14 10:00", "14 12:01"),
        ticket("in-prime-to-the-minute", "P1", "14 10:00", "14 12:00"),
        ticket("at-the-end-of-prime", "P1", "14 18:00", "14 23:59"),
        ticket("at-the-start-of-prime", "P1", "14 08:00", "14 10:30"),
        ticket("at-night", "P1", "14 20:00", "15 02:01"),
    ]
    assert [late(thresholds, row) for row in rows] == [1, 0, 0, 1, 1]


def test_a_ticket_opened_in_no_window_is_of_the_window_that_opens_next() -> None:
    calendar: dict[str, Any] = {
        "windows": [
            {"label": "morning", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "12:00"},
            {
                "label": "afternoon",
                "days": ["mon", "tue", "wed", "thu", "fri"],
                "from": "13:00",
                "to": "18:00",
            },
        ]
    }
    from tests.building import calendar as written

    promise = within("95", {}, metric={"thresholds": {"P1": {"morning": "PT1H", "afternoon": "PT3H"}}})
    documents = [
        house(),
        written("halves", **calendar),
        service("support"),
        sla(["support"], [promise], calendar="halves"),
    ]

    def is_late(opened: str, resolved: str) -> bool:
        found = settle(*documents, tickets=[ticket("t", "P1", opened, resolved)]).attainment()
        return found.status is AttainmentStatus.MISSED

    assert is_late("14 07:00", "14 09:01")  # The morning's hour, from 08:00.
    assert not is_late("14 12:30", "14 16:00")  # The afternoon's three hours, from 13:00.
    assert is_late("17 19:00", "20 09:01")  # Friday evening: Monday morning's hour.


def test_a_priority_without_a_threshold_in_the_window_is_outside_the_level() -> None:
    found = measured({"P1": {"prime": "PT2H"}}, ticket("t", "P1", "14 20:00", "19 20:00")).attainment()
    assert found.status is AttainmentStatus.NO_DATA


def test_one_priority_may_depend_on_the_window_and_another_not() -> None:
    rows = [ticket("a", "P1", "14 20:00", "15 02:00"), ticket("b", "P3", "14 20:00", "15 00:01")]
    assert late(BY_WINDOW | {"P3": "PT4H"}, *rows) == 1


@pytest.mark.parametrize(
    ("opened", "last_good", "first_late"),
    [
        ("14 10:00", "15 18:00", "16 08:01"),  # Tuesday: by the end of Wednesday's service.
        ("14 07:00", "15 18:00", "16 08:01"),  # Before service: still the day after.
        ("17 10:00", "20 18:00", "21 08:01"),  # Friday: Monday.
        ("18 10:00", "20 18:00", "21 08:01"),  # Saturday: Monday.
        ("02 10:00", "07 18:00", "08 08:01"),  # Before Easter: Tuesday.
    ],
)
def test_the_next_business_day_lasts_until_its_service_ends(
    opened: str, last_good: str, first_late: str
) -> None:
    in_time, too_late = ticket("t", "P2", opened, last_good), ticket("t", "P2", opened, first_late)
    assert late(NEXT_DAY, in_time, window="prime", holidays=True) == 0
    assert late(NEXT_DAY, too_late, window="prime", holidays=True) == 1


def test_a_clock_stop_prolongs_the_next_business_day() -> None:
    row = ticket("t", "P2", "14 10:00", "16 09:30")
    waiting = [event("t", "14 11:00", status="waiting"), event("t", "14 13:00", status="open")]
    stopped = Story(row, tuple(waiting))
    assert late(NEXT_DAY, row, window="prime") == 1
    assert late(NEXT_DAY, stopped, window="prime", stops=["waiting"]) == 0


def test_windows_and_the_next_business_day_go_together() -> None:
    thresholds = {"P1": {"prime": "PT4H", "non-prime": "nextBusinessDay"}}
    rows = [
        ticket("prime-late", "P1", "17 10:00", "17 14:01"),
        ticket("friday-evening", "P1", "17 19:00", "20 17:59"),
        ticket("friday-evening-late", "P1", "17 19:00", "21 00:01"),
    ]
    assert late(thresholds, *rows) == 1 + 1


def test_with_assign_deadline_a_ticket_falls_in_the_month_of_its_own_deadline() -> None:
    rows = [ticket("t", "P2", "30 10:00", "30 11:00"), ticket("open", "P2", "30 10:00")]
    april = measured(NEXT_DAY, *rows, window="prime", assign="deadline").attainment()
    assert april.status is AttainmentStatus.NO_DATA
    may = settle(
        *contracts(NEXT_DAY, "prime", assign="deadline"), tickets=rows, period="2026-05"
    ).attainment()
    # Thursday the 30th of April: due at the end of Friday's service, the 1st of May.
    assert (may.numerator, may.denominator) == (Fraction(1), Fraction(2))


# --------------------------------------------------------------------------------------------------- custody


def test_an_allowance_in_custody_follows_the_window_in_which_the_supplier_got_the_ticket() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        office("hours", "UTC"),
        service("support"),
        sla(["support"], [within("95", {"P1": "PT4H"})]),
        uc("cirrus", ["support"], [within("95", {}, metric={"thresholds": BY_WINDOW})], calendar="hours"),
        tickets=[
            # In prime for the desk, in non-prime for cirrus: of its five hours all six would have been allowed.
            story("a", "P1", "14 17:00", ("halden", "PT1H"), ("cirrus", "PT5H")),
            # In prime for both: of its five hours two were allowed, and with two the ticket had been in time.
            story("b", "P1", "15 08:00", ("halden", "PT1H"), ("cirrus", "PT5H")),
        ],
    )
    assert settled.attainment("uc-cirrus").numerator == 1
    # Ticket a: cirrus kept its promise, and so did halden's hour: the contracts do not add up. Ticket b is cirrus'.
    assert settled.row("cirrus").quantity == 1
    assert settled.row(None).quantity == 1


def test_an_olas_next_business_day_is_counted_from_when_the_team_got_the_ticket() -> None:
    documents = [
        house(teams=["desk"]),
        office("hours", "UTC"),
        service("support"),
        sla(["support"], [within("95", {"P2": "PT400H"})], calendar="hours"),
        ola("desk", ["support"], [within("95", NEXT_DAY, window="prime")], calendar="hours"),
    ]
    told = story("a", "P2", "13 10:00", ("halden", "P2D"), ("desk", "PT32H"))
    # Opened on Monday, with the desk from Wednesday 10:00: due on Thursday 18:00, when it was resolved.
    settled = settle(*documents, tickets=[told])
    assert settled.attainment("ola-desk").status is AttainmentStatus.MET
    slower = story("a", "P2", "13 10:00", ("halden", "P2D"), ("desk", "PT47H"))
    assert settle(*documents, tickets=[slower]).attainment("ola-desk").status is AttainmentStatus.MISSED


# ---------------------------------------------------------------------------------------- priority at opening


def test_the_priority_at_opening_sets_the_threshold_where_the_contract_says_so() -> None:
    raised = Story(
        ticket("t", "P3", "14 10:00", "14 16:00"),
        (event("t", "14 10:00", priority="P3"), event("t", "14 12:00", priority="P1")),
    )
    thresholds = {"P1": "PT4H", "P3": "PT8H"}
    assert late(thresholds, raised) == 1
    assert late(thresholds, raised, priorityAt="opened") == 0
    assert late(thresholds, raised, priorityAt="opened", priorities=["P3"]) == 0
    only_p1 = measured(thresholds, raised, priorityAt="opened", priorities=["P1"]).attainment()
    assert only_p1.status is AttainmentStatus.NO_DATA


def test_a_duration_of_a_priority_is_of_the_tickets_that_had_it_at_opening_where_the_contract_says_so() -> (
    None
):
    raised = Story(
        ticket("t", "P3", "14 10:00", "14 16:00"),
        (event("t", "14 10:00", priority="P3"), event("t", "14 12:00", priority="P1")),
    )

    def value(**metric: Any) -> Fraction | None:
        terms = {"milestone": "resolution", "statistic": "mean", "priorities": ["P3"], **metric}
        promise = level("duration", {"atMost": "PT8H"}, metric=terms)
        settled = settle(house(), service("support"), sla(["support"], [promise]), tickets=[raised])
        return settled.attainment().value

    assert value() is None
    assert value(priorityAt="opened") == 6 * 3600


@pytest.mark.parametrize("assign", ["milestone", "opened", "deadline"])
@pytest.mark.parametrize("priority_at", ["milestone", "opened"])
@pytest.mark.parametrize("priorities", [None, ["P1"], ["P3"]])
def test_priorities_stops_priority_and_assignment_combine(
    assign: str, priority_at: str, priorities: list[str] | None
) -> None:
    # Opened as P3, waiting for two hours, raised to P1 after that, resolved after six hours: four on the clock.
    told = Story(
        ticket("t", "P3", "14 10:00", "14 16:00"),
        (
            event("t", "14 10:00", priority="P3", status="open"),
            event("t", "14 11:00", status="waiting"),
            event("t", "14 13:00", status="open", priority="P1"),
        ),
    )
    terms: dict[str, Any] = {"assign": assign, "priorityAt": priority_at, "stops": ["waiting"]}
    if priorities is not None:
        terms["priorities"] = priorities
    found = measured({"P1": "PT3H", "P3": "PT5H"}, told, **terms).attainment()
    priority = "P1" if priority_at == "milestone" else "P3"
    if priorities is not None and priority not in priorities:
        assert found.status is AttainmentStatus.NO_DATA
    else:
        assert found.status is (AttainmentStatus.MISSED if priority == "P1" else AttainmentStatus.MET)


def test_nothing_of_thresholds_is_left_for_later_and_their_explanations_replay() -> None:
    thresholds = {"P1": {"prime": "PT2H", "non-prime": "nextBusinessDay"}}
    rows = [ticket("a", "P1", "14 10:00", "14 13:00"), ticket("b", "P1", "14 20:00", "15 10:00")]
    assert measured(thresholds, *rows, priorityAt="opened").findings("NOT_YET_CALCULATED") == []
    run = settling(*contracts(thresholds, priorityAt="opened"), tickets=rows)
    trees = explanations(run, Period.parse("2026-04"), "sla", "resolution", "support")
    for tree in trees.values():
        replay(tree)
    # Two hours in prime time; opened at 20:00, until midnight and all of the next day: 28 hours.
    hour = 3_600_000_000
    assert replay(trees["thresholds"]) == (("a", Fraction(2 * hour)), ("b", Fraction(28 * hour)))


def test_an_explanation_of_thresholds_that_was_tampered_with_does_not_replay() -> None:
    run = settling(*contracts(BY_WINDOW), tickets=[ticket("a", "P1", "14 10:00", "14 13:00")])
    tree = explanations(run, Period.parse("2026-04"), "sla", "resolution", "support")["thresholds"]
    with pytest.raises(ReplayMismatch):
        replay(dataclasses.replace(tree, value=tree.value.replace("7200000000", "9200000000")))
