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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, AgreementType, DurationMetric, ServiceLevel, WithinMetric
from domain.evidence import Coded, Micros
from domain.instants import SECOND
from domain.intervals import Intervals
from domain.measure.clocks import Clock, ClockRule, clock
from domain.measure.thresholds import Hours, first_held, limits
from domain.measure.timelines import Timelines
from domain.measure.within import TicketMeasure
from domain.metrics import TicketMetric, shortest_threshold
from ola.games import Groups, Numbers
from ola.occasions import Player
from ola.sides import Sides

UNHELD = ""
"""The holder of a ticket that nobody held: its time is the provider's."""

Promise = tuple[Agreement, ServiceLevel]
"""The level of an agreement that says how long a party may take."""

_MOST_OUTCOMES = 1 << 20
"""About so many outcomes of coalitions are worked out at once."""


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
        index = np.zeros(1, dtype=np.int64)
        for group in groups:
            own = sum([1 << position for position, player in enumerate(self.players) if player in group])
            index = np.concatenate((index, index | own))
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
    promises: tuple[Promise | None, ...]
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
    _priorities: Coded = field(init=False)
    _clocks: dict[frozenset[str], Clock] = field(default_factory=dict)
    _limits: dict[tuple[frozenset[str], str, str], Micros] = field(default_factory=dict)
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _promises: dict[tuple[str, str], Promise | None] = field(default_factory=dict)
    _side_promises: dict[tuple[str, str], Promise | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        late = np.flatnonzero(self.measure.late)
        object.__setattr__(self, "late", late)
        object.__setattr__(self, "lines", self.measure.lines.only(self.measure.rows[late]))
        object.__setattr__(self, "until", self.measure.until[late])
        object.__setattr__(
            self, "_priorities", Coded.of([self.measure.priority[row] for row in late.tolist()])
        )

    def breach(self) -> TicketBreach:
        """Cut the late tickets into occasions."""
        players, taking_part = self.players()
        promises = tuple(
            self.promise_on(player.party, int(np.argmax(taking_part[:, position])))
            for position, player in enumerate(players)
        )
        held = tuple(int(self.held((player.party,)).sum()) for player in players)
        return TicketBreach(
            players,
            tuple(self.first_held(player.party) for player in players),
            promises,
            held,
            tuple(self._occasions(players, taking_part)),
        )

    def players(self) -> tuple[tuple[Player, ...], NDArray[np.bool_]]:
        """The parties that held a ticket while the judged clock ran, and per ticket which of them.

        Where nobody held it, the provider did.
        """
        lines = self.lines
        spans = np.flatnonzero(clock(lines, self.rule, self.until).counted > 0)
        codes = lines.holder.codes[spans]
        names = [*lines.holder.names, self.sides.provider]  # The last place is that of nobody (code -1).
        found = sorted({names[code] for code in np.unique(codes).tolist()})
        players = tuple(
            sorted(
                (
                    Player(
                        self.service, name, self.sides.side_of(name), is_customer=self.sides.is_consumer(name)
                    )
                    for name in found
                ),
                key=lambda player: (player.side, player.party),
            )
        )
        index = {player.party: position for position, player in enumerate(players)}
        position_of = np.array([index.get(name, -1) for name in names], dtype=np.int64)
        taking_part = np.zeros((len(lines.tickets), len(players)), dtype=np.bool_)
        taking_part[lines.ticket[spans], position_of[codes]] = True
        return players, taking_part

    def _occasions(
        self, players: Sequence[Player], taking_part: NDArray[np.bool_]
    ) -> Iterator[TicketOccasion]:
        """The late tickets, those of one outcome for every coalition together, in the order of their first tickets."""
        together: dict[bytes, list[int]] = {}
        for row in range(len(taking_part)):
            together.setdefault(taking_part[row].tobytes(), []).append(row)
        merged: dict[tuple[tuple[int, ...], bytes], list[int]] = {}
        tables: dict[tuple[tuple[int, ...], bytes], NDArray[np.bool_]] = {}
        for rows in together.values():
            who = tuple(np.flatnonzero(taking_part[rows[0]]).tolist())
            at_once = max(1, _MOST_OUTCOMES >> len(who))
            for first in range(0, len(rows), at_once):
                some = np.array(rows[first : first + at_once], dtype=np.int64)
                outcomes = self._outcomes(some, [players[position] for position in who])
                for row, table in zip(some.tolist(), outcomes, strict=True):
                    key = (who, table.tobytes())
                    merged.setdefault(key, []).append(int(self.late[row]))
                    tables[key] = table
        for key, tickets in sorted(merged.items(), key=lambda item: item[1]):
            yield TicketOccasion(key[0], (), tuple(tickets), tables[key])

    def promise(self, party: str, priority: str) -> Promise | None:
        """The level whose threshold is a party's own promise (ruling 20); None for the provider, and ungoverned.

        One that covers the ticket's service before others; of several, the shortest threshold. What a supplier
        promises binds its departments and teams, each of which has no contract of its own (ruling 73).
        """
        if party == self.sides.provider:
            return None
        key = (party, priority)
        if key not in self._promises:
            bound = (party,) if self.sides.is_own(party) else self.sides.family(party)
            promised = (self._shortest(self.sides.in_force.provided_by((one,)), priority) for one in bound)
            self._promises[key] = next((each for each in promised if each is not None), None)
        return self._promises[key]

    def side_promise(self, party: str, priority: str) -> Promise | None:
        """The level that binds a whole supplier's side: one of its agreements with the provider."""
        key = (party, priority)
        if key not in self._side_promises:
            direct = self.sides.contracts_of(party)
            self._side_promises[key] = (
                self._shortest(direct, priority) if direct else self.promise(party, priority)
            )
        return self._side_promises[key]

    def _shortest(self, agreements: Sequence[Agreement], priority: str) -> Promise | None:
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
        return self._clock(frozenset(parties)).elapsed

    def _clock(self, parties: frozenset[str]) -> Clock:
        if parties not in self._clocks:
            self._clocks[parties] = clock(self.lines, self._rule(parties), self.until)
        return self._clocks[parties]

    def allowance(self, parties: Sequence[str], row: int, promise: Promise | None) -> int:
        """How much of the parties' time on one late ticket passed within a promise of theirs."""
        return 0 if promise is None else int(self._within(frozenset(parties), promise)[row])

    def _within(self, parties: frozenset[str], promise: Promise) -> Micros:
        """The same for every late ticket; it means something for those of priorities that the promise is about."""
        agreement, level = promise
        key = (parties, agreement.name, level.name)
        if key not in self._limits:
            self._limits[key] = self._allowed(parties, agreement, level)
        return self._limits[key]

    def _allowances(self, parties: frozenset[str], promise_for: Callable[[str], Promise | None]) -> Micros:
        """Per late ticket, how much of the parties' time passed within the promise for its priority."""
        found = np.zeros(len(self.late), dtype=np.int64)
        codes = self._priorities.codes
        for code in np.unique(codes).tolist():
            promise = promise_for(self._priorities.names[code] if code >= 0 else "")
            if promise is not None:
                found = np.where(codes == code, self._within(parties, promise), found)
        return found

    def _allowed(self, parties: frozenset[str], agreement: Agreement, level: ServiceLevel) -> Micros:
        metric = level.metric
        if not isinstance(metric, TicketMetric):
            raise TypeError("A promise about tickets is of a metric of tickets.")
        own = ClockRule(self.window_of(agreement, level), metric.stops, parties)
        # Used up is not yet broken: the own clock runs beyond its threshold in the first microsecond after it that
        # the clock counts, which may be tomorrow morning.
        broken = self._thresholds(parties, agreement, level) + 1
        beyond = clock(self.lines, own, self.until).reaches(broken) - 1
        return self._clock(parties).counted_until(np.minimum(beyond, self.until))

    def _thresholds(self, parties: frozenset[str], agreement: Agreement, level: ServiceLevel) -> Micros:
        """How long the parties' own promise lets each late ticket take; where it says none, not at all."""
        metric = level.metric
        if isinstance(metric, TicketMetric) and metric.by_window:
            hours = Hours(agreement.calendar, level.window)
            opened = first_held(self.lines, parties)
            return np.maximum(limits(metric, self._priorities, opened, hours), 0)
        stated = [self.threshold_of(level, name) or 0 for name in (*self._priorities.names, "")]
        return np.array(stated, dtype=np.int64)[self._priorities.codes]

    def _rule(self, parties: frozenset[str]) -> ClockRule:
        # Time that nobody held is the provider's where the judged clock counts it: an OLA's or a UC's own does not.
        is_provider = self.sides.provider in parties
        return ClockRule(
            self.rule.window, self.rule.stops, parties,
            counts_unheld=is_provider and self.rule.holders is None,
            counts_eventless=is_provider and self.rule.counts_eventless,
        )  # fmt: skip

    def _outcomes(self, rows: NDArray[np.int64], taking_part: Sequence[Player]) -> NDArray[np.bool_]:
        """Whether tickets with the same holders are late, a row each, for every coalition of these."""
        masks = np.arange(2 ** len(taking_part), dtype=np.int64)
        total = np.zeros((len(rows), len(masks)), dtype=np.int64)
        for side in sorted({player.side for player in taking_part}):
            members = [(bit, player) for bit, player in enumerate(taking_part) if player.side == side]
            inside = np.zeros(len(masks), dtype=np.bool_)
            partly = np.zeros_like(total)
            for bit, player in members:
                present = (masks >> bit) & 1 == 1
                inside |= present
                spent, allowed = (column[rows] for column in self.spent_and_allowed(player.party))
                partly += np.where(present, spent[:, None], allowed[:, None])
            # A party that keeps a shorter promise to its own side's supplier makes nobody later: with some of its
            # parties the side takes no less than what it had promised us as a whole.
            outside = self.outside(side, rows, partly[:, 0])[:, None]
            total += np.where(inside, np.maximum(partly, outside), outside)
        thresholds = self.measure.threshold[self.late[rows]]
        return total > thresholds[:, None]

    def spent_and_allowed(self, party: str) -> tuple[Micros, Micros]:
        """Per ticket, what a party spent on it by the judged clock, and what of it passed within its own promise."""
        parties = frozenset({party})
        return self.held((party,)), self._allowances(parties, lambda priority: self.promise(party, priority))

    def first_held(self, party: str) -> int:
        """The instant at which a party first held one of the tickets."""
        return int(self.lines.start[self._clock(frozenset({party})).counted > 0].min())

    def promise_on(self, party: str, row: int) -> Promise | None:
        """The level that a party's allowance on one ticket comes from."""
        return self.promise(party, self._priorities[row] or "")

    def outside(self, side: str, rows: NDArray[np.int64], separately: Micros) -> Micros:
        """What a side that kept its promise would have spent on some tickets: its own agreement's allowance.

        The whole side's custody runs its own clock, also of parties that held the ticket only while the SLA's stood.
        ``separately`` is what its parties would have spent that each kept its own promise.
        """
        if side in (self.sides.provider, self.sides.consumer):
            return separately
        if side not in self._members:
            names = self.sides.portfolio.parties
            self._members[side] = tuple(name for name in names if self.sides.side_of(name) == side)
        parties = frozenset(self._members[side])
        return self._allowances(parties, lambda priority: self.side_promise(side, priority))[rows]
