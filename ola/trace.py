"""A breach divided among the parties responsible.

The problem: the SLA was missed; who answers, for how much of the quantity, and for how much of the money? One idea
serves every metric (3.3): the counterfactual game over the breach's occasions, divided by the nested value, first
between sides, then between a side's parties, then between a party's services. The money is divided by the same value
of another game: the credit that would have fallen due if only those sides had failed.

Example (E4): A down 40 minutes, B 10, apart, in April, against 99.9: impact 0.8 and 0.2, but each was necessary and
neither sufficient, so the credit of 2,000 is 1,000 and 1,000.

Limits: impact shares are exact. Credit shares are exact up to `MOST_SIDES` sides with something of their own in the
breach; beyond, and where one side's parties are too many to be enumerated beside them, the money follows the impact,
and the trace says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from domain.agreements import Apportionment
from domain.errors import PrivityError
from ola.custody import TicketOccasion
from ola.games import LARGEST, GameTooLarge, Groups, Numbers, fraction, owen, owen_or_equal
from ola.occasions import Occasion, Player
from ola.value_games import MOST_GROUPS, ValueOccasion

MOST_SIDES: Final = 16
"""Up to how many sides credit shares are exact (3.3)."""


class Consequence(Protocol):
    """What a reading (microseconds of counted downtime, late tickets, a value) means for the level."""

    def is_met(self, quantity: Fraction) -> bool:
        """Whether the target would be met."""
        ...

    def value(self, quantity: Fraction) -> Fraction | None:
        """The level's value."""
        ...

    def credit(self, quantity: Fraction) -> Fraction:
        """The level's own credit before the agreement's remedies (ruling 6); 0 where it carries none."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """What one party has in a breach; ``by_player`` is each of its players' part of the quantity."""

    party: str
    side: str
    players: tuple[int, ...]
    by_player: Mapping[int, Fraction]
    credit_share: Fraction | None
    is_necessary: bool
    is_sufficient: bool
    value_without: Fraction | None

    @property
    def quantity(self) -> Fraction:
        """The party's part of the quantity."""
        return sum(self.by_player.values(), start=Fraction(0))


@dataclass(frozen=True, slots=True)
class Division:
    """A whole breach divided: ``whole`` is its quantity, ``misaligned`` what no party's failure explains."""

    whole: Fraction
    misaligned: Fraction
    misaligned_credit_share: Fraction | None
    parts: tuple[Part, ...]
    by_occasion: tuple[Mapping[int, Fraction], ...]
    """Each occasion's quantity by player, in the occasions' order."""
    money_follows: str
    note: str


def divide(
    players: Sequence[Player],
    occasions: Sequence[Occasion],
    consequence: Consequence,
    apportionment: Apportionment,
    first_failure: Callable[[int], int],
) -> Division:
    """Divide a breach.

    ``first_failure`` gives the instant at which a player's own failure began, for ``first_cause``.
    """
    groups = [_everyone(players, occasion) for occasion in occasions]
    divided = [_divide_occasion(players, occasion) for occasion in occasions]
    by_occasion = tuple(parts for parts, _ in divided)
    impact: dict[int, Fraction] = {}
    for division in by_occasion:
        for player, quantity in division.items():
            impact[player] = impact.get(player, Fraction(0)) + quantity
    whole = _total(occasions, groups)
    misaligned = _total(occasions, [[] for _ in occasions])
    if sum(impact.values(), start=misaligned) != whole:
        raise PrivityError("The parts of a breach do not add up to the whole; please report this as a fault.")
    structure = _structure(players, impact)
    parties = [party for side in structure for party in side]
    due = consequence.credit(_read(occasions, groups))
    credit_shares, misaligned_credit, follows, note = _money(
        occasions, consequence, apportionment, first_failure, impact, structure, whole, misaligned, due
    )
    if any(isinstance(each, ValueOccasion) and len(each.players) > MOST_GROUPS for each in occasions):
        said = (
            f"More than {MOST_GROUPS} parties took part: the quantity is divided by how much each was worse than its "
            "promise."
        )
        note = f"{said} {note}".rstrip()
    if not all(is_exact for _, is_exact in divided):
        said = (
            f"More than {LARGEST} parties failed together and none was enough alone: what they did together is divided "
            "equally between their sides."
        )
        note = f"{said} {note}".rstrip()
    parts = []
    for position, party in enumerate(parties):
        first = players[party[0]]
        without = _read_without(groups, occasions, frozenset(party))
        alone = _read_alone(occasions, frozenset(party))
        parts.append(
            Part(
                first.party,
                first.side,
                tuple(party),
                {player: impact[player] for player in party},
                credit_shares[position] if credit_shares is not None else None,
                consequence.is_met(without),
                not consequence.is_met(alone),
                consequence.value(without),
            )
        )
    return Division(whole, misaligned, misaligned_credit, tuple(parts), by_occasion, follows, note)


