"""Measuring every service level of an agreement, from the evidence, under the version in force.

The problem: an attainment is only as good as the agreement version, the term, the window, the maintenance and the
exclusions it was measured under. They are all brought together here, once, for every kind of metric, and what a trace
needs later (the counted downtime, the late tickets) is kept beside the figure.

Example (E1): April, 24x7, 62 minutes down: 2,588,280,000,000 of 2,592,000,000,000 microseconds.

Limits: metrics that parse but are not calculated yet have no attainment; the settlement says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from domain.agreements import (
    Agreement,
    AgreementType,
    AvailabilityMetric,
    CompositeMetric,
    DurationMetric,
    MeanMetric,
    OnTimeMetric,
    OutageCountMetric,
    RatioMetric,
    ServiceLevel,
    SuccessMetric,
    TotalMetric,
    WithinMetric,
)
from domain.attainment import Attainment, LevelOn
from domain.intervals import EMPTY, Intervals
from domain.measure.clocks import ClockRule
from domain.measure.thresholds import Hours
from domain.measure.timelines import Timelines
from domain.parties import Role
from domain.periods import Period, PeriodKind
from domain.ports import Evidence
from domain.relief import Effect
from ola.chain import Chain
from ola.downtime import DowntimeBook
from ola.inheritance import Standing
from ola.occasions import Player
from ola.portfolio import InForce, Portfolio
from ola.sides import Sides
from settlement.alike import LevelsOnTickets, services_with_tickets
from settlement.days import day_of, known_until, midnight
from settlement.measured import (
    Basis,
    MeasuredComposite,
    MeasuredDowntime,
    MeasuredOutages,
    MeasuredTally,
    MeasuredTickets,
    Measurement,
)
from settlement.measuring_composites import measure_composite
from settlement.measuring_downtime import measure_availability, measure_outage_count
from settlement.measuring_rows import measure_counts, measure_deliverables, measure_samples
from settlement.measuring_tickets import measure_clock_times, measure_tickets_within
from settlement.relief_views import is_relieved, struck_out, unexcused, with_reliefs
from settlement.relieving import Excuses
from settlement.sources import RankedEvidence
from settlement.ticket_book import Alike, Span, TicketBook

__all__ = [
    "NO_LIFT", "Basis", "MeasuredComposite", "MeasuredDowntime", "MeasuredOutages", "MeasuredTally", "MeasuredTickets",
    "Measurement", "Measuring", "known_until",
]  # fmt: skip

NO_LIFT: frozenset[str] = frozenset()


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
    tickets: TicketBook
    excuses: Excuses
    _books: dict[tuple[int, tuple[str, ...]], DowntimeBook] = field(default_factory=dict)
    _brought: set[tuple[int, tuple[str, ...], str, int]] = field(default_factory=set)
    _believed: dict[tuple[tuple[str, ...], int], TicketBook] = field(default_factory=dict)
    _sides: dict[tuple[tuple[str, int, date], str, int], Sides] = field(default_factory=dict)
    _views: dict[tuple[str, date], Sides] = field(default_factory=dict)
    _on_tickets: dict[tuple[int, Period], LevelsOnTickets] = field(default_factory=dict)
    _ticketed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _custody: dict[tuple[str, str, date], frozenset[str]] = field(default_factory=dict)
    _in_force: dict[date, InForce] = field(default_factory=dict)
    _standing: dict[int, Standing] = field(default_factory=dict)
    _for_customer: dict[tuple[tuple[str, int, date], str], Agreement] = field(default_factory=dict)
    composing: set[tuple[str, ...]] = field(default_factory=set)
    """The composites that are being measured just now, so that none is made of itself."""

    @classmethod
    def of(cls, portfolio: Portfolio, evidence: Evidence, as_of: date) -> "Measuring":
        """A fresh measuring of a portfolio's evidence."""
        excuses = Excuses(portfolio, evidence, as_of)
        return cls(portfolio, evidence, as_of, Chain.of(portfolio), TicketBook(evidence), excuses)

    def seeing(
        self, effects: frozenset[Effect], *, by_cause: bool = True, including: frozenset[str] = frozenset()
    ) -> "Measuring":
        """The same measuring under the reliefs of some effects (`domain.relief`), or with claimed ones as accepted.

        ``by_cause`` False leaves out the exclusions too. Whatever does not depend on relief is shared.
        """
        excuses = self.excuses.seen(effects, by_cause=by_cause, including=including)
        return replace(self, excuses=excuses)

    def in_force(self, day: date) -> InForce:
        """The agreements judged on a day."""
        if day not in self._in_force:
            # As long as the same agreements are in force, whatever was found out about them holds.
            self._in_force[day] = self.portfolio.in_force(day, self._in_force.values())
        return self._in_force[day]

    def standing(self, day: date) -> Standing:
        """Which levels of the SLAs in force on a day are judged under themselves (ruling 36)."""
        in_force = self.in_force(day)
        known = self._standing.get(id(in_force))
        if known is None:
            known = self._standing[id(in_force)] = Standing.of(self.portfolio, in_force)
        return known

    def judged_for(self, agreement: Agreement, level: ServiceLevel) -> tuple[Agreement, ...]:
        """An agreement as a level of it is judged: once, or for each of its customers by itself."""
        if not level.is_per_customer or not agreement.customers:
            return (agreement,)
        return tuple(self.for_customer(agreement, customer) for customer in agreement.customers)

    def for_customer(self, agreement: Agreement, customer: str) -> Agreement:
        """An agreement with every customer as it is with one of them; made once."""
        key = (agreement.key, customer)
        if key not in self._for_customer:
            self._for_customer[key] = agreement.for_customer(customer)
        return self._for_customer[key]

    def sides(self, judged: Agreement, day: date) -> Sides:
        """The sides seen from an agreement's provider, under the agreements in force on a day."""
        in_force = self.in_force(day)
        key = (judged.key, judged.consumer, id(in_force))
        if key not in self._sides:
            self._sides[key] = Sides.of(self.portfolio, in_force, judged)
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

    def lines_for(self, of: LevelOn, span: Span, day: date) -> Timelines:
        """The timelines that a level reads in a span, by the terms of a day: for one customer's SLA its own tickets.

        A customer is matched by itself or through its parents (2-documents); a ticket that names none, or none that
        is declared, may be anybody's and counts. Suppliers are promised no customer's tickets more than another's.
        """
        agreement, tickets = of.agreement, self.tickets_for(of.agreement, span)
        lines = tickets.lines(of.service, span, self._services_with_tickets(day))
        if agreement.type is not AgreementType.SLA or agreement.consumer == "*":
            return lines
        names = lines.tickets.customer.names
        return tickets.without(lines, [name for name in names if not self._may_be(name, agreement.consumer)])

    def tickets_for(self, agreement: Agreement, span: Span) -> TicketBook:
        """The tickets of all services as an agreement's sources tell of them, by a span's horizon."""
        if not agreement.sources:
            return self.tickets
        key = (agreement.sources, span.horizon)
        if key not in self._believed:
            self._believed[key] = TicketBook(self.ranked(agreement, span.horizon))
        return self._believed[key]

    def alike(self, of: LevelOn, period: Period, day: date) -> Alike | None:
        """The services that may be measured with a level's, by the terms of a day; None where it is by itself.

        A level under which some time is excused has a clock of its own.
        """
        if self.excuses.of(of).stops:
            return None
        key = (id(self.in_force(day)), period)
        if key not in self._on_tickets:
            self._on_tickets[key] = LevelsOnTickets.of(self.in_force(day), period)
        return self._on_tickets[key].alike(of.agreement, of.level)

    def _services_with_tickets(self, day: date) -> tuple[str, ...]:
        """The services that tickets will be asked of, in the order in which they will be."""
        in_force = self.in_force(day)
        if id(in_force) not in self._ticketed:
            self._ticketed[id(in_force)] = services_with_tickets(in_force)
        return self._ticketed[id(in_force)]

    def _may_be(self, customer: str, consumer: str) -> bool:
        """Whether a ticket's customer is an agreement's consumer or below it, as far as the documents know."""
        declared = self.portfolio.parties
        return customer not in declared or consumer in self.portfolio.family(customer)

    def book(self, horizon: int, agreement: Agreement) -> DowntimeBook:
        """The downtime of all services as an agreement's sources tell of it, open outages running to a horizon."""
        key = (horizon, agreement.sources)
        if key not in self._books:
            evidence = self.ranked(agreement, horizon) if agreement.sources else self.evidence
            self._books[key] = DowntimeBook(self.chain, evidence, horizon)
        book = self._books[key]
        asked = (*key, agreement.name, agreement.version)
        if asked not in self._brought:
            # Whoever asks for one of its services soon asks for the others: all of them together cost little more.
            self._brought.add(asked)
            book.bring(agreement.services)
        return book

    def ranked(self, agreement: Agreement, before: int) -> RankedEvidence:
        """The evidence as an agreement that ranks its sources believes it, as of an instant."""
        return RankedEvidence(self.evidence, agreement.sources, before)

    def forget_beyond(self, rows: int) -> bool:
        """Forget what was read of the evidence where it is more than so many rows; it is read again where needed."""
        books = (self.tickets, *self._believed.values())
        if (
            sum(book.rows_held() for book in books) + sum(book.rows_held() for book in self._books.values())
            <= rows
        ):
            return False
        self.tickets.forget()
        self._believed.clear()
        self._books.clear()
        self._brought.clear()
        return True

    def measure(self, of: LevelOn, period: Period, lifted: frozenset[str] = NO_LIFT) -> Measurement | None:
        """Measure one level on one service for one of its own periods; None where its metric comes later.

        ``lifted`` are causes that are not excused where the failure is the agreement's own provider's: what a credit
        would have been without an exclusion (3.6).
        """
        measure = _MEASURES.get(type(of.level.metric))
        return None if measure is None else with_reliefs(self, measure(self, of, period, lifted), lifted)

    def measured_once(self, of: LevelOn, period: Period, lifted: frozenset[str] = NO_LIFT) -> Measurement:
        """The same in this view alone, without asking what the others make of it."""
        return _MEASURES[type(of.level.metric)](self, of, period, lifted)

    def is_relieved(self, measurement: Measurement) -> bool:
        """Whether a period would have been missed and is no miss for its credit, by decision or by exclusion.

        Such a period is not counted among repeats, and does not break their run (ruling 27).
        """
        return is_relieved(self, measurement)

    def struck_out(self, measurement: Measurement) -> str | None:
        """Why a period that would have been missed does not weigh for termination; None where it weighs or was met."""
        return struck_out(self, measurement)

    def unexcused(self, measurement: Measurement) -> Attainment:
        """What a period would have attained if nothing were excused."""
        return unexcused(self, measurement)

    def span(self, of: LevelOn, period: Period) -> tuple[date, date]:
        """The first and the last day that are measured: those within the term.

        A rolling window is whole: the days before the term count too, on which evidence could exist (ruling 3).
        """
        agreement = of.agreement
        is_rolling = period.kind is PeriodKind.DAY_WINDOW
        first = period.first if is_rolling else max(period.first, agreement.first)
        return first, min(period.last, agreement.last_of(of.service))

    def instants(self, of: LevelOn, period: Period) -> tuple[int, int]:
        """The measured days as a half-open span of instants."""
        first, last = self.span(of, period)
        return midnight(of.agreement, first), midnight(of.agreement, last + timedelta(days=1))

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
        is_customers_own = sides.side_of(party) == agreement.consumer
        if not cause and is_customers_own:
            # What the customer runs itself fails by the customer's doing, whoever recorded it.
            cause = "customer"
        not_excused = lifted if sides.is_own(party) else NO_LIFT
        is_lifted = cause in not_excused
        exclusions = agreement.exclusions - not_excused if self.excuses.by_cause else frozenset()
        excused = cause if cause in exclusions else None
        if (
            excused is None
            and agreement.type is not AgreementType.SLA
            and "other_supplier" in exclusions
            and service != of.service
        ):
            excused = "other_supplier"  # The vendor answers for own(v) only (3.4).
        if excused is None and (is_customers_own or (cause == "customer" and not is_lifted)):
            who = party if is_customers_own else agreement.consumer
            return Player(service, who, agreement.consumer, is_customer=True)
        return Player(service, party, sides.side_of(party), excused=excused)

    def clock_rule(
        self, of: LevelOn, stops: frozenset[str], lines: Timelines, until: int, day: date
    ) -> ClockRule:
        """The clock of a level: whoever holds the ticket for an SLA, the provider's side for an OLA or UC (3.2)."""
        agreement = of.agreement
        window = self.window_around(agreement, of.level, lines, until)
        hours = Hours(agreement.calendar, of.level.window)
        if of.level.duty is not None and of.level.duty.of_consumer:
            # The consumer's own duty is a matter of the consumer's own custody.
            return ClockRule(window, stops, self.consumers(agreement), hours=hours)
        if agreement.type is AgreementType.SLA:
            return ClockRule(window, stops, hours=hours)
        runs = self.chain.services[of.service].provider
        holders = self.custodians(agreement, day)
        return ClockRule(window, stops, holders, counts_eventless=runs in holders, hours=hours)

    def consumers(self, agreement: Agreement) -> frozenset[str]:
        """The consumer's organisation; of an agreement for everybody, all customers."""
        if agreement.consumer != "*":
            return frozenset(self.portfolio.organisation(self.portfolio.top_party(agreement.consumer)))
        return frozenset(name for name, each in self.portfolio.parties.items() if each.role is Role.CUSTOMER)

    def window_around(
        self, agreement: Agreement, level: ServiceLevel, lines: Timelines, until: int
    ) -> Intervals:
        """A level's windows from the day before the first ticket opened to the day after ``until``.

        Agreed maintenance does not stop a ticket's clock: 3.2 counts business time in the window.
        """
        if not len(lines.tickets):
            return EMPTY
        begin = day_of(int(lines.tickets.opened.min())) - timedelta(days=1)
        window = agreement.calendar.service_time(begin, day_of(until) + timedelta(days=1), level.window)
        # In time that is relieved no clock runs, neither the judged one nor that of the holder's own contract.
        return window - self.excuses.of(LevelOn(agreement, level, "")).stops


Measure = Callable[[Measuring, LevelOn, Period, frozenset[str]], Measurement]
"""Measures a level for one of its own periods, with the causes whose exclusion is lifted."""

_MEASURES: dict[type, Measure] = {
    AvailabilityMetric: measure_availability,
    OutageCountMetric: measure_outage_count,
    WithinMetric: measure_tickets_within,
    DurationMetric: measure_clock_times,
    RatioMetric: measure_counts,
    MeanMetric: measure_counts,
    TotalMetric: measure_counts,
    SuccessMetric: measure_samples,
    OnTimeMetric: measure_deliverables,
    CompositeMetric: measure_composite,
}
"""How each metric is measured."""
