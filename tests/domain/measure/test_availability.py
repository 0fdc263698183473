"""Agreed service time less counted downtime: which windows, which maintenance, which outages."""

from fractions import Fraction
from typing import Any

import pytest

from domain.explanation import Worked, replay, work
from domain.instants import HOUR, MINUTE
from domain.intervals import EMPTY, Intervals, union
from domain.measure.availability import (
    agreed_time,
    availability,
    down_time,
    downtime_in,
    explain_availability,
)
from domain.services import Measured
from tests.building import (
    Document,
    Row,
    Settled,
    calendar,
    exactly,
    house,
    office,
    outage,
    service,
    settle,
    sla,
    span,
)  # fmt: skip
from tests.building import (
    availability as availability_level,
)

APRIL = span("01 00:00", "2026-05-01T00:00:00Z")


def test_agreed_time_is_the_windows_without_the_maintenance() -> None:
    windows = span("14 08:00", "14 18:00")
    assert agreed_time(windows, span("14 06:00", "14 09:00")) == span("14 09:00", "14 18:00")
    assert agreed_time(windows, EMPTY) == windows
    assert agreed_time(windows, APRIL) == EMPTY


def test_down_time_is_the_records_of_a_monitored_service_and_also_the_gate_of_another() -> None:
    recorded, gate = span("14 10:00", "14 11:00"), span("14 10:30", "14 12:00")
    assert down_time(recorded, gate, Measured.DIRECTLY) == recorded
    assert down_time(recorded, gate, Measured.FROM_DEPENDENCIES) == span("14 10:00", "14 12:00")


def test_downtime_counts_maximal_intervals_of_at_least_the_minimum_and_then_only_in_agreed_time() -> None:
    down = union([span("14 07:00", "14 08:04"), span("14 10:00", "14 10:04"), span("14 12:00", "14 12:05")])
    found = downtime_in(down, 5 * MINUTE, span("14 08:00", "14 18:00"))
    assert found == union([span("14 08:00", "14 08:04"), span("14 12:00", "14 12:05")])


def test_availability_of_no_agreed_time_is_no_value() -> None:
    assert availability(Fraction(0), Fraction(0)) is None
    assert availability(Fraction(10), Fraction(0)) == 100
    assert availability(Fraction(10), Fraction(10)) == 0
    assert availability(Fraction(3), Fraction(1, 3)) == Fraction(800, 9)


# --------------------------------------------------------------------------------- a month of a whole contract


def april(
    *rows: Row, documents: tuple[Document, ...] = (), level: Document | None = None, **terms: Any
) -> Settled:
    levels = [level or availability_level("99.9")]
    return settle(house(), documents, service("web"), sla(["web"], levels, **terms), outages=rows)


def minutes(settled: Settled) -> tuple[Fraction, Fraction]:
    """Agreed and counted minutes."""
    found = settled.attainment()
    assert found.numerator is not None
    assert found.denominator is not None
    return found.denominator / MINUTE, (found.denominator - found.numerator) / MINUTE


OFFICE = office("office", "UTC")


def test_only_the_window_counts_on_both_sides_of_the_fraction() -> None:
    # April 2026 has 22 working days of 600 minutes. Down Tuesday 17:00 to Wednesday 09:00: 60 + 60 of them.
    settled = april(
        outage("web", "14 17:00", "15 09:00"),
        documents=(OFFICE,),
        level=availability_level("99.9", window="prime"),
        calendar="office",
    )
    assert minutes(settled) == exactly(22 * 600, 120)


def test_without_a_window_all_windows_of_the_calendar_count() -> None:
    settled = april(outage("web", "14 17:00", "15 09:00"), documents=(OFFICE,), calendar="office")
    assert minutes(settled) == exactly(43_200, 960)


def test_hours_that_no_window_covers_are_not_agreed() -> None:
    days = {"label": "days", "days": ["mon", "tue"], "from": "08:00", "to": "10:00"}
    # April 2026 has four Mondays and four Tuesdays.
    settled = april(
        outage("web", "14 09:00", "15 09:00"),
        documents=(calendar("short", windows=[days]),),
        calendar="short",
    )
    assert minutes(settled) == exactly(8 * 120, 60)


