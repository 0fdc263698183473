"""The maintenance that an agreement has agreed to in a period: which hours, and which recorded work.

The problem: plain windows are no service time, whatever happens in them. A window with `notice` is one only where work
in it was announced in time, and an `allowance` only goes so far; both have to be read from the outage rows with the
cause maintenance. And where a contract sets such conditions, its exclusion of maintenance excuses what keeps them, and
nothing else: unannounced maintenance counts.

Example: Sundays 02:00-04:00 with two days' notice. Work on the 5th reported on the 1st: those two hours are no service
time. Work on the 12th reported on the 11th: the window is service time, and the outage counts.

Limits: a record announces the work of its own span. A row says when it was announced by ``reported_at``, else by
``recorded_at``; one that says neither was announced when it began.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import Agreement, MaintenanceRule
from domain.attainment import LevelOn
from domain.evidence import OPEN, UNRECORDED
from domain.explanation import Worked
from domain.findings import Finding, FindingKind, Severity
from domain.instants import MINUTE
from domain.intervals import EMPTY, Intervals, union
from domain.measure.maintenance import (
    Granted,
    RecordedWork,
    agreed_hours,
    agreed_work,
    announce_by,
    explain_hours,
    explain_work,
)
from domain.money import decimal_text
from domain.periods import Period, PeriodRule
from ola.downtime import DowntimeBook
from settlement.days import midnight

if TYPE_CHECKING:
    from settlement.measuring import Measuring

CAUSE = "maintenance"

_Record = tuple[int, int, int]
"""A record of maintenance: when it started and ended, and when it was announced."""


@dataclass(frozen=True, slots=True, eq=False)
class AgreedMaintenance:
    """What is agreed in a period.

    ``hours`` are no service time. ``work`` is, by service, the recorded maintenance that may be excused; None: all of
    it, as the contract sets no conditions. ``late`` is recorded maintenance that counts as downtime. The rest is
    for the explanation.
    """

    hours: Intervals
    work: Mapping[str, Intervals] | None = None
    by_hours: tuple[Granted, ...] = ()
    by_work: tuple[Granted, ...] = ()
    counting: Intervals = EMPTY
    late: Intervals = EMPTY

    def explained_hours(self, of: LevelOn, maintenance: Intervals) -> Worked | None:
        """All agreed maintenance, with the announcements and allowances behind it; None where no rule says any."""
        if not self.by_hours:
            return None
        conditional = union(agreed_hours(each) for each in self.by_hours)
        return explain_hours(maintenance - conditional, self.by_hours, source=_source(of))

    def explained_work(self, of: LevelOn) -> Worked | None:
        """The recorded work that is excused; None where no rule grants any."""
        return explain_work(self.by_work, self.counting, source=_source(of)) if self.by_work else None


def _source(of: LevelOn) -> str:
    return f"{of.agreement.name} version {of.agreement.version}, maintenance; outages of cause maintenance"


def agreed_maintenance(
    measuring: Measuring, of: LevelOn, days: tuple[date, date], book: DowntimeBook, windows: Intervals
) -> AgreedMaintenance:
    """What is agreed of the days ``days``; ``windows`` is the level's service time in them."""
    agreement, calendar = of.agreement, of.agreement.calendar
    within = (midnight(agreement, days[0]), midnight(agreement, days[1] + timedelta(days=1)))
    # Maintenance that was accepted as relief shortens the service time like any other (ruling 13 of the design).
    accepted = measuring.excuses.of(of).maintenance.clip(*within)
    always = calendar.weekly_intervals(agreement.maintenance, *days) | accepted
    if not agreement.maintenance_rules:
        return AgreedMaintenance(always)
    months = tuple(_months(*days))
    spans = tuple(month.bounds(calendar.zone) for month in months)
    first, last = months[0].first, months[-1].last
    records = _records(measuring, of, book)
    everything = [each for rows in records.values() for each in rows]

    def granted(terms: MaintenanceRule, rows: Sequence[_Record]) -> Granted:
        hours = None if terms.window is None else calendar.weekly_intervals((terms.window,), first, last)
        stated = tuple(_stated(row, terms, agreement) for row in rows)
        return Granted(hours, terms.notice is not None, terms.allowance, spans, stated)

    at_hours = [terms for terms in agreement.maintenance_rules if terms.window is not None]
    at_any_time = [terms for terms in agreement.maintenance_rules if terms.window is None]
    by_hours = tuple(granted(terms, everything) for terms in at_hours)
    by_work = tuple(granted(terms, everything) for terms in at_any_time)
    hours = always | union(agreed_hours(each) for each in by_hours)
    # The allowance is spent on what would count: the service down, in service time, and in no agreed hour.
    service_time = calendar.service_time(first, last, of.level.window)
    counting = (book.of(of.service).down & service_time) - hours
    excusable = {}
    for service, rows in records.items():
        if at_any_time:
            # Announced work of this service, where the allowance, which is for all of them together, still goes.
            excusable[service] = union(
                agreed_work(whole, counting) & granted(terms, rows).admitted
                for terms, whole in zip(at_any_time, by_work, strict=True)
            )
        else:
            conditional = union(each.windows for each in by_hours if each.windows is not None)
            excusable[service] = _elsewhere(agreement, at_hours, rows) - conditional
    late = (union(_span(row) for row in everything) & windows & counting) - union(excusable.values())
    return AgreedMaintenance(hours.clip(*within), excusable, by_hours, by_work, counting, late)


