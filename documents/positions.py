"""Documents as plain mappings, lists and text that still know where they were written.

The problem: by the time a rule finds a mistake, a parsed document has usually forgotten its lines. Here a mapping is a
`dict` and a sequence is a `list`, so that models can read them as they are; each also keeps the position of its keys
and values, so that any path can be turned back into a line and a column.

Example: ``locate(document, ("spec", "term", "to"))`` is the position of the value of ``spec.term.to``.

Limits: positions are of the text that was read. A value that an alias repeats stands where its anchor stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = [
    "Fields", "Items", "Origin", "Position", "SourceDocument", "Step", "Value", "canonical", "followed", "locate",
    "matches", "path_text", "value_at",
]  # fmt: skip

Step = str | int


class Position(NamedTuple):
    """A place in a file; both numbers count from 1."""

    line: int
    column: int


class Origin(Protocol):
    """What can tell the positions of a tree that was built without them."""

    def place(self) -> None:
        """Give every part of the tree its positions."""


class Fields(dict[str, "Value"]):
    """A mapping of the document, with the positions of its keys and of their values."""

    __slots__ = ("origin", "places")

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.origin: Origin | None = None
        self.places: tuple[Position, dict[str, Position], dict[str, Position]] = (position, {}, {})

    @classmethod
    def unplaced(cls, origin: Origin) -> "Fields":
        """A mapping whose positions are found when somebody asks for one."""
        fields = cls.__new__(cls)
        fields.origin = origin  # It has no places until it is asked for one: most mappings never are.
        return fields

    def placed_as(self, other: "Fields") -> None:
        """Take the positions of the same mapping, read again."""
        self.origin, self.places = None, other.places

    def _placed(self) -> tuple[Position, dict[str, Position], dict[str, Position]]:
        if self.origin is not None:
            self.origin.place()
        return self.places

    @property
    def position(self) -> Position:
        """Where the mapping begins."""
        return self._placed()[0]

    @property
    def key_positions(self) -> dict[str, Position]:
        """Where each key stands."""
        return self._placed()[1]

    @property
    def value_positions(self) -> dict[str, Position]:
        """Where the value of each key stands."""
        return self._placed()[2]

    def add(self, key: str, value: "Value", key_position: Position, value_position: Position) -> None:
        """Put one entry, with where its key and its value stand."""
        self[key] = value
        self.places[1][key] = key_position
        self.places[2][key] = value_position


class Items(list["Value"]):
    """A sequence of the document, with the positions of its items."""

    __slots__ = ("origin", "places")

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.origin: Origin | None = None
        self.places: tuple[Position, list[Position]] = (position, [])

    @classmethod
    def unplaced(cls, origin: Origin) -> "Items":
        """A sequence whose positions are found when somebody asks for one."""
        items = cls.__new__(cls)
        items.origin = origin
        return items

    def placed_as(self, other: "Items") -> None:
        """Take the positions of the same sequence, read again."""
        self.origin, self.places = None, other.places

    def _placed(self) -> tuple[Position, list[Position]]:
        if self.origin is not None:
            self.origin.place()
        return self.places

    @property
    def position(self) -> Position:
        """Where the sequence begins."""
        return self._placed()[0]

    @property
    def value_positions(self) -> list[Position]:
        """Where each item stands."""
        return self._placed()[1]

    def add(self, value: "Value", position: Position) -> None:
        """Put one item, with where it stands."""
        self.append(value)
        self.places[1].append(position)


Value = str | Fields | Items | None


@dataclass(frozen=True, slots=True, eq=False)
class SourceDocument:
    """One document of a file, as it was written: not yet known to be a contract document."""

    file: str
    fields: Fields

    def text_at(self, *steps: Step) -> str | None:
        """The text at a path of the document; None where there is none."""
        value = value_at(self.fields, steps)
        return value if isinstance(value, str) else None


def followed(value: Value, step: Step) -> tuple[bool, Value]:
    """Whether a value has that key or item, and what it is."""
    if isinstance(value, Fields) and isinstance(step, str):
        return step in value, value.get(step)
    if isinstance(value, Items) and isinstance(step, int) and step < len(value):
        return True, value[step]
    return False, None


def value_at(value: Value, path: Sequence[Step]) -> Value:
    """The value at a path; None where there is none."""
    for step in path:
        if isinstance(value, Fields):
            value = value.get(step) if isinstance(step, str) else None
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def locate(fields: Fields, path: Sequence[Step], *, key: bool = False) -> Position:
    """Where a path's value stands (or, with ``key``, its last key); the nearest place above it where it is absent."""
    position = fields.position
    value: Value = fields
    for index, step in enumerate(path):
        wants_key = key and index == len(path) - 1
        if isinstance(value, Fields) and isinstance(step, str) and step in value:
            position = value.key_positions[step] if wants_key else value.value_positions[step]
            value = value[step]
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            position = value.value_positions[step]
            value = value[step]
        else:
            break
    return position


def matches(
    value: Value, pattern: Sequence[str], path: tuple[Step, ...] = ()
) -> Iterator[tuple[tuple[Step, ...], Value]]:
    """Every place that a pattern of keys means, with its value; "*" is any item of a list or any key of a mapping."""
    if not pattern:
        yield path, value
    elif pattern[0] == "*" and isinstance(value, Items):
        for index, item in enumerate(value):
            yield from matches(item, pattern[1:], (*path, index))
    elif pattern[0] == "*" and isinstance(value, Fields):
        for key, inner in value.items():
            yield from matches(inner, pattern[1:], (*path, key))
    elif isinstance(value, Fields) and pattern[0] in value:
        yield from matches(value[pattern[0]], pattern[1:], (*path, pattern[0]))


def path_text(path: Sequence[Step]) -> str:
    """A path as people write it: "spec.serviceLevels[0].metric.kind"."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words.append(f"[{step}]")
        else:
            words.append(f".{step}" if words else step)
    return "".join(words)


def canonical(value: Value) -> object:
    """The value without positions, as plain dicts, lists, text and None, for hashing and for writing as JSON."""
    if isinstance(value, Fields):
        return {key: canonical(value[key]) for key in sorted(value)}
    if isinstance(value, Items):
        return [canonical(item) for item in value]
    return value
