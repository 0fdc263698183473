"""A measured level as a game: how much went wrong in the period, and how much would have with fewer players.

Both metrics come to the same form: a total (agreed minutes, tickets), a bad part of it (counted minutes, late tickets),
players, and `worth`: the bad part had only some players done what they did. Attainment, status and the divisions
follow from that form alone.

Example: 43,200 minutes of which 62 are bad is 99.856481...; against 99.9 it is MISSED.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.reference.minutes import Document, exact
from tests.reference.shapley import Coalition, Player, Worth


def rounded(value: Fraction, places: int, rounding: str = "half_even") -> Fraction:
    """An exact value, not negative, rounded to decimal places by integer arithmetic."""
    scaled = value * 10**places
    below, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest - scaled.denominator
    if rounding == "half_up":
        up = twice >= 0
    elif rounding == "half_even":
        up = twice > 0 or (twice == 0 and below % 2 == 1)
    elif rounding == "down":
        up = False
    else:
        raise ValueError(f"the reference does not round {rounding}")
    return Fraction(below + (1 if up else 0), 10**places)


@dataclass(frozen=True)
class Measured:
    """One level of one agreement on one service, measured over one month."""

    agreement: Document
    level: Document
    service: str
    month: str
    kind: str
    total: int
    players: tuple[Player, ...]
    worth: Worth
    answerable: dict[Player, str | None]
    relieved: Fraction = Fraction(0)
    # Why two careful readers could differ here; a comparison leaves such figures out.
    doubts: tuple[str, ...] = ()
    # For a player that serves several direct suppliers: the suppliers on whose paths its failure reached the service.
    spread: dict[Player, tuple[str, ...]] = field(default_factory=dict)
    # By player: the answerable parties, each with a service it runs through which the failure reached the judged one.
    through: dict[Player, frozenset[tuple[str, str]]] = field(default_factory=dict)
    # Holders of late tickets without a level for them: ungoverned for these tickets.
    without_level: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str, str]:
        """How every row names its level (ruling 1)."""
        return self.agreement["name"], self.level["name"], self.service

    @property
    def bad(self) -> Fraction:
        """The bad part as it happened."""
        return self.worth(frozenset(self.players))

    def value(self, bad: Fraction) -> Fraction | None:
        """The percentage that is left, or None without a denominator."""
        return 100 * (self.total - bad) / self.total if self.total else None

    def compared(self, bad: Fraction) -> Fraction | None:
        """The value the contract compares: rounded where it says so."""
        value = self.value(bad)
        compare = self.level.get("compare")
        if value is None or not compare:
            return value
        return rounded(value, int(compare["places"]), compare.get("rounding", "half_even"))

    def status(self, bad: Fraction) -> str:
        """MET, MISSED or NO_DATA for a bad part."""
        value = self.compared(bad)
        if value is None:
            return "NO_DATA"
        small = self.level.get("smallSample")
        if small and self.total < int(small["fewerThan"]) and bad <= int(small["allowFailures"]):
            return "MET"
        return "MET" if value >= exact(self.level["target"]["atLeast"]) else "MISSED"

    def without(self, party: str, reason: str) -> Coalition:
        """Everyone but this party's own."""
        return frozenset(p for p in self.players if (p.party, p.reason) != (party, reason))


def decimal_of(value: Any) -> Decimal:
    """An exact figure of ours as the nearest decimal, for people."""
    fraction = Fraction(value)
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)
