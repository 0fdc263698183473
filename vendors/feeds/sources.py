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
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

from domain.evidence import QuarantinedRow
from domain.evidence_kinds import TICKET_EVENTS, TICKETS, EvidenceKind
from domain.findings import Finding, FindingKind, Severity
from domain.ports import BrokenFile, EvidenceBatch
from vendors.feeds.checks import Examined, RowChecks, batch_schema, set_aside
from vendors.feeds.clock_notices import of_local_times, without_offset
from vendors.feeds.csv_rows import CsvRows
from vendors.feeds.declared import Declared, Guesses, nearest
from vendors.feeds.mapping import FeedMapping
from vendors.feeds.ndjson_rows import NdjsonRows
from vendors.feeds.opening import CountedFile, Format, NamedFormat, format_named, open_columns, open_text
from vendors.feeds.rows import RawRows, RowReader, UnreadableFile, unless_garbage
from vendors.feeds.translation import LastRows, Translation, last_rows, some_rows


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


class _OneFile(ABC):
    """What every file of evidence has in common: where it lies, and what becomes of its faults."""

    def __init__(self, path: Path, file: str, kind: str) -> None:
        self._path = path
        self._file = file
        self._kind_name = kind

    @property
    def file(self) -> str:
        """The file's path within the portfolio's folder."""
        return self._file

    @property
    def kind(self) -> str:
        """The kind that the file holds."""
        return self._kind_name

    @property
    def size(self) -> int:
        """The bytes of the file as it lies there; 0 where it is gone."""
        return self._path.stat().st_size if self._path.is_file() else 0

    def sha256(self) -> str:
        """The hash of the file's bytes. Raises OSError where the file cannot be opened."""
        return hash_of(self._path)

    def batches(self) -> Iterator[EvidenceBatch | BrokenFile]:
        """The rows, batch after batch; a `BrokenFile` last where the file cannot be read as a whole."""
        try:
            yield from self._read()
        except UnreadableFile as fault:
            yield BrokenFile(
                QuarantinedRow(self._file, fault.line, fault.reason, fault.text), self._kind_name
            )
        except OSError as error:
            reason = f"The file cannot be opened or read: {error.strerror or error}"
            yield BrokenFile(QuarantinedRow(self._file, 1, reason), self._kind_name)

    @abstractmethod
    def _read(self) -> Iterator[EvidenceBatch]:
        """The rows. Raises UnreadableFile and OSError."""


class FileSource(_OneFile):
    """A file that is read by its name: a kind of evidence, in columns of that kind's own names."""

    def __init__(self, path: Path, file: str, kind: EvidenceKind, declared: Declared) -> None:
        super().__init__(path, file, kind.name)
        named = format_named(path.name)
        if named is None:
            raise ValueError(f"{path.name} does not end with a format that can be read")
        self._kind = kind
        self._named = named
        self._declared = declared

    @property
    def reading(self) -> str:
        """The kind: nothing else decides what is read."""
        return self._kind.name

    def _read(self) -> Iterator[EvidenceBatch]:
        checks = RowChecks(self._kind, self._declared)
        wanted = frozenset(column.name for column in self._kind.columns if not column.derived)
        with ExitStack() as stack:
            reader, counted = open_rows(self._path, self._named, stack)
            if reader.columns is not None:
                refuse_missing(self._kind, reader.columns)
                if strange := frozenset(reader.columns) - wanted:
                    yield _nothing(self._kind, (unknown_columns(self._file, self._kind, strange),))
            for rows in unless_garbage(reader.rows(wanted, repeating(self._kind))):
                examined = checks.examine(rows)
                quarantined = set_aside(self._file, rows, examined.reasons)
                yield EvidenceBatch(self._kind.name, examined.good(), quarantined, read=counted.count)
            if reader.columns is None and (strange := reader.strange_columns()):
                yield _nothing(self._kind, (unknown_columns(self._file, self._kind, strange),))
            if told := without_offset(self._file, checks.clocks):
                yield _nothing(self._kind, told)


