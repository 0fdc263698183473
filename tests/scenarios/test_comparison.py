"""The comparison that every scenario rests on has to be able to fail: each rule of it, both ways."""

import pytest

from tests.scenarios.comparison import first_difference

ROWS = [
    {"agreement": "sla-a", "value": "99.5", "status": "MET"},
    {"agreement": "sla-a", "value": "98", "status": "MISSED"},
    {"agreement": "sla-b", "value": None, "status": "NO_DATA"},
]

AGREE = {
    "a part of an object": ({"a": 1}, {"a": 1, "b": 2}),
    "a number and its text": ("99.5", 99.5),
    "numbers a millionth apart": ("0.333333", "0.3333335"),
    "another writing of a number": ("5", "5.00"),
    "null and a missing key": ({"a": None}, {}),
    "null and null": ({"a": None}, {"a": None}),
    "no list and no items": ({"$count": 0}, None),
    "objects in another order": ([{"agreement": "sla-b"}, {"agreement": "sla-a"}], ROWS),
    "the second of two that have the same name": ([{"agreement": "sla-a", "status": "MISSED"}], ROWS),
    "a plain value of a list": (["b"], ["a", "b"]),
    "a number of a list": ([2], ["1", "2.0"]),
    "a list within a list": ([["a", "b"]], [["c"], ["a", "b"]]),
    "near enough": ({"$near": "1.5", "$within": "0.01"}, "1.509"),
    "one of several": ({"$oneOf": ["MET", "MISSED"]}, "MISSED"),
    "anything at all": ({"$any": True}, "x"),
    "false is a value": ({"$any": True}, False),
    "how many": ({"$count": 3}, ROWS),
    "some of many": ({"$has": [{"agreement": "sla-b", "status": "NO_DATA"}]}, ROWS),
    "none of these": ({"$none": [{"status": "NOT_DUE"}]}, ROWS),
}

DIFFER = {
    "another value": ("MET", "MISSED", ': want "MET", got "MISSED"'),
    "another number": ({"a": "1"}, {"a": "1.00001"}, '.a: want "1", got "1.00001"'),
    "a missing key": ({"a": 1}, {}, ".a: want 1, got null"),
    "a value where null is wanted": ({"a": None}, {"a": 0}, ".a: want null, got 0"),
    "true is not one": ({"a": True}, {"a": 1}, ".a: want true, got 1"),
    "one is not true": ({"a": 1}, {"a": True}, ".a: want 1, got true"),
    "no such name": ([{"agreement": "sla-c"}], ROWS, "[agreement=sla-c]: not found among 3"),
    "no such figure under the name": (
        [{"agreement": "sla-a", "value": "97"}], ROWS, '[agreement=sla-a].value: want "97", got "99.5"',
    ),
    "no such plain value": (["c"], ["a", "b"], '["c"]: not found'),
    "no such list": ([["b", "a"]], [["a", "b"]], '[["b", "a"]]: not found'),
    "an object where a list is wanted": ([1], {"a": 1}, ': want a list, got {"a": 1}'),
    "text where an object is wanted": ({"a": {"b": 1}}, {"a": "x"}, '.a: want {"b": 1}, got "x"'),
    "not near enough": ({"$near": "1.5", "$within": "0.01"}, "1.511", ': want 1.5 within 0.01, got "1.511"'),
    "near to what is no number": ({"$near": "1.5"}, None, ": want 1.5 within 0.000001, got null"),
    "none of several": ({"$oneOf": ["MET", "MISSED"]}, "NO_DATA", ': want one of ["MET", "MISSED"], got "NO_DATA"'),
    "nothing where anything is wanted": ({"a": {"$any": True}}, {}, ".a: want a value, got none"),
    "another count": ({"$count": 2}, ROWS, ": want 2 items, got 3"),
    "a count of what is no list": ({"$count": 2}, "ab", ': want a list, got "ab"'),
    "one too few among some": ({"$has": [{"agreement": "sla-c"}]}, ROWS, "[agreement=sla-c]: not found among 3"),
    "one that must not be there": (
        {"$none": [{"status": "NO_DATA"}]}, ROWS, ': must not hold {"status": "NO_DATA"}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AGREE)
def test_what_agrees_has_no_difference(case: str) -> None:
    wanted, actual = AGREE[case]
    assert first_difference(wanted, actual) is None


@pytest.mark.parametrize("case", DIFFER)
def test_what_differs_is_told_with_its_place(case: str) -> None:
    wanted, actual, difference = DIFFER[case]
    assert first_difference(wanted, actual) == difference
