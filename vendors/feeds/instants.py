"""Times as text into integers, a column at a time.

The problem: a million outages are two million times, and reading them one by one takes longer than all the rest
together. Nearly every file writes its times in one of a few forms of fixed width, so whole columns of those are read
with integer arithmetic on their bytes; whatever does not fit goes, value by value, through `domain.instants`, which
also says what is wrong. Both ways accept the same forms and give the same instants.

Example: of ``["2026-06-30T10:00:00Z", "2026-06-31T10:00:00Z", ""]`` the first is read, the second is a fault that names
the day, the third is an empty cell.

Limits: forms and range are those of `domain.instants.parse_instant`. In a feed with a time zone, a text without an
offset is wall time in that zone: the first occurrence where clocks are set back (ruling 11).
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.errors import InvalidValue
from domain.instants import DAY, HOUR, MINUTE, SECOND, local_instant, parse_instant

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_ENDS_WITH_OFFSET = re.compile(r"(?:[Zz]|[+-]\d{2}(?::?\d{2})?)\s*\Z", re.ASCII)
_ORD_ZERO = ord("0")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Instants:
    """A column of instants: ``micros`` where ``known``; ``faults`` says why a row's text could not be read.

    ``wall`` are the rows whose text had no offset, ``twice`` those of a wall time that clocks showed twice, and
    ``never`` those of one that they skipped; None where there are none.
    """

    micros: Ints
    known: Bools
    faults: dict[int, str] = field(default_factory=dict)
    wall: Bools | None = None
    twice: Bools | None = None
    never: Bools | None = None

    def arrow(self) -> pa.Array:
        """The column as Arrow timestamps in UTC; null where nothing is known."""
        return pa.array(self.micros, mask=~self.known).cast(pa.timestamp("us", tz="UTC"))


class TimeReader(Protocol):
    """How the times of one file are read."""

    def read(self, column: pa.Array) -> Instants:
        """The instants of a column of texts."""
        ...

    def from_wall(self, wall: Ints, known: Bools) -> Instants:
        """The instants of wall times given as microseconds since 1970, as if UTC, where they are known."""
        ...


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a time: how many digits of a second, and which offset."""

    seconds: bool
    fraction: int
    offset: str  # "", "Z", "+HH", "+HHMM" or "+HH:MM"

    @property
    def width(self) -> int:
        return (
            16 + (3 if self.seconds else 0) + (1 + self.fraction if self.fraction else 0) + len(self.offset)
        )


@cache
def _forms_of_width(width: int) -> tuple[_Form, ...]:
    """The forms whose text is ``width`` bytes long, the commonest first."""
    found = [
        _Form(seconds, fraction, offset)
        for offset in ("Z", "", "+HH:MM", "+HHMM", "+HH")
        for seconds, fraction in ((True, 0), (False, 0), *((True, digits) for digits in range(1, 10)))
    ]
    return tuple(form for form in found if form.width == width)


