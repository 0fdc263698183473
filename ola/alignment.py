"""What is wrong in the contracts before anything fails: time budgets and ungoverned dependencies.

The problem: the desk may take an hour and the vendor four, and the customer was promised four in all. Both can keep
their promises while ours is broken; the breach will then be nobody's (``MISALIGNED``), so it is said beforehand.

Example (E11): P1 in 4 h; desk 1 h and vendor 4 h add up to 5 h: ``TIME_BUDGET``.

Limits: the stages are added as if each held the ticket once, in its own clock; supported availability, coverage and
money come with the alignment as a whole (3.8).
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


def ungoverned(sides: Sides, judged: Agreement, chain: Chain) -> tuple[Finding, ...]:
    """A finding for each service under an SLA that another party needs and no agreement promises it (1-language).

    What a party runs for its own services only is its own affair.
    """
    if judged.type is not AgreementType.SLA:
        return ()
    missing: dict[str, str] = {}
    for root in judged.services:
        for service in chain.closure(root):
            party = chain.services[service].provider
            if (
                party != judged.provider
                and not sides.is_consumer(party)
                and sides.binding(party, service) is None
                and (service == root or _others_need(chain, service, root))
            ):
                missing.setdefault(service, root)
    return tuple(
        Finding(
            "UNGOVERNED", Severity.WARNING, FindingKind.ALIGNMENT,
            f"{missing[service]} stands on {service}, which {chain.services[service].provider} runs under no "
            "agreement: nobody can be held to its failures.",
            judged.name, None, service,
            cure=f"Conclude an agreement with {chain.services[service].provider} that covers {service}.",
        )
        for service in sorted(missing)
    )  # fmt: skip


def _others_need(chain: Chain, service: str, root: str) -> bool:
    """Whether a service under ``root`` is needed by a service that another party runs."""
    above = set(chain.closure(root)) & set(chain.needed_by[service])
    return any(chain.services[name].provider != chain.services[service].provider for name in above)


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
