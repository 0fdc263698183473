"""What drawn years come to, in the form in which it is told: amounts with their spread, chances, and what would help.

The problem: of ten thousand years nobody wants ten thousand figures, and a mean alone hides the year that breaks the
budget. So every amount is told by its mean and by what so many of a hundred years stay within.

Example: of online banking 120,000 a year on average, nothing in half of the years, 480,000 in one of a hundred.

Limits: amounts are whole minor units and occurred, but for means, which are rounded once, half-even.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AgreementType
from domain.money import Money, minor_digits, rounded
from domain.periods import Period
from ola.simulation.failures import Observed
from settlement.simulating.frame import LeftOut

__all__ = [
    "AgreementYears",
    "CurrencyYears",
    "Distribution",
    "Improvement",
    "PartyYears",
    "RightChance",
    "Simulated",
]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How an amount is spread over the drawn years: its mean, and the amount that so many of a hundred stay within."""

    mean: Money
    median: Money
    p90: Money
    p95: Money
    p99: Money
    most: Money
    chance: Fraction
    """In which part of the years it is above 0."""

    @classmethod
    def of(cls, minor: Numbers, currency: str) -> Distribution:
        """The distribution of some years' amounts in minor units; quantiles are by nearest rank: they occurred."""
        unit = 10 ** minor_digits(currency)
        ordered = np.sort(minor)
        count = len(ordered)

        def money(units: int) -> Money:
            return rounded(Fraction(units, unit), currency)

        def rank(percent: int) -> Money:
            return money(int(ordered[max(ceil(Fraction(percent * count, 100)), 1) - 1]))

        mean = rounded(Fraction(int(ordered.sum()), count * unit), currency)
        above = Fraction(int((ordered > 0).sum()), count)
        return cls(mean, rank(50), rank(90), rank(95), rank(99), money(int(ordered[-1])), above)


@dataclass(frozen=True, slots=True)
class AgreementYears:
    """What one agreement credits; of an SLA also what of it comes back, and the gap that it leaves."""

    agreement: str
    type: AgreementType
    credits: Distribution
    recoverable: Distribution | None
    gap: Distribution | None


@dataclass(frozen=True, slots=True)
class PartyYears:
    """What one answerable party causes, owes back and leaves open; ``gap`` is caused less recoverable.

    ``party`` None: nobody, what is credited although everybody kept the promise, because the contracts do not add up.
    """

    party: str | None
    caused: Distribution
    recoverable: Distribution
    gap: Distribution
    over_recovery: Distribution


@dataclass(frozen=True, slots=True)
class RightChance:
    """How likely a right to terminate arises in a year."""

    agreement: str
    name: str
    clause: str | None
    chance: Fraction


@dataclass(frozen=True, slots=True)
class Improvement:
    """One change, and by how much it would lower the expected gap of a year.

    ``kind``: ``STAND_IN``, a stand-in for a service so that it never fails of itself; ``BACK_TO_BACK``, a contract
    under which a party owes all that it causes; ``OWN_PROMISES``, a provider of customers whose own part in tickets and
    counts ends.
    """

    kind: str
    of: str
    lowers: Money


@dataclass(frozen=True, slots=True)
class CurrencyYears:
    """The money of the drawn years in one currency."""

    currency: str
    payable: Distribution
    recoverable: Distribution
    gap: Distribution
    agreements: tuple[AgreementYears, ...]
    """What each agreement credits, in its own currency."""
    parties: tuple[PartyYears, ...]
    improvements: tuple[Improvement, ...]
    """What would lower the expected gap, most first."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What drawn years come to."""

    year: Period
    years: int
    seed: int
    since: int
    until: int
    """The time in which the failures were observed."""
    observed: tuple[Observed, ...]
    money: tuple[CurrencyYears, ...]
    rights: tuple[RightChance, ...]
    months: tuple[Period, ...]
    """The months that were, of which each drawn one is one for tickets, counts, samples and deliverables."""
    notes: tuple[str, ...]
    """What whoever uses the figures should know of what they rest on."""
    left_out: tuple[LeftOut, ...]
    checked: int
    """How many of the years were settled in full too, and came to the same."""
