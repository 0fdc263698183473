"""The one division of 3.3, by its first definition: let the players arrive in every order, and average what each adds.

Sides arrive as blocks, within a side its parties arrive as blocks, within a party its services: the orders that keep
them together give the nested (Owen) value. No weights, no subset formula: every order is walked.

Example: for E6 (A alone 2 h, B alone 3 h, both 4 h) the orders A-B and B-A give A (2 + 1)/2 = 1 h 30.

References: G. Owen, Values of games with a priori unions, 1977.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product
from typing import NamedTuple

OWN_FAILURE = "OWN_FAILURE"
CUSTOMER = "CUSTOMER"


class Player(NamedTuple):
    """One thing that can be switched off: what a service (or, for tickets, a party: service "") did of its own."""

    side: str
    party: str
    reason: str
    service: str


Coalition = frozenset[Player]
Worth = Callable[[Coalition], Fraction]


def contiguous_orders(players: Sequence[Player], depth: int = 0) -> Iterator[tuple[Player, ...]]:
    """Every order of the players in which sides, and within them parties, stay together."""
    if depth == 3:
        yield from permutations(players)
        return
    blocks: dict[str, list[Player]] = {}
    for player in sorted(players):
        # A party's own and its customer-caused parts never share a side, so the two first fields suffice.
        blocks.setdefault(player[(0, 1, 3)[depth]], []).append(player)
    for order in permutations(sorted(blocks)):
        inside = [list(contiguous_orders(blocks[name], depth + 1)) for name in order]
        for chosen in product(*inside):
            yield tuple(player for block in chosen for player in block)


def nested_values(players: Sequence[Player], worth: Worth) -> dict[Player, Fraction]:
    """Each player's average marginal contribution; they add up to worth(all) - worth(nobody)."""
    known: dict[Coalition, Fraction] = {}

    def remembered(coalition: Coalition) -> Fraction:
        if coalition not in known:
            known[coalition] = worth(coalition)
        return known[coalition]

    total = dict.fromkeys(players, Fraction(0))
    orders = 0
    for order in contiguous_orders(players):
        orders += 1
        present: Coalition = frozenset()
        for player in order:
            joined = present | {player}
            total[player] += remembered(joined) - remembered(present)
            present = joined
    return {player: value / orders for player, value in total.items()}


def share_of_last(blocks: Sequence[str], worth_of_blocks: Callable[[frozenset[str]], int]) -> Fraction:
    """The share of one more player X who joins `blocks` players: worth_of_blocks(A) is what X adds after A.

    Walks every order of the blocks and X.
    """
    gained = 0
    orders = 0
    marker = object()
    for order in permutations([*blocks, marker]):
        orders += 1
        before = frozenset(str(name) for name in order[: order.index(marker)])
        gained += worth_of_blocks(before)
    return Fraction(gained, orders)
