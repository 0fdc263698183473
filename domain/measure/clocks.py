"""The clock of a ticket: business time in the window, less the clock-stops, in somebody's custody.

The problem: an SLA's clock runs whoever holds the ticket; an OLA's or a UC's runs only while its provider's side does,
in its own window and with its own stops (3.2). Both are sums of window time over spans, so there is one kernel.

Example (E9): a ticket of 40 hours, the first line (OLA 10 h) held it 35 h: its own clock reaches its threshold after
10 h, so of its 35 h of the SLA's clock 10 had passed within its promise.

Limits: microseconds, exact. The instant a clock reaches a threshold is the first one by which so much time has passed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.evidence import NEVER, Micros
from domain.intervals import Intervals
from domain.measure.thresholds import Hours
from domain.measure.timelines import FINISHED, Timelines


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What a clock counts: the time of ``window``, except in the statuses ``stops``, in custody of ``holders``.

    ``holders`` None is whoever holds it, or nobody. ``counts_unheld`` adds the time that nobody held it, and
    ``counts_eventless`` the tickets that have no events at all (ruling 18).
    """

    window: Intervals
    stops: frozenset[str]
    holders: frozenset[str] | None = None
    counts_unheld: bool = False
    counts_eventless: bool = False
    hours: Hours | None = None
    """The calendar that the window is of, where a threshold asks when a ticket was opened."""


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """A clock on every ticket: per span the time it counts, and per ticket the time up to ``until``."""

    timelines: Timelines
    rule: ClockRule
    runs: NDArray[np.bool_]
    counted: Micros
    elapsed: Micros

    def reaches(self, amounts: Micros) -> Micros:
        """The first instant by which each ticket's clock has counted its amount; NEVER where it has not."""
        lines = self.timelines
        result = np.full(len(lines.tickets), NEVER, dtype=np.int64)
        if not len(lines.ticket):
            return result
        result[amounts <= 0] = lines.tickets.opened[amounts <= 0]
        running = np.cumsum(self.counted)
        firsts = np.searchsorted(lines.ticket, np.arange(len(lines.tickets)), side="left")
        before_ticket = (running - self.counted)[np.minimum(firsts, len(running) - 1)]
        through = running - before_ticket[lines.ticket]
        wanted = amounts[lines.ticket]
        crossing = np.flatnonzero(
            (self.counted > 0) & (through >= wanted) & (through - self.counted < wanted)
        )
        left = wanted[crossing] - (through - self.counted)[crossing]
        instants, _ = self.rule.window.advance_all(lines.start[crossing], left)
        result[lines.ticket[crossing]] = instants
        return result

    def counted_until(self, instants: Micros) -> Micros:
        """What each ticket's clock has counted up to an instant of its own."""
        return _elapsed(self.timelines, self.rule.window, self.runs, instants)[1]


def clock(lines: Timelines, rule: ClockRule, until: Micros) -> Clock:
    """Run a clock on every ticket up to an instant of its own (its milestone, or the period's end)."""
    runs = ~lines.status.rows_in(rule.stops | FINISHED)
    if rule.holders is not None:
        held = lines.holder.rows_in(rule.holders)
        unheld = lines.holder.codes < 0
        if rule.counts_unheld:
            held = held | unheld
        elif rule.counts_eventless:
            held = held | (unheld & ~lines.has_events[lines.ticket])
        runs &= held
    counted, elapsed = _elapsed(lines, rule.window, runs, until)
    return Clock(lines, rule, runs, counted, elapsed)


def _elapsed(
    lines: Timelines, window: Intervals, runs: NDArray[np.bool_], until: Micros
) -> tuple[Micros, Micros]:
    ends = np.minimum(lines.end, until[lines.ticket])
    starts = np.minimum(lines.start, ends)
    counted = np.zeros(len(ends), dtype=np.int64)
    counted[runs] = window.measure_before(ends[runs]) - window.measure_before(starts[runs])
    total = np.zeros(len(lines.tickets), dtype=np.int64)
    np.add.at(total, lines.ticket, counted)
    return counted, total


def held_by(lines: Timelines, holders: frozenset[str], until: Micros) -> NDArray[np.bool_]:
    """Which tickets one of ``holders`` held for any time before an instant of the ticket's own."""
    held = lines.holder.rows_in(holders) & (np.minimum(lines.end, until[lines.ticket]) > lines.start)
    result = np.zeros(len(lines.tickets), dtype=np.bool_)
    result[lines.ticket[held]] = True
    return result
