"""A small reader of JSON Schema: only the words that our schema uses, and a word it does not know is a mistake.

It is independent of the models, so that a schema that says something else than they do is noticed. Values are what YAML
1.2 makes of a text, as an editor sees it: numbers, true and false are not text there.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from documents.positions import Fields, Items, Value

Schema = dict[str, Any]
Check = Callable[[Any, Any, Schema, Schema, str], Iterator[str]]

_SILENT = {"$schema", "$defs", "title", "description", "default", "propertyNames"}
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "object": (dict,), "array": (list,), "boolean": (bool,), "integer": (int,),
    "number": (int, float), "null": (type(None),),
}  # fmt: skip


def as_an_editor_sees_it(value: Value) -> Any:
    """Plain values with the types of YAML 1.2; quoting is lost, so text that looks like a number becomes one."""
    if isinstance(value, Fields):
        return {key: as_an_editor_sees_it(inner) for key, inner in value.items()}
    if isinstance(value, Items):
        return [as_an_editor_sees_it(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value):
        return float(value)
    return value


def faults(value: Any, schema: Schema, root: Schema, path: str = "$") -> list[str]:
    """Where a value is not what a schema says; empty where it is."""
    found: list[str] = []
    for word, said in schema.items():
        if word in _CHECKS:
            found += _CHECKS[word](value, said, schema, root, path)
        elif word not in _SILENT:
            found.append(f"{path}: the schema says {word}, which nobody here reads")
    return found


def _reference(value: Any, said: str, _: Schema, root: Schema, path: str) -> Iterator[str]:
    yield from faults(value, root["$defs"][said.removeprefix("#/$defs/")], root, path)


def _any_of(value: Any, said: list[Schema], _: Schema, root: Schema, path: str) -> Iterator[str]:
    if all(faults(value, choice, root, path) for choice in said):
        yield f"{path}: fits none of {len(said)} choices"


def _one_of(value: Any, said: list[Schema], _: Schema, root: Schema, path: str) -> Iterator[str]:
    fitting = sum(not faults(value, choice, root, path) for choice in said)
    if fitting != 1:
        yield f"{path}: fits {fitting} of {len(said)} choices"


def _type(value: Any, said: str | list[str], _: Schema, __: Schema, path: str) -> Iterator[str]:
    kinds = [kind for name in ([said] if isinstance(said, str) else said) for kind in _TYPES[name]]
    if not isinstance(value, tuple(kinds)) or (isinstance(value, bool) and bool not in kinds):
        yield f"{path}: {value!r} is no {said}"


def _constant(value: Any, said: Any, _: Schema, __: Schema, path: str) -> Iterator[str]:
    if value != said:
        yield f"{path}: {value!r} is not {said!r}"


def _choice(value: Any, said: list[Any], _: Schema, __: Schema, path: str) -> Iterator[str]:
    if value not in said:
        yield f"{path}: {value!r} is not one of {said}"


def _pattern(value: Any, said: str, _: Schema, __: Schema, path: str) -> Iterator[str]:
    if isinstance(value, str) and re.search(said, value) is None:
        yield f"{path}: {value!r} does not match {said}"


def _minimum(value: Any, said: int, _: Schema, __: Schema, path: str) -> Iterator[str]:
    if isinstance(value, (int, float)) and value < said:
        yield f"{path}: {value!r} is less than {said}"


def _required(value: Any, said: list[str], _: Schema, __: Schema, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{path}: {key} is missing" for key in said if key not in value)


def _properties(value: Any, said: Schema, _: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key in sorted(set(said) & set(value)):
            yield from faults(value[key], said[key], root, f"{path}.{key}")


def _others(value: Any, said: Any, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key in sorted(set(value) - set(schema.get("properties", {}))):
            if said is False:
                yield f"{path}: {key} is not known"
            else:
                yield from faults(value[key], said, root, f"{path}.{key}")


def _items(value: Any, said: Schema, _: Schema, root: Schema, path: str) -> Iterator[str]:
    for index, item in enumerate(value if isinstance(value, list) else []):
        yield from faults(item, said, root, f"{path}[{index}]")


_CHECKS: dict[str, Check] = {
    "$ref": _reference, "anyOf": _any_of, "oneOf": _one_of, "type": _type, "const": _constant, "enum": _choice,
    "pattern": _pattern, "minimum": _minimum, "required": _required, "properties": _properties,
    "additionalProperties": _others, "items": _items,
}  # fmt: skip
