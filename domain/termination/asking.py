"""From a condition and the facts to when it was met.

The problem: each kind of condition counts something else (periods, months, outages), but an umbrella counts over all
its parts together, and everything has to be told in sentences with figures.

Example: ``asked(Misses(3, None, Duration(months=6)), facts)`` of a level that missed January, March and June is met on
1 July.

Limits: what is counted comes from the facts; nothing is measured here.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import floor

import numpy as np

from domain.durations import Duration
from domain.instants import HOUR
from domain.money import decimal_text
from domain.periods import Period
from domain.termination.facts import (
    Days,
    Facts,
    Flags,
    MonthFact,
    OutageDays,
    Series,
    period_around,
    window_start,
)
from domain.termination.mean import Mean
from domain.termination.meeting import (
    AllMet,
    AnyMet,
    Fixed,
    Ground,
    Met,
    Rolling,
    Run,
    Upcoming,
    day_text,
)
from domain.termination.terms import (
    AllParts,
    AnyPart,
    AverageIs,
    Condition,
    Convenience,
    CreditsAtCap,
    CreditsReach,
    EventRecorded,
    Misses,
    OutageHoursExceed,
    OutagesExceed,
    PointsReach,
    ValueIs,
)
from domain.termination.windows import BROKEN, COUNTED, PASSED_OVER
from domain.termination.wording import SIDES

__all__ = ["asked", "month_ground", "weight_of"]

# How small an event is beside others that would do as well: an outage is less than a missed period, that is less than
# a missed minimum or a value as bad as that, and a month's credits come of several failures.
_OUTAGE, _MISS, _MINIMUM, _VALUE, _MONEY = range(5)


def asked(condition: Condition, facts: Facts) -> Met:
    """When a condition was met in the past that the facts tell."""
    match condition:
        case AnyPart():
            return _any([asked(part, facts) for part in condition.parts])
        case AllParts():
            return AllMet([asked(part, facts) for part in condition.parts])
        case Misses() if condition.in_a_row:
            return _runs(condition, facts)
        case Misses():
            return _misses(condition, facts)
        case ValueIs():
            alone = Misses(1, condition.of, value=condition.limit)
            return _any(
                [_rolling_misses(alone, [each], is_alone=True) for each in facts.levels(condition.of)]
            )
        case AverageIs():
            return _any([Mean.of(each, condition) for each in facts.levels(condition.of)])
        case CreditsReach() | CreditsAtCap() | PointsReach():
            return _months(condition, facts.months())
        case OutagesExceed() | OutageHoursExceed():
            return _outages(condition, facts)
        case Convenience():
            return Fixed(
                (facts.begins,),
                lambda day: Ground("", None, None, day_text(day), "no cause is needed"),
                is_free=True,
            )
        case EventRecorded():
            return Fixed(facts.events(condition.event), lambda day: _event(condition.event, day))


def _event(event: str, day: int) -> Ground:
    return Ground("", None, None, day_text(day), f"{event} was recorded")


# ----------------------------------------------------------------------------------------- misses of periods


def _counts(condition: Misses, series: Series) -> Flags:
    """Which periods count: missed ones, or those whose value satisfies the condition's own limit."""
    if condition.value is not None:
        limit = condition.value
        found = (value is not None and limit.holds(value) for value in series.values)
        return np.fromiter(found, dtype=np.bool_, count=len(series.values))
    return series.missed_minimum if condition.against_minimum else series.missed


def _misses(condition: Misses, facts: Facts) -> Met:
    levels = facts.levels(condition.of)
    if facts.adds_up:
        return _rolling_misses(condition, levels)
    return _any([_rolling_misses(condition, [each]) for each in levels])


def _rolling_misses(condition: Misses, levels: Sequence[Series], *, is_alone: bool = False) -> Rolling:
    """The counted periods of some levels together, each in the window that its own periods make."""
    columns = [_columns(condition, series, is_alone=is_alone) for series in levels]
    ends, since, weights, judged = (_joined([column[i] for column in columns]) for i in range(4))
    places = [(series, i) for series in levels for i in range(len(series.periods))]
    order = np.argsort(ends, kind="stable")
    in_order = ends[order]

    def ground(row: int) -> Ground:
        series, place = places[order[row]]
        return _missed(condition, series, place)

    def window(as_of: int) -> int | None:
        last = int(np.searchsorted(in_order, as_of, side="left")) - 1
        return int(since[order[last]]) if last >= 0 else None

    def upcoming(as_of: int) -> Iterable[Upcoming]:
        for series in levels:
            period = period_around(series.rule, as_of)
            start = period.first.toordinal() if is_alone else window_start(period, condition.within)
            yield _next_miss(condition, series, period, start)

    struck = [
        (int(series.ends[i]), _missed(condition, series, i))
        for series in levels
        for i in sorted(series.struck)
    ]
    return Rolling(
        in_order, since[order], weights[order], judged[order], condition.count, ground, struck, window, upcoming
    )  # fmt: skip


