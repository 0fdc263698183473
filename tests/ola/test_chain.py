"""The dependency graph: what stands on what, by which ways, and which edge of a cycle reads as up."""

from collections.abc import Mapping
from itertools import pairwise

from domain.instants import HOUR
from domain.intervals import Intervals
from domain.services import AllOf, AnyOf, Dependency, Measured, Service
from ola.chain import MOST_PATHS, Chain
from ola.downtime import DowntimeBook
from ola.portfolio import Portfolio
from tests.building import Row, all_of, availability, evidence, house, outage, service, settle, sla, span


def chain_of(needs: Mapping[str, list[str]]) -> Chain:
    """Services without monitors, each needing all of some others; whatever is only needed needs nothing."""
    names = {*needs, *(below for each in needs.values() for below in each)}
    services = {
        name: Service(
            name,
            name,
            "halden",
            Measured.FROM_DEPENDENCIES,
            AllOf(tuple(Dependency(below) for below in needs[name])) if needs.get(name) else None,
        )
        for name in names
    }
    return Chain.of(Portfolio({}, services, ()))


def down(chain: Chain, service: str, *rows: Row) -> Intervals:
    return DowntimeBook(chain, evidence(rows), 2**62).of(service).down


DIAMOND = chain_of({"shop": ["web", "pay"], "web": ["host"], "pay": ["host"], "host": ["power"]})


def test_a_service_comes_after_everything_it_stands_on() -> None:
    assert DIAMOND.closure("shop") == ("power", "host", "pay", "web", "shop")
    assert DIAMOND.closure("web") == ("power", "host", "web")
    assert DIAMOND.closure("power") == ("power",)


def test_what_stands_on_a_failing_service_is_found_upwards() -> None:
    assert DIAMOND.supported_by(["pay"]) == {"pay", "shop"}
    assert DIAMOND.supported_by(["web", "power"]) == {"power", "host", "pay", "web", "shop"}
    assert DIAMOND.supported_by([]) == frozenset()


def test_paths_run_from_the_top_down_the_shortest_first_and_ties_by_name() -> None:
    assert DIAMOND.paths("shop", "power") == (
        ("shop", "pay", "host", "power"),
        ("shop", "web", "host", "power"),
    )
    shortcut = chain_of({"shop": ["web", "host"], "web": ["host"]})
    assert shortcut.paths("shop", "host") == (("shop", "host"), ("shop", "web", "host"))


def test_a_service_reaches_itself_and_nothing_above_it() -> None:
    assert DIAMOND.paths("host", "host") == (("host",),)
    assert DIAMOND.paths("host", "shop") == ()
    assert DIAMOND.paths("web", "pay") == ()


def test_a_service_named_twice_in_a_gate_is_one_dependency() -> None:
    gate = AllOf((Dependency("a"), AnyOf((Dependency("a"), Dependency("b")))))
    services = {
        "v": Service("v", "v", "halden", depends_on=gate),
        "a": Service("a", "a", "halden"),
        "b": Service("b", "b", "halden"),
    }
    assert Chain.of(Portfolio({}, services, ())).paths("v", "a") == (("v", "a"),)


def test_of_very_many_paths_the_shortest_are_listed() -> None:
    # Five layers of three services each: 3 to the 5th paths of one length, and one that is shorter.
    layers = [[f"{layer}{column}" for column in "abc"] for layer in range(5)]
    needs = {"top": [*layers[0], "leaf"]}
    for upper, lower in zip(layers, [*layers[1:], ["leaf"]], strict=True):
        needs |= dict.fromkeys(upper, lower)
    paths = chain_of(needs).paths("top", "leaf")
    assert len(paths) == MOST_PATHS
    assert paths[0] == ("top", "leaf")
    assert paths[1] == ("top", "0a", "1a", "2a", "3a", "4a", "leaf")


# -------------------------------------------------------------------------------------------------- cycles


