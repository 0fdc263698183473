"""How a right's status came about, from the counted periods through their windows to its dates.

The problem: a right that ends a contract is disputed date by date. So its status is a tree of registered rules: what
was counted, when enough had come together, what accrued under which terms, and what the acts did; each rule is the
function that gave the status.

Example: ``termination-right/1`` over ``accruals/1`` over ``came-together/1`` with the rows January, March and June.

Limits: whether a condition without an exercise window still holds is stated day by day, not derived again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from domain.bounds import Bound, BoundSide
from domain.durations import Duration
from domain.explanation import Explanation, Value, Worked, number, rule, work
from domain.termination.facts import window_start
from domain.termination.mean import Mean, averaged, windows_met
from domain.termination.meeting import (
    AllMet,
    AnyMet,
    Fixed,
    Ground,
    Met,
    NextEvent,
    Rolling,
    Run,
    all_days,
    any_days,
    came_together,
    day_text,
    ran_on,
)
from domain.termination.standing import Accrual, RightPast, Standing, standing
from domain.termination.terms import Act, Convenience, Cure, Notice, TerminationRight
from domain.termination.windows import run_lengths

__all__ = ["Under", "explain_right", "standing_value"]

Rows = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Under:
    """A right as one version of an agreement gives it, from a day to before another; ``reports`` are recorded ones."""

    version: int
    begins: int
    ends: int
    terms: TerminationRight
    met: Met
    reports: Mapping[int, int]


def explain_right(past: RightPast, unders: Sequence[Under], as_of: date, stands: Standing) -> Explanation:
    """The tree of a right's status on a date; its value is that of `standing_value`."""
    steps = [_accruals(under, as_of) for under in unders]
    acts = tuple((act.act.value, act.on.isoformat(), act.name) for act in past.acts if act.on <= as_of)
    asked = sorted({as_of, *(act.on for act in past.acts if act.on <= as_of)})
    held = tuple(
        (day.isoformat(), accrual.day.isoformat())
        for day in asked
        for accrual in past.accruals
        if accrual.terms.exercise_within is None and accrual.met.holds(day.toordinal())
    )
    inputs: dict[str, Value] = {
        "asOf": as_of.isoformat(),
        "acts": acts,
        "stillHeld": held,
        "next": "" if stands.next is None else stands.next.sentence,
    }
    named = [step.called(f"accrued {place}") for place, step in enumerate(steps, 1)]
    return work("right", "termination-right/1", inputs, named, clause=past.terms.clause).explanation


def standing_value(stands: Standing) -> Value:
    """A standing as an explanation's value: status, accrued, curing until, exercisable until, end; "" is none."""
    dates = (stands.accrued, stands.curing_until, stands.until, stands.ends)
    return (stands.status.value, *("" if day is None else day.isoformat() for day in dates))


def _accruals(under: Under, as_of: date) -> Worked:
    terms = under.terms
    inputs: dict[str, Value] = {
        "from": day_text(under.begins) if under.begins else "",
        "before": day_text(under.ends) if under.ends < date.max.toordinal() else "",
        "exercise": _length(terms.exercise_within),
        "cure": "" if terms.cure is None else _length(terms.cure.within),
        "cureFrom": "notice" if terms.cure is not None and terms.cure.from_notice else "accrual",
        "notice": _length(terms.notice),
        "reports": tuple((day_text(day), day_text(on)) for day, on in sorted(under.reports.items())),
    }
    step = _met(under.met, as_of, "met")
    source = dict.fromkeys(inputs, f"version {under.version}, terminationRights.{terms.name}")
    return work("accrued", "accruals/1", inputs, [step], clause=terms.clause, sources=source)


def _length(length: Duration | None) -> str:
    return "" if length is None else length.isoformat()


# -------------------------------------------------------------------------------------------- the conditions


