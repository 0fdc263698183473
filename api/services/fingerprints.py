"""Everything that could have changed an agreement's result, in one hash.

The problem: after a correction for one service, the results of all other agreements must not be worked out again; and
no result may be kept whose inputs did change. So each result is named by what it was worked out from.

Example: an outage of ``hosting`` changes the fingerprints of the agreements over services that stand on hosting, from
the month in which it began on; those of earlier months and of other agreements stay.

What counts for an agreement and a month: its own versions and claims; the reliefs of all agreements named here; the
umbrella agreement it is a part of, with all parts of that; those whose credits it passes on or shares; the exchange
rates; the levels of other agreements and the recorded events that the conditions of its credits ask about; all
agreements over services that its services stand on, and, where it has levels for tickets or rows of parties,
all that have such levels (custody may lead to any of them); the agreements that its composites are made of; parties,
services and the frame of every agreement (who serves whom decides the sides); what the month sees of the rows of
evidence about those services (`api.services.known_rows`); what was invoiced up to it; the engine and the time-zone
data; and the as-of date as far as it decides anything. More is taken in than needed where in doubt: a result settled
twice costs time, one kept wrongly costs money.

Limits: rows are taken as known on the as-of date, so a row that superseded another changes the hash, and one that only
repeats another does not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from api.services.known_rows import Seen, TicketsSeen
from domain.agreements import (
    AgreementType,
    AvailabilityMetric,
    CompositeMetric,
    OutageCountMetric,
    PassThroughCredit,
)
from domain.credits.when import agreements_asked, asked_by
from domain.instants import as_datetime, local_instant
from domain.metrics import Assign, TicketMetric
from domain.services import dependencies_of
from domain.termination.terms import EventRecorded
from settlement.days import known_until
from store.mappers import hash_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from api.services.known_rows import EvidenceRows
    from domain.agreements import Agreement
    from domain.evidence import InvoicedCharge
    from domain.periods import Period
    from domain.relief import Relief
    from domain.termination.terms import Notice
    from ola.chain import Chain
    from ola.portfolio import Portfolio

__all__ = ["Fingerprints"]

_BY_OUTAGES = (AvailabilityMetric, OutageCountMetric)
_SOON = 2 * 24 * 3600 * 1_000_000
"""Outages that begin up to two days after a month may go on with one of it (microseconds)."""


class Fingerprints:
    """The fingerprints of one portfolio's agreements, under one body of evidence, as known on one day."""

    def __init__(
        self,
        portfolio: Portfolio,
        chain: Chain,
        rows: EvidenceRows,
        as_of: date,
        engine: str,
        invoiced: tuple[InvoicedCharge, ...] = (),
        begins: int | None = None,
    ) -> None:
        self._portfolio = portfolio
        self._as_of = as_of
        self._invoiced: dict[str, list[InvoicedCharge]] = {}
        for row in invoiced:
            self._invoiced.setdefault(row.agreement, []).append(replace(row, place=""))
        self._chain = chain
        self._versions: dict[str, list[Agreement]] = {}
        for agreement in portfolio.agreements:
            self._versions.setdefault(agreement.name, []).append(agreement)
        # What was invoiced counts month by month: an invoice of June changes nothing of May.
        self._hashes = {
            name: hash_of([replace(version, invoiced=()) for version in versions])
            for name, versions in self._versions.items()
        }
        self._by_service: dict[str, set[str]] = {}
        self._by_party: set[str] = set()
        for agreement in portfolio.agreements:
            for service in {
                *agreement.services,
                *(name for level in (*agreement.levels, *agreement.duties) for name in level.services),
            }:
                self._by_service.setdefault(service, set()).add(agreement.name)
            if any(not isinstance(level.metric, _BY_OUTAGES) for level in agreement.levels):
                self._by_party.add(agreement.name)
        self._parts: dict[str, list[str]] = {}
        for agreement in portfolio.agreements:
            if agreement.part_of is not None:
                self._parts.setdefault(agreement.part_of, []).append(agreement.name)
        self._sharing: dict[str, list[str]] = {}
        for agreement in portfolio.agreements:
            for level in agreement.levels:
                for other, _ in level.shared.others if level.shared is not None else ():
                    self._sharing.setdefault(other, []).append(agreement.name)
        self._frame = hash_of(
            {
                "rates": list(portfolio.rates),
                "engine": engine,
                "begins": None if begins is None else as_datetime(begins).strftime("%Y-%m"),
                "parties": dict(portfolio.parties),
                "services": {name: each.provider for name, each in portfolio.services.items()},
                "agreements": [_frame(agreement) for agreement in portfolio.agreements],
            }
        )
        self._rows = rows
        self._months: dict[tuple[str, Seen], str] = {}
        self._zones = {
            name: tuple({version.calendar.zone for version in versions})
            for name, versions in self._versions.items()
        }
        self._days: dict[tuple[ZoneInfo, date], int] = {}
        self._lags = {
            name: sum(need.recovery_lag for need in dependencies_of(each.depends_on))
            for name, each in portfolio.services.items()
        }

    def of(self, name: str, month: Period) -> str:
        """The fingerprint of one agreement's result in a month."""
        made_of = self._made_of(name)
        versions = [version for each in sorted(made_of) for version in self._versions.get(each, ())]
        roots = {service for each in versions for service in each.services}
        roots |= {
            service
            for each in versions
            for level in (*each.levels, *each.duties)
            for service in level.services
        }
        closure = sorted({below for root in roots for below in self._chain.closure(root)})
        related = {*made_of, *(other for service in closure for other in self._by_service.get(service, ()))}
        related &= self._hashes.keys()
        if made_of & self._by_party:
            related |= self._by_party
        events = self._events_asked(name)
        seen, known = self._seen(made_of, related, closure, month)
        closing = [edge for edge in sorted(self._chain.closing_edges) if set(edge) & set(closure)]
        return hash_of(
            {
                "frame": self._frame,
                "known": known,
                "invoiced": [
                    row
                    for other in sorted(related)
                    for row in self._invoiced.get(other, ())
                    if row.month <= month.name
                ],
                "agreement": name,
                "month": month.name,
                "contracts": {other: self._hashes[other] for other in sorted(related)},
                "claims": [claim for claim in self._portfolio.claims if claim.agreement in made_of],
                "reliefs": [relief for relief in self._portfolio.reliefs if relief.agreement in related],
                "services": [self._portfolio.services[service] for service in closure],
                "edges that close a cycle": closing,
                "evidence": {service: self._evidence(service, seen) for service in closure},
                **({"events": events} if events else {}),
            }
        )

    def _events_asked(self, name: str) -> list[Notice]:
        """The recorded events on which a credit of an agreement may hang: those of its own and of its umbrella."""
        versions = self._versions.get(name, ())
        asked = {
            condition.event
            for version in versions
            for level in version.levels
            for condition in asked_by(level)
            if isinstance(condition, EventRecorded)
        }
        names = {name, *(version.part_of for version in versions)}
        return [each for each in self._portfolio.notices if each.event in asked and each.agreement in names]

    def _seen(
        self, made_of: set[str], related: set[str], closure: Sequence[str], month: Period
    ) -> tuple[Seen, object]:
        """How far a month sees, and what of the as-of date bears on it besides: nothing, once it decides nothing more.

        It decides what had happened to tickets and items (which is in the rows as they are seen), whether notice was
        ever given, how late what has not come yet is, and which claims have lapsed.
        """
        own = [version for name in made_of for version in self._versions.get(name, ())]
        # Contracts may end the month at different instants; the last of them is as far as any of them sees.
        end = max(self._begins(zone, month.day_after) for name in related for zone in self._zones[name])
        known = known_until(self._as_of)
        goes_on = self._rows.goes_on(closure, end, sum(self._lags[service] for service in closure))
        duties = [duty for version in own for duty in version.duties]
        seen = Seen(end, end + _SOON if goes_on else end, known, self._tickets_seen(own, month), bool(duties))
        is_over = self._as_of >= month.day_after and self._rows.is_as_known
        if (
            not is_over
            or seen.tickets is None
            or any(
                self._hangs_on_the_date(each) for each in self._portfolio.reliefs if each.agreement in made_of
            )
            or any(isinstance(duty.metric, TicketMetric) for duty in duties)
            or (duties and self._rows.has_open_items(closure, end, known))
        ):
            return replace(seen, reach=end + _SOON, tickets=None), self._as_of
        lapsed = [
            [version.name, version.version, self._lapsed(version, month)]
            for version in own
            if version.type is AgreementType.UC and version.claim_within is not None
        ]
        return seen, sorted(lapsed)

    def _tickets_seen(self, own: Sequence[Agreement], month: Period) -> TicketsSeen | None:
        """How far tickets are seen; None where clocks of several zones, or sources that are ranked, look at them."""
        looking = [
            each for each in own if any(isinstance(level.metric, TicketMetric) for level in each.levels)
        ]
        zones = {each.calendar.zone for each in looking}
        spans = {(self._begins(zone, month.day_after), self._begins(zone, self._as_of)) for zone in zones}
        if len(spans) > 1 or any(each.sources for each in looking):
            return None
        metrics = [level.metric for each in looking for level in each.levels]
        by_milestone = all(
            metric.assign is Assign.MILESTONE for metric in metrics if isinstance(metric, TicketMetric)
        )
        end, horizon = next(iter(spans), (0, 0))
        return TicketsSeen(end, horizon, by_milestone)

    def _begins(self, zone: ZoneInfo, day: date) -> int:
        """The instant at which a day begins in a zone."""
        key = (zone, day)
        if key not in self._days:
            self._days[key] = local_instant(datetime.combine(day, time()), zone)
        return self._days[key]

    def _hangs_on_the_date(self, relief: Relief) -> bool:
        """Whether a relief may stand otherwise on a later day: no notice was given, or evidence tells its end."""
        if relief.span is None:
            return True
        versions = self._versions.get(relief.agreement, ())
        return relief.notice is None and any(version.relief_notice is not None for version in versions)

    def _lapsed(self, version: Agreement, month: Period) -> str:
        """The last month whose claims, if nobody made them, have lapsed: all before it have, too."""
        within = version.claim_within
        while within is not None and month.last >= version.first:
            if within.after(month.last) < self._as_of:
                return month.name
            month = month.previous()
        return ""

    def _made_of(self, name: str) -> set[str]:
        """An agreement, those whose levels its composites are made of, and those that share its caps, however deep."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            agreement = waiting.pop()
            if agreement not in found:
                found.add(agreement)
                metrics = [
                    level.metric for each in self._versions.get(agreement, ()) for level in each.levels
                ]
                composites = [metric for metric in metrics if isinstance(metric, CompositeMetric)]
                waiting += [part.agreement for metric in composites for part in metric.of]
                waiting += [
                    other
                    for each in self._versions.get(agreement, ())
                    for level in each.levels
                    for other in sorted(agreements_asked(level))
                ]
                waiting += [
                    each.part_of for each in self._versions.get(agreement, ()) if each.part_of is not None
                ]
                waiting += self._parts.get(agreement, ())
                waiting += self._money_from(agreement)
        return found

    def _money_from(self, name: str) -> list[str]:
        """The agreements whose credits another passes on, or shares: those its consumer is bound by, and its peers."""
        found: list[str] = []
        top = self._portfolio.top_party
        for version in self._versions.get(name, ()):
            shares = [level.shared for level in version.levels if level.shared is not None]
            found += [other for shared in shares for other, _ in shared.others]
            if shares or any(isinstance(level.credit, PassThroughCredit) for level in version.levels):
                found += [
                    other.name
                    for other in self._portfolio.agreements
                    if version.consumer != "*" and top(other.provider) == top(version.consumer)
                ]
        return found + self._sharing.get(name, [])

    def _evidence(self, service: str, seen: Seen) -> str:
        key = (service, seen)
        if key not in self._months:
            self._months[key] = self._rows.hash_of(service, seen)
        return self._months[key]


def _frame(agreement: Agreement) -> object:
    return [
        agreement.name,
        agreement.version,
        agreement.type,
        agreement.structure,
        agreement.provider,
        agreement.consumer,
        list(agreement.services),
        agreement.state,
        agreement.first,
        agreement.last,
        agreement.effective,
    ]
