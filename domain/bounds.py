"""A bound on a value, in whichever direction a contract says it.

The problem: "at or below 96.5" and "below 96.5" are different clauses, and a condition has to keep which was written.

Example: ``Bound(BoundSide.AT_MOST, Fraction("96.5")).holds(Fraction("96.5"))`` is true.

Limits: one bound; "between" is two of them.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

__all__ = ["Bound", "BoundSide"]


class BoundSide(StrEnum):
    """On which side of a bound a value has to lie; its own text is the document's key."""

    BELOW = "below"
    ABOVE = "above"
    AT_LEAST = "atLeast"
    AT_MOST = "atMost"


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound on a value, in whichever direction the contract says it."""

    side: BoundSide
    value: Fraction

    def holds(self, value: Fraction) -> bool:
        """Whether a value satisfies it."""
        match self.side:
            case BoundSide.BELOW:
                return value < self.value
            case BoundSide.ABOVE:
                return value > self.value
            case BoundSide.AT_LEAST:
                return value >= self.value
            case BoundSide.AT_MOST:
                return value <= self.value
