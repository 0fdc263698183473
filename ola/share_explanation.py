"""A division of a breach that can be worked out again from what it was divided from.

The problem: "your share is 7/12" can only be checked by somebody who sees the game: who failed together, for how long,
which coalitions were enough, and what credit each amount would have cost. So the explanation of shares carries the game
itself, and replaying it runs the same division (`ola.trace.divide`) on it.

Example: an occasion ``(players 0 and 1, 3,600,000,000, "e")`` says that for an hour either of the two alone was enough:
its table, read as bits from the empty coalition upwards, is 0, 1, 1, 1.

Limits: an occasion with more than `MOST_SHOWN` players is not written out; such an explanation states its shares and
says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Apportionment, ReliefTest
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work
from ola.custody import TicketOccasion
from ola.games import Groups, fraction
from ola.occasions import DowntimeOccasion, Occasion, Player
from ola.trace import Consequence, Division, divide, whole_quantity

MOST_SHOWN: Final = 14
"""The most players of one occasion whose coalitions are written out."""

_TOO_MANY: Final = f"More than {MOST_SHOWN} services failed together; their coalitions are not written out."

Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Recording:
    """A consequence that remembers which credit each quantity asked about would have cost."""

    consequence: Consequence
    credits: dict[Fraction, Fraction] = field(default_factory=dict)

    def is_met(self, quantity: Fraction) -> bool:
        """Whether the target would be met."""
        return self.consequence.is_met(quantity)

    def value(self, quantity: Fraction) -> Fraction | None:
        """The level's value."""
        return self.consequence.value(quantity)

    def credit(self, quantity: Fraction) -> Fraction:
        """The level's own credit."""
        self.credits[quantity] = self.consequence.credit(quantity)
        return self.credits[quantity]


@dataclass(frozen=True, slots=True)
class StatedCredits:
    """A consequence read back from an explanation: only its credits matter to a division's shares."""

    credits: Mapping[Fraction, Fraction]

    def is_met(self, quantity: Fraction) -> bool:
        """Whether the target would be met."""
        return quantity == 0

    def value(self, quantity: Fraction) -> Fraction | None:
        """The level's value."""
        del quantity
        return None

    def credit(self, quantity: Fraction) -> Fraction:
        """The level's own credit."""
        if quantity not in self.credits:
            raise PrivityError(
                f"The explanation does not say what credit a quantity of {quantity} would cost."
            )
        return self.credits[quantity]


def explain_shares(
    players: Sequence[Player],
    occasions: Sequence[DowntimeOccasion] | Sequence[TicketOccasion],
    consequence: Consequence,
    apportionment: Apportionment,
    first_failure: Callable[[int], int],
    *,
    unit: str,
    clause: str | None,
    period: str,
) -> Worked:
    """The shares of a breach, with the game that they divide.

    The value is a row a party (side, party, quantity, impact share, credit share or "") and, where the contracts do
    not add up, one more without side and party.
    """
    recording = Recording(consequence)
    division = divide(players, occasions, recording, apportionment, first_failure)
    if not _can_be_shown(occasions):
        return work(
            "shares", "shares-stated/1", {"shares": division_rows(division), "note": _TOO_MANY}, period=period
        )
    taking_part = sorted({player for each in occasions for player in each.players})
    inputs: dict[str, Value] = {
        "unit": unit,
        **_game(players, occasions),
        "apportionment": apportionment.value,
        "credits": tuple((quantity, recording.credits[quantity]) for quantity in sorted(recording.credits)),
        "firstFailures": tuple((Fraction(p), Fraction(first_failure(p))) for p in taking_part),
    }
    return work("shares", "shares/1", inputs, clause=clause, period=period)


def explain_relief(players: Sequence[Player], occasions: Sequence[DowntimeOccasion]) -> Worked:
    """How much of the downtime is relieved, in microseconds, with the game between causes and sides (3.4)."""
    if not _can_be_shown(occasions):
        stated = _relieved(players, occasions)
        return work("relieved", "relief-stated/1", {"relieved": stated, "note": _TOO_MANY})
    return work("relieved", "relief/1", _game(players, occasions))


def _relieved(players: Sequence[Player], occasions: Sequence[DowntimeOccasion]) -> Fraction:
    everything = Fraction(0)
    for each in occasions:
        groups = [frozenset({player}) for player in (*each.players, *each.excused)]
        everything += fraction(each.unrelieved([frozenset().union(*groups)])[-1])
    return everything - whole_quantity(players, occasions)


def _game(
    players: Sequence[Player], occasions: Sequence[DowntimeOccasion] | Sequence[TicketOccasion]
) -> dict[str, Value]:
    return {
        "players": tuple((p.side, p.party, p.service, p.excused or "") for p in players),
        "occasions": tuple(_written(each) for each in occasions),
        "reliefTest": _test(occasions).value,
    }


def _can_be_shown(occasions: Sequence[Occasion]) -> bool:
    return all(len(each.players) + len(each.excused) <= MOST_SHOWN for each in occasions)


def _test(occasions: Sequence[Occasion]) -> ReliefTest:
    tests = {each.test for each in occasions if isinstance(each, DowntimeOccasion)}
    return tests.pop() if tests else ReliefTest.TO_THE_EXTENT


