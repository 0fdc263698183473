"""The smallest single changes of the contracts that would each let a chain support what is promised on it.

The problem: "unsupported" is no help by itself. The relationship manager wants to know what to ask for, from whom, and
how much: raise one contract, or add a second provider, or promise less.

Example: a series of 99.5 and 99.95 under 99.9: the first has to be raised to 99.95 (99.95 x 99.95 is 99.900025, and
99.94 would not do); or a second provider beside it, promising 90 %, does as much.

What is expected is linear in each single promise, so the least is worked out exactly. What is guaranteed rises with
each single promise, ever more slowly the better it is already, so a few chords find the least. Whatever is proposed has
been tried and closes the gap.

Limits: one promise at a time; of many supporting services the `MOST_TRIED` are tried that are likely to gain most
(`gaining`), of a very large chain none. A second provider is taken to fail independently of the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ola.alignment.support import Support
from ola.alignment.underpinning import Promise

MOST_TRIED: Final = 8
_MANY: Final = 1_000
"""In a chain of more gates and services than this no changes are tried."""
_PLACES: Final = (2, 3, 4, 5, 6)
_CHORDS: Final = 12
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that is enough: the promise to ``raised`` percent, or a second provider of ``second`` percent."""

    promise: Promise
    raised: Fraction | None
    second: Fraction | None


def binding_service(support: Support) -> str:
    """The supporting service whose perfection would gain most; of several the first by name.

    Of a very large chain it is the one that is likely to gain most, of one that is only bounded the weakest promise.
    """
    if support.weakest is not None:
        return support.weakest[0]
    names = _tried(support)
    if len(support.formula.nodes) > _MANY or (support.is_unreachable and not support.is_reckoned_quickly):
        return names[0]
    gained = {name: _gain(support, name) for name in names}
    return min(names, key=lambda name: (-gained[name], name))


def closing_changes(support: Support) -> tuple[Change, ...]:
    """For each supporting service the least single change that closes the gap; those that gain most first."""
    if support.bound is not None or len(support.formula.nodes) > _MANY:
        return ()
    if not support.is_unreachable:
        change, names = _of_guaranteed, _tried(support)
    elif not support.expected.is_exact:
        return ()
    else:
        # What takes long to reckon is reckoned again for the one service that is likely to gain most.
        change = _of_expected
        names = _tried(support) if support.is_reckoned_quickly else _tried(support)[:1]
    if len(names) > 1:
        names = sorted(names, key=lambda name: (-_gain(support, name), name))
    found = [change(support, name) for name in names]
    return tuple(each for each in found if each is not None)


def _tried(support: Support) -> Sequence[str]:
    return support.gaining_most_first[:MOST_TRIED]


def _gain(support: Support, name: str) -> Fraction:
    """By how much the whole would gain from the perfection of one service; worked out once."""
    if name not in support.gains:
        support.gains[name] = _worked_out_gain(support, name)
    return support.gains[name]


def _worked_out_gain(support: Support, name: str) -> Fraction:
    if support.is_unreachable and support.is_reckoned_quickly:
        return support.slope(name) * (_ONE - support.chance(name))
    return support.guaranteed_without_failures_of(name) - support.guaranteed


def _of_expected(support: Support, name: str) -> Change | None:
    slope, now = support.slope(name), support.chance(name)

    def with_chance(chance: Fraction) -> Fraction:
        return support.expected.low + slope * (chance - now)

    if slope == 0 or with_chance(_ONE) < support.target:
        return None
    needed = now + (support.target - support.expected.low) / slope
    raised = _least(needed, lambda chance: with_chance(chance) >= support.target)
    second = None
    if now < 1:
        second = _least(
            _ONE - (_ONE - needed) / (_ONE - now),
            lambda chance: with_chance(_ONE - (_ONE - now) * (_ONE - chance)) >= support.target,
        )
    if raised is None and second is None:
        return None
    return Change(support.promises[name][0], raised, second)


def _of_guaranteed(support: Support, name: str) -> Change | None:
    """The least promise that guarantees the target: from one that is more than enough down along chords.

    What is guaranteed is concave in what a promise allows, so a chord from perfection to too little meets the target
    where a little less would still do, and the next chord is nearer.
    """
    best = support.guaranteed_with(name, _ONE)
    if best < support.target:
        return None
    now = support.chance(name)
    chance, guaranteed = now, support.guaranteed_with(name, now)
    for _ in range(_CHORDS):
        if guaranteed >= support.target or best == guaranteed:
            break
        chance = _ONE - (_ONE - chance) * (best - support.target) / (best - guaranteed)
        guaranteed = support.guaranteed_with(name, chance)
    raised = _least(chance, lambda each: each > now and support.guaranteed_with(name, each) >= support.target)
    return None if raised is None else Change(support.promises[name][0], raised, None)


def _least(at_least: Fraction, is_enough: Callable[[Fraction], bool]) -> Fraction | None:
    """The least percent below 100 of as few places as can be, not below a bound, that is enough; None for none."""
    for places in _PLACES:
        steps = 100 * 10**places
        low, high = max(-(-at_least * steps // 1), 0), steps - 1
        if low > high:
            continue
        if is_enough(Fraction(low, steps)):
            return Fraction(100 * low, steps)
        if not is_enough(Fraction(high, steps)):
            continue
        while low < high:
            middle = (low + high) // 2
            if is_enough(Fraction(middle, steps)):
                high = middle
            else:
                low = middle + 1
        return Fraction(100 * high, steps)
    return None
