"""Following a breach to the parties responsible, for every metric that is measured.

The problem: a division of seconds or tickets between players is arithmetic; a trace is what a vendor reads: which
party, under which agreement, by which services and paths, who is answerable for it, and instant by instant why.

Example (E13): a answers for 30 minutes, v's own provider for 30, and a's first 30 minutes are listed as absorbed.

Limits: rows are made for parties with a part in the breach; whoever failed and made no difference is listed under
``absorbed``, without a share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, ServiceLevel, WithinMetric
from domain.attainment import AttainmentStatus, Judgement, LevelOn
from domain.instants import SECOND
from domain.intervals import Intervals
from domain.measure.judging import judge, percent
from ola.custody import Custody, TicketBreach, TicketOccasion
from ola.downtime import DowntimeBook
from ola.games import fraction, owen
from ola.occasions import DowntimeBreach, DowntimeOccasion, Player
from ola.responsibility import Absorbed, Cause, Reason, Responsibility, ServiceShare, Trace, TraceInstant
from ola.sides import Sides
from ola.trace import Division, Part, divide
from settlement.measuring import MeasuredDowntime, MeasuredTickets, Measurement, Measuring

CreditOf = Callable[[Fraction], Fraction]
"""The level's own credit for a compared value that missed the target (over all its consumers)."""


