"""``privity graph``: what hangs on whom in the bundled example, for people and for programs, and drawn."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.api.cli.command import Privity

HALDEN = Path(__file__).parents[3] / "examples" / "halden"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["depends", "--service", "site-power"], ["sla-online-banking", "falls"]),
        (["points"], ["sla-online-banking · online-banking", "uc-wattmere"]),
        (["sets", "--agreement", "sla-web-shop", "--by", "party"], ["7 minimal sets", "fibrecote + teleryn"]),
        (["concentration"], ["smslark", "48000 GBP (57.1 %)"]),
    ],
    ids=lambda each: each[0],
)
def test_the_answers_are_told_in_words(command: list[str], words: list[str], privity: Privity) -> None:
    ended = privity("graph", command[0], HALDEN, *command[1:])

    assert ended.code == 0
    for each in words:
        assert each in ended.out


def test_the_same_for_programs(privity: Privity) -> None:
    [found] = privity("graph", "sets", HALDEN, "--agreement", "sla-it-support", "--json").json["failureSets"]

    assert found == {
        "agreement": "sla-it-support", "service": "it-support", "by": "service", "complete": True, "count": 1,
        "sizes": [{"size": 1, "count": 1}], "sets": [["it-support"]],
    }  # fmt: skip


def test_a_picture_is_well_formed_and_has_a_box_for_each_service(tmp_path: Path, privity: Privity) -> None:
    out = tmp_path / "banking.svg"
    ended = privity("graph", "draw", HALDEN, "--service", "online-banking", "--out", out)

    assert ended.code == 0
    picture = ET.parse(out)  # noqa: S314 - it was drawn just above
    boxes = {each.get("id") for each in picture.iter("{http://www.w3.org/2000/svg}g")}
    assert {"online-banking", "site-power", "text-codes"} <= boxes
    assert "it-support" not in boxes


def test_a_name_that_is_not_there_is_answered_with_the_nearest(privity: Privity) -> None:
    ended = privity("graph", "depends", HALDEN, "--party", "nimbrell", "--json")

    assert ended.code == 2
    assert json.loads(ended.out)["errors"][0]["nearest"] == "nimbrel"