def _written(occasion: DowntimeOccasion | TicketOccasion) -> Value:
    """An occasion as (players, excused, pieces); a piece is its weight and its table of coalitions, as hex bits."""
    everyone = [*occasion.players, *occasion.excused]
    if isinstance(occasion, TicketOccasion):
        pieces: list[tuple[int, Bools]] = [(len(occasion.tickets), occasion.table)]
    else:
        durations, failing = occasion.evaluate([frozenset({player}) for player in everyone])
        pieces = list(zip(durations.tolist(), failing, strict=True))
    written: tuple[Value, ...] = (
        tuple(Fraction(player) for player in occasion.players),
        tuple(Fraction(player) for player in occasion.excused),
        tuple((Fraction(weight), _hex(table)) for weight, table in pieces),
    )
    # Downtime that counts in part says so; what counts in full need not.
    if isinstance(occasion, DowntimeOccasion) and occasion.weight != 1:
        return (*written, occasion.weight)
    return written


def _hex(table: Bools) -> str:
    return f"{sum(1 << position for position in np.flatnonzero(table).tolist()):x}"


def division_rows(division: Division) -> Value:
    """A division as rows: side, party, quantity, impact share, credit share; the contracts' own row last."""
    rows: list[Value] = [
        (
            part.side,
            part.party,
            part.quantity,
            part.quantity / division.whole,
            "" if part.credit_share is None else part.credit_share,
        )
        for part in division.parts
    ]
    if division.misaligned or division.misaligned_credit_share:
        share = division.misaligned_credit_share
        of_whole = division.misaligned / division.whole
        rows.append(("", "", division.misaligned, of_whole, "" if share is None else share))
    return tuple(rows)


@rule("shares-stated/1")
def _shares_stated(arguments: Mapping[str, Value]) -> Value:
    return arguments["shares"]


@rule("relief-stated/1")
def _relief_stated(arguments: Mapping[str, Value]) -> Value:
    return arguments["relieved"]


@rule("relief/1")
def _relief(arguments: Mapping[str, Value]) -> Value:
    return _relieved(*_read_game(arguments))


@rule("shares/1")
def _shares(arguments: Mapping[str, Value]) -> Value:
    players, occasions = _read_game(arguments)
    credits_by_quantity = {
        number({"q": q}, "q"): number({"c": c}, "c") for q, c in map(as_tuple, as_tuple(arguments["credits"]))
    }
    firsts = {as_whole(p): as_whole(at) for p, at in map(as_tuple, as_tuple(arguments["firstFailures"]))}
    apportionment = Apportionment(str(arguments["apportionment"]))
    stated = StatedCredits(credits_by_quantity)
    return division_rows(divide(players, occasions, stated, apportionment, firsts.__getitem__))


def _read_game(arguments: Mapping[str, Value]) -> tuple[tuple[Player, ...], list[DowntimeOccasion]]:
    players = tuple(
        Player(str(service), str(party), str(side), excused=str(excused) or None)
        for side, party, service, excused in map(as_tuple, as_tuple(arguments["players"]))
    )
    test = ReliefTest(str(arguments["reliefTest"]))
    return players, [_read(as_tuple(each), test, players) for each in as_tuple(arguments["occasions"])]


def _read(written: tuple[Value, ...], test: ReliefTest, sides: Sequence[Player]) -> DowntimeOccasion:
    players, excused = (tuple(as_whole(p) for p in as_tuple(part)) for part in written[:2])
    everyone = (*players, *excused)
    weights = [as_whole(as_tuple(piece)[0]) for piece in as_tuple(written[2])]
    tables = [int(str(as_tuple(piece)[1]) or "0", 16) for piece in as_tuple(written[2])]
    known = np.array(
        [[bool(table >> mask & 1) for mask in range(2 ** len(everyone))] for table in tables], dtype=np.bool_
    )

    def evaluate(groups: Groups) -> tuple[NDArray[np.int64], Bools]:
        masks = np.arange(2 ** len(groups), dtype=np.int64)
        index = np.zeros(len(masks), dtype=np.int64)
        for bit, group in enumerate(groups):
            own = sum(1 << position for position, player in enumerate(everyone) if player in group)
            index |= np.where((masks >> bit) & 1 == 1, own, 0)
        return np.array(weights, dtype=np.int64), known[:, index]

    side_of = {player: sides[player].side for player in players}
    heaviness = number({"weight": written[3]}, "weight") if len(written) > 3 else Fraction(1)
    return DowntimeOccasion(players, excused, (), side_of, test, evaluate, heaviness)


def as_tuple(value: Value) -> tuple[Value, ...]:
    """A term that must be a list."""
    if not isinstance(value, tuple):
        raise PrivityError(f"An explanation of shares holds {value!r} where a list belongs.")
    return value


def as_whole(value: Value) -> int:
    """A term that must be a whole number."""
    if not isinstance(value, Fraction) or value.denominator != 1:
        raise PrivityError(f"An explanation of shares holds {value!r} where a whole number belongs.")
    return int(value)
