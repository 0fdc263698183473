"""All that lies askew between one agreement and what stands under it.

The problem: whoever looks at an agreement wants every tension at once, in one order, whoever asks.

Example: ``agreement_findings(underpinning, sides, sla, month)`` for a month that is settled; without a period, before
anything is settled, the shortest of each level's own periods is the one that a promise has to hold in.

Limits: one version of one agreement, under the agreements in force on the underpinning's day.
"""

from datetime import date, timedelta

from domain.agreements import Agreement, AgreementType, ServiceLevel
from domain.findings import Finding
from domain.periods import Period, PeriodKind
from ola.alignment.support import support_of
from ola.alignment.time_budgets import time_budgets
from ola.alignment.underpinning import Underpinning
from ola.alignment.ungoverned import ungoverned
from ola.alignment.unsupported import target_unsupported
from ola.sides import Sides


def agreement_findings(
    underpinning: Underpinning, sides: Sides, agreement: Agreement, settled: Period | None
) -> tuple[Finding, ...]:
    """Every finding on an agreement's alignment; ``settled`` is the month being settled (None: none is)."""
    found: list[Finding] = []
    for level in agreement.levels:
        periods = judged_periods(agreement, level, settled, underpinning.day)
        for service in underpinning.standing.services(agreement, level):
            found += target_unsupported(support_of(underpinning, agreement, level, service, periods))
    if agreement.type is AgreementType.SLA:
        found += time_budgets(sides, agreement, underpinning.chain)
        found += ungoverned(sides, agreement, underpinning.chain)
    return tuple(found)


def judged_periods(
    agreement: Agreement, level: ServiceLevel, settled: Period | None, day: date
) -> tuple[Period, ...]:
    """The level's own periods that a promise has to hold in: those that the settled month judges, else the shortest.

    A period that does not end in the settled month is the one that the month lies in (ruling 3).
    """
    if settled is not None:
        ending = [each for each in level.period.ending_in(settled) if each.last >= agreement.first]
        if level.period.kind is PeriodKind.DAY_WINDOW:
            ending = ending[-1:]
        return tuple(ending) or (level.period.containing(min(settled.last, agreement.last)),)
    if level.period.kind is PeriodKind.DAY_WINDOW:
        return (level.period.containing(day + timedelta(days=366)),)
    year = [level.period.containing(day)]
    while year[-1].last < day + timedelta(days=365):
        year.append(year[-1].next())
    whole = [each for each in year if agreement.first <= each.first and each.last <= agreement.last]
    return (min(whole or year[:1], key=lambda each: (each.days, each.first)),)
