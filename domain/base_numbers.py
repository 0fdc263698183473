"""Targets proposed from history, each with the probability of meeting it.

The problem: "we have always done 99.9" is how targets are set that are missed in the first quarter. What history says
of the next period can be said exactly, and without any bell curve: if periods are alike, the next one is as likely to
fall into each of the n + 1 gaps between the n values that were attained. So a target at the k-th worst of n values is
met with probability (n + 1 - k) / (n + 1).

Example: nine months, the worst 99.62, the second worst 99.71. A target of 99.62 is met with probability 9/10, one of
99.71 with 8/10. For a target that is met with 95 % nine months are too few: nineteen are needed.

Limits: it holds for periods that are alike and do not hang together; a trend, a season or a change of the service is
not seen. A proposed target is rounded to the easier side, so that its probability is at least what is said.

References: S. S. Wilks, "Determination of sample sizes for setting tolerance limits" (1941): the coverage of an order
statistic of n values is distributed as Beta(n + 1 - k, k), with the mean (n + 1 - k) / (n + 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

from domain.agreements import Direction, Threshold
from domain.errors import PrivityError
from domain.explanation import Value, number, rule

__all__ = ["WANTED", "ProposedTarget", "chance_of", "met_with", "periods_needed", "proposed_target"]

WANTED: Final = (Fraction(95, 100), Fraction(90, 100), Fraction(75, 100), Fraction(50, 100))
"""The probabilities for which a target is proposed."""


@dataclass(frozen=True, slots=True)
class ProposedTarget:
    """A target that history supports: met with ``chance``, which is at least ``wanted``."""

    wanted: Fraction
    threshold: Threshold
    chance: Fraction


def periods_needed(wanted: Fraction) -> int:
    """How many periods it takes until a target can be proposed that is met with a probability."""
    return ceil(wanted / (1 - wanted))


def met_with(
    values: Sequence[Fraction], direction: Direction, wanted: Fraction
) -> tuple[Fraction, Fraction] | None:
    """The hardest attained value that the next period meets with a probability, and the exact probability of it.

    None where there are too few values.
    """
    count = len(values)
    place = floor((count + 1) * (1 - wanted))
    if place < 1:
        return None
    worst_first = sorted(values, reverse=direction is Direction.AT_MOST)
    place = min(place, count)
    return worst_first[place - 1], Fraction(count + 1 - place, count + 1)


def proposed_target(
    values: Sequence[Fraction], direction: Direction, wanted: Fraction, places: int
) -> ProposedTarget | None:
    """The hardest target of so many decimals that the next period meets with a probability; None: too few values."""
    found = met_with(values, direction, wanted)
    if found is None:
        return None
    scale = 10**places
    units = floor(found[0] * scale) if direction is Direction.AT_LEAST else ceil(found[0] * scale)
    return ProposedTarget(wanted, Threshold(direction, Fraction(units, scale)), found[1])


def chance_of(values: Sequence[Fraction], threshold: Threshold) -> tuple[Fraction, Fraction]:
    """Between which probabilities the next period meets a target: it lies in the gap between two attained values."""
    count = len(values)
    met = sum(1 for value in values if threshold.is_met_by(value))
    return Fraction(met, count + 1), Fraction(met + 1, count + 1)


@rule("base-number/1")
def _base_number(arguments: Mapping[str, Value]) -> Value:
    """A target proposed from the values that were attained."""
    listed = arguments["values"]
    values = [each for each in listed if isinstance(each, Fraction)] if isinstance(listed, tuple) else []
    direction = Direction(str(arguments["direction"]))
    found = proposed_target(values, direction, number(arguments, "wanted"), int(number(arguments, "places")))
    if found is None:
        raise PrivityError(f"{len(values)} values are too few for a target that is met with the probability.")
    return found.threshold.value
