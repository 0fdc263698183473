"""Whatever a file holds, reading it gives documents or errors with a place, never an exception."""

import json
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from documents.loading import Loaded, load_texts
from documents.positions import canonical
from documents.reading import read_bytes, read_text
from documents.scalars import Amount, Bound, Day, DayOrInstant, LocalTime, Name, Span, TimeOfDay

LANGUAGE = Path(__file__).with_name("language.yaml").read_text(encoding="utf-8")

KINDS: list[Any] = [Amount, Bound, Day, DayOrInstant, LocalTime, Name, Span, TimeOfDay]
READERS: list[TypeAdapter[Any]] = [TypeAdapter(kind) for kind in KINDS]

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def sound(found: Loaded) -> None:
    """What holds of any outcome: a portfolio or errors, each with a place, a message and one line of text."""
    assert (found.portfolio is None) == bool(found.errors)
    for error in found.errors:
        assert error.line >= 0
        assert error.column >= 0
        assert error.message
        assert "pydantic" not in error.text()
        assert "Input should" not in error.text()
        assert "\n" not in error.text()


@given(st.binary(max_size=200))
@example(b"\x00\xff\xfe")
@example(b"\xef\xbb\xbf")
def test_any_bytes_give_documents_or_errors(content: bytes) -> None:
    found = read_bytes("a.yaml", content)

    assert all(error.file == "a.yaml" for error in found.errors)


@given(st.text(max_size=200))
@example("- - - - ? ? ? :")
@example("--- --- ---")
@example("%TAG ! tag:x,2000:\n--- !y")
@example("a: &a\nb: *a")
@example("{? : : }")
@example("'\n---\n'\n---\n'")
def test_any_text_gives_a_portfolio_or_errors(text: str) -> None:
    sound(load_texts({"a.yaml": text}))


@given(st.text(alphabet="ab:-?[]{}&*!|>'\"%@`# \n\t,.<1", max_size=60))
def test_any_mixture_of_yaml_signs_gives_a_portfolio_or_errors(text: str) -> None:
    sound(load_texts({"a.yaml": text}))


@given(
    st.sampled_from(["Party", "Calendar", "Service", "Agreement", "Relief", "Claim", "Notice", "Feed"]),
    plain_values,
    plain_values,
)
@example("Party", None, {"\n0": None})
def test_any_spec_gives_a_portfolio_or_errors(kind: str, metadata: Any, spec: Any) -> None:
    document = {"apiVersion": "privity/v1", "kind": kind, "metadata": metadata, "spec": spec}

    sound(load_texts({"a.yaml": json.dumps(document, ensure_ascii=True)}))


def every_place(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in every_place(part, (*path, key)))]


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=10**6), plain_values)
def test_the_language_with_any_one_part_replaced_gives_a_portfolio_or_errors(number: int, value: Any) -> None:
    documents = [canonical(one.fields) for one in read_text("a.yaml", LANGUAGE).documents]
    places = every_place(documents)[1:]
    path = places[number % len(places)]
    holder: Any = documents
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value

    sound(load_texts({"a.yaml": "\n---\n".join(json.dumps(document) for document in documents)}))


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=10**6))
def test_the_language_with_any_one_part_removed_gives_a_portfolio_or_errors(number: int) -> None:
    documents = [canonical(one.fields) for one in read_text("a.yaml", LANGUAGE).documents]
    places = every_place(documents)[1:]
    path = places[number % len(places)]
    holder: Any = documents
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]

    sound(load_texts({"a.yaml": "\n---\n".join(json.dumps(document) for document in documents)}))


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=len(LANGUAGE) - 1), st.text(max_size=3))
def test_the_language_with_any_signs_put_in_gives_a_portfolio_or_errors(place: int, signs: str) -> None:
    sound(load_texts({"a.yaml": LANGUAGE[:place] + signs + LANGUAGE[place:]}))


@given(st.text(max_size=30))
@example("2026-02-30")
@example("P")
@example("1" * 30)
@example("24:01")
def test_any_text_is_a_value_or_is_refused(text: str) -> None:
    for reader in READERS:
        try:
            reader.validate_python(text)
        except ValidationError as refused:
            kinds = [error["type"] for error in refused.errors()]
        else:
            kinds = ["refused"]
        assert kinds == ["refused"]
