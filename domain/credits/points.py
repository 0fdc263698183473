"""The credit scheme `points`: service points by band, more of them for a repeated failure, and what they cost.

Example (E14): bands 98.0-98.9 -> 1, 97.0-97.9 -> 2, 96.0-96.9 -> 3, under 96 -> 4, repeat 2. Months of 98.5, 96.5 and
96.5 give 1, 6 and 6 points: the second and every later consecutive failure counts twice, not four times.

The agreement says what points cost: so much each, or by a table of the month's total, of which a line's money is its
part by points.

Limits: an agreement without a price for points has points and no money: they may count towards ending it. A met period
or one without data ends a run of failures; a relieved one is passed over (ruling 27).
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import PointsBand, PointsCredit, PointsStep
from domain.credits.bands import deepest, is_in_gap, read_range, written_range
from domain.credits.miss import Case, Earned
from domain.credits.worth import earned_by, numbers, read, rows, written
from domain.explanation import Value, Worked, number, rule, work

__all__ = ["earn", "explain", "points_of", "step_reached"]


def points_of(credit: PointsCredit, case: Case) -> Fraction:
    """The service points of a miss."""
    found = deepest(credit.bands, case.miss.compared)
    points = Fraction(0) if found is None else found.points
    return _repeated(points, credit.repeat, case.miss.standing.failing_run)


def _repeated(points: Fraction, repeat: Fraction | None, run: int) -> Fraction:
    return points * repeat if repeat is not None and run > 0 else points


def earn(credit: PointsCredit, case: Case) -> Earned:
    """The points of a miss, and what they cost."""
    points, price = points_of(credit, case), case.agreement.points
    gap = is_in_gap(credit.bands, case.miss.compared)
    if price is None or not points:
        return Earned(Fraction(0), Fraction(0), points, gap)
    if not price.table:
        each = earned_by(price, points)
        return Earned(each.percent, each.fixed, points, gap)
    total = points + case.miss.standing.other_points
    reached = step_reached(tuple(step.points for step in price.table), total)
    if reached is None:
        return Earned(Fraction(0), Fraction(0), points, gap)
    own = earned_by(price.table[reached], points / total)
    return Earned(own.percent, own.fixed, points, gap)


def step_reached(totals: tuple[Fraction, ...], total: Fraction) -> int | None:
    """The step with the highest total that has been reached; None below the first."""
    reached = [place for place, each in enumerate(totals) if each <= total]
    return max(reached, key=lambda place: totals[place], default=None)


def explain(credit: PointsCredit, case: Case, value: Worked, compared: Worked, base: Worked) -> Worked:
    """The same amount with its steps."""
    del value
    clause, sources = case.level.clause, {"bands": case.source, "repeat": case.source}
    terms: dict[str, Value] = {
        "bands": tuple((*written_range(band), band.points) for band in credit.bands),
        "repeat": Fraction(1) if credit.repeat is None else credit.repeat,
        "failuresJustBefore": Fraction(case.miss.standing.failing_run),
    }
    points = work("points", "points/1", terms, [compared.called("value")], clause=clause, sources=sources)
    price = case.agreement.points
    where = f"{case.source}, remedies.points"
    if price is None:
        return work("amount", "points-without-price/1", {}, [points, base], clause=clause)
    if not price.table:
        each: dict[str, Value] = {"perPoint": written(price)}
        return work(
            "amount", "points-each/1", each, [points, base], clause=clause, sources={"perPoint": where}
        )
    table: dict[str, Value] = {
        "table": tuple(_row(step) for step in price.table),
        "otherPoints": case.miss.standing.other_points,
    }
    return work("amount", "points-table/1", table, [points, base], clause=clause, sources={"table": where})


def _row(step: PointsStep) -> Value:
    return (step.points, *written(step))


@rule("points/1")
def _points(arguments: Mapping[str, Value]) -> Value:
    bands = []
    for side, start, bound, points in rows(arguments["bands"]):
        boundary, below, begin = read_range(side, start, bound)
        bands.append(PointsBand(boundary, below, numbers((points,))[0], begin))
    found = deepest(bands, number(arguments, "value"))
    run = int(number(arguments, "failuresJustBefore"))
    return _repeated(Fraction(0) if found is None else found.points, number(arguments, "repeat"), run)


@rule("points-without-price/1")
def _without_price(arguments: Mapping[str, Value]) -> Value:
    """Points that the agreement puts no price on are worth no money."""
    del arguments
    return Fraction(0)


@rule("points-each/1")
def _each(arguments: Mapping[str, Value]) -> Value:
    ((kind, worth),) = rows((arguments["perPoint"],))
    return read(kind, worth, number(arguments, "points")).amount(number(arguments, "base"))


@rule("points-table/1")
def _table(arguments: Mapping[str, Value]) -> Value:
    points, steps = number(arguments, "points"), rows(arguments["table"])
    total = points + number(arguments, "otherPoints")
    reached = step_reached(tuple(numbers(row[:1])[0] for row in steps), total) if points else None
    if reached is None:
        return Fraction(0)
    _, kind, worth = steps[reached]
    return read(kind, worth, points / total).amount(number(arguments, "base"))
