"""What the lake holds, and since when: one entry for every file that was taken in.

The problem: a Parquet file in a folder says nothing of where its rows came from, which of their neighbours were set
aside, and since when anyone could have known them. The catalogue does; and because a batch counts only once it stands
there, adding one entry is what makes the taking-in of a file atomic.

Example: a file sent twice is found by its hash, and adds nothing.

Limits: entries are added and never changed. A file of which rows were set aside may be read again (a service has been
declared since); if that gives something else, a further *revision* of its entry is added, and the last one counts. For
now the catalogue is a folder of JSON files, or memory; a relational one comes behind the same port.

References: 4-architecture, "Evidence lake".
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from domain.evidence import QuarantinedRow
from domain.findings import Finding, FindingKind, Severity
from store.lake.told import RECORDED_AHEAD

_FORMAT = 1


@dataclass(frozen=True, slots=True, order=True)
class BatchEntry:
    """One immutable Parquet file: its kind, its month (UTC), the hash that names it, and how many rows it has."""

    kind: str
    month: str
    sha256: str
    rows: int

    @property
    def path(self) -> str:
        """Where it lies in the lake."""
        return f"kind={self.kind}/month={self.month}/{self.sha256}.parquet"


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many rows of a kind a file gave, and how many of its rows were set aside while reading them."""

    kind: str
    rows: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One file that was taken in: what it was, what it gave, and since when the lake has known it.

    ``reading`` is how it was read (a kind, or a feed's mapping); ``recorded_at`` an instant in microseconds.
    """

    file: str
    sha256: str
    reading: str
    revision: int
    recorded_at: int
    counts: tuple[KindCount, ...]
    batches: tuple[BatchEntry, ...]
    quarantine: tuple[QuarantinedRow, ...]
    notices: tuple[Finding, ...]

    @property
    def key(self) -> str:
        """What two readings of the same bytes in the same way have in common."""
        return source_key(self.sha256, self.reading)

    def says_the_same(self, other: "SourceEntry") -> bool:
        """Whether another entry differs in nothing but its place in the catalogue, and what the clock said then."""
        mine = (self.counts, self.batches, self.quarantine, self.lasting_notices())
        return mine == (other.counts, other.batches, other.quarantine, other.lasting_notices())

    def lasting_notices(self) -> tuple[Finding, ...]:
        """What there is to say of the file whatever the clock says."""
        return tuple(notice for notice in self.notices if notice.code != RECORDED_AHEAD)


def source_key(sha256: str, reading: str) -> str:
    """The key of some bytes read in some way."""
    return hashlib.sha256(f"{sha256}\n{reading}".encode()).hexdigest()


class CataloguePort(Protocol):
    """What the lake asks of a catalogue. Adding is atomic: an entry is there wholly or not at all."""

    def revisions(self, key: str) -> tuple[SourceEntry, ...]:
        """The entries of one key, by revision; none where it was never taken in."""
        ...

    def add(self, entry: SourceEntry) -> SourceEntry:
        """Add an entry, unless its key and revision are there already; what then stands there."""
        ...

    def entries(self) -> tuple[SourceEntry, ...]:
        """Every entry, ordered by recorded time, file, key and revision."""
        ...


def in_order(entries: Iterable[SourceEntry]) -> tuple[SourceEntry, ...]:
    """Entries as a catalogue lists them."""
    return tuple(
        sorted(entries, key=lambda entry: (entry.recorded_at, entry.file, entry.key, entry.revision))
    )


class MemoryCatalogue:
    """A catalogue that lasts as long as the program: the twin for tests."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, int], SourceEntry] = {}

    def revisions(self, key: str) -> tuple[SourceEntry, ...]:
        """The entries of one key, by revision."""
        return tuple(self._entries[each] for each in sorted(self._entries) if each[0] == key)

    def add(self, entry: SourceEntry) -> SourceEntry:
        """Add an entry, unless its key and revision are there already."""
        return self._entries.setdefault((entry.key, entry.revision), entry)

    def entries(self) -> tuple[SourceEntry, ...]:
        """Every entry, in order."""
        return in_order(self._entries.values())


class FolderCatalogue:
    """A catalogue on disk: one JSON file for each entry, named by key and revision, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def revisions(self, key: str) -> tuple[SourceEntry, ...]:
        """The entries of one key, by revision."""
        found = [_read(path) for path in self._folder.glob(f"{key}-*.json")]
        return tuple(sorted(found, key=lambda entry: entry.revision))

    def add(self, entry: SourceEntry) -> SourceEntry:
        """Add an entry, unless its key and revision are there already."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{entry.key}-{entry.revision:04d}.json"
        descriptor, name = tempfile.mkstemp(prefix="entry-", suffix=".tmp", dir=self._folder)
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                json.dump(_as_json(entry), opened, ensure_ascii=False, sort_keys=True, indent=1)
                opened.flush()
                os.fsync(opened.fileno())
            try:
                # A link fails where the name is taken, so of two processes that add one entry the first wins.
                path.hardlink_to(unfinished)
            except FileExistsError:
                return _read(path)
            except (
                OSError
            ):  # A file system without links: the entries of one key and revision say the same anyway.
                unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return entry

    def entries(self) -> tuple[SourceEntry, ...]:
        """Every entry, in order."""
        return in_order(_read(path) for path in self._folder.glob("*.json"))


def _as_json(entry: SourceEntry) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "file": entry.file,
        "sha256": entry.sha256,
        "reading": entry.reading,
        "revision": entry.revision,
        "recorded_at": entry.recorded_at,
        "counts": [
            {"kind": each.kind, "rows": each.rows, "set_aside": each.set_aside} for each in entry.counts
        ],
        "batches": [
            {"kind": each.kind, "month": each.month, "sha256": each.sha256, "rows": each.rows}
            for each in entry.batches
        ],
        "quarantine": [
            {"file": row.file, "line": row.line, "reason": row.reason, "text": row.text}
            for row in entry.quarantine
        ],
        "notices": [
            {
                "code": notice.code,
                "severity": notice.severity.value,
                "kind": notice.kind.value,
                "message": notice.message,
                "figures": dict(notice.figures),
                "cure": notice.cure,
            }
            for notice in entry.notices
        ],
    }


def _read(path: Path) -> SourceEntry:
    said = json.loads(path.read_text(encoding="utf-8"))
    if said.get("format") != _FORMAT:
        raise ValueError(f"{path} is of format {said.get('format')}; this program reads format {_FORMAT}")
    return SourceEntry(
        file=said["file"],
        sha256=said["sha256"],
        reading=said["reading"],
        revision=said["revision"],
        recorded_at=said["recorded_at"],
        counts=tuple(KindCount(**each) for each in said["counts"]),
        batches=tuple(BatchEntry(**each) for each in said["batches"]),
        quarantine=tuple(QuarantinedRow(**each) for each in said["quarantine"]),
        notices=tuple(
            Finding(
                each["code"],
                Severity(each["severity"]),
                FindingKind(each["kind"]),
                each["message"],
                figures=each["figures"],
                cure=each["cure"],
            )
            for each in said["notices"]
        ),
    )
