"""What rights to terminate cost: ten years of 20,000 levels as of any date, and 100,000 outages in rolling windows.

The problem: a right has to be answered while somebody waits, on any date, although it looks back over years. What is
measured here starts where a settlement ends: the past of each level is in memory as columns.

Example: ``python bench/rights.py`` prints how long it took to load, and then how long one date takes.

Limits: what the months themselves cost to settle is another benchmark. Figures are made up by a fixed sequence; the
peer is the plain loop over all windows that a first program would have.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from domain.durations import Duration
from domain.metrics import LevelReference
from domain.periods import PeriodRule
from domain.termination.asking import asked
from domain.termination.facts import MonthFact, OutageDays, Series
from domain.termination.standing import Accrual, RightPast, standing
from domain.termination.terms import AnyPart, Condition, Misses, OutagesExceed, TerminationRight

LEVELS, MONTHS, OUTAGES = 20_000, 120, 100_000


@dataclass(frozen=True)
class OneLevel:
    """The facts of one level, or of one service's outages."""

    series: tuple[Series, ...] = ()
    found: tuple[OutageDays, ...] = ()
    adds_up: bool = False
    begins: int = date(2016, 1, 1).toordinal()

    def levels(self, of: LevelReference | None) -> tuple[Series, ...]:  # noqa: ARG002 - it has one
        """The level."""
        return self.series

    def months(self) -> tuple[MonthFact, ...]:
        """None."""
        return ()

    def outages(
        self,
        of: LevelReference | None,  # noqa: ARG002 - they are all there is
        longer_than: int,  # noqa: ARG002 - as above
        *,
        in_hours: bool,  # noqa: ARG002 - as above
    ) -> tuple[OutageDays, ...]:
        """The outages."""
        return self.found

    def events(self, event: str) -> tuple[int, ...]:  # noqa: ARG002 - as above
        """None."""
        return ()


class _Clock:
    """The wall and the processor since it was made; on a machine that others use only the latter says much."""

    def __init__(self) -> None:
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        return f"{processor:.2f} s of processor ({wall:.2f} s by the wall)"


def main() -> None:
    """Load, ask, and print."""
    rights_of_twenty_thousand_levels()
    hundred_thousand_outages()


def rights_of_twenty_thousand_levels() -> None:
    """Three misses within six months, or two in a row, on every level; as of ten dates."""
    random = np.random.default_rng(20160101)
    month, months = PeriodRule.month().containing(date(2016, 1, 1)), []
    for _ in range(MONTHS):
        months.append(month)
        month = month.next()
    ends = np.array([each.last.toordinal() for each in months], dtype=np.int64)
    judged = np.array([each.first.toordinal() for each in months], dtype=np.int64)
    values = (Fraction(99),) * MONTHS
    condition: Condition = AnyPart((Misses(3, within=Duration(months=6)), Misses(2, in_a_row=True)))
    terms = TerminationRight(
        "chronic", condition, exercise_within=Duration(days=60), notice=Duration(days=30)
    )
    begun = _Clock()
    pasts = []
    for number in range(LEVELS):
        missed = random.random(MONTHS) < 0.12
        series = Series(
            f"agreement-{number // 4}", "availability", f"service-{number}", PeriodRule.month(), months, ends, judged,
            missed, missed, values,
        )  # fmt: skip
        met = asked(condition, OneLevel((series,)))
        accruals = [Accrual(date.fromordinal(day), terms, met, day) for day, _ in met.days]
        pasts.append(RightPast(terms, met, accruals))
    print(f"loaded {LEVELS:,} levels of {MONTHS} months: {begun}")
    for as_of in (date(2016, 7, 1), date(2021, 3, 15), date(2025, 12, 31)):
        begun = _Clock()
        found = [standing(past, as_of).status for past in pasts]
        counts = {status.value: found.count(status) for status in sorted(set(found))}
        print(f"all rights as of {as_of}: {begun}  {counts}")


def hundred_thousand_outages() -> None:
    """More than 900 outages in any 30 consecutive days, over 100,000 outages in ten years; beside the plain loop."""
    random = np.random.default_rng(7)
    days = np.sort(random.integers(date(2016, 1, 1).toordinal(), date(2026, 1, 1).toordinal(), OUTAGES))
    ones = np.ones(OUTAGES, dtype=np.int64)
    outages = OutageDays("uc", "availability", "line", days, ones, days[:0], days[:0])
    begun = time.process_time()
    met = asked(OutagesExceed(900, Duration(days=30)), OneLevel(found=(outages,)))
    ours = time.process_time() - begun
    begun = time.process_time()
    first, plain = 0, set()
    listed = [int(day) for day in days]
    for last, day in enumerate(listed):
        while listed[first] <= day - 30:
            first += 1
        upto = last
        while upto + 1 < len(listed) and listed[upto + 1] == day:
            upto += 1
        if upto - first + 1 > 900:
            plain.add(day + 1)
    theirs = time.process_time() - begun
    if {day for day, _ in met.days} != plain:
        sys.exit("The windows and the plain loop do not agree.")
    print(
        f"{OUTAGES:,} outages in windows of 30 days: {ours:.3f} s of processor (plain loop {theirs:.3f} s), "
        f"{len(plain)} days met"
    )


if __name__ == "__main__":
    main()
