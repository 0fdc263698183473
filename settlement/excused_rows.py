"""What was excused of a breach of tickets, items or rows, as rows of its trace.

The problem: "three tickets late" is not the whole story where two more were late and are excused; a trace shows them by
cause, with the quantity relieved and without a share (3.4).

Example: two late tickets named by the relief ``storm``, and one that is in time because its clock stood still in the
storm's hours, are an ``EXCUSED`` row of ``force_majeure`` with the quantity 3.

What the quantity is: late tickets or items that are no longer counted as late; of a `duration`, the clock time in
seconds that is not counted; of samples and counts, what the excused rows fell short of the target, in units of the
numerator.

Limits: time that several reliefs excuse is the first one's, in the order of their causes and names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import DurationMetric
from domain.attainment import LevelOn
from domain.evidence import Micros
from domain.instants import SECOND
from domain.intervals import Intervals
from domain.measure.clocks import clock
from domain.measure.excused import Excused
from domain.measure.tally import Form, Tally
from domain.metrics import OnTimeMetric
from ola.responsibility import Cause, Reason, Responsibility, ServiceShare, TraceInstant
from settlement.measured import MeasuredTally, MeasuredTickets, Measurement, judged_day

if TYPE_CHECKING:
    from settlement.measuring import Measuring

__all__ = ["excused_instants", "excused_of", "excused_parts"]

Part = tuple[str, str, Fraction]
"""What excuses, under which cause, and how much."""


def excused_of(measuring: Measuring, measurement: Measurement) -> tuple[Responsibility, ...]:
    """The rows of what is excused of a measurement of tickets or rows; none for other kinds."""
    service = measurement.attainment.of.service
    by_cause: dict[str, Fraction] = {}
    for _, cause, quantity in excused_parts(measuring, measurement):
        by_cause[cause] = by_cause.get(cause, Fraction(0)) + quantity
    return tuple(_row(service, cause, by_cause[cause]) for cause in sorted(by_cause) if by_cause[cause])


def excused_parts(measuring: Measuring, measurement: Measurement) -> list[Part]:
    """What is excused of tickets or rows, by what excuses it and by cause."""
    of, basis = measurement.attainment.of, measurement.basis
    if isinstance(basis, MeasuredTickets):
        return [*_struck_tickets(of, basis), *_stopped_clocks(measuring, of, basis)]
    return list(_excused_rows(measurement, basis)) if isinstance(basis, MeasuredTally) else []


def excused_instants(measurement: Measurement) -> tuple[TraceInstant, ...]:
    """The late tickets and items that are excused, each under its cause."""
    of, basis = measurement.attainment.of, measurement.basis
    found = []
    if isinstance(basis, MeasuredTickets) and basis.whole is not None:
        for position in sorted(basis.excused):
            if basis.whole.late[position]:
                opened = int(basis.whole.lines.tickets.opened[basis.whole.rows[position]])
                name, until = basis.whole.names()[position], int(basis.whole.until[position])
                found.append(_instant(of, opened, until, name, basis.excused[position].cause))
    if (
        isinstance(basis, MeasuredTally)
        and isinstance(of.level.metric, OnTimeMetric)
        and basis.whole is not None
    ):
        for position in sorted(basis.excused):
            whole = basis.whole
            if not whole.numerator[position]:
                start, end = int(whole.at[position]), int(whole.until[position])
                cause = basis.excused[position].cause
                found.append(_instant(of, start, max(start, end), whole.label[position], cause))
    return tuple(found)


def _instant(of: LevelOn, start: int, end: int, name: str | None, cause: str) -> TraceInstant:
    return TraceInstant(start, end, name, (Cause(of.service, None, Fraction(1), Fraction(1), cause),))


def _row(service: str, cause: str, quantity: Fraction) -> Responsibility:
    share = ServiceShare(service, None, quantity, Fraction(0))
    return Responsibility(
        None, Reason.EXCUSED, (), None, (share,), quantity, None, None, False, False, None, (), cause=cause
    )


def _struck_tickets(of: LevelOn, basis: MeasuredTickets) -> Iterator[Part]:
    whole = basis.whole
    if whole is None:
        return
    for position in sorted(basis.excused):
        each = basis.excused[position]
        if isinstance(of.level.metric, DurationMetric):
            yield each.by, each.cause, Fraction(int(whole.elapsed[position]), SECOND)
        elif whole.late[position]:
            yield each.by, each.cause, Fraction(1)


def _stopped_clocks(measuring: Measuring, of: LevelOn, basis: MeasuredTickets) -> Iterator[Part]:
    """What the tickets that still count would have been without relieved time, relief by relief in their order."""
    relief, measure = measuring.excuses.of(of), basis.measure
    if not relief.stops or not measure.counted:
        return
    lines = measure.lines.only(measure.rows)
    bare = measuring.seeing(frozenset())
    window = bare.window_around(of.agreement, of.level, lines, int(measure.until.max()))
    spans = [(each.label, each.cause, time) for each, time in relief.spans]
    spans += [("maintenance", "maintenance", relief.maintenance)] if relief.maintenance else []

    def elapsed(time: Intervals) -> Micros:
        return clock(lines, replace(basis.rule, window=time), measure.until).elapsed

    before = elapsed(window)
    for label, cause, time in spans:
        window = window - time
        after = elapsed(window)
        if isinstance(of.level.metric, DurationMetric):
            yield label, cause, Fraction(int((before - after).sum()), SECOND)
        else:
            late = (before > measure.threshold) & (after <= measure.threshold)
            yield label, cause, Fraction(int(np.count_nonzero(late)))
        before = after


def _excused_rows(measurement: Measurement, basis: MeasuredTally) -> Iterator[Part]:
    of, whole = measurement.attainment.of, basis.whole
    target = of.level.target.on(judged_day(of, measurement.attainment.period))
    if whole is None or target is None:
        return
    for position in sorted(basis.excused):
        each: Excused = basis.excused[position]
        if isinstance(of.level.metric, OnTimeMetric):
            yield each.by, each.cause, whole.denominator[position] - whole.numerator[position]
        else:
            is_floor = target.is_met_by(target.value + 1)
            yield each.by, each.cause, _short(whole, position, target.value, is_floor=is_floor)


def _short(tally: Tally, row: int, promise: Fraction, *, is_floor: bool) -> Fraction:
    """By how much one row fell short of a promised rate; a total has no rate, so there it is the row itself."""
    numerator, denominator = tally.numerator[row], tally.denominator[row]
    if tally.form is Form.SUM:
        return numerator
    rate = promise / 100 if tally.form is Form.PERCENT else promise
    if tally.of_rates:
        numerator, denominator = numerator / denominator, Fraction(1)
    apart = rate * denominator - numerator
    return max(apart if is_floor else -apart, Fraction(0))
