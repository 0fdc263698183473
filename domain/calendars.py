"""The hours that count: service windows in the agreement's own time zone, with its holidays and closures.

"Prime time is 08:00 to 18:00, Monday to Friday, except public holidays in England" says nothing in UTC: on
the last Sunday of March the same words begin to mean other instants, and that day lasts 23 hours. A
`Calendar` keeps the words, and turns them into exact sets of time for any run of local days.

    >>> from domain.instants import isoformat
    >>> office = Calendar(
    ...     "uk-office",
    ...     "Europe/London",
    ...     windows=(WeeklyWindow("prime", frozenset(range(5)), 8 * HOUR, 18 * HOUR),),
    ...     rest_label="non-prime",
    ... )
    >>> first, last = date(2026, 3, 27), date(2026, 3, 30)  # Clocks go forward on the Sunday between.
    >>> [isoformat(start) for start, _ in office.service_time(first, last, "prime")]
    ['2026-03-27T08:00:00Z', '2026-03-30T07:00:00Z']
    >>> office.service_time(first, last).total() // HOUR
    95

How local times become instants. A local day lasts from midnight to midnight. A time that clocks show twice is
the first of the two. A time that clocks skip is reckoned with the offset before the change (`local_instant`);
where that would carry a window into a later window of another label, the later one has the time, so that
labels never overlap.

Limits: a window lies within one local day; one that runs past midnight is written as two. Holidays are dates
that were resolved before: this module knows no country.

References: ISO 8601-1:2019 for week days; RFC 5545, 3.3.5, for skipped and repeated times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidValue
from domain.instants import DAY, HOUR, MINUTE, SECOND, local_instant
from domain.intervals import EMPTY, Instants, Intervals, union

__all__ = ["ALWAYS", "CLOSED", "DAY_NAMES", "Calendar", "Closure", "RestWindow", "WeeklyWindow"]

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as contracts write them; Monday is day 0."""

