"""Decision diagrams: a part of a formula in a form from which its chance can be read off in one pass.

The problem: conditioning on each of twenty shared services in turn means a million combinations. Most of them are
alike: once hosting is down, it does not matter which network is. A diagram keeps each distinct situation once.

Example: "all of a and any of b and c" is three nodes: a, then b, then c; from each, one edge for down and one for up.

Limits: a diagram that would grow beyond its limit is given up (`None`): the order of the leaves is the order in which
the gates name them, which is good for most contracts and bad for some.

References: R. E. Bryant, "Graph-based algorithms for Boolean function manipulation", IEEE Transactions on Computers 35
(1986); A. Rauzy, "New algorithms for fault trees analysis", Reliability Engineering and System Safety 40 (1993).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Final

from ola.alignment.modules import Module, members_of
from ola.alignment.structure import AtLeastOf, Formula

MOST_LEAVES: Final = 1_000
"""A part with more leaves is not drawn."""

_LONGEST: Final = 4_096
_STEPS_A_ROW: Final = 4
"""So many steps are taken for each row that is allowed, then the drawing is given up."""
_FIXED_POINT: Final = 512
_DOWN, _UP = 0, 1

Bounds = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Diagram:
    """``rows`` are leaf, place where it is down, place where it is up; places 0 and 1 are down and up for good.

    A row stands after those that it points to; ``leaves`` are places of the formula, and ``top`` the place to begin.
    """

    leaves: tuple[int, ...]
    rows: tuple[tuple[int, int, int], ...]
    top: int

    def chance(self, chances: Mapping[int, Bounds]) -> Bounds:
        """The lower and the upper chance of being up, given those of the leaves."""
        lows = [chances[leaf][0] for leaf in self.leaves]
        highs = [chances[leaf][1] for leaf in self.leaves]
        low = self._reckoned(lows, is_rounded_up=False)
        return low, low if lows == highs and self._is_exact(lows) else self._reckoned(
            highs, is_rounded_up=True
        )

    @staticmethod
    def _is_exact(chances: list[Fraction]) -> bool:
        return sum(chance.denominator.bit_length() for chance in chances) <= _LONGEST

    def _reckoned(self, chances: list[Fraction], *, is_rounded_up: bool) -> Fraction:
        # With the product of all denominators for a whole every division below is exact; a fixed point is rounded.
        whole = prod(each.denominator for each in chances) if self._is_exact(chances) else 1 << _FIXED_POINT
        ups = [each.numerator for each in chances]
        denominators = [each.denominator for each in chances]
        values = [0, whole]
        for leaf, down, up in self.rows:
            denominator = denominators[leaf]
            sums = values[up] * ups[leaf] + values[down] * (denominator - ups[leaf])
            values.append(-(-sums // denominator) if is_rounded_up else sums // denominator)
        return Fraction(values[self.top], whole)


def diagram_of(
    formula: Formula, module: Module, most_rows: int, most_leaves: int = MOST_LEAVES
) -> Diagram | None:
    """The diagram of a module; None where it has more leaves or would need more rows."""
    if len(module.leaves) > most_leaves:
        return None
    drawing = _Drawing(most_rows)
    leaves = _in_order(formula, module)
    places = {leaf: drawing.row(index, _DOWN, _UP) for index, leaf in enumerate(leaves)}
    try:
        for place in module.inner:
            node = formula.nodes[place]
            if isinstance(node, AtLeastOf):
                places[place] = drawing.at_least(node.needed, [places[member] for member in node.members])
    except _TooLarge:
        return None
    return _pruned(leaves, drawing.rows, places[module.top])


def _pruned(leaves: tuple[int, ...], rows: list[tuple[int, int, int]], top: int) -> Diagram:
    """The diagram without the rows that were drawn on the way and lead from nowhere."""
    reached = {top}
    for place in range(top, _UP, -1):
        if place in reached:
            reached.update(rows[place - 2][1:])
    kept = sorted(place for place in reached if place > _UP)
    moved = {_DOWN: _DOWN, _UP: _UP} | {place: index + 2 for index, place in enumerate(kept)}
    picked = (rows[place - 2] for place in kept)
    return Diagram(leaves, tuple((leaf, moved[down], moved[up]) for leaf, down, up in picked), moved[top])


def _in_order(formula: Formula, module: Module) -> tuple[int, ...]:
    """The leaves in the order in which the gates name them, from the top."""
    inner, leaves = frozenset(module.inner), frozenset(module.leaves)
    found: dict[int, None] = {}
    seen: set[int] = set()
    waiting = [module.top]
    while waiting:
        place = waiting.pop()
        if place in leaves:
            found[place] = None
        elif place in inner and place not in seen:
            seen.add(place)
            waiting += reversed(members_of(formula, place))
    return tuple(found)


_Choice = tuple[int, int, int]
"""A condition, and the places where it is up and where it is down."""


class _TooLarge(Exception):
    """The diagram has grown beyond its limit."""


class _Drawing:
    """Rows being drawn, each distinct one once."""

    def __init__(self, most_rows: int) -> None:
        self.rows: list[tuple[int, int, int]] = []
        self._most = most_rows
        self._known: dict[tuple[int, int, int], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}

    def row(self, leaf: int, down: int, up: int) -> int:
        if down == up:
            return down
        key = (leaf, down, up)
        place = self._known.get(key)
        if place is None:
            if len(self.rows) >= self._most:
                raise _TooLarge
            place = len(self.rows) + 2
            self.rows.append(key)
            self._known[key] = place
        return place

    def at_least(self, needed: int, members: list[int]) -> int:
        """At least so many of some places: counted member by member, enough being enough."""
        enough = [_UP] + [_DOWN] * needed
        for number, member in enumerate(members):
            for count in range(min(needed, number + 1), 0, -1):
                enough[count] = self.choice(member, enough[count - 1], enough[count])
        return enough[needed]

    def choice(self, condition: int, up: int, down: int) -> int:
        """``up`` where the condition is up, else ``down``.

        Written without recursion: a part may have more leaves than there is room for on the interpreter's stack.
        """
        whole = (condition, up, down)
        found = self._plain(whole)
        if found is not None:
            return found
        waiting: list[tuple[_Choice, int, _Choice, _Choice]] = [self._split(whole)]
        while waiting:
            key, leaf, if_down, if_up = waiting[-1]
            below, above = self._plain(if_down), self._plain(if_up)
            if below is None:
                waiting.append(self._split(if_down))
            elif above is None:
                waiting.append(self._split(if_up))
            else:
                self._chosen[key] = self.row(leaf, below, above)
                waiting.pop()
        return self._chosen[whole]

    def _plain(self, key: _Choice) -> int | None:
        """The place of a choice that needs no drawing, or was drawn; else None."""
        condition, up, down = key
        if condition == _UP or up == down:
            return up
        if condition == _DOWN:
            return down
        if up == _UP and down == _DOWN:
            return condition
        return self._chosen.get(key)

    def _split(self, key: _Choice) -> tuple[_Choice, int, _Choice, _Choice]:
        """The first leaf that a choice depends on, and what is left of it where that is down and where it is up."""
        if len(self._chosen) >= _STEPS_A_ROW * self._most:
            raise _TooLarge
        # Written out, because a large diagram comes by here a hundred thousand times.
        rows = self.rows
        condition, up, down = key
        first = rows[condition - 2]
        second = rows[up - 2] if up > _UP else None
        third = rows[down - 2] if down > _UP else None
        leaf = first[0]
        if second is not None and second[0] < leaf:
            leaf = second[0]
        if third is not None and third[0] < leaf:
            leaf = third[0]
        _, if_down, if_up = first if first[0] == leaf else (leaf, condition, condition)
        _, up_if_down, up_if_up = second if second is not None and second[0] == leaf else (leaf, up, up)
        _, down_if_down, down_if_up = third if third is not None and third[0] == leaf else (leaf, down, down)
        return key, leaf, (if_down, up_if_down, down_if_down), (if_up, up_if_up, down_if_up)
