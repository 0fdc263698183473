"""The rows of somebody else's file, as rows of our kinds.

The problem: one row of a ticket tool's log is an event of a ticket and, if it is the last of that ticket, says the
ticket's own fields too; its columns, its values and its empty cells are not ours.

Example: with ``values={"status": {"Active": "open"}}`` the cell ``Active`` of the mapped column becomes ``open``, and
``Paused`` puts the row in quarantine, with the nearest value that the feed knows.

Limits: a value is translated whole, as it stands. Which row is a ticket's last is told by its instant, and by its line
where two are at one instant, never by the order in which files arrive.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import QuarantinedRow
from domain.evidence_kinds import Cell, EvidenceKind
from vendors.feeds.checks import Examined, as_text
from vendors.feeds.declared import Guesses
from vendors.feeds.mapping import ANY, PART, FeedMapping
from vendors.feeds.rows import RawRows, shown


class Translation:
    """Translates the rows of one feed, batch after batch."""

    def __init__(self, feed: FeedMapping, guesses: Guesses) -> None:
        self._feed = feed
        self._guesses = guesses

    def of(self, rows: RawRows, kind: EvidenceKind) -> RawRows:
        """The rows in the columns of one kind, with what could not be translated noted against its row."""
        columns: dict[str, pa.Array] = {}
        row_faults = {row: list(said) for row, said in rows.row_faults.items()}
        for column in kind.columns:
            if column.derived:
                continue
            if column.name == "service" and (
                self._feed.service_column or self._feed.service_columns or self._feed.service_values
            ):
                columns["service"] = self._service(rows, row_faults)
                continue
            source = self._feed.columns.get(column.name)
            given = rows.columns.get(source) if source is not None else None
            if constant := self._feed.constant(column.name):
                columns[column.name] = _constant(constant, len(rows))
                continue
            if given is None:
                continue
            if pa.types.is_timestamp(given.type) and column.cell is Cell.INSTANT:
                columns[column.name] = given
                continue
            said = self._feed.values.get(column.name) if column.cell is not Cell.INSTANT else None
            columns[column.name] = self._translated(column.name, given, said, row_faults, every=False)
        if kind.has("source") and "source" not in columns:
            columns["source"] = _constant(self._feed.name, len(rows))
        return RawRows(columns, rows.lines, rows.text, [], row_faults)

    def _service(self, rows: RawRows, row_faults: dict[int, list[str]]) -> pa.Array:
        values = self._feed.service_values
        if self._feed.service_columns:
            return self._service_of_several(rows, row_faults)
        if self._feed.service_column is None:
            return _constant(values[ANY], len(rows)) if ANY in values else pa.nulls(len(rows), pa.string())
        given = rows.columns.get(self._feed.service_column)
        if given is None:
            given = pa.nulls(len(rows), pa.string())
        return self._translated("service", given, values or None, row_faults, every=True)

    def _service_of_several(self, rows: RawRows, row_faults: dict[int, list[str]]) -> pa.Array:
        """The service that several columns say together, each different combination being looked at once."""
        names: list[list[str]] = []
        combined = np.zeros(len(rows), dtype=np.int64)
        for column in self._feed.service_columns:
            given = rows.columns.get(column)
            array = pa.nulls(len(rows), pa.string()) if given is None else as_text(given, column)
            coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
            names.append([*coded.dictionary.to_pylist(), ""])
            codes = pc.fill_null(coded.indices, len(coded.dictionary)).to_numpy()
            combined = combined * len(names[-1]) + codes
        found, inverse = np.unique(combined, return_inverse=True)
        meanings: list[str | None] = []
        for position, combination in enumerate(found.tolist()):
            cells: list[str] = []
            rest = combination
            for known in reversed(names):
                rest, code = divmod(rest, len(known))
                cells.insert(0, known[code])
            meanings.append(self._feed.service_of(cells))
            if meanings[-1] is None:
                said = shown(f" {PART} ".join(cells))
                reason = f"service {said!r} is no value that the feed {self._feed.name} translates"
                for row in np.flatnonzero(inverse == position).tolist():
                    row_faults.setdefault(row, []).append(reason)
        return pa.array(meanings, pa.string()).take(pa.array(inverse)).dictionary_encode()

    def _translated(
        self,
        name: str,
        given: pa.Array,
        values: Mapping[str, str] | None,
        row_faults: dict[int, list[str]],
        *,
        every: bool,
    ) -> pa.Array:
        """One column's cells, each different value being looked at once; ``every``: "*" stands for empty cells too."""
        array = as_text(given, name)
        if values is None:
            return self._emptied(array)
        coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
        empty = values.get("", values.get(ANY) if every else None)
        codes = pc.fill_null(coded.indices, len(coded.dictionary)).to_numpy()
        meanings: list[str | None] = []
        for code, text in enumerate(coded.dictionary.to_pylist()):
            if text == "" or text in self._feed.nulls:
                meanings.append(empty)
            elif text in values or ANY in values:
                meanings.append(values.get(text, values.get(ANY)))
            else:
                meanings.append(None)
                known = [value for value in values if value]
                hint = self._guesses.hint(f"value of {name}", text, known)
                reason = (
                    f"{name} {shown(text)!r} is no value that the feed {self._feed.name} translates{hint}"
                )
                for row in np.flatnonzero(codes == code).tolist():
                    row_faults.setdefault(row, []).append(reason)
        meanings.append(empty)
        # A value that is said to mean "" means an empty cell, like a cause that is nobody's.
        different = sorted({meaning for meaning in meanings if meaning})
        place = {meaning: position for position, meaning in enumerate(different)}
        places = np.array([place[said] if said else -1 for said in meanings], dtype=np.int32)[codes]
        indices = pa.array(places, mask=places < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array(different, pa.string()))

    def _emptied(self, array: pa.Array) -> pa.Array:
        """Cells that are not translated; those that the feed takes for empty are null."""
        nothing = pa.array(["", *self._feed.nulls], pa.string())
        if not pa.types.is_dictionary(array.type):
            is_nothing = pc.is_in(array, nothing)
            return (
                pc.if_else(is_nothing, pa.scalar(None, pa.string()), array)
                if pc.any(is_nothing).as_py()
                else array
            )
        codes = pc.fill_null(array.indices, -1).to_numpy()
        is_nothing = np.append(pc.is_in(array.dictionary, nothing).to_numpy(zero_copy_only=False), True)
        if not is_nothing.any():
            return array
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=is_nothing[codes]), array.dictionary)


