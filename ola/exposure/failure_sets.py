"""The minimal sets of failures that break a promise: every way in which a service can be brought down.

The problem: single points are what one sees. Which two, or three, failures together are enough is what nobody sees, and
there may be tens of thousands of ways.

Example: banking needs hosting and any of two lines: {hosting} and {line-a, line-b} (and {banking} itself, if it fails
by itself). {hosting, line-a} is none, because hosting alone is enough.

How: the failure of a service is drawn as the decision diagram that also gives its chances (`ola.alignment.diagrams`);
from each row the minimal sets with and without its failure follow from those below it, those with it leaving out what
is enough without it. They are kept as a diagram too, and counted and listed from there, so that a million sets take no
more room than their diagram.

Limits: as many causes as `MOST_CAUSES`, and as many rows as `MOST_ROWS`; beyond, only single failures are
told, and `is_complete` says so. An edge that closes a cycle reads as up.

References: A. Rauzy, "New algorithms for fault trees analysis", Reliability Engineering and System Safety 40 (1993).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from domain.services import AllOf, AtLeast, Dependency, Inner, folded
from ola.alignment.diagrams import Diagram, diagram_of
from ola.alignment.modules import Module
from ola.alignment.structure import UP, AtLeastOf, Formula, Node, Promised
from ola.chain import Chain
from ola.exposure.single_points import alone_bring_down

MOST_ROWS: Final = 200_000
MOST_CAUSES: Final = 150
"""The sets are found by going down one level of the interpreter's stack a cause."""

Cause = Callable[[str], str | None]
"""What brings a service down besides its gate (None: nothing); several services may have one cause."""


@dataclass(frozen=True, slots=True)
class FailureSets:
    """The minimal sets: how many there are of each size, and the smallest of them, by size and names.

    ``is_complete``: False where only the sets of one failure are known.
    """

    service: str
    sizes: tuple[tuple[int, int], ...]
    listed: tuple[tuple[str, ...], ...]
    is_complete: bool

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(number for _, number in self.sizes)


def failure_sets(chain: Chain, root: str, cause: Cause, most: int) -> FailureSets:
    """The minimal sets of causes that bring a service down; at most so many of them are listed."""
    formula = _formula(chain, root, cause)
    if formula.top == UP:
        return FailureSets(root, (), (), is_complete=True)
    diagram = diagram_of(formula, _whole(formula), MOST_ROWS, MOST_CAUSES)
    if diagram is None:
        single = alone_bring_down(chain, root, cause)
        listed = tuple((name,) for name in single[:most])
        return FailureSets(root, ((1, len(single)),) if single else (), listed, is_complete=False)
    family = _Family.of(diagram)
    names = [_name(formula.nodes[leaf]) for leaf in diagram.leaves]
    smallest = tuple(_listed(family, names, most))
    return FailureSets(root, family.sizes(), smallest, is_complete=True)


def _listed(family: "_Family", names: list[str], most: int) -> Iterator[tuple[str, ...]]:
    """The smallest sets; of more than are asked for of one size, those that the gates name first."""
    for size, number in family.sizes():
        first = islice(family.of_size(size), min(most, number))
        found = sorted(tuple(sorted(names[leaf] for leaf in each)) for each in first)
        most -= len(found)
        yield from found


def _name(node: Node) -> str:
    if not isinstance(node, Promised):
        raise TypeError("A leaf of the diagram is a cause.")
    return node.service


# ------------------------------------------------------------------------------------------------ the formula


def _formula(chain: Chain, root: str, cause: Cause) -> Formula:
    """When a service is up: while its cause is absent and its gate holds. Leaves are causes."""
    nodes: list[Node] = []
    known: dict[Node, int] = {}
    places: dict[str, int] = {}

    def placed(node: Node) -> int:
        if node not in known:
            known[node] = len(nodes)
            nodes.append(node)
        return known[node]

    def joined(needed: int, members: list[int]) -> int:
        left = tuple(member for member in members if member != UP)
        needed -= len(members) - len(left)
        if needed <= 0:
            return UP
        return left[0] if len(left) == 1 else placed(AtLeastOf(needed, left))

    for service in chain.closure(root):
        gate, own = chain.gate(service), cause(service)
        whole = UP
        if gate is not None:

            def of_dependency(need: Dependency, above: str = service) -> int:
                return UP if (above, need.service) in chain.closing_edges else places[need.service]

            whole = folded(gate, of_dependency, lambda inner, members: joined(_needed(inner), members))
        places[service] = whole if own is None else joined(2, [placed(Promised(own)), whole])
    return Formula(tuple(nodes), places[root])


