"""The credit scheme `perFailures`: so much for each complete number of failures in a rolling window.

Example (E18): each 10 failures in rolling 12 months cost 5 % of the annual fee of 126,000; 11 failures are 6,300.00,
and the eleventh waits for nine more. Failures that were paid for are never counted again.

A window is of whole days and ends on the day of a failure. What is paid for are the oldest failures in it, so that the
younger ones stay in windows the longest.

Limits: a credit falls due for a missed period (ruling 24): a number completed in a period that met its target is paid
with the next missed one. How many of the period's failures a value asked about has is taken from the first on.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from domain.agreements import AvailabilityMetric, PerFailuresCredit, StepUnit
from domain.credits.miss import Case, Earned, Failures, failing
from domain.credits.worth import earned_by, numbers, read, rows, written
from domain.durations import Duration
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["completed", "earn", "explain"]


def completed(failures: Sequence[tuple[date, Fraction]], wanted: int, within: Duration) -> tuple[date, ...]:
    """The days on which so many unpaid failures were complete within the window ending on that day."""
    waiting: list[tuple[date, Fraction]] = []
    days = []
    for day, weight in failures:
        opens = within.before(day + timedelta(days=1))
        waiting = [each for each in waiting if each[0] >= opens]
        waiting.append((day, weight))
        while sum(part for _, part in waiting) >= wanted:
            days.append(day)
            waiting = _without(waiting, Fraction(wanted))
    return tuple(days)


def _without(waiting: Sequence[tuple[date, Fraction]], paid: Fraction) -> list[tuple[date, Fraction]]:
    """What is left once so much has been paid for, the oldest first."""
    left = []
    for day, weight in waiting:
        taken = min(weight, paid)
        paid -= taken
        if weight > taken:
            left.append((day, weight - taken))
    return left


def earn(credit: PerFailuresCredit, case: Case) -> Earned:
    """What the numbers of failures that are complete, and not paid for yet, cost."""
    standing = case.miss.standing
    failures = (*standing.failures_before, *_own(case))
    days = completed(failures, credit.failures, credit.within)
    return earned_by(credit, Fraction(_unpaid(days, standing.paid_until)))


def _unpaid(days: Sequence[date], paid_until: date | None) -> int:
    return sum(paid_until is None or day > paid_until for day in days)


def _own(case: Case) -> Failures:
    """The period's own failures, as many of them as the value asked about has."""
    standing = case.miss.standing
    unit = StepUnit.TIME if isinstance(case.level.metric, AvailabilityMetric) else StepUnit.COUNT
    failed = failing(case.level.metric, case.miss.target, case.miss.whole, unit, case.miss.value)
    if failed is None or not standing.failed:
        return standing.failures
    every = sum((weight for _, weight in standing.failures), start=Fraction(0))
    return _first(standing.failures, every * min(failed / standing.failed, Fraction(1)))


def _first(failures: Failures, wanted: Fraction) -> Failures:
    found = []
    for day, weight in failures:
        taken = min(weight, wanted)
        if taken > 0:
            found.append((day, taken))
        wanted -= taken
    return tuple(found)


def explain(credit: PerFailuresCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    del value
    standing = case.miss.standing
    failures = (*standing.failures_before, *_own(case))
    terms: dict[str, Value] = {
        "failures": tuple((day.isoformat(), weight) for day, weight in failures),
        "paidUntil": "" if standing.paid_until is None else standing.paid_until.isoformat(),
        "each": Fraction(credit.failures),
        "within": credit.within.isoformat(),
        "worth": written(credit),
    }
    sources = {"each": case.source, "within": case.source, "worth": case.source}
    steps = [compared.called("value"), base]
    return work("amount", "per-failures/1", terms, steps, clause=case.level.clause, sources=sources)


@rule("per-failures/1")
def _per_failures(arguments: Mapping[str, Value]) -> Value:
    failures = [
        (date.fromisoformat(str(day)), numbers((weight,))[0]) for day, weight in rows(arguments["failures"])
    ]
    until = str(arguments["paidUntil"])
    wanted, within = int(number(arguments, "each")), Duration.parse(str(arguments["within"]))
    days = completed(failures, wanted, within)
    unpaid = _unpaid(days, date.fromisoformat(until) if until else None)
    number(arguments, "value")  # A period without a value is no miss, and pays for nothing.
    ((kind, worth),) = rows((arguments["worth"],))
    return read(kind, worth, Fraction(unpaid)).amount(number(arguments, "base"))
