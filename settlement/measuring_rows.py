"""Measuring what rows of sums decide: counts, samples and deliverables.

The problem: each row is one party's and falls in one period; an OLA or a UC is judged by its own side's rows, an SLA by
all of them; and a count that reaches over the end of a period belongs to none.

Example: counts of 90/100 and 80/100 in April are 85 % for the SLA; the OLA of the desk, whose row is the second, 80 %.

Limits: rows of a rolling window that reach over its end are left out of that window, and listed nowhere: the next
day's window has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from domain.agreements import (
    Agreement,
    AgreementType,
    Direction,
    MeanMetric,
    OnTimeMetric,
    RatioMetric,
    SuccessMetric,
    Threshold,
    TotalMetric,
)
from domain.attainment import LevelOn
from domain.evidence import CountColumns, QuarantinedRow
from domain.findings import Finding, FindingKind, Severity
from domain.instants import isoformat
from domain.intervals import Intervals
from domain.measure.counts import Counted, straddling
from domain.measure.excused import without_excused
from domain.measure.judging import judge
from domain.measure.mean import measure_mean
from domain.measure.on_time import measure_on_time
from domain.measure.ratio import measure_ratio
from domain.measure.success import measure_success
from domain.measure.tally import Form, Tally
from domain.measure.total import measure_total
from domain.periods import Period, PeriodKind
from settlement.days import known_until
from settlement.excusing import excused_rows
from settlement.measured import MeasuredTally, Measurement, attained, judged_day

if TYPE_CHECKING:
    from settlement.measuring import Measuring

CountMetric = RatioMetric | MeanMetric | TotalMetric

_COUNTED: dict[type, Callable[[CountColumns, Counted], Tally]] = {
    RatioMetric: measure_ratio,
    MeanMetric: measure_mean,
    TotalMetric: measure_total,
}


def measure_counts(measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]) -> Measurement:
    """A quotient or a sum of counts."""
    del lifted  # No exclusion relieves a count.
    which = _counted(measuring, of, period)
    tally = _COUNTED[type(of.level.metric)](measuring.evidence.counts((of.service,)), which)
    return _judged(measuring, of, period, tally, "counts")


def measure_samples(measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]) -> Measurement:
    """Percent of good samples."""
    del lifted  # No exclusion relieves a sample.
    metric = of.level.metric
    if not isinstance(metric, SuccessMetric):
        raise TypeError("Samples are measured by their own metric.")
    provider = measuring.chain.services[of.service].provider
    start, end = measuring.instants(of, period)
    rows = measuring.evidence.samples((of.service,))
    return _judged(measuring, of, period, measure_success(rows, metric, start, end, provider), "samples")


def measure_deliverables(
    measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]
) -> Measurement:
    """Percent of items delivered by their due time."""
    del lifted  # Items are relieved by name, never by a cause.
    metric = of.level.metric
    if not isinstance(metric, OnTimeMetric):
        raise TypeError("Deliverables are measured by their own metric.")
    provider = measuring.chain.services[of.service].provider
    start, end = measuring.instants(of, period)
    rows = measuring.evidence.deliverables((of.service,))
    horizon = known_until(measuring.as_of)
    tally = measure_on_time(rows, metric.measure, start, end, horizon, provider)
    return _judged(measuring, of, period, tally, "deliverables")


def has_counts(agreement: Agreement) -> bool:
    """Whether any level or duty of an agreement is measured by counts."""
    return any(isinstance(level.metric, CountMetric) for level in (*agreement.levels, *agreement.duties))


def straddling_rows(measuring: Measuring, of: LevelOn, period: Period) -> list[QuarantinedRow]:
    """The counts that begin in a period of a level and end after it: they belong to no period (ruling 21)."""
    metric = of.level.metric
    if not isinstance(metric, CountMetric) or period.kind is PeriodKind.DAY_WINDOW:
        return []
    rows = measuring.evidence.counts((of.service,))
    which = _counted(measuring, of, period)
    return [
        QuarantinedRow(
            rows.place.file[row] or "",
            int(rows.place.line[row]),
            f"the count of {metric.measure} straddles the end of a period: it runs from "
            f"{isoformat(int(rows.start[row]))} to {isoformat(int(rows.end[row]))}, and {period.name} of "
            f"{of.agreement.name} ends at {isoformat(which.limit)}",
        )
        for row in straddling(rows, which).tolist()
    ]


def _counted(measuring: Measuring, of: LevelOn, period: Period) -> Counted:
    metric, agreement = of.level.metric, of.agreement
    if not isinstance(metric, CountMetric):
        raise TypeError("Counts are measured by ratio, mean and total.")
    start, end = measuring.instants(of, period)
    limit = period.bounds(agreement.calendar.zone)[1]
    parties = None
    if agreement.type is not AgreementType.SLA:
        parties = measuring.custodians(agreement, judged_day(of, period))
    # A row without a party is the service's provider's; of a metric that suppliers share, it is each of theirs.
    is_shared = of.level.shared is not None and parties is not None
    nobody = agreement.provider if is_shared else measuring.chain.services[of.service].provider
    return Counted(metric.measure, start, end, limit, nobody, parties)


def _judged(measuring: Measuring, of: LevelOn, period: Period, whole: Tally, rows: str) -> Measurement:
    level = of.level
    excused = excused_rows(measuring, of, whole, judged_day(of, period))
    tally = without_excused(whole, excused) if excused else whole
    value = tally.value()
    target = level.target.on(judged_day(of, period))
    if isinstance(level.metric, OnTimeMetric):
        late = int(tally.base - tally.whole)
        judgement = judge(value, target, level.compare, level.small_sample, int(tally.base), late)
    else:
        judgement = judge(value, target, level.compare)
    denominator = None if tally.form is Form.SUM else tally.base
    attainment = attained(of, period, judgement, tally.whole if len(tally) else None, denominator)
    basis = MeasuredTally(tally, rows, whole if excused else None, excused)
    return Measurement(attainment, basis, _relief_in_vain(measuring, of, period, target))


def _relief_in_vain(
    measuring: Measuring, of: LevelOn, period: Period, target: Threshold | None
) -> tuple[Finding, ...]:
    """That relief changes nothing of a sum that is to be at least so much: to leave rows out would lower it."""
    if not isinstance(of.level.metric, TotalMetric) or target is None:
        return ()
    if target.direction is not Direction.AT_LEAST:
        return ()
    within = Intervals.of([measuring.instants(of, period)])
    names = sorted({each.label for each, time in measuring.excuses.of(of).spans if time & within})
    if not names:
        return ()
    return (
        Finding(
            "RELIEF_WITHOUT_EFFECT", Severity.WARNING, FindingKind.EVIDENCE,
            f"Relief accepted within {period.name} ({', '.join(names)}) changes nothing of a total that is to be at "
            "least so much: what was counted in that time stays, and so does the target.",
            of.agreement.name, of.level.name, of.service, (of.level.cited,),
            figures={"reliefs": str(len(names))},
            cure="Agree on what was to be reached in the time that was left, with a dated target for the period.",
        ),
    )  # fmt: skip
