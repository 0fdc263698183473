"""``WINDOW_GAP``: hours that are promised above and that nobody promises below, over a real year.

The problem: the customer is promised 24x7 and the network is supported from eight to six; or both are from eight to
six, but the supplier keeps the public holidays of another country, or of another clock. On paper both say "prime".

Example: an SLA of prime time in London on a UC of the same hours that is closed on ENG public holidays: 4,800 minutes
of 2026, on the eight days that are named.

Redundancy is heard: a gap of one network is none as long as the other one is promised, so a gap is what the whole chain
leaves open, and is told of each service that leaves it open.

Limits: the calendar year of the day asked about, within the term above; of tickets the window of each stage's clock.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from domain.agreements import Agreement, ServiceLevel
from domain.findings import Finding, FindingKind, Severity
from domain.instants import MINUTE
from domain.intervals import EMPTY, Intervals, covered_at_least, union
from ola.alignment.days_said import days_said
from ola.alignment.structure import Formula, Promised
from ola.alignment.support import Support
from ola.alignment.underpinning import Promise, agreed_service_time, clause_of

_ONE_DAY = timedelta(days=1)


def window_gaps(support: Support | None, day: date) -> tuple[Finding, ...]:
    """The hours of an availability level that what it stands on leaves open in the year of ``day``."""
    if support is None:
        return ()
    first, last = year_within(support.agreement, day)
    asked = agreed_service_time(support.agreement, support.level, first, last)
    if not asked:
        return ()
    if not any(asked - _promised(promises, first, last) for promises in support.samples()):
        return ()
    open_hours = {}
    for service, promises in support.promises.items():
        open_hours[service] = asked - _promised(promises, first, last)
    whole = _left_open(support.formula, open_hours)
    found = []
    for service, promises in support.told().items():
        gap = open_hours[service] & whole
        if gap:
            clauses = tuple(each.clause for each in promises)
            found.append(
                gap_finding(
                    support.agreement, support.level, support.service, service, clauses, gap, first.year
                )
            )
    return tuple(found)


def _promised(promises: Iterable[Promise], first: date, last: date) -> Intervals:
    first, last = day_around(first, last)
    return union([agreed_service_time(each.agreement, each.level, first, last) for each in promises])


def year_within(agreement: Agreement, day: date) -> tuple[date, date]:
    """The days of a calendar year that lie within an agreement's term."""
    return max(date(day.year, 1, 1), agreement.first), min(date(day.year, 12, 31), agreement.last)


def day_around(first: date, last: date) -> tuple[date, date]:
    """Days and one more on either side: the year of another zone begins and ends at another hour."""
    return first - _ONE_DAY, last + _ONE_DAY


def gap_finding(
    judged: Agreement,
    level: ServiceLevel,
    service: str,
    below: str,
    clauses: tuple[str, ...],
    gap: Intervals,
    year: int,
) -> Finding:
    """A gap in words, with the dates on the upper agreement's clocks."""
    minutes = gap.total() // MINUTE
    dates = _dates(judged, gap)
    return Finding(
        "WINDOW_GAP", Severity.WARNING, FindingKind.ALIGNMENT,
        f"{judged.name} promises {service} for {minutes:,} minutes of {year} in which {below} is promised by nobody: "
        f"{days_said(dates)}.",
        judged.name, level.name, service,
        (clause_of(judged, level), *clauses),
        {"minutes": str(minutes), "days": str(len(dates))},
        f"Extend the hours of {' and '.join(sorted({each.split(' ')[0] for each in clauses}))} to those promised "
        f"above, or promise {service} for fewer.",
    )  # fmt: skip


def _dates(agreement: Agreement, gap: Intervals) -> list[date]:
    zone = agreement.calendar.zone
    found: dict[date, None] = {}
    for start, end in gap:
        day = datetime.fromtimestamp(start // 1_000_000, tz=UTC).astimezone(zone).date()
        last = datetime.fromtimestamp((end - 1) // 1_000_000, tz=UTC).astimezone(zone).date()
        for ordinal in range(day.toordinal(), last.toordinal() + 1):
            found[date.fromordinal(ordinal)] = None
    return list(found)


def _left_open(formula: Formula, open_hours: Mapping[str, Intervals]) -> Intervals:
    """When the whole is promised by nobody, if what nobody promises reads as down."""
    found: list[Intervals] = []
    for node in formula.nodes:
        if isinstance(node, Promised):
            found.append(open_hours[node.service])
            continue
        parts = [found[member] for member in node.members]
        found.append(covered_at_least(len(parts) - node.needed + 1, parts) if any(parts) else EMPTY)
    return found[formula.top]
