"""Degraded service counts in part: the heaviest of what overlaps, through gates, relief, shares and minimum lengths.

April 2026 has 43,200 minutes.
"""

from fractions import Fraction
from typing import Any

import pytest

from domain.attainment import Attainment, AttainmentStatus
from domain.explanation import replay
from domain.instants import MINUTE
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    Settled,
    all_of,
    any_of,
    at_least,
    availability,
    bands,
    house,
    lagging,
    micros,
    outage,
    service,
    settle,
    settling,
    sla,
    uc,
)

WEIGHTS = {"degraded": "0.5", "slow": "0.25", "cosmetic": "0"}


def weighed(target: str = "99.9", **more: Any) -> Document:
    metric = {"weights": WEIGHTS} | more.pop("metric", {})
    return availability(target, metric=metric, **more)


def minutes(found: Attainment) -> Fraction:
    """The counted downtime in minutes."""
    assert found.denominator is not None
    assert found.numerator is not None
    return (found.denominator - found.numerator) / MINUTE


def down(on: str, begins: str, ends: str, severity: str = "", cause: str = "", **cells: str) -> Row:
    return outage(on, begins, ends, cause, severity=severity, **cells)


def alone(*rows: Row, **more: Any) -> Settled:
    return settle(house(), service("shop"), sla(["shop"], [weighed(**more)]), outages=rows)


@pytest.mark.parametrize(
    ("severity", "counted"), [("degraded", 30), ("slow", 15), ("cosmetic", 0), ("", 60), ("major", 60)]
)
def test_an_hour_counts_as_much_as_its_severity_weighs(severity: str, counted: int) -> None:
    assert minutes(alone(down("shop", "14 10:00", "14 11:00", severity)).attainment()) == counted


def test_where_rows_overlap_the_heaviest_counts() -> None:
    found = alone(
        down("shop", "14 10:00", "14 12:00", "degraded"),
        down("shop", "14 11:00", "14 11:30"),
        down("shop", "14 11:45", "14 12:30", "slow"),
    ).attainment()
    # 60 + 30 minutes at a half, 30 in full, and 30 after noon at a quarter.
    assert minutes(found) == 45 + 30 + Fraction(30, 4)


def test_a_third_of_an_hour_is_exact() -> None:
    promise = availability("99.9", metric={"weights": {"degraded": "0.3"}})
    found = settle(
        house(),
        service("shop"),
        sla(["shop"], [promise]),
        outages=[down("shop", "14 10:00", "14 10:01", "degraded")],
    ).attainment()
    assert found.numerator == 43_200 * MINUTE - 18_000_000


def through(gate: Document, *rows: Row) -> Fraction:
    settled = settle(
        house(vendors=["cirrus", "telco", "wattco"]),
        service("shop", needs=gate, measured="fromDependencies"),
        service("a", "cirrus"),
        service("b", "telco"),
        service("c", "wattco"),
        sla(["shop"], [weighed()]),
        outages=rows,
    )
    return minutes(settled.attainment())


def test_all_is_as_bad_as_its_heaviest_any_as_its_lightest_and_two_of_three_as_the_one_between() -> None:
    rows = [
        down("a", "14 10:00", "14 11:00"),
        down("b", "14 10:00", "14 11:00", "degraded"),
        down("c", "14 10:00", "14 11:00", "slow"),
    ]
    assert through(all_of("a", "b", "c"), *rows) == 60
    assert through(any_of("a", "b", "c"), *rows) == 15
    assert through(at_least(2, "a", "b", "c"), *rows) == 30
    assert through(any_of("a", "b", "c"), *rows[:2]) == 0


def test_a_service_measured_directly_is_as_bad_as_its_own_records_say() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("a"), measured="directly"),
        service("a", "cirrus"),
        sla(["shop"], [weighed("99.95")]),
        outages=[down("a", "14 10:00", "14 11:00"), down("shop", "14 10:00", "14 11:00", "degraded")],
    )
    # a's failure reached the shop as far as it was degraded: half an hour, all of it a's.
    assert minutes(settled.attainment()) == 30
    assert settled.row("cirrus").quantity == 1800


def test_what_is_heavier_than_its_cause_below_is_its_own_failure() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("a")),
        service("a", "cirrus"),
        sla(["shop"], [weighed("99.9")]),
        outages=[down("a", "14 10:00", "14 12:00", "degraded"), down("shop", "14 10:00", "14 12:00")],
    )
    assert settled.row("cirrus").impact_share == Fraction(1, 2)
    assert settled.row("halden").impact_share == Fraction(1, 2)
    assert settled.trace().quantity == 7200