def _met(met: Met, as_of: date, name: str) -> Worked:
    """The tree of a condition; its value are the days on which it accrued, with those that were judged."""
    before = as_of.toordinal()
    match met:
        case AnyMet() | AllMet():
            rule_name = "any-of/1" if isinstance(met, AnyMet) else "all-of/1"
            parts = [_met(part, as_of, f"part {place}") for place, part in enumerate(met.parts, 1)]
            return work(name, rule_name, {"parts": Fraction(len(parts))}, parts)
        case Rolling():
            counted = [i for i in range(len(met.ends)) if met.weights[i] > 0 and met.ends[i] < before]
            rows = tuple(
                (
                    _name(met.ground(i)), day_text(max(int(met.since[i]), 1)), day_text(int(met.ends[i])),
                    Fraction(int(met.weights[i])), day_text(int(met.judged[i])),
                )
                for i in counted
            )  # fmt: skip
            return work(name, "came-together/1", {"rows": rows, "atLeast": Fraction(met.least)})
        case Run():
            places = [i for i in range(len(met.ends)) if met.ends[i] < before]
            run = tuple(
                (
                    _name(met.ground(i)), day_text(int(met.ends[i])), day_text(int(met.judged[i])),
                    Fraction(met.states[i]), met.follows[i],
                )
                for i in places
            )  # fmt: skip
            return work(name, "missed-in-a-row/1", {"rows": run, "atLeast": Fraction(met.least)})
        case Mean():
            return _mean(met, before, name)
        case _:
            days = tuple((day_text(day), day_text(judged)) for day, judged in met.days if day <= before)
            kind = "no cause is needed" if isinstance(met, Fixed) and met.is_free else "recorded"
            return work(name, "recorded/1", {"days": days, "kind": kind})


def _mean(met: Mean, before: int, name: str) -> Worked:
    series, over = met.series, met.condition.over
    rows = tuple(
        (
            period.name, day_text(window_start(period, over)), day_text(int(series.ends[i])),
            day_text(int(series.judged[i])), "" if (value := series.values[i]) is None else value,
        )
        for i, period in enumerate(series.periods)
        if series.ends[i] < before
    )  # fmt: skip
    begins = series.periods[0].first.isoformat() if series.periods else ""
    limit = met.condition.limit
    inputs: dict[str, Value] = {
        "rows": rows, "begins": begins, "side": limit.side.value, "limit": limit.value, "level": "/".join(series.name),
    }  # fmt: skip
    return work(name, "mean-beyond/1", inputs)


def _name(ground: Ground) -> str:
    parts = (ground.agreement, ground.level, ground.service, ground.period)
    return f"{'/'.join(part for part in parts if part)}: {ground.what}"


# ------------------------------------------------------------------------------------------------- the rules


def _rows(arguments: Mapping[str, Value], name: str) -> list[tuple[Value, ...]]:
    table = arguments[name]
    return [row for row in table if isinstance(row, tuple)] if isinstance(table, tuple) else []


def _ordinal(value: Value) -> int:
    return date.fromisoformat(str(value)).toordinal()


def _whole(value: Value) -> int:
    return int(number({"number": value}, "number"))


def _written(days: Iterable[tuple[int, int]]) -> Value:
    return tuple((day_text(day), day_text(judged)) for day, judged in days)


def _read(rows: Iterable[Value]) -> Rows:
    return tuple((_ordinal(row[0]), _ordinal(row[1])) for row in rows if isinstance(row, tuple))


@rule("came-together/1")
def _came_together(arguments: Mapping[str, Value]) -> Value:
    """Rows are (name, first day of the window, last day, weight, day judged)."""
    rows = _rows(arguments, "rows")
    since, ends, judged = (
        np.array([_ordinal(row[column]) for row in rows], dtype=np.int64) for column in (1, 2, 4)
    )
    weights = np.array([_whole(row[3]) for row in rows], dtype=np.int64)
    return _written(came_together(ends, since, weights, judged, int(number(arguments, "atLeast"))))


@rule("missed-in-a-row/1")
def _missed_in_a_row(arguments: Mapping[str, Value]) -> Value:
    """Rows are (name, last day, day judged, state, follows the one before)."""
    rows = _rows(arguments, "rows")
    states = [_whole(row[3]) for row in rows]
    lengths = run_lengths(states, [bool(row[4]) for row in rows])
    ends, judged = ([_ordinal(row[column]) for row in rows] for column in (1, 2))
    return _written(ran_on(ends, judged, states, lengths, int(number(arguments, "atLeast"))))


