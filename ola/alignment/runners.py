"""Which parties run what stands under each service, found once for all who ask.

The problem: "does anything of the customer's lie under this promise?" and "is anybody under it bound by nothing?" are
asked of every promise, nearly always with the answer no. Walking down each time takes longer than all else.

Example: under banking, services are run by halden, cirrus and telco; all that cirrus and telco run there is promised by
themselves, so nobody under banking can be ungoverned but halden, whose own promise is judged.

Limits: an answer that something may be there has to be looked into; an answer that nothing is, is sure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ola.chain import Chain
from ola.portfolio import InForce, Portfolio


@dataclass(frozen=True, slots=True, eq=False)
class Runners:
    """By service, the bits of the parties that run it or something below, and of those who may do so unbound."""

    bits: Mapping[str, int]
    below: Mapping[str, int]
    unbound: Mapping[str, int]
    _houses: dict[str, int]

    @classmethod
    def of(cls, portfolio: Portfolio, chain: Chain, in_force: InForce) -> "Runners":
        """The runners of a chain under the agreements of one day."""
        bits = {name: 1 << place for place, name in enumerate(sorted(portfolio.parties))}
        houses: dict[str, int] = {}
        for name, bit in bits.items():
            top = portfolio.top_party(name)
            houses[top] = houses.get(top, 0) | bit
        bound = {(each.provider, service) for each in in_force for service in each.services}
        below: dict[str, int] = {}
        unbound: dict[str, int] = {}
        for service in sorted(chain.services, key=chain.rank.__getitem__):
            party = chain.services[service].provider
            found = bits[party]
            free = 0 if (party, service) in bound else found
            for need in chain.needs[service]:
                found |= below[need]
                free |= unbound[need]
            below[service], unbound[service] = found, free
        return cls(bits, below, unbound, houses)

    def may_be_of(self, service: str, house: str) -> bool:
        """Whether an organisation runs a service or anything below it."""
        return bool(self.below[service] & self._houses.get(house, 0))

    def may_be_unbound(self, service: str, provider: str) -> bool:
        """Whether anybody but ``provider`` may run a service, or one below it, without an agreement of its own."""
        return bool(self.unbound[service] & ~self.bits[provider])
