"""Downtime that the parties agreed to excuse, as occasions beside those that nobody excused.

The problem: an accepted relief says that what failed between two instants had an excused cause. It is a decision about
time, not a record of one service's outage: within it no failure counts, whoever's it was, and however the rest of the
downtime is divided. A trace still has to show what was excused, by which cause, and what had failed.

Example: hosting is down 10:00-12:00, and a flood from 11:00 to 15:00 was accepted. An hour counts as cirrus's own
failure; the other is an occasion of the excused cause `force_majeure` alone, through hosting.

Limits: which time was decided is the settlement's to say; here it is cut, and put side by side with the rest.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from domain.intervals import EMPTY, Intervals, union
from ola.degraded import renumbered
from ola.occasions import DowntimeBreach, Player

__all__ = ["excused_by", "side_by_side"]


def excused_by(cause: str, identify: Callable[[str, str], Player]) -> Callable[[str, str], Player]:
    """The same players, all of them excused by one cause."""

    def excused(service: str, recorded: str) -> Player:
        return replace(identify(service, recorded), excused=cause, is_customer=False)

    return excused


def side_by_side(
    counting: DowntimeBreach, decided: Sequence[tuple[Intervals, DowntimeBreach]]
) -> DowntimeBreach:
    """One breach of the downtime that counts and of what was decided, each part with the time it is about.

    The own failures of those who answer are told without the time that was decided.
    """
    excused_time = union([time for time, _ in decided]) if decided else EMPTY
    parts = [counting, *(breach for _, breach in decided)]
    found: dict[Player, list[Intervals]] = {}
    for part in parts:
        for player, own in zip(part.players, part.own, strict=True):
            found.setdefault(player, []).append(own)
    players = tuple(sorted(found, key=lambda p: (p.side, p.party, p.service, p.excused or "")))
    failed = tuple(
        union(found[player]) if player.excused is not None else union(found[player]) - excused_time
        for player in players
    )
    position = {player: index for index, player in enumerate(players)}
    occasions = [
        renumbered(occasion, [position[player] for player in part.players])
        for part in parts
        for occasion in part.occasions
    ]
    return DowntimeBreach(players, failed, tuple(sorted(occasions, key=lambda each: each.spans)))
