"""CSV into columns of text, quickly, with every row's line.

The problem: a library that parses a gigabyte of CSV in seconds loses count of lines and gives up at the first row with
a cell too many; a library that does neither takes a minute. So `vendors.feeds.records` finds the records and sets the
crooked ones aside, and the quick library only ever sees rows that are right.

Example: with the header ``service,started_at`` the row ``portal`` on line 3 is a fault: it has 1 cell, not 2.

Limits: cells are separated by commas (a feed may say otherwise) and quoted with ``"`` as RFC 4180 says; a blank line
means nothing; the header names the columns and may be no longer than the longest record.
"""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from vendors.feeds.records import ByteStream, FaultyRecord, RecordBlock, read_records
from vendors.feeds.rows import RawRows, UnreadableFile, shown


class CsvRows:
    """A CSV file whose header has been read. Raises UnreadableFile where there is no header to read."""

    def __init__(self, stream: ByteStream, separator: str = ",") -> None:
        self._separator = separator
        self._blocks = read_records(stream, separator)
        self._pending: RecordBlock | None = None
        self._columns = self._read_header()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the header, as they stand there."""
        return self._columns

    def strange_columns(self) -> frozenset[str]:
        """Nothing: every name stands in the header."""
        return frozenset()

    def rows(self, wanted: frozenset[str], repeating: frozenset[str]) -> Iterator[RawRows]:
        """The rows after the header."""
        positions = {name: self._columns.index(name) for name in sorted(wanted) if name in self._columns}
        if self._pending is not None:
            yield self._parse(self._pending, positions, repeating)
            self._pending = None
        for block in self._blocks:
            if len(block) or block.faults:
                yield self._parse(block, positions, repeating)

    def _read_header(self) -> tuple[str, ...]:
        for block in self._blocks:
            first_fault = min(block.faults, key=lambda fault: fault.line, default=None)
            if first_fault is not None and (not len(block) or first_fault.line < int(block.lines[0])):
                text = shown(first_fault.text.decode("utf-8", "replace"))
                raise UnreadableFile(
                    f"The header cannot be read: {first_fault.reason}", first_fault.line, text
                )
            if not len(block):
                continue
            header = block.text(0).decode("utf-8")
            rest = np.ones(len(block), dtype=np.bool_)
            rest[0] = False
            self._pending = block.take(rest)
            self._pending.faults = block.faults
            return tuple(next(csv.reader(io.StringIO(header, newline=""), delimiter=self._separator)))
        raise UnreadableFile("The file is empty: a CSV file begins with a header that names its columns")

    def _parse(self, block: RecordBlock, positions: dict[str, int], repeating: frozenset[str]) -> RawRows:
        faults = [_plain(fault) for fault in block.faults]
        expected = len(self._columns)
        even = block.commas == expected - 1
        if not even.all():
            for row in np.flatnonzero(~even).tolist():
                cells = int(block.commas[row]) + 1
                text = shown(block.text(row).decode("utf-8"))
                reason = (
                    f"the row has {cells} {'cell' if cells == 1 else 'cells'} where the header has {expected}"
                )
                faults.append((int(block.lines[row]), text, reason))
            block = block.take(even)
        kept = block

        def text_of(row: int) -> str:
            return shown(kept.text(row).decode("utf-8"))

        return RawRows(self._cells(kept, positions, repeating), kept.lines, text_of, faults)

    def _cells(
        self, block: RecordBlock, positions: dict[str, int], repeating: frozenset[str]
    ) -> dict[str, pa.Array]:
        """The wanted columns of records that all have as many cells as the header."""
        if not len(block):
            return {name: pa.array([], pa.string()) for name in positions}
        text = block.joined()
        names = [str(position) for position in range(len(self._columns))]
        types = {
            str(position): pa.dictionary(pa.int32(), pa.string()) if name in repeating else pa.string()
            for name, position in positions.items()
        }
        table = pa_csv.read_csv(
            pa.BufferReader(text),
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._separator, newlines_in_values=block.multiline, ignore_empty_lines=True
            ),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,  # The records are known to be UTF-8.
                column_types=types,
                strings_can_be_null=False,
                include_columns=list(types),
            ),
        )
        if table.num_rows != len(block):  # Two parsers that disagree would put rows on wrong lines.
            raise UnreadableFile(
                f"Between line {int(block.lines[0])} and line {int(block.lines[-1])} the quotation marks cannot be "
                "understood: double the quotation marks inside a quoted cell",
                int(block.lines[0]),
            )
        return {name: _one_chunk(table.column(str(position))) for name, position in positions.items()}


def _plain(fault: FaultyRecord) -> tuple[int, str, str]:
    return fault.line, shown(fault.text.decode("utf-8", "replace")), fault.reason


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
