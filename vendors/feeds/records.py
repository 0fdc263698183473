"""Where each record of a text file begins and ends, and on which line, whatever the file does.

The problem: a row that cannot be read must be named by its line, a quoted cell may hold line ends, a quotation mark
may never be closed, and a line may be a gigabyte long. So the bytes are cut into records here, before any library
parses them: block after block, in bounded memory, each record knowing the physical line on which it starts.

Example: of ``a,"x<newline>y"<newline>b,z<newline>`` the first record starts on line 1 and the second on line 3.

Limits: a line ends with LF or CRLF; a carriage return alone is no line end, and a record that holds one outside quotes
is a fault. A quotation mark opens a cell only at the cell's beginning (RFC 4180) and is a plain letter elsewhere. A
record whose quotes do not come out even, or that is longer than the limit, costs its first line only: reading goes on
with the next line. A record of one line beyond the limit is passed over without being held.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

LONGEST_RECORD = 8 * 1024 * 1024
"""Bytes of the longest record that is read."""
CHUNK = 2 * 1024 * 1024
"""Bytes that are read at a time."""
SHOWN = 160
"""Bytes of a faulty row that are kept to show it."""

_QUOTE, _NEWLINE, _RETURN = ord('"'), ord("\n"), ord("\r")


class ByteStream(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; nothing at the end."""
        ...


@dataclass(frozen=True, slots=True)
class FaultyRecord:
    """A record that cannot be parsed: its line, the beginning of its bytes, and why."""

    line: int
    text: bytes
    reason: str


@dataclass(slots=True)
class RecordBlock:
    """Records side by side: ``data[starts[i]:ends[i]]`` is record i without its line end, on line ``lines[i]``.

    ``commas`` counts the separators outside quotes; ``multiline`` says whether any record spans lines.
    """

    data: bytes
    starts: Ints
    ends: Ints
    lines: Ints
    commas: Ints
    multiline: bool
    faults: list[FaultyRecord] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, record: int) -> bytes:
        """The bytes of one record."""
        return self.data[int(self.starts[record]) : int(self.ends[record])]

    def take(self, kept: NDArray[np.bool_]) -> "RecordBlock":
        """Some of the records of the block, in the same bytes, without its faults."""
        return RecordBlock(
            self.data, self.starts[kept], self.ends[kept], self.lines[kept], self.commas[kept], self.multiline
        )

    def joined(self) -> bytes | memoryview:
        """The records' bytes without what lies between them, a line end between any two."""
        if not len(self):
            return b""
        if not (self.starts[1:] - self.ends[:-1] > 2).any():
            return memoryview(self.data)[int(self.starts[0]) : int(self.ends[-1])]
        # Neighbours are copied together: a block with one bad record is two slices, not forty thousand.
        breaks = np.flatnonzero(self.starts[1:] - self.ends[:-1] > 2)
        first = np.concatenate(([0], breaks + 1))
        last = np.concatenate((breaks, [len(self) - 1]))
        slices = zip(self.starts[first].tolist(), self.ends[last].tolist(), strict=True)
        return b"\n".join([self.data[start:end] for start, end in slices]) + b"\n"


def read_records(
    stream: ByteStream, separator: str | None, *, limit: int = LONGEST_RECORD, chunk: int = CHUNK
) -> Iterator[RecordBlock]:
    """The records of a stream, block after block, blank lines left out.

    ``separator`` is the one ASCII letter between the cells of a record (CSV), in which quotation marks matter; None
    where every line is a record whatever it holds (NDJSON). Whatever the stream raises passes through.
    """
    cutter = _Cutter(separator, limit)
    rest, line, final = b"", 1, False
    again = False  # Whether what is left over can be cut once more before anything is read.
    while not final:
        read = b"" if again else stream.read(chunk)
        final = not read and not again
        data = rest + read if rest else read
        if not final and not again and len(data) <= limit + 1 and b"\n" not in read:
            rest = data  # No record can have ended; wait for more.
            continue
        block, used, line = cutter.cut(data, line, final=final)
        rest, again = data[used:], False
        if len(rest) > limit + 1 and not final:  # One more, for the carriage return that a line may end with.
            fault, rest, line = _pass_over(rest, stream, line, limit, chunk)
            block.faults.append(fault)
            again = b"\n" in rest
        yield block


