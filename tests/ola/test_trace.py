"""A breach divided: the quantity by the nested value, the money by what the contract lets it follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from domain.agreements import Apportionment
from ola.games import Groups, Numbers
from ola.occasions import Player
from ola.trace import MOST_SIDES, Division, divide
from tests.building import exactly

CREDIT, IMPACT, EQUAL, FIRST_CAUSE = (
    Apportionment.CREDIT,
    Apportionment.IMPACT,
    Apportionment.EQUAL,
    Apportionment.FIRST_CAUSE,
)


@dataclass(frozen=True)
class Piece:
    """A part of a breach: so much of it if one of its causes failed (by default: one of its players).

    ``needs_all``: only if all of them did. ``anyway``: even if nobody did.
    """

    players: tuple[int, ...]
    worth: int
    needs_all: bool = False
    anyway: bool = False
    causes: tuple[int, ...] | None = None
    excused: tuple[int, ...] = ()

    def quantities(self, groups: Groups) -> Numbers:
        """The piece's worth for every coalition of the groups."""
        coalitions = [frozenset[int]()]
        for group in groups:
            coalitions += [coalition | group for coalition in coalitions]
        wanted = frozenset(self.players if self.causes is None else self.causes)
        is_there = [
            self.anyway or (wanted <= coalition if self.needs_all else bool(wanted & coalition))
            for coalition in coalitions
        ]
        return np.array([self.worth * int(each) for each in is_there], dtype=np.int64)

    def readings(self, groups: Groups) -> Numbers:
        """What the level is asked about: the same."""
        return self.quantities(groups)

    def unrelieved(self, groups: Groups) -> Numbers:
        """The same: nothing is relieved here."""
        return self.quantities(groups)


@dataclass(frozen=True)
class Steps:
    """A level that is kept up to 43 and costs 20 beyond, 60 beyond 200."""

    deep: int = 60

    def is_met(self, quantity: Fraction) -> bool:
        return quantity <= 43

    def value(self, quantity: Fraction) -> Fraction | None:
        return 1000 - quantity

    def credit(self, quantity: Fraction) -> Fraction:
        return Fraction(0 if quantity <= 43 else 20 if quantity <= 200 else self.deep)


def player(name: str, *, party: str | None = None, side: str | None = None) -> Player:
    return Player(name, party or name, side or party or name)


ABC = (player("a"), player("b"), player("c"))


def divided(
    players: Sequence[Player],
    pieces: Sequence[Piece],
    apportionment: Apportionment = CREDIT,
    first_failure: Callable[[int], int] = lambda position: position,
    consequence: Steps | None = None,
) -> Division:
    return divide(players, pieces, consequence or Steps(), apportionment, first_failure)


def shares(division: Division) -> dict[str, Fraction | None]:
    return {part.party: part.credit_share for part in division.parts}


APART = (Piece((0,), 300), Piece((1,), 100), Piece((2,), 30))
"""E5's minutes."""


# -------------------------------------------------------------------------------------------------- quantities


def test_the_parts_of_the_quantity_add_up_whatever_the_money_follows() -> None:
    for apportionment in Apportionment:
        found = divided(ABC, APART, apportionment)
        assert found.whole == 430
        assert [part.quantity for part in found.parts] == [300, 100, 30]


def test_necessary_and_sufficient_are_asked_of_each_party() -> None:
    found = divided(ABC, (Piece((0,), 40), Piece((1,), 10), Piece((2,), 1)))
    assert [(part.is_necessary, part.is_sufficient) for part in found.parts] == [
        (True, False),
        (True, False),
        (False, False),
    ]
    assert [part.value_without for part in found.parts] == [989, 959, 950]


def test_a_side_s_parties_share_what_is_the_side_s() -> None:
    players = (player("a", party="x", side="s"), player("b", party="y", side="s"), player("c"))
    found = divided(players, (Piece((0, 1, 2), 120),))
    assert {part.party: part.quantity for part in found.parts} == {"c": 60, "x": 30, "y": 30}


def test_what_nobody_s_failure_explains_stands_apart() -> None:
    found = divided(ABC, (Piece((0,), 100), Piece((1,), 50, anyway=True)))
    assert (found.whole, found.misaligned) == exactly(150, 50)
    assert {part.party: part.quantity for part in found.parts} == {"a": 100, "b": 0}


# ------------------------------------------------------------------------------------------------------- money


def test_e5_s_money_follows_what_each_would_have_cost() -> None:
    found = divided(ABC, APART)
    assert shares(found) == dict(zip("abc", exactly("5/6", "1/6", 0), strict=True))
    assert (found.money_follows, found.note) == ("credit", "")


def test_money_may_follow_the_impact() -> None:
    found = divided(ABC, APART, IMPACT)
    assert shares(found) == dict(zip("abc", exactly("30/43", "10/43", "3/43"), strict=True))
    assert found.money_follows == "impact"


def test_equal_is_among_the_sides_and_then_among_the_parties_of_each_that_had_a_part() -> None:
    players = (player("a", party="x", side="s"), player("b", party="y", side="s"), player("c"), player("d"))
    pieces = (Piece((0,), 300), Piece((1,), 1), Piece((2,), 30), Piece((2, 3), 7, needs_all=True))
    found = divided(players, pieces, EQUAL)
    assert shares(found) == {
        "c": Fraction(1, 3),
        "d": Fraction(1, 3),
        "x": Fraction(1, 6),
        "y": Fraction(1, 6),
    }


