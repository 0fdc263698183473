"""Everything that falls due: what the terms say, and what has happened makes due.

The problem: a right lapses in nine days, a supplier's credit has to be claimed by Friday, a breach has to go to the
director, and the notice for the contract that renews itself is due on 2 October. One list, by day.

Example: `agenda(settling, date(2026, 5, 1), date(2026, 12, 31))` of a UC with a right accrued on 1 May and 60 days to
exercise it holds ``2026-06-30 RIGHT_LAPSES``.

Limits: as of the settling's own date: rights, credits and breaches of periods that ended before it. Claims are due for
what we recover, under UCs; what is claimed is no longer listed. Breaches of the last twelve months are looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.agreements import AgreementType, State
from domain.diary import TERMINATED, DueKind, Entry, entries_of
from domain.escalation import escalation_of
from domain.periods import Period, PeriodRule
from domain.termination.standing import TerminationStatus
from settlement.consequence import consequence_of
from settlement.records.claims import ClaimStatus, claimables
from settlement.rights import Rights
from settlement.target_reviews import target_reviews

if TYPE_CHECKING:
    from domain.agreements import Agreement
    from settlement.results import RightStatus
    from settlement.settle import Settling

__all__ = ["agenda"]

_MONTHS_BACK = 12
_BY_RIGHT = "ends: the right"


def agenda(
    settling: Settling, first: date, last: date, agreements: Sequence[str] | None = None
) -> tuple[Entry, ...]:
    """What falls from one day to another, both included, by day and agreement; of some agreements, or of all."""
    names = [name for name in settling.versions if agreements is None or name in agreements]
    found: list[Entry] = []
    for name in names:
        found += _by_terms(settling, name, first, last)
    rights = Rights(settling, settling.as_of)
    known = {*rights.names(), *rights.exercised_names()}
    open_names = [name for name in sorted(known) if name in names]
    statuses, _ = rights.of(open_names)
    for status in statuses:
        found += _of_right(status)
        if status.status is TerminationStatus.EXERCISED:
            found += _of_end(settling, status)
    for name in names:
        found += _of_months(settling, name)
        found += _of_targets(settling, name, first, last)
    by_right = {(each.day, each.agreement) for each in found if each.what.startswith(_BY_RIGHT)}
    return tuple(
        sorted(
            {
                each
                for each in found
                if first <= each.day <= last
                and not (each.what == TERMINATED and (each.day, each.agreement) in by_right)
            }
        )
    )


def _by_terms(settling: Settling, name: str, first: date, last: date) -> Iterator[Entry]:
    versions = sorted(settling.versions[name], key=lambda each: (each.effective, each.version))
    held = [each for each in versions if each.state is State.ACTIVE]
    for version in versions:
        is_latest = bool(held) and version is held[-1]
        yield from entries_of(version, settling.portfolio.life(version), first, last, is_latest=is_latest)


def _of_right(status: RightStatus) -> Iterator[Entry]:
    clause = status.clause or ""
    if status.status is TerminationStatus.EXERCISABLE and status.exercisable_until is not None:
        what = f"the right {status.name} can be exercised until this day"
        yield Entry(status.exercisable_until, status.agreement, DueKind.RIGHT_LAPSES, what, clause)
    if status.status is TerminationStatus.CURING and status.curing_until is not None:
        what = f"the cure of {status.name} ends"
        yield Entry(status.curing_until, status.agreement, DueKind.CURE_ENDS, what, clause)
    if status.status is TerminationStatus.EXERCISED and status.earliest_end is not None:
        what = f"{_BY_RIGHT} {status.name} was exercised"
        yield Entry(status.earliest_end, status.agreement, DueKind.ENDS, what, clause)


def _of_end(settling: Settling, status: RightStatus) -> Iterator[Entry]:
    """The agreements above that stand without support from the day after the end of what a right ended."""
    for each in consequence_of(settling, status, settling.as_of).uncovered:
        what = f"{', '.join(each.services)} without support: {status.agreement} ended the day before"
        yield Entry(each.since, each.agreement, DueKind.SUPPORT_ENDS, what)


def _of_months(settling: Settling, name: str) -> Iterator[Entry]:
    """Claims that are due, and breaches to escalate, of the months before the settling's date."""
    statements = []
    for month in _months_before(settling.as_of):
        version = settling.judged_in(name, month)
        if version is None:
            continue
        if version.type is AgreementType.UC and version.claim_within is not None:
            statements += [drawn.statement for drawn in settling.statements(version, month)]
        if version.escalation:
            yield from _escalated(settling, version, month)
    for claim in claimables(settling.portfolio, statements, settling.as_of):
        if claim.status is ClaimStatus.OPEN and claim.claim_by is not None:
            what = f"{claim.net} of {claim.period.name} have to be claimed by this day"
            yield Entry(claim.claim_by, name, DueKind.CLAIM_DUE, what, who=claim.consumer)


def _of_targets(settling: Settling, name: str, first: date, last: date) -> Iterator[Entry]:
    """Targets that were set without history, on the day on which history can propose one."""
    for day, of in target_reviews(settling, name, first, last):
        what = f"the target of {of.level.name} on {of.service} was set without history: see what history proposes"
        yield Entry(day, name, DueKind.REVIEW, what, of.level.clause or "")


def _escalated(settling: Settling, version: Agreement, month: Period) -> Iterator[Entry]:
    for breach in settling.breaches_of(version, month):
        attainment = breach.attainment
        of = attainment.of
        for step in escalation_of(version, attainment.period):
            who = ", ".join(each.name or each.email or each.role for each in step.contacts) or step.role
            what = (
                f"step {step.level} of {of.level.name} on {of.service}, {attainment.period.name}: {step.role}"
            )
            yield Entry(step.day, version.name, DueKind.ESCALATION, what, of.level.clause or "", who, step.at)


def _months_before(day: date) -> tuple[Period, ...]:
    rule = PeriodRule.month()
    last = rule.containing(day - timedelta(days=1))
    months = [last] if last.last < day else [last.previous()]
    while len(months) < _MONTHS_BACK:
        months.append(months[-1].previous())
    return tuple(months)
