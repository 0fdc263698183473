"""How a right to terminate stands on a date: what has accrued, what is being cured, until when it can be exercised.

The problem: a right comes into being, waits for a cure, is open for so many days, lapses, is waived or exercised, and
comes anew with the next miss that meets its condition. Which of these holds on a date decides whether a letter that is
sent today ends a contract.

Example (E24): accrued on 1 July, exercisable for 60 days: `EXERCISABLE` until 30 August, `LAPSED` on 31 August.

Limits: acts are judged on their own day, in the order in which they were done. What the agreement's term does is not
asked here.

References: 3.7; rulings 32, 33 and 35.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.termination.meeting import Ground, Met, NextEvent
from domain.termination.terms import Act, Notice, TerminationRight

__all__ = ["Accrual", "Dates", "RightPast", "Standing", "TerminationStatus", "standing"]


class TerminationStatus(StrEnum):
    """How a right stands (3.7)."""

    NOT_MET = "NOT_MET"
    APPROACHING = "APPROACHING"
    CURING = "CURING"
    EXERCISABLE = "EXERCISABLE"
    LAPSED = "LAPSED"
    WAIVED = "WAIVED"
    EXERCISED = "EXERCISED"


@dataclass(frozen=True, slots=True)
class Accrual:
    """One accrual of a right: the day, the terms of the version that was judged, and what met its condition."""

    day: date
    terms: TerminationRight
    met: Met
    completed: int
    """The day, as an ordinal, on which its condition was complete: a report may make it accrue later."""

    @property
    def rests(self) -> tuple[Met, int]:
        """What it rests on: its condition, and the day on which that was complete."""
        return self.met, self.completed


@dataclass(frozen=True, slots=True)
class Dates:
    """What an accrual leads to: its cure (None: none, or not begun), and the days on which it can be exercised.

    ``first`` None: it waits for a breach notice. ``last`` None: as long as its condition holds.
    """

    cured: date | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class RightPast:
    """A right with all its accruals, oldest first, and the acts on it in order; ``terms`` and ``met`` are today's."""

    terms: TerminationRight
    met: Met
    accruals: Sequence[Accrual]
    acts: Sequence[Notice] = ()
    _dates: dict[tuple[date, date | None], Dates] = field(default_factory=dict, compare=False, repr=False)

    def dates(self, accrual: Accrual, noticed: date | None) -> Dates:
        """The cure and the exercise window of an accrual; worked out once."""
        key = (accrual.day, noticed)
        if key not in self._dates:
            self._dates[key] = dates_of(accrual, noticed)
        return self._dates[key]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a right stands on a date.

    ``until`` is the last day on which it can be (or, lapsed, could have been) exercised; ``ends`` the day on
    which the agreement would end, or ends. ``refused`` are acts that changed nothing, with the reason.
    """

    status: TerminationStatus
    accrued: date | None = None
    curing_until: date | None = None
    until: date | None = None
    ends: date | None = None
    acted: date | None = None
    awaited: NextEvent | None = None
    asks: tuple[Met, int] | None = None
    """Where nothing is awaited yet: the condition and the day that tell what would meet it anew."""
    rests: tuple[Met, int] | None = None
    """The condition and the day of its accrual; a day without an accrual asks what is counted so far."""
    refused: tuple[tuple[Notice, str], ...] = ()
    terms: TerminationRight | None = None

    @property
    def next(self) -> NextEvent | None:
        """The smallest next event that would bring the right about."""
        if self.awaited is None and self.asks is not None:
            met, day = self.asks
            return min(met.next(day), default=None)
        return self.awaited

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What the right rests on, or counts so far."""
        if self.rests is None:
            return ()
        met, day = self.rests
        return met.counted(day) if self.accrued is None else met.grounds(day)


def dates_of(accrual: Accrual, noticed: date | None) -> Dates:
    """The cure and the exercise window of an accrual; ``noticed`` is when its breach was notified."""
    terms = accrual.terms
    begins = accrual.day
    cured: date | None = None
    if terms.cure is not None:
        from_day = noticed if terms.cure.from_notice else accrual.day
        if from_day is None:
            return Dates(None, None, None)
        begins = cured = terms.cure.within.after(from_day)
    last = None if terms.exercise_within is None else terms.exercise_within.after(begins)
    first = begins if cured is None else date.fromordinal(begins.toordinal() + 1)
    return Dates(cured, first, last)


