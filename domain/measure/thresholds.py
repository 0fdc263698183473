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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.calendars import Calendar
from domain.errors import PrivityError
from domain.evidence import Coded, Micros
from domain.explanation import Value, Worked, number, rule, work
from domain.instants import as_datetime
from domain.measure.timelines import Timelines
from domain.metrics import TicketMetric

__all__ = ["NO_LIMIT", "UNCOVERED", "Hours", "explain_limits", "first_held", "limits"]

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


def limits(metric: TicketMetric, priorities: Coded, opened: Micros, hours: Hours | None) -> Micros:
    """How much clock time each ticket may take, in microseconds; `UNCOVERED` where the level says none."""
    plain = [UNCOVERED if (t := metric.threshold(name)) is None else t for name in priorities.names]
    found = np.array([*plain, UNCOVERED], dtype=np.int64)[priorities.codes]  # Code -1 reads the last place.
    if not metric.by_window or hours is None or not len(found):
        return found
    names, which = _labels(hours.calendar, opened)
    for term in metric.by_window:
        chosen = priorities.codes == priorities.code(term.priority)
        if not metric.covers(term.priority) or (term.window is not None and term.window not in names):
            continue
        if term.window is not None:
            chosen &= which == names.index(term.window)
        rows = np.flatnonzero(chosen)
        found[rows] = _next_day(opened[rows], hours) if term.amount is None else term.amount
    return found


def first_held(lines: Timelines, holders: frozenset[str]) -> Micros:
    """When some parties first held each ticket; when it was opened where they never did."""
    found = lines.tickets.opened.copy()
    spans = np.flatnonzero(lines.holder.rows_in(holders))[::-1]
    found[lines.ticket[spans]] = lines.start[spans]  # From the last to the first, which so stands.
    return found


def _next_day(opened: Micros, hours: Hours) -> Micros:
    """The service time from each opening to the end of service on the next business day."""
    found = np.full(len(opened), NO_LIMIT, dtype=np.int64)
    days = [as_datetime(int(each)).astimezone(hours.calendar.zone).date() for each in opened]
    for day in sorted(set(days)):
        due = _next_business_day(hours, day)
        if due is not None:
            rows = np.array([row for row, each in enumerate(days) if each == day], dtype=np.int64)
            service = hours.calendar.service_time(day, due, hours.window)
            found[rows] = service.total() - service.measure_before(opened[rows])
    return found


def _next_business_day(hours: Hours, day: date) -> date | None:
    """The first business day after a day that has service; None where there is none for more than a year."""
    for _ in range(_FURTHEST):
        day += _ONE_DAY
        if hours.calendar.business_day(day) and hours.calendar.service_time(day, day, hours.window):
            return day
    return None


def _labels(calendar: Calendar, opened: Micros) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The calendar's windows, and which of them each instant lies in, or else which begins next."""
    names = calendar.labels()
    if not names:
        return (), np.full(len(opened), -1, dtype=np.int64)
    days = [as_datetime(int(each)).astimezone(calendar.zone).date() for each in (opened.min(), opened.max())]
    begins = []
    for name in names:
        time = calendar.service_time(days[0] - _ONE_DAY, days[1] + _FURTHEST * _ONE_DAY, name)
        last = np.searchsorted(time.starts, opened, side="right") - 1
        is_inside = (last >= 0) & (opened < np.append(time.ends, 0)[last])
        following = np.append(time.starts, np.iinfo(np.int64).max)[last + 1]
        begins.append(np.where(is_inside, opened, following))
    return names, np.argmin(np.stack(begins), axis=0).astype(np.int64)


def explain_limits(
    metric: TicketMetric,
    tickets: Sequence[tuple[str, str, int]],
    hours: Hours,
    *,
    clause: str | None,
    period: str,
) -> Worked:
    """The threshold of each ticket (its name, its priority, when it was opened), with the terms that it follows from.

    A row says the window that the ticket was opened in and how much service there was from then until service ended on
    the next business day; a term says what a priority has in a window ("": in any), -1 being just that.
    """
    opened = np.array([when for _, _, when in tickets], dtype=np.int64)
    names, which = _labels(hours.calendar, opened)
    until = _next_day(opened, hours).tolist()
    plain = [(priority, "", Fraction(amount)) for priority, amount in metric.thresholds]
    stated = [
        (each.priority, each.window or "", Fraction(-1 if each.amount is None else each.amount))
        for each in metric.by_window
    ]
    rows = tuple(
        (name, priority, names[int(which[row])] if names else "", Fraction(until[row]))
        for row, (name, priority, _) in enumerate(tickets)
    )
    terms: dict[str, Value] = {"terms": (*plain, *stated), "tickets": rows}
    source = f"calendar {hours.calendar.name} ({hours.calendar.timezone}), {hours.window or 'all windows'}"
    return work(
        "thresholds", "thresholds/1", terms, clause=clause, period=period, sources={"tickets": source}
    )


@rule("thresholds/1")
def _thresholds(arguments: Mapping[str, Value]) -> Value:
    terms: dict[tuple[Value, Value], Fraction] = {}
    for priority, window, amount in map(_row, _row(arguments["terms"])):
        terms[priority, window] = number({"amount": amount}, "amount")
    found: list[Value] = []
    for name, priority, window, until in map(_row, _row(arguments["tickets"])):
        amount = terms.get((priority, window), terms.get((priority, ""), Fraction(UNCOVERED)))
        is_next_day = amount == -1 and ((priority, window) in terms or (priority, "") in terms)
        found.append((name, until if is_next_day else amount))
    return tuple(found)


def _row(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        raise PrivityError(f"The terms of thresholds must be lists, not {value!r}.")
    return value
