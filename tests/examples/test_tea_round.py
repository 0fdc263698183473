"""The bundled example of a beverage supplier: its README's figures, which were worked out before it was settled."""

from pathlib import Path
from typing import Any

import pytest

from api.services.settling import settle_folder

FOLDER = Path(__file__).parents[2] / "examples" / "tea-round"


@pytest.fixture(scope="module")
def april() -> dict[str, Any]:
    result: dict[str, Any] = settle_folder(FOLDER, "2026-04")
    return result


def levels(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {each["serviceLevel"]: (each["status"], each["value"]) for each in result["attainments"]}


def test_each_beverage_is_measured_in_its_own_hours(april: dict[str, Any]) -> None:
    assert levels(april) == {
        "tea-mornings-and-evenings": ("MISSED", "97.5"),
        "coffee-before-and-after-lunch": ("MET", "98.333333333"),
        "juice-at-lunch": ("MISSED", "98.75"),
        "hot-enough": ("MET", "97"),
        "milk-in-the-kitchen": ("MISSED", "98.214285714"),
    }


def test_the_dairy_pays_back_less_than_its_failure_cost(april: dict[str, Any]) -> None:
    (impact,) = april["creditImpact"]
    assert [impact[key]["amount"] for key in ("payable", "recoverable", "gap")] == [
        "105.00",
        "40.00",
        "65.00",
    ]
    reasons = {
        each["party"]: [(reason["code"], reason["amount"]["amount"]) for reason in each["reasons"]]
        for each in impact["parties"]
    }
    assert reasons == {"brook-dairy": [("RATE", "50.00")], "leaf-and-bean": [("OWN", "15.00")]}
    claims = {each["agreement"]: each["claimBy"] for each in april["statements"]}
    assert claims["uc-brook-dairy"] == "2026-05-30"


def test_in_may_only_the_temperature_of_the_tea_was_missed() -> None:
    found = levels(settle_folder(FOLDER, "2026-05"))
    assert found["coffee-before-and-after-lunch"] == ("MET", "99.707602339")
    assert found["hot-enough"] == ("MISSED", "94")
    assert [name for name, (status, _) in found.items() if status == "MISSED"] == ["hot-enough"]
