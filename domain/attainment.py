"""What a service level came to in a period.

The problem: a value without its numerator, its denominator and its status cannot be checked, and a rounded one cannot
be defended.

Example: April, 24x7, 62 minutes down: numerator 2,588,280,000,000 of 2,592,000,000,000 microseconds, 99.856481... %,
`MISSED` against 99.9 with a margin of -0.043518...

Limits: a `NOT_DUE` attainment has no figures: its own period does not end in the asked one.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.agreements import Agreement, ServiceLevel, Threshold
from domain.periods import Period


class AttainmentStatus(StrEnum):
    """Whether the target was met, missed, could not be measured, or is not due yet (1-language)."""

    MET = "MET"
    MISSED = "MISSED"
    NO_DATA = "NO_DATA"
    NOT_DUE = "NOT_DUE"


@dataclass(frozen=True, slots=True)
class LevelOn:
    """One service level of one agreement version on one service: what an attainment is about."""

    agreement: Agreement
    level: ServiceLevel
    service: str

    @property
    def customer(self) -> str | None:
        """The customer that it is measured for by itself; None for everybody that the agreement is with."""
        is_theirs = self.level.is_per_customer and self.agreement.consumer in self.agreement.customers
        return self.agreement.consumer if is_theirs else None

    @property
    def owed_by(self) -> str:
        """Whose performance it is: the agreement's provider's, or its consumer's where it is a duty of the consumer."""
        duty = self.level.duty
        is_of_consumer = duty is not None and duty.of_consumer
        return self.agreement.consumer if is_of_consumer else self.agreement.provider

    def order(self) -> tuple[str, ...]:
        """By agreement, level, service, and customer if for one: the order of every list that is printed."""
        whose = () if self.customer is None else (self.customer,)
        return (self.agreement.name, self.level.name, self.service, *whose)

    def judged_day(self, period: Period) -> date:
        """The day whose terms hold for a period: its first within the agreement's term (ruling 27 of the design)."""
        return max(period.first, self.agreement.first)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A value against a threshold: what was compared (after `compare`), the status, and the margin."""

    status: AttainmentStatus
    value: Fraction | None
    compared: Fraction | None
    margin: Fraction | None


@dataclass(frozen=True, slots=True)
class Attainment:
    """A service level's measured value for a period.

    ``value`` is percent for availability and within; ``numerator`` and ``denominator`` are microseconds or tickets
    (``unit``); relieved time may make the numerator a fraction (ruling 2).
    """

    of: LevelOn
    period: Period
    status: AttainmentStatus
    unit: str
    threshold: Threshold | None = None
    value: Fraction | None = None
    compared: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    margin: Fraction | None = None
