"""From the bytes of a file to documents with positions, or to errors that a person can act on.

The problem: YAML guesses. Left to itself it reads ``from: 18:00`` as 1080, ``country: NO`` as false, ``2026-01-01`` as
a date object and ``1_000`` as 1000, and money as binary fractions. Here every plain value stays the text that was
written; what it means is decided by the model that reads it. Only an empty value, ``null`` and ``~`` are special.

Example: ``read_text("a.yaml", "kind: Party")`` gives one document and no error; the value of kind stands at 1:7.

Limits: anchors, aliases and merge keys are followed, but a document may not grow beyond 100,000 values or nest deeper
than 64; a file may not be larger than 16 MiB; tags of programming languages are refused. After a syntax error reading
goes on at the next line that starts with ``---``, so that one slip does not hide the mistakes of the other documents.

References: YAML 1.1 (yaml.org/spec/1.1), 7.3 (events), 9 (scalars); the merge key type, yaml.org/type/merge.html.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)  # fmt: skip

from documents.errors import DocumentError, shown_value
from documents.positions import Fields, Items, Position, SourceDocument, Step, Value, path_text

__all__ = ["LARGEST_FILE", "ReadFile", "read_bytes", "read_text"]

LARGEST_FILE = 16 * 1024 * 1024
"""The largest document file that is read, in bytes."""

_MOST_VALUES = 100_000
_DEEPEST = 64
_SHOWN_STEPS = 12
_NULLS = frozenset({"null", "Null", "NULL", "~"})
_NEXT_DOCUMENT = re.compile(r"^---(?=[ \t\r\n]|$)", re.MULTILINE)
# What YAML does not allow in a text at all: control characters, surrogates and non-characters.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class ReadFile:
    """What one file gave: its documents that could be read, and its errors."""

    documents: list[SourceDocument] = field(default_factory=list)
    errors: list[DocumentError] = field(default_factory=list)


def read_bytes(file: str, content: bytes) -> ReadFile:
    """The documents of a file's bytes, which have to be UTF-8 text of at most `LARGEST_FILE` bytes."""
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
    return read_text(file, text)


def read_text(file: str, text: str) -> ReadFile:
    """The documents of a text; ``file`` is the name that positions and errors give."""
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
    start, first_line = 0, 0
    while start < len(text):
        reader = _DocumentReader(file, first_line, result)
        failed_line = reader.read_all(text[start:])
        if failed_line is None:
            break
        resumed = _next_document(text, start, failed_line - first_line)
        if resumed is None:
            break
        first_line += text.count("\n", start, resumed)
        start = resumed
    return result


def _refused(file: str, line: int, column: int, message: str, cure: str) -> ReadFile:
    return ReadFile(errors=[DocumentError(file, line, column, "", message, cure=cure)])


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


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


