"""The credit scheme `proRata`: the charges for the time in which there was no service, so many times.

Example: 6 h of 720 h agreed at 30,000 a month, twice: 2 x 250.00 = 500.00.

Limits: for an availability it is counted downtime over agreed service time; for any other percentage the part that
failed of all that was counted. Where nothing of the kind is measured there is no credit, and the lint says so.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import AvailabilityMetric, ProRataCredit, StepUnit
from domain.credits.miss import Case, Earned, explain_failed, failing
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain"]


def earn(credit: ProRataCredit, case: Case) -> Earned:
    """So many percent of the charges as failed, so many times."""
    failed = failing(case.level.metric, case.miss.target, case.miss.whole, _unit(case), case.miss.value)
    if failed is None or not case.miss.whole:
        return Earned(Fraction(0))
    return Earned(100 * failed / case.miss.whole * credit.multiple)


def _unit(case: Case) -> StepUnit:
    return StepUnit.TIME if isinstance(case.level.metric, AvailabilityMetric) else StepUnit.COUNT


def explain(credit: ProRataCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    failed = explain_failed(case, _unit(case), value)
    if failed is None or not case.miss.whole:
        return work(
            "amount", "unmeasured/1", {"unit": _unit(case).value}, [compared, base], clause=case.level.clause
        )
    terms: dict[str, Value] = {"whole": case.miss.whole, "multiple": credit.multiple}
    sources = {"multiple": case.source}
    return work("amount", "pro-rata/1", terms, [failed, base], clause=case.level.clause, sources=sources)


@rule("pro-rata/1")
def _pro_rata(arguments: Mapping[str, Value]) -> Value:
    part = number(arguments, "failed") / number(arguments, "whole")
    return number(arguments, "base") * part * number(arguments, "multiple")
