"""Bounds of the chance of a module that shares more services than can be conditioned on.

The problem: beyond twenty shared services an exact chance may take longer than anybody waits. Bounds that are certainly
right are worth more than a figure that might not be.

Example: two tiers that share something are both up at least as often as the product of their chances, and at most as
often as the rarer of them.

What makes them valid: gates only rise with their members, and services fail independently, so members are positively
associated, however much they share. Members with nothing in common are independent.

Limits: gate by gate; the more is shared, the wider the bounds.

References: R. E. Barlow and F. Proschan, "Statistical Theory of Reliability and Life Testing" (1975), 2.2; J. D. Esary,
F. Proschan and D. W. Walkup, "Association of random variables, with applications" (1967).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from ola.alignment.chances import Chance, at_least
from ola.alignment.guaranteed import longest_failure
from ola.alignment.modules import Module
from ola.alignment.structure import AtLeastOf, Formula

_ONE = Fraction(1)
_PLACES: Final = 256


def bounded(
    formula: Formula, module: Module, known: Mapping[int, tuple[Fraction, Fraction]], shared: Sequence[int]
) -> tuple[Fraction, Fraction]:
    """A lower and an upper bound of a module's chance; the ``shared`` leaves are reached by several ways."""
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


def _cut(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds with no more digits than they need, rounded outwards."""
    scale = 1 << _PLACES
    return (
        Fraction(low.numerator * scale // low.denominator, scale),
        Fraction(-(-high.numerator * scale // high.denominator), scale),
    )
