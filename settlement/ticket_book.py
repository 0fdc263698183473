"""The timelines of the tickets that a level may count in a period, and levels that are alike measured at once.

The problem: a log of years is asked one month and one service at a time. Laying out every ticket's story again for each
month is most of the work, and nearly all of it for nothing, because a ticket that was finished with before the period
began, or not opened before it ended, cannot be counted in it. And to bring, lay out and measure the five hundred
tickets of one service takes hardly less time than those of a hundred services: what costs is each step, not each row.
So the book reads the services that will be asked for next together with the one that is asked for, and lays out and
measures all of them in one pass, by the very rules that measure one; each service is then a slice of the outcome.

Example: of 20,769 incidents, a month of the ServiceNow log lays out some 2,500. Of 2,000 services with a level of the
same terms some 250 are measured in one pass.

Limits: with `assign: deadline` a ticket resolved early may fall due in a later period, so there nothing is left out for
being finished. What was asked for is kept in memory until it is forgotten.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Assign
from domain.evidence import NEVER, Micros, TicketColumns, TicketEventColumns
from domain.measure.clocks import ClockRule
from domain.measure.timelines import Timelines, owners, ticket_after_ticket, timelines
from domain.measure.within import TicketMeasure
from domain.metrics import TicketMetric
from domain.ports import Evidence
from domain.remembered import SizeOfAll

__all__ = ["Alike", "Kernel", "Metric", "Span", "TicketBook"]

_ROWS_AT_ONCE = 500_000
"""So many tickets and events are read together, about: more would take memory and save nothing."""

Metric = TypeVar("Metric", bound=TicketMetric)
Whole = TypeVar("Whole")
Kernel = Callable[[Timelines, Metric, ClockRule, int, int, int], TicketMeasure]
"""A rule that measures tickets: their timelines, metric, clock, the period's start and end, and the horizon."""


class Span(NamedTuple):
    """A period [start, end), what had happened before ``horizon`` being known, and which tickets fall in it."""

    start: int
    end: int
    horizon: int
    assign: Assign


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Services that each have a level of the same metric, clock and period; it stands for that level, as itself."""

    services: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Tickets and events of some services, service after service, each service's in the order of their ids.

    ``owner`` is each event's ticket, ascending; ``last`` each ticket's last sign.
    """

    services: tuple[str, ...]
    tickets: TicketColumns
    events: TicketEventColumns
    owner: NDArray[np.int64]
    last: Micros

    @classmethod
    def of(cls, services: Sequence[str], evidence: Evidence) -> "_Block":
        tickets, events = evidence.tickets(services), evidence.ticket_events(services)
        codes = tickets.service.codes
        if (codes[1:] < codes[:-1]).any():
            tickets = tickets.take(np.argsort(codes, kind="stable"))
        owner, rows = ticket_after_ticket(owners(tickets, events))
        if len(rows) < len(events) or (rows[1:] < rows[:-1]).any():
            events = events.take(rows)
        last = tickets.opened.copy()
        for column in (tickets.responded, tickets.resolved, tickets.closed):
            last = np.maximum(last, np.where(column == NEVER, last, column))
        np.maximum.at(last, owner, events.at)
        return cls(tuple(services), tickets, events, owner, last)

    def __len__(self) -> int:
        return len(self.tickets) + len(self.events)

    def lines(self, span: Span) -> Timelines:
        """The timelines of the tickets that may fall in a span."""
        kept = self.tickets.opened < span.end
        if span.assign is Assign.MILESTONE:
            kept &= self.last >= span.start
        elif span.assign is Assign.OPENED:
            kept &= self.tickets.opened >= span.start
        if kept.all():
            return timelines(self.tickets, self.events, span.horizon, self.owner)
        theirs = kept[self.owner]
        owner = (np.cumsum(kept) - 1)[self.owner[theirs]]
        return timelines(self.tickets.take(kept), self.events.take(theirs), span.horizon, owner)


