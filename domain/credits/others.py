"""What the condition of a credit asks about besides the level's own periods, and the rule that answers it.

The problem: "a credit falls due if resolution was missed twice in the last three months, or if there were more than
three outages in any thirty days" asks about other levels, outages, service points, and the credits of earlier months.
Each of these answers has to be replayed like every other figure.

Example: resolution was missed in February and April: two rows of weight 1 within 2026-02-01 to 2026-04-30, and at least
two are asked for: it holds.

Limits: who gathers the rows is `settlement.asking_others`; here they are only weighed.

References: 2-documents, "Termination rights"; ruling 176.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.bounds import Bound, BoundSide
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rows, rule, work
from domain.termination.mean import mean_of

__all__ = ["Answer", "Answers", "explain_answers", "hold", "in_a_row", "mean_beyond", "recorded", "together"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One subject asked about (a level, a service, the months): the rule that answers, and what it is given."""

    rule: str
    terms: tuple[tuple[str, Value], ...]
    source: str = ""

    @property
    def worked(self) -> Worked:
        """Whether it holds, with the rows that this rests on."""
        terms = dict(self.terms)
        sources = {"rows": self.source} if self.source else None
        return work("answer", self.rule, terms, sources=sources)


Answers = tuple[Answer, ...]
"""One condition asked of every subject that it can be about: each alone is enough."""


def hold(answers: Answers) -> bool:
    """Whether a condition holds of any of its subjects."""
    return any(each.worked.value is True for each in answers)


def explain_answers(name: str, answers: Answers) -> Worked:
    """The same, with every answer as a step."""
    terms: dict[str, Value] = {"asked": Fraction(len(answers))}
    return work(name, "any-answers/1", terms, [each.worked for each in answers])


def together(
    found: tuple[tuple[str, date, Fraction], ...],
    window: tuple[date, date],
    least: Fraction,
    source: str,
    *,
    strictly: bool = False,
) -> Answer:
    """Whether rows come to so much (or strictly to more) within a window; each has a name, a day and a weight."""
    terms: dict[str, Value] = {
        "rows": tuple((name, day.isoformat(), weight) for name, day, weight in found),
        "from": window[0].isoformat(),
        "to": window[1].isoformat(),
        "moreThan" if strictly else "atLeast": least,
    }
    return Answer("come-together/1", tuple(terms.items()), source)


def in_a_row(
    found: tuple[tuple[str, date, bool], ...], window: tuple[date, date], least: int, source: str
) -> Answer:
    """Whether so many of the rows in a window that come last count, one after another."""
    terms: dict[str, Value] = {
        "rows": tuple((name, day.isoformat(), counts) for name, day, counts in found),
        "from": window[0].isoformat(),
        "to": window[1].isoformat(),
        "atLeast": Fraction(least),
    }
    return Answer("last-in-a-row/1", tuple(terms.items()), source)


def mean_beyond(
    found: tuple[tuple[str, date, Fraction | None], ...],
    begins: date | None,
    window: tuple[date, date],
    limit: Bound,
    source: str,
) -> Answer:
    """Whether the mean of a window satisfies a limit; the values ``begins`` on have to reach over all of it."""
    terms: dict[str, Value] = {
        "rows": tuple((name, day.isoformat(), "" if value is None else value) for name, day, value in found),
        "begins": "" if begins is None else begins.isoformat(),
        "from": window[0].isoformat(),
        "to": window[1].isoformat(),
        "side": limit.side.value,
        "limit": limit.value,
    }
    return Answer("mean-satisfies/1", tuple(terms.items()), source)


def recorded(found: tuple[tuple[str, date], ...], by: date, source: str) -> Answer:
    """Whether something was recorded by a day."""
    terms: dict[str, Value] = {
        "rows": tuple((name, day.isoformat()) for name, day in found), "by": by.isoformat(),
    }  # fmt: skip
    return Answer("recorded-by/1", tuple(terms.items()), source)


def _within(arguments: Mapping[str, Value]) -> list[tuple[Value, ...]]:
    """The rows that end in the window, in order of their days."""
    first, last = str(arguments["from"]), str(arguments["to"])
    return sorted(
        (row for row in rows(arguments["rows"]) if first <= str(row[1]) <= last), key=lambda row: str(row[1])
    )


@rule("come-together/1")
def _come_together(arguments: Mapping[str, Value]) -> Value:
    total = sum((number({"weight": row[2]}, "weight") for row in _within(arguments)), start=Fraction(0))
    if "moreThan" in arguments:
        return total > number(arguments, "moreThan")
    return total >= number(arguments, "atLeast")


@rule("last-in-a-row/1")
def _last_in_a_row(arguments: Mapping[str, Value]) -> Value:
    run = 0
    for row in reversed(_within(arguments)):
        if not row[2]:
            break
        run += 1
    return run >= number(arguments, "atLeast")


@rule("mean-satisfies/1")
def _mean_satisfies(arguments: Mapping[str, Value]) -> Value:
    """The window has to be whole, and what was judged last in it to have a value (ruling 123)."""
    inside = _within(arguments)
    begins = str(arguments["begins"])
    if not inside or not begins or begins > str(arguments["from"]) or not isinstance(inside[-1][2], Fraction):
        return False
    limit = Bound(BoundSide(str(arguments["side"])), number(arguments, "limit"))
    mean = mean_of([row[2] for row in inside if isinstance(row[2], Fraction)])
    return mean is not None and limit.holds(mean)


@rule("recorded-by/1")
def _recorded_by(arguments: Mapping[str, Value]) -> Value:
    return any(str(row[1]) <= str(arguments["by"]) for row in rows(arguments["rows"]))


@rule("any-answers/1")
def _any_answers(arguments: Mapping[str, Value]) -> Value:
    given = arguments.get("answer", ())
    answers = given if isinstance(given, tuple) else (given,)
    if len(answers) != number(arguments, "asked"):
        raise PrivityError(f"{arguments['asked']} answers were weighed, and {len(answers)} are there.")
    return any(each is True for each in answers)
