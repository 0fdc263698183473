"""Evidence as a test says it: rows of outages, tickets and events, as CSV would give them, and as columns.

Example: ``evidence([outage("hosting", "14 10:00", "14 11:00")])`` is an hour of 14 April 2026 in UTC.

Limits: nothing of the reading of files is tried here; the readers have tests of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.durations import Duration
from domain.evidence import (
    NEVER,
    OPEN,
    UNRECORDED,
    Coded,
    CountColumns,
    DeliverableColumns,
    Exact,
    Micros,
    OutageColumns,
    Place,
    SampleColumns,
    TicketColumns,
    TicketEventColumns,
)
from domain.evidence_memory import MemoryEvidence
from domain.instants import isoformat, parse_instant
from domain.intervals import Intervals

Row = dict[str, str]

MONTH = "2026-04"


def at(moment: str, month: str = MONTH) -> str:
    """An instant's full text: "14 10:00" is the 14th of the month in UTC; anything with a T is left as it is."""
    if not moment or "T" in moment:
        return moment
    day, clock = moment.split(" ")
    return f"{month}-{day}T{clock}{'' if clock.count(':') == 2 else ':00'}Z"


def micros(moment: str, month: str = MONTH) -> int:
    """The instant itself, in microseconds."""
    return parse_instant(at(moment, month))


def span(begins: str, ends: str) -> Intervals:
    """One interval of April."""
    return Intervals.of([(micros(begins), micros(ends))])


def outage(service_name: str, begins: str, ends: str = "", cause: str = "", **cells: str) -> Row:
    """An outage row; without an end it is still open."""
    times = {"started_at": at(begins), "ended_at": at(ends)}
    return {"service": service_name, **times, "cause": cause, **_instants(cells)}


def ticket(
    ticket_id: str, priority: str, opened: str, resolved: str = "", *, on: str = "support", **cells: str
) -> Row:
    """A ticket row; without events it is held by the provider."""
    times = {"opened_at": at(opened), "resolved_at": at(resolved)}
    return {"ticket_id": ticket_id, "service": on, "priority": priority, **times, **_instants(cells)}


def event(ticket_id: str, moment: str, **cells: str) -> Row:
    """An event row: the state from that instant until the next (status, holder, priority)."""
    return {"ticket_id": ticket_id, "at": at(moment), **cells}


def _instants(cells: Mapping[str, str]) -> Row:
    return {name: at(cell) if name.endswith("_at") else cell for name, cell in cells.items()}


@dataclass(frozen=True)
class Story:
    """One ticket with its events."""

    ticket: Row
    events: tuple[Row, ...]


def story(
    ticket_id: str, priority: str, opened: str, *held: tuple[str, str], on: str = "support", **cells: str
) -> Story:
    """A ticket handed from holder to holder, each for so long ("PT2H"), and resolved by the last."""
    moment, events = micros(opened), []
    for holder, length in held:
        events.append({"ticket_id": ticket_id, "at": isoformat(moment), "status": "open", "holder": holder})
        moment += Duration.parse(length).exact_micros()
    events.append({"ticket_id": ticket_id, "at": isoformat(moment), "status": "resolved"})
    return Story(ticket(ticket_id, priority, opened, isoformat(moment), on=on, **cells), tuple(events))


def count(
    measure: str,
    numerator: str | int,
    denominator: str | int = 1,
    *,
    on: str = "desk",
    party: str = "",
    **cells: str,
) -> Row:
    """A row of counts of a day of April (the 10th unless ``start`` and ``end`` say otherwise)."""
    span = {"from": at(cells.pop("start", "10 00:00")), "to": at(cells.pop("end", "11 00:00"))}
    numbers = {"numerator": str(numerator), "denominator": str(denominator)}
    return {"service": on, "measure": measure, **span, **numbers, "party": party, **cells}


def sample(measure: str, moment: str, good: str | int, total: str | int, *, on: str = "desk") -> Row:
    """A sample."""
    return {"service": on, "measure": measure, "at": at(moment), "good": str(good), "total": str(total)}


def item(item_id: str, due: str, delivered: str = "", *, measure: str = "report", on: str = "desk") -> Row:
    """A deliverable; without ``delivered`` it never came."""
    times = {"due_at": at(due), "delivered_at": at(delivered)}
    return {"item_id": item_id, "service": on, "measure": measure, **times}


def in_time(count: int, priority: str = "P1", *, on: str = "support", prefix: str = "fine") -> list[Row]:
    """Tickets solved within a minute by the provider, to fill a denominator."""
    return [ticket(f"{prefix}-{number}", priority, "02 09:00", "02 09:01", on=on) for number in range(count)]


def evidence(
    outages: Iterable[Row] = (),
    tickets: Iterable[Row | Story] = (),
    events: Iterable[Row] = (),
    counts: Iterable[Row] = (),
    samples: Iterable[Row] = (),
    items: Iterable[Row] = (),
) -> MemoryEvidence:
    """Rows as columns, in the order that every reader brings them in."""
    told = list(tickets)
    rows = [one.ticket if isinstance(one, Story) else one for one in told]
    happened = [*events, *(each for one in told if isinstance(one, Story) for each in one.events)]
    return MemoryEvidence(
        _outage_columns(outages), _ticket_columns(rows), _event_columns(happened), (), (),
        _count_columns(counts), _sample_columns(samples), _item_columns(items),
    )  # fmt: skip


