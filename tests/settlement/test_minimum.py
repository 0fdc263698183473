"""The second threshold of a level: told apart from its target, dated like it, rounded and forgiven like it."""

from typing import Any

from api.shapes.settlement import attainment_shape
from domain.attainment import AttainmentStatus
from domain.explanation import replay
from domain.measure.judging import minimum_of, misses_minimum
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    Settled,
    availability,
    house,
    level,
    outage,
    service,
    settle,
    settling,
    sla,
    ticket,
    within,
)

MISSED, MET, NO_DATA = AttainmentStatus.MISSED, AttainmentStatus.MET, AttainmentStatus.NO_DATA


def down_for(minutes: int, **more: Any) -> Settled:
    """April has 43,200 minutes: 99.9 permits 43.2 of them down and 99.5 permits 216."""
    row = outage("shop", "06 00:00", f"{6 + minutes // 1440:02} {minutes // 60 % 24:02}:{minutes % 60:02}")
    return settled(availability("99.9", **({"minimum": {"atLeast": "99.5"}} | more)), outages=[row])


def settled(promise: Document, outages: list[Row] | None = None, tickets: list[Row] | None = None) -> Settled:
    return settle(
        house(), service("shop"), sla(["shop"], [promise]), outages=outages or [], tickets=tickets or []
    )


def test_a_miss_of_the_target_is_a_miss_of_the_minimum_only_from_just_beyond_it() -> None:
    for minutes, status, is_missed in ((43, MET, False), (216, MISSED, False), (217, MISSED, True)):
        found = down_for(minutes).attainment()
        assert (found.status, misses_minimum(found)) == (status, is_missed)


def test_without_a_minimum_nothing_misses_it() -> None:
    found = down_for(1000, minimum=None).attainment()
    assert found.status is MISSED
    assert minimum_of(found) is None
    assert not misses_minimum(found)
    assert attainment_shape(found)["minimum"] is None
    assert attainment_shape(found)["minimumMissed"] is None


def test_a_dated_minimum_is_the_one_of_the_first_day_of_the_period() -> None:
    tighter_later = [{"from": "2026-01-01", "atLeast": "99"}, {"from": "2026-04-02", "atLeast": "99.8"}]
    tighter_now = [{"from": "2026-01-01", "atLeast": "99"}, {"from": "2026-04-01", "atLeast": "99.8"}]
    assert not misses_minimum(down_for(200, minimum=tighter_later).attainment())
    assert misses_minimum(down_for(200, minimum=tighter_now).attainment())


def test_a_minimum_that_begins_later_is_not_in_force() -> None:
    found = down_for(1000, minimum=[{"from": "2026-05-01", "atLeast": "99.5"}]).attainment()
    assert not misses_minimum(found)


def test_a_contract_that_compares_a_rounded_value_compares_it_with_the_minimum_too() -> None:
    # 217 minutes are 99.4976... %, which is 99.5 to one place.
    assert not misses_minimum(down_for(217, compare={"places": 1, "rounding": "half_up"}).attainment())


def test_what_a_small_sample_forgives_misses_neither_threshold() -> None:
    # One of two is late: 50 %, under the target of 95 and the minimum of 90.
    tickets = [
        ticket("t1", "P1", "06 09:00", "06 10:00", on="shop"),
        ticket("t2", "P1", "07 09:00", "07 19:00", on="shop"),
    ]
    promise = within("95", {"P1": "PT4H"}, minimum={"atLeast": "90"})
    assert misses_minimum(settled(promise, tickets=tickets).attainment())
    forgiving = promise | {"smallSample": {"fewerThan": 20, "allowFailures": 1}}
    found = settled(forgiving, tickets=tickets).attainment()
    assert found.status is MET
    assert not misses_minimum(found)


def test_without_a_value_no_minimum_is_missed() -> None:
    found = settled(within("95", {"P1": "PT4H"}, minimum={"atLeast": "90"})).attainment()
    assert found.status is NO_DATA
    assert not misses_minimum(found)


def test_a_minimum_of_a_level_that_is_to_stay_small_lies_above_its_target() -> None:
    rows = [outage("shop", f"{day:02} 10:00", f"{day:02} 11:00") for day in (3, 6, 9, 12)]
    promise = level("outageCount", {"atMost": "2"}, minimum={"atMost": "4"})
    assert not misses_minimum(settled(promise, outages=rows).attainment())
    rows.append(outage("shop", "20 10:00", "20 11:00"))
    assert misses_minimum(settled(promise, outages=rows).attainment())


def test_the_printed_attainment_names_the_minimum_and_whether_it_was_missed() -> None:
    shape = attainment_shape(down_for(217).attainment())
    assert (shape["status"], shape["minimum"], shape["minimumMissed"]) == ("MISSED", "99.5", True)


def test_whether_the_minimum_was_missed_has_an_explanation_that_replays() -> None:
    promise = availability("99.9", minimum={"atLeast": "99.5"}, clause="2.1")
    rows = [outage("shop", "06 00:00", "06 03:37")]
    run = settling(house(), service("shop"), sla(["shop"], [promise]), outages=rows)
    tree = explanations(run, Period.parse("2026-04"), "sla", "availability", "shop")["minimum"]
    assert tree.value == '"MISSED"'
    assert [term.value for term in tree.inputs if term.name == "target"] == ["199/2"]
    assert replay(tree) == "MISSED"
