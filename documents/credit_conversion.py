"""From the metric and the caps of a document to the values of the domain.

The problem: a metric has a value of its own kind in the domain, and a text that is not understood wholly must never
arrive there as something simpler.

Limits: money is in the agreement's currency; another one was an error before.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction

from documents.condition_conversion import level_named
from documents.metrics import (
    AvailabilityText,
    DurationText,
    MeanText,
    MetricText,
    OnTimeText,
    OutageCountText,
    RatioText,
    SuccessText,
    TotalText,
    WithinText,
)  # fmt: skip
from documents.remedies import AgreementCapText, RemediesText
from documents.scheme_conversion import money_of
from documents.terms import MoneyText
from domain.agreements import (
    Aggregate,
    Assign,
    AvailabilityMetric,
    Base,
    Cap,
    CapPer,
    CompositeMetric,
    CountFrom,
    DurationMetric,
    Formula,
    MeanMetric,
    Metric,
    Milestone,
    OnTimeMetric,
    OutageCountMetric,
    RatioMetric,
    Statistic,
    SuccessMetric,
    TotalMetric,
    WithinMetric,
)  # fmt: skip
from domain.durations import Duration
from domain.metrics import ThresholdIn
from domain.money import Money

__all__ = ["caps_of", "metric_of"]

AT_RISK = "remedies.atRisk"
"""What the cap of the amount at risk is known by: it stands in no list of caps."""


def metric_of(metric: MetricText, agreement: str, labels: Collection[str]) -> Metric:
    """The metric as it is calculated; ``agreement`` is the one that says it, ``labels`` are of its calendar."""
    match metric:
        case AvailabilityText():
            weights = tuple(
                (severity, Fraction(metric.weights[severity])) for severity in sorted(metric.weights)
            )
            return AvailabilityMetric(metric.minimum_outage, CountFrom(metric.count_from), weights)
        case OutageCountText():
            return OutageCountMetric(metric.longer_than, CountFrom(metric.count_from))
        case WithinText():
            return _within(metric, labels)
        case DurationText():
            return _duration(metric, labels)
        case RatioText():
            return RatioMetric(metric.measure)
        case MeanText():
            return MeanMetric(metric.measure)
        case TotalText():
            return TotalMetric(metric.measure)
        case SuccessText():
            return SuccessMetric(metric.measure, Aggregate(metric.aggregate), metric.interval)
        case OnTimeText():
            return OnTimeMetric(metric.measure)
        case _:
            parts = tuple(Fraction(weight) for weight in metric.weights or ())
            named = tuple(level_named(name, agreement) for name in metric.of)
            return CompositeMetric(Formula(metric.formula), named, parts)


def _within(metric: WithinText, labels: Collection[str]) -> WithinMetric:
    thresholds, by_window = _thresholds(metric.thresholds, labels)
    return WithinMetric(
        Milestone(metric.milestone),
        thresholds,
        frozenset(metric.priorities) if metric.priorities is not None else None,
        frozenset(metric.stops),
        Assign(metric.assign),
        by_window,
        metric.priority_at == "opened",
    )


def _duration(metric: DurationText, labels: Collection[str]) -> DurationMetric:
    thresholds, by_window = _thresholds(metric.thresholds, labels)
    return DurationMetric(
        Milestone(metric.milestone),
        Statistic(metric.statistic),
        frozenset(metric.priorities) if metric.priorities is not None else None,
        frozenset(metric.stops),
        Assign(metric.assign),
        thresholds,
        by_window,
        metric.priority_at == "opened",
    )


def _thresholds(
    written: Mapping[str, Duration | str | Mapping[str, Duration | str]], labels: Collection[str]
) -> tuple[tuple[tuple[str, int], ...], tuple[ThresholdIn, ...]]:
    """Plain thresholds by priority in microseconds, and those that depend on when a ticket was opened.

    A table is by window within a priority, or by priority within a window: the calendar's labels tell which.
    """
    plain, by_window = {}, []
    for key, value in written.items():
        if isinstance(value, Duration):
            plain[key] = value.exact_micros()
        elif isinstance(value, str):
            by_window.append(ThresholdIn(key, None, None))
        else:
            for inner, each in value.items():
                priority, window = (inner, key) if key in labels else (key, inner)
                amount = each.exact_micros() if isinstance(each, Duration) else None
                by_window.append(ThresholdIn(priority, window, amount))
    order = sorted(by_window, key=lambda each: (each.priority, each.window or ""))
    return tuple(sorted(plain.items())), tuple(order)


def caps_of(remedies: RemediesText | None, currency: str) -> tuple[Cap, ...]:
    """The caps of an agreement in the order in which they apply: the amount at risk caps a month before any other."""
    if remedies is None:
        return ()
    written = tuple(_cap(cap, currency) for cap in remedies.caps)
    if remedies.at_risk is None:
        return written
    return (Cap(CapPer.MONTH, percent=Fraction(remedies.at_risk.percent), clause=AT_RISK), *written)


def _cap(cap: AgreementCapText, currency: str) -> Cap:
    per = CapPer(cap.per)
    if cap.amount is not None:
        return Cap(per, amount=Money(cap.amount, currency), clause=cap.clause)
    percent = cap.percent if cap.percent is not None else Decimal(0)
    if isinstance(cap.of, Decimal | MoneyText):
        # A percent of a fixed amount is itself a fixed amount, and exact: decimals times decimals.
        fixed = money_of(cap.of, currency).amount * percent / 100
        return Cap(per, amount=Money(fixed, currency), clause=cap.clause)
    of = Base.AGREEMENT if cap.of == "monthly" else Base(cap.of)
    return Cap(per, percent=Fraction(percent), of=of, clause=cap.clause)
