"""The metric `within`: the percent of tickets whose milestone came within its threshold.

The problem: "95 % of P1 tickets resolved within four hours" needs each ticket's clock in the agreement's window, the
threshold of the priority that was in force, and a rule for which month a ticket belongs to.

Example (worked case 07): four hours exactly are within, four hours and one minute are late; 3 of 5 is 60 %.

Which period a ticket falls in (ruling 19): by its ``milestone``; by its ``deadline``, the instant the clock reaches
the threshold (for a ticket resolved in time, the instant it would have); or by when it was ``opened``. Late is
strictly more than the threshold; a priority without a threshold is outside the level (ruling 18).

Limits: tickets whose milestone lies at or after ``horizon`` are open as far as this measure knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Assign, Milestone, WithinMetric
from domain.errors import PrivityError
from domain.evidence import NEVER, Coded, Micros
from domain.explanation import Value, Worked, number, rule, work
from domain.measure.clocks import Clock, ClockRule, clock, held_by
from domain.measure.excused import ExcusedRows
from domain.measure.judging import percent
from domain.measure.thresholds import first_held, limits
from domain.measure.timelines import Timelines
from domain.metrics import TicketMetric


@dataclass(frozen=True, slots=True, eq=False)
class TicketMeasure:
    """The tickets that a level counts in a period; all columns are parallel.

    ``rows`` are positions in the timelines' tickets, ``elapsed`` and ``threshold`` microseconds of clock time,
    ``until`` the milestone, or for a ticket still open the instant it was judged at.
    """

    lines: Timelines
    rows: NDArray[np.int64]
    priority: tuple[str, ...]
    threshold: Micros
    elapsed: Micros
    until: Micros
    late: NDArray[np.bool_]

    @property
    def counted(self) -> int:
        """How many tickets the level counts."""
        return len(self.rows)

    def only(self, chosen: NDArray[np.bool_]) -> "TicketMeasure":
        """The same of some of the tickets."""
        priority = tuple(name for name, kept in zip(self.priority, chosen.tolist(), strict=True) if kept)
        return TicketMeasure(
            self.lines, self.rows[chosen], priority, self.threshold[chosen], self.elapsed[chosen],
            self.until[chosen], self.late[chosen],
        )  # fmt: skip

    def between(self, first: int, last: int, lines: Timelines) -> "TicketMeasure":
        """The same of the neighbouring tickets [first, last), which are those of ``lines``: what they alone come to."""
        chosen = slice(*np.searchsorted(self.rows, (first, last)).tolist())
        return TicketMeasure(
            lines, self.rows[chosen] - first, self.priority[chosen], self.threshold[chosen], self.elapsed[chosen],
            self.until[chosen], self.late[chosen],
        )  # fmt: skip

    def names(self) -> tuple[str, ...]:
        """The counted tickets' names."""
        return tuple(self.lines.tickets.ticket_id[row] or "" for row in self.rows.tolist())

    @property
    def failures(self) -> int:
        """How many of them are late."""
        return int(self.late.sum())

    @property
    def numerator(self) -> Fraction:
        """How many came within their threshold."""
        return Fraction(self.counted - self.failures)


def measure_within(
    lines: Timelines,
    metric: WithinMetric,
    rule: ClockRule,
    start: int,
    end: int,
    horizon: int,
) -> TicketMeasure:
    """Count the tickets of one level in the period [start, end).

    ``rule`` is the agreement's clock; its window must reach from the first opening to the later of ``end`` and
    ``horizon``.
    """
    milestones = lines.resolved if metric.milestone is Milestone.RESOLUTION else lines.responded
    reached = np.asarray(milestones) < horizon
    judged_at = np.where(reached, milestones, np.int64(min(horizon, end)))
    priorities = lines.priority_at(lines.tickets.opened if metric.priority_at_opening else judged_at)
    thresholds = thresholds_of(lines, metric, priorities, rule)
    inside = thresholds >= 0
    if metric.assign is Assign.MILESTONE:
        inside &= reached & (milestones >= start) & (milestones < end)
    elif metric.assign is Assign.OPENED:
        inside &= (lines.tickets.opened >= start) & (lines.tickets.opened < end)
    # Clocks run only on the tickets that can count: of a month's timelines these are few.
    rows = np.flatnonzero(inside)
    some = lines.only(rows)
    reached, judged_at, thresholds = reached[rows], judged_at[rows], thresholds[rows]
    ran = clock(some, rule, judged_at)
    late = ran.elapsed > thresholds
    counted = np.ones(len(rows), dtype=np.bool_)
    if rule.holders is not None:
        counted &= held_by(some, rule.holders, judged_at) | (rule.counts_eventless & ~some.has_events)
    due_open = np.zeros(len(rows), dtype=np.bool_)
    if metric.assign is Assign.DEADLINE:
        due_open = ~reached & (ran.elapsed == thresholds)
        late |= due_open
    if metric.assign is not Assign.MILESTONE:
        counted &= reached | late
    if metric.assign is Assign.DEADLINE:
        due = deadlines(ran, reached, judged_at, thresholds)
        counted &= (due >= start) & (due < end)
        # An open ticket is past its deadline once its clock has reached the threshold, though the clock may stand
        # still since (ruling 71): of whole microseconds, "no less than" is "more than one less".
        thresholds = np.where(due_open, thresholds - 1, thresholds)
    rows = rows[counted]
    names = (*priorities.names, "")  # Code -1 reads the last place.
    chosen = tuple([names[code] for code in priorities.codes[rows].tolist()])
    return TicketMeasure(
        lines, rows, chosen, thresholds[counted], ran.elapsed[counted], judged_at[counted], late[counted]
    )


