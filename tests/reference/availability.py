"""Downtime, minute by minute: 3.1, the availability game of 3.3, and automatic exclusions by cause (3.4).

Every set of minutes is a plain set. A gate is asked for each of them; a coalition's world is built afresh, from the
services at the bottom up, with the failures of everyone outside it switched off.

Example (E13): a directly measured v needs a; a is down 10:00-11:00, v is recorded down 10:30-11:30. Then F(v) is
10:00-11:00, own(v) is 11:00-11:30, and a answers for the 30 minutes it shares with v's record.

Limits: no Relief documents, no weights, no cycles; an open outage ends with the period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache

from tests.reference.levels import Measured
from tests.reference.minutes import (
    Document,
    Minutes,
    agreed_minutes,
    duration_minutes,
    maximal_runs,
    minute_of,
    month_bounds,
    zone_of,
)
from tests.reference.shapley import CUSTOMER, OWN_FAILURE, Coalition, Player, share_of_last
from tests.reference.sides import Gate, Portfolio, Sides, covers

EXCUSED, BY_CUSTOMER, BY_PROVIDER = "excused", "by the customer", "by the provider"
NOTHING: Minutes = frozenset()


def lengthened(minutes: Minutes, lag: int) -> Minutes:
    """Each maximal down interval [a, b) read as [a, b + lag)."""
    return frozenset(m for begins, ends in maximal_runs(minutes) for m in range(begins, ends + lag))


def failing(gate: Gate, down: dict[str, Minutes]) -> Minutes:
    """The minutes in which a gate fails, given when each service below is down."""
    if gate is None:
        return NOTHING
    if isinstance(gate, str):
        return down[gate]
    if "service" in gate:
        return lengthened(down[gate["service"]], duration_minutes(gate.get("recoveryLag", "PT0M")))
    members = [failing(member, down) for member in gate.get("all") or gate.get("any") or gate["of"]]
    if "all" in gate:
        needed = len(members)
    elif "any" in gate:
        needed = 1
    else:
        needed = int(gate["atLeast"])
    touched = frozenset().union(*members)
    return frozenset(m for m in touched if sum(m not in member for member in members) < needed)


def cause_of(row: Document, agreement: Document, portfolio: Portfolio) -> str:
    """The cause a row has in this agreement's trace; `customer` only where the agreement covers the service."""
    cause = str(row.get("cause") or "")
    return "" if cause == "customer" and not covers(agreement, str(row["service"])) else cause


