"""Documents of one shape are read by putting words into the tree of the first: just as the YAML parser reads them."""

from collections.abc import Iterator

import pytest

from documents.positions import Fields, Items, Position, Value, canonical
from documents.reading import ReadFile, alike_reader, read_text
from documents.yaml_tree import TreeBuilder

ODD = (
    "kind: Service\nmetadata: {name: odd, title: 'It''s odd'}\n",
    "kind: Service\nmetadata: &m {name: anchored}\nspec: {again: *m}\n",
    "kind: Service\nmetadata: {name: null, title: Null}\n",
    "kind: Service\nmetadata: {name: odd} # a: remark\nspec: {provider: cirrus}\n",
    'kind: Service\nmetadata: {name: odd, title: "a: b # c"}\n',
    "kind: Service\nspec: {from: 18:00, to: 24:00}\n",
    "kind: Service\ntext: one\n  two\n",
    "kind: Service\na b: c\n",
)


def alike(count: int) -> list[str]:
    return [
        f'kind: Service\nmetadata: {{name: s-{index}, title: Service no {index}}}\nspec:\n  provider: "p {index}"\n'
        f"  dependsOn: {{all: [s-{index - 1}, {{any: [a-{index}, b/{index}]}}]}}\n  list:\n    - x.{index}\n"
        for index in range(count)
    ]


def read_by_the_parser_alone(text: str) -> ReadFile:
    found = ReadFile()
    TreeBuilder("a.yaml", 0, found).read(text)
    return found


def placed(value: Value, path: str = "") -> Iterator[tuple[str, Position]]:
    """Every position that a tree knows."""
    if isinstance(value, Fields):
        yield path, value.position
        for key in value:
            yield f"{path}.{key}:", value.key_positions[key]
            yield f"{path}.{key}", value.value_positions[key]
            yield from placed(value[key], f"{path}.{key}")
    elif isinstance(value, Items):
        yield path, value.position
        for index, item in enumerate(value):
            yield f"{path}[{index}]", value.value_positions[index]
            yield from placed(item, f"{path}[{index}]")


@pytest.mark.parametrize("between", ODD)
def test_a_large_file_reads_as_the_parser_alone_reads_it(between: str) -> None:
    documents = alike(320)
    # The odd shape stands often enough to be learnt, with other words each time, in the midst of the others.
    for place in (300, 200, 100, 3):
        documents.insert(place, between.replace("odd", f"odd-{place}").replace("c", f"c{place}"))
    text = "---\n".join(documents)
    assert len(text) > 50_000

    found, expected = read_text("a.yaml", text), read_by_the_parser_alone(text)

    assert [error.text() for error in found.errors] == [error.text() for error in expected.errors]
    assert [canonical(each.fields) for each in found.documents] == [
        canonical(each.fields) for each in expected.documents
    ]
    for one, other in zip(found.documents, expected.documents, strict=True):
        assert dict(placed(one.fields)) == dict(placed(other.fields))


WORDS = (
    "null", "Null", "null x", "x null", "nullx", "~", "a:b", "-5", "1.5", "yes", "a  b", "'it is'", '"a: b"', '"null"',
    "[x, y]", "{a: b}", "x # y", "*", "a\tb", "18:00", "2026-01-01", "Ünlü", "a 'b'", "x-", "_", "<<", "", "a,b",
)  # fmt: skip


def test_whatever_stands_in_the_place_of_a_word_is_read_as_the_parser_reads_it() -> None:
    # Fifty documents teach the shape; then each of the words stands where the others have plain or quoted text.
    known = [f'kind: Service\nname: s-{index}\ntitle: "t {index}"\nend: e\n' for index in range(50)]
    odd = [f"kind: Service\nname: {word}\ntitle: {word}\nend: {word}\n" for word in WORDS if word != "*"]
    odd += [f'kind: Service\nname: {word}\ntitle: "t"\nend: e\n' for word in WORDS if word != "*"]
    texts = [each for pair in zip(odd, known + known, strict=False) for each in pair]
    text = "---\n".join([*known, *texts])

    found, expected = read_text("a.yaml", text, alike_reader(50_000)), read_by_the_parser_alone(text)

    assert [error.text() for error in found.errors] == [error.text() for error in expected.errors]
    assert [canonical(each.fields) for each in found.documents] == [
        canonical(each.fields) for each in expected.documents
    ]


def test_a_shape_learnt_in_one_file_serves_the_others_and_each_keeps_its_own_lines() -> None:
    reader = alike_reader(50_000)
    for index, text in enumerate(alike(8)):
        (found,) = read_text(f"{index}.yaml", text, reader).documents
        (expected,) = read_by_the_parser_alone(text).documents
        assert found.file == f"{index}.yaml"
        assert dict(placed(found.fields)) == dict(placed(expected.fields))


def test_a_slip_in_a_large_file_is_told_where_it_is_and_hides_no_other_document() -> None:
    documents = alike(320)
    documents[150] = "kind: Service\nmetadata: {name: open\n"
    text = "---\n".join(documents)

    found = read_text("a.yaml", text)

    # The bracket is missed where the next document begins: 150 documents of 8 lines with their mark, and two lines more.
    assert [error.line for error in found.errors] == [150 * 8 + 3]
    assert len(found.documents) == 319
    assert not found.is_whole
