"""The credit scheme `perUnit`: so much for each unit of shortfall beyond the target or an allowance.

Example (E20): the first two hours or part 10 %, each further hour or part 5 %, at most 25 %: 2 h 01 beyond the
allowance is three started hours: 10 + 5 = 15 %; 6 h is 10 + 4 x 5 = 30, capped at 25 %.

An ``allowance`` stands in the place of what the target permits: it is the failure that is free. ``first`` is the price
of the first units together, due once the first of them has begun (``started``) or all are complete (``full``).
For tickets and items a unit of time is of each one's own lateness: a ticket 90 minutes late is two started hours.

Limits: where nobody measures the unit (hours of a satisfaction score) there is no credit, and the lint says so.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from domain.agreements import OnTimeMetric, PerUnitCredit, ServiceLevel, Step, StepUnit, WithinMetric
from domain.credits.miss import Case, Earned, explain_failed, failing
from domain.credits.worth import added, earned_by, in_percent, numbers, read, rows, written
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain", "is_by_lateness"]


def earn(credit: PerUnitCredit, case: Case) -> Earned:
    """What the units of a miss cost."""
    units, first, each = _units(credit, case), _price(credit.first, case), _price(credit.each, case)
    if units is None:
        return Earned(Fraction(0))
    parts = []
    further = units
    if first is not None:
        if _has_first(units, first.units, is_started=credit.counts_started):
            parts.append(earned_by(first))
        further = max(units - first.units, Fraction(0))
    if each is not None and further:
        parts.append(earned_by(each, further / each.units))
    return added(parts)


def _price(step: Step | None, case: Case) -> Step | None:
    return None if step is None else in_percent(step, case.days)


def _has_first(units: Fraction, first: Fraction, *, is_started: bool) -> bool:
    return units > 0 if is_started else units >= first


def _units(credit: PerUnitCredit, case: Case) -> Fraction | None:
    """How many units count; None where nobody measures them."""
    free = _free(credit, case)
    if is_by_lateness(credit, case.level):
        late = case.miss.standing.late_by
        every = sum(
            (_counted(one - free, credit.size, is_started=credit.counts_started) for one in late),
            start=Fraction(0),
        )
        return every * _part_late(case)
    failed = _failed(
        credit, case, case.miss.value if credit.unit is not StepUnit.PERCENT else case.miss.compared
    )
    return None if failed is None else _counted(failed - free, credit.size, is_started=credit.counts_started)


def _counted(beyond: Fraction, size: Fraction, *, is_started: bool) -> Fraction:
    units = max(beyond, Fraction(0)) / size
    return Fraction(ceil(units) if is_started else floor(units))


def _failed(credit: PerUnitCredit, case: Case, value: Fraction) -> Fraction | None:
    return failing(case.level.metric, case.miss.target, case.miss.whole, credit.unit, value)


def _free(credit: PerUnitCredit, case: Case) -> Fraction:
    """The failure that costs nothing: the allowance, else what the target permits."""
    if credit.allowance is not None:
        return credit.allowance
    if is_by_lateness(credit, case.level):
        return Fraction(0)
    return _failed(credit, case, case.miss.target.value) or Fraction(0)


def is_by_lateness(credit: PerUnitCredit, level: ServiceLevel) -> bool:
    """Whether the units are of each late ticket's or item's own lateness."""
    return credit.unit is StepUnit.TIME and isinstance(level.metric, WithinMetric | OnTimeMetric)


def _part_late(case: Case) -> Fraction:
    """Of the tickets that were late, how many a value asked about has: its units are taken in proportion."""
    miss = case.miss
    late = len(miss.standing.late_by)
    if not late or miss.whole is None:
        return Fraction(0)
    return miss.whole * (1 - miss.value / 100) / late


def explain(credit: PerUnitCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    first, each = _price(credit.first, case), _price(credit.each, case)
    steps, sources = [base], {"first": case.source, "each": case.source, "free": case.source}
    terms: dict[str, Value] = {
        "size": credit.size,
        "part": "started" if credit.counts_started else "full",
        "free": _free(credit, case),
        "first": () if first is None else (*written(first), first.units),
        "each": () if each is None else (*written(each), each.units),
    }
    if is_by_lateness(credit, case.level):
        terms["lateBy"] = case.miss.standing.late_by
        terms["ofThem"] = _part_late(case)
        steps.append(value)
    else:
        failed = explain_failed(case, credit.unit, compared if credit.unit is StepUnit.PERCENT else value)
        if failed is None:
            return work(
                "amount", "unmeasured/1", {"unit": credit.unit.value}, [value, base], clause=case.level.clause
            )
        steps.append(failed)
    return work("amount", "per-unit/1", terms, steps, clause=case.level.clause, sources=sources)


@rule("per-unit/1")
def _per_unit(arguments: Mapping[str, Value]) -> Value:
    size, free, is_started = (
        number(arguments, "size"),
        number(arguments, "free"),
        arguments["part"] == "started",
    )
    if "lateBy" in arguments:
        (late,) = rows((arguments["lateBy"],))
        counted = (_counted(one - free, size, is_started=is_started) for one in numbers(late))
        units = sum(counted, start=Fraction(0)) * number(arguments, "ofThem")
    else:
        units = _counted(number(arguments, "failed") - free, size, is_started=is_started)
    first, each = rows((arguments["first"], arguments["each"]))
    parts, further = [], units
    if first:
        (of_first,) = numbers(first[2:])
        if _has_first(units, of_first, is_started=is_started):
            parts.append(read(first[0], first[1]))
        further = max(units - of_first, Fraction(0))
    if each and further:
        (of_each,) = numbers(each[2:])
        parts.append(read(each[0], each[1], further / of_each))
    return added(parts).amount(number(arguments, "base"))


@rule("unmeasured/1")
def _unmeasured(arguments: Mapping[str, Value]) -> Value:
    """Nothing is credited by what nobody measures."""
    del arguments
    return Fraction(0)
