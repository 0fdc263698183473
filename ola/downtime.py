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
        order = np.argsort(columns.service.codes, kind="stable")
        codes = columns.service.codes[order]
        silent = columns.take(order[:0])
        for service in missing:
            code = columns.service.code(service)
            first, last = np.searchsorted(codes, (code, code + 1)) if len(codes) else (0, 0)
            self._times[service] = silent if first == last else columns.take(order[first:last])

    def of(self, service: str) -> Downtime:
        """The downtime of a service as others see it."""
        if service not in self._kept:
            # What is kept has all that it needs kept too, so nothing below it is looked at again.
            unknown = self.chain.closure_without(service, self._kept)
            self.read(unknown)
            for name in unknown:
                self._kept[name] = self._combined(name, self.recorded(name, CountFrom.START))
        return self._kept[service]

    def measured(self, service: str, metric: AvailabilityMetric | OutageCountMetric) -> Downtime:
        """The downtime of a service under one level, whose outages may count only from their report (ruling 15)."""
        state = self.of(service)
        if metric.count_from is CountFrom.REPORTED:
            state = self._combined(service, self.recorded(service, CountFrom.REPORTED))
        return state

    def recorded(self, service: str, count_from: CountFrom) -> ByCause:
        """The recorded outages of a service by cause; open ones run to the horizon."""
        rows = self.times(service)
        if not len(rows):
            return {}
        starts = rows.started if count_from is CountFrom.START else np.maximum(rows.reported, rows.started)
        ends = np.where(rows.ended == OPEN, np.maximum(self.horizon, starts), rows.ended)
        kept = starts < ends
        if self.counts is not None:
            kept &= self.counts(rows)
        found: ByCause = {}
        for code in np.unique(rows.cause.codes[kept]):
            chosen = kept & (rows.cause.codes == code)
            cause = rows.cause.names[code] if code >= 0 else ""
            found[cause] = Intervals.from_arrays(starts[chosen], ends[chosen])
        if self.maintenance is not None and "maintenance" in found:
            recorded = found.pop("maintenance")
            agreed = recorded & self.maintenance.get(service, EMPTY)
            parts = {"maintenance": agreed, "": found.get("", EMPTY) | (recorded - agreed)}
            found |= {cause: part for cause, part in parts.items() if part}
        return found

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
        below = {d: self._kept[d].down for d in self.chain.needs[service]}
        if not by_cause and not any(below.values()):
            return _NEVER_DOWN
        gate = gate_failure(self.gate_of(service), below)
        recorded = union(by_cause.values())
        down = down_time(recorded, gate, stated.measured)
        own = {cause: left for cause in sorted(by_cause) if (left := by_cause[cause] - gate)}
        return Downtime(recorded, gate, down, own)
