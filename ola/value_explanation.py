"""The shares of a breach of a value, with the whole game behind them, so that they can be worked out again.

The problem: "your part of the missing 20 calls is 15" can only be checked by somebody who sees what the value would
have been without each, so the explanation carries the value of every coalition, and replaying divides it anew.

Example: a row ``("3", 20, 85)`` says that with players 0 and 1 (bits 1 and 2) the value is 85, 20 short.

Limits: a game of more than `MOST_SHOWN` players is not written out; its shares are stated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from domain.agreements import Apportionment
from domain.explanation import Value, Worked, number, rule, work
from ola.games import Groups, Numbers
from ola.occasions import Player
from ola.share_explanation import Recording, StatedCredits, as_tuple, as_whole, division_rows
from ola.trace import Consequence, divide
from ola.value_games import ValueOccasion

MOST_SHOWN: Final = 10


def explain_value_shares(
    players: Sequence[Player],
    occasion: ValueOccasion,
    consequence: Consequence,
    apportionment: Apportionment,
    first_failure: Callable[[int], int],
    *,
    unit: str,
    clause: str | None,
    period: str,
) -> Worked:
    """The shares of a breach of a value; the rows are those of `ola.share_explanation`."""
    recording = Recording(consequence)
    division = divide(players, (occasion,), recording, apportionment, first_failure)
    if len(occasion.players) > MOST_SHOWN:
        note = f"More than {MOST_SHOWN} parties took part; their coalitions are not written out."
        terms: dict[str, Value] = {"shares": division_rows(division), "note": note}
        return work("shares", "shares-stated/1", terms, period=period)
    alone = [frozenset({player}) for player in occasion.players]
    pairs = zip(occasion.quantities(alone), occasion.readings(alone), strict=True)
    inputs: dict[str, Value] = {
        "unit": unit,
        "players": tuple((p.side, p.party, p.service) for p in players),
        "coalitions": tuple((f"{mask:x}", quantity, value) for mask, (quantity, value) in enumerate(pairs)),
        "apportionment": apportionment.value,
        "credits": tuple((value, recording.credits[value]) for value in sorted(recording.credits)),
        "firstFailures": tuple((Fraction(p), Fraction(first_failure(p))) for p in occasion.players),
    }
    return work("shares", "shares-of-value/1", inputs, clause=clause, period=period)


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """A game read back from its table."""

    players: tuple[int, ...]
    table: tuple[tuple[Fraction, Fraction], ...]
    excused: tuple[int, ...] = ()

    def _rows(self, groups: Groups, which: int) -> Numbers:
        masks = [0]
        for group in groups:
            own = sum(1 << player for player in group)
            masks += [mask | own for mask in masks]
        result: Numbers = np.empty(len(masks), dtype=object)
        for position, mask in enumerate(masks):
            result[position] = self.table[mask][which]
        return result

    def quantities(self, groups: Groups) -> Numbers:
        """How far the value lies beyond the target."""
        return self._rows(groups, 0)

    def unrelieved(self, groups: Groups) -> Numbers:
        """The same."""
        return self._rows(groups, 0)

    def readings(self, groups: Groups) -> Numbers:
        """The value."""
        return self._rows(groups, 1)


@rule("shares-of-value/1")
def _shares_of_value(arguments: Mapping[str, Value]) -> Value:
    players = tuple(
        Player(str(service), str(party), str(side))
        for side, party, service in map(as_tuple, as_tuple(arguments["players"]))
    )
    table = tuple(
        (number({"q": quantity}, "q"), number({"v": value}, "v"))
        for _, quantity, value in map(as_tuple, as_tuple(arguments["coalitions"]))
    )
    credits_by_value = {
        number({"v": v}, "v"): number({"c": c}, "c") for v, c in map(as_tuple, as_tuple(arguments["credits"]))
    }
    firsts = {as_whole(p): as_whole(at) for p, at in map(as_tuple, as_tuple(arguments["firstFailures"]))}
    occasion = _Written(tuple(range(len(players))), table)
    apportionment = Apportionment(str(arguments["apportionment"]))
    return division_rows(
        divide(players, (occasion,), StatedCredits(credits_by_value), apportionment, firsts.__getitem__)
    )
