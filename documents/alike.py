"""Documents of one shape, read by putting other words into the tree of the first of them.

The problem: a hundred thousand services are written down alike but for their names. YAML is read event by event, half
a millisecond a document, and says the same structure each time; and each position kept takes more room than the text.

Example: ``spec: {provider: telco}`` and ``spec: {provider: cirrus}`` have one shape, ``spec: {provider: _}``. The
second is the tree of the first with another word in its place.

How it is sure: keys, brackets, indentation and everything else but plain words and simple quoted text belong to the
shape. A plain word here starts with a letter or a digit and goes on with letters, digits, ``_ . / + -`` and single
blanks, so that no word can mean anything else to YAML than another. A shape is learnt from the YAML parser itself, and
only where each value of its tree is just one of the words.

The shapes that were met last are tried first, each as one pattern that the whole text has to match; only a text that
none of them matches is taken apart word by word.

Positions are not kept: who asks for one has the document read again (`reading` gives the way).

Limits: texts with anchors, aliases, tags, comments' special characters, blocks of text or escapes have no shape here,
and are read by the YAML parser alone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.positions import Fields, Items, Position, SourceDocument, Value

__all__ = ["AlikeReader", "Reread"]

Reread = Callable[[str, str, int], SourceDocument | None]
"""Reads the text of one document of a file, of which the first line has a number (from 0), with the YAML parser."""

# A key, quoted or not, stays; a quoted text and a plain word are replaced. What is left is the shape.
_WORD = re.compile(
    r"""(?P<key>(?:"[^"\\\n]*"|[A-Za-z0-9_][A-Za-z0-9_./+-]*)(?=[ ]*:(?:[ \n]|$)))"""
    r"""|"(?P<quoted>[^"\\\n]*)\""""
    r"""|(?P<plain>[A-Za-z0-9_][A-Za-z0-9_./+-]*(?:[ ][A-Za-z0-9_][A-Za-z0-9_./+-]*)*)"""
)
_SPECIAL = re.compile(r"[&*!|>%@`'\\?<~\t\r]")
_NULLS: Final = frozenset({"null", "Null", "NULL"})
_MOST_SHAPES: Final = 1_000
_WORTH_A_PATTERN: Final = 30
"""A shape that was met so often gets a pattern, for making one takes as long as taking a hundred texts apart."""
_MOST_TRIED: Final = 12
"""So many of the shapes met last are tried before a text is taken apart; each takes a microsecond or less."""

# A plain word as a pattern that takes just as much as `_WORD` does, and never a null or a key, which are no words.
_PLAIN = (
    r"(?!(?:null|Null|NULL)(?![A-Za-z0-9_./+-]|[ ][A-Za-z0-9_]))"
    r"([A-Za-z0-9_][A-Za-z0-9_./+-]*+(?:[ ][A-Za-z0-9_][A-Za-z0-9_./+-]*+)*+)(?![ ]*+:(?:[ \n]|$))"
)
_QUOTED = r'"([^"\\\n]*+)"'


@dataclass(slots=True, eq=False)
class _Shape:
    """How the tree of a shape is built from words: by place of the word, or of a part of the tree."""

    fields: tuple[tuple[str, object], ...]
    times: int = 0
    pattern: re.Pattern[str] | None = None
    """Matches texts of the shape, with its words as groups, and no other text; None until it has been met often."""


