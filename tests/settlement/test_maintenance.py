"""Maintenance that was announced in time or lies within its monthly allowance is agreed; other maintenance counts.

April 2026 has 720 hours, and its Sundays are the 5th, 12th, 19th and 26th.
"""

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.attainment import Attainment
from domain.durations import Duration
from domain.explanation import replay
from domain.instants import HOUR
from domain.intervals import Intervals
from domain.measure.maintenance import announce_by, earliest
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    Settled,
    all_of,
    availability,
    house,
    level,
    micros,
    office,
    outage,
    service,
    settle,
    settling,
    sla,
)

SUNDAYS = {"days": ["sun"], "from": "02:00", "to": "04:00"}


def worked(begins: str, ends: str, announced: str = "", on: str = "shop", **cells: str) -> Row:
    return outage(on, begins, ends, "maintenance", reported_at=announced, **cells)


def documents(
    maintenance: object, *, exclusions: list[str] | None = None, **more: Any
) -> list[Document | list[Document]]:
    promise = availability("99.9")
    return [
        house(),
        service("shop"),
        sla(["shop"], [promise], maintenance=maintenance, exclusions=exclusions or [], **more),
    ]


def measured(maintenance: object, *rows: Row, exclusions: list[str] | None = None) -> Settled:
    return settle(*documents(maintenance, exclusions=exclusions), outages=rows)


def hours(found: Attainment) -> tuple[Fraction | int, Fraction | int]:
    """The counted downtime and the agreed service time, in hours."""
    assert found.denominator is not None
    assert found.numerator is not None
    return (found.denominator - found.numerator) / HOUR, found.denominator / HOUR


# ------------------------------------------------------------------------------------------------- notice


def test_a_window_is_agreed_maintenance_only_where_work_in_it_was_announced_in_time() -> None:
    settled = measured(
        [SUNDAYS | {"notice": "P2D"}],
        worked("05 02:00", "05 04:00", announced="03 02:00"),  # Exactly two days before.
        worked("12 02:00", "12 04:00", announced="10 02:01"),  # A minute too late.
    )
    # Only the 5th is no service time; the 12th counts; nobody announced anything for the 19th and the 26th.
    assert hours(settled.attainment()) == (2, 718)


def test_without_an_announcement_the_windows_of_a_notice_are_service_time() -> None:
    assert hours(measured([SUNDAYS | {"notice": "P2D"}]).attainment()) == (0, 720)


def test_a_row_that_does_not_say_when_it_was_reported_was_announced_when_it_was_recorded() -> None:
    early = worked("05 02:00", "05 04:00", recorded_at="01 09:00")
    late = worked("05 02:00", "05 04:00", recorded_at="04 09:00")
    assert hours(measured([SUNDAYS | {"notice": "P2D"}], early).attainment()) == (0, 718)
    assert hours(measured([SUNDAYS | {"notice": "P2D"}], late).attainment()) == (2, 720)


def test_a_window_that_is_agreed_for_announced_work_covers_whatever_fails_in_it() -> None:
    settled = measured(
        [SUNDAYS | {"notice": "P2D"}],
        worked("05 02:30", "05 03:00", announced="01 09:00"),
        outage("shop", "05 03:30", "05 05:00"),
    )
    assert hours(settled.attainment()) == (1, 718)


def test_work_on_a_service_beneath_announces_the_window_too() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting"), measured="fromDependencies"),
        service("hosting", "cirrus"),
        sla(["shop"], [availability("99.9")], maintenance=[SUNDAYS | {"notice": "P2D"}]),
        outages=[worked("05 02:00", "05 04:00", announced="01 09:00", on="hosting")],
    )
    assert hours(settled.attainment()) == (0, 718)


def test_an_exclusion_of_maintenance_does_not_excuse_what_was_not_announced() -> None:
    settled = measured(
        [SUNDAYS | {"notice": "P2D"}],
        worked("12 02:00", "12 04:00", announced="11 09:00"),
        worked("20 10:00", "20 11:00", announced="20 09:00"),
        worked("21 10:00", "21 13:00", announced="17 10:00"),
        exclusions=["maintenance"],
    )
    # Late in the window, late outside it, and in time outside it: only the last is excused.
    assert hours(settled.attainment()) == (3, 720)
    assert settled.excused("maintenance").quantity == 3 * 3600
    assert settled.row("halden").quantity == 3 * 3600