class Downtime:
    """One agreement's view of the outages under one of its services, in one month."""

    def __init__(
        self,
        portfolio: Portfolio,
        agreements: list[Document],
        rows: Iterable[Document],
        agreement: Document,
        level: Document,
        service: str,
        month: str,
        lifted: Callable[[Document], bool] = lambda row: False,
    ) -> None:
        self.portfolio, self.agreement, self.level, self.service = portfolio, agreement, level, service
        self.sides = Sides(portfolio, agreements, agreement["provider"])
        self.order = portfolio.closure(service)
        self.test = agreement.get("reliefTest", "to_the_extent")
        metric = level["metric"]
        calendar = portfolio.calendar(agreement)
        period_ends = month_bounds(zone_of(calendar), month)[1]

        recorded: dict[tuple[str, str], set[int]] = {}
        for row in rows:
            if row["service"] not in self.order:
                continue
            begins = minute_of(row["started_at"])
            ends = minute_of(row["ended_at"]) if row.get("ended_at") else period_ends
            if metric.get("countFrom") == "reported" and row["service"] == service and row.get("reported_at"):
                begins = minute_of(row["reported_at"])
            kind = self._kind(row, lifted)
            recorded.setdefault((row["service"], kind), set()).update(range(begins, ends))
        self.recorded = {
            name: frozenset().union(
                *(recorded.get((name, k), set()) for k in (EXCUSED, BY_CUSTOMER, BY_PROVIDER))
            )
            for name in self.order
        }
        self.own: dict[tuple[str, str], Minutes] = {}
        actual: dict[str, Minutes] = {}
        for name in self.order:
            explained = failing(self._gate(name), actual)
            actual[name] = self.recorded[name] if self._directly(name) else self.recorded[name] | explained
            for kind in (EXCUSED, BY_CUSTOMER, BY_PROVIDER):
                minutes = frozenset(recorded.get((name, kind), set())) - explained
                if minutes:
                    self.own[name, kind] = minutes
        self.actual = actual
        shortest = duration_minutes(metric.get("minimumOutage", "PT0M"))
        counting = frozenset(
            m
            for begins, ends in maximal_runs(actual[service])
            if ends - begins >= shortest
            for m in range(begins, ends)
        )
        self.agreed = agreed_minutes(calendar, level.get("window"), agreement.get("maintenance", []), month)
        self.counting = counting & self.agreed
        self._worlds: dict[tuple[Coalition, bool], Minutes] = {}

    def _gate(self, name: str) -> Gate:
        return self.portfolio.services[name].get("dependsOn")

    def _directly(self, name: str) -> bool:
        return bool(self.portfolio.services[name].get("measured", "directly") == "directly")

    def _kind(self, row: Document, lifted: Callable[[Document], bool]) -> str:
        """Whose doing a record is here: excused, the consumer's, or the running party's."""
        exclusions = self.agreement.get("exclusions", [])
        cause = cause_of(row, self.agreement, self.portfolio)
        if (
            "other_supplier" in exclusions
            and self.agreement["type"] == "UC"
            and row["service"] != self.service
        ):
            # A vendor answers for own(v) only: what its own dependencies caused is relieved.
            return EXCUSED
        if cause and cause in exclusions and not lifted(row):
            return EXCUSED
        return BY_CUSTOMER if cause == "customer" and cause not in exclusions else BY_PROVIDER

    def players(self) -> tuple[Player, ...]:
        """Everything of somebody's own in the closure, excused records left out."""
        found = set()
        for name, kind in self.own:
            if kind == BY_PROVIDER:
                party = self.portfolio.provider_of(name)
                found.add(Player(self.sides.side_of(party), party, OWN_FAILURE, name))
            elif kind == BY_CUSTOMER:
                consumer = self.agreement["consumer"]
                found.add(Player("consumer: " + consumer, consumer, CUSTOMER, name))
        return tuple(sorted(found))

    def down(self, coalition: Coalition, excused_too: bool) -> Minutes:
        """When the measured service is down, counting minutes only, in the world of a coalition."""
        if (coalition, excused_too) not in self._worlds:
            present = {(p.service, BY_CUSTOMER if p.reason == CUSTOMER else BY_PROVIDER) for p in coalition}
            down: dict[str, Minutes] = {}
            for name in self.order:
                own = NOTHING
                for kind in (EXCUSED, BY_CUSTOMER, BY_PROVIDER):
                    if (name, kind) in present or (kind == EXCUSED and excused_too):
                        own |= self.own.get((name, kind), NOTHING)
                down[name] = own | failing(self._gate(name), down)
                if self._directly(name):
                    down[name] &= self.recorded[name]
            self._worlds[coalition, excused_too] = down[self.service] & self.counting
        return self._worlds[coalition, excused_too]

    def counted(self, coalition: Coalition) -> Fraction:
        """v(S): counted minutes in the world of a coalition, after the agreement's own relief test in that world."""
        everything = self.down(coalition, True)
        if not any(kind == EXCUSED for _, kind in self.own):
            return Fraction(len(everything))
        blocks: dict[str, frozenset[Player]] = {}
        for player in coalition:
            blocks[player.side] = blocks.get(player.side, frozenset()) | {player}

        def added(before: frozenset[str]) -> Minutes:
            joined: Coalition = frozenset().union(*(blocks[side] for side in before))
            return self.down(joined, True) - self.down(joined, False)

        if self.test == "to_the_extent":
            return len(everything) - share_of_last(sorted(blocks), lambda before: len(added(before)))
        if self.test == "necessary":
            return Fraction(len(self.down(coalition, False)))
        return Fraction(len(everything - self.contributed(blocks, added)))

    @staticmethod
    def contributed(blocks: Iterable[str], added: Callable[[frozenset[str]], Minutes]) -> Minutes:
        """The minutes in which the excused causes' share between the sides is positive."""
        subsets = [frozenset[str]()]
        for side in sorted(blocks):
            subsets += [subset | {side} for subset in subsets]
        return frozenset().union(*(added(subset) for subset in subsets))

    def doubts(self) -> tuple[str, ...]:
        """Where `contributed` leaves a subset counting minutes that are relieved in fact: 3.4 and ruling 16 differ."""
        if self.test != "contributed" or not any(kind == EXCUSED for _, kind in self.own):
            return ()
        everyone = frozenset(self.players())
        sides: dict[str, frozenset[Player]] = {}
        for player in everyone:
            sides[player.side] = sides.get(player.side, frozenset()) | {player}

        def counts(coalition: Coalition) -> Minutes:
            blocks = {s: members & coalition for s, members in sides.items() if members & coalition}

            def added(before: frozenset[str]) -> Minutes:
                joined: Coalition = frozenset().union(*(blocks[side] for side in before))
                return self.down(joined, True) - self.down(joined, False)

            return self.down(coalition, True) - self.contributed(blocks, added)

        in_fact = counts(everyone)
        subsets: list[Coalition] = [frozenset()]
        for player in sorted(everyone):
            subsets += [subset | {player} for subset in subsets]
        return ("CONTRIBUTED_ELSEWHERE",) if any(counts(subset) - in_fact for subset in subsets) else ()

    def reached_through(self, service: str) -> list[tuple[str, str]]:
        """The suppliers on whose paths a service's own failure reached the measured one, and the services they run there.

        A path was taken if, in a counting minute, every service on it was down while the failing one was.
        """
        reached = []
        for path in self.portfolio.paths(self.service, service):
            together = self.counting.intersection(*(self.actual[name] for name in path))
            supplier = self.sides.answerable_on(path)
            if supplier and together & self.own.get((service, BY_PROVIDER), NOTHING):
                reached.append(supplier)
        return reached


