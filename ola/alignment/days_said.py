"""Days of a year in words, short and complete: a pattern that goes on for months is said once.

The problem: "promised by nobody on 2026-01-04, 2026-01-11 and 40 more days" leaves the reader to guess which, and a
list of all 52 is not read. People would say "every Sunday".

Example: the weekdays of 2026 are "2026-01-01 to 2026-01-02, every Monday to Friday from 2026-01-05 to 2026-12-25,
2026-12-28 to 2026-12-31".

Limits: weeks begin on Monday. Of many days without any pattern the first are said and the others counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

__all__ = ["days_said"]

_MOST_RUNS = 12
"""More runs of days than these are said as what comes back every week."""
_MOST_SAID = 60
_A_PATTERN = 3
"""The same days in so many weeks, one after another, are a pattern."""
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days_said(days: Sequence[date]) -> str:
    """Days, in their order, as runs of days; where these are many, as what comes back every week."""
    said = [(_run_text(run), len(run)) for run in _runs(days)]
    if len(said) > _MOST_RUNS:
        said = list(_patterns(days))
    text = ", ".join(each for each, _ in said[:_MOST_SAID])
    if len(said) > _MOST_SAID:
        more = sum(count for _, count in said[_MOST_SAID:])
        text += f" and {more} more days, the last {days[-1].isoformat()}"
    return text


def _runs(days: Iterable[date]) -> Iterator[list[date]]:
    """Days that follow each other, together."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] > _DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _patterns(days: Sequence[date]) -> Iterator[tuple[str, int]]:
    """What comes back every week, and runs of what does not, each with how many days it is."""
    weeks = [list(week) for _, week in groupby(days, key=lambda day: day - day.weekday() * _DAY)]
    plain: list[date] = []
    while weeks:
        alike = [weeks[0]]
        for week in weeks[1:]:
            if [day - _WEEK for day in week] != alike[-1]:
                break
            alike.append(week)
        del weeks[: len(alike)]
        if len(alike) < _A_PATTERN:
            plain += [day for week in alike for day in week]
            continue
        yield from ((_run_text(run), len(run)) for run in _runs(plain))
        plain = []
        weekdays = " and ".join(_weekdays_text(run) for run in _runs(alike[0]))
        yield f"every {weekdays} from {alike[0][0]} to {alike[-1][-1]}", len(alike) * len(alike[0])
    yield from ((_run_text(run), len(run)) for run in _runs(plain))


def _run_text(run: Sequence[date]) -> str:
    return f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}"


def _weekdays_text(run: Sequence[date]) -> str:
    first, last = _NAMES[run[0].weekday()], _NAMES[run[-1].weekday()]
    return first if len(run) == 1 else f"{first} {'and' if len(run) == 2 else 'to'} {last}"
