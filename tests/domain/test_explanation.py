"""Trees of steps that say how a figure came about, and that a program works out again."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import PrivityError
from domain.explanation import (
    Explanation,
    ReplayMismatch,
    Term,
    Value,
    Worked,
    decode,
    encode,
    number,
    replay,
    rule,
    work,
)
from domain.intervals import EMPTY, Intervals
from domain.money import Money


@rule("tests.sum/1")
def _sum(arguments: Mapping[str, Value]) -> Value:
    terms = arguments["term"]
    return sum(
        (term for term in (terms if isinstance(terms, tuple) else (terms,)) if isinstance(term, Fraction)),
        start=Fraction(0),
    )


@rule("tests.twice/1")
def _twice(arguments: Mapping[str, Value]) -> Value:
    return 2 * number(arguments, "sum")


@rule("tests.same/1")
def _same(arguments: Mapping[str, Value]) -> Value:
    return arguments["it"]


def a_tree() -> Worked:
    """Twice the sum of 1/3 and 4."""
    terms = [work("term", "tests.same/1", {"it": Fraction(each)}, clause="2.1") for each in ("1/3", "4")]
    return work("twice", "tests.twice/1", {}, [work("sum", "tests.sum/1", {}, terms)], period="2026-04")


def test_a_worked_value_has_the_tree_that_gives_it() -> None:
    worked = a_tree()
    assert worked.value == Fraction(26, 3)
    assert worked.explanation.value == "26/3"
    assert replay(worked.explanation) == Fraction(26, 3)


def test_steps_of_one_name_reach_the_rule_together_in_their_order() -> None:
    assert [step.value for step in a_tree().explanation.steps[0].steps] == ["1/3", "4"]
    terms = [work("it", "tests.same/1", {"it": text}) for text in ("b", "a")]
    assert work("both", "tests.same/1", {}, terms).value == ("b", "a")


def test_a_term_keeps_where_it_stands() -> None:
    worked = work("it", "tests.same/1", {"it": True}, sources={"it": "evidence/outages.csv:7"})
    assert worked.explanation.inputs == (Term("it", "true", "evidence/outages.csv:7"),)


def test_a_step_is_read_by_the_name_the_next_rule_gives_it() -> None:
    value = work("anything", "tests.same/1", {"it": Fraction(4)}).called("sum")
    assert work("twice", "tests.twice/1", {}, [value]).number == 8


# ------------------------------------------------------------------------------------------------- tampering


def test_a_changed_value_is_found_wherever_it_stands() -> None:
    tree = a_tree().explanation
    with pytest.raises(ReplayMismatch, match=r"tests.twice/1 \(twice\) states 9, but its inputs give 26/3"):
        replay(replace(tree, value="9"))
    inner = replace(tree.steps[0], value="9")
    with pytest.raises(ReplayMismatch, match=r"tests.sum/1 \(sum\) states 9"):
        replay(replace(tree, steps=(inner,)))


def test_a_changed_term_is_found_at_its_own_step() -> None:
    tree = a_tree().explanation
    leaf = tree.steps[0].steps[0]
    forged = replace(leaf, inputs=(Term("it", "1/2"),))
    steps = (replace(tree.steps[0], steps=(forged, tree.steps[0].steps[1])),)
    with pytest.raises(ReplayMismatch, match=r"tests.same/1 \(term\) states 1/3, but its inputs give 1/2"):
        replay(replace(tree, steps=steps))


def test_a_step_that_is_taken_away_is_found() -> None:
    tree = a_tree().explanation
    steps = (replace(tree.steps[0], steps=tree.steps[0].steps[:1]),)
    with pytest.raises(ReplayMismatch):
        replay(replace(tree, steps=steps))


def test_a_rule_that_this_version_does_not_have_is_named() -> None:
    with pytest.raises(
        ReplayMismatch, match=r"names the rule tests\.sum/2, which this version does not have"
    ):
        replay(Explanation("it", "tests.sum/2", "0"))


@pytest.mark.parametrize("text", ['"seven"', "1/0", "{}", "[", "", '{"n":"x"}'])
def test_a_term_from_which_the_rule_gives_no_value_is_a_mismatch_like_any_other(text: str) -> None:
    with pytest.raises(ReplayMismatch, match=r"tests\.twice/1 \(twice\) gives no value from its inputs"):
        replay(Explanation("twice", "tests.twice/1", "8", inputs=(Term("sum", text),)))


def test_a_term_that_is_missing_is_a_mismatch() -> None:
    with pytest.raises(ReplayMismatch, match="'sum'"):
        replay(Explanation("twice", "tests.twice/1", "8"))


def test_a_rule_is_registered_once_for_ever() -> None:
    with pytest.raises(PrivityError, match=r"tests\.sum/1 is registered twice"):
        rule("tests.sum/1")(_sum)


def test_a_term_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(PrivityError, match="The term sum must be a number, not 'seven'"):
        work("twice", "tests.twice/1", {"sum": "seven"})
    with pytest.raises(PrivityError, match="gives no number"):
        _ = work("it", "tests.same/1", {"it": "seven"}).number


# ----------------------------------------------------------------------------------------------- values as text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(26, 3), "26/3"),
        (Fraction(-4), "-4"),
        (True, "true"),
        ("below", '"below"'),
        ("26/3", '"26/3"'),
        (Money(Decimal("12.50"), "GBP"), '{"money":"12.50","currency":"GBP"}'),
        (Intervals.of([(0, 60_000_000)]), '{"intervals":[["1970-01-01T00:00:00Z","1970-01-01T00:01:00Z"]]}'),
        (EMPTY, '{"intervals":[]}'),
        ((), "[]"),
        (("a", (Fraction(1, 2), False)), '["a",[{"n":"1/2"},false]]'),
    ],
)
def test_a_value_is_written_as_text_and_read_back_the_same(value: Value, text: str) -> None:
    assert encode(value) == text
    assert decode(text) == value


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(
        st.fractions(),
        st.booleans(),
        st.text(),
        st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9).map(
            lambda amount: Money(amount, "GBP")
        ),
        st.lists(st.tuples(st.integers(0, 10**15), st.integers(0, 10**15)).map(sorted), max_size=3).map(
            lambda pairs: Intervals.of((low, high) for low, high in pairs)
        ),
    ),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


@settings(max_examples=100)
@given(VALUES)
def test_any_value_survives_the_way_through_text(value: Value) -> None:
    assert decode(encode(value)) == value
    assert encode(decode(encode(value))) == encode(value)


def test_what_none_of_ours_wrote_is_refused() -> None:
    with pytest.raises(PrivityError, match="none of ours"):
        decode('{"float": 1.5}')
    with pytest.raises(PrivityError, match="none of ours"):
        decode("[null]")
