"""Shapley and Owen values: published games, games done by hand, and the definition itself, order by order.

Games are tables of 2**n values; the bit i of a mask stands for player i.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ola.games import LARGEST, GameTooLarge, Groups, Numbers, excused_part, owen, shapley
from tests.building import exactly

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "data" / "shapley" / "vectors.json"
ABSENT = "the published Shapley values are not beside this repository (../shared/data/shapley/vectors.json)"

Structure = list[list[list[int]]]


# ------------------------------------------------------------------------------------------ published games


def published() -> list[dict[str, Any]]:
    return list(json.loads(VECTORS.read_text(encoding="utf-8"))) if VECTORS.exists() else []


def value_of(game: dict[str, Any]) -> Callable[[frozenset[int]], int]:
    """The value of a coalition of a published game, by the definition that its name stands for."""
    match game["game"]:
        case "airport":
            return lambda s: max((game["costs"][i] for i in s), default=0)
        case "glove":
            left = set(range(game["left"]))
            return lambda s: min(len(s & left), len(s - left))
        case "weighted_voting":
            return lambda s: int(sum(game["weights"][i] for i in s) >= game["quota"])
        case _:
            return lambda s: game["v"].get("".join(str(i + 1) for i in sorted(s)), 0)


def players_of(game: dict[str, Any]) -> int:
    return len(game.get("costs") or game.get("weights") or game.get("claims") or ()) or game.get("players", 3)


def table_of(value: Callable[[frozenset[int]], int], players: int) -> Numbers:
    masks = range(2**players)
    return np.array(
        [value(frozenset(i for i in range(players) if mask >> i & 1)) for mask in masks], dtype=np.int64
    )


@pytest.mark.skipif(not VECTORS.exists(), reason=ABSENT)
@pytest.mark.parametrize(
    "game",
    [
        pytest.param(game, id=f"{number}: {game['game']}")
        for number, game in enumerate(published())
        if {"shapley", "shapley_shubik"} & game.keys()
    ],
)
def test_a_published_game_has_its_published_value(game: dict[str, Any]) -> None:
    stated = tuple(Fraction(share) for share in game.get("shapley") or game["shapley_shubik"])
    assert shapley(table_of(value_of(game), players_of(game))) == stated


@pytest.mark.skipif(not VECTORS.exists(), reason=ABSENT)
def test_all_published_games_but_the_one_without_a_value_are_tried() -> None:
    assert len(published()) == 12
    assert sum(bool({"shapley", "shapley_shubik"} & game.keys()) for game in published()) == 11


# -------------------------------------------------------------------------------------------- games by hand


def test_an_estate_of_100_under_claims_of_70_and_60_goes_55_to_45() -> None:
    # Alone each gets what the other's claim leaves: 40 and 30; the 30 that is left over is halved.
    assert shapley(np.array([0, 40, 30, 100])) == exactly(55, 45)


def test_a_game_of_nobody_divides_nothing() -> None:
    assert shapley(np.array([7])) == ()


def test_what_would_have_been_anyway_is_not_divided() -> None:
    # v(nobody) is 4: only the 6 beyond it are anybody's.
    assert shapley(np.array([4, 10, 4, 10])) == exactly(6, 0)


def test_a_game_in_which_every_failure_is_enough_alone_is_divided_equally() -> None:
    assert shapley(np.array([0, *[60] * 7])) == exactly(20, 20, 20)


def test_values_that_no_64_bits_could_add_up_are_exact() -> None:
    huge = 2**62
    shares = shapley(np.array([0, huge, huge, 2 * huge + 1], dtype=object))
    assert shares == (huge + Fraction(1, 2), huge + Fraction(1, 2))


def test_large_microseconds_in_a_narrow_column_are_exact() -> None:
    century = 100 * 366 * 86_400 * 10**6
    assert shapley(np.array([0, *[century] * (2**12 - 1)])) == (Fraction(century, 12),) * 12


def test_fractions_are_divided_as_fractions() -> None:
    thirds = np.array([Fraction(0), Fraction(1, 3), Fraction(0), Fraction(1)], dtype=object)
    assert shapley(thirds) == (Fraction(2, 3), Fraction(1, 3))


# ---------------------------------------------------------------------------------- the nested value by hand


def table_values(table: Numbers) -> Callable[[Groups], Numbers]:
    """Values over groups from a table over single players."""

    def values(groups: Groups) -> Numbers:
        masks = [0]
        for group in groups:
            own = sum(1 << player for player in group)
            masks += [mask | own for mask in masks]
        found: Numbers = table[np.array(masks)]
        return found

    return values


def alone(*names: int) -> Structure:
    """Every player a side of its own."""
    return [[[name]] for name in names]


A_AND_B_OR_C = np.array([0, 0, 0, 1, 1, 1, 1, 1])
"""Players a, b, c (bits 0, 1, 2): down if a and b fail, or c does (E7)."""


@pytest.mark.parametrize(
    ("structure", "shares"),
    [
        (alone(0, 1, 2), ("1/6", "1/6", "2/3")),
        ([[[0, 1]], [[2]]], ("1/4", "1/4", "1/2")),
        ([[[0], [1]], [[2]]], ("1/4", "1/4", "1/2")),
        ([[[0, 2]], [[1]]], ("1/4", "0", "3/4")),
        ([[[0], [2]], [[1]]], ("1/4", "0", "3/4")),
        ([[[0, 1, 2]]], ("1/6", "1/6", "2/3")),
    ],
    ids=["three sides", "a and b one party", "a and b two parties of one side", "a and c one party",
         "a and c two parties of one side", "one party runs all"],
)  # fmt: skip
def test_e7_is_divided_between_sides_first(structure: Structure, shares: tuple[str, ...]) -> None:
    divided = owen(structure, table_values(A_AND_B_OR_C))
    assert divided == {player: Fraction(share) for player, share in enumerate(shares)}


def test_a_side_of_two_parties_with_two_services_each_halves_twice() -> None:
    # Five services in series, all down for 80: one side of one service, and one of two parties with two services each.
    series = np.array([0, *[80] * (2**5 - 1)])
    divided = owen([[[0]], [[1, 2], [3, 4]]], table_values(series))
    assert divided == {0: 40, 1: 10, 2: 10, 3: 10, 4: 10}


# --------------------------------------------------------------------------------- many sides, and too many


def decisive(everyone: Iterable[int], pairs: Sequence[tuple[int, int]] = ()) -> Callable[[Groups], Numbers]:
    """1 where any of ``everyone`` failed, or both of a pair, in a game of any size."""
    enough = frozenset(everyone)

    def values(groups: Groups) -> Numbers:
        coalitions = [frozenset[int]()]
        for group in groups:
            coalitions += [coalition | group for coalition in coalitions]
        down = [bool(c & enough) or any({a, b} <= c for a, b in pairs) for c in coalitions]
        return np.array(down, dtype=np.int64)

    return values


def test_thirty_sides_that_are_each_enough_alone_have_a_thirtieth_each() -> None:
    divided = owen(alone(*range(30)), decisive(range(30)))
    assert divided == dict.fromkeys(range(30), Fraction(1, 30))


def test_beside_ten_sides_that_are_each_enough_two_that_are_enough_together_have_a_little() -> None:
    # One of the pair adds anything only right behind the other and before all ten: 1 of 12 x 11 orders.
    divided = owen(alone(*range(12)), decisive(range(10), pairs=[(10, 11)]))
    assert divided[10] == divided[11] == Fraction(1, 132)
    assert [divided[side] for side in range(10)] == [Fraction(1, 10) * (1 - Fraction(2, 132))] * 10


def test_a_side_of_three_parties_among_twenty_decisive_ones_shares_its_twentieth() -> None:
    structure = [[[0], [1], [2, 3]], *alone(*range(4, 23))]
    divided = owen(structure, decisive(range(23)))
    twentieth = Fraction(1, 20)
    assert [divided[side] for side in range(4, 23)] == [twentieth] * 19
    assert [divided[player] for player in range(4)] == [
        twentieth / 3, twentieth / 3, twentieth / 6, twentieth / 6,
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_leaving_out_decisive_sides_changes_no_share(seed: int) -> None:
    # Ten sides, of which some are enough alone: with and without the short cut, which starts above eight.
    pairs = [(seed, seed + 3), (seed + 1, seed + 5), (9, seed)]
    values = decisive(range(seed), pairs=pairs)
    structure = [[[0], [10]], *alone(*range(1, 10))]
    assert owen(structure, values) == owen(structure, values, is_monotone=False)


def test_more_sides_than_can_be_enumerated_none_of_them_enough_alone_are_refused_by_name() -> None:
    # All of 23 lines have to fail for the gate to fail: nobody is enough alone.
    everybody = frozenset(range(LARGEST + 1))

    def values(groups: Groups) -> Numbers:
        assert len(groups) <= 1, "the refusal must come before the enumeration"
        coalitions = [frozenset[int]()] + [frozenset(group) for group in groups]
        return np.array([int(coalition == everybody) for coalition in coalitions], dtype=np.int64)

    with pytest.raises(GameTooLarge, match=f"{LARGEST + 1} groups failed together .* at most {LARGEST}"):
        owen(alone(*range(LARGEST + 1)), values)


# ------------------------------------------------------------------------------------ by definition, by chance


def orders(structure: Structure) -> list[tuple[int, ...]]:
    """Every order of arrival in which nobody stands between the members of a party, nor of a side."""

    def shuffled(parts: Sequence[list[tuple[int, ...]]]) -> list[tuple[int, ...]]:
        return [
            tuple(player for part in chosen for player in part)
            for order in permutations(parts)
            for chosen in product(*order)
        ]

    sides = [shuffled([list(permutations(party)) for party in side]) for side in structure]
    return shuffled(sides)


def by_orders(structure: Structure, table: Numbers) -> dict[int, Fraction]:
    """The nested value by its definition: the mean of what each player adds, over all such orders."""
    total: dict[int, Fraction] = {}
    every = orders(structure)
    for order in every:
        mask = 0
        for player in order:
            added = int(table[mask | 1 << player]) - int(table[mask])
            total[player] = total.get(player, Fraction(0)) + Fraction(added, len(every))
            mask |= 1 << player
    return total


@st.composite
def structures(draw: st.DrawFn, most: int = 5) -> Structure:
    """Players in parties in sides, numbered in a drawn order."""
    players = draw(st.permutations(range(draw(st.integers(1, most)))))
    structure: Structure = []
    for player in players:
        place = draw(st.sampled_from(["side", "party", "same"]))
        if not structure or place == "side":
            structure.append([[player]])
        elif place == "party":
            structure[-1].append([player])
        else:
            structure[-1][-1].append(player)
    return structure


@st.composite
def games(draw: st.DrawFn) -> tuple[Structure, Numbers]:
    """A structure and any game over its players, credits that step down included."""
    structure = draw(structures())
    players = sum(len(party) for side in structure for party in side)
    values = draw(st.lists(st.integers(-50, 10_000), min_size=2**players, max_size=2**players))
    return structure, np.array(values, dtype=np.int64)


def divided(game: tuple[Structure, Numbers]) -> dict[int, Fraction]:
    structure, table = game
    return owen(structure, table_values(table), is_monotone=False)


def side_totals(structure: Structure, shares: dict[int, Fraction]) -> list[Fraction]:
    return [sum((shares[p] for party in side for p in party), start=Fraction(0)) for side in structure]


@settings(max_examples=60)
@given(games())
def test_the_nested_value_is_the_mean_over_all_orders_that_keep_sides_and_parties_together(
    game: tuple[Structure, Numbers],
) -> None:
    structure, table = game
    assert divided(game) == by_orders(structure, table)


@settings(max_examples=40)
@given(games())
def test_the_shares_add_up_to_the_whole_less_what_would_have_been_anyway(
    game: tuple[Structure, Numbers],
) -> None:
    assert sum(divided(game).values()) == int(game[1][-1]) - int(game[1][0])


@settings(max_examples=40)
@given(games(), st.data())
def test_whoever_makes_no_difference_has_nothing(
    game: tuple[Structure, Numbers], data: st.DataObject
) -> None:
    structure, table = game
    idle = data.draw(st.sampled_from(sorted(p for side in structure for party in side for p in party)))
    masks = np.arange(len(table))
    assert divided((structure, table[masks & ~(1 << idle)]))[idle] == 0


@settings(max_examples=40)
@given(games(), st.data())
def test_two_sides_that_are_alike_have_alike(game: tuple[Structure, Numbers], data: st.DataObject) -> None:
    _, table = game
    players = len(table).bit_length() - 1
    if players < 2:
        return
    one, other = data.draw(st.permutations(range(players)))[:2]
    # The value depends on how many of the two are there, not on which.
    masks = np.arange(len(table))
    swapped = np.where((masks >> one & 1) == (masks >> other & 1), masks, masks ^ (1 << one) ^ (1 << other))
    alike = table + table[swapped]
    shares = divided((alone(*range(players)), alike))
    assert shares[one] == shares[other]


@settings(max_examples=40)
@given(games())
def test_dividing_a_party_s_services_among_new_parties_of_its_side_moves_nothing_between_sides(
    game: tuple[Structure, Numbers],
) -> None:
    structure, table = game
    split = [[[player] for party in side for player in party] for side in structure]
    assert side_totals(split, divided((split, table))) == side_totals(structure, divided(game))


@settings(max_examples=40)
@given(games())
def test_merging_a_side_s_parties_into_one_moves_nothing_between_sides(
    game: tuple[Structure, Numbers],
) -> None:
    structure, table = game
    merged = [[[player for party in side for player in party]] for side in structure]
    assert side_totals(merged, divided((merged, table))) == side_totals(structure, divided(game))


@settings(max_examples=30)
@given(games(), st.data())
def test_cutting_a_service_into_two_that_fail_as_one_moves_nothing_between_sides(
    game: tuple[Structure, Numbers], data: st.DataObject
) -> None:
    structure, table = game
    players = len(table).bit_length() - 1
    cut = data.draw(st.integers(0, players - 1))
    # The new player stands in the same party, and either of the two is as good as the one was: in series.
    masks = np.arange(2 * len(table))
    either = masks & (len(table) - 1) | (masks >> players & 1) << cut
    finer = [[[*party, players] if cut in party else party for party in side] for side in structure]
    assert side_totals(finer, divided((finer, table[either]))) == side_totals(structure, divided(game))


# --------------------------------------------------------------------------------------- excused beside sides


@pytest.mark.parametrize("groups", [0, 1, 2, 3])
def test_the_excused_causes_share_is_their_shapley_value_in_every_coalition(groups: int) -> None:
    # At least two of all who failed, the excused among them, are needed for the instant to be down.
    players = groups + 1
    failing = np.array([mask.bit_count() >= min(2, players) for mask in range(2**players)], dtype=np.bool_)
    numerators, scale = excused_part(failing, groups)
    for mask in range(2**groups):
        present = [bit for bit in range(groups) if mask >> bit & 1]
        chosen = [*present, groups]
        table = np.array(
            [
                int(failing[sum(1 << chosen[bit] for bit in range(len(chosen)) if sub >> bit & 1)])
                for sub in range(2 ** len(chosen))
            ]
        )
        assert Fraction(int(numerators[mask]), scale) == shapley(table)[-1]
