"""Ticket clocks walked minute by minute: 3.2, and the `within` game of 3.3.

Each minute of a ticket's life, from opening to milestone, has a status and a holder. Every clock is a count of such
minutes: the SLA's, a party's custody of it, a supplier's own. An allowance a_p is found by walking p's custody until
p's own clock is about to run beyond its own threshold.

Example (E10): P1 in 4 h; a desk with 1 h holds it 2 h, a vendor with 2 h 30 holds it 3 h. With only the vendor doing
what it did: 1 h + 3 h = 4 h, not late. With only the desk: 2 h + 2 h 30 = 4 h 30, late. All the desk's.

Agreed maintenance shortens agreed service time (3.1); a ticket's clock is business time in the window (3.2), and goes on.

Limits: `assign: milestone`; every event has a status and a holder; a team's side for its own OLA is the team.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from tests.reference.levels import Measured
from tests.reference.minutes import (
    Document,
    as_key,
    duration_minutes,
    in_window,
    minute_of,
    month_bounds,
    zone_of,
)
from tests.reference.shapley import CUSTOMER, OWN_FAILURE, Coalition, Player
from tests.reference.sides import Portfolio, Sides

MILESTONES = {"response": "responded_at", "resolution": "resolved_at"}
NEVER_RUNNING = ("resolved", "closed")


@dataclass(frozen=True)
class Moment:
    """One minute of a ticket's life."""

    minute: int
    status: str
    holder: str | None


@dataclass(frozen=True)
class Life:
    """A ticket from its opening to a milestone."""

    ticket: str
    service: str
    priority: str
    milestone: int
    moments: tuple[Moment, ...]
    has_events: bool


def live(ticket: Document, events: list[Document], milestone: str) -> Life | None:
    """A ticket's minutes up to its milestone, or None while that is not reached."""
    reached = ticket.get(MILESTONES[milestone])
    if not reached:
        return None
    opened, ends = minute_of(ticket["opened_at"]), minute_of(reached)
    own = sorted(
        (e for e in events if e["ticket_id"] == ticket["ticket_id"]), key=lambda event: minute_of(event["at"])
    )
    states = [(minute_of(e["at"]), e["status"], e["holder"] or None) for e in own]
    priority = ticket["priority"]
    for event in own:
        if event.get("priority") and minute_of(event["at"]) <= ends:
            priority = event["priority"]
    moments = []
    for minute in range(opened, ends):
        status, holder = "open", None
        for at, new_status, new_holder in states:
            if at <= minute:
                status, holder = new_status, new_holder
        moments.append(Moment(minute, status, holder))
    return Life(ticket["ticket_id"], ticket["service"], priority, ends, tuple(moments), bool(own))


class Clock:
    """What makes a clock run: a level's window in its agreement's calendar, and its stops."""

    def __init__(self, portfolio: Portfolio, agreement: Document, level: Document) -> None:
        self.calendar = as_key(portfolio.calendar(agreement))
        self.window = level.get("window")
        self.stops = (*level["metric"].get("stops", []), *NEVER_RUNNING)
        self.thresholds = {p: duration_minutes(t) for p, t in level["metric"]["thresholds"].items()}

    def runs(self, moment: Moment) -> bool:
        """Whether the clock runs in a minute."""
        return moment.status not in self.stops and in_window(self.calendar, self.window, moment.minute)


