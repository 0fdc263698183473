"""The metric `outageCount`: how many outages, longer than the contract tolerates, began in the period.

The problem: ten outages of a minute can hurt more than one of an hour, so some contracts count them. What counts as one
is a maximal interval in which the service was down: two records that touch are one outage (ruling 15).

Example: down 10:00-10:30 and 10:30-11:00 is one outage of an hour; with ``longerThan: PT1H`` it is none.

Limits: an outage that lies wholly outside the agreed service time (agreed maintenance, another window) is not counted.
Its length is its own, also outside the window and beyond the period's end.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np

from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work
from domain.intervals import Intervals, union

Excuse = TypeVar("Excuse")


def outages_begun(down: Intervals, longer_than: int, agreed: Intervals, start: int, end: int) -> Intervals:
    """The maximal intervals that count: begun in [start, end), strictly longer, touching agreed service time."""
    if not down:
        return down
    inside = agreed.measure_between(down.starts, down.ends) > 0
    chosen = inside & (down.ends - down.starts > longer_than) & (down.starts >= start) & (down.starts < end)
    places = np.flatnonzero(chosen)
    return Intervals.from_arrays(down.starts[places], down.ends[places])


def outages_excused(
    counted: Intervals, longer_than: int, agreed: Intervals, excused: Sequence[tuple[Excuse, Intervals]]
) -> tuple[tuple[Excuse, Intervals], ...]:
    """The outages of which excused time leaves nothing that counts, each under the excuse of most of it.

    What counts is a stretch long enough, of an outage that still touches agreed time. Of several that excuse as much
    of an outage the first one has it.
    """
    found: list[list[tuple[int, int]]] = [[] for _ in excused]
    everything = union(time for _, time in excused)
    for start, end in counted.pairs() if everything else ():
        outage = Intervals.of([(start, end)])
        left = outage - everything
        if not (left & agreed and left.at_least(longer_than + 1)):
            lengths = [(outage & time).total() for _, time in excused]
            found[lengths.index(max(lengths))].append((start, end))
    return tuple(
        (excuse, Intervals.of(pairs)) for (excuse, _), pairs in zip(excused, found, strict=True) if pairs
    )


def explain_outage_count(
    down: Intervals,
    longer_than: int,
    agreed: Intervals,
    span: tuple[int, int],
    relieved: Worked | None,
    *,
    clause: str | None,
    period: str,
    sources: Mapping[str, str],
) -> Worked:
    """The value with the outages it counts; ``relieved`` is how many of them are excused."""
    terms: dict[str, Value] = {
        "down": down, "agreed": agreed, "longerThan": Fraction(longer_than),
        "period": Intervals.of([span]),
    }  # fmt: skip
    counted = work("outages", "outages-begun/1", terms, clause=clause, period=period, sources=sources)
    steps = [counted] if relieved is None else [counted, relieved]
    return work("value", "outage-count/1", {}, steps, clause=clause, period=period)


def _set(arguments: Mapping[str, Value], name: str) -> Intervals:
    value = arguments[name]
    if not isinstance(value, Intervals):
        raise PrivityError(f"The term {name} must be a set of time, not {value!r}.")
    return value


@rule("outages-begun/1")
def _outages_begun(arguments: Mapping[str, Value]) -> Value:
    start, end = _set(arguments, "period").pairs()[0]
    longer_than = int(number(arguments, "longerThan"))
    return outages_begun(_set(arguments, "down"), longer_than, _set(arguments, "agreed"), start, end)


@rule("outages-excused/1")
def _outages_excused(arguments: Mapping[str, Value]) -> Value:
    """How many of the outages are excused by decision: ``reliefs`` are name, cause and time."""
    stated = arguments["reliefs"]
    reliefs = [row for row in stated if isinstance(row, tuple)] if isinstance(stated, tuple) else []
    excused = [(str(row[0]), _set({"time": row[2]}, "time")) for row in reliefs]
    longer_than = int(number(arguments, "longerThan"))
    outages, agreed = _set(arguments, "outages"), _set(arguments, "agreed")
    found = outages_excused(outages, longer_than, agreed, excused)
    return Fraction(sum(len(part) for _, part in found))


@rule("outage-count/1")
def _outage_count(arguments: Mapping[str, Value]) -> Value:
    relieved = number(arguments, "relieved") if "relieved" in arguments else Fraction(0)
    return len(_set(arguments, "outages").pairs()) - relieved
