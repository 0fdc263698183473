"""Bounds for chains too large and too entangled to be reckoned one by one, worked out once a service for all.

The problem: under a thousand promises lie the same ten thousand gates, each sharing services with most others. Neither
can their chances be worked out exactly, nor is there time to bound them for each promise anew.

Example: two tiers that need one data centre of 99.9 and a network of 99.5 each: what they need without alternative is
kept as a set, in which the data centre stands once, so both together are guaranteed at 100 - 0.1 - 0.5 - 0.5.

*Downtime at most*: of gates that need all, the sum over the distinct parts they need without alternative; of others
Rüger's bound (`guaranteed`). *Chance*: members that have nothing in common are independent; others are positively
associated, so that products bound them from one side and the extremes from the other (`bounds`).

All figures are whole numbers of 2**-`_PLACES`, rounded to the safe side at each step.

Limits: valid, not tight; more than `_MOST_PARTS` parts are no longer told apart. Whether members have something in
common is read from 4,096 marks, so that some that have not are taken for some that have, never the other way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ola.alignment.gathering import Gathered
from ola.alignment.underpinning import Asked, Promise, Underpinning

_PLACES: Final = 192
_WHOLE: Final = 1 << _PLACES
_MOST_PARTS: Final = 64
_MARKS: Final = 4_096
_MOST_COUNTED: Final = 4_096


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is needed without alternative: the most it is down, and the least chance that it is up."""

    downtime: int
    low: int


@dataclass(frozen=True, slots=True)
class CommonBound:
    """What a service or a gate comes to: ``downtime`` at most, the chance from ``low`` to ``high``.

    ``parts`` are what it needs without alternative, by a name of their own (None: too many). ``marks`` are of the
    promised services below. ``kinds`` are the bits of the kinds of promises below, ``weakest`` is the percentage
    (of `_WHOLE`) and the service of the weakest of them.
    """

    downtime: int
    low: int
    high: int
    parts: dict[object, Part] | None
    marks: int
    kinds: int
    weakest: tuple[int, str] | None
    differs_for: int

    @property
    def expected(self) -> tuple[Fraction, Fraction]:
        """The lower and the upper chance, from 0 to 1."""
        return Fraction(self.low, _WHOLE), Fraction(self.high, _WHOLE)

    @property
    def guaranteed(self) -> Fraction:
        """The part of the time that is certain."""
        return Fraction(_WHOLE - self.downtime, _WHOLE)


_UP: Final = CommonBound(0, _WHOLE, _WHOLE, {}, 0, 0, None, 0)


