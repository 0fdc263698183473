"""Whether a printed settlement says what a scenario expects of it.

A scenario's ``expected.json`` is a part of the whole: every key in it must be there and agree, and what it does not
mention is free. So a scenario states the figures that were worked out by hand, and nothing else.

- a number, or text that reads as one, agrees within 0.000001; ``{"$near": "1.5", "$within": "0.01"}`` says otherwise
- null agrees with null and with a key that is missing
- in a list, each wanted object must be found among those that agree with it on its naming keys (`NAMES`), and each
  wanted plain value among the actual ones
- a list within a list (a path) must stand there whole, in its order
- ``{"$count": n, "$has": [...], "$none": [...]}`` in place of a list: how long it is, what is in it, what is not
- ``{"$oneOf": [...]}`` any of these; ``{"$any": true}`` present, and not null

Example: ``first_difference({"status": "MET"}, {"status": "MISSED"})`` is '.status: want "MET", got "MISSED"'.

Limits: the first difference is told, not all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

NAMES = (
    "agreement", "consumer", "serviceLevel", "service", "party", "currency", "name", "code",
    "period", "file", "line", "reason", "ticket", "rule",
)  # fmt: skip
"""The keys that tell one object of a list from another."""

_TOLERANCE = Decimal("0.000001")
_LIST_WORDS = frozenset({"$count", "$has", "$none"})


def first_difference(wanted: Any, actual: Any, path: str = "") -> str | None:
    """None where ``actual`` says all that is wanted, else the first difference and where it is."""
    if isinstance(wanted, dict):
        return _object_difference(wanted, actual, path)
    if isinstance(wanted, list):
        if not isinstance(actual, list):
            return f"{path}: want a list, got {_shown(actual)}"
        return _first(_missing(item, actual, path) for item in wanted)
    return None if _is_same_value(wanted, actual) else _unlike(path, wanted, actual)


def _object_difference(wanted: Mapping[str, Any], actual: Any, path: str) -> str | None:
    if "$near" in wanted:
        within = Decimal(wanted.get("$within", _TOLERANCE))
        number = _number(actual)
        is_near = number is not None and abs(number - Decimal(wanted["$near"])) <= within
        return None if is_near else f"{path}: want {wanted['$near']} within {within}, got {_shown(actual)}"
    if "$oneOf" in wanted:
        is_one = any(first_difference(choice, actual) is None for choice in wanted["$oneOf"])
        return None if is_one else f"{path}: want one of {_shown(wanted['$oneOf'])}, got {_shown(actual)}"
    if "$any" in wanted:
        return None if actual is not None else f"{path}: want a value, got none"
    if _LIST_WORDS & wanted.keys():
        return _list_difference(wanted, [] if actual is None else actual, path)
    if not isinstance(actual, dict):
        return _unlike(path, wanted, actual)
    return _first(first_difference(value, actual.get(key), f"{path}.{key}") for key, value in wanted.items())


def _list_difference(wanted: Mapping[str, Any], actual: Any, path: str) -> str | None:
    if not isinstance(actual, list):
        return f"{path}: want a list, got {_shown(actual)}"
    if "$count" in wanted and len(actual) != wanted["$count"]:
        return f"{path}: want {wanted['$count']} items, got {len(actual)}"
    for forbidden in wanted.get("$none", []):
        if any(first_difference(forbidden, item) is None for item in actual):
            return f"{path}: must not hold {_shown(forbidden)}"
    return first_difference(wanted.get("$has", []), actual, path)


def _missing(wanted: Any, actual: Sequence[Any], path: str) -> str | None:
    """None where one item of the list says all that is wanted of it, else what is missing."""
    if isinstance(
        wanted, list
    ):  # A list within a list is one value, such as a path: the whole of it, in order.
        return None if wanted in actual else f"{path}[{_shown(wanted)}]: not found"
    if not isinstance(wanted, dict):
        found = any(first_difference(wanted, item) is None for item in actual)
        return None if found else f"{path}[{_shown(wanted)}]: not found"
    names = {
        key: value for key, value in wanted.items() if key in NAMES and not isinstance(value, dict | list)
    }
    place = f"{path}[{','.join(f'{key}={value}' for key, value in names.items()) or _shown(wanted)}]"
    candidates = [
        item
        for item in actual
        if isinstance(item, dict)
        and all(first_difference(value, item.get(key)) is None for key, value in names.items())
    ]
    if not candidates:
        return f"{place}: not found among {len(actual)}"
    differences = [first_difference(wanted, candidate, place) for candidate in candidates]
    return differences[0] if all(differences) else None


def _is_same_value(wanted: Any, actual: Any) -> bool:
    if wanted is None or isinstance(wanted, bool) or isinstance(actual, bool):
        return wanted is actual
    wanted_number, actual_number = _number(wanted), _number(actual)
    if wanted_number is not None and actual_number is not None:
        return abs(wanted_number - actual_number) <= _TOLERANCE
    return bool(wanted == actual)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _first(differences: Any) -> str | None:
    return next((difference for difference in differences if difference is not None), None)


def _unlike(path: str, wanted: Any, actual: Any) -> str:
    return f"{path}: want {_shown(wanted)}, got {_shown(actual)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 160 else f"{text[:157]}..."
