"""What a chain is expected to give if failures are independent, exact through gates, however services are shared.

The problem: two tiers that both need one 99.9 data centre are up 99.9 % of the time, not 99.8001: what is shared fails
once. So shared services are conditioned on: the chance is worked out for each distinct situation that they can be in.

Example (E25): 99.95 and 99.99 in series: 99.940005. 2 of 3 at 99: 99.9702.

The way: the formula is taken apart into modules, which have nothing in common with the rest. One in which nothing is
shared is reckoned gate by gate; one in which something is, by a decision diagram; and one whose diagram grows too
large, by each combination of the shared services' states in turn (`combinations`).

Limits: exact for up to `MOST_SHARED` leaves that are shared within one module, and for more where a diagram stays
small. Beyond that the figures are bounds, so labelled: members of a gate that share something are positively
associated, so all of them are up at least as often as if they were independent, and any of them at most as often.

References: R. E. Barlow and F. Proschan, "Statistical Theory of Reliability and Life Testing" (1975), 2.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Final

from ola.alignment.bounds import bounded
from ola.alignment.chances import LONGEST, Chance, at_least, one_by_one
from ola.alignment.combinations import each_combination
from ola.alignment.diagrams import Bounds, diagram_of
from ola.alignment.modules import Module, grouped, members_of, modules_of, ways_down
from ola.alignment.structure import UP, AtLeastOf, Formula, Promised

MOST_SHARED: Final = 20
"""So many shared services of one module are always conditioned on; with more, the figures may be bounds."""

_ROWS_TO_BE_EXACT: Final = 50_000
_ROWS_TO_BE_TRIED: Final = 2_000
_STEPS: Final = 4_000
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
    _chances: Mapping[int, Bounds] = field(default_factory=dict)
    _leaves: Mapping[str, int] = field(default_factory=dict)
    _within: Mapping[int, tuple[int, Reckon]] = field(default_factory=dict)
    _top: int = UP

    def slope(self, service: str) -> Fraction:
        """By how much the whole rises where a service rises from never up to always up; what it is now is no matter.

        The chance is linear in each single service, so this is all there is to know of it.
        """
        place = self._leaves[service]
        slope = _ONE
        while place != self._top:
            top, reckon = self._within[place]
            up = reckon({**self._chances, place: (_ONE, _ONE)})[0]
            down = reckon({**self._chances, place: (Fraction(0), Fraction(0))})[0]
            slope *= up - down
            place = top
        return slope


def expected(formula: Formula, chances: Mapping[str, Fraction]) -> Expected:
    """The chance of a formula, given the chance (0 to 1) that each promised service is up."""
    if formula.top == UP:
        return Expected(_ONE, _ONE, True, True, {}, {}, {}, UP)
    formula = grouped(formula)
    known: dict[int, Bounds] = {}
    leaves: dict[str, int] = {}
    for place, node in enumerate(formula.nodes):
        if isinstance(node, Promised):
            known[place] = (chances[node.service], chances[node.service])
            leaves[node.service] = place
    is_exact = is_quick = True
    within: dict[int, tuple[int, Reckon]] = {}
    for module in modules_of(formula):
        reckon, module_is_exact, module_is_quick = _reckoning(formula, module)
        known[module.top] = reckon(known)
        within.update((leaf, (module.top, reckon)) for leaf in module.leaves)
        is_exact, is_quick = is_exact and module_is_exact, is_quick and module_is_quick
    low, high = known[formula.top]
    return Expected(low, high, is_exact, is_quick, known, leaves, within, formula.top)


def _reckoning(formula: Formula, module: Module) -> tuple[Reckon, bool, bool]:
    """How a module is reckoned, whether that is exact, and whether it is quick."""
    ways = ways_down(formula, module)
    shared = tuple(leaf for leaf in module.leaves if ways[leaf] > 1)
    if not shared:
        return lambda known: _gate_by_gate(formula, module, known), True, True
    is_bound_to_be_exact = len(shared) <= MOST_SHARED
    diagram = diagram_of(formula, module, _ROWS_TO_BE_EXACT if is_bound_to_be_exact else _ROWS_TO_BE_TRIED)
    if diagram is not None:
        return diagram.chance, True, len(diagram.rows) <= _ROWS_TO_BE_TRIED
    if is_bound_to_be_exact:
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
            members = [found[member] for member in node.members]
            if node.needed * len(members) > _STEPS:
                return None
            whole = prod(denominator for _, denominator in members)
            if node.needs_all:
                up = prod(numerator for numerator, _ in members)
            elif node.needed == 1:
                up = whole - prod(denominator - numerator for numerator, denominator in members)
            else:
                up, _ = one_by_one(node.needed, members)
            found[place] = up, whole
    return Fraction(*found[module.top])