@dataclass(frozen=True, slots=True, eq=False)
class LevelConsequence:
    """What a quantity of the breach means for the level: its value, its status, and its own credit."""

    of: LevelOn
    day: date
    denominator: Fraction
    counted: int
    credit_of: CreditOf

    def judged(self, quantity: Fraction) -> Judgement:
        """The level judged as if this quantity (microseconds, tickets) had been the whole of its failures."""
        level = self.of.level
        value = percent(self.denominator - quantity, self.denominator)
        small = level.small_sample if isinstance(level.metric, WithinMetric) else None
        failures = int(quantity) if small is not None else 0
        return judge(value, level.target.on(self.day), level.compare, small, self.counted, failures)

    def is_met(self, quantity: Fraction) -> bool:
        """Whether the target would be met."""
        return self.judged(quantity).status is not AttainmentStatus.MISSED

    def value(self, quantity: Fraction) -> Fraction | None:
        """The level's value."""
        return self.judged(quantity).value

    def credit(self, quantity: Fraction) -> Fraction:
        """The level's own credit before the agreement's remedies."""
        judged = self.judged(quantity)
        if judged.status is not AttainmentStatus.MISSED or judged.compared is None:
            return Fraction(0)
        return self.credit_of(judged.compared)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A trace together with the division it shows, for explanations."""

    trace: Trace
    division: Division
    players: tuple[Player, ...]
    occasions: tuple[DowntimeOccasion, ...] | tuple[TicketOccasion, ...]
    consequence: LevelConsequence
    first_failure: Callable[[int], int]


def follow(measuring: Measuring, measurement: Measurement, credit_of: CreditOf) -> Followed:
    """Follow a missed attainment to the parties responsible."""
    of, period = measurement.attainment.of, measurement.attainment.period
    day = max(period.first, of.agreement.first)
    sides = measuring.sides(of.agreement, day)
    denominator = measurement.attainment.denominator or Fraction(0)
    if isinstance(measurement.basis, MeasuredDowntime) and measurement.basis.breach is not None:
        consequence = LevelConsequence(of, day, denominator, 0, credit_of)
        book = measuring.book(measurement.basis.horizon)
        return _follow_downtime(of, book, sides, measurement.basis, measurement.basis.breach, consequence)
    if isinstance(measurement.basis, MeasuredTickets):
        consequence = LevelConsequence(of, day, denominator, measurement.basis.measure.counted, credit_of)
        return _follow_tickets(of, measuring, sides, measurement.basis, consequence)
    raise ValueError("Only a missed attainment with what it stands on can be followed.")


def _follow_downtime(
    of: LevelOn,
    book: DowntimeBook,
    sides: Sides,
    basis: MeasuredDowntime,
    breach: DowntimeBreach,
    consequence: LevelConsequence,
) -> Followed:
    chain = book.chain
    first = _first_failure(breach)
    division = divide(breach.players, breach.occasions, consequence, of.agreement.apportionment, first)
    relieved = tuple(_relieved(breach.players, occasion) for occasion in breach.occasions)

    def answerables(player: Player) -> tuple[str, ...]:
        if player.is_customer:
            return (sides.consumer,)
        ways = chain.paths(of.service, player.service)
        if sides.serves_several(player.party):
            # Its amount is shared among the suppliers on whose paths its failure reached the service (ruling 40).
            own = breach.own[breach.players.index(player)]
            ways = tuple(way for way in ways if book.carried_up(way, own) & basis.down) or ways
        return sides.answerable_for(player.service, chain, ways)

    def binding(player: Player) -> Agreement | None:
        found = (sides.binding_along(player.party, path, chain) for path in paths(player))
        return next((agreement for agreement in found if agreement is not None), None)

    def paths(player: Player) -> tuple[tuple[str, ...], ...]:
        return chain.paths(of.service, player.service)

    rows = _rows(division, breach.players, Fraction(SECOND), answerables, binding, paths)
    rows += _excused_rows(breach, relieved)
    instants = _downtime_instants(breach, division, relieved)
    absorbed = _absorbed(breach, basis.agreed, division)
    trace = Trace(
        division.whole / SECOND,
        "seconds",
        tuple(rows),
        instants,
        absorbed,
        division.money_follows,
        division.note,
    )
    return Followed(trace, division, breach.players, breach.occasions, consequence, first)


def _follow_tickets(
    of: LevelOn, measuring: Measuring, sides: Sides, basis: MeasuredTickets, consequence: LevelConsequence
) -> Followed:
    metric = of.level.metric
    if not isinstance(metric, WithinMetric):
        raise TypeError("Late tickets belong to the metric within.")
    lines = basis.measure.lines
    until = int(basis.measure.until.max())

    def window_of(agreement: Agreement, level: ServiceLevel) -> Intervals:
        return measuring.window_around(agreement, level, lines, until)

    breach = Custody(sides, of.service, metric, basis.measure, basis.rule, window_of).breach()
    first = breach.first_held.__getitem__
    division = divide(breach.players, breach.occasions, consequence, of.agreement.apportionment, first)
    promises = dict(zip(breach.players, breach.promises, strict=True))

    def answerables(player: Player) -> tuple[str, ...]:
        return sides.answerable_holder(player.party)

    def binding(player: Player) -> Agreement | None:
        if player.party == sides.provider or player.is_customer:
            return of.agreement
        promise = promises[player]
        return None if promise is None else promise[0]

    def paths(player: Player) -> tuple[tuple[str, ...], ...]:
        promise = promises[player]
        covered = () if promise is None else promise[1].services
        below = [service for service in covered if service in measuring.chain.closure(of.service)]
        found = {path for service in below for path in measuring.chain.paths(of.service, service)}
        return tuple(sorted(found, key=lambda path: (len(path), path))) or ((of.service,),)

    rows = _rows(division, breach.players, Fraction(1), answerables, binding, paths)
    instants = _ticket_instants(breach, division, basis, of.service)
    trace = Trace(division.whole, "tickets", tuple(rows), instants, (), division.money_follows, division.note)
    return Followed(trace, division, breach.players, breach.occasions, consequence, first)


def _first_failure(breach: DowntimeBreach) -> Callable[[int], int]:
    """When a player's own failure that had a part in the breach began: the start of the failure, not of the count."""

    def first(player: int) -> int:
        start = min(start for o in breach.occasions if player in o.players for start, _ in o.spans)
        own = breach.own[player]
        earlier = own.clip(int(own.starts[0]), start + 1)
        return int(earlier.starts[-1]) if earlier else start

    return first


