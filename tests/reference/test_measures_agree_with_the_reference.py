"""Every metric of outages, clocks and counts, on random calendars, zones and evidence, against minutes one by one.

The reference (`tests.reference.measures`) was written from the design's text and shares no rule with the product. The
portfolios are drawn from a seed, so that a failure names the seed that shows it again.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.building import document, house, level, service, settle, sla
from tests.reference import measures
from tests.reference.minutes import Document, minute_of, next_month

SEEDS = range(300 if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else 12)
ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Kathmandu")
MONTHS = ("2026-02", "2026-03", "2026-04", "2026-10", "2026-11")
WEIGHTS = {"degraded": "0.5", "slow": "0.3", "cosmetic": "0"}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def random_calendar(rng: Random) -> Document:
    """Some weekly hours in some zone, of one label or two, perhaps with all the rest under another."""
    zone = rng.choice(ZONES)
    first = rng.choice([6, 8, 9])
    last = rng.choice([12, 15, 18, 22])
    days = rng.sample(DAYS, rng.randint(3, 7))
    hours = {"days": sorted(days, key=DAYS.index), "from": f"{first:02}:00", "to": f"{last:02}:30"}
    windows: list[Document] = [{"label": "prime", **hours}]
    if rng.random() < 0.4:
        windows.append({"label": "late", "days": hours["days"], "from": f"{last:02}:30", "to": "24:00"})
    if rng.random() < 0.5:
        windows.append({"label": "rest", "rest": True})
    return {"timezone": zone, "windows": windows}


def random_outages(rng: Random, month: str) -> list[Document]:
    begins = datetime.fromisoformat(month + "-01T00:00:00").replace(tzinfo=UTC)
    anchors = [begins + timedelta(minutes=rng.randint(-600, 44_000)) for _ in range(rng.randint(1, 3))]
    rows = []
    for number in range(rng.randint(0, 9)):
        started = rng.choice(anchors) + timedelta(minutes=rng.randint(-100, 100))
        ended = started + timedelta(
            minutes=rng.choice([rng.randint(1, 20), rng.randint(10, 300), rng.randint(300, 3000)])
        )
        rows.append(
            {
                "outage_id": f"o{number}",
                "service": rng.choice(["shop", "a", "b", "c", "a", "b"]),
                "started_at": written(started),
                "ended_at": written(ended),
                "severity": rng.choice(["", "", "degraded", "slow", "cosmetic", "major"]),
            }
        )
    return rows


def random_tickets(rng: Random, month: str) -> tuple[list[Document], list[Document]]:
    begins = datetime.fromisoformat(month + "-01T00:00:00").replace(tzinfo=UTC)
    tickets, events = [], []
    for number in range(rng.randint(0, 7)):
        opened = moment = begins + timedelta(minutes=rng.randint(-2000, 38_000))
        for _ in range(rng.randint(0, 4)):
            moment += timedelta(minutes=rng.choice([rng.randint(1, 50), rng.randint(60, 900)]))
            status = rng.choice(["open", "pending_customer", "pending_vendor", "open"])
            events.append({"ticket_id": f"t{number}", "at": written(moment), "status": status})
        moment += timedelta(minutes=rng.choice([rng.randint(1, 300), rng.randint(300, 6000)]))
        tickets.append(
            {
                "ticket_id": f"t{number}",
                "service": "shop",
                "priority": rng.choice(["P1", "P2"]),
                "opened_at": written(opened),
                "resolved_at": written(moment),
            }
        )
    return tickets, events


def random_counts(rng: Random, month: str) -> list[Document]:
    begins = datetime.fromisoformat(month + "-01T00:00:00").replace(tzinfo=UTC)
    rows = []
    for _ in range(rng.randint(0, 8)):
        start = begins + timedelta(hours=rng.randint(-30, 760))
        numbers = {"numerator": f"{rng.randint(0, 900) / 10}", "denominator": str(rng.randint(0, 50))}
        span = {"from": written(start), "to": written(start + timedelta(minutes=1))}
        rows.append({"service": "shop", "measure": "calls", **span, **numbers, "party": ""})
    return rows


def random_gate(rng: Random) -> Document | None:
    names = rng.sample(["a", "b", "c"], rng.randint(2, 3))
    kind = rng.choice(["all", "any", "atLeast", ""])
    if not kind:
        return None
    return {"atLeast": rng.randint(1, len(names)), "of": names} if kind == "atLeast" else {kind: names}


def value_of(promise: Document, calendar: Document, month: str, gate: Document | None, **rows: Any) -> Any:
    """The product's own attainment of one level."""
    found = settle(
        house(),
        document("Calendar", "hours", **calendar),
        service("shop", needs=gate),
        *(service(name) for name in ("a", "b", "c")),
        sla(["shop"], [promise], calendar="hours"),
        period=month,
        as_of=next_month(month) + "-28",
        **rows,
    )
    return found.attainment()


def windowed(rng: Random, calendar: Document, promise: Document) -> Document:
    labels = [entry["label"] for entry in calendar["windows"]]
    return promise | {"window": rng.choice(labels)} if rng.random() < 0.5 else promise


