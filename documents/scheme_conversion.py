"""From the credit of a document to the values of the domain: one scheme each, and the terms that any of them may have.

The problem: a scheme has its own words for the same few things (a band, a step, a price), and what is not yet
calculated has to arrive as later, never as something simpler.

Example: ``{scheme: schedule, schedule: [{upTo: PT10M, percent: "0"}, ...]}`` becomes a `ScheduleCredit`.

Limits: money is in the agreement's currency; another one was an error before.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from documents.conditions import (
    AllConditions,
    AnyCondition,
    ConditionText,
    ConsecutiveCondition,
    MissesCondition,
    ValueCondition,
)
from documents.credits import (
    AtRiskText,
    BandsText,
    BandText,
    CapText,
    CreditText,
    PassThroughText,
    PerFailuresText,
    PerUnitText,
    PointsBandText,
    PointsText,
    ProRataText,
    ScheduleText,
    ShortfallText,
    StepText,
)
from documents.remedies import RemediesText
from documents.terms import Bounded, MoneyText
from domain.agreements import (
    AtRisk,
    AtRiskCredit,
    Band,
    BandsCredit,
    Base,
    Bound,
    BoundSide,
    Credit,
    CreditBase,
    CreditTerms,
    Direction,
    LaterScheme,
    LevelCap,
    Misses,
    PassThroughCredit,
    PerFailuresCredit,
    PerUnitCredit,
    PointsBand,
    PointsCredit,
    PointsPrice,
    PointsStep,
    ProRataCredit,
    ScheduleCredit,
    ScheduleStep,
    Several,
    ShortfallCredit,
    Step,
    StepUnit,
    When,
)
from domain.durations import Duration
from domain.instants import DAY, SECOND
from domain.money import Money

__all__ = ["at_risk_of", "base_of", "bound_of", "credit_of", "money_of", "points_of"]


class _Later(Exception):
    """A part of a credit that is not calculated yet."""


def credit_of(credit: CreditText, currency: str, direction: Direction, level: str, day: Fraction) -> Credit:
    """The credit as it is calculated, or as a scheme that is calculated later.

    ``direction`` is that of the level's target: a closed band is deep on its bad side. ``day`` is how long a day of the
    level's service is, in microseconds.
    """
    try:
        return _Reading(currency, direction, level, day).credit(credit)
    except _Later as later:
        return LaterScheme(f"{credit.scheme} with {later}" if str(later) else credit.scheme)


class _Reading:
    """One credit being read: in its agreement's currency, for a level of one direction."""

    def __init__(self, currency: str, direction: Direction, level: str, day: Fraction) -> None:
        self.day = day
        self.currency = currency
        self.is_below = direction is Direction.AT_LEAST
        self.level = level

    def credit(self, credit: CreditText) -> Credit:
        terms = CreditTerms(
            base=base_of(credit.of, self.currency),
            cap=self.cap(credit.cap),
            minimum_payable=None
            if credit.minimum_payable is None
            else money_of(credit.minimum_payable, self.currency),
            when=None if credit.when is None else self.when(credit.when),
        )
        base, cap, least, when = terms.base, terms.cap, terms.minimum_payable, terms.when
        if not isinstance(credit, PerUnitText) and credit.unit not in (None, "day_of_service"):
            raise _Later(f"unit {credit.unit}")
        match credit:
            case BandsText():
                bands = tuple(self.band(band) for band in credit.bands)
                return BandsCredit(base, bands, cap=cap, minimum_payable=least, when=when)
            case PointsText():
                repeat = None if credit.repeat is None else Fraction(credit.repeat)
                scored = tuple(self.points_band(band) for band in credit.bands)
                return PointsCredit(scored, repeat, base=base, cap=cap, minimum_payable=least, when=when)
            case AtRiskText():
                allocation = Fraction(credit.allocation)
                return AtRiskCredit(allocation, base=base, cap=cap, minimum_payable=least, when=when)
            case PerUnitText():
                return self.per_unit(credit, terms)
            case ScheduleText():
                steps = tuple(
                    ScheduleStep(
                        step.up_to,
                        _fraction(step.percent),
                        self.money(step.amount),
                        _fraction(step.days),
                    )
                    for step in credit.schedule
                )
                return ScheduleCredit(steps, base=base, cap=cap, minimum_payable=least, when=when)
            case ProRataText():
                return ProRataCredit(
                    _times(credit.multiple), base=base, cap=cap, minimum_payable=least, when=when
                )
            case ShortfallText():
                return ShortfallCredit(
                    _times(credit.multiple), base=base, cap=cap, minimum_payable=least, when=when
                )
            case PerFailuresText():
                return PerFailuresCredit(
                    credit.failures, credit.within, _fraction(credit.percent), self.money(credit.amount),
                    base=base, cap=cap, minimum_payable=least, when=when,
                )  # fmt: skip
            case PassThroughText():
                return PassThroughCredit(base=base, cap=cap, minimum_payable=least, when=when)
            case _:
                raise _Later

    def per_unit(self, credit: PerUnitText, terms: CreditTerms) -> PerUnitCredit:
        unit, size = _unit(credit.unit, self.day)
        return PerUnitCredit(
            unit,
            size,
            credit.part == "started",
            _allowance(credit.allowance, unit, size),
            self.step(credit.first),
            self.step(credit.each),
            base=terms.base,
            cap=terms.cap,
            minimum_payable=terms.minimum_payable,
            when=terms.when,
        )

    def step(self, step: StepText | None) -> Step | None:
        if step is None:
            return None
        units = Fraction(1) if step.units is None else Fraction(step.units)
        return Step(_fraction(step.percent), self.money(step.amount), units, _fraction(step.days))

    def band(self, band: BandText) -> Band:
        boundary, below, start = self.range(band)
        days = _fraction(band.days)
        return Band(boundary, below, _fraction(band.percent), self.money(band.amount), start, days)

    def points_band(self, band: PointsBandText) -> PointsBand:
        boundary, below, start = self.range(band)
        return PointsBand(boundary, below, Fraction(band.points), start)

    def range(self, band: BandText | PointsBandText) -> tuple[Fraction, bool, Fraction | None]:
        if band.from_ is not None:
            return boundary_of(band.to), self.is_below, boundary_of(band.from_)
        if band.below is not None:
            return boundary_of(band.below), True, None
        return boundary_of(band.above), False, None

    def cap(self, cap: CapText | None) -> LevelCap | None:
        if cap is None:
            return None
        of = None if cap.of is None else base_of(cap.of, self.currency)
        return LevelCap(_fraction(cap.percent), self.money(cap.amount), of)

    def money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self.currency)

    def when(self, when: ConditionText) -> When:
        """The condition; one that looks at more than the level's own misses is calculated later."""
        match when:
            case AnyCondition():
                return Several(tuple(self.when(part) for part in when.any), is_any=True)
            case AllConditions():
                return Several(tuple(self.when(part) for part in when.all), is_any=False)
            case MissesCondition() | ConsecutiveCondition() | ValueCondition() if when.of in (
                None,
                self.level,
            ):
                count = _COUNTS[type(when)](when)
                within = None if isinstance(when, ValueCondition) else when.within
                if within is not None and within.micros:
                    raise _Later("when in hours")
                is_run = isinstance(when, ConsecutiveCondition)
                return Misses(count, bound_of(when.value), within, is_run, when.against == "minimum")
            case _:
                raise _Later("when")


