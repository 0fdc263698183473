"""What depends on a party or a service, and what of it falls if that one is gone.

The problem: a vendor is known by the contracts one has with it, and not by what stands on them three services further
up, where the customers are.

Example: cirrus runs hosting. Banking and trading stand on it; trading has a second host, so only banking falls, and
with it the SLA with meridian.

Limits: redundancy counts as it is written: of "2 of 3" one may be gone. An edge that closes a cycle reads as up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.agreements import Agreement, AgreementType
from ola.chain import Chain
from ola.consequence import supports_without
from ola.portfolio import InForce


@dataclass(frozen=True, slots=True)
class Dependent:
    """A service that stands on failing ones: whether it falls with them, and the shortest way down to one of them."""

    service: str
    falls: bool
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """An agreement on services that stand on some that fail, and which of its services fall with them."""

    agreement: Agreement
    services: tuple[str, ...]
    fallen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dependents:
    """What stands on some services: the failing ones, the others that stand on them, and the promises to customers."""

    failing: tuple[str, ...]
    services: tuple[Dependent, ...]
    promises: tuple[Touched, ...]


def dependents_of(chain: Chain, in_force: InForce, failing: Iterable[str]) -> Dependents:
    """What depends on some services that fail together, such as all that one party runs."""
    gone = tuple(sorted(set(failing)))
    fallen = fallen_with(chain, gone)
    steps = _first_steps(chain, gone)
    above = sorted(set(steps) - set(gone))
    found = tuple(Dependent(name, name in fallen, _path(name, steps)) for name in above)
    return Dependents(gone, found, _touched(in_force, frozenset(steps), fallen))


def fallen_with(chain: Chain, failing: Iterable[str]) -> frozenset[str]:
    """The services that are down if some are: those themselves and all whose gates then fail."""
    gone = frozenset(failing)
    return gone | {each.service for each in supports_without(chain, gone) if each.is_lost}


def run_by(chain: Chain, parties: Iterable[str]) -> tuple[str, ...]:
    """The services that some parties run, by name."""
    wanted = frozenset(parties)
    return tuple(name for name, service in chain.services.items() if service.provider in wanted)


def _touched(in_force: InForce, reached: frozenset[str], fallen: frozenset[str]) -> tuple[Touched, ...]:
    found = []
    for agreement in in_force:
        if agreement.type is AgreementType.SLA:
            services = tuple(name for name in agreement.services if name in reached)
            if services:
                found.append(Touched(agreement, services, tuple(each for each in services if each in fallen)))
    return tuple(found)


def _first_steps(chain: Chain, gone: Iterable[str]) -> dict[str, str]:
    """For each service above some that are gone the first step of a shortest way down; a gone one is its own."""
    steps = {name: name for name in gone}
    waiting = list(steps)
    for name in waiting:
        for above in chain.needed_by[name]:
            if above not in steps:
                steps[above] = name
                waiting.append(above)
    return steps


def _path(name: str, steps: dict[str, str]) -> tuple[str, ...]:
    path = [name]
    while steps[path[-1]] != path[-1]:
        path.append(steps[path[-1]])
    return tuple(path)