def test_equal_leaves_out_whoever_failed_beside_the_others_and_made_no_difference() -> None:
    found = divided((*ABC, player("d")), (Piece((0, 3), 100, causes=(0,)), Piece((1,), 60)), EQUAL)
    assert shares(found) == {"a": Fraction(1, 2), "b": Fraction(1, 2), "d": 0}


def test_first_cause_puts_all_on_whose_failure_began_first() -> None:
    began = {0: 30, 1: 20, 2: 10}
    assert shares(divided(ABC, APART, FIRST_CAUSE, began.__getitem__)) == {"a": 0, "b": 0, "c": 1}


def test_failures_that_began_together_share_alike() -> None:
    began = {0: 10, 1: 20, 2: 10}
    found = divided(ABC, APART, FIRST_CAUSE, began.__getitem__)
    assert shares(found) == {"a": Fraction(1, 2), "b": 0, "c": Fraction(1, 2)}


def test_of_a_party_s_failures_the_first_that_had_a_part_counts() -> None:
    players = (player("a1", party="a"), player("a2", party="a"), player("b"))
    began = {0: 5, 1: 30, 2: 20}
    pieces = (Piece((0, 1), 100), Piece((2,), 100))
    assert shares(divided(players, pieces, FIRST_CAUSE, began.__getitem__)) == {"a": 1, "b": 0}
    # a1 failed first of all all the same, but redundancy held, and it had no part.
    held = (Piece((0, 1), 100, causes=(1,)), Piece((2,), 100))
    assert shares(divided(players, held, FIRST_CAUSE, began.__getitem__)) == {"a": 0, "b": 1}


@pytest.mark.parametrize(
    ("apportionment", "contracts", "a"),
    [(CREDIT, "1/3", "2/3"), (IMPACT, "1/3", "2/3"), (EQUAL, "0", "1"), (FIRST_CAUSE, "0", "1")],
)
def test_what_the_contracts_themselves_left_open_takes_its_part_of_the_money(
    apportionment: Apportionment, contracts: str, a: str
) -> None:
    # 100 would have been anyway and cost 20; with a's 200 it is 300 and costs 60.
    found = divided(ABC[:2], (Piece((0,), 200), Piece((1,), 100, anyway=True)), apportionment)
    assert found.misaligned_credit_share == Fraction(contracts)
    assert shares(found)["a"] == Fraction(a)


@pytest.mark.parametrize("apportionment", list(Apportionment))
def test_where_nobody_had_a_part_the_contracts_have_all_the_money(apportionment: Apportionment) -> None:
    found = divided(ABC[:1], (Piece((0,), 100, anyway=True),), apportionment)
    assert found.misaligned_credit_share == 1
    assert shares(found) == {"a": 0}


@pytest.mark.parametrize("apportionment", list(Apportionment))
def test_where_nothing_is_due_there_are_no_credit_shares(apportionment: Apportionment) -> None:
    found = divided(ABC[:1], (Piece((0,), 43),), apportionment)
    assert shares(found) == {"a": None}
    assert found.misaligned_credit_share is None


def test_where_more_failure_costs_less_the_money_follows_the_impact_and_says_so() -> None:
    # a's 190 alone cost 20, b's 20 nothing, and 210 together only 10: b would have (0 - 10) / 2.
    found = divided(ABC[:2], (Piece((0,), 190), Piece((1,), 20)), consequence=Steps(deep=10))
    assert found.money_follows == "impact"
    assert "no share can be negative" in found.note
    assert shares(found) == dict(zip("ab", exactly("19/21", "2/21"), strict=True))


# ---------------------------------------------------------------------------------------------------- many sides


def crowd(count: int) -> tuple[tuple[Player, ...], tuple[Piece, ...]]:
    """So many vendors that each failed for 20, apart."""
    players = tuple(player(f"v{number:02d}") for number in range(count))
    return players, tuple(Piece((number,), 20) for number in range(count))


def test_up_to_sixteen_sides_the_money_is_exact() -> None:
    found = divided(*crowd(MOST_SIDES))
    assert (found.money_follows, found.note) == ("credit", "")
    assert set(shares(found).values()) == {Fraction(1, 16)}


def test_beyond_sixteen_sides_the_money_follows_the_impact_and_says_so() -> None:
    players, pieces = crowd(MOST_SIDES + 1)
    found = divided(players, (*pieces[1:], Piece((0,), 40)))
    assert found.money_follows == "impact"
    assert "17 sides" in found.note
    assert "the money follows the impact" in found.note
    assert shares(found)["v00"] == Fraction(40, 360)
    assert shares(found)["v01"] == Fraction(20, 360)


def test_many_parties_of_few_sides_are_no_trouble_to_the_limit() -> None:
    players = tuple(player(f"v{number:02d}", side=f"s{number % 2}") for number in range(18))
    found = divided(players, tuple(Piece((number,), 20) for number in range(18)))
    assert found.money_follows == "credit"
    assert set(shares(found).values()) == {Fraction(1, 18)}
