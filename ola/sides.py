"""Who stands with whom, and whom one may hold to a failure, seen from the provider of one agreement.

The problem: contracts bind sides. A vendor's subcontractor is no concern of the provider's contract; the vendor is.
So a failure is first put on a side, and the side's contracting party answers for it, whatever happened inside.

Example: cirrus has a contract with halden-it, and rents from dc-north. Seen from halden-it both are one side, and
cirrus is answerable for the data centre's failures. Seen from cirrus (its own contract being judged), dc-north is a
direct supplier and a side of its own.

Sides: the provider with its own teams; each direct supplier with its subcontractors; the consumer with its own
organisation. A subcontractor of several direct suppliers, and a party with no agreement at all, stands alone
(ruling 40).

Limits: a side is a matter of contracts in force on one day, whatever services they cover; `answerable` is a matter of
the services on the path as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from domain.agreements import Agreement
from ola.chain import Chain
from ola.portfolio import InForce, Portfolio


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The sides seen from ``provider``, under the agreements in force on the period's first day.

    ``consumer`` "*" is every customer. ``judged`` is the agreement whose breach is followed (None: sides only).
    """

    portfolio: Portfolio
    in_force: InForce
    provider: str
    consumer: str
    judged: Agreement | None = None
    _side: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, portfolio: Portfolio, in_force: InForce, judged: Agreement) -> "Sides":
        """The sides seen from the provider of an agreement that is judged."""
        return cls(portfolio, in_force, judged.provider, judged.consumer, judged)

    def family(self, party: str) -> tuple[str, ...]:
        """A party and its parents, nearest first."""
        return self.portfolio.family(party)

    def is_own(self, party: str) -> bool:
        """Whether a party is the provider, or stands below it (its teams)."""
        return self.provider in self.family(party)

    def is_consumer(self, party: str) -> bool:
        """Whether a party belongs to the consumer's organisation; not one that supplies the provider's side."""
        if self.consumer == "*" or self.is_own(party):
            return False
        belongs = self.portfolio.top_party(party) == self.portfolio.top_party(self.consumer)
        return belongs and not self.contracts_of(party)

    def side_of(self, party: str) -> str:
        """The name of a party's side: the provider, the consumer, or the side's topmost supplier."""
        if party not in self._side:
            self._side[party] = self._find_side(party)
        return self._side[party]

    def _find_side(self, party: str) -> str:
        if self.is_own(party):
            return self.provider
        top = self.portfolio.top_party(party)
        direct = self.contracts_of(party)
        if direct:
            # A team that another team supplies stands for itself; a vendor's department stands with the vendor.
            return direct[0].provider if top == self.portfolio.top_party(self.provider) else top
        if self.is_consumer(party):
            return self.consumer
        suppliers = self.suppliers_above(party)
        return suppliers[0] if len(suppliers) == 1 else top

    def contracts_of(self, party: str) -> tuple[Agreement, ...]:
        """The agreements in force in which the party's organisation is a direct supplier of the provider's side."""
        family = self._organisation(party)
        return tuple(a for a in self.in_force.provided_by(family) if self._buys(a.consumer))

    def suppliers_above(self, party: str) -> tuple[str, ...]:
        """The direct suppliers that a party works for, through however many agreements; by name."""
        found: set[str] = set()
        seen = {self.portfolio.top_party(party)}
        waiting = [party]
        while waiting:
            family = self._organisation(waiting.pop())
            for agreement in self.in_force.provided_by(family):
                if agreement.consumer == "*":
                    continue
                consumer = self.portfolio.top_party(agreement.consumer)
                if (
                    consumer in seen
                    or self.is_own(agreement.consumer)
                    or self.is_consumer(agreement.consumer)
                ):
                    continue
                seen.add(consumer)
                if self.contracts_of(consumer):
                    found.add(consumer)
                else:
                    waiting.append(consumer)
        return tuple(sorted(found))

    def serves_several(self, party: str) -> bool:
        """Whether a party is a subcontractor of several direct suppliers, and therefore a side of its own."""
        if self.is_own(party) or self.is_consumer(party) or self.contracts_of(party):
            return False
        return len(self.suppliers_above(party)) > 1

    def answerable_for(self, service: str, chain: Chain, paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        """Whom the provider may hold to the own failure of ``service`` (3.3): several only under ruling 40.

        Going up each path, shortest first: the first party with an agreement with the provider that covers the
        service it runs there; else the party itself.
        """
        party = chain.services[service].provider
        if self.is_own(party):
            return (self.provider,)
        if self.is_consumer(party):
            return (self.consumer,)
        found = [who for path in paths if (who := self._first_bound(path, chain)) is not None]
        if not found:
            return (party,)
        return tuple(dict.fromkeys(found)) if self.serves_several(party) else (found[0],)

    def _first_bound(self, path: tuple[str, ...], chain: Chain) -> str | None:
        for service in reversed(path):
            runs = chain.services[service].provider
            if self.is_own(runs) or self.is_consumer(runs):
                continue
            bound = [a.provider for a in self.contracts_of(runs) if service in a.services]
            if bound:
                return bound[0]
        return None

    def answerable_holder(self, holder: str) -> tuple[str, ...]:
        """Whom the provider may hold to the custody of ``holder``: itself, or up the consumers of its agreements."""
        if self.is_own(holder):
            return (self.provider,)
        if self.is_consumer(holder):
            return (self.consumer,)
        direct = self.contracts_of(holder)
        if direct:
            return (direct[0].provider,)
        return self.suppliers_above(holder) or (holder,)

    def binding(self, party: str, service: str) -> Agreement | None:
        """The agreement that binds a party for a service: the judged one for the provider and the consumer.

        Else the party's own, towards the provider's side before others, then by name; None: ungoverned.
        """
        if party in (self.provider, self.consumer) or self.is_consumer(party):
            return self.judged
        family = self.family(party)
        own = [a for a in self.in_force.provided_by(family) if service in a.services and a is not self.judged]
        own = [a for a in own if a.provider != self.provider]
        return min(
            own, key=lambda a: (not self._buys(a.consumer), family.index(a.provider), a.name), default=None
        )

    def binding_along(self, party: str, path: Sequence[str], chain: Chain) -> Agreement | None:
        """The agreement that binds a party for the service at the lower end of a path.

        A service under one of the party's own is bound by what binds that one: a vendor's storage by the contract for
        the hosting that stands on it. None: ungoverned.
        """
        for service in reversed(path):
            bound = self.binding(party, service)
            if bound is not None or chain.services[service].provider != party:
                return bound
        return None

    def custodians(self, supplier: str) -> frozenset[str]:
        """Everybody whose custody of a ticket is a supplier's, seen from its consumer: the supplier and its side.

        For a team of the provider that is the team and the teams below it, not the whole organisation (3.2).
        """
        if self.is_own(supplier):
            members = self.portfolio.organisation(self.portfolio.top_party(supplier))
            return frozenset(name for name in members if supplier in self.family(name))
        side = self.side_of(supplier)
        found: set[str] = set()
        waiting = [self.portfolio.top_party(supplier)]
        while waiting:
            members = self.portfolio.organisation(waiting.pop())
            found.update(name for name in members if self.side_of(name) == side)
            below = {self.portfolio.top_party(a.provider) for a in self.in_force.bought_by(members)}
            waiting += sorted(top for top in below - found if self.side_of(top) == side)
        return frozenset(found)

    def _organisation(self, party: str) -> frozenset[str]:
        """The party, its parents, and everybody below its topmost parent, but never the provider's own side."""
        top = self.portfolio.top_party(party)
        if self.portfolio.top_party(self.provider) == top:
            return frozenset(self.family(party)) - frozenset(self.family(self.provider))
        return frozenset(self.portfolio.organisation(top))

    def _buys(self, consumer: str) -> bool:
        return consumer != "*" and self.is_own(consumer)
