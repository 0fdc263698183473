"""The one door to all credit schemes: which rule a level's credit is computed by, and the steps that all of them share.

The problem: a new scheme must be one new file and one line here, never a condition scattered over the house.

The order is that of 3.5: scheme with its repeats and its points in money, then `when`, level cap, minimum payable. Each
is a rule of its own, so that the explanation of a line can be replayed step by step.

Limits: a level without a credit gives None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from domain.agreements import (
    Agreement,
    AtRiskCredit,
    BandsCredit,
    Base,
    CreditBase,
    CreditTerms,
    LaterMetric,
    LevelCap,
    PassThroughCredit,
    PerFailuresCredit,
    PerUnitCredit,
    PointsCredit,
    ProRataCredit,
    ScheduleCredit,
    ServiceLevel,
    ShortfallCredit,
)
from domain.credits import (
    at_risk,
    bands,
    pass_through,
    per_failures,
    per_unit,
    points,
    pro_rata,
    schedule,
    shortfall,
)
from domain.credits.base import Due, base_amount, charges_source
from domain.credits.miss import Case, Earned, Miss, per_cent_of
from domain.credits.when import explain_when, falls_due
from domain.explanation import Value, Worked, number, rule, work

__all__ = [
    "CreditAmount",
    "case_of",
    "credit_amount",
    "explain_credit",
    "is_bedding_in",
    "is_calculated",
    "pays_percent",
]


@dataclass(frozen=True, slots=True)
class CreditAmount:
    """A level's own credit, before the agreement's remedies: exact amount, percent (None: a stated amount), base.

    The percent is that of the scheme, or what the level's own cap leaves of it (E20).
    ``points`` are those of the scheme `points`. ``in_no_band``: the value lies in a gap between closed bands.
    """

    amount: Fraction
    percent: Fraction | None
    base: Fraction
    of: Base
    points: Fraction | None = None
    in_no_band: bool = False


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How one scheme's credit is worked out, and explained."""

    # The credit is the very type that the table below names; a union of functions cannot say so.
    earn: Callable[[Any, Case], Earned]
    explain: Callable[[Any, Case, Worked, Worked, Worked], Worked]


_SCHEMES: dict[type, _Scheme] = {
    BandsCredit: _Scheme(bands.earn, bands.explain),
    PointsCredit: _Scheme(points.earn, points.explain),
    AtRiskCredit: _Scheme(at_risk.earn, at_risk.explain),
    PerUnitCredit: _Scheme(per_unit.earn, per_unit.explain),
    ScheduleCredit: _Scheme(schedule.earn, schedule.explain),
    ProRataCredit: _Scheme(pro_rata.earn, pro_rata.explain),
    ShortfallCredit: _Scheme(shortfall.earn, shortfall.explain),
    PerFailuresCredit: _Scheme(per_failures.earn, per_failures.explain),
    PassThroughCredit: _Scheme(pass_through.earn, pass_through.explain),
}


def is_calculated(level: ServiceLevel) -> bool:
    """Whether a level carries a credit by a scheme that is calculated, for a metric that is measured."""
    return type(level.credit) in _SCHEMES and not isinstance(level.metric, LaterMetric)


def is_bedding_in(agreement: Agreement, level: ServiceLevel, due: Due) -> bool:
    """Whether a period begins while a level is still bedding in: it is measured then, and carries no credit."""
    return level.bedding_in is not None and due.first < level.bedding_in.after(agreement.first)


def case_of(
    agreement: Agreement, level: ServiceLevel, credit: CreditTerms, service: str, miss: Miss, due: Due
) -> Case:
    """A miss of a level with the base of its credit."""
    of, base = base_amount(agreement, _base_of(agreement, credit), service, due)
    return Case(agreement, level, service, due, miss, of, base)


def _base_of(agreement: Agreement, credit: CreditTerms) -> CreditBase:
    """The base that a credit says; points and allocations have one of the agreement's where it says none."""
    is_said = credit.base.kind is not None
    if isinstance(credit, PointsCredit) and agreement.points is not None and not is_said:
        return agreement.points.base
    if isinstance(credit, AtRiskCredit) and not is_said:
        return CreditBase(Base.AGREEMENT)
    return credit.base


