"""The mean of the last periods' values, as a condition.

The problem: "an average availability below 97 over three months" is no count: a good month makes up for a bad one, and
the next month's value decides how bad it has to be.

Example: 98, 96.5 and 96: their mean is 96.833..., below 97, so it is met with the third month.

Limits: the mean is of the values that the periods of a whole window have; a period without a value is left out, and the
judged period has to have one.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from domain.bounds import Bound, BoundSide
from domain.money import decimal_text
from domain.periods import Period
from domain.termination.facts import Series, period_around, window_start
from domain.termination.meeting import Ground, NextEvent
from domain.termination.terms import AverageIs

__all__ = ["Mean", "averaged", "mean_of", "windows_met"]

_RANK = 3


def mean_of(values: Sequence[Fraction]) -> Fraction | None:
    """The mean; None of nothing."""
    return sum(values, start=Fraction(0)) / len(values) if values else None


@dataclass(frozen=True, slots=True, eq=False)
class Mean:
    """The mean over the window that ends with each period of one level."""

    series: Series
    condition: AverageIs
    is_met: Sequence[bool]
    days: Sequence[tuple[int, int]] = field(init=False)

    @classmethod
    def of(cls, series: Series, condition: AverageIs) -> "Mean":
        """The mean of a level's values, asked at each of its periods."""
        since = [window_start(period, condition.over) for period in series.periods]
        begins = series.periods[0].first.toordinal() if series.periods else 0
        ends = [int(end) for end in series.ends]
        return cls(series, condition, windows_met(ends, since, series.values, begins, condition.limit))

    def __post_init__(self) -> None:
        days = averaged(
            self.series.ends, self.series.judged, self.series.values, self.is_met, self.condition.limit
        )
        object.__setattr__(self, "days", days)

    def _last(self, as_of: int) -> int:
        return int(np.searchsorted(self.series.ends, as_of, side="left")) - 1

    def holds(self, as_of: int) -> bool:
        """Whether the mean that was judged last satisfies the limit."""
        last = self._last(as_of)
        return last >= 0 and self.is_met[last]

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """The values of the window."""
        last = self._last(day)
        if last < 0:
            return ()
        return self._shown(window_start(self.series.periods[last], self.condition.over), last)

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """The values that the next window would take in."""
        return self._shown(self._next_window(as_of)[1], self._last(as_of))

    def _shown(self, since: int, last: int) -> tuple[Ground, ...]:
        series = self.series
        found = []
        for place in range(int(np.searchsorted(series.ends, since, side="left")), last + 1):
            value = series.values[place]
            if value is not None:
                shown = Ground(*series.name, series.periods[place].name, decimal_text(value))
                found.append(shown)
        return tuple(found)

    def _next_window(self, as_of: int) -> tuple[Period, int]:
        period = period_around(self.series.rule, as_of)
        return period, window_start(period, self.condition.over)

    def _awaiting(self, as_of: int) -> tuple[Period, bool, list[Fraction]]:
        """The next period, whether its window is whole, and the values that lie in it already."""
        series = self.series
        period, since = self._next_window(as_of)
        first, last = int(np.searchsorted(series.ends, since, side="left")), self._last(as_of)
        values = [value for value in series.values[first : last + 1] if value is not None]
        return period, bool(series.periods) and series.periods[0].first.toordinal() <= since, values

    def has_begun(self, as_of: int) -> bool:
        """Whether a value in the next window lies beyond the limit already."""
        return any(self.condition.limit.holds(value) for value in self._awaiting(as_of)[2])

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:
        """The value that would bring the mean over the limit, where a value there lies beyond it already."""
        series, limit = self.series, self.condition.limit
        period, is_whole, values = self._awaiting(as_of)
        if not is_whole or not (has_begun or any(limit.holds(value) for value in values)):
            return ()
        edge = limit.value * (len(values) + 1) - sum(values, start=Fraction(0))
        is_low = limit.side in (BoundSide.BELOW, BoundSide.AT_MOST)
        if is_low and (edge < 0 or (edge == 0 and limit.side is BoundSide.BELOW)):
            return ()
        sides = {BoundSide.BELOW: "below", BoundSide.ABOVE: "above"}
        side = sides.get(limit.side, "at most" if is_low else "at least")
        shown, wanted = decimal_text(edge, places=6), decimal_text(limit.value)
        sentence = (
            f"{series.level} on {series.service} {side} {shown} in {period.name}: the mean over "
            f"{self.condition.over} would be {side} {wanted}, after {', '.join(decimal_text(v) for v in values)}."
        )
        subject = ("level", *series.name)
        return (NextEvent(_RANK, period.last.toordinal(), subject, lambda: sentence),)


def averaged(
    ends: Iterable[int],
    judged: Iterable[int],
    values: Sequence[Fraction | None],
    is_met: Sequence[bool],
    limit: Bound,
) -> tuple[tuple[int, int], ...]:
    """The days after the periods with which the mean first satisfied a limit, or was pushed further beyond it."""
    found = []
    was_met = False
    for end, day, value, holds in zip(ends, judged, values, is_met, strict=True):
        if holds and value is not None and (limit.holds(value) or not was_met):
            found.append((int(end) + 1, int(day)))
        was_met = holds
    return tuple(found)


def windows_met(
    ends: Sequence[int], since: Sequence[int], values: Sequence[Fraction | None], begins: int, limit: Bound
) -> list[bool]:
    """Whether the mean over each period's window satisfies a limit, where the window is whole (from ``begins`` on)."""
    found = []
    for place, start in enumerate(since):
        if values[place] is None or begins > start:
            found.append(False)
            continue
        first = bisect_left(ends, start)
        mean = mean_of([value for value in values[first : place + 1] if value is not None])
        found.append(mean is not None and limit.holds(mean))
    return found
