"""The periods that promises are judged over, each named so that two parties mean the same one.

"99.9 % a month" is judged twelve times a year, a quarter four times, "any 30 days" every day; and a contract
month may run from the 16th to the 15th. A `Period` is a run of whole local days with a name; a `PeriodRule`
is what a service level says about its own periods, and finds those that end within the period that somebody
asked for.

    >>> asked = Period.parse("2026-03")
    >>> [period.name for period in PeriodRule.week().ending_in(asked)]
    ['2026-W09', '2026-W10', '2026-W11', '2026-W12', '2026-W13']
    >>> PeriodRule.quarter().ending_in(asked)[0].name, PeriodRule.year().ending_in(asked)
    ('2026-Q1', ())
    >>> window = PeriodRule.rolling(Duration(days=30)).ending_in(asked)[-1]
    >>> window.name, window.first.isoformat()
    ('2026-03-31', '2026-03-02')

Limits: a period has no zone of its own; `bounds` takes one, because a month in Auckland is not a month in
London. Financial years that do not begin in January are `months_from(12, day)` only where they begin in
January.

References: ISO 8601-1:2019, 5.2.3, for weeks: they begin on Monday, and week 1 has the year's first Thursday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.durations import Duration
from domain.errors import InvalidValue
from domain.instants import local_instant, parse_date

__all__ = ["Period", "PeriodKind", "PeriodRule"]

_ONE_DAY = timedelta(days=1)
_EXAMPLE = "write a month like 2026-03, a quarter like 2026-Q1, a week like 2026-W12, a year like 2026"

_NAME = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q(\d)|W(\d{2})))?", re.ASCII)


class PeriodKind(Enum):
    """What kind of run of days a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WEEK = "week"
    DAY_WINDOW = "rolling"
    MONTHS_FROM_DAY = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A run of whole local days, `first` to `last`, both included.

    `name` is "2026-03", "2026-Q1", "2026-W12" or "2026"; a day window is named by its last day, "2026-09-10",
    and months from a start day by the calendar month they end in. Periods sort by their last day, then by
    their first.

    `length` is the duration of a day window. `count` and `start_day` say which months from which day the
    period is.
    """

    name: str
    kind: PeriodKind
    first: date
    last: date
    length: Duration | None = None
    count: int | None = None
    start_day: int | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue(
                f"the period {self.name} ends on {self.last}, before it begins on {self.first}"
            )
        if self.last == date.max:
            raise InvalidValue(
                f"the period {self.name} has no day after it: no calendar goes beyond the year 9999"
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that a name means: a month, a quarter, an ISO week, a year, or a single day.

        Raises InvalidValue, with examples, for anything else. A name does not tell the length of a day window
        or the start day of a month: those periods come from their rule.
        """
        stripped = text.strip()
        match = _NAME.fullmatch(stripped)
        try:
            if match is None:
                return PeriodRule.rolling(Duration(days=1)).containing(parse_date(stripped))
            year = int(match[1])
            if match[2]:
                return _month(year, int(match[2]))
            if match[3]:
                return _quarter(year, int(match[3]))
            if match[4]:
                return _week(date.fromisocalendar(year, int(match[4]), 1))
            return _year(year)
        except ValueError as error:
            raise InvalidValue(f"{text!r} is not a period: {_EXAMPLE}") from error

    @property
    def day_after(self) -> date:
        """The first day that is no longer in the period: the day on which it can be settled."""
        return self.last + _ONE_DAY

    @property
    def days(self) -> int:
        """How many local days the period has."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int | None:
        """How many months of charges the period is: 1, 3, 12, or `count` from a start day; for others None."""
        if self.kind is PeriodKind.MONTHS_FROM_DAY:
            return self.count
        return {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}.get(self.kind)

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """The half-open span of instants [start, end) from midnight to midnight on the clocks of `zone`."""
        start = local_instant(datetime.combine(self.first, time.min), zone)
        return start, local_instant(datetime.combine(self.day_after, time.min), zone)

    @property
    def rule(self) -> PeriodRule:
        """The rule that this period is one of the periods of."""
        return PeriodRule(self.kind, self.length, self.count, self.start_day)

    def previous(self) -> Period:
        """The period of the same rule just before this one; for a day window, the one ending a day earlier."""
        if self.kind is PeriodKind.MONTH:
            return _month_before(self.first.year, self.first.month)
        rolling = self.kind is PeriodKind.DAY_WINDOW
        return self.rule.containing((self.last if rolling else self.first) - _ONE_DAY)

    def next(self) -> Period:
        """The period of the same rule just after this one; for a day window, the one ending a day later."""
        if self.kind is PeriodKind.MONTH:
            return _month(self.day_after.year, self.day_after.month)
        return self.rule.containing(self.day_after)

    def __lt__(self, other: Period) -> bool:
        return self._order() < other._order()

    def __le__(self, other: Period) -> bool:
        return self._order() <= other._order()

    def __gt__(self, other: Period) -> bool:
        return self._order() > other._order()

    def __ge__(self, other: Period) -> bool:
        return self._order() >= other._order()

    def __str__(self) -> str:
        return self.name

    def _order(self) -> tuple[date, date, str]:
        # The kind keeps the order of periods of the same days stable: a month, and a window as long.
        return self.last, self.first, self.kind.value


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """Which periods a service level is judged over. Build it with one of the named constructors.

    `length` belongs to rolling windows; `count` and `start_day` to months from a start day.
    """

    kind: PeriodKind
    length: Duration | None = None
    count: int | None = None
    start_day: int | None = None

    def __post_init__(self) -> None:
        rolling = self.kind is PeriodKind.DAY_WINDOW
        from_day = self.kind is PeriodKind.MONTHS_FROM_DAY
        if rolling != (self.length is not None) or from_day != (
            self.count is not None and self.start_day is not None
        ):
            raise InvalidValue(
                f"a {self.kind.value} period does not have these parts: "
                "use PeriodRule.month(), PeriodRule.rolling(...) and so on"
            )
        if self.length is not None:
            if self.length.micros:
                raise InvalidValue(
                    f"a rolling period of {self.length} is not made of whole days: "
                    "write it in days or months, like P30D"
                )
            if not self.length.days and not self.length.months:
                raise InvalidValue("a rolling period must last at least one day, like P30D")
        if self.count is not None and not 1 <= self.count <= 1200:
            raise InvalidValue(
                f"a period of {self.count} months is not possible: give a number from 1, like 3"
            )
        if self.start_day is not None and not 1 <= self.start_day <= 31:
            raise InvalidValue(f"no month has a day {self.start_day}: the start day is 1 to 31")

    @classmethod
    def month(cls) -> PeriodRule:
        """Calendar months."""
        return cls(PeriodKind.MONTH)

    @classmethod
    def quarter(cls) -> PeriodRule:
        """Calendar quarters."""
        return cls(PeriodKind.QUARTER)

    @classmethod
    def year(cls) -> PeriodRule:
        """Calendar years."""
        return cls(PeriodKind.YEAR)

    @classmethod
    def week(cls) -> PeriodRule:
        """ISO weeks, Monday to Sunday."""
        return cls(PeriodKind.WEEK)

    @classmethod
    def rolling(cls, length: Duration) -> PeriodRule:
        """Windows of that length, one ending on every day; InvalidValue where it is not in whole days."""
        return cls(PeriodKind.DAY_WINDOW, length=length)

    @classmethod
    def months_from(cls, count: int, start_day: int) -> PeriodRule:
        """Periods of `count` months that begin on `start_day`, counted from January of the year 0.

        So three months from the 16th begin on 16 January, April, July and October. A start day that a month
        does not have is that month's last day.
        """
        return cls(PeriodKind.MONTHS_FROM_DAY, count=count, start_day=start_day)

    def containing(self, day: date) -> Period:
        """The rule's period that has `day` in it; for a rolling rule, the window that ends on `day`."""
        if self.length is not None:
            return _window(self.length, day)
        if self.count is not None and self.start_day is not None:
            return _months_around(self.count, self.start_day, day)
        return _CALENDAR_PERIODS[self.kind](day)

    def ending_in(self, asked: Period) -> tuple[Period, ...]:
        """The rule's periods whose last day lies in the asked period, in order."""
        if self.kind is PeriodKind.MONTH and asked.kind is PeriodKind.MONTH:
            return (asked,)
        return tuple(self._ending_between(asked.first, asked.last))

    def text(self) -> str:
        """The rule in words: "month", "rolling P30D", "1 month from day 16"."""
        if self.length is not None:
            return f"rolling {self.length}"
        if self.count is not None:
            return f"{self.count} month{'' if self.count == 1 else 's'} from day {self.start_day}"
        return self.kind.value

    def __str__(self) -> str:
        return self.text()

    def _ending_between(self, first: date, last: date) -> Iterator[Period]:
        period = self.containing(first)
        while period.last <= last:
            yield period
            period = period.next()