@pytest.mark.parametrize("seed", SEEDS)
def test_the_availability_of_degraded_service_is_what_its_minutes_say(seed: int) -> None:
    rng = Random(f"availability {seed}")  # noqa: S311 - Seeded examples are no secret.
    calendar, month, gate = random_calendar(rng), rng.choice(MONTHS), random_gate(rng)
    metric: Document = {"weights": WEIGHTS} if rng.random() < 0.8 else {}
    if rng.random() < 0.4:
        metric["minimumOutage"] = f"PT{rng.choice([5, 15, 60])}M"
    promise = windowed(rng, calendar, level("availability", "99", metric=metric))
    outages = random_outages(rng, month)
    found = value_of(promise, calendar, month, gate, outages=outages)
    down = measures.state(gate, "shop", outages, metric.get("weights", {}))
    lost, agreed = measures.availability(calendar, promise, down, month)
    assert found.denominator == agreed * 60_000_000
    assert found.numerator == (agreed - lost) * 60_000_000
    assert found.value == (100 * (agreed - lost) / agreed if agreed else None)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_number_of_outages_is_what_their_minutes_say(seed: int) -> None:
    rng = Random(f"outages {seed}")  # noqa: S311 - Seeded examples are no secret.
    calendar, month, gate = random_calendar(rng), rng.choice(MONTHS), random_gate(rng)
    metric = {"longerThan": f"PT{rng.choice([5, 20, 60])}M"} if rng.random() < 0.5 else {}
    promise = windowed(rng, calendar, level("outageCount", {"atMost": "1"}, metric=metric))
    # The horizon is the period's end: an outage that reaches over it has not ended yet as far as the month knows.
    outages = random_outages(rng, month)
    found = value_of(promise, calendar, month, gate, outages=outages)
    down = measures.state(gate, "shop", outages, {})
    assert found.value == measures.outage_count(calendar, promise, down, month)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_statistics_of_clocks_are_what_their_minutes_say(seed: int) -> None:
    rng = Random(f"clocks {seed}")  # noqa: S311 - Seeded examples are no secret.
    calendar, month = random_calendar(rng), rng.choice(MONTHS)
    priorities = rng.choice([["P1"], ["P2"], ["P1", "P2"]])
    name = rng.choice(["mean", "median", "p90", "p95", "p99", "max"])
    metric: Document = {"milestone": "resolution", "statistic": name, "priorities": priorities}
    metric["stops"] = rng.choice([[], ["pending_customer"], ["pending_customer", "pending_vendor"]])
    promise = windowed(rng, calendar, level("duration", {"atMost": "PT8H"}, metric=metric))
    tickets, events = random_tickets(rng, month)
    found = value_of(promise, calendar, month, None, tickets=tickets, events=events)
    chosen = measures.resolved_in(calendar, tickets, month, priorities)
    ran = [measures.clock(calendar, promise, ticket, events) for ticket in chosen]
    assert found.value == measures.statistic(name, ran)


@pytest.mark.parametrize("seed", SEEDS)
def test_tickets_are_late_as_their_minutes_and_the_window_of_their_opening_say(seed: int) -> None:
    rng = Random(f"windows {seed}")  # noqa: S311 - Seeded examples are no secret.
    calendar, month = random_calendar(rng), rng.choice(MONTHS)
    lengths = ["PT1H", "PT4H", "PT9H30M", "nextBusinessDay"]
    # A week without a business day has no next one to look for, minute by minute.
    has_work = any(day in DAYS[:5] for day in calendar["windows"][0]["days"])
    choices = lengths if has_work else lengths[:3]
    table = {entry["label"]: rng.choice(choices) for entry in calendar["windows"]}
    metric: Document = {"milestone": "resolution", "thresholds": {"P1": table, "P2": rng.choice(choices)}}
    metric["stops"] = rng.choice([[], ["pending_customer"]])
    promise = level("within", "95", metric=metric)
    if rng.random() < 0.5:
        promise |= {"window": "prime"}
    tickets, events = random_tickets(rng, month)
    found = value_of(promise, calendar, month, None, tickets=tickets, events=events)
    chosen = measures.resolved_in(calendar, tickets, month, ["P1", "P2"])
    late = measures.late_tickets(calendar, promise, chosen, events)
    assert (found.denominator, found.numerator) == (Fraction(len(chosen)), Fraction(len(chosen) - late))


@pytest.mark.parametrize("kind", ["ratio", "mean", "total"])
@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_of_the_month_that_they_begin_in_on_the_agreements_clocks(seed: int, kind: str) -> None:
    rng = Random(f"counts {seed} {kind}")  # noqa: S311 - Seeded examples are no secret.
    calendar, month = random_calendar(rng), rng.choice(MONTHS)
    rows = random_counts(rng, month)
    promise = level(kind, "1", metric={"measure": "calls"})
    found = value_of(promise, calendar, month, None, counts=rows)
    assert found.value == measures.counted(calendar, kind, rows, month)


def test_the_reference_reads_a_degraded_minute_as_the_design_does() -> None:
    rows = [
        {
            "service": "shop",
            "started_at": "2026-04-14T10:00Z",
            "ended_at": "2026-04-14T10:02Z",
            "severity": "degraded",
        },
        {
            "service": "shop",
            "started_at": "2026-04-14T10:01Z",
            "ended_at": "2026-04-14T10:02Z",
            "severity": "",
        },
    ]
    down = measures.state(None, "shop", rows, WEIGHTS)
    first = minute_of("2026-04-14T10:00Z")
    assert down == {first: Fraction(1, 2), first + 1: 1}
    assert measures.availability(None, {"metric": {}}, down, "2026-04") == (Fraction(3, 2), 43_200)


def test_the_reference_ranks_as_the_nearest_rank_does() -> None:
    hours = [60, 120, 180, 600]
    assert measures.statistic("median", hours) == 120 * 60
    assert measures.statistic("p90", hours) == 600 * 60
    assert measures.statistic("max", [7]) == 420
    assert measures.statistic("mean", []) is None
