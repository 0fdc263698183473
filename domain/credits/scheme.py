"""The one door to all credit schemes: which rule a level's credit is computed by.

The problem: a new scheme must be one new file and one line here, never a condition scattered over the house.

Limits: a scheme that parses but is not calculated yet (`LaterScheme`) gives None, and the settlement says so with the
finding ``NOT_YET_CALCULATED``.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from domain.agreements import Agreement, BandsCredit, LaterMetric, ServiceLevel
from domain.credits.bands import CreditAmount, bands_credit, explain_bands
from domain.credits.base import Due, base_amount
from domain.explanation import Value, Worked, rule, work


def is_calculated(level: ServiceLevel) -> bool:
    """Whether a level carries a credit by a scheme that is calculated, for a metric that is measured."""
    return isinstance(level.credit, BandsCredit) and not isinstance(level.metric, LaterMetric)


def is_bedding_in(agreement: Agreement, level: ServiceLevel, due: Due) -> bool:
    """Whether a period begins while a level is still bedding in: it is measured then, and carries no credit."""
    return level.bedding_in is not None and due.first < level.bedding_in.after(agreement.first)


def credit_amount(
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    compared: Fraction,
    due: Due,
    *,
    with_cap: bool = True,
) -> CreditAmount | None:
    """A missed level's own credit before the agreement's remedies; None where no scheme here computes it.

    ``with_cap`` False leaves out the level's own cap: what the credit would be if nothing capped it (3.6).
    """
    if isinstance(level.credit, BandsCredit):
        if is_bedding_in(agreement, level, due):
            of, base = base_amount(agreement, level.credit.base, service, due)
            return CreditAmount(Fraction(0), Fraction(0), base, of)
        credit = level.credit if with_cap else replace(level.credit, cap=None)
        return bands_credit(agreement, credit, service, compared, due)
    return None


def explain_credit(
    agreement: Agreement, level: ServiceLevel, service: str, compared: Worked, due: Due
) -> Worked | None:
    """The same credit with its steps."""
    if isinstance(level.credit, BandsCredit):
        if is_bedding_in(agreement, level, due):
            length = level.bedding_in.isoformat() if level.bedding_in is not None else ""
            terms: dict[str, Value] = {"termBegins": agreement.first.isoformat(), "beddingIn": length}
            return work("amount", "bedding-in/1", terms, [compared], clause=level.clause)
        return explain_bands(agreement, level.credit, service, compared, due, level.clause)
    return None


@rule("bedding-in/1")
def _bedding_in(arguments: Mapping[str, Value]) -> Value:
    """Nothing is credited for what is missed while a level is bedding in."""
    del arguments
    return Fraction(0)
