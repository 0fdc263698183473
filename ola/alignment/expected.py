"""What a chain is expected to give if failures are independent, exact through gates, however services are shared.

The problem: two tiers that both need one 99.9 data centre are up 99.9 % of the time, not 99.8001: what is shared fails
once. So shared services are conditioned on: the chance is worked out for each combination of their states, and mixed.

Example (E25): 99.95 and 99.99 in series: 99.940005. 2 of 3 at 99: 99.9702.

The formula is taken apart into modules, which have nothing in common with the rest; within one, a leaf that is reached
by more than one way is conditioned on, and mixed out again at the first gate under which all those ways run.

Limits: exact for up to `MOST_SHARED` leaves that are shared within one module (each doubles the work). Beyond that the
figures are bounds, so labelled: members of a gate that share something are positively associated, so all of them are
up at least as often as if they were independent, and any of them at most as often.

References: R. E. Barlow and F. Proschan, "Statistical Theory of Reliability and Life Testing" (1975), 2.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ola.alignment.chances import Chance, at_least
from ola.alignment.guaranteed import longest_failure
from ola.alignment.modules import Module, members_of, modules_of
from ola.alignment.structure import UP, AtLeastOf, Formula, Promised

MOST_SHARED: Final = 20
"""So many shared services of one module are conditioned on; with more, the figures are bounds."""

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Expected:
    """The chance that the whole is up, from 0 to 1; ``is_exact`` unless too much is shared, then low and high differ.

    Of an exact one low and high may still differ in the hundredth digit, where it has too many to write down.
    """

    low: Fraction
    high: Fraction
    is_exact: bool


def expected(formula: Formula, chances: Mapping[str, Fraction]) -> Expected:
    """The chance of a formula, given the chance (0 to 1) that each promised service is up."""
    if formula.top == UP:
        return Expected(_ONE, _ONE, is_exact=True)
    known: dict[int, tuple[Fraction, Fraction]] = {}
    for place, node in enumerate(formula.nodes):
        if isinstance(node, Promised):
            known[place] = (chances[node.service], chances[node.service])
    is_exact = True
    for module in modules_of(formula):
        shared = _shared(formula, module)
        if len(shared) <= MOST_SHARED:
            known[module.top] = _conditioned(formula, module, known, shared)
        else:
            known[module.top] = _bounded(formula, module, known, shared)
            is_exact = False
    return Expected(*known[formula.top], is_exact)


def _shared(formula: Formula, module: Module) -> tuple[int, ...]:
    """The leaves of a module that are reached from its top by more than one way."""
    ways = _ways_down(formula, module)
    return tuple(leaf for leaf in module.leaves if ways[leaf] > 1)


def _ways_down(formula: Formula, module: Module) -> dict[int, int]:
    """By how many ways each place is reached from the top."""
    ways = dict.fromkeys((*module.inner, *module.leaves), 0)
    ways[module.top] = 1
    for place in reversed(module.inner):
        for member in members_of(formula, place):
            ways[member] += ways[place]
    return ways


# ------------------------------------------------------------------------------------------------- exact


def _conditioned(
    formula: Formula, module: Module, known: Mapping[int, tuple[Fraction, Fraction]], shared: Sequence[int]
) -> tuple[Fraction, Fraction]:
    axes = max(len(shared), 1)
    plain = {leaf: Chance.of(*known[leaf], axes) for leaf in module.leaves}
    chances = plain | {leaf: Chance.conditioned(axis, axes) for axis, leaf in enumerate(shared)}
    ends = _ends(formula, module, shared)
    for place in module.inner:
        node = formula.nodes[place]
        if not isinstance(node, AtLeastOf):
            raise TypeError("Only gates have members.")
        members = [chances[member] for member in node.members]
        ending = [(axis, plain[leaf]) for axis, leaf in enumerate(shared) if axis in ends.get(place, ())]
        chances[place] = _combined(node, members, ending)
    return chances[module.top].bounds()


def _ends(formula: Formula, module: Module, shared: Sequence[int]) -> dict[int, set[int]]:
    """Where each shared leaf can be mixed out: the first gate that all its ways lead through, itself on one way."""
    down = _ways_down(formula, module)
    ends: dict[int, set[int]] = {}
    for axis, leaf in enumerate(shared):
        below = {leaf: 1}
        for place in module.inner:
            ways = sum(below.get(member, 0) for member in members_of(formula, place))
            below[place] = ways
            if down[place] == 1 and ways == down[leaf]:
                ends.setdefault(place, set()).add(axis)
                break
    return ends


def _combined(node: AtLeastOf, members: list[Chance], ending: list[tuple[int, Chance]]) -> Chance:
    """A gate's chance, with the services mixed out that matter nowhere else, as early as can be."""
    if not node.needs_all and node.needed > 1:
        whole = at_least(node.needed, members)
        for axis, up in ending:
            whole = whole.without(axis, up)
        return whole
    parts = members if node.needs_all else [member.complement() for member in members]
    last = {axis: max(i for i, part in enumerate(parts) if part.depends_on(axis)) for axis, _ in ending}
    # What is conditioned on is mixed by its chance of being up whether the product is of ups or of downs.
    whole = parts[0]
    for index, part in enumerate(parts):
        whole = whole if index == 0 else whole.times(part)
        for axis, up in ending:
            if last[axis] == index:
                whole = _mixed_out(whole, axis, up, is_up=node.needs_all)
    return whole if node.needs_all else whole.complement()


