"""The chance of a module by each combination of its shared services' states: slow and sure.

The problem: where a decision diagram grows too large, something has to be exact all the same, and with twenty shared
services a million combinations can be gone through at once, as columns.

Example: two gates that share s: their columns have one entry where s is down and one where it is up; mixed by the
chance of s at the first gate under which both lie.

Of very few shared services (`MOST_OF_FEW`) no diagram is worth drawing: their few combinations are gone through one by
one (`few_combinations`).

Limits: each shared service doubles the work.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

from ola.alignment.chances import LONGEST, Chance, at_least
from ola.alignment.folding import up_of
from ola.alignment.modules import Module, members_of, ways_down
from ola.alignment.structure import AtLeastOf, Formula

MOST_OF_FEW: Final = 3


def few_combinations(
    formula: Formula, module: Module, known: Mapping[int, tuple[Fraction, Fraction]], shared: Sequence[int]
) -> tuple[Fraction, Fraction]:
    """The same of very few shared services, in whole numbers where all chances are exact and short."""
    length = sum(known[leaf][0].denominator.bit_length() for leaf in module.leaves)
    if length > LONGEST or any(known[leaf][0] != known[leaf][1] for leaf in module.leaves):
        return each_combination(formula, module, known, shared)
    gates = [(place, formula.nodes[place]) for place in module.inner]
    chances = {leaf: known[leaf][0].as_integer_ratio() for leaf in module.leaves}
    weights = [chances[leaf] for leaf in shared]
    ups, whole = 0, 1
    for states in product((0, 1), repeat=len(shared)):
        weight = prod(up if state else of - up for state, (up, of) in zip(states, weights, strict=True))
        chances.update(zip(shared, ((state, 1) for state in states), strict=True))
        for place, node in gates:
            if isinstance(node, AtLeastOf):
                chances[place] = up_of(node, [chances[member] for member in node.members])
        up, whole = chances[module.top]  # The denominator is that of the other leaves in every combination.
        ups += weight * up
    chance = Fraction(ups, whole * prod(of for _, of in weights))
    return chance, chance


def each_combination(
    formula: Formula, module: Module, known: Mapping[int, tuple[Fraction, Fraction]], shared: Sequence[int]
) -> tuple[Fraction, Fraction]:
    """The chance of a module, given those of its leaves; the ``shared`` ones are conditioned on."""
    axes = max(len(shared), 1)
    plain = {leaf: Chance.of(*known[leaf], axes) for leaf in module.leaves}
    chances = plain | {leaf: Chance.conditioned(axis, axes) for axis, leaf in enumerate(shared)}
    ends = _ends(formula, module, shared)
    last = {member: place for place in module.inner for member in members_of(formula, place)}
    for place in module.inner:
        node = formula.nodes[place]
        if not isinstance(node, AtLeastOf):
            raise TypeError("Only gates have members.")
        members = [chances[member] for member in node.members]
        ending = [(axis, plain[leaf]) for axis, leaf in enumerate(shared) if axis in ends.get(place, ())]
        chances[place] = _combined(node, members, ending)
        for member in node.members:
            if last[member] == place:
                # A million entries take a hundred megabytes, so what nobody reads any more is given back.
                chances.pop(member, None)
    return chances[module.top].bounds()


def _ends(formula: Formula, module: Module, shared: Sequence[int]) -> dict[int, set[int]]:
    """Where each shared leaf can be mixed out: the first gate that all its ways lead through, itself on one way."""
    down = ways_down(formula, module)
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
