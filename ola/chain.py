"""The dependency graph: which service needs which, and the paths along which a failure reaches a customer.

The problem: every question of the chain (what does this service stand on, how does that failure get there, what is
shared) is a question to one graph, and it has to be the same graph each time.

Example: with online-banking needing hosting, and hosting needing a data centre, ``paths("online-banking",
"data-centre")`` is ``(("online-banking", "hosting", "data-centre"),)``.

Limits: a cycle is a fault of the documents (finding ``DEPENDENCY_CYCLE``); settling goes on with the edge that closes
it reading as up (ruling 39). That edge is the same whatever is asked: a depth-first walk from the services that nothing
needs, then from those that customers were promised, then from the others, each by name (ruling 127).
At most `MOST_PATHS` paths are listed between two services, shortest first.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from domain.agreements import AgreementType
from domain.services import AllOf, AtLeast, Dependency, Gate, Inner, Service, folded, needed_by_gate
from ola.portfolio import Portfolio
from ola.reaching import Reaching

if TYPE_CHECKING:
    import networkx as nx

_MANY: Final = 5_000
"""In a graph of more services what can be reached is looked up in columns."""
MOST_PATHS: Final = 20
"""How many paths between two services are listed, shortest first, then by the services' names."""

Path = tuple[str, ...]

Step = tuple[int, tuple[str | int | None, ...]]
"""A gate: how many of its members it needs; a member is a service, the place of an earlier step, or always up."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The services of a portfolio and their needs, with an order in which each comes after all it needs."""

    services: dict[str, Service]
    needs: Mapping[str, tuple[str, ...]]
    """What each service needs, by name, without the edges that close a cycle."""
    needed_by: Mapping[str, tuple[str, ...]]
    """The same the other way round."""
    closing_edges: frozenset[tuple[str, str]]
    rank: dict[str, int]
    _closures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _steps: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    _paths: dict[tuple[str, str], tuple[Path, ...]] = field(default_factory=dict)
    _columns: dict[bool, Reaching] = field(default_factory=dict)
    _graphs: list["nx.DiGraph[str]"] = field(default_factory=list)

    @classmethod
    def of(cls, portfolio: Portfolio) -> "Chain":
        """The graph of all services of a portfolio."""
        services = {name: portfolio.services[name] for name in sorted(portfolio.services)}
        written = {name: sorted(needed_by_gate(each.depends_on)) for name, each in services.items()}
        closing, order = _walk(written, _starts(portfolio, written))
        needs = {
            one: tuple(other for other in others if (one, other) not in closing) if closing else tuple(others)
            for one, others in written.items()
        }
        needed_by: dict[str, list[str]] = {name: [] for name in services}
        for one, others in needs.items():
            for other in others:
                needed_by[other].append(one)
        upwards = {name: tuple(above) for name, above in needed_by.items()}
        return cls(services, needs, upwards, closing, {name: place for place, name in enumerate(order)})

    @property
    def graph(self) -> "nx.DiGraph[str]":
        """The same as a graph, for what a library knows better."""
        import networkx as nx  # noqa: PLC0415 - it is large, and a chain of one service asks nothing of it

        if not self._graphs:
            graph: nx.DiGraph[str] = nx.DiGraph()
            graph.add_nodes_from(self.services)
            graph.add_edges_from((one, other) for one in self.services for other in self.needs[one])
            self._graphs.append(graph)
        return self._graphs[0]

    def gate(self, service: str) -> Gate | None:
        """The gate of what a service needs."""
        return self.services[service].depends_on

    def steps(self, service: str) -> tuple[Step, ...]:
        """The gate of a service as a list, inner gates first and the whole last; nothing for no gate.

        Read once for all formulas in which the service stands; the edge that closes a cycle reads as always up.
        """
        if service not in self._steps:
            self._steps[service] = self._read_steps(service)
        return self._steps[service]

    def _read_steps(self, service: str) -> tuple[Step, ...]:
        whole = self.gate(service)
        if whole is None:
            return ()
        if not isinstance(whole, Dependency) and not self.closing_edges:
            members = tuple(each.service for each in whole.members if isinstance(each, Dependency))
            if len(members) == len(whole.members):
                return ((_needed(whole), members),)
        found: list[Step] = []

        def of_dependency(need: Dependency) -> str | int | None:
            return None if (service, need.service) in self.closing_edges else need.service

        def of_gate(gate: Inner, members: list[str | int | None]) -> str | int | None:
            found.append((_needed(gate), tuple(members)))
            return len(found) - 1

        top = folded(whole, of_dependency, of_gate)
        return tuple(found) if isinstance(whole, Inner) else ((1, (top,)),)

    def closure(self, service: str) -> tuple[str, ...]:
        """A service and all that it stands on, each after everything it needs; the service itself is last."""
        if service not in self._closures:
            self._closures[service] = tuple(self.below(service))
        return self._closures[service]

    def below(self, service: str) -> Collection[str]:
        """The same, counted and told from the rest at once, and in a large graph listed only when it is asked for."""
        if len(self.services) > _MANY:
            return self._reaching(is_turned=False).reached([self.rank[service]])
        return sorted(_reached(service, self.needs), key=self.rank.__getitem__)

    def closure_without(self, service: str, known: Container[str]) -> tuple[str, ...]:
        """The part of a service's closure that is reached without going through what is known; in its order."""
        found: set[str] = set()
        waiting = [service]
        while waiting:
            name = waiting.pop()
            if name not in found and name not in known:
                found.add(name)
                waiting += self.needs[name]
        return tuple(sorted(found, key=self.rank.__getitem__))

    def supported_by(self, services: Iterable[str]) -> frozenset[str]:
        """The given services and every service that stands on one of them, directly or not."""
        return frozenset(self.above(services))

    def above(self, services: Iterable[str]) -> Collection[str]:
        """The same, counted and told from the rest at once, and in a large graph listed only when it is asked for."""
        if len(self.services) > _MANY:
            return self._reaching(is_turned=True).reached([self.rank[service] for service in services])
        found: set[str] = set()
        for service in services:
            if service not in found:
                found |= _reached(service, self.needed_by)
        return found

    def ready_for_questions(self) -> "Chain":
        """The same, with every answer of `below` and `above` within a millisecond, whatever service is asked about.

        In a large graph this takes a second or two and some room (`ola.signposts`), so it is for whoever keeps the
        graph and asks often, such as a server; one question is sooner answered by walking.
        """
        if len(self.services) > _MANY:
            for is_turned in (False, True):
                self._columns[is_turned] = self._reaching(is_turned=is_turned).with_signposts()
        return self

    def _reaching(self, *, is_turned: bool) -> Reaching:
        """The graph in columns, downwards or turned over; those of one way are made from those of the other."""
        if is_turned not in self._columns:
            if is_turned:
                self._columns[True] = self._reaching(is_turned=False).turned()
            else:
                self._columns[False] = Reaching.of(self.rank, self.needs)
        return self._columns[is_turned]

    def paths(self, root: str, leaf: str) -> tuple[Path, ...]:
        """The ways from a service down to one it stands on, both ends included, shortest first, ties by names."""
        key = (root, leaf)
        if key not in self._paths:
            self._paths[key] = self._find_paths(root, leaf)
        return self._paths[key]

    def _find_paths(self, root: str, leaf: str) -> tuple[Path, ...]:
        if root == leaf:
            return ((root,),)
        between = (set(self.closure(root)) & _reached(leaf, self.needed_by)) | {root}
        if leaf not in between:
            return ()
        import networkx as nx  # noqa: PLC0415 - as above

        inner = self.graph.subgraph(between)
        found = islice(nx.shortest_simple_paths(inner, root, leaf), 4 * MOST_PATHS)
        return tuple(sorted((tuple(path) for path in found), key=lambda path: (len(path), path)))[:MOST_PATHS]


