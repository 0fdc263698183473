"""The late tickets of a breach as occasions: who held each, for how long, and how much of that was promised.

The problem: a ticket was late by the SLA's clock; three parties held it. v(S) asks whether it would have been late if
only the parties in S had done what they did, while every other had kept its own promise (3.3). What a party p spent
within its promise is its allowance a_p: the part of its time on the SLA's clock that passed until its own clock first
ran beyond the threshold of its OLA or UC; all of it if it never did; nothing, and *ungoverned*, without such a level;
nothing for the SLA's own provider. A supplier's side has the allowance of its own agreement, on its side's custody.

Example (E10): P1 in 4 h; the desk (OLA 1 h) held it 2 h, the vendor (UC 2 h 30) 3 h. v(vendor) = 1 h + 3 h is not late,
v(desk) = 2 h + 2 h 30 is: all the desk's. (E11) With 50 min and 3 h 40 under OLA 1 h and UC 4 h, v(nobody) is late:
the contracts do not add up.

Limits: tickets with the same outcome for every coalition are one occasion, counted as many times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, AgreementType, DurationMetric, ServiceLevel, WithinMetric
from domain.evidence import Micros
from domain.instants import SECOND
from domain.intervals import Intervals
from domain.measure.clocks import ClockRule, clock
from domain.measure.thresholds import Hours, first_held, limits
from domain.measure.timelines import Timelines
from domain.measure.within import TicketMeasure
from domain.metrics import TicketMetric, shortest_threshold
from ola.games import Groups, Numbers
from ola.occasions import Player
from ola.sides import Sides

UNHELD = ""
"""The holder of a ticket that nobody held: its time is the provider's."""


@dataclass(frozen=True, slots=True, eq=False)
class TicketOccasion:
    """Late tickets that the same coalitions would have made late; quantities are tickets.

    ``table`` says for every coalition of ``players`` (bit i: player i) whether such a ticket is late.
    """

    players: tuple[int, ...]
    excused: tuple[int, ...]
    tickets: tuple[int, ...]
    """Positions in the measure's counted tickets."""
    table: NDArray[np.bool_]

    def unrelieved(self, groups: Groups) -> Numbers:
        """Late tickets per coalition of the groups."""
        masks = np.arange(2 ** len(groups), dtype=np.int64)
        index = np.zeros(len(masks), dtype=np.int64)
        for bit, group in enumerate(groups):
            own = sum(1 << position for position, player in enumerate(self.players) if player in group)
            index |= np.where((masks >> bit) & 1 == 1, own, 0)
        return self.table[index].astype(np.int64) * len(self.tickets)

    def quantities(self, groups: Groups) -> Numbers:
        """Late tickets per coalition of the groups."""
        return self.unrelieved(groups)

    def readings(self, groups: Groups) -> Numbers:
        """The quantity."""
        return self.unrelieved(groups)


