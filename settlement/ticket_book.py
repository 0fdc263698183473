"""The timelines of the tickets that a level may count in a period.

The problem: a log of years is asked one month at a time. Laying out every ticket's story again for each month is most
of the work, and nearly all of it for nothing, because a ticket that was finished with before the period began, or not
opened before it ended, cannot be counted in it.

Example: of 20,769 incidents, a month of the ServiceNow log lays out some 2,500.

Limits: with `assign: deadline` a ticket resolved early may fall due in a later period, so there nothing is left out for
being finished. A service's own rows are kept in memory once they were asked for.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Assign
from domain.evidence import NEVER, Micros, TicketColumns, TicketEventColumns
from domain.measure.timelines import Timelines, owners, timelines
from domain.ports import Evidence
from domain.remembered import SizeOfAll


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """A service's tickets and events; ``owner`` is each event's ticket (-1: none), ``last`` each ticket's last sign."""

    tickets: TicketColumns
    events: TicketEventColumns
    owner: NDArray[np.int64]
    last: Micros


@dataclass(frozen=True, slots=True, eq=False)
class TicketBook:
    """Reads the tickets of each service once, and lays out what one period needs of them."""

    evidence: Evidence
    _rows: dict[str, _Rows] = field(default_factory=dict)
    _lines: dict[tuple[str, int, int, int, Assign], Timelines] = field(default_factory=dict)
    _held: tuple[SizeOfAll, SizeOfAll] = field(default_factory=lambda: (SizeOfAll(), SizeOfAll()))

    def lines(self, service: str, start: int, end: int, horizon: int, assign: Assign) -> Timelines:
        """The timelines of the tickets that may fall in [start, end), by what had happened before ``horizon``."""
        key = (service, start, end, horizon, assign)
        if key not in self._lines:
            rows = self._of(service)
            kept = rows.tickets.opened < end
            if assign is Assign.MILESTONE:
                kept &= rows.last >= start
            elif assign is Assign.OPENED:
                kept &= rows.tickets.opened >= start
            theirs = np.append(kept, False)[rows.owner]
            owner = (np.cumsum(kept) - 1)[rows.owner[theirs]]
            self._lines[key] = timelines(rows.tickets.take(kept), rows.events.take(theirs), horizon, owner)
        return self._lines[key]

    def rows_held(self) -> int:
        """How many tickets, events and spans of them are in memory."""
        read = self._held[0].of(self._rows, lambda rows: len(rows.tickets) + len(rows.events))
        return read + self._held[1].of(self._lines, lambda lines: len(lines.ticket))

    def forget(self) -> None:
        """Forget all of them; they are read again where they are asked for."""
        self._rows.clear()
        self._lines.clear()
        for each in self._held:
            each.counted = each.size = 0

    def without(self, lines: Timelines, customers: Collection[str]) -> Timelines:
        """The timelines without the tickets of some customers."""
        if not customers:
            return lines
        return lines.only(np.flatnonzero(~lines.tickets.customer.rows_in(customers)))

    def _of(self, service: str) -> _Rows:
        if service not in self._rows:
            tickets, events = self.evidence.tickets((service,)), self.evidence.ticket_events((service,))
            owner = owners(tickets, events)
            last = tickets.opened.copy()
            for column in (tickets.responded, tickets.resolved, tickets.closed):
                last = np.maximum(last, np.where(column == NEVER, last, column))
            np.maximum.at(last, owner[owner >= 0], events.at[owner >= 0])
            self._rows[service] = _Rows(tickets, events, owner, last)
        return self._rows[service]
