"""Random outage, ticket and event rows for a generated portfolio: whole minutes, with a liking for overlaps.

Example: `random_outages(Random(1), ["shop"], set(), "2026-04")` gives up to eight rows as CSV would.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tests.reference.minutes import Document, next_month


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _month_start(month: str) -> datetime:
    return datetime.fromisoformat(month + "-01T00:00:00").replace(tzinfo=UTC)


def random_outages(rng: Random, services: list[str], covered_once: set[str], month: str) -> list[Document]:
    """Up to eight outages gathered about a few instants of the month, some of the month before or over its edges."""
    begins, ends = _month_start(month), _month_start(next_month(month))
    minutes = int((ends - begins) / timedelta(minutes=1))
    anchors = [begins + timedelta(minutes=rng.randint(0, minutes)) for _ in range(rng.choice([1, 1, 1, 2]))]
    if rng.random() < 0.2:
        anchors.append(begins - timedelta(minutes=rng.randint(2000, 20000)))
    if rng.random() < 0.15:
        anchors.append(rng.choice([begins, ends]))
    rows = []
    for number in range(rng.choice([0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8])):
        service = rng.choice(services)
        started = rng.choice(anchors) + timedelta(minutes=rng.randint(-90, 90))
        lasts = rng.choice(
            [
                rng.randint(0, 40),
                rng.randint(20, 150),
                rng.randint(60, 500),
                rng.randint(100, 500),
                rng.randint(300, 1500),
            ]
        )
        ended = started + timedelta(minutes=lasts)
        causes = ["", "", "", "force_majeure", "maintenance", "force_majeure", "other_supplier"]
        cause = rng.choice([*causes, "customer"] if service in covered_once else causes)
        reported = started + timedelta(minutes=rng.randint(0, lasts + 5))
        still_open = started > ends - timedelta(days=3) and rng.random() < 0.2
        rows.append(
            {
                "outage_id": f"O{number + 1}",
                "service": service,
                "started_at": _at(started),
                "ended_at": "" if still_open else _at(ended),
                "reported_at": _at(reported) if rng.random() < 0.6 else "",
                "cause": cause,
            }
        )
    return rows


def random_tickets(
    rng: Random, holders: list[str], customer: str, month: str
) -> tuple[list[Document], list[Document]]:
    """Up to six tickets of the service `shop`, each handed on a few times, and their events."""
    begins = _month_start(month)
    tickets, events = [], []
    for number in range(rng.choice([0, 1, 2, 3, 4, 5, 6, 6])):
        name = f"T{number + 1}"
        priority = rng.choice(["P1", "P2", "P2"])
        moment = opened = begins + timedelta(minutes=rng.randint(0, 27 * 1440))
        has_events = rng.random() < 0.9
        holder = rng.choice(holders)
        if has_events and rng.random() < 0.15:
            # Nobody held it at first.
            moment += timedelta(minutes=rng.randint(1, 60))
        unresolved = rng.random() < 0.1
        for step in range(rng.randint(1, 5)):
            if step:
                holder = rng.choice(holders)
            statuses = ["open", "open", "open", "pending_customer", "pending_vendor"]
            status = rng.choice([*statuses, "resolved"] if step and not unresolved else statuses)
            changed = rng.choice(["P1", "P2"]) if step and rng.random() < 0.1 else ""
            priority = changed or priority
            if has_events:
                event = {"ticket_id": name, "at": _at(moment), "status": status, "holder": holder}
                events.append({**event, "priority": changed or (priority if step == 0 else "")})
            moment += timedelta(minutes=rng.choice([rng.randint(1, 60), rng.randint(30, 400)]))
        responded = opened + (moment - opened) * rng.random()
        responded = responded.replace(second=0, microsecond=0)
        tickets.append(
            {
                "ticket_id": name,
                "service": "shop",
                "priority": priority,
                "opened_at": _at(opened),
                "responded_at": _at(responded) if rng.random() < 0.9 else "",
                "resolved_at": "" if unresolved else _at(moment),
                "customer": customer,
            }
        )
        if has_events and not unresolved:
            event = {"ticket_id": name, "at": _at(moment), "status": "resolved", "holder": holder}
            events.append({**event, "priority": ""})
    return tickets, events
