"""Levels that nobody measures, and credits on them.

The problem: a level whose evidence never comes can never be missed, and where it has a credit the customer believes
itself compensated, and is not. A month without data is no fault; not one row in all the evidence is.

Example: a satisfaction score with a credit, and no counts of ``csat`` from anybody: ``NO_EVIDENCE`` of the level, and
``CREDIT_UNMEASURED`` of its credit.

Limits: of outages ``NO_EVIDENCE`` is said where they are measured (no outage may be good news). Composites rest on
other levels.
"""

from domain.agreements import ServiceLevel
from domain.attainment import AttainmentStatus
from domain.credits.lint.saying import said
from domain.findings import Finding, FindingKind, Severity
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

__all__ = ["unmeasured_levels"]


def unmeasured_levels(evidence: Evidence, measurement: Measurement) -> tuple[Finding, ...]:
    """That no row of any evidence could ever measure a level, and that it carries a credit all the same (3.8)."""
    attainment = measurement.attainment
    level, service = attainment.of.level, attainment.of.service
    if attainment.status is not AttainmentStatus.NO_DATA:
        return ()
    missing = _missing(evidence, level, service)
    if missing is None:
        return ()
    nothing = Finding(
        "NO_EVIDENCE",
        Severity.WARNING,
        FindingKind.EVIDENCE,
        f"There are no {missing} of {service} in all the evidence: {level.name} has no value.",
        attainment.of.agreement.name,
        level.name,
        service,
        (level.cited,),
        cure=f"Send {missing} of {service}; names have to be spelled as in the contract.",
    )
    if level.credit is None:
        return (nothing,)
    return (
        nothing,
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