@rule("mean-beyond/1")
def _mean_beyond(arguments: Mapping[str, Value]) -> Value:
    """Rows are (period, first day of the window, last day, day judged, value or "")."""
    rows = _rows(arguments, "rows")
    if not rows:
        return ()
    since, ends, judged = ([_ordinal(row[column]) for row in rows] for column in (1, 2, 3))
    values = [row[4] if isinstance(row[4], Fraction) else None for row in rows]
    limit = Bound(BoundSide(str(arguments["side"])), number(arguments, "limit"))
    is_met = windows_met(ends, since, values, _ordinal(arguments["begins"]), limit)
    return _written(averaged(ends, judged, values, is_met, limit))


@rule("recorded/1")
def _recorded(arguments: Mapping[str, Value]) -> Value:
    return _written(_read(_rows(arguments, "days")))


def _parts(arguments: Mapping[str, Value]) -> list[Rows]:
    count = int(number(arguments, "parts"))
    return [_read(_rows(arguments, f"part {place}")) for place in range(1, count + 1)]


@rule("any-of/1")
def _any_of(arguments: Mapping[str, Value]) -> Value:
    return _written(any_days(_parts(arguments)))


@rule("all-of/1")
def _all_of(arguments: Mapping[str, Value]) -> Value:
    return _written(all_days(_parts(arguments)))


@rule("accruals/1")
def _accruals_of(arguments: Mapping[str, Value]) -> Value:
    """What accrued under one version's terms: (day, completed, exercise, cure, from, notice) each."""
    begins, before = str(arguments["from"]), str(arguments["before"])
    reports = {str(row[0]): str(row[1]) for row in _rows(arguments, "reports")}
    terms = tuple(str(arguments[name]) for name in ("exercise", "cure", "cureFrom", "notice"))
    return tuple(
        (max(str(day), reports.get(str(day), str(day))), str(day), *terms)
        for day, judged in _rows(arguments, "met")
        if begins <= str(judged) and (not before or str(judged) < before)
    )


@dataclass(frozen=True, slots=True)
class _Stated:
    """A condition of which only what an explanation states is known."""

    held: frozenset[int]
    sentence: str

    @property
    def days(self) -> Sequence[tuple[int, int]]:
        """None: the accruals are stated by themselves."""
        return ()

    def holds(self, as_of: int) -> bool:
        """Whether it is stated to hold on a day."""
        return as_of in self.held

    def grounds(self, day: int) -> tuple[Ground, ...]:  # noqa: ARG002 - a status does not depend on them
        """None: they stand in the steps."""
        return ()

    def counted(self, as_of: int) -> tuple[Ground, ...]:  # noqa: ARG002 - as above
        """None: they stand in the steps."""
        return ()

    def has_begun(self, as_of: int) -> bool:  # noqa: ARG002 - what is counted is in the event that is stated
        """Whether an event is stated."""
        return bool(self.sentence)

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:  # noqa: ARG002 - as above
        """The event that is stated to meet it next."""
        return (NextEvent(0, as_of, (), lambda: self.sentence),) if self.sentence else ()


@rule("termination-right/1")
def _termination_right(arguments: Mapping[str, Value]) -> Value:
    as_of = date.fromisoformat(str(arguments["asOf"]))
    held: dict[str, set[int]] = {}
    for day, accrued in _rows(arguments, "stillHeld"):
        held.setdefault(str(accrued), set()).add(_ordinal(day))
    sentence = str(arguments["next"])
    accruals: dict[date, Accrual] = {}
    for name in sorted(name for name in arguments if name.startswith("accrued ")):
        for row in _rows(arguments, name):
            met = _Stated(frozenset(held.get(str(row[0]), ())), sentence)
            on = date.fromisoformat(str(row[0]))
            accruals[on] = Accrual(on, _terms(row), met, _ordinal(row[1]))
    acts = [
        Notice(str(name), "", Act(str(act)), date.fromisoformat(str(done)))
        for act, done, name in _rows(arguments, "acts")
    ]
    bare = TerminationRight("", Convenience())
    past = RightPast(bare, _Stated(frozenset(), sentence), [accruals[day] for day in sorted(accruals)], acts)
    return standing_value(standing(past, as_of))


def _terms(row: Sequence[Value]) -> TerminationRight:
    exercise, cure, cure_from, notice = (str(part) for part in row[2:6])
    return TerminationRight(
        "",
        Convenience(),
        exercise_within=Duration.parse(exercise) if exercise else None,
        cure=Cure(Duration.parse(cure), cure_from == "notice") if cure else None,
        notice=Duration.parse(notice) if notice else None,
    )
