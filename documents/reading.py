"""From the bytes of a file to documents with positions, or to errors that a person can act on.

The problem: a file may be no text, no YAML, or broken in one place among forty good documents. Whatever it is, somebody
has to learn what is wrong and where, and everything else in it has to be checked all the same.

Example: ``read_text("a.yaml", "kind: Party")`` gives one document and no error; the value of kind stands at 1:7.

Limits: a file may not be larger than 16 MiB. After a syntax error reading goes on at the next line that starts with
``---``, so that one slip does not hide the mistakes of the other documents; after 50 slips a file is given up.

References: YAML 1.1 (yaml.org/spec/1.1), 5.1 (characters), 9.1 (documents).
"""

import re
from collections.abc import Iterator

import yaml

from documents.alike import AlikeReader
from documents.errors import DocumentError
from documents.positions import SourceDocument
from documents.yaml_tree import ReadFile, Stopped, TreeBuilder

__all__ = ["LARGEST_FILE", "AlikeReader", "ReadFile", "alike_reader", "read_bytes", "read_text"]

LARGEST_FILE = 16 * 1024 * 1024
"""The largest document file that is read, in bytes."""

_MOST_SLIPS = 50
_LARGE = 50_000
"""So many characters make it worth while to look for documents that are alike, in one file or in many."""
_NEXT_DOCUMENT = re.compile(r"^---(?=[ \t\r\n]|$)", re.MULTILINE)
# What YAML does not allow in a text at all: control characters, surrogates and non-characters.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def alike_reader(characters: int) -> AlikeReader | None:
    """What the files of a set of so many characters are read with, so that shapes are learnt once for all of them.

    None where the set is so small that each is best read by itself.
    """
    return AlikeReader(_read_alone) if characters >= _LARGE else None


