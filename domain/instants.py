"""Points in time that can be added, compared and stored without ever being a little wrong.

An instant is an `int`: microseconds since 1970-01-01T00:00Z. Contracts speak of wall clocks in named zones,
tools export text in a dozen shapes, and floating seconds lose microseconds by the end of this century; so
text and wall times are turned into integers here, once, at the edge, and only integers travel inward.

    >>> isoformat(parse_instant("2026-04-14T12:00+02:00"))
    '2026-04-14T10:00:00Z'
    >>> isoformat(local_instant(datetime(2026, 4, 14, 11, 0), ZoneInfo("Europe/London")))
    '2026-04-14T10:00:00Z'

Limits: years 1 to 9999 of the proleptic Gregorian calendar; leap seconds do not exist (as in POSIX time);
text finer than a microsecond is cut to the microsecond it falls in.

References: ISO 8601-1:2019, and RFC 3339 for the profile that is read; RFC 5545, 3.3.5, for wall times that a
clock change skips or repeats.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.errors import InvalidValue

__all__ = [
    "DAY",
    "HOUR",
    "MICROSECOND",
    "MINUTE",
    "SECOND",
    "as_datetime",
    "instant",
    "isoformat",
    "local_instant",
    "parse_date",
    "parse_instant",
]

MICROSECOND = 1
SECOND = 1_000_000 * MICROSECOND
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DATE_LIKE = re.compile(r"\d{4}-?\d{2}-?\d{2}", re.ASCII)
_TIME_LIKE = re.compile(r"[Tt]?\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([Zz]|[+-]\d{2}(:?\d{2})?)?", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"  # the day
    r"[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?"  # the time of day
    r" ?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?",  # the offset
    re.ASCII,
)
_EXAMPLE = "write it like 2026-04-14T10:00:00Z or 2026-04-14T12:00+02:00"


def instant(dt: datetime) -> int:
    """The instant of an aware datetime, in microseconds since 1970-01-01T00:00Z.

    Raises InvalidValue for a naive datetime: a wall time without its zone is no point in time.
    """
    if dt.tzinfo is None or dt.utcoffset() is None:
        raise InvalidValue(
            f"{dt.isoformat()} has no time zone, so it is not a point in time: "
            "give it an offset, or convert it with local_instant and the agreement's zone"
        )
    since = dt - _EPOCH
    return since.days * DAY + since.seconds * SECOND + since.microseconds


def as_datetime(i: int) -> datetime:
    """The instant as an aware datetime in UTC. Raises InvalidValue outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(microseconds=i)
    except OverflowError as error:
        raise InvalidValue(
            f"the instant {i} lies outside the years 1 to 9999: "
            "instants are microseconds since 1970-01-01T00:00Z"
        ) from error


def isoformat(i: int) -> str:
    """The instant as text in UTC: "2026-04-14T10:00:00Z", with a fraction only where it is not zero."""
    text = as_datetime(i).replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    return text + "Z"


def parse_date(text: str) -> date:
    """The day that a text like "2026-04-14" names.

    Raises InvalidValue for anything else, and says so where a month has no such day.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise InvalidValue(f"{text!r} is not a date: write it like 2026-04-14")
    return _date(text, int(match[1]), int(match[2]), int(match[3]))


def parse_instant(text: str) -> int:
    """The instant that an ISO 8601 text names; without an offset it is read as UTC.

    "24:00" is the end of its day. Raises InvalidValue, with the reason and an example, for a date without a
    time, a time without a date, a day or a time of day that does not exist, and anything else.
    """
    stripped = text.strip()
    match = _INSTANT.fullmatch(stripped)
    if match is None:
        raise InvalidValue(_why_not_an_instant(text, stripped))
    year, month, day, hour, minute, second, fraction, _zulu, sign, offset_hours, offset_minutes = (
        match.groups()
    )
    ordinal = _date(text, int(year), int(month), int(day)).toordinal()
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    ends_day = hours == 24 and minutes == 0 and seconds == 0 and micros == 0
    if not ends_day and (hours > 23 or minutes > 59 or seconds > 59):
        leap = " (leap seconds are not counted)" if seconds == 60 else ""
        raise InvalidValue(f"{text!r} has a time of day that does not exist{leap}: {_EXAMPLE}")
    offset = 0
    if sign is not None:
        if int(offset_hours) > 23 or int(offset_minutes or 0) > 59:
            raise InvalidValue(f"{text!r} has an offset from UTC that does not exist: {_EXAMPLE}")
        offset = int(offset_hours) * HOUR + int(offset_minutes or 0) * MINUTE
        offset = -offset if sign == "-" else offset
    whole_days = (ordinal - _EPOCH_ORDINAL) * DAY
    return whole_days + hours * HOUR + minutes * MINUTE + seconds * SECOND + micros - offset


def local_instant(naive: datetime, zone: ZoneInfo) -> int:
    """The instant at which clocks in `zone` show `naive`.

    Where clocks are set back and show a time twice, the first time counts. A time that clocks skip is
    reckoned with the offset in force before the change, so 01:30 on the night London skips 01:00 to 02:00 is
    01:30Z, when clocks there show 02:30 (RFC 5545, 3.3.5).

    Raises InvalidValue where `naive` already carries a zone.
    """
    if naive.tzinfo is not None:
        raise InvalidValue(f"{naive.isoformat()} already has a time zone: use instant() for it")
    return instant(naive.replace(tzinfo=zone, fold=0))


def _date(text: str, year: int, month: int, day: int) -> date:
    if 1 <= month <= 12 and year >= 1:
        last = monthrange(year, month)[1]
        if day > last:
            raise InvalidValue(
                f"{text!r} names a day that does not exist: {month_name[month]} {year} has {last} days"
            )
    try:
        return date(year, month, day)
    except ValueError as error:
        raise InvalidValue(f"{text!r} names a day that does not exist: write it like 2026-04-14") from error


def _why_not_an_instant(text: str, stripped: str) -> str:
    if not stripped:
        return f"the time is empty: {_EXAMPLE}"
    if _DATE_LIKE.fullmatch(stripped):
        return f"{text!r} is a date without a time: {_EXAMPLE}"
    if _TIME_LIKE.fullmatch(stripped):
        return f"{text!r} is a time without a date: {_EXAMPLE}"
    shown = repr(text) if len(text) <= 80 else repr(text[:77] + "...")
    return f"{shown} is not a time in ISO 8601: {_EXAMPLE}"
