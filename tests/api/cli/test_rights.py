"""``privity rights``: a folder, the store, dates, and what would follow."""

from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_a_folders_rights_are_told_as_of_the_day_after_its_last_month(privity: Privity) -> None:
    ended = privity("rights", SCENARIO)

    assert ended.code == 0
    for words in ("As of 2026-05-01", "chronic-availability (12.3(b))", "APPROACHING", "next: availability"):
        assert words in ended.out


def test_settle_prints_the_rights_of_the_period(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, "--period", "2026-04")

    assert "Rights to terminate" in ended.out


@pytest.mark.parametrize("as_of", ["2026-06-30", "2026-08-30"])
def test_a_right_is_told_on_any_date_with_its_explanation_and_what_would_follow(
    as_of: str, privity: Privity
) -> None:
    folder = SCENARIOS / "a-right-that-lapsed-and-accrued-anew"
    ended = privity(
        "rights", folder, "--as-of", as_of, "--agreement", "sla-desk", "--consequence", "--explain", "--json"
    )

    [right] = ended.json["terminationRights"]
    wanted = {"2026-06-30": ("APPROACHING", None), "2026-08-30": ("EXERCISABLE", "2026-08-30")}
    assert (right["status"], right["exercisableUntil"]) == wanted[as_of]
    assert right["explanation"]["rule"] == "termination-right/1"
    assert right["consequence"]["services"] == ["desk"]


def test_a_refused_act_is_told(privity: Privity) -> None:
    ended = privity("rights", SCENARIOS / "a-cure-that-runs-from-the-breach-notice")

    assert "EXERCISE_REFUSED" in ended.out
    assert "the cure ran until 2026-05-20" in " ".join(ended.out.split())


def test_the_store_tells_the_same_rights(privity: Privity, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    assert privity("load", SCENARIO, "--store", store).code == 0
    assert privity("ingest", SCENARIO, "--store", store).code == 0
    assert privity("run", "--period", "2026-04", "--store", store).code == 0

    told = privity("rights", "--store", store, "--as-of", "2026-05-01", "--json").json
    assert told["terminationRights"] == privity("rights", SCENARIO, "--json").json["terminationRights"]
