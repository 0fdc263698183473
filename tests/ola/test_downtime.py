"""When a service was down, and how much of that was its own failure: gates, monitors, lags, open outages."""

from fractions import Fraction
from typing import Any

import pytest

from domain.agreements import AvailabilityMetric, CountFrom
from domain.instants import MINUTE
from domain.intervals import EMPTY, Intervals, union
from domain.services import AllOf, AnyOf, AtLeast, Dependency
from ola.chain import Chain
from ola.downtime import DowntimeBook, failures_needed, gate_failure, longest_lag
from tests.building import (
    Document,
    Row,
    all_of,
    any_of,
    at_least,
    availability,
    evidence,
    house,
    lagging,
    micros,
    outage,
    portfolio,
    service,
    settle,
    sla,
    span,
)

END_OF_APRIL = micros("2026-05-01T00:00:00Z")


def book(*services: Document, rows: list[Row], horizon: int = END_OF_APRIL) -> DowntimeBook:
    return DowntimeBook(Chain.of(portfolio(house(), *services)), evidence(rows), horizon)


def spans(*pairs: tuple[str, str]) -> Intervals:
    return union([span(*pair) for pair in pairs])


# --------------------------------------------------------------------------------------------------- gates


def test_an_all_gate_fails_with_its_first_member_and_an_any_gate_with_its_last() -> None:
    members = (Dependency("a"), Dependency("b"), Dependency("c"))
    assert failures_needed(AllOf(members)) == 1
    assert failures_needed(AnyOf(members)) == 3
    assert [failures_needed(AtLeast(k, members)) for k in (1, 2, 3)] == [3, 2, 1]


A, B, C = span("14 10:00", "14 12:00"), span("14 11:00", "14 14:00"), span("14 13:00", "14 15:00")
STATES = {"a": A, "b": B, "c": C}


@pytest.mark.parametrize(
    ("gate", "failing"),
    [
        (AllOf((Dependency("a"), Dependency("b"))), span("14 10:00", "14 14:00")),
        (AnyOf((Dependency("a"), Dependency("b"))), span("14 11:00", "14 12:00")),
        (
            AtLeast(2, (Dependency("a"), Dependency("b"), Dependency("c"))),
            spans(("14 11:00", "14 12:00"), ("14 13:00", "14 14:00")),
        ),
        (AnyOf((AllOf((Dependency("a"), Dependency("c"))), Dependency("b"))),
         spans(("14 11:00", "14 12:00"), ("14 13:00", "14 14:00"))),
        (AllOf((AnyOf((Dependency("a"), Dependency("c"))), AtLeast(1, (Dependency("b"),)))), B),
        (AnyOf((Dependency("a"), Dependency("up"))), EMPTY),
        (None, EMPTY),
    ],
    ids=["all", "any", "2 of 3", "any over all", "all over any and atLeast", "one that is up", "no gate"],
)  # fmt: skip
def test_a_gate_fails_when_too_few_of_its_members_hold(gate: Any, failing: Intervals) -> None:
    assert gate_failure(gate, STATES) == failing


def test_a_member_named_twice_counts_twice() -> None:
    # Two of three, of which two are one node: its failure alone is enough.
    gate = AtLeast(2, (Dependency("a"), Dependency("a"), Dependency("c")))
    assert gate_failure(gate, {"a": A}) == A


def test_gates_nest_as_deep_as_a_contract_writes_them() -> None:
    # All of: any of (2 of 3 nodes, all of two lines), and power.
    gate = all_of(any_of(at_least(2, "n1", "n2", "n3"), all_of("l1", "l2")), "power")
    leaves = [service(name) for name in ("n1", "n2", "n3", "l1", "l2", "power")]
    rows = [
        outage("n1", "14 10:00", "14 14:00"),
        outage("n3", "14 11:00", "14 13:00"),
        outage("l2", "14 12:00", "14 16:00"),
        outage("power", "14 15:00", "14 15:30"),
    ]
    # Nodes fail 11-13, lines 12-16, together 12-13; power adds 15:00-15:30.
    found = book(service("v", needs=gate), *leaves, rows=rows).of("v")
    assert found.down == spans(("14 12:00", "14 13:00"), ("14 15:00", "14 15:30"))
    assert found.own == {}


# -------------------------------------------------------------------------------------------- recovery lags


def test_each_outage_of_a_dependency_reads_as_longer_by_its_lag_and_merges_with_the_next() -> None:
    gate = AllOf((Dependency("a", 30 * MINUTE),))
    states = {"a": spans(("14 10:00", "14 10:10"), ("14 10:35", "14 10:40"), ("14 12:00", "14 12:01"))}
    assert gate_failure(gate, states) == spans(("14 10:00", "14 11:10"), ("14 12:00", "14 12:31"))