def _pass_over(
    rest: bytes, stream: ByteStream, line: int, limit: int, chunk: int
) -> tuple[FaultyRecord, bytes, int]:
    """Give up the first line of a record that is too long, and what is left to read after it."""
    shown = rest[:SHOWN]
    end = rest.find(b"\n")
    if end >= 0:
        return FaultyRecord(line, shown[: min(end, SHOWN)], _unclosed(limit)), rest[end + 1 :], line + 1
    length, ending = len(rest), rest[-1:]
    while read := stream.read(chunk):
        end = read.find(b"\n")
        if end >= 0:
            length += end - ((read[end - 1 : end] if end else ending) == b"\r")
            return FaultyRecord(line, shown, _too_long(length, limit)), read[end + 1 :], line + 1
        length, ending = length + len(read), read[-1:]
    length -= ending == b"\r"
    return FaultyRecord(line, shown, _too_long(length, limit)), b"", line + 1


def _unclosed(limit: int) -> str:
    return (
        "a quotation mark opened on this line is not closed as it should be (within "
        f"{_size(limit)}, followed by a separator or the line's end): double the quotation marks inside a quoted cell"
    )


def _too_long(length: int, limit: int) -> str:
    return f"the line is {length} bytes long; lines of up to {limit} bytes ({_size(limit)}) are read"


def _size(count: int) -> str:
    return f"{count // (1024 * 1024)} MiB" if count >= 1024 * 1024 else f"{count} bytes"


