"""Documents as trees that know where each key and value was written, built from the events of a YAML parser.

The problem: YAML guesses. Left to itself it reads ``from: 18:00`` as 1080, ``country: NO`` as false, ``2026-01-01`` as
a date object and ``1_000`` as 1000, and money as binary fractions. Here every plain value stays the text that was
written; what it means is decided by the model that reads it. Only an empty value, ``null`` and ``~`` are special.

Example: ``from: 18:00`` becomes the text "18:00" under the key "from", with the positions of both.

Limits: anchors, aliases and merge keys are followed, but a document may not grow beyond 100,000 values or nest deeper
than 64; tags of programming languages are refused.

References: YAML 1.1 (yaml.org/spec/1.1), 7.1 (aliases), 9 (scalars); the merge key type, yaml.org/type/merge.html.
"""

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

__all__ = ["ReadFile", "Stopped", "TreeBuilder"]

_MOST_VALUES = 100_000
_DEEPEST = 64
_SHOWN_STEPS = 12
_NULLS = frozenset({"null", "Null", "NULL", "~"})
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class ReadFile:
    """What one file gave: its documents that could be read, and its errors.

    ``is_whole`` is False where some of its text could not be read at all, and may have held any document.
    """

    documents: list[SourceDocument] = field(default_factory=list)
    errors: list[DocumentError] = field(default_factory=list)
    is_whole: bool = True


class Stopped(Exception):
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


class TreeBuilder:
    """Builds documents from YAML's events, one pass, without recursion into YAML's own constructors."""

    def __init__(self, file: str, first_line: int, result: ReadFile) -> None:
        self._file = file
        self._first_line = first_line
        self._result = result
        self._anchors: dict[str, _Anchored | None] = {}
        self._values = 0
        self._path: list[Step] = []
        # The key whose value is read next, for an empty value has no place of its own; and whether it stands in
        # braces, where a comma ends a value.
        self._key_position: Position | None = None
        self._is_in_braces = False

    def read(self, text: str) -> None:
        """Read every document of the text. Raises yaml.YAMLError and Stopped where it cannot go on."""
        events: Iterator[Event] = iter(yaml.parse(text, Loader=_Loader))
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self._anchors.clear()
                self._values = 0
                self._path.clear()
                self._document(events)

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
            self.tell(
                position.line,
                position.column,
                f"a document is a mapping of keys, not {what}",
                "Start it with apiVersion: privity/v1 and kind: Party (or another kind)",
            )

    def _value(self, event: Event, events: Iterator[Event], depth: int) -> tuple[Value, Position, int]:
        """The value that starts at an event, where it stands, and how many values it holds, itself included."""
        position = self._position(event)
        if depth > _DEEPEST:
            raise Stopped(
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
            is_in_braces = bool(getattr(event, "flow_style", False))
            value, size = self._fields(events, position, depth, is_in_braces=is_in_braces)
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, position, size)
        return value, position, size

    def _scalar(self, event: ScalarEvent, position: Position) -> str | None:
        text = _whole_characters(event.value)
        if event.style:  # quoted, or a block of text: exactly what it says
            return text
        if text in _NULLS:
            return None
        if not text and self._path:
            cure = "Write the value, or leave the key out"
            if self._is_in_braces:
                cure += "; a text with a comma goes in quotes"
            self.tell(*(self._key_position or position), "has no value", cure)
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

    def _fields(
        self, events: Iterator[Event], position: Position, depth: int, *, is_in_braces: bool
    ) -> tuple[Fields, int]:
        fields, size = Fields(position), 1
        merged: list[tuple[Value, Position]] = []
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key, key_position = self._key(event)
            self._path.append(key)
            self._key_position = key_position
            self._is_in_braces = is_in_braces
            value, place, inner = self._value(next(events), events, depth + 1)
            self._key_position = None
            self._path.pop()
            size += inner + 1
            if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
                merged.append((value, place))
            elif key in fields:
                first = fields.key_positions[key]
                self._path.append(key)
                self.tell(
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
            raise Stopped(
                *position,
                "a key is text, not a list or a mapping",
                "Put the braces or brackets in quotes if they are meant as text",
            )
        self._count(1, position)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(_whole_characters(event.value), position, 1)
        return _whole_characters(event.value), position

    def _merge(self, fields: Fields, value: Value, place: Position) -> None:
        """Add what a merge key brings: keys that the mapping does not have itself, the first source winning."""
        sources = list(value) if isinstance(value, Items) else [value]
        for source in sources:
            if not isinstance(source, Fields):
                self.tell(
                    *place, "only a mapping can be merged with <<", "Refer to a mapping, like <<: *defaults"
                )
                continue
            for key, inherited in source.items():
                if key not in fields:
                    fields.add(key, inherited, source.key_positions[key], source.value_positions[key])

    def _alias(self, event: AliasEvent, position: Position) -> tuple[Value, Position, int]:
        name = event.anchor or ""
        if name not in self._anchors:
            raise Stopped(
                *position,
                f"*{name} refers to an anchor that this document does not have",
                f"Mark the value with &{name} first, in the same document",
            )
        anchored = self._anchors[name]
        if anchored is None:
            raise Stopped(
                *position, f"*{name} stands inside the value that it refers to", "Write the value out"
            )
        self._count(anchored.size, position)
        return anchored.value, anchored.position, anchored.size

    def _count(self, values: int, position: Position) -> None:
        self._values += values
        if self._values > _MOST_VALUES:
            raise Stopped(
                *position,
                f"the document has more than {_MOST_VALUES:,} values once its aliases are followed",
                "Split it into several documents, and write out fewer aliases",
            )

    def _check_tag(self, event: Event, position: Position) -> None:
        tag: str | None = getattr(event, "tag", None)
        if tag is not None and tag != "!" and tag not in _PLAIN_TAGS:
            self.tell(
                *position,
                f"the tag {shown_value(tag)} is not known here: a document is data, never a program",
                "Remove the tag",
            )

    def _position(self, event: Event) -> Position:
        mark = event.start_mark
        if mark is None:
            return Position(self._first_line + 1, 1)
        return Position(mark.line + self._first_line + 1, mark.column + 1)

    def tell(self, line: int, column: int, message: str, cure: str, *, value: str | None = None) -> None:
        """Note an error at a place of the file; its path is how far reading has got."""
        path = path_text(self._path[:_SHOWN_STEPS])
        self._result.errors.append(
            DocumentError(self._file, line, column, path, message, value=value, cure=cure)
        )


def _whole_characters(text: str) -> str:
    """The text with each pair of surrogates as the character it means; half a pair becomes a question mark.

    JSON writes characters beyond the first 65,536 as escapes of two halves, which only some YAML parsers join.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