def test_agreed_maintenance_is_neither_service_time_nor_downtime() -> None:
    # Four Sundays of two hours; down on the second from 01:00 to 05:00.
    settled = april(
        outage("web", "12 01:00", "12 05:00"),
        maintenance=[{"days": ["sun"], "from": "02:00", "to": "04:00"}],
    )
    assert minutes(settled) == exactly(43_200 - 4 * 120, 120)


def test_maintenance_cuts_no_outage_below_the_minimum() -> None:
    # Four hours in all: long enough, although only one hour of it counts.
    settled = april(
        outage("web", "12 01:00", "12 05:00"),
        level=availability_level("99.9", metric={"minimumOutage": "PT4H"}),
        maintenance=[{"days": ["sun"], "from": "02:00", "to": "05:00"}],
    )
    assert minutes(settled)[1] == 60


def test_downtime_beyond_the_month_is_another_month_s() -> None:
    row = outage("web", "2026-03-31T23:00:00Z", "01 01:00")
    assert minutes(april(row))[1] == 60
    march = settle(
        house(), service("web"), sla(["web"], [availability_level()]), outages=[row], period="2026-03"
    )
    assert minutes(march) == exactly(44_640, 60)


def test_a_month_is_that_of_the_contract_s_own_zone() -> None:
    # In Auckland April 2026 began at 11:00Z on 31 March, and had an hour more: the clocks went back on the 5th.
    settled = april(
        outage("web", "2026-03-31T10:00:00Z", "2026-03-31T12:00:00Z"),
        documents=(calendar("nz", "Pacific/Auckland"),),
        calendar="nz",
    )
    assert minutes(settled) == exactly(43_260, 60)


def test_a_level_with_no_agreed_time_at_all_has_no_data() -> None:
    never = calendar("never", windows=[{"label": "sundays", "days": ["sun"], "from": "02:00", "to": "04:00"}])
    settled = april(
        outage("web", "12 01:00", "12 05:00"),
        documents=(never,),
        calendar="never",
        maintenance=[{"days": ["sun"], "from": "00:00", "to": "24:00"}],
    )
    attainment = settled.attainment()
    assert attainment.status.value == "NO_DATA"
    assert (attainment.value, attainment.margin) == (None, None)
    assert attainment.denominator == 0


# ---------------------------------------------------------------------------------------------- explanations


def explained(relieved: Worked | None = None) -> Worked:
    return explain_availability(
        span("14 08:00", "14 18:00"),
        span("14 08:00", "14 09:00"),
        span("14 08:30", "14 10:00"),
        EMPTY,
        Measured.DIRECTLY,
        0,
        relieved,
        clause="Sch 3, 2.1",
        period="2026-04",
        sources={"recorded": "O1 (evidence/outages.csv:2)"},
    )


def test_the_explained_value_is_worked_out_by_the_same_rules_and_replays() -> None:
    # 9 h agreed, of which 09:00 to 10:00 counts.
    worked = explained()
    assert worked.value == Fraction(800, 9)
    assert replay(worked.explanation) == Fraction(800, 9)
    steps = {step.name: step.value for step in worked.explanation.steps}
    assert steps == {"agreed": str(9 * HOUR), "counted": str(HOUR)}


def test_what_is_relieved_is_taken_off_the_downtime_and_not_off_the_agreed_time() -> None:
    half = work("relieved", "length/1", {"time": span("14 09:00", "14 09:30")})
    assert explained(half).value == Fraction(100 * 17, 18)


@pytest.mark.parametrize("measured", list(Measured))
def test_an_explanation_names_what_it_rests_on(measured: Measured) -> None:
    worked = explain_availability(
        APRIL, EMPTY, EMPTY, Intervals.of([]), measured, 0, None, clause="2.1", period="2026-04", sources={}
    )
    assert (worked.explanation.rule, worked.explanation.clause, worked.explanation.period) == (
        "availability/1",
        "2.1",
        "2026-04",
    )
    assert worked.value == 100
