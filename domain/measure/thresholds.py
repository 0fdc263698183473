"""How long each ticket may take, where that depends on when it was opened.

The problem: "four hours in prime time and the next business day otherwise" is not one length of clock time: it depends
on the window that the ticket was opened in, and the next business day after a Friday evening is further away than after
a Monday morning. But for each ticket it is one, so everything that a clock decides stays as it is.

Example: P2 within PT4H in `prime` and by the next business day in `non-prime`, windows 08:00-18:00. Opened on Friday
19:00: by Monday 18:00, which is ten hours of the clock. Opened on Friday 17:00: four hours, so Monday 11:00.

A ticket that is opened in no window is one of the window that opens next: that is when its clock starts. The next
business day is Monday to Friday and no holiday, with service in the level's window; the ticket has until that day's
service ends. What it may take is the service time from opening until then, and clock-stops prolong it.

Limits: a ticket of an OLA or a UC is opened, for its provider, when it first held the ticket. A priority without a
threshold in the window it was opened in is outside the level (ruling 18).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.calendars import Calendar
from domain.evidence import Micros
from domain.instants import as_datetime
from domain.measure.timelines import Timelines
from domain.metrics import ThresholdIn, TicketMetric

__all__ = ["NO_LIMIT", "UNCOVERED", "Hours", "first_held", "limits"]

UNCOVERED = -1
"""The threshold of a ticket that the level does not cover."""
NO_LIMIT = 1 << 60
"""The threshold of a ticket whose next business day never comes: nothing is late against it."""

_FURTHEST = 400
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The calendar of an agreement, and the window of one of its levels (None: all)."""

    calendar: Calendar
    window: str | None


def limits(
    metric: TicketMetric, priorities: tuple[str | None, ...], opened: Micros, hours: Hours | None
) -> Micros:
    """How much clock time each ticket may take, in microseconds; `UNCOVERED` where the level says none."""
    plain = [UNCOVERED if p is None or (t := metric.threshold(p)) is None else t for p in priorities]
    found = np.array(plain, dtype=np.int64)
    if not metric.by_window or hours is None or not len(found):
        return found
    labels = _labels(hours.calendar, opened)
    terms = {(each.priority, each.window): each for each in metric.by_window}
    for row, priority in enumerate(priorities):
        if priority is None or not metric.covers(priority):
            continue
        term = terms.get((priority, labels[row])) or terms.get((priority, None))
        if term is not None:
            found[row] = _amount(term, int(opened[row]), hours)
        elif any(each.priority == priority for each in metric.by_window):
            found[row] = UNCOVERED
    return found


def first_held(lines: Timelines, holders: frozenset[str]) -> Micros:
    """When some parties first held each ticket; when it was opened where they never did."""
    found = lines.tickets.opened.copy()
    spans = np.flatnonzero(lines.holder.rows_in(holders))[::-1]
    found[lines.ticket[spans]] = lines.start[spans]  # From the last to the first, which so stands.
    return found


def _amount(term: ThresholdIn, opened: int, hours: Hours) -> int:
    if term.amount is not None:
        return term.amount
    day = as_datetime(opened).astimezone(hours.calendar.zone).date()
    due = _next_business_day(hours, day)
    if due is None:
        return NO_LIMIT
    service = hours.calendar.service_time(day, due, hours.window)
    return service.clip(opened, int(service.ends[-1])).total()


def _next_business_day(hours: Hours, day: date) -> date | None:
    """The first business day after a day that has service; None where there is none for more than a year."""
    for _ in range(_FURTHEST):
        day += _ONE_DAY
        if hours.calendar.business_day(day) and hours.calendar.service_time(day, day, hours.window):
            return day
    return None


def _labels(calendar: Calendar, opened: Micros) -> list[str]:
    """The window that each instant lies in, or else the one that begins next; "" for a calendar without windows."""
    names = calendar.labels()
    if not names:
        return [""] * len(opened)
    days = [as_datetime(int(each)).astimezone(calendar.zone).date() for each in (opened.min(), opened.max())]
    begins: list[NDArray[np.int64]] = []
    for name in names:
        time = calendar.service_time(days[0] - _ONE_DAY, days[1] + _FURTHEST * _ONE_DAY, name)
        last = np.searchsorted(time.starts, opened, side="right") - 1
        is_inside = (last >= 0) & (opened < np.append(time.ends, 0)[last])
        following = np.append(time.starts, np.iinfo(np.int64).max)[last + 1]
        begins.append(np.where(is_inside, opened, following))
    return [names[which] for which in np.argmin(np.stack(begins), axis=0).tolist()]
