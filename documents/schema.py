"""The JSON Schema of contract documents, from which editors complete keys and mark mistakes while one writes.

The problem: whoever writes a contract as text should see its words, their meaning and a misspelling at once, in any
editor. The models that read documents say all of that; this is what they say in the form that editors read.

Example: ``# yaml-language-server: $schema=documents.schema.json`` as the first line of a file.

Limits: what lies between terms and between documents (a window that ends before it starts, a party that nobody
declared) no schema can say; `privity check` says it. Bytes are the same for the same models and library.

References: JSON Schema, draft 2020-12.
"""

import json
import re
from typing import Any

from pydantic import TypeAdapter

from documents.kinds import Document

__all__ = ["documents_schema", "schema_text"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DESCRIPTION = (
    "Contract documents of Privity: parties, calendars, services, agreements (SLA, OLA, UC), reliefs, claims, notices "
    "and feeds. One YAML file may hold many documents, separated by ---."
)
_SUFFIXES = ("Text", "Spec", "Terms", "Document")


def documents_schema() -> dict[str, Any]:
    """The schema of any one document: one of its kinds, with every key described."""
    made = TypeAdapter[Any](Document).json_schema(by_alias=True, mode="validation")
    definitions = {name: _cleaned(definition) for name, definition in made.pop("$defs").items()}
    for name, definition in definitions.items():
        definition["title"] = _title(name)
    return {
        "$schema": _DIALECT,
        "title": "Privity contract document",
        "description": _DESCRIPTION,
        **_cleaned(made),
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def schema_text() -> str:
    """The schema as the text that is committed and printed."""
    return json.dumps(documents_schema(), indent=2, ensure_ascii=False) + "\n"


def _title(name: str) -> str:
    """A definition's name in words: "MinimumOutageText" is "Minimum outage"."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            name = name[: -len(suffix)]
            break
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return words[0] + words[1:].lower()


def _cleaned(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """The schema without what only the library that made it means: made-up titles, nulls, unwritable defaults."""
    if isinstance(schema, list):
        return [_cleaned(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    cleaned = {
        key: {name: _without_title(_cleaned(part)) for name, part in value.items()}
        if key == "properties"
        else value
        if key in ("default", "const", "enum", "required")
        else _cleaned(value)
        for key, value in schema.items()
        if key != "discriminator"
    }
    choices = cleaned.get("anyOf", [])
    if {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        del cleaned["anyOf"]
        cleaned = {**(rest[0] if len(rest) == 1 else {"anyOf": rest}), **cleaned}
    if "default" in cleaned and not _could_be_written(cleaned):
        del cleaned["default"]
    return cleaned


def _without_title(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """A property's schema without the title that repeats its key."""
    return (
        {key: value for key, value in schema.items() if key != "title"}
        if isinstance(schema, dict)
        else schema
    )


def _could_be_written(schema: dict[str, Any]) -> bool:
    """Whether a default is a value that the schema would take: an absent list, or a number for a duration, is not."""
    default, kind = schema["default"], schema.get("type")
    if default is None or default in ([], {}):
        return False
    return not (kind == "string" and not isinstance(default, str))
