"""What a level comes to, minute by minute: every metric of outages, of clocks and of counts, one minute after another.

A minute is looked at by itself: is it in the window by the wall clock, was the service down and how badly, did the
ticket's clock run? Nothing is cut, merged or summed in any other way than by counting minutes.

Example: a service degraded (0.5) for two minutes, of which it was wholly down in one, counts a minute and a half.

Limits: values only, no shares; whole minutes; one service over services without dependencies of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tests.reference.minutes import (
    DAYS,
    Document,
    Minutes,
    agreed_minutes,
    as_key,
    duration_minutes,
    exact,
    in_window,
    maximal_runs,
    minute_of,
    month_bounds,
    wall_clock,
    zone_of,
)

ONE, NONE = Fraction(1), Fraction(0)
NEVER_RUNNING = ("resolved", "closed")


def heaviness(rows: Iterable[Document], service: str, weights: Mapping[str, str]) -> dict[int, Fraction]:
    """How badly a service's own records say it was down, for each minute that any of them covers."""
    found: dict[int, Fraction] = {}
    for row in rows:
        if row["service"] != service:
            continue
        weight = exact(weights[row["severity"]]) if row["severity"] in weights else ONE
        for minute in range(minute_of(row["started_at"]), minute_of(row["ended_at"])):
            found[minute] = max(found.get(minute, NONE), weight)
    return found


def state(
    gate: Document | None, service: str, rows: Sequence[Document], weights: Mapping[str, str]
) -> dict[int, Fraction]:
    """How badly a service is down in each minute, by its own records or by what its gate makes of those beneath."""
    own = heaviness(rows, service, weights)
    if gate is None:
        return own
    (kind,) = (word for word in ("all", "any", "atLeast") if word in gate)
    below = [heaviness(rows, name, weights) for name in (gate["of"] if kind == "atLeast" else gate[kind])]
    needed = {"all": len(below), "any": 1, "atLeast": gate.get("atLeast", 0)}[kind]
    found = dict(own)
    for minute in set().union(*below):
        # The best ``needed`` of them carry the service: it is as badly off as the worst of these.
        best = sorted(each.get(minute, NONE) for each in below)[:needed]
        found[minute] = max(found.get(minute, NONE), best[-1])
    return {minute: weight for minute, weight in found.items() if weight}


def availability(
    calendar: Document | None, level: Document, down: Mapping[int, Fraction], month: str
) -> tuple[Fraction, int]:
    """Counted downtime and agreed service time, in minutes."""
    agreed = agreed_minutes(calendar, level.get("window"), [], month)
    shortest = duration_minutes(level["metric"].get("minimumOutage", "PT0M"))
    runs = maximal_runs(frozenset(down))
    kept = {m for begins, ends in runs if ends - begins >= shortest for m in range(begins, ends)}
    return sum((down[minute] for minute in kept & agreed), start=NONE), len(agreed)


def outage_count(calendar: Document | None, level: Document, down: Iterable[int], month: str) -> int:
    """How many maximal runs of downtime began in the month and are long enough; one outside the window is none."""
    longer = duration_minutes(level["metric"].get("longerThan", "PT0M"))
    begins, ends = month_bounds(zone_of(calendar), month)
    calendar_text, window = as_key(calendar), level.get("window")
    return sum(
        begins <= first < ends
        and last - first > longer
        and any(in_window(calendar_text, window, minute) for minute in range(first, last))
        for first, last in maximal_runs(frozenset(down))
    )


def clock(calendar: Document | None, level: Document, ticket: Document, events: Sequence[Document]) -> int:
    """The minutes of a ticket's clock from its opening to its resolution."""
    stops = {*level["metric"].get("stops", []), *NEVER_RUNNING}
    told = {minute_of(row["at"]): row["status"] for row in events if row["ticket_id"] == ticket["ticket_id"]}
    status, ran = "open", 0
    calendar_text, window = as_key(calendar), level.get("window")
    for minute in range(minute_of(ticket["opened_at"]), minute_of(ticket["resolved_at"])):
        status = told.get(minute, status)
        ran += status not in stops and in_window(calendar_text, window, minute)
    return ran


def resolved_in(
    calendar: Document | None, tickets: Iterable[Document], month: str, priorities: Sequence[str]
) -> list[Document]:
    """The tickets of some priorities that were resolved in the month of the calendar's zone."""
    begins, ends = month_bounds(zone_of(calendar), month)
    return [
        ticket
        for ticket in tickets
        if begins <= minute_of(ticket["resolved_at"]) < ends and ticket["priority"] in priorities
    ]


def statistic(name: str, minutes: Sequence[int]) -> Fraction | None:
    """A statistic of clock times, in seconds: the mean, or the least value that so many of them do not exceed."""
    if not minutes:
        return None
    if name == "mean":
        return 60 * Fraction(sum(minutes), len(minutes))
    part = {
        "median": Fraction(1, 2),
        "p90": Fraction(9, 10),
        "p95": Fraction(19, 20),
        "p99": Fraction(99, 100),
    }
    wanted = part.get(name, ONE) * len(minutes)
    return min(60 * Fraction(each) for each in minutes if sum(other <= each for other in minutes) >= wanted)


def window_at(calendar: Document, minute: int) -> str:
    """The label of the window that a minute lies in; where in none, of the first minute after it that lies in one."""
    calendar_text = as_key(calendar)
    labels = sorted({entry["label"] for entry in calendar["windows"]})
    while True:
        for label in labels:
            if in_window(calendar_text, label, minute):
                return str(label)
        minute += 1


def next_business_day(calendar: Document, window: str | None, minute: int) -> int:
    """The minutes of service from a minute until service ends on the next Monday to Friday that has service."""
    zone, calendar_text = zone_of(calendar), as_key(calendar)
    opened = wall_clock(zone, minute)[2][:10]
    due: str | None = None
    counted = total = 0
    while True:
        day, _, local = wall_clock(zone, minute)
        today = local[:10]
        if due is not None and today != due:
            return total
        if in_window(calendar_text, window, minute):
            counted += 1
            if due is None and today != opened and DAYS.index(day) < DAYS.index("sat"):
                due = today
            total = counted
        minute += 1


def late_tickets(
    calendar: Document, level: Document, tickets: Sequence[Document], events: Sequence[Document]
) -> int:
    """How many tickets took longer than the threshold of the window that they were opened in."""
    late = 0
    for ticket in tickets:
        opened = minute_of(ticket["opened_at"])
        threshold = level["metric"]["thresholds"][ticket["priority"]]
        if isinstance(threshold, dict):
            threshold = threshold[window_at(calendar, opened)]
        if threshold == "nextBusinessDay":
            allowed = next_business_day(calendar, level.get("window"), opened)
        else:
            allowed = duration_minutes(threshold)
        late += clock(calendar, level, ticket, events) > allowed
    return late


def counted(calendar: Document | None, kind: str, rows: Iterable[Document], month: str) -> Fraction | None:
    """A ratio, a mean or a total of the counts that begin in the month of the calendar's zone."""
    begins, ends = month_bounds(zone_of(calendar), month)
    inside = [row for row in rows if begins <= minute_of(row["from"]) < ends]
    numerator = sum((exact(row["numerator"]) for row in inside), start=NONE)
    denominator = sum((exact(row["denominator"]) for row in inside), start=NONE)
    if kind == "total":
        return numerator if inside else None
    if not denominator:
        return None
    return numerator / denominator * (100 if kind == "ratio" else 1)


__all__ = [
    "Minutes",
    "availability",
    "clock",
    "counted",
    "late_tickets",
    "outage_count",
    "resolved_in",
    "state",
    "statistic",
]
