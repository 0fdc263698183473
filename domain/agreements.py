"""What one agreement says: its parties, services, levels, credits and caps.

The problem: a contract's clauses have to be facts that a calculation can read without knowing how they were written
down, each with the clause it comes from, and each with the day from which it holds.

Example: ``Threshold(Direction.AT_LEAST, Fraction("99.9"))`` is "at least 99.9 %", and is met by exactly 99.9.

Limits: a metric or another term that no calculation reads yet arrives here as `LaterMetric` or `LaterTerm`, and a
settlement answers it with the finding ``NOT_YET_CALCULATED``, never with silence.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.calendars import Calendar, WeeklyWindow
from domain.credit_terms import (
    AtRisk,
    AtRiskCredit,
    Band,
    BandsCredit,
    Base,
    Bound,
    BoundSide,
    Credit,
    CreditBase,
    CreditTerms,
    LevelCap,
    Misses,
    OnOthers,
    PassThroughCredit,
    PerFailuresCredit,
    PerUnitCredit,
    PointsBand,
    PointsCredit,
    PointsPrice,
    PointsStep,
    ProRataCredit,
    ScheduleCredit,
    ScheduleStep,
    Several,
    ShortfallCredit,
    Step,
    StepUnit,
    When,
)  # fmt: skip
from domain.durations import Duration
from domain.metrics import (
    Aggregate,
    Assign,
    AvailabilityMetric,
    CompositeMetric,
    CountFrom,
    DurationMetric,
    Formula,
    LaterMetric,
    LevelReference,
    MeanMetric,
    Metric,
    Milestone,
    OnTimeMetric,
    OutageCountMetric,
    RatioMetric,
    Statistic,
    SuccessMetric,
    TotalMetric,
    WithinMetric,
)  # fmt: skip
from domain.money import Money
from domain.periods import PeriodRule
from domain.relief import ReliefNotice
from domain.remedies import NO_REMEDIES, Choice, Ratchet, Remedies, SharedLevel
from domain.termination.terms import TerminationRight

__all__ = [
    "Aggregate", "Agreement", "AgreementType", "Ambiguity", "Apportionment", "Assign", "AtRisk", "AtRiskCredit",
    "AvailabilityMetric", "Band", "BandsCredit", "Base", "Bound", "BoundSide", "Cap", "CapPer", "Charge",
    "Claim", "Compare", "CompositeMetric", "Contact", "CountFrom", "Credit", "CreditBase", "CreditTerms",
    "DatedThreshold",
    "Direction", "DurationMetric", "Duty", "EscalationStep", "Formula", "Invoiced",
    "LaterMetric", "LaterTerm", "LevelCap",
    "LevelReference", "MaintenanceRule", "MeanMetric", "Metric", "Milestone", "Misses", "OnOthers", "OnTimeMetric",
    "OutageCountMetric", "PassThroughCredit", "PerFailuresCredit", "PerUnitCredit", "PointsBand",
    "PointsCredit", "PointsPrice", "PointsStep", "ProRataCredit", "RatioMetric", "ReliefTest", "ScheduleCredit",
    "ScheduleStep",
    "ServiceLevel", "Several", "ShortfallCredit", "SmallSample", "State", "Statistic", "Step", "StepUnit",
    "Structure", "SuccessMetric", "Target", "Threshold", "TotalMetric", "When", "WithinMetric",
]  # fmt: skip


class AgreementType(StrEnum):
    """SLA (provider to customer), OLA (team to provider), UC (vendor to provider or vendor)."""

    SLA = "SLA"
    OLA = "OLA"
    UC = "UC"


class Structure(StrEnum):
    """How an SLA is cut: by service, by customer, or for the whole organisation."""

    SERVICE = "service"
    CUSTOMER = "customer"
    CORPORATE = "corporate"


class State(StrEnum):
    """Where an agreement stands in its life; only an active one is judged (ruling 37)."""

    DRAFT = "draft"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    ACTIVE = "active"
    TERMINATED = "terminated"
    EXPIRED = "expired"


class Direction(StrEnum):
    """Which side of a threshold is the good one; its own text is the document's key."""

    AT_LEAST = "atLeast"
    AT_MOST = "atMost"


class ReliefTest(StrEnum):
    """How much of an instant with excused and other causes is excused (3.4)."""

    TO_THE_EXTENT = "to_the_extent"
    NECESSARY = "necessary"
    CONTRIBUTED = "contributed"


