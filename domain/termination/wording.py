"""A condition in a few words, as a person would say it.

The problem: in the explanation of a credit the parts of its condition are steps, and "condition 2" tells nobody which.

Example: ``Misses(2, LevelReference("sla", "resolution"), Duration(months=3))`` is "2 misses of resolution within P3M".

Limits: for people; nothing reads it back.
"""

from fractions import Fraction

from domain.bounds import Bound, BoundSide
from domain.durations import Duration
from domain.metrics import LevelReference
from domain.money import decimal_text
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

__all__ = ["SIDES", "in_words"]

SIDES = {
    BoundSide.BELOW: "below",
    BoundSide.ABOVE: "above",
    BoundSide.AT_LEAST: "at least",
    BoundSide.AT_MOST: "at most",
}
"""On which side of its bound a value lies, in words."""


def in_words(condition: Condition) -> str:
    """What a condition asks for."""
    match condition:
        case Misses():
            return _misses(condition)
        case ValueIs():
            return f"a value{_of(condition.of)} {_beyond(condition.limit)}"
        case AverageIs():
            return f"an average{_of(condition.of)} {_beyond(condition.limit)} over {condition.over}"
        case CreditsReach() | CreditsAtCap() | PointsReach():
            return f"{_money(condition)}{_within(condition.within)}"
        case OutagesExceed():
            return f"more than {condition.count} outages{_of(condition.of)}{_within(condition.within)}"
        case OutageHoursExceed():
            hours = decimal_text(condition.hours)
            return f"more than {hours} hours down{_of(condition.of)}{_within(condition.within)}"
        case EventRecorded():
            return f"the event {condition.event}"
        case Convenience():
            return "no cause is needed"
        case AnyPart() | AllParts():
            joined = " or " if isinstance(condition, AnyPart) else " and "
            return joined.join(map(in_words, condition.parts)) or "nothing"


def _misses(condition: Misses) -> str:
    row = " in a row" if condition.in_a_row else ""
    value = "" if condition.value is None else f" with a value {_beyond(condition.value)}"
    minimum = " of the minimum" if condition.against_minimum else ""
    return f"{condition.count} misses{minimum}{_of(condition.of)}{row}{value}{_within(condition.within)}"


def _money(condition: CreditsReach | CreditsAtCap | PointsReach) -> str:
    match condition:
        case PointsReach():
            return f"{decimal_text(condition.points)} service points"
        case CreditsAtCap():
            return f"credits at the cap in {condition.months} months"
        case CreditsReach():
            size = f"{decimal_text(condition.percent or Fraction(0))} % of {condition.base}"
            if condition.amount is not None:
                size = str(condition.amount)
            return f"credits of {size} in {condition.months} months"


def _of(of: LevelReference | None) -> str:
    return "" if of is None else f" of {of.level}"


def _within(within: Duration | None) -> str:
    return "" if within is None else f" within {within}"


def _beyond(limit: Bound) -> str:
    return f"{SIDES[limit.side]} {decimal_text(limit.value)}"
