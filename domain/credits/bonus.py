"""A bonus: what is owed to the provider where a level is met and its value is better than promised.

The problem: some contracts pay for doing better, by the very schemes by which they credit doing worse. A bonus is no
credit: it takes nothing off what a customer is owed, and no cap, claim or recovery of credits sees it.

Example: 1 % of 40,000 above 99.99: a month of 100 % earns 400.00; a month of 99.95 against 99.9 earns nothing.

The scheme is read the other way round: what is better than the target stands in the place of what is worse. So is a
condition: ``when: {consecutive: 3}`` counts periods that kept the promise, and a missed one breaks the run.

Limits: a bonus has no trace: nobody's failure made it.
"""

from dataclasses import replace

from domain.agreements import Agreement, CreditTerms, ServiceLevel
from domain.credits.base import Due
from domain.credits.miss import Miss
from domain.credits.scheme import CreditAmount, credit_amount, explain_credit, is_bedding_in, is_calculated
from domain.explanation import Worked

__all__ = ["bonus_amount", "explain_bonus", "has_bonus"]


def has_bonus(level: ServiceLevel) -> bool:
    """Whether a level carries a bonus that is calculated."""
    bonus = level.bonus
    return isinstance(bonus, CreditTerms) and is_calculated(_turned(level))


def bonus_amount(
    agreement: Agreement, level: ServiceLevel, service: str, met: Miss, due: Due
) -> CreditAmount | None:
    """The bonus of a met value, before rounding; None where the level has none, or is bedding in."""
    if not has_bonus(level) or is_bedding_in(agreement, level, due):
        return None
    return credit_amount(agreement, _turned(level), service, _better(met), due)


def explain_bonus(
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    met: Miss,
    due: Due,
    value: Worked,
    compared: Worked,
) -> Worked | None:
    """The same bonus with its steps."""
    if not has_bonus(level) or is_bedding_in(agreement, level, due):
        return None
    return explain_credit(agreement, _turned(level), service, _better(met), due, value, compared)


def _turned(level: ServiceLevel) -> ServiceLevel:
    """The level with its bonus in the place of its credit."""
    return replace(level, credit=level.bonus, bonus=None)


def _better(met: Miss) -> Miss:
    """The value as if what is better than the target were beyond it."""
    return replace(met, target=met.target.turned())
