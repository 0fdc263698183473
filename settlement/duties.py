"""What the consumer's own duties excuse: by the evidence of the duty, with nobody having to claim it.

The problem: a change is delivered three weeks late because its specification came four weeks late. The contract makes
the consumer's part a measured duty that relieves the promise, so the delivery date moves with the specification; and a
row that says so is worth more than the letters that were written about it (3.4).

Example: the specification of ``crm-7`` was due on 2 March and came on 30 March, 28 days late. The change was due on
1 May: its date moves to 29 May. Delivered on 20 May it is excused, on 5 June it is late.

What a late duty relieves:

- Matched by item (ruling 23 of the design): the duty's item, or the duty's ticket, with the id of an item, a ticket or
  an outage. An item or ticket of the relieved level leaves both counts where it is late by no more than the duty was
  (``to_the_extent``, ``necessary``), or always (``contributed``). Of an outage the time for which the duty was late (it
  was reported late, say) is excused, under the cause ``customer``.
- A duty that is measured by outages (access, power) excuses, where its own target was missed, the time in which its
  service was down.

Limits: any other pair of duty and level relieves nothing, and the finding ``DUTY_WITHOUT_EFFECT`` says so. What the
duty itself came to is an attainment like any other, and is never credited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import (
    AvailabilityMetric,
    OnTimeMetric,
    OutageCountMetric,
    ReliefTest,
    ServiceLevel,
    WithinMetric,
)
from domain.attainment import AttainmentStatus, LevelOn
from domain.evidence import NEVER
from domain.findings import Finding, FindingKind, Severity
from domain.instants import isoformat
from domain.intervals import EMPTY, Intervals, union
from domain.measure.excused import Excused
from domain.measure.within import measure_within
from domain.metrics import TicketMetric
from domain.periods import Period
from domain.relief import Effect, Relief, ReliefStatus
from settlement.days import known_until
from settlement.measured import MeasuredDowntime, MeasuredOutages
from settlement.relieving import LevelRelief
from settlement.ticket_book import Span

if TYPE_CHECKING:
    from settlement.measuring import Measuring

__all__ = ["LateDuty", "duty_findings", "late_duties", "moved_text", "relief_on"]

_BY_OUTAGES = (AvailabilityMetric, OutageCountMetric)
_EVERY_EFFECT = frozenset(Effect)


@dataclass(frozen=True, slots=True)
class LateDuty:
    """One item or ticket of a duty that was late: by how much (None: it has not come yet, so there is no end to it)."""

    duty: ServiceLevel
    due: int
    done: int | None
    lateness: int | None

    def moved(self, due: int) -> int | None:
        """To when a due date moves by the lateness; None: there is no date yet."""
        return None if self.lateness is None else due + self.lateness

    def excuses(self, lateness: int | None, test: ReliefTest) -> bool:
        """Whether it excuses what is late by so much (None: what has not come either)."""
        if test is ReliefTest.CONTRIBUTED or self.lateness is None:
            return True
        return lateness is not None and lateness <= self.lateness

    def said(self, detail: str = "") -> Excused:
        """What it says of the row that it excuses."""
        return Excused("customer", f"duty {self.duty.name}", self.duty.clause, detail)


def relieving(of: LevelOn) -> tuple[ServiceLevel, ...]:
    """The consumer's duties that relieve a level; duties relieve no duty."""
    if of.level.duty is not None:
        return ()
    return tuple(
        duty
        for duty in of.agreement.duties
        if duty.duty is not None and duty.duty.of_consumer and of.level.name in duty.duty.relieves
    )


def late_duties(measuring: Measuring, of: LevelOn) -> Mapping[str, LateDuty]:
    """The late items and tickets of the duties that relieve a level, by id; of several the one that was latest."""
    found: dict[str, LateDuty] = {}
    if not measuring.excuses.by_cause:
        return found
    for duty in relieving(of):
        late = _late_items(measuring, duty) if isinstance(duty.metric, OnTimeMetric) else {}
        if isinstance(duty.metric, WithinMetric):
            late = _late_tickets(measuring, of, duty)
        for name in sorted(late):
            known = found.get(name)
            if known is None or _is_later(late[name], known):
                found[name] = late[name]
    return found


def _is_later(one: LateDuty, other: LateDuty) -> bool:
    if one.lateness is None or other.lateness is None:
        return one.lateness is None and other.lateness is not None
    return one.lateness > other.lateness


def _late_items(measuring: Measuring, duty: ServiceLevel) -> dict[str, LateDuty]:
    if not isinstance(duty.metric, OnTimeMetric):
        return {}
    horizon = known_until(measuring.as_of)
    rows = measuring.evidence.deliverables(duty.services)
    found = {}
    for row in np.flatnonzero(rows.measure.rows_in((duty.metric.measure,))).tolist():
        due, done = int(rows.due[row]), int(rows.delivered[row])
        name = rows.item_id[row]
        if name is None or min(done, horizon) <= due:
            continue
        if done == NEVER or done >= horizon:
            found[name] = LateDuty(duty, due, None, None)
        else:
            found[name] = LateDuty(duty, due, done, done - due)
    return found


