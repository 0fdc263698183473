"""``PERIOD_MISMATCH``: a supplier that is judged over a longer, or another, time than we are.

The problem: "99.9 a year" permits all 8.76 hours of it in one month. Our own month is then missed by far, and the
supplier has kept its promise.

Example: a monthly 99.9 on a yearly 99.9: in April the supplier may leave 98.78.

A shorter period below is no trouble: who keeps every week keeps the month. A period as long that begins on another day
lets two of them fall into one of ours.

Limits: levels of one kind about one thing. Of availability it is only information where the target is guaranteed all
the same.
"""

from collections.abc import Iterable

from domain.agreements import Agreement, ServiceLevel
from domain.findings import Finding, FindingKind, Severity
from domain.metrics import AvailabilityMetric, DurationMetric, WithinMetric
from domain.periods import PeriodKind, PeriodRule
from ola.alignment.support import Support
from ola.alignment.under import Under
from ola.alignment.underpinning import clause_of
from ola.promises import measure_of

_DAYS = {PeriodKind.WEEK: 7, PeriodKind.MONTH: 30, PeriodKind.QUARTER: 91, PeriodKind.YEAR: 365}


def periods_of_support(support: Support | None) -> tuple[Finding, ...]:
    """The promises under an availability level whose periods do not fit into its own."""
    if support is None:
        return ()
    if all(
        _fits(each.level.period, support.level.period) for promises in support.samples() for each in promises
    ):
        return ()
    severity = Severity.INFO if support.is_guaranteed else Severity.WARNING
    return tuple(
        _finding(
            support.agreement, support.level, support.service, promise.agreement, promise.level, severity
        )
        for promises in support.told().values()
        for promise in promises
        if not _fits(promise.level.period, support.level.period)
    )


def periods_of_levels(
    judged: Agreement, level: ServiceLevel, service: str, contracts: Iterable[Under]
) -> tuple[Finding, ...]:
    """The same of any other metric: levels under contracts below about the same thing."""
    if isinstance(level.metric, AvailabilityMetric):
        return ()
    return tuple(
        _finding(judged, level, service, under.agreement, below, Severity.WARNING)
        for under in contracts
        for below in under.levels()
        if is_about_the_same(level, below) and not _fits(below.period, level.period)
    )


def is_about_the_same(level: ServiceLevel, below: ServiceLevel) -> bool:
    """Whether two levels are of one kind and about one thing: one milestone, one measure, or one name."""
    if level.metric.kind != below.metric.kind:
        return False
    if isinstance(level.metric, WithinMetric | DurationMetric):
        return getattr(below.metric, "milestone", None) is level.metric.milestone
    measure = measure_of(level)
    return level.name == below.name or (measure is not None and measure == measure_of(below))


def _fits(below: PeriodRule, above: PeriodRule) -> bool:
    """Whether every period above is made of whole periods below, but for their ends."""
    if below == above:
        return True
    return _length(below) < _length(above)


def _length(rule: PeriodRule) -> int:
    if rule.length is not None:
        return rule.length.months * 30 + rule.length.days
    if rule.count is not None:
        return rule.count * 30
    return _DAYS[rule.kind]


def _finding(
    judged: Agreement,
    level: ServiceLevel,
    service: str,
    below: Agreement,
    promise: ServiceLevel,
    severity: Severity,
) -> Finding:
    return Finding(
        "PERIOD_MISMATCH", severity, FindingKind.ALIGNMENT,
        f"{judged.name} is judged by {level.period} and {below.name} by {promise.period}: all that the latter allows "
        "may fall into one period of the former.",
        judged.name, level.name, service, (clause_of(judged, level), clause_of(below, promise)),
        {"daysAbove": str(_length(level.period)), "daysBelow": str(_length(promise.period))},
        f"Have {below.name} judged by {level.period}.",
    )  # fmt: skip
