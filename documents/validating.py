"""From a document as it was written to a model, or to errors in the contract's own words.

The problem: a validation library reports what its types expected; a person needs to know which line of the contract is
wrong, what it says there, which valid name is closest, and what to write. Everything the library says is translated
here, in one place.

Example: ``metric: {kind: availabilty}`` gives "spec.serviceLevels[0].metric.kind: "availabilty" is not a metric".

Limits: where a mapping has several faults of its own, its parts are told first, the whole only once they are right.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from documents.errors import DocumentError, choices_text, nearest_name, shown_value
from documents.kinds import KINDS
from documents.positions import (
    Fields,
    Position,
    SourceDocument,
    Step,
    Value,
    followed,
    locate,
    path_text,
    value_at,
)  # fmt: skip
from documents.terms import Term

__all__ = ["error_at", "validated"]

# What a value under these keys is called, where it is one of a few words.
_NOUNS = {
    "kind": "a metric",
    "scheme": "a credit scheme",
    "role": "a role",
    "type": "a type of agreement",
    "state": "a state",
    "structure": "a structure",
    "apiVersion": "an edition of this language",
    "days": "a day of the week",
    "cause": "a cause",
    "exclusions": "a cause",
    "effects": "an effect of relief",
    "status": "a status of relief",
    "period": "a period",
    "act": "an act",
    "of": "the base of a credit",
    "produces": "a kind of evidence",
    "statistic": "a statistic",
    "formula": "a formula",
    "milestone": "a milestone",
    "rounding": "a way of rounding",
}


def validated(document: SourceDocument) -> tuple[Term | None, list[DocumentError]]:
    """The model of a document and no errors, or None and every error in it."""
    kind = document.text_at("kind")
    model = KINDS.get(kind or "")
    if model is None:
        return None, [_unknown_kind(document, kind)]
    models: dict[int, type[Term]] = {}
    try:
        return model.model_validate(document.fields, context=models), []
    except ValidationError as error:
        found = [_translated(document, details, models) for details in error.errors(include_url=False)]
        return None, _once(found)


def error_at(
    document: SourceDocument,
    path: Sequence[Step],
    message: str,
    *,
    cure: str = "",
    nearest: str | None = None,
    key: bool = False,
) -> DocumentError:
    """An error about the value (or with ``key`` the last key) at a path of a document."""
    position = locate(document.fields, path, key=key)
    value = path[-1] if key else value_at(document.fields, path)
    return DocumentError(
        document.file,
        *position,
        path_text(path),
        message,
        value=shown_value(value),
        nearest=nearest,
        cure=cure,
    )


def _once(errors: list[DocumentError]) -> list[DocumentError]:
    """Errors in order, one for each place and message."""
    return sorted(set(errors), key=lambda error: (error.line, error.column, error.path, error.message))


def _unknown_kind(document: SourceDocument, kind: str | None) -> DocumentError:
    cure = f"Write one of: {choices_text(KINDS)}"
    if "kind" not in document.fields:
        near = _near_key("kind", document.fields)
        if near is not None:
            return error_at(
                document,
                (near,),
                f'"{near}" is not a key of a document',
                cure="Write kind:",
                nearest="kind",
                key=True,
            )
        return error_at(
            document, (), "the document has no kind", cure=f"Add kind: with one of: {choices_text(KINDS)}"
        )
    if kind is None:
        return error_at(document, ("kind",), "is not a kind of document", cure=cure)
    return error_at(
        document,
        ("kind",),
        f'"{shown_value(kind)}" is not a kind of document',
        cure=cure,
        nearest=nearest_name(kind, KINDS),
    )


def _near_key(wanted: str, fields: Fields) -> str | None:
    return next((key for key in fields if key != wanted and nearest_name(key, [wanted])), None)


def _translated(
    document: SourceDocument, details: ErrorDetails, models: Mapping[int, type[Term]]
) -> DocumentError:
    path, absent = _path_of(document.fields, details["loc"])
    kind, context = details["type"], details.get("ctx", {})
    if kind == "refused":
        message, cure = str(context.get("message", "")), str(context.get("cure", ""))
        if "message" not in context:
            message, _, cure = details["msg"].partition("\n")
            message = _with_value(message, value_at(document.fields, path))
        return error_at(
            document, (*path, *context.get("at", ())), message, cure=cure, nearest=context.get("nearest")
        )
    if kind == "extra_forbidden":
        return _unknown_key(document, path, models)
    if kind == "missing":
        return _missing_key(document, path, absent, models)
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return _not_one_of(document, path, choices)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _not_tagged(document, path, context, details["loc"])
    message, cure = _SHAPES.get(kind, ("cannot be read here", "Compare it with the document language"))
    return error_at(document, path, _with_value(message, value_at(document.fields, path)), cure=cure)


_LIST = ("is not a list", "Write it in square brackets, or one item a line behind hyphens")
_MAPPING = ("is not a mapping", "Write keys and values, like {name: value}")
_TEXT = ("is not text", "Write text, in quotes where it has special characters")
_SHAPES = {
    "list_type": _LIST,
    "tuple_type": _LIST,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "string_type": _TEXT,
    "recursion_loop": ("contains itself", "Write the value out"),
}


def _path_of(fields: Fields, loc: Sequence[int | str]) -> tuple[list[Step], str | None]:
    """The path in the document that a validation error speaks of, without the names of the shapes it tried.

    Also the last key of it where the document does not have that key.
    """
    path: list[Step] = []
    value: Value = fields
    for index, step in enumerate(loc):
        exists, inner = followed(value, step)
        if exists:
            value = inner
            path.append(step)
        elif index == len(loc) - 1 and isinstance(step, str) and "=" not in step:
            return path, step
    return path, None


def _known_keys(fields: Value, models: Mapping[int, type[Term]]) -> dict[str, str]:
    """The keys that a mapping may have, with what each is for."""
    model = models.get(id(fields))
    if model is None:
        return {}
    return {field.alias or name: field.description or "" for name, field in model.model_fields.items()}


def _unknown_key(
    document: SourceDocument, path: Sequence[Step], models: Mapping[int, type[Term]]
) -> DocumentError:
    parent = value_at(document.fields, path[:-1])
    name, known = str(path[-1]), _known_keys(parent, models)
    free = [key for key in known if not (isinstance(parent, Fields) and key in parent)]
    return error_at(
        document,
        path,
        f'"{shown_value(name)}" is not a key here',
        key=True,
        nearest=nearest_name(name, free) or nearest_name(name, known),
        cure=f"Write one of: {choices_text(free)}; or remove it" if free else "Remove it",
    )


def _missing_key(
    document: SourceDocument, path: Sequence[Step], absent: str | None, models: Mapping[int, type[Term]]
) -> DocumentError:
    parent = value_at(document.fields, path)
    name = absent or "a key"
    purpose = _known_keys(parent, models).get(name, "")
    near = None
    if isinstance(parent, Fields):
        known = _known_keys(parent, models)
        near = next((key for key in parent if key not in known and nearest_name(key, [name])), None)
    position: Position = locate(document.fields, path, key=bool(path) and isinstance(path[-1], str))
    cure = f"Add {name}:" + (f" ({purpose[:1].lower()}{purpose[1:]})" if purpose else "")
    if near is not None:
        cure = f'Write {name}: instead of "{near}"'
    return DocumentError(document.file, *position, path_text([*path, name]), f"{name} is missing", cure=cure)


def _not_one_of(document: SourceDocument, path: Sequence[Step], choices: Sequence[str]) -> DocumentError:
    value = value_at(document.fields, path)
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    noun = _NOUNS.get(key, f"a value of {key}")
    shown = shown_value(value)
    message = f'"{shown}" is not {noun}' if shown is not None else f"is not {noun}"
    nearest = nearest_name(value, choices) if isinstance(value, str) else None
    return error_at(document, path, message, cure=f"Write {_one_of(choices)}", nearest=nearest)


def _one_of(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"one of: {', '.join(choices)}"


def _not_tagged(
    document: SourceDocument, path: list[Step], context: Mapping[str, Any], loc: Sequence[int | str]
) -> DocumentError:
    """A mapping that says what it is under one key, and says something unknown or nothing there."""
    value = value_at(document.fields, path)
    if not isinstance(value, Fields):
        return error_at(document, path, _with_value("is not a mapping", value), cure=_MAPPING[1])
    tags = context.get("expected_tags")
    if tags is None:
        key = "scheme" if loc and loc[-1] in ("credit", "bonus") else "kind"
        near = _near_key(key, value)
        if near is not None:
            return error_at(
                document,
                [*path, near],
                f'"{near}" is not a key here',
                cure=f"Write {key}:",
                nearest=key,
                key=True,
            )
        return error_at(document, path, f"{key} is missing", cure=f"Add {key}:, which says what this is")
    pairs = [tag.partition("=") for tag in re.findall(r"'([^']*)'", str(tags))]
    return _not_one_of(document, [*path, pairs[0][0]], [choice for _, _, choice in pairs])


def _with_value(message: str, value: Value) -> str:
    shown = shown_value(value)
    return f'"{shown}" {message}' if shown is not None else message
