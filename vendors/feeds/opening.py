"""What a file really is, whatever its name says.

The problem: a Parquet file saved as ``outages.csv``, a spreadsheet exported as UTF-16, a download cut off in the middle
of its gzip stream: each would give a thousand baffling rows, or a few plausible ones. So the first bytes are compared
with the name before any row is read, and a stream that breaks says at which line.

Example: a file ``outages.csv`` that begins with ``PAR1`` is refused with "it is a Parquet file".

Limits: a file that is not what its name says is refused whole, never read as what it seems to be: whoever sent it
thinks that they sent something else. Formats are told from names: .csv, .ndjson, .jsonl, .parquet, each also .gz.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from vendors.feeds.records import CHUNK, ByteStream
from vendors.feeds.rows import UnreadableFile

_SNIFFED = 64 * 1024
_PARQUET = b"PAR1"
_BOM = b"\xef\xbb\xbf"
_BOMS = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


class Format(StrEnum):
    """How rows are written in a file."""

    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"


_ENDINGS = {".csv": Format.CSV, ".ndjson": Format.NDJSON, ".jsonl": Format.NDJSON, ".parquet": Format.PARQUET}
_TITLES = {Format.CSV: "CSV", Format.NDJSON: "NDJSON", Format.PARQUET: "Parquet"}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (_PARQUET, "a Parquet file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a ZIP file or a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
    (b"%PDF", "a PDF file"),
    (b"SQLite format 3", "a database file"),
    (b"(\xb5\x2f\xfd", "a Zstandard file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"Obj\x01", "an Avro file"),
    (b"ARROW1", "an Arrow file"),
)


@dataclass(frozen=True, slots=True)
class NamedFormat:
    """What a file's name says: its format, and whether it is compressed."""

    format: Format
    compressed: bool


def format_named(name: str) -> NamedFormat | None:
    """The format that a file's name ends with; None where it is none that can be read. Capitals do not matter."""
    lowered = name.lower()
    compressed = lowered.endswith(".gz")
    stem = lowered.removesuffix(".gz")
    for ending, found in _ENDINGS.items():
        if stem.endswith(ending):
            return NamedFormat(found, compressed)
    return None


