"""Measuring the tickets of many services in one pass comes to what each ticket comes to by itself.

Random tickets are opened, parked, handed over, finished and opened again, told of late or out of order, in windows of
several zones. Each is measured alone, with nobody beside it; the services measured together have to say the same. The
spans are laid out a second time here, by walking one ticket's rows, which is how one would do it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from domain.agreements import Assign, DurationMetric, Milestone, WithinMetric
from domain.calendars import Calendar, WeeklyWindow
from domain.evidence import NEVER
from domain.instants import HOUR, isoformat
from domain.intervals import Intervals
from domain.measure.clocks import ClockRule
from domain.measure.duration import measure_duration
from domain.measure.timelines import Timelines
from domain.measure.within import TicketMeasure, measure_within
from domain.metrics import Statistic
from settlement.ticket_book import Alike, Kernel, Metric, Span, TicketBook
from tests.building import Row, evidence, micros

MINUTE = HOUR // 60
SERVICES = ("alpha", "beta", "gamma", "delta", "nobody-asks", "no-tickets")
ASKED = ("beta", "alpha", "no-tickets", "delta", "gamma")
APRIL, MAY = micros("2026-04-01T00:00:00Z"), micros("2026-05-01T00:00:00Z")
ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe")
THRESHOLDS = (("P1", 4 * HOUR), ("P2", 16 * HOUR))

Said = tuple[str, str, int, int, int, bool]
"""A counted ticket: its name, priority, threshold, clock, the instant it was judged at, and whether it was late."""


def random_rows(rng: Random) -> tuple[list[Row], list[Row]]:
    """Tickets of several services, a few minutes to some weeks long, with what happened to them in no order."""
    tickets: list[Row] = []
    events: list[Row] = []
    for number in range(rng.randint(15, 45)):
        opened = APRIL + rng.randint(-9_000, 43_000) * MINUTE
        resolved = opened + rng.choice([rng.randint(0, 300), rng.randint(300, 20_000)]) * MINUTE
        is_closed = rng.random() < 0.3
        row = {
            "ticket_id": f"T{rng.randint(0, 9)}-{number}",
            "service": rng.choice([name for name in SERVICES if name != "no-tickets"]),
            "priority": rng.choice(["P1", "P1", "P2", "P2", "P3", ""]),
            "opened_at": isoformat(opened),
            "responded_at": isoformat(opened + 5 * MINUTE) if rng.random() < 0.5 else "",
            "resolved_at": isoformat(resolved) if rng.random() < 0.8 else "",
            "closed_at": isoformat(resolved + rng.randint(0, 900) * MINUTE) if is_closed else "",
        }
        tickets.append(row)
        for _ in range(rng.choice([0, 0, 1, 2, 5])):
            # Most of it while the ticket was open; some before it was opened, or after it was finished with.
            moment = opened + rng.choice([0, rng.randint(-300, 300), rng.randint(0, 30_000)]) * MINUTE
            events.append(
                {
                    "ticket_id": row["ticket_id"],
                    "at": isoformat(moment),
                    "status": rng.choice(["", "open", "pending_customer", "pending_vendor", "resolved"]),
                    "holder": rng.choice(["", "", "desk", "vendor"]),
                    "priority": rng.choice(["", "", "", "P1", "P2"]),
                }
            )
    events.append({"ticket_id": "nobody's", "at": isoformat(APRIL), "status": "open"})
    return tickets, events


def random_window(rng: Random) -> Intervals:
    days = frozenset(rng.sample(range(7), rng.randint(3, 7)))
    hours = WeeklyWindow("prime", days, rng.choice([6, 9]) * HOUR, rng.choice([12, 17, 22]) * HOUR)
    calendar = Calendar("hours", rng.choice(ZONES), (hours,))
    return calendar.service_time(date(2026, 2, 1), date(2026, 8, 1))


def said_of(measured: TicketMeasure) -> list[Said]:
    columns = (measured.threshold, measured.elapsed, measured.until, measured.late)
    rows = zip(measured.names(), measured.priority, *(each.tolist() for each in columns), strict=True)
    return [(name, priority, *map(int, numbers), bool(late)) for name, priority, *numbers, late in rows]


def one_by_one(
    rows: tuple[list[Row], list[Row]], service: str, measure: Kernel[Metric], metric: Metric,
    rule: ClockRule, span: Span,
) -> list[Said]:  # fmt: skip
    """Each ticket of a service measured as if there were no other, in the order of their ids."""
    found = []
    for ticket in sorted(rows[0], key=lambda row: row["ticket_id"]):
        if ticket["service"] == service:
            mine = [row for row in rows[1] if row["ticket_id"] == ticket["ticket_id"]]
            book = TicketBook(evidence((), [ticket], mine))
            lines = book.lines(service, span)
            found += said_of(measure(lines, metric, rule, span.start, span.end, span.horizon))
    return found


def measured_together_and_alone(rng: Random) -> Iterator[tuple[list[Said], list[Said]]]:
    """What the services of a random level say that are measured together, and what their tickets say one by one."""
    rows = random_rows(rng)
    assign, milestone = rng.choice(list(Assign)), rng.choice(list(Milestone))
    stops = frozenset(rng.sample(["pending_customer", "pending_vendor"], rng.randint(0, 2)))
    span = Span(APRIL, MAY, rng.choice([MAY, MAY + 7 * 24 * HOUR, MAY - 5 * 24 * HOUR]), assign)
    rule = ClockRule(random_window(rng), stops)
    # Not all services that are read together have the level.
    alike = Alike(frozenset(ASKED[: rng.randint(2, 5)]))
    book = TicketBook(evidence((), *rows))
    within = WithinMetric(milestone, THRESHOLDS, stops=stops, assign=assign)
    mean = DurationMetric(milestone, Statistic.MEAN, None, stops, assign, THRESHOLDS)
    is_mean = rng.random() < 0.3
    for service in ASKED:
        book.lines(service, span, (*ASKED, "nobody-asks"))
        if service not in alike.services:
            continue
        if is_mean:
            found = book.measured(measure_duration, service, mean, lambda _: rule, span, alike)
            yield said_of(found), one_by_one(rows, service, measure_duration, mean, rule, span)
        else:
            found = book.measured(measure_within, service, within, lambda _: rule, span, alike)
            yield said_of(found), one_by_one(rows, service, measure_within, within, rule, span)


def test_services_measured_together_say_what_each_ticket_says_by_itself() -> None:
    counted = late = 0
    for seed in range(24):
        for together, alone in measured_together_and_alone(Random(seed)):  # noqa: S311 - An example, no secret.
            assert together == alone, f"seed {seed}"
            counted += len(together)
            late += sum(is_late for *_, is_late in together)
    assert counted > 120
    assert late > 10


def walked(ticket: Row, events: Sequence[Row], horizon: int) -> list[tuple[int, str, str | None, str | None]]:
    """When each state of a ticket begins: its status, its holder, its priority, one row after another."""
    opened = micros(ticket["opened_at"])
    mine = sorted(
        (row for row in events if row["ticket_id"] == ticket["ticket_id"]), key=lambda r: micros(r["at"])
    )
    happened = [
        (max(micros(row["at"]), opened), 0, row["status"], row.get("holder", ""), row.get("priority", ""))
        for row in mine
        if micros(row["at"]) < horizon
    ]
    for rank, (column, status) in enumerate((("resolved_at", "resolved"), ("closed_at", "closed")), start=1):
        if ticket[column] and micros(ticket[column]) < horizon:
            happened.append((max(micros(ticket[column]), opened), rank, status, "", ""))
    found: list[tuple[int, str, str | None, str | None]] = [
        (opened, "open", None, ticket["priority"] or None)
    ]
    for at, _, status, holder, priority in sorted(happened, key=lambda each: each[:2]):
        before = found[-1]
        found.append((at, status or before[1], holder or before[2], priority or before[3]))
    return found


def laid_out(lines: Timelines, ticket: int) -> list[tuple[int, str | None, str | None, str | None]]:
    rows = [row for row in range(len(lines.ticket)) if lines.ticket[row] == ticket]
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        assert int(lines.end[row]) == (NEVER if following is None else int(lines.start[following]))
    return [(int(lines.start[r]), lines.status[r], lines.holder[r], lines.priority[r]) for r in rows]


def spans_are_those_of_walking(rng: Random) -> None:
    tickets, events = random_rows(rng)
    by_id = {row["ticket_id"]: row for row in tickets}
    # Assigned by deadline, no ticket is left out for being finished.
    span = Span(APRIL, MAY, rng.choice([MAY, MAY - 9 * 24 * HOUR]), Assign.DEADLINE)
    book = TicketBook(evidence((), tickets, events))
    seen = 0
    for service in SERVICES:
        lines = book.lines(service, span, SERVICES)
        for place in range(len(lines.tickets)):
            row = by_id[lines.tickets.ticket_id[place] or ""]
            assert row["service"] == service
            assert laid_out(lines, place) == walked(row, events, span.horizon)
            seen += 1
    assert seen == sum(micros(row["opened_at"]) < min(span.end, span.horizon) for row in tickets)


def test_the_spans_of_a_ticket_are_what_walking_its_rows_gives_however_many_are_laid_out_with_it() -> None:
    for seed in range(15):
        spans_are_those_of_walking(Random(1000 + seed))  # noqa: S311 - An example, no secret.


def test_what_was_forgotten_is_read_again_and_says_the_same() -> None:
    rng = Random(7)  # noqa: S311 - An example, no secret.
    rows = random_rows(rng)
    span = Span(APRIL, MAY, MAY, Assign.MILESTONE)
    metric = WithinMetric(Milestone.RESOLUTION, THRESHOLDS)
    rule = ClockRule(random_window(rng), frozenset())
    alike = Alike(frozenset(ASKED))
    book = TicketBook(evidence((), *rows))

    def figures() -> list[list[Said]]:
        for service in ASKED:
            book.lines(service, span, ASKED)
        return [
            said_of(book.measured(measure_within, service, metric, lambda _: rule, span, alike))
            for service in ASKED
        ]

    before = figures()
    assert book.rows_held() > 0
    book.forget()
    assert book.rows_held() == 0
    assert figures() == before