def _mixed_out(whole: Chance, axis: int, up: Chance, *, is_up: bool) -> Chance:
    """Mixed out; a chance of being down falls where the service is up, so its lower bound takes the upper chance."""
    return whole.without(axis, up) if is_up else whole.complement().without(axis, up).complement()


# ------------------------------------------------------------------------------------------------ bounds


def _bounded(
    formula: Formula, module: Module, known: Mapping[int, tuple[Fraction, Fraction]], shared: Sequence[int]
) -> tuple[Fraction, Fraction]:
    bounds = {leaf: known[leaf] for leaf in module.leaves}
    marks = {leaf: 1 << index for index, leaf in enumerate(shared)}
    below = {leaf: marks.get(leaf, 0) for leaf in module.leaves}
    for place in module.inner:
        node = formula.nodes[place]
        if not isinstance(node, AtLeastOf):
            raise TypeError("Only gates have members.")
        seen, is_apart = 0, True
        for member in node.members:
            is_apart = is_apart and not seen & below[member]
            seen |= below[member]
        below[place] = seen
        members = [bounds[member] for member in node.members]
        if is_apart:
            chances = [Chance.of(low, high, 1) for low, high in members]
            bounds[place] = _cut(*at_least(node.needed, chances).bounds())
        else:
            bounds[place] = _cut(*_associated(node.needed, members))
    return bounds[module.top]


def _associated(needed: int, members: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """Bounds for at least so many of some members that share services."""
    failing = len(members) - needed + 1
    lows = [low for low, _ in members]
    highs = [high for _, high in members]
    low = max(
        _product(sorted(lows)[-needed:]), _ONE - longest_failure(needed, [_ONE - each for each in lows])
    )
    down = max(
        _product(sorted(_ONE - each for each in highs)[-failing:]), _ONE - longest_failure(failing, highs)
    )
    return low, _ONE - down


def _product(chances: Sequence[Fraction]) -> Fraction:
    product = Chance.of(_ONE, _ONE, 1)
    for chance in chances:
        product = product.times(Chance.of(chance, chance, 1))
    return product.bounds()[0]


_PLACES: Final = 256


def _cut(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds with no more digits than they need, rounded outwards."""
    scale = 1 << _PLACES
    return (
        Fraction(low.numerator * scale // low.denominator, scale),
        Fraction(-(-high.numerator * scale // high.denominator), scale),
    )
