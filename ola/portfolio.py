"""All contracts as of an instant: one immutable value that every graph question is answered from.

The problem: a figure is only as good as the set of contracts it was worked out under, so that set has to be one value
that nothing can change while it is being read.

Example: ``portfolio.in_force(date(2026, 3, 1))`` gives each agreement once, in the version of that day.

Limits: documents are read and checked elsewhere (`documents`); this value is taken as consistent: every name that one
part says of another is declared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.agreements import Agreement, Claim, State
from domain.findings import Finding
from domain.parties import Party
from domain.rates import ExchangeRate
from domain.relief import Relief
from domain.services import Service
from domain.termination.terms import Notice

_TAKES_EFFECT = frozenset({State.ACTIVE, State.TERMINATED})


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The agreements that are judged on one day, each once, by name; found by provider without looking at all."""

    by_name: Mapping[str, Agreement]
    _by_provider: Mapping[str, tuple[Agreement, ...]]
    _by_consumer: Mapping[str, tuple[Agreement, ...]]

    @classmethod
    def of(cls, agreements: Iterable[Agreement]) -> "InForce":
        """Agreements of distinct names, put in the order of their names."""
        ordered = {agreement.name: agreement for agreement in sorted(agreements, key=lambda each: each.name)}
        by_provider: dict[str, list[Agreement]] = {}
        by_consumer: dict[str, list[Agreement]] = {}
        for each in ordered.values():
            by_provider.setdefault(each.provider, []).append(each)
            by_consumer.setdefault(each.consumer, []).append(each)
        return cls(ordered, _fixed(by_provider), _fixed(by_consumer))

    def __iter__(self) -> Iterator[Agreement]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    def holds(self, version: Agreement) -> bool:
        """Whether just this version of an agreement is the one in force."""
        return self.by_name.get(version.name) is version

    def provided_by(self, parties: Iterable[str]) -> tuple[Agreement, ...]:
        """The agreements whose provider is one of some parties, by name."""
        found = [agreement for party in parties for agreement in self._by_provider.get(party, ())]
        return tuple(sorted(found, key=lambda each: each.name))

    def bought_by(self, parties: Iterable[str]) -> tuple[Agreement, ...]:
        """The agreements whose consumer is one of some parties, by name."""
        found = [agreement for party in parties for agreement in self._by_consumer.get(party, ())]
        return tuple(sorted(found, key=lambda each: each.name))


def _fixed(found: Mapping[str, list[Agreement]]) -> Mapping[str, tuple[Agreement, ...]]:
    return {party: tuple(agreements) for party, agreements in found.items()}


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Parties, services and all versions of all agreements, by name; with what the documents already show wrong.

    ``notices`` are the acts on termination rights, in the order in which they were done.
    """

    parties: Mapping[str, Party]
    services: Mapping[str, Service]
    agreements: tuple[Agreement, ...]
    claims: tuple[Claim, ...] = ()
    reliefs: tuple[Relief, ...] = ()
    findings: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    rates: tuple[ExchangeRate, ...] = ()
    digest: str = field(default="")
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def in_force(self, day: date) -> InForce:
        """The agreements that are judged on ``day``: active, within the term, the version then in force.

        Of several versions the one that took effect last on or before ``day`` holds (ruling 37). One that is only
        proposed has not taken effect, whatever its date; one that terminates the agreement has.
        """
        latest: dict[str, Agreement] = {}
        for agreement in self.agreements:
            if agreement.effective <= day and agreement.state in _TAKES_EFFECT:
                known = latest.get(agreement.name)
                if known is None or (agreement.effective, agreement.version) > (
                    known.effective,
                    known.version,
                ):
                    latest[agreement.name] = agreement
        return InForce.of(a for a in latest.values() if a.state is State.ACTIVE and a.covers_day(day))

    def organisation(self, top: str) -> tuple[str, ...]:
        """A topmost party and everybody below it, by name."""
        if not self._members:
            members: dict[str, list[str]] = {}
            for name in sorted(self.parties):
                members.setdefault(self.top_party(name), []).append(name)
            self._members.update((party, tuple(names)) for party, names in members.items())
        return self._members[top]

    def family(self, party: str) -> tuple[str, ...]:
        """A party and its parents, nearest first."""
        chain = [party]
        while (parent := self.parties[chain[-1]].parent) is not None and parent not in chain:
            chain.append(parent)
        return tuple(chain)

    def top_party(self, party: str) -> str:
        """The topmost parent of ``party``: the organisation that a team or a department belongs to."""
        return self.family(party)[-1]
