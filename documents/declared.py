"""All documents of a folder by kind and name, so that one can be checked against another.

The problem: a name means something only because another document declares it, perhaps in another file, perhaps further
down. So first everything is gathered, then names are looked up.

Example: ``Declared.of(read).parties["cirrus"].model.spec.role`` is "vendor".

Limits: of several documents with one name the first stands here; the others are told as errors (`documents.structure`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from documents.kinds import (
    AgreementDocument,
    CalendarDocument,
    ClaimDocument,
    DecisionDocument,
    ExchangeRateDocument,
    FeedDocument,
    NoticeDocument,
    PartyDocument,
    ReliefDocument,
    ServiceDocument,
    SignatureDocument,
    TransitionDocument,
)  # fmt: skip
from documents.positions import SourceDocument
from documents.terms import Term

__all__ = ["Declared", "Written"]

Model_co = TypeVar("Model_co", bound=Term, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Written(Generic[Model_co]):
    """A document that could be read: its model, and its text with positions."""

    model: Model_co
    source: SourceDocument


@dataclass(frozen=True, eq=False)
class Declared:
    """The documents of a folder. ``sources`` has all of them by kind, also those that no model could read.

    So a name whose own document has errors still counts as declared.
    ``is_complete`` is False where some text could not be read at all, and may have declared anything.
    """

    parties: Mapping[str, Written[PartyDocument]]
    calendars: Mapping[str, Written[CalendarDocument]]
    services: Mapping[str, Written[ServiceDocument]]
    agreements: tuple[Written[AgreementDocument], ...]
    reliefs: tuple[Written[ReliefDocument], ...]
    claims: tuple[Written[ClaimDocument], ...]
    notices: tuple[Written[NoticeDocument], ...]
    feeds: tuple[Written[FeedDocument], ...]
    sources: Mapping[str, tuple[SourceDocument, ...]]
    is_complete: bool = True
    rates: tuple[Written[ExchangeRateDocument], ...] = ()
    decisions: tuple[Written[DecisionDocument], ...] = ()
    signatures: tuple[Written[SignatureDocument], ...] = ()
    transitions: tuple[Written[TransitionDocument], ...] = ()

    @classmethod
    def of(
        cls, read: Iterable[Written[Term]], sources: Iterable[SourceDocument], *, is_complete: bool
    ) -> Self:
        """Gather documents in the order of their files."""
        by_model: dict[type[Term], list[Written[Any]]] = defaultdict(list)
        for one in read:
            by_model[type(one.model)].append(one)
        return cls(
            _by_first_name(by_model[PartyDocument]),
            _by_first_name(by_model[CalendarDocument]),
            _by_first_name(by_model[ServiceDocument]),
            tuple(by_model[AgreementDocument]),
            tuple(by_model[ReliefDocument]),
            tuple(by_model[ClaimDocument]),
            tuple(by_model[NoticeDocument]),
            tuple(by_model[FeedDocument]),
            _by_kind(sources),
            is_complete,
            tuple(by_model[ExchangeRateDocument]),
            tuple(by_model[DecisionDocument]),
            tuple(by_model[SignatureDocument]),
            tuple(by_model[TransitionDocument]),
        )

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Written[AgreementDocument], ...]]:
        groups: dict[str, list[Written[AgreementDocument]]] = defaultdict(list)
        for one in self.agreements:
            groups[one.model.metadata.name].append(one)
        return {
            name: tuple(sorted(group, key=lambda one: one.model.metadata.version))
            for name, group in groups.items()
        }

    @cached_property
    def _by_source(self) -> Mapping[int, Written[AgreementDocument]]:
        return {id(one.source): one for one in self.agreements}

    def written_as(self, source: SourceDocument) -> Written[AgreementDocument] | None:
        """The agreement of a document; None where no model could read it."""
        return self._by_source.get(id(source))

    @cached_property
    def _services_by_provider(self) -> Mapping[str, tuple[str, ...]]:
        """The services that each party runs itself or through its teams and departments."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.services):
            for party in self.parent_chain(self.services[name].model.spec.provider):
                groups[party].append(name)
        return {party: tuple(names) for party, names in groups.items()}

    @cached_property
    def _general_slas(self) -> Mapping[tuple[str, str], tuple[Written[AgreementDocument], ...]]:
        groups: dict[tuple[str, str], list[Written[AgreementDocument]]] = defaultdict(list)
        for one in self.agreements:
            spec = one.model.spec
            if spec.type == "SLA" and spec.structure in ("customer", "corporate"):
                groups[spec.provider, spec.consumer].append(one)
        return {key: tuple(group) for key, group in groups.items()}

    def general_slas(self, provider: str, consumer: str) -> tuple[Written[AgreementDocument], ...]:
        """The customer-level and corporate SLAs of a provider that hold for a consumer, by itself or a parent."""
        consumers = ("*",) if consumer == "*" else ("*", *self.parent_chain(consumer))
        return tuple(one for name in consumers for one in self._general_slas.get((provider, name), ()))

    def versions(self, name: str) -> tuple[Written[AgreementDocument], ...]:
        """All versions of an agreement, lowest first."""
        return self._by_name.get(name, ())

    @cached_property
    def _made_active(self) -> frozenset[tuple[str, int | None]]:
        return frozenset(
            (each.model.spec.agreement, each.model.spec.version)
            for each in self.transitions
            if each.model.spec.to == "active"
        )

    def takes_effect(self, written: Written[AgreementDocument]) -> bool:
        """Whether a version is in force or has ended, by its document or by an act of whatever date."""
        name, version = written.model.metadata.name, written.model.metadata.version
        return written.model.spec.state in ("active", "terminated") or not self._made_active.isdisjoint(
            {(name, version), (name, None)}
        )

    @cached_property
    def _parts(self) -> Mapping[str, tuple[SourceDocument, ...]]:
        groups: dict[str, list[SourceDocument]] = defaultdict(list)
        for source in self.sources.get("Agreement", ()):
            if (umbrella := source.text_at("spec", "partOf")) is not None:
                groups[umbrella].append(source)
        return {umbrella: tuple(group) for umbrella, group in groups.items()}

    def parts_under(self, umbrella: str) -> tuple[SourceDocument, ...]:
        """The agreements under an umbrella, however deep, as they were written."""
        found: list[SourceDocument] = []
        waiting, seen = [umbrella], {umbrella}
        while waiting:
            for source in self._parts.get(waiting.pop(), ()):
                found.append(source)
                name = source.text_at("metadata", "name") or ""
                waiting += [] if name in seen else [name]
                seen.add(name)
        return tuple(found)

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        return {
            kind: frozenset(
                name for source in group if (name := source.text_at("metadata", "name")) is not None
            )
            for kind, group in self.sources.items()
        }

    def names(self, kind: str) -> frozenset[str]:
        """Every name that a document of a kind has, whether a model could read it or not."""
        return self._names.get(kind, frozenset())

    @cached_property
    def _sources_by_name(self) -> Mapping[tuple[str, str], tuple[SourceDocument, ...]]:
        groups: dict[tuple[str, str], list[SourceDocument]] = defaultdict(list)
        for kind, group in self.sources.items():
            for source in group:
                groups[kind, source.text_at("metadata", "name") or ""].append(source)
        return {key: tuple(group) for key, group in groups.items()}

    def sources_named(self, kind: str, name: str) -> tuple[SourceDocument, ...]:
        """The documents of a kind and name, as they were written."""
        return self._sources_by_name.get((kind, name), ())

    def parent_chain(self, party: str) -> tuple[str, ...]:
        """A party, its parent, and so on to the top; a cycle ends it."""
        chain = [party]
        while (written := self.parties.get(chain[-1])) is not None:
            parent = written.model.spec.parent
            if parent is None or parent in chain:
                break
            chain.append(parent)
        return tuple(chain)

    def services_run_by(self, party: str) -> tuple[str, ...]:
        """The services that a party runs itself or through its teams and departments."""
        return self._services_by_provider.get(party, ())

    def services_of(self, agreement: AgreementDocument) -> tuple[str, ...]:
        """The services of an agreement: those it names, or for "*" all that its provider or a team of it runs."""
        named = agreement.spec.services
        return self.services_run_by(agreement.spec.provider) if named == "*" else tuple(named)


def _by_first_name(documents: Iterable[Written[Any]]) -> dict[str, Written[Any]]:
    """Documents of one kind by name, of several with one name the first."""
    found: dict[str, Written[Any]] = {}
    for one in documents:
        found.setdefault(one.model.metadata.name, one)
    return found


def _by_kind(sources: Iterable[SourceDocument]) -> Mapping[str, tuple[SourceDocument, ...]]:
    groups: dict[str, list[SourceDocument]] = defaultdict(list)
    for source in sources:
        groups[source.text_at("kind") or ""].append(source)
    return {kind: tuple(group) for kind, group in groups.items()}
