"""How a contract turns a miss into money: one value for each credit scheme, with the terms that shape it.

The problem: "5 % of the charges" means nothing until the contract has said of which charges, up to what, and when. Each
scheme is a value of its own, so that no calculation has to guess which terms are meant.

Example: ``ShortfallCredit()`` credits as many percent as the value falls short: 23 % where 75 came of 98 (E17).

Limits: how a scheme is worked out stands in `domain.credits`, a file a scheme.

References: 2-documents, "Credit schemes"; 3.5; rulings 25, 27 and 29.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from domain.bounds import Bound, BoundSide
from domain.durations import Duration
from domain.money import Money
from domain.termination.terms import Condition

__all__ = [
    "AtRisk",
    "AtRiskCredit",
    "Band",
    "BandsCredit",
    "Base",
    "Bound",
    "BoundSide",
    "Credit",
    "CreditBase",
    "CreditTerms",
    "LevelCap",
    "Misses",
    "OnOthers",
    "PassThroughCredit",
    "PerFailuresCredit",
    "PerUnitCredit",
    "PointsBand",
    "PointsCredit",
    "PointsPrice",
    "PointsStep",
    "ProRataCredit",
    "ScheduleCredit",
    "ScheduleStep",
    "Several",
    "ShortfallCredit",
    "Step",
    "StepUnit",
    "When",
]  # fmt: skip


class Base(StrEnum):
    """What a percentage is of: charges of the service, of the agreement, of a year, or a fixed amount."""

    SERVICE = "service"
    AGREEMENT = "agreement"
    ANNUAL = "annual"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class CreditBase:
    """The base of a credit; ``amount`` only with `Base.AMOUNT`. ``kind`` None is the default of ruling 25."""

    kind: Base | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class LevelCap:
    """The most that one level's credit can be: a percent of its base (or of one of its own), or an amount."""

    percent: Fraction | None = None
    amount: Money | None = None
    of: CreditBase | None = None


@dataclass(frozen=True, slots=True)
class Misses:
    """At least ``count`` missed periods of the level within the window that ends with the judged one (ruling 29).

    ``value``: only periods whose value satisfies it count. ``consecutive``: they have to be in a row, the judged one
    the last of them. ``within`` None: since the beginning of the term. ``against_minimum``: missed against the minimum.
    """

    count: int
    value: Bound | None = None
    within: Duration | None = None
    consecutive: bool = False
    against_minimum: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """``any`` (one is enough) or all of some conditions."""

    parts: "tuple[When, ...]"
    is_any: bool


@dataclass(frozen=True, slots=True)
class OnOthers:
    """A condition on something else than the level's own periods, as a right to terminate says it.

    A level it does not name is the one that carries the credit, and so is that level's service.
    """

    condition: Condition


When = Misses | Several | OnOthers
"""A condition that a credit falls due under, of the same language as termination rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """What any scheme may say: its base, its cap, what is too little to pay, and the condition it falls due under."""

    scheme: ClassVar[str] = ""
    base: CreditBase = CreditBase()
    cap: LevelCap | None = None
    minimum_payable: Money | None = None
    when: When | None = None


# ---------------------------------------------------------------------------------------------------- bands


@dataclass(frozen=True, slots=True)
class Band:
    """Below (for atLeast) or above (for atMost) ``boundary``, or from ``start`` to it, both included.

    Worth exactly one of ``percent`` of the base, ``amount``, and ``days`` of service.
    """

    boundary: Fraction
    below: bool
    percent: Fraction | None = None
    amount: Money | None = None
    start: Fraction | None = None
    days: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in the band."""
        return in_range(self.boundary, self.start, value, below=self.below)


def in_range(boundary: Fraction, start: Fraction | None, value: Fraction, *, below: bool) -> bool:
    """Whether a value lies below (or above) a boundary, or, with a ``start``, between the two, both included."""
    if start is not None:
        return start <= value <= boundary
    return value < boundary if below else value > boundary


@dataclass(frozen=True, slots=True)
class BandsCredit(CreditTerms):
    """The credit scheme `bands`: the deepest band that the value falls in."""

    scheme: ClassVar[str] = "bands"
    base: CreditBase
    bands: tuple[Band, ...]


