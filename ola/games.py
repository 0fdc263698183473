"""Dividing a breach exactly: the Shapley value, and the nested (Owen) value over sides, parties and services.

The problem: several parties failed, redundancy absorbed some of it, and a quantity (seconds of downtime, late tickets,
pounds of credit) has to be divided among them so that the parts add up to the whole, equals are treated equally, and
whoever made no difference gets nothing. Exactly one division does that: each player's marginal contribution, averaged
over all orders of arrival (Shapley 1953). Contracts bind sides, so the division is made between sides first, then
within a side between its parties, then within a party between its services (Owen 1977, nested): cutting a vendor into
more services, or a supplier into subcontractors, moves nothing between sides.

Example: v fails if (a and b) or c, all three failed, three sides: ``owen`` gives 1/6, 1/6, 2/3 (E7).

Coalitions are bit masks: ``values[mask]`` is the quantity if just the groups whose bits are set had failed. Values are
integers or fractions; nothing is ever rounded.

Limits: a game over n groups costs 2**n values. Sides that are each enough alone (every one of several vendors in
series down at once) are not enumerated, however many they are; of the others, at most `LARGEST` can fail together.

References: L. S. Shapley, "A value for n-person games" (1953); G. Owen, "Values of games with a priori unions" (1977);
E. Winter, "A value for cooperative games with levels structure of cooperation" (1989).
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import factorial, lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from domain.errors import PrivityError

Numbers = NDArray[Any]
"""A column of exact numbers: int64, or Python integers and fractions in an object column."""

Groups = Sequence[frozenset[int]]
Values = Callable[[Groups], Numbers]
"""Gives a game's values over groups of players: 2**n of them, the mask's bit i standing for group i."""

LARGEST: Final = 22
"""The most groups that are enumerated at once."""

_SAFE: Final = 2**62


class GameTooLarge(PrivityError):
    """More groups failed together, none of them enough alone, than can be enumerated exactly."""


@lru_cache(maxsize=64)
def _sizes(n: int) -> NDArray[np.int64]:
    """How many bits each of the 2**n masks has."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(n):
        sizes = np.concatenate((sizes, sizes + 1))
    return sizes


@lru_cache(maxsize=1024)
def _orders(players: int) -> tuple[int, ...]:
    """In how many of the n! orders a player comes right after a given coalition of s others: s! (n - 1 - s)!."""
    return tuple(factorial(size) * factorial(players - 1 - size) for size in range(players))


def exact(values: Numbers) -> Numbers:
    """The same numbers in a column whose sums cannot overflow."""
    if values.dtype == object:
        return values
    largest = int(np.abs(values).max()) if len(values) else 0
    return values.astype(np.int64) if largest * max(len(values), 1) < _SAFE else values.astype(object)


def average_marginal(values: Numbers, outer: int, inner: int, players: int) -> Numbers:
    """What each inner coalition adds, averaged over the orders in which the outer groups may have come before it.

    ``values`` runs over ``outer`` groups (low bits) and ``inner`` ones (high bits). The inner coalition counts as one
    player among ``players``; outer groups that are not enumerated because each is decisive still count among them.
    Returns 2**inner fractions; the empty coalition adds 0.
    """
    table = exact(values).reshape(2**inner, 2**outer)
    added = table - table[0]
    sizes = _sizes(outer)
    by_size = [added[:, sizes == size].sum(axis=1).tolist() for size in range(outer + 1)]
    result = np.empty(2**inner, dtype=object)
    result[:] = [_averaged(sums, players) for sums in zip(*by_size, strict=True)]
    return result


def _averaged(sums: Sequence[Any], players: int) -> Fraction:
    """What was added after coalitions of 0, 1, 2, ... others, averaged over the orders of all players.

    A player comes right after given s others in s! (n - 1 - s)! of the n! orders. Whole numbers are added as such, and
    divided once.
    """
    total = sum(orders * part for orders, part in zip(_orders(players), sums, strict=False))
    return Fraction(total) / factorial(players)


def shapley(values: Numbers) -> tuple[Fraction, ...]:
    """The Shapley value of each player of a game given by its 2**n values; they sum to v(all) - v(none)."""
    values = exact(values)
    n = len(values).bit_length() - 1
    sizes = _sizes(max(n - 1, 0))
    shares = []
    for player in range(n):
        cube = values.reshape(2 ** (n - player - 1), 2, 2**player)
        added = (cube[:, 1, :] - cube[:, 0, :]).reshape(-1)
        sums = [added[sizes == size].sum() for size in range(n)]
        shares.append(_averaged([part if isinstance(part, Fraction) else int(part) for part in sums], n))
    return tuple(shares)


