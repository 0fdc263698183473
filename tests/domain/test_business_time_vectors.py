"""Business time agrees with published vectors of a library that computes it in another way.

The vectors state differences (hours, minutes and days between two times), and what comes of adding or subtracting
business time. All 69 apply here:

- Differences of hours and minutes are the service time between two instants; a difference backwards is negative.
- Differences of days count the business days after the first day, up to and including the last.
- Adding hours or minutes is `Intervals.advance`, adding or subtracting days `Calendar.add_business_days`.
- Subtracting hours or minutes is no question that a contract asks, so nothing here computes it. Its vectors are still
  checked: the time between the result and the start is the amount that was subtracted.

The vectors name no zone, but two carry the offset -03:00, and the holidays are those of a town in Brazil: times are
read in America/Sao_Paulo, which has had that offset all year since 2019.
"""

import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.calendars import CLOSED, DAY_NAMES, Calendar, WeeklyWindow
from domain.instants import HOUR, MINUTE, SECOND, isoformat, local_instant, parse_instant
from domain.intervals import Intervals

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "data" / "business-time" / "vectors.json"
HOW_MANY = 69

HOURS_OR_MINUTES = {"hours": HOUR, "minutes": MINUTE, "minute": MINUTE}
DAYS = {"day", "days"}


def vectors() -> list[dict[str, Any]]:
    return list(json.loads(VECTORS.read_text(encoding="utf-8"))) if VECTORS.exists() else []


pytestmark = pytest.mark.skipif(
    not VECTORS.exists(),
    reason="the business time vectors are not beside this repository (../shared/data/business-time/vectors.json)",
)


def unit_of(vector: dict[str, Any]) -> str:
    """The unit that a vector counts in, from its own field or from the name of its operation."""
    if vector["unit"] is not None:
        return str(vector["unit"])
    return next(unit for unit in ("Hours", "Minutes", "Days") if unit in vector["op"]).lower()


def stated(kind: str, units: Collection[str]) -> list[Any]:
    """The vectors of one kind of operation ("Diff", "add" or "subtract") that count in one of the units."""
    return [
        pytest.param(vector, id=f"{number}: {vector['name']}")
        for number, vector in enumerate(vectors())
        if kind in vector["op"] and unit_of(vector) in units
    ]


def calendar_of(vector: dict[str, Any]) -> Calendar:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    assert [name[:3] for name in names] == list(DAY_NAMES)
    windows = tuple(
        WeeklyWindow("open", frozenset({names.index(day)}), since_midnight(start), since_midnight(end))
        for day, segments in vector["hours"].items()
        for start, end in segments
    )
    holidays = frozenset(map(date.fromisoformat, vector["holidays"]))
    return Calendar("vectors", "America/Sao_Paulo", windows, holidays=holidays, count_as=CLOSED)


def since_midnight(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * HOUR + minutes * MINUTE + seconds * SECOND


def at(text: str, calendar: Calendar) -> int:
    moment = datetime.fromisoformat(text)
    return local_instant(moment, calendar.zone) if moment.tzinfo is None else parse_instant(text)


def open_time(calendar: Calendar) -> Intervals:
    return calendar.service_time(date(2020, 12, 1), date(2022, 1, 31))


def business_time(calendar: Calendar, start: str, end: str) -> int:
    before = open_time(calendar).measure_before(
        np.array([at(start, calendar), at(end, calendar)], dtype=np.int64)
    )
    return int(before[1] - before[0])


def test_every_vector_is_checked_by_one_of_the_tests_below() -> None:
    checked = [
        *stated("Diff", HOURS_OR_MINUTES),
        *stated("Diff", DAYS),
        *stated("add", HOURS_OR_MINUTES),
        *stated("subtract", HOURS_OR_MINUTES),
        *stated("add", DAYS),
        *stated("subtract", DAYS),
    ]
    assert len(checked) == len({each.id for each in checked}) == len(vectors()) == HOW_MANY


@pytest.mark.parametrize("vector", stated("Diff", HOURS_OR_MINUTES))
def test_the_time_between_is_the_service_time_between(vector: dict[str, Any]) -> None:
    expected = Fraction(vector["expect"]) * HOURS_OR_MINUTES[unit_of(vector)]
    assert business_time(calendar_of(vector), vector["start"], vector["end"]) == expected


@pytest.mark.parametrize("vector", stated("Diff", DAYS))
def test_the_days_between_are_the_business_days_up_to_the_last(vector: dict[str, Any]) -> None:
    calendar = calendar_of(vector)
    first, last = (date.fromisoformat(vector[end][:10]) for end in ("start", "end"))
    counted = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(map(calendar.business_day, counted)) == Fraction(vector["expect"])
    assert calendar.add_business_days(first, int(vector["expect"])) == last


@pytest.mark.parametrize("vector", stated("add", HOURS_OR_MINUTES))
def test_added_time_is_when_so_much_service_time_has_passed(vector: dict[str, Any]) -> None:
    calendar = calendar_of(vector)
    amount = int(vector["amount"]) * HOURS_OR_MINUTES[unit_of(vector)]
    reached = open_time(calendar).advance(at(vector["start"], calendar), amount)
    assert reached is not None
    assert isoformat(reached) == isoformat(at(vector["expect"], calendar))


@pytest.mark.parametrize("vector", stated("subtract", HOURS_OR_MINUTES))
def test_subtracted_time_is_the_service_time_from_the_result_to_the_start(vector: dict[str, Any]) -> None:
    amount = int(vector["amount"]) * HOURS_OR_MINUTES[unit_of(vector)]
    assert business_time(calendar_of(vector), vector["expect"], vector["start"]) == amount


@pytest.mark.parametrize("vector", [*stated("add", DAYS), *stated("subtract", DAYS)])
def test_days_are_added_and_subtracted_as_business_days(vector: dict[str, Any]) -> None:
    days = int(vector["amount"]) * (1 if vector["op"].startswith("add") else -1)
    reached = calendar_of(vector).add_business_days(date.fromisoformat(vector["start"]), days)
    assert reached.isoformat() == vector["expect"]
