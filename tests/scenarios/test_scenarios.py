"""Whole folders, settled and compared with figures that were worked out by hand (each folder's ``why.md``).

Example: ``pytest tests/scenarios -k dst`` settles the month with a clock change.

Limits: what is compared is what ``privity settle --json`` prints, without starting a process for each folder.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.services.settling import settle_folder
from tests.scenarios.comparison import first_difference

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "cases"
"""Worked cases that are published beside the project; they are not part of it."""


@dataclass(frozen=True)
class Later:
    """A part of what a case expects that rests on a calculation which is still to come.

    ``key`` is the part; ``naming`` narrows it to the items that say so (all of them if empty). ``is_term``: a
    document asks for it, so that the settlement has to answer NOT_YET_CALCULATED; alignment no document asks for.
    """

    key: str
    reason: str
    naming: tuple[tuple[str, str], ...] = ()
    is_term: bool = True

    def is_this(self, item: Any) -> bool:
        return all(item.get(name) == value for name, value in self.naming)


LATER: dict[str, Later] = {}
"""Such a part must not hold by accident, nor be passed over in silence; all else must hold."""


def scenarios(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/expected.json")) if folder.is_dir() else []


def printed(folder: Path) -> Any:
    period = (folder / "period").read_text(encoding="utf-8").strip()
    return json.loads(json.dumps(settle_folder(folder, period)))


def expected(folder: Path) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return wanted


def split(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a case expects that must hold now, and what is still to come."""
    now, later = expected(folder), LATER.get(folder.name)
    if later is None:
        return now, {}
    if not later.naming:
        return {key: value for key, value in now.items() if key != later.key}, {later.key: now[later.key]}
    items = now[later.key]
    still_to_come = [item for item in items if later.is_this(item)]
    now[later.key] = [item for item in items if not later.is_this(item)]
    return now, {later.key: still_to_come}


@pytest.mark.parametrize("folder", scenarios(HERE), ids=lambda folder: folder.name)
def test_a_scenario_settles_to_the_figures_worked_out_by_hand(folder: Path) -> None:
    now, _ = split(folder)
    assert first_difference(now, printed(folder)) is None


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the worked cases are published beside the project, not in it"
)
@pytest.mark.parametrize("folder", scenarios(SHARED), ids=lambda folder: folder.name)
def test_a_published_case_holds_in_every_part_that_is_calculated(folder: Path) -> None:
    actual = printed(folder)
    now, still_to_come = split(folder)
    assert first_difference(now, actual) is None
    for key, value in still_to_come.items():
        assert first_difference({key: value}, actual) is not None, f"{key} holds now: take it off the list"
        said = first_difference({"findings": [{"code": "NOT_YET_CALCULATED"}]}, actual) is None
        assert said is LATER[folder.name].is_term


def test_there_are_scenarios_to_settle() -> None:
    # An empty folder would make every test above pass by having nothing to do.
    assert len(scenarios(HERE)) >= 6
