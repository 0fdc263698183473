"""The outages of a service day by day, as one level of an agreement counts them.

The problem: "more than three outages in any thirty days" crosses months and versions, and still each outage has to
count as its own contract counts it: touching agreed service time, longer than the contract tolerates, less what is
excused.

Example: an outage of 29 March that is excused by half weighs one half; of an outage from 23:00 to 01:00 an hour is down
on each of two days.

The way: every month is measured as the metrics `outageCount` and `availability` measure it; a month in which nothing is
excused gives its days at once, any other is measured day by day.

Limits: an outage counts on the day on which it began, within the agreement's term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from domain.agreements import (
    Agreement,
    AvailabilityMetric,
    CountFrom,
    OutageCountMetric,
    ServiceLevel,
    Target,
)
from domain.attainment import LevelOn
from domain.instants import as_datetime
from domain.intervals import Intervals
from domain.periods import Period, PeriodRule
from domain.termination.facts import Days, OutageDays
from settlement.days import midnight
from settlement.measured import MeasuredDowntime
from settlement.standing import failures_of

if TYPE_CHECKING:
    from settlement.measured import Measurement
    from settlement.measuring import Measuring

    Seen = Callable[[Measurement], Measurement]

__all__ = ["counting_level", "outage_days", "plain_level"]

ByDay = dict[int, Fraction]


def counting_level(version: Agreement, service: str, of: str | None) -> ServiceLevel | None:
    """The level of a version that says how a service's outages count; None where ``of`` names none on the service.

    A level on outages comes before one on anything else; a service without any level counts around its calendar.
    """
    on = [level for level in version.levels if service in level.services and of in (None, level.name)]
    if not on and of is not None:
        return None
    measured = [level for level in on if isinstance(level.metric, AvailabilityMetric | OutageCountMetric)]
    nothing = ServiceLevel("", None, (service,), AvailabilityMetric(), None, PeriodRule.month(), Target(()))
    return (measured or on or [nothing])[0]


def as_termination_sees(measurement: Measurement) -> Measurement:
    """What is left of a measurement for rights to terminate."""
    return measurement.as_termination_sees


def outage_days(
    measuring: Measuring,
    versions: Iterable[tuple[Period, Agreement]],
    service: str,
    of: str | None,
    longer_than: int,
    as_of: date,
    *,
    in_hours: bool,
    seen: Seen = as_termination_sees,
) -> OutageDays | None:
    """A service's outages (or, ``in_hours``, its downtime) by day, before a date, each month by its own version.

    ``seen``: as whom the excuses are weighed; as rights to terminate do, or as credits do.
    """
    began: ByDay = {}
    down: ByDay = {}
    name: tuple[str, str] | None = None
    for month, version in versions:
        level = counting_level(version, service, of) if service in version.services else None
        if level is None:
            continue
        name = (version.name, level.name)
        found = began
        if in_hours:
            found = down
            rows = _downtime(measuring, seen, version, level, service, month)
        else:
            rows = _outages(measuring, seen, version, level, service, month, longer_than)
        for day, weight in rows.items():
            if day < as_of.toordinal():
                found[day] = found.get(day, Fraction(0)) + weight
    if name is None:
        return None
    scale = lcm(*(weight.denominator for weight in (*began.values(), *down.values())))

    def columns(by_day: ByDay) -> tuple[Days, Days]:
        days = sorted(by_day)
        weights = [int(by_day[day] * scale) for day in days]
        return np.array(days, dtype=np.int64), np.array(weights, dtype=np.int64)

    return OutageDays(*name, service, *columns(began), *columns(down), scale)


def _minimum(level: ServiceLevel) -> int:
    return level.metric.minimum_outage if isinstance(level.metric, AvailabilityMetric) else 0


def _count_from(level: ServiceLevel) -> CountFrom:
    metric = level.metric
    if isinstance(metric, AvailabilityMetric | OutageCountMetric):
        return metric.count_from
    return CountFrom.START


def _outages(
    measuring: Measuring,
    seen: Seen,
    version: Agreement,
    level: ServiceLevel,
    service: str,
    month: Period,
    longer_than: int,
) -> ByDay:
    """How many outages began on each day of a month, as `outageCount` counts them."""
    own = level.metric.longer_than if isinstance(level.metric, OutageCountMetric) else 0
    # "Shorter ones do not count" (minimumOutage) is "longer than a microsecond less".
    tolerated = max(longer_than, own, _minimum(level) - 1)
    metric = OutageCountMetric(tolerated, _count_from(level))
    measurement = measuring.measure(LevelOn(version, plain_level(level, metric), service), month)
    found: ByDay = {}
    for day, weight in () if measurement is None else failures_of(seen(measurement)):
        found[day.toordinal()] = found.get(day.toordinal(), Fraction(0)) + weight
    return found


def _downtime(
    measuring: Measuring,
    seen: Seen,
    version: Agreement,
    level: ServiceLevel,
    service: str,
    month: Period,
) -> ByDay:
    """The microseconds of counted downtime of each day of a month, as `availability` counts them."""
    of = LevelOn(
        version, plain_level(level, AvailabilityMetric(_minimum(level), _count_from(level))), service
    )
    measurement = measuring.measure(of, month)
    basis = None if measurement is None else seen(measurement).basis
    if not isinstance(basis, MeasuredDowntime):
        return {}
    days = sorted({day for span in basis.down.pairs() for day in _days(version, *span)})
    if basis.counted == basis.down.total():
        return {day: Fraction(_down_on(version, basis.down, day)) for day in days}
    found: ByDay = {}
    for day in days:
        on_day = measuring.measure(of, Period.parse(date.fromordinal(day).isoformat()))
        of_day = None if on_day is None else seen(on_day).basis
        if isinstance(of_day, MeasuredDowntime) and of_day.counted:
            found[day] = of_day.counted
    return found


def plain_level(level: ServiceLevel, metric: AvailabilityMetric | OutageCountMetric) -> ServiceLevel:
    """A level that only counts: its window, and none of its money."""
    return replace(level, metric=metric, period=PeriodRule.month(), credit=None, bonus=None, compare=None)


def _days(version: Agreement, start: int, end: int) -> range:
    """The local days, as ordinals, that a half-open span touches."""
    zone = version.calendar.zone
    first = as_datetime(start).astimezone(zone).date().toordinal()
    return range(first, as_datetime(end - 1).astimezone(zone).date().toordinal() + 1)


def _down_on(version: Agreement, down: Intervals, day: int) -> int:
    on = date.fromordinal(day)
    return down.clip(midnight(version, on), midnight(version, on + timedelta(days=1))).total()
