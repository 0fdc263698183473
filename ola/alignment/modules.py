"""The parts of a formula that have nothing in common with the rest, so that each can be reckoned by itself.

The problem: a shared service must be conditioned on, and each one that is conditioned on doubles the work. But a whole
platform that two tiers share is, seen from outside, one thing that is up or down: only what is shared *across* the
borders of such a part has to be conditioned on within it.

Example: two tiers need a platform of thirty services: the platform is one module, and within the formula above it one
single shared thing.

Limits: a module is a gate whose leaves occur under nothing but that gate; groups of a gate's members are not looked
for.

References: Y. Dutuit and A. Rauzy, "A linear-time algorithm to find modules of fault trees", IEEE Transactions on
Reliability 45 (1996).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ola.alignment.structure import AtLeastOf, Formula


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
