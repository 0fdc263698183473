"""The steps behind a sum: which rows were added, and what they came to.

The problem: a percentage of counts can only be checked by somebody who sees the counts; each metric of sums has its own
rule for the value, and all have the same steps below it.

Example: the node ``ratio/1`` has the steps ``numerator`` and ``denominator``, each the sum of the rows it lists.

Limits: rows of one party and one instant are added before they are listed, and of more than `MOST_ROWS` those of one
day (UTC), so that a month of samples a minute can be read.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from domain.errors import PrivityError
from domain.explanation import Value, Worked, rule, work
from domain.instants import isoformat
from domain.measure.excused import ExcusedRows
from domain.measure.tally import Tally, added
from domain.metrics import OnTimeMetric, TallyMetric, TotalMetric

MOST_ROWS: Final = 400
_DAY: Final = 86_400_000_000
_RULES: Final = {"ratio": "ratio/1", "mean": "mean/1", "success": "success/1"}

Row = tuple[str, str, Fraction]


def explain_tally(
    tally: Tally,
    metric: TallyMetric,
    excused: ExcusedRows,
    *,
    clause: str | None,
    period: str,
    sources: Mapping[str, str],
) -> Worked:
    """The value of a metric of sums with its steps; of onTime these are named ``inTime`` and ``counted``.

    ``tally`` has the ``excused`` rows too; what they take off or add stands beside the rows.
    """
    above, below = _listed(tally)
    less, more = _excuses(tally, excused)
    steps = ("inTime", "counted") if isinstance(metric, OnTimeMetric) else ("numerator", "denominator")
    numerator = _sum(steps[0], above, period, sources, less[0], more)
    if isinstance(metric, TotalMetric):
        rows: dict[str, Value] = {"rows": Fraction(len(tally) - len(less[0]))}
        return work("value", "total-of-counts/1", rows, [numerator], clause=clause, period=period)
    denominator = _sum(steps[1], below, period, sources, less[1])
    name = "on-time/1" if isinstance(metric, OnTimeMetric) else _RULES[metric.kind]
    return work("value", name, {}, [numerator, denominator], clause=clause, period=period)


def _sum(
    name: str,
    rows: list[Row],
    period: str,
    sources: Mapping[str, str],
    less: Sequence[Row] = (),
    more: Sequence[Row] = (),
) -> Worked:
    if not less and not more:
        return work(name, "sum-of-rows/1", {"rows": tuple(rows)}, period=period, sources=sources)
    terms: dict[str, Value] = {"rows": tuple(rows), "relieved": tuple(less), "relievedAsGood": tuple(more)}
    return work(name, "sum-of-rows-relieved/1", terms, period=period, sources=sources)


def _excuses(tally: Tally, excused: ExcusedRows) -> tuple[tuple[list[Row], list[Row]], list[Row]]:
    """What excused rows take off the numerator and the denominator, and what those excused in place add."""
    above: list[Row] = []
    below: list[Row] = []
    more: list[Row] = []
    for row in sorted(excused):
        each, numerator, denominator = excused[row], tally.numerator[row], tally.denominator[row]
        label = tally.label[row] or isoformat(int(tally.at[row]))
        if tally.of_rates:
            numerator, denominator = numerator / denominator, Fraction(1)
        if each.is_removed:
            above.append((label, each.text(), numerator))
            below.append((label, each.text(), denominator))
        else:
            more.append((label, each.text(), denominator - numerator))
    return (above, below), more


def _listed(tally: Tally) -> tuple[list[Row], list[Row]]:
    """Numerators and denominators by party and by item, instant or day."""
    step = _DAY if len(tally) > MOST_ROWS else 1
    above: dict[tuple[int, str, str], list[Fraction]] = {}
    below: dict[tuple[int, str, str], list[Fraction]] = {}
    for row in range(len(tally)):
        label = tally.label[row] or "" if step == 1 else ""
        key = (int(tally.at[row]) // step * step, tally.party[row] or "", label)
        numerator, denominator = tally.numerator[row], tally.denominator[row]
        if tally.of_rates:
            numerator, denominator = numerator / denominator, Fraction(1)
        above.setdefault(key, []).append(numerator)
        below.setdefault(key, []).append(denominator)
    rows = [
        [
            (label or isoformat(at), party, added(parts[at, party, label]))
            for at, party, label in sorted(parts)
        ]
        for parts in (above, below)
    ]
    return rows[0], rows[1]


@rule("sum-of-rows/1")
def _sum_of_rows(arguments: Mapping[str, Value]) -> Value:
    return _total(arguments, "rows")


@rule("sum-of-rows-relieved/1")
def _sum_of_rows_relieved(arguments: Mapping[str, Value]) -> Value:
    """The sum of rows less those that are excused, and with what those excused in place fall short of."""
    return _total(arguments, "rows") - _total(arguments, "relieved") + _total(arguments, "relievedAsGood")


def _total(arguments: Mapping[str, Value], name: str) -> Fraction:
    rows = arguments[name]
    if not isinstance(rows, tuple):
        raise PrivityError(f"The term {name} must be a list of what, whose and how much.")
    return added(row[2] for row in rows if isinstance(row, tuple) and isinstance(row[2], Fraction))