def thresholds_of(lines: Timelines, metric: TicketMetric, priorities: Coded, rule: ClockRule) -> Micros:
    """How much clock time each ticket may take under a level whose clock is ``rule``; -1 where it says none."""
    opened = lines.tickets.opened
    if metric.by_window and rule.holders is not None:
        opened = first_held(lines, rule.holders)
    return limits(metric, priorities, opened, rule.hours)


def deadlines(ran: Clock, reached: NDArray[np.bool_], judged_at: Micros, thresholds: Micros) -> Micros:
    """The instant each clock reaches its threshold; for a milestone reached in time, when it would have."""
    due = ran.reaches(np.maximum(thresholds, 0))
    in_time = np.flatnonzero(reached & (due == NEVER) & (thresholds >= 0))
    instants, passed = ran.rule.window.advance_all(
        judged_at[in_time], thresholds[in_time] - ran.elapsed[in_time]
    )
    due[in_time] = np.where(passed, instants, NEVER)
    return due


def explain_within(
    measure: TicketMeasure,
    excused: ExcusedRows,
    *,
    clause: str | None,
    period: str,
    sources: Mapping[str, str],
) -> Worked:
    """The value with its steps: each counted ticket with its clock and its threshold, in microseconds.

    ``measure`` has the ``excused`` tickets too; they are struck out in a step of their own.
    """
    tickets: Value = tuple(
        (
            measure.lines.tickets.ticket_id[int(row)] or "",
            measure.priority[position],
            Fraction(int(measure.elapsed[position])),
            Fraction(int(measure.threshold[position])),
        )
        for position, row in enumerate(measure.rows)
    )
    inputs: dict[str, Value] = {"tickets": tickets}
    steps: list[Worked] = []
    if excused:
        steps, inputs = [struck_out(tickets, measure.names(), excused, period, sources)], {}
    counted = work("counted", "tickets-counted/1", inputs, steps, period=period, sources=sources)
    in_time = work(
        "inTime", "tickets-in-time/1", inputs, steps, clause=clause, period=period, sources=sources
    )
    return work("value", "within/1", {}, [in_time, counted], clause=clause, period=period)


def struck_out(
    rows: Value, names: Sequence[str], excused: ExcusedRows, period: str, sources: Mapping[str, str]
) -> Worked:
    """The tickets that are left once the excused ones are struck out, each by what excuses it."""
    struck: Value = tuple((names[row], excused[row].text()) for row in sorted(excused))
    terms: dict[str, Value] = {"tickets": rows, "struckOut": struck}
    return work("tickets", "tickets-not-relieved/1", terms, period=period, sources=sources)


@rule("tickets-not-relieved/1")
def _tickets_not_relieved(arguments: Mapping[str, Value]) -> Value:
    """Tickets named by an accepted relief leave numerator and denominator (ruling 22)."""
    struck = arguments["struckOut"]
    names = {row[0] for row in struck if isinstance(row, tuple)} if isinstance(struck, tuple) else set()
    return tuple(row for row in _rows(arguments) if row[0] not in names)


def _rows(arguments: Mapping[str, Value]) -> tuple[tuple[Value, ...], ...]:
    rows = arguments["tickets"]
    if not isinstance(rows, tuple) or not all(isinstance(row, tuple) for row in rows):
        raise PrivityError("The term tickets must be rows of ticket, priority, clock and threshold.")
    return tuple(row for row in rows if isinstance(row, tuple))


@rule("tickets-counted/1")
def _tickets_counted(arguments: Mapping[str, Value]) -> Value:
    return Fraction(len(_rows(arguments)))


@rule("tickets-in-time/1")
def _tickets_in_time(arguments: Mapping[str, Value]) -> Value:
    """Late is strictly more than the threshold (ruling 18)."""
    in_time = 0
    for _, _, clock_time, threshold in _rows(arguments):
        if not isinstance(clock_time, Fraction) or not isinstance(threshold, Fraction):
            raise PrivityError("A ticket's clock and threshold are numbers of microseconds.")
        in_time += clock_time <= threshold
    return Fraction(in_time)


@rule("within/1")
def _within(arguments: Mapping[str, Value]) -> Value:
    value = percent(number(arguments, "inTime"), number(arguments, "counted"))
    return "NO_DATA" if value is None else value
