"""Everything one needs to hold a party to a contract, in one place: the dossier of an agreement or of a vendor.

The problem: before a letter goes out, somebody gathers for a week what the rights are, which breaches they rest on,
whose failure these were, what was credited, what was excused and why, and what falls due next. All of it follows from
the same settling; here it is put together, so that every sentence of the letter can cite its clause and its evidence.

Example: the dossier of ``uc-cirrus`` as of 1 July 2026 holds its rights with what they rest on, its breaches of January
to June with their traces, its six statements, the reliefs with their notices, and the last days that are coming.

Limits: months that ended before the settling's date, the last twelve by default. A vendor's dossier has, beside the
agreements it provides, the breaches of others that the traces put a share of on it. Which rows of evidence stand behind
a breach is looked up by whoever prints (`api.services.dossier`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.diary import reviews
from domain.durations import Duration
from domain.instants import as_datetime
from domain.metrics import TicketMetric
from domain.periods import Period, PeriodRule
from settlement.agenda import agenda
from settlement.consequence import Consequence, consequence_of
from settlement.records.claims import Claimable, claimables
from settlement.rights import Rights

if TYPE_CHECKING:
    from domain.agreements import Agreement
    from domain.attainment import Attainment
    from domain.diary import Entry
    from domain.explanation import Explanation
    from domain.findings import Finding
    from domain.life import LifeAct
    from domain.relief import Decision
    from domain.termination.terms import Notice
    from settlement.relieving import Applied
    from settlement.results import Breach, RightStatus, Statement
    from settlement.settle import Settling

__all__ = ["Dossier", "RightInFull", "dossier_months", "dossier_of", "review_months"]

_AHEAD = Duration(months=12)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class RightInFull:
    """A right as it stands, how that came about, and what exercising it would bring."""

    status: RightStatus
    explanation: Explanation | None
    consequence: Consequence


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that was gathered; ``party`` is None for an agreement's.

    ``breaches`` are those of the agreements, ``caused`` those of other agreements of which a part fell on the party.
    """

    subject: str
    party: str | None
    as_of: date
    months: tuple[Period, ...]
    agreements: tuple[Agreement, ...]
    attainments: tuple[Attainment, ...]
    rights: tuple[RightInFull, ...]
    breaches: tuple[Breach, ...]
    caused: tuple[Breach, ...]
    statements: tuple[Statement, ...]
    claims: tuple[Claimable, ...]
    reliefs: tuple[Applied, ...]
    decisions: tuple[Decision, ...]
    notices: tuple[Notice, ...]
    acts: tuple[LifeAct, ...]
    due: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def dossier_months(settling: Settling, first: Period | None = None) -> tuple[Period, ...]:
    """The months of a dossier: from one, or the last twelve, to the last that ended before the settling's date."""
    rule = PeriodRule.month()
    last = rule.containing(settling.as_of - timedelta(days=1))
    last = last if last.last < settling.as_of else last.previous()
    begun = settling.evidence.first_instant()
    months = [last]
    while (months[-1] > first) if first is not None else (len(months) < _MONTHS):
        earlier = months[-1].previous()
        if first is None and (begun is None or earlier.last < as_datetime(begun).date()):
            break
        months.append(earlier)
    return tuple(sorted(months))


def review_months(settling: Settling, agreement: Agreement) -> tuple[Period, ...]:
    """The months since the review before the last one that is due: what the coming review is about."""
    past = reviews(agreement, agreement.first, settling.as_of)
    since = (
        past[-2] if len(past) > 1 and past[-1] == settling.as_of else past[-1] if past else agreement.first
    )
    since = min(since, settling.as_of - timedelta(days=1))
    return dossier_months(settling, PeriodRule.month().containing(since))


def dossier_of(settling: Settling, subject: str, months: Sequence[Period]) -> Dossier:
    """The dossier of an agreement or of a party over some months.

    Raises LookupError where no agreement and no party has the name.
    """
    portfolio = settling.portfolio
    party = None
    if subject in settling.versions:
        names: tuple[str, ...] = (subject,)
    elif subject in portfolio.parties:
        party = subject
        names = tuple(sorted({each.name for each in portfolio.agreements if each.provider == subject}))
    else:
        raise LookupError(f"{subject} is no agreement and no party")
    own = [found for name in names for found in _versions(settling, name, months)]
    rights = Rights(settling, settling.as_of)
    known = {*rights.names(), *rights.exercised_names()}
    statuses, findings = rights.of([name for name in known if name in names])
    statements = tuple(
        drawn.statement for version, month in own for drawn in settling.statements(version, month)
    )
    written = portfolio.as_written
    reliefs = tuple(applied for version in _latest(own) for applied in _applied(settling, version))
    relieved = {each.relief.name for each in reliefs}
    return Dossier(
        subject,
        party,
        settling.as_of,
        tuple(months),
        tuple(_current(settling, name) for name in names),
        tuple(
            measured.attainment
            for version, month in own
            for measured in settling.measurements(version.name, month)
        ),
        tuple(
            RightInFull(
                status,
                rights.explanation(status.agreement, status.name),
                consequence_of(settling, status, settling.as_of),
            )
            for status in statuses
        ),
        tuple(breach for version, month in own for breach in settling.breaches_of(version, month)),
        () if party is None else tuple(_caused(settling, party, names, months)),
        statements,
        claimables(portfolio, statements, settling.as_of),
        reliefs,
        () if written is None else tuple(each for each in written.decisions if each.relief in relieved),
        tuple(each for each in portfolio.notices if each.agreement in names and each.on <= settling.as_of),
        () if written is None else tuple(each for each in written.acts if each.agreement in names),
        agenda(settling, settling.as_of, _AHEAD.after(settling.as_of), names),
        findings,
    )


def _versions(settling: Settling, name: str, months: Sequence[Period]) -> Iterator[tuple[Agreement, Period]]:
    for month in months:
        version = settling.judged_in(name, month)
        if version is not None:
            yield version, month


def _latest(own: Sequence[tuple[Agreement, Period]]) -> tuple[Agreement, ...]:
    """Of each agreement the version that was judged last."""
    return tuple({version.name: version for version, _ in own}.values())


def _current(settling: Settling, name: str) -> Agreement:
    found = settling.version_on(name, settling.as_of)
    return settling.versions[name][-1] if found is None else found


def _applied(settling: Settling, version: Agreement) -> tuple[Applied, ...]:
    return settling.measuring.excuses.applied(version)


def _caused(settling: Settling, party: str, own: Sequence[str], months: Sequence[Period]) -> Iterator[Breach]:
    """The breaches of other agreements of which a trace puts a part on the party."""
    run = [name for name, each in settling.portfolio.services.items() if each.provider == party]
    chain = settling.measuring.chain
    above = chain.supported_by(run)
    for month in months:
        for name in settling.names_judged_in(month):
            version = settling.judged_in(name, month)
            if version is None or name in own:
                continue
            holds_tickets = any(isinstance(level.metric, TicketMetric) for level in version.levels)
            if not holds_tickets and not above & set(version.services):
                continue
            for breach in settling.breaches_of(version, month):
                rows = breach.trace.responsibilities
                if any(row.impact_share and party in (row.party, row.answerable) for row in rows):
                    yield breach