def test_windows_without_conditions_stay_agreed_beside_one_with_notice() -> None:
    nights = {"days": ["wed"], "from": "22:00", "to": "23:00"}
    # Five Wednesdays, and no Sunday.
    assert hours(measured([nights, SUNDAYS | {"notice": "P2D"}]).attainment()) == (0, 715)


def test_notice_alone_agrees_to_announced_work_at_any_time() -> None:
    settled = measured(
        {"notice": "P2D"},
        worked("14 10:00", "14 12:00", announced="10 10:00"),
        worked("15 10:00", "15 11:00", announced="14 10:00"),
    )
    assert hours(settled.attainment()) == (1, 720)
    assert settled.excused("maintenance").quantity == 2 * 3600


def test_days_of_notice_are_days_of_the_agreements_clocks() -> None:
    # Clocks in London went forward on 29 March: two days before 02:30 on the 30th (01:30Z) is 02:30 on the 28th (02:30Z).
    start = micros("2026-03-30T01:30:00Z")
    assert announce_by(start, Duration.parse("P2D"), ZoneInfo("Europe/London")) == micros(
        "2026-03-28T02:30:00Z"
    )
    assert announce_by(start, Duration.parse("PT48H"), ZoneInfo("Europe/London")) == micros(
        "2026-03-28T01:30:00Z"
    )


# ---------------------------------------------------------------------------------------------- allowance


def test_an_allowance_excuses_recorded_work_up_to_so_much_a_month_the_earliest_first() -> None:
    settled = measured({"allowance": "PT4H"}, worked("06 10:00", "06 13:00"), worked("20 10:00", "20 12:00"))
    assert hours(settled.attainment()) == (1, 720)
    assert settled.excused("maintenance").quantity == 4 * 3600
    assert [(row.start, row.end) for row in settled.trace().instants if not row.causes[0].excused] == [
        (micros("20 11:00"), micros("20 12:00"))
    ]


def test_beyond_its_allowance_maintenance_counts_although_it_is_excluded() -> None:
    settled = measured({"allowance": "PT4H"}, worked("06 10:00", "06 16:00"), exclusions=["maintenance"])
    assert hours(settled.attainment()) == (2, 720)


def test_an_allowance_that_asks_for_notice_is_not_spent_on_work_that_nobody_announced() -> None:
    settled = measured(
        {"allowance": "PT4H", "notice": "P2D"},
        worked("06 10:00", "06 13:00"),
        worked("20 10:00", "20 14:00", announced="17 10:00"),
    )
    assert hours(settled.attainment()) == (3, 720)


def test_work_of_several_services_at_once_spends_the_allowance_once() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting"), measured="fromDependencies"),
        service("hosting", "cirrus"),
        sla(["shop"], [availability("99.9")], maintenance={"allowance": "PT4H"}),
        outages=[
            worked("06 10:00", "06 13:00", on="hosting"),
            worked("06 10:00", "06 13:00"),
            worked("20 10:00", "20 11:30", on="hosting"),
        ],
    )
    assert hours(settled.attainment()) == (Fraction(1, 2), 720)


def test_an_allowance_of_windows_goes_first_to_the_windows_that_were_used() -> None:
    settled = measured(
        [SUNDAYS | {"allowance": "PT4H"}],
        worked("12 02:00", "12 04:00"),
        worked("19 02:00", "19 03:00"),
        worked("26 02:00", "26 04:00"),
    )
    # Two hours of the 12th, one of the 19th and one of the 26th are agreed; the last hour of the 26th counts.
    assert hours(settled.attainment()) == (1, 716)


def test_an_allowance_of_windows_that_nobody_used_is_their_first_hours() -> None:
    settled = measured([SUNDAYS | {"allowance": "PT3H"}], outage("shop", "12 02:30", "12 03:30"))
    # The 5th and the first hour of the 12th are agreed: of the outage 30 minutes count.
    assert hours(settled.attainment()) == (Fraction(1, 2), 717)


