"""Contracts with some documents changed, and all others as they are.

The problem: "what if this target were 99.95?" is one changed document among two hundred, and whoever asks must not have
to copy the folder. So the changed documents are laid over the others, and the whole is read and checked as any folder.

Example: a file with the one agreement uc-cirrus in version 1 stands in the place of uc-cirrus in version 1; every other
document stays.

Limits (ruling 182): a document takes the place of the one of its kind and name, and of its version where it is an
agreement's; one that says no version, that of the only version there is. A document that has no counterpart is added.
Documents are changed whole, never key by key, and none is taken away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from documents.errors import DocumentError
from documents.loading import Loaded, load_read
from documents.positions import SourceDocument, locate
from documents.reading import ReadFile, read_text

__all__ = ["Overlaid", "load_overlaid"]

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Contracts with some documents changed: which took the place of others, and which came in addition."""

    loaded: Loaded
    replaced: tuple[str, ...]
    added: tuple[str, ...]


def load_overlaid(
    sources: Sequence[SourceDocument],
    changed: Mapping[str, str],
    holidays: Mapping[str, frozenset[date]] | None = None,
) -> Overlaid:
    """The documents of a portfolio with those of some texts, by file name, laid over them.

    ``holidays`` are the dates that the calendars' holidays were taken to be; a changed calendar's are resolved anew.
    """
    read = {file: read_text(file, changed[file]) for file in sorted(changed)}
    versions: dict[tuple[str, str], list[str]] = {}
    for source in sources:
        kind, name, version = _key(source)
        versions.setdefault((kind, name), []).append(version)
    places: set[_Key] = set()
    replaced: list[str] = []
    added: list[str] = []
    for file in read.values():
        for document in file.documents:
            key = _key(document)
            known = versions.get(key[:2], [])
            if not _says_version(document) and known and key[2] not in known:
                if len(known) > 1:
                    file.errors.append(_which(document, key, known))
                    continue
                key = (*key[:2], known[0])
            is_known = key[2] in known
            (replaced if is_known else added).append(_words(key))
            places |= {key} if is_known else set()
    kept: dict[str, ReadFile] = {}
    for source in sources:
        if _key(source) not in places:
            kept.setdefault(f"{source.file}", ReadFile()).documents.append(source)
    both = {**kept, **{_apart(file, kept): each for file, each in read.items()}}
    calendars = {name for kind, name, _ in places if kind == "Calendar"}
    known_days = None if holidays is None else {n: days for n, days in holidays.items() if n not in calendars}
    return Overlaid(load_read(both, known_days), tuple(sorted(replaced)), tuple(sorted(added)))


def _key(source: SourceDocument) -> _Key:
    kind, name = source.text_at("kind") or "", source.text_at("metadata", "name") or ""
    return (kind, name, (source.text_at("metadata", "version") or "1") if kind == "Agreement" else "")


def _says_version(source: SourceDocument) -> bool:
    return source.text_at("kind") != "Agreement" or source.text_at("metadata", "version") is not None


def _words(key: _Key) -> str:
    return f"{key[0]} {key[1]}" + (f" version {key[2]}" if key[2] else "")


def _which(source: SourceDocument, key: _Key, known: Iterable[str]) -> DocumentError:
    place = locate(source.fields, ("metadata", "name"))
    return DocumentError(
        source.file,
        place.line,
        place.column,
        "metadata.version",
        f"{key[1]} has the versions {', '.join(sorted(known))}, and this does not say which it changes",
        cure="Write metadata.version",
    )


def _apart(file: str, others: Mapping[str, ReadFile]) -> str:
    """A name for a file of changes that no file of the portfolio has."""
    return file if file not in others else _apart(f"changed/{file}", others)
