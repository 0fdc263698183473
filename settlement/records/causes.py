"""What caused an adjustment: which batch of evidence, which relief, which version of which document.

The problem: "your statement was corrected" is no reason. The two runs behind the issued and the recalculated statement
have read different things, and just these, as far as they concern the agreement, are the cause.

Example: the run behind the statement read two files, the later one a third, ``outages-late.csv``, with a row about
hosting, on which the agreement stands: the cause is EVIDENCE ``outages-late.csv``, with the batch's hash.

Limits: what concerns an agreement is told by its scope: the services that it stands on, and the agreements that share
its terms. Where nothing in the scope differs, everything that differs is named: better too much than nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["BatchRead", "Cause", "CauseKind", "DocumentRead", "Inputs", "Scope", "causes"]


class CauseKind(StrEnum):
    """What kind of thing made the difference."""

    EVIDENCE = "EVIDENCE"
    RELIEF = "RELIEF"
    DOCUMENT = "DOCUMENT"
    RULES = "RULES"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that made the difference: a file of evidence, a relief, a document, or the rules of this program.

    ``sha256`` is the hash of the batch or of what the document says now; None where it was taken away. ``services`` are
    those that it speaks of; none: it may concern every line. ``levels`` likewise.
    """

    kind: CauseKind
    name: str
    what: str
    version: int | None = None
    sha256: str | None = None
    services: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def concerns(self, level: str, services: frozenset[str]) -> bool:
        """Whether a line may have changed through it: a level that stands on some services."""
        if self.levels and level not in self.levels:
            return False
        return not self.services or not services.isdisjoint(self.services)


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document as a run read it: its identity, the hash of what it says, and what it is about.

    ``status`` is a relief's; ``services`` and ``agreement`` are what it concerns (none: anything).
    """

    kind: str
    name: str
    version: int
    sha256: str
    status: str | None = None
    agreement: str | None = None
    services: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    about: str | None = None
    """The relief that a decision is about."""


@dataclass(frozen=True, slots=True)
class BatchRead:
    """A file of evidence as a run read it: for each service the rows about it that counted then, each by its place."""

    file: str
    sha256: str
    rows: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a run read."""

    documents: tuple[DocumentRead, ...]
    batches: tuple[BatchRead, ...]
    as_of: date
    rules: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What an agreement's statement can depend on; None: on anything.

    ``charged`` are the agreements whose invoices may be behind a base of it: itself, and those that share its caps or
    its levels.
    """

    services: frozenset[str] | None
    agreements: frozenset[str] | None
    charged: frozenset[str] | None = None

    def holds_service(self, service: str) -> bool:
        """Whether a service is in it."""
        return self.services is None or service in self.services

    def holds(self, document: DocumentRead) -> bool:
        """Whether a document can matter to it."""
        if self.services is None or self.agreements is None:
            return True
        if document.agreement is not None:
            return document.agreement in self.agreements
        return not document.services or not self.services.isdisjoint(document.services)


def causes(before: Inputs, after: Inputs, scope: Scope) -> tuple[Cause, ...]:
    """What differs between two runs within a scope: evidence by file, then documents by kind and name, then rules."""
    evidence = _evidence(before, after, scope)
    documents = [*_documents(before, after, scope)]
    if not evidence and not documents:
        everything = Scope(None, None)
        evidence, documents = _evidence(before, after, everything), [*_documents(before, after, everything)]
    found = [*evidence, *documents]
    if before.rules != after.rules:
        said = f"the rules of this program are another version: {before.rules} before, {after.rules} now"
        found.append(Cause(CauseKind.RULES, "rules", said))
    return tuple(found)


def _evidence(before: Inputs, after: Inputs, scope: Scope) -> list[Cause]:
    """The files with rows that count now and did not: new ones, and those that became known between the two dates.

    A row that no longer counts gave way to one that does; only where there is none such is its own file named.
    """
    known = {(batch.file, batch.sha256): batch for batch in before.batches}
    now = {(batch.file, batch.sha256): batch for batch in after.batches}
    found = []
    for key in sorted(now):
        services = _added(known.get(key), now[key], scope)
        if services:
            spoken = ", ".join(services)
            what = f"evidence that came since: {key[0]}, about {spoken}"
            if key in known:
                dates = f"between {before.as_of.isoformat()} and {after.as_of.isoformat()}"
                what = f"rows of {key[0]} about {spoken} that became known {dates}"
            found.append(Cause(CauseKind.EVIDENCE, key[0], what, None, key[1], services))
    if found:
        return found
    for key in sorted(known):
        services = _added(now.get(key), known[key], scope)
        if services:
            what = f"rows of {key[0]} about {', '.join(services)} that do not count any more"
            found.append(Cause(CauseKind.EVIDENCE, key[0], what, None, key[1], services))
    return found


def _added(before: BatchRead | None, after: BatchRead, scope: Scope) -> tuple[str, ...]:
    """The services about which a file has rows that it did not have."""
    old = {} if before is None else before.rows
    return tuple(
        service
        for service in sorted(after.rows)
        if scope.holds_service(service) and after.rows[service] - old.get(service, frozenset())
    )


def _documents(before: Inputs, after: Inputs, scope: Scope) -> list[Cause]:
    old = {(each.kind, each.name, each.version): each for each in before.documents}
    new = {(each.kind, each.name, each.version): each for each in after.documents}
    found = []
    for key in sorted(old.keys() | new.keys()):
        earlier, later = old.get(key), new.get(key)
        document = later or earlier
        if document is None or not scope.holds(document):
            continue
        if earlier is not None and later is not None and earlier.sha256 == later.sha256:
            continue
        kind = CauseKind.RELIEF if document.kind in ("Relief", "Decision") else CauseKind.DOCUMENT
        sha256 = None if later is None else later.sha256
        found.append(
            Cause(
                kind,
                document.name,
                _what(document, earlier, later),
                document.version,
                sha256,
                document.services,
                document.levels,
            )
        )
    return found


def _what(document: DocumentRead, earlier: DocumentRead | None, later: DocumentRead | None) -> str:
    """What happened to a document, in words."""
    words = f"the {document.kind} {document.name}"
    if document.version != 1:
        words += f", version {document.version},"
    if document.about is not None:
        words = f"the decision {document.name}: the Relief {document.about}"
    if later is None:
        return f"{words} is not in the contracts any more"
    if later.status is not None:
        if earlier is None:
            return f"{words} is {later.status}"
        if earlier.status != later.status:
            return f"{words} was {earlier.status} and is {later.status} now"
    return f"{words} is new" if earlier is None else f"{words} says something else"
