"""The credit scheme `schedule`: a table of cumulative downtime.

Example (E19): up to 10 minutes 0, up to 45 minutes 5 %, up to 4 h 10 %, up to 8 h 20 % ...: exactly 4 h is 10 %, one
second more 20 %.

Limits: downtime is an availability's counted downtime, after relief, or the time that a `duration` came to. A level
that measures no time has no credit by it, and the lint says so. Downtime beyond the last step, where the table has no
``beyond``, costs what the last step does: longer is never cheaper.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import ScheduleCredit, ScheduleStep, StepUnit
from domain.credits.miss import Case, Earned, explain_failed, failing
from domain.credits.worth import earned_by, in_percent, read, rows, written
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain", "step_of"]


def step_of(limits: tuple[int | None, ...], downtime: Fraction) -> int:
    """Which step holds a downtime in microseconds: the shortest that is long enough, its end included."""
    order = sorted(range(len(limits)), key=lambda place: (limits[place] is None, limits[place] or 0))
    for place in order:
        limit = limits[place]
        if limit is None or downtime <= limit:
            return place
    return order[-1]


def earn(credit: ScheduleCredit, case: Case) -> Earned:
    """What the downtime of a miss costs."""
    miss = case.miss
    downtime = failing(case.level.metric, miss.target, miss.whole, StepUnit.TIME, miss.value)
    if downtime is None:
        return Earned(Fraction(0))
    step = credit.steps[step_of(tuple(step.up_to for step in credit.steps), downtime)]
    return earned_by(in_percent(step, case.days))


def explain(credit: ScheduleCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    failed = explain_failed(case, StepUnit.TIME, value)
    if failed is None:
        return work("amount", "unmeasured/1", {"unit": "time"}, [compared, base], clause=case.level.clause)
    terms: dict[str, Value] = {"schedule": tuple(_row(in_percent(step, case.days)) for step in credit.steps)}
    source = {"schedule": case.source}
    return work("amount", "schedule/1", terms, [failed, base], clause=case.level.clause, sources=source)


def _row(step: ScheduleStep) -> Value:
    return ("beyond" if step.up_to is None else Fraction(step.up_to), *written(step))


@rule("schedule/1")
def _schedule(arguments: Mapping[str, Value]) -> Value:
    steps = rows(arguments["schedule"])
    place = step_of(tuple(_limit(row[0]) for row in steps), number(arguments, "failed"))
    _, kind, worth = steps[place]
    return read(kind, worth).amount(number(arguments, "base"))


def _limit(limit: Value) -> int | None:
    if limit == "beyond":
        return None
    if not isinstance(limit, Fraction):
        raise PrivityError(f"A step of a schedule ends after so many microseconds, not {limit!r}.")
    return int(limit)