def test_the_edge_that_closes_a_cycle_reads_as_up_and_the_others_hold() -> None:
    # The walk goes by name: a needs b, b needs c, and c's need of a closes the cycle.
    chain = chain_of({"a": ["b"], "b": ["c"], "c": ["a"]})
    assert chain.closing_edges == {("c", "a")}
    failure = span("14 10:00", "14 11:00")
    row = outage("a", "14 10:00", "14 11:00")
    assert down(chain, "a", row) == failure
    assert not down(chain, "c", row)
    assert not down(chain, "b", row)
    below = outage("c", "14 10:00", "14 11:00")
    assert [down(chain, name, below) for name in "abc"] == [failure] * 3


def test_a_walk_round_a_cycle_begins_where_failures_are_felt() -> None:
    # By name alone the walk would begin at a, and web, which enters the circle at b, would never feel a's failures.
    chain = chain_of({"web": ["b"], "b": ["a"], "a": ["b"]})
    assert chain.closing_edges == {("a", "b")}
    assert down(chain, "web", outage("a", "14 10:00", "14 11:00")) == span("14 10:00", "14 11:00")


def test_a_promised_service_keeps_what_it_needs_when_the_circle_is_cut() -> None:
    # Nothing but the promise tells the two apart: hosting comes first by name, and portal is what a customer was promised.
    settled = settle(
        house(vendors=["cirrus"]),
        service("portal", needs=all_of("hosting")),
        service("hosting", "cirrus", needs=all_of("portal")),
        sla(["portal"], [availability("99.9")]),
        outages=[outage("hosting", "14 10:00", "14 11:00")],
    )
    assert settled.row("cirrus").quantity == 3600


def test_the_closing_edge_is_the_same_whichever_way_the_services_were_written() -> None:
    forwards = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["b"]}
    backwards = {name: list(reversed(forwards[name])) for name in reversed(forwards)}
    assert chain_of(forwards).closing_edges == chain_of(backwards).closing_edges == {("c", "a"), ("d", "b")}


def test_a_service_that_needs_itself_is_as_if_it_did_not() -> None:
    chain = chain_of({"a": ["a", "b"]})
    assert chain.closing_edges == {("a", "a")}
    assert chain.closure("a") == ("b", "a")
    assert chain.paths("a", "b") == (("a", "b"),)


def test_two_of_three_stays_two_of_three_when_one_edge_closes_a_cycle() -> None:
    # v needs one of (w, a); w needs v. The edge from w to v reads as up, so v goes down only with a and w itself.
    services = {
        "v": Service(
            "v", "v", "halden", Measured.FROM_DEPENDENCIES, AnyOf((Dependency("a"), Dependency("w")))
        ),
        "w": Service("w", "w", "halden", Measured.FROM_DEPENDENCIES, AllOf((Dependency("v"),))),
        "a": Service("a", "a", "halden"),
    }
    chain = Chain.of(Portfolio({}, services, ()))
    assert chain.closing_edges == {("w", "v")}
    rows = [outage("a", "14 10:00", "14 12:00"), outage("w", "14 11:00", "14 12:00")]
    assert down(chain, "v", *rows) == span("14 11:00", "14 12:00")


# -------------------------------------------------------------------------------------------------- depth

DEPTH = 5_000
NAMES = [f"s{number:04d}" for number in range(DEPTH)]
DEEP = chain_of({upper: [lower] for upper, lower in pairwise(NAMES)})


def test_a_chain_of_five_thousand_services_has_an_order_from_the_bottom() -> None:
    assert DEEP.closure(NAMES[0]) == tuple(reversed(NAMES))


def test_a_chain_of_five_thousand_services_has_its_one_path() -> None:
    assert DEEP.paths(NAMES[0], NAMES[-1]) == (tuple(NAMES),)


def test_a_failure_under_five_thousand_services_takes_the_first_one_down() -> None:
    failed = down(DEEP, NAMES[0], outage(NAMES[-1], "14 10:00", "14 11:00"))
    assert failed == span("14 10:00", "14 11:00")
    assert failed.total() == HOUR


def test_a_cycle_of_five_thousand_services_is_cut_once() -> None:
    ring = chain_of({upper: [lower] for upper, lower in zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True)})
    assert ring.closing_edges == {(NAMES[-1], NAMES[0])}