class FeedSource(_OneFile):
    """A file that a feed claims: somebody else's columns and values, translated.

    Where it produces events and tickets, every row is an event, and a ticket's own fields are those of its last row.
    A row that is not good for every kind it produces is good for none; only a last row that is a good event but cannot
    be read as a ticket goes to quarantine as the ticket it would have been.
    """

    def __init__(self, path: Path, file: str, feed: FeedMapping, declared: Declared) -> None:
        super().__init__(path, file, "+".join(kind.name for kind in feed.kinds()))
        self._feed = feed
        self._declared = declared

    @property
    def reading(self) -> str:
        """The feed and all that it says."""
        return f"feed:{self._feed.digest()}"

    def _read(self) -> Iterator[EvidenceBatch]:
        written = self._feed.format()
        faults = self._feed.faults()
        if faults or written is None:
            raise UnreadableFile(f"The feed {self._feed.name} cannot read it: {'; '.join(faults)}")
        kinds = self._feed.kinds()
        named = NamedFormat(written, compressed=self._path.name.lower().endswith(".gz"))
        with ExitStack() as stack:
            reader, counted = open_rows(self._path, named, stack, self._feed.encoding, self._feed.delimiter)
            if reader.columns is not None:
                self._refuse_missing(reader.columns)
            if TICKET_EVENTS in kinds and TICKETS in kinds:
                yield from self._events(reader, counted, tuple(kind for kind in kinds if kind is not TICKETS))
            else:
                yield from self._plain(reader, counted, kinds)

    def _plain(
        self, reader: RowReader, counted: CountedFile, kinds: tuple[EvidenceKind, ...]
    ) -> Iterator[EvidenceBatch]:
        checks = {kind.name: RowChecks(kind, self._declared) for kind in kinds}
        translation = Translation(self._feed, Guesses())
        times = self._feed.times()
        for rows in unless_garbage(reader.rows(self._feed.sources(), self._repeating())):
            examined = {
                kind.name: checks[kind.name].examine(translation.of(rows, kind), times) for kind in kinds
            }
            yield from self._checked(rows, examined, counted)
        yield from self._of_clocks(checks, kinds[0])

    def _events(
        self, reader: RowReader, counted: CountedFile, kinds: tuple[EvidenceKind, ...]
    ) -> Iterator[EvidenceBatch]:
        checks = {kind.name: RowChecks(kind, self._declared) for kind in (*kinds, TICKETS)}
        translation = Translation(self._feed, Guesses())
        times = self._feed.times()
        last = LastRows(self._file, batch_schema(TICKETS))
        for rows in unless_garbage(reader.rows(self._feed.sources(), self._repeating())):
            examined = {
                kind.name: checks[kind.name].examine(translation.of(rows, kind), times) for kind in kinds
            }
            events = examined[TICKET_EVENTS.name].batch
            # A row that is no good event is nobody's last row: it goes to quarantine as what it is.
            bad = [row for each in examined.values() for row in each.reasons]
            usable = np.delete(np.arange(len(rows)), bad)
            ticket, at = (events.column(name).take(pa.array(usable)) for name in ("ticket_id", "at"))
            latest = last_rows(ticket, at, rows.lines[usable])
            chosen = some_rows(rows, usable[latest])
            tickets = checks[TICKETS.name].examine(translation.of(chosen, TICKETS), times)
            yield from self._checked(rows, examined, counted)
            last.add(tickets, at.take(pa.array(latest)), chosen.text)
        table, quarantined = last.finish()
        yield EvidenceBatch(TICKETS.name, table, quarantined, read=counted.count)
        yield from self._of_clocks(checks, TICKETS)

    def _of_clocks(self, checks: dict[str, RowChecks], kind: EvidenceKind) -> Iterator[EvidenceBatch]:
        """What to know of the clocks that the file's times are of."""
        found = [checks[name].clocks for name in sorted(checks)]
        if told := of_local_times(self._file, self._feed.timezone, found):
            yield _nothing(kind, told)

    def _checked(
        self, rows: RawRows, examined: dict[str, Examined], counted: CountedFile
    ) -> Iterator[EvidenceBatch]:
        """The rows that are good for every kind, kind by kind; the others stand in quarantine once."""
        reasons: dict[int, list[str]] = {}
        for each in examined.values():
            for row, said in each.reasons.items():
                known = reasons.setdefault(row, [])
                known.extend(reason for reason in said if reason not in known)
        quarantined = set_aside(self._file, rows, reasons)
        for name, each in examined.items():
            good = Examined(each.batch, reasons).good()
            yield EvidenceBatch(name, good, quarantined, read=counted.count)
            quarantined = ()

    def _repeating(self) -> frozenset[str]:
        """The columns of the file of which few different values are expected."""
        known = {name for kind in self._feed.kinds() for name in repeating(kind)}
        found = {source for column, source in self._feed.columns.items() if column in known}
        rest = {source for column, source in self._feed.columns.items() if column not in known}
        if self._feed.service_column is not None:
            found.add(self._feed.service_column)
        found.update(self._feed.service_columns)
        return frozenset(found - rest)

    def _refuse_missing(self, columns: tuple[str, ...]) -> None:
        missing = sorted(self._feed.sources() - set(columns))
        if missing:
            hints = []
            for name in missing:
                near = nearest(name, columns)
                hints.append(repr(name) + (f" (the nearest is {near!r})" if near is not None else ""))
            raise UnreadableFile(
                f"The feed {self._feed.name} reads columns that the header lacks: {', '.join(hints)}"
                + _separator_hint(columns),
                text=",".join(columns)[:120],
            )
        for name in sorted(self._feed.sources()):
            if columns.count(name) > 1:
                raise UnreadableFile(f"The header names the column {name} more than once: which one counts?")


class RefusedSource(_OneFile):
    """A file that nobody may read, because more than one feed claims it."""

    def __init__(self, path: Path, file: str, reason: str) -> None:
        super().__init__(path, file, "unknown")
        self._reason = reason

    @property
    def reading(self) -> str:
        """Why it is not read."""
        return f"refused:{self._reason}"

    def _read(self) -> Iterator[EvidenceBatch]:
        raise UnreadableFile(self._reason)


def repeating(kind: EvidenceKind) -> frozenset[str]:
    """The columns of which few different values are expected in many rows."""
    return frozenset(column.name for column in kind.columns if column.repeats)


def _nothing(kind: EvidenceKind, notices: tuple[Finding, ...]) -> EvidenceBatch:
    """A batch without rows, which only has something to say."""
    schema = batch_schema(kind)
    nothing = pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)
    return EvidenceBatch(kind.name, nothing, notices=notices)


def open_rows(
    path: Path, named: NamedFormat, stack: ExitStack, encoding: str = "utf-8", delimiter: str = ","
) -> tuple[RowReader, CountedFile]:
    """The rows of a file, in whatever format it is, and the file whose bytes are counted as they are read."""
    if named.format is Format.PARQUET:
        from vendors.feeds.parquet_rows import ParquetRows  # noqa: PLC0415 - large, and most files are text

        counted, opened = stack.enter_context(open_columns(path, named))
        return ParquetRows(opened), counted
    stream, counted = stack.enter_context(open_text(path, named, encoding))
    return (CsvRows(stream, delimiter) if named.format is Format.CSV else NdjsonRows(stream)), counted


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
