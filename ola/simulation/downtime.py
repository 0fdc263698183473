"""When services are down in drawn years, by the very gates that settle the years that were.

The problem: ten thousand years are ten thousand evaluations of every gate. But the gates are evaluated on sets of time
that may be as long as one likes: so the drawn years lie one after another on one time line, and every gate is evaluated
once for all of them, by the kernel that evaluates it for a month (`ola.downtime.gate_failure`).

Example: 500 years in which hosting fails 6 times each are 3,000 intervals; the gate of online banking over hosting and
the line is one union of columns.

Limits: a service with a monitor of its own is down when it fails or its gate does: the monitor of a drawn year records
both (ruling 180). A cycle's closing edge reads as up, as everywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.intervals import EMPTY, Intervals
from ola.downtime import gate_failure, longest_lag, without_edges

if TYPE_CHECKING:
    from domain.services import Gate
    from ola.chain import Chain
    from ola.simulation.failures import DrawnFailures

__all__ = ["DrawnDowntime"]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDowntime:
    """The downtime of every service in drawn years, each worked out once.

    ``months``: by year and month, the number of the month that was whose tickets and counts the drawn one has.
    """

    chain: Chain
    failures: DrawnFailures
    months: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 12), dtype=np.int64))
    _down: dict[str, Intervals] = field(default_factory=dict)
    _gates: dict[str, Gate | None] = field(default_factory=dict)

    def gate(self, service: str) -> Gate | None:
        """A service's gate, edges that close a cycle reading as up."""
        if service not in self._gates:
            self._gates[service] = without_edges(self.chain.gate(service), service, self.chain.closing_edges)
        return self._gates[service]

    def down(self, service: str) -> Intervals:
        """When a service is down: it failed of itself, or its gate did."""
        if service not in self._down:
            for name in self.chain.closure(service):
                if name not in self._down:
                    below = {need: self._down[need] for need in self.chain.needs[name]}
                    self._down[name] = self.failures.of(name) | gate_failure(self.gate(name), below)
        return self._down[service]

    def without(self, service: str) -> DrawnDowntime:
        """The same years, one service never failing of itself; what does not stand on it stays as it is."""
        above = self.chain.supported_by((service,))
        down = {name: when for name, when in self._down.items() if name != service and name not in above}
        return DrawnDowntime(self.chain, self.failures.without(service), self.months, down, self._gates)

    def own(self, service: str) -> Intervals:
        """The downtime of a service that no dependency explains (3.1)."""
        self.down(service)
        below = {need: self._down[need] for need in self.chain.needs[service]}
        return self.failures.of(service) - gate_failure(self.gate(service), below)

    def lag(self, service: str) -> int:
        """How far the gates under a service look back."""
        lags: dict[str, int] = {}
        for name in self.chain.closure(service):
            lags[name] = longest_lag(self.gate(name), lags)
        return lags[service]

    def down_if_only(self, service: str, failing: Collection[str], own: dict[str, Intervals]) -> Intervals:
        """When a service would have been down if only some services had failed of themselves (3.3)."""
        down: dict[str, Intervals] = {}
        for name in self.chain.closure(service):
            below = {need: down[need] for need in self.chain.needs[name] if need in down}
            gate = gate_failure(self.gate(name), below) if below else EMPTY
            found = gate | own.get(name, EMPTY) if name in failing else gate
            if found:
                down[name] = found
        return down.get(service, EMPTY)
