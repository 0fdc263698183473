"""The parts of a formula that have nothing in common with the rest, so that each can be reckoned by itself.

The problem: a shared service must be conditioned on, and each one that is conditioned on doubles the work. But a whole
platform that two tiers share is, seen from outside, one thing that is up or down: only what is shared *across* the
borders of such a part has to be conditioned on within it.

Example: two tiers need a platform of thirty services: the platform is one module, and within the formula above it one
single shared thing.

A gate that needs all or any of its members may be split, so its members that occur nowhere else, and those that share
something with each other and nothing with the rest, are first put under gates of their own (`grouped`): modules.

Limits: of a gate that needs some of its members no group is a module.

References: Y. Dutuit and A. Rauzy, "A linear-time algorithm to find modules of fault trees", IEEE Transactions on
Reliability 45 (1996).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ola.alignment.structure import AtLeastOf, Formula, Node

_MOST_TOLD_APART: Final = 1_000
"""Of more members that share something it is not asked which of them share it with each other."""


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
    """The same formula with those members of a gate of all or of any put under one that share something.

    So are the leaves that only one gate names. And where each of its places stands now.
    """
    nodes: list[Node] = []
    places: dict[int, int] = {}
    below = _shared_below(formula)
    for place, node in enumerate(formula.nodes):
        if isinstance(node, AtLeastOf):
            groups = [node.members]
            if node.needs_all or node.needed == 1:
                groups = _apart_from_each_other(node.members, below)
            if len(groups) > 1:
                members: list[int] = []
                for group in groups:
                    moved = tuple(places[member] for member in group)
                    if len(moved) > 1:
                        nodes.append(AtLeastOf(len(moved) if node.needs_all else 1, moved))
                    members.append(moved[0] if len(moved) == 1 else len(nodes) - 1)
                node = AtLeastOf(len(members) if node.needs_all else 1, tuple(members))  # noqa: PLW2901 - the same, split
            else:
                node = AtLeastOf(node.needed, tuple(places[m] for m in node.members))  # noqa: PLW2901 - moved
        places[place] = len(nodes)
        nodes.append(node)
    return Formula(tuple(nodes), places[formula.top]), places


def _shared_below(formula: Formula) -> list[int]:
    """For each place a bit for each place at or below it that is named more than once."""
    named = [0] * len(formula.nodes)
    for place in range(len(formula.nodes)):
        for member in members_of(formula, place):
            named[member] += 1
    bits = 0
    below: list[int] = []
    for place, count in enumerate(named):
        found = 0
        for member in members_of(formula, place):
            found |= below[member]
        if count > 1:
            found |= 1 << bits
            bits += 1
        below.append(found)
    return below


def _apart_from_each_other(members: Sequence[int], below: Sequence[int]) -> list[tuple[int, ...]]:
    """The members in groups that share nothing with each other; those that share nothing at all are one group."""
    alone = [member for member in members if not below[member]]
    if len(members) - len(alone) > _MOST_TOLD_APART:
        return (
            [tuple(alone), *((member,) for member in members if below[member])]
            if len(alone) > 1
            else [tuple(members)]
        )
    groups: list[tuple[int, list[int]]] = []
    for member in members:
        shared = below[member]
        if not shared:
            continue
        joined = [member]
        apart = []
        for of_group, group in groups:
            if of_group & shared:
                shared |= of_group
                joined = group + joined
            else:
                apart.append((of_group, group))
        groups = [*apart, (shared, joined)]
    found = [tuple(group) for _, group in groups]
    return [tuple(alone), *found] if alone else found


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
