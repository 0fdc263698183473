"""Times written as a tool's own format says, a column at a time.

The problem: ``29/2/2016 01:16`` is a time only if somebody says ``%d/%m/%Y %H:%M``. Libraries that read such formats in
bulk take the 31st of June for the 1st of July; the one that does not takes a hundred times as long. So a format becomes
a regular expression whose parts are checked against the calendar.

Example: ``FormatTimes("%d/%m/%Y %H:%M", None)`` reads ``29/2/2016 01:16`` and says that June has 30 days of ``31/6/2016
01:16``.

Limits: the directives are %d %m %Y %y %b %B %H %I %p %M %S %f %z %% and the short forms %F %T %R; months in English. A
format without hours means the beginning of the day. Wall times that a clock change repeats mean the first occurrence.

References: the meaning of each directive is that of Python's ``datetime.strptime``.
"""

import re
from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.instants import DAY, HOUR, MINUTE, SECOND
from vendors.feeds.instants import Bools, Instants, bytes_of, days_before, on_clocks, place_on_clocks
from vendors.feeds.rows import shown

_MONTHS = tuple(name.lower() for name in month_name)
_SHORT_FORMS = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%R": "%H:%M"}
_PARTS = {
    "d": r"(?P<d>[0-9]{1,2})", "m": r"(?P<m>[0-9]{1,2})", "Y": r"(?P<Y>[0-9]{4})", "y": r"(?P<y>[0-9]{2})",
    "H": r"(?P<H>[0-9]{1,2})", "I": r"(?P<I>[0-9]{1,2})", "M": r"(?P<M>[0-9]{1,2})", "S": r"(?P<S>[0-9]{1,2})",
    "f": r"(?P<f>[0-9]{1,6})", "p": r"(?P<p>[AaPp]\.?[Mm]\.?)", "b": r"(?P<b>[A-Za-z]{3,9})",
    "B": r"(?P<b>[A-Za-z]{3,9})", "z": r"(?P<z>[Zz]|[+-][0-9]{2}:?[0-9]{2})",
}  # fmt: skip

_PLAIN_NUMBERS = {"d": (1, 2), "m": (1, 2), "Y": (4, 4), "y": (2, 2), "H": (1, 2), "M": (1, 2), "S": (1, 2)}
"""The directives that are numbers, with the fewest and the most digits of each."""
_LONGEST_NUMBER = 4

Ints = NDArray[np.int64]


class UnknownTimeFormat(ValueError):
    """A time format that says what nobody can read; the message says which part, and what to write."""


@dataclass(frozen=True, slots=True)
class FormatTimes:
    """Reads times written in one format; those without an offset are wall times of ``zone``, or UTC where None.

    Raises UnknownTimeFormat for a directive that is not known, or a format that names no day.
    """

    format: str
    zone: ZoneInfo | None = None

    def __post_init__(self) -> None:
        pattern_of(self.format)

    def from_wall(self, wall: Ints, known: Bools) -> Instants:
        """The instants of wall times given as microseconds since 1970, as if UTC, where they are known."""
        return on_clocks(wall, known, self.zone)

    def read(self, column: pa.Array) -> Instants:
        """The instants of a column of texts; null and empty cells are not known and no fault.

        Each different text is looked at once: in a log, every row of a ticket says again when it was opened.
        """
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        different = self._read_each(coded.dictionary)
        codes = pc.fill_null(coded.indices, -1).to_numpy()
        if not len(coded.dictionary):
            return Instants(np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.bool_))
        known = different.known[codes] & (codes >= 0)
        found = Instants(np.where(known, different.micros[codes], 0), known)
        found.twice = None if different.twice is None else different.twice[codes] & known
        found.never = None if different.never is None else different.never[codes] & known
        if different.faults:
            wrong = np.isin(codes, np.fromiter(different.faults, dtype=np.int64))
            found.faults.update(
                (row, different.faults[int(codes[row])]) for row in np.flatnonzero(wrong).tolist()
            )
        return found

    def _read_each(self, column: pa.Array) -> Instants:
        """The instants of some texts: those of plain digits at once, whatever else is left as the pattern says."""
        found = read_plain(column, self.format)
        wall = found.known.copy()
        if not found.known.all():
            left = np.flatnonzero(~found.known)
            others = self._read_others(column.take(pa.array(left)))
            found.micros[left], found.known[left] = others.micros, others.known
            if others.wall is not None:
                wall[left] = others.wall
            found.faults.update((int(left[row]), said) for row, said in others.faults.items())
        if self.zone is not None and wall.any():
            place_on_clocks(found, wall, self.zone)
        return found

    def _read_others(self, column: pa.Array) -> Instants:
        texts = pc.utf8_trim_whitespace(pc.fill_null(column, ""))
        given = pc.not_equal(texts, "").to_numpy(zero_copy_only=False)
        matched = pc.extract_regex(texts, pattern_of(self.format))
        micros, fits, wall = _instants_of(matched)
        found = Instants(np.where(fits, micros, 0), fits, wall=fits if wall else None)
        for row in np.flatnonzero(given & ~fits).tolist():
            said = "names a time that does not exist" if matched[row].is_valid else "is not a time"
            text = shown(texts[row].as_py())
            found.faults[row] = f"{text!r} {said}: the feed's times are written as {self.format}"
        return found