def _columns(condition: Misses, series: Series, *, is_alone: bool) -> tuple[Days, Days, Days, Days]:
    if is_alone:
        starts = (period.first.toordinal() for period in series.periods)
    else:
        starts = (window_start(period, condition.within) for period in series.periods)
    since = np.fromiter(starts, dtype=np.int64, count=len(series.periods))
    return series.ends, since, _counts(condition, series).astype(np.int64), series.judged


def _joined(columns: Sequence[Days]) -> Days:
    return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)


def _missed(condition: Misses, series: Series, place: int) -> Ground:
    value = series.unexcused.get(place, series.values[place])
    shown = "no value" if value is None else decimal_text(value)
    day = int(series.judged[place])
    if condition.value is not None:
        what = f"{shown}, {_limit(condition)}"
    elif condition.against_minimum:
        what = f"{shown}, against a minimum of {series.promise(day, is_minimum=True)}"
    else:
        what = f"{shown}, against a target of {series.promise(day)}"
    return Ground(*series.name, series.periods[place].name, what, series.struck.get(place), is_breach=True)


def _limit(condition: Misses) -> str:
    if condition.value is None:
        return "a miss"
    return f"{SIDES[condition.value.side]} {decimal_text(condition.value.value)}"


def _next_miss(condition: Misses, series: Series, period: Period, since: int) -> Upcoming:
    rank = _VALUE if condition.value is not None else _MINIMUM if condition.against_minimum else _MISS

    def tell(counted: Sequence[Ground], wanted: int) -> str:  # noqa: ARG001 - one miss is one miss
        run = "in a row" if condition.in_a_row else _within(condition.within)
        before = ", ".join(dict.fromkeys(ground.period for ground in counted))
        event = f"{series.level} on {series.service} {_failing(condition, series, period)} in {period.name}"
        if not before:  # What is counted already is counted by another part of the condition.
            return f"{event}."
        return f"{event}: it would be number {len(counted) + 1} {run}, after {before}."

    return Upcoming(since, period.last.toordinal(), 1, rank, ("level", *series.name), tell)


def _failing(condition: Misses, series: Series, period: Period) -> str:
    """What would be a failure of the kind that a condition counts."""
    day = period.first.toordinal()
    if condition.value is not None:
        return f"at a value {_limit(condition)}"
    if condition.against_minimum:
        return f"missing its minimum of {series.promise(day, is_minimum=True)}"
    return f"missing its target of {series.promise(day)}"


def _within(within: Duration | None) -> str:
    return "in the term" if within is None else f"within {within}"


def _runs(condition: Misses, facts: Facts) -> Met:
    levels = facts.levels(condition.of)
    if facts.adds_up and len(levels) > 1:
        return _run_over(condition, levels)
    return _any([_run_over(condition, [each]) for each in levels])


def _run_over(condition: Misses, levels: Sequence[Series]) -> Run:
    """A run of periods in each of which at least one of the levels was missed (as a rule there is one level)."""
    rows: dict[int, tuple[int, Series, int]] = {}
    for series in levels:
        for place, (end, state) in enumerate(
            zip(series.ends.tolist(), _states(condition, series), strict=True)
        ):
            known = rows.get(end)
            # A miss of any of them counts; a period is passed over where nothing else can be said of it.
            if known is None or _WEIGHT[state] > _WEIGHT[known[0]]:
                rows[end] = (state, series, place)
    ends = sorted(rows)
    chosen = [rows[end] for end in ends]
    follows = [
        index > 0 and series.periods[place].first.toordinal() <= ends[index - 1] + 1
        for index, (_, series, place) in enumerate(chosen)
    ]

    def upcoming(as_of: int) -> Iterable[Upcoming]:
        for series in levels:
            period = period_around(series.rule, as_of)
            yield _next_miss(condition, series, period, period.first.toordinal())

    return Run(
        np.array(ends, dtype=np.int64),
        np.array([int(series.judged[place]) for _, series, place in chosen], dtype=np.int64),
        [state for state, _, _ in chosen], follows, condition.count,
        lambda row: _missed(condition, *chosen[row][1:]), upcoming,
    )  # fmt: skip


