"""The contracts that directly stand under an agreement: those by which its provider is itself served.

The problem: terms, notice, currencies and clocks are matters between one contract and the next. What a supplier needs
in its turn is that supplier's concern, and is asked of its own contract.

Example: under the SLA for banking stand the OLA of the web team, the UC for hosting and that for the network; the UC
by which the hosting company rents its data centre stands under the UC for hosting.

In a large graph what stands under an agreement is looked up in columns in which a service that hides what lies beneath
it has no needs (`ola.reaching`); one by one the services are followed where their order matters or they are few.

Limits: a service that a team of the provider runs does not hide what lies beneath it; one that a supplier runs under a
contract does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, AgreementType, ServiceLevel
from ola.alignment.gathering import Gathered
from ola.alignment.underpinning import Underpinning
from ola.reaching import Reaching

MOST_COMPARED: Final = 500
"""Of more contracts under one agreement one of each kind is compared."""
MANY: Final = 2_000
"""In a graph of more services what stands under an agreement is looked up in columns."""


@dataclass(frozen=True, slots=True)
class Under:
    """A contract that stands under another one, and the services by which it does, by name."""

    agreement: Agreement
    services: tuple[str, ...]

    @property
    def is_supplier(self) -> bool:
        """Whether it is a contract with a supplier, and not with a team of the house."""
        return self.agreement.type is AgreementType.UC

    def levels(self) -> Iterable[ServiceLevel]:
        """Its levels on those services."""
        return (level for level in self.agreement.levels if set(level.services) & set(self.services))


def contracts_under(underpinning: Underpinning, judged: Agreement, many: int = MANY) -> tuple[Under, ...]:
    """The OLAs and UCs directly under an agreement, by name; in a graph of more than ``many`` services looked up."""
    is_large = len(underpinning.chain.services) > many
    return _by_name(_looked_up(underpinning, judged) if is_large else _served(underpinning, judged))


def _by_name(served: Iterable[tuple[str, Sequence[Agreement]]]) -> tuple[Under, ...]:
    found: dict[str, tuple[Agreement, set[str]]] = {}
    for service, serving in served:
        for each in serving:
            found.setdefault(each.name, (each, set()))[1].add(service)
    return tuple(Under(found[name][0], tuple(sorted(found[name][1]))) for name in sorted(found))


def contracts_to_compare(
    underpinning: Underpinning, judged: Agreement, is_askew: Callable[[Under], bool]
) -> tuple[Under, ...]:
    """The contracts directly under an agreement, by name, where one of them may be askew to it; else none.

    ``is_askew`` may be asked about any contract of a kind, under whatever agreement it stands. Of more than
    `MOST_COMPARED` contracts the nearest of each kind that is askew is compared, for all of its kind.
    """
    own = underpinning.portfolio.top_party(judged.provider)
    if own not in underpinning.houses_served:
        return ()
    below = underpinning.remembered(own, lambda: _kinds_below(underpinning, own))
    asker, chain = underpinning.asker(judged.provider), underpinning.chain
    kinds = 0
    for root in judged.services:
        # What serves the service itself may not count, so what lies beneath it is looked at in any case.
        for service in (root, *chain.needs[root]):
            kinds |= below.gathered.within(service, asker).kinds
    askew = sum(bit for bit, sample in below.samples.items() if kinds & bit and is_askew(sample))
    if not askew:
        return ()
    contracts = 0
    nearest: dict[int, Under] = {}
    names: set[str] = set()
    for service, serving in _served(underpinning, judged):
        for each in serving:
            names.add(each.name)
            bit = below.kind(each, service)
            if bit & askew:
                nearest.setdefault(bit, Under(each, (service,)))
        contracts = len(names)
        if contracts > MOST_COMPARED and len(nearest) == askew.bit_count():
            break
    if contracts <= MOST_COMPARED:
        return _by_name(_served(underpinning, judged))
    return tuple(sorted(nearest.values(), key=lambda under: (under.agreement.name, under.services)))


def _served(underpinning: Underpinning, judged: Agreement) -> Iterator[tuple[str, Sequence[Agreement]]]:
    """The services under an agreement, nearest first, with the contracts by which each is served to its provider."""
    chain, roots = underpinning.chain, frozenset(judged.services)
    seen = set(roots)
    waiting = sorted(roots)
    for service in waiting:
        serving = _serving(underpinning, judged, service, is_root=service in roots)
        yield service, serving
        if serving and _is_foreign(underpinning, judged, service):
            continue
        below = [need for need in chain.needs[service] if need not in seen]
        seen.update(below)
        waiting += below


def _looked_up(underpinning: Underpinning, judged: Agreement) -> Iterator[tuple[str, Sequence[Agreement]]]:
    """The services under an agreement that any contract serves, in no order of nearness, with those contracts."""
    chain, roots = underpinning.chain, frozenset(judged.services)
    starts: set[str] = set()
    for root in sorted(roots):
        serving = _serving(underpinning, judged, root, is_root=True)
        yield root, serving
        # Of a root it is asked here whether it hides what lies beneath it; in the columns it may have no needs.
        if not (serving and _is_foreign(underpinning, judged, root)):
            starts.update(chain.needs[root])
    if starts:
        known: dict[str, _Columns] = underpinning.remembered("columns under", dict)
        columns = known.get(judged.provider)
        if columns is None:
            columns = known.setdefault(judged.provider, _Columns.of(underpinning, judged))
        is_in = columns.reaching.reached([chain.rank[name] for name in starts]).is_in
        for service in columns.reaching.names[np.flatnonzero(is_in & columns.is_served)].tolist():
            if service not in roots:
                yield service, columns.serving[service]


def _serving(
    underpinning: Underpinning, judged: Agreement, service: str, *, is_root: bool
) -> list[Agreement]:
    """The contracts by which a service is served to an agreement's provider: to itself, where it is the judged one."""
    portfolio = underpinning.portfolio
    own = portfolio.top_party(judged.provider)
    return [
        each
        for each in underpinning.covering.get(service, ())
        if each.name != judged.name
        and each.provider != judged.provider
        and portfolio.top_party(each.consumer) == own
        and (not is_root or judged.provider in portfolio.family(each.consumer))
    ]


