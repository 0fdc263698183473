"""The rules over all the credits of an agreement that are neither a level's nor a cap.

The problem: what one incident costs, what is earned back, whether a target rises and whether a credit is all that is
owed are said once for the agreement, and each changes what a customer is paid.

Example: ``EarnBack(Fraction(50), Exceeds.TARGET, 6)``: half of a credit comes back after six periods that met the
target in a row.

Limits: nothing here computes; amounts at risk and the price of service points belong to their schemes.

References: 3.5; rulings 26 and 28 of the design.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.durations import Duration


class OneIncident(StrEnum):
    """What is paid where one incident missed several levels."""

    ALL = "all"
    HIGHEST = "highest"
    CHOOSE = "choose"
    """The consumer chooses; the highest until its choice is recorded."""


class Kept(StrEnum):
    """How well a level has to do for a credit to be earned back."""

    TARGET = "target"
    EXCEEDED = "exceeded"


class EarnedAs(StrEnum):
    """How what was earned back is taken."""

    OFFSET = "offset"
    """Only against later credits, never in cash."""
    REFUND = "refund"


class Expires(StrEnum):
    """When what was earned back and not used ends, where this is no length of time."""

    TERMINATION = "termination"
    YEAR = "year"
    CONTRACT_YEAR = "contractYear"


@dataclass(frozen=True, slots=True)
class EarnBack:
    """A provider earns ``returns`` percent of a credit back after ``consecutive`` periods that kept the promise."""

    returns: Fraction
    kept: Kept
    consecutive: int
    earned_as: EarnedAs = EarnedAs.OFFSET
    expires: Expires | Duration | None = None
    excludes_minimum_missed: bool = False


class RatchetTo(StrEnum):
    """How far a target rises that was beaten for long."""

    HALFWAY = "halfway_to_average"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Ratchet:
    """After ``beaten`` periods better than the target a higher one is proposed.

    ``maximum_gap_share`` is the most of the way from the target to 100 that it may rise, in percent.
    """

    beaten: int
    to: RatchetTo
    maximum_gap_share: Fraction | None = None


class Apportion(StrEnum):
    """How the credits of a level that several suppliers share are divided between them."""

    EACH = "each"
    EQUAL = "equal"
    CHARGES = "charges"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class SharedLevel:
    """With which levels of other agreements a level is shared, as (agreement, level)."""

    others: tuple[tuple[str, str], ...]
    apportion: Apportion


@dataclass(frozen=True, slots=True)
class Remedies:
    """What an agreement says of its credits as a whole; None where it says nothing."""

    one_incident: OneIncident = OneIncident.ALL
    earn_back: EarnBack | None = None
    ratchet: Ratchet | None = None
    is_sole: bool | None = None
    counts_toward_damages: bool | None = None


NO_REMEDIES = Remedies()
"""An agreement that says nothing of its credits as a whole."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which level the consumer wants to be paid for, of those that one incident missed."""

    incident: str
    level: str
    service: str | None = None
