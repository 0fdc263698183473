"""Which services a chain would gain most from, if each of them never failed: where to look for what binds.

The problem: a chain stands on hundreds of promises, and what each would gain cannot be worked out exactly for all of
them. The weakest promises are no guide: four spares of 90 % side by side matter less than the one host of 99.5 %.

Example: a host of 99.5 % beside two spares of 90 %, all needed: the host's perfection gains half a percent, a spare's
nearly one, for without the other both are as good as up: the spares come first. With four spares side by side they fail
together once in ten thousand, and the host comes first.

The way: what each gate is down is reckoned upwards, once. What the whole would gain goes down again: a gate's part of
it is divided by how much less the gate would be down without each member's failures. Where nothing is shared that is
exact; of what is shared the ways are added.

Limits: an order in which to try, no figure: all is rounded to `_WHOLE`, what is shared counts as if it were not, and of
a gate that needs some of more than `_MOST_MEMBERS` members each is taken to gain what the whole gate would.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Final

from ola.alignment.structure import UP, AtLeastOf, Formula

_WHOLE: Final = 1 << 64
_MOST_MEMBERS: Final = 40
_MOST_STEPS: Final = 4_000


def most_to_gain_first(
    formula: Formula, downtime: Mapping[str, Fraction], *, is_independent: bool
) -> tuple[str, ...]:
    """The promised services, those whose perfection gains most first; then the weakest, then by name.

    ``downtime`` is the part of the time (0 to 1) that each may be down; ``is_independent``: whether failures fall
    independently, or as unluckily as can be.
    """
    if formula.top == UP:
        return ()
    down = [0] * len(formula.nodes)
    for place, node in enumerate(formula.nodes):
        if isinstance(node, AtLeastOf):
            down[place] = _down(
                node.needed, [down[each] for each in node.members], is_independent=is_independent
            )
        else:
            down[place] = int(downtime[node.service] * _WHOLE)
    gain = [0] * len(formula.nodes)
    gain[formula.top] = down[formula.top]
    ranked = []
    for place in range(len(formula.nodes) - 1, -1, -1):
        node = formula.nodes[place]
        if not isinstance(node, AtLeastOf):
            ranked.append((-gain[place], -down[place], node.service))
        elif gain[place]:
            downs = [down[each] for each in node.members]
            without = _down_without_each(node.needed, downs, down[place], is_independent=is_independent)
            for member, left in zip(node.members, without, strict=True):
                gain[member] += gain[place] * max(0, down[place] - left) // down[place]
    return tuple(name for _, _, name in sorted(ranked))


def _down(needed: int, downs: Sequence[int], *, is_independent: bool) -> int:
    """What a gate is down that needs so many of its members."""
    failing = len(downs) - needed + 1
    if failing <= 0:
        return _WHOLE
    if failing > len(downs):
        return 0
    if is_independent and failing == 1:
        return _WHOLE - _together([_WHOLE - each for each in downs])
    if is_independent and needed == 1:
        return _together(downs)
    if is_independent and failing * len(downs) <= _MOST_STEPS:
        return _at_least(failing, downs)
    return _unluckily(failing, downs)


def _down_without_each(
    needed: int, downs: Sequence[int], whole: int, *, is_independent: bool
) -> Sequence[int]:
    """What a gate that is down for ``whole`` would be down if each of its members in turn never failed."""
    if needed == 1:
        return [0] * len(downs)
    if needed == len(downs):
        if not is_independent:
            total = sum(downs)
            return [min(_WHOLE, total - each) for each in downs]
        ups = [_WHOLE - each for each in downs]
        before = list(accumulate(ups, _both, initial=_WHOLE))
        after = list(accumulate(reversed(ups), _both, initial=_WHOLE))[::-1]
        return [_WHOLE - _both(before[place], after[place + 1]) for place in range(len(ups))]
    if len(downs) > _MOST_MEMBERS:
        return [0] * len(downs)
    return [
        min(whole, _down(needed - 1, [*downs[:place], *downs[place + 1 :]], is_independent=is_independent))
        for place in range(len(downs))
    ]


def _both(one: int, other: int) -> int:
    return one * other // _WHOLE


def _together(parts: Sequence[int]) -> int:
    found = _WHOLE
    for part in parts:
        found = _both(found, part)
    return found


def _at_least(failing: int, downs: Sequence[int]) -> int:
    """The chance that at least so many are down at once."""
    counts = [_WHOLE] + [0] * failing
    for down in downs:
        counts[failing] += _both(counts[failing - 1], down)
        for count in range(failing - 1, 0, -1):
            counts[count] = _both(counts[count], _WHOLE - down) + _both(counts[count - 1], down)
        counts[0] = _both(counts[0], _WHOLE - down)
    return counts[failing]


def _unluckily(failing: int, downs: Sequence[int]) -> int:
    """The longest that so many can be down at once (Rüger, as in `ola.alignment.guaranteed`, rounded)."""
    ordered = sorted(downs)
    rest, bound = sum(ordered), _WHOLE
    for always_down in range(failing):
        bound = min(bound, rest // (failing - always_down))
        rest -= ordered[len(ordered) - 1 - always_down]
    return bound
