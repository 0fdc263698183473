"""Explanations as the command prints them, on E3: 3,720 seconds down in April, 5 % of 40,000."""

from fractions import Fraction

import pytest

from domain.explanation import Explanation, Term, decode, replay
from tests.api.cli.command import SCENARIO, Privity

ASKED = ("--period", "2026-04", "--agreement", "sla-online-banking", "--level", "availability")


def rebuilt(shape: dict[str, object]) -> Explanation:
    """The explanation that a program reads back from the JSON."""
    inputs, steps = shape["inputs"], shape["steps"]
    assert isinstance(inputs, list)
    assert isinstance(steps, list)
    return Explanation(
        str(shape["name"]), str(shape["rule"]), str(shape["value"]), None, None,
        tuple(Term(term["name"], term["value"], term["source"] or "") for term in inputs),
        tuple(rebuilt(step) for step in steps),
    )  # fmt: skip


def test_the_attainment_the_shares_and_the_credit_of_a_breach_are_explained(privity: Privity) -> None:
    ended = privity("explain", SCENARIO, *ASKED)
    assert (ended.code, ended.err) == (0, "")
    titles = [line for line in ended.out.splitlines() if line.startswith("sla-online-banking")]
    place = "sla-online-banking · availability · online-banking · 2026-04"
    assert titles == [f"{place}: attainment", f"{place}: shares", f"{place}: credit"]
    for words in (
        "status = MISSED  (judge/1, clause Sch 3, 2.1, 2026-04)",
        "value = 99.856481481",
        "counted = 1 h 2 min",
        "evidence/outages.csv:2",
        "cirrus 1 h, 96.77 % and 100 % of the credit",
        "credit = 2,000.00 GBP",
        "below 99.9: 5 %",
    ):
        assert words in ended.out


@pytest.mark.parametrize(("what", "count"), [("attainment", 1), ("shares", 1), ("credit", 1)])
def test_one_figure_alone_can_be_asked_for(privity: Privity, what: str, count: int) -> None:
    told = privity("explain", SCENARIO, *ASKED, "--what", what, "--json").json["explanations"]
    assert [each["of"] for each in told] == [what] * count


def test_a_figure_is_worked_out_again_and_says_so(privity: Privity) -> None:
    ended = privity("explain", SCENARIO, *ASKED, "--what", "shares", "--replay")
    assert ended.out.splitlines()[-2] == "Worked out again, 1 step: every value is the same."
    assert (
        privity("explain", SCENARIO, *ASKED, "--replay", "--json").json["explanations"][0]["replayed"] is True
    )


def test_a_program_can_replay_what_is_printed_as_json(privity: Privity) -> None:
    told = privity("explain", SCENARIO, *ASKED, "--json").json["explanations"]
    names = ("agreement", "serviceLevel", "service", "period", "replayed")
    place = ("sla-online-banking", "availability", "online-banking", "2026-04", False)
    for each in told:
        assert tuple(each[name] for name in names) == place
        assert each["explanation"]["format"] == 1
        tree = rebuilt(each["explanation"])
        assert replay(tree) == decode(tree.value)
    value = rebuilt(told[0]["explanation"]).steps[0]
    # 43,138 of 43,200 minutes, as a percentage, exactly.
    assert decode(value.value) == Fraction(4_313_800, 43_200)


def test_a_level_that_was_met_has_an_attainment_and_nothing_to_divide(privity: Privity) -> None:
    met = ("--period", "2026-04", "--agreement", "uc-telco", "--level", "availability")
    assert [each["of"] for each in privity("explain", SCENARIO, *met, "--json").json["explanations"]] == [
        "attainment"
    ]
    ended = privity("explain", SCENARIO, *met, "--what", "credit")
    assert (ended.code, ended.out) == (
        0,
        "There is nothing of this kind to explain: no breach, or no credit.\n",
    )


def test_a_figure_that_is_none_is_wrong_use(privity: Privity) -> None:
    ended = privity("explain", SCENARIO, *ASKED, "--what", "everything")
    assert ended.code == 2
    assert "attainment" in ended.err


def test_a_level_that_is_not_there_is_answered_with_those_of_the_agreement(privity: Privity) -> None:
    ended = privity("explain", SCENARIO, *ASKED[:4], "--level", "availabilty")
    assert ended.code == 2
    assert 'Did you mean "availability"?' in ended.err
