"""The API's answers are those of `privity settle --json`, figure by figure, on every folder there is."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.services.settling import settle_folder
from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore
from tests.api.graphql.printed import printed

ROOT = Path(__file__).parents[3]
SCENARIOS = sorted(path.parent for path in (ROOT / "tests" / "scenarios").glob("*/expected.json"))
SHARED = sorted(
    path.parent
    for path in (ROOT.parent / "shared" / "cases").glob("*/expected.json")
    if path.parent.name
    not in {folder.name for folder in SCENARIOS}  # Most of them are scenarios of ours too.
)
HALDEN = ROOT / "examples" / "halden"
PARTS = (
    "attainments",
    "breaches",
    "statements",
    "creditImpact",
    "terminationRights",
    "findings",
    "quarantine",
    "sources",
)


def asking(folder: Path, period: str) -> Asking:
    store = MemoryStore.of_folder(folder)
    store.settlement_run(Period.parse(period), None, "ada", "month end")
    return Asking(store, store)


def command_line(folder: Path, period: str) -> Any:
    whole = json.loads(json.dumps(settle_folder(folder, period)))
    return {part: whole[part] for part in PARTS}


def period_of(folder: Path) -> str:
    return (folder / "period").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_a_scenario_is_answered_as_the_command_line_prints_it(folder: Path) -> None:
    period = period_of(folder)
    assert printed(asking(folder, period), period) == command_line(folder, period)


@pytest.mark.skipif(not SHARED, reason="the worked cases are published beside the project, not in it")
@pytest.mark.parametrize("folder", SHARED, ids=lambda folder: folder.name)
def test_a_published_case_is_answered_as_the_command_line_prints_it(folder: Path) -> None:
    period = period_of(folder)
    assert printed(asking(folder, period), period) == command_line(folder, period)


@pytest.mark.parametrize("period", ["2026-02", "2026-03", "2026-Q1"])
def test_the_bundled_example_is_answered_as_the_command_line_prints_it(period: str) -> None:
    assert printed(asking(HALDEN, period), period) == command_line(HALDEN, period)


def test_there_are_scenarios_to_compare() -> None:
    assert len(SCENARIOS) >= 6