class _Stopped(Exception):
    """Reading of this stretch of the file cannot go on."""

    def __init__(self, line: int, column: int, message: str, cure: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.cure = line, column, message, cure


@dataclass(slots=True)
class _Anchored:
    """What an anchor stands for: the value, where it is, and how many values it holds."""

    value: Value
    position: Position
    size: int


class _DocumentReader:
    """Builds documents from YAML's events, one pass, without recursion into YAML's own constructors."""

    def __init__(self, file: str, first_line: int, result: ReadFile) -> None:
        self._file = file
        self._first_line = first_line
        self._result = result
        self._anchors: dict[str, _Anchored | None] = {}
        self._values = 0
        self._path: list[Step] = []
        # The key whose value is read next, for an empty value has no place of its own.
        self._key_position: Position | None = None

    def read_all(self, text: str) -> int | None:
        """Read every document of the text; the 0-based line of the file where a syntax error stopped it, or None."""
        try:
            events: Iterator[Event] = iter(yaml.parse(text, Loader=_Loader))
            for event in events:
                if isinstance(event, DocumentStartEvent):
                    self._anchors.clear()
                    self._values = 0
                    self._path.clear()
                    self._document(events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line, mark.column) if mark is not None else (0, 0)
            message, cure = _in_our_words(error, _rest_of_line(text, line, column))
            self._error(line + self._first_line + 1, column + 1, message, cure)
            return line + self._first_line
        except yaml.YAMLError as error:
            self._error(
                self._first_line + 1, 1, f"this is not YAML: {error}", "Write documents as YAML mappings"
            )
            return self._first_line
        except _Stopped as stopped:
            self._error(stopped.line, stopped.column, stopped.message, stopped.cure)
            return stopped.line - 1
        return None

    def _document(self, events: Iterator[Event]) -> None:
        event = next(events)
        value, position, _ = self._value(event, events, 0)
        for closing in events:
            if isinstance(closing, DocumentEndEvent):
                break
        if isinstance(value, Fields):
            if value:
                self._result.documents.append(SourceDocument(self._file, value))
        elif value is not None:
            shown = shown_value(value)
            what = "a list" if isinstance(value, Items) else f'the text "{shown}"'
            self._error(
                position.line,
                position.column,
                f"a document is a mapping of keys, not {what}",
                "Start it with apiVersion: privity/v1 and kind: Party (or another kind)",
            )

    def _value(self, event: Event, events: Iterator[Event], depth: int) -> tuple[Value, Position, int]:
        """The value that starts at an event, where it stands, and how many values it holds, itself included."""
        position = self._position(event)
        if depth > _DEEPEST:
            raise _Stopped(
                *position, f"values nest deeper than {_DEEPEST} levels", "Write the document flatter"
            )
        if isinstance(event, AliasEvent):
            return self._alias(event, position)
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = None
        self._count(1, position)
        self._check_tag(event, position)
        value: Value
        if isinstance(event, ScalarEvent):
            value, size = self._scalar(event, position), 1
        elif isinstance(event, SequenceStartEvent):
            value, size = self._items(events, position, depth)
        else:
            value, size = self._fields(events, position, depth)
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, position, size)
        return value, position, size

    def _scalar(self, event: ScalarEvent, position: Position) -> str | None:
        text: str = event.value
        if event.style:  # quoted, or a block of text: exactly what it says
            return text
        if text in _NULLS:
            return None
        if not text and self._path:
            self._error(
                *(self._key_position or position), "has no value", "Write the value, or leave the key out"
            )
            return None
        return text or None

    def _items(self, events: Iterator[Event], position: Position, depth: int) -> tuple[Items, int]:
        items, size = Items(position), 1
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            self._path.append(len(items))
            self._key_position = None
            value, place, inner = self._value(event, events, depth + 1)
            self._path.pop()
            items.add(value, place)
            size += inner
        return items, size

    def _fields(self, events: Iterator[Event], position: Position, depth: int) -> tuple[Fields, int]:
        fields, size = Fields(position), 1
        merged: list[tuple[Value, Position]] = []
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key, key_position = self._key(event)
            self._path.append(key)
            self._key_position = key_position
            value, place, inner = self._value(next(events), events, depth + 1)
            self._key_position = None
            self._path.pop()
            size += inner + 1
            if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
                merged.append((value, place))
            elif key in fields:
                first = fields.key_positions[key]
                self._path.append(key)
                self._error(
                    *key_position,
                    f'"{key}" stands twice in this mapping; it stands first in line {first.line}',
                    "Remove one of the two, or put both under one key",
                    value=key,
                )
                self._path.pop()
            else:
                fields.add(key, value, key_position, place)
        for value, place in merged:
            self._merge(fields, value, place)
        return fields, size

    def _key(self, event: Event) -> tuple[str, Position]:
        position = self._position(event)
        if isinstance(event, AliasEvent):
            value = self._alias(event, position)[0]
            if isinstance(value, str):
                return value, position
        if not isinstance(event, ScalarEvent):
            raise _Stopped(
                *position,
                "a key is text, not a list or a mapping",
                "Put the braces or brackets in quotes if they are meant as text",
            )
        self._count(1, position)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(event.value, position, 1)
        return event.value, position

    def _merge(self, fields: Fields, value: Value, place: Position) -> None:
        """Add what a merge key brings: keys that the mapping does not have itself, the first source winning."""
        sources = list(value) if isinstance(value, Items) else [value]
        for source in sources:
            if not isinstance(source, Fields):
                self._error(
                    *place, "only a mapping can be merged with <<", "Refer to a mapping, like <<: *defaults"
                )
                continue
            for key, inherited in source.items():
                if key not in fields:
                    fields.add(key, inherited, source.key_positions[key], source.value_positions[key])

    def _alias(self, event: AliasEvent, position: Position) -> tuple[Value, Position, int]:
        name = event.anchor or ""
        if name not in self._anchors:
            raise _Stopped(
                *position,
                f"*{name} refers to an anchor that this document does not have",
                f"Mark the value with &{name} first, in the same document",
            )
        anchored = self._anchors[name]
        if anchored is None:
            raise _Stopped(
                *position, f"*{name} stands inside the value that it refers to", "Write the value out"
            )
        self._count(anchored.size, position)
        return anchored.value, anchored.position, anchored.size

    def _count(self, values: int, position: Position) -> None:
        self._values += values
        if self._values > _MOST_VALUES:
            raise _Stopped(
                *position,
                f"the document has more than {_MOST_VALUES:,} values once its aliases are followed",
                "Split it into several documents, and write out fewer aliases",
            )

    def _check_tag(self, event: Event, position: Position) -> None:
        tag: str | None = getattr(event, "tag", None)
        if tag is not None and tag != "!" and tag not in _PLAIN_TAGS:
            self._error(
                *position,
                f"the tag {shown_value(tag)} is not known here: a document is data, never a program",
                "Remove the tag",
            )

    def _position(self, event: Event) -> Position:
        mark = event.start_mark
        if mark is None:
            return Position(self._first_line + 1, 1)
        return Position(mark.line + self._first_line + 1, mark.column + 1)

    def _error(self, line: int, column: int, message: str, cure: str, *, value: str | None = None) -> None:
        path = path_text(self._path[:_SHOWN_STEPS])
        self._result.errors.append(
            DocumentError(self._file, line, column, path, message, value=value, cure=cure)
        )


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
