"""From the credit of a document to the values of the domain: one scheme each, and the terms that any of them may have.

The problem: a scheme has its own words for the same few things (a band, a step, a price), and each of them has to
arrive as what it means.

Example: ``{scheme: schedule, schedule: [{upTo: PT10M, percent: "0"}, ...]}`` becomes a `ScheduleCredit`.

Limits: money is in the agreement's currency; another one was an error before.
"""

from decimal import Decimal
from fractions import Fraction

from documents.condition_conversion import boundary_of, when_of
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
from documents.terms import MoneyText
from domain.agreements import (
    AtRisk,
    AtRiskCredit,
    Band,
    BandsCredit,
    Base,
    Credit,
    CreditBase,
    CreditTerms,
    Direction,
    LevelCap,
    LevelReference,
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
    ShortfallCredit,
    Step,
    StepUnit,
)
from domain.durations import Duration
from domain.instants import DAY
from domain.money import Money

__all__ = ["at_risk_of", "base_of", "credit_of", "money_of", "points_of"]


def credit_of(
    credit: CreditText, currency: str, direction: Direction, level: LevelReference, day: Fraction
) -> Credit:
    """The credit as it is calculated.

    ``direction`` is that of the level's target: a closed band is deep on its bad side. ``day`` is how long a day of the
    level's service is, in microseconds.
    """
    return _Reading(currency, direction, level, day).credit(credit)


class _Reading:
    """One credit being read: in its agreement's currency, for a level of one direction."""

    def __init__(self, currency: str, direction: Direction, level: LevelReference, day: Fraction) -> None:
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
            when=None if credit.when is None else when_of(credit.when, self.level, self.currency),
        )
        base, cap, least, when = terms.base, terms.cap, terms.minimum_payable, terms.when
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
