"""The bonuses of a month: what the provider is owed for levels that did better than promised.

The problem: a bonus stands in the same statement as the credits and must not be mistaken for one: it has lines and a
total of its own, in neither gross nor net (ruling 103).

Example: 1 % of 40,000 above 99.99 for a month without an outage: a bonus of 400.00 beside a statement of 0.00.

Limits: each line is rounded by itself, and the total is their sum. Of a level that is judged each day the worst day of
the month decides.
"""

from collections.abc import Sequence
from fractions import Fraction

from domain.agreements import Agreement
from domain.credits.base import Due
from domain.credits.bonus import bonus_amount
from domain.money import rounded
from settlement.measured import Measurement
from settlement.results import CreditLine
from settlement.standing import Standings, worst_of_each_month

__all__ = ["bonus_lines"]


def bonus_lines(
    agreement: Agreement, consumer: str, measurements: Sequence[Measurement], standings: Standings
) -> tuple[CreditLine, ...]:
    """A line for each met level whose value earns a bonus, by level and service."""
    if all(measurement.attainment.of.level.bonus is None for measurement in measurements):
        return ()
    found = []
    for measurement in worst_of_each_month(measurements):
        attainment, of = measurement.attainment, measurement.attainment.of
        met = None if of.level.bonus is None else standings.met(measurement, measurements)
        if met is None or of.customer not in (None, consumer):
            continue
        due = Due.of(of.agreement, attainment.period, consumer)
        bonus = bonus_amount(of.agreement, of.level, of.service, met, due)
        if bonus is None or bonus.amount <= Fraction(0) or of.level.bonus is None:
            continue
        amount = rounded(bonus.amount, agreement.currency, agreement.rounding)
        base = rounded(bonus.base, agreement.currency, agreement.rounding)
        scheme = of.level.bonus.scheme
        found.append(
            CreditLine(
                of,
                scheme,
                attainment.value,
                bonus.percent,
                base,
                amount,
                amount,
                bonus.points,
                attainment.period,
            )
        )
    return tuple(sorted(found, key=lambda line: line.of.order()))