@dataclass(frozen=True, slots=True, eq=False)
class _ByService(Generic[Whole]):
    """Something worked out of many services' tickets, and where each service's tickets begin and end in it."""

    whole: Whole
    bounds: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, whole: Whole, tickets: TicketColumns) -> "_ByService[Whole]":
        names, codes = tickets.service.names, tickets.service.codes
        changes = np.flatnonzero(np.diff(codes, prepend=-1, append=len(names))).tolist()
        return cls(whole, {names[codes[first]]: (first, last) for first, last in pairwise(changes)})

    def span(self, service: str) -> tuple[int, int]:
        return self.bounds.get(service, (0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class TicketBook:
    """Reads the tickets of each service once, and lays out what one period needs of them."""

    evidence: Evidence
    _blocks: dict[int, _Block] = field(default_factory=dict)
    _block_of: dict[str, int] = field(default_factory=dict)
    _laid: dict[tuple[int, Span], _ByService[Timelines]] = field(default_factory=dict)
    _lines: dict[tuple[str, Span], Timelines] = field(default_factory=dict)
    _measured: dict[tuple[int, Span, Alike], _ByService[TicketMeasure]] = field(default_factory=dict)
    _held: tuple[SizeOfAll, SizeOfAll] = field(default_factory=lambda: (SizeOfAll(), SizeOfAll()))

    def lines(self, service: str, span: Span, following: Sequence[str] = ()) -> Timelines:
        """The timelines of a service's tickets that may fall in a span.

        ``following`` are services that will be asked for as well, in that order: those after this one are read with it.
        """
        key = (service, span)
        if key not in self._lines:
            laid = self._laid_out(self._number(service, following), span)
            self._lines[key] = laid.whole.between(*laid.span(service))
        return self._lines[key]

    def measured(
        self,
        measure: Kernel[Metric],
        service: str,
        metric: Metric,
        clock_on: Callable[[Timelines], ClockRule],
        span: Span,
        alike: Alike,
    ) -> TicketMeasure:
        """What a rule makes of a service's tickets in a span: measured with all that are alike and were read with it.

        ``clock_on`` is the clock whose window reaches far enough for some timelines; but for that it is the same for
        all. ``alike`` stands for the metric and the clock: it is to be another one where either is.
        """
        number = self._number(service, ())
        key = (number, span, alike)
        if key not in self._measured:
            lines = self._laid_out(number, span).whole
            if not alike.services.issuperset(self._blocks[number].services):
                lines = lines.only(np.flatnonzero(lines.tickets.service.rows_in(alike.services)))
            measured = measure(lines, metric, clock_on(lines), span.start, span.end, span.horizon)
            self._measured[key] = _ByService.of(measured, lines.tickets)
        found = self._measured[key]
        return found.whole.between(*found.span(service), self.lines(service, span))

    def rows_held(self) -> int:
        """How many tickets, events and spans of them are in memory."""
        laid = self._held[1].of(self._laid, lambda laid: len(laid.whole.ticket))
        return self._held[0].of(self._blocks, len) + laid

    def forget(self) -> None:
        """Forget all of them; they are read again where they are asked for."""
        self._blocks.clear()
        self._block_of.clear()
        self._laid.clear()
        self._lines.clear()
        self._measured.clear()
        for each in self._held:
            each.counted = each.size = 0

    def without(self, lines: Timelines, customers: Collection[str]) -> Timelines:
        """The timelines without the tickets of some customers."""
        if not customers:
            return lines
        return lines.only(np.flatnonzero(~lines.tickets.customer.rows_in(customers)))

    def _laid_out(self, number: int, span: Span) -> _ByService[Timelines]:
        """The timelines of all services of a block."""
        if (number, span) not in self._laid:
            lines = self._blocks[number].lines(span)
            self._laid[number, span] = _ByService.of(lines, lines.tickets)
        return self._laid[number, span]

    def _number(self, service: str, following: Sequence[str]) -> int:
        """The number of the block that has a service's rows, which is read where it is not there yet."""
        if service not in self._block_of:
            number = len(self._blocks)
            self._blocks[number] = _Block.of(self._together(service, following), self.evidence)
            self._block_of.update(dict.fromkeys(self._blocks[number].services, number))
        return self._block_of[service]

    def _together(self, service: str, following: Sequence[str]) -> list[str]:
        """A service and those after it: twice as many as were read the last time, unless these had many rows."""
        if service not in following:
            return [service]
        count = 1
        before = self._blocks.get(len(self._blocks) - 1)
        if before is not None:
            at_most = _ROWS_AT_ONCE * len(before.services) // max(len(before), 1)
            count = max(1, min(2 * len(before.services), at_most))
        after = following[following.index(service) :]
        return [each for each in after if each not in self._block_of][:count]