def _relieved(players: Sequence[Player], occasion: DowntimeOccasion) -> dict[int, Fraction]:
    """What of an occasion is relieved, by excused cause: the causes' own nested shares of what is relieved."""
    if not occasion.excused:
        return {}
    sides: dict[str, dict[str, list[int]]] = {}
    for player in occasion.players:
        sides.setdefault(players[player].side, {}).setdefault(players[player].party, []).append(player)
    groups = [frozenset(p for party in side.values() for p in party) for _, side in sorted(sides.items())]
    counted = fraction(occasion.quantities(groups)[-1])
    everything = fraction(occasion.unrelieved([*groups, frozenset(occasion.excused)])[-1])
    causes: dict[str, list[int]] = {}
    for player in occasion.excused:
        causes.setdefault(players[player].excused or "", []).append(player)
    structure = [[side[party] for party in sorted(side)] for _, side in sorted(sides.items())]
    structure.append([causes[cause] for cause in sorted(causes)])
    shares = owen(structure, occasion.unrelieved)
    of_excused = sum((shares[player] for player in occasion.excused), start=Fraction(0))
    left = everything - counted
    if left == 0 or of_excused == 0:
        return dict.fromkeys(occasion.excused, Fraction(0))
    return {player: left * shares[player] / of_excused for player in occasion.excused}


def _rows(
    division: Division,
    players: Sequence[Player],
    unit: Fraction,
    answerables: Callable[[Player], tuple[str, ...]],
    binding: Callable[[Player], Agreement | None],
    paths: Callable[[Player], tuple[tuple[str, ...], ...]],
) -> list[Responsibility]:
    rows = []
    for part in division.parts:
        if part.quantity == 0 and not part.credit_share:
            continue
        groups: dict[tuple[str, ...], list[int]] = {}
        for player in part.players:
            if part.by_player[player] != 0 or part.quantity == 0:
                groups.setdefault(answerables(players[player]), []).append(player)
        rows += [
            _row(division, part, answerable, groups[answerable], players, unit, binding, paths)
            for answerable in sorted(groups)
        ]
    rows.sort(key=lambda row: (-row.quantity, row.party or "", row.answerables))
    if division.misaligned or division.misaligned_credit_share:
        rows.append(
            Responsibility(
                None,
                Reason.MISALIGNED,
                (),
                None,
                (),
                division.misaligned / unit,
                division.misaligned / division.whole,
                division.misaligned_credit_share,
                False,
                False,
                None,
                (),
            )
        )
    return rows


def _row(
    division: Division,
    part: Part,
    answerable: tuple[str, ...],
    chosen: Sequence[int],
    players: Sequence[Player],
    unit: Fraction,
    binding: Callable[[Player], Agreement | None],
    paths: Callable[[Player], tuple[tuple[str, ...], ...]],
) -> Responsibility:
    quantity = sum((part.by_player[player] for player in chosen), start=Fraction(0))
    of_part = quantity / part.quantity if part.quantity else Fraction(1)
    by_service: dict[str, Fraction] = {}
    for player in chosen:
        service = players[player].service
        by_service[service] = by_service.get(service, Fraction(0)) + part.by_player[player]
    shares = tuple(
        ServiceShare(service, part.party, by_service[service] / unit, by_service[service] / division.whole)
        for service in sorted(by_service)
    )
    main = min(chosen, key=lambda player: (-part.by_player[player], players[player].service))
    bound = next((a for p in [main, *chosen] if (a := binding(players[p])) is not None), None)
    ways = {path for player in chosen for path in paths(players[player])}
    return Responsibility(
        None if part.party == "*" else part.party,
        Reason.CUSTOMER if players[main].is_customer else Reason.OWN_FAILURE,
        tuple(who for who in answerable if who != "*"),
        None if bound is None else bound.name,
        shares,
        quantity / unit,
        quantity / division.whole,
        None if part.credit_share is None else part.credit_share * of_part,
        part.is_necessary,
        part.is_sufficient,
        part.value_without,
        tuple(sorted(ways, key=lambda path: (len(path), path))),
        side=part.side,
    )


