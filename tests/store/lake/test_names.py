"""Names put in order by numbers are in the order of texts, and equal names have one number."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from store.lake.names import Names, in_order, numbered, places_among, texts_of

BEGINNINGS = st.sampled_from(["", "T", "INC-000", "all-of-these-begin-alike-"])
ENDINGS = st.text(alphabet="ab0\0é☃😀", max_size=20) | st.text(alphabet="ab", min_size=70, max_size=90)


@st.composite
def alike_texts(draw: st.DrawFn) -> list[str]:
    """Texts that begin alike, some of them twice, some longer than a number or two."""
    beginning = draw(BEGINNINGS)
    return [beginning + ending for ending in draw(st.lists(ENDINGS | st.sampled_from(["a", "b", "ab"])))]


@settings(max_examples=100)
@given(alike_texts(), st.integers(0, 5))
def test_names_are_in_the_order_of_texts_however_alike_they_are(said: list[str], cut: int) -> None:
    distinct = sorted(set(said), key=said.index)
    # A slice of a longer array, as rows of a file are.
    texts = pa.array(["before", *distinct], pa.string())[1:]
    assert [distinct[place] for place in in_order(texts).tolist()] == sorted(distinct)
    codes, names = numbered([pa.array(said[:cut], pa.string()), pa.array(said[cut:], pa.string())])
    assert list(names) == sorted(distinct)
    assert [names[code] for code in codes.tolist()] == said
    known = sorted(distinct)[::2]
    found = places_among(pa.array(known, pa.string()), pa.array(said, pa.string())).tolist()
    assert found == [known.index(each) if each in known else -1 for each in said]


def test_names_are_a_sequence_of_texts() -> None:
    names = Names(pa.array(["A", "B", "D"]))
    assert (len(names), names[1], list(names[1:]), names.index("D")) == (3, "B", ["B", "D"], 2)
    assert texts_of(names).to_pylist() == texts_of(("A", "B", "D")).to_pylist()
    assert "C" not in names