def _needed(gate: Inner) -> int:
    if isinstance(gate, AtLeast):
        return gate.count
    return len(gate.members) if isinstance(gate, AllOf) else 1


def _reached(start: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    """A service and all that can be reached from it."""
    found = {start}
    waiting = [start]
    while waiting:
        for other in edges[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _starts(portfolio: Portfolio, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Where a walk through the services, which are told by name, begins: at the top, where failures are felt.

    So the edge that closes a cycle is none that leads from a promised service down to what it stands on (ruling 127).
    """
    needed = {below for others in needs.values() for below in others}
    promised = {
        service
        for agreement in portfolio.agreements
        if agreement.type is AgreementType.SLA and len(agreement.services) < len(needs)
        for service in agreement.services
    }
    top = [name for name in needs if name not in needed]
    below = [name for name in needs if name in needed]
    return [
        name
        for group in (top, below)
        for is_promised in (True, False)
        for name in group
        if (name in promised) is is_promised
    ]


def _walk(needs: dict[str, list[str]], starts: Sequence[str]) -> tuple[frozenset[tuple[str, str]], list[str]]:
    """The edges that close a cycle, and the services in an order with every one after all it needs.

    Written without recursion, because a chain of services may be longer than the interpreter's stack.
    """
    closing: set[tuple[str, str]] = set()
    order: list[str] = []
    entered: set[str] = set()
    finished: set[str] = set()
    for root in starts:
        if root in entered:
            continue
        entered.add(root)
        stack = [(root, iter(needs[root]))]
        while stack:
            service, remaining = stack[-1]
            below = next(remaining, None)
            if below is None:
                stack.pop()
                finished.add(service)
                order.append(service)
            elif below not in entered:
                entered.add(below)
                stack.append((below, iter(needs[below])))
            elif below not in finished:
                closing.add((service, below))
    return frozenset(closing), order