@dataclass(slots=True)
class _Course:
    """The course of a right up to a day: what was notified, waived and exercised so far."""

    past: RightPast
    noticed: dict[date, date]
    waived: set[date]

    def so_far(self, day: date) -> list[Accrual]:
        """The accruals up to a day, latest first."""
        accruals = self.past.accruals
        upto = bisect_right(accruals, day, key=lambda accrual: accrual.day)
        return list(reversed(accruals[:upto]))

    def dates(self, accrual: Accrual) -> Dates:
        return self.past.dates(accrual, self.noticed.get(accrual.day))

    def is_open(self, accrual: Accrual, day: date) -> bool:
        """Whether an accrual can be exercised on a day."""
        dates = self.dates(accrual)
        if accrual.day in self.waived or dates.first is None or dates.first > day:
            return False
        return accrual.met.holds(day.toordinal()) if dates.last is None else day <= dates.last

    def is_curing(self, accrual: Accrual, day: date) -> bool:
        """Whether an accrual waits for its cure, or for the notice from which that runs."""
        dates = self.dates(accrual)
        return accrual.day not in self.waived and (dates.first is None or dates.first > day)

    def apply(self, act: Notice) -> tuple[Accrual | None, str]:
        """Do an act; the accrual that it exercises (None: none), or why it is refused ("": it is not)."""
        live = [a for a in self.so_far(act.on) if self.is_open(a, act.on) or self.is_curing(a, act.on)]
        if act.act is Act.EXERCISE:
            opened = next((a for a in live if self.is_open(a, act.on)), None)
            return opened, "" if opened is not None else self.why_closed(act.on)
        if not live:
            return None, self.why_closed(act.on)
        for accrual in live:
            if act.act is Act.WAIVE:
                self.waived.add(accrual.day)
            else:
                self.noticed.setdefault(accrual.day, act.on)
        return None, ""

    def why_closed(self, day: date) -> str:
        """Why a right cannot be acted on, on a day."""
        accruals = self.so_far(day)
        if not accruals:
            return "it had not accrued"
        last = accruals[0]
        dates = self.dates(last)
        if last.day in self.waived:
            return f"what accrued on {last.day} had been waived"
        if dates.first is None:
            return "its cure runs from a breach notice, which had not been served"
        if dates.first > day:
            return f"the cure ran until {dates.cured}"
        return f"it had lapsed on {dates.last}" if dates.last is not None else "its condition had ceased"


def standing(past: RightPast, as_of: date) -> Standing:
    """How a right stands on a date, on what had happened by then."""
    course = _Course(past, {}, set())
    refused: list[tuple[Notice, str]] = []
    exercised: tuple[Accrual, date] | None = None
    for act in past.acts:
        if act.on > as_of:
            break
        if exercised is not None:
            refused.append((act, f"the right had been exercised on {exercised[1]}"))
            continue
        accrual, reason = course.apply(act)
        if reason:
            refused.append((act, reason))
        elif accrual is not None:
            exercised = accrual, act.on
    if exercised is not None:
        accrual, day = exercised
        return Standing(
            TerminationStatus.EXERCISED, accrual.day, until=course.dates(accrual).last,
            ends=_end(accrual.terms, day), acted=day, rests=accrual.rests,
            refused=tuple(refused), terms=accrual.terms,
        )  # fmt: skip
    return _unexercised(course, as_of, tuple(refused))


def _end(terms: TerminationRight, day: date) -> date:
    return day if terms.notice is None else terms.notice.after(day)


def _unexercised(course: _Course, as_of: date, refused: tuple[tuple[Notice, str], ...]) -> Standing:
    accruals = course.so_far(as_of)
    opened = [accrual for accrual in accruals if course.is_open(accrual, as_of)]
    if opened:
        # Of several accruals the one that stays open longest; the latest of those that have no last day.
        chosen = max(opened, key=lambda each: (course.dates(each).last or date.max, each.day))
        return Standing(
            TerminationStatus.EXERCISABLE, chosen.day, until=course.dates(chosen).last,
            ends=_end(chosen.terms, as_of), rests=chosen.rests,
            refused=refused, terms=chosen.terms,
        )  # fmt: skip
    curing = [accrual for accrual in accruals if course.is_curing(accrual, as_of)]
    if curing:
        # The cure that ends first; one that waits for its notice only where no other runs.
        chosen = min(curing, key=lambda each: (course.dates(each).cured or date.max, each.day))
        return Standing(
            TerminationStatus.CURING, chosen.day, curing_until=course.dates(chosen).cured,
            awaited=_awaited_notice(course, chosen, as_of), rests=chosen.rests,
            refused=refused, terms=chosen.terms,
        )  # fmt: skip
    return _closed(course, as_of, refused)


def _closed(course: _Course, as_of: date, refused: tuple[tuple[Notice, str], ...]) -> Standing:
    """A right that has not accrued, or whose last accrual has ended."""
    past, day = course.past, as_of.toordinal()
    accruals = course.so_far(as_of)
    last = accruals[0] if accruals else None
    has_run_out = last is not None and course.dates(last).last is not None
    if last is not None and (last.day in course.waived or has_run_out):
        is_waived = last.day in course.waived
        return Standing(
            TerminationStatus.WAIVED if is_waived else TerminationStatus.LAPSED, last.day,
            until=course.dates(last).last, asks=(past.met, day), rests=last.rests,
            refused=refused, terms=past.terms,
        )  # fmt: skip
    upcoming = min(past.met.next(day), default=None)
    status = TerminationStatus.NOT_MET if upcoming is None else TerminationStatus.APPROACHING
    return Standing(status, awaited=upcoming, rests=(past.met, day), refused=refused, terms=past.terms)


def _awaited_notice(course: _Course, accrual: Accrual, as_of: date) -> NextEvent | None:
    if course.dates(accrual).first is not None or accrual.terms.cure is None:
        return None
    within = accrual.terms.cure.within
    sentence = (
        f"A breach notice: the cure of {within} runs from it, and the right can be exercised after that."
    )
    return NextEvent(0, as_of.toordinal(), ("notice",), lambda: sentence)
