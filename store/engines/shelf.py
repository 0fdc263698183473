"""Resolved columns laid aside on disk, so that a few neighbouring rows can be fetched back without the rest.

The problem: ten million resolved rows do not fit beside the work that is done on them, and a settlement asks for the
rows of one service at a time. So each column lies in a file of its own, in the order of the services, and a service's
rows are a slice of every file.

Example: ``shelf = Shelf.of(folder, columns)``; ``shelf.read(100, 250)`` are rows 100 to 249 of ``columns``.

Limits: a shelf is scratch of one process and is gone with its folder. Names that few rows share (services, causes) stay
in memory; names that are nearly one a row (ids) go to disk with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from domain.evidence import Coded, Exact
from store.lake.coded import coded

Columns = TypeVar("Columns")
Fetch = Callable[[int, int], Any]
"""Brings back the rows [first, last) of one column."""

_ROWS_A_NAME = 8
"""A column with more than one name for so many rows keeps its names on disk."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Columns on disk; ``kind`` is the class of columns they are."""

    kind: type
    rows: int
    fetches: tuple[Fetch, ...]

    @classmethod
    def of(cls, folder: Path, columns: Any) -> "Shelf":  # noqa: ANN401  Any of the columns of `domain.evidence`.
        """Lay columns aside in a folder, which is made."""
        folder.mkdir(parents=True)
        fetches = tuple(
            _laid_aside(folder / field.name, getattr(columns, field.name)) for field in fields(columns)
        )
        return cls(type(columns), len(columns), fetches)

    def read(self, first: int, last: int) -> Any:  # noqa: ANN401  What was laid aside comes back.
        """The rows [first, last)."""
        return self.kind(*(fetch(first, last) for fetch in self.fetches))


def _laid_aside(path: Path, value: object) -> Fetch:
    if isinstance(value, Coded):
        wide = len(value.names) * _ROWS_A_NAME > len(value)
        return _texts(path, value) if wide else _codes(path, value)
    if isinstance(value, Exact):
        return _numbers(path, value)
    if isinstance(value, np.ndarray):
        return _integers(path, value)
    # A place is columns within columns.
    kind = type(value)
    inner = [
        _laid_aside(path.with_name(f"{path.name}.{field.name}"), getattr(value, field.name))
        for field in fields(value)  # type: ignore[arg-type]
    ]
    return lambda first, last: kind(*(fetch(first, last) for fetch in inner))


def _integers(path: Path, values: NDArray[Any]) -> Fetch:
    kind, width = values.dtype, values.dtype.itemsize
    if len(values) and (values == values[0]).all():
        one = values[
            0
        ]  # A column that says the same throughout (never reported, never recorded) needs no file.
        return lambda first, last: np.full(last - first, one, dtype=kind)
    values.tofile(path)
    return lambda first, last: np.fromfile(path, kind, last - first, offset=first * width)


def _codes(path: Path, column: Coded) -> Fetch:
    fetch, names = _integers(path, column.codes), column.names
    return lambda first, last: Coded(fetch(first, last), names)


def _numbers(path: Path, column: Exact) -> Fetch:
    if column.units.dtype == np.int64:
        fetch, scale = _integers(path, column.units), column.scale
        return lambda first, last: Exact(fetch(first, last), scale)
    return lambda first, last: Exact(
        column.units[first:last], column.scale
    )  # Beyond 64 bits: too rare for a file.


def _texts(path: Path, column: Coded) -> Fetch:
    texts = pa.array(column.names, pa.large_string()).take(pa.array(column.codes, mask=column.codes < 0))
    _, offset_buffer, letters = texts.buffers()
    if letters is None:
        return lambda first, last: Coded(np.full(last - first, -1, dtype=np.int32), ())
    offsets = np.frombuffer(offset_buffer, dtype=np.int64, count=len(texts) + 1)
    path.write_bytes(letters)
    at = _integers(path.with_name(f"{path.name}.offsets"), offsets)
    empty = _integers(path.with_name(f"{path.name}.empty"), column.codes < 0)

    def fetch(first: int, last: int) -> Coded:
        ends = at(first, last + 1)
        bytes_of = np.fromfile(path, np.uint8, int(ends[-1] - ends[0]), offset=int(ends[0]))
        valid = np.packbits(~empty(first, last), bitorder="little")
        found = pa.LargeStringArray.from_buffers(
            last - first, pa.py_buffer(ends - ends[0]), pa.py_buffer(bytes_of), pa.py_buffer(valid)
        )
        return coded(pa.chunked_array([found]))

    return fetch


def joined(pieces: Sequence[Columns]) -> Columns:
    """The rows of several pieces of one kind of columns, one after another."""
    if len(pieces) == 1:
        return pieces[0]
    first: Any = pieces[0]
    said = [_joined([getattr(piece, field.name) for piece in pieces]) for field in fields(first)]
    found: Columns = type(first)(*said)
    return found


def _joined(values: Sequence[Any]) -> Any:  # noqa: ANN401  Of each column its own kind.
    first = values[0]
    if isinstance(first, Coded):
        return _coded_together(values)
    if isinstance(first, Exact):
        scale = max(value.scale for value in values)  # Scales are powers of ten.
        units = [_scaled(value, scale) for value in values]
        return Exact(np.concatenate(units), scale)
    if isinstance(first, np.ndarray):
        return np.concatenate(values)
    return joined(values)


def _scaled(value: Exact, scale: int) -> NDArray[Any]:
    factor = scale // value.scale
    if factor == 1:
        return value.units
    largest = max((abs(int(unit)) for unit in (value.units.min(), value.units.max())), default=0)
    is_small = largest * factor * len(value) < 2**62
    return value.units * factor if is_small else value.units.astype(object) * factor


def _used(column: Coded) -> NDArray[np.int64]:
    """The codes that some row of a column bears."""
    if len(column.names) > len(column):
        return np.unique(column.codes).astype(np.int64)
    bears = np.zeros(len(column.names) + 1, dtype=np.bool_)
    bears[column.codes] = True
    return np.flatnonzero(bears[:-1])  # The last place is that of an empty cell.


def _coded_together(values: Sequence[Coded]) -> Coded:
    if all(value.names is values[0].names for value in values):
        return Coded(np.concatenate([value.codes for value in values]), values[0].names)
    used = [_used(value) for value in values]
    said = [
        {value.names[code]: code for code in codes.tolist() if code >= 0}
        for value, codes in zip(values, used, strict=True)
    ]
    names = tuple(sorted(set().union(*said)))
    place = {name: code for code, name in enumerate(names)}
    together = []
    for value, codes_of in zip(values, said, strict=True):
        recoded = np.full(
            len(value.names) + 1, -1, dtype=np.int32
        )  # The last place is that of an empty cell.
        recoded[list(codes_of.values())] = [place[name] for name in codes_of]
        together.append(recoded[value.codes])
    return Coded(np.concatenate(together), names)
