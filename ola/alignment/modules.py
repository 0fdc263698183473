"""The parts of a formula that have nothing in common with the rest, so that each can be reckoned by itself.

The problem: a shared service must be conditioned on, and each one that is conditioned on doubles the work. But a whole
platform that two tiers share is, seen from outside, one thing that is up or down: only what is shared *across* the
borders of such a part has to be conditioned on within it.

Example: two tiers need a platform of thirty services: the platform is one module, and within the formula above it one
single shared thing.

A gate that needs all or any of its members may be split, so its members that occur nowhere else are first put under a
gate of their own (`grouped`), which is a module.

Limits: of a gate that needs some of its members no group is a module.

References: Y. Dutuit and A. Rauzy, "A linear-time algorithm to find modules of fault trees", IEEE Transactions on
Reliability 45 (1996).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ola.alignment.structure import AtLeastOf, Formula, Node


@dataclass(frozen=True, slots=True)
class Module:
    """One part: its topmost place, and its inner places (each after its members, the topmost last).

    ``leaves`` are the places that the inner ones stand on: promised services and the tops of smaller modules.
    """

    top: int
    inner: tuple[int, ...]
    leaves: tuple[int, ...]


def modules_of(formula: Formula) -> tuple[Module, ...]:
    """The modules of a formula, each after those that it stands on; the last one is the whole."""
    tops = [place for place in _reached(formula) if isinstance(formula.nodes[place], AtLeastOf)]
    apart = _apart(formula)
    return tuple(_module(formula, top, apart) for top in tops if top in apart)


def grouped(formula: Formula) -> tuple[Formula, Mapping[int, int]]:
    """The same formula with the leaves that only one gate of all or of any names put under a gate of their own.

    And where each of its places stands now.
    """
    named: dict[int, int] = {}
    for node in formula.nodes:
        for member in node.members if isinstance(node, AtLeastOf) else ():
            named[member] = named.get(member, 0) + 1
    nodes: list[Node] = []
    places: dict[int, int] = {}
    for place, node in enumerate(formula.nodes):
        if isinstance(node, AtLeastOf):
            alone = [m for m in node.members if named[m] == 1 and not members_of(formula, m)]
            others = [places[m] for m in node.members if named[m] > 1 or members_of(formula, m)]
            if len(alone) > 1 and others and (node.needs_all or node.needed == 1):
                nodes.append(AtLeastOf(len(alone) if node.needs_all else 1, tuple(places[m] for m in alone)))
                members = (len(nodes) - 1, *others)
                node = AtLeastOf(len(members) if node.needs_all else 1, members)  # noqa: PLW2901 - the same, split
            else:
                node = AtLeastOf(node.needed, tuple(places[m] for m in node.members))  # noqa: PLW2901 - moved
        places[place] = len(nodes)
        nodes.append(node)
    return Formula(tuple(nodes), places[formula.top]), places


def ways_down(formula: Formula, module: Module) -> dict[int, int]:
    """By how many ways each place of a module is reached from its top."""
    ways = dict.fromkeys((*module.inner, *module.leaves), 0)
    ways[module.top] = 1
    for place in reversed(module.inner):
        for member in members_of(formula, place):
            ways[member] += ways[place]
    return ways


def members_of(formula: Formula, place: int) -> Sequence[int]:
    """The members of the node at a place; none for a leaf."""
    node = formula.nodes[place]
    return node.members if isinstance(node, AtLeastOf) else ()


def _reached(formula: Formula) -> list[int]:
    """The places under the top, each after its members."""
    found = {formula.top}
    for place in range(formula.top, -1, -1):
        if place in found:
            found.update(members_of(formula, place))
    return sorted(found)


def _module(formula: Formula, top: int, apart: frozenset[int]) -> Module:
    inner, leaves = {top}, set()
    waiting = [top]
    while waiting:
        for member in members_of(formula, waiting.pop()):
            if member in apart or not members_of(formula, member):
                leaves.add(member)
            elif member not in inner:
                inner.add(member)
                waiting.append(member)
    return Module(top, tuple(sorted(inner)), tuple(sorted(leaves)))


def _apart(formula: Formula) -> frozenset[int]:
    """The gates under which everything occurs under nothing else: all visits below fall between its own two."""
    first: dict[int, int] = {}
    left: dict[int, int] = {}
    last: dict[int, int] = {}
    date = 0
    waiting: list[tuple[int, bool]] = [(formula.top, False)]
    while waiting:
        place, is_leaving = waiting.pop()
        date += 1
        last[place] = date
        if is_leaving:
            left[place] = date
        elif place not in first:
            first[place] = date
            waiting.append((place, True))
            waiting += [(member, False) for member in reversed(members_of(formula, place))]
    earliest: dict[int, int] = {}
    latest: dict[int, int] = {}
    found = set()
    for place in sorted(first):
        below = members_of(formula, place)
        earliest[place] = min([first[place], *(earliest[member] for member in below)])
        latest[place] = max([last[place], *(latest[member] for member in below)])
        if below and all(
            earliest[member] > first[place] and latest[member] < left[place] for member in below
        ):
            found.add(place)
    return frozenset(found)
