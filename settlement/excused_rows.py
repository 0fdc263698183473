"""What was excused of a breach of tickets, items or rows, as rows of its trace.

The problem: "three tickets late" is not the whole story where two more were late and are excused; a trace shows them by
cause, with the quantity relieved and without a share (3.4).

Example: two late tickets named by the relief ``storm``, and one that is in time because its clock stood still in the
storm's hours, are an ``EXCUSED`` row of ``force_majeure`` with the quantity 3.

What the quantity is: late tickets or items that are no longer counted as late; of a `duration`, the clock time in
seconds that is not counted; of samples and counts, what the excused rows fell short of the target, in units of the
numerator.

Limits: excused time of several causes is put to the first of them in the order of their names.
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
from ola.responsibility import Reason, Responsibility, ServiceShare
from settlement.measured import MeasuredTally, MeasuredTickets, Measurement, judged_day

if TYPE_CHECKING:
    from settlement.measuring import Measuring

__all__ = ["excused_of"]


def excused_of(measuring: Measuring, measurement: Measurement) -> tuple[Responsibility, ...]:
    """The rows of what is excused of a measurement of tickets or rows; none for other kinds."""
    of, basis = measurement.attainment.of, measurement.basis
    by_cause: dict[str, Fraction] = {}
    if isinstance(basis, MeasuredTickets):
        parts = [*_struck_tickets(of, basis), *_stopped_clocks(measuring, of, basis)]
    elif isinstance(basis, MeasuredTally):
        parts = list(_excused_rows(measurement, basis))
    else:
        return ()
    for cause, quantity in parts:
        by_cause[cause] = by_cause.get(cause, Fraction(0)) + quantity
    return tuple(_row(of.service, cause, by_cause[cause]) for cause in sorted(by_cause) if by_cause[cause])


def _row(service: str, cause: str, quantity: Fraction) -> Responsibility:
    share = ServiceShare(service, None, quantity, Fraction(0))
    return Responsibility(
        None, Reason.EXCUSED, (), None, (share,), quantity, None, None, False, False, None, (), cause=cause
    )


def _struck_tickets(of: LevelOn, basis: MeasuredTickets) -> Iterator[tuple[str, Fraction]]:
    whole = basis.whole
    if whole is None:
        return
    for position in sorted(basis.excused):
        each = basis.excused[position]
        if isinstance(of.level.metric, DurationMetric):
            yield each.cause, Fraction(int(whole.elapsed[position]), SECOND)
        elif whole.late[position]:
            yield each.cause, Fraction(1)


def _stopped_clocks(
    measuring: Measuring, of: LevelOn, basis: MeasuredTickets
) -> Iterator[tuple[str, Fraction]]:
    """What the tickets that still count would have been without relieved time, cause by cause."""
    relief, measure = measuring.excuses.of(of), basis.measure
    if not relief.stops or not measure.counted:
        return
    lines = measure.lines.only(measure.rows)
    bare = measuring.seeing(frozenset())
    window = bare.window_around(of.agreement, of.level, lines, int(measure.until.max()))
    by_cause: dict[str, list[Intervals]] = {"maintenance": [relief.maintenance]} if relief.maintenance else {}
    for each, time in relief.spans:
        by_cause.setdefault(each.cause, []).append(time)

    def elapsed(time: Intervals) -> Micros:
        return clock(lines, replace(basis.rule, window=time), measure.until).elapsed

    before = elapsed(window)
    for cause in sorted(by_cause):
        for time in by_cause[cause]:
            window = window - time
        after = elapsed(window)
        if isinstance(of.level.metric, DurationMetric):
            yield cause, Fraction(int((before - after).sum()), SECOND)
        else:
            late = (before > measure.threshold) & (after <= measure.threshold)
            yield cause, Fraction(int(np.count_nonzero(late)))
        before = after


def _excused_rows(measurement: Measurement, basis: MeasuredTally) -> Iterator[tuple[str, Fraction]]:
    of, whole = measurement.attainment.of, basis.whole
    target = of.level.target.on(judged_day(of, measurement.attainment.period))
    if whole is None or target is None:
        return
    for position in sorted(basis.excused):
        each: Excused = basis.excused[position]
        if isinstance(of.level.metric, OnTimeMetric):
            yield each.cause, whole.denominator[position] - whole.numerator[position]
        else:
            yield (
                each.cause,
                _short(whole, position, target.value, is_floor=target.is_met_by(target.value + 1)),
            )


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
