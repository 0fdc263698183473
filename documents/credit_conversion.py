"""From the metric, the credit and the caps of a document to the values of the domain.

The problem: what is calculated so far has its own value (`AvailabilityMetric`, `WithinMetric`, `BandsCredit`); every
other metric and scheme, and any term of these that is not calculated yet, has to arrive as later, never as something
simpler.

Example: ``{scheme: bands, when: {...}, bands: [...]}`` becomes ``LaterScheme("bands with when")``.

Limits: money is in the agreement's currency; another one was an error before.
"""

from decimal import Decimal
from fractions import Fraction

from documents.credits import BandsText, CapText, CreditText
from documents.metrics import AvailabilityText, MetricText, WithinText
from documents.remedies import AgreementCapText, RemediesText
from documents.terms import MoneyText
from domain.agreements import (
    Assign,
    AvailabilityMetric,
    Band,
    BandsCredit,
    Base,
    Cap,
    CapPer,
    CountFrom,
    Credit,
    CreditBase,
    LaterMetric,
    LaterScheme,
    LevelCap,
    Metric,
    Milestone,
    WithinMetric,
)  # fmt: skip
from domain.durations import Duration
from domain.instants import SECOND
from domain.money import Money

__all__ = ["caps_of", "credit_of", "metric_of"]


def metric_of(metric: MetricText) -> Metric:
    """The metric as it is calculated, or as one that is calculated later."""
    if isinstance(metric, AvailabilityText):
        return AvailabilityMetric(metric.minimum_outage, CountFrom(metric.count_from))
    if isinstance(metric, WithinText):
        thresholds = {
            priority: threshold.exact_micros()
            for priority, threshold in metric.thresholds.items()
            if isinstance(threshold, Duration)
        }
        if len(thresholds) < len(metric.thresholds):
            return LaterMetric("within with thresholds by window or next business day")
        return WithinMetric(
            Milestone(metric.milestone),
            tuple(sorted(thresholds.items())),
            frozenset(metric.priorities) if metric.priorities is not None else None,
            frozenset(metric.stops),
            Assign(metric.assign),
        )
    return LaterMetric(metric.kind)


def credit_of(credit: CreditText, currency: str) -> Credit:
    """The credit as it is calculated, or as a scheme that is calculated later."""
    if not isinstance(credit, BandsText):
        return LaterScheme(credit.scheme)
    if later := _later_parts(credit):
        return LaterScheme(f"bands with {later}")
    bands = tuple(
        Band(
            _boundary(band.below if band.below is not None else band.above),
            band.below is not None,
            Fraction(band.percent) if band.percent is not None else None,
            Money(band.amount, currency) if band.amount is not None else None,
        )
        for band in credit.bands
    )
    minimum = _money(credit.minimum_payable, currency) if credit.minimum_payable is not None else None
    return BandsCredit(_base(credit.of, currency), bands, _level_cap(credit.cap, currency), minimum)


def _later_parts(credit: BandsText) -> str | None:
    """The first part of a `bands` credit that is not calculated yet."""
    if credit.when is not None:
        return "when"
    if credit.unit is not None or any(band.days is not None for band in credit.bands):
        return "days of service"
    if any(band.from_ is not None for band in credit.bands):
        return "closed bands"
    if credit.cap is not None and credit.cap.of is not None:
        return "a cap of its own base"
    return None


def _boundary(bound: Decimal | Duration | None) -> Fraction:
    """A boundary in the value's own unit; a duration in seconds."""
    if isinstance(bound, Duration):
        return Fraction(bound.exact_micros(), SECOND)
    return Fraction(bound or 0)


def _money(amount: Decimal | MoneyText, currency: str) -> Money:
    return Money(amount.amount if isinstance(amount, MoneyText) else amount, currency)


def _base(of: str | Decimal | MoneyText | None, currency: str) -> CreditBase:
    if isinstance(of, Decimal | MoneyText):
        return CreditBase(Base.AMOUNT, _money(of, currency))
    if of is None or of == "monthly":
        return CreditBase()
    return CreditBase(Base(of))


def _level_cap(cap: CapText | None, currency: str) -> LevelCap | None:
    if cap is None:
        return None
    percent = Fraction(cap.percent) if cap.percent is not None else None
    return LevelCap(percent, Money(cap.amount, currency) if cap.amount is not None else None)


def caps_of(remedies: RemediesText | None, currency: str) -> tuple[Cap, ...]:
    """The caps of an agreement, in the order written."""
    return tuple(_cap(cap, currency) for cap in remedies.caps) if remedies is not None else ()


def _cap(cap: AgreementCapText, currency: str) -> Cap:
    per = CapPer(cap.per)
    if cap.amount is not None:
        return Cap(per, amount=Money(cap.amount, currency), clause=cap.clause)
    percent = cap.percent if cap.percent is not None else Decimal(0)
    if isinstance(cap.of, Decimal | MoneyText):
        # A percent of a fixed amount is itself a fixed amount, and exact: decimals times decimals.
        fixed = _money(cap.of, currency).amount * percent / 100
        return Cap(per, amount=Money(fixed, currency), clause=cap.clause)
    of = Base.AGREEMENT if cap.of == "monthly" else Base(cap.of)
    return Cap(per, percent=Fraction(percent), of=of, clause=cap.clause)
