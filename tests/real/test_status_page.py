"""A real status page measured against its own checks: what it drops counts here, and the difference is a finding.

The checks and the page are real (`outages-upptime`, ODbL), **the contract is assumed** (`examples/status-page`). The page publishes
minutes a day and no times, so each day's minutes stand as one interval from midnight on.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from api.services.folders import read_contracts, read_evidence
from domain.periods import Period
from settlement.results import Settlement
from settlement.settle import settle
from tests.real.settled_records import ROOT, record

INTERVALS = "outages-upptime/downtime_intervals.csv"
PAGE = "outages-upptime/upptime_summary_oracle.json"
AUGUST = 31 * 24 * 3600
SHORTEST_ON_THE_PAGE = 13 * 60


@pytest.fixture(scope="module")
def seconds_down() -> dict[str, list[tuple[str, int]]]:
    """Per component, the day on which each interval began and its seconds."""
    found: dict[str, list[tuple[str, int]]] = {}
    with record(INTERVALS).open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            begin, end = (datetime.fromisoformat(row[name]) for name in ("down_from_utc", "up_at_utc"))
            length = int((end - begin).total_seconds())
            found.setdefault(row["component"], []).append((begin.date().isoformat(), length))
    return found


@pytest.fixture(scope="module")
def page() -> dict[str, dict[str, int]]:
    """Per component, the minutes of each day."""
    said = json.loads(record(PAGE).read_text(encoding="utf-8"))
    return {each["name"]: each["dailyMinutesDown"] for each in said}


@pytest.fixture(scope="module")
def slugs() -> dict[str, str]:
    return {each["slug"]: each["name"] for each in json.loads(record(PAGE).read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def august(page: dict[str, dict[str, int]], tmp_path_factory: pytest.TempPathFactory) -> Settlement:
    folder = tmp_path_factory.mktemp("real") / "status-page"
    shutil.copytree(ROOT / "examples" / "status-page", folder)
    (folder / "evidence").mkdir()
    (folder / "evidence" / "downtime_intervals.csv").symlink_to(record(INTERVALS))
    with (folder / "evidence" / "page_minutes.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["component", "from", "to"])
        for component, days in sorted(page.items()):
            for day, minutes in sorted(days.items()):
                begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
                writer.writerow(
                    [component, begin.isoformat(), (begin + timedelta(minutes=minutes)).isoformat()]
                )
    contracts = read_contracts(folder)
    evidence, _ = read_evidence(folder, contracts, date(2026, 9, 1))
    return settle(contracts.portfolio, evidence, Period.parse("2026-08"), date(2026, 9, 1))


def test_the_page_drops_every_interval_under_thirteen_minutes(
    seconds_down: dict[str, list[tuple[str, int]]], page: dict[str, dict[str, int]]
) -> None:
    for component, days in page.items():
        kept: Counter[str] = Counter()
        for day, length in seconds_down.get(component, []):
            if length >= SHORTEST_ON_THE_PAGE:
                kept[day] += length
        assert kept.keys() == days.keys()
        # The page writes whole minutes; once it is a minute above what its own checks say.
        assert all(abs(kept[day] - 60 * minutes) <= 60 for day, minutes in days.items())


def test_every_component_is_measured_by_its_checks_and_not_by_the_page(
    august: Settlement, seconds_down: dict[str, list[tuple[str, int]]], slugs: dict[str, str]
) -> None:
    assert len(august.attainments) == len(slugs) == 18
    for each in august.attainments:
        down = sum(length for _, length in seconds_down.get(slugs[each.of.service], []))
        assert each.numerator == (AUGUST - down) * 1_000_000
        assert each.denominator == AUGUST * 1_000_000


def test_where_the_page_says_otherwise_a_finding_states_both(
    august: Settlement,
    seconds_down: dict[str, list[tuple[str, int]]],
    page: dict[str, dict[str, int]],
    slugs: dict[str, str],
) -> None:
    told = {each.service: dict(each.figures) for each in august.findings if each.code == "SOURCES_DIFFER"}
    expected = {}
    for slug, component in slugs.items():
        down = sum(length for _, length in seconds_down.get(component, []))
        said = 60 * sum(page[component].values())
        if said and down != said:
            expected[slug] = {"monitor": str(down), "status-page": str(said)}
    assert told == expected
    assert told["manual"] == {"monitor": "5545", "status-page": "3540"}
