"""The smallest single changes of the contracts that would each let a chain support what is promised on it.

The problem: "unsupported" is no help by itself. The relationship manager wants to know what to ask for, from whom, and
how much: raise one contract, or add a second provider, or promise less.

Example: a series of 99.5 and 99.95 under 99.9: the first has to be raised to 99.95 (99.95 x 99.95 is 99.900025, and
99.94 would not do); or a second provider beside it, promising 90 %, does as much.

Expected availability is linear in each single promise, so the least is worked out exactly; what is guaranteed never
falls when one promise rises, so the least of so many places is found by halving. Whatever is proposed has been tried
and closes the gap.

Limits: one promise at a time; of many supporting services the weakest `MOST_TRIED` are tried. A second provider is
taken to fail independently of the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ola.alignment.support import Support
from ola.alignment.underpinning import Promise

MOST_TRIED: Final = 8
_PLACES: Final = (2, 3, 4, 5, 6)
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that is enough: the promise to ``raised`` percent, or a second provider of ``second`` percent."""

    promise: Promise
    raised: Fraction | None
    second: Fraction | None


def binding_service(support: Support) -> str:
    """The supporting service whose perfection would gain most; of several the first by name."""
    names = _tried(support)
    gained = {name: _gain(support, name) for name in names}
    return min(names, key=lambda name: (-gained[name], name))


def closing_changes(support: Support) -> tuple[Change, ...]:
    """For each supporting service the least single change that closes the gap; those that gain most first."""
    names = sorted(_tried(support), key=lambda name: (-_gain(support, name), name))
    found = [_change(support, name) for name in names]
    return tuple(change for change in found if change is not None)


def _tried(support: Support) -> list[str]:
    return sorted(support.promises, key=lambda name: (support.chance(name), name))[:MOST_TRIED]


def _gain(support: Support, name: str) -> Fraction:
    if support.is_unreachable:
        return support.expected_with(name, _ONE).low - support.expected.low
    return support.guaranteed_without_failures_of(name) - support.guaranteed


def _change(support: Support, name: str) -> Change | None:
    if not support.is_unreachable:
        raised = _least(
            support.chance(name), lambda chance: support.guaranteed_with(name, chance) >= support.target
        )
        return None if raised is None else Change(support.promises[name][0], raised, None)
    up, down = support.expected_with(name, _ONE).low, support.expected_with(name, Fraction(0)).low
    if up < support.target or up == down:
        return None
    needed = (support.target - down) / (up - down)
    raised = _least(needed, lambda chance: support.expected_with(name, chance).low >= support.target)
    first = support.chance(name)

    def with_second(chance: Fraction) -> bool:
        pair = _ONE - (_ONE - first) * (_ONE - chance)
        return support.expected_with(name, pair).low >= support.target

    second = _least(_ONE - (_ONE - needed) / (_ONE - first), with_second) if first < 1 else None
    if raised is None and second is None:
        return None
    return Change(support.promises[name][0], raised, second)


def _least(at_least: Fraction, is_enough: Callable[[Fraction], bool]) -> Fraction | None:
    """The least percent below 100 of as few places as can be that is enough; None where only 100 would be."""
    for places in _PLACES:
        steps = 100 * 10**places
        low, high = max(-(-at_least * steps // 1), 0), steps - 1
        if low > high or not is_enough(Fraction(high, steps)):
            continue
        while low < high:
            middle = (low + high) // 2
            if is_enough(Fraction(middle, steps)):
                high = middle
            else:
                low = middle + 1
        return Fraction(100 * high, steps)
    return None
