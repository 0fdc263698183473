"""Whom a breach is taken to, and by when: the steps of escalation with their due times.

The problem: "after one hour the service manager, after two days the director" has to become instants, or nobody is
called.

Example: a breach of March in an agreement of Europe/London stands at the end of 31 March, midnight there, which is
23:00Z. ``after: PT1H`` is due at 2026-04-01T00:00Z, ``after: P2D`` at midnight of 3 April there.

Limits: a breach stands with the end of its period, when its target can no longer be met (ruling 172); hours are elapsed
time, days and months are the calendar's.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from domain.agreements import Agreement, Contact
from domain.durations import Duration
from domain.instants import as_datetime, local_instant
from domain.periods import Period

__all__ = ["EscalationDue", "escalation_of"]


@dataclass(frozen=True, slots=True)
class EscalationDue:
    """A step that is due: its level and role, the instant and the day on the agreement's clocks, and who it is."""

    level: int
    role: str
    at: int
    day: date
    contacts: tuple[Contact, ...] = ()


def escalation_of(agreement: Agreement, period: Period) -> tuple[EscalationDue, ...]:
    """The steps for a breach of a period, in their order; contacts are those with the step's role."""
    zone = agreement.calendar.zone
    found = []
    for step in agreement.escalation:
        day = Duration(step.after.months, step.after.days).after(period.day_after)
        at = local_instant(datetime.combine(day, time()), zone) + step.after.micros
        contacts = tuple(each for each in agreement.contacts if each.role == step.role)
        found.append(
            EscalationDue(step.level, step.role, at, as_datetime(at).astimezone(zone).date(), contacts)
        )
    return tuple(found)
