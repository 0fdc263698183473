"""What the parties agreed to excuse of a service level, and which of a figure's consequences it relieves.

The problem: a relief is about an agreement and some of its levels; it excuses time, tickets or items; and it excuses
the breach, the credit or the weight for termination, each by itself (3.4). So a level is measured as often as its
reliefs differ in their effects: with those that relieve the breach for its value and status; with those that relieve
the credit as well for what is credited; with those for termination for what weighs there. Each is the whole measure,
by the same rules, under what is excused in that view.

Example: two hours of flood accepted with ``effects: [credit]``. The value counts the two hours and is missed; the
credit is that of the value without them.

Limits: what a relief means for time, tickets and items is said where these are measured. A relief that is not accepted,
or void because it was notified too late, relieves nothing; findings say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import Agreement
from domain.attainment import LevelOn
from domain.evidence import NEVER
from domain.intervals import EMPTY, Intervals, union
from domain.measure.timelines import FINISHED
from domain.ports import Evidence
from domain.relief import BY_BREACH, Effect, Relief, ReliefStatus, Timeliness, timeliness

if TYPE_CHECKING:
    from ola.portfolio import Portfolio

__all__ = ["NOTHING_EXCUSED", "Applied", "Excuses", "LevelRelief"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A relief as it stands on the date of the settlement; ``timeliness`` None: no notice is asked for, or not yet."""

    relief: Relief
    timeliness: Timeliness | None = None
    is_void: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether it counts: accepted, and not void for want of timely notice."""
        return self.relief.status is ReliefStatus.ACCEPTED and not self.is_void


@dataclass(frozen=True, slots=True, eq=False)
class LevelRelief:
    """What is excused of one level: time by each relief (none of it twice), tickets and items by name."""

    spans: tuple[tuple[Relief, Intervals], ...] = ()
    maintenance: Intervals = EMPTY
    """Accepted maintenance, which shortens the agreed time instead of excusing what fails in it (ruling 13)."""
    tickets: Mapping[str, Relief] = field(default_factory=dict)
    items: Mapping[str, Relief] = field(default_factory=dict)

    @property
    def time(self) -> Intervals:
        """All time that is excused, maintenance aside."""
        return union(time for _, time in self.spans)

    @property
    def stops(self) -> Intervals:
        """The time in which no clock runs: excused time, and accepted maintenance."""
        return self.time | self.maintenance

    def of(self, time: Intervals) -> tuple[tuple[Relief, Intervals], ...]:
        """What of some time is excused, by relief."""
        return tuple((relief, part) for relief, excused in self.spans if (part := time & excused))


NOTHING_EXCUSED = LevelRelief()


@dataclass(frozen=True, slots=True, eq=False)
class Excuses:
    """What counts as excused in one view: the reliefs with one of some effects, and the exclusions by cause.

    ``by_cause`` False is a view without any excuse. ``including`` are reliefs that are only claimed, taken as accepted.
    """

    portfolio: Portfolio
    evidence: Evidence
    as_of: date
    effects: frozenset[Effect] = BY_BREACH
    by_cause: bool = True
    including: frozenset[str] = frozenset()
    _applied: dict[tuple[str, int, date], tuple[Applied, ...]] = field(default_factory=dict)
    _kept: dict[tuple[tuple[str, int, date], str], LevelRelief] = field(default_factory=dict)

    def seen(
        self, effects: frozenset[Effect], *, by_cause: bool = True, including: frozenset[str] = frozenset()
    ) -> Excuses:
        """Another view of the same reliefs."""
        return Excuses(self.portfolio, self.evidence, self.as_of, effects, by_cause, including, self._applied)

    def of(self, of: LevelOn) -> LevelRelief:
        """What is excused of one level; a duty is relieved by nothing."""
        if of.level.duty is not None:
            return NOTHING_EXCUSED
        key = (of.agreement.key, of.level.name)
        if key not in self._kept:
            counting = [each.relief for each in self.applied(of.agreement) if self._counts(each)]
            self._kept[key] = _level_relief([each for each in counting if each.concerns(of.level.name)])
        return self._kept[key]

    def _counts(self, applied: Applied) -> bool:
        is_taken = applied.is_accepted or applied.relief.name in self.including
        return is_taken and bool(applied.relief.effects & self.effects)

    def applied(self, agreement: Agreement) -> tuple[Applied, ...]:
        """Every relief of an agreement, whether it counts or not, as it stands on the settlement's date."""
        key = agreement.key
        if key not in self._applied:
            self._applied[key] = tuple(
                self._stands(relief, agreement)
                for relief in self.portfolio.reliefs
                if relief.agreement == agreement.name
            )
        return self._applied[key]

    def _stands(self, relief: Relief, agreement: Agreement) -> Applied:
        rule = agreement.relief_notice
        if rule is None:
            return Applied(relief)
        ended = self._ended(relief, agreement.services)
        stands = timeliness(relief, rule, ended, agreement.calendar, self.as_of)
        return Applied(relief, stands, stands is not None and stands.is_late and rule.is_condition)

    def _ended(self, relief: Relief, services: Sequence[str]) -> int | None:
        """The end of the event; of tickets and items, when the last of them was done (None: not all are)."""
        if relief.span is not None:
            return relief.span[1]
        return (
            self._items_done(relief, services)
            if relief.deliverables
            else self._tickets_done(relief, services)
        )

    def unknown_to(self, relief: Relief, services: Sequence[str]) -> tuple[str, ...]:
        """The tickets or items that a relief names and no row of some services does, by name."""
        if relief.tickets:
            held = self.evidence.tickets(services).ticket_id
        else:
            held = self.evidence.deliverables(services).item_id
        named = sorted(relief.tickets or relief.deliverables)
        return tuple(name for name in named if not held.rows_in((name,)).any())

    def _items_done(self, relief: Relief, services: Sequence[str]) -> int | None:
        rows = self.evidence.deliverables(services)
        done = rows.delivered[rows.item_id.rows_in(relief.deliverables)]
        return int(done.max()) if len(done) and done.max() != NEVER else None

    def _tickets_done(self, relief: Relief, services: Sequence[str]) -> int | None:
        rows, events = self.evidence.tickets(services), self.evidence.ticket_events(services)
        said = np.where(rows.closed == NEVER, rows.resolved, rows.closed)
        finished = events.status.rows_in(FINISHED)
        last = 0
        for ticket in sorted(relief.tickets):
            known = [*said[rows.ticket_id.rows_in((ticket,))].tolist()]
            told = events.at[events.ticket_id.rows_in((ticket,)) & finished].tolist()
            ends = [*(each for each in known if each != NEVER), *told]
            if not ends:
                return None
            last = max(last, *ends)
        return last or None


def _level_relief(reliefs: Sequence[Relief]) -> LevelRelief:
    """The reliefs of a level put together: time that several excuse is the first one's, by cause and name."""
    spans: list[tuple[Relief, Intervals]] = []
    maintenance: list[Intervals] = []
    tickets: dict[str, Relief] = {}
    items: dict[str, Relief] = {}
    taken = EMPTY
    for relief in sorted(reliefs, key=lambda each: (each.cause, each.name)):
        for name in relief.tickets:
            tickets.setdefault(name, relief)
        for name in relief.deliverables:
            items.setdefault(name, relief)
        if relief.span is None:
            continue
        time = Intervals.of([relief.span])
        if relief.cause == "maintenance":
            maintenance.append(time)
            continue
        left = time - taken
        if left:
            spans.append((relief, left))
            taken |= left
    return LevelRelief(tuple(spans), union(maintenance), MappingProxyType(tickets), MappingProxyType(items))
