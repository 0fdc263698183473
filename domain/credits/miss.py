"""What was missed, by how much, and what other months and levels have to say about its credit.

The problem: one contract prices the value that was reached, another the hours of downtime, the late tickets or the
second failure in a row. And whoever divides a credit asks what it would have been for another value. So everything that
a scheme may look at is one value, which can be asked "and if this had been the value?".

Example: 99.5 % of 43,200 agreed minutes against 99.9: 216 minutes failed, 43.2 were permitted.

Limits: what other months and levels came to (`Standing`) stays as it was, whatever value is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.agreements import (
    Agreement,
    AvailabilityMetric,
    Base,
    CompositeMetric,
    Direction,
    DurationMetric,
    MeanMetric,
    Metric,
    OutageCountMetric,
    ServiceLevel,
    StepUnit,
    Threshold,
    TotalMetric,
)
from domain.credits.base import Due
from domain.credits.others import Answers
from domain.explanation import Value, Worked, number, rule, work
from domain.instants import SECOND
from domain.termination.terms import Condition

__all__ = [
    "NOTHING_BEFORE", "Case", "Earlier", "Earned", "Failures", "Miss", "Standing", "explain_failed", "failing",
    "per_cent_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Earlier:
    """What one period of a level came to: its last day, its value as compared, and whether it was a failure."""

    last: date
    compared: Fraction | None
    is_missed: bool
    is_under_minimum: bool = False


Failures = tuple[tuple[date, Fraction], ...]
"""Failures in the order of their days; each with how much of a failure it was (1, or less where relieved in part)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a level's credit depends on besides its own value.

    ``earlier``: the level's earlier periods, oldest first, without those that were relieved (ruling 27).
    ``failures``: the period's own failures; ``failures_before``: those of earlier periods; ``paid_until``: the last day
    up to which complete numbers of them were paid for. ``failed``: how much of the period failed, in the scheme's unit.
    ``late_by``: by how many microseconds each late ticket or item was late. ``other_points``: the service points of the
    month's other lines. ``minimum``: the level's minimum, where a condition asks about it.
    ``passed``: credits above that are passed on: whose, how much, and what part of it. ``answers``: what the parts of
    `when` come to that ask about something else than the level's own periods.
    """

    earlier: tuple[Earlier, ...] = ()
    failures: Failures = ()
    failures_before: Failures = ()
    paid_until: date | None = None
    failed: Fraction = Fraction(0)
    late_by: tuple[Fraction, ...] = ()
    other_points: Fraction = Fraction(0)
    passed: tuple[tuple[str, Fraction, Fraction], ...] = ()
    minimum: Threshold | None = None
    answers: tuple[tuple[Condition, Answers], ...] = ()

    @property
    def failing_run(self) -> int:
        """How many consecutive failures of the level came just before: met or NO_DATA breaks the run (ruling 27)."""
        run = 0
        for each in reversed(self.earlier):
            if not each.is_missed:
                break
            run += 1
        return run


NOTHING_BEFORE = Standing()


@dataclass(frozen=True, slots=True)
class Miss:
    """A missed value: exact, as compared, against which target, of how much (microseconds, tickets, items)."""

    value: Fraction
    compared: Fraction
    target: Threshold
    whole: Fraction | None = None
    standing: Standing = NOTHING_BEFORE

    def at(self, value: Fraction, compared: Fraction) -> "Miss":
        """The same miss, had this been the value."""
        return replace(self, value=value, compared=compared)

    @property
    def shortfall(self) -> Fraction:
        """How far the compared value lies beyond the target, in its own unit."""
        return max(-self.target.margin(self.compared), Fraction(0))


@dataclass(frozen=True, slots=True)
class Case:
    """One miss of one level, and the base that percentages are of; ``due`` says which days, and whose charges."""

    agreement: Agreement
    level: ServiceLevel
    service: str
    due: Due
    miss: Miss
    of: Base
    base: Fraction

    @property
    def days(self) -> Fraction:
        """How many days the charges of the period are for: a day of service is one part of so many."""
        return Fraction((self.due.last - self.due.first).days + 1)

    @property
    def source(self) -> str:
        """Where its terms stand."""
        return f"{self.agreement.name} version {self.agreement.version}"


@dataclass(frozen=True, slots=True)
class Earned:
    """What a scheme gives before any cap: a percent of the base, a fixed amount beside it, service points.

    ``percent`` None: the contract states an amount. ``in_no_band``: the value lies between or beyond closed bands.
    """

    percent: Fraction | None = None
    fixed: Fraction = Fraction(0)
    points: Fraction | None = None
    in_no_band: bool = False

    def amount(self, base: Fraction) -> Fraction:
        """In money."""
        return per_cent_of(self.percent or Fraction(0), base) + self.fixed


def per_cent_of(percent: Fraction, base: Fraction) -> Fraction:
    """A percent of a base."""
    # One fraction in lowest terms instead of two: settling asks this of every cap and every credit.
    return Fraction(percent.numerator * base.numerator, percent.denominator * base.denominator * 100)


def failing(
    metric: Metric, target: Threshold, whole: Fraction | None, unit: StepUnit, value: Fraction
) -> Fraction | None:
    """How much of a value is failure: microseconds, a number of tickets, items or outages, or percent points.

    None where nobody measures that: a mean has no late tickets, and a percentage of calls no hours.
    """
    form = _form(metric)
    if unit is StepUnit.PERCENT:
        if form in ("count", "time"):
            return None
        return (
            100 - value
            if target.direction is Direction.AT_LEAST and form == "percent"
            else _beyond(target, value)
        )
    if unit is StepUnit.TIME:
        if isinstance(metric, AvailabilityMetric):
            return None if whole is None else whole * (1 - value / 100)
        return value * SECOND if form == "time" else None
    if form == "count":
        return _beyond(target, value)
    if form != "percent" or isinstance(metric, AvailabilityMetric | CompositeMetric) or whole is None:
        return None
    return whole * (1 - value / 100 if target.direction is Direction.AT_LEAST else value / 100)


def _beyond(target: Threshold, value: Fraction) -> Fraction:
    """What of a value counts as failure: all of what is to be small; of what is to be large, what is missing."""
    return value if target.direction is Direction.AT_MOST else target.value - value


def _form(metric: Metric) -> str:
    """Whether a metric's value is a percentage, a number of things, a length of time, or a plain number."""
    match metric:
        case OutageCountMetric() | TotalMetric():
            return "count"
        case DurationMetric():
            return "time"
        case MeanMetric() | CompositeMetric():
            return "plain"
        case _:
            return "percent"


def explain_failed(case: Case, unit: StepUnit, value: Worked) -> Worked | None:
    """How much of the value is failure, as a step under the name ``failed``."""
    miss = case.miss
    zero, one = (failing(case.level.metric, miss.target, miss.whole, unit, Fraction(at)) for at in (0, 1))
    if zero is None or one is None:
        return None
    # What fails is linear in the value, so two numbers say it for every metric: so much at 0, so much less a point.
    terms: dict[str, Value] = {"unit": unit.value, "atZero": zero, "eachPoint": one - zero}
    return work("failed", "failed/1", terms, [value], clause=case.level.clause)


@rule("failed/1")
def _failed(arguments: Mapping[str, Value]) -> Value:
    return number(arguments, "atZero") + number(arguments, "eachPoint") * number(arguments, "value")
