"""Rows of evidence written as a test would say them, as sources for the lake, and back as plain values.

Example: `FakeSource("a.csv", "outages", [{"service": "web", "started_at": 0}])` is a file with one row, on line 2.

Limits: instants are plain integers, microseconds since 1970; lines follow the order of the rows unless a row says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from domain.evidence import NEVER, OPEN, UNRECORDED, Coded, Exact, Place, QuarantinedRow
from domain.evidence_kinds import Cell, kind_of
from domain.ports import BrokenFile, EvidenceBatch

Row = dict[str, Any]


def table_of(kind: str, rows: Sequence[Row]) -> pa.Table:
    """Rows as a batch has them: texts that repeat as dictionaries, instants as timestamps, absent cells as null."""
    columns: dict[str, pa.Array] = {}
    for column in kind_of(kind).columns:
        values = [row.get(column.name) for row in rows]
        if column.cell is Cell.INSTANT:
            columns[column.name] = pa.array(values, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
        else:
            array = pa.array(values, pa.string())
            columns[column.name] = array.dictionary_encode() if column.repeats else array
    columns["line"] = pa.array([row.get("line", place + 2) for place, row in enumerate(rows)], pa.int64())
    return pa.table(columns)


@dataclass(frozen=True)
class FakeSource:
    """A file that holds what a test says, without any file."""

    file: str
    kind: str
    rows: Sequence[Row]
    quarantined: tuple[QuarantinedRow, ...] = ()
    broken: str = ""
    content: str = ""
    batch: int = 1000

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def reading(self) -> str:
        return self.kind

    def sha256(self) -> str:
        said = self.content or json.dumps([self.kind, list(self.rows)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def batches(self) -> Iterator[EvidenceBatch | BrokenFile]:
        for start in range(0, len(self.rows), self.batch):
            table = table_of(self.kind, [{"line": start + i + 2, **row} for i, row in enumerate(self.rows[start : start + self.batch])])  # fmt: skip
            yield EvidenceBatch(self.kind, table, read=start)
        if self.broken:
            yield BrokenFile(QuarantinedRow(self.file, 3, self.broken), self.kind)
        else:
            yield EvidenceBatch(self.kind, table_of(self.kind, []), self.quarantined, read=self.size)


_NO_INSTANT = {NEVER, OPEN, UNRECORDED}


def plain(columns: Any, *, places: bool = False) -> list[Row]:
    """Columns as rows, with absent cells left out; ``places``: with file and line."""
    found: list[Row] = []
    names = [name for name in type(columns).__dataclass_fields__ if name != "place"]
    for row in range(len(columns)):
        said: Row = {}
        for name in names:
            column = getattr(columns, name)
            value = column[row] if isinstance(column, Coded | Exact) else int(column[row])
            if value is not None and value not in _NO_INSTANT:
                said[name] = value
        if places:
            place: Place = columns.place
            said["at_place"] = (place.file[row], int(place.line[row]))
        found.append(said)
    return found
