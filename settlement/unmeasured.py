"""Credits on levels that nobody measures.

The problem: a level with a credit whose evidence never comes can never be missed: the customer believes itself
compensated, and is not. A month without data is no fault; not one row in all the evidence is.

Example: a satisfaction score with a credit, and no counts of ``csat`` from anybody: ``CREDIT_UNMEASURED``.

Limits: outages have a finding of their own (``NO_EVIDENCE``): no outage may be good news. Composites rest on other
levels.
"""

from domain.agreements import ServiceLevel
from domain.attainment import AttainmentStatus
from domain.credits.lint.saying import said
from domain.findings import Finding, Severity
from domain.metrics import (
    DurationMetric,
    MeanMetric,
    OnTimeMetric,
    RatioMetric,
    SuccessMetric,
    TotalMetric,
    WithinMetric,
)
from domain.ports import Evidence
from settlement.measured import Measurement

__all__ = ["unmeasured_credits"]


def unmeasured_credits(evidence: Evidence, measurement: Measurement) -> tuple[Finding, ...]:
    """That a level carries a credit and no row of any evidence could ever measure it."""
    attainment = measurement.attainment
    level, service = attainment.of.level, attainment.of.service
    if level.credit is None or attainment.status is not AttainmentStatus.NO_DATA:
        return ()
    missing = _missing(evidence, level, service)
    if missing is None:
        return ()
    return (
        said(
            "CREDIT_UNMEASURED",
            Severity.WARNING,
            attainment.of.agreement,
            level,
            f"{level.name} carries a credit, and there are no {missing} of {service}: nobody measures it, and it "
            "can never fall due.",
            {},
            f"Send {missing}, or agree on a metric that somebody measures.",
            service=service,
        ),
    )


def _missing(evidence: Evidence, level: ServiceLevel, service: str) -> str | None:
    """What evidence a level would need, where there is none at all."""
    match level.metric:
        case RatioMetric(measure=measure) | MeanMetric(measure=measure) | TotalMetric(measure=measure):
            measured, kind = evidence.counts((service,)).measure, f"counts of {measure}"
        case SuccessMetric(measure=measure):
            measured, kind = evidence.samples((service,)).measure, f"samples of {measure}"
        case OnTimeMetric(measure=measure):
            measured, kind = evidence.deliverables((service,)).measure, f"deliverables of {measure}"
        case WithinMetric() | DurationMetric():
            return None if len(evidence.tickets((service,))) else "tickets"
        case _:
            return None
    return None if measured.rows_in((measure,)).any() else kind