@dataclass(slots=True, eq=False)
class AlikeReader:
    """Reads documents whose shape it has met; learns a shape when it meets it for the second time."""

    reread: Reread
    _met: dict[str, int] = field(default_factory=dict)
    _shapes: dict[str, _Shape | None] = field(default_factory=dict)
    _last_met: list[_Shape] = field(default_factory=list)

    def read(self, file: str, text: str, first_line: int) -> SourceDocument | None:
        """The document of a text; None where its shape is not known, and the YAML parser has to read it."""
        last_met = self._last_met
        for place, tried in enumerate(last_met):
            if tried.pattern is not None and (found := tried.pattern.fullmatch(text)):
                if place:
                    del last_met[place]
                    last_met.insert(0, tried)
                return self._built(tried, found.groups(), file, text, first_line)
        return self._taken_apart(file, text, first_line)

    def _taken_apart(self, file: str, text: str, first_line: int) -> SourceDocument | None:
        """The document of a text of none of the shapes that were met last."""
        words: list[str] = []

        def taken(found: re.Match[str]) -> str:
            kind = found.lastgroup
            if kind == "key" or (kind == "plain" and found[0] in _NULLS):
                return found[0]
            words.append(found[kind or 0])
            return "\x01" if kind == "quoted" else "\x02"

        outline = _WORD.sub(taken, text)
        if outline in self._shapes:
            shape = self._shapes[outline]
            if shape is None:
                return None
            shape.times += 1
            if shape.times >= _WORTH_A_PATTERN:
                shape.pattern = shape.pattern or _pattern(outline)
                self._last_met.insert(0, shape)
                del self._last_met[_MOST_TRIED:]
            return self._built(shape, words, file, text, first_line)
        times = self._met[outline] = self._met.get(outline, 0) + 1
        if times > 1 and len(self._shapes) < _MOST_SHAPES:
            self._shapes[outline] = None if _SPECIAL.search(outline) else self._learnt(file, text, words)
        return None

    def _built(
        self, shape: _Shape, words: Sequence[str], file: str, text: str, first_line: int
    ) -> SourceDocument:
        origin = _Origin(self.reread, file, text, first_line)
        root = _fields(shape.fields, words, origin)
        origin.root = root
        return SourceDocument(file, root)

    def _learnt(self, file: str, text: str, words: list[str]) -> _Shape | None:
        """The shape of a text, if the YAML parser finds just its words in it."""
        document = self.reread(file, text, 0)
        if document is None:
            return None
        starts = [found.start() for found in _WORD.finditer(text) if _is_word(found)]
        lines = [0, *(found.end() for found in re.finditer("\n", text))]
        places = {start: index for index, start in enumerate(starts)}
        used: set[int] = set()

        def learnt(value: Value, position: Position) -> object:
            if isinstance(value, Fields):
                return tuple((key, learnt(value[key], value.value_positions[key])) for key in value)
            if isinstance(value, Items):
                return [learnt(one, place) for one, place in zip(value, value.value_positions, strict=True)]
            if value is None:
                return None
            index = places.get(lines[position.line - 1] + position.column - 1)
            if index is None or words[index] != value:
                raise _NotAWord
            used.add(index)
            return index

        try:
            found = learnt(document.fields, document.fields.position)
        except _NotAWord:
            return None
        # A word that is no value may be part of a key, and then it belongs to the shape.
        if not isinstance(found, tuple) or len(used) != len(words):
            return None
        return _Shape(found)


class _NotAWord(Exception):
    """A value of the tree is not one of the words of the text."""


def _is_word(found: re.Match[str]) -> bool:
    return found.lastgroup == "quoted" or (found.lastgroup == "plain" and found[0] not in _NULLS)


def _pattern(outline: str) -> re.Pattern[str]:
    """What every text with an outline matches, its words being the groups."""
    parts = re.split("([\x01\x02])", outline)
    return re.compile(
        "".join({"\x01": _QUOTED, "\x02": _PLAIN}.get(part) or re.escape(part) for part in parts)
    )


def _fields(shape: tuple[tuple[str, object], ...], words: Sequence[str], origin: "_Origin") -> Fields:
    fields = Fields.unplaced(origin)
    for key, part in shape:
        fields[key] = words[part] if type(part) is int else _part(part, words, origin)
    return fields


def _part(part: object, words: Sequence[str], origin: "_Origin") -> Value:
    if type(part) is int:
        return words[part]
    if type(part) is tuple:
        return _fields(part, words, origin)
    if type(part) is list:
        items = Items.unplaced(origin)
        items += [words[one] if type(one) is int else _part(one, words, origin) for one in part]
        return items
    return None


@dataclass(slots=True, eq=False)
class _Origin:
    """The text that a tree was built from, to find its positions when somebody asks."""

    reread: Reread
    file: str
    text: str
    first_line: int
    root: Fields | None = None

    def place(self) -> None:
        """Give every part of the tree its positions."""
        document = self.reread(self.file, self.text, self.first_line)
        if document is None or self.root is None:
            raise AssertionError("A text that was read once can be read again.")
        waiting: list[tuple[Value, Value]] = [(self.root, document.fields)]
        while waiting:
            built, placed = waiting.pop()
            if isinstance(built, Fields) and isinstance(placed, Fields):
                built.placed_as(placed)
                waiting += [(built[key], placed[key]) for key in built]
            elif isinstance(built, Items) and isinstance(placed, Items):
                built.placed_as(placed)
                waiting += zip(built, placed, strict=True)
