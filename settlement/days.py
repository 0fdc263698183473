"""The instants at which days begin and knowledge ends.

The problem: a day begins at another instant on each agreement's clocks, and what is known on a date ends with that day.

Example: ``known_until(date(2026, 5, 1))`` is 2 May, 00:00 UTC.

Limits: "known" is reckoned in UTC, whatever the agreement's zone (ruling 1 of this project).
"""

from datetime import UTC, date, datetime, time, timedelta

from domain.agreements import Agreement
from domain.instants import instant, local_instant


def known_until(as_of: date) -> int:
    """The instant up to which the world is known on a date: the end of that day in UTC."""
    return instant(datetime.combine(as_of + timedelta(days=1), time(), tzinfo=UTC))


def midnight(agreement: Agreement, day: date) -> int:
    """The instant at which a day begins on an agreement's clocks."""
    return local_instant(datetime.combine(day, time()), agreement.calendar.zone)


def day_of(moment: int) -> date:
    """The day of an instant in UTC."""
    return datetime.fromtimestamp(moment // 1_000_000, tz=UTC).date()
