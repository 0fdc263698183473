"""Comparing a value with a promise, exactly.

The problem: 99.8999999 % is a breach of 99.9 % unless the contract itself says that a rounded value is compared; and
17 of 18 tickets may be good enough where the contract forgives one failure in a small sample.

Example (E2): 33 of 35 is 94.2857... %, `MISSED` against 95; with ``smallSample: {fewerThan: 20, allowFailures: 1}``
17 of 18 is `MET` and 16 of 18 is not.

Limits: the comparison is on the fraction; only `compare` rounds, to the places that the contract names.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import (
    Compare,
    Direction,
    OnTimeMetric,
    ServiceLevel,
    SmallSample,
    Threshold,
    WithinMetric,
)
from domain.attainment import Attainment, AttainmentStatus, Judgement
from domain.explanation import Value, Worked, number, rule, work
from domain.money import rounded_fraction


def judge(
    value: Fraction | None,
    threshold: Threshold | None,
    compare: Compare | None = None,
    small_sample: SmallSample | None = None,
    counted: int = 0,
    failures: int = 0,
) -> Judgement:
    """Judge a value in percent; None has no status but `NO_DATA`, never 0 or 100.

    ``counted`` and ``failures`` are what a small sample is judged on. A level without a threshold in force (its first
    dated target lies ahead) is `NO_DATA` too: there is nothing to miss.
    """
    if value is None or threshold is None:
        return Judgement(AttainmentStatus.NO_DATA, value, None, None)
    compared = value if compare is None else rounded_fraction(value, compare.places, compare.rounding)
    margin = threshold.margin(compared)
    forgiven = (
        small_sample is not None
        and counted < small_sample.fewer_than
        and failures <= small_sample.allow_failures
    )
    is_met = threshold.is_met_by(compared) or forgiven
    return Judgement(AttainmentStatus.MET if is_met else AttainmentStatus.MISSED, value, compared, margin)


def minimum_of(attainment: Attainment) -> Threshold | None:
    """The level's `minimum` that is in force for an attainment; None where the contract has none, or not yet.

    It is dated like a target: the one of the first day of the period within the term holds.
    """
    minimum = attainment.of.level.minimum
    return None if minimum is None else minimum.on(attainment.of.judged_day(attainment.period))


def misses_minimum(attainment: Attainment) -> bool:
    """Whether an attainment lies beyond the level's second threshold, the `minimum` of its schedule.

    The value is judged as against the target: rounded where the contract compares a rounded value, and forgiven where
    a small sample is. False where there is no minimum in force, no value, or nothing due. What relief does to the
    money or to a right for it is for whoever asks: the value already stands after relief from the breach.

    Example: a level of at least 99.9 with a minimum of 99.5 that came to 99.7 is `MISSED`, and its minimum is not.
    """
    minimum = minimum_of(attainment)
    if minimum is None or attainment.value is None:
        return False
    level = attainment.of.level
    small_sample, counted, failures = None, 0, 0
    if small_sample_of(level) is not None and attainment.denominator is not None:
        small_sample, counted = level.small_sample, int(attainment.denominator)
        failures = counted - int(attainment.numerator or 0)
    found = judge(attainment.value, minimum, level.compare, small_sample, counted, failures)
    return found.status is AttainmentStatus.MISSED


def small_sample_of(level: ServiceLevel) -> SmallSample | None:
    """The small sample of a level whose value counts tickets or items in time."""
    return level.small_sample if isinstance(level.metric, WithinMetric | OnTimeMetric) else None


def percent(numerator: Fraction, denominator: Fraction) -> Fraction | None:
    """100 x numerator / denominator; None for a zero denominator."""
    return None if denominator == 0 else 100 * numerator / denominator


def explain_judgement(
    value: Worked,
    threshold: Threshold,
    compare: Compare | None,
    small_sample: SmallSample | None,
    *,
    clause: str | None,
    period: str,
) -> tuple[Worked, Worked]:
    """The value as it is compared, and the status, with their steps.

    For a small sample the value's own steps must be named ``counted`` and ``inTime``.
    """
    compared = value
    if compare is not None:
        terms: dict[str, Value] = {"places": Fraction(compare.places), "rounding": compare.rounding}
        compared = work("value", "compare/1", terms, [value], clause=clause)
    inputs: dict[str, Value] = {"direction": threshold.direction.value, "target": threshold.value}
    if small_sample is not None:
        inputs["fewerThan"] = Fraction(small_sample.fewer_than)
        inputs["allowFailures"] = Fraction(small_sample.allow_failures)
        for step in value.explanation.steps:
            inputs[step.name] = Fraction(step.value)
    return compared, work("status", "judge/1", inputs, [compared], clause=clause, period=period)


@rule("compare/1")
def _compare(arguments: Mapping[str, Value]) -> Value:
    places = int(number(arguments, "places"))
    return rounded_fraction(number(arguments, "value"), places, str(arguments["rounding"]))


@rule("judge/1")
def _judge(arguments: Mapping[str, Value]) -> Value:
    value = arguments["value"]
    threshold = Threshold(Direction(str(arguments["direction"])), number(arguments, "target"))
    if not isinstance(value, Fraction):
        return judge(None, threshold).status.value
    if "fewerThan" not in arguments:
        return judge(value, threshold).status.value
    small = SmallSample(int(number(arguments, "fewerThan")), int(number(arguments, "allowFailures")))
    counted = int(number(arguments, "counted"))
    failures = counted - int(number(arguments, "inTime"))
    return judge(value, threshold, None, small, counted, failures).status.value
