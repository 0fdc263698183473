"""Which tickets, items and rows of a measure are excused, and by what.

The problem: a relief names tickets or items, or excuses a span of time in which something fell due or was counted. Each
kind of evidence has its own meaning of "excused", and it must be the same for every metric of that kind.

- Tickets and items named by a relief leave numerator and denominator (ruling 22).
- An item is late for as long as it was late outside relieved time: where nothing is left, it counts as in time, or,
  with ``relieved: removed``, leaves the count.
- A sample taken in relieved time, and a count that lies wholly within it, leave both sums. A total that is promised to
  be at least so much loses nothing by that, so there its rows stay.
- A ticket or an item is excused by a late duty of the consumer's on the same id, where it is late by no more than the
  duty was, or always where it is enough that a cause contributed (ruling 23). Of a `duration`, where nothing is late,
  such a ticket leaves the statistic.
- A ticket's clock stands still in relieved time (`Measuring.window_around`).

Example: an item due on the 10th and delivered on the 14th, the 9th to the 15th being relieved, is in time.

Limits: which duties are late, and by how much, is worked out in `settlement.duties`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.agreements import Direction, DurationMetric, OnTimeMetric, TotalMetric
from domain.attainment import LevelOn
from domain.intervals import Intervals
from domain.measure.excused import Excused, ExcusedRows
from domain.measure.tally import Tally
from domain.measure.within import TicketMeasure
from domain.relief import Relief
from settlement.days import known_until
from settlement.duties import LateDuty, late_duties, moved_text

if TYPE_CHECKING:
    from datetime import date

    from settlement.measuring import Measuring

__all__ = ["by_relief", "excused_rows", "excused_tickets"]


def by_relief(relief: Relief, *, is_removed: bool = True) -> Excused:
    """What a relief says of a row."""
    return Excused(relief.cause, relief.label, relief.clause, is_removed=is_removed)


def excused_tickets(measuring: Measuring, of: LevelOn, measure: TicketMeasure) -> ExcusedRows:
    """The tickets that leave the count, by their position in the measure."""
    named, late = measuring.excuses.of(of).tickets, late_duties(measuring, of)
    if not named and not late:
        return {}
    found: dict[int, Excused] = {}
    for position, name in enumerate(measure.names()):
        if name in named:
            found[position] = by_relief(named[name])
        elif name in late and _is_excused(of, measure, position, late[name]):
            found[position] = late[name].said()
    return found


def _is_excused(of: LevelOn, measure: TicketMeasure, position: int, late: LateDuty) -> bool:
    """Whether a late duty excuses a ticket: what is in time needs no excuse."""
    if isinstance(of.level.metric, DurationMetric):
        return True
    over = int(measure.elapsed[position] - measure.threshold[position])
    return bool(measure.late[position]) and late.excuses(over, of.agreement.relief_test)


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
    relief, late_items = measuring.excuses.of(of), late_duties(measuring, of)
    found: dict[int, Excused] = {}
    for row in range(len(tally)):
        named = relief.items.get(tally.label[row] or "")
        duty = late_items.get(tally.label[row] or "")
        if named is not None:
            found[row] = by_relief(named)
        elif duty is not None and (excuse := _moved(measuring, of, tally, row, duty)) is not None:
            found[row] = excuse
        elif relief.spans and not tally.numerator[row]:
            late = Intervals.of([(int(tally.at[row]), int(tally.until[row]))])
            if late and not late - relief.time:
                causes = [(each, (late & time).total()) for each, time in relief.spans]
                longest = max(causes, key=lambda pair: pair[1])[0]
                found[row] = by_relief(longest, is_removed=of.level.removes_relieved)
    return found


def _moved(measuring: Measuring, of: LevelOn, tally: Tally, row: int, late: LateDuty) -> Excused | None:
    """The excuse of a late item whose date moves with a late duty; None where it is in time, or later still."""
    due, done = int(tally.at[row]), int(tally.until[row])
    if tally.numerator[row]:
        return None
    horizon = known_until(measuring.as_of)
    moved = late.moved(due)
    if is_open(measuring, of, tally, row):
        # What has not come either is late by all that is known, and more; until the moved date it is not late yet.
        lateness = None if moved is None or moved < horizon else horizon - due
    else:
        lateness = done - due
    return late.said(moved_text(due, late)) if late.excuses(lateness, of.agreement.relief_test) else None


def is_open(measuring: Measuring, of: LevelOn, tally: Tally, row: int) -> bool:
    """Whether an item had not been delivered when the settlement looked."""
    metric = of.level.metric
    rows = measuring.evidence.deliverables((of.service,))
    if not isinstance(metric, OnTimeMetric):
        return False
    chosen = rows.measure.rows_in((metric.measure,)) & rows.item_id.rows_in((tally.label[row] or "",))
    return bool((rows.delivered[chosen] >= known_until(measuring.as_of)).all())