def _months(first: date, last: date) -> Iterator[Period]:
    """The calendar months that some days lie in: an allowance is the whole month's, also for a week of it."""
    month = PeriodRule.month().containing(first)
    while month.first <= last:
        yield month
        month = month.next()


def _elsewhere(agreement: Agreement, rules: Sequence[MaintenanceRule], rows: Sequence[_Record]) -> Intervals:
    """Work outside the agreed hours: an exclusion excuses what was announced as every rule asks."""
    asked = [terms for terms in rules if terms.notice is not None]
    return union(
        _span(row)
        for row in rows
        if all(_stated(row, terms, agreement).is_announced_in_time for terms in asked)
    )


def _records(measuring: Measuring, of: LevelOn, book: DowntimeBook) -> dict[str, list[_Record]]:
    """The recorded maintenance of the service and of what it stands on."""
    found = {}
    for service in measuring.chain.closure(of.service):
        every = book.times(service)
        rows = every.take(np.flatnonzero(every.cause.rows_in((CAUSE,))))
        ends = np.where(rows.ended == OPEN, np.maximum(book.horizon, rows.started), rows.ended)
        is_unsaid = (rows.reported == rows.started) & (rows.recorded != UNRECORDED)
        announced = np.where(is_unsaid, rows.recorded, rows.reported)
        columns = zip(rows.started.tolist(), ends.tolist(), announced.tolist(), strict=True)
        found[service] = [row for row in columns if row[0] < row[1]]
    return found


def _span(row: _Record) -> Intervals:
    return Intervals.of([row[:2]])


def _stated(row: _Record, terms: MaintenanceRule, agreement: Agreement) -> RecordedWork:
    start, end, announced = row
    due = start if terms.notice is None else announce_by(start, terms.notice, agreement.calendar.zone)
    return RecordedWork(start, end, announced, due)


def maintenance_findings(of: LevelOn, agreed: AgreedMaintenance) -> tuple[Finding, ...]:
    """That some recorded maintenance counts as downtime, because it was not announced or went beyond the allowance."""
    if not agreed.late:
        return ()
    minutes = decimal_text(Fraction(agreed.late.total(), MINUTE))
    return (
        Finding(
            "MAINTENANCE_COUNTS", Severity.INFO, FindingKind.EVIDENCE,
            f"Recorded maintenance of {of.service} counts as downtime for {minutes} minutes: it was not announced as "
            "early as the agreement asks, or goes beyond its monthly allowance.",
            of.agreement.name, of.level.name, of.service, (of.level.cited,),
            figures={"minutes": minutes},
            cure="Give the rows the reported_at of their announcement, or agree to more maintenance.",
        ),
    )  # fmt: skip
