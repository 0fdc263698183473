"""When a condition was met, what it then rested on, and which single event would meet it next.

The problem: a right accrues on a day, lapses on another and accrues anew with the next miss that meets its condition;
and a manager wants to know beforehand which one failure would do it. Every condition answers these questions in the
same way, whatever it counts.

Example (E24): three misses within six months. January, March and July do not meet it; January, March and June do, from
1 July on; as of 1 May one more miss in May would be the third within December to May.

Limits: a condition over several services is met by each alone, unless its facts add up (an umbrella's). Days are
ordinals.

References: rulings 32 to 34.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Protocol

import numpy as np

from domain.termination.facts import Days
from domain.termination.windows import COUNTED, rolling_totals, run_lengths, total_between

__all__ = ["AllMet", "AnyMet", "Fixed", "Ground", "Met", "NextEvent", "Rolling", "Run", "Upcoming"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that a right rests on: a missed period, a month's credits, an outage, a recorded event.

    ``struck`` says why it no longer counts; None: it counts. ``is_breach``: it is a missed period of a level.
    """

    agreement: str
    level: str | None
    service: str | None
    period: str
    what: str
    struck: str | None = None
    is_breach: bool = False


@dataclass(frozen=True, slots=True, order=True)
class NextEvent:
    """One event that would meet a condition: smaller ones come first, then those that come sooner.

    ``subject`` is what fails, so that two parts of a condition can wait for the same failure.
    """

    rank: int
    by: int
    subject: tuple[str, ...]
    told: Callable[[], str] = field(compare=False)

    @property
    def sentence(self) -> str:
        """The event in words, with figures."""
        return self.told()


class Met(Protocol):
    """A condition asked of the past."""

    @property
    def days(self) -> Sequence[tuple[int, int]]:
        """Each day on which it accrued afresh, with the day whose version was judged; in order."""
        ...

    def holds(self, as_of: int) -> bool:
        """Whether it holds, as judged last before a day."""
        ...

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """What its accrual on a day rests on."""
        ...

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """What would still count together with the next event."""
        ...

    def has_begun(self, as_of: int) -> bool:
        """Whether something is counted towards it that the next event would find."""
        ...

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:
        """The single events that would meet it, where something is counted already (ruling 33).

        ``has_begun`` says that something is: what another part of the same condition counts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next thing that can happen: its window, the most that it can add (None: any amount), and how it is told.

    ``tell`` is given the grounds that are counted already and how much is still wanted.
    """

    since: int
    end: int
    most: int | None
    rank: int
    subject: tuple[str, ...]
    tell: Callable[[Sequence[Ground], int], str]