CLOSED = "closed"
"""What holidays count as where they are no service time at all."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """Hours of certain week days that carry a label: prime is Monday to Friday, 08:00 to 18:00.

    `days` are 0 for Monday to 6 for Sunday. `start` and `end` are microseconds since local midnight as a
    clock on the wall shows them; an `end` of `DAY` is 24:00. Raises InvalidValue for no days, and where `end`
    is not after `start`.
    """

    label: str
    days: frozenset[int]
    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise InvalidValue(f"the window {self.label!r} needs week days from 0 (Monday) to 6 (Sunday)")
        if not 0 <= self.start <= DAY or not 0 <= self.end <= DAY:
            raise InvalidValue(f"the window {self.label!r} leaves its day: its times lie from 00:00 to 24:00")
        if self.end <= self.start:
            raise InvalidValue(
                f"the window {self.label!r} ends at {_clock(self.end)}, "
                f"not after its start at {_clock(self.start)}: "
                "write one that runs past midnight as two, up to 24:00 and from 00:00"
            )

    def text(self) -> str:
        """The window in words: "mon,tue 08:00-18:00"."""
        days = ",".join(DAY_NAMES[day] for day in sorted(self.days))
        return f"{days} {_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class RestWindow:
    """The label of all time that no other window covers."""

    label: str


@dataclass(frozen=True, slots=True)
class Closure:
    """A span of local time that is no service time under any label, such as a winter shutdown.

    `start` and `end` are times on the wall in the calendar's zone. Raises InvalidValue where they carry a
    zone of their own, or `end` is not after `start`.
    """

    start: datetime
    end: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise InvalidValue(
                f"the closure from {self.start.isoformat()} has a time zone: "
                "write local time, without an offset"
            )
        if self.end <= self.start:
            raise InvalidValue(
                f"the closure from {self.start.isoformat()} ends at {self.end.isoformat()}, "
                "not after its start"
            )


@dataclass(frozen=True, slots=True)
class Calendar:
    """A named set of service windows in one time zone.

    Without windows, all time counts. `rest_label` labels all time that no window covers. On a holiday the
    whole local day belongs to the label `count_as`; "closed" takes it from every label; None leaves holidays
    like other days. Closures are no service time under any label.

    Raises InvalidValue for an unknown zone, windows of different labels that overlap, and a `count_as` that
    is neither a label nor "closed".
    """

    name: str
    timezone: str
    windows: tuple[WeeklyWindow, ...] = ()
    rest_label: str | None = None
    holidays: frozenset[date] = frozenset()
    count_as: str | None = None
    closures: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidValue(
                f"{self.timezone!r} is not a time zone: give a name of the IANA database, like Europe/London"
            ) from error
        if CLOSED in self.labels():
            raise InvalidValue(
                f"the calendar {self.name!r} has a window labelled {CLOSED!r}: give it another name"
            )
        if self.rest_label is not None and any(window.label == self.rest_label for window in self.windows):
            raise InvalidValue(
                f"the calendar {self.name!r} gives the label {self.rest_label!r} both hours and all the rest"
            )
        if self.count_as is not None and self.count_as != CLOSED and self.count_as not in self.labels():
            raise InvalidValue(
                f"holidays of the calendar {self.name!r} count as {self.count_as!r}, "
                "which is none of its labels: "
                f"write one of {', '.join((*self.labels(), CLOSED))}"
            )
        _require_labels_apart(self.name, self.windows)

    @classmethod
    def of(
        cls,
        name: str,
        timezone: str,
        entries: Iterable[WeeklyWindow | RestWindow] = (),
        *,
        holidays: Iterable[date] = (),
        count_as: str | None = None,
        closures: Iterable[Closure] = (),
    ) -> Calendar:
        """The calendar of a list of entries as a document writes them, weekly hours and the rest together.

        Raises InvalidValue for two rests, and as the constructor does.
        """
        listed = tuple(entries)
        rests = [entry.label for entry in listed if isinstance(entry, RestWindow)]
        if len(rests) > 1:
            raise InvalidValue(f"the calendar {name!r} has two labels for the rest: {' and '.join(rests)}")
        windows = tuple(entry for entry in listed if isinstance(entry, WeeklyWindow))
        rest = rests[0] if rests else None
        return cls(name, timezone, windows, rest, frozenset(holidays), count_as, tuple(closures))

    @property
    def zone(self) -> ZoneInfo:
        """The calendar's time zone."""
        return ZoneInfo(self.timezone)

    def labels(self) -> tuple[str, ...]:
        """The labels of the windows, sorted; the rest's included. None for a calendar without windows."""
        rest = () if self.rest_label is None else (self.rest_label,)
        return tuple(sorted({window.label for window in self.windows}.union(rest)))

    def service_time(self, first: date, last: date, label: str | None = None) -> Intervals:
        """The time that counts on the local days `first` to `last`, both included, under one label or all.

        Raises InvalidValue for a label that the calendar does not have.
        """
        if label is not None and label not in self.labels():
            raise InvalidValue(
                f"the calendar {self.name!r} has no window {label!r}: "
                f"its windows are {', '.join(self.labels()) or 'none, so that all time counts'}"
            )
        return _service_time(self, first, last, label)

    def day_of_service(self, label: str | None = None) -> Fraction:
        """How many microseconds a usual day's service time is, under one label or all: the mean of days with any.

        Monday to Friday 08:00 to 18:00 is ten hours; without windows it is 24. Holidays and closures do not matter.
        """
        return _day_of_service(self.windows, self.rest_label, label)

    def weekly_intervals(self, rules: Sequence[WeeklyWindow], first: date, last: date) -> Intervals:
        """The time of weekly rules in this calendar's zone, on the local days `first` to `last` inclusive.

        Holidays and closures do not matter: agreed maintenance on Sundays is agreed on every Sunday.
        """
        return _weekly_intervals(self.timezone, tuple(rules), first, last)

    def business_day(self, day: date) -> bool:
        """Whether the day is Monday to Friday and no holiday."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add_business_days(self, day: date, n: int) -> date:
        """The n-th business day after `day`, or before it where n is negative; `day` itself for 0."""
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.business_day(day):
                day += step
        return day

    def canonical(self) -> dict[str, object]:
        """The calendar as plain values in one fixed order, for explanations and for hashing what was read."""
        return {
            "name": self.name,
            "timezone": self.timezone,
            "windows": [
                {"label": window.label, "hours": window.text()}
                for window in sorted(
                    self.windows, key=lambda each: (each.label, sorted(each.days), each.start)
                )
            ],
            "rest": self.rest_label,
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "countAs": self.count_as,
            "closures": [
                {"from": closure.start.isoformat(), "to": closure.end.isoformat(), "reason": closure.reason}
                for closure in sorted(self.closures, key=lambda each: (each.start, each.end, each.reason))
            ],
        }

    def text(self) -> str:
        """The calendar in one line: "uk-office, Europe/London: prime mon 08:00-18:00; non-prime the rest"."""
        windows = sorted(self.windows, key=lambda each: (each.label, sorted(each.days), each.start))
        parts = [f"{window.label} {window.text()}" for window in windows]
        if self.rest_label is not None:
            parts.append(f"{self.rest_label} the rest")
        if self.count_as is not None and self.holidays:
            parts.append(f"{len(self.holidays)} holidays {self.count_as}")
        if self.closures:
            parts.append(f"{len(self.closures)} closures")
        return f"{self.name}, {self.timezone}: {'; '.join(parts) or '24x7'}"


@dataclass(frozen=True, slots=True)
class _Days:
    """A run of local days as columns: their ordinals, and the instants of the midnights around them."""

    zone: ZoneInfo
    ordinals: NDArray[np.int64]
    begins: Instants
    ends: Instants

    def whole(self, chosen: NDArray[np.bool_]) -> Intervals:
        """The chosen days from midnight to midnight."""
        return Intervals.from_arrays(self.begins[chosen], self.ends[chosen])

    def within(
        self, windows: Sequence[WeeklyWindow], chosen: NDArray[np.bool_], rivals: Sequence[WeeklyWindow]
    ) -> Intervals:
        """The windows' time on the chosen days, less what a clock change gives to a later rival."""
        plain = chosen & (self.ends - self.begins == DAY)
        changed = np.flatnonzero(chosen & ~plain)
        weekdays = (self.ordinals + 6) % 7
        parts = []
        for window in windows:
            on_days = np.isin(weekdays, sorted(window.days))
            # Clocks run evenly on a day of 24 hours: no zone has set them forward and back within one day.
            midnights = self.begins[plain & on_days]
            parts.append(Intervals.from_arrays(midnights + window.start, midnights + window.end))
            parts.append(
                Intervals.of(self._on_changed_day(int(i), window, rivals) for i in changed[on_days[changed]])
            )
        return union(parts)

    def _on_changed_day(
        self, index: int, window: WeeklyWindow, rivals: Sequence[WeeklyWindow]
    ) -> tuple[int, int]:
        """The instants of a window on a day on which clocks change; an empty span where none are left."""
        day = date.fromordinal(int(self.ordinals[index]))
        begin, end = int(self.begins[index]), int(self.ends[index])
        start = max(self._on_wall(day, window.start), begin)
        stop = min(
            self._on_wall(day, window.end),
            end,
            *(
                self._on_wall(day, rival.start)
                for rival in rivals
                if rival.label != window.label and rival.start >= window.end and day.weekday() in rival.days
            ),
        )
        return start, max(start, stop)

    def _on_wall(self, day: date, since_midnight: int) -> int:
        if since_midnight == DAY:
            return local_instant(datetime.combine(day + _ONE_DAY, time.min), self.zone)
        shown = datetime.combine(day, time.min) + timedelta(microseconds=since_midnight)
        return local_instant(shown, self.zone)


