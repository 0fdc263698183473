"""What became of each ticket, as spans of one status and one holder each.

The problem: a ticket is opened, handed over, parked with the customer, resolved, reopened and resolved again, and each
clock that runs on it (the SLA's, an OLA's, a UC's) counts other parts of that story. So the story is laid out once, as
columns of spans, and every clock is a sum over them.

Example: opened at 9 (held by nobody: the provider's), given to the desk at 10, pending_customer at 11, open again at
13, resolved at 14: four spans, and the milestone is 14.

The milestone is the last one reached: a ticket whose events show it open again after it was resolved is not resolved.
``resolved`` and ``closed`` never run a clock (ruling 18). An empty cell in an event leaves what was; an empty holder
before the first is the provider. ``responded_at`` is taken as the ticket states it.

What is known at an instant (``horizon``) is what had happened by then: a ticket resolved on the 10th and opened again
in the next month was resolved, as known on the 1st.

Limits: times are as recorded; an event before the ticket was opened counts from its opening.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.evidence import NEVER, Coded, Codes, Micros, TicketColumns, TicketEventColumns

RESOLVED = "resolved"
CLOSED = "closed"
OPEN_STATUS = "open"
FINISHED = frozenset({RESOLVED, CLOSED})

_NAMES_A_TICKET = 16
"""With more names of tickets than so many for each ticket at hand, a place for each name is not worth its while."""


@dataclass(frozen=True, slots=True, eq=False)
class Timelines:
    """Spans ordered by ticket and time; ``ticket`` is the position of the span's ticket in ``tickets``."""

    tickets: TicketColumns
    ticket: NDArray[np.int64]
    start: Micros
    end: Micros
    status: Coded
    holder: Coded
    priority: Coded
    responded: Micros
    resolved: Micros
    has_events: NDArray[np.bool_]

    def only(self, rows: NDArray[np.int64]) -> "Timelines":
        """The spans of some tickets (positions in ``tickets``, ascending)."""
        if len(rows) == len(self.tickets):
            return self
        place = np.full(len(self.tickets), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        kept = place[self.ticket] >= 0
        return Timelines(
            self.tickets.take(rows), place[self.ticket[kept]], self.start[kept], self.end[kept],
            self.status.take(kept), self.holder.take(kept), self.priority.take(kept), self.responded[rows],
            self.resolved[rows], self.has_events[rows],
        )  # fmt: skip

    def between(self, first: int, last: int) -> "Timelines":
        """The spans of the neighbouring tickets [first, last), in the very same memory."""
        whole = slice(*np.searchsorted(self.ticket, (first, last)).tolist())
        tickets = slice(first, last)
        return Timelines(
            self.tickets.take(tickets), self.ticket[whole] - first, self.start[whole], self.end[whole],
            self.status.take(whole), self.holder.take(whole), self.priority.take(whole),
            self.responded[tickets], self.resolved[tickets], self.has_events[tickets],
        )  # fmt: skip

    def priority_at(self, instants: Micros) -> Coded:
        """Each ticket's priority at an instant of its own (ruling: the one in force at the milestone)."""
        firsts = np.flatnonzero(np.diff(self.ticket, prepend=-1))  # Every ticket has at least its opening.
        lasts = np.append(firsts[1:], len(self.ticket)) - 1 if len(firsts) else firsts
        begun = self.start <= instants[self.ticket]
        reached = (
            np.add.reduceat(begun.astype(np.int64), firsts)
            if len(self.ticket)
            else np.zeros(0, dtype=np.int64)
        )
        chosen = np.minimum(firsts + np.maximum(reached - 1, 0), lasts)
        return self.priority.take(chosen)


def owners(tickets: TicketColumns, events: TicketEventColumns) -> NDArray[np.int64]:
    """The position of each event's ticket; -1 where it is none of them."""
    ids = tickets.ticket_id.codes
    if tickets.ticket_id.names is events.ticket_id.names and len(tickets):
        if len(tickets.ticket_id.names) <= _NAMES_A_TICKET * len(tickets):
            place = np.full(len(tickets.ticket_id.names) + 1, -1, dtype=np.int64)
            place[ids] = np.arange(len(tickets))
            return place[events.ticket_id.codes]
        order = np.argsort(ids, kind="stable")
        sorted_codes = ids[order]
        found = order[np.minimum(np.searchsorted(sorted_codes, events.ticket_id.codes), len(order) - 1)]
        return np.where(ids[found] == events.ticket_id.codes, found, -1)
    ticket_of = np.full(len(tickets.ticket_id.names) + 1, -1, dtype=np.int64)
    named = ids >= 0
    ticket_of[ids[named]] = np.flatnonzero(named)
    code_of = {name: code for code, name in enumerate(tickets.ticket_id.names)}
    lookup = np.array([code_of.get(name, -1) for name in events.ticket_id.names] + [-1], dtype=np.int64)
    return ticket_of[lookup][events.ticket_id.codes]


def timelines(
    tickets: TicketColumns,
    events: TicketEventColumns,
    horizon: int = NEVER,
    owner: NDArray[np.int64] | None = None,
) -> Timelines:
    """Lay out the spans of tickets from their own fields and their events; events of other tickets are left out.

    What happened at or after ``horizon`` is not there yet. ``owner`` is what `owners` says, where it is known already.
    """
    owner = owners(tickets, events) if owner is None else owner
    tickets, events, owner = _happened_before(tickets, events, owner, horizon)
    owner, rows = ticket_after_ticket(owner)
    statuses = _joined((OPEN_STATUS, RESOLVED, CLOSED), events.status.names)
    priorities = _joined(tickets.priority.names, events.priority.names)

    # Each ticket gets a place for its opening, its events, its resolution and its closing, side by side.
    happenings = np.bincount(owner, minlength=len(tickets))
    is_resolved, is_closed = tickets.resolved != NEVER, tickets.closed != NEVER
    sizes = 1 + happenings + is_resolved + is_closed
    afterwards = np.cumsum(sizes)
    opening = afterwards - sizes
    event = np.arange(len(owner)) + (opening + 1 - (np.cumsum(happenings) - happenings))[owner]
    resolution = (opening + 1 + happenings)[is_resolved]
    closing = afterwards[is_closed] - 1

    count = int(sizes.sum())
    ticket = np.repeat(np.arange(len(tickets)), sizes)
    start = np.empty(count, dtype=np.int64)
    start[opening] = tickets.opened
    start[event] = events.at[rows]
    start[resolution] = tickets.resolved[is_resolved]
    start[closing] = tickets.closed[is_closed]
    start = np.maximum(start, tickets.opened[ticket])
    status = np.empty(count, dtype=np.int32)
    status[opening] = statuses.index(OPEN_STATUS)
    status[event] = _recoded(events.status, statuses)[rows]
    status[resolution] = statuses.index(RESOLVED)
    status[closing] = statuses.index(CLOSED)
    holder, priority = np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32)
    holder[event] = events.holder.codes[rows]
    priority[opening] = _recoded(tickets.priority, priorities)
    priority[event] = _recoded(events.priority, priorities)[rows]

    order = _order_in_time(ticket, start)
    if order is not None:
        start, status, holder, priority = start[order], status[order], holder[order], priority[order]
    status, holder, priority = (_carried(ticket, column) for column in (status, holder, priority))
    end = np.empty(count, dtype=np.int64)
    end[:-1] = start[1:]
    end[afterwards - 1] = NEVER
    finished = np.array([name in FINISHED for name in statuses], dtype=np.bool_)[status]
    final = _resolution(tickets, ticket, start, opening, afterwards - 1, finished)
    return Timelines(
        tickets, ticket, start, end, Coded(status, statuses), Coded(holder, events.holder.names),
        Coded(priority, priorities), tickets.responded, final, happenings > 0,
    )  # fmt: skip