def _pieces_of(written: str) -> list[str]:
    """A format's directives, spaces and plain texts, one after another."""
    for short, long in _SHORT_FORMS.items():
        written = written.replace(short, long)
    return re.findall(r"%.?|\s+|[^%\s]+", written)


def read_plain(column: pa.Array, written: str) -> Instants:
    """The instants of the texts that are written just as a format of digits says, as if in UTC.

    A format with anything but plain numbers between plain texts is not read here, nor is a text with more than one
    space where the format has a space: nothing is known of these, and nothing is said against them.
    """
    lengths, starts, letters = bytes_of(column)
    pieces = _pieces_of(written)
    numbered = [piece[1:] if piece.startswith("%") else "" for piece in pieces]
    is_plain = all(name in _PLAIN_NUMBERS or not name for name in numbered) and not any(
        one and other for one, other in pairwise(numbered)
    )
    if not is_plain or not written.isascii():
        return Instants(np.zeros(len(lengths), dtype=np.int64), np.zeros(len(lengths), dtype=np.bool_))
    reach = np.append(
        letters, np.zeros(_LONGEST_NUMBER, dtype=np.uint8)
    )  # So that looking ahead stays inside.
    at, end = starts.copy(), starts + lengths
    fits = lengths > 0
    numbers: dict[str, Ints] = {}
    for piece, name in zip(pieces, numbered, strict=True):
        if name:
            numbers[name], read = _number_at(reach, at, end, *_PLAIN_NUMBERS[name])
            fits &= read > 0
            at = at + read
            continue
        for letter in " " if piece.isspace() else piece:
            fits &= (at < end) & (reach[np.minimum(at, len(letters))] == ord(letter))
            at = at + 1
    micros, exists = _on_the_calendar(numbers, len(lengths))
    fits &= (at == end) & exists
    return Instants(np.where(fits, micros, 0), fits)


def _number_at(letters: NDArray[np.uint8], at: Ints, end: Ints, least: int, most: int) -> tuple[Ints, Ints]:
    """The number that stands at a place of each text, and how many digits it has; 0 where there are too few."""
    value, read = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    going_on = np.ones(len(at), dtype=np.bool_)
    for place in range(most):
        digit = letters[np.minimum(at + place, len(letters) - 1)] - np.uint8(
            ord("0")
        )  # Below 0 wraps to large.
        going_on &= (digit <= 9) & (at + place < end)
        value = np.where(going_on, value * 10 + digit, value)
        read += going_on
    return value, np.where(read >= least, read, 0)