def read_bytes(file: str, content: bytes, alike: AlikeReader | None = None) -> ReadFile:
    """The documents of a file's bytes, which have to be UTF-8 text of at most `LARGEST_FILE` bytes.

    ``alike`` has met the documents of the other files of the set, and gives the same as reading without it.
    """
    if len(content) > LARGEST_FILE:
        return _refused(
            file,
            0,
            0,
            f"the file has {len(content):,} bytes, more than the {LARGEST_FILE:,} that are read",
            "Split it into several files, or move evidence into the evidence folder",
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refused(file, 1, 1, "the file is UTF-16 text, not UTF-8", "Save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = _line_and_column(before, len(before))
        return _refused(
            file,
            line,
            column,
            f"the byte 0x{content[error.start]:02x} is not UTF-8 text",
            "Save the file as UTF-8, or move it out of the folder if it is not a document",
        )
    return read_text(file, text, alike)


def read_text(file: str, text: str, alike: AlikeReader | None = None) -> ReadFile:
    """The documents of a text; ``file`` is the name that positions and errors give, ``alike`` as in `read_bytes`."""
    if found := _UNPRINTABLE.search(text):
        line, column = _line_and_column(text, found.start())
        return _refused(
            file,
            line,
            column,
            f"the character U+{ord(found[0]):04X} cannot stand in a document",
            "Remove it, or move the file out of the folder if it is not text",
        )
    result = ReadFile()
    slips = 0
    for stretch, first_line in _stretches(file, text, result, alike or alike_reader(len(text))):
        slips = _read_stretch(file, stretch, first_line, result, slips)
        if slips >= _MOST_SLIPS:
            break
    return result


def _read_stretch(file: str, text: str, first_line: int, result: ReadFile, slips: int) -> int:
    """Read a stretch of a file with the YAML parser, given how many slips there were before; how many there are now."""
    start = 0
    while slips < _MOST_SLIPS:
        failed_line = _read_until_slip(file, text[start:], first_line, result)
        if failed_line is None:
            return slips
        slips += 1
        result.is_whole = False
        resumed = _next_document(text, start, failed_line - first_line)
        if resumed is None:
            return slips
        first_line += text.count("\n", start, resumed)
        start = resumed
    message = f"more than {_MOST_SLIPS} places of the file are not YAML; the rest was not read"
    result.errors.append(DocumentError(file, first_line + 1, 1, "", message, cure="Mend those first"))
    return slips


def _stretches(
    file: str, text: str, result: ReadFile, reader: AlikeReader | None
) -> Iterator[tuple[str, int]]:
    """The stretches of a text that the YAML parser has to read, with their first lines, in order.

    What lies between them are documents of shapes that were met before; they go to the result in their turn.
    """
    if reader is None or text.startswith("%"):
        yield text, 0
        return
    marks = [found.start() for found in _NEXT_DOCUMENT.finditer(text)]
    starts = sorted({0, *marks})
    unread: int | None = None
    unread_line = line = 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        document = reader.read(file, text[start:end], line)
        if document is not None:
            if unread is not None:
                # The mark that ends the stretch is read with it: it is where an unclosed bracket is noticed.
                yield text[unread : start + 3], unread_line
                unread = None
            result.documents.append(document)
        elif unread is None:
            unread, unread_line = start, line
        line += text.count("\n", start, end)
    if unread is not None:
        yield text[unread:], unread_line


def _read_alone(file: str, text: str, first_line: int) -> SourceDocument | None:
    """A text as the one document that it is; None where it is anything else."""
    alone = ReadFile()
    failed = _read_until_slip(file, text, first_line, alone)
    return alone.documents[0] if failed is None and not alone.errors and len(alone.documents) == 1 else None


def _refused(file: str, line: int, column: int, message: str, cure: str) -> ReadFile:
    return ReadFile(errors=[DocumentError(file, line, column, "", message, cure=cure)], is_whole=False)


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _read_until_slip(file: str, text: str, first_line: int, result: ReadFile) -> int | None:
    """Read every document of the text; the 0-based line of the file where a slip stopped it, or None."""
    builder = TreeBuilder(file, first_line, result)
    try:
        builder.read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        message, cure = _in_our_words(error, _rest_of_line(text, line, column))
        builder.tell(line + first_line + 1, column + 1, message, cure)
        return line + first_line
    except yaml.YAMLError as error:
        builder.tell(first_line + 1, 1, f"this is not YAML: {error}", "Write documents as YAML mappings")
        return first_line
    except Stopped as stopped:
        builder.tell(stopped.line, stopped.column, stopped.message, stopped.cure)
        return stopped.line - 1
    return None


def _next_document(text: str, start: int, failed_line: int) -> int | None:
    """The offset of the first document marker from the line that failed on (counted from ``start``).

    It lies after ``start``, so that reading always goes on further down.
    """
    offset = start
    for _ in range(failed_line):
        offset = text.find("\n", offset) + 1
        if offset == 0:
            return None
    found = _NEXT_DOCUMENT.search(text, max(offset, start + 1))
    return None if found is None else found.start()


def _rest_of_line(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    return lines[line][column:] if line < len(lines) else ""


def _in_our_words(error: yaml.MarkedYAMLError, rest: str) -> tuple[str, str]:
    """What a syntax error of YAML means for somebody who writes contracts, and what to do.

    ``rest`` is the text of the line from where the error stands.
    """
    problem = error.problem or error.context or "it cannot be read"
    if rest.startswith("\t"):
        return "a tab stands where YAML wants spaces", "Indent with spaces"
    if "mapping values are not allowed" in problem:
        return (
            "a colon stands where no key can be",
            "Put text with a colon in quotes, or mend the indentation above",
        )
    if "could not find expected ':'" in problem:
        return (
            "a key without a colon",
            "Write a colon and a space after the key, or mend the indentation above",
        )
    if "undefined alias" in problem:
        return f"this is not YAML: {problem}", "Mark the value with & first, in the same document"
    if "did not find expected" in problem or "expected <block end>" in problem:
        return (
            f"this is not YAML: {problem}",
            "Check the indentation, and that brackets, braces and quotes are closed",
        )
    return f"this is not YAML: {problem}", "Mend the line; text with special characters goes in quotes"
