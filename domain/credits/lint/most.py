"""The most that a level's credit can be in one of its periods, and the credit of its least miss.

The problem: whether a cap can ever bind, and whether a trifle costs a fortune, can be said before anything fails.

Example: bands of 5, 15 and 30 % of 40,000: at most 12,000. The least miss, just under 99.9 %, costs 2,000.

Limits: where a credit has no upper end (hours without a cap) there is no most. The least miss is one second beyond what
the target permits, one ticket, item or outage, the last place that the contract compares, or a billionth of the value.
"""

from fractions import Fraction

from domain.agreements import (
    Agreement,
    AtRiskCredit,
    AvailabilityMetric,
    BandsCredit,
    Credit,
    CreditTerms,
    Direction,
    DurationMetric,
    LevelCap,
    OutageCountMetric,
    PointsCredit,
    ProRataCredit,
    ScheduleCredit,
    ServiceLevel,
    ShortfallCredit,
    TotalMetric,
)
from domain.credits.base import Due, base_amount
from domain.credits.miss import Case, Miss, Standing
from domain.credits.scheme import case_of, credit_amount
from domain.credits.worth import Priced, earned_by, in_percent
from domain.instants import DAY, SECOND

__all__ = ["least_miss", "level_cap", "most_before_cap", "most_of", "of_least_miss"]

_THINGS = 100
"""Of how many tickets, items or requests the least miss is one more than the target permits."""


def most_of(agreement: Agreement, level: ServiceLevel, service: str, due: Due) -> Fraction | None:
    """The most that a level's own credit can be in a period; None where nothing bounds it."""
    case = _case(agreement, level, service, due)
    if case is None:
        return Fraction(0)
    most, cap = most_before_cap(level.credit, case), level_cap(level.credit, case)
    return cap if most is None else most if cap is None else min(most, cap)


def level_cap(credit: Credit | None, case: Case) -> Fraction | None:
    """A level's own cap in money; None without one."""
    cap: LevelCap | None = credit.cap if isinstance(credit, CreditTerms) else None
    if cap is None:
        return None
    if cap.amount is not None:
        return cap.amount.fraction
    base = case.base if cap.of is None else base_amount(case.agreement, cap.of, case.service, case.due)[1]
    return (cap.percent or Fraction(0)) * base / 100


def most_before_cap(credit: Credit | None, case: Case) -> Fraction | None:
    """The most that a scheme can give; None where nothing bounds it."""
    match credit:
        case BandsCredit():
            worths = [case.base * band.days / case.days for band in credit.bands if band.days is not None]
            worths += [_worth(band, case.base) for band in credit.bands if band.days is None]
            return max(worths, default=Fraction(0))
        case ScheduleCredit():
            steps = (in_percent(step, case.days) for step in credit.steps)
            return max((_worth(step, case.base) for step in steps), default=Fraction(0))
        case PointsCredit():
            return _most_points(credit, case)
        case AtRiskCredit():
            at_risk = case.agreement.at_risk
            if at_risk is None:
                return Fraction(0)
            return case.base * at_risk.percent * at_risk.pool * credit.allocation / 1_000_000
        case ProRataCredit():
            return case.base * credit.multiple
        case ShortfallCredit():
            target = case.level.target.steps[-1].threshold
            if target.direction is Direction.AT_MOST:
                return None
            return target.value * credit.multiple * case.base / 100
        case _:
            return None


def _most_points(credit: PointsCredit, case: Case) -> Fraction | None:
    price = case.agreement.points
    if price is None:
        return Fraction(0)
    if price.table:
        return max(_worth(step, case.base) for step in price.table)
    points = max((band.points for band in credit.bands), default=Fraction(0)) * (credit.repeat or 1)
    return _worth(price, case.base) * points


def _worth(priced: Priced, base: Fraction) -> Fraction:
    return earned_by(priced).amount(base)


def _case(agreement: Agreement, level: ServiceLevel, service: str, due: Due) -> Case | None:
    credit = level.credit
    if not isinstance(credit, CreditTerms):
        return None
    return case_of(agreement, level, credit, service, least_miss(level, due), due)


def least_miss(level: ServiceLevel, due: Due) -> Miss:
    """The least failure that misses a level, just beyond the target that is in force."""
    target = level.target.on(due.first) or level.target.steps[-1].threshold
    metric, whole = level.metric, None
    if isinstance(metric, AvailabilityMetric):
        whole = Fraction(((due.last - due.first).days + 1) * DAY)
        beyond = Fraction(100 * SECOND) / whole
    elif isinstance(metric, OutageCountMetric | TotalMetric | DurationMetric):
        beyond = Fraction(1)
    else:
        whole = Fraction(_THINGS)
        beyond = Fraction(1, 10**9)
    if level.compare is not None:
        beyond = max(beyond, Fraction(1, 10**level.compare.places))
    value = target.value - beyond if target.direction is Direction.AT_LEAST else target.value + beyond
    return Miss(value, value, target, whole, Standing(failures=((due.last, Fraction(1)),)))


def of_least_miss(agreement: Agreement, level: ServiceLevel, service: str, due: Due) -> Fraction:
    """What the least miss of a level costs."""
    found = credit_amount(agreement, level, service, least_miss(level, due), due)
    return Fraction(0) if found is None else found.amount