@dataclass(frozen=True, slots=True, eq=False)
class TicketBreach:
    """Everything that the late tickets of one level are divided from."""

    players: tuple[Player, ...]
    first_held: tuple[int, ...]
    """Per player, the instant at which it first held one of the late tickets."""
    promises: tuple[tuple[Agreement, ServiceLevel] | None, ...]
    """Per player, the level that its allowance came from on its first late ticket; None: ungoverned."""
    held: tuple[int, ...]
    """Per player, the microseconds of the SLA's clock in its custody, over all late tickets."""
    occasions: tuple[TicketOccasion, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Custody:
    """Works out custody and allowances for the late tickets of one level of one agreement."""

    sides: Sides
    service: str
    metric: TicketMetric
    measure: TicketMeasure
    rule: ClockRule
    window_of: Callable[[Agreement, ServiceLevel], Intervals]
    day: date | None = None
    """The day whose targets hold, where a supplier promises a statistic of clock times and no threshold."""
    lines: Timelines = field(init=False)
    late: NDArray[np.int64] = field(init=False)
    until: Micros = field(init=False)
    _held: dict[frozenset[str], Micros] = field(default_factory=dict)
    _limits: dict[tuple[frozenset[str], str, str, str], Micros] = field(default_factory=dict)
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        late = np.flatnonzero(self.measure.late)
        object.__setattr__(self, "late", late)
        object.__setattr__(self, "lines", self.measure.lines.only(self.measure.rows[late]))
        object.__setattr__(self, "until", self.measure.until[late])

    def breach(self) -> TicketBreach:
        """Cut the late tickets into occasions."""
        holders = self._holders()
        names = sorted({party for row in holders for party in row})
        players = tuple(
            sorted(
                (
                    Player(
                        self.service, name, self.sides.side_of(name), is_customer=self.sides.is_consumer(name)
                    )
                    for name in names
                ),
                key=lambda player: (player.side, player.party),
            )
        )
        index = {player.party: position for position, player in enumerate(players)}
        merged: dict[tuple[tuple[int, ...], bytes], list[int]] = {}
        tables: dict[tuple[tuple[int, ...], bytes], NDArray[np.bool_]] = {}
        first_ticket: dict[int, int] = {}
        for row, parties in enumerate(holders):
            taking_part = tuple(sorted(index[party] for party in parties))
            table = self._table(row, [players[position] for position in taking_part])
            key = (taking_part, table.tobytes())
            merged.setdefault(key, []).append(int(self.late[row]))
            tables[key] = table
            for position in taking_part:
                first_ticket.setdefault(position, row)
        occasions = tuple(
            TicketOccasion(key[0], (), tuple(tickets), tables[key])
            for key, tickets in sorted(merged.items(), key=lambda item: item[1])
        )
        promises = tuple(
            self.promise(player.party, self._priority(first_ticket[position]))
            for position, player in enumerate(players)
        )
        held = tuple(int(self.held((player.party,)).sum()) for player in players)
        return TicketBreach(
            players, tuple(self._first_held(p.party) for p in players), promises, held, occasions
        )

    def promise(self, party: str, priority: str) -> tuple[Agreement, ServiceLevel] | None:
        """The level whose threshold is a party's own promise (ruling 20); None for the provider, and ungoverned.

        One that covers the ticket's service before others; of several, the shortest threshold.
        """
        if party == self.sides.provider:
            return None
        return self._shortest(self.sides.in_force.provided_by((party,)), priority)

    def side_promise(self, party: str, priority: str) -> tuple[Agreement, ServiceLevel] | None:
        """The level that binds a whole supplier's side: one of its agreements with the provider."""
        direct = self.sides.contracts_of(party)
        return self._shortest(direct, priority) if direct else self.promise(party, priority)

    def _shortest(
        self, agreements: Sequence[Agreement], priority: str
    ) -> tuple[Agreement, ServiceLevel] | None:
        found: list[tuple[bool, bool, int, str, str, Agreement, ServiceLevel]] = []
        for agreement in agreements:
            if agreement.type is AgreementType.SLA:
                continue
            for level in agreement.levels:
                threshold = self.threshold_of(level, priority)
                if threshold is not None:
                    elsewhere = self.service not in level.services
                    is_statistic = isinstance(level.metric, DurationMetric)
                    order = (elsewhere, is_statistic, threshold, agreement.name, level.name)
                    found.append((*order, agreement, level))
        if not found:
            return None
        *_, agreement, level = min(found, key=lambda row: row[:5])
        return agreement, level

    def threshold_of(self, level: ServiceLevel, priority: str) -> int | None:
        """How long a level lets a ticket of a priority take on its own clock, in microseconds; None: says nothing.

        Behind a promised duration, a supplier's own promise of a duration counts too: its threshold, or its target
        as if each ticket had to keep it.
        """
        metric = level.metric
        if not isinstance(metric, TicketMetric) or metric.milestone is not self.metric.milestone:
            return None
        if isinstance(metric, WithinMetric):
            return shortest_threshold(metric, priority)
        if not isinstance(self.metric, DurationMetric) or not metric.covers(priority):
            return None
        stated = shortest_threshold(metric, priority)
        target = None if self.day is None else level.target.on(self.day)
        if stated is not None or target is None:
            return stated
        return int(target.value * SECOND)

    def held(self, parties: Sequence[str]) -> Micros:
        """Per late ticket, the microseconds of the SLA's clock in the custody of some parties."""
        key = frozenset(parties)
        if key not in self._held:
            self._held[key] = clock(self.lines, self._rule(key), self.until).elapsed
        return self._held[key]

    def allowance(
        self, parties: Sequence[str], row: int, promise: tuple[Agreement, ServiceLevel] | None
    ) -> int:
        """How much of the parties' time on one late ticket passed within a promise of theirs."""
        if promise is None:
            return 0
        agreement, level = promise
        priority = self._priority(row)
        key = (frozenset(parties), agreement.name, level.name, priority)
        if key not in self._limits:
            self._limits[key] = self._allowed(frozenset(parties), agreement, level, priority)
        return int(self._limits[key][row])

    def _allowed(
        self, parties: frozenset[str], agreement: Agreement, level: ServiceLevel, priority: str
    ) -> Micros:
        metric = level.metric
        if not isinstance(metric, TicketMetric):
            raise TypeError("A promise about tickets is of a metric of tickets.")
        own = ClockRule(self.window_of(agreement, level), metric.stops, parties)
        # Used up is not yet broken: the own clock runs beyond its threshold in the first microsecond after it that
        # the clock counts, which may be tomorrow morning.
        broken = self._thresholds(parties, agreement, level, priority) + 1
        beyond = clock(self.lines, own, self.until).reaches(broken) - 1
        on_sla = clock(self.lines, self._rule(parties), self.until)
        return on_sla.counted_until(np.minimum(beyond, self.until))

    def _thresholds(
        self, parties: frozenset[str], agreement: Agreement, level: ServiceLevel, priority: str
    ) -> Micros:
        """How long the parties' own promise lets each late ticket take; where it says none, not at all."""
        metric = level.metric
        if not isinstance(metric, TicketMetric) or not metric.by_window:
            return np.full(len(self.late), self.threshold_of(level, priority) or 0, dtype=np.int64)
        hours = Hours(agreement.calendar, level.window)
        opened = first_held(self.lines, parties)
        return np.maximum(limits(metric, (priority,) * len(self.late), opened, hours), 0)

    def _rule(self, parties: frozenset[str]) -> ClockRule:
        # Time that nobody held is the provider's where the judged clock counts it: an OLA's or a UC's own does not.
        is_provider = self.sides.provider in parties
        return ClockRule(
            self.rule.window, self.rule.stops, parties,
            counts_unheld=is_provider and self.rule.holders is None,
            counts_eventless=is_provider and self.rule.counts_eventless,
        )  # fmt: skip

    def _priority(self, row: int) -> str:
        return self.measure.priority[int(self.late[row])]

    def _holders(self) -> list[tuple[str, ...]]:
        """Who held each late ticket while the SLA's clock ran: the provider where nobody did."""
        lines = self.lines
        ran = clock(lines, self.rule, self.until)
        found: list[set[str]] = [set() for _ in range(len(lines.tickets))]
        for span in np.flatnonzero(ran.counted > 0).tolist():
            found[int(lines.ticket[span])].add(lines.holder[span] or self.sides.provider)
        return [tuple(sorted(names)) for names in found]

    def _first_held(self, party: str) -> int:
        own = self._rule(frozenset({party}))
        counted = clock(self.lines, own, self.until).counted > 0
        return int(self.lines.start[counted].min())

    def _table(self, row: int, taking_part: Sequence[Player]) -> NDArray[np.bool_]:
        """Whether the ticket is late, for every coalition of its holders."""
        masks = np.arange(2 ** len(taking_part), dtype=np.int64)
        total = np.zeros(len(masks), dtype=np.int64)
        for side in sorted({player.side for player in taking_part}):
            members = [(bit, player) for bit, player in enumerate(taking_part) if player.side == side]
            inside = np.zeros(len(masks), dtype=np.bool_)
            partly = np.zeros(len(masks), dtype=np.int64)
            for bit, player in members:
                present = (masks >> bit) & 1 == 1
                inside |= present
                spent, allowed = self.spent_and_allowed(player.party, row)
                partly += np.where(present, spent, allowed)
            # A party that keeps a shorter promise to its own side's supplier makes nobody later: with some of its
            # parties the side takes no less than what it had promised us as a whole.
            outside = self.outside(side, row, int(partly[0]))
            total += np.where(inside, np.maximum(partly, outside), outside)
        return total > int(self.measure.threshold[int(self.late[row])])

    def spent_and_allowed(self, party: str, row: int) -> tuple[int, int]:
        """What a party spent on one ticket, by the judged clock, and what of it passed within its own promise."""
        promise = self.promise(party, self._priority(row))
        return int(self.held((party,))[row]), self.allowance((party,), row, promise)

    def holders(self) -> list[tuple[str, ...]]:
        """Who held each ticket while the judged clock ran: the provider where nobody did."""
        return self._holders()

    def first_held(self, party: str) -> int:
        """The instant at which a party first held one of the tickets."""
        return self._first_held(party)

    def player(self, party: str) -> Player:
        """A holder as a player of the game."""
        return Player(
            self.service, party, self.sides.side_of(party), is_customer=self.sides.is_consumer(party)
        )

    def promise_on(self, party: str, row: int) -> tuple[Agreement, ServiceLevel] | None:
        """The level that a party's allowance on one ticket comes from."""
        return self.promise(party, self._priority(row))

    def outside(self, side: str, row: int, separately: int) -> int:
        """What a side that kept its promise would have spent: its own agreement's allowance, on its custody.

        The whole side's custody runs its own clock, also of parties that held the ticket only while the SLA's stood.
        """
        if side in (self.sides.provider, self.sides.consumer):
            return separately
        if side not in self._members:
            names = self.sides.portfolio.parties
            self._members[side] = tuple(name for name in names if self.sides.side_of(name) == side)
        return self.allowance(self._members[side], row, self.side_promise(side, self._priority(row)))
