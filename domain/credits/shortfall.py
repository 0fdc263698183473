"""The credit scheme `shortfall`: as many percent of the charges as the value falls short of the target.

Example (E17): target 98, value 75: 23 % of the charges.

Limits: the value as the contract compares it; percent points, or plain numbers where the value is one.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import Direction, ShortfallCredit, Threshold
from domain.credits.miss import Case, Earned
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain"]


def earn(credit: ShortfallCredit, case: Case) -> Earned:
    """The shortfall in percent, so many times."""
    return Earned(case.miss.shortfall * credit.multiple)


def explain(credit: ShortfallCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    del value
    terms: dict[str, Value] = {
        "direction": case.miss.target.direction.value,
        "target": case.miss.target.value,
        "multiple": credit.multiple,
    }
    sources = {"target": case.source, "multiple": case.source}
    steps = [compared.called("value"), base]
    return work("amount", "shortfall/1", terms, steps, clause=case.level.clause, sources=sources)


@rule("shortfall/1")
def _shortfall(arguments: Mapping[str, Value]) -> Value:
    target = Threshold(Direction(str(arguments["direction"])), number(arguments, "target"))
    short: Fraction = max(-target.margin(number(arguments, "value")), Fraction(0))
    return short * number(arguments, "multiple") * number(arguments, "base") / 100