class _Cutter:
    """Cuts a buffer that starts at a record into the records that are complete in it."""

    def __init__(self, separator: str | None, limit: int) -> None:
        self._quoting = separator is not None
        self._separator = (separator or ",").encode("ascii")
        self._quoted_cell = re.compile(rb'(?:^|(?<=%b))"(?:[^"]|"")*"' % re.escape(self._separator))
        self._limit = limit

    def cut(self, data: bytes, line: int, *, final: bool) -> tuple[RecordBlock, int, int]:
        """The complete records, how many bytes they took, and the line that follows them."""
        if not self._quoting or b'"' not in data:
            return self._plain(data, line, final=final)
        block = self._quoted(data, line, final=final)
        return block if block is not None else self._carefully(data, line, final=final)

    def _plain(self, data: bytes, line: int, *, final: bool) -> tuple[RecordBlock, int, int]:
        """Records where every line is one."""
        letters = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(letters == _NEWLINE)
        used = int(ends[-1]) + 1 if len(ends) else 0
        if final and used < len(data):
            ends = np.append(ends, len(data))
            used = len(data)
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        lines = np.arange(line, line + len(ends))
        separators = np.flatnonzero(letters == self._separator[0]) if self._quoting else ends[:0]
        commas = _count_between(separators, starts, ends)
        block = RecordBlock(data, starts, ends, lines, commas, multiline=False)
        return self._finish(block, letters), used, line + len(lines)

    def _quoted(self, data: bytes, line: int, *, final: bool) -> tuple[RecordBlock, int, int] | None:
        """Records with quoted cells, if every quotation mark stands where RFC 4180 puts it; else None."""
        letters = np.frombuffer(data, dtype=np.uint8)
        is_quote = letters == _QUOTE
        inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)
        newlines = np.flatnonzero(letters == _NEWLINE)
        ends = newlines[~inside[newlines]]
        used = int(ends[-1]) + 1 if len(ends) else 0
        if final and used < len(data):
            if inside[-1]:
                return None
            ends = np.append(ends, len(data))
            used = len(data)
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        # The marks after the last record count too: one that is out of place there would hide the records behind it.
        quotes = np.flatnonzero(is_quote)
        if not _well_placed(letters, quotes, self._separator[0]) or (
            len(ends) and int((ends - starts).max()) > self._limit
        ):
            return None
        lines = line + np.searchsorted(newlines, starts)
        separators = np.flatnonzero((letters[:used] == self._separator[0]) & ~inside[:used])
        commas = _count_between(separators, starts, ends)
        spanned = int(np.searchsorted(newlines, used))
        multiline = spanned > len(ends)
        block = RecordBlock(data, starts, ends, lines, commas, multiline)
        return self._finish(block, letters), used, line + spanned

    def _carefully(self, data: bytes, line: int, *, final: bool) -> tuple[RecordBlock, int, int]:
        """Records one by one, giving up the first line of each whose quotes do not come out even."""
        starts: list[int] = []
        ends: list[int] = []
        lines: list[int] = []
        commas: list[int] = []
        faults: list[FaultyRecord] = []
        multiline = False
        at = 0
        while at < len(data):
            newline = data.find(b"\n", at)
            if newline < 0 and not final:
                break
            line_end = newline if newline >= 0 else len(data)
            found = _scan_record(data, at, line_end, self._separator, final=final)
            if found is None and len(data) - at <= self._limit + 1:
                break  # The record may end in bytes that are still to come.
            if found is not None and found[0] > line_end:
                length = found[0] - at - (data[found[0] - 1 : found[0]] == b"\r")
                found = found if length <= self._limit else None
            if found is None or found[1] < 0:
                faults.append(
                    FaultyRecord(line, data[at : min(line_end, at + SHOWN)], _unclosed(self._limit))
                )
                at, line = line_end + 1, line + 1
                continue
            end, count = found
            starts.append(at)
            ends.append(end)
            lines.append(line)
            commas.append(count)
            spanned = data.count(b"\n", at, end)
            multiline = multiline or spanned > 0
            at, line = end + 1, line + spanned + 1
        arrays = [np.array(values, dtype=np.int64) for values in (starts, ends, lines, commas)]
        block = RecordBlock(data, arrays[0], arrays[1], arrays[2], arrays[3], multiline, faults)
        return self._finish(block, np.frombuffer(data, dtype=np.uint8)), min(at, len(data)), line

    def _finish(self, block: RecordBlock, letters: NDArray[np.uint8]) -> RecordBlock:
        """Take the carriage returns off the line ends, leave out blank lines, and set faulty records aside."""
        if not len(block):
            return block
        data = block.data
        if b"\r" in data:
            returned = (block.ends > block.starts) & (letters[np.maximum(block.ends - 1, 0)] == _RETURN)
            block.ends = block.ends - returned
        reasons = self._reasons(block, letters)
        kept = block.ends > block.starts
        for i, reason in reasons.items():
            kept[i] = False
            start = int(block.starts[i])
            shown = data[start : min(int(block.ends[i]), start + SHOWN)]
            block.faults.append(FaultyRecord(int(block.lines[i]), shown, reason))
        if kept.all():
            return block
        faults = block.faults
        block = block.take(kept)
        block.faults = faults
        return block

    def _reasons(self, block: RecordBlock, letters: NDArray[np.uint8]) -> dict[int, str]:
        """The records that cannot be parsed, and why."""
        data = block.data
        reasons: dict[int, str] = {}
        for i in np.flatnonzero(block.ends - block.starts > self._limit).tolist():
            reasons[i] = _too_long(int(block.ends[i] - block.starts[i]), self._limit)
        if self._quoting and b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            for i in _records_at(block, np.flatnonzero(letters == _RETURN)):
                if b"\r" in self._quoted_cell.sub(b"", block.text(i)).replace(b"\r\n", b""):
                    reasons.setdefault(
                        i, "a carriage return stands inside the line: end lines with LF or CRLF"
                    )
        if b"\0" in data:
            for i in _records_at(block, np.flatnonzero(letters == 0)):
                reasons.setdefault(i, "the row holds a NUL byte: this is not text")
        if not data.isascii():
            for i in _undecodable(block, letters):
                reasons.setdefault(i, "the row is not UTF-8 text: save the file as UTF-8")
        return reasons