def _constant(text: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(count, dtype=np.int32)), pa.array([text], pa.string())
    )


class LastRows:
    """The last row of each ticket of a file, as the ticket's own fields, gathered batch after batch.

    What is held grows with the tickets of the file, not with its rows.
    """

    def __init__(self, file: str, schema: pa.Schema) -> None:
        self._file = file
        self._schema = schema
        self._held: list[pa.RecordBatch] = []
        self._rows_held = 0
        self._reduced_to = 0
        self._faults: dict[int, tuple[str, str]] = {}

    def add(self, tickets: Examined, at: pa.Array, text: Callable[[int], str]) -> None:
        """The last rows of some tickets so far, as tickets; ``at`` is each row's instant as an event."""
        batch = tickets.batch.set_column(
            self._schema.get_field_index("stated_at"), self._schema.field("stated_at"), at
        )
        lines = batch.column("line").to_numpy()
        for row, reasons in tickets.reasons.items():
            self._faults[int(lines[row])] = ("; ".join(reasons), text(row))
        self._hold(pa.Table.from_batches([batch]))
        if self._rows_held > 2 * self._reduced_to + 100_000:
            self._reduce()

    def finish(self) -> tuple[pa.Table, tuple[QuarantinedRow, ...]]:
        """The tickets, and the last rows that cannot be read as tickets."""
        self._reduce()
        table = pa.Table.from_batches(self._held, schema=self._schema)
        lines = table["line"].to_numpy()
        bad = np.array([int(line) in self._faults for line in lines], dtype=np.bool_)
        quarantined = tuple(
            QuarantinedRow(self._file, line, *self._faults[line]) for line in sorted(lines[bad].tolist())
        )
        return (table.filter(pa.array(~bad)) if bad.any() else table), quarantined

    def _reduce(self) -> None:
        table = _last_of_each(pa.Table.from_batches(self._held, schema=self._schema))
        self._held, self._rows_held = [], 0
        self._hold(table)
        self._reduced_to = self._rows_held
        kept = set(table["line"].to_pylist()) if self._faults else set()
        self._faults = {line: fault for line, fault in self._faults.items() if line in kept}

    def _hold(self, table: pa.Table) -> None:
        self._held.extend(table.cast(self._schema).combine_chunks().to_batches())
        self._rows_held += len(table)


def some_rows(rows: RawRows, chosen: NDArray[np.int64]) -> RawRows:
    """Some of the rows of a batch, by position."""
    positions = pa.array(chosen)
    columns = {name: column.take(positions) for name, column in rows.columns.items()}
    faults = {
        place: rows.row_faults[row] for place, row in enumerate(chosen.tolist()) if row in rows.row_faults
    }
    return RawRows(columns, rows.lines[chosen], lambda row: rows.text(int(chosen[row])), [], faults)


def last_rows(ticket: pa.Array, at: pa.Array, line: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of the rows of each ticket the one latest by instant, then by line; rows that name no ticket each stand."""
    if not len(ticket):
        return np.zeros(0, dtype=np.int64)
    coded = ticket.dictionary_encode()
    nobody = np.arange(len(ticket)) + len(coded.dictionary)
    codes = np.where(
        coded.is_null().to_numpy(zero_copy_only=False), nobody, pc.fill_null(coded.indices, 0).to_numpy()
    )
    instants = pc.fill_null(at.cast(pa.int64()), np.iinfo(np.int64).min).to_numpy()
    order = np.lexsort((line, instants, codes))
    last = np.concatenate((codes[order][1:] != codes[order][:-1], [True]))
    return np.sort(order[last])


def _last_of_each(table: pa.Table) -> pa.Table:
    ticket, at = (table[name].combine_chunks() for name in ("ticket_id", "stated_at"))
    return table.take(pa.array(last_rows(ticket, at, table["line"].to_numpy())))