def ticket_after_ticket(owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The tickets that events are of, in order, and the events' places; events of no ticket are left out."""
    known = owner >= 0
    rows = np.arange(len(owner)) if known.all() else np.flatnonzero(known)
    owner = owner[rows]
    if (owner[1:] < owner[:-1]).any():
        order = np.argsort(owner, kind="stable")
        owner, rows = owner[order], rows[order]
    return owner, rows


def _order_in_time(ticket: NDArray[np.int64], start: Micros) -> NDArray[np.int64] | None:
    """The order in time of each ticket's places; None where they are in order already.

    What happens at one instant stays as it lies: the opening, events in their order, the resolution, the closing. Most
    tickets are in order; only those that are not (opened again, or told of late) are sorted.
    """
    early = np.flatnonzero((start[1:] < start[:-1]) & (ticket[1:] == ticket[:-1]))
    if not len(early):
        return None
    is_odd = np.zeros(int(ticket[-1]) + 1, dtype=np.bool_)
    is_odd[ticket[early]] = True
    odd = np.flatnonzero(is_odd[ticket])
    order = np.arange(len(ticket))
    order[odd] = odd[np.lexsort((start[odd], ticket[odd]))]
    return order


def _happened_before(
    tickets: TicketColumns, events: TicketEventColumns, owner: NDArray[np.int64], horizon: int
) -> tuple[TicketColumns, TicketEventColumns, NDArray[np.int64]]:
    """Tickets opened before an instant, with what had become of them by then, and whose each event is."""
    if horizon == NEVER:
        return tickets, events, owner
    is_open = tickets.opened < horizon
    kept = tickets.take(is_open)
    responded, resolved, closed = (
        np.where(column < horizon, column, NEVER) for column in (kept.responded, kept.resolved, kept.closed)
    )
    known = replace(kept, responded=responded, resolved=resolved, closed=closed)
    happened = events.at < horizon
    place = np.append(
        np.where(is_open, np.cumsum(is_open) - 1, -1), -1
    )  # The last place is that of nobody's event.
    return known, events.take(happened), place[owner[happened]]


def _resolution(
    tickets: TicketColumns,
    ticket: NDArray[np.int64],
    start: Micros,
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    finished: NDArray[np.bool_],
) -> Micros:
    """When each ticket's last run of resolved or closed began; NEVER where it stands open."""
    result = np.full(len(tickets), NEVER, dtype=np.int64)
    begins = finished.copy()
    begins[1:] &= ~finished[:-1]
    begins[firsts] = finished[firsts]
    run_starts = np.flatnonzero(begins)
    result[ticket[run_starts]] = start[run_starts]  # Later runs of a ticket overwrite earlier ones.
    result[~finished[lasts]] = NEVER
    stated = np.maximum(tickets.resolved, tickets.opened)
    later = (result != NEVER) & (tickets.resolved != NEVER) & (stated > result)
    result[later] = stated[later]
    return result


def _carried(ticket: NDArray[np.int64], codes: Codes) -> Codes:
    """Each empty cell (-1) takes the ticket's cell before it; it stays empty where there is none."""
    said = codes >= 0
    if said.all() or not said.any():
        return codes
    filled = np.maximum.accumulate(np.where(said, np.arange(len(codes)), -1))
    usable = (filled >= 0) & (ticket[filled] == ticket)
    return np.where(usable, codes[filled], -1).astype(np.int32)


def _joined(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other}))


def _recoded(column: Coded, names: tuple[str, ...]) -> Codes:
    index = {name: code for code, name in enumerate(names)}
    lookup = np.array([index[name] for name in column.names] + [-1], dtype=np.int32)
    return lookup[column.codes]
