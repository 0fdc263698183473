"""What has to be up for a service to be up, written as one small formula that every availability figure is read from.

The problem: the services under a promise form a graph of gates, some of them shared, some promised by an agreement and
some by nobody. Both figures of a target's support (expected and guaranteed) have to read the same formula, and it must
not matter how deep the gates nest or how wide they are.

Example: banking needs all of hosting and any of two networks, each of them promised: the formula has three leaves, a
gate that needs 1 of 2, and on top a gate that needs 2 of 2.

The formula stops at the first service that has a promise (ruling 38): what that one stands on is its own provider's
concern. A service without a promise counts as its gate does, and as up where it needs nothing; the edge that closes a
cycle reads as up (ruling 39). What is always up is left out of its gate.

Limits: recovery lags are no part of it (ruling 131): a percentage does not say how many outages it comes in.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from ola.chain import Chain

UP = -1
"""Stands in the place of a node for what is always up."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A leaf: a service that some agreement promises."""

    service: str


@dataclass(frozen=True, slots=True)
class AtLeastOf:
    """A gate that is up while at least ``needed`` of its members are; members are places in the formula."""

    needed: int
    members: tuple[int, ...]

    @property
    def needs_all(self) -> bool:
        """Whether one member that is down is enough to bring the gate down."""
        return self.needed == len(self.members)


Node = Promised | AtLeastOf


@dataclass(frozen=True, slots=True)
class Formula:
    """The nodes, each after all its members, with the place of the topmost; `UP` where nothing promised is needed."""

    nodes: tuple[Node, ...]
    top: int

    def services(self) -> tuple[str, ...]:
        """The promised services that it stands on, by name."""
        return tuple(sorted(node.service for node in self.nodes if isinstance(node, Promised)))


def formula_of(
    chain: Chain, root: str, is_promised: Callable[[str], bool], among: Container[str] | None = None
) -> Formula:
    """The formula of a service; ``is_promised`` says of each service under it (and of itself) where support stops.

    ``among`` (None: all) are services outside which nothing is promised, of a service itself or of anything below it.
    """
    return _Writing(chain, is_promised, chain.needs if among is None else among).of(root)


@dataclass(slots=True, eq=False)
class _Writing:
    """A formula being written; equal gates of the same members are written once."""

    chain: Chain
    is_promised: Callable[[str], bool]
    among: Container[str]
    nodes: list[Node] = field(default_factory=list)
    _known: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)

    def of(self, root: str) -> Formula:
        places: dict[str, int] = {}
        reached = self._reached(root)
        rank, steps = self.chain.rank, self.chain.steps
        for service in sorted(reached, key=rank.__getitem__):
            if reached[service]:
                places[service] = len(self.nodes)
                self.nodes.append(Promised(service))
                continue
            done: list[int] = []
            for needed, needs in steps(service):
                # What was not reached has no promise at all, so that it reads as up, and is no member.
                members = tuple(
                    [
                        place
                        for need in needs
                        if need is not None
                        and (place := places.get(need, UP) if isinstance(need, str) else done[need]) != UP
                    ]
                )
                done.append(self._simplest(needed - len(needs) + len(members), members))
            places[service] = done[-1]
        return _reached_from(self.nodes, places.get(root, UP))

    def _reached(self, root: str) -> dict[str, bool]:
        """The services that the formula speaks of, each with whether it is promised; nothing below a promised one.

        Those under which nothing is promised are left out, as far as that is known beforehand.
        """
        found: dict[str, bool] = {}
        needs, is_promised, among = self.chain.needs, self.is_promised, self.among
        seen = {root}
        waiting = [root]
        while waiting:
            service = waiting.pop()
            if is_promised(service):
                found[service] = True
            elif below := needs[service]:
                found[service] = False
                for need in below:
                    if need not in seen and need in among:
                        seen.add(need)
                        waiting.append(need)
        return found

    def _simplest(self, needed: int, members: tuple[int, ...]) -> int:
        """A gate of members none of which is always up; one of a single member is that member."""
        if needed <= 0:
            return UP
        if len(members) == 1:
            return members[0]
        key = (needed, members)
        place = self._known.get(key)
        if place is None:
            place = self._known[key] = len(self.nodes)
            self.nodes.append(AtLeastOf(needed, members))
        return place


def _reached_from(nodes: list[Node], top: int) -> Formula:
    """The nodes under the topmost one: of what is always up all the same, nothing is left."""
    reached = {top} - {UP}
    for place in range(top, -1, -1):
        node = nodes[place]
        if place in reached and isinstance(node, AtLeastOf):
            reached.update(node.members)
    if len(reached) == len(nodes):
        return Formula(tuple(nodes), top)
    kept = sorted(reached)
    moved = {place: index for index, place in enumerate(kept)}
    found: list[Node] = []
    for place in kept:
        node = nodes[place]
        if isinstance(node, AtLeastOf):
            node = AtLeastOf(node.needed, tuple(moved[member] for member in node.members))
        found.append(node)
    return Formula(tuple(found), moved.get(top, UP))
