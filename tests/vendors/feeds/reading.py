"""One evidence file written, read and laid out plainly, so that a test says only what it puts in and expects.

Example: `read(tmp_path, "outages.csv", "service,started_at\\nportal,2026-06-03T10:00Z\\n").rows` is one plain row.

Limits: files go through the same folder reader as everywhere; only the first batch kinds of a test's file are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.instants import isoformat
from domain.ports import BrokenFile
from vendors.feeds.declared import Declared
from vendors.feeds.folder import evidence_in
from vendors.feeds.mapping import FeedMapping

DECLARED = Declared(
    services=frozenset({"portal", "hosting", "it-support"}), parties=frozenset({"halden", "desk", "netco"})
)
OUTAGE_HEADER = "outage_id,service,started_at,ended_at,cause\n"


@dataclass
class Read:
    """What a folder's files gave: rows by kind, rows set aside, notices, and whether a file was refused whole."""

    by_kind: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    quarantine: list[tuple[str, int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)
    broken: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the only kind there is."""
        assert len(self.by_kind) <= 1
        return next(iter(self.by_kind.values()), [])

    def column(self, name: str) -> list[Any]:
        """One column of the only kind there is."""
        return [row[name] for row in self.rows]

    def lines(self) -> list[int]:
        """The lines of the rows in quarantine."""
        return [line for _, line, _ in self.quarantine]

    def reason(self, line: int) -> str:
        """Why the row on a line stands in quarantine."""
        found = [reason for _, at, reason in self.quarantine if at == line]
        assert len(found) == 1, self.quarantine
        return found[0]

    def refusal(self) -> str:
        """Why the only file was refused whole; there are no rows of it then, and none in quarantine but itself."""
        assert len(self.broken) == 1, self
        assert not self.quarantine
        return self.broken[0][2]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file in the folder's evidence, with its parents."""
    path = folder / "evidence" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def read_folder(folder: Path, feeds: tuple[FeedMapping, ...] = (), declared: Declared = DECLARED) -> Read:
    """Every file of the folder's evidence."""
    found = Read()
    evidence = evidence_in(folder, declared, feeds)
    found.notices = [(notice.code, notice.message) for notice in evidence.notices]
    for source in evidence.sources:
        rows: dict[str, list[dict[str, Any]]] = {}
        quarantine: list[tuple[str, int, str]] = []
        for batch in source.batches():
            if isinstance(batch, BrokenFile):
                found.broken.append((batch.fault.file, batch.fault.line, batch.fault.reason))
                rows, quarantine = {}, []
                break
            plain = [_plain(row) for row in pa.table(batch.rows).to_pylist()]
            rows.setdefault(batch.kind, []).extend(plain)
            quarantine.extend((row.file, row.line, row.reason) for row in batch.quarantined)
            found.texts.extend(row.text for row in batch.quarantined)
            found.notices.extend((notice.code, notice.message) for notice in batch.notices)
        for kind, some in rows.items():
            found.by_kind.setdefault(kind, []).extend(some)
        found.quarantine.extend(quarantine)
    return found


def read(
    folder: Path,
    name: str,
    content: str | bytes,
    feeds: tuple[FeedMapping, ...] = (),
    declared: Declared = DECLARED,
) -> Read:
    """One file, written and read."""
    write(folder, name, content)
    return read_folder(folder, feeds, declared)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its empty cells left out and its instants as text."""
    found = {}
    for name, value in row.items():
        if value is None:
            continue
        if hasattr(value, "timestamp"):
            whole = int(value.replace(microsecond=0).timestamp())
            found[name] = isoformat(whole * 1_000_000 + value.microsecond)
        else:
            found[name] = value
    return found
