"""What the contracts already say will be askew from a later day on.

The problem: an amendment that takes effect in January is reviewed in October. A check of the contracts in force today
finds nothing wrong with it, and in January it is signed.

Example: version 2 of an SLA raises its target from 99.9 to 99.95 on 1 January, on a UC of 99.9: in October it is told
that from 2027-01-01 on the target is not supported.

The way: the days ahead are those on which a version takes effect, a term begins, or a dated target changes. On each the
agreements are looked at that change on it, and those that stand on what they cover. What was found before is not told
again.

Limits: contracts, never evidence; only what is in force without anybody's further act (a draft is none); the first
`MOST_DAYS` such days. That a term ends without anything following it is said today (TERM_MISMATCH).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.agreements import Agreement, State
from domain.findings import Finding, FindingKind, distinct
from domain.periods import Period, PeriodRule
from ola.alignment import Underpinning, agreement_findings
from settlement.settle import Settling
from settlement.standing_terms import standing_findings

__all__ = ["MOST_DAYS", "Ahead", "findings_ahead"]

MOST_DAYS: Final = 24
"""So many days on which contracts change are looked at; what is further away has time."""

_Told = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What will be found from a day on."""

    day: date
    findings: tuple[Finding, ...]


def findings_ahead(settling: Settling, month: Period, told: Iterable[Finding]) -> tuple[Ahead, ...]:
    """What will be askew, or wrong in credit terms, from later days on; without what is ``told`` of a month already."""
    known = {_key(each) for each in told}
    days: dict[date, list[Agreement]] = {}
    for agreement in settling.portfolio.agreements:
        for day in _changes(agreement) if agreement.state is State.ACTIVE else ():
            # The month itself is looked at on its first day.
            if month.first < day <= agreement.last:
                days.setdefault(day, []).append(agreement)
    found = []
    for day in sorted(days)[:MOST_DAYS]:
        new = [each for each in _on(settling, day, days[day]) if _key(each) not in known]
        known |= {_key(each) for each in new}
        if new:
            said = (replace(each, message=f"From {day} on: {each.message}") for each in new)
            found.append(Ahead(day, distinct(said)))
    return tuple(found)


def _changes(agreement: Agreement) -> Iterator[date]:
    """The days on which a version changes what holds: its first, and those of its dated targets."""
    begins = max(agreement.first, agreement.effective)
    yield begins
    for level in agreement.levels:
        for step in level.target.steps:
            if step.since is not None and step.since > begins:
                yield step.since


def _on(settling: Settling, day: date, changed: Iterable[Agreement]) -> Iterator[Finding]:
    """What is to be said on a day of the agreements that change on it, and the alignment of those above them."""
    measuring = settling.measuring
    chain, in_force = measuring.chain, measuring.in_force(day)
    names = {each.name for each in changed if each.name in in_force.by_name}
    services = {service for name in names for service in in_force.by_name[name].services}
    above = chain.supported_by(service for service in services if service in chain.services)
    underpinning = Underpinning(settling.portfolio, chain, in_force, measuring.standing(day), day)
    for agreement in in_force:
        if agreement.name in names:
            yield from standing_findings(agreement)
            yield from settling.terms.findings(agreement, PeriodRule.month().containing(day))
        if agreement.name in names or not above.isdisjoint(agreement.services):
            yield from agreement_findings(underpinning, measuring.sides(agreement, day), agreement, None)


def _key(finding: Finding) -> _Told:
    """What makes two findings of different days the same one: where they stand, and how bad it is.

    Of the alignment figures and words may change with the day; of terms they are the fault itself.
    """
    place = (finding.agreement, finding.service_level, finding.service, finding.clauses)
    figures = finding.figures.get("target"), finding.figures.get("expected")
    fault = finding.message if finding.kind is FindingKind.TERMS else figures
    return finding.code, finding.severity, fault, *place
