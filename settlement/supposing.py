"""What an outage would break, cost and return, before it has happened.

The problem: "the hosting goes for four hours on Friday: which promises would we break, what would we owe, who would
answer, and what would we get back?" An estimate beside the rules would be a second opinion of them. So the supposed
outage is added to the evidence, and the months are settled twice by the one settlement there is: as it was, and so.

Example: hosting down from 10:00 to 14:00 on a Friday of a month that had 62 minutes down: online banking, measured
directly, would have recorded the same four hours; 99.856 becomes 99.301, and the credit 6,000.00 instead of 2,000.00.

The way: a service that is measured directly is down when its own monitor says so (3.1), and nobody's monitor has
recorded what did not happen. So it is supposed to record just what its gate would fail more because of the supposed
outage: nothing that redundancy absorbs, and nothing that history says was up although its gate failed (ruling 180).
The months that are settled are those of the outage, and those in which a longer period that holds it ends (ruling 181).

Limits: nothing is stored. What happens between the outage and the end of a longer period is as the evidence has it,
and what the evidence does not say yet reads as nothing having happened. Tickets, counts and samples are not supposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.agreements import AvailabilityMetric, CompositeMetric, OutageCountMetric
from domain.credit_terms import PassThroughCredit
from domain.errors import InvalidValue
from domain.instants import as_datetime
from domain.intervals import Intervals
from domain.periods import Period, PeriodKind, PeriodRule
from domain.services import Measured
from ola.downtime import DowntimeBook, gate_failure
from settlement.comparing import Comparison, compare
from settlement.days import known_until
from settlement.settle import Settling
from settlement.supposed_evidence import SupposedEvidence, SupposedOutage

if TYPE_CHECKING:
    from domain.agreements import Agreement, ServiceLevel
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import Settlement

__all__ = ["OutageSimulation", "simulate_outage"]


@dataclass(frozen=True, slots=True)
class OutageSimulation:
    """What a supposed outage would change.

    ``recorded`` are the outages that are added to the evidence: the supposed one, and what the monitors of the services
    above would have recorded of it. ``absorbed`` are the services directly above it, or above those, that would have
    stayed up: their redundancy holds.
    """

    outage: SupposedOutage
    recorded: tuple[SupposedOutage, ...]
    down: tuple[SupposedOutage, ...]
    """What each service above would be down more than it was, with or without a monitor of its own."""
    absorbed: tuple[str, ...]
    comparison: Comparison


def simulate_outage(
    portfolio: Portfolio, evidence: Evidence, outage: SupposedOutage, as_of: date | None = None
) -> OutageSimulation:
    """What would change if a service had failed for a while, and everything else had been as it was.

    ``as_of`` (None: the day after the last month of the outage) is the date as of which both sides are settled and
    rights are told. Raises InvalidValue where there is no such service.
    """
    if outage.service not in portfolio.services:
        raise InvalidValue(f'there is no service "{outage.service}" in the contracts')
    month = PeriodRule.month().containing(as_datetime(outage.end - 1).date())
    as_of = month.day_after if as_of is None else as_of
    before = Settling.of(portfolio, evidence, as_of)
    months = _months(before, outage)
    until = min(known_until(months[-1].day_after), known_until(as_of))
    reached = _Reached.of(before, outage, until)
    supposed = SupposedEvidence(evidence, reached.recorded, until)
    after = Settling.of(portfolio, supposed, as_of)
    comparison = compare(_settled(before, months), _settled(after, months))
    return OutageSimulation(outage, reached.recorded, reached.down, reached.absorbed, comparison)


def _settled(settling: Settling, months: Sequence[Period]) -> list[Settlement]:
    found = [settling.settle(month) for month in months]
    found[-1] = settling.with_rights(found[-1])
    return found


def _months(settling: Settling, outage: SupposedOutage) -> tuple[Period, ...]:
    """The months that are settled: those of the outage, and those in which a longer period that holds it ends."""
    rule = PeriodRule.month()
    first, last = _days(None, outage)
    found = set(_from_to(rule, first, last))
    above = settling.measuring.chain.supported_by((outage.service,))
    for versions in settling.versions.values():
        for version in versions:
            if above.isdisjoint(version.services):
                continue
            for level in version.levels:
                if not _reads_outages(level) or above.isdisjoint(level.services):
                    continue
                found |= {
                    rule.containing(min(period.last, version.last))
                    for period in _periods(version, level, outage)
                    if version.first <= min(period.last, version.last)
                }
    return tuple(sorted(found))


def _reads_outages(level: ServiceLevel) -> bool:
    """Whether an outage can change a level's value, or its credit by what customers are credited."""
    if isinstance(level.metric, AvailabilityMetric | OutageCountMetric | CompositeMetric):
        return True
    return isinstance(level.credit, PassThroughCredit)


def _periods(version: Agreement, level: ServiceLevel, outage: SupposedOutage) -> Iterable[Period]:
    first, last = _days(version, outage)
    if first > version.last or last < version.first:
        return ()
    rule = level.period
    if rule.kind is PeriodKind.DAY_WINDOW and rule.length is not None:
        # A window that ends on a later day still holds the outage's last day.
        last = rule.length.after(last) - timedelta(days=1)
        return _from_to(PeriodRule.month(), first, min(last, version.last))
    return _from_to(rule, first, last)


def _days(version: Agreement | None, outage: SupposedOutage) -> tuple[date, date]:
    """The first and the last day of an outage, on an agreement's clocks."""
    start, end = as_datetime(outage.start), as_datetime(outage.end - 1)
    if version is not None:
        zone = version.calendar.zone
        start, end = start.astimezone(zone), end.astimezone(zone)
    return start.date(), end.date()


def _from_to(rule: PeriodRule, first: date, last: date) -> list[Period]:
    found = [rule.containing(first)]
    while found[-1].last < last:
        found.append(found[-1].next())
    return found


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a supposed outage reaches: what is recorded of it, who is down by it, and who is not."""

    recorded: tuple[SupposedOutage, ...]
    down: tuple[SupposedOutage, ...]
    absorbed: tuple[str, ...]

    @classmethod
    def of(cls, settling: Settling, outage: SupposedOutage, until: int) -> _Reached:
        chain = settling.measuring.chain
        book = DowntimeBook(chain, settling.evidence, until)
        span = Intervals.of([(outage.start, outage.end)])
        down = {outage.service: book.of(outage.service).down | span}
        recorded, more = [outage], []
        absorbed: list[str] = []
        above = chain.supported_by((outage.service,)) - {outage.service}
        for service in sorted(above, key=chain.rank.__getitem__):
            was = book.of(service)
            if not any(need in down for need in chain.needs[service]):
                continue  # Nothing that it needs itself would have been down longer.
            below = {
                need: down[need] if need in down else book.of(need).down for need in chain.needs[service]
            }
            further = gate_failure(book.gate_of(service), below) - was.gate - was.down
            if not further:
                absorbed.append(service)
                continue
            down[service] = was.down | further
            spans = [SupposedOutage(service, start, end) for start, end in further]
            more += spans
            if chain.services[service].measured is Measured.DIRECTLY:
                recorded += spans
        return cls(tuple(recorded), tuple(more), tuple(sorted(absorbed)))
