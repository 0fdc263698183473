"""The metric `success`: percent of good samples, all together or interval by interval.

The problem: "error rate" means two things in published contracts: all failed requests over all requests, or the mean
over five-minute intervals of each interval's rate, in which a quiet night weighs as much as a busy noon (E21).

Example: intervals of 90/100 and 0/1 are 90/101 = 89.109 % pooled, and (90 % + 0 %) / 2 = 45 % as an interval mean.

Limits: intervals start at the period's start; one without requests is left out (ruling 21).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Aggregate, SuccessMetric
from domain.evidence import Coded, Exact, SampleColumns
from domain.explanation import Value, number, rule
from domain.measure.tally import Form, Tally, value_of


def measure_success(rows: SampleColumns, metric: SuccessMetric, start: int, end: int, provider: str) -> Tally:
    """The samples of one level in [start, end), by interval; pooled samples are one row a sample."""
    inside = rows.measure.rows_in((metric.measure,)) & (rows.at >= start) & (rows.at < end)
    kept = rows.take(inside)
    if metric.aggregate is Aggregate.POOLED or not metric.interval:
        return Tally(
            Form.PERCENT, _everybody(len(kept), provider), kept.good, kept.total, kept.at, kept.at,
            _unnamed(len(kept)), kept.place,
        )  # fmt: skip
    which, index = np.unique((kept.at - start) // metric.interval, return_inverse=True)
    good, total = (_by_interval(column, index.reshape(-1), len(which)) for column in (kept.good, kept.total))
    asked = np.array([bool(units) for units in total.units], dtype=np.bool_)
    begins = (start + which * metric.interval)[asked]
    count = int(asked.sum())
    return Tally(
        Form.PERCENT, _everybody(count, provider), good.take(asked), total.take(asked), begins,
        begins + metric.interval, _unnamed(count), None, of_rates=True,
    )  # fmt: skip


def _by_interval(column: Exact, index: NDArray[np.int64], count: int) -> Exact:
    units = np.zeros(count, dtype=column.units.dtype)
    np.add.at(units, index, column.units)
    return Exact(units, column.scale)


def _everybody(count: int, provider: str) -> Coded:
    return Coded(np.zeros(count, dtype=np.int32), (provider,))


def _unnamed(count: int) -> Coded:
    return Coded(np.full(count, -1, dtype=np.int32), ())


@rule("success/1")
def _success(arguments: Mapping[str, Value]) -> Value:
    value = value_of(Form.PERCENT, number(arguments, "numerator"), number(arguments, "denominator"))
    return "NO_DATA" if value is None else value