class TicketGame:
    """One `within` level over one month's tickets."""

    def __init__(
        self,
        portfolio: Portfolio,
        agreements: list[Document],
        tickets: list[Document],
        events: list[Document],
        agreement: Document,
        level: Document,
        service: str,
        month: str,
    ) -> None:
        self.portfolio, self.agreements = portfolio, agreements
        self.agreement, self.level, self.service = agreement, level, service
        self.sides = Sides(portfolio, agreements, agreement["provider"])
        self.clock = Clock(portfolio, agreement, level)
        self.milestone = level["metric"].get("milestone", "resolution")
        self.doubts: set[str] = set()
        bounds = month_bounds(zone_of(portfolio.calendar(agreement)), month)
        self.lives: list[Life] = []
        for ticket in tickets:
            if ticket["service"] != service or not self._is_ours(ticket):
                continue
            life = live(ticket, events, self.milestone)
            if life is None or not bounds[0] <= life.milestone < bounds[1]:
                continue
            if life.priority in self.clock.thresholds and self._held(life):
                self.lives.append(life)
        self.custody = {life.ticket: self._custody(life) for life in self.lives}
        self.late = [
            life
            for life in self.lives
            if sum(self.custody[life.ticket].values()) > self.clock.thresholds[life.priority]
        ]
        self.own_allowance = {
            life.ticket: {p: self._allowance(life, {p}, self._level_of(p, life)) for p in self._holders(life)}
            for life in self.late
        }
        bound: dict[str, set[bool]] = {}
        for life in self.late:
            for p in self._holders(life):
                bound.setdefault(p, set()).add(self._level_of(p, life) is not None)
        self.without_level = frozenset(p for p, found in bound.items() if found == {False})
        if any(len(found) > 1 for found in bound.values()):
            # For one priority it has a level, for another none: is its row's gap UNGOVERNED?
            self.doubts.add("A_LEVEL_FOR_SOME_PRIORITIES")
        self.side_allowance = {life.ticket: self._side_allowances(life) for life in self.late}

    def _is_ours(self, ticket: Document) -> bool:
        customer = ticket.get("customer")
        if self.agreement["type"] != "SLA" or not customer or self.agreement["consumer"] == "*":
            return True
        return bool(customer == self.agreement["consumer"])

    def _holder(self, life: Life, moment: Moment) -> str:
        """Who answers for a minute: the holder; unheld time is the provider's (ruling 18 for tickets without events)."""
        if moment.holder:
            return moment.holder
        if self.agreement["type"] == "SLA" or self._runs_it_unrecorded(life):
            return str(self.agreement["provider"])
        return ""

    def _runs_it_unrecorded(self, life: Life) -> bool:
        return not life.has_events and self.portfolio.provider_of(life.service) == self.agreement["provider"]

    def _counts_for_us(self, holder: str) -> bool:
        """Whose custody an OLA's or UC's clock counts: its provider's, and the subcontractors' on its side."""
        provider = self.agreement["provider"]
        if holder == provider:
            return True
        if not holder or self.portfolio.parties[provider]["role"] == "team":
            return False
        seen_by_consumer = Sides(self.portfolio, self.agreements, self.agreement["consumer"])
        return seen_by_consumer.side_of(holder) == seen_by_consumer.side_of(provider)

    def _held(self, life: Life) -> bool:
        if self.agreement["type"] == "SLA" or self._runs_it_unrecorded(life):
            return True
        return any(moment.holder and self._counts_for_us(moment.holder) for moment in life.moments)

    def _holders(self, life: Life) -> list[str]:
        return sorted(self.custody[life.ticket])

    def _custody(self, life: Life) -> dict[str, int]:
        """τ_p: minutes of this level's clock by the party in whose custody they passed."""
        spent: dict[str, int] = {}
        for moment in life.moments:
            holder = self._holder(life, moment)
            if self.clock.runs(moment) and (self.agreement["type"] == "SLA" or self._counts_for_us(holder)):
                spent[holder] = spent.get(holder, 0) + 1
        return spent

    def _level_of(self, party: str, life: Life, consumer: str | None = None) -> Clock | None:
        """p's own OLA or UC level for this milestone and priority (ruling 20)."""
        found: list[tuple[bool, int, str, str]] = []
        clocks = {}
        for agreement in self.agreements:
            if agreement["provider"] != party or agreement["type"] == "SLA":
                continue
            if consumer is not None and self.portfolio.house(agreement["consumer"]) != consumer:
                continue
            for level in agreement["serviceLevels"]:
                metric = level["metric"]
                if metric["kind"] != "within" or metric.get("milestone", "resolution") != self.milestone:
                    continue
                clock = Clock(self.portfolio, agreement, level)
                if life.priority in clock.thresholds:
                    services = [level["service"]] if "service" in level else agreement["services"]
                    elsewhere = life.service not in services
                    key = (elsewhere, clock.thresholds[life.priority], agreement["name"], level["name"])
                    found.append(key)
                    clocks[key] = clock
        if len({key[:2] for key in found}) < len(found):
            self.doubts.add("SEVERAL_LEVELS_ALIKE")
        return clocks[min(found)] if found else None

    def _allowance(self, life: Life, holders: set[str], own: Clock | None) -> int:
        """The part of the holders' τ that passed until their own clock first ran beyond its threshold."""
        if own is None or self.agreement["provider"] in holders:
            return 0
        used = allowed = 0
        for moment in life.moments:
            if self._holder(life, moment) not in holders:
                continue
            if own.runs(moment):
                if used == own.thresholds[life.priority]:
                    break
                used += 1
            allowed += self.clock.runs(moment)
        return allowed

    def _side_allowances(self, life: Life) -> dict[str, int]:
        """For each direct supplier's side: the allowance of its own agreement with the provider, on its side's custody."""
        allowances = {}
        for side in {self.sides.side_of(p) for p in self._holders(life)} & self.sides.direct:
            members = {p for p in self.portfolio.parties if self.sides.side_of(p) == side}
            own = self._level_of(side, life, consumer=self.sides.home)
            allowances[side] = self._allowance(life, members, own)
            holding = members & set(self._holders(life))
            allowed = {p: self.own_allowance[life.ticket][p] for p in holding}
            spent = {p: self.custody[life.ticket][p] for p in holding}
            if holding != members and allowances[side] != sum(allowed.values()):
                # Does a party of the side that never held the ticket, arriving first, trade the side's allowance for
                # its parties' own? Between the sides nothing hangs on it; within this one the division does.
                self.doubts.add("WITHIN_A_SIDE")
            with_one = [spent[p] + sum(allowed[q] for q in holding - {p}) for p in holding]
            if len(holding) > 1 and min(with_one) < allowances[side]:
                # By the letter of 3.3 a party that did what it did makes the ticket earlier, a negative share, where
                # the other's promise to it is shorter than the side's to us.
                self.doubts.add("WITHIN_A_SIDE")
        return allowances

    def _is_late(self, life: Life, coalition: Coalition) -> bool:
        custody, own = self.custody[life.ticket], self.own_allowance[life.ticket]
        # Who never ran this ticket's clock makes no difference to it: its side is outside unless a holder is inside.
        present = {player.party for player in coalition} & set(custody)
        clock = 0
        for side in {self.sides.side_of(party) for party in custody}:
            members = [party for party in custody if self.sides.side_of(party) == side]
            allowance = self.side_allowance[life.ticket].get(side)
            if allowance is not None and not present & set(members):
                clock += allowance
            else:
                clock += sum(custody[p] if p in present else min(custody[p], own[p]) for p in members)
        return clock > self.clock.thresholds[life.priority]

    def late_tickets(self, coalition: Coalition) -> Fraction:
        """v(S): the tickets still late had everyone outside S kept its own promise."""
        return Fraction(sum(self._is_late(life, coalition) for life in self.late))

    def players(self) -> tuple[Player, ...]:
        """Everyone in whose custody a late ticket's clock ran."""
        roles = self.portfolio.parties
        found = {
            Player(self.sides.side_of(p), p, CUSTOMER if roles[p]["role"] == "customer" else OWN_FAILURE, "")
            for life in self.late
            for p in self._holders(life)
        }
        return tuple(sorted(found))


def measure_within(game: TicketGame, month: str) -> Measured:
    """The level as a game in tickets."""
    players = game.players()
    answerable: dict[Player, str | None] = {
        p: p.party if p.reason == CUSTOMER else game.sides.answerable_for_holder(p.party) for p in players
    }
    return Measured(
        agreement=game.agreement,
        level=game.level,
        service=game.service,
        month=month,
        kind="within",
        total=len(game.lives),
        players=players,
        worth=cache(game.late_tickets),
        answerable=answerable,
        doubts=tuple(sorted(game.doubts)),
        without_level=game.without_level,
        spread={
            p: tuple(sorted(game.sides.suppliers(p.party)))
            for p in players
            if game.sides.serves_several(p.party)
        },
    )
