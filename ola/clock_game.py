"""Clock times that would have been, had some holders of tickets kept their promises.

The problem: a mean or a percentile of clock times is beyond its target, and which tickets make it so changes with
everybody's time: a percentile is another ticket's once the slowest is quicker. So the whole statistic is worked out
again for each coalition, with every ticket's clock taken as for late tickets (`ola.custody`): what the parties in it
spent, and of the others what passed within their own promise.

Example: two tickets of 2 h and 6 h, mean 4 h against 3 h; the vendor (UC 1 h) held the second 5 h of its 6. Without the
vendor the clocks are 2 h and 2 h: the mean is met, and all of the hour beyond is the vendor's.

Limits: one statistic over all tickets for each coalition; work grows with tickets times coalitions.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, ServiceLevel, Statistic
from domain.instants import SECOND
from domain.measure.duration import statistic_of
from ola.custody import Custody
from ola.games import Groups, Numbers
from ola.occasions import Player

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _SideClocks:
    """One side's time on each ticket: of its players as it was and as promised, and of the side as a whole."""

    players: tuple[int, ...]
    spent: tuple[Column, ...]
    allowed: tuple[Column, ...]
    holds: tuple[NDArray[np.bool_], ...]
    outside: Column

    def with_players(self, inside: frozenset[int]) -> Column:
        """The side's time on each ticket where some of its players did what they did."""
        partly = np.zeros_like(self.outside)
        present = np.zeros(len(self.outside), dtype=np.bool_)
        for player, spent, allowed, holds in zip(
            self.players, self.spent, self.allowed, self.holds, strict=True
        ):
            partly += spent if player in inside else allowed
            present |= holds & (player in inside)
        return np.where(present, np.maximum(partly, self.outside), self.outside)


@dataclass(frozen=True, slots=True, eq=False)
class ClockGame:
    """The players of a statistic of clock times, and its value for every coalition of them."""

    players: tuple[Player, ...]
    first_held: tuple[int, ...]
    promises: tuple[tuple[Agreement, ServiceLevel] | None, ...]
    statistic: Statistic
    _sides: tuple[_SideClocks, ...]

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """By how many seconds each player spent more than its promise, over all tickets."""
        found = dict.fromkeys(range(len(self.players)), Fraction(0))
        for side in self._sides:
            for player, spent, allowed in zip(side.players, side.spent, side.allowed, strict=True):
                found[player] = Fraction(int((spent - allowed).sum()), SECOND)
        return tuple(found[player] for player in range(len(self.players)))

    def values(self, groups: Groups) -> Numbers:
        """The statistic, in seconds, per coalition of the groups."""
        result: Numbers = np.empty(2 ** len(groups), dtype=object)
        kept: dict[tuple[int, frozenset[int]], Column] = {}
        for mask in range(len(result)):
            inside = frozenset(p for bit, group in enumerate(groups) if mask >> bit & 1 for p in group)
            total = np.zeros_like(self._sides[0].outside)
            for number, side in enumerate(self._sides):
                chosen = inside.intersection(side.players)
                if (number, chosen) not in kept:
                    kept[number, chosen] = side.with_players(chosen)
                total = total + kept[number, chosen]
            result[mask] = statistic_of(self.statistic, total.tolist()) or Fraction(0)
        return result


def clock_game(custody: Custody, statistic: Statistic) -> ClockGame:
    """The game of all tickets that a custody is about (each of them marked late)."""
    players, taking_part = custody.players()
    sides = []
    for side in sorted({player.side for player in players}):
        members = [position for position, player in enumerate(players) if player.side == side]
        sides.append(_side(custody, side, members, players, taking_part))
    return ClockGame(
        players,
        tuple(custody.first_held(player.party) for player in players),
        tuple(
            custody.promise_on(player.party, int(np.argmax(taking_part[:, position])))
            for position, player in enumerate(players)
        ),
        statistic,
        tuple(sides),
    )


def _side(
    custody: Custody,
    side: str,
    members: list[int],
    players: tuple[Player, ...],
    taking_part: NDArray[np.bool_],
) -> _SideClocks:
    spent, allowed, holds = [], [], []
    for position in members:
        held = taking_part[:, position]
        own_spent, own_allowed = custody.spent_and_allowed(players[position].party)
        spent.append(np.where(held, own_spent, 0))
        allowed.append(np.where(held, own_allowed, 0))
        holds.append(held)
    separately = np.sum(allowed, axis=0)
    everyone = np.arange(len(taking_part))
    outside = np.where(np.any(holds, axis=0), custody.outside(side, everyone, separately), 0)
    return _SideClocks(tuple(members), tuple(spent), tuple(allowed), tuple(holds), outside)
