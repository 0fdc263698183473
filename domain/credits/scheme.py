"""The one door to all credit schemes: which rule a level's credit is computed by.

The problem: a new scheme must be one new file and one line here, never a condition scattered over the house.

Limits: a scheme that parses but is not calculated yet (`LaterScheme`) gives None, and the settlement says so with the
finding ``NOT_YET_CALCULATED``.
"""

from dataclasses import replace
from fractions import Fraction

from domain.agreements import Agreement, BandsCredit, LaterMetric, ServiceLevel
from domain.credits.bands import CreditAmount, bands_credit, explain_bands
from domain.credits.base import Due
from domain.explanation import Worked


def is_calculated(level: ServiceLevel) -> bool:
    """Whether a level carries a credit by a scheme that is calculated, for a metric that is measured."""
    return isinstance(level.credit, BandsCredit) and not isinstance(level.metric, LaterMetric)


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
        credit = level.credit if with_cap else replace(level.credit, cap=None)
        return bands_credit(agreement, credit, service, compared, due)
    return None


def explain_credit(
    agreement: Agreement, level: ServiceLevel, service: str, compared: Worked, due: Due
) -> Worked | None:
    """The same credit with its steps."""
    if isinstance(level.credit, BandsCredit):
        return explain_bands(agreement, level.credit, service, compared, due, level.clause)
    return None
