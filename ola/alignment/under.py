"""The contracts that directly stand under an agreement: those by which its provider is itself served.

The problem: terms, notice, currencies and clocks are matters between one contract and the next. What a supplier needs
in its turn is that supplier's concern, and is asked of its own contract.

Example: under the SLA for banking stand the OLA of the web team, the UC for hosting and that for the network; the UC
by which the hosting company rents its data centre stands under the UC for hosting.

Limits: a service that a team of the provider runs does not hide what lies beneath it; one that a supplier runs under a
contract does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.agreements import Agreement, AgreementType, ServiceLevel
from ola.alignment.underpinning import Underpinning


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


def contracts_under(underpinning: Underpinning, judged: Agreement) -> tuple[Under, ...]:
    """The OLAs and UCs directly under an agreement, by name."""
    portfolio, chain = underpinning.portfolio, underpinning.chain
    own = portfolio.top_party(judged.provider)
    roots = frozenset(judged.services)
    found: dict[str, tuple[Agreement, set[str]]] = {}
    seen = set(roots)
    waiting = sorted(roots)
    while waiting:
        service = waiting.pop()
        serving = [
            each
            for each in underpinning.covering.get(service, ())
            if each.name != judged.name
            and each.provider != judged.provider
            and portfolio.top_party(each.consumer) == own
            and (service not in roots or judged.provider in portfolio.family(each.consumer))
        ]
        for each in serving:
            found.setdefault(each.name, (each, set()))[1].add(service)
        if serving and portfolio.top_party(chain.services[service].provider) != own:
            continue
        below = [need for need in chain.needs[service] if need not in seen]
        seen.update(below)
        waiting += below
    return tuple(Under(found[name][0], tuple(sorted(found[name][1]))) for name in sorted(found))
