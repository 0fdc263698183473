"""NDJSON, one JSON object a line, into columns of text.

The problem: rows share no header, numbers must stay as exact as they were written, and a line may be anything.

Example: ``{"service": "portal", "numerator": 96.50}`` gives the cells ``portal`` and ``96.50``.

Limits: a cell is a string, a number, true, false or null; a list or an object where a cell belongs is a fault of its
row. A column that a row leaves out is an empty cell. Of a key that an object names twice the last one counts, as in
most readers of JSON.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from vendors.feeds.records import ByteStream, FaultyRecord, RecordBlock, read_records
from vendors.feeds.rows import RawRows, shown

_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class NdjsonRows:
    """An NDJSON file."""

    def __init__(self, stream: ByteStream) -> None:
        self._blocks = read_records(stream, None)
        self._keys: set[str] = set()
        self._wanted: frozenset[str] = frozenset()

    @property
    def columns(self) -> None:
        """Nothing: rows share no header."""
        return

    def strange_columns(self) -> frozenset[str]:
        """The keys that rows had and nobody wanted."""
        return frozenset(self._keys - self._wanted)

    def rows(self, wanted: frozenset[str], repeating: frozenset[str]) -> Iterator[RawRows]:
        """The rows, each column of which is there even if no row has it."""
        self._wanted = wanted
        for block in self._blocks:
            if len(block) or block.faults:
                yield self._parse(block, sorted(wanted), repeating)

    def _parse(self, block: RecordBlock, wanted: list[str], repeating: frozenset[str]) -> RawRows:
        faults = [_plain(fault) for fault in block.faults]
        objects: list[dict[str, Any]] = []
        kept = np.ones(len(block), dtype=np.bool_)
        for row in range(len(block)):
            text = block.text(row).decode("utf-8")
            try:
                value, end = _DECODER.raw_decode(text.strip())
                reason = None if end == len(text.strip()) else "something follows the object on this line"
            except RecursionError:
                value, reason = None, "the brackets are nested too deeply"
            except json.JSONDecodeError as error:
                value, reason = None, f"the line is not JSON ({error.msg} at column {error.colno})"
            if reason is None and not isinstance(value, dict):
                reason = "the line is JSON, but not an object in curly brackets"
            if reason is None:
                objects.append(value)
            else:
                faults.append((int(block.lines[row]), shown(text), reason))
                kept[row] = False
        block = block if kept.all() else block.take(kept)
        for each in objects:
            self._keys.update(each)
        row_faults: dict[int, list[str]] = {}
        columns: dict[str, pa.Array] = {}
        for name in wanted:
            column = _column(name, objects, row_faults)
            columns[name] = column.dictionary_encode() if name in repeating else column
        return RawRows(
            columns, block.lines, lambda row: shown(block.text(row).decode("utf-8")), faults, row_faults
        )


def _plain(fault: FaultyRecord) -> tuple[int, str, str]:
    return fault.line, shown(fault.text.decode("utf-8", "replace")), fault.reason


def _column(name: str, objects: list[dict[str, Any]], row_faults: dict[int, list[str]]) -> pa.Array:
    values = [each.get(name) for each in objects]
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        # Some cell is no string; which one, and whether that matters, takes a look at each.
        return pa.array(
            [_cell(name, row, value, row_faults) for row, value in enumerate(values)], pa.string()
        )


def _cell(name: str, row: int, value: object, row_faults: dict[int, list[str]]) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        what = "a list" if isinstance(value, list) else "an object"
        row_faults.setdefault(row, []).append(f"{name} holds {what}, where a single value belongs")
        return None
    if value is None or not isinstance(value, str):
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        row_faults.setdefault(row, []).append(f"{name} holds half of a surrogate pair: this is not text")
        return None
    return value
