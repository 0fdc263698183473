"""Another route to how many incidents of the ServiceNow log were resolved in time: rows, `datetime` and loops.

The problem: a total over twenty thousand incidents is believed only if somebody who shares no line of code with the
product arrives at it too. So the log is read with `csv`, an incident's story is a list of tuples, and business time is
counted day by day.

Worked example: opened on a Friday at 17:00, resolved on Monday at 09:00, in office hours from 08:00 to 18:00: one hour
on Friday, nothing at the weekend, one hour on Monday.

Limits: it knows the rules that the example's contracts use, and no others. Assumed: wall times of Sao Paulo; the
public holidays of Brazil that fall on a weekday.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Sao_Paulo")
HOLIDAYS = {
    date(2016, 3, 25), date(2016, 4, 21), date(2016, 9, 7), date(2016, 10, 12), date(2016, 11, 2), date(2016, 11, 15),
}  # fmt: skip
STATES = {
    "New": "open", "Active": "open", "Awaiting User Info": "pending_customer", "Awaiting Evidence": "pending_evidence",
    "Awaiting Problem": "pending_problem", "Awaiting Vendor": "pending_vendor", "Resolved": "resolved", "Closed": "closed",
}  # fmt: skip
TEAMS = {
    "Group 70": "service-desk", "Group 20": "service-desk", "Group 9": "vendor-eight", "Group 30": "vendor-one",
    "Group 3": "infrastructure", "Group 10": "infrastructure", "Group 15": "infrastructure",
    "Group 31": "infrastructure", "Group 66": "infrastructure", "Group 72": "infrastructure",
}  # fmt: skip
MILESTONES = {"resolved_at": "resolved", "closed_at": "closed"}
FINISHED = ("resolved", "closed")


@dataclass(frozen=True)
class Stay:
    """A ticket between two things that happened to it: in one state, with one holder ("" is the provider)."""

    begin: datetime
    end: datetime | None
    status: str
    holder: str
    priority: str


@dataclass(frozen=True)
class Incident:
    """One incident: what happened to it, and when it was resolved for good (None: it never was)."""

    stays: tuple[Stay, ...]
    resolved: datetime | None


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of the log."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def instant(text: str) -> datetime | None:
    """A wall time of the log; None where it says that there is none."""
    if text == "?":
        return None
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


def updates_of(rows: Sequence[Mapping[str, str]]) -> list[list[Mapping[str, str]]]:
    """The rows of each incident in the order of time; rows in a state that nobody can explain are left out."""
    by_number: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if row["incident_state"] in STATES:
            by_number.setdefault(row["number"], []).append(row)
    # Python sorts stably: updates within one minute keep their order in the file.
    return [sorted(updates, key=_updated) for updates in by_number.values()]


def resolved_in(
    updates: Sequence[Mapping[str, str]], known_until: datetime | None = None
) -> Iterator[Incident]:
    """An incident as it stood at the end of each month in which it had been resolved by then.

    What happened later is not known at the end of a month: an incident that was resolved in March and opened again in
    April counts in March, and once more when it is resolved again. With ``known_until`` it counts only as it stood then.
    """
    if known_until is not None:
        ends = [known_until]
    else:
        last = updates[-1]
        told = [_updated(row) for row in updates] + [
            at for name in MILESTONES if (at := instant(last[name])) is not None
        ]
        ends = sorted({_month_after(at) for at in told})
    for end in ends:
        incident = _incident(updates, end)
        if incident is None or incident.resolved is None:
            continue
        if known_until is not None or _month_after(incident.resolved) == end:
            yield incident


def _month_after(at: datetime) -> datetime:
    """The first instant of the month after that of an instant, in Sao Paulo."""
    local = at.astimezone(ZONE)
    year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
    return datetime(year, month, 1, tzinfo=ZONE).astimezone(UTC)


def _updated(row: Mapping[str, str]) -> datetime:
    at = instant(row["sys_updated_at"])
    assert at is not None
    return at


def _incident(updates: Sequence[Mapping[str, str]], end: datetime) -> Incident | None:
    """An incident by what had happened before an instant; None where it was not opened yet."""
    last = updates[-1]
    opened = instant(last["opened_at"])
    assert opened is not None
    if opened >= end:
        return None
    stated = {name: at for name in MILESTONES if (at := instant(last[name])) is not None and at < end}
    happened: list[tuple[datetime, int, str, str, str]] = [(opened, 0, "open", "", last["priority"])]
    for row in updates:
        at = _updated(row)
        if at >= end:
            break
        group = row["assignment_group"]
        holder = "" if group == "?" else TEAMS.get(group, "applications")
        happened.append((max(at, opened), 1, STATES[row["incident_state"]], holder, row["priority"]))
    for place, (column, status) in enumerate(MILESTONES.items(), start=2):
        if column in stated:
            happened.append((max(stated[column], opened), place, status, "", ""))
    happened.sort(key=lambda each: each[:2])
    stays: list[Stay] = []
    holder = priority = ""
    for place, (begin, _, status, new_holder, new_priority) in enumerate(happened):
        holder, priority = new_holder or holder, new_priority or priority
        until = happened[place + 1][0] if place + 1 < len(happened) else None
        stays.append(Stay(begin, until, status, holder, "P" + priority[0]))
    return Incident(tuple(stays), _resolution(stays, stated.get("resolved_at")))


def _resolution(stays: Sequence[Stay], stated: datetime | None) -> datetime | None:
    """When the last run of resolved or closed began, or the stated instant where it says later."""
    if stays[-1].status not in FINISHED:
        return None
    began = None
    for stay in reversed(stays):
        if stay.status not in FINISHED:
            break
        began = stay.begin
    assert began is not None
    return began if stated is None else max(began, stated)


def round_the_clock(begin: datetime, end: datetime) -> timedelta:
    """All the time between two instants."""
    return end - begin


def office_hours(begin: datetime, end: datetime) -> timedelta:
    """The time between two instants that is between 08:00 and 18:00 of a working day in Sao Paulo, day by day."""
    found = timedelta()
    day = begin.astimezone(ZONE).date()
    last = end.astimezone(ZONE).date()
    while day <= last:
        if day.weekday() < 5 and day not in HOLIDAYS:
            opens = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE).astimezone(UTC)
            closes = opens + timedelta(hours=10)
            found += max(min(end, closes) - max(begin, opens), timedelta())
        day += timedelta(days=1)
    return found


@dataclass(frozen=True)
class Promise:
    """One assumed service level: hours for each priority, the states that stop its clock, and whose custody it counts.

    ``party`` None counts whoever holds the incident.
    """

    hours: Mapping[str, int]
    stops: tuple[str, ...]
    in_office_hours: bool
    party: str | None = None

    def judged(self, incident: Incident) -> tuple[str, bool] | None:
        """The month an incident counts in, and whether it was in time; None where the promise is not about it."""
        if incident.resolved is None:
            return None
        until = incident.resolved
        before = [stay for stay in incident.stays if stay.begin <= until]
        allowed = self.hours.get(before[-1].priority)
        if allowed is None:
            return None
        counted, held = timedelta(), self.party is None
        passing = office_hours if self.in_office_hours else round_the_clock
        for stay in before:
            end = until if stay.end is None else min(stay.end, until)
            mine = self.party is None or stay.holder == self.party
            if mine and end > stay.begin:
                held = True
                if stay.status not in (*self.stops, *FINISHED):
                    counted += passing(stay.begin, end)
        if not held:
            return None
        return f"{until.astimezone(ZONE):%Y-%m}", counted <= timedelta(hours=allowed)
