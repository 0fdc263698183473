"""Which agreement a promise stands under, where several levels of a multi-level SLA say it.

The problem: a corporate SLA promises 99.5 % for every service, a customer's SLA 99.9 % for all of that customer's, and
a service's SLA 99.95 % for one. They are one promise to that customer for that service, made ever more exactly, and not
three: it is judged once, under the most specific agreement that covers the customer and the service (ruling 36).

Example: with ``sla-all`` (corporate, for everybody) and ``sla-shop`` (service, for meridian, the only customer), the
level ``availability`` on the shop stands under ``sla-shop`` alone, and on every other service under ``sla-all``.

Limits: levels match by name. An SLA for everybody goes on being judged, over all customers, as long as one customer is
left whom nothing more specific covers. What a more specific SLA leaves out has been filled in when documents were
loaded (`documents.inherited`), so that here a level of that name is found in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from domain.agreements import Agreement, AgreementType, ServiceLevel, Structure
from domain.parties import Role
from ola.portfolio import InForce, Portfolio

_BREADTH = {Structure.SERVICE: 0, Structure.CUSTOMER: 1, Structure.CORPORATE: 2}


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Tells which levels of the SLAs in force on one day are judged under themselves."""

    portfolio: Portfolio
    in_force: InForce
    _specific: dict[tuple[str, str, str], list[Agreement]] = field(default_factory=dict)
    _customers: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, portfolio: Portfolio, in_force: InForce) -> "Standing":
        """What stands under what on the day of ``in_force``."""
        standing = cls(portfolio, in_force)
        for agreement in in_force:
            if agreement.type is AgreementType.SLA and agreement.structure is not Structure.CORPORATE:
                for level in agreement.levels:
                    for service in level.services:
                        key = (agreement.provider, service, level.name)
                        standing._specific.setdefault(key, []).append(agreement)
        parents = {party.parent for party in portfolio.parties.values() if party.role is Role.CUSTOMER}
        standing._customers.extend(
            name
            for name, party in sorted(portfolio.parties.items())
            if party.role is Role.CUSTOMER and name not in parents
        )
        return standing

    def services(self, agreement: Agreement, level: ServiceLevel) -> Iterator[str]:
        """The services on which a level of an agreement is judged under that agreement."""
        for service in level.services:
            if not self.stands_under(agreement, level.name, service):
                yield service

    def stands_under(self, agreement: Agreement, level: str, service: str) -> tuple[Agreement, ...]:
        """The more specific agreements that a level on a service stands under instead; () where it stands by itself."""
        if agreement.type is not AgreementType.SLA or agreement.structure in (None, Structure.SERVICE):
            return ()
        breadth = _BREADTH[agreement.structure]
        found = [
            other
            for other in self._specific.get((agreement.provider, service, level), ())
            if other.structure is not None
            and _BREADTH[other.structure] < breadth
            and not self._only_repeats(other, level, service, agreement)
        ]
        if not found or any(other.consumer == "*" for other in found):
            return tuple(found)
        covered = {other.consumer for other in found}
        if agreement.consumer != "*":
            # A department's own SLA does not take the place of its whole organisation's.
            return tuple(found) if covered & set(self.portfolio.family(agreement.consumer)) else ()
        is_left = any(not covered & set(self.portfolio.family(name)) for name in self._customers)
        return () if is_left else tuple(found)

    def _only_repeats(self, other: Agreement, name: str, service: str, agreement: Agreement) -> bool:
        """Whether a more specific agreement has a level as a broader one says it, and this one says it differently.

        A service's SLA that leaves a level out has it from the corporate SLA; a customer's own promise is more
        specific than that, and goes on standing (ruling 129).
        """
        said, own = _level(other, name, service), _level(agreement, name, service)
        source = None if said is None else self.in_force.by_name.get(said.inherited_from or "")
        if source is None or source.structure is None or agreement.structure is None:
            return False
        if _BREADTH[source.structure] <= _BREADTH[agreement.structure]:
            return False
        first = _terms(_level(source, name, service))
        return _terms(said) == first != _terms(own)


def _level(agreement: Agreement, name: str, service: str) -> ServiceLevel | None:
    """What an agreement says in a level on a service, wherever it has it from."""
    found = (level for level in agreement.levels if level.name == name and service in level.services)
    return next(found, None)


def _terms(level: ServiceLevel | None) -> ServiceLevel | None:
    """A level without what differs where the same is said of other services."""
    return None if level is None else replace(level, services=(), inherited_from=None)