def test_every_month_has_its_own_allowance() -> None:
    promise = availability("99.9", period="quarter")
    settled = settle(
        house(),
        service("shop"),
        sla(["shop"], [promise], maintenance={"allowance": "PT1H"}),
        outages=[
            worked("2026-04-14T10:00:00Z", "2026-04-14T12:00:00Z"),
            worked("2026-05-14T10:00:00Z", "2026-05-14T10:30:00Z"),
            worked("2026-06-30T23:00:00Z", "2026-07-01T01:00:00Z"),
        ],
        period="2026-06",
    )
    found = settled.attainment(period="2026-Q2")
    assert found.denominator is not None
    assert found.numerator is not None
    assert (found.denominator - found.numerator) / HOUR == 1


def test_a_week_has_what_the_weeks_before_it_left_of_the_months_allowance() -> None:
    promise = availability("99.9", period="week")
    settled = settle(
        house(),
        service("shop"),
        sla(["shop"], [promise], maintenance={"allowance": "PT4H"}),
        outages=[worked("07 10:00", "07 13:00"), worked("14 10:00", "14 13:00")],
    )
    assert hours(settled.attainment(period="2026-W15")) == (0, 168)
    assert hours(settled.attainment(period="2026-W16")) == (2, 168)


def test_work_outside_the_service_hours_does_not_spend_the_allowance() -> None:
    settled = settle(
        house(),
        office("hours"),
        service("shop"),
        sla(
            ["shop"],
            [availability("99.9", window="prime")],
            maintenance={"allowance": "PT1H"},
            calendar="hours",
        ),
        outages=[worked("07 20:00", "07 23:00"), worked("08 10:00", "08 11:00")],
    )
    assert hours(settled.attainment())[0] == 0


# ------------------------------------------------------------------------------------- counts, words, replay


def test_outages_that_are_agreed_maintenance_are_not_counted_and_late_ones_are() -> None:
    settled = settle(
        house(),
        service("shop"),
        sla(["shop"], [level("outageCount", {"atMost": "0"})], maintenance={"notice": "P2D"}),
        outages=[
            worked("14 10:00", "14 12:00", announced="10 10:00"),
            worked("15 10:00", "15 11:00", announced="14 10:00"),
        ],
    )
    assert settled.attainment().value == 1


def test_maintenance_that_counts_is_a_finding_with_its_minutes() -> None:
    settled = measured({"allowance": "PT4H"}, worked("06 10:00", "06 16:00"))
    (finding,) = settled.findings("MAINTENANCE_COUNTS")
    assert finding.figures == {"minutes": "120"}
    assert (
        measured({"allowance": "PT4H"}, worked("06 10:00", "06 11:00")).findings("MAINTENANCE_COUNTS") == []
    )


def test_nothing_of_maintenance_is_left_for_later() -> None:
    assert measured([SUNDAYS | {"notice": "P2D", "allowance": "PT4H"}]).findings("NOT_YET_CALCULATED") == []


@pytest.mark.parametrize(
    "maintenance",
    [[SUNDAYS | {"notice": "P2D", "allowance": "PT3H"}], {"notice": "P2D", "allowance": "PT3H"}, [SUNDAYS]],
)
def test_the_explanation_of_maintenance_replays(maintenance: object) -> None:
    rows = [
        worked("05 02:00", "05 04:00", announced="01 09:00"),
        worked("12 01:00", "12 04:00", announced="01 09:00"),
        worked("19 02:00", "19 04:00", announced="18 09:00"),
        outage("shop", "20 02:00", "20 04:00"),
    ]
    run = settling(*documents(maintenance, exclusions=["maintenance"]), outages=rows)
    trees = explanations(run, Period.parse("2026-04"), "sla", "availability", "shop")
    for tree in trees.values():
        replay(tree)
    rules = str(trees["attainment"])
    assert ("agreed-maintenance/1" in rules) == (isinstance(maintenance, list) and "notice" in maintenance[0])
    assert ("agreed-work/1" in rules) == isinstance(maintenance, dict)


def test_the_earliest_of_some_time_is_its_first_microseconds() -> None:
    time = Intervals.of([(10, 20), (30, 40)])
    assert earliest(time, 0).total() == 0
    assert earliest(time, 12) == Intervals.of([(10, 20), (30, 32)])
    assert earliest(time, 20) == time
    assert earliest(time, 99) == time