class CountedFile:
    """A file's bytes, and how many of them have been read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        found = self._raw.read(size)
        self.count += len(found)
        return found


@contextmanager
def open_text(
    path: Path, named: NamedFormat, encoding: str = "utf-8"
) -> Iterator[tuple[ByteStream, CountedFile]]:
    """A stream of a text file's bytes in UTF-8, and the file that is being read.

    Raises UnreadableFile where the file is not what its name says, or breaks off; OSError where it cannot be opened.
    """
    with path.open("rb") as raw:
        yield _text_stream(raw, named, encoding)


@contextmanager
def open_columns(path: Path, named: NamedFormat) -> Iterator[tuple[CountedFile, IO[bytes]]]:
    """A Parquet file, opened for reading anywhere in it, as it is or out of its gzip; and the file being read.

    Raises UnreadableFile where it is not what its name says; OSError where it cannot be opened.
    """
    with path.open("rb") as raw:
        counted = CountedFile(raw)
        head = raw.peek(8)[:8]
        _refuse_gzip(head, named)
        if not named.compressed:
            if not head.startswith(_PARQUET):
                raise UnreadableFile(_not_as_named(Format.PARQUET, head))
            counted.count = path.stat().st_size  # It is read in no order that progress could follow.
            yield counted, raw
            return
        # A Parquet file is read from its end, which a gzip stream cannot offer: it is unpacked into a file of its own.
        with TemporaryFile() as unpacked:
            stream = _Unpacking(counted)
            first = _read_fully(stream, CHUNK)
            if not first.startswith(_PARQUET):
                raise UnreadableFile(_not_as_named(Format.PARQUET, first))
            while first:
                unpacked.write(first)
                first = stream.read(CHUNK)
            unpacked.seek(0)
            yield counted, unpacked


def _text_stream(raw: BufferedReader, named: NamedFormat, encoding: str) -> tuple[ByteStream, CountedFile]:
    counted = CountedFile(raw)
    head = raw.peek(8)[:8]
    _refuse_gzip(head, named)
    stream: ByteStream = _Unpacking(counted) if named.compressed else counted
    first = _read_fully(stream, _SNIFFED)
    if codecs.lookup(encoding).name == "utf-8":
        _refuse_other_text(first, named.format)
        return _Resumed(first.removeprefix(_BOM), stream), counted
    return _Recoded(_Resumed(first, stream), encoding), counted


def _refuse_gzip(head: bytes, named: NamedFormat) -> None:
    is_gzip = head.startswith(b"\x1f\x8b")
    if named.compressed and not is_gzip:
        raise UnreadableFile(
            f"The name ends with .gz, but this is not gzip{_looks_like(head)}: rename the file"
        )
    if is_gzip and not named.compressed:
        raise UnreadableFile("This is a gzip file, but its name does not end with .gz: rename the file")


def _refuse_other_text(first: bytes, expected: Format) -> None:
    """Refuse text that is no UTF-8, or no text, or text of another format."""
    for bom, name in _BOMS:
        if first.startswith(bom):
            raise UnreadableFile(f"This is {name} text: save the file as UTF-8")
    if any(first.startswith(magic) for magic, _ in _MAGIC):
        raise UnreadableFile(_not_as_named(expected, first))
    head = first[:4096]
    zeros = sorted((head[0::2].count(0), head[1::2].count(0)))
    if zeros[1] * 4 > len(head) and zeros[0] * 20 < len(head):
        raise UnreadableFile("Every other byte is zero, as in UTF-16 text: save the file as UTF-8")
    first_line = head.split(b"\n", 1)[0]
    if b"\0" in first_line:
        raise UnreadableFile(f"This is binary, not {_TITLES[expected]}: its first line holds NUL bytes")
    body = first.removeprefix(_BOM).lstrip()
    if expected is Format.CSV and body[:1] in (b"{", b"["):
        raise UnreadableFile(
            "This looks like JSON, not CSV: name the file .ndjson if it has one object a line"
        )
    if expected is Format.NDJSON and body:
        if body.startswith(b"["):
            raise UnreadableFile(
                "This is a JSON array; NDJSON has one JSON object a line, without commas between"
            )
        lines = [line for line in body.split(b"\n")[:20] if line.strip()]
        if not any(line.lstrip().startswith(b"{") for line in lines):
            kind = "looks like CSV" if b"," in lines[0] else "is something else"
            raise UnreadableFile(f"This {kind}: NDJSON has one JSON object a line, in curly brackets")


def _not_as_named(expected: Format, first: bytes) -> str:
    return f"This is not {_TITLES[expected]}, as its name says{_looks_like(first)}"


def _looks_like(head: bytes) -> str:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return f": it is {name}"
    if not head:
        return ": it is empty"
    return ": it looks like text" if head.isascii() and b"\0" not in head else ""


def _read_fully(stream: ByteStream, size: int) -> bytes:
    """Up to ``size`` bytes, however small the pieces in which the stream gives them."""
    pieces: list[bytes] = []
    missing = size
    while missing > 0 and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


class _Resumed:
    """A stream of which the beginning has been looked at already."""

    def __init__(self, first: bytes, stream: ByteStream) -> None:
        self._first = first
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        if not self._first:
            return self._stream.read(size)
        first, self._first = self._first, b""
        return first if len(first) >= size else first + self._stream.read(size - len(first))


class _Unpacking:
    """The bytes inside a gzip stream; a stream that breaks off or is damaged says at which line."""

    def __init__(self, raw: CountedFile | BufferedReader) -> None:
        self._stream = gzip.GzipFile(fileobj=cast("IO[bytes]", raw), mode="rb")
        self._lines = 1

    def read(self, size: int, /) -> bytes:
        try:
            found: bytes = self._stream.read(size)
        except EOFError as error:
            raise UnreadableFile("The gzip stream breaks off: the file was cut short", self._lines) from error
        except (OSError, zlib.error) as error:
            raise UnreadableFile(
                f"The gzip stream is damaged ({error}): send the file again", self._lines
            ) from error
        self._lines += found.count(b"\n")
        return found


class _Recoded:
    """The bytes of a text in another encoding, as UTF-8."""

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._lines = 1
        self._started = False

    def read(self, size: int, /) -> bytes:
        while True:
            piece = self._stream.read(size)
            try:
                text = self._decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                raise UnreadableFile(
                    f"This is not {self._encoding} text ({error.reason})", self._lines
                ) from error
            if not self._started and text:
                self._started = True
                text = text.removeprefix("\ufeff")
            self._lines += text.count("\n")
            if text or not piece:
                return text.encode("utf-8")
