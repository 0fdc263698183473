"""The credit scheme `atRisk`: an allocation of the pool of the amount at risk.

Example (E15): 10 % of 100,000 at risk, a pool of 50 % of it, an allocation of 40 %: 2,000.00.

The amount at risk caps the month's credits (`caps.at_risk_cap`): ten levels at 25 % each of which five are missed come
to 12,500 and are cut to 10,000, 2,000 each (E16).

Limits: an allocation in an agreement that puts nothing at risk is worth nothing, and the lint says so.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import AtRiskCredit
from domain.credits.miss import Case, Earned
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain"]


def earn(credit: AtRiskCredit, case: Case) -> Earned:
    """At-risk percent x pool x allocation, in percent of the charges."""
    at_risk = case.agreement.at_risk
    if at_risk is None:
        return Earned(Fraction(0))
    return Earned(at_risk.percent * at_risk.pool * credit.allocation / 10_000)


def explain(credit: AtRiskCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    del value, compared
    at_risk, where = case.agreement.at_risk, f"{case.source}, remedies.atRisk"
    terms: dict[str, Value] = {
        "atRisk": Fraction(0) if at_risk is None else at_risk.percent,
        "pool": Fraction(100) if at_risk is None else at_risk.pool,
        "allocation": credit.allocation,
    }
    sources = {"atRisk": where, "pool": where, "allocation": case.source}
    return work("amount", "at-risk/1", terms, [base], clause=case.level.clause, sources=sources)


@rule("at-risk/1")
def _at_risk(arguments: Mapping[str, Value]) -> Value:
    parts = (number(arguments, name) for name in ("atRisk", "pool", "allocation"))
    amount = number(arguments, "base")
    for part in parts:
        amount = amount * part / 100
    return amount
