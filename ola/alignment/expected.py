"""What a chain is expected to give if failures are independent, exact through gates, however services are shared.

The problem: two tiers that both need one 99.9 data centre are up 99.9 % of the time, not 99.8001: what is shared fails
once. So shared services are conditioned on: the chance is worked out for each distinct situation that they can be in.

Example (E25): 99.95 and 99.99 in series: 99.940005. 2 of 3 at 99: 99.9702.

The way: gates under which nothing is shared are folded away (`folding`), and the rest is taken apart into modules that
have nothing in common with one another. One in which nothing is shared is reckoned gate by gate; one in which something
is, by a decision diagram; and one that shares very little, or whose diagram grows too large, by each combination of the
shared services' states in turn (`combinations`).

Limits: exact for up to `MOST_SHARED` leaves that are shared within one module, also under hundreds of gates, unless
these are so entangled that neither a diagram nor `_MOST_COMBINATIONS` do; and for more where a diagram stays small.
Beyond that the figures are bounds, so labelled: members of a gate that share something are positively associated, so
all of them are up at least as often as if they were independent, and any of them at most as often.

References: R. E. Barlow and F. Proschan, "Statistical Theory of Reliability and Life Testing" (1975), 2.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from ola.alignment.bounds import bounded
from ola.alignment.chances import LONGEST, Chance, at_least
from ola.alignment.combinations import MOST_OF_FEW, each_combination, few_combinations
from ola.alignment.diagrams import Bounds, diagram_of
from ola.alignment.folding import MOST_STEPS, Folded, folded_away, up_of
from ola.alignment.modules import Module, grouped, members_of, modules_of, ways_down
from ola.alignment.structure import UP, AtLeastOf, Formula, Node

MOST_SHARED: Final = 20
"""So many shared services of one module are always conditioned on; with more, the figures may be bounds."""

_ROWS_TO_BE_EXACT: Final = 200_000
_ROWS_TO_BE_TRIED: Final = 2_000
_ROWS_TO_BE_QUICK: Final = 10_000
_MOST_COMBINATIONS: Final = 1 << 26
"""So many combinations of shared services, counted once a gate, are gone through; it takes less than a minute."""
_ONE = Fraction(1)

Reckon = Callable[[Mapping[int, Bounds]], Bounds]
"""A module's chance, given those of its leaves."""


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The chance that the whole is up, from 0 to 1; ``is_exact`` unless too much is shared, then low and high differ.

    Of an exact one low and high may still differ in the hundredth digit, where it has too many to write down.
    """

    low: Fraction
    high: Fraction
    is_exact: bool
    is_quick: bool
    """Whether it can be reckoned again for other chances in no time."""
    _folded: Folded | None = None
    _chances: Mapping[int, Bounds] = field(default_factory=dict)
    _within: Mapping[int, tuple[Module, Reckon]] = field(default_factory=dict)
    _top: int = UP
    _slopes: dict[int, Fraction] = field(default_factory=dict)

    def slope(self, service: str) -> Fraction:
        """By how much the whole rises where a service rises from never up to always up; what it is now is no matter.

        The chance is linear in each single service, so this is all there is to know of it.
        """
        if self._folded is None:
            raise KeyError(service)
        slope, place = self._folded.slope(service)
        return slope * self._slope(place)

    def _slope(self, place: int) -> Fraction:
        """By how much the whole rises with one place of what was not folded away."""
        slope, passed = _ONE, []
        while place != self._top and place not in self._slopes:
            module, reckon = self._within[place]
            leaves = {leaf: self._chances[leaf] for leaf in module.leaves}
            up = reckon({**leaves, place: (_ONE, _ONE)})[0]
            down = reckon({**leaves, place: (Fraction(0), Fraction(0))})[0]
            passed.append((place, up - down))
            place = module.top
        slope = self._slopes.get(place, _ONE)
        for each, rise in reversed(passed):
            slope *= rise
            self._slopes[each] = slope
        return slope


def expected(formula: Formula, chances: Mapping[str, Fraction]) -> Expected:
    """The chance of a formula, given the chance (0 to 1) that each promised service is up."""
    if formula.top == UP:
        return Expected(_ONE, _ONE, is_exact=True, is_quick=True)
    folded = folded_away(formula, chances)
    rest, moved = grouped(folded.rest)
    places = {place: moved[each] for place, each in folded.places.items()}
    folded = replace(folded, places=places)
    known: dict[int, Bounds] = {}
    for place, (up, denominator) in folded.chances.items():
        if place in places:
            known[places[place]] = (Fraction(up, denominator),) * 2
    is_exact = is_quick = True
    within: dict[int, tuple[Module, Reckon]] = {}
    for module in modules_of(rest):
        reckon, module_is_exact, module_is_quick = _reckoning(rest, module)
        known[module.top] = reckon(known)
        within.update((leaf, (module, reckon)) for leaf in module.leaves)
        is_exact, is_quick = is_exact and module_is_exact, is_quick and module_is_quick
    low, high = known[rest.top]
    return Expected(low, high, is_exact, is_quick, folded, known, within, rest.top)


def _reckoning(formula: Formula, module: Module) -> tuple[Reckon, bool, bool]:
    """How a module is reckoned, whether that is exact, and whether it is quick."""
    ways = ways_down(formula, module)
    shared = tuple(leaf for leaf in module.leaves if ways[leaf] > 1)
    if not shared:
        return lambda known: _gate_by_gate(formula, module, known), True, True
    if len(shared) <= MOST_OF_FEW and all(_is_short(formula.nodes[place]) for place in module.inner):
        return lambda known: few_combinations(formula, module, known, shared), True, True
    is_bound_to_be_exact = len(shared) <= MOST_SHARED
    diagram = diagram_of(formula, module, _ROWS_TO_BE_EXACT if is_bound_to_be_exact else _ROWS_TO_BE_TRIED)
    if diagram is not None:
        return diagram.chance, True, len(diagram.rows) <= _ROWS_TO_BE_QUICK
    if is_bound_to_be_exact and len(module.inner) << len(shared) <= _MOST_COMBINATIONS:
        return lambda known: each_combination(formula, module, known, shared), True, False
    return lambda known: bounded(formula, module, known, shared), False, False


def _gate_by_gate(formula: Formula, module: Module, known: Mapping[int, Bounds]) -> Bounds:
    """A module in which nothing is shared: each gate of members that are independent."""
    exactly = _exactly(formula, module, known)
    if exactly is not None:
        return exactly, exactly
    found = {leaf: Chance.of(*known[leaf], 1) for leaf in module.leaves}
    for place in module.inner:
        node = formula.nodes[place]
        if isinstance(node, AtLeastOf):
            found[place] = at_least(node.needed, [found[member] for member in members_of(formula, place)])
    return found[module.top].bounds()


def _exactly(formula: Formula, module: Module, known: Mapping[int, Bounds]) -> Fraction | None:
    """The same in whole numbers, where every leaf is exact and the result short enough to be written down."""
    found: dict[int, tuple[int, int]] = {}
    length = 0
    for leaf in module.leaves:
        low, high = known[leaf]
        length += low.denominator.bit_length()
        if low != high or length > LONGEST:
            return None
        found[leaf] = low.numerator, low.denominator
    for place in module.inner:
        node = formula.nodes[place]
        if isinstance(node, AtLeastOf):
            if not _is_short(node):
                return None
            found[place] = up_of(node, [found[member] for member in node.members])
    return Fraction(*found[module.top])


def _is_short(node: Node) -> bool:
    """Whether the members of a gate can be counted one by one in no time."""
    return not isinstance(node, AtLeastOf) or node.needed * len(node.members) <= MOST_STEPS
