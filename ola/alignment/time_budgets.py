"""``TIME_BUDGET``: the stages of a ticket, each within its own promise, take longer than the customer was promised.

The problem: the desk may take an hour and the vendor four, and the customer was promised four in all. Both can keep
their promises while ours is broken; the breach will then be nobody's (``MISALIGNED``), so it is said beforehand.

Example (E11): P1 in 4 h; desk 1 h and vendor 4 h add up to 5 h: ``TIME_BUDGET``.

Limits: the stages are added as if each held the ticket once, in its own clock.
"""

from collections.abc import Iterable

from domain.agreements import Agreement, AgreementType, ServiceLevel, WithinMetric
from domain.durations import Duration
from domain.findings import Finding, FindingKind, Severity
from domain.instants import SECOND
from ola.chain import Chain
from ola.sides import Sides


def time_budgets(sides: Sides, judged: Agreement, chain: Chain) -> tuple[Finding, ...]:
    """A finding for each priority whose stages, each within its own promise, take longer than ours allows."""
    found = []
    for level in judged.levels:
        metric = level.metric
        if judged.type is not AgreementType.SLA or not isinstance(metric, WithinMetric):
            continue
        for service in level.services:
            for priority, threshold in metric.thresholds:
                stages = _stages(sides, judged, metric, priority, frozenset(chain.closure(service)))
                total = sum(stage for _, _, stage in stages)
                if stages and metric.threshold(priority) is not None and total > threshold:
                    found.append(_over_budget(judged, level, service, priority, threshold, stages))
    return tuple(found)


def _stages(
    sides: Sides, judged: Agreement, metric: WithinMetric, priority: str, closure: frozenset[str]
) -> list[tuple[str, str, int]]:
    """Each supporting party's shortest promise for a priority: its agreement, its clause, microseconds."""
    best: dict[str, tuple[int, str, str]] = {}
    for agreement in _supporting(sides, judged):
        for level in agreement.levels:
            own = level.metric
            if not isinstance(own, WithinMetric) or own.milestone is not metric.milestone:
                continue
            threshold = own.threshold(priority)
            if threshold is None or not closure & set(level.services):
                continue
            offer = (threshold, agreement.name, level.clause or level.name)
            best[agreement.provider] = min(best.get(agreement.provider, offer), offer)
    return [(best[party][1], best[party][2], best[party][0]) for party in sorted(best)]


def _supporting(sides: Sides, judged: Agreement) -> Iterable[Agreement]:
    """The agreements by which the provider's side is served: its teams' OLAs and its direct suppliers' contracts."""
    for agreement in sides.in_force:
        underpins = agreement is not judged and agreement.type is not AgreementType.SLA
        if underpins and agreement.consumer != "*" and sides.is_own(agreement.consumer):
            yield agreement


def _over_budget(
    judged: Agreement,
    level: ServiceLevel,
    service: str,
    priority: str,
    threshold: int,
    stages: list[tuple[str, str, int]],
) -> Finding:
    total = sum(stage for _, _, stage in stages)
    listed = ", ".join(f"{agreement} {Duration(micros=stage).isoformat()}" for agreement, _, stage in stages)
    return Finding(
        "TIME_BUDGET", Severity.WARNING, FindingKind.ALIGNMENT,
        f"{priority}: the stages may together take {Duration(micros=total).isoformat()} ({listed}), but "
        f"{judged.name} promises {Duration(micros=threshold).isoformat()}.",
        judged.name, level.name, service,
        clauses=(level.clause or level.name, *(f"{agreement} {clause}" for agreement, clause, _ in stages)),
        figures={"threshold": str(threshold // SECOND), "stages": str(total // SECOND)},
        cure="Shorten the stages' thresholds, or promise the customer what the stages add up to.",
    )  # fmt: skip
