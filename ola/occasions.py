"""The downtime of a breach, cut into the occasions on which the same services were failing of themselves.

The problem: to say whose a second of downtime is, one has to know what would have been if only some of the parties had
failed (3.3). That depends only on *which* services were failing of themselves at that instant, so the downtime is cut
into pieces with the same set, and each distinct set is one `Occasion` weighed by its duration. With a recovery lag a
gate looks back, so there each maximal interval of downtime is an occasion, worked out on intervals.

Example (E6): A fails 10:00-12:00, B 11:00-14:00, in series: three occasions, {A} for one hour, {A, B} for one, {B} for
two; A answers for 1 h + 30 min, B for 2 h + 30 min.

Excused causes are one player, present in every coalition, and relieved by the agreement's test in each (3.4).

Limits: an instant that no own failure explains (a cycle in the graph can make one) is put to the service's own
provider.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.agreements import ReliefTest
from domain.intervals import EMPTY, Intervals, union
from domain.services import Dependency, Gate, Measured
from ola.downtime import Downtime, DowntimeBook, failures_needed, gate_failure, longest_lag
from ola.games import Groups, Numbers, excused_part, has_subset

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Player:
    """A service that failed of itself, or a holder of tickets: its party, its side, and why it stands there.

    ``excused`` is the cause under which it is relieved; None: its party answers.
    """

    service: str
    party: str
    side: str
    is_customer: bool = False
    excused: str | None = None


class Occasion(Protocol):
    """A part of a breach that can be divided on its own; the breach is the sum of its occasions."""

    @property
    def players(self) -> tuple[int, ...]:
        """Who takes part, as positions in the breach's list of players; the excused are not among them."""
        ...

    @property
    def excused(self) -> tuple[int, ...]:
        """The excused causes that take part."""
        ...

    def quantities(self, groups: Groups) -> Numbers:
        """The quantity for every coalition of the groups, everyone outside having kept its promise."""
        ...

    def unrelieved(self, groups: Groups) -> Numbers:
        """The quantity for every coalition of the groups (excused causes may be among them), nothing relieved."""
        ...

    def readings(self, groups: Groups) -> Numbers:
        """What a consequence is asked about, per coalition: the quantity, or the value where that says more."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class DowntimeOccasion:
    """Spans of downtime with one and the same set of failing services; quantities are microseconds."""

    players: tuple[int, ...]
    excused: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    side_of: Mapping[int, str]
    """The side of each player: relief is worked out between sides, however finely the groups are cut."""
    test: ReliefTest
    evaluate: Callable[[Groups], tuple[NDArray[np.int64], Bools]]
    """Gives the pieces' durations and, a row a piece, whether it is down for every coalition of the groups."""
    weight: Fraction = Fraction(1)
    """How much of such downtime counts (degraded service)."""

    def unrelieved(self, groups: Groups) -> Numbers:
        """Microseconds of downtime per coalition, nothing relieved."""
        durations, failing = self.evaluate(groups)
        total: Numbers = (failing.astype(np.int64) * durations[:, None]).sum(axis=0)
        return self._weighed(total)

    def quantities(self, groups: Groups) -> Numbers:
        """Microseconds of counted downtime per coalition, after relief by the agreement's test."""
        if not self.excused:
            return self.unrelieved(groups)
        if self.test is ReliefTest.NECESSARY:
            # What would have been down without the excused causes stands; the rest is relieved.
            return self.unrelieved(groups)
        # Relief is a matter between sides, so groups that stand on one side count as one player in it.
        by_side: dict[str, list[int]] = {}
        for bit, group in enumerate(groups):
            by_side.setdefault(self.side_of[min(group)], []).append(1 << bit)
        alone = [masks[0] for masks in by_side.values() if len(masks) == 1]
        parted = [_sums(masks) for masks in by_side.values() if len(masks) > 1]
        durations, failing = self.evaluate([*groups, frozenset(self.excused)])
        excused = 1 << len(groups)
        total: Numbers = np.zeros(2 ** len(groups), dtype=object)
        for chosen in product(*parted):
            parts = [mask for mask in chosen if mask]
            coalitions = _sums([*alone, *parts])
            both = np.concatenate((coalitions, coalitions | excused))
            # Of the reduced game, the coalitions in which every parted side is there with just its chosen part.
            here = slice((2 ** len(parts) - 1) << len(alone), None)
            for duration, row in zip(durations.tolist(), failing, strict=True):
                total[coalitions[here]] += self._counted(row[both], len(alone) + len(parts))[here] * duration
        return self._weighed(total)

    def _weighed(self, quantities: Numbers) -> Numbers:
        return quantities if self.weight == 1 else np.asarray(quantities.astype(object) * self.weight)

    def readings(self, groups: Groups) -> Numbers:
        """The quantity."""
        return self.quantities(groups)

    def _counted(self, failing: Bools, sides: int) -> Numbers:
        """What of an instant counts, per coalition of sides; the excused are the last player of ``failing``."""
        with_excused = failing[2**sides :]
        if self.test is ReliefTest.CONTRIBUTED:
            matters = has_subset(with_excused & ~failing[: 2**sides], sides)
            return (with_excused & ~matters).astype(object)
        relieved, scale = excused_part(failing, sides)
        left = with_excused.astype(object) * scale - relieved.astype(object)
        return np.asarray(left * Fraction(1, scale), dtype=object)


