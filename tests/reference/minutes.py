"""Which minutes count: the question behind every service window, asked of one minute at a time.

A minute is an `int`, whole minutes since 1970-01-01T00:00Z. To know whether it lies in a service window, its wall
clock in the agreement's zone is looked up and compared with the window's days and hours. Nothing is cut or merged, so
a clock change needs no special case: London's 29 March 2026 simply has no minute whose wall clock reads 01:30.

Example: `agreed_minutes(None, None, [], "2026-04")` holds 43,200 minutes.

Limits: a window that begins or ends inside the repeated hour of an autumn clock change would need the ruling on
ambiguous wall times (7, ruling 11); the random portfolios never make one. Holidays are not resolved: none are given.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Document = dict[str, Any]
Minutes = frozenset[int]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(text: str) -> int:
    """The minute of an ISO 8601 instant (UTC where it has no offset); refuses anything but whole minutes."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    minutes, rest = divmod(moment - EPOCH, timedelta(minutes=1))
    if rest:
        raise ValueError(f"{text} is not a whole minute; the reference walks whole minutes only")
    return minutes


def duration_minutes(text: str) -> int:
    """Whole minutes of an ISO 8601 duration of days, hours and minutes, such as PT2H30M."""
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", text)
    if match is None:
        raise ValueError(f"{text} is not a duration in days, hours and minutes")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return days * 1440 + hours * 60 + minutes


def as_date(given: Any) -> date:
    """A date from what YAML may give: a date, or its text."""
    return given if isinstance(given, date) else date.fromisoformat(str(given))


def first_day(month: str) -> date:
    """The first day of a month written 2026-04."""
    return date.fromisoformat(month + "-01")


def next_month(month: str) -> str:
    """The month after, written the same way."""
    return (first_day(month) + timedelta(days=32)).strftime("%Y-%m")


def zone_of(calendar: Document | None) -> str:
    """The zone an agreement counts in: its calendar's, else UTC."""
    return str((calendar or {}).get("timezone", "UTC"))


@cache
def month_bounds(zone: str, month: str) -> tuple[int, int]:
    """First minute of the zone's month, and first minute after it."""
    begins, ends = (
        datetime.combine(first_day(name), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        for name in (month, next_month(month))
    )
    return (begins - EPOCH) // timedelta(minutes=1), (ends - EPOCH) // timedelta(minutes=1)


@lru_cache(maxsize=150_000)
def wall_clock(zone: str, minute: int) -> tuple[str, str, str]:
    """What a wall clock in the zone shows during a minute: day of the week, HH:MM, and local date with time."""
    local = datetime.fromtimestamp(minute * 60, ZoneInfo(zone))
    return DAYS[local.weekday()], local.strftime("%H:%M"), local.strftime("%Y-%m-%dT%H:%M")


def _covers(entry: Document, day: str, hour: str) -> bool:
    return day in entry["days"] and str(entry["from"]) <= hour < str(entry["to"])


def _window_holds(calendar: Document | None, label: str | None, minute: int) -> bool:
    if calendar is None:
        return True
    day, hour, local = wall_clock(zone_of(calendar), minute)
    for closure in calendar.get("closures", []):
        if closure["from"] <= local < closure["to"]:
            return False
    entries = calendar.get("windows", [])
    if not entries:
        return True
    labels = {entry["label"] for entry in entries if not entry.get("rest") and _covers(entry, day, hour)}
    if not labels:
        labels = {entry["label"] for entry in entries if entry.get("rest")}
    return bool(labels) if label is None else label in labels


@lru_cache(maxsize=100_000)
def _in_window(calendar_text: str, label: str | None, minute: int) -> bool:
    return _window_holds(json.loads(calendar_text), label, minute)


def as_key(part: Any) -> str:
    """A document's part as text, so that what was counted for it once can be looked up."""
    return json.dumps(part, default=str, sort_keys=True)


def in_window(calendar_text: str, label: str | None, minute: int) -> bool:
    """Whether a minute lies in the window of that label, of the calendar given as its `as_key` text.

    Without a label: in any of the calendar's windows. Without a calendar ("null"): always.
    """
    return calendar_text == "null" or _in_window(calendar_text, label, minute)


@lru_cache(maxsize=48)
def _agreed_minutes(calendar_text: str, label: str | None, maintenance_text: str, month: str) -> Minutes:
    calendar: Document | None = json.loads(calendar_text)
    maintenance: list[Document] = json.loads(maintenance_text)
    zone = zone_of(calendar)
    agreed = set()
    for minute in range(*month_bounds(zone, month)):
        if not _window_holds(calendar, label, minute):
            continue
        if maintenance:
            day, hour, _ = wall_clock(zone, minute)
            if any(_covers(entry, day, hour) for entry in maintenance):
                continue
        agreed.add(minute)
    return frozenset(agreed)


def agreed_minutes(
    calendar: Document | None, label: str | None, maintenance: list[Document], month: str
) -> Minutes:
    """Agreed service time T = (W ∩ Π) \\ M of 3.1, as the set of its minutes."""
    return _agreed_minutes(as_key(calendar), label, as_key(maintenance), month)


def maximal_runs(minutes: Minutes) -> list[tuple[int, int]]:
    """The maximal runs [first, after last) of consecutive minutes, in order."""
    runs: list[tuple[int, int]] = []
    for minute in sorted(minutes):
        if runs and runs[-1][1] == minute:
            runs[-1] = (runs[-1][0], minute + 1)
        else:
            runs.append((minute, minute + 1))
    return runs


def exact(text: Any) -> Fraction:
    """A document's decimal text as an exact fraction."""
    return Fraction(str(text))