def _needed(gate: Inner) -> int:
    if isinstance(gate, AtLeast):
        return gate.count
    return len(gate.members) if isinstance(gate, AllOf) else 1


def _whole(formula: Formula) -> Module:
    """The formula as one part, without what does not lie under its top."""
    reached = {formula.top}
    for place in range(formula.top, -1, -1):
        node = formula.nodes[place]
        if place in reached and isinstance(node, AtLeastOf):
            reached.update(node.members)
    inner = tuple(place for place in sorted(reached) if isinstance(formula.nodes[place], AtLeastOf))
    leaves = tuple(place for place in sorted(reached) if isinstance(formula.nodes[place], Promised))
    return Module(formula.top, inner, leaves)


# ------------------------------------------------------------------------------------------- families of sets

_NOTHING, _EMPTY_SET = 0, 1


class _Family:
    """A family of sets as a diagram: each row is a leaf, the sets without it and the rest of the sets with it.

    Places 0 and 1 are no set at all, and the empty set alone.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int]] = []
        self._known: dict[tuple[int, int, int], int] = {}
        self._left_out: dict[tuple[int, int], int] = {}
        self._sizes: list[dict[int, int]] = [{}, {0: 1}]
        self.top = _NOTHING

    @classmethod
    def of(cls, diagram: Diagram) -> "_Family":
        """The minimal sets of leaves whose failure brings a diagram down."""
        family = cls()
        # Down for good needs no failure, up for good has none; the rows stand after those they point to.
        places = [_EMPTY_SET, _NOTHING]
        for leaf, down, up in diagram.rows:
            without = places[up]
            places.append(family._row(leaf, without, family._leaving_out(places[down], without)))
        family.top = places[diagram.top]
        return family

    def sizes(self) -> tuple[tuple[int, int], ...]:
        """How many sets there are of each size."""
        return tuple(sorted(self._sizes[self.top].items()))

    def of_size(self, size: int) -> Iterator[tuple[int, ...]]:
        """The sets of one size."""
        waiting: list[tuple[int, tuple[int, ...]]] = [(self.top, ())]
        while waiting:
            place, found = waiting.pop()
            if size - len(found) not in self._sizes[place]:
                continue
            if place == _EMPTY_SET:
                yield found
                continue
            leaf, without, rest = self._rows[place - 2]
            waiting.append((without, found))
            waiting.append((rest, (*found, leaf)))

    def _row(self, leaf: int, without: int, rest: int) -> int:
        if rest == _NOTHING:
            return without
        key = (leaf, without, rest)
        place = self._known.get(key)
        if place is None:
            place = len(self._rows) + 2
            self._rows.append(key)
            self._known[key] = place
            sizes = dict(self._sizes[without])
            for size, number in self._sizes[rest].items():
                sizes[size + 1] = sizes.get(size + 1, 0) + number
            self._sizes.append(sizes)
        return place

    def _leaving_out(self, sets: int, enough: int) -> int:
        """Those of some sets that hold none of the sets that are enough by themselves."""
        if _NOTHING in (enough, sets):
            return sets
        if enough in (_EMPTY_SET, sets):
            return _NOTHING
        if sets == _EMPTY_SET:
            return sets
        key = (sets, enough)
        place = self._left_out.get(key)
        if place is None:
            leaf, without, rest = self._rows[sets - 2]
            other, enough_without, enough_rest = self._rows[enough - 2]
            if leaf < other:
                place = self._row(leaf, self._leaving_out(without, enough), self._leaving_out(rest, enough))
            elif leaf > other:
                place = self._leaving_out(sets, enough_without)
            else:
                left = self._leaving_out(rest, enough_without)
                place = self._row(
                    leaf, self._leaving_out(without, enough_without), self._leaving_out(left, enough_rest)
                )
            self._left_out[key] = place
        return place