def _sums(masks: Sequence[int]) -> NDArray[np.int64]:
    """The mask of every coalition of some disjoint masks, the empty one first."""
    found = np.zeros(1, dtype=np.int64)
    for mask in masks:
        found = np.concatenate((found, found | mask))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class DowntimeBreach:
    """Everything that the downtime of one level is divided from."""

    players: tuple[Player, ...]
    own: tuple[Intervals, ...]
    """Each player's own failure, in full, whether or not it was counted."""
    occasions: tuple[DowntimeOccasion, ...]


def downtime_occasions(
    book: DowntimeBook,
    service: str,
    state: Downtime,
    counted: Intervals,
    identify: Callable[[str, str], Player],
    test: ReliefTest,
) -> DowntimeBreach:
    """Cut counted downtime (D within T) into occasions.

    ``state`` is the measured service's own downtime under the level; ``identify`` says who stands behind a service's
    outages of one cause.
    """
    cutter, lag = _Cutter.of(book, service, state, identify, test)
    occasions = cutter.looking_back(counted, lag) if lag else cutter.by_instant(counted)
    return _explained(cutter, occasions, identify(service, ""))


def outage_occasions(
    book: DowntimeBook,
    service: str,
    state: Downtime,
    counted: Intervals,
    longer_than: int,
    identify: Callable[[str, str], Player],
    test: ReliefTest,
    excused_time: Intervals = EMPTY,
) -> DowntimeBreach:
    """An occasion for each counted outage, of quantity 1 for the coalitions that alone make an outage long enough.

    What lies in ``excused_time`` makes no outage.
    """
    cutter, lag = _Cutter.of(book, service, state, identify, test)
    return _explained(
        cutter, cutter.by_outage(counted, lag, longer_than, excused_time), identify(service, "")
    )


def _explained(
    cutter: "_Cutter", occasions: tuple[DowntimeOccasion, ...], fallback: Player
) -> DowntimeBreach:
    """The breach of some occasions; what no own failure explains is the fallback's."""
    players, own = cutter.players, cutter.own
    missing = [o for o in occasions if not o.players and not o.excused]
    if missing:
        spans = union(Intervals.of(o.spans) for o in missing)
        if fallback in players:
            index = players.index(fallback)
            own = tuple(each | spans if i == index else each for i, each in enumerate(own))
        else:
            index, players, own = len(players), (*players, fallback), (*own, spans)
        is_excused = fallback.excused is not None
        occasions = tuple(
            o if o.players or o.excused else _unexplained(o, index, is_excused=is_excused) for o in occasions
        )
    return DowntimeBreach(players, own, occasions)


def _unexplained(occasion: DowntimeOccasion, player: int, *, is_excused: bool) -> DowntimeOccasion:
    duration = occasion.evaluate(())[0].sum(keepdims=True)

    def evaluate(groups: Groups) -> tuple[NDArray[np.int64], Bools]:
        masks = np.arange(2 ** len(groups))
        failing = np.zeros(len(masks), dtype=np.bool_)
        for bit, group in enumerate(groups):
            if player in group:
                failing |= (masks >> bit) & 1 == 1
        return duration, failing[None, :]

    players, excused = ((), (player,)) if is_excused else ((player,), ())
    return DowntimeOccasion(players, excused, occasion.spans, occasion.side_of, occasion.test, evaluate)


