"""All contracts as of an instant: one immutable value that every graph question is answered from.

The problem: a figure is only as good as the set of contracts it was worked out under, so that set has to be one value
that nothing can change while it is being read.

Example: ``portfolio.in_force(date(2026, 3, 1))`` gives each agreement once, in the version of that day.

Limits: documents are read and checked elsewhere (`documents`); this value is taken as consistent: every name that one
part says of another is declared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import is_

from domain.agreements import Agreement, Claim, State
from domain.findings import Finding, FindingKind, Severity
from domain.life import (
    Life,
    LifeAct,
    RefusedAct,
    Signature,
    VersionOf,
    as_lived,
    in_force_on,
    lives_of,
    stage_on,
    written_life,
)
from domain.parties import Party, Role
from domain.rates import ExchangeRate
from domain.relief import Decision, RefusedDecision, Relief, decided
from domain.services import Service
from domain.termination.terms import Act, Notice

Forms = Callable[[Sequence[Agreement]], tuple[Agreement, ...]]
"""Gives versions, as far as their lives have come, in the forms that they take in time."""


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """The agreements that are judged on one day, each once, by name; found by provider without looking at all."""

    by_name: Mapping[str, Agreement]
    _by_provider: Mapping[str, tuple[Agreement, ...]]
    _by_consumer: Mapping[str, tuple[Agreement, ...]]
    _by_service: Mapping[str, tuple[Agreement, ...]]
    """By each service on which some level of theirs is."""

    @classmethod
    def of(cls, agreements: Iterable[Agreement]) -> "InForce":
        """Agreements of distinct names, put in the order of their names."""
        ordered = {agreement.name: agreement for agreement in sorted(agreements, key=lambda each: each.name)}
        by_provider: dict[str, list[Agreement]] = {}
        by_consumer: dict[str, list[Agreement]] = {}
        by_service: dict[str, list[Agreement]] = {}
        for each in ordered.values():
            for service in {name for level in each.levels for name in level.services}:
                by_service.setdefault(service, []).append(each)
            by_provider.setdefault(each.provider, []).append(each)
            by_consumer.setdefault(each.consumer, []).append(each)
        return cls(ordered, _as_tuples(by_provider), _as_tuples(by_consumer), _as_tuples(by_service))

    def __iter__(self) -> Iterator[Agreement]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    def holds(self, version: Agreement) -> bool:
        """Whether just this version of an agreement is the one in force."""
        return self.by_name.get(version.name) is version

    def is_of(self, agreements: Sequence[Agreement]) -> bool:
        """Whether just these versions, told in the order of their names, are in force."""
        return len(self) == len(agreements) and all(map(is_, self, agreements))

    def provided_by(self, parties: Iterable[str]) -> tuple[Agreement, ...]:
        """The agreements whose provider is one of some parties, by name."""
        found = [agreement for party in parties for agreement in self._by_provider.get(party, ())]
        return tuple(sorted(found, key=lambda each: each.name))

    def promising(self, services: Iterable[str]) -> tuple[Agreement, ...]:
        """The agreements with a level on one of some services, by name."""
        found = {each.name: each for service in services for each in self._by_service.get(service, ())}
        return tuple(found[name] for name in sorted(found))

    def bought_by(self, parties: Iterable[str]) -> tuple[Agreement, ...]:
        """The agreements whose consumer is one of some parties, by name."""
        found = [agreement for party in parties for agreement in self._by_consumer.get(party, ())]
        return tuple(sorted(found, key=lambda each: each.name))


@dataclass(frozen=True, slots=True, eq=False)
class AsWritten:
    """What the documents say before the acts under them: agreements in the state that is written, reliefs as claimed.

    ``acts`` are signatures and transitions, ``decisions`` those about reliefs. ``agreements`` has each version once;
    ``forms`` (None: each has one form) gives those that it takes in time, by what it inherits from others.
    """

    agreements: tuple[Agreement, ...]
    reliefs: tuple[Relief, ...]
    findings: tuple[Finding, ...]
    acts: tuple[LifeAct, ...]
    decisions: tuple[Decision, ...]
    forms: Forms | None = None
    is_whole: bool = True
    """Whether every act that may still come can be judged from this: False where acts may change what is inherited."""

    def until(self, day: date) -> "AsWritten":
        """The same with the acts up to the end of a day."""
        return replace(
            self,
            acts=tuple(act for act in self.acts if act.on <= day),
            decisions=tuple(each for each in self.decisions if each.on <= day),
        )

    def has_acts_after(self, day: date) -> bool:
        """Whether something was done after a day."""
        return any(act.on > day for act in (*self.acts, *self.decisions))


def _as_tuples(found: Mapping[str, Sequence[Agreement]]) -> dict[str, tuple[Agreement, ...]]:
    return {name: tuple(agreements) for name, agreements in found.items()}


@dataclass(frozen=True, slots=True)
class Ended:
    """That a right ended an agreement, or (``services`` not None) some of its services.

    ``since`` is the day of the exercise, ``last`` the last day on which what was ended still holds.
    """

    agreement: str
    services: tuple[str, ...] | None
    since: date
    last: date


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
    lives: Mapping[VersionOf, Life] = field(default_factory=dict, compare=False)
    """Where each version stands after what was done; a version that nothing was done about is not in it."""
    as_written: AsWritten | None = field(default=None, compare=False, repr=False)
    """What the documents say by themselves, before the acts under them; None where no document was read."""
    ended: tuple[Ended, ...] = ()
    """What rights that were exercised ended (`ola.ended`); the agreements above are already as that left them."""
    before_ends: "Portfolio | None" = field(default=None, compare=False, repr=False)
    """The same contracts before any right ended something, where one did."""
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _versions: dict[str, tuple[Agreement, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def has_exercises(self) -> bool:
        """Whether any right to terminate was exercised: then what is in force hangs on the evidence too."""
        return any(notice.act is Act.EXERCISE for notice in self.notices)

    def in_force(self, day: date, known: Iterable[InForce] = ()) -> InForce:
        """The agreements that are judged on ``day``: active, within the term, the version then in force.

        Where just these are in force as on another day that is ``known``, what that day gave is given again.
        """
        standing = (in_force_on(versions, day) for versions in self.versions.values())
        found = [each for each in standing if each is not None]
        for each in known:
            if each.is_of(found):
                return each
        return InForce.of(found)

    @property
    def versions(self) -> Mapping[str, tuple[Agreement, ...]]:
        """All versions of each agreement, in all their forms, by name."""
        if not self._versions:
            found: dict[str, list[Agreement]] = {}
            for agreement in self.agreements:
                found.setdefault(agreement.name, []).append(agreement)
            self._versions.update((name, tuple(found[name])) for name in sorted(found))
        return self._versions

    def texts(self, name: str) -> tuple[Agreement, ...]:
        """The versions of an agreement as people number them: each once, in the form that it first takes."""
        return tuple(each for each in self.versions.get(name, ()) if not each.is_changed_from_outside)

    def after(self, written: AsWritten) -> "Portfolio":
        """The portfolio after what was done: who signed, what took effect or ended, which relief was decided."""
        customers = frozenset(name for name, each in self.parties.items() if each.role is Role.CUSTOMER)
        lives, refused = lives_of(written.agreements, written.acts, customers)
        reliefs, undecided = decided(written.reliefs, written.decisions)
        told = (*(_refused(each) for each in refused), *(_undecided(each) for each in undecided))
        lived = as_lived(written.agreements, lives)
        return replace(
            self,
            agreements=lived if written.forms is None else written.forms(lived),
            reliefs=reliefs,
            findings=(*written.findings, *told),
            lives=lives,
        )

    def known_on(self, day: date) -> "Portfolio":
        """The portfolio with what had been done by the end of a day, and nothing that was done later.

        What rights ended by then is left to whoever has the evidence (`settlement.exercised`).
        """
        if self.before_ends is not None:
            return self.before_ends.known_on(day)
        if self.as_written is None or not self.as_written.has_acts_after(day):
            return self
        return self.after(self.as_written.until(day))

    def life(self, agreement: Agreement) -> Life:
        """Where a version stands after what was done."""
        return self.lives.get((agreement.name, agreement.version), written_life(agreement))

    def stage(self, agreement: Agreement, day: date) -> State:
        """Where a version stands on a day, as it is called: one whose term has run out has expired."""
        return stage_on(agreement, self.life(agreement), day)

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


def _refused(refused: RefusedAct) -> Finding:
    """An act in the life of an agreement that changed nothing."""
    act, why = refused.act, refused.refusal.why
    cure = f"{refused.refusal.cure}; or take {act.name} out."
    if isinstance(act, Signature):
        told = f"{act.name} would sign for {act.party} on {act.on}, but {why}: it changes nothing."
        return Finding("SIGNATURE_REFUSED", Severity.ERROR, FindingKind.TERMS, told, act.agreement, cure=cure)
    told = f"{act.name} would make it {act.to.value} on {act.on}, but {why}: it changes nothing."
    return Finding("TRANSITION_REFUSED", Severity.ERROR, FindingKind.TERMS, told, act.agreement, cure=cure)


def _undecided(refused: RefusedDecision) -> Finding:
    decision = refused.decision
    return Finding(
        "DECISION_REFUSED",
        Severity.ERROR,
        FindingKind.TERMS,
        f"{decision.name} would have the relief {decision.relief} {decision.status.value} on {decision.on}, but "
        f"{refused.why}: it changes nothing.",
        None if refused.relief is None else refused.relief.agreement,
        cure=f"A claimed relief is decided once: claim anew, or take {decision.name} out.",
    )
