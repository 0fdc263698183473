"""What becomes of the services above, once some services are gone: what loses its support, and what redundancy is left.

The problem: a contract that may be ended is often the one on which five others stand. Before a letter goes out somebody
has to know which services would fail with it, and which would go on with one leg less (3.7).

Example: banking needs hosting and one of two lines. Without line one it goes on, and no line may fail after that;
without hosting it has lost its support.

Limits: a service that is gone is gone for good; by whom it could be run instead is not asked. An edge that closes a
cycle reads as up (ruling 39 of the design).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.services import AllOf, AnyOf, Dependency, Gate
from ola.chain import Chain
from ola.downtime import failures_needed, without_edges

__all__ = ["Support", "supports_without"]


@dataclass(frozen=True, slots=True)
class Support:
    """How a service stands once others are gone: how many failures of what it needs it survived before, and after.

    Failures are counted in the part of its gate that is concerned: one of two lines gone leaves none that may fail,
    whatever else the service needs. ``after`` None: it has lost its support. ``without`` are the services it needs
    itself that are gone or have lost theirs.
    """

    service: str
    before: int
    after: int | None
    without: tuple[str, ...]

    @property
    def is_lost(self) -> bool:
        """Whether what it needs is no longer there."""
        return self.after is None


def supports_without(chain: Chain, gone: Iterable[str]) -> tuple[Support, ...]:
    """Every service above some that are gone, in an order in which each comes after all that it needs."""
    lost = set(gone)
    found = []
    above = sorted(chain.supported_by(sorted(lost)) - lost, key=lambda name: (chain.rank[name], name))
    for service in above:
        gate = without_edges(chain.gate(service), service, chain.closing_edges)
        if gate is None:
            continue
        without = tuple(sorted(_needed(gate) & lost))
        if not without:
            continue
        part = _concerned(gate, lost)
        before = failures_to_break(part, {})
        after = failures_to_break(part, dict.fromkeys(lost, 0))
        found.append(Support(service, before - 1, None if after == 0 else after - 1, without))
        if after == 0:
            lost.add(service)
    return tuple(found)


def failures_to_break(gate: Gate, worth: Mapping[str, int]) -> int:
    """How few of a gate's dependencies have to fail for it to fail; one that is gone (worth 0) has failed already."""
    if isinstance(gate, Dependency):
        return worth.get(gate.service, 1)
    parts = sorted(failures_to_break(member, worth) for member in gate.members)
    if isinstance(gate, AllOf):
        return min(parts, default=1)
    return sum(parts) if isinstance(gate, AnyOf) else sum(parts[: failures_needed(gate)])


def _concerned(gate: Gate, lost: Collection[str]) -> Gate:
    """The part of a gate that something lost stands in: of what is all needed, only that."""
    if not isinstance(gate, AllOf):
        return gate
    return AllOf(tuple(_concerned(each, lost) for each in gate.members if not _needed(each).isdisjoint(lost)))


def _needed(gate: Gate) -> frozenset[str]:
    if isinstance(gate, Dependency):
        return frozenset((gate.service,)) if gate.service else frozenset()
    return frozenset(name for member in gate.members for name in _needed(member))