def _is_foreign(underpinning: Underpinning, judged: Agreement, service: str) -> bool:
    """Whether a service is run by another organisation than an agreement's provider's."""
    top_party = underpinning.portfolio.top_party
    return top_party(underpinning.chain.services[service].provider) != top_party(judged.provider)


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The graph as one provider sees it: what hides the services beneath it needs nothing."""

    reaching: Reaching
    serving: Mapping[str, Sequence[Agreement]]
    is_served: NDArray[np.bool_]
    """Whether a contract serves a service, by rank."""

    @classmethod
    def of(cls, underpinning: Underpinning, judged: Agreement) -> "_Columns":
        """The graph as an agreement's provider sees it, whichever of its agreements is asked about."""
        chain = underpinning.chain
        serving = {
            service: found
            for service in underpinning.covering
            if (found := _serving(underpinning, judged, service, is_root=False))
        }
        hidden = {service for service in serving if _is_foreign(underpinning, judged, service)}
        needs = {name: () if name in hidden else below for name, below in chain.needs.items()}
        is_served = np.zeros(len(chain.rank), dtype=bool)
        is_served[[chain.rank[service] for service in sorted(serving)]] = True
        return cls(Reaching.of(chain.rank, needs), serving, is_served)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The bits of the kinds of contracts that stand under a service and serve one organisation."""

    kinds: int
    differs_for: int


@dataclass(frozen=True, slots=True, eq=False)
class _Below:
    """The kinds of contracts below every service, with one contract of each kind."""

    gathered: Gathered[_Kinds]
    samples: dict[int, Under]
    kind: Callable[[Agreement, str], int]


def _kinds_below(underpinning: Underpinning, own: str) -> _Below:
    portfolio, chain = underpinning.portfolio, underpinning.chain
    bits: dict[tuple[object, ...], int] = {}
    samples: dict[int, Under] = {}
    covered: dict[int, list[tuple[ServiceLevel, frozenset[str]]]] = {}

    def kind(contract: Agreement, service: str) -> int:
        if id(contract) not in covered:
            covered[id(contract)] = [(level, frozenset(level.services)) for level in contract.levels]
        levels = covered[id(contract)]
        alike = _alike(contract, [level for level, services in levels if service in services])
        bit = bits.setdefault(alike, 1 << len(bits))
        samples.setdefault(bit, Under(contract, (service,)))
        return bit

    def serving(service: str, asker: int) -> list[Agreement]:
        return [
            each
            for each in underpinning.covering.get(service, ())
            if portfolio.top_party(each.consumer) == own and underpinning.asker(each.provider) != asker
        ]

    def needs_of(service: str, asker: int) -> Sequence[str]:
        is_hidden = serving(service, asker) and portfolio.top_party(chain.services[service].provider) != own
        return () if is_hidden else chain.needs[service]

    def value_of(service: str, asker: int, known: Callable[[str], _Kinds]) -> _Kinds:
        kinds = differs = 0
        for each in underpinning.covering.get(service, ()):
            differs |= underpinning.asker(each.provider)
        for each in serving(service, asker):
            kinds |= kind(each, service)
        for need in needs_of(service, asker):
            below = known(need)
            kinds |= below.kinds
            differs |= below.differs_for
        return _Kinds(kinds, differs)

    return _Below(Gathered(chain, needs_of, value_of), samples, kind)


def _alike(contract: Agreement, of: Iterable[ServiceLevel]) -> tuple[object, ...]:
    """All of a contract that is compared with an agreement above, on a service that some levels of it are about."""
    levels = tuple((level.name, level.metric, level.period, level.window) for level in of)
    has_money = bool(contract.charges) or any(level.is_critical for level in contract.levels)
    return (
        contract.type, contract.last, contract.renews, contract.notice, contract.currency, has_money,
        id(contract.calendar), contract.rights, levels,
    )  # fmt: skip