def _excused_rows(breach: DowntimeBreach, relieved: Sequence[Mapping[int, Fraction]]) -> list[Responsibility]:
    """One row a cause: how much it excused, through which services; no share (3.4)."""
    by_cause: dict[str, dict[int, Fraction]] = {}
    for occasion in relieved:
        for player, quantity in occasion.items():
            rows = by_cause.setdefault(breach.players[player].excused or "", {})
            rows[player] = rows.get(player, Fraction(0)) + quantity
    found = []
    for cause in sorted(by_cause):
        parts = {player: quantity for player, quantity in by_cause[cause].items() if quantity}
        if not parts:
            continue
        services = tuple(
            ServiceShare(breach.players[p].service, breach.players[p].party, parts[p] / SECOND, Fraction(0))
            for p in sorted(parts, key=lambda p: breach.players[p].service)
        )
        total = sum(parts.values(), start=Fraction(0)) / SECOND
        found.append(
            Responsibility(
                None,
                Reason.EXCUSED,
                (),
                None,
                services,
                total,
                None,
                None,
                False,
                False,
                None,
                (),
                cause=cause,
            )
        )
    return found


def _downtime_instants(
    breach: DowntimeBreach, division: Division, relieved: Sequence[Mapping[int, Fraction]]
) -> tuple[TraceInstant, ...]:
    found = []
    for occasion, by_player, excused in zip(breach.occasions, division.by_occasion, relieved, strict=True):
        duration = Fraction(sum(end - start for start, end in occasion.spans))
        everything = {**by_player, **excused}
        for start, end in occasion.spans:
            causes = tuple(
                Cause(
                    breach.players[player].service,
                    breach.players[player].party,
                    quantity / duration * (end - start) / SECOND,
                    quantity / duration,
                    breach.players[player].excused,
                )
                for player, quantity in sorted(everything.items())
                if quantity
            )
            found.append(TraceInstant(start, end, None, causes))
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def _ticket_instants(
    breach: TicketBreach, division: Division, basis: MeasuredTickets, service: str
) -> tuple[TraceInstant, ...]:
    measure = basis.measure
    found = []
    for occasion, by_player in zip(breach.occasions, division.by_occasion, strict=True):
        count = len(occasion.tickets)
        causes = tuple(
            Cause(service, breach.players[player].party, quantity / count, quantity / count)
            for player, quantity in sorted(by_player.items())
            if quantity
        )
        for position in occasion.tickets:
            row = int(measure.rows[position])
            name = measure.lines.tickets.ticket_id[row]
            found.append(
                TraceInstant(
                    int(measure.lines.tickets.opened[row]), int(measure.until[position]), name, causes
                )
            )
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.ticket or "")))


def _absorbed(breach: DowntimeBreach, agreed: Intervals, division: Division) -> tuple[Absorbed, ...]:
    """Own failures in the agreed service time that no counted instant rests on: redundancy held, or a monitor."""
    charged: dict[int, list[tuple[int, int]]] = {}
    for occasion, by_player in zip(breach.occasions, division.by_occasion, strict=True):
        for player, quantity in by_player.items():
            if quantity:
                charged.setdefault(player, []).extend(occasion.spans)
    found = []
    for position, failing in enumerate(breach.players):
        if failing.excused is not None:
            continue
        left = (breach.own[position] & agreed) - Intervals.of(charged.get(position, []))
        if left:
            found.append(Absorbed(failing.service, failing.party, Fraction(left.total(), SECOND)))
    return tuple(sorted(found, key=lambda each: (each.service, each.party)))