@lru_cache(maxsize=64)
def pattern_of(written: str) -> str:
    """The regular expression of a format. Raises UnknownTimeFormat."""
    parts: list[str] = []
    used: set[str] = set()
    for piece in _pieces_of(written):
        if piece.startswith("%") and piece != "%%":
            directive = "b" if piece[1:] == "B" else piece[1:]
            if directive not in _PARTS:
                known = ", ".join(f"%{each}" for each in sorted(_PARTS))
                raise UnknownTimeFormat(f"{piece} in the time format {written!r} is none of {known}")
            if directive in used:
                raise UnknownTimeFormat(f"{piece} stands twice in the time format {written!r}")
            used.add(directive)
            parts.append(_PARTS[directive])
        elif piece.isspace():
            parts.append(r"\s+")
        else:
            parts.append(re.escape("%" if piece == "%%" else piece))
    if not (used & {"Y", "y"} and used & {"m", "b"} and "d" in used):
        raise UnknownTimeFormat(
            f"the time format {written!r} names no day: it needs a year, a month and a day"
        )
    if "I" in used and "p" not in used:
        raise UnknownTimeFormat(f"the time format {written!r} has %I without %p: morning or afternoon?")
    return "^" + "".join(parts) + "$"


def _instants_of(matched: pa.StructArray) -> tuple[Ints, NDArray[np.bool_], bool]:
    """The instants of matched parts, which of them exist, and whether they are wall times."""
    fits = matched.is_valid().to_numpy(zero_copy_only=False).copy()
    names = {field.name for field in matched.type}
    numbers = {name: _numbers(matched.field(name)) for name in sorted(names & set("YymdHIMS"))}
    if "m" not in names:
        numbers["m"] = _month_numbers(matched.field("b"))
    if "I" in names:
        twelve = numbers["I"]
        fits &= (twelve >= 1) & (twelve <= 12)
        afternoon = pc.starts_with(pc.fill_null(pc.utf8_lower(matched.field("p")), ""), "p")
        numbers["H"] = twelve % 12 + 12 * afternoon.to_numpy(zero_copy_only=False)
    micros, exists = _on_the_calendar(numbers, len(matched))
    fits &= exists
    if "f" in names:
        micros = micros + _numbers(pc.utf8_rpad(matched.field("f"), 6, "0"))
    if "z" in names:
        ahead, exists = _offsets(matched.field("z"))
        micros, fits = micros - ahead, fits & exists
    return micros, fits, "z" not in names


def _on_the_calendar(numbers: Mapping[str, Ints], count: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The instants that some numbers say, and which of them exist; an hour, minute or second not said is 0."""
    nothing = np.zeros(count, dtype=np.int64)
    if "Y" in numbers:
        year = numbers["Y"]
    else:
        short = numbers["y"]
        year = np.where(short <= 68, 2000 + short, 1900 + short)
    hour, minute, second = (numbers.get(name, nothing) for name in "HMS")
    days, exists = days_before(year, numbers["m"], numbers["d"])
    exists &= (hour <= 23) & (minute <= 59) & (second <= 59)
    return days * DAY + hour * HOUR + minute * MINUTE + second * SECOND, exists


def _numbers(texts: pa.Array) -> Ints:
    """Texts of digits as integers; a text that was not matched is empty or null, and reads as 0."""
    filled = pc.fill_null(texts, "")
    values: Ints = pc.if_else(pc.equal(filled, ""), "0", filled).cast(pa.int64()).to_numpy()
    return values


def _month_numbers(names: pa.Array) -> Ints:
    coded = pc.fill_null(pc.utf8_lower(names), "").dictionary_encode()
    numbers = [
        next((n for n, full in enumerate(_MONTHS) if full and name in (full, full[:3])), 0)
        for name in coded.dictionary.to_pylist()
    ]
    found: Ints = np.array(numbers, dtype=np.int64)[coded.indices.to_numpy()]
    return found


def _offsets(texts: pa.Array) -> tuple[Ints, NDArray[np.bool_]]:
    coded = pc.fill_null(texts, "Z").dictionary_encode()
    ahead, exists = [], []
    for text in coded.dictionary.to_pylist():
        digits = text[1:].replace(":", "") or "0000"
        hours, minutes = int(digits[:2]), int(digits[2:])
        exists.append(hours <= 23 and minutes <= 59)
        ahead.append((hours * HOUR + minutes * MINUTE) * (-1 if text.startswith("-") else 1))
    codes = coded.indices.to_numpy()
    return np.array(ahead, dtype=np.int64)[codes], np.array(exists, dtype=np.bool_)[codes]