_WEIGHT = {BROKEN: 0, PASSED_OVER: 1, COUNTED: 2}


def _states(condition: Misses, series: Series) -> list[int]:
    states: list[int] = np.where(_counts(condition, series), COUNTED, BROKEN).tolist()
    for place in series.struck:
        if states[place] != COUNTED:
            states[place] = PASSED_OVER
    return states


def _any(parts: Sequence[Met]) -> Met:
    """One of several is enough; of one alone, that one."""
    return parts[0] if len(parts) == 1 else AnyMet(parts)


# ------------------------------------------------------------------------------------------------ the months


def _months(condition: CreditsReach | CreditsAtCap | PointsReach, months: Sequence[MonthFact]) -> Rolling:
    scale, weigh, least, most = _weighing(condition, months)
    ends = np.array([fact.month.last.toordinal() for fact in months], dtype=np.int64)
    since = np.array([window_start(fact.month, condition.within) for fact in months], dtype=np.int64)
    weights = np.array([int(weigh(fact) * scale) for fact in months], dtype=np.int64)
    judged = np.array([fact.judged for fact in months], dtype=np.int64)

    def window(as_of: int) -> int | None:
        last = int(np.searchsorted(ends, as_of, side="left")) - 1
        return int(since[last]) if last >= 0 else None

    def upcoming(as_of: int) -> Iterable[Upcoming]:
        if not months:
            return
        month = period_around(months[-1].month.rule, as_of)
        start = window_start(month, condition.within)

        def tell(counted: Sequence[Ground], wanted: int) -> str:
            before = ", ".join(ground.period for ground in counted)
            told = f"{_next_money(condition, Fraction(wanted, scale))} in {month.name}"
            return f"{told}, after {before}." if before else f"{told}."

        yield Upcoming(start, month.last.toordinal(), most, _MONEY, ("money",), tell)

    return Rolling(
        ends, since, weights, judged, least, lambda row: month_ground(condition, months[row]), (), window, upcoming
    )  # fmt: skip


def _weighing(
    condition: CreditsReach | CreditsAtCap | PointsReach, months: Sequence[MonthFact]
) -> tuple[int, Callable[[MonthFact], Fraction], int, int]:
    """The scale of the weights, what a month weighs, how much is needed, and the most that a month can add."""
    if not isinstance(condition, PointsReach):
        return 1, lambda fact: weight_of(condition, fact), condition.months, 1
    numbers = [condition.points, *(each for fact in months for each in (fact.points, fact.most_points))]
    scale = int(np.lcm.reduce([number.denominator for number in numbers]))
    most = max((fact.most_points for fact in months[-1:]), default=Fraction(0))
    return scale, lambda fact: weight_of(condition, fact), int(condition.points * scale), int(most * scale)


def weight_of(condition: CreditsReach | CreditsAtCap | PointsReach, fact: MonthFact) -> Fraction:
    """How much a month weighs: its points, or one where its credits are as large as the condition says."""
    match condition:
        case PointsReach():
            return fact.points
        case CreditsReach():
            return Fraction(_reaches(condition, fact))
        case CreditsAtCap():
            return Fraction(fact.cap is not None and fact.net == fact.cap > 0)


def _reaches(condition: CreditsReach, fact: MonthFact) -> bool:
    if condition.amount is not None:
        return fact.net >= condition.amount.fraction
    charges = fact.charges.get(condition.base, Fraction(0))
    # Where nothing is charged, no credit is a percentage of it.
    return fact.net > 0 and fact.net >= (condition.percent or Fraction(0)) * charges / 100


def month_ground(condition: CreditsReach | CreditsAtCap | PointsReach, fact: MonthFact) -> Ground:
    """A month as a condition on its money counts it, with what it came to."""
    if isinstance(condition, PointsReach):
        what = f"{decimal_text(fact.points)} service points"
    elif isinstance(condition, CreditsAtCap):
        what = f"net credits of {decimal_text(fact.net)}, the monthly cap"
    elif condition.amount is not None:
        what = f"net credits of {decimal_text(fact.net)}"
    else:
        charges = fact.charges.get(condition.base, Fraction(0))
        what = f"net credits of {decimal_text(fact.net)} of {decimal_text(charges)} charged"
    return Ground("", None, None, fact.month.name, what)