def test_a_lag_adds_to_the_maximal_interval_once_not_to_each_record() -> None:
    rows = [outage("a", "14 10:00", "14 10:20"), outage("a", "14 10:20", "14 10:30")]
    found = book(service("v", needs=all_of(lagging("a", "PT10M"))), service("a"), rows=rows).of("v")
    assert found.down == span("14 10:00", "14 10:40")


def test_lags_add_up_along_a_chain_and_the_longest_way_decides_how_far_a_gate_looks_back() -> None:
    upper = AllOf((Dependency("mid", 5 * MINUTE), AnyOf((Dependency("side", 7 * MINUTE),))))
    assert longest_lag(upper, {"mid": 10 * MINUTE, "side": 0}) == 15 * MINUTE
    assert longest_lag(None, {}) == 0
    rows = [outage("a", "14 10:00", "14 10:30")]
    found = book(
        service("v", needs=all_of(lagging("mid", "PT5M"))),
        service("mid", needs=all_of(lagging("a", "PT10M"))),
        service("a"),
        rows=rows,
    ).of("v")
    assert found.down == span("14 10:00", "14 10:45")


def test_a_lag_belongs_to_one_dependency_not_to_the_service() -> None:
    chain = book(
        service("shop", needs=all_of(lagging("pay", "PT10M"))),
        service("bank", needs=all_of("pay")),
        service("pay"),
        rows=[outage("pay", "14 10:00", "14 11:00")],
    )
    assert chain.of("shop").down == span("14 10:00", "14 11:10")
    assert chain.of("bank").down == span("14 10:00", "14 11:00")


# ------------------------------------------------------------------------------------------------- monitors

ROWS = [outage("a", "14 10:00", "14 11:00"), outage("v", "14 10:30", "14 11:30")]


def test_a_monitored_service_is_down_when_its_records_say_so_and_its_own_failure_is_what_a_does_not_explain() -> (
    None
):
    found = book(service("v", needs=all_of("a"), measured="directly"), service("a"), rows=ROWS).of("v")
    assert found.down == span("14 10:30", "14 11:30")
    assert found.gate == span("14 10:00", "14 11:00")
    assert found.own == {"": span("14 11:00", "14 11:30")}


def test_an_unmonitored_service_is_down_by_its_gate_and_by_its_own_records() -> None:
    found = book(service("v", needs=all_of("a")), service("a"), rows=ROWS).of("v")
    assert found.down == span("14 10:00", "14 11:30")
    assert found.own == {"": span("14 11:00", "14 11:30")}


def test_a_monitored_service_that_hides_its_dependency_hides_it_from_those_above() -> None:
    chain = book(
        service("top", needs=all_of("v")),
        service("v", needs=all_of("a"), measured="directly"),
        service("a"),
        rows=[outage("a", "14 10:00", "14 20:00"), outage("v", "14 12:00", "14 13:00")],
    )
    assert chain.of("top").down == span("14 12:00", "14 13:00")


def test_own_failures_are_kept_apart_by_cause() -> None:
    rows = [
        outage("v", "14 10:00", "14 12:00"),
        outage("v", "14 11:00", "14 13:00", "customer"),
        outage("a", "14 10:00", "14 10:30"),
    ]
    found = book(service("v", needs=all_of("a")), service("a"), rows=rows).of("v")
    assert found.own == {"": span("14 10:30", "14 12:00"), "customer": span("14 11:00", "14 13:00")}
    assert found.recorded == span("14 10:00", "14 13:00")


def test_records_of_several_sources_are_one_union() -> None:
    rows = [
        outage("v", "14 10:00", "14 11:00", source="monitor"),
        outage("v", "14 10:45", "14 11:15", source="status-page"),
    ]
    assert book(service("v"), rows=rows).of("v").down == span("14 10:00", "14 11:15")


def test_an_outage_of_no_length_is_read_and_counts_nothing() -> None:
    found = book(service("v"), rows=[outage("v", "14 10:00", "14 10:00")]).of("v")
    assert not found.down
    assert found.own == {}


# ------------------------------------------------------------------------------------------- open outages


def test_an_open_outage_runs_to_what_is_known() -> None:
    rows = [outage("v", "14 10:00")]
    assert book(service("v"), rows=rows).of("v").down == Intervals.of([(micros("14 10:00"), END_OF_APRIL)])
    earlier = book(service("v"), rows=rows, horizon=micros("15 00:00"))
    assert earlier.of("v").down == span("14 10:00", "15 00:00")


def test_an_open_outage_that_begins_after_what_is_known_has_not_happened_yet() -> None:
    assert not book(service("v"), rows=[outage("v", "20 10:00")], horizon=micros("15 00:00")).of("v").down