def test_two_that_fail_together_share_what_both_make_and_the_heavier_bears_the_rest() -> None:
    settled = settle(
        house(vendors=["cirrus", "telco"]),
        service("shop", needs=all_of("a", "b"), measured="fromDependencies"),
        service("a", "cirrus"),
        service("b", "telco"),
        sla(["shop"], [weighed("99.9", credit=bands({"99.9": "5"}))], {"shop": "40000.00"}),
        outages=[down("a", "14 10:00", "14 12:00"), down("b", "14 10:00", "14 12:00", "degraded")],
    )
    # Half of two hours is both's, the other half a's alone: 90 and 30 minutes.
    assert settled.trace().quantity == 7200
    assert settled.row("cirrus").quantity == 5400
    assert settled.row("telco").quantity == 1800
    # Alone a would have made 120 minutes, and b 60: each is enough for the credit, which 43.2 minutes are.
    assert settled.row("cirrus").credit_share == settled.row("telco").credit_share == Fraction(1, 2)
    assert settled.row("telco").is_sufficient
    (instant,) = settled.trace().instants
    assert {cause.service: cause.share for cause in instant.causes} == {
        "a": Fraction(3, 4),
        "b": Fraction(1, 4),
    }
    assert (instant.start, instant.end) == (micros("14 10:00"), micros("14 12:00"))


def test_the_minimum_length_is_asked_of_an_outage_whole_whatever_its_parts_weigh() -> None:
    rows = [down("shop", "14 10:00", "14 10:08", "degraded"), down("shop", "14 10:08", "14 10:12")]
    assert minutes(alone(*rows, metric={"minimumOutage": "PT10M"}).attainment()) == 4 + 4
    assert minutes(alone(rows[1], metric={"minimumOutage": "PT10M"}).attainment()) == 0


@pytest.mark.parametrize(("test", "counted"), [("to_the_extent", 75), ("necessary", 90), ("contributed", 60)])
def test_relief_is_worked_out_layer_by_layer(test: str, counted: int) -> None:
    settled = settle(
        house(vendors=["cirrus", "wattco"]),
        service("shop", needs=all_of("a", "power"), measured="fromDependencies"),
        service("a", "cirrus"),
        service("power", "wattco"),
        sla(["shop"], [weighed("99.99")], exclusions=["force_majeure"], reliefTest=test),
        outages=[
            down("a", "14 10:00", "14 11:00"),
            down("power", "14 10:00", "14 11:00", "degraded", "force_majeure"),
            down("a", "15 10:00", "15 11:00", "degraded"),
            down("power", "16 10:00", "16 11:00", cause="force_majeure"),
        ],
    )
    # On the 14th half an hour is a's alone and half an hour both's; the 15th is a's 30 minutes, the 16th excused.
    assert minutes(settled.attainment()) == counted
    assert settled.trace().quantity == counted * 60


def test_rows_of_no_weight_are_no_downtime_and_still_evidence() -> None:
    settled = alone(down("shop", "14 10:00", "14 20:00", "cosmetic"))
    assert settled.attainment().status is AttainmentStatus.MET
    assert settled.attainment().value == 100
    assert settled.findings("NO_EVIDENCE") == []


def test_another_level_without_weights_counts_the_same_rows_in_full() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("a"), measured="fromDependencies"),
        service("a", "cirrus"),
        sla(["shop"], [weighed()]),
        uc("cirrus", ["a"], [availability("99.9")]),
        outages=[down("a", "14 10:00", "14 12:00", "degraded")],
    )
    assert minutes(settled.attainment("sla")) == 60
    assert minutes(settled.attainment("uc-cirrus")) == 120


def test_a_recovery_lag_makes_the_degraded_time_longer_too() -> None:
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of(lagging("a", "PT10M")), measured="fromDependencies"),
        service("a", "cirrus"),
        sla(["shop"], [weighed("99.95")]),
        outages=[down("a", "14 10:00", "14 11:00", "degraded"), down("a", "14 10:30", "14 10:40")],
    )
    # 70 minutes at a half, of which 20 in full.
    assert minutes(settled.attainment()) == 35 + 10
    assert settled.row("cirrus").quantity == 45 * 60


def test_nothing_of_degraded_service_is_left_for_later() -> None:
    assert alone().findings("NOT_YET_CALCULATED") == []


def test_the_explanations_of_degraded_service_replay() -> None:
    run = settling(
        house(vendors=["cirrus", "telco", "wattco"]),
        service("shop", needs=all_of("a", "b", "power"), measured="fromDependencies"),
        service("a", "cirrus"),
        service("b", "telco"),
        service("power", "wattco"),
        sla(
            ["shop"],
            [weighed("99.9", credit=bands({"99.9": "5"}))],
            {"shop": "40000.00"},
            exclusions=["force_majeure"],
        ),
        outages=[
            down("a", "14 10:00", "14 12:00", "degraded"),
            down("b", "14 11:00", "14 13:00", "slow"),
            down("power", "14 10:30", "14 11:30", "degraded", "force_majeure"),
            down("b", "15 11:00", "15 12:00"),
        ],
    )
    trees = explanations(run, Period.parse("2026-04"), "sla", "availability", "shop")
    assert set(trees) == {"attainment", "shares", "credit"}
    for tree in trees.values():
        replay(tree)
    assert "layer/1" in str(trees["attainment"])