def _next_money(condition: CreditsReach | CreditsAtCap | PointsReach, wanted: Fraction) -> str:
    if isinstance(condition, PointsReach):
        return f"{decimal_text(wanted)} or more service points"
    if isinstance(condition, CreditsAtCap):
        return "Net credits at the monthly cap"
    if condition.amount is not None:
        return f"Net credits of {condition.amount.text()} or more"
    return f"Net credits of {decimal_text(condition.percent or Fraction(0))} % or more of the charges"


# ----------------------------------------------------------------------------------------------- the outages


def _outages(condition: OutagesExceed | OutageHoursExceed, facts: Facts) -> Met:
    longer_than = condition.longer_than if isinstance(condition, OutagesExceed) else 0
    in_hours = isinstance(condition, OutageHoursExceed)
    found = facts.outages(condition.of, longer_than, in_hours=in_hours)
    if facts.adds_up:
        return _outages_over(condition, found)
    return _any([_outages_over(condition, [each]) for each in found])


def _outages_over(condition: OutagesExceed | OutageHoursExceed, found: Sequence[OutageDays]) -> Rolling:
    """The outages, or the hours, of some services together in windows that end with each of their days."""
    is_count = isinstance(condition, OutagesExceed)
    scale = int(np.lcm.reduce([each.scale for each in found])) if found else 1
    days = _joined([each.began if is_count else each.down_days for each in found])
    weights = _joined([(each.weights if is_count else each.down) * (scale // each.scale) for each in found])
    sizes = [len(each.began if is_count else each.down_days) for each in found]
    owners = np.repeat(np.arange(len(found)), sizes)
    order = np.argsort(days, kind="stable")
    days, weights, owners = days[order], weights[order], owners[order]
    limit = _limit_of(condition) * scale
    since = _starts(days, condition.within)

    def ground(row: int) -> Ground:
        each = found[owners[row]]
        shown = Fraction(int(weights[row]), scale)
        what = "an outage" if is_count else f"{decimal_text(shown / HOUR)} hours down"
        if is_count and shown != 1:
            what = f"{decimal_text(shown)} of an outage"
        return Ground(each.agreement, each.level, each.service, day_text(int(days[row])), what)

    def upcoming(as_of: int) -> Iterable[Upcoming]:
        for each in found:
            yield _next_outage(condition, each, as_of, scale)

    return Rolling(
        days, since, weights, days, floor(limit) + 1, ground, (),
        lambda as_of: _start(as_of - 1, condition.within), upcoming,
    )  # fmt: skip


def _limit_of(condition: OutagesExceed | OutageHoursExceed) -> Fraction:
    """How many outages, or microseconds of them, are still tolerated."""
    if isinstance(condition, OutagesExceed):
        return Fraction(condition.count)
    return condition.hours * HOUR


def _starts(days: Days, within: Duration) -> Days:
    """The first day of the window that ends with each day."""
    if not within.months:
        return days - (within.days - 1)
    return np.array([_start(int(day), within) for day in days], dtype=np.int64)


def _start(day: int, within: Duration) -> int:
    return within.before(date.fromordinal(day + 1)).toordinal() if within.months else day - within.days + 1


def _next_outage(
    condition: OutagesExceed | OutageHoursExceed, outages: OutageDays, as_of: int, scale: int
) -> Upcoming:
    is_count = isinstance(condition, OutagesExceed)

    def tell(counted: Sequence[Ground], wanted: int) -> str:
        since = f" of {counted[0].period}" if counted else ""
        if isinstance(condition, OutagesExceed):
            begun = f"One more outage of {outages.service} within {condition.within}{since}"
            return (
                f"{begun}: it would be number {len(counted) + 1}; more than {condition.count} are too many."
            )
        left = decimal_text(Fraction(wanted, scale * HOUR))
        return (
            f"An outage of {outages.service} of {left} hours more within {condition.within}{since}: "
            f"more than {decimal_text(condition.hours)} hours are too many."
        )

    return Upcoming(
        _start(as_of, condition.within), as_of, scale if is_count else None, _OUTAGE,
        ("service", outages.service), tell,
    )  # fmt: skip