def owen(
    sides: Sequence[Sequence[Sequence[int]]], values: Values, *, is_monotone: bool = True
) -> dict[int, Fraction]:
    """The nested value of each player: sides, in each side parties, in each party its players (services).

    ``is_monotone`` says that no failure ever lessens the quantity; only then are sides that are each enough alone
    left out of the enumeration. Raises GameTooLarge beyond `LARGEST` groups.
    """
    whole = [frozenset(player for party in side for player in party) for side in sides]
    if len(whole) <= LARGEST and all(len(side) == 1 and len(side[0]) == 1 for side in sides):
        return {side[0][0]: share for side, share in zip(sides, shapley(values(whole)), strict=True)}
    decisive = _decisive(whole, values) if is_monotone and len(whole) > 8 else frozenset()
    shares: dict[int, Fraction] = {}
    for index, side in enumerate(sides):
        others = [whole[other] for other in range(len(whole)) if other != index and other not in decisive]
        parties = [frozenset(party) for party in side]
        by_party = _divided(others, len(whole), (), 1, parties, values)
        for which, party in enumerate(side):
            if len(party) == 1:
                shares[party[0]] = by_party[which]
                continue
            rest = [other for position, other in enumerate(parties) if position != which]
            by_player = _divided(
                others, len(whole), rest, len(parties), [frozenset({p}) for p in party], values
            )
            shares.update(zip(party, by_player, strict=True))
    return shares


def owen_or_equal(
    sides: Sequence[Sequence[Sequence[int]]], values: Values
) -> tuple[dict[int, Fraction], bool]:
    """The nested value, and True; beyond `LARGEST` groups equal parts of the whole, side by side, and False.

    Equal parts go to sides first, then to a side's parties, then to a party's players, as the nested value goes.
    """
    try:
        return owen(sides, values), True
    except GameTooLarge:
        whole = frozenset(player for side in sides for party in side for player in party)
        quantity = fraction(values([whole])[1]) - fraction(values([])[0])
        return {
            player: quantity / (len(sides) * len(side) * len(party))
            for side in sides
            for party in side
            for player in party
        }, False


def _divided(
    others: Groups, sides: int, rest: Groups, parties: int, members: Groups, values: Values
) -> tuple[Fraction, ...]:
    """The value of each member: averaged over the other sides, then over the rest of its own side, then divided."""
    bits = len(others) + len(rest) + len(members)
    if bits > LARGEST:
        raise GameTooLarge(
            f"{bits} groups failed together and none is enough alone; at most {LARGEST} can be divided exactly."
        )
    table = values([*others, *rest, *members])
    inside = average_marginal(table, len(others), len(rest) + len(members), sides)
    if rest:
        inside = average_marginal(inside, len(rest), len(members), parties)
    return shapley(inside)


def _decisive(whole: Groups, values: Values) -> frozenset[int]:
    """The sides that are each enough alone for the whole quantity: before which nobody else can add anything."""
    everything = values([frozenset().union(*whole)])[1]
    return frozenset(index for index, side in enumerate(whole) if values([side])[1] == everything)


def excused_part(failing: NDArray[np.bool_], groups: int) -> tuple[NDArray[Any], int]:
    """For every coalition S of ``groups``, the excused causes' Shapley share of the instant among S and themselves.

    ``failing`` runs over the groups (low bits) and the excused causes as one player (the highest bit). Returns
    numerators over one common denominator. The share of the excused player x in S is the sum over T within S of
    d(T + x) / (|T| + 1), where d are the Harsanyi dividends; both sums are transforms over subsets.
    """
    scale = lcm(*range(1, groups + 2))
    table = failing.reshape(2, 2**groups).astype(np.int64)
    gained = (table[1] - table[0]).astype(np.int64)
    dividends = _over_subsets(gained, groups, -1)
    shared = dividends * (scale // (_sizes(groups) + 1))
    return _over_subsets(shared, groups, 1), scale


def has_subset(flags: NDArray[np.bool_], groups: int) -> NDArray[np.bool_]:
    """For every coalition, whether it or any part of it is flagged."""
    result = flags.copy()
    for bit in range(groups):
        cube = result.reshape(-1, 2, 2**bit)
        cube[:, 1, :] |= cube[:, 0, :]
    return result


def _over_subsets(values: NDArray[np.int64], groups: int, sign: int) -> NDArray[np.int64]:
    """The sums over all subsets (sign 1), or their inverse, the dividends (sign -1)."""
    result = values.copy()
    for bit in range(groups):
        cube = result.reshape(-1, 2, 2**bit)
        cube[:, 1, :] += sign * cube[:, 0, :]
    return result


def fraction(value: object) -> Fraction:
    """A number of a `Numbers` column as a fraction of plain integers, which cannot overflow."""
    return value if isinstance(value, Fraction) else Fraction(int(value))  # type: ignore[call-overload]
