"""Measuring every service level of an agreement, from the evidence, under the version in force.

The problem: an attainment is only as good as the agreement version, the term, the window, the maintenance and the
exclusions it was measured under. They are all brought together here, once, for every kind of metric, and what a trace
needs later (the counted downtime, the late tickets) is kept beside the figure.

Example (E1): April, 24x7, 62 minutes down: 2,588,280,000,000 of 2,592,000,000,000 microseconds.

Limits: metrics that parse but are not calculated yet have no attainment; the settlement says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import numpy as np

from domain.agreements import (
    Agreement,
    AgreementType,
    AvailabilityMetric,
    LaterMetric,
    ServiceLevel,
    WithinMetric,
)
from domain.attainment import Attainment, AttainmentStatus, Judgement, LevelOn
from domain.findings import Finding, FindingKind, Severity
from domain.instants import instant, local_instant
from domain.intervals import EMPTY, Intervals
from domain.measure.availability import agreed_time, availability, downtime_in
from domain.measure.clocks import ClockRule
from domain.measure.judging import judge, percent
from domain.measure.timelines import Timelines, timelines
from domain.measure.within import TicketMeasure, measure_within
from domain.parties import Role
from domain.periods import Period
from domain.ports import Evidence
from domain.services import Measured
from ola.chain import Chain
from ola.downtime import Downtime, DowntimeBook
from ola.occasions import DowntimeBreach, Player, downtime_occasions
from ola.portfolio import InForce, Portfolio
from ola.sides import Sides
from ola.trace import whole_quantity

NO_LIFT: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredDowntime:
    """What an availability stands on: T, D within T, the service's own state, and the occasions where needed.

    ``breach`` is None where nothing in the counted downtime is excused and the target was met: then the whole of
    ``down`` counts and nobody asks whose it was.
    """

    agreed: Intervals
    windows: Intervals
    maintenance: Intervals
    down: Intervals
    state: Downtime
    counted: Fraction
    breach: DowntimeBreach | None
    horizon: int


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredTickets:
    """What a `within` stands on: the tickets counted, and the clock they were counted by."""

    measure: TicketMeasure
    rule: ClockRule


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """One attainment and what it stands on; ``basis`` None where there is nothing to follow."""

    attainment: Attainment
    basis: MeasuredDowntime | MeasuredTickets | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Measuring:
    """Measures levels of one portfolio from one body of evidence, as known on one date.

    Whatever two levels share (a service's downtime, its tickets' timelines, the sides seen from a provider) is worked
    out once.
    """

    portfolio: Portfolio
    evidence: Evidence
    as_of: date
    chain: Chain
    _books: dict[int, DowntimeBook] = field(default_factory=dict)
    _lines: dict[tuple[str, int], Timelines] = field(default_factory=dict)
    _sides: dict[tuple[str, int, date], Sides] = field(default_factory=dict)
    _views: dict[tuple[str, date], Sides] = field(default_factory=dict)
    _custody: dict[tuple[str, str, date], frozenset[str]] = field(default_factory=dict)
    _in_force: dict[date, InForce] = field(default_factory=dict)

    @classmethod
    def of(cls, portfolio: Portfolio, evidence: Evidence, as_of: date) -> "Measuring":
        """A fresh measuring of a portfolio's evidence."""
        return cls(portfolio, evidence, as_of, Chain.of(portfolio))

    def in_force(self, day: date) -> InForce:
        """The agreements judged on a day."""
        if day not in self._in_force:
            self._in_force[day] = self.portfolio.in_force(day)
        return self._in_force[day]

    def sides(self, judged: Agreement, day: date) -> Sides:
        """The sides seen from an agreement's provider, under the agreements in force on a day."""
        key = (judged.name, judged.version, day)
        if key not in self._sides:
            self._sides[key] = Sides.of(self.portfolio, self.in_force(day), judged)
        return self._sides[key]

    def custodians(self, agreement: Agreement, day: date) -> frozenset[str]:
        """Whose custody of a ticket runs the clock of an OLA or UC: its provider's and its side's."""
        key = (agreement.provider, agreement.consumer, day)
        if key not in self._custody:
            seen_from = self.portfolio.top_party(agreement.consumer)
            if (seen_from, day) not in self._views:
                self._views[seen_from, day] = Sides(self.portfolio, self.in_force(day), seen_from, "*")
            self._custody[key] = self._views[seen_from, day].custodians(agreement.provider)
        return self._custody[key]

    def lines(self, service: str, horizon: int) -> Timelines:
        """The timelines of a service's tickets, by what had happened before an instant."""
        key = (service, horizon)
        if key not in self._lines:
            tickets, events = self.evidence.tickets((service,)), self.evidence.ticket_events((service,))
            self._lines[key] = timelines(tickets, events, horizon)
        return self._lines[key]

    def lines_for(self, agreement: Agreement, service: str, horizon: int) -> Timelines:
        """The timelines that an agreement's levels read: for one customer's SLA its own tickets.

        A customer is matched by itself or through its parents (2-documents); a ticket that names none, or none that
        is declared, may be anybody's and counts. Suppliers are promised no customer's tickets more than another's.
        """
        lines = self.lines(service, horizon)
        if agreement.type is not AgreementType.SLA or agreement.consumer == "*":
            return lines
        names = lines.tickets.customer.names
        others = frozenset(name for name in names if not self._may_be(name, agreement.consumer))
        if not others:
            return lines
        return lines.only(np.flatnonzero(~lines.tickets.customer.rows_in(others)))

    def _may_be(self, customer: str, consumer: str) -> bool:
        """Whether a ticket's customer is an agreement's consumer or below it, as far as the documents know."""
        declared = self.portfolio.parties
        return customer not in declared or consumer in self.portfolio.family(customer)

    def book(self, horizon: int) -> DowntimeBook:
        """The downtime of all services, open outages running to a horizon."""
        if horizon not in self._books:
            self._books[horizon] = DowntimeBook(self.chain, self.evidence, horizon)
        return self._books[horizon]

    def measure(self, of: LevelOn, period: Period, lifted: frozenset[str] = NO_LIFT) -> Measurement | None:
        """Measure one level on one service for one of its own periods; None where its metric comes later.

        ``lifted`` are causes that are not excused where the failure is the agreement's own provider's: what a credit
        would have been without an exclusion (3.6).
        """
        metric = of.level.metric
        if isinstance(metric, LaterMetric):
            return None
        if isinstance(metric, WithinMetric):
            return self._within(of, metric, period)
        return self._availability(of, metric, period, lifted)

    def _availability(
        self, of: LevelOn, metric: AvailabilityMetric, period: Period, lifted: frozenset[str]
    ) -> Measurement:
        agreement, level = of.agreement, of.level
        first, last = max(period.first, agreement.first), min(period.last, agreement.last)
        windows = agreement.calendar.service_time(first, last, level.window)
        maintenance = agreement.calendar.weekly_intervals(agreement.maintenance, first, last)
        agreed = agreed_time(windows, maintenance)
        end = period.bounds(agreement.calendar.zone)[1]
        book = self.book(min(end, known_until(self.as_of)))
        state = book.measured(of.service, metric)
        down = downtime_in(state.down, metric.minimum_outage, agreed)
        identify = self.identify(of, first, lifted)
        breach: DowntimeBreach | None = None
        counted = Fraction(down.total())
        states = [(name, book.of(name)) for name in self.chain.closure(of.service)[:-1]] + [
            (of.service, state)
        ]
        excused = any(
            identify(name, cause).excused is not None and own & down
            for name, each in states
            for cause, own in each.own.items()
        )
        if excused:
            breach = downtime_occasions(book, of.service, state, down, identify, agreement.relief_test)
            counted = whole_quantity(breach.players, breach.occasions)
        denominator = Fraction(agreed.total())
        value = availability(denominator, counted)
        judgement = judge(value, level.target.on(first), level.compare)
        if judgement.status is AttainmentStatus.MISSED and breach is None:
            breach = downtime_occasions(book, of.service, state, down, identify, agreement.relief_test)
        attainment = _attainment(
            of, period, judgement, "microseconds", denominator - counted, denominator, first
        )
        findings = (*self._no_evidence(of), *self._self_excused(of, book, down))
        basis = MeasuredDowntime(
            agreed, windows, maintenance & windows, down, state, counted, breach, book.horizon
        )
        return Measurement(attainment, basis, findings)

    def identify(
        self, of: LevelOn, day: date, lifted: frozenset[str] = NO_LIFT
    ) -> Callable[[str, str], Player]:
        """Who stands behind a service's outages of one cause, in the trace of one level (rulings 13 and 14)."""
        agreement = of.agreement
        sides = self.sides(agreement, day)
        players: dict[tuple[str, str], Player] = {}

        def identify(service: str, cause: str) -> Player:
            key = (service, cause)
            if key not in players:
                players[key] = self._player(of, sides, service, cause, lifted)
            return players[key]

        return identify

    def _player(self, of: LevelOn, sides: Sides, service: str, cause: str, lifted: frozenset[str]) -> Player:
        agreement = of.agreement
        party = self.chain.services[service].provider
        if cause == "customer" and service not in agreement.services:
            # "Customer" is the consumer of the agreement that covers the row's service, nobody here.
            cause = ""
        if not cause and sides.is_consumer(party):
            # What the customer runs itself fails by the customer's doing, whoever recorded it.
            cause = "customer"
        not_excused = lifted if sides.is_own(party) else NO_LIFT
        is_lifted = cause in not_excused
        excused = cause if cause in agreement.exclusions - not_excused else None
        if (
            excused is None
            and agreement.type is not AgreementType.SLA
            and "other_supplier" in agreement.exclusions - not_excused
            and service != of.service
        ):
            excused = "other_supplier"  # The vendor answers for own(v) only (3.4).
        if cause == "customer" and excused is None and not is_lifted:
            consumer = agreement.consumer
            return Player(service, consumer, consumer, is_customer=True)
        if sides.is_consumer(party) and sides.side_of(party) == agreement.consumer and excused is None:
            return Player(service, party, agreement.consumer, is_customer=True)
        return Player(service, party, sides.side_of(party), excused=excused)

    def _within(self, of: LevelOn, metric: WithinMetric, period: Period) -> Measurement:
        agreement, level = of.agreement, of.level
        first, last = max(period.first, agreement.first), min(period.last, agreement.last)
        start = _midnight(agreement, first)
        end = _midnight(agreement, last + timedelta(days=1))
        as_of = _midnight(agreement, self.as_of)
        horizon = as_of if as_of >= end else known_until(self.as_of)
        lines = self.lines_for(agreement, of.service, horizon)
        rule = self.clock_rule(of, metric.stops, lines, max(end, horizon), first)
        measured = measure_within(lines, metric, rule, start, end, horizon)
        denominator = Fraction(measured.counted)
        value = percent(measured.numerator, denominator)
        judgement = judge(
            value,
            level.target.on(first),
            level.compare,
            level.small_sample,
            measured.counted,
            measured.failures,
        )
        attainment = _attainment(of, period, judgement, "tickets", measured.numerator, denominator, first)
        return Measurement(attainment, MeasuredTickets(measured, rule))

    def clock_rule(
        self, of: LevelOn, stops: frozenset[str], lines: Timelines, until: int, day: date
    ) -> ClockRule:
        """The clock of a level: whoever holds the ticket for an SLA, the provider's side for an OLA or UC (3.2)."""
        agreement = of.agreement
        window = self.window_around(agreement, of.level, lines, until)
        if agreement.type is AgreementType.SLA:
            return ClockRule(window, stops)
        runs = self.chain.services[of.service].provider
        holders = self.custodians(agreement, day)
        return ClockRule(window, stops, holders, counts_eventless=runs in holders)

    def window_around(
        self, agreement: Agreement, level: ServiceLevel, lines: Timelines, until: int
    ) -> Intervals:
        """A level's windows from the day before the first ticket opened to the day after ``until``.

        Agreed maintenance does not stop a ticket's clock: 3.2 counts business time in the window.
        """
        if not len(lines.tickets):
            return EMPTY
        begin = _day(int(lines.tickets.opened.min())) - timedelta(days=1)
        return agreement.calendar.service_time(begin, _day(until) + timedelta(days=1), level.window)

    def _no_evidence(self, of: LevelOn) -> tuple[Finding, ...]:
        stated = self.chain.services[of.service]
        if stated.measured is not Measured.DIRECTLY or of.service in self.evidence.services_with_outages():
            return ()
        return (
            Finding(
                "NO_EVIDENCE", Severity.WARNING, FindingKind.EVIDENCE,
                f"No outage row names {of.service}, which is measured directly: its availability reads as 100 %.",
                of.agreement.name, of.level.name, of.service,
                cure=f"Send the outages of {of.service}, or measure it fromDependencies if it has no monitor.",
            ),
        )  # fmt: skip

    def _self_excused(self, of: LevelOn, book: DowntimeBook, down: Intervals) -> tuple[Finding, ...]:
        """A vendor's own record that says the customer did it still relieves, but asks a person (ruling 14)."""
        if "customer" not in of.agreement.exclusions:
            return ()
        covered = [name for name in self.chain.closure(of.service) if name in of.agreement.services]
        found = (self._self_excused_on(of, service, book, down) for service in sorted(covered))
        return tuple(finding for finding in found if finding is not None)

    def _self_excused_on(
        self, of: LevelOn, service: str, book: DowntimeBook, down: Intervals
    ) -> Finding | None:
        rows = book.rows(service)
        party = self.portfolio.parties[self.chain.services[service].provider]
        vendors = {p.name for p in self.portfolio.parties.values() if p.role is Role.VENDOR}
        code = rows.cause.code("customer")
        doubtful = [
            row for row in range(len(rows))
            if rows.cause.codes[row] == code
            and (party.role is Role.VENDOR or rows.source[row] in vendors)
            and down.clip(int(rows.started[row]), int(rows.ended[row]))
        ]  # fmt: skip
        if not doubtful:
            return None
        places = ", ".join(f"{rows.place.file[row]}:{int(rows.place.line[row])}" for row in doubtful)
        return Finding(
            "SELF_EXCUSED", Severity.WARNING, FindingKind.EVIDENCE,
            f"Outages of {service}, which {party.name} runs, are recorded by a vendor as caused by the customer "
            f"({places}); they are relieved as recorded.",
            of.agreement.name, of.level.name, service,
            figures={"outages": str(len(doubtful))},
            cure="Have the customer confirm the cause, or send a correction that supersedes the row.",
        )  # fmt: skip


def known_until(as_of: date) -> int:
    """The instant up to which the world is known on a date: the end of that day in UTC."""
    return instant(datetime.combine(as_of + timedelta(days=1), time(), tzinfo=UTC))


def _attainment(
    of: LevelOn,
    period: Period,
    judgement: Judgement,
    unit: str,
    numerator: Fraction,
    denominator: Fraction,
    day: date,
) -> Attainment:
    return Attainment(
        of, period, judgement.status, unit, of.level.target.on(day), judgement.value, judgement.compared,
        numerator, denominator, judgement.margin,
    )  # fmt: skip


def _midnight(agreement: Agreement, day: date) -> int:
    return local_instant(datetime.combine(day, time()), agreement.calendar.zone)


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment // 1_000_000, tz=UTC).date()
