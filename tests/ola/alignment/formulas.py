"""Formulas as a test says them, and their chances by trying every combination of states.

Example: ``formula("web", {"web": AllOf((Dependency("a"), Dependency("b")))})`` stands on the promises of a and b.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Measured, Service, dependencies_of
from ola.alignment.structure import UP, AtLeastOf, Formula, Promised, formula_of
from ola.chain import Chain
from ola.portfolio import Portfolio


def need(name: str) -> Dependency:
    return Dependency(name)


def series(*members: Gate | str) -> Gate:
    return AllOf(tuple(need(each) if isinstance(each, str) else each for each in members))


def spare(*members: Gate | str) -> Gate:
    return AnyOf(tuple(need(each) if isinstance(each, str) else each for each in members))


def quorum(count: int, *members: Gate | str) -> Gate:
    return AtLeast(count, tuple(need(each) if isinstance(each, str) else each for each in members))


def formula(root: str, gates: Mapping[str, Gate]) -> Formula:
    """The formula of ``root``: what has a gate here has no promise, and everything else has one."""
    names = set(gates)
    for gate in gates.values():
        names.update(each.service for each in dependencies_of(gate))
    services = {
        name: Service(name, name, "halden", Measured.FROM_DEPENDENCIES, gates.get(name)) for name in names
    }
    return formula_of(Chain.of(Portfolio({}, services, ())), root, lambda name: name not in gates)


def by_enumeration(of: Formula, chances: Mapping[str, Fraction]) -> Fraction:
    """The chance that the top is up: the sum over all combinations of states, each by plain reading of the gates."""
    total = Fraction(0)
    names = of.services()
    for states in product((False, True), repeat=len(names)):
        is_up = dict(zip(names, states, strict=True))
        if reads_up(of, is_up):
            chance = Fraction(1)
            for name in names:
                chance *= chances[name] if is_up[name] else 1 - chances[name]
            total += chance
    return total


def reads_up(of: Formula, is_up: Mapping[str, bool]) -> bool:
    if of.top == UP:
        return True
    found: list[bool] = []
    for node in of.nodes:
        if isinstance(node, Promised):
            found.append(is_up[node.service])
        else:
            found.append(sum(found[member] for member in node.members) >= node.needed)
    return found[of.top]


@st.composite
def formulas(draw: st.DrawFn, most_leaves: int = 8, most_gates: int = 7) -> Formula:
    """Any formula: gates of every kind over leaves and over each other, anything shared by anything."""
    leaves = draw(st.integers(1, most_leaves))
    nodes: list[Promised | AtLeastOf] = [Promised(f"s{index:02}") for index in range(leaves)]
    for _ in range(draw(st.integers(1, most_gates))):
        members = draw(st.lists(st.integers(0, len(nodes) - 1), min_size=1, max_size=5))
        nodes.append(AtLeastOf(draw(st.integers(1, len(members))), tuple(members)))
    return Formula(tuple(nodes), len(nodes) - 1)


def chances_of(draw: st.DrawFn, of: Formula) -> dict[str, Fraction]:
    return {
        node.service: draw(st.fractions(0, 1, max_denominator=1000))
        for node in of.nodes
        if isinstance(node, Promised)
    }


@st.composite
def formulas_with_chances(
    draw: st.DrawFn, most_leaves: int = 8, most_gates: int = 7
) -> tuple[Formula, dict[str, Fraction]]:
    of = draw(formulas(most_leaves, most_gates))
    return of, chances_of(draw, of)
