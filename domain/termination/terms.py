"""The clauses by which a consumer may end an agreement, as values: conditions, windows, cure, notice and fee.

The problem: "three misses in any six months, exercisable for sixty days, with thirty days' notice" is several terms,
and each of them moves a date. They arrive here as facts, apart from how they were written and from what happened.

Example: ``Misses(3, None, Duration(months=6))`` is "three missed periods of a level within six months".

Limits: nothing here is worked out; what meets a condition stands in `domain.termination.meeting`, how a right stands on
a date in `domain.termination.standing`.

References: 2-documents, "Termination rights"; 3.7; rulings 32 to 35.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.bounds import Bound
from domain.durations import Duration
from domain.metrics import LevelReference
from domain.money import Money

__all__ = [
    "Accrues", "Act", "AllParts", "AnyPart", "AverageIs", "Condition", "Convenience", "CreditsAtCap", "CreditsReach",
    "Cure", "EventRecorded", "FeeStep", "Misses", "Notice", "OutageHoursExceed",
    "OutagesExceed", "PointsReach", "Scope", "TerminationRight", "ValueIs",
]  # fmt: skip


# ------------------------------------------------------------------------------------------------ conditions


@dataclass(frozen=True, slots=True)
class Misses:
    """At least ``count`` missed periods within the window that ends with the judged one (ruling 33).

    ``of`` None is each level by itself. ``within`` None is the whole term. ``against_minimum``: missed against the
    minimum. ``value``: those periods count whose value satisfies it. ``in_a_row``: one after another, the judged one
    the last of them.
    """

    count: int
    of: LevelReference | None = None
    within: Duration | None = None
    against_minimum: bool = False
    value: Bound | None = None
    in_a_row: bool = False


@dataclass(frozen=True, slots=True)
class ValueIs:
    """One period whose value alone is bad enough."""

    limit: Bound
    of: LevelReference | None = None


@dataclass(frozen=True, slots=True)
class CreditsReach:
    """At least ``months`` months whose net credits reach a percent of the month's charges, or an amount (ruling 34).

    ``base`` is whose charges: "agreement", "service" (those that are priced by service), "annual" or "monthly".
    """

    percent: Fraction | None = None
    amount: Money | None = None
    base: str = "agreement"
    months: int = 1
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class CreditsAtCap:
    """At least ``months`` months whose net credits equal the monthly cap (ruling 34)."""

    months: int
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class PointsReach:
    """Service points that add up to at least so many."""

    points: Fraction
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class OutagesExceed:
    """More than ``count`` outages that began in any run of days of the agreement's zone (E23).

    Only outages strictly longer than ``longer_than`` microseconds count.
    """

    count: int
    within: Duration
    of: LevelReference | None = None
    longer_than: int = 0


@dataclass(frozen=True, slots=True)
class OutageHoursExceed:
    """More than ``hours`` hours of counted downtime in any run of days, clipped to those days (E23)."""

    hours: Fraction
    within: Duration
    of: LevelReference | None = None


@dataclass(frozen=True, slots=True)
class AverageIs:
    """The mean of the last periods' values satisfies a limit (ruling 34)."""

    limit: Bound
    over: Duration
    of: LevelReference | None = None


@dataclass(frozen=True, slots=True)
class Convenience:
    """No cause is needed."""


@dataclass(frozen=True, slots=True)
class EventRecorded:
    """Something that happens outside the service levels, once somebody has recorded it."""

    event: str


@dataclass(frozen=True, slots=True)
class AnyPart:
    """One of several conditions is enough: accrues with the first of them (ruling 32)."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AllParts:
    """Every one of several conditions is needed: accrues with the last of them (ruling 32)."""

    parts: "tuple[Condition, ...]"


Condition = (
    Misses
    | ValueIs
    | CreditsReach
    | CreditsAtCap
    | PointsReach
    | OutagesExceed
    | OutageHoursExceed
    | AverageIs
    | Convenience
    | EventRecorded
    | AnyPart
    | AllParts
)


# ---------------------------------------------------------------------------------------------------- rights


class Accrues(StrEnum):
    """When a right accrues: with the end of the period that completes its condition, or with that period's report."""

    PERIOD_END = "period_end"
    REPORT = "report"


class Scope(StrEnum):
    """What can be ended: the whole agreement, or the service concerned."""

    AGREEMENT = "agreement"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Cure:
    """How long the provider has to cure the failure, from accrual or from the breach notice (ruling 35)."""

    within: Duration
    from_notice: bool = False


@dataclass(frozen=True, slots=True)
class FeeStep:
    """The fee while at least ``remaining_months`` whole months of the term remain: an amount, or a percent.

    ``base`` is what the percent is of: "service" or "agreement" (the month's charges), "monthly" (the same), "annual"
    (twelve times), or an amount of money.
    """

    remaining_months: int
    percent: Fraction | None = None
    amount: Money | None = None
    base: str | Money = "agreement"


@dataclass(frozen=True, slots=True)
class TerminationRight:
    """A clause that lets the consumer end an agreement.

    ``exercise_within`` None: as long as the condition holds. ``notice`` None: at once. ``fee`` is empty where the
    clause names none; its steps are in falling order of their months.
    """

    name: str
    when: Condition
    clause: str | None = None
    accrues: Accrues = Accrues.PERIOD_END
    exercise_within: Duration | None = None
    notice: Duration | None = None
    cure: Cure | None = None
    scope: Scope = Scope.AGREEMENT
    fee: tuple[FeeStep, ...] = ()


class Act(StrEnum):
    """What was done about a right: its breach was notified, it was exercised or waived; or what happened, recorded."""

    BREACH = "breach"
    EXERCISE = "exercise"
    WAIVE = "waive"
    EVENT = "event"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Notice:
    """An act under an agreement, on a day of its own clocks.

    ``right`` is None for an act that concerns every right of the agreement (an event, a report). ``event`` names what
    happened, ``period`` what was reported.
    """

    name: str
    agreement: str
    act: Act
    on: date
    right: str | None = None
    event: str | None = None
    period: str | None = None
    reason: str | None = None