def _structure(players: Sequence[Player], chosen: Mapping[int, object]) -> list[list[list[int]]]:
    """Players grouped by side and by party, all in the order of their names."""
    sides: dict[str, dict[str, list[int]]] = {}
    for player in sorted(chosen):
        sides.setdefault(players[player].side, {}).setdefault(players[player].party, []).append(player)
    return [[parties[name] for name in sorted(parties)] for _, parties in sorted(sides.items())]


def _divide_occasion(players: Sequence[Player], occasion: Occasion) -> tuple[dict[int, Fraction], bool]:
    """An occasion's quantity by player, and whether the division is exact (or there were too many for that)."""
    if not occasion.players:
        return {}, True
    if not _total([occasion], [_everyone(players, occasion)]):
        # Shares are over the instants that count (ruling 16): what is relieved whole is nobody's part.
        return dict.fromkeys(occasion.players, Fraction(0)), True
    structure = _structure(players, dict.fromkeys(occasion.players))
    if isinstance(occasion, ValueOccasion) and len(occasion.players) > MOST_GROUPS:
        everything = _total([occasion], [_everyone(players, occasion)])
        return occasion.by_weight(everything - _total([occasion], [[]])), True
    if isinstance(occasion, TicketOccasion):
        place = {player: position for position, player in enumerate(occasion.players)}
        sides = tuple(tuple(tuple(place[p] for p in party) for party in side) for side in structure)
        of_one, is_exact = _shares_of_one(sides, occasion.table.tobytes())
        return {
            player: share * len(occasion.tickets)
            for player, share in zip(occasion.players, of_one, strict=True)
        }, is_exact
    return owen_or_equal(structure, occasion.quantities)


@lru_cache(maxsize=4096)
def _shares_of_one(
    sides: tuple[tuple[tuple[int, ...], ...], ...], outcomes: bytes
) -> tuple[tuple[Fraction, ...], bool]:
    """The shares of one late ticket's holders: the same game comes back month after month, and level after level."""
    count = sum(len(party) for side in sides for party in side)
    ticket = TicketOccasion(tuple(range(count)), (), (0,), np.frombuffer(outcomes, dtype=np.bool_))
    shares, is_exact = owen_or_equal(sides, ticket.quantities)
    return tuple(shares[player] for player in range(count)), is_exact


def _everyone(players: Sequence[Player], occasion: Occasion) -> list[frozenset[int]]:
    if isinstance(occasion, ValueOccasion):
        return [frozenset(occasion.players)]  # Nothing is relieved, so that sides need not be told apart.
    return [
        frozenset(p for party in side for p in party)
        for side in _structure(players, dict.fromkeys(occasion.players))
    ]


def whole_quantity(players: Sequence[Player], occasions: Sequence[Occasion]) -> Fraction:
    """The quantity of a whole breach as it happened, after relief."""
    return _total(occasions, [_everyone(players, occasion) for occasion in occasions])


def _total(occasions: Sequence[Occasion], groups: Sequence[Groups]) -> Fraction:
    """The quantity if, in each occasion, all of its groups had failed."""
    return _sum([o.quantities(_at_once(o, g))[-1] for o, g in zip(occasions, groups, strict=True)])


def _read(occasions: Sequence[Occasion], groups: Sequence[Groups]) -> Fraction:
    """What a consequence is asked about if, in each occasion, all of its groups had failed."""
    return _sum([o.readings(_at_once(o, g))[-1] for o, g in zip(occasions, groups, strict=True)])


def _at_once(occasion: Occasion, groups: Groups) -> Groups:
    """The groups as one, where only what all of them did together is asked and nobody's relief tells them apart.

    Of 24 sides this asks after 2 coalitions and not after 16 million.
    """
    return groups if occasion.excused or not groups else [frozenset().union(*groups)]


def _sum(parts: Sequence[object]) -> Fraction:
    """Whole numbers are added as such, which is many times quicker than adding fractions."""
    fractions = [part for part in parts if isinstance(part, Fraction)]
    whole = sum(int(part) for part in parts if not isinstance(part, Fraction))  # type: ignore[call-overload]
    return sum(fractions, start=Fraction(whole))


def _read_without(
    everyone: Sequence[Groups], occasions: Sequence[Occasion], party: frozenset[int]
) -> Fraction:
    return _read(occasions, [[left for group in groups if (left := group - party)] for groups in everyone])


def _read_alone(occasions: Sequence[Occasion], party: frozenset[int]) -> Fraction:
    groups = [[own] if (own := party & frozenset(o.players)) else [] for o in occasions]
    return _read(occasions, groups)