# ---------------------------------------------------------------------------------------------------- points


@dataclass(frozen=True, slots=True)
class PointsBand:
    """Below or above ``boundary``, or from ``start`` to it, both included: so many service points."""

    boundary: Fraction
    below: bool
    points: Fraction
    start: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        """Whether a value lies in the band."""
        return in_range(self.boundary, self.start, value, below=self.below)


@dataclass(frozen=True, slots=True)
class PointsCredit(CreditTerms):
    """The credit scheme `points`; ``repeat`` multiplies the second and every later consecutive failure."""

    scheme: ClassVar[str] = "points"
    bands: tuple[PointsBand, ...]
    repeat: Fraction | None = None


@dataclass(frozen=True, slots=True)
class PointsStep:
    """From a total of points on: a percent of the charges, or an amount."""

    points: Fraction
    percent: Fraction | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class PointsPrice:
    """What an agreement's service points cost: each ``percent`` or ``amount``, or by the ``table`` of totals."""

    base: CreditBase
    percent: Fraction | None = None
    amount: Money | None = None
    table: tuple[PointsStep, ...] = ()


# ------------------------------------------------------------------------------------------------ amount at risk


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An agreement's amount at risk: percent of its charges, percent of that in the pool, what allocations sum to."""

    percent: Fraction
    pool: Fraction = Fraction(100)
    allocations_total: Fraction = Fraction(100)


@dataclass(frozen=True, slots=True)
class AtRiskCredit(CreditTerms):
    """The credit scheme `atRisk`: a percent of the pool of the amount at risk."""

    scheme: ClassVar[str] = "atRisk"
    allocation: Fraction


# ---------------------------------------------------------------------------------------------- by how much


class StepUnit(StrEnum):
    """What a unit of shortfall is counted in."""

    TIME = "time"
    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Step:
    """What ``units`` of shortfall cost: a percent of the base, an amount, or days of service."""

    percent: Fraction | None = None
    amount: Money | None = None
    units: Fraction = Fraction(1)
    days: Fraction | None = None


@dataclass(frozen=True, slots=True)
class PerUnitCredit(CreditTerms):
    """The credit scheme `perUnit`: so much for each unit of shortfall beyond the target or an allowance.

    ``size`` is a unit's size: microseconds, a number of tickets, items or outages, or percent points.
    ``allowance`` is in the same; None: what the target allows.
    """

    scheme: ClassVar[str] = "perUnit"
    unit: StepUnit
    size: Fraction
    counts_started: bool = False
    allowance: Fraction | None = None
    first: Step | None = None
    each: Step | None = None


@dataclass(frozen=True, slots=True)
class ScheduleStep:
    """What cumulative downtime up to and with ``up_to`` microseconds costs; None: any longer downtime."""

    up_to: int | None
    percent: Fraction | None = None
    amount: Money | None = None
    days: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ScheduleCredit(CreditTerms):
    """The credit scheme `schedule`: a table of cumulative downtime."""

    scheme: ClassVar[str] = "schedule"
    steps: tuple[ScheduleStep, ...]


@dataclass(frozen=True, slots=True)
class ProRataCredit(CreditTerms):
    """The credit scheme `proRata`: charges in proportion to downtime, so many times."""

    scheme: ClassVar[str] = "proRata"
    multiple: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class ShortfallCredit(CreditTerms):
    """The credit scheme `shortfall`: as many percent as the value falls short, so many times."""

    scheme: ClassVar[str] = "shortfall"
    multiple: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class PerFailuresCredit(CreditTerms):
    """The credit scheme `perFailures`: so much for each complete number of failures in a rolling window."""

    scheme: ClassVar[str] = "perFailures"
    failures: int
    within: Duration
    percent: Fraction | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class PassThroughCredit(CreditTerms):
    """The credit scheme `passThrough`: the part of the customers' credits that the trace puts on this provider."""

    scheme: ClassVar[str] = "passThrough"


Credit = (
    BandsCredit
    | PointsCredit
    | AtRiskCredit
    | PerUnitCredit
    | ScheduleCredit
    | ProRataCredit
    | ShortfallCredit
    | PerFailuresCredit
    | PassThroughCredit
)
