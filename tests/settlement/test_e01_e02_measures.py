"""E1 and E2: a month's availability, and tickets in time, to the microsecond and to the ticket."""

from fractions import Fraction
from typing import Any

import pytest

from domain.attainment import AttainmentStatus
from domain.instants import MINUTE
from tests.building import (
    Row,
    Settled,
    availability,
    exactly,
    house,
    in_time,
    outage,
    service,
    settle,
    sla,
    ticket,
    within,
)

MET, MISSED = AttainmentStatus.MET, AttainmentStatus.MISSED
APRIL = 43_200  # Minutes of 30 days around the clock.


def settled_april(*rows: Row) -> Settled:
    return settle(house(), service("web"), sla(["web"], [availability("99.9")]), outages=rows)


def test_e1_april_with_62_minutes_down_is_99_856481_and_misses_99_9() -> None:
    attainment = settled_april(
        outage("web", "14 10:00", "14 11:00"), outage("web", "21 10:00", "21 10:02")
    ).attainment()
    assert attainment.denominator == APRIL * MINUTE
    assert attainment.numerator == (APRIL - 62) * MINUTE
    assert attainment.value == Fraction(100 * (APRIL - 62), APRIL)
    assert attainment.margin == Fraction(100 * (APRIL - 62), APRIL) - Fraction("99.9")
    assert attainment.status is MISSED


def test_e1_exactly_43_2_minutes_down_is_exactly_99_9_and_meets_it() -> None:
    attainment = settled_april(outage("web", "14 10:00", "14 10:43:12")).attainment()
    assert attainment.value == Fraction("99.9")
    assert attainment.margin == 0
    assert attainment.status is MET


def test_e1_one_microsecond_more_than_43_2_minutes_misses_99_9() -> None:
    settled = settled_april(outage("web", "14 10:00", "2026-04-14T10:43:12.000001Z"))
    assert settled.attainment().status is MISSED
    assert settled.trace().quantity == Fraction(2_592_000_001, 1_000_000)  # 43.2 min are 2,592 s


def settled_tickets(counted: int, late: int, **terms: Any) -> Settled:
    level = within("95", {"P1": "PT4H"}, **terms)
    rows = [
        *in_time(counted - late),
        *(ticket(f"late-{number}", "P1", "14 10:00", "14 14:01") for number in range(late)),
    ]
    return settle(house(), service("support"), sla(["support"], [level]), tickets=rows)


@pytest.mark.parametrize(
    ("counted", "late", "status"),
    [(40, 2, MET), (35, 2, MISSED), (18, 1, MISSED)],
    ids=["38 of 40 meets 95", "33 of 35 misses 95", "17 of 18 misses 95 without a clause for small samples"],
)
def test_e2_95_percent_of_tickets_in_time_is_compared_exactly(
    counted: int, late: int, status: AttainmentStatus
) -> None:
    attainment = settled_tickets(counted, late).attainment()
    assert (attainment.numerator, attainment.denominator) == exactly(counted - late, counted)
    assert attainment.value == Fraction(100 * (counted - late), counted)
    assert attainment.status is status


@pytest.mark.parametrize(
    ("counted", "late", "status"),
    [(18, 1, MET), (18, 2, MISSED), (19, 1, MET), (20, 2, MISSED), (1, 1, MET)],
    ids=["17 of 18", "16 of 18", "18 of 19", "18 of 20 is no small sample", "0 of 1"],
)
def test_e2_a_small_sample_forgives_one_failure_in_fewer_than_20(
    counted: int, late: int, status: AttainmentStatus
) -> None:
    attainment = settled_tickets(
        counted, late, smallSample={"fewerThan": 20, "allowFailures": 1}
    ).attainment()
    assert attainment.value == Fraction(100 * (counted - late), counted)
    assert attainment.status is status


def test_e2_a_ticket_of_exactly_four_hours_is_in_time() -> None:
    level = within("95", {"P1": "PT4H"})
    rows = [ticket("T1", "P1", "14 10:00", "14 14:00")]
    settled = settle(house(), service("support"), sla(["support"], [level]), tickets=rows)
    assert settled.attainment().value == 100