@dataclass(frozen=True, slots=True, eq=False)
class Rolling:
    """So much within a window: rows with a last day, a window and a weight; met where at least ``least`` came together.

    ``struck`` are rows that do not count, by their last day. ``window`` is the first day of the window that was judged
    last before a day (None: nothing was judged).
    """

    ends: Days
    since: Days
    weights: Days
    judged: Days
    least: int
    ground: Callable[[int], Ground]
    struck: Sequence[tuple[int, Ground]]
    window: Callable[[int], int | None]
    upcoming: Callable[[int], Iterable[Upcoming]]
    days: Sequence[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        days = came_together(self.ends, self.since, self.weights, self.judged, self.least)
        object.__setattr__(self, "days", days)

    def holds(self, as_of: int) -> bool:
        """Whether so much lies in the window judged last."""
        since = self.window(as_of)
        return since is not None and total_between(self.ends, self.weights, since, as_of - 1) >= self.least

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """The rows that had come together."""
        begin, after = np.searchsorted(self.ends, (day - 1, day), side="left")
        starts = [int(self.since[place]) for place in range(begin, after) if self.weights[place] > 0]
        return self._between(min(starts, default=day), day - 1)

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """The rows that the next window would still take in."""
        since = min((each.since for each in self.upcoming(as_of)), default=as_of)
        return self._between(since, as_of - 1)

    def has_begun(self, as_of: int) -> bool:
        """Whether a next window takes in a row that counts."""
        return any(
            total_between(self.ends, self.weights, each.since, as_of - 1) > 0 for each in self.upcoming(as_of)
        )

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:
        """The events that would bring enough together, where some of it is there."""
        found = []
        for each in self.upcoming(as_of):
            there = total_between(self.ends, self.weights, each.since, as_of - 1)
            wanted = max(self.least - there, 1)
            if (there > 0 or has_begun) and (each.most is None or wanted <= each.most):
                told = partial(self._told, each, wanted, as_of)
                found.append(NextEvent(each.rank, each.end, each.subject, told))
        return tuple(found)

    def _told(self, upcoming: Upcoming, wanted: int, as_of: int) -> str:
        counted = [ground for ground in self._between(upcoming.since, as_of - 1) if ground.struck is None]
        return upcoming.tell(counted, wanted)

    def _between(self, first: int, last: int) -> tuple[Ground, ...]:
        begin, after = np.searchsorted(self.ends, (first, last + 1), side="left")
        rows = [(int(self.ends[i]), self.ground(i)) for i in range(begin, after) if self.weights[i] > 0]
        rows += [(end, ground) for end, ground in self.struck if first <= end <= last]
        rows.sort(key=lambda row: (row[0], row[1].agreement, row[1].level or "", row[1].service or ""))
        return tuple(ground for _, ground in rows)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """So many missed periods in a row, the judged one the last of them."""

    ends: Days
    judged: Days
    states: Sequence[int]
    follows: Sequence[bool]
    least: int
    ground: Callable[[int], Ground]
    upcoming: Callable[[int], Iterable[Upcoming]]
    lengths: Sequence[int] = field(init=False)
    days: Sequence[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        lengths = run_lengths(self.states, self.follows)
        object.__setattr__(self, "lengths", lengths)
        days = ran_on(self.ends, self.judged, self.states, lengths, self.least)
        object.__setattr__(self, "days", days)

    def _last(self, as_of: int) -> int:
        return int(np.searchsorted(self.ends, as_of, side="left")) - 1

    def holds(self, as_of: int) -> bool:
        """Whether the run that was judged last is long enough."""
        last = self._last(as_of)
        return last >= 0 and self.lengths[last] >= self.least

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """The periods of the run."""
        return self._run(self._last(day))

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """The periods of the run so far."""
        return self._run(self._last(as_of))

    def _run(self, last: int) -> tuple[Ground, ...]:
        found: list[Ground] = []
        left = self.lengths[last] if last >= 0 else 0
        while left > 0:
            found.append(self.ground(last))
            left -= self.states[last] == COUNTED
            last -= 1
        return tuple(reversed(found))

    def has_begun(self, as_of: int) -> bool:
        """Whether the period judged last was missed."""
        last = self._last(as_of)
        return last >= 0 and self.lengths[last] > 0

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:
        """One more miss, where the run is one short or long enough already."""
        last = self._last(as_of)
        length = self.lengths[last] if last >= 0 else 0
        if length + 1 < self.least or (length < 1 and not has_begun):
            return ()
        return tuple(
            NextEvent(each.rank, each.end, each.subject, partial(self._told, each, last))
            for each in self.upcoming(as_of)
            if length < 1 or each.since == int(self.ends[last]) + 1
        )

    def _told(self, upcoming: Upcoming, last: int) -> str:
        return upcoming.tell([ground for ground in self._run(last) if ground.struck is None], 1)


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """Something that is so from a day on: no cause is needed, or an event was recorded."""

    when: Sequence[int]
    ground: Callable[[int], Ground]
    is_free: bool = False
    """No cause is needed."""

    @property
    def days(self) -> Sequence[tuple[int, int]]:
        """The days themselves."""
        return tuple((day, day) for day in sorted(set(self.when)))

    def holds(self, as_of: int) -> bool:
        """From the first of the days on."""
        return any(day <= as_of for day in self.when)

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """The event of the day."""
        return (self.ground(day),) if day in self.when else ()

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """The events so far."""
        return tuple(self.ground(day) for day in sorted(set(self.when)) if day <= as_of)

    def has_begun(self, as_of: int) -> bool:  # noqa: ARG002 - an event is there or it is not
        """Nothing is counted towards it."""
        return False

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:  # noqa: ARG002 - nobody knows
        """Nothing that anybody could count towards."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class AnyMet:
    """One of its parts is enough."""

    parts: Sequence[Met]

    @property
    def days(self) -> Sequence[tuple[int, int]]:
        """Every day on which a part accrued."""
        return any_days([part.days for part in self.parts])

    def holds(self, as_of: int) -> bool:
        """Whether a part holds."""
        return any(part.holds(as_of) for part in self.parts)

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """What the parts rest on that accrued on the day."""
        return _once(
            ground
            for part in self.parts
            if any(each == day for each, _ in part.days)
            for ground in part.grounds(day)
        )

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """What any part counts so far."""
        return _once(ground for part in self.parts for ground in part.counted(as_of))

    def has_begun(self, as_of: int) -> bool:
        """Whether something is counted towards a part."""
        return any(part.has_begun(as_of) for part in self.parts)

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:
        """What would meet a part."""
        return tuple(sorted(event for part in self.parts for event in part.next(as_of, has_begun=has_begun)))


@dataclass(frozen=True, slots=True, eq=False)
class AllMet:
    """All of its parts are needed: it accrues with the last of them, and anew with each that then accrues anew."""

    parts: Sequence[Met]

    @property
    def days(self) -> Sequence[tuple[int, int]]:
        """The days on which a part accrued by which every other part had."""
        return all_days([part.days for part in self.parts])

    def holds(self, as_of: int) -> bool:
        """Whether all parts hold."""
        return all(part.holds(as_of) for part in self.parts)

    def grounds(self, day: int) -> tuple[Ground, ...]:
        """What each part's last accrual up to the day rests on."""
        found: list[Ground] = []
        for part in self.parts:
            last = max((each for each, _ in part.days if each <= day), default=None)
            found += () if last is None else part.grounds(last)
        return _once(found)

    def counted(self, as_of: int) -> tuple[Ground, ...]:
        """What the parts count so far."""
        return _once(ground for part in self.parts for ground in part.counted(as_of))

    def has_begun(self, as_of: int) -> bool:
        """Whether a part is met, or something is counted towards one."""
        return len(self._waiting(as_of)) < len(self.parts) or any(
            part.has_begun(as_of) for part in self.parts
        )

    def _waiting(self, as_of: int) -> list[Met]:
        """The parts that were not met yet."""
        return [part for part in self.parts if not any(day <= as_of for day, _ in part.days)]

    def next(self, as_of: int, *, has_begun: bool = False) -> tuple[NextEvent, ...]:
        """The single events that would bring the last parts with them.

        What one part counts is counted towards the whole: "two misses, and a value below 80" of which two misses are
        there waits for the value, although a value below 80 counts nothing before it happens.
        """
        waiting = self._waiting(as_of)
        if not waiting:
            return tuple(
                sorted(event for part in self.parts for event in part.next(as_of, has_begun=has_begun))
            )
        begun = has_begun or self.has_begun(as_of)
        return together([part.next(as_of, has_begun=begun) for part in waiting])


def together(parts: Sequence[Sequence[NextEvent]]) -> tuple[NextEvent, ...]:
    """The events that are one failure for every part: of each such failure the largest event that a part wants.

    A failure of a level is one of its service too, and may bring a month's credits with it.
    """
    smallest: list[dict[tuple[str, ...], NextEvent]] = [
        {event.subject: event for event in sorted(part, reverse=True)} for part in parts
    ]
    found = set()
    for subject in {subject for part in smallest for subject in part}:
        events = [next((part[each] for each in _implied(subject) if each in part), None) for part in smallest]
        wanted = [event for event in events if event is not None]
        if len(wanted) == len(parts):
            found.add(max(wanted))
    return tuple(sorted(found))


def _implied(subject: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """A failure, and what it is besides: of its service, and of the month's credits."""
    service = (("service", subject[-1]),) if subject[0] == "level" else ()
    return (subject, *service, ("money",)) if subject[0] != "money" else (subject,)


def came_together(
    ends: Days, since: Days, weights: Days, judged: Days, least: int
) -> tuple[tuple[int, int], ...]:
    """The days after the rows at which so much had come together within their windows."""
    totals = rolling_totals(ends, since, weights)
    places = np.flatnonzero((totals >= least) & (weights > 0))
    return _distinct((int(ends[place]) + 1, int(judged[place])) for place in places)


def ran_on(
    ends: Iterable[int], judged: Iterable[int], states: Sequence[int], lengths: Sequence[int], least: int
) -> tuple[tuple[int, int], ...]:
    """The days after the periods with which so many had been missed in a row."""
    return tuple(
        (int(end) + 1, int(day))
        for end, day, state, length in zip(ends, judged, states, lengths, strict=True)
        if state == COUNTED and length >= least
    )


def any_days(parts: Iterable[Sequence[tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """The days on which one of several conditions accrued."""
    return _distinct(day for days in parts for day in days)


def all_days(parts: Sequence[Sequence[tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """The days on which one of several conditions accrued by which each of them had."""
    if not parts or not all(parts):
        return ()
    complete = max(days[0][0] for days in parts)
    return _distinct(day for days in parts for day in days if day[0] >= complete)


def _distinct(days: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Each day once, with the later of the days that were judged."""
    found: dict[int, int] = {}
    for day, judged in days:
        found[day] = max(judged, found.get(day, judged))
    return tuple(sorted(found.items()))


def _once(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    return tuple(dict.fromkeys(grounds))


def day_text(ordinal: int) -> str:
    """A day as it is written: "2026-07-01"."""
    return date.fromordinal(ordinal).isoformat()
