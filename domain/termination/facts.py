"""What a condition is asked of: periods with their misses, months with their money, days with their outages.

The problem: a condition must be answered from the very attainments and statements that were settled, each under its own
version of the contract, and fast enough for ten years of twenty thousand levels. So the past of a level is a few
columns, made once, and every question as of a date is a search in them.

Example: `Series` of a monthly level that missed January and March: ``missed`` is (True, False, True, ...).

Limits: facts are those of the whole past that is known; a question as of a date looks only at what had ended by then.
Days are proleptic ordinals (`date.toordinal`), so that a window is a subtraction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.durations import Duration
from domain.metrics import LevelReference
from domain.periods import Period, PeriodRule

__all__ = ["Facts", "MonthFact", "OutageDays", "Promised", "Series"]

Days = NDArray[np.int64]
Flags = NDArray[np.bool_]


Promised = Callable[[date, bool], str]
"""The target on a day; with True the minimum."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The past of one level on one service, period by period, oldest first.

    ``judged`` is the day whose version of the agreement a period was judged under. ``missed`` and
    ``missed_minimum`` are without what is relieved for termination, which ``struck`` names by its place with the
    reason: it neither counts nor breaks a run. ``values`` are as the contract compares them.
    """

    agreement: str
    level: str
    service: str
    rule: PeriodRule
    periods: Sequence[Period]
    ends: Days
    judged: Days
    missed: Flags
    missed_minimum: Flags
    values: Sequence[Fraction | None]
    struck: Mapping[int, str] = field(default_factory=dict)
    unexcused: Mapping[int, Fraction | None] = field(default_factory=dict)
    """What the value of a struck out period would be without what is excused."""
    promised: Promised | None = None
    """What was promised on a day, as text; None: nobody asks."""

    def promise(self, day: int, *, is_minimum: bool = False) -> str:
        """The target, or the minimum, that was in force on a day; "" where there was none."""
        return "" if self.promised is None else self.promised(date.fromordinal(day), is_minimum)

    @property
    def name(self) -> tuple[str, str, str]:
        """Agreement, level and service: the order of everything that is shown."""
        return (self.agreement, self.level, self.service)


@dataclass(frozen=True, slots=True)
class MonthFact:
    """One month's money of an agreement: net credits, the charges by base, the monthly cap (None: none), points."""

    month: Period
    judged: int
    net: Fraction
    charges: Mapping[str, Fraction]
    cap: Fraction | None
    points: Fraction = Fraction(0)
    most_points: Fraction = Fraction(0)
    """The most points that one month can bring."""


@dataclass(frozen=True, slots=True, eq=False)
class OutageDays:
    """The outages of one level's service: the day each began on, and the counted downtime of each day.

    ``weights`` say how much of an outage counts (whole numbers over ``scale``; less than ``scale`` where some of it is
    excused). ``down_days`` are the days with any downtime, ``down`` their microseconds over ``scale``.
    """

    agreement: str
    level: str
    service: str
    began: Days
    weights: Days
    down_days: Days
    down: Days
    scale: int = 1


class Facts(Protocol):
    """The past of one agreement, or of all parts of an umbrella, as conditions ask for it."""

    @property
    def adds_up(self) -> bool:
        """Whether counts run over all levels together: for an umbrella, whose rights span its parts."""
        ...

    @property
    def begins(self) -> int:
        """The first day of the agreement's term."""
        ...

    def levels(self, of: LevelReference | None) -> Sequence[Series]:
        """The levels of a name on each of their services; None: all."""
        ...

    def months(self) -> Sequence[MonthFact]:
        """The months, oldest first."""
        ...

    def outages(self, of: LevelReference | None, longer_than: int, *, in_hours: bool) -> Sequence[OutageDays]:
        """The outages, or the downtime, of the services of some levels."""
        ...

    def events(self, event: str) -> Sequence[int]:
        """The days on which an event was recorded as having happened."""
        ...


@lru_cache(maxsize=65536)
def period_around(rule: PeriodRule, day: int) -> Period:
    """The period of a rule that has a day in it."""
    return rule.containing(date.fromordinal(day))


@lru_cache(maxsize=65536)
def window_start(period: Period, within: Duration | None) -> int:
    """The first day that still counts in the window that ends with a period (ruling 33).

    ``P6M`` is six consecutive periods of a monthly level and two of a quarterly one; a length that is no whole
    number of the level's periods takes in the periods that end in it. Never less than the judged period itself.
    """
    if within is None:
        return 0
    length = period.months
    if length and within.months and not within.days and within.months % length == 0:
        first = period
        for _ in range(within.months // length - 1):
            first = first.previous()
        return first.first.toordinal()
    return min(within.before(period.day_after), period.first).toordinal()