def test_in_a_settlement_an_open_outage_runs_to_the_period_s_end_or_to_the_day_that_is_known() -> None:
    contracts = [house(), service("v"), sla(["v"], [availability("99.9")])]
    rows = [outage("v", "29 00:00")]
    assert settle(contracts, outages=rows).trace().quantity == 2 * 86_400
    # Known on 29 April means to the end of that day.
    assert settle(contracts, outages=rows, as_of="2026-04-29").trace().quantity == 86_400
    # A month later it still ran to the end of April, and through all of May.
    assert settle(contracts, outages=rows, period="2026-05").trace().quantity == 31 * 86_400


# ----------------------------------------------------------------------------- what counts for one level only

REPORTED = AvailabilityMetric(count_from=CountFrom.REPORTED)


def test_a_level_may_count_an_outage_from_when_it_was_reported() -> None:
    rows = [
        outage("v", "14 10:00", "14 11:00", reported_at="14 10:20"),
        outage("v", "15 10:00", "15 11:00"),
        outage("v", "16 10:00", "16 11:00", reported_at="16 12:00"),
        outage("v", "17 10:00", "17 11:00", reported_at="17 09:00"),
    ]
    found = book(service("v"), rows=rows)
    # Reported late: from the report. Never, or beforehand: from the start. After it was over: not at all.
    assert found.measured("v", REPORTED).down == spans(
        ("14 10:20", "14 11:00"), ("15 10:00", "15 11:00"), ("17 10:00", "17 11:00")
    )
    assert found.of("v").down.total() == 4 * 60 * MINUTE


def test_when_it_was_reported_matters_for_the_measured_service_and_not_for_what_lies_under_it() -> None:
    rows = [outage("a", "14 10:00", "14 11:00", reported_at="14 10:50")]
    found = book(service("v", needs=all_of("a")), service("a"), rows=rows)
    assert found.measured("v", REPORTED).down == span("14 10:00", "14 11:00")


def counted_minutes(rows: list[Row], **metric: str) -> Fraction:
    settled = settle(
        house(),
        service("v", needs=all_of("a", "b")),
        service("a"),
        service("b"),
        sla(["v"], [availability("99.99", metric=metric)]),
        outages=rows,
    )
    attainment = settled.attainment()
    assert attainment.denominator is not None
    assert attainment.numerator is not None
    return (attainment.denominator - attainment.numerator) / MINUTE


def test_the_minimum_outage_is_of_the_maximal_interval_not_of_each_record() -> None:
    # Three records of four minutes, two of which touch: eight minutes count, four do not.
    rows = [
        outage("a", "14 10:00", "14 10:04"),
        outage("b", "14 10:04", "14 10:08"),
        outage("a", "14 12:00", "14 12:04"),
    ]
    assert counted_minutes(rows, minimumOutage="PT5M") == 8
    assert counted_minutes(rows) == 12


def test_an_outage_of_exactly_the_minimum_counts() -> None:
    rows = [outage("a", "14 10:00", "14 10:05"), outage("a", "15 10:00", "15 10:04:59")]
    assert counted_minutes(rows, minimumOutage="PT5M") == 5


def test_the_minimum_outage_is_applied_before_the_window() -> None:
    # Eight minutes, of which two lie in prime time: they count, because the outage itself was long enough.
    prime = {"label": "prime", "days": ["tue"], "from": "10:00", "to": "18:00"}
    settled = settle(
        house(),
        {"apiVersion": "privity/v1", "kind": "Calendar", "metadata": {"name": "c"},
         "spec": {"timezone": "UTC", "windows": [prime]}},
        service("v"),
        sla(["v"], [availability("99.99", window="prime", metric={"minimumOutage": "PT5M"})], calendar="c"),
        outages=[outage("v", "14 09:54", "14 10:02")],
    )  # fmt: skip
    assert settled.trace().quantity == 120


def test_services_brought_together_are_down_as_each_is_by_itself() -> None:
    """A front on a redundant pair, causes of all kinds, an open outage, rows that touch and overlap."""
    services = [
        service("front", needs=any_of("left", "right")),
        service("left"), service("right"), service("quiet"),
    ]  # fmt: skip
    rows = [
        outage("left", "14 10:00", "14 11:00"), outage("left", "14 10:30", "14 12:00", cause="customer"),
        outage("left", "14 11:00", "14 11:30"), outage("right", "30 23:00"),
        outage("front", "14 10:15", "14 13:00", cause="maintenance"), outage("front", "14 12:00", "14 12:00"),
    ]  # fmt: skip
    names = ("quiet", "right", "front", "left")
    one_by_one = book(*services, rows=rows)
    together = book(*services, rows=rows)

    together.bring(names)

    for name in names:
        told, known = one_by_one.of(name), together.of(name)
        assert (told.recorded, told.gate, told.down, told.own) == (
            known.recorded, known.gate, known.down, known.own,
        )  # fmt: skip
    assert list(together.of("left").own) == ["", "customer"]
    assert together.of("left").own[""] == span("14 10:00", "14 11:30")
    assert together.of("right").down == Intervals.of([(micros("30 23:00"), END_OF_APRIL)])
