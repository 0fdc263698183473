"""When each service was down, and how much of it was its own failure.

The problem: a monitor says that online banking was down; but was it online banking that failed, or the hosting under
it? Over the graph, a service's recorded outages R and its gate's failures F decide (3.1): measured directly, it is
down when R says so; measured from its dependencies, when R or F says so; and its *own* failure is R without F, the
downtime that no dependency explains.

Example (E13): a is down 10:00-11:00 and v, measured directly, 10:30-11:30. F(v) is 10:00-11:00; own(v) is
11:00-11:30; the first half hour of a's failure never reached v.

Limits: evidence is read once and kept, as known at one instant; an open outage runs to ``horizon``. ``minimumOutage``
and ``countFrom`` belong to one level's measure of one service, so they are applied in `measured`, and never to what
the service means for others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AvailabilityMetric, CountFrom, OutageCountMetric
from domain.evidence import OPEN, OutageColumns, OutageTimes
from domain.intervals import EMPTY, Intervals, covered_at_least, union
from domain.many_intervals import ManyIntervals
from domain.measure.availability import down_time
from domain.ports import Evidence
from domain.remembered import SizeOfAll
from domain.services import AllOf, AnyOf, AtLeast, Dependency, Gate, Inner, Service, dependencies_of, folded
from ola.chain import Chain

ByCause = dict[str, Intervals]
"""Recorded outages by cause; the key "" is an outage without one."""


def failures_needed(gate: AllOf | AnyOf | AtLeast) -> int:
    """How many of a gate's members must fail for the gate to fail."""
    if isinstance(gate, AllOf):
        return 1
    return len(gate.members) if isinstance(gate, AnyOf) else len(gate.members) - gate.count + 1


def gate_failure(gate: Gate | None, down: dict[str, Intervals]) -> Intervals:
    """When a gate fails, given when each service under it is down; no gate never fails.

    Each maximal interval of a dependency reads as longer by its recovery lag. A service that ``down`` leaves out
    reads as up.
    """
    if gate is None:
        return EMPTY
    return folded(
        gate,
        lambda need: down.get(need.service, EMPTY).lengthened(need.recovery_lag),
        lambda inner, parts: covered_at_least(failures_needed(inner), parts),
    )


def longest_lag(gate: Gate | None, below: dict[str, int]) -> int:
    """The furthest that a gate can look back: a dependency's lag plus the furthest that lies under it."""
    if gate is None:
        return 0
    lags = (need.recovery_lag + below.get(need.service, 0) for need in dependencies_of(gate))
    return max(lags, default=0)


def without_edges(gate: Gate | None, service: str, closing: frozenset[tuple[str, str]]) -> Gate | None:
    """The gate of a service with the edges that close a cycle left out of ``down``: marked by an unknown name.

    A dependency at the end of such an edge reads as up (ruling 39); it keeps its place, because "2 of 3" stays so.
    """
    if gate is None or not closing:
        return gate

    def of_dependency(need: Dependency) -> Gate:
        return Dependency("") if (service, need.service) in closing else need

    def of_gate(inner: Inner, members: list[Gate]) -> Gate:
        return replace(inner, members=tuple(members))

    return folded(gate, of_dependency, of_gate)


@dataclass(frozen=True, slots=True)
class Downtime:
    """One service's state over time: recorded by cause, its gate's failures, down, and its own failure by cause."""

    recorded: Intervals
    gate: Intervals
    down: Intervals
    own: ByCause


def _of_the_same_causes(tables: Sequence[OutageTimes]) -> list[list[int]]:
    """Which tables name their causes by the same codes, as all of one reading of the evidence do."""
    found: dict[int, list[int]] = {}
    for place, rows in enumerate(tables):
        found.setdefault(id(rows.cause.names), []).append(place)
    return list(found.values())


_NEVER_DOWN = Downtime(EMPTY, EMPTY, EMPTY, {})


