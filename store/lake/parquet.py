"""Batches of evidence as immutable Parquet files, named by the hash of their bytes.

The problem: a batch must never change once anyone has read it, must be found by kind and month, and must let a reader
that asks for three services pass over the rest.

Example: the outages that began in March 2026 (UTC) lie under ``kind=outages/month=2026-03/``.

Limits: rows are sorted by service (events by ticket) within a file, so that the statistics of its row groups tell which
services are in it. Texts are stored as strings, instants as microseconds in UTC, an empty cell as null.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from domain.evidence_kinds import Cell, Column, EvidenceKind, kind_of
from store.lake.catalogue import BatchEntry
from store.lake.coded import coded, micros, order_of

ROWS_IN_A_FILE = 256 * 1024
ROWS_IN_A_GROUP = 32 * 1024
ROWS_HELD = 1024 * 1024
"""Rows that are held in memory, over all kinds and months, before the largest heap of them is written."""

_FEW_NAMES, _ROWS_A_NAME = 256, 4
"""A column is kept as names and codes where its heaps have few names, or one for so many rows."""

INSTANT = pa.timestamp("us", tz="UTC")


REPEATING = pa.dictionary(pa.int32(), pa.string())


def lake_schema(kind: EvidenceKind) -> pa.Schema:
    """The columns of a kind as the lake stores them, and the line."""

    def stored(column: Column) -> pa.DataType:
        if column.cell is Cell.INSTANT:
            return INSTANT
        return REPEATING if column.repeats else pa.string()

    return pa.schema([*((each.name, stored(each)) for each in kind.columns), ("line", pa.int64())])


@dataclass(slots=True)
class BatchWriter:
    """Rows on their way into the lake: heaped by kind and month, written as files beside it, then moved in.

    Nothing of it is in the lake before `publish`; `staging` may be thrown away at any time.
    """

    staging: Path
    rows_in_a_file: int = ROWS_IN_A_FILE
    _heaps: dict[tuple[str, str], list[pa.Table]] = field(default_factory=dict)
    _heights: dict[tuple[str, str], int] = field(default_factory=dict)
    _writing: list[Future[tuple[BatchEntry, Path]]] = field(default_factory=list)
    _clerk: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def add(self, kind_name: str, rows: pa.Table) -> None:
        """Take some rows of one kind."""
        kind = kind_of(kind_name)
        rows = rows.select(lake_schema(kind).names).cast(lake_schema(kind))
        for month, some in _by_month(kind, rows):
            heap = (kind_name, month)
            self._heaps.setdefault(heap, []).append(some)
            self._heights[heap] = self._heights.get(heap, 0) + len(some)
            if self._heights[heap] >= self.rows_in_a_file:
                self._write(heap)
        while sum(self._heights.values()) > ROWS_HELD:
            self._write(max(self._heights, key=lambda heap: (self._heights[heap], heap)))

    def publish(self, root: Path) -> tuple[BatchEntry, ...]:
        """Write what is left, move every file to its place in the lake, and say what they are."""
        for heap in sorted(self._heaps):
            self._write(heap)
        written = [each.result() for each in self._writing]
        folders: set[Path] = set()
        for entry, path in written:
            place = root / entry.path
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(
                place
            )  # The same hash names the same bytes, so replacing one by the other changes nothing.
            folders.update((root, *(root / part for part in Path(entry.path).parents)))
        # The catalogue may name a file only once its name, too, outlasts a loss of power.
        for folder in sorted(folders):
            _keep(folder)
        return tuple(sorted({entry for entry, _ in written}))

    def forget(self) -> None:
        """Throw everything away."""
        self._clerk.shutdown(cancel_futures=True)
        shutil.rmtree(self.staging, ignore_errors=True)

    def _write(self, heap: tuple[str, str]) -> None:
        """Have a heap written while the next rows are read; two at most wait for that, so memory stays bounded."""
        tables = self._heaps.pop(heap)
        del self._heights[heap]
        for waiting in self._writing[:-1]:
            waiting.result()
        path = self.staging / f"{len(self._writing):06d}.parquet"
        self._writing.append(self._clerk.submit(_written, heap, pa.concat_tables(tables), path))


def _written(heap: tuple[str, str], rows: pa.Table, path: Path) -> tuple[BatchEntry, Path]:
    """Write the rows of a heap in their order, and say what the file is.

    Ids, nearly one a row, make no dictionary; instants and lines that rise are kept as their differences. Both halve
    the time and the room it takes.
    """
    kind = kind_of(heap[0])
    rows = _with_names_worth_keeping(rows).unify_dictionaries().combine_chunks()
    first = coded(rows["service" if kind.has("service") else "ticket_id"])
    dated = rows[kind.dated_by]
    second = micros(dated, 0) if pa.types.is_timestamp(dated.type) else coded(dated).codes
    rows = rows.take(pa.array(order_of([first.codes, second, rows["line"].to_numpy()])))
    differences = [
        each.name for each in rows.schema if pa.types.is_temporal(each.type) or each.name == "line"
    ]
    pq.write_table(
        rows,
        path,
        row_group_size=ROWS_IN_A_GROUP,
        compression="zstd",
        write_statistics=True,
        use_dictionary=[each.name for each in rows.schema if pa.types.is_dictionary(each.type)],
        column_encoding=dict.fromkeys(differences, "DELTA_BINARY_PACKED"),
    )
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        os.fsync(opened.fileno())
    return BatchEntry(heap[0], heap[1], digest, len(rows)), path


def _with_names_worth_keeping(rows: pa.Table) -> pa.Table:
    """The rows, columns of which nearly every row has a name of its own as plain texts."""
    for place, column in enumerate(rows.columns):
        if pa.types.is_dictionary(column.type):
            names = sum(
                len(chunk.dictionary) for chunk in column.chunks if len(chunk.dictionary) > _FEW_NAMES
            )
            if names * _ROWS_A_NAME > len(rows):
                rows = rows.set_column(place, rows.schema.names[place], column.cast(pa.string()))
    return rows


def _keep(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system can do that for folders."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _by_month(kind: EvidenceKind, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month, by the column that dates the kind."""
    if not len(rows):
        return
    dated = rows[kind.dated_by].combine_chunks()
    if pa.types.is_timestamp(dated.type):
        months = dated.cast(pa.int64()).to_numpy().astype("datetime64[us]").astype("datetime64[M]")
    else:
        months = np.array(dated.to_pylist(), dtype="datetime64[M]")
    different = np.unique(months)
    if len(different) == 1:
        yield str(different[0]), rows
        return
    for month in different:
        yield str(month), rows.filter(pa.array(months == month))


