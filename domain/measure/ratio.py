"""The metric `ratio`: 100 x the sum of numerators / the sum of denominators of counts.

The problem: first-contact resolution, abandonment, calls answered in time and satisfaction are all parts of a whole,
and the mean of weekly percentages is not the percentage of the month: the sums are divided, not the quotients averaged.

Example: weeks of 90/100 and 10/100 calls in time are 100/200, 50 %; the same with 10/50 are 100/150, 66.67 %.

Limits: with a zero denominator there is no value.
"""

from collections.abc import Mapping

from domain.evidence import CountColumns
from domain.explanation import Value, number, rule
from domain.measure.counts import Counted, tally_counts
from domain.measure.tally import Form, Tally, value_of


def measure_ratio(rows: CountColumns, which: Counted) -> Tally:
    """The counts of one level in one period."""
    return tally_counts(rows, which, Form.PERCENT)


@rule("ratio/1")
def _ratio(arguments: Mapping[str, Value]) -> Value:
    value = value_of(Form.PERCENT, number(arguments, "numerator"), number(arguments, "denominator"))
    return "NO_DATA" if value is None else value