@dataclass(frozen=True, slots=True, eq=False)
class _Cutter:
    book: DowntimeBook
    service: str
    states: Mapping[str, Downtime]
    closure: tuple[str, ...]
    players: tuple[Player, ...]
    own: tuple[Intervals, ...]
    test: ReliefTest
    _gates: dict[str, Gate | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        book: DowntimeBook,
        service: str,
        state: Downtime,
        identify: Callable[[str, str], Player],
        test: ReliefTest,
    ) -> "tuple[_Cutter, int]":
        """A cutter for a service, and how far its gates look back."""
        closure = book.chain.closure(service)
        states = {name: book.of(name) for name in closure[:-1]} | {service: state}
        owned: dict[Player, list[Intervals]] = {}
        for name in closure:
            for cause, intervals in states[name].own.items():
                owned.setdefault(identify(name, cause), []).append(intervals)
        players = tuple(sorted(owned, key=lambda p: (p.side, p.party, p.service, p.excused or "")))
        own = tuple(union(owned[player]) for player in players)
        lags: dict[str, int] = {}
        for name in closure:
            lags[name] = longest_lag(book.gate_of(name), lags)
        return cls(book, service, states, closure, players, own, test), lags[service]

    def gate(self, name: str) -> Gate | None:
        if name not in self._gates:
            self._gates[name] = self.book.gate_of(name)
        return self._gates[name]

    def is_bounded(self, name: str) -> bool:
        """Whether a service's own records bound what its gate can make of it (measured directly, with a gate)."""
        stated = self.book.chain.services[name]
        return stated.measured is Measured.DIRECTLY and stated.depends_on is not None

    def by_instant(self, counted: Intervals) -> tuple[DowntimeOccasion, ...]:
        """An occasion for each distinct set of failing services, without recovery lags."""
        if not counted:
            return ()
        first, last = int(counted.starts[0]), int(counted.ends[-1])
        taking_part = [i for i, own in enumerate(self.own) if own.clip(first, last)]
        bounded = [name for name in self.closure if self.is_bounded(name) and self.states[name].recorded]
        columns = [self.own[i] for i in taking_part] + [self.states[name].recorded for name in bounded]
        edges = np.unique(
            np.concatenate([c for each in (counted, *columns) for c in (each.starts, each.ends)])
        )
        edges = edges[(edges >= first) & (edges <= last)]
        starts, ends = edges[:-1], edges[1:]
        inside = counted.measure_between(starts, ends) > 0
        starts, ends = starts[inside], ends[inside]
        table = np.zeros((len(starts), len(columns)), dtype=np.bool_)
        for position, each in enumerate(columns):
            table[:, position] = each.measure_between(starts, ends) > 0
        kinds, which = np.unique(table, axis=0, return_inverse=True)
        occasions = []
        for kind, row in enumerate(kinds):
            chosen = which.reshape(-1) == kind
            spans = Intervals.from_arrays(starts[chosen], ends[chosen])
            failing = [taking_part[p] for p in range(len(taking_part)) if row[p]]
            recorded = frozenset(
                name for position, name in enumerate(bounded) if row[len(taking_part) + position]
            )
            occasions.append(
                self._occasion(failing, spans.pairs(), self._instant(failing, recorded, spans.total()))
            )
        return tuple(sorted(occasions, key=lambda occasion: occasion.spans))

    def looking_back(self, counted: Intervals, lag: int) -> tuple[DowntimeOccasion, ...]:
        """An occasion for each maximal interval of counted downtime, with recovery lags."""
        occasions = []
        for start, end in counted.pairs():
            failing = [i for i, own in enumerate(self.own) if own.clip(start - lag, end)]
            occasions.append(self._occasion(failing, ((start, end),), self._interval(failing, start, end)))
        return tuple(occasions)

    def by_outage(
        self, counted: Intervals, lag: int, longer_than: int, excused_time: Intervals
    ) -> tuple[DowntimeOccasion, ...]:
        """An occasion for each outage, whole: whether a coalition's failures alone would have been such an outage.

        However many pieces a coalition's own downtime falls into, it takes part in one outage.
        """
        occasions = []
        for start, end in counted.pairs():
            failing = [i for i, own in enumerate(self.own) if own.clip(start - lag, end)]
            down_for = self._down_for(failing, start, end)
            counting = _counting(down_for, longer_than, excused_time)
            occasions.append(self._occasion(failing, ((start, end),), counting))
        return tuple(occasions)

    def _occasion(
        self,
        failing: Sequence[int],
        spans: tuple[tuple[int, int], ...],
        evaluate: Callable[[Groups], tuple[NDArray[np.int64], Bools]],
    ) -> DowntimeOccasion:
        players = tuple(i for i in failing if self.players[i].excused is None)
        excused = tuple(i for i in failing if self.players[i].excused is not None)
        side_of = {i: self.players[i].side for i in players}
        return DowntimeOccasion(players, excused, spans, side_of, self.test, evaluate)

    def _instant(
        self, failing: Sequence[int], recorded: frozenset[str], duration: int
    ) -> Callable[[Groups], tuple[NDArray[np.int64], Bools]]:
        durations = np.array([duration], dtype=np.int64)
        by_service: dict[str, list[int]] = {}
        for player in failing:
            by_service.setdefault(self.players[player].service, []).append(player)
        above = self.book.chain.supported_by(by_service)
        order = [name for name in self.closure if name in above]

        def evaluate(groups: Groups) -> tuple[NDArray[np.int64], Bools]:
            masks = np.arange(2 ** len(groups), dtype=np.int64)
            belongs = {player: bit for bit, group in enumerate(groups) for player in group}
            down: dict[str, Bools] = {}
            for name in order:
                failed = _gate_fails(self.gate(name), down, len(masks))
                for player in by_service.get(name, ()):
                    if player in belongs:
                        failed = failed | ((masks >> belongs[player]) & 1 == 1)
                if self.is_bounded(name) and name not in recorded:
                    failed = np.zeros_like(failed)
                down[name] = failed
            return durations, down[self.service][None, :]

        return evaluate

    def _down_for(
        self, failing: Sequence[int], start: int, end: int
    ) -> Callable[[frozenset[int]], Intervals]:
        """The measured service's downtime within [start, end) for a set of players."""
        # A maximal interval may have begun earlier; only what reaches into the window, lag included, can matter.
        own = {i: self.own[i] for i in failing}
        kept: dict[frozenset[int], Intervals] = {}

        def down_for(players: frozenset[int]) -> Intervals:
            coalition = players.intersection(own)
            if coalition not in kept:
                down: dict[str, Intervals] = {}
                for name in self.closure:
                    parts = [own[i] for i in failing if i in coalition and self.players[i].service == name]
                    state = union((*parts, gate_failure(self.gate(name), down)))
                    down[name] = state & self.states[name].recorded if self.is_bounded(name) else state
                kept[coalition] = down[self.service].clip(start, end)
            return kept[coalition]

        return down_for

    def _interval(
        self, failing: Sequence[int], start: int, end: int
    ) -> Callable[[Groups], tuple[NDArray[np.int64], Bools]]:
        down_for = self._down_for(failing, start, end)

        def evaluate(groups: Groups) -> tuple[NDArray[np.int64], Bools]:
            sets = [down_for(coalition) for coalition in _coalitions(groups)]
            edges = np.unique(
                np.concatenate([np.array([start, end]), *(c for s in sets for c in (s.starts, s.ends))])
            )
            first, last = edges[:-1], edges[1:]
            failing_table = np.zeros((len(first), len(sets)), dtype=np.bool_)
            for position, each in enumerate(sets):
                failing_table[:, position] = each.measure_before(last) - each.measure_before(first) > 0
            return (last - first).astype(np.int64), failing_table

        return evaluate