def common_bounds(
    underpinning: Underpinning, asked: Asked, chance: Callable[[Sequence[Promise]], Fraction]
) -> Gathered[CommonBound]:
    """The bounds of all services in one time that is asked about; ``chance`` chooses among promises of one service."""
    chain = underpinning.chain

    def needs_of(service: str, asker: int) -> Sequence[str]:
        return () if underpinning.stops_at(service, asker) else chain.needs[service]

    def value_of(service: str, asker: int, known: Callable[[str], CommonBound]) -> CommonBound:
        differs = underpinning.differs_for(service)
        promises = underpinning.stops_at(service, asker)
        if promises:
            down, up = underpinning.downtime(promises, asked), chance(promises)
            downtime = -(-down.numerator * _WHOLE // down.denominator)
            low = up.numerator * _WHOLE // up.denominator
            part: dict[object, Part] = {service: Part(downtime, low)}
            weakest = low, service
            return CommonBound(
                downtime, low, -(-up.numerator * _WHOLE // up.denominator), part,
                1 << (chain.rank[service] % _MARKS), underpinning.kind_of(promises), weakest, differs,
            )  # fmt: skip
        done: list[CommonBound] = []
        for needed, needs in chain.steps(service):
            members = [
                known(need) if isinstance(need, str) else _UP if need is None else done[need]
                for need in needs
            ]
            done.append(_of_gate(needed, members, (service, len(done))))
        if not done:
            return CommonBound(0, _WHOLE, _WHOLE, {}, 0, 0, None, differs)
        whole = done[-1]
        if not differs & ~whole.differs_for:
            return whole
        return CommonBound(
            whole.downtime, whole.low, whole.high, whole.parts, whole.marks, whole.kinds, whole.weakest,
            whole.differs_for | differs,
        )  # fmt: skip

    return Gathered(chain, needs_of, value_of)


def _of_gate(needed: int, members: list[CommonBound], name: object) -> CommonBound:
    marks = kinds = differs = 0
    is_apart = True
    weakest = None
    left = []
    for member in members:
        differs |= member.differs_for
        if member.low == _WHOLE and not member.marks:
            continue
        left.append(member)
        is_apart = is_apart and not marks & member.marks
        marks |= member.marks
        kinds |= member.kinds
        if weakest is None or (member.weakest is not None and member.weakest < weakest):
            weakest = member.weakest
    needed -= len(members) - len(left)
    if needed <= 0:
        return CommonBound(0, _WHOLE, _WHOLE, {}, 0, 0, None, differs)
    if len(left) == 1:
        only = left[0]
        return CommonBound(
            only.downtime, only.low, only.high, only.parts, marks, kinds, weakest, differs | only.differs_for
        )
    if needed == len(left):
        return _all_of(left, marks, kinds, weakest, differs, is_apart=is_apart)
    downtime = _longest_failure(needed, [member.downtime for member in left])
    low, high = _some_of(needed, left, is_apart=is_apart)
    part: dict[object, Part] = {name: Part(downtime, low)}
    return CommonBound(downtime, low, high, part, marks, kinds, weakest, differs)


def _all_of(
    members: list[CommonBound],
    marks: int,
    kinds: int,
    weakest: tuple[int, str] | None,
    differs: int,
    *,
    is_apart: bool,
) -> CommonBound:
    parts: dict[object, Part] | None = {}
    downtime, low, high = 0, _WHOLE, _WHOLE
    for member in members:
        downtime += member.downtime
        low = low * member.low >> _PLACES
        high = -(-high * member.high >> _PLACES) if is_apart else min(high, member.high)
        if parts is not None:
            parts = None if member.parts is None else parts | member.parts
            parts = None if parts is None or len(parts) > _MOST_PARTS else parts
    if parts is not None and not is_apart:
        together = _WHOLE
        for part in parts.values():
            together = together * part.low >> _PLACES
        downtime = min(downtime, sum(part.downtime for part in parts.values()))
        low = max(low, together)
    return CommonBound(min(_WHOLE, downtime), low, high, parts, marks, kinds, weakest, differs)


def _longest_failure(needed: int, downtimes: list[int]) -> int:
    """Rüger's bound of `guaranteed.longest_failure`, rounded up."""
    together = len(downtimes) - needed + 1
    if needed == 1:
        return min(downtimes)
    ordered = sorted(downtimes)
    rest = sum(ordered)
    bound = _WHOLE
    for always_down in range(together):
        bound = min(bound, -(-rest // (together - always_down)))
        rest -= ordered[len(ordered) - 1 - always_down]
    return bound


def _some_of(needed: int, members: list[CommonBound], *, is_apart: bool) -> tuple[int, int]:
    """The chance that at least so many of some members are up."""
    lows, highs = [member.low for member in members], [member.high for member in members]
    if is_apart and needed * len(members) <= _MOST_COUNTED:
        return _counted(needed, lows, is_low=True), _counted(needed, highs, is_low=False)
    failing = len(members) - needed + 1
    low = max(
        _product(sorted(lows)[-needed:]), _WHOLE - _longest_failure(needed, [_WHOLE - each for each in lows])
    )
    down = max(
        _product(sorted(_WHOLE - each for each in highs)[-failing:]),
        _WHOLE - _longest_failure(failing, highs),
    )
    return low, _WHOLE - down


def _product(chances: list[int]) -> int:
    product = _WHOLE
    for chance in chances:
        product = product * chance >> _PLACES
    return product


def _counted(needed: int, chances: list[int], *, is_low: bool) -> int:
    """Independent members counted one by one; what is rounded off each time is at most one part of 2**`_PLACES`."""
    exactly = [_WHOLE] + [0] * needed
    for chance in chances:
        for count in range(needed, 0, -1):
            stays = exactly[count] if count == needed else exactly[count] * (_WHOLE - chance) >> _PLACES
            exactly[count] = stays + (exactly[count - 1] * chance >> _PLACES)
        exactly[0] = exactly[0] * (_WHOLE - chance) >> _PLACES
    # Each step rounds down; so the sum is a lower bound, and less than two parts a step below the true one.
    return exactly[needed] if is_low else min(_WHOLE, exactly[needed] + 2 * len(chances) * (needed + 1))
