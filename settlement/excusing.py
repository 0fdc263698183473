"""Which tickets, items and rows of a measure are excused, and by what.

The problem: a relief names tickets or items, or excuses a span of time in which something fell due or was counted. Each
kind of evidence has its own meaning of "excused", and it must be the same for every metric of that kind.

- Tickets and items named by a relief leave numerator and denominator (ruling 22).
- An item is late for as long as it was late outside relieved time: where nothing is left, it counts as in time, or,
  with ``relieved: removed``, leaves the count.
- A sample taken in relieved time, and a count that lies wholly within it, leave both sums. A total that is promised to
  be at least so much loses nothing by that, so there its rows stay.
- A ticket's clock stands still in relieved time (`Measuring.window_around`).

Example: an item due on the 10th and delivered on the 14th, the 9th to the 15th being relieved, is in time.

Limits: what the consumer's own duties excuse is worked out in `settlement.duties`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.agreements import Direction, OnTimeMetric, TotalMetric
from domain.attainment import LevelOn
from domain.intervals import Intervals
from domain.measure.excused import Excused, ExcusedRows
from domain.measure.tally import Tally
from domain.measure.within import TicketMeasure
from domain.relief import Relief

if TYPE_CHECKING:
    from datetime import date

    from settlement.measuring import Measuring

__all__ = ["by_relief", "excused_rows", "excused_tickets"]


def by_relief(relief: Relief, *, is_removed: bool = True) -> Excused:
    """What a relief says of a row."""
    return Excused(relief.cause, f"relief {relief.name}", relief.clause, is_removed=is_removed)


def excused_tickets(measuring: Measuring, of: LevelOn, measure: TicketMeasure) -> ExcusedRows:
    """The tickets that leave the count, by their position in the measure."""
    named = measuring.excuses.of(of).tickets
    if not named:
        return {}
    return {
        position: by_relief(named[name]) for position, name in enumerate(measure.names()) if name in named
    }


def excused_rows(measuring: Measuring, of: LevelOn, tally: Tally, day: date) -> ExcusedRows:
    """The items, samples or counts that are excused, by their position in the tally."""
    if isinstance(of.level.metric, OnTimeMetric):
        return _items(measuring, of, tally)
    relief = measuring.excuses.of(of)
    target = of.level.target.on(day)
    is_floor = target is not None and target.direction is Direction.AT_LEAST
    if isinstance(of.level.metric, TotalMetric) and is_floor:
        return {}
    found: dict[int, Excused] = {}
    for each, time in relief.spans:
        for row in range(len(tally)):
            start, end = int(tally.at[row]), int(tally.until[row])
            if any(first <= start and max(end, start + 1) <= last for first, last in time.pairs()):
                found.setdefault(row, by_relief(each))
    return found


def _items(measuring: Measuring, of: LevelOn, tally: Tally) -> ExcusedRows:
    relief = measuring.excuses.of(of)
    found: dict[int, Excused] = {}
    for row in range(len(tally)):
        named = relief.items.get(tally.label[row] or "")
        if named is not None:
            found[row] = by_relief(named)
        elif relief.spans and not tally.numerator[row]:
            late = Intervals.of([(int(tally.at[row]), int(tally.until[row]))])
            if late and not late - relief.time:
                causes = [(each, (late & time).total()) for each, time in relief.spans]
                longest = max(causes, key=lambda pair: pair[1])[0]
                found[row] = by_relief(longest, is_removed=of.level.removes_relieved)
    return found
