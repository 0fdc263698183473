"""Rows of the lake divided into partitions that fit into memory, each of which can be resolved by itself.

The problem: what two rows say of each other (the same row twice, a correction, the later row of a ticket) has to be
settled with both at hand, and ten million rows are not at hand at once. Rows that can bear on each other share a
service, or a ticket's id; so rows are divided by a hash of that, and only rows that correct others, or are corrected,
are gathered in a partition of their own, whatever they are about.

Example: of 10 million outages in 20 partitions, partition 0 holds the corrections with the rows they replace, and each
other one about half a million rows of some hundred services.

Limits: several partitions lie on disk while they wait, uncompressed, in a scratch folder; one alone is not divided.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence_kinds import EvidenceKind
from store.lake.known import FiledRows
from store.lake.parquet import is_one_of

_LAST_LETTERS = 16
"""Ids differ in their last letters; more of them would not spread the rows any better."""


def hashes_of(texts: pa.Array) -> NDArray[np.uint64]:
    """A number for each text, the same wherever the text stands; of nothing, 0 is the number."""
    plain = pc.fill_null(texts.cast(pa.large_string()), "")
    _, offset_buffer, letter_buffer = plain.buffers()
    bounds = np.frombuffer(offset_buffer, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    letters = np.frombuffer(letter_buffer or b"", dtype=np.uint8)
    starts, ends = bounds[:-1], bounds[1:]
    found = np.zeros(len(plain), dtype=np.uint64)
    for back in range(1, _LAST_LETTERS + 1):
        at = ends - back
        there = at >= starts
        if not there.any():
            break
        letter = letters[np.where(there, at, 0)].astype(np.uint64)
        mixed = (found ^ letter) * np.uint64(1_099_511_628_211)  # FNV-1a, wrapping round at 64 bits.
        found = np.where(there, mixed, found)
    return found >> np.uint64(24)


def _hashes(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    parts = []
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            codes = pc.fill_null(chunk.indices, 0).to_numpy()
            parts.append(
                hashes_of(chunk.dictionary)[codes] if len(chunk.dictionary) else codes.astype(np.uint64)
            )
        else:
            parts.append(hashes_of(chunk))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)


@dataclass(slots=True)
class Partitions:
    """The rows of one kind on disk, divided by ``column``; ``gathered`` are the ids that stay together."""

    folder: Path
    kind: EvidenceKind
    column: str
    count: int
    gathered: frozenset[str] = frozenset()
    files: list[str] = field(default_factory=list)
    _schema: pa.Schema | None = None
    _whole: list[tuple[str, pa.Table]] = field(default_factory=list)

    def fill(self, rows: Iterable[tuple[str, pa.Table]]) -> None:
        """Take all rows of the kind, each with its file, file after file."""
        if self.count == 1:
            self._whole = [(file, table) for file, table in rows if len(table)]
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            writers: dict[int, pa.RecordBatchStreamWriter] = {}
            for file, table in rows:
                if not self.files or self.files[-1] != file:
                    self.files.append(file)
                for partition, some in self._divided(table):
                    if partition not in writers:
                        opened = stack.enter_context(pa.OSFile(str(self._path(partition)), "wb"))
                        writers[partition] = stack.enter_context(pa.ipc.new_stream(opened, some.schema))
                    writers[partition].write_batch(some)

    def _divided(self, table: pa.Table) -> Iterator[tuple[int, pa.RecordBatch]]:
        if not len(table):
            return
        file = pa.array(np.full(len(table), len(self.files) - 1, dtype=np.int32))
        table = table.append_column("file", file).unify_dictionaries()
        self._schema = self._schema or table.schema
        whole = table.cast(self._schema).combine_chunks().to_batches()[0]
        # Of the whole, for there each different text is hashed once, not once in every chunk.
        whose = pa.chunked_array([whole.column(self.column)])
        partition = (_hashes(whose) % np.uint64(self.count - 1)).astype(np.int64) + 1
        partition[self._gathered_rows(table)] = 0
        order = np.argsort(partition, kind="stable")
        sorted_rows = whole.take(pa.array(order))
        bounds = np.searchsorted(partition[order], np.arange(self.count + 1))
        for number in range(self.count):
            first, last = int(bounds[number]), int(bounds[number + 1])
            if first < last:
                yield number, sorted_rows.slice(first, last - first)

    def _gathered_rows(self, table: pa.Table) -> NDArray[np.bool_]:
        """The rows that take the place of others, and those that may have to give it up."""
        found = np.zeros(len(table), dtype=np.bool_)
        identity = self.kind.identity or self.column
        if self.gathered:
            found |= is_one_of(table[identity], self.gathered).to_numpy()
        # Where rows are divided by their own id, it is among the gathered ones; but for what was recorded later, which
        # has to stay with the events of its ticket.
        is_divided_by_id = identity == self.column
        if (
            not is_divided_by_id
            and "supersedes" in table.column_names
            and table["supersedes"].null_count < len(table)
        ):
            found |= pc.is_valid(table["supersedes"]).to_numpy()
        return found

    def filed(self, number: int) -> list[FiledRows]:
        """The rows of one partition, by file; its place on disk is given back, and nobody else holds them."""
        if self.count == 1:
            whole, self._whole = self._whole, []
            by_file = groupby(whole, key=lambda each: each[0])
            return [FiledRows(file, pa.concat_tables([table for _, table in some])) for file, some in by_file]
        path = self._path(number)
        if not path.exists():
            return []
        with pa.OSFile(str(path), "rb") as opened, pa.ipc.open_stream(opened) as stream:
            table = stream.read_all()
        path.unlink()
        files = table["file"].to_numpy()
        present, firsts = np.unique(files, return_index=True)
        ends = [*firsts[1:].tolist(), len(files)]
        rows = table.drop_columns(["file"])
        return [
            FiledRows(self.files[file], rows.slice(first, end - first))
            for file, first, end in zip(present.tolist(), firsts.tolist(), ends, strict=True)
        ]

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.kind.name}-{number:04d}.arrows"