def _days(timezone: str, first: date, last: date) -> _Days:
    midnights = np.concatenate([_midnights(timezone, year) for year in range(first.year, last.year + 1)])
    offset = first.toordinal() - date(first.year, 1, 1).toordinal()
    count = last.toordinal() - first.toordinal() + 1
    begins = midnights[offset : offset + count]
    after = local_instant(datetime.combine(last + _ONE_DAY, time.min), ZoneInfo(timezone))
    ordinals = np.arange(first.toordinal(), first.toordinal() + count, dtype=np.int64)
    return _Days(ZoneInfo(timezone), ordinals, begins, np.append(begins[1:], np.int64(after)))


@lru_cache(maxsize=4096)
def _midnights(timezone: str, year: int) -> Instants:
    """The instant at which each local day of a year begins."""
    zone = ZoneInfo(timezone)
    new_year = datetime.combine(date(year, 1, 1), time.min)
    days = date(year, 12, 31).timetuple().tm_yday
    return np.array([local_instant(new_year + timedelta(days=i), zone) for i in range(days)], dtype=np.int64)


@lru_cache(maxsize=1024)
def _day_of_service(windows: tuple[WeeklyWindow, ...], rest: str | None, label: str | None) -> Fraction:
    days = [_usual_time(windows, rest, day, label) for day in range(7)]
    served = [length for length in days if length]
    return Fraction(sum(served), len(served)) if served else Fraction(DAY)


