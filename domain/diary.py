"""The dates that an agreement makes: when it ends, by when notice is due, when it is reviewed, when terms change.

The problem: a contract that renews itself because nobody looked three months ahead costs a year. Every date that
follows from the text alone is put in one diary, with the clause it follows from.

Example: a term to 31 December with ``notice: P90D`` and no renewal: the last day for notice is 2 October, the term ends
on 31 December. ``review: {every: P3M}`` from 1 January: reviews on 1 April, 1 July, 1 October.

Limits: only what the terms say. Rights that lapse, claims that are due and breaches to escalate depend on what happened
(`settlement.agenda`). A term that renews itself is taken to run on by its own length, once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from domain.agreements import Agreement, ServiceLevel, State
from domain.durations import Duration
from domain.life import Life
from domain.money import decimal_text

__all__ = ["TERMINATED", "DueKind", "Entry", "entries_of", "reviews"]

_MOST_REVIEWS = 1200

TERMINATED = "ends: it was terminated"
"""What is said of an agreement's end that somebody recorded."""


class DueKind(StrEnum):
    """What falls on a day."""

    BEGINS = "BEGINS"
    VERSION = "VERSION"
    TERMS_CHANGE = "TERMS_CHANGE"
    NOTICE_DUE = "NOTICE_DUE"
    RENEWS = "RENEWS"
    ENDS = "ENDS"
    SUPPORT_ENDS = "SUPPORT_ENDS"
    REVIEW = "REVIEW"
    SIGNATURE_AWAITED = "SIGNATURE_AWAITED"
    RIGHT_ACCRUES = "RIGHT_ACCRUES"
    RIGHT_LAPSES = "RIGHT_LAPSES"
    CURE_ENDS = "CURE_ENDS"
    CLAIM_DUE = "CLAIM_DUE"
    ESCALATION = "ESCALATION"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What falls on a day, of which agreement, in words; ``clause`` where one is cited.

    ``at`` is the instant in microseconds where the hour matters, and ``who`` whom it concerns.
    """

    day: date
    agreement: str
    kind: DueKind
    what: str
    clause: str = ""
    who: str = ""
    at: int | None = field(default=None, compare=False)


def reviews(agreement: Agreement, first: date, last: date) -> tuple[date, ...]:
    """The review days of an agreement from one day to another, both included.

    Each is counted from the term's first day, so that a review at the end of a short month moves none after it.
    """
    every = agreement.review_every
    if every is None or not (every.months or every.days):
        return ()
    found: list[date] = []
    end = min(last, agreement.last)
    for number in range(1, _MOST_REVIEWS):
        day = Duration(every.months * number, every.days * number).after(agreement.first)
        if day > end:
            break
        if day >= first:
            found.append(day)
    return tuple(found)


def entries_of(
    agreement: Agreement, life: Life, first: date, last: date, *, is_latest: bool
) -> tuple[Entry, ...]:
    """What falls from one day to another by the terms of a version; ``is_latest``: no version in force follows it."""
    return tuple(
        sorted(
            each
            for each in _entries(agreement, life, first, last, is_latest=is_latest)
            if first <= each.day <= last
        )
    )


def _entries(
    agreement: Agreement,
    life: Life,
    first: date,
    last: date,
    *,
    is_latest: bool,
) -> Iterator[Entry]:
    def entry(day: date, kind: DueKind, what: str, clause: str | None = None) -> Entry:
        return Entry(day, agreement.name, kind, what, clause or "")

    version = f"version {agreement.version}"
    if life.state in (State.DRAFT, State.NEGOTIATING, State.AGREED):
        signed = {each.party for each in life.signatures}
        missing = [each for each in (agreement.provider, agreement.consumer) if each not in signed]
        if life.state is not State.AGREED:
            yield entry(
                agreement.effective,
                DueKind.SIGNATURE_AWAITED,
                f"{version} would take effect and waits for {' and '.join(missing)}",
            )
        else:
            yield entry(agreement.effective, DueKind.VERSION, f"{version} is agreed and takes effect")
        return
    if agreement.state is not State.ACTIVE:
        return
    yield _begins(agreement, version, entry)
    for level in agreement.levels:
        for day, what in _steps(level):
            yield entry(day, DueKind.TERMS_CHANGE, what, level.clause)
    for charge in agreement.charges:
        if charge.since is not None and charge.since > agreement.first:
            of = charge.service or "all services"
            yield entry(charge.since, DueKind.TERMS_CHANGE, f"{of}: {charge.monthly} a month")
    if not is_latest:
        return
    for day in reviews(agreement, first, last):
        yield entry(day, DueKind.REVIEW, "review")
    yield from _end(agreement, life, entry)


def _begins(agreement: Agreement, version: str, entry: Callable[[date, DueKind, str], Entry]) -> Entry:
    if agreement.is_changed_from_outside:
        return entry(
            agreement.effective, DueKind.TERMS_CHANGE, f"{version}: what it takes from elsewhere changes"
        )
    if agreement.version == 1:
        return entry(agreement.first, DueKind.BEGINS, "begins")
    return entry(agreement.effective, DueKind.VERSION, f"{version} takes effect")


def _end(agreement: Agreement, life: Life, entry: Callable[[date, DueKind, str], Entry]) -> Iterator[Entry]:
    if life.ended is not None:
        yield entry(life.ended, DueKind.ENDS, TERMINATED)
        return
    if agreement.notice is not None and not agreement.notice.micros:
        due = agreement.notice.before(agreement.last)
        why = "or it renews itself" if agreement.renews else "if it is to end with its term"
        yield entry(due, DueKind.NOTICE_DUE, f"last day to give notice ({agreement.notice}), {why}")
    if agreement.renews:
        yield entry(agreement.last + timedelta(days=1), DueKind.RENEWS, "renews itself")
    else:
        yield entry(agreement.last, DueKind.ENDS, "ends with its term")


def _steps(level: ServiceLevel) -> Iterator[tuple[date, str]]:
    for step in level.target.steps[1:]:
        if step.since is not None:
            value = step.threshold
            yield (
                step.since,
                f"{level.name}: the target is {value.direction.value} {decimal_text(value.value)}",
            )
