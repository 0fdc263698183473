"""Rows as a file's format gives them, before anyone asks what they mean.

The problem: CSV, NDJSON and Parquet differ in everything but this: there are named columns, each row has a line, and
some rows cannot be taken apart at all. What is the same is said here once, so that the checks know no format.

Example: the first data row of a CSV file has ``lines[0] == 2``, for the header is line 1 (ruling 9).

Limits: in a Parquet file there are no lines; its rows are counted from 1. NDJSON has no header, so its first row is
on line 1.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SHOWN_TEXT = 120
"""Letters of a quarantined row that are kept to show it."""


@dataclass(slots=True)
class RawRows:
    """Some rows of a file: its wanted columns as texts (or, from Parquet, as typed values), and each row's line.

    ``faults`` are rows that could not be taken apart: line, text and reason. ``row_faults`` are reasons against rows
    that are here, by position. ``text`` gives the text of one row as it stood in the file.
    """

    columns: dict[str, pa.Array]
    lines: NDArray[np.int64]
    text: Callable[[int], str]
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    row_faults: dict[int, list[str]] = field(default_factory=dict)
    read: int = 0

    def __len__(self) -> int:
        return len(self.lines)


class UnreadableFile(Exception):
    """The file as a whole cannot be read; it never leaves `vendors.feeds`, where it becomes a `BrokenFile`."""

    def __init__(self, reason: str, line: int = 1, text: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.text = text


class RowReader(Protocol):
    """A file open for reading: the columns it has, and then its rows.

    ``columns`` is None where rows do not share a header (NDJSON): a row may leave out what it likes.
    """

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The names in the header."""
        ...

    def rows(self, wanted: frozenset[str], repeating: frozenset[str]) -> Iterator[RawRows]:
        """The rows with the wanted columns; ``repeating`` are those worth keeping each value of only once."""
        ...

    def strange_columns(self) -> frozenset[str]:
        """Names met in the rows, but never wanted; only where there is no header."""
        ...


_ENOUGH_FAULTS = 1_000


def unless_garbage(batches: Iterable[RawRows]) -> Iterator[RawRows]:
    """The rows of a file, unless nearly all of them cannot even be taken apart: then it is no such file.

    A gigabyte of garbage behind a good header has millions of "lines", of which nobody can read one. Raises
    UnreadableFile once there are a thousand such rows and they are nine in ten of those read so far. A row that can be
    taken apart, whatever is wrong with what it says, is never garbage.
    """
    faults = rows = 0
    first: tuple[int, str, str] | None = None
    for batch in batches:
        faults += len(batch.faults)
        rows += len(batch) + len(batch.faults)
        if batch.faults and first is None:
            first = min(batch.faults)
        if first is not None and faults >= _ENOUGH_FAULTS and faults * 10 > rows * 9:
            line, text, reason = first
            raise UnreadableFile(
                f"Of its first {rows} rows {faults} cannot be taken apart, the first because {reason.split(': ')[0]}: "
                "this is not the file that its name says",
                line,
                text,
            )
        yield batch


def shown(text: str) -> str:
    """A row's text for people: one line, nothing a terminal would act on, shortened if long."""
    if len(text) <= SHOWN_TEXT and text.isprintable():
        return text
    clear = "".join(letter if letter.isprintable() else _escaped(letter) for letter in text[: SHOWN_TEXT + 1])
    return clear if len(clear) <= SHOWN_TEXT else clear[: SHOWN_TEXT - 1] + "…"


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
