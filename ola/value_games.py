"""Games over the value of a metric: what it would have been, had some parties kept their promises.

The problem: seconds of downtime and late tickets can be taken apart piece by piece, but a percentage of counts, a mean,
a percentile and a composite cannot: what a party's rows mean depends on everybody's. So such a breach is one occasion,
whose quantity is how far the value lies beyond the target, and of which every coalition has a value (3.3).

Example: target 95 % of 200 calls. Sales answered 90 of 100 in time, the desk 80 of 100: 170, 20 short of 190. Had the
desk kept its promise of 95 %, sales alone would have been 5 short; the desk alone 15. Shares 1/4 and 3/4.

Promises: a party's own level of the same kind with the same name, else of the same measure, else the SLA's target. A
supplier's side outside the coalition has the promise of its own contract with the provider; its parties' own promises
count only inside the side, and never make it better than what it had promised as a whole.

Limits: with more than `MOST_GROUPS` parties the quantity is divided by how much each was worse than its promise, and
the trace says so. No failure ever makes the value better, because outside rows are the better of what was and what was
promised.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from domain.agreements import Direction
from ola.games import GameTooLarge, Groups, Numbers

MOST_GROUPS: Final = 14
"""The most groups of players whose coalitions' values are all worked out."""

Values = Callable[[Groups], Numbers]
"""The value for every coalition of groups of players."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueOccasion:
    """A whole breach as one occasion; ``values`` gives the level's value, ``distance`` how far it misses the target."""

    players: tuple[int, ...]
    values: Values
    distance: Callable[[Fraction], Fraction]
    weights: tuple[Fraction, ...]
    """By how much each player, by itself, was worse than its promise: what too large a game is divided by."""
    excused: tuple[int, ...] = ()

    def quantities(self, groups: Groups) -> Numbers:
        """How far the value lies beyond the target, per coalition of the groups."""
        return _each(self.readings(groups), self.distance)

    def unrelieved(self, groups: Groups) -> Numbers:
        """The same: nothing of a value is relieved."""
        return self.quantities(groups)

    def readings(self, groups: Groups) -> Numbers:
        """What the consequence is asked about: the value itself, which is known also where the target is met.

        Raises GameTooLarge beyond `MOST_GROUPS` groups.
        """
        if len(groups) > MOST_GROUPS:
            raise GameTooLarge(
                f"{len(groups)} parties took part; the value is worked out for at most {MOST_GROUPS} at once."
            )
        return self.values(groups)

    def by_weight(self, whole: Fraction) -> dict[int, Fraction]:
        """A quantity divided by what each player was worse than its promise, where the game is too large."""
        total = sum(self.weights, start=Fraction(0))
        if not total:
            return dict.fromkeys(self.players, whole / len(self.players))
        return {
            player: whole * weight / total for player, weight in zip(self.players, self.weights, strict=True)
        }


def _each(values: Numbers, function: Callable[[Fraction], Fraction]) -> Numbers:
    known: dict[Fraction, Fraction] = {}
    result: Numbers = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        if value not in known:
            known[value] = function(value)
        result[position] = known[value]
    return result


@dataclass(frozen=True, slots=True)
class SideSums:
    """One side's numerators: of each player as it was and as it promised; and of the side as it promised as a whole."""

    players: tuple[int, ...]
    actual: tuple[Fraction, ...]
    kept: tuple[Fraction, ...]
    as_promised: Fraction | None = None

    def by_coalition(self, inside: Sequence[frozenset[int]], direction: Direction) -> list[Fraction]:
        """The side's numerator for each set of its players that did what they did."""
        worse = min if direction is Direction.AT_LEAST else max
        alone = sum(self.kept, start=Fraction(0))
        outside = alone if self.as_promised is None else self.as_promised
        found = []
        for chosen in inside:
            if not chosen:
                found.append(outside)
                continue
            pairs = zip(self.players, self.actual, self.kept, strict=True)
            partly = sum((a if p in chosen else k for p, a, k in pairs), start=Fraction(0))
            found.append(worse(partly, outside))
        return found


def sums_of(sides: Sequence[SideSums], direction: Direction, value: Callable[[Fraction], Fraction]) -> Values:
    """The values of a metric of sums: each coalition's numerator is the sum of what the sides come to."""

    def values(groups: Groups) -> Numbers:
        total: Numbers = np.full(2 ** len(groups), Fraction(0), dtype=object)
        for side in sides:

            def of_side(sets: Sequence[frozenset[int]], side: SideSums = side) -> list[Fraction]:
                return side.by_coalition(sets, direction)

            total = total + spread(groups, frozenset(side.players), of_side)
        return _each(total, value)

    return values


def spread(
    groups: Groups,
    members: frozenset[int],
    of_subsets: Callable[[Sequence[frozenset[int]]], Sequence[object]],
) -> Numbers:
    """What depends on some members only, for every coalition of the groups: worked out once a subset of them."""
    bits = [bit for bit, group in enumerate(groups) if group & members]
    subsets = [frozenset[int]()]
    for bit in bits:
        subsets += [subset | (groups[bit] & members) for subset in subsets]
    found: Numbers = np.empty(len(subsets), dtype=object)
    for position, each in enumerate(of_subsets(subsets)):
        found[position] = each
    masks = np.arange(2 ** len(groups), dtype=np.int64)
    index = np.zeros(len(masks), dtype=np.int64)
    for position, bit in enumerate(bits):
        index |= ((masks >> bit) & 1) << position
    return found[index]