def _well_placed(letters: NDArray[np.uint8], quotes: Ints, separator: int) -> bool:
    """Whether each opening mark follows a separator and each closing one is followed by one.

    A doubled mark inside a quoted cell reads as a closing one followed at once by an opening one, which is as good.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before = letters[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == separator) | (before == _NEWLINE) | (before == _QUOTE)
    if not opens.all():
        return False
    last = len(letters) - 1
    after = letters[np.minimum(closing + 1, last)]
    closes = (closing >= last) | (after == separator) | (after == _NEWLINE) | (after == _QUOTE)
    closes |= (after == _RETURN) & (letters[np.minimum(closing + 2, last)] == _NEWLINE)
    closes |= (after == _RETURN) & (closing + 1 >= last)
    if not closes.all():
        return False
    # A mark that follows another must be the second of a doubled pair, never the first of a cell after a whole one.
    doubled = (opening > 0) & (before == _QUOTE)
    return (
        bool((closing[np.flatnonzero(doubled) - 1] == opening[doubled] - 1).all()) if doubled.any() else True
    )


def _scan_record(
    data: bytes, at: int, line_end: int, separator: bytes, *, final: bool
) -> tuple[int, int] | None:
    """Where the record that starts at ``at`` ends, and its separators; (-1, -1) if its quotes are wrong.

    None where the bytes at hand do not tell yet.
    """
    if data.find(b'"', at, line_end) < 0:
        return line_end, data.count(separator, at, line_end)
    size = len(data)
    commas = 0
    while True:
        if data[at : at + 1] != b'"':
            line_end = data.find(b"\n", at)
            line_end = size if line_end < 0 else line_end
            comma = data.find(separator, at, line_end)
            if comma < 0:
                return (line_end, commas) if line_end < size or final else None
            at, commas = comma + 1, commas + 1
            continue
        close = data.find(b'"', at + 1)
        while close >= 0 and data[close + 1 : close + 2] == b'"':
            close = data.find(b'"', close + 2)
        if close < 0 or (close + 1 >= size and not final):
            return (-1, -1) if final else None
        follows = data[close + 1 : close + 3]
        if follows[:1] == separator:
            at, commas = close + 2, commas + 1
            continue
        if follows[:1] in (b"\n", b""):
            return close + 1, commas
        if follows in (b"\r\n", b"\r"):
            return (close + 2, commas) if len(follows) == 2 or final else None
        return -1, -1


def _count_between(positions: Ints, starts: Ints, ends: Ints) -> Ints:
    """How many of ``positions`` lie in each [start, end)."""
    return np.searchsorted(positions, ends) - np.searchsorted(positions, starts)


def _records_at(block: RecordBlock, positions: Ints) -> list[int]:
    """The records of a block that hold one of some bytes, each once, in order."""
    records = np.unique(np.searchsorted(block.starts, positions, side="right") - 1)
    found = []
    for record in records[records >= 0].tolist():
        after = positions[np.searchsorted(positions, block.starts[record]) :]
        if len(after) and after[0] < block.ends[record]:
            found.append(record)
    return found


def _undecodable(block: RecordBlock, letters: NDArray[np.uint8]) -> list[int]:
    """The records of a block that are not UTF-8."""
    try:
        block.data[: int(block.ends[-1])].decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return []
    found = []
    for record in _records_at(block, np.flatnonzero(letters >= 0x80)):
        try:
            block.text(record).decode("utf-8")
        except UnicodeDecodeError:
            found.append(record)
    return found
