"""What ending an agreement costs: a fixed fee, or one by the months that remain.

The problem: "nine hundred while twelve months or more remain, three hundred while six do" depends on the day on which
the agreement ends, not on the day on which somebody asks.

Example: a term to 31 December 2027; ended on 1 October 2026, fifteen whole months remain.

Limits: one rounding, to the currency's minor unit, in the agreement's own way.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from domain.money import Money, rounded
from domain.termination.terms import FeeStep

__all__ = ["fee_on", "remaining_months"]


def remaining_months(ends: date, last: date) -> int:
    """The whole months from the day on which an agreement ends to the last day of its term."""
    after = last + timedelta(days=1)
    months = (after.year - ends.year) * 12 + after.month - ends.month
    return max(months - (after.day < ends.day), 0)


def fee_on(
    steps: Sequence[FeeStep],
    ends: date,
    last: date,
    base: Callable[[str], Fraction],
    currency: str,
    rounding: str,
) -> Money | None:
    """The fee of ending on a day; None where the clause names none. ``base`` gives the charges that a percent is of."""
    if not steps:
        return None
    left = remaining_months(ends, last)
    step = max(
        (each for each in steps if each.remaining_months <= left),
        key=lambda each: each.remaining_months,
        default=None,
    )
    if step is None:
        return Money.zero(currency)
    if step.amount is not None:
        return step.amount
    of = step.base.fraction if isinstance(step.base, Money) else base(step.base)
    return rounded((step.percent or Fraction(0)) * of / 100, currency, rounding)
