"""What one version of an agreement says otherwise than another, clause by clause, for people.

The problem: an amendment is a whole document of two hundred lines, and one of them matters. A line-by-line comparison
of the files finds moved keys and other layout; a reader wants "availability, target: at least 99.9 -> 99.5".

Example: versions with ``target: {atLeast: "99.9"}`` and ``target: {atLeast: "99.5"}`` on the level availability differ
in ``serviceLevels[availability].target.atLeast``, from 99.9 to 99.5.

Limits: items of a list are told apart by their name (or label, role, service, level) where each has one of its own,
else by their place. Numbers that are written otherwise ("99.90") and layout do not differ. The version's number and its
state are no terms. What inheriting makes of a text is not looked at: what is compared is what is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from documents.positions import Fields, Items, SourceDocument, Value, canonical

__all__ = ["Difference", "as_version_of", "differences"]

_NAMES = ("name", "label", "role", "service", "level", "id")
_NO_TERMS = frozenset({("metadata", "version"), ("spec", "state")})
_MOST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One term that differs: where it stands, and what each version says (None: it says nothing)."""

    path: str
    before: str | None
    after: str | None
    clause: str | None = None
    """The clause of the service level, right or charge that it belongs to, where one is named."""


def differences(before: SourceDocument, after: SourceDocument) -> tuple[Difference, ...]:
    """Every term that two versions say otherwise, in the order of the earlier one, then what only the later says."""
    return tuple(_in_fields(before.fields, after.fields, (), None))


def as_version_of(earlier: SourceDocument, later: SourceDocument) -> str:
    """A document with the terms of a later version, in the place and with the dates of an earlier one.

    Laid over the contracts, it says what the later terms would have made of the time in which the earlier one held.
    """
    document: Any = canonical(later.fields)
    spec, metadata = document["spec"], document["metadata"]
    first = earlier.text_at("spec", "term", "from")
    metadata["version"] = earlier.text_at("metadata", "version") or "1"
    spec["state"] = earlier.text_at("spec", "state")
    spec["effective"] = earlier.text_at("spec", "effective") or first
    spec["term"]["from"] = min(spec["term"]["from"], first or spec["term"]["from"])
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)


def _in_fields(
    before: Fields, after: Fields, path: tuple[str, ...], clause: str | None
) -> Iterator[Difference]:
    for key in (*before, *(key for key in after if key not in before)):
        place = (*path, key)
        if place not in _NO_TERMS:
            yield from _in_value(before.get(key), after.get(key), place, _clause(before, after) or clause)


def _clause(before: Value, after: Value) -> str | None:
    for value in (after, before):
        said = value.get("clause") if isinstance(value, Fields) else None
        if isinstance(said, str):
            return said
    return None


def _in_value(before: Value, after: Value, path: tuple[str, ...], clause: str | None) -> Iterator[Difference]:
    if isinstance(before, Fields) and isinstance(after, Fields):
        yield from _in_fields(before, after, path, clause)
        return
    if isinstance(before, Items) and isinstance(after, Items):
        name = _told_apart_by(before, after)
        if name is not None:
            yield from _in_named(before, after, name, path, clause)
            return
    if _same(before, after):
        return
    yield Difference(_words(path), _said(before), _said(after), _clause(before, after) or clause)


def _in_named(
    before: Items, after: Items, name: str, path: tuple[str, ...], clause: str | None
) -> Iterator[Difference]:
    was = {str(item[name]): item for item in before if isinstance(item, Fields)}
    would = {str(item[name]): item for item in after if isinstance(item, Fields)}
    for key in (*was, *(key for key in would if key not in was)):
        place = (*path[:-1], f"{path[-1]}[{key}]")
        yield from _in_value(was.get(key), would.get(key), place, clause)


def _told_apart_by(before: Sequence[Value], after: Sequence[Value]) -> str | None:
    """The key that names each item of both lists, and no two of one alike."""
    for name in _NAMES:
        for items in (before, after):
            names = [item.get(name) if isinstance(item, Fields) else None for item in items]
            if not all(isinstance(each, str) for each in names) or len(set(map(str, names))) < len(names):
                break
        else:
            return name
    return None


def _same(before: Value, after: Value) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return before == after or _number(before) == _number(after) is not None
    return canonical(before) == canonical(after)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _words(path: tuple[str, ...]) -> str:
    """The place as people write it, without the envelope."""
    return ".".join(path[1:] if path[0] in ("spec", "metadata") and len(path) > 1 else path)


def _said(value: Value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    text = yaml.safe_dump(
        canonical(value), default_flow_style=True, sort_keys=False, allow_unicode=True, width=100_000
    ).strip()
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
