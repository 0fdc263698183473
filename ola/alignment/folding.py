"""A formula with the parts folded away in which nothing is shared, so that only the entangled rest needs more thought.

The problem: under most promises lie dozens of gates and a handful of shared services. Where nothing is shared a gate's
chance is a product of its members', and taking such gates apart into modules costs more than reckoning them.

Example: any of two networks beside a data centre that two tiers share: the networks are one gate of which only the
chance is kept; the data centre stays.

Figures are whole numbers over a denominator that is not shortened on the way.

Limits: a gate is left standing that would take too many steps, or whose chance would be too long to write down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Final

from ola.alignment.chances import LONGEST, one_by_one
from ola.alignment.structure import AtLeastOf, Formula, Node, Promised

MOST_STEPS: Final = 4_000
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """What is left of a formula: its leaves are promised services and the gates that were folded away.

    ``chances`` and ``places`` are by place in the whole: the chance of each folded place, and where in the rest it (or
    what it was folded into) stands; ``above`` is the gate that each folded place is a member of.
    """

    whole: Formula
    rest: Formula
    chances: Mapping[int, tuple[int, int]]
    places: Mapping[int, int]
    above: Mapping[int, int]
    leaves: Mapping[str, int]

    def slope(self, service: str) -> tuple[Fraction, int]:
        """By how much its leaf of the rest rises with a service, and the place of that leaf."""
        place, slope = self.leaves[service], _ONE
        while place not in self.places:
            slope *= self._share(self.above[place], place)
            place = self.above[place]
        return slope, self.places[place]

    def _share(self, gate: int, member: int) -> Fraction:
        """By how much a gate rises with one of its members."""
        node = self.whole.nodes[gate]
        if not isinstance(node, AtLeastOf):
            raise TypeError("Only gates have members.")
        others = [self.chances[each] for each in node.members if each != member]
        whole = prod(denominator for _, denominator in others)
        if node.needs_all:
            return Fraction(prod(up for up, _ in others), whole)
        if node.needed == 1:
            return Fraction(prod(denominator - up for up, denominator in others), whole)
        with_it, _ = one_by_one(node.needed - 1, others)
        without, _ = one_by_one(node.needed, others)
        return Fraction(with_it - without, whole)


def folded_away(formula: Formula, chances: Mapping[str, Fraction]) -> Folded:
    """The formula folded, given the chance (0 to 1) of each promised service."""
    named = [0] * len(formula.nodes)
    for node in formula.nodes:
        if isinstance(node, AtLeastOf):
            for member in node.members:
                named[member] += 1
    known: dict[int, tuple[int, int]] = {}
    lengths: dict[int, int] = {}
    leaves: dict[str, int] = {}
    above: dict[int, int] = {}
    for place, node in enumerate(formula.nodes):
        if isinstance(node, Promised):
            known[place] = chances[node.service].as_integer_ratio()
            lengths[place] = known[place][1].bit_length()
            leaves[node.service] = place
            continue
        members, length = node.members, 0
        for member in members:
            if named[member] != 1 or member not in known:
                break
            length += lengths[member]
        else:
            if length <= LONGEST and node.needed * len(members) <= MOST_STEPS:
                lengths[place] = length
                known[place] = up_of(node, [known[member] for member in members])
                for member in members:
                    above[member] = place
    nodes, places = _rest(formula, known, above)
    return Folded(formula, Formula(nodes, places[formula.top]), known, places, above, leaves)


def up_of(gate: AtLeastOf, members: list[tuple[int, int]]) -> tuple[int, int]:
    """The chance of a gate of independent members, all as whole numbers over a denominator."""
    whole = ups = downs = 1
    for up, denominator in members:
        whole *= denominator
        ups *= up
        downs *= denominator - up
    if gate.needs_all:
        return ups, whole
    if gate.needed == 1:
        return whole - downs, whole
    return one_by_one(gate.needed, members)[0], whole


def _rest(
    formula: Formula, known: Mapping[int, tuple[int, int]], above: Mapping[int, int]
) -> tuple[tuple[Node, ...], dict[int, int]]:
    """The nodes that are left, and where each of them stands now; a gate folded away is a leaf of its own."""
    nodes: list[Node] = []
    places: dict[int, int] = {}
    for place, node in enumerate(formula.nodes):
        if place in above:
            continue
        places[place] = len(nodes)
        if place in known:
            nodes.append(Promised(node.service if isinstance(node, Promised) else f"{place}"))
        elif isinstance(node, AtLeastOf):
            nodes.append(AtLeastOf(node.needed, tuple(places[member] for member in node.members)))
    return tuple(nodes), places