class Apportionment(StrEnum):
    """What the money of a breach follows (3.3)."""

    CREDIT = "credit"
    IMPACT = "impact"
    EQUAL = "equal"
    FIRST_CAUSE = "first_cause"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound on a value, in the value's own unit (percent 0-100, seconds for a duration)."""

    direction: Direction
    value: Fraction

    def is_met_by(self, value: Fraction) -> bool:
        """Whether ``value`` keeps the promise; equality keeps it."""
        return value >= self.value if self.direction is Direction.AT_LEAST else value <= self.value

    def margin(self, value: Fraction) -> Fraction:
        """How far ``value`` lies on the good side; negative where the promise is broken (ruling 2)."""
        return value - self.value if self.direction is Direction.AT_LEAST else self.value - value

    def turned(self) -> "Threshold":
        """The same bound from the other side: what is better than it lies beyond the turned one."""
        at_least = self.direction is Direction.AT_LEAST
        return Threshold(Direction.AT_MOST if at_least else Direction.AT_LEAST, self.value)


@dataclass(frozen=True, slots=True)
class DatedThreshold:
    """A threshold and the day from which it holds (None: from the beginning)."""

    since: date | None
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class Target:
    """A promise with its history, oldest first."""

    steps: tuple[DatedThreshold, ...]

    def on(self, day: date) -> Threshold | None:
        """The threshold in force on ``day`` (ruling 27); None before the first dated one."""
        found: Threshold | None = None
        for step in self.steps:
            if step.since is None or step.since <= day:
                found = step.threshold
        return found


@dataclass(frozen=True, slots=True)
class Compare:
    """The contract compares a value rounded to ``places`` decimals (``half_up``, ``half_even``, ``down``, ``up``)."""

    places: int
    rounding: str


@dataclass(frozen=True, slots=True)
class SmallSample:
    """With fewer than ``fewer_than`` tickets, up to ``allow_failures`` late ones still meet the target."""

    fewer_than: int
    allow_failures: int