def _usual_time(windows: tuple[WeeklyWindow, ...], rest: str | None, weekday: int, label: str | None) -> int:
    """The service time of a day of the week on which no clock changes."""
    on_it = [window for window in windows if weekday in window.days]
    covered = Intervals.of((window.start, window.end) for window in on_it).total()
    if label is None:
        return DAY if rest is not None or not windows else covered
    if label == rest:
        return DAY - covered
    return Intervals.of((each.start, each.end) for each in on_it if each.label == label).total()


@lru_cache(maxsize=8192)
def _service_time(calendar: Calendar, first: date, last: date, label: str | None) -> Intervals:
    if last < first:
        return EMPTY
    days = _days(calendar.timezone, first, last)
    holiday = np.zeros(len(days.ordinals), dtype=np.bool_)
    if calendar.count_as is not None and calendar.holidays:
        holiday = np.isin(days.ordinals, sorted(day.toordinal() for day in calendar.holidays))
    usual = days.whole(~holiday)
    has_rest = calendar.rest_label is not None or not calendar.windows
    if label is None and has_rest:
        open_time = usual
    elif label is None or label != calendar.rest_label:
        chosen = [window for window in calendar.windows if label is None or window.label == label]
        open_time = days.within(chosen, ~holiday, calendar.windows)
    else:
        open_time = usual - days.within(calendar.windows, ~holiday, calendar.windows)
    if calendar.count_as not in {None, CLOSED} and label in {None, calendar.count_as}:
        open_time |= days.whole(holiday)
    return open_time - _closed_time(calendar)


@lru_cache(maxsize=1024)
def _closed_time(calendar: Calendar) -> Intervals:
    zone = calendar.zone
    return Intervals.of(
        (
            local_instant(closure.start, zone),
            max(local_instant(closure.start, zone), local_instant(closure.end, zone)),
        )
        for closure in calendar.closures
    )


@lru_cache(maxsize=8192)
def _weekly_intervals(timezone: str, rules: tuple[WeeklyWindow, ...], first: date, last: date) -> Intervals:
    if last < first or not rules:
        return EMPTY
    days = _days(timezone, first, last)
    return days.within(rules, np.ones(len(days.ordinals), dtype=np.bool_), rivals=())


def _require_labels_apart(name: str, windows: tuple[WeeklyWindow, ...]) -> None:
    ordered = sorted(windows, key=lambda window: (window.start, window.end, window.label))
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            both = one.days & other.days
            if one.label != other.label and other.start < one.end and both:
                raise InvalidValue(
                    f"in the calendar {name!r} the windows {one.label!r} ({one.text()}) and {other.label!r} "
                    f"({other.text()}) overlap on {DAY_NAMES[min(both)]}: "
                    "every hour belongs to one label at most"
                )


def _clock(since_midnight: int) -> str:
    """Microseconds since midnight as a clock shows them: "08:00", "24:00", "23:59:59.5"."""
    hours, rest = divmod(since_midnight, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, micros = divmod(rest, SECOND)
    text = f"{hours:02d}:{minutes:02d}"
    if micros:
        return f"{text}:{seconds:02d}.{micros:06d}".rstrip("0")
    return f"{text}:{seconds:02d}" if seconds else text


ALWAYS = Calendar("always", "UTC")
"""All time, in UTC: the calendar of an agreement that names none."""