def measure_availability(downtime: Downtime, month: str) -> Measured:
    """The level as a game in minutes."""
    sides, players = downtime.sides, downtime.players()
    answerable: dict[Player, str | None] = {}
    spread: dict[Player, tuple[str, ...]] = {}
    through: dict[Player, frozenset[tuple[str, str]]] = {}
    doubts = list(downtime.doubts())
    for player in players:
        if player.reason == CUSTOMER:
            answerable[player] = player.party
            continue
        one = sides.answerable_for_service(downtime.service, player.service)
        answerable[player] = one[0]
        reached = downtime.reached_through(player.service)
        if sides.serves_several(player.party):
            if not reached:
                # It came through services of parties without an agreement alone: whom does ruling 40 mean then?
                doubts.append("REACHED_THROUGH_NOBODY_BOUND")
            # Its row names the first of those its money is divided between: the shortest of the paths that were taken.
            answerable[player] = (reached or [one])[0][0]
            spread[player] = tuple(sorted({supplier for supplier, _ in reached or [one]}))
        else:
            # One supplier answers for all of it, through each of its services that the failure came by.
            reached = [(supplier, service) for supplier, service in reached if supplier == one[0]]
        through[player] = frozenset(reached or [one])
    provider = downtime.agreement["provider"]
    grouped = {p.party for p in players if p.reason != CUSTOMER and sides.home != p.party != p.side}
    grouped |= {p.party for p in players if p.side == sides.home}
    if downtime.agreement["type"] == "OLA" and grouped - {provider}:
        # Seen from a team: are its organisation and sister teams its own side, or the consumer's? Are the
        # organisation's direct suppliers also the team's?
        doubts.append("SIDES_SEEN_FROM_A_TEAM")
        # And if its consumer's own services count as the customer's doing, an exclusion excuses them.
        by_consumer = "customer" in downtime.agreement.get("exclusions", [])
        if by_consumer or any(kind == EXCUSED for _, kind in downtime.own):
            doubts.append("RELIEF_SEEN_FROM_A_TEAM")
    by_party = {(p.party, answerable[p], spread.get(p)) for p in players}
    if len(by_party) != len({party for party, _, _ in by_party}):
        doubts.append("ANSWERABLE_DIFFERS_BY_SERVICE")
    everyone = frozenset(players)
    return Measured(
        agreement=downtime.agreement,
        level=downtime.level,
        service=downtime.service,
        month=month,
        kind="availability",
        total=len(downtime.agreed),
        players=players,
        worth=cache(downtime.counted),
        answerable=answerable,
        relieved=len(downtime.down(everyone, True)) - downtime.counted(everyone),
        doubts=tuple(doubts),
        spread=spread,
        through=through,
    )
