"""Parquet into columns, as texts or as the typed values that it holds.

The problem: Parquet knows types, so a time may be a timestamp already; and it has no lines, so a row is named by its
number.

Example: the first row of a Parquet file is row 1, for there is no header above it.

Limits: timestamps without a zone are read as texts without an offset would be. A list, a structure or bytes where
single values belong makes the file unreadable.
"""

from collections.abc import Iterator
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vendors.feeds.rows import RawRows, UnreadableFile, shown

_ROWS_AT_A_TIME = 64 * 1024


class ParquetRows:
    """A Parquet file. Raises UnreadableFile where it cannot be read as one."""

    def __init__(self, opened: IO[bytes]) -> None:
        try:
            self._file = pq.ParquetFile(opened, pre_buffer=False)
            self._columns = tuple(self._file.schema_arrow.names)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFile(f"The Parquet file is damaged: {_first_line(error)}") from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._columns

    def strange_columns(self) -> frozenset[str]:
        """Nothing: every name stands in the schema."""
        return frozenset()

    def rows(self, wanted: frozenset[str], repeating: frozenset[str]) -> Iterator[RawRows]:  # noqa: ARG002
        """The rows; a column that is a dictionary stays one, whether it repeats or not."""
        names = [name for name in self._columns if name in wanted]
        read = 0
        batches = self._file.iter_batches(batch_size=_ROWS_AT_A_TIME, columns=names, use_threads=False)
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError) as error:
                raise UnreadableFile(
                    f"The Parquet file is damaged after row {read}: {_first_line(error)}", read + 1
                ) from error
            if batch is None:
                return
            yield _rows_of(batch, read)
            read += batch.num_rows


def _rows_of(batch: pa.RecordBatch, before: int) -> RawRows:
    row_faults: dict[int, list[str]] = {}
    columns = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        columns[name] = _readable(name, column, row_faults)

    def text_of(row: int) -> str:
        cells = (f"{name}={column[row].as_py()}" for name, column in columns.items() if column[row].is_valid)
        return shown(", ".join(cells))

    lines = np.arange(before + 1, before + 1 + batch.num_rows, dtype=np.int64)
    return RawRows(columns, lines, text_of, [], row_faults)


def _readable(name: str, column: pa.Array, row_faults: dict[int, list[str]]) -> pa.Array:
    """The column, with bytes that are not UTF-8 made empty and noted: Parquet itself does not look."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        pass
    else:
        return column
    found: list[str | None] = []
    for row, value in enumerate(column.cast(pa.binary()).to_pylist()):
        try:
            found.append(None if value is None else value.decode("utf-8"))
        except UnicodeDecodeError:
            found.append(None)
            row_faults.setdefault(row, []).append(f"{name} is not UTF-8 text")
    return pa.array(found, pa.string())


def _first_line(error: Exception) -> str:
    return shown(str(error).split("\n", 1)[0])
