"""How long one clock can run while another one, which stands still at night, counts to its threshold.

The problem: a vendor with four hours from eight to six, Monday to Friday, may take a ticket at five on Friday and be
in time at eleven on Monday. On a clock that always runs these are 66 hours.

Example: with both clocks alike the stretch is the threshold itself. A vendor that takes a ticket at two on Friday has
counted its four hours as it closes at six, and is in time until it opens on Monday.

Limits: over one calendar year and the weeks after it; a threshold that the slower clock does not reach by then is left
out. Clock-stops are no part of it.
"""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from domain.calendars import Calendar
from domain.intervals import Intervals

_WEEKS_AFTER, _ONE_DAY = timedelta(days=70), timedelta(days=1)


def longest_stretch(
    ours: tuple[Calendar, str | None], theirs: tuple[Calendar, str | None], threshold: int, year: int
) -> int:
    """The most that our clock can count from any instant of a year until theirs has counted ``threshold``.

    A clock is a calendar with one of its windows (None: all of them). Microseconds.
    """
    return threshold if ours == theirs else _longest(ours, theirs, threshold, year)


@lru_cache(maxsize=8192)
def _longest(
    ours: tuple[Calendar, str | None], theirs: tuple[Calendar, str | None], threshold: int, year: int
) -> int:
    first, last = date(year, 1, 1), date(year, 12, 31)
    until = last + _WEEKS_AFTER
    our_time = ours[0].service_time(first, until, ours[1])
    their_time = theirs[0].service_time(first, until, theirs[1])
    if np.array_equal(our_time.starts, their_time.starts) and np.array_equal(our_time.ends, their_time.ends):
        return threshold
    # In another zone the year begins at another hour, in which their clock does not stand still.
    their_time = theirs[0].service_time(first - _ONE_DAY, until + _ONE_DAY, theirs[1])
    return _longest_between(our_time, their_time, threshold)


def _longest_between(our_time: Intervals, their_time: Intervals, threshold: int) -> int:
    if not their_time:
        return threshold
    # What our clock counts is piecewise linear in the start, so its greatest value stands where a window begins or
    # ends: at the start itself, or where their count is completed.
    edges = np.concatenate([our_time.starts, our_time.ends, their_time.starts, their_time.ends])
    begin = int(their_time.starts[0])
    counted = their_time.measure_before(edges) - threshold
    completed, _ = their_time.advance_all(np.full(len(edges), begin), np.maximum(counted, 0))
    starts = np.unique(np.concatenate([edges, completed[counted >= 0]]))
    ends, reached = their_time.advance_all(starts, np.full(len(starts), threshold))
    # Late is more than the threshold: a clock that reaches it as its window closes stands at it until the next opens.
    place = np.minimum(np.searchsorted(their_time.ends, ends), len(their_time.ends) - 2)
    if place.size and int(place.max()) >= 0:
        ends = np.where(their_time.ends[place] == ends, their_time.starts[place + 1], ends)
    spent = our_time.measure_before(ends) - our_time.measure_before(starts)
    return max(threshold if not reached.any() else 0, int(spent[reached].max(initial=0)))
