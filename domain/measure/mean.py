"""The metric `mean`: the sum of numerators / the sum of denominators of counts.

The problem: the average speed of answer of a month is all seconds waited over all calls, not the mean of the days'
averages: a quiet Sunday must not weigh like a busy Monday.

Example: 1,000 s over 100 calls and 30 s over 1 call are 1030/101 = 10.198 s a call.

Limits: the value is in whatever unit the numerator counts; with a zero denominator there is none.
"""

from collections.abc import Mapping

from domain.evidence import CountColumns
from domain.explanation import Value, number, rule
from domain.measure.counts import Counted, tally_counts
from domain.measure.tally import Form, Tally, value_of


def measure_mean(rows: CountColumns, which: Counted) -> Tally:
    """The counts of one level in one period."""
    return tally_counts(rows, which, Form.QUOTIENT)


@rule("mean/1")
def _mean(arguments: Mapping[str, Value]) -> Value:
    value = value_of(Form.QUOTIENT, number(arguments, "numerator"), number(arguments, "denominator"))
    return "NO_DATA" if value is None else value