class CapPer(StrEnum):
    """Over what a cap runs: calendar year of the agreement's zone, or year from the term's first day."""

    MONTH = "month"
    YEAR = "year"
    CONTRACT_YEAR = "contractYear"


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that an agreement's credits can be over a month or a year; in the order written (3.5)."""

    per: CapPer
    percent: Fraction | None = None
    of: Base = Base.AGREEMENT
    amount: Money | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What the consumer pays a month; ``service`` None prices the whole agreement, ``customer`` one customer."""

    service: str | None
    monthly: Money
    customer: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """That a measured promise is no service level but a duty: of the consumer (or the provider), never credited.

    ``relieves`` are the levels of the same agreement that depend on a consumer's duty (3.4).
    """

    of_consumer: bool
    relieves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MaintenanceRule:
    """Maintenance that is agreed on a condition: announced ``notice`` before, or at most ``allowance`` a month.

    In the hours of ``window``; None: recorded work at any time. ``allowance`` is microseconds.
    """

    window: WeeklyWindow | None = None
    notice: Duration | None = None
    allowance: int | None = None


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What was invoiced for a service in a month ("2026-03"), in the agreement's currency; it stands for the price.

    ``places`` are the files and lines that say so, which no figure rests on.
    """

    service: str
    month: str
    amount: Fraction
    customer: str | None = None
    places: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One promise: a metric on each of ``services``, in a window, over a period, against a target."""

    name: str
    clause: str | None
    services: tuple[str, ...]
    metric: Metric
    window: str | None
    period: PeriodRule
    target: Target
    minimum: Target | None = None
    requested: Target | None = None
    """What the customer asked for while the target was negotiated."""
    compare: Compare | None = None
    small_sample: SmallSample | None = None
    credit: Credit | None = None
    bonus: Credit | None = None
    """What is owed to the provider where the target is exceeded."""
    bedding_in: Duration | None = None
    """Measured without credits for so long from the term's first day."""
    removes_relieved: bool = False
    """Relieved time leaves the denominator too (``relieved: removed``); else it counts as up."""
    duty: Duty | None = None
    """Set where this is a duty beside the service levels, measured in the same way."""
    inherited_from: str | None = None
    """The less specific SLA that defines this level (ruling 36); None where its own agreement does."""
    ratchet: Ratchet | None = None
    shared: SharedLevel | None = None
    is_per_customer: bool = False
    """Whether it is measured for each customer by itself, where its agreement is with every customer."""

    @property
    def cited(self) -> str:
        """How its clause is cited within its own agreement: by its number, else by its name."""
        return self.clause or self.name

    @property
    def is_critical(self) -> bool:
        """A critical service level carries credits; any other is a KPI (1-language)."""
        return self.credit is not None


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A clause that leaves something open, and the reading that the document takes; both in words."""

    clause: str
    leaves_open: str
    reading: str
    service_level: str | None = None


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is told of a breach, so long after it stands."""

    level: int
    role: str
    after: Duration


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to talk to about an agreement, by the role that the person has in it."""

    role: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class LaterTerm:
    """A term of a document that parses but that no calculation reads yet: where it stands, and what it is.

    ``path`` is the place in the document ("spec.remedies.earnBack"); ``affects`` says what is therefore missing
    from the results.
    """

    agreement: str
    path: str
    affects: str
    service_level: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of one agreement. ``services`` are resolved names; ``consumer`` may be "*" (every customer)."""

    name: str
    title: str
    version: int
    type: AgreementType
    structure: Structure | None
    provider: str
    consumer: str
    services: tuple[str, ...]
    state: State
    first: date
    last: date
    effective: date
    calendar: Calendar
    currency: str
    charges: tuple[Charge, ...] = ()
    maintenance: tuple[WeeklyWindow, ...] = ()
    """Hours that are agreed whether announced or not, without a limit."""
    maintenance_rules: tuple[MaintenanceRule, ...] = ()
    exclusions: frozenset[str] = frozenset()
    relief_test: ReliefTest = ReliefTest.TO_THE_EXTENT
    levels: tuple[ServiceLevel, ...] = ()
    caps: tuple[Cap, ...] = ()
    at_risk: AtRisk | None = None
    points: PointsPrice | None = None
    claim_within: Duration | None = None
    apportionment: Apportionment = Apportionment.CREDIT
    rounding: str = "half_even"
    relief_notice: ReliefNotice | None = None
    duties: tuple[ServiceLevel, ...] = ()
    """The measured duties of the consumer and of the provider, each as a level of its own (3.4)."""
    rights: tuple[TerminationRight, ...] = ()
    later_terms: tuple[LaterTerm, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    customers: tuple[str, ...] = ()
    """The customers that levels are measured for one by one; none where they are measured over all together."""
    remedies: Remedies = NO_REMEDIES
    part_of: str | None = None
    """The umbrella agreement whose caps and termination rights span this one too."""
    notice: Duration | None = None
    """How long before its end notice is given."""
    renews: bool = False
    """Whether it goes on after its last day unless somebody ends it."""
    sources: tuple[str, ...] = ()
    """The sources of evidence, the most trusted first; none: all count alike."""
    escalation: tuple[EscalationStep, ...] = ()
    """Who is told of a breach, in the order of the steps."""
    review_every: Duration | None = None
    """How often it is reviewed, from the term's first day on."""
    contacts: tuple[Contact, ...] = ()
    invoiced: tuple[Invoiced, ...] = ()
    """What the evidence says was invoiced; the prices of the documents hold for everything else."""
    is_changed_from_outside: bool = False
    """Whether it says otherwise from ``effective`` on than its version did before, though nobody amended it: an SLA
    that it inherits from was amended, began or ended, or one of its services was terminated."""

    service_ends: tuple[tuple[str, date], ...] = ()
    """The services that were taken out of it by a right, each with its last day under it."""

    def last_of(self, service: str) -> date:
        """The last day of a service under the agreement: that of its term, or an earlier one."""
        return min((day for name, day in self.service_ends if name == service), default=self.last)

    @property
    def key(self) -> tuple[str, int, date]:
        """What tells one set of terms from every other: the agreement, its version, and since when they hold."""
        return self.name, self.version, self.effective

    def for_customer(self, customer: str) -> "Agreement":
        """The agreement as it is between its provider and one customer of those that it is for."""
        return self if customer == self.consumer else replace(self, consumer=customer)

    def covers_day(self, day: date) -> bool:
        """Whether the term holds on ``day``; the last day is inclusive."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Claim:
    """That the credits of one agreement for one period were claimed, and when (a date of the agreement's zone)."""

    name: str
    agreement: str
    period: str
    claimed_at: date
    choices: tuple[Choice, ...] = ()
    """For which levels the consumer wants to be paid, where one incident missed several."""