def _numbered(rows: Iterable[Row]) -> list[tuple[int, Row]]:
    """Each row with its line in the file that it would stand in, the header being line 1."""
    return list(enumerate(rows, start=2))


def _place(file: str, rows: Sequence[tuple[int, Row]]) -> Place:
    return Place(Coded.of([file] * len(rows)), np.array([line for line, _ in rows], dtype=np.int64))


def _names(rows: Sequence[tuple[int, Row]], column: str) -> Coded:
    return Coded.of([row.get(column) for _, row in rows])


def _times(rows: Sequence[tuple[int, Row]], column: str, absent: Callable[[Row], int]) -> Micros:
    cells = [(row, row.get(column) or "") for _, row in rows]
    return np.array([parse_instant(cell) if cell else absent(row) for row, cell in cells], dtype=np.int64)


def _outage_columns(rows: Iterable[Row]) -> OutageColumns:
    def order(numbered: tuple[int, Row]) -> tuple[object, ...]:
        line, row = numbered
        ended = parse_instant(row["ended_at"]) if row.get("ended_at") else OPEN
        begun = parse_instant(row["started_at"])
        return (row["service"], begun, ended, row.get("cause", ""), row.get("outage_id", ""), line)

    kept = sorted(_numbered(rows), key=order)
    return OutageColumns(
        _names(kept, "outage_id"), _names(kept, "service"), _times(kept, "started_at", _missing),
        _times(kept, "ended_at", lambda _: OPEN),
        _times(kept, "reported_at", lambda row: parse_instant(row["started_at"])), _names(kept, "severity"),
        _names(kept, "cause"), _names(kept, "incident"), _names(kept, "source"),
        _times(kept, "recorded_at", lambda _: UNRECORDED), _place("evidence/outages.csv", kept),
    )  # fmt: skip


def _ticket_columns(rows: Iterable[Row]) -> TicketColumns:
    kept = sorted(_numbered(rows), key=lambda numbered: numbered[1]["ticket_id"])
    return TicketColumns(
        _names(kept, "ticket_id"), _names(kept, "service"), _names(kept, "priority"),
        _times(kept, "opened_at", _missing), _times(kept, "responded_at", _never),
        _times(kept, "resolved_at", _never), _times(kept, "closed_at", _never), _names(kept, "customer"),
        _names(kept, "category"), _names(kept, "source"), _times(kept, "recorded_at", lambda _: UNRECORDED),
        _place("evidence/tickets.csv", kept),
    )  # fmt: skip


def _event_columns(rows: Iterable[Row]) -> TicketEventColumns:
    kept = sorted(
        _numbered(rows),
        key=lambda numbered: (numbered[1]["ticket_id"], parse_instant(numbered[1]["at"]), numbered[0]),
    )
    return TicketEventColumns(
        _names(kept, "ticket_id"), _times(kept, "at", _missing), _names(kept, "status"), _names(kept, "holder"),
        _names(kept, "priority"), _names(kept, "actor"), _names(kept, "reason"),
        _place("evidence/ticket_events.csv", kept),
    )  # fmt: skip


def _numbers(rows: Sequence[tuple[int, Row]], column: str) -> Exact:
    return Exact.of(_names(rows, column))


def _count_columns(rows: Iterable[Row]) -> CountColumns:
    kept = sorted(
        _numbered(rows), key=lambda each: (each[1]["service"], each[1]["measure"], each[1]["from"], each[0])
    )
    return CountColumns(
        _names(kept, "service"), _names(kept, "measure"), _times(kept, "from", _missing),
        _times(kept, "to", _missing), _numbers(kept, "numerator"), _numbers(kept, "denominator"),
        _names(kept, "party"), _place("evidence/counts.csv", kept),
    )  # fmt: skip


def _sample_columns(rows: Iterable[Row]) -> SampleColumns:
    kept = sorted(
        _numbered(rows), key=lambda each: (each[1]["service"], each[1]["measure"], each[1]["at"], each[0])
    )
    return SampleColumns(
        _names(kept, "service"), _names(kept, "measure"), _times(kept, "at", _missing), _numbers(kept, "good"),
        _numbers(kept, "total"), _place("evidence/samples.csv", kept),
    )  # fmt: skip


def _item_columns(rows: Iterable[Row]) -> DeliverableColumns:
    kept = sorted(
        _numbered(rows),
        key=lambda each: (each[1]["service"], each[1]["measure"], each[1]["item_id"], each[0]),
    )
    return DeliverableColumns(
        _names(kept, "item_id"), _names(kept, "service"), _names(kept, "measure"),
        _times(kept, "due_at", _missing), _times(kept, "delivered_at", _never),
        _place("evidence/deliverables.csv", kept),
    )  # fmt: skip


def _never(row: Row) -> int:
    return NEVER


def _missing(row: Row) -> int:
    raise AssertionError(f"a required time is missing in {row}")