@dataclass(frozen=True, slots=True, eq=False)
class DowntimeBook:
    """Reads outages once, and works out each service's downtime once, from the leaves of the graph upwards."""

    chain: Chain
    evidence: Evidence
    horizon: int
    maintenance: Mapping[str, Intervals] | None = None
    """By service, the recorded maintenance that is agreed; the rest has no cause. None: all of it is."""
    counts: Callable[[OutageTimes], NDArray[np.bool_]] | None = None
    """Which rows count; None: all of them."""
    _times: dict[str, OutageTimes] = field(default_factory=dict)
    _rows: dict[str, OutageColumns] = field(default_factory=dict)
    _kept: dict[str, Downtime] = field(default_factory=dict)
    _held: tuple[SizeOfAll, SizeOfAll] = field(default_factory=lambda: (SizeOfAll(), SizeOfAll()))

    def agreeing(self, maintenance: Mapping[str, Intervals] | None) -> "DowntimeBook":
        """The same outages, of which only some recorded maintenance has the cause maintenance."""
        if maintenance is None:
            return self
        return replace(self, maintenance=maintenance, _kept={})

    def counting(self, counts: Callable[[OutageTimes], NDArray[np.bool_]]) -> "DowntimeBook":
        """The same outages, of which only some rows count."""
        return replace(self, counts=counts, _kept={})

    def rows(self, service: str) -> OutageColumns:
        """The outage rows of one service, as known, with their ids and places: for whoever explains."""
        if service not in self._rows:
            self._rows[service] = self.evidence.outages((service,))
        return self._rows[service]

    def times(self, service: str) -> OutageTimes:
        """When the outages of one service were, as known: for whoever measures."""
        if service not in self._times:
            self._times[service] = self.evidence.outage_times((service,))
        return self._times[service]

    def rows_held(self) -> int:
        """How many outage rows are in memory."""
        return self._held[0].of(self._rows, len) + self._held[1].of(self._times, len)

    def read(self, services: tuple[str, ...]) -> None:
        """Bring the rows of many services at once; what follows is answered from memory."""
        missing = [service for service in services if service not in self._times]
        if not missing:
            return
        columns = self.evidence.outage_times(missing)
        if not len(columns):
            self._times.update(dict.fromkeys(missing, columns))
            return
        codes = columns.service.codes
        if (codes[1:] < codes[:-1]).any():
            order = np.argsort(codes, kind="stable")
            columns, codes = columns.take(order), codes[order]
        silent = columns.take(slice(0, 0))
        for service in missing:
            code = columns.service.code(service)
            first, last = np.searchsorted(codes, (code, code + 1)) if len(codes) else (0, 0)
            self._times[service] = silent if first == last else columns.take(slice(first, last))

    def of(self, service: str) -> Downtime:
        """The downtime of a service as others see it."""
        if service not in self._kept:
            # What is kept has all that it needs kept too, so nothing below it is looked at again.
            self._work_out(self.chain.closure_without(service, self._kept))
        return self._kept[service]

    def bring(self, services: Sequence[str]) -> None:
        """Work out the downtime of many services at once; what is asked of them later is known."""
        unknown = dict.fromkeys(
            name for service in services if service not in self._kept
            for name in self.chain.closure_without(service, self._kept)
        )  # fmt: skip
        if unknown:
            self._work_out(tuple(unknown))

    def _work_out(self, services: tuple[str, ...]) -> None:
        """The downtime of services of which each stands behind all that it needs."""
        self.read(services)
        recorded = self._recorded_of(services, CountFrom.START)
        for name in services:
            self._kept[name] = self._combined(name, recorded.get(name, {}))

    def measured(self, service: str, metric: AvailabilityMetric | OutageCountMetric) -> Downtime:
        """The downtime of a service under one level, whose outages may count only from their report (ruling 15)."""
        state = self.of(service)
        if metric.count_from is CountFrom.REPORTED:
            state = self._combined(service, self.recorded(service, CountFrom.REPORTED))
        return state

    def recorded(self, service: str, count_from: CountFrom) -> ByCause:
        """The recorded outages of a service by cause; open ones run to the horizon."""
        return self._recorded_of((service,), count_from).get(service, {})

    def _recorded_of(self, services: Sequence[str], count_from: CountFrom) -> dict[str, ByCause]:
        """The recorded outages of some services by cause, in one sweep; a service without any is left out."""
        spoken = [service for service in services if len(self.times(service))]
        tables = [self.times(service) for service in spoken]
        found: dict[str, ByCause] = {}
        for alike in _of_the_same_causes(tables):
            some = [spoken[place] for place in alike]
            found |= self._swept(some, [tables[place] for place in alike], count_from)
        return found

    def _swept(
        self, services: Sequence[str], tables: Sequence[OutageTimes], count_from: CountFrom
    ) -> dict[str, ByCause]:
        """The same of services whose rows name their causes by the same codes."""
        names = tables[0].cause.names
        starts = np.concatenate([rows.started for rows in tables])
        ends = np.concatenate([rows.ended for rows in tables])
        if count_from is CountFrom.REPORTED:
            starts = np.maximum(np.concatenate([rows.reported for rows in tables]), starts)
        ends = np.where(ends == OPEN, np.maximum(self.horizon, starts), ends)
        # Each cause of each service is an owner of its own; the first of a service's is that of rows without one.
        cause = np.concatenate([rows.cause.codes for rows in tables]) + 1
        place = np.repeat(np.arange(len(tables)), [len(rows) for rows in tables])
        owner = place * (len(names) + 1) + cause
        kept = starts < ends
        if self.counts is not None:
            kept &= np.concatenate([self.counts(rows) for rows in tables])
        down = ManyIntervals.of(owner[kept], starts[kept], ends[kept], owners=len(tables) * (len(names) + 1))
        found: dict[str, ByCause] = {}
        for each in np.flatnonzero(np.diff(down.bounds)).tolist():
            which, code = divmod(each, len(names) + 1)
            found.setdefault(services[which], {})[names[code - 1] if code else ""] = down.set(each)
        if self.maintenance is not None:
            found = {name: self._as_agreed(name, by_cause) for name, by_cause in found.items()}
        return found

    def _as_agreed(self, service: str, by_cause: ByCause) -> ByCause:
        """Recorded outages of which only the agreed maintenance has that cause."""
        if self.maintenance is None or "maintenance" not in by_cause:
            return by_cause
        recorded = by_cause["maintenance"]
        agreed = recorded & self.maintenance.get(service, EMPTY)
        parts = {"maintenance": agreed, "": by_cause.get("", EMPTY) | (recorded - agreed)}
        others = {cause: time for cause, time in by_cause.items() if cause not in parts}
        return others | {cause: part for cause, part in parts.items() if part}

    def carried_up(self, path: Sequence[str], own: Intervals) -> Intervals:
        """When an own failure at the lower end of a path had every service on the path down with it, to the top.

        ``path`` runs from the upper service down, both ends included; a recovery lag carries a failure on.
        """
        reached = own
        for above, below in zip(path[-2::-1], path[:0:-1], strict=True):
            needed = dependencies_of(self.gate_of(above))
            lag = max((each.recovery_lag for each in needed if each.service == below), default=0)
            reached = reached.lengthened(lag) & self.of(above).down
        return reached

    def gate_of(self, service: str) -> Gate | None:
        """A service's gate, edges that close a cycle reading as up."""
        return without_edges(self.chain.gate(service), service, self.chain.closing_edges)

    def _combined(self, service: str, by_cause: ByCause) -> Downtime:
        stated: Service = self.chain.services[service]
        needs = self.chain.needs[service]
        if not by_cause and all(self._kept[need] is _NEVER_DOWN for need in needs):
            return _NEVER_DOWN
        below = {need: self._kept[need].down for need in needs}
        if not by_cause and not any(below.values()):
            return _NEVER_DOWN
        gate = gate_failure(self.gate_of(service), below)
        recorded = union(by_cause.values())
        down = down_time(recorded, gate, stated.measured)
        own = {cause: left for cause in sorted(by_cause) if (left := by_cause[cause] - gate)}
        return Downtime(recorded, gate, down, own)
