"""Text becomes documents with positions; what is no text, no YAML or no document is told with its place."""

import pytest

from documents.positions import Position, canonical, locate
from documents.reading import LARGEST_FILE, ReadFile, read_bytes, read_text
from tests.documents.samples import spoilt


def only(found: ReadFile) -> object:
    assert [error.text() for error in found.errors] == []
    assert len(found.documents) == 1
    return canonical(found.documents[0].fields)


def test_plain_values_stay_the_text_that_was_written() -> None:
    text = "from: 18:00\ncountry: NO\nday: 2026-01-01\nthousand: 1_000\noctal: 0o17\nyes: on\nfloat: 1e3\nnone: Null\n"

    assert only(read_text("a.yaml", text)) == {
        "from": "18:00", "country": "NO", "day": "2026-01-01", "thousand": "1_000", "octal": "0o17", "yes": "on",
        "float": "1e3", "none": None,
    }  # fmt: skip


def test_quoted_and_block_texts_are_exactly_what_they_say() -> None:
    text = "empty: ''\nnull: 'null'\nlong: |\n  one\n  two\n"

    assert only(read_text("a.yaml", text)) == {"empty": "", "null": "null", "long": "one\ntwo\n"}


def test_every_key_and_value_knows_its_line_and_column() -> None:
    fields = read_text("a.yaml", "---\nkind: Party\nspec:\n  - {role:  vendor}\n").documents[0].fields

    assert locate(fields, ("kind",)) == Position(2, 7)
    assert locate(fields, ("kind",), key=True) == Position(2, 1)
    assert locate(fields, ("spec", 0, "role")) == Position(4, 13)
    assert locate(fields, ("spec", 0, "role"), key=True) == Position(4, 6)
    assert locate(fields, ("spec", 0, "parent")) == Position(4, 5)


def test_a_file_may_hold_many_documents_and_empty_ones_are_left_out() -> None:
    found = read_text("a.yaml", "---\n---\na: 1\n---\n# nothing\n---\nb: 2\n...\n")

    assert [canonical(one.fields) for one in found.documents] == [{"a": "1"}, {"b": "2"}]
    assert found.errors == []


def test_json_is_read_like_any_document() -> None:
    assert only(read_text("a.yaml", '{"kind": "Party", "spec": {"role": "vendor", "n": [1, true]}}')) == {
        "kind": "Party", "spec": {"role": "vendor", "n": ["1", "true"]},
    }  # fmt: skip


def test_anchors_aliases_and_merge_keys_repeat_a_value_where_it_is_not_said_anew() -> None:
    text = "base: &base {a: 1, b: 2}\nother: {<<: *base, b: 3}\nsame: *base\nboth: {<<: [*base, {c: 4}]}\n"

    assert only(read_text("a.yaml", text)) == {
        "base": {"a": "1", "b": "2"}, "other": {"a": "1", "b": "3"}, "same": {"a": "1", "b": "2"},
        "both": {"a": "1", "b": "2", "c": "4"},
    }  # fmt: skip


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert only(read_bytes("a.yaml", "\ufeffkind: Party\n".encode())) == {"kind": "Party"}


def test_windows_line_ends_do_not_move_positions() -> None:
    fields = read_text("a.yaml", "kind: Party\r\nspec: x\r\n").documents[0].fields

    assert canonical(fields) == {"kind": "Party", "spec": "x"}
    assert locate(fields, ("spec",)) == Position(2, 7)


LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{here}: &{here} [{','.join([f'*{before}'] * 10)}]\n"
    for before, here in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("marked", "message", "cure"),
    [
        ("a:\n§\tb: 1\n", "a tab stands where YAML wants spaces", "Indent with spaces"),
        ("a: 1\nb: {c: [1, 2}§", "", ""),
        ("a: b§: c\n", "a colon stands where no key can be", "quotes"),
        ("a: 'open\n§", "this is not YAML: found unexpected end of stream", "quotes"),
        ("? §[a, b]\n: c\n", "a key is text, not a list or a mapping", "in quotes"),
        ("a: §*nowhere\n", "*nowhere refers to an anchor that this document does not have", "&nowhere"),
        ("a: &x [§*x]\n", "*x stands inside the value that it refers to", "Write the value out"),
        ("a: §!!python/object/apply:os.system [ls]\n", "the tag tag:yaml.org,2002:python/object/apply:os.system is not known here", "Remove the tag"),
        ("a: §!include other.yaml\n", "the tag !include is not known here", "Remove the tag"),
        ("a: {<<: §text}\n", "only a mapping can be merged with <<", "*defaults"),
        ("a: 1\n§b:\nc: 2\n", "has no value", "leave the key out"),
        ("a: [1, §, 2]\n", "", ""),
        ("a: x§\x07y\n", "the character U+0007 cannot stand in a document", "not text"),
    ],
)  # fmt: skip
def test_what_is_not_yaml_is_told_with_its_place_and_what_to_do(marked: str, message: str, cure: str) -> None:
    text, line, column = spoilt(marked)

    found = read_text("a.yaml", text)

    assert len(found.errors) == 1
    error = found.errors[0]
    assert message in error.message
    assert cure in error.cure
    if message:
        assert (error.file, error.line, error.column) == ("a.yaml", line, column)


def test_a_syntax_error_hides_neither_the_documents_before_it_nor_those_after_it() -> None:
    found = read_text(
        "a.yaml", "first: 1\n---\nbroken: [\n---\nthird: 3\n---\nalso: {broken: 1\n---\nlast: 5\n"
    )

    assert [canonical(one.fields) for one in found.documents] == [
        {"first": "1"},
        {"third": "3"},
        {"last": "5"},
    ]
    assert [error.line for error in found.errors] == [4, 8]
    assert locate(found.documents[2].fields, ("last",)) == Position(9, 7)


def test_aliases_that_would_grow_without_bound_are_stopped() -> None:
    found = read_text("a.yaml", LAUGHS)

    assert found.documents == []
    assert [error.line for error in found.errors] == [5]
    assert "more than 100,000 values once its aliases are followed" in found.errors[0].message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_values_that_nest_without_bound_are_stopped(opening: str) -> None:
    found = read_text("a.yaml", opening * 50_000)

    assert found.documents == []
    assert len(found.errors) == 1
    assert "nest deeper than 64 levels" in found.errors[0].message
    assert len(found.errors[0].path) < 200


def test_bytes_that_are_no_utf_8_are_told_with_their_line_and_column() -> None:
    found = read_bytes("a.yaml", b"kind: Party\ntitle: Stra\xdfe\n")

    assert [(error.line, error.column, error.message) for error in found.errors] == [
        (2, 12, "the byte 0xdf is not UTF-8 text")
    ]
    assert "Save the file as UTF-8" in found.errors[0].cure


def test_utf_16_is_named_as_such() -> None:
    found = read_bytes("a.yaml", "kind: Party\n".encode("utf-16"))

    assert [error.message for error in found.errors] == ["the file is UTF-16 text, not UTF-8"]


def test_binary_content_is_told_as_no_text() -> None:
    found = read_bytes("a.yaml", b"PK\x03\x04\x14\x00\x06\x00")

    assert [(error.line, error.column, error.message) for error in found.errors] == [
        (1, 3, "the character U+0003 cannot stand in a document")
    ]


def test_a_huge_file_is_not_read() -> None:
    found = read_bytes("a.yaml", b"#" * (LARGEST_FILE + 1))

    assert found.documents == []
    assert "the file has 16,777,217 bytes, more than the 16,777,216 that are read" in found.errors[0].message
    assert "evidence folder" in found.errors[0].cure


def test_one_very_long_line_is_read_and_told_shortened() -> None:
    found = read_text("a.yaml", "x" * 1_000_000)

    assert len(found.errors) == 1
    assert len(found.errors[0].text()) < 300


def test_a_file_with_slip_after_slip_is_given_up_and_that_is_said() -> None:
    found = read_text("a.yaml", "a: [\n---\n" * 60 + "last: 1\n")

    assert len(found.errors) == 51
    assert "more than 50 places of the file are not YAML" in found.errors[-1].message
    assert not found.is_whole
    assert found.documents == []