def _window(length: Duration, last: date) -> Period:
    first = length.before(last + _ONE_DAY)
    return Period(last.isoformat(), PeriodKind.DAY_WINDOW, first, last, length=length)


def _months_around(count: int, start_day: int, day: date) -> Period:
    month = day.year * 12 + day.month - 1
    if day < _start_in(month, start_day):
        month -= 1
    begins = month - month % count
    last = _start_in(begins + count, start_day) - _ONE_DAY
    return Period(
        name=f"{last.year:04d}-{last.month:02d}",
        kind=PeriodKind.MONTHS_FROM_DAY,
        first=_start_in(begins, start_day),
        last=last,
        count=count,
        start_day=start_day,
    )


def _start_in(month: int, start_day: int) -> date:
    """The day on which a period may begin in a month, counted in months from January of the year 0."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(start_day, monthrange(year, index + 1)[1]))


@lru_cache(maxsize=4096)
def _month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    return Period(
        f"{year:04d}-{month:02d}", PeriodKind.MONTH, first, first.replace(day=monthrange(year, month)[1])
    )


def _month_before(year: int, month: int) -> Period:
    return _month(year, month - 1) if month > 1 else _month(year - 1, 12)


def _quarter(year: int, quarter: int) -> Period:
    last_month = 3 * quarter
    first = date(year, last_month - 2, 1)
    last = date(year, last_month, monthrange(year, last_month)[1])
    return Period(f"{year:04d}-Q{quarter}", PeriodKind.QUARTER, first, last)


def _year(year: int) -> Period:
    return Period(f"{year:04d}", PeriodKind.YEAR, date(year, 1, 1), date(year, 12, 31))


def _week(day: date) -> Period:
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    return Period(f"{year:04d}-W{week:02d}", PeriodKind.WEEK, first, first + timedelta(days=6))


_CALENDAR_PERIODS: dict[PeriodKind, Callable[[date], Period]] = {
    PeriodKind.MONTH: lambda day: _month(day.year, day.month),
    PeriodKind.QUARTER: lambda day: _quarter(day.year, (day.month + 2) // 3),
    PeriodKind.YEAR: lambda day: _year(day.year),
    PeriodKind.WEEK: _week,
}
