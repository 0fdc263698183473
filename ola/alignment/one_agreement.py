"""All that lies askew between one agreement and what stands under it.

The problem: whoever looks at an agreement wants every tension at once, in one order, whoever asks.

Example: ``agreement_findings(underpinning, sides, sla, month)`` for a month that is settled; without a period, before
anything is settled, the shortest of each level's own periods is the one that a promise has to hold in.

Limits: one version of one agreement, under the agreements in force on the underpinning's day.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from domain.agreements import Agreement, AgreementType, AvailabilityMetric, ServiceLevel
from domain.findings import Finding
from domain.metrics import TicketMetric
from domain.periods import Period, PeriodKind
from ola.alignment.control import outside_control
from ola.alignment.coverage import window_gaps
from ola.alignment.exclusions import exclusion_mismatches
from ola.alignment.periods import periods_of_levels, periods_of_support
from ola.alignment.support import support_of
from ola.alignment.terms import is_askew as terms_are_askew
from ola.alignment.terms import term_findings
from ola.alignment.tickets import ticket_findings
from ola.alignment.time_budgets import time_budgets
from ola.alignment.under import Under, contracts_to_compare, contracts_under
from ola.alignment.underpinning import Underpinning
from ola.alignment.ungoverned import ungoverned
from ola.alignment.unsupported import target_unsupported
from ola.alignment.worst_month import worst_month
from ola.sides import Sides


def agreement_findings(
    underpinning: Underpinning, sides: Sides, agreement: Agreement, settled: Period | None
) -> tuple[Finding, ...]:
    """Every finding on an agreement's alignment; ``settled`` is the month being settled (None: none is)."""
    found: list[Finding] = []
    day, chain = underpinning.day, underpinning.chain
    is_for_others = agreement.type is not AgreementType.OLA
    others = tuple(level for level in agreement.levels if not isinstance(level.metric, AvailabilityMetric))

    def is_askew(under: Under) -> bool:
        return any(
            _of_contract(underpinning, agreement, level, under.services[0], [under]) for level in others
        ) or (terms_are_askew(underpinning, agreement, under))

    contracts = contracts_to_compare(underpinning, agreement, is_askew) if is_for_others else ()
    for level in agreement.levels:
        periods = judged_periods(agreement, level, settled, day)
        for service in underpinning.standing.services(agreement, level):
            support = support_of(underpinning, agreement, level, service, periods)
            found += target_unsupported(support)
            if is_for_others:
                found += window_gaps(support, day)
                found += exclusion_mismatches(support)
                found += periods_of_support(support)
                if level in others and contracts:
                    serving = _serving(contracts, chain.closure(service))
                    found += _of_contract(underpinning, agreement, level, service, serving)
                found += outside_control(sides, agreement, level, service, chain, underpinning.runners)
    if agreement.type is AgreementType.SLA:
        found += time_budgets(sides, agreement, chain, day.year)
        found += ungoverned(sides, agreement, chain, underpinning.runners)
        if settled is None:
            found += worst_month(underpinning, agreement)
    for under in contracts:
        found += term_findings(underpinning, agreement, under)
    return tuple(_once_a_pair(found))


def _once_a_pair(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, of which missing priorities are told once for two levels, on whichever service they meet."""
    told = set()
    for finding in found:
        if finding.code == "PRIORITY_MISMATCH":
            pair = (finding.service_level, finding.clauses)
            if pair in told:
                continue
            told.add(pair)
        yield finding


def stands_alone(underpinning: Underpinning, agreement: Agreement) -> bool:
    """Whether nothing that a date or a month's length could change stands under an agreement: no contract, no promise.

    What is askew is then a matter of who runs what, under the agreements in force.
    """
    return (
        not any(isinstance(level.metric, TicketMetric) for level in agreement.levels)
        and not any(
            underpinning.has_below(agreement, service)
            for level in agreement.levels
            for service in level.services
        )
        and not any(underpinning.chain.needs[service] for service in agreement.services)
        and not contracts_under(underpinning, agreement)
    )


def _of_contract(
    underpinning: Underpinning,
    agreement: Agreement,
    level: ServiceLevel,
    service: str,
    contracts: Sequence[Under],
) -> tuple[Finding, ...]:
    """What is askew between a level of another metric and the contracts that serve its service."""
    return (
        *periods_of_levels(agreement, level, service, contracts),
        *ticket_findings(agreement, level, service, contracts, underpinning.day),
    )


def _serving(contracts: Sequence[Under], closure: Sequence[str]) -> list[Under]:
    """The contracts that serve one service of the agreement, with the services by which they do."""
    within = frozenset(closure)
    found = []
    for under in contracts:
        services = tuple(service for service in under.services if service in within)
        if services:
            found.append(Under(under.agreement, services))
    return found


def judged_periods(
    agreement: Agreement, level: ServiceLevel, settled: Period | None, day: date
) -> tuple[Period, ...]:
    """The level's own periods that a promise has to hold in: those that the settled month judges, else the shortest.

    A period that does not end in the settled month is the one that the month lies in (ruling 3). Of windows that are
    judged every day those that end as a month begins are looked at, which reach into most months.
    """
    if settled is not None:
        ending = [each for each in level.period.ending_in(settled) if each.last >= agreement.first]
        if level.period.kind is PeriodKind.DAY_WINDOW:
            # One that ends as a month begins reaches into most of them, the last one is that which is told last.
            ending = [each for each in ending[:-1] if each.last.day == 1] + ending[-1:]
        return tuple(ending) or (level.period.containing(min(settled.last, agreement.last)),)
    if level.period.kind is PeriodKind.DAY_WINDOW:
        first_days = {(day + timedelta(days=number)).replace(day=1) for number in range(31, 397, 5)}
        windows = [level.period.containing(first) for first in sorted(first_days)]
        return tuple(
            each for each in windows if agreement.first <= each.first and each.last <= agreement.last
        ) or (level.period.containing(day + timedelta(days=366)),)
    year = [level.period.containing(day)]
    while year[-1].last < day + timedelta(days=365):
        year.append(year[-1].next())
    whole = [each for each in year if agreement.first <= each.first and each.last <= agreement.last]
    return (min(whole or year[:1], key=lambda each: (each.days, each.first)),)
