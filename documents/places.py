"""Where in the documents a finding's clauses are written.

The problem: a reviewer of a contract wants the remark on the line that it is about, not in a list beside it. A finding
names agreements, levels and clauses; the documents know their lines.

Example: the finding with agreement ``sla-web`` and serviceLevel ``availability`` stands where that level is written;
its clause "uc-cirrus 2.1" where the level with that clause is.

Limits: the version in force on the day asked about; an inherited level stands where the more specific agreement is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from documents.positions import Items, SourceDocument, locate, value_at
from domain.findings import Finding

__all__ = ["Place", "Places"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; both numbers count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Finds the places of what is written in some documents."""

    _agreements: Mapping[str, SourceDocument] = field(default_factory=dict)
    _services: Mapping[str, SourceDocument] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Iterable[SourceDocument], day: date) -> "Places":
        """The places of documents; of several versions of an agreement the one in force on ``day``, else the first."""
        agreements: dict[str, tuple[tuple[bool, str, int], SourceDocument]] = {}
        services: dict[str, SourceDocument] = {}
        for source in sources:
            name = source.text_at("metadata", "name") or ""
            if source.text_at("kind") == "Service":
                services.setdefault(name, source)
            elif source.text_at("kind") == "Agreement":
                rank = _rank(source, day)
                if name not in agreements or rank > agreements[name][0]:
                    agreements[name] = (rank, source)
        return cls({name: each[1] for name, each in agreements.items()}, services)

    def of_finding(self, finding: Finding) -> tuple[Place, ...]:
        """Where a finding is: its own promise first, then the other clauses that it is about; () for nowhere."""
        found: list[Place] = []
        if finding.agreement is not None and finding.agreement in self._agreements:
            found.append(self._in_agreement(finding.agreement, finding.service_level))
        elif finding.service is not None and finding.service in self._services:
            found.append(_place(self._services[finding.service], ("metadata", "name")))
        for clause in finding.clauses:
            name, _, rest = clause.partition(" ")
            if name in self._agreements:
                found.append(self._in_agreement(name, rest or None))
        return tuple(dict.fromkeys(found))

    def _in_agreement(self, name: str, level: str | None) -> Place:
        source = self._agreements[name]
        levels = value_at(source.fields, ("spec", "serviceLevels"))
        if level is not None and isinstance(levels, Items):
            for key in ("name", "clause"):
                for index in range(len(levels)):
                    path = ("spec", "serviceLevels", index)
                    if source.text_at(*path, key) == level:
                        return _place(source, path)
        return _place(source, ("metadata", "name"))


def _rank(source: SourceDocument, day: date) -> tuple[bool, str, int]:
    """The greater, the more it is the version meant: in force by the day, then the latest."""
    since = source.text_at("spec", "effective") or source.text_at("spec", "term", "from") or ""
    number = source.text_at("metadata", "version") or "1"
    is_begun = since <= day.isoformat()
    version = int(number) if number.isdigit() else 0
    return is_begun, since if is_begun else "", version if is_begun else -version


def _place(source: SourceDocument, path: Sequence[str | int]) -> Place:
    return Place(source.file, *locate(source.fields, path))
