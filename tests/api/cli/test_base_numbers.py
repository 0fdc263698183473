"""``privity base-numbers`` on E3, which has one month of history."""

from pathlib import Path

from tests.api.cli.command import SCENARIO, Privity


def test_a_folder_says_what_its_month_supports_and_that_it_is_too_short(privity: Privity) -> None:
    ended = privity("base-numbers", SCENARIO)

    assert ended.code == 0
    text = " ".join(ended.out.split())
    for words in (
        "As of 2026-05-01: what history says of 3 targets.",
        "≥ 99.9 % 0 of 1 0–50 %",
        "1 period is too few for a target that is met with 75 % or more: that takes 3.",
    ):
        assert words in text


def test_as_json_with_explanations_and_of_the_store(privity: Privity, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    assert privity("load", SCENARIO, "--store", store).code == 0
    assert privity("ingest", SCENARIO, "--store", store).code == 0
    asked = ("--as-of", "2026-05-01", "--agreement", "sla-online-banking", "--json", "--explain")

    found = privity("base-numbers", SCENARIO, *asked).json
    assert privity("base-numbers", "--store", store, *asked).json == found
    [number] = found["baseNumbers"]
    assert number["periods"] == [{"period": "2026-04", "value": "99.856481481"}]
    assert number["chance"] == {"least": "0", "most": "1/2"}
    [proposal] = number["proposals"]
    # With one month the next is as good with one half; rounded to the easier side.
    assert (proposal["atLeast"], proposal["chanceExact"]) == ("99.85", "1/2")
    assert proposal["explanation"]["rule"] == "base-number/1"


def test_an_unknown_agreement_is_told_with_the_nearest(privity: Privity) -> None:
    wrong = privity("base-numbers", SCENARIO, "--agreement", "sla-online-bankin")

    assert (wrong.code, 'Did you mean "sla-online-banking"?' in wrong.err) == (2, True)
