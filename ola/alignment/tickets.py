"""``PRIORITY_MISMATCH``, ``CLOCK_MISMATCH`` and the gaps of ticket windows: stages that do not run on our clock.

The problem: we promise the customer P1 to P4, and the vendor knows only P1 to P3; or its clock stops while it waits for
a part, and ours runs on; or it runs from eight to six, and ours always. The sum of the thresholds looks right, and the
ticket is late.

Example: an SLA on four priorities with a UC that names three of them: the fourth is nobody's but ours.

Limits: the contracts directly under the agreement that promise the same milestone. How long the stages take together is
`time_budgets`'.
"""

from collections.abc import Iterable
from datetime import date

from domain.agreements import Agreement, ServiceLevel
from domain.findings import Finding, FindingKind, Severity
from domain.metrics import DurationMetric, WithinMetric
from ola.alignment.coverage import day_around, gap_finding, year_within
from ola.alignment.periods import is_about_the_same
from ola.alignment.under import Under
from ola.alignment.underpinning import clause_of


def ticket_findings(
    judged: Agreement, level: ServiceLevel, service: str, contracts: Iterable[Under], day: date
) -> tuple[Finding, ...]:
    """What is askew between a level of ticket times and those of the contracts directly below."""
    if not isinstance(level.metric, WithinMetric | DurationMetric):
        return ()
    found: list[Finding] = []
    for under in contracts:
        below = [each for each in under.levels() if is_about_the_same(level, each)]
        if below:
            found += _priorities(judged, level, service, under, below)
        for each in below:
            found += _stops(judged, level, service, under, each)
            found += _hours(judged, level, service, under, each, day)
    return tuple(found)


def _priorities(
    judged: Agreement, level: ServiceLevel, service: str, under: Under, below: list[ServiceLevel]
) -> list[Finding]:
    ours = _named(level)
    theirs = frozenset[str]().union(*(_named(each) for each in below))
    missing = sorted(ours - theirs)
    if not missing or any(not _named(each) for each in below):
        return []
    listed = ", ".join(missing)
    return [
        Finding(
            "PRIORITY_MISMATCH", Severity.WARNING, FindingKind.ALIGNMENT,
            f"{judged.name} promises a time for {listed} on {service}, and {under.agreement.name} promises none.",
            judged.name, level.name, service,
            (clause_of(judged, level), *(clause_of(under.agreement, each) for each in below)),
            {"priorities": str(len(ours)), "missing": str(len(missing))},
            f"Agree a threshold for {listed} in {under.agreement.name}.",
        )
    ]  # fmt: skip


def _named(level: ServiceLevel) -> frozenset[str]:
    """The priorities that a level covers by name; none where it covers all."""
    metric = level.metric
    if not isinstance(metric, WithinMetric | DurationMetric):
        return frozenset()
    named = frozenset(priority for priority, _ in metric.thresholds)
    if metric.priorities is None:
        return named
    return metric.priorities & named if named else metric.priorities


def _stops(
    judged: Agreement, level: ServiceLevel, service: str, under: Under, below: ServiceLevel
) -> list[Finding]:
    above, metric = level.metric, below.metric
    if not isinstance(above, WithinMetric | DurationMetric) or not isinstance(
        metric, WithinMetric | DurationMetric
    ):
        return []
    unshared = sorted(metric.stops - above.stops)
    if not unshared:
        return []
    listed = " and ".join(unshared)
    return [
        Finding(
            "CLOCK_MISMATCH", Severity.WARNING, FindingKind.ALIGNMENT,
            f"Under {under.agreement.name} the clock stops while a ticket is {listed}; under {judged.name} it runs on.",
            judged.name, level.name, service,
            (clause_of(judged, level), clause_of(under.agreement, below)),
            {"stops": str(len(unshared))},
            f"Let the clock of {judged.name} stop for {listed} too, or strike it in {under.agreement.name}.",
        )
    ]  # fmt: skip


def _hours(
    judged: Agreement, level: ServiceLevel, service: str, under: Under, below: ServiceLevel, day: date
) -> list[Finding]:
    first, last = year_within(judged, day)
    ours = judged.calendar.service_time(first, last, level.window)
    theirs = under.agreement.calendar.service_time(*day_around(first, last), below.window)
    gap = ours - theirs
    if not gap:
        return []
    clauses = (clause_of(under.agreement, below),)
    return [gap_finding(judged, level, service, under.services[0], clauses, gap, first.year)]
