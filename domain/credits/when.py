"""The condition that a credit falls due under: ``when``, in the words of termination rights.

Example: ``when: {value: {atMost: "96.5"}, misses: 3, within: P6M}`` credits a month at 96.5 or less if it is the third
such month of the six that end with it; the fourth falls due again, because nothing is reset (ruling 29).

A part of it may be about something else than the level's own periods: what that comes to is asked before (`others`)
and stands with the miss.

Limits: a window of months or days holds the periods that end in it. Relieved periods are passed over: they count
neither as failures nor as a break in a row of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from domain.agreements import (
    Bound,
    BoundSide,
    CreditTerms,
    LevelReference,
    Misses,
    OnOthers,
    ServiceLevel,
    Several,
    When,
)
from domain.credits.miss import Case, Earlier
from domain.credits.others import explain_answers, hold
from domain.credits.worth import rows
from domain.durations import Duration
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work
from domain.termination.terms import Condition, EventRecorded
from domain.termination.wording import in_words

__all__ = ["agreements_asked", "asked_by", "explain_when", "falls_due", "others_of"]

_Asked = Callable[[Condition], bool]
"""Whether a condition on something else holds."""


def others_of(when: When) -> tuple[Condition, ...]:
    """The parts of a condition that are about something else than the level's own periods, each once."""
    if isinstance(when, OnOthers):
        return (when.condition,)
    if isinstance(when, Misses):
        return ()
    return tuple(dict.fromkeys(condition for part in when.parts for condition in others_of(part)))


def asked_by(level: ServiceLevel) -> tuple[Condition, ...]:
    """All that the credit and the bonus of a level ask about besides the level's own periods."""
    conditions = [
        each.when
        for each in (level.credit, level.bonus)
        if isinstance(each, CreditTerms) and each.when is not None
    ]
    return tuple(dict.fromkeys(other for when in conditions for other in others_of(when)))


def agreements_asked(level: ServiceLevel) -> frozenset[str]:
    """The agreements whose levels or outages the conditions of a level's credits name."""
    named = (getattr(condition, "of", None) for condition in asked_by(level))
    return frozenset(of.agreement for of in named if isinstance(of, LevelReference))


def falls_due(when: When, case: Case) -> bool:
    """Whether a miss satisfies a condition together with the level's earlier periods, and all else that it asks."""
    answers = dict(case.miss.standing.answers)
    return _holds(when, case.miss.standing.earlier, _own(case), lambda asked: hold(answers.get(asked, ())))


def _own(case: Case) -> Earlier:
    miss = case.miss
    minimum = miss.standing.minimum
    under = minimum is not None and not minimum.is_met_by(miss.compared)
    return Earlier(case.due.period.last, miss.compared, is_missed=True, is_under_minimum=under)


def _holds(when: When, earlier: Sequence[Earlier], own: Earlier, asked: _Asked) -> bool:
    if isinstance(when, Several):
        parts = (_holds(part, earlier, own, asked) for part in when.parts)
        return any(parts) if when.is_any else all(parts)
    if isinstance(when, OnOthers):
        return asked(when.condition)
    if not _counts(when, own):
        return False
    opens = date.min if when.within is None else when.within.before(own.last + timedelta(days=1))
    # A period belongs to the window if its last day does; windows of months then hold that many periods.
    inside = [each for each in (*earlier, own) if each.last >= opens]
    if not when.consecutive:
        return sum(_counts(when, each) for each in inside) >= when.count
    run = 0
    for each in reversed(inside):
        if not _counts(when, each):
            break
        run += 1
    return run >= when.count


def _counts(when: Misses, period: Earlier) -> bool:
    is_missed = period.is_under_minimum if when.against_minimum else period.is_missed
    if not is_missed or period.compared is None:
        return False
    return when.value is None or when.value.holds(period.compared)


def explain_when(when: When, case: Case, compared: Worked, amount: Worked) -> Worked:
    """The amount if the condition holds, else nothing, with the periods it rests on."""
    own = _own(case)
    names = {
        condition: f"{place}: {in_words(condition)}" for place, condition in enumerate(others_of(when), 1)
    }
    answers = dict(case.miss.standing.answers)
    terms: dict[str, Value] = {
        "when": _written(when, names),
        "earlier": tuple(_row(each) for each in case.miss.standing.earlier),
        "ends": own.last.isoformat(),
        "underMinimum": own.is_under_minimum,
    }
    steps = [compared.called("value"), amount.called("amount")]
    steps += [explain_answers(name, answers.get(condition, ())) for condition, name in names.items()]
    return work("amount", "when/1", terms, steps, clause=case.level.clause, sources={"when": case.source})


def _row(period: Earlier) -> Value:
    value: Value = "" if period.compared is None else period.compared
    return period.last.isoformat(), value, period.is_missed, period.is_under_minimum


def _written(when: When, names: Mapping[Condition, str]) -> Value:
    if isinstance(when, Several):
        return ("any" if when.is_any else "all", *(_written(part, names) for part in when.parts))
    if isinstance(when, OnOthers):
        return "asked", names[when.condition]
    bound: Value = () if when.value is None else (when.value.side.value, when.value.value)
    within = "" if when.within is None else when.within.isoformat()
    return "misses", Fraction(when.count), bound, within, when.consecutive, when.against_minimum


def _read(written: Value) -> When:
    if not isinstance(written, tuple):
        raise PrivityError(f"A condition is a list, not {written!r}.")
    if written[0] in ("any", "all"):
        return Several(tuple(_read(part) for part in written[1:]), written[0] == "any")
    if written[0] == "asked":
        # Only the name of its answer is known here, and an event is a condition that is known by its name.
        return OnOthers(EventRecorded(str(written[1])))
    _, count, bound, within, consecutive, against = written
    if not isinstance(count, Fraction) or not isinstance(bound, tuple):
        raise PrivityError(f"A condition has a number and a bound, not {count!r} and {bound!r}.")
    value = None
    if bound:
        side, limit = bound
        value = Bound(BoundSide(str(side)), number({"limit": limit}, "limit"))
    span = Duration.parse(str(within)) if within else None
    return Misses(int(count), value, span, bool(consecutive), bool(against))


@rule("when/1")
def _when(arguments: Mapping[str, Value]) -> Value:
    earlier = [
        Earlier(
            date.fromisoformat(str(last)),
            value if isinstance(value, Fraction) else None,
            bool(missed),
            bool(under),
        )
        for last, value, missed, under in rows(arguments["earlier"])
    ]
    ends, under = date.fromisoformat(str(arguments["ends"])), bool(arguments["underMinimum"])
    own = Earlier(ends, number(arguments, "value"), is_missed=True, is_under_minimum=under)

    def asked(condition: Condition) -> bool:
        return isinstance(condition, EventRecorded) and arguments[condition.event] is True

    holds = _holds(_read(arguments["when"]), earlier, own, asked)
    return number(arguments, "amount") if holds else Fraction(0)
