"""What an analyst would write first with pandas: the peer of `servicenow.py`.

Each row of the log is the incident's state until its next row. So: sort, shift, and add up the time of each span that a
clock counts, up to when the incident was resolved for good; then group by the month of the resolution.

Limits: as known when all is over. Only what the six assumed levels need; business time by a function over each span, as
pandas has none of its own for hours of the day.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pandas as pd

ZONE = "America/Sao_Paulo"
HOLIDAYS = set(
    pd.to_datetime(["2016-03-25", "2016-04-21", "2016-09-07", "2016-10-12", "2016-11-02", "2016-11-15"]).date
)
STATES = {
    "New": "open", "Active": "open", "Awaiting User Info": "pending_customer", "Awaiting Vendor": "pending_vendor",
    "Awaiting Evidence": "pending_evidence", "Awaiting Problem": "pending_problem",
    "Resolved": "resolved", "Closed": "closed",
}  # fmt: skip
TEAMS = {
    "Group 70": "service-desk", "Group 20": "service-desk", "Group 9": "vendor-eight", "Group 30": "vendor-one",
    "Group 3": "infrastructure", "Group 10": "infrastructure", "Group 15": "infrastructure",
    "Group 31": "infrastructure", "Group 66": "infrastructure", "Group 72": "infrastructure",
}  # fmt: skip
TIMES = ["opened_at", "sys_updated_at", "resolved_at", "closed_at"]
FINISHED = ["resolved", "closed"]
CUSTOMER_STOPS = ["pending_customer", "pending_evidence", "pending_problem"]
TEAM_STOPS = [*CUSTOMER_STOPS, "pending_vendor"]
TEAM_HOURS = {"P1": 8, "P2": 10, "P3": 18, "P4": 30}
VENDOR_HOURS = {"P1": 10, "P2": 14, "P3": 24, "P4": 40}
LEVELS = [
    ("sla-it-support", "resolution-urgent", {"P1": 72, "P2": 72}, CUSTOMER_STOPS, "all", None),
    ("sla-it-support", "resolution-standard", {"P3": 30, "P4": 50}, CUSTOMER_STOPS, "office", None),
    ("ola-service-desk", "resolution", {"P1": 2, "P2": 4, "P3": 6, "P4": 10}, TEAM_STOPS, "office", "service-desk"),
    ("ola-infrastructure", "resolution", TEAM_HOURS, TEAM_STOPS, "office", "infrastructure"),
    ("ola-applications", "resolution", TEAM_HOURS, TEAM_STOPS, "office", "applications"),
    ("uc-vendor-eight", "resolution", VENDOR_HOURS, CUSTOMER_STOPS, "office", "vendor-eight"),
]  # fmt: skip


def office_seconds(begin: pd.Timestamp, end: pd.Timestamp) -> float:
    """Seconds between two local times that are between 08:00 and 18:00 of a working day."""
    total = 0.0
    day, last = begin.normalize(), end.normalize()
    while day <= last:
        if day.weekday() < 5 and day.date() not in HOLIDAYS:
            opens, closes = day + pd.Timedelta(hours=8), day + pd.Timedelta(hours=18)
            total += max((min(end, closes) - max(begin, opens)).total_seconds(), 0.0)
        day += pd.Timedelta(days=1)
    return total


def spans_of(path: Path) -> tuple[pd.DataFrame, pd.Series]:
    """The spans of all incidents up to their resolution, and when each was resolved."""
    log = pd.read_csv(
        path,
        usecols=["number", "incident_state", "priority", "assignment_group", *TIMES],
        na_values=["?"],
    )
    for column in TIMES:
        log[column] = pd.to_datetime(log[column], format="%d/%m/%Y %H:%M")
    log["status"] = log["incident_state"].map(STATES)
    log = log[log["status"].notna()].copy()
    log["holder"] = log["assignment_group"].map(TEAMS)
    log.loc[log["holder"].isna() & log["assignment_group"].notna(), "holder"] = "applications"
    log["priority"] = "P" + log["priority"].str[0]
    log["line"] = log.index
    log = log.sort_values(["number", "sys_updated_at", "line"])
    tickets = log.groupby("number").last()
    # `last` skips empty cells, and a resolution that the last row no longer states does not count.
    tickets["resolved_at"] = log.groupby("number")["resolved_at"].nth(-1).to_numpy()

    opened = tickets["opened_at"].rename("at").reset_index()
    opened["status"], opened["priority"], opened["kind"] = "open", tickets["priority"].to_numpy(), 0
    updates = log[["number", "sys_updated_at", "status", "holder", "priority", "line"]].rename(
        columns={"sys_updated_at": "at"}
    )
    updates["kind"] = 1
    parts = [opened, updates]
    for kind, (column, status) in enumerate([("resolved_at", "resolved"), ("closed_at", "closed")], start=2):
        stated = tickets[column].dropna().rename("at").reset_index()
        stated["status"], stated["kind"] = status, kind
        parts.append(stated)
    spans = pd.concat(parts)
    spans["opened"] = spans["number"].map(tickets["opened_at"])
    spans["at"] = spans[["at", "opened"]].max(axis=1)
    spans = spans.sort_values(["number", "at", "kind", "line"])
    spans[["holder", "priority"]] = spans.groupby("number")[["holder", "priority"]].ffill()
    spans["end"] = spans.groupby("number")["at"].shift(-1)

    spans["finished"] = spans["status"].isin(FINISHED)
    before = spans.groupby("number")["finished"].shift(1).eq(True)
    runs = spans[spans["finished"] & ~before]
    resolved = runs.groupby("number")["at"].last()
    resolved = pd.concat([resolved, tickets["resolved_at"]], axis=1).max(axis=1)
    still_open = ~spans.groupby("number")["finished"].last()
    resolved = resolved[~resolved.index.map(still_open)]

    spans["resolved"] = spans["number"].map(resolved)
    spans = spans[spans["at"] <= spans["resolved"]].copy()
    spans["end"] = spans["end"].fillna(spans["resolved"])
    spans["end"] = spans[["end", "resolved"]].min(axis=1)
    return spans, resolved


def attainments(path: Path) -> dict[str, list[int]]:
    """By agreement, level and month: how many incidents came in time, and of how many."""
    spans, resolved = spans_of(path)
    local = {"begin": spans["at"], "end": spans["end"]}
    aware = {
        name: times.dt.tz_localize(ZONE, ambiguous=True, nonexistent="shift_forward") for name, times in local.items()
    }  # fmt: skip
    spans["all"] = (aware["end"] - aware["begin"]).dt.total_seconds()
    running = ~spans["finished"] & (spans["end"] > spans["at"])
    spans["office"] = 0.0
    spans.loc[running, "office"] = [
        office_seconds(begin, end)
        for begin, end in zip(spans.loc[running, "at"], spans.loc[running, "end"], strict=True)
    ]
    priority = spans.groupby("number")["priority"].last()
    found: dict[str, list[int]] = {}
    for agreement, level, hours, stops, clock, party in LEVELS:
        mine = spans if party is None else spans[spans["holder"] == party]
        if party is not None:
            held = mine.loc[mine["end"] > mine["at"], "number"].unique()
        else:
            held = resolved.index
        counted = mine[~mine["finished"] & ~mine["status"].isin(stops)].groupby("number")[clock].sum()
        frame = pd.DataFrame(index=held)
        frame["counted"] = counted.reindex(frame.index).fillna(0.0)
        frame["allowed"] = priority.reindex(frame.index).map(hours) * 3600
        frame["month"] = resolved.reindex(frame.index).dt.strftime("%Y-%m")
        frame = frame.dropna(subset=["allowed", "month"])
        frame["in_time"] = frame["counted"] <= frame["allowed"]
        for month, group in frame.groupby("month"):
            found[f"{agreement} {level} {month}"] = [int(group["in_time"].sum()), len(group)]
    return found


def main() -> None:
    """Count, and print the attainments."""
    found = attainments(next((Path(sys.argv[1]) / "evidence").iterdir()))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump({"attainments": found, "megabytes": megabytes}, sys.stdout)


if __name__ == "__main__":
    main()
