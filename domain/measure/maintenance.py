"""How much maintenance is agreed, where the contract asks for an announcement or grants so many hours a month.

The problem: "maintenance on Sundays from 02:00 to 04:00, announced two days before" and "up to four hours of
maintenance a month" are promises about what was announced and how much was used. What nobody announced in time, and
what goes beyond the allowance, is ordinary downtime.

Example: an allowance of four hours a month; work of three hours on the 5th and of two on the 19th. The first three
hours and the first of the two are agreed; the last hour counts.

A rule with hours takes agreed hours out of the service time: those of its windows in which work was announced in time,
and of an allowance first what was worked and then the rest of its windows, each the earliest first. A rule without
hours agrees to recorded work at any time: it is excused, and the service time stays as long as it is.

Limits: months are the agreement's own; which records there are, and in which time they count, is the settlement's to
say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from domain.durations import Duration
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work
from domain.instants import as_datetime, local_instant
from domain.intervals import EMPTY, Intervals, union

__all__ = [
    "Granted",
    "RecordedWork",
    "agreed_hours",
    "agreed_work",
    "announce_by",
    "explain_hours",
    "explain_work",
]


@dataclass(frozen=True, slots=True)
class RecordedWork:
    """One record of maintenance: its span, when it was announced, and by when it had to be (instants)."""

    start: int
    end: int
    announced: int
    due: int

    @property
    def is_announced_in_time(self) -> bool:
        """Whether the announcement came early enough; the last instant is early enough."""
        return self.announced <= self.due


@dataclass(frozen=True, slots=True, eq=False)
class Granted:
    """What one rule on maintenance grants, and the records it is asked about.

    ``windows`` None is at any time; ``allowance`` microseconds a month, None: no limit; ``months`` are their spans.
    """

    windows: Intervals | None
    asks_notice: bool
    allowance: int | None
    months: tuple[tuple[int, int], ...]
    records: tuple[RecordedWork, ...]

    @property
    def admitted(self) -> Intervals:
        """The recorded work that was announced as the rule asks."""
        return union(
            Intervals.of([(each.start, each.end)])
            for each in self.records
            if not self.asks_notice or each.is_announced_in_time
        )


def announce_by(start: int, notice: Duration, zone: ZoneInfo) -> int:
    """The last instant at which work that starts at ``start`` is announced in time: days by the zone's own clocks."""
    shown = as_datetime(start).astimezone(zone).replace(tzinfo=None)
    days = Duration(notice.months, notice.days).before(shown.date())
    return local_instant(datetime.combine(days, shown.time()), zone) - notice.micros


def agreed_hours(granted: Granted) -> Intervals:
    """The hours of a rule's windows that are agreed, and so no service time."""
    windows = granted.windows or EMPTY
    if granted.asks_notice:
        windows = Intervals.of((start, end) for start, end in windows if granted.admitted.clip(start, end))
    if granted.allowance is None:
        return windows
    agreed = []
    for start, end in granted.months:
        here = windows.clip(start, end)
        worked = earliest(here & granted.admitted, granted.allowance)
        agreed += [worked, earliest(here - granted.admitted, granted.allowance - worked.total())]
    return union(agreed)


def agreed_work(granted: Granted, counting: Intervals) -> Intervals:
    """The recorded work that a rule without hours agrees to, of the time in which it would otherwise count."""
    work_time = granted.admitted & counting
    if granted.allowance is None:
        return work_time
    return union(earliest(work_time.clip(start, end), granted.allowance) for start, end in granted.months)


def earliest(time: Intervals, amount: int) -> Intervals:
    """The first so many microseconds of a set of time."""
    if not time or amount <= 0:
        return EMPTY
    first = int(time.starts[0])
    until = time.advance(first, amount)
    return time if until is None else time.clip(first, until)


def explain_hours(always: Intervals, granted: Sequence[Granted], *, source: str) -> Worked:
    """The agreed hours: those of plain windows, and those that each rule's announcements and allowance leave."""
    terms: dict[str, Value] = {"windows": always, "rules": tuple(_written(each) for each in granted)}
    return work("maintenance", "agreed-maintenance/1", terms, sources={"rules": source})


def explain_work(granted: Sequence[Granted], counting: Intervals, *, source: str) -> Worked:
    """The recorded work that is excused: announced in time, and within the month's allowance."""
    terms: dict[str, Value] = {"counting": counting, "rules": tuple(_written(each) for each in granted)}
    return work("agreedWork", "agreed-work/1", terms, sources={"rules": source})


def _written(granted: Granted) -> Value:
    return (
        EMPTY if granted.windows is None else granted.windows,
        Fraction(granted.asks_notice),
        Fraction(-1 if granted.allowance is None else granted.allowance),
        tuple((Fraction(start), Fraction(end)) for start, end in granted.months),
        tuple(
            (Fraction(each.start), Fraction(each.end), Fraction(each.announced), Fraction(each.due))
            for each in granted.records
        ),
    )


def _read(arguments: Mapping[str, Value]) -> Iterable[Granted]:
    for row in _rows(arguments["rules"]):
        windows, asks, allowance, months, records = _rows(row)
        if not isinstance(windows, Intervals):
            raise PrivityError("The hours of a rule on maintenance must be a set of time.")
        limit = _whole(allowance)
        yield Granted(
            windows,
            bool(_whole(asks)),
            None if limit < 0 else limit,
            tuple((_whole(start), _whole(end)) for start, end in map(_rows, _rows(months))),
            tuple(RecordedWork(*map(_whole, _rows(record))) for record in _rows(records)),
        )


def _rows(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        raise PrivityError("The terms of maintenance must be lists.")
    return value


def _whole(value: Value) -> int:
    return int(number({"value": value}, "value"))


def _set(arguments: Mapping[str, Value], name: str) -> Intervals:
    value = arguments[name]
    if not isinstance(value, Intervals):
        raise PrivityError(f"The term {name} must be a set of time, not {value!r}.")
    return value


@rule("agreed-maintenance/1")
def _agreed_maintenance(arguments: Mapping[str, Value]) -> Value:
    return union([_set(arguments, "windows"), *(agreed_hours(each) for each in _read(arguments))])


@rule("agreed-work/1")
def _agreed_work(arguments: Mapping[str, Value]) -> Value:
    counting = _set(arguments, "counting")
    return union(agreed_work(each, counting) for each in _read(arguments))