@cache
def _months() -> tuple[Ints, Ints]:
    """For month 12 × year + month − 1: days from 1970-01-01 to its first day, and how many days it has."""
    firsts = np.arange("0000-01", "10000-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return firsts, np.diff(firsts)


def read_instants(column: pa.Array, zone: ZoneInfo | None = None) -> Instants:
    """The instants of a column of texts; null and empty cells are not known and no fault.

    ``zone`` is where texts without an offset are wall times; None reads them as UTC.
    """
    lengths, offsets, letters = bytes_of(column)
    count = len(lengths)
    micros = np.zeros(count, dtype=np.int64)
    wall = np.zeros(count, dtype=np.bool_)
    known = np.zeros(count, dtype=np.bool_)
    pending = lengths > 0
    for width in np.flatnonzero(np.bincount(np.minimum(lengths, 64), minlength=1)):
        forms = _forms_of_width(int(width))
        if not forms:
            continue
        rows = np.flatnonzero(lengths == width)
        digits = _digits(letters, offsets, rows, int(width), whole=len(rows) == count)
        for form in forms:
            values, fits = _read_form(digits, form)
            if not fits.any():
                continue
            every = bool(fits.all())
            hits = rows if every else rows[fits]
            micros[hits] = values if every else values[fits]
            wall[hits] = not form.offset
            known[hits] = True
            pending[hits] = False
            if every:
                break
            rows, digits = rows[~fits], digits[~fits]
    found = Instants(micros, known)
    for row in np.flatnonzero(pending):
        text = column[int(row)].as_py()
        try:
            micros[row] = parse_instant(text)
        except InvalidValue as fault:
            found.faults[int(row)] = str(fault)
        else:
            known[row] = True
            wall[row] = _ENDS_WITH_OFFSET.search(text[10:]) is None
    wall &= known
    if wall.any():
        found.wall = wall
        if zone is not None:
            place_on_clocks(found, wall, zone)
    return found


def place_on_clocks(found: Instants, wall: Bools, zone: ZoneInfo) -> None:
    """Make instants of the rows that are still wall times (as if UTC), and note those that clocks show twice or never.

    A time that clocks show twice means the first, one that they skip is reckoned with the offset before the change.
    """
    rows = np.flatnonzero(wall)
    shown = found.micros[rows]
    found.micros[rows] = from_wall_time(shown, zone)
    changing = np.array([_shift_of(day, zone)[1] for day in np.unique(np.floor_divide(shown, DAY)).tolist()])
    if not changing.any():
        return
    twice, never = (np.zeros(len(wall), dtype=np.bool_) for _ in range(2))
    day_of = np.unique(np.floor_divide(shown, DAY), return_inverse=True)[1]
    for row, naive in ((rows[each], _naive(int(shown[each]))) for each in np.flatnonzero(changing[day_of])):
        first, second = (naive.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        if first is not None and second is not None:
            twice[row], never[row] = first > second, first < second
    found.twice = twice if twice.any() else None
    found.never = never if never.any() else None


def on_clocks(wall: Ints, known: Bools, zone: ZoneInfo | None) -> Instants:
    """The instants of known wall times in a zone; None: in UTC."""
    found = Instants(wall.copy(), known, wall=known if known.any() else None)
    if zone is not None and known.any():
        place_on_clocks(found, known, zone)
    return found


def from_wall_time(wall: Ints, zone: ZoneInfo) -> Ints:
    """The instants at which clocks in ``zone`` show wall times (given as microseconds since 1970, as if UTC).

    Each day's offset is looked up once; only days on which it changes are gone through time by time.
    """
    days, day_of = np.unique(np.floor_divide(wall, DAY), return_inverse=True)
    shifts = np.zeros(len(days), dtype=np.int64)
    changing = np.zeros(len(days), dtype=np.bool_)
    for position, day in enumerate(days.tolist()):
        shifts[position], changing[position] = _shift_of(day, zone)
    found = wall - shifts[day_of]
    for row in np.flatnonzero(changing[day_of]):
        found[row] = local_instant(_naive(int(wall[row])), zone)
    return found


@lru_cache(maxsize=100_000)
def _shift_of(day: int, zone: ZoneInfo) -> tuple[int, bool]:
    """How far clocks in ``zone`` are ahead at the start of a day, and whether that changes before its end."""
    start, end = (_naive(at) for at in (day * DAY, (day + 1) * DAY - 1))
    shift = day * DAY - local_instant(start, zone)
    return shift, shift != (day + 1) * DAY - 1 - local_instant(end, zone)


def _naive(micros: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=micros)).replace(tzinfo=None)


def bytes_of(column: pa.Array) -> tuple[Ints, Ints, NDArray[np.uint8]]:
    """Of a column of texts: the length and the first byte of each, and all bytes; an empty cell has length 0."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    if column.null_count:
        column = pc.fill_null(column, "")
    _, offset_buffer, letter_buffer = column.buffers()
    if len(column) == 0 or offset_buffer is None:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0, dtype=np.uint8)
    bounds = np.frombuffer(offset_buffer, dtype=np.int32)[
        column.offset : column.offset + len(column) + 1
    ].astype(np.int64)
    letters = np.frombuffer(letter_buffer, dtype=np.uint8) if letter_buffer else np.zeros(0, dtype=np.uint8)
    lengths: Ints = np.diff(bounds)
    return lengths, bounds[:-1], letters


def _digits(
    letters: NDArray[np.uint8], offsets: Ints, rows: Ints, width: int, *, whole: bool
) -> NDArray[np.uint8]:
    """The letters of some rows of one width, a row each, as distances from the letter 0."""
    if whole:  # Texts of one width lie side by side, so their bytes are already the table.
        first = int(offsets[0])
        table = letters[first : first + len(rows) * width].reshape(len(rows), width)
    else:
        table = letters[offsets[rows][:, None] + np.arange(width)]
    return table - np.uint8(_ORD_ZERO)  # Letters below 0 wrap round to large numbers, which no digit is.


def _read_form(digits: NDArray[np.uint8], form: _Form) -> tuple[Ints, Bools]:
    """The instants of texts written in one form, and which texts are truly written so and mean a time."""
    fits = np.ones(len(digits), dtype=np.bool_)

    def letter(at: int, *letters: str) -> None:
        here = digits[:, at]
        matches = here == np.uint8((ord(letters[0]) - _ORD_ZERO) % 256)
        for other in letters[1:]:
            matches |= here == np.uint8((ord(other) - _ORD_ZERO) % 256)
        np.logical_and(fits, matches, out=fits)

    def number(at: int, width: int) -> Ints:
        value = np.zeros(len(digits), dtype=np.int64)
        for place in range(at, at + width):
            here = digits[:, place]
            np.logical_and(fits, here <= 9, out=fits)
            value *= 10
            value += here
        return value

    letter(4, "-")
    letter(7, "-")
    letter(10, "T", "t", " ")
    letter(13, ":")
    year, month, day = number(0, 4), number(5, 2), number(8, 2)
    hour, minute = number(11, 2), number(14, 2)
    time_of_day = hour * HOUR + minute * MINUTE
    fits &= (hour <= 23) & (minute <= 59)  # 24:00 is rare enough to be read one by one.
    at = 16
    if form.seconds:
        letter(at, ":")
        second = number(at + 1, 2)
        fits &= second <= 59
        time_of_day += second * SECOND
        at += 3
    if form.fraction:
        letter(at, ".", ",")
        kept = min(form.fraction, 6)
        time_of_day += number(at + 1, kept) * 10 ** (6 - kept)
        if form.fraction > kept:
            number(at + 1 + kept, form.fraction - kept)
        at += 1 + form.fraction
    if form.offset == "Z":
        letter(at, "Z", "z")
    elif form.offset:
        letter(at, "+", "-")
        hours, minutes = number(at + 1, 2), np.zeros(len(digits), dtype=np.int64)
        if form.offset == "+HH:MM":
            letter(at + 3, ":")
        if form.offset != "+HH":
            minutes = number(at + len(form.offset) - 2, 2)
        fits &= (hours <= 23) & (minutes <= 59)
        ahead = hours * HOUR + minutes * MINUTE
        time_of_day += np.where(digits[:, at] == np.uint8((ord("-") - _ORD_ZERO) % 256), ahead, -ahead)
    days, exists = days_before(year, month, day)
    fits &= exists
    return days * DAY + time_of_day, fits


def days_before(year: Ints, month: Ints, day: Ints) -> tuple[Ints, Bools]:
    """The days from 1970-01-01 to some days, and which of those days there are."""
    exists = (month >= 1) & (month <= 12) & (year >= 1) & (year <= 9999)
    firsts, lengths = _months()
    index = np.where(exists, year * 12 + month - 1, 0)
    exists &= (day >= 1) & (day <= lengths[index])
    days: Ints = firsts[index] + day - 1
    return days, exists


@dataclass(frozen=True, slots=True)
class IsoTimes:
    """Reads times in ISO 8601; those without an offset are wall times of ``zone``, or UTC where it is None."""

    zone: ZoneInfo | None = None

    def read(self, column: pa.Array) -> Instants:
        """The instants of a column of texts."""
        return read_instants(column, self.zone)

    def from_wall(self, wall: Ints, known: Bools) -> Instants:
        """The instants of wall times given as microseconds since 1970, as if UTC, where they are known."""
        return on_clocks(wall, known, self.zone)


ISO_TIMES = IsoTimes()
"""Times as the evidence files of a portfolio give them."""
