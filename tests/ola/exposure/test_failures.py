"""What brings a service down, alone or together, against trying every combination of failures."""

from __future__ import annotations

from itertools import combinations, product
from math import comb

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Measured, Service, dependencies_of
from ola.chain import Chain
from ola.exposure.dependents import fallen_with
from ola.exposure.failure_sets import FailureSets, failure_sets
from ola.exposure.single_points import alone_bring_down, fails_by_itself
from ola.portfolio import Portfolio
from tests.ola.alignment.formulas import quorum, series, spare

MANY = 1_000_000


def chained(gates: dict[str, Gate], runs: dict[str, str] | None = None, *, monitored: bool = False) -> Chain:
    """Services of some gates; a service that has one has no failure of its own unless they are ``monitored``."""
    names = set(gates) | {each.service for gate in gates.values() for each in dependencies_of(gate)}
    measured = Measured.DIRECTLY if monitored else Measured.FROM_DEPENDENCIES
    services = {
        name: Service(name, name, (runs or {}).get(name, name), measured, gates.get(name)) for name in names
    }
    return Chain.of(Portfolio({}, services, ()))


def sets_of(chain: Chain, root: str, most: int = MANY) -> FailureSets:
    return failure_sets(chain, root, lambda name: name if fails_by_itself(chain, name) else None, most)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Any small chain: gates of every kind over leaves and over each other, monitored or not."""
    leaves = draw(st.integers(1, 5))
    names = [f"leaf-{index}" for index in range(leaves)]
    gates: dict[str, Gate] = {}
    for index in range(draw(st.integers(1, 4))):
        members = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        needs = tuple(Dependency(name) for name in members)
        gates[f"up-{index}"] = AtLeast(draw(st.integers(1, len(needs))), needs)
        names.append(f"up-{index}")
    return chained(gates, monitored=draw(st.booleans()))


def by_trying(chain: Chain, root: str, causes: list[str]) -> set[frozenset[str]]:
    """Every minimal set of failures that brings a service down, smallest first, each tried by the gates themselves."""
    found: set[frozenset[str]] = set()
    for size in range(len(causes) + 1):
        for each in combinations(causes, size):
            failing = frozenset(each)
            if not any(known <= failing for known in found) and root in fallen_with(chain, failing):
                found.add(failing)
    return found


@settings(max_examples=100, deadline=None)
@given(chains())
def test_the_minimal_sets_are_those_that_trying_every_combination_finds(chain: Chain) -> None:
    root = max(chain.services)
    causes = [name for name in chain.closure(root) if fails_by_itself(chain, name)]
    found = sets_of(chain, root)
    expected = by_trying(chain, root, causes)
    assert found.is_complete
    assert {frozenset(each) for each in found.listed} == expected
    assert len(found.listed) == found.count == len(expected)
    assert [len(each) for each in found.listed] == sorted(len(each) for each in expected)


@settings(max_examples=100, deadline=None)
@given(chains())
def test_single_points_are_the_minimal_sets_of_one(chain: Chain) -> None:
    root = max(chain.services)
    alone = alone_bring_down(chain, root, lambda name: name if fails_by_itself(chain, name) else None)
    assert [(name,) for name in alone] == [each for each in sets_of(chain, root).listed if len(each) == 1]


@settings(max_examples=60, deadline=None)
@given(chains(), st.lists(st.sampled_from(["one", "two", "three"]), min_size=9, max_size=9))
def test_a_party_is_a_single_point_if_all_that_it_runs_together_is_enough(
    chain: Chain, parties: list[str]
) -> None:
    root = max(chain.services)
    runs = dict(zip(sorted(chain.services), parties, strict=False))
    expected = {
        party
        for party in {runs[name] for name in chain.closure(root)}
        if root in fallen_with(chain, [name for name in chain.closure(root) if runs[name] == party])
    }
    assert set(alone_bring_down(chain, root, runs.__getitem__)) == expected


def test_two_lines_over_one_duct_are_no_redundancy() -> None:
    chain = chained(
        {
            "banking": series("hosting", spare("line-a", "line-b")),
            "line-a": series("duct", "carrier-a"),
            "line-b": series("duct", "carrier-b"),
        }
    )
    assert sets_of(chain, "banking").listed == (("duct",), ("hosting",), ("carrier-a", "carrier-b"))


def test_a_hundred_services_with_tens_of_thousands_of_minimal_sets() -> None:
    # Ten groups of ten, of each of which three may fail: a set is four of one group, 10 x (10 over 4) = 2,100. And two
    # halves of five such groups beside each other, either of which is enough: (5 x 210) squared = 1,102,500.
    groups: dict[str, Gate] = {
        f"group-{group}": quorum(7, *(f"n{group}-{index}" for index in range(10))) for group in range(10)
    }
    every = chained({**groups, "top": AllOf(tuple(Dependency(name) for name in groups))})
    assert sets_of(every, "top").sizes == ((4, 10 * comb(10, 4)),)
    halves = [AllOf(tuple(Dependency(f"group-{g}") for g in half)) for half in (range(5), range(5, 10))]
    spares = chained({**groups, "top": AnyOf(tuple(halves))})
    found = sets_of(spares, "top", most=50)
    assert found.is_complete
    assert found.sizes == ((8, (5 * comb(10, 4)) ** 2),)
    assert len(found.listed) == 50
    assert found.listed[0] == ("n0-0", "n0-1", "n0-2", "n0-3", "n5-0", "n5-1", "n5-2", "n5-3")


def test_what_is_never_down_has_no_sets() -> None:
    chain = chained({"top": series("leaf")})
    assert failure_sets(chain, "top", lambda _: None, MANY) == FailureSets("top", (), (), is_complete=True)


def test_of_a_very_wide_chain_the_single_failures_are_told_and_that_there_may_be_more() -> None:
    names = [f"n{index}" for index in range(400)]
    chain = chained({"top": series(*names, spare("n0", "extra"))})
    found = sets_of(chain, "top", most=3)
    assert not found.is_complete
    assert (found.sizes, found.listed) == (((1, 400),), (("n0",), ("n1",), ("n10",)))


def test_a_thousand_services_one_under_the_other() -> None:
    chain = chained({f"s{index}": series(f"s{index + 1}") for index in range(1_000)})
    assert sets_of(chain, "s0").listed == (("s1000",),)


def test_trying_knows_every_state() -> None:
    # The oracle of this file, tried itself: 2 of 3 fails in just the four of eight states with at most one up.
    chain = chained({"top": quorum(2, "a", "b", "c")})
    down = 0
    for states in product((False, True), repeat=3):
        failing = [name for name, is_down in zip("abc", states, strict=True) if is_down]
        down += "top" in fallen_with(chain, failing)
    assert down == 4
