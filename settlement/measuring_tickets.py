"""Measuring what tickets decide: how many came in time, and the statistics of their clocks.

The problem: both read the same clock (the SLA's, or an OLA's or UC's in its own custody), up to the same horizon, and
differ only in what they make of it.

Example (E2): 33 of 35 tickets in time are 94.2857... %, `MISSED` against 95.

Limits: what happened after the horizon is not known yet: the period's end, or a later as-of date.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import DurationMetric, WithinMetric
from domain.attainment import LevelOn
from domain.findings import Finding
from domain.measure.clocks import ClockRule
from domain.measure.duration import measure_duration, statistic_of
from domain.measure.excused import left_out
from domain.measure.judging import judge, percent
from domain.measure.timelines import Timelines
from domain.measure.within import TicketMeasure, measure_within
from domain.periods import Period
from settlement.days import known_until, midnight
from settlement.excusing import excused_tickets
from settlement.measured import MeasuredTickets, Measurement, attained, judged_day
from settlement.sources import tickets_differ
from settlement.ticket_book import Kernel, Metric, Span

if TYPE_CHECKING:
    from settlement.measuring import Measuring


def measure_tickets_within(
    measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]
) -> Measurement:
    """Percent of tickets whose milestone came within its threshold."""
    del lifted  # No exclusion relieves a ticket.
    level, metric = of.level, of.level.metric
    if not isinstance(metric, WithinMetric):
        raise TypeError("Tickets in time are measured by their own metric.")
    whole, rule, span = _measured(measuring, of, period, measure_within, metric)
    excused = excused_tickets(measuring, of, whole)
    measured = whole.only(~left_out(whole.counted, excused)) if excused else whole
    denominator = Fraction(measured.counted)
    value = percent(measured.numerator, denominator)
    target = level.target.on(judged_day(of, period))
    judgement = judge(value, target, level.compare, level.small_sample, measured.counted, measured.failures)
    attainment = attained(of, period, judgement, measured.numerator, denominator)
    basis = MeasuredTickets(measured, rule, whole if excused else None, excused)
    return Measurement(attainment, basis, _differences(measuring, of, span))


def measure_clock_times(
    measuring: Measuring, of: LevelOn, period: Period, lifted: frozenset[str]
) -> Measurement:
    """A statistic of the clock times, in seconds; of a mean the numerator is their sum, and else the value itself."""
    del lifted  # No exclusion relieves a ticket.
    level, metric = of.level, of.level.metric
    if not isinstance(metric, DurationMetric):
        raise TypeError("Clock times are measured by their own metric.")
    whole, rule, span = _measured(measuring, of, period, measure_duration, metric)
    excused = excused_tickets(measuring, of, whole)
    measured = whole.only(~left_out(whole.counted, excused)) if excused else whole
    value = statistic_of(metric.statistic, measured.elapsed.tolist())
    judgement = judge(value, level.target.on(judged_day(of, period)), level.compare)
    denominator = Fraction(measured.counted)
    numerator = None if value is None else value
    if value is not None and metric.statistic == "mean":
        numerator = value * denominator
    elif value is not None:
        denominator = Fraction(1)
    attainment = attained(of, period, judgement, numerator, denominator)
    basis = MeasuredTickets(measured, rule, whole if excused else None, excused)
    return Measurement(attainment, basis, _differences(measuring, of, span))


def _differences(measuring: Measuring, of: LevelOn, span: Span) -> tuple[Finding, ...]:
    """What other sources than the believed one say, where the agreement ranks them."""
    if not of.agreement.sources:
        return ()
    return tickets_differ(of, measuring.ranked(of.agreement, span.horizon), (span.start, span.end))


def _measured(
    measuring: Measuring, of: LevelOn, period: Period, measure: Kernel[Metric], metric: Metric
) -> tuple[TicketMeasure, ClockRule, Span]:
    """What a rule makes of a level's tickets, by which clock, and the measured span.

    Levels that are alike on many services are measured in one pass, where all tickets of the service are this level's.
    """
    agreement, day = of.agreement, judged_day(of, period)
    start, end = measuring.instants(of, period)
    as_of = midnight(agreement, measuring.as_of)
    horizon = as_of if as_of >= end else known_until(measuring.as_of)
    span = Span(start, end, horizon, metric.assign)

    def clock_on(lines: Timelines) -> ClockRule:
        return measuring.clock_rule(of, metric.stops, lines, max(end, horizon), day)

    lines, book = measuring.lines_for(of, span, day), measuring.tickets_for(agreement, span)
    alike = measuring.alike(of, period, day)
    if alike is not None and of.service in alike.services and lines is book.lines(of.service, span):
        found = book.measured(measure, of.service, metric, clock_on, span, alike)
        return found, clock_on(lines), span
    rule = clock_on(lines)
    return measure(lines, metric, rule, start, end, horizon), rule, span
