"""Relief: time or items that the parties agreed to excuse, by when it had to be notified, and what it excuses.

The problem: a supplier asks to be excused for a flood, a late specification or agreed work. Only what was accepted
counts; where the contract makes timely notice a condition, relief that was notified late is void; and one may be
excused the breach, the credit, or only its weight for termination, each without the others (3.4).

Example: the flood ends on Friday 6 March at 17:00, notice is due within five business days: until Friday 13 March, the
whole day. Notice on 17 March is four days late.

Limits: what relief means for a figure is each measure's to say. Exclusions (an outage row's own cause) are another way
to be excused: they need no claim and no notice, and relieve in every effect.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from domain.calendars import Calendar
from domain.durations import Duration
from domain.instants import DAY, as_datetime, local_instant

__all__ = ["BY_BREACH", "BY_CREDIT", "BY_TERMINATION", "Decision", "Effect", "Given", "RefusedDecision", "Relief",
           "ReliefNotice", "ReliefStatus", "Timeliness", "decided", "timeliness", "why_not_decided"]  # fmt: skip


class Effect(StrEnum):
    """What a relief excuses: the breach itself, its credit, or its weight for termination."""

    BREACH = "breach"
    CREDIT = "credit"
    TERMINATION = "termination"


BY_BREACH = frozenset({Effect.BREACH})
"""The effects by which a figure is relieved."""
BY_CREDIT = frozenset({Effect.BREACH, Effect.CREDIT})
"""The effects by which a credit is relieved: what is no breach credits nothing."""
BY_TERMINATION = frozenset({Effect.BREACH, Effect.TERMINATION})
"""The effects by which the weight for termination is relieved: what is no breach weighs nothing."""


class ReliefStatus(StrEnum):
    """How far a relief has got; only an accepted one counts."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Given:
    """When notice was given: the instant, and the day it was on the agreement's clocks."""

    at: int
    day: date


@dataclass(frozen=True, slots=True)
class Relief:
    """What is excused, why, and how far it has got.

    ``span`` is half-open, or None where ``tickets`` or ``deliverables`` are excused by name; ``levels`` None is all
    levels of the agreement.
    """

    name: str
    agreement: str
    cause: str
    status: ReliefStatus
    effects: frozenset[Effect]
    levels: frozenset[str] | None = None
    span: tuple[int, int] | None = None
    tickets: frozenset[str] = frozenset()
    deliverables: frozenset[str] = frozenset()
    notice: Given | None = None
    clause: str | None = None
    reason: str | None = None
    is_duty: bool = False
    """Not a decision but a duty of the consumer's that its own evidence shows late."""

    @property
    def label(self) -> str:
        """What it is called in an explanation: "relief storm", "duty specifications-in-time"."""
        return f"{'duty' if self.is_duty else 'relief'} {self.name}"

    def concerns(self, level: str) -> bool:
        """Whether a service level of the agreement is relieved by it."""
        return self.levels is None or level in self.levels


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a claimed relief: accepted, rejected or withdrawn, on a day of the agreement's clocks."""

    name: str
    relief: str
    status: ReliefStatus
    on: date
    at: int
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedDecision:
    """A decision that changed nothing, and why."""

    decision: Decision
    relief: Relief | None
    why: str


def why_not_decided(relief: Relief | None, decision: Decision, earlier: Decision | None) -> str | None:
    """Why a relief cannot be decided so; None: it can. Only what is claimed can, and once."""
    if relief is None:
        return f"there is no relief {decision.relief}"
    if earlier is not None:
        return f"it was {earlier.status.value} on {earlier.on}"
    if relief.status is not ReliefStatus.CLAIMED:
        return f"it is {relief.status.value}"
    if decision.status is ReliefStatus.CLAIMED:
        return "a decision is accepted, rejected or withdrawn"
    return None


def decided(
    reliefs: Iterable[Relief], decisions: Iterable[Decision]
) -> tuple[tuple[Relief, ...], tuple[RefusedDecision, ...]]:
    """The reliefs with what was decided about them, and the decisions that changed nothing."""
    by_name = {relief.name: relief for relief in reliefs}
    made: dict[str, Decision] = {}
    refused: list[RefusedDecision] = []
    for decision in sorted(decisions, key=lambda each: (each.at, each.name)):
        relief = by_name.get(decision.relief)
        why = why_not_decided(relief, decision, made.get(decision.relief))
        if why is not None or relief is None:
            refused.append(RefusedDecision(decision, relief, why or ""))
            continue
        made[decision.relief] = decision
    found = tuple(
        replace(relief, status=made[name].status) if name in made else relief
        for name, relief in by_name.items()
    )
    return found, tuple(refused)


@dataclass(frozen=True, slots=True)
class ReliefNotice:
    """By when relief has to be notified, from the end of the event; a condition voids what is notified later."""

    within: Duration
    in_business_days: bool = False
    is_condition: bool = False

    def deadline(self, ended: int, calendar: Calendar) -> tuple[date, int]:
        """The last day, and the instant at which time is up: the end of that day, unless the contract says hours.

        Days are counted from the day of the event's end on the calendar's clocks; business days are Monday to Friday
        less the calendar's holidays (ruling 31).
        """
        day = as_datetime(ended).astimezone(calendar.zone).date()
        if self.within.micros:
            until = ended + Duration(0, self.within.days, self.within.micros).exact_micros()
            return as_datetime(until).astimezone(calendar.zone).date(), until + 1
        if self.in_business_days:
            last = calendar.add_business_days(day, self.within.days)
        else:
            last = self.within.after(day)
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time())
        return last, local_instant(midnight, calendar.zone)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Whether notice was in time: its deadline, and how late it was or, never given, has become (0: in time)."""

    deadline: date
    days_late: Fraction
    is_given: bool

    @property
    def is_late(self) -> bool:
        """Whether the deadline had passed."""
        return self.days_late > 0


def timeliness(
    relief: Relief, rule: ReliefNotice, ended: int | None, calendar: Calendar, as_of: date
) -> Timeliness | None:
    """How notice of a relief stands on a date; None while the event has not ended.

    Notice that was never given is late once its deadline has passed: a condition cannot be met by silence.
    """
    if ended is None:
        return None
    last, up = rule.deadline(ended, calendar)
    if relief.notice is None:
        return Timeliness(last, Fraction(max((as_of - last).days, 0)), is_given=False)
    if relief.notice.at < up:
        return Timeliness(last, Fraction(0), is_given=True)
    late = Fraction((relief.notice.day - last).days)
    return Timeliness(last, late or Fraction(relief.notice.at - up + 1, DAY), is_given=True)