def readings_over(occasions: Sequence[Occasion], groups: Groups) -> Numbers:
    """What the consequence is asked about, over the whole breach, for every coalition of the groups.

    Occasions that concern the same groups are added before they are spread over all coalitions.
    """
    gathered: dict[tuple[int, ...], Numbers] = {}
    for occasion in occasions:
        taking_part = frozenset(occasion.players)
        bits = tuple(bit for bit, group in enumerate(groups) if group & taking_part)
        values = occasion.readings([groups[bit] & taking_part for bit in bits])
        gathered[bits] = gathered[bits] + values.astype(object) if bits in gathered else values.astype(object)
    total: Numbers = np.zeros(2 ** len(groups), dtype=object)
    masks = np.arange(2 ** len(groups), dtype=np.int64)
    for bits, values in gathered.items():
        index = np.zeros(len(masks), dtype=np.int64)
        for position, bit in enumerate(bits):
            index |= ((masks >> bit) & 1) << position
        total = total + values[index]
    return total


def _money(
    occasions: Sequence[Occasion],
    consequence: Consequence,
    apportionment: Apportionment,
    first_failure: Callable[[int], int],
    impact: Mapping[int, Fraction],
    structure: list[list[list[int]]],
    whole: Fraction,
    misaligned: Fraction,
    due: Fraction,
) -> tuple[list[Fraction] | None, Fraction | None, str, str]:
    """The credit share of each party in the structure's order, that of the contracts, what it followed, and a note."""
    if due == 0 or whole == 0:
        return None, None, apportionment.value, ""
    parties = [party for side in structure for party in side]
    by_impact = [sum((impact[p] for p in party), start=Fraction(0)) / whole for party in parties]
    none = Fraction(0)
    if apportionment is Apportionment.IMPACT:
        return by_impact, misaligned / whole, "impact", ""
    if apportionment in (Apportionment.EQUAL, Apportionment.FIRST_CAUSE):
        if not any(share > 0 for share in by_impact):
            return by_impact, Fraction(1), apportionment.value, ""
        if apportionment is Apportionment.EQUAL:
            return _equal(structure, impact), none, "equal", ""
        began = [min((first_failure(p) for p in party if impact[p] > 0), default=None) for party in parties]
        earliest = min(instant for instant in began if instant is not None)
        firsts = [instant == earliest for instant in began]
        return [Fraction(int(is_first), sum(firsts)) for is_first in firsts], none, "first_cause", ""
    if len(structure) > MOST_SIDES:
        note = (
            f"{len(structure)} sides had a part in this breach. Credit shares are exact up to {MOST_SIDES} sides; "
            "beyond, the money follows the impact."
        )
        return by_impact, misaligned / whole, "impact", note
    try:
        shares, left = _credit_game(occasions, consequence, structure)
    except GameTooLarge as too_large:
        return by_impact, misaligned / whole, "impact", f"{too_large} The money follows the impact."
    if min(shares, default=none) < 0 or left < 0 or left > due:
        note = (
            "More failure would cost less here, and no share can be negative: the money follows the impact."
        )
        return by_impact, misaligned / whole, "impact", note
    return [share / due for share in shares], left / due, "credit", ""


def _credit_game(
    occasions: Sequence[Occasion], consequence: Consequence, structure: list[list[list[int]]]
) -> tuple[list[Fraction], Fraction]:
    """The nested value, by party, of the credit that would be due if only some had failed; and v(nobody)."""
    members: list[frozenset[int]] = [frozenset(party) for side in structure for party in side]
    numbered: list[list[list[int]]] = []
    count = 0
    for side in structure:
        numbered.append([[count + position] for position in range(len(side))])
        count += len(side)
    known: dict[Fraction, Fraction] = {}

    def credit_of(quantity: object) -> Fraction:
        exact = fraction(quantity)
        if exact not in known:
            known[exact] = consequence.credit(exact)
        result: Fraction = known[exact]
        return result

    def values(groups: Groups) -> Numbers:
        totals = readings_over(
            occasions, [frozenset().union(*(members[p] for p in group)) for group in groups]
        )
        due: Numbers = np.empty(len(totals), dtype=object)
        due[:] = [credit_of(total) for total in totals]
        return due

    divided = owen(numbered, values, is_monotone=False)
    return [divided[party] for party in range(count)], fraction(values([])[0])


def _equal(structure: list[list[list[int]]], impact: Mapping[int, Fraction]) -> list[Fraction]:
    """Equal parts among the sides with a positive impact, then among such parties of each."""
    positive = [
        [sum((impact[p] for p in party), start=Fraction(0)) > 0 for party in side] for side in structure
    ]
    sides = sum(any(side) for side in positive)
    return [
        Fraction(1, sides * sum(side)) if is_positive else Fraction(0)
        for side in positive
        for is_positive in side
    ]