def _late_tickets(measuring: Measuring, of: LevelOn, duty: ServiceLevel) -> dict[str, LateDuty]:
    """The duty's late tickets, whenever they were: by the consumer's own custody, in the duty's window."""
    if not isinstance(duty.metric, WithinMetric):
        return {}
    found = {}
    horizon = known_until(measuring.as_of)
    for service in duty.services:
        on = LevelOn(of.agreement, duty, service)
        lines = measuring.lines_for(on, Span(0, horizon, horizon, duty.metric.assign), of.agreement.first)
        if not len(lines.tickets):
            continue
        rule = measuring.clock_rule(on, duty.metric.stops, lines, horizon, of.agreement.first)
        measure = measure_within(lines, duty.metric, rule, 0, horizon, horizon)
        for row, name in enumerate(measure.names()):
            if measure.late[row]:
                over = int(measure.elapsed[row] - measure.threshold[row])
                found[name] = LateDuty(
                    duty, int(lines.tickets.opened[measure.rows[row]]), int(measure.until[row]), over
                )
    return found


def relief_on(measuring: Measuring, of: LevelOn, period: Period) -> LevelRelief:
    """What is excused of a level measured by outages: by decision, and by the consumer's own duties."""
    relief = measuring.excuses.of(of)
    taken = relief.stops
    spans = list(relief.spans)
    for duty, time in duty_spans(measuring, of, period):
        left = time - taken
        if left:
            spans.append((duty, left))
            taken |= left
    return relief if len(spans) == len(relief.spans) else replace(relief, spans=tuple(spans))


def duty_spans(measuring: Measuring, of: LevelOn, period: Period) -> tuple[tuple[Relief, Intervals], ...]:
    """The time that duties excuse of a level measured by outages."""
    if not measuring.excuses.by_cause:
        return ()
    spans = []
    for duty in relieving(of):
        time = EMPTY
        if isinstance(duty.metric, OnTimeMetric):
            time = _reported_late(measuring, of, duty)
        elif isinstance(duty.metric, _BY_OUTAGES):
            time = _down(measuring, of, duty, period)
        if time:
            spans.append((_as_relief(of, duty), time))
    return tuple(spans)


def _as_relief(of: LevelOn, duty: ServiceLevel) -> Relief:
    return Relief(
        duty.name,
        of.agreement.name,
        "customer",
        ReliefStatus.ACCEPTED,
        _EVERY_EFFECT,
        clause=duty.clause,
        is_duty=True,
    )


def _reported_late(measuring: Measuring, of: LevelOn, duty: ServiceLevel) -> Intervals:
    """For each outage with the id of a late item, the part of it that lay in the lateness."""
    late = _late_items(measuring, duty)
    if not late:
        return EMPTY
    horizon = known_until(measuring.as_of)
    spans = []
    for service in measuring.chain.closure(of.service):
        rows = measuring.evidence.outages((service,))
        for row in np.flatnonzero(rows.outage_id.rows_in(sorted(late))).tolist():
            each = late[rows.outage_id[row] or ""]
            start = max(int(rows.started[row]), each.due)
            end = min(int(rows.ended[row]), horizon if each.done is None else each.done)
            if start < end:
                spans.append((start, end))
    return Intervals.of(spans)


def _down(measuring: Measuring, of: LevelOn, duty: ServiceLevel, period: Period) -> Intervals:
    """When the duty's services were down, where its target was missed in the period."""
    found = []
    for service in duty.services:
        measured = measuring.measured_once(LevelOn(of.agreement, duty, service), period)
        if measured.attainment.status is AttainmentStatus.MISSED and isinstance(
            measured.basis, MeasuredDowntime | MeasuredOutages
        ):
            found.append(measured.basis.down)
    return union(found)


def duty_findings(of: LevelOn) -> tuple[Finding, ...]:
    """The duties that name a level which they cannot relieve."""
    level = of.level
    return tuple(
        Finding(
            "DUTY_WITHOUT_EFFECT", Severity.WARNING, FindingKind.TERMS,
            f"The duty {duty.name} ({duty.metric.kind}) says that it relieves {level.name} ({level.metric.kind}), but "
            "nothing says how: it is measured, and relieves nothing.",
            of.agreement.name, level.name, of.service,
            clauses=(duty.cited, level.cited),
            cure="Measure the duty by onTime items with the ids of the level's items, tickets or outages.",
        )
        for duty in relieving(of)
        if not _relieves(duty, level)
    )  # fmt: skip


def _relieves(duty: ServiceLevel, level: ServiceLevel) -> bool:
    by_item = isinstance(level.metric, OnTimeMetric | TicketMetric)
    by_time = isinstance(level.metric, _BY_OUTAGES)
    match duty.metric:
        case OnTimeMetric():
            return by_item or by_time
        case WithinMetric():
            return by_item
        case AvailabilityMetric() | OutageCountMetric():
            return by_time
        case _:
            return False


def moved_text(due: int, late: LateDuty) -> str:
    """To when a date moved, in words."""
    moved = late.moved(due)
    if moved is None:
        return f"due {isoformat(due)}, and not before the duty is done, which was due {isoformat(late.due)}"
    done = "" if late.done is None else f", done {isoformat(late.done)}"
    return f"due {isoformat(due)}, moved to {isoformat(moved)} (the duty was due {isoformat(late.due)}{done})"
