"""The metric `onTime`: percent of items delivered by their due time.

The problem: a report, a change or a parcel is either there when it was promised or it is not, and one that never came
is late, not missing from the count.

Example: four reports due in May, three delivered in time and one never: 75 %.

Limits: an item belongs to the period that its due time falls in (ruling 21). One that is due later than what is known
so far counts once it has been delivered. Delivered at the due instant is in time.
"""

from collections.abc import Mapping

import numpy as np

from domain.evidence import NEVER, Coded, DeliverableColumns, Exact
from domain.explanation import Value, number, rule
from domain.measure.tally import Form, Tally, value_of


def measure_on_time(
    rows: DeliverableColumns, measure: str, start: int, end: int, horizon: int, provider: str
) -> Tally:
    """The items of one level due in [start, end), as known before ``horizon``."""
    delivered = np.where(rows.delivered < horizon, rows.delivered, NEVER)
    inside = rows.measure.rows_in((measure,)) & (rows.due >= start) & (rows.due < end)
    inside &= (rows.due < horizon) | (delivered != NEVER)
    kept, done = rows.take(inside), delivered[inside]
    in_time = (done <= kept.due).astype(np.int64)
    count = len(kept)
    return Tally(
        Form.PERCENT, Coded(np.zeros(count, dtype=np.int32), (provider,)), Exact(in_time, 1),
        Exact(np.ones(count, dtype=np.int64), 1), kept.due, np.where(done == NEVER, min(horizon, end), done),
        kept.item_id, kept.place,
    )  # fmt: skip


@rule("on-time/1")
def _on_time(arguments: Mapping[str, Value]) -> Value:
    value = value_of(Form.PERCENT, number(arguments, "inTime"), number(arguments, "counted"))
    return "NO_DATA" if value is None else value
