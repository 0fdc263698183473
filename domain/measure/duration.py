"""The metric `duration`: a statistic of the clock times of tickets, in seconds.

The problem: "mean time to restore", "95 % answered within" and "the longest outage of a P1" are statistics of the very
clock by which tickets are late or not: business time in the window, less the clock-stops, in custody where an OLA or
a UC is judged. Percentiles have a dozen definitions; the contract's is the nearest rank, an observed time.

Example: clocks of 1, 2, 3 and 10 hours: the mean is 4 h, the median (rank 2 of 4) 2 h, P90 (rank 4 of 4) 10 h.

Limits: a ticket without its milestone has no clock time yet, and counts in no statistic. ``assign: deadline`` needs
thresholds; without them the milestone decides.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from domain.agreements import Assign, DurationMetric, Milestone, Statistic
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work
from domain.instants import SECOND
from domain.measure.clocks import ClockRule, clock, held_by
from domain.measure.excused import ExcusedRows
from domain.measure.timelines import Timelines
from domain.measure.within import TicketMeasure, deadlines, struck_out, thresholds_of

_RANKS = {Statistic.MEDIAN: 50, Statistic.P90: 90, Statistic.P95: 95, Statistic.P99: 99, Statistic.MAX: 100}


def measure_duration(
    lines: Timelines, metric: DurationMetric, rule: ClockRule, start: int, end: int, horizon: int
) -> TicketMeasure:
    """The tickets whose milestone has come and that fall in [start, end); ``threshold`` is -1 where there is none.

    ``rule`` and ``horizon`` are as for `within`. None of the tickets is late: it is the statistic that is judged.
    """
    milestones = lines.resolved if metric.milestone is Milestone.RESOLUTION else lines.responded
    reached = np.asarray(milestones) < horizon
    judged_at = np.where(reached, milestones, np.int64(min(horizon, end)))
    priorities = lines.priority_at(lines.tickets.opened if metric.priority_at_opening else judged_at)
    each = (*priorities.names, None)  # Code -1 reads the last place.
    thresholds = thresholds_of(lines, metric, priorities, rule)
    ran = clock(lines, rule, judged_at)
    inside = reached & np.array([metric.covers(name) for name in each], dtype=np.bool_)[priorities.codes]
    if rule.holders is not None:
        inside &= held_by(lines, rule.holders, judged_at) | (rule.counts_eventless & ~lines.has_events)
    decides = np.asarray(milestones)
    if metric.assign is Assign.OPENED:
        decides = lines.tickets.opened
    elif metric.assign is Assign.DEADLINE and (metric.thresholds or metric.by_window):
        decides = deadlines(ran, reached, judged_at, thresholds)
    inside &= (decides >= start) & (decides < end)
    rows = np.flatnonzero(inside)
    names = (*priorities.names, "")  # Code -1 reads the last place.
    chosen = tuple([names[code] for code in priorities.codes[rows].tolist()])
    never = np.zeros(len(rows), dtype=np.bool_)
    return TicketMeasure(lines, rows, chosen, thresholds[rows], ran.elapsed[rows], judged_at[rows], never)


def statistic_of(statistic: Statistic, clocks: Sequence[int]) -> Fraction | None:
    """The statistic of clock times in microseconds, in seconds; None where there are none."""
    if not clocks:
        return None
    if statistic is Statistic.MEAN:
        return Fraction(sum(clocks), len(clocks) * SECOND)
    rank = -(-_RANKS[statistic] * len(clocks) // 100)  # The nearest rank: rounded up.
    return Fraction(sorted(clocks)[rank - 1], SECOND)


def explain_duration(
    measure: TicketMeasure,
    statistic: Statistic,
    excused: ExcusedRows,
    *,
    clause: str | None,
    period: str,
    sources: Mapping[str, str],
) -> Worked:
    """The value with each counted ticket and its clock, in microseconds; ``excused`` ones are struck out first."""
    tickets: Value = tuple(
        (measure.lines.tickets.ticket_id[int(row)] or "", measure.priority[position],
         Fraction(int(measure.elapsed[position])))
        for position, row in enumerate(measure.rows)
    )  # fmt: skip
    terms: dict[str, Value] = {"tickets": tickets, "statistic": statistic.value}
    steps: list[Worked] = []
    if excused:
        steps = [struck_out(tickets, measure.names(), excused, period, sources)]
        del terms["tickets"]
    return work("value", "duration/1", terms, steps, clause=clause, period=period, sources=sources)


@rule("duration/1")
def _duration(arguments: Mapping[str, Value]) -> Value:
    rows = arguments["tickets"]
    if not isinstance(rows, tuple):
        raise PrivityError("The term tickets must be rows of ticket, priority and clock.")
    clocks = [int(number({"clock": row[2]}, "clock")) for row in rows if isinstance(row, tuple)]
    value = statistic_of(Statistic(str(arguments["statistic"])), clocks)
    return "NO_DATA" if value is None else value