def read_batch(
    root: Path,
    entry: BatchEntry,
    columns: Sequence[str] | None = None,
    services: frozenset[str] | None = None,
) -> pa.Table:
    """The rows of one batch: some columns (None: all), leaving out row groups that hold none of some services.

    What is left out is left out by whole row groups, so rows of other services may come along. Raises OSError where
    the file is gone.
    """
    kind = kind_of(entry.kind)
    repeating = [each.name for each in kind.columns if each.repeats]
    with pq.ParquetFile(root / entry.path, read_dictionary=repeating, pre_buffer=False) as opened:
        groups = list(range(opened.metadata.num_row_groups))
        if services is not None:
            groups = [group for group in groups if _may_hold(opened.metadata.row_group(group), services)]
        return opened.read_row_groups(
            groups, columns=None if columns is None else list(columns), use_threads=False
        )


def read_rows(root: Path, entry: BatchEntry, rows: NDArray[np.int64]) -> pa.Table:
    """Some rows of one batch by their places in it, in ascending order: only the row groups that hold them are read."""
    kind = kind_of(entry.kind)
    repeating = [each.name for each in kind.columns if each.repeats]
    with pq.ParquetFile(root / entry.path, read_dictionary=repeating, pre_buffer=False) as opened:
        about = opened.metadata
        sizes = [about.row_group(group).num_rows for group in range(about.num_row_groups)]
        firsts = np.concatenate(([0], np.cumsum(sizes)))
        group_of = np.searchsorted(firsts, rows, side="right") - 1
        groups = np.unique(group_of)
        # Where the wanted groups begin once they stand side by side without the others.
        shift = firsts[groups] - np.concatenate(([0], np.cumsum(np.asarray(sizes)[groups])[:-1]))
        found = opened.read_row_groups(groups.tolist(), use_threads=False)
        return found.take(pa.array(rows - shift[np.searchsorted(groups, group_of)]))


def is_silent(root: Path, entry: BatchEntry, column: str) -> bool:
    """Whether a column of one batch is known to be empty throughout, without reading it: its statistics say so."""
    about = pq.read_metadata(root / entry.path)
    place = about.schema.names.index(column)
    for group in range(about.num_row_groups):
        statistics = about.row_group(group).column(place).statistics
        if statistics is None or not statistics.has_null_count:
            return False
        if statistics.null_count < about.row_group(group).num_rows:
            return False
    return True


def _may_hold(group: pq.RowGroupMetaData, services: frozenset[str]) -> bool:
    for place in range(group.num_columns):
        column = group.column(place)
        if column.path_in_schema == "service":
            statistics = column.statistics
            if statistics is None or not statistics.has_min_max:
                return True
            return any(statistics.min <= service <= statistics.max for service in services)
    return True


def is_one_of(column: pa.ChunkedArray, names: frozenset[str]) -> pa.ChunkedArray:
    """Which cells are one of some names; a null cell is none."""
    wanted = pa.array(sorted(names), pa.string())
    if not pa.types.is_dictionary(column.type):
        return pc.is_in(column, value_set=wanted)
    chunks = []
    for chunk in column.chunks:
        says_so = pc.is_in(chunk.dictionary, value_set=wanted)
        chunks.append(pc.fill_null(says_so.take(chunk.indices), False))
    return pa.chunked_array(chunks, pa.bool_())
