"""One file of evidence, from its bytes to checked batches.

The problem: whoever keeps evidence wants batches and a quarantine, and nothing of formats, encodings and headers. A
`FileSource` is that for one file named by its kind: it opens the file, looks at its header, and hands over batches.

Example: ``FileSource(path, "evidence/outages.csv", OUTAGES, declared).batches()``.

Limits: loading is atomic per file. What is wrong with a row costs that row. What is wrong with the file (its bytes are
not what its name says, its header lacks a column that every row needs, its gzip stream breaks off) costs the file, and
it stands in quarantine once, with the line where it broke: nobody can know what the missing half would have said of
the rows before it (corrections come last), and half a month that passes for a month is worse than none.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa

from domain.evidence import QuarantinedRow
from domain.evidence_kinds import Cell, EvidenceKind
from domain.findings import Finding, FindingKind, Severity
from domain.ports import BrokenFile, EvidenceBatch
from vendors.feeds.checks import RowChecks, batch_schema
from vendors.feeds.csv_rows import CsvRows
from vendors.feeds.declared import Declared, nearest
from vendors.feeds.opening import CountedFile, Format, NamedFormat, format_named, open_text
from vendors.feeds.rows import RowReader, UnreadableFile


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class FileSource:
    """A file that is read by its name: a kind of evidence, in columns of that kind's own names."""

    def __init__(self, path: Path, file: str, kind: EvidenceKind, declared: Declared) -> None:
        named = format_named(path.name)
        if named is None:
            raise ValueError(f"{path.name} does not end with a format that can be read")
        self._path = path
        self._file = file
        self._kind = kind
        self._named = named
        self._checks = RowChecks(file, kind, declared)

    @property
    def file(self) -> str:
        """The file's path within the portfolio's folder."""
        return self._file

    @property
    def kind(self) -> str:
        """The kind that the file's name says."""
        return self._kind.name

    @property
    def size(self) -> int:
        """The bytes of the file as it lies there; 0 where it is gone."""
        return self._path.stat().st_size if self._path.is_file() else 0

    @property
    def reading(self) -> str:
        """The kind: nothing else decides what is read."""
        return self._kind.name

    def sha256(self) -> str:
        """The hash of the file's bytes."""
        return hash_of(self._path)

    def batches(self) -> Iterator[EvidenceBatch | BrokenFile]:
        """The rows, batch after batch; a `BrokenFile` last where the file cannot be read as a whole."""
        try:
            yield from self._read()
        except UnreadableFile as fault:
            yield BrokenFile(
                QuarantinedRow(self._file, fault.line, fault.reason, fault.text), self._kind.name
            )
        except OSError as error:
            reason = f"The file cannot be opened or read: {error.strerror or error}"
            yield BrokenFile(QuarantinedRow(self._file, 1, reason), self._kind.name)

    def _read(self) -> Iterator[EvidenceBatch]:
        wanted = frozenset(column.name for column in self._kind.columns if not column.derived)
        repeating = frozenset(c.name for c in self._kind.columns if c.repeats and c.cell is not Cell.INSTANT)
        with ExitStack() as stack:
            reader, counted = open_rows(self._path, self._named, stack)
            if reader.columns is not None:
                refuse_missing(self._kind, reader.columns)
                strange = frozenset(reader.columns) - wanted
                if strange:
                    yield self._empty(notices=(unknown_columns(self._file, self._kind, strange),))
            for rows in reader.rows(wanted, repeating):
                batch, _, quarantined = self._checks.check(rows)
                yield EvidenceBatch(self._kind.name, batch, quarantined, read=counted.count)
            if reader.columns is None and (strange := reader.strange_columns()):
                yield self._empty(notices=(unknown_columns(self._file, self._kind, strange),))

    def _empty(self, notices: tuple[Finding, ...]) -> EvidenceBatch:
        schema = batch_schema(self._kind)
        nothing = pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)
        return EvidenceBatch(self._kind.name, nothing, notices=notices)


def open_rows(
    path: Path, named: NamedFormat, stack: ExitStack, encoding: str = "utf-8"
) -> tuple[RowReader, CountedFile]:
    """The rows of a file, in whatever format it is."""
    if named.format is Format.CSV:
        stream, counted = stack.enter_context(open_text(path, named, encoding))
        return CsvRows(stream), counted
    raise UnreadableFile(f"{named.format} is not read yet")


def refuse_missing(kind: EvidenceKind, columns: tuple[str, ...]) -> None:
    """Raise UnreadableFile where a header lacks a required column, or names a column twice."""
    missing = [name for name in kind.required() if name not in columns]
    if missing:
        parts = []
        for name in missing:
            near = nearest(name, [column for column in columns if not kind.has(column)])
            parts.append(name + (f" (the nearest column is {near!r})" if near is not None else ""))
        plural = "columns" if len(missing) > 1 else "column"
        raise UnreadableFile(
            f"The header lacks the {plural} {', '.join(parts)}, without which no row of {kind.name} can be read"
            + _separator_hint(columns),
            text=",".join(columns)[:120],
        )
    for name in columns:
        if kind.has(name) and columns.count(name) > 1:
            raise UnreadableFile(f"The header names the column {name} more than once: which one counts?")


def _separator_hint(columns: tuple[str, ...]) -> str:
    if len(columns) == 1:
        for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
            if separator in columns[0]:
                return f"; the cells seem to be separated by {name}: save the file with commas"
        if "\r" in columns[0]:
            return "; the lines seem to end with carriage returns alone: end them with LF or CRLF"
    return ""


def unknown_columns(file: str, kind: EvidenceKind, strange: frozenset[str]) -> Finding:
    """The notice that a file has columns that nothing reads."""
    parts = []
    known = [column.name for column in kind.columns if not column.derived]
    for name in sorted(strange)[:8]:
        near = nearest(name, known)
        parts.append(repr(name) + (f" (did you mean {near}?)" if near is not None else ""))
    more = f" and {len(strange) - 8} more" if len(strange) > 8 else ""
    return Finding(
        "EVIDENCE_UNKNOWN_COLUMN",
        Severity.INFO,
        FindingKind.EVIDENCE,
        f"{file} has columns that {kind.name} do not have, and that are not read: {', '.join(parts)}{more}.",
        cure="Rename the columns as the documents' language says, or leave them out.",
    )
