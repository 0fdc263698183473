"""``TIME_BUDGET``: the stages of a ticket, each within its own promise, take longer than the customer was promised.

The problem: the desk may take an hour and the vendor four, and the customer was promised four in all. Both can keep
their promises while ours is broken; the breach will then be nobody's (``MISALIGNED``), so it is said beforehand.

Example (E11): P1 in 4 h; desk 1 h and vendor 4 h add up to 5 h: ``TIME_BUDGET``.

A stage with hours of its own counts for as long as our clock can run while its clock counts to its threshold: four
hours from eight to six may be 66 of ours, from Friday to Monday.

Limits: the stages are added as if each held the ticket once, and each at its worst moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.agreements import Agreement, AgreementType, ServiceLevel, WithinMetric
from domain.durations import Duration
from domain.findings import Finding, FindingKind, Severity
from domain.instants import SECOND
from ola.alignment.stretches import longest_stretch
from ola.alignment.underpinning import clause_of
from ola.chain import Chain
from ola.sides import Sides


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """What one party may take: on the clock of the promise above at most, and on its own; in microseconds."""

    stretch: int
    threshold: int
    agreement: str
    clause: str


def time_budgets(sides: Sides, judged: Agreement, chain: Chain, year: int) -> tuple[Finding, ...]:
    """A finding for each priority whose stages, each within its own promise, take longer than ours allows.

    Clocks are compared over the windows of ``year``.
    """
    found = []
    for level in judged.levels:
        metric = level.metric
        if judged.type is not AgreementType.SLA or not isinstance(metric, WithinMetric):
            continue
        for service in level.services:
            for priority, threshold in metric.thresholds:
                stages = _stages(
                    sides, judged, level, metric, priority, frozenset(chain.closure(service)), year
                )
                total = sum(stage.stretch for stage in stages)
                if stages and metric.threshold(priority) is not None and total > threshold:
                    found.append(_over_budget(judged, level, service, priority, threshold, stages))
    return tuple(found)


def _stages(
    sides: Sides,
    judged: Agreement,
    level: ServiceLevel,
    metric: WithinMetric,
    priority: str,
    closure: frozenset[str],
    year: int,
) -> list[Stage]:
    """Each supporting party's shortest promise for a priority, by party."""
    best: dict[str, Stage] = {}
    ours = (judged.calendar, level.window)
    for agreement in supporting(sides, judged, closure):
        for each in agreement.levels:
            own = each.metric
            if not isinstance(own, WithinMetric) or own.milestone is not metric.milestone:
                continue
            threshold = own.threshold(priority)
            if threshold is None or not closure & set(each.services):
                continue
            stretch = longest_stretch(ours, (agreement.calendar, each.window), threshold, year)
            offer = Stage(stretch, threshold, agreement.name, each.clause or each.name)
            best[agreement.provider] = min(best.get(agreement.provider, offer), offer)
    return [best[party] for party in sorted(best)]


def supporting(sides: Sides, judged: Agreement, services: Iterable[str]) -> Iterable[Agreement]:
    """The agreements by which the provider's side is served: its teams' OLAs and its direct suppliers' contracts.

    Only those with a level on one of ``services``: looking at all contracts for every SLA is too much in a large house.
    """
    for agreement in sides.in_force.promising(services):
        underpins = agreement is not judged and agreement.type is not AgreementType.SLA
        if underpins and agreement.consumer != "*" and sides.is_own(agreement.consumer):
            yield agreement


def _over_budget(
    judged: Agreement,
    level: ServiceLevel,
    service: str,
    priority: str,
    threshold: int,
    stages: list[Stage],
) -> Finding:
    total = sum(stage.stretch for stage in stages)
    listed = ", ".join(f"{stage.agreement} {_length(stage)}" for stage in stages)
    is_stretched = any(stage.stretch != stage.threshold for stage in stages)
    clock = " of its clock" if is_stretched else ""
    figures = {
        "threshold": str(threshold // SECOND),
        "stages": str(total // SECOND),
        "over": str((total - threshold) // SECOND),
    }
    if is_stretched:
        figures["stagesOnTheirClocks"] = str(sum(stage.threshold for stage in stages) // SECOND)
    return Finding(
        "TIME_BUDGET", Severity.WARNING, FindingKind.ALIGNMENT,
        f"{priority}: the stages may together take {Duration(micros=total).words()} ({listed}), but {judged.name} "
        f"promises {Duration(micros=threshold).words()}{clock}.",
        judged.name, level.name, service,
        clauses=(clause_of(judged, level), *(f"{stage.agreement} {stage.clause}" for stage in stages)),
        figures=figures,
        cure=f"Shorten the stages by {Duration(micros=total - threshold).words()}{clock} in all, or promise the "
        f"customer {Duration(micros=total).words()}.",
    )  # fmt: skip


def _length(stage: Stage) -> str:
    own = Duration(micros=stage.threshold).words()
    if stage.stretch == stage.threshold:
        return own
    return f"{Duration(micros=stage.stretch).words()}, being {own} of its own hours"
