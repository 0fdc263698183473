"""Single points of failure: the services, parties and agreements each of which alone can bring a promise down.

The problem: two lines from two carriers look redundant, and both run over one duct. What has no alternative is seen
only by following every gate.

Example: banking needs hosting and any of two lines, both lines need the duct: single points are banking itself, hosting
and the duct, not the lines; and of the parties whoever runs one of these, or both lines.

How: a service is down with a single failure if it is the failure itself, or if enough members of its gate are. So what
brings it down is itself and, of a gate that fails with m of its members, all that brings m of them down. This is exact,
because one failure alone is asked about.

An agreement is a single point where services that no other contract in force covers are its own: without it they are
nobody's promise.

Limits: a service that is measured from its dependencies has no failure of its own where it has any; a party that is
gone takes all that it runs with it, whatever measures it. An edge that closes
a cycle reads as up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from domain.agreements import AgreementType
from domain.services import Dependency, Inner, Measured, folded
from ola.chain import Chain
from ola.downtime import failures_needed
from ola.portfolio import InForce


@dataclass(frozen=True, slots=True)
class SinglePoints:
    """What alone brings a service down, each by name."""

    service: str
    services: tuple[str, ...]
    parties: tuple[str, ...]
    agreements: tuple[str, ...]


def single_points(chain: Chain, in_force: InForce, service: str) -> SinglePoints:
    """The single points of failure of one service."""
    sole = _sole_contracts(in_force)

    def contract(name: str) -> str | None:
        return sole.get(name)

    return SinglePoints(
        service,
        alone_bring_down(chain, service, lambda name: name if fails_by_itself(chain, name) else None),
        alone_bring_down(chain, service, lambda name: chain.services[name].provider),
        alone_bring_down(chain, service, contract),
    )


def fails_by_itself(chain: Chain, service: str) -> bool:
    """Whether a service has a failure of its own: not one that is down just when its dependencies make it so."""
    return chain.services[service].measured is Measured.DIRECTLY or not chain.needs[service]


def alone_bring_down(chain: Chain, root: str, cause: Callable[[str], str | None]) -> tuple[str, ...]:
    """The causes that alone bring a service down, by name.

    ``cause`` is what brings each service down besides its gate (None: nothing), whatever else it brings down.
    """
    closure = chain.closure(root)
    causes = sorted({name for service in closure if (name := cause(service)) is not None})
    bits = {name: 1 << place for place, name in enumerate(causes)}
    known: dict[str, int] = {}

    for service in closure:
        gate = chain.gate(service)
        found = 0
        if gate is not None:

            def of_dependency(need: Dependency, above: str = service) -> int:
                return 0 if (above, need.service) in chain.closing_edges else known[need.service]

            found = folded(gate, of_dependency, _of_gate)
        own = cause(service)
        known[service] = found if own is None else found | bits[own]
    return tuple(name for name in causes if known[root] & bits[name])


def _of_gate(gate: Inner, members: list[int]) -> int:
    """The bits that are set in as many members as have to fail."""
    needed = failures_needed(gate)
    # counted[i] are the bits that were met at least i + 1 times.
    counted = [0] * needed
    for member in members:
        for place in range(needed - 1, 0, -1):
            counted[place] |= counted[place - 1] & member
        counted[0] |= member
    return counted[-1]


def _sole_contracts(in_force: InForce) -> dict[str, str]:
    """By service the only OLA or UC that covers it."""
    covering: dict[str, list[str]] = {}
    for agreement in in_force:
        if agreement.type is not AgreementType.SLA:
            for service in agreement.services:
                covering.setdefault(service, []).append(agreement.name)
    return {service: names[0] for service, names in covering.items() if len(names) == 1}
