"""The metric `total`: the sum of the numerators of counts.

The problem: leads delivered, deals closed, P1s raised, a backlog: what is promised is an amount, not a part.

Example: 120 and 230 leads are 350, 100 short of a promise of 450.

Limits: a month without any row has no value: nothing was counted, which is not the same as zero.
"""

from collections.abc import Mapping

from domain.evidence import CountColumns
from domain.explanation import Value, number, rule
from domain.measure.counts import Counted, tally_counts
from domain.measure.tally import Form, Tally


def measure_total(rows: CountColumns, which: Counted) -> Tally:
    """The counts of one level in one period."""
    return tally_counts(rows, which, Form.SUM)


@rule("total-of-counts/1")
def _total(arguments: Mapping[str, Value]) -> Value:
    return number(arguments, "numerator") if number(arguments, "rows") else "NO_DATA"