def _coalitions(groups: Groups) -> list[frozenset[int]]:
    """The players of every coalition of the groups, in the order of the masks."""
    coalitions = [frozenset[int]()]
    for group in groups:
        coalitions += [coalition | group for coalition in coalitions]
    return coalitions


def _counting(
    down_for: Callable[[frozenset[int]], Intervals], longer_than: int, excused_time: Intervals
) -> Callable[[Groups], tuple[NDArray[np.int64], Bools]]:
    def evaluate(groups: Groups) -> tuple[NDArray[np.int64], Bools]:
        sets = [down_for(coalition) - excused_time for coalition in _coalitions(groups)]
        counts = np.array([bool(each.at_least(longer_than + 1)) for each in sets], dtype=np.bool_)
        return np.ones(1, dtype=np.int64), counts[None, :]

    return evaluate


def _gate_fails(gate: Gate | None, down: Mapping[str, Bools], size: int) -> Bools:
    """Whether a gate fails, for every coalition at once; a service that is not in ``down`` is up."""
    if gate is None:
        return np.zeros(size, dtype=np.bool_)
    if isinstance(gate, Dependency):
        found = down.get(gate.service)
        return np.zeros(size, dtype=np.bool_) if found is None else found
    parts = [_gate_fails(member, down, size) for member in gate.members]
    return np.asarray(np.sum(parts, axis=0) >= failures_needed(gate), dtype=np.bool_)
