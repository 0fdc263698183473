"""Which rows mean something: the checks of every row, and the batch of those that pass.

The problem: a row that ends before it starts, names a service nobody runs, or says "many" where a number belongs must
not count, must not be lost, and must not stop the good rows beside it. So each row is checked by itself, everything
that is wrong with it is said at once, and the rest become one Arrow batch.

Example: ``B,portal,2026-06-31T10:00:00Z,2026-06-31T11:00:00Z`` goes to quarantine because June has 30 days; the row
after it is read.

Limits: a row is checked against itself and the declared names only. What two rows say of each other (the same row
twice, a correction, an event without its ticket) is settled where all rows are known, in `store.lake`.

References: ruling 9; 2-documents, "Evidence".
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import QuarantinedRow
from domain.evidence_kinds import CAUSES, UNMAPPED_HOLDER, Cell, Column, EvidenceKind
from domain.instants import isoformat
from vendors.feeds.declared import Declared, Guesses
from vendors.feeds.instants import ISO_TIMES, Instants, TimeReader
from vendors.feeds.rows import RawRows, UnreadableFile, shown

INSTANT_TYPE = pa.timestamp("us", tz="UTC")
REPEATING_TYPE = pa.dictionary(pa.int32(), pa.string())

_PLAIN = re.compile(r"^(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)

# Columns of which the second may not come before the first, and how a person says so.
_ORDERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "outages": (("started_at", "ended_at", "the outage ends before it starts"),),
    "tickets": (
        ("opened_at", "responded_at", "the ticket is responded to before it is opened"),
        ("opened_at", "resolved_at", "the ticket is resolved before it is opened"),
        ("opened_at", "closed_at", "the ticket is closed before it is opened"),
    ),
    "counts": (("from", "to", "the count ends before it starts"),),
}


def arrow_type(column: Column) -> pa.DataType:
    """The type of a column in a batch."""
    if column.cell is Cell.INSTANT:
        return INSTANT_TYPE
    return REPEATING_TYPE if column.repeats else pa.string()


def batch_schema(kind: EvidenceKind) -> pa.Schema:
    """The columns of a batch of one kind: those of the kind, then the line."""
    return pa.schema([(column.name, arrow_type(column)) for column in kind.columns] + [("line", pa.int64())])


@dataclass(slots=True)
class Examined:
    """All rows of a batch, good and bad, and per row that is bad everything that is wrong with it."""

    batch: pa.RecordBatch
    reasons: dict[int, list[str]]

    def good(self) -> pa.RecordBatch:
        """The rows with which nothing is wrong."""
        return self.batch.filter(pa.array(self.mask())) if self.reasons else self.batch

    def mask(self) -> NDArray[np.bool_]:
        """Which rows are good."""
        good = np.ones(self.batch.num_rows, dtype=np.bool_)
        if self.reasons:
            good[list(self.reasons)] = False
        return good


@dataclass(slots=True)
class Clocks:
    """How many times a file has, how many of them name no offset, and how many of these are in doubt."""

    times: int = 0
    wall: int = 0
    twice: int = 0
    never: int = 0

    def note(self, found: Instants) -> None:
        """Count the times of one column of a batch."""
        self.times += int(found.known.sum())
        self.wall += 0 if found.wall is None else int(found.wall.sum())
        self.twice += 0 if found.twice is None else int(found.twice.sum())
        self.never += 0 if found.never is None else int(found.never.sum())


def set_aside(file: str, rows: RawRows, reasons: Mapping[int, Sequence[str]]) -> tuple[QuarantinedRow, ...]:
    """The rows that go to quarantine: those with reasons against them, and those that could not be taken apart."""
    found = [
        QuarantinedRow(file, int(rows.lines[row]), "; ".join(reasons[row]), rows.text(row)) for row in reasons
    ]
    found.extend(QuarantinedRow(file, line, reason, text) for line, text, reason in rows.faults)
    return tuple(sorted(found, key=lambda row: row.line))


class RowChecks:
    """Checks the rows of one kind, batch after batch."""

    def __init__(self, kind: EvidenceKind, declared: Declared, guesses: Guesses | None = None) -> None:
        self._kind = kind
        self._declared = declared
        self._guesses = guesses if guesses is not None else Guesses()
        self._schema = batch_schema(kind)
        self.clocks = Clocks()
        self._services = pa.array(sorted(declared.services), pa.string())
        self._nobody = frozenset({UNMAPPED_HOLDER}) - declared.parties

    def examine(self, rows: RawRows, times: TimeReader = ISO_TIMES) -> Examined:
        """The rows in the columns of the kind, and what is wrong with each."""
        count = len(rows)
        reasons: dict[int, list[str]] = {row: list(said) for row, said in rows.row_faults.items()}
        arrays: dict[str, pa.Array] = {"line": pa.array(rows.lines, pa.int64())}
        instants: dict[str, Instants] = {}
        for column in self._kind.columns:
            given = rows.columns.get(column.name)
            if given is None:
                arrays[column.name] = pa.nulls(count, arrow_type(column))
            elif column.cell is Cell.INSTANT:
                found = instants_of(given, column.name, times)
                instants[column.name] = found
                self.clocks.note(found)
                arrays[column.name] = found.arrow()
                _note(reasons, found.faults.items(), f"{column.name}: ")
            else:
                arrays[column.name] = texts_of(given, column, self._nobody)
                self._check_texts(column, arrays[column.name], reasons)
                if column.cell in (Cell.NUMBER, Cell.AMOUNT):
                    arrays[column.name] = _plain_numbers(arrays[column.name])
            if column.required:
                self._check_filled(column, arrays[column.name], instants.get(column.name), reasons)
        self._check_orders(instants, reasons)
        self._check_sums(arrays, reasons)
        batch = pa.RecordBatch.from_arrays([arrays[name] for name in self._schema.names], schema=self._schema)
        return Examined(batch, reasons)

    def _check_filled(
        self, column: Column, array: pa.Array, instants: Instants | None, reasons: dict[int, list[str]]
    ) -> None:
        if array.null_count == 0:
            return
        for row in np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)).tolist():
            already = row in reasons and any(said.startswith(f"{column.name} ") for said in reasons[row])
            if not already and (instants is None or row not in instants.faults):
                reasons.setdefault(row, []).append(f"{column.name} is empty, and every row needs it")

    def _check_texts(self, column: Column, array: pa.Array, reasons: dict[int, list[str]]) -> None:
        """What a cell may say: a declared name, a known cause, a number, a month."""
        if column.cell is Cell.NUMBER:
            _note(reasons, _faults_of_values(array, _number_fault), f"{column.name}: ")
        elif column.cell is Cell.AMOUNT:
            _note(reasons, _faults_of_values(array, _amount_fault), f"{column.name}: ")
        elif column.cell is Cell.MONTH:
            _note(reasons, _faults_of_values(array, _month_fault), f"{column.name}: ")
        elif column.name == "service":
            _note(
                reasons,
                _faults_of_values(
                    array, self._undeclared("service", self._declared.services), self._services
                ),
                "",
            )
        elif (self._kind.name, column.name) in (("ticket_events", "holder"), ("counts", "party")):
            _note(
                reasons, _faults_of_values(array, self._undeclared(column.name, self._declared.parties)), ""
            )
        elif (self._kind.name, column.name) == ("outages", "cause"):
            _note(reasons, _faults_of_values(array, self._cause_fault), "")

    def _undeclared(self, column: str, names: frozenset[str]) -> Callable[[str], str | None]:
        def fault(name: str) -> str | None:
            if name in names:
                return None
            what = "service" if column == "service" else "party"
            hint = self._guesses.hint(what, name, names)
            return f"{column} {shown(name)!r} is a {what} that no document declares{hint}"

        return fault

    def _cause_fault(self, cause: str) -> str | None:
        if cause in CAUSES:
            return None
        hint = self._guesses.hint("cause", cause, CAUSES)
        return f"cause {shown(cause)!r} is none of {', '.join(CAUSES)} (or empty){hint}"

    def _check_orders(self, instants: dict[str, Instants], reasons: dict[int, list[str]]) -> None:
        for first, second, complaint in _ORDERS.get(self._kind.name, ()):
            if first not in instants or second not in instants:
                continue
            earlier, later = instants[first], instants[second]
            wrong = earlier.known & later.known & (later.micros < earlier.micros)
            for row in np.flatnonzero(wrong).tolist():
                times = f"{second} {isoformat(int(later.micros[row]))}, {first} {isoformat(int(earlier.micros[row]))}"
                reasons.setdefault(row, []).append(f"{complaint}: {times}")

    def _check_sums(self, arrays: dict[str, pa.Array], reasons: dict[int, list[str]]) -> None:
        if self._kind.name != "samples":
            return
        for row, (good, total) in enumerate(
            zip(arrays["good"].to_pylist(), arrays["total"].to_pylist(), strict=True)
        ):
            if row not in reasons and Decimal(good) > Decimal(total):
                reasons[row] = [f"good is {good}, more than the total of {total}"]


def texts_of(given: pa.Array, column: Column, nobody: Collection[str] = ()) -> pa.Array:
    """A column of texts with empty cells as null, each value kept once where values repeat.

    A holder that is one of ``nobody`` is an empty cell as well.
    """
    array = as_text(given, column.name)
    if column.name == "holder":
        for name in nobody:
            array = _emptied(array, name)
    array = _emptied(array, "")
    is_dictionary = pa.types.is_dictionary(array.type)
    if column.repeats and not is_dictionary:
        return array.dictionary_encode()
    if is_dictionary and not column.repeats:
        return array.dictionary_decode()
    return array


def instants_of(given: pa.Array, name: str, times: TimeReader) -> Instants:
    """A column of instants, from texts or from the timestamps of a Parquet file."""
    if not pa.types.is_timestamp(given.type):
        return times.read(as_text(given, name))
    known = ~given.is_null().to_numpy(zero_copy_only=False)
    scale = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}[given.type.unit]
    values = pc.fill_null(given.cast(pa.int64()), 0).to_numpy()
    if given.type.unit == "ns":
        values = values // 1_000  # As in text, what is finer than a microsecond is cut.
    outside = known & ((values < _FIRST // scale) | (values > _LAST // scale))
    known &= ~outside
    micros = np.where(known, values, 0) * scale
    found = Instants(micros, known) if given.type.tz is not None else times.from_wall(micros, known)
    said = "the time lies outside the years 1 to 9999"
    found.faults.update(dict.fromkeys(np.flatnonzero(outside).tolist(), said))
    return found


_FIRST = -62_135_596_800_000_000
_LAST = 253_402_300_799_999_999


def as_text(given: pa.Array, name: str) -> pa.Array:
    """A column of single values as texts. Raises UnreadableFile for a column of lists or the like."""
    kind = given.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type) and pa.types.is_int32(kind.index_type):
            return given
        return as_text(given.dictionary_decode(), name)
    if pa.types.is_string(kind):
        return given
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise UnreadableFile(f"The column {name} holds {kind}, where single values belong")
    return given.cast(pa.string())


def _emptied(array: pa.Array, text: str) -> pa.Array:
    """The column with every cell that says just ``text`` made null."""
    if not pa.types.is_dictionary(array.type):
        says_so = pc.equal(array, text)
        return pc.if_else(says_so, pa.scalar(None, pa.string()), array) if pc.any(says_so).as_py() else array
    position = pc.index(array.dictionary, text).as_py()
    if position < 0:
        return array
    indices = pc.if_else(
        pc.equal(array.indices, position), pa.scalar(None, array.indices.type), array.indices
    )
    return pa.DictionaryArray.from_arrays(indices, array.dictionary)


def _faults_of_values(
    array: pa.Array, fault: Callable[[str], str | None], sound: pa.Array | None = None
) -> Iterable[tuple[int, str]]:
    """The rows whose value is at fault, each value being looked at once; those of ``sound`` never are."""
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    if sound is None:
        asked = np.arange(len(coded.dictionary))
    else:
        asked = np.flatnonzero(~pc.is_in(coded.dictionary, sound).to_numpy(zero_copy_only=False))
    names = coded.dictionary.take(pa.array(asked)).to_pylist()
    wrong = {
        code: said
        for code, name in zip(asked.tolist(), names, strict=True)
        if (said := fault(name)) is not None
    }
    if not wrong:
        return []
    codes = pc.fill_null(coded.indices, -1).to_numpy()
    at_fault = np.isin(codes, np.fromiter(wrong, dtype=np.int64))
    return [(int(row), wrong[int(codes[row])]) for row in np.flatnonzero(at_fault)]


def _note(reasons: dict[int, list[str]], faults: Iterable[tuple[int, str]], prefix: str) -> None:
    for row, said in faults:
        reasons.setdefault(row, []).append(prefix + said)


def _number_fault(text: str) -> str | None:
    if (fault := _amount_fault(text)) is not None:
        return fault
    is_negative = Decimal(text.strip()) < 0
    return f"{shown(text)!r} is negative, and only numbers from 0 on can be counted" if is_negative else None


def _amount_fault(text: str) -> str | None:
    said = shown(text)
    if _NOT_FINITE.fullmatch(text.strip()):
        return f"{said!r} is not a finite number"
    if _NUMBER.fullmatch(text.strip()) is None:
        return f"{said!r} is not a number: write it like 96 or 96.5, without separators of thousands"
    return None


def _plain_numbers(array: pa.Array) -> pa.Array:
    """Numbers each written in one way: a row sent again as 3.0 or +3 is the row that said 3, and counts once.

    Texts that are no numbers stay as they are: their rows go to quarantine.
    """
    is_dictionary = pa.types.is_dictionary(array.type)
    said = array.dictionary if is_dictionary else array
    if pc.all(pc.fill_null(pc.match_substring_regex(said, _PLAIN.pattern), True)).as_py() is not False:
        return array
    coded = array if is_dictionary else array.dictionary_encode()
    plain = [_plain_number(text) for text in coded.dictionary.to_pylist()]
    different = sorted(set(plain))
    place = {text: position for position, text in enumerate(different)}
    places = pa.array([place[text] for text in plain], coded.indices.type)
    indices = places.take(coded.indices)
    found = pa.DictionaryArray.from_arrays(indices, pa.array(different, pa.string()))
    return found if is_dictionary else found.dictionary_decode()


def _plain_number(text: str) -> str:
    if _NUMBER.fullmatch(text.strip()) is None:
        return text
    sign, digits, exponent = Decimal(text.strip()).as_tuple()
    if not any(digits) or not isinstance(exponent, int):
        return "0"
    while digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    return f"{Decimal((sign, digits, exponent)):f}"


def _month_fault(text: str) -> str | None:
    return None if _MONTH.fullmatch(text) else f"{shown(text)!r} is not a month: write it like 2026-03"
