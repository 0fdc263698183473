"""Expected availability against trying out every combination of states, and what must hold of any size."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

import ola.alignment.expected
import ola.alignment.modules
from domain.services import Gate
from ola.alignment.expected import expected
from ola.alignment.guaranteed import most_downtime
from ola.alignment.structure import UP, AtLeastOf, Formula, Promised
from tests.ola.alignment.formulas import (
    by_enumeration,
    formula,
    formulas_with_chances,
    need,
    quorum,
    series,
    spare,
)

Case = tuple[Formula, dict[str, Fraction]]


@given(formulas_with_chances())
def test_expected_is_what_every_combination_of_states_adds_up_to(case: Case) -> None:
    of, chances = case
    found = expected(of, chances)
    assert found.is_exact
    assert found.low == found.high == by_enumeration(of, chances)


@settings(max_examples=6, deadline=None)
@given(formulas_with_chances(most_leaves=16, most_gates=12))
def test_it_is_with_sixteen_services_too(case: Case) -> None:
    of, chances = case
    found = expected(of, chances)
    assert found.low == found.high == by_enumeration(of, chances)


def no_diagram(*_: object) -> None:
    """In the place of `diagram_of`: every diagram is too large."""


@given(formulas_with_chances())
def test_bounds_hold_the_true_chance_however_much_is_shared(case: Case) -> None:
    of, chances = case
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(ola.alignment.expected, "diagram_of", no_diagram)
        limits.setattr(ola.alignment.expected, "MOST_OF_FEW", 0)
        limits.setattr(ola.alignment.expected, "MOST_SHARED", 0)
        found = expected(of, chances)
    assert found.low <= by_enumeration(of, chances) <= found.high


@given(formulas_with_chances())
def test_a_diagram_and_few_combinations_give_the_same_chance(case: Case) -> None:
    of, chances = case
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(ola.alignment.expected, "MOST_OF_FEW", 0)
        found = expected(of, chances)
    assert found.is_exact
    assert found.low == found.high == by_enumeration(of, chances)


@given(formulas_with_chances())
def test_without_a_diagram_every_combination_of_shared_services_is_gone_through(case: Case) -> None:
    of, chances = case
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(ola.alignment.expected, "diagram_of", no_diagram)
        limits.setattr(ola.alignment.expected, "MOST_OF_FEW", 0)
        found = expected(of, chances)
    assert found.is_exact
    assert found.low == found.high == by_enumeration(of, chances)


@given(formulas_with_chances())
def test_the_whole_is_linear_in_each_service(case: Case) -> None:
    of, chances = case
    found = expected(of, chances)
    for name in of.services() if of.top >= 0 else ():
        if name in _under_the_top(of):
            perfect = by_enumeration(of, chances | {name: Fraction(1)})
            broken = by_enumeration(of, chances | {name: Fraction(0)})
            assert found.slope(name) == perfect - broken


def _under_the_top(of: Formula) -> set[str]:
    reached = {of.top}
    for place in range(of.top, -1, -1):
        node = of.nodes[place]
        if place in reached and isinstance(node, AtLeastOf):
            reached.update(node.members)
    nodes = (of.nodes[place] for place in reached)
    return {node.service for node in nodes if isinstance(node, Promised)}


@given(formulas_with_chances())
def test_nothing_is_guaranteed_beyond_what_is_expected(case: Case) -> None:
    of, chances = case
    downtime = {name: 1 - chance for name, chance in chances.items()}
    assert 1 - most_downtime(of, downtime) <= by_enumeration(of, chances)


def two_tiers_of(count: int) -> tuple[Formula, dict[str, Fraction], Fraction]:
    """Two tiers of the same services at .9: all but one of them, and all but two. Both hold when the first does."""
    names = [f"s{index:02}" for index in range(count)]
    gate = series(quorum(count - 1, *names), quorum(count - 2, *names))
    up, down = Fraction(9, 10), Fraction(1, 10)
    truth = up**count + count * up ** (count - 1) * down
    return formula("top", {"top": gate}), dict.fromkeys(names, up), truth


def test_twenty_shared_services_are_exact_even_where_no_diagram_is_small_enough() -> None:
    of, chances, truth = two_tiers_of(20)
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(ola.alignment.expected, "diagram_of", no_diagram)
        found = expected(of, chances)
    assert found.is_exact
    assert found.low == found.high == truth


def test_services_shared_all_along_a_chain_of_five_hundred_are_exact() -> None:
    # Each of 480 services needs the next, a part of its own and a shared one, in turn: all of them, or the next beside
    # the part and the shared one, which takes the place of both, or two of the three.
    shared = 15
    kinds = (series, lambda below, own, both: spare(below, series(own, both)), lambda *each: quorum(2, *each))
    gates: dict[str, Gate] = {"t480": series("t480-own")}
    for n in range(480):
        picked = kinds[0] if n % 40 else kinds[1 + n // 40 % 2]
        gates[f"t{n}"] = picked(f"t{n + 1}", f"t{n}-own", f"s{n % shared:02}")
    of = formula("t0", gates)
    chances = {
        name: Fraction(999, 1000) if name.startswith("t") else Fraction(99, 100) for name in of.services()
    }
    found = expected(of, chances)

    # By another way: from the bottom up, for every combination of the shared ones at once, in fixed point.
    one = 1 << 30
    states = np.arange(1 << shared, dtype=np.int64)
    own = one * 999 // 1000
    up = np.full(1 << shared, own)
    for n in range(479, -1, -1):
        both = np.where(states >> (n % shared) & 1, own, 0)
        if n % 40:
            up = up * both >> 30
        elif n // 40 % 2 == 0:
            up = up + ((one - up) * both >> 30)
        else:
            is_up = states >> (n % shared) & 1
            either = up + own - (up * own >> 30)
            up = np.where(is_up, either, up * own >> 30)
    weight = np.ones(1 << shared)
    for place in range(shared):
        weight *= np.where(states >> place & 1, 0.99, 0.01)
    assert found.is_exact
    assert found.is_quick
    assert abs(float(found.low) - float((up * weight).sum() / one)) < 1e-6


def test_beyond_twenty_shared_services_figures_are_exact_where_a_diagram_is_small_else_labelled_bounds() -> (
    None
):
    of, chances, truth = two_tiers_of(21)
    assert expected(of, chances).low == truth
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(ola.alignment.expected, "diagram_of", no_diagram)
        found = expected(of, chances)
    assert not found.is_exact
    assert found.low <= truth <= found.high


def test_a_shared_platform_counts_as_one_however_much_it_stands_on() -> None:
    parts = [f"p{index:02}" for index in range(30)]
    of = formula(
        "top",
        {"top": series(spare("tier-1", "x"), spare("tier-2", "y")), "tier-1": series("platform"),
         "tier-2": series("platform"), "platform": series(*parts)},
    )  # fmt: skip
    chances = dict.fromkeys([*parts, "x", "y"], Fraction(9, 10))
    platform = Fraction(9, 10) ** 30
    found = expected(of, chances)
    # With the platform all is up; without it both spares are needed.
    assert found.is_exact
    assert found.low == found.high == platform + (1 - platform) * Fraction(81, 100)


@pytest.mark.parametrize("most_told_apart", [1_000, 0])
def test_what_shares_nothing_with_the_rest_is_reckoned_apart(most_told_apart: int) -> None:
    # Each of twenty platforms carries twelve of 240 tiers in series, each tier with a spare of its own.
    gates: dict[str, Gate] = {
        f"tier-{n:03}": spare(f"platform-{n % 20:02}", f"own-{n:03}") for n in range(240)
    }
    if not most_told_apart:
        gates = {name: gates[name] for name in sorted(gates) if name[-2:] in ("00", "20", "01", "21")}
    of = formula("top", {"top": series(*gates), **gates})
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(ola.alignment.modules, "_MOST_TOLD_APART", most_told_apart)
        found = expected(of, dict.fromkeys(of.services(), Fraction(9, 10)))
    tiers = {name: sum(gate.members[0] == need(name) for gate in gates.values()) for name in of.services()}  # type: ignore[union-attr]
    truth = Fraction(1)
    for count in tiers.values():
        # Up with the platform, or without it with all spares of its tiers.
        truth *= Fraction(9, 10) + Fraction(1, 10) * Fraction(9, 10) ** count if count else 1
    assert found.is_exact
    assert found.low == found.high == truth


def test_a_thousand_nested_gates_are_read_without_recursion() -> None:
    gate: Gate = need("s0")
    for depth in range(1, 1001):
        gate = series(gate, f"s{depth}") if depth % 2 else spare(gate, f"s{depth}")
    of = formula("top", {"top": gate})
    chance = downtime = Fraction(1, 2)
    for depth in range(1, 1001):
        chance = chance / 2 if depth % 2 else 1 - (1 - chance) / 2
        downtime = min(Fraction(1), downtime + Fraction(1, 2)) if depth % 2 else min(downtime, Fraction(1, 2))
    halves = dict.fromkeys(of.services(), Fraction(1, 2))
    found = expected(of, halves)
    assert found.low == found.high == chance
    assert most_downtime(of, halves) == downtime


@pytest.mark.parametrize("needed", [1, 2, 9_999, 10_000])
def test_a_gate_of_ten_thousand_members_is_read_at_once(needed: int) -> None:
    names = [f"s{index}" for index in range(10_000)]
    of = formula("top", {"top": quorum(needed, *names)})
    up, down = Fraction(9999, 10_000), Fraction(1, 10_000)
    truth = {
        1: lambda: 1 - down**10_000,
        2: lambda: 1 - down**10_000 - 10_000 * up * down**9_999,
        9_999: lambda: up**10_000 + 10_000 * up**9_999 * down,
        10_000: lambda: up**10_000,
    }[needed]()
    found = expected(of, dict.fromkeys(names, up))
    assert found.low <= truth <= found.high
    assert found.high - found.low < Fraction(1, 10**80)


def test_what_needs_nothing_promised_is_always_up() -> None:
    of = formula("top", {"top": series("own"), "own": quorum(1, "bare"), "bare": series("top")})
    assert of.top == UP  # The circle's closing edge reads as up.
    assert expected(of, {}).low == 1
    assert most_downtime(of, {}) == 0


def test_a_gate_keeps_its_count_where_a_member_is_always_up() -> None:
    # 2 of (a, b, top): top closes a circle and reads as up, so 1 of (a, b) is enough.
    of = formula("top", {"top": quorum(2, "a", "b", "top")})
    assert of.nodes[of.top] == AtLeastOf(1, (0, 1))
    assert of.nodes[:2] == (Promised("a"), Promised("b"))