_COUNTS: dict[type, Callable[[ConditionText], int]] = {
    MissesCondition: lambda when: when.misses if isinstance(when, MissesCondition) else 1,
    ConsecutiveCondition: lambda when: when.consecutive if isinstance(when, ConsecutiveCondition) else 1,
    ValueCondition: lambda _: 1,
}


def bound_of(bound: Bounded | None) -> Bound | None:
    """A bound of a condition; None where none is written."""
    if bound is None:
        return None
    for side, value in (
        (BoundSide.BELOW, bound.below),
        (BoundSide.ABOVE, bound.above),
        (BoundSide.AT_LEAST, bound.at_least),
        (BoundSide.AT_MOST, bound.at_most),
    ):
        if value is not None:
            return Bound(side, boundary_of(value))
    return None


def _unit(unit: object, day: Fraction) -> tuple[StepUnit, Fraction]:
    """What a unit is counted in, and its size there."""
    if isinstance(unit, Duration):
        return StepUnit.TIME, Fraction(unit.exact_micros())
    if isinstance(unit, Decimal):
        return StepUnit.PERCENT, Fraction(unit)
    if unit == "day":
        return StepUnit.TIME, Fraction(DAY)
    if unit == "day_of_service":
        return StepUnit.TIME, day
    return StepUnit.COUNT, Fraction(1)


def _allowance(allowance: Decimal | Duration | None, unit: StepUnit, size: Fraction) -> Fraction | None:
    """What is free, in the unit's own measure; a plain number beside a unit of time is so many units."""
    if allowance is None:
        return None
    if isinstance(allowance, Duration):
        return Fraction(allowance.exact_micros())
    return Fraction(allowance) * size if unit is StepUnit.TIME else Fraction(allowance)


def _fraction(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _times(multiple: Decimal | None) -> Fraction:
    return Fraction(1) if multiple is None else Fraction(multiple)


def boundary_of(bound: Decimal | Duration | None) -> Fraction:
    """A boundary in the value's own unit; a duration in seconds."""
    if isinstance(bound, Duration):
        return Fraction(bound.exact_micros(), SECOND)
    return Fraction(bound or 0)


def money_of(amount: Decimal | MoneyText, currency: str) -> Money:
    """An amount in the agreement's currency."""
    return Money(amount.amount if isinstance(amount, MoneyText) else amount, currency)


def base_of(of: str | Decimal | MoneyText | None, currency: str) -> CreditBase:
    """What a percentage is of; ``monthly`` is the default of ruling 25."""
    if isinstance(of, Decimal | MoneyText):
        return CreditBase(Base.AMOUNT, money_of(of, currency))
    if of is None or of == "monthly":
        return CreditBase()
    return CreditBase(Base(of))


def at_risk_of(remedies: RemediesText | None) -> AtRisk | None:
    """The amount at risk of an agreement."""
    if remedies is None or remedies.at_risk is None:
        return None
    terms, whole = remedies.at_risk, Decimal(100)
    pool, total = terms.pool, terms.allocations_total
    return AtRisk(
        Fraction(terms.percent),
        Fraction(whole if pool is None else pool),
        Fraction(whole if total is None else total),
    )


def points_of(remedies: RemediesText | None, currency: str) -> PointsPrice | None:
    """What an agreement's service points cost."""
    if remedies is None or remedies.points is None:
        return None
    terms = remedies.points
    base = base_of(terms.of, currency)
    if terms.table is not None:
        table = tuple(
            PointsStep(
                Fraction(step.points),
                _fraction(step.percent),
                None if step.amount is None else Money(step.amount, currency),
            )
            for step in terms.table
        )
        return PointsPrice(base, table=table)
    each = terms.per_point
    if each is None or isinstance(each, Decimal):
        return PointsPrice(base, _fraction(each))
    amount = None if each.amount is None else Money(each.amount, currency)
    return PointsPrice(base, _fraction(each.percent), amount)
