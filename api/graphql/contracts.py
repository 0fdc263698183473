"""The contracts as one reads them: the version of each agreement on a day, and what stands under what.

The problem: every question of a front end about the contracts (who serves whom, what underpins this SLA, what fails if
that does) must be answered from memory, and the same way for every field that asks it.

Example: ``Contracts.of(portfolio, day).underpinning("sla-online-banking")`` are the OLAs and underpinning contracts
below it, each with the way down to the service that it covers.

Limits: a value for one day; it asks the store nothing. What no agreement governs is found by `ola.alignment`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from domain.agreements import Agreement, AgreementType, State
from domain.services import dependencies_of
from ola.chain import Chain
from ola.portfolio import InForce, Portfolio
from ola.sides import Sides

__all__ = ["Contracts", "Need", "Support"]

V = TypeVar("V")

_TAKES_EFFECT = frozenset({State.ACTIVE, State.TERMINATED})


@dataclass(frozen=True, slots=True)
class Support:
    """That one agreement stands under another: the service it is needed for, and the way down to that service."""

    upper: Agreement
    lower: Agreement
    service: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """One edge of the dependency graph; ``closes_cycle``: settling reads it as up (ruling 39)."""

    service: str
    needs: str
    closes_cycle: bool


@dataclass(frozen=True, slots=True, eq=False)
class Contracts:
    """A portfolio on a day, with what is looked up in it again and again."""

    portfolio: Portfolio
    day: date
    chain: Chain
    versions: dict[str, tuple[Agreement, ...]]
    current: dict[str, Agreement]
    in_force: InForce
    _needs: dict[str, tuple[str, ...]]
    _needed_by: dict[str, tuple[str, ...]]
    _by_party: dict[str, tuple[Agreement, ...]]
    _by_service: dict[str, tuple[Agreement, ...]]
    _governing: dict[str, tuple[Agreement, ...]]
    _run_by: dict[str, tuple[str, ...]]
    _children: dict[str, tuple[str, ...]]
    _below: dict[str, tuple[Support, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, portfolio: Portfolio, day: date, chain: Chain | None = None) -> "Contracts":
        """The contracts of a portfolio on a day; ``chain`` is its graph where that is already at hand."""
        versions: dict[str, list[Agreement]] = {}
        for agreement in portfolio.agreements:
            versions.setdefault(agreement.name, []).append(agreement)
        ordered = {
            name: tuple(sorted(versions[name], key=lambda each: (each.effective, each.version)))
            for name in sorted(versions)
        }
        needs = {
            name: tuple(dict.fromkeys(d.service for d in dependencies_of(service.depends_on)))
            for name, service in sorted(portfolio.services.items())
        }
        current = {name: _on(each, day) for name, each in ordered.items()}
        in_force = portfolio.in_force(day)
        services, parties = sorted(portfolio.services.items()), sorted(portfolio.parties.items())
        return cls(
            portfolio,
            day,
            chain or Chain.of(portfolio),
            ordered,
            current,
            in_force,
            needs,
            _grouped((lower, upper) for upper, lowers in needs.items() for lower in lowers),
            _grouped(
                (party, a) for a in current.values() for party in dict.fromkeys((a.provider, a.consumer))
            ),
            _grouped((service, a) for a in current.values() for service in dict.fromkeys(a.services)),
            _grouped(
                (service, a) for a in in_force if a.type is not AgreementType.SLA for service in a.services
            ),
            _grouped((service.provider, name) for name, service in services),
            _grouped((party.parent, name) for name, party in parties if party.parent is not None),
        )

    def version(self, name: str, number: int) -> Agreement | None:
        """One version of an agreement, in the form that it has on the day, or else first takes."""
        forms = [each for each in self.versions.get(name, ()) if each.version == number]
        held = [each for each in forms if each.effective <= self.day]
        return held[-1] if held else next(iter(forms), None)

    def agreements(self) -> tuple[Agreement, ...]:
        """Every agreement once, by name, in its version of the day."""
        return tuple(self.current.values())

    def of_party(self, party: str) -> tuple[Agreement, ...]:
        """The agreements that a party holds, as provider or as consumer."""
        return self._by_party.get(party, ())

    def covering(self, service: str) -> tuple[Agreement, ...]:
        """The agreements that cover a service."""
        return self._by_service.get(service, ())

    def run_by(self, party: str) -> tuple[str, ...]:
        """The services that a party answers for running, by name."""
        return self._run_by.get(party, ())

    def children(self, party: str) -> tuple[str, ...]:
        """The parties directly below a party, by name."""
        return self._children.get(party, ())

    def needed_by(self, service: str) -> tuple[str, ...]:
        """The services that need a service directly, by name."""
        return self._needed_by.get(service, ())

    def underpinning(self, name: str) -> tuple[Support, ...]:
        """The agreements that stand under an agreement, by agreement, service and path."""
        if name not in self._below:
            self._below[name] = tuple(self._supports(self.current[name])) if name in self.current else ()
        return self._below[name]

    def underpinned(self, name: str) -> tuple[Support, ...]:
        """The agreements that an agreement stands under."""
        lower = self.current.get(name)
        if lower is None:
            return ()
        above = {
            upper.name: upper
            for service in self.chain.supported_by(lower.services)
            for upper in self._by_service.get(service, ())
            if upper.name != name
        }
        return tuple(
            support
            for upper in sorted(above)
            for support in self.underpinning(upper)
            if support.lower.name == name
        )

    def _supports(self, upper: Agreement) -> Iterable[Support]:
        sides = Sides.of(self.portfolio, self.in_force, upper)
        found: dict[tuple[str, str], Support] = {}
        for root in upper.services:
            for service in self.chain.closure(root):
                party = self.chain.services[service].provider
                lower = sides.binding(party, service)
                # An SLA lies on the customers' side, and nothing underpins itself.
                if lower is None or lower.name == upper.name or lower.type is AgreementType.SLA:
                    continue
                path = self.chain.paths(root, service)[0]
                known = found.get((lower.name, service))
                if known is None or (len(path), path) < (len(known.path), known.path):
                    found[lower.name, service] = Support(upper, lower, service, path)
        return [found[key] for key in sorted(found)]

    def needs(self, root: str | None, *, down: bool, up: bool, depth: int | None) -> tuple[Need, ...]:
        """The edges of the graph within ``depth`` steps of ``root`` (None: of the whole graph)."""
        if root is None:
            edges = {(service, lower) for service, lowers in self._needs.items() for lower in lowers}
        else:
            edges = (self._walk(root, depth, self._needs) if down else set()) | {
                (upper, lower) for lower, upper in (self._walk(root, depth, self._needed_by) if up else set())
            }
        return tuple(Need(*edge, closes_cycle=edge in self.chain.closing_edges) for edge in sorted(edges))

    def governing(self, need: Need) -> tuple[Agreement, ...]:
        """The agreements in force that govern a dependency: of the needed service's provider, with who needs it.

        A dependency within one organisation's own service needs none, and has none.
        """
        consumer, provider = (self.portfolio.services[name].provider for name in (need.service, need.needs))
        if consumer == provider:
            return ()
        buyers = {consumer, self.portfolio.top_party(consumer)}
        return tuple(
            a
            for a in self._governing.get(need.needs, ())
            if a.consumer in buyers and a.provider in {provider, self.portfolio.top_party(provider)}
        )

    @staticmethod
    def _walk(root: str, depth: int | None, next_of: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
        edges: set[tuple[str, str]] = set()
        seen, frontier, steps = {root}, [root], 0
        while frontier and (depth is None or steps < depth):
            found = [(here, there) for here in frontier for there in next_of.get(here, ())]
            edges.update(found)
            frontier = list(dict.fromkeys(there for _, there in found if there not in seen))
            seen.update(frontier)
            steps += 1
        return edges


def _grouped(pairs: Iterable[tuple[str, V]]) -> dict[str, tuple[V, ...]]:
    """The second parts of pairs by their first, in the order in which they come."""
    found: dict[str, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _on(versions: tuple[Agreement, ...], day: date) -> Agreement:
    """The version that took effect last on or before a day; before all of them, the first.

    What is only proposed has not taken effect, whatever its date: it is shown where there is nothing else.
    """
    effective = [each for each in versions if each.state in _TAKES_EFFECT] or list(versions)
    held = [each for each in effective if each.effective <= day]
    return held[-1] if held else effective[0]