def credit_amount(
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    miss: Miss,
    due: Due,
    *,
    with_cap: bool = True,
) -> CreditAmount | None:
    """A missed level's own credit before the agreement's remedies; None where no scheme here computes it.

    ``with_cap`` False leaves out the level's own cap: what the credit would be if nothing capped it (3.6).
    """
    credit = level.credit
    if credit is None:
        return None
    case = case_of(agreement, level, credit, service, miss, due)
    if is_bedding_in(agreement, level, due):
        return CreditAmount(Fraction(0), Fraction(0), case.base, case.of)
    earned = _SCHEMES[type(credit)].earn(credit, case)
    amount, percent = earned.amount(case.base), earned.percent
    if credit.when is not None and not falls_due(credit.when, case):
        amount = Fraction(0)
    if credit.cap is not None and with_cap and (most := _cap(credit.cap, case)) < amount:
        amount = capped(amount, most)
        if percent is not None and case.base:
            # What is credited is what the cap leaves (E20): the percent is that of the amount beside it.
            percent = min(percent, 100 * amount / case.base)
    if credit.minimum_payable is not None:
        amount = payable(amount, credit.minimum_payable.fraction)
    return CreditAmount(amount, percent, case.base, case.of, earned.points, earned.in_no_band)


def explain_credit(
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    miss: Miss,
    due: Due,
    value: Worked,
    compared: Worked,
) -> Worked | None:
    """The same credit with its steps; ``value`` and ``compared`` are the value's own steps, exact and as compared."""
    credit, clause = level.credit, level.clause
    if credit is None:
        return None
    if is_bedding_in(agreement, level, due):
        length = level.bedding_in.isoformat() if level.bedding_in is not None else ""
        terms: dict[str, Value] = {"termBegins": agreement.first.isoformat(), "beddingIn": length}
        return work("amount", "bedding-in/1", terms, [compared], clause=clause)
    case = case_of(agreement, level, credit, service, miss, due)
    charges: dict[str, Value] = {"of": case.of.value, "charges": case.base}
    base = work(
        "base",
        "base/1",
        charges,
        clause=clause,
        sources={"charges": charges_source(agreement, case.of, service, due)},
    )
    amount = _SCHEMES[type(credit)].explain(credit, case, value, compared, base)
    if credit.when is not None:
        amount = explain_when(credit.when, case, compared, amount)
    if credit.cap is not None:
        cap: dict[str, Value] = {"cap": _cap(credit.cap, case)}
        amount = work("amount", "level-cap/1", cap, [amount], clause=clause, sources={"cap": case.source})
    if credit.minimum_payable is not None:
        least: dict[str, Value] = {"least": credit.minimum_payable.fraction}
        amount = work("amount", "minimum-payable/1", least, [amount], clause=clause)
    return amount


def pays_percent(credit: CreditTerms) -> bool:
    """Whether what a credit pays is, in part at least, a percentage of its base."""
    match credit:
        case BandsCredit():
            return any(band.percent or band.days for band in credit.bands)
        case PerUnitCredit():
            return any(
                step is not None and (step.percent or step.days) for step in (credit.first, credit.each)
            )
        case ScheduleCredit():
            return any(step.percent or step.days for step in credit.steps)
        case PerFailuresCredit():
            return bool(credit.percent)
        case PointsCredit() | PassThroughCredit():
            return False
        case _:
            return True


def capped(amount: Fraction, cap: Fraction) -> Fraction:
    """At most the cap."""
    return min(amount, cap)


def payable(amount: Fraction, least: Fraction) -> Fraction:
    """Nothing under the minimum payable (E21)."""
    return amount if amount >= least else Fraction(0)


def _cap(cap: LevelCap, case: Case) -> Fraction:
    """The most that the credit can be: an amount, or a percent of the credit's base or of one of the cap's own."""
    if cap.amount is not None:
        return cap.amount.fraction
    base = case.base
    if cap.of is not None:
        base = base_amount(case.agreement, cap.of, case.service, case.due)[1]
    return per_cent_of(cap.percent or Fraction(0), base)


@rule("bedding-in/1")
def _bedding_in(arguments: Mapping[str, Value]) -> Value:
    """Nothing is credited for what is missed while a level is bedding in."""
    del arguments
    return Fraction(0)


@rule("level-cap/1")
def _level_cap(arguments: Mapping[str, Value]) -> Value:
    return capped(number(arguments, "amount"), number(arguments, "cap"))


@rule("minimum-payable/1")
def _minimum_payable(arguments: Mapping[str, Value]) -> Value:
    return payable(number(arguments, "amount"), number(arguments, "least"))
