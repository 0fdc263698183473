"""One level of a simulated year: its periods, and what its rules say of whatever is drawn for them.

The problem: outages are drawn instant by instant and measured anew, while what tickets and counts came to is drawn by
whole months that were; but statements, shares and rights ask the same of both: in which row of which table a period
stands. So both are one column a period: counted downtime, or the number of the month that was drawn.

Example: of an availability April's column says how many microseconds counted, and its table that 62 minutes cost 5 %;
of tickets in time April's column says 7, and its table that the eighth observed month came to 91 % and cost 2 %.

Limits: nothing here is drawn, and nothing judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.attainment import Attainment
from domain.intervals import Intervals
from ola.simulation.downtime import DrawnDowntime
from settlement.measured import Measurement
from settlement.simulating.outcomes import Outcomes

__all__ = ["LevelFrame", "SeenMonth"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SeenMonth:
    """What one month that was came to, and the same as it would stand in a period of the simulated year."""

    was: Measurement
    would_be: Measurement


@dataclass(frozen=True, slots=True, eq=False)
class LevelFrame:
    """One level on one service in the year: its periods with their service time, and what its rules say of them.

    ``edges`` are the instants between periods, ``time`` the agreed service time of all of them; both are measured from
    the beginning of the year's span. ``month_of`` is the month, 0 to 11, in which each period ends. ``seen``: of a
    level that is drawn by months, what each month that was would be in each period; of outages nothing.
    """

    name: tuple[str, ...]
    service: str
    minimum_outage: int
    outcomes: tuple[Outcomes, ...]
    edges: Numbers
    time: Intervals
    month_of: tuple[int, ...]
    is_credited: bool
    seen: tuple[tuple[SeenMonth, ...], ...] = ()

    def in_years(self, drawn: DrawnDowntime) -> Numbers:
        """By year and period what was drawn: counted downtime, or the number of the month that was."""
        if self.seen:
            return drawn.months[:, list(self.month_of)]
        failures = drawn.failures
        return self.counted(drawn.down(self.service), failures.years, failures.base, failures.stride)

    def keys(self, index: int, column: Numbers) -> Numbers:
        """All that the rules see of a period: the place in its table as -1, -2, and so on, or the counted downtime.

        The latter where the credit of a miss grows with every microsecond.
        """
        outcomes = self.outcomes[index]
        places = outcomes.places(column)
        if not outcomes.is_linear:
            return np.asarray(-1 - places, dtype=np.int64)
        missed = np.array([row.is_missed for row in outcomes.rows], dtype=np.bool_)[places]
        return np.where(missed, column, -1 - places)

    def measurement(self, index: int, key: int) -> Measurement:
        """What would have been measured of a period, by its key."""
        outcomes = self.outcomes[index]
        if self.seen:
            return self.seen[index][-1 - key].would_be
        return Measurement(outcomes.attainment(key if key >= 0 else int(outcomes.starts[-1 - key])), None)

    def attainment(self, index: int, column: int) -> Attainment:
        """What a period came to, by what was drawn for it."""
        if self.seen:
            return self.seen[index][column].would_be.attainment
        return self.outcomes[index].attainment(column)

    def counted(self, down: Intervals, years: int, base: int, stride: int) -> Numbers:
        """The downtime that counts in each year and period, of times that lie one year after another."""
        return self.time_in(down.at_least(self.minimum_outage), years, base, stride)

    def time_in(self, down: Intervals, years: int, base: int, stride: int) -> Numbers:
        """How much of some time is agreed service time of each year and period."""
        count = len(self.outcomes)
        if not down:
            return np.zeros((years, count), dtype=np.int64)
        year = (down.starts - base) // stride
        starts, ends = down.starts - base - year * stride, down.ends - base - year * stride
        first = np.maximum(np.searchsorted(self.edges, starts, side="right") - 1, 0)
        last = np.minimum(np.searchsorted(self.edges, ends, side="left") - 1, count - 1)
        pieces = np.maximum(last - first + 1, 0)
        row = np.repeat(np.arange(len(down)), pieces)
        begun = np.cumsum(pieces) - pieces
        period = first[row] + np.arange(len(row)) - begun[row]
        starts = np.maximum(starts[row], self.edges[period])
        ends = np.minimum(ends[row], self.edges[period + 1])
        lengths = self.time.measure_before(ends) - self.time.measure_before(starts)
        sums = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
        key = year[row] * count + period
        bounds = np.searchsorted(key, np.arange(years * count + 1))
        found = (sums[bounds[1:]] - sums[bounds[:-1]]).reshape(years, count)
        return np.asarray(found, dtype=np.int64)
