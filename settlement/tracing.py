"""Following a breach to the parties responsible, for every metric that is measured.

The problem: a division of seconds or tickets between players is arithmetic; a trace is what a vendor reads: which
party, under which agreement, by which services and paths, who is answerable for it, and instant by instant why.

Example (E13): a answers for 30 minutes, v's own provider for 30, and a's first 30 minutes are listed as absorbed.

Limits: rows are made for parties with a part in the breach; whoever failed and made no difference is listed under
``absorbed``, without a share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from domain.agreements import Agreement, DurationMetric, OnTimeMetric, ServiceLevel, WithinMetric
from domain.attainment import LevelOn
from domain.instants import SECOND
from domain.intervals import Intervals
from ola.custody import Custody, TicketBreach
from ola.downtime import DowntimeBook
from ola.games import fraction, owen_or_equal
from ola.occasions import DowntimeBreach, DowntimeOccasion, Player
from ola.responsibility import Absorbed, Cause, Reason, Responsibility, ServiceShare, Trace, TraceInstant
from ola.sides import Sides
from ola.trace import Consequence, Division, divide
from settlement.duties import late_duties
from settlement.excused_rows import excused_instants, excused_of
from settlement.excuses_shown import excuses_of
from settlement.measured import (
    MeasuredComposite,
    MeasuredDowntime,
    MeasuredOutages,
    MeasuredTally,
    MeasuredTickets,
    Measurement,
    judged_day,
)
from settlement.measuring import Measuring
from settlement.trace_rows import (
    CreditOf,
    Followed,
    LevelConsequence,
    ValueConsequence,
    responsibilities,
)
from settlement.tracing_values import follow_clock_times, follow_composite, follow_rows


def follow(measuring: Measuring, measurement: Measurement, credit_of: CreditOf) -> Followed:
    """Follow a missed attainment to the parties responsible; what is excused stands beside them, without a share."""
    followed = _follow(measuring, measurement, credit_of)
    rows = (*followed.trace.responsibilities, *excused_of(measuring, measurement))
    instants = (*followed.trace.instants, *excused_instants(measurement))
    trace = replace(followed.trace, responsibilities=rows, instants=_dated(measuring, measurement, instants))
    return replace(followed, trace=replace(trace, excuses=excuses_of(measuring, measurement, trace)))


def _dated(
    measuring: Measuring, measurement: Measurement, instants: tuple[TraceInstant, ...]
) -> tuple[TraceInstant, ...]:
    """The instants in their order; an item whose date moved with a late duty says to when."""
    of = measurement.attainment.of
    late = late_duties(measuring, of) if isinstance(of.level.metric, OnTimeMetric) else {}
    dated = [
        each
        if (duty := late.get(each.ticket or "")) is None
        else replace(each, moved_to=duty.moved(each.start))
        for each in instants
    ]
    return tuple(sorted(dated, key=lambda each: (each.start, each.end, each.ticket or "")))


def _follow(measuring: Measuring, measurement: Measurement, credit_of: CreditOf) -> Followed:
    of, period = measurement.attainment.of, measurement.attainment.period
    day = judged_day(of, period)
    sides = measuring.sides(of.agreement, day)
    denominator = measurement.attainment.denominator or Fraction(0)
    basis = measurement.basis
    if isinstance(basis, MeasuredDowntime | MeasuredOutages) and basis.breach is not None:
        book = measuring.book(basis.horizon, of.agreement)
        if isinstance(basis, MeasuredOutages):
            counted = ValueConsequence(of, day, credit_of)
            return _follow_downtime(of, book, sides, basis, basis.breach, counted)
        downtime = LevelConsequence(of, day, denominator, 0, credit_of)
        return _follow_downtime(of, book, sides, basis, basis.breach, downtime)
    if isinstance(basis, MeasuredTickets) and isinstance(of.level.metric, DurationMetric):
        return follow_clock_times(measuring, of, day, sides, basis, credit_of)
    if isinstance(basis, MeasuredTickets):
        tickets = LevelConsequence(of, day, denominator, basis.measure.counted, credit_of)
        return _follow_tickets(of, measuring, sides, basis, tickets)
    if isinstance(basis, MeasuredTally):
        return follow_rows(measuring, of, day, sides, basis, credit_of)
    if isinstance(basis, MeasuredComposite):
        return follow_composite(measuring, of, day, sides, basis, credit_of)
    raise ValueError("Only a missed attainment with what it stands on can be followed.")


def _follow_downtime(
    of: LevelOn,
    book: DowntimeBook,
    sides: Sides,
    basis: MeasuredDowntime | MeasuredOutages,
    breach: DowntimeBreach,
    consequence: Consequence,
) -> Followed:
    chain = book.chain
    unit, name = (SECOND, "seconds") if isinstance(basis, MeasuredDowntime) else (1, "outages")
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

    rows = responsibilities(division, breach.players, Fraction(unit), answerables, binding, paths)
    rows += _excused_rows(breach, relieved, unit)
    instants = _downtime_instants(breach, division, relieved, unit)
    absorbed = _absorbed(breach, basis.agreed, division)
    trace = Trace(
        division.whole / unit,
        name,
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

    breach = Custody(
        sides, of.service, metric, basis.measure, basis.rule, window_of, consequence.day
    ).breach()
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

    rows = responsibilities(division, breach.players, Fraction(1), answerables, binding, paths)
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
    shares, _ = owen_or_equal(structure, occasion.unrelieved)
    of_excused = sum((shares[player] for player in occasion.excused), start=Fraction(0))
    left = everything - counted
    if left == 0 or of_excused == 0:
        return dict.fromkeys(occasion.excused, Fraction(0))
    return {player: left * shares[player] / of_excused for player in occasion.excused}


def _excused_rows(
    breach: DowntimeBreach, relieved: Sequence[Mapping[int, Fraction]], unit: int
) -> list[Responsibility]:
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
            ServiceShare(breach.players[p].service, breach.players[p].party, parts[p] / unit, Fraction(0))
            for p in sorted(parts, key=lambda p: breach.players[p].service)
        )
        total = sum(parts.values(), start=Fraction(0)) / unit
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
    breach: DowntimeBreach, division: Division, relieved: Sequence[Mapping[int, Fraction]], unit: int
) -> tuple[TraceInstant, ...]:
    found = []
    for occasion, by_player, excused in zip(breach.occasions, division.by_occasion, relieved, strict=True):
        # An outage is one, however long; downtime is as long as it is.
        lengths = [end - start if unit == SECOND else 1 for start, end in occasion.spans]
        duration = Fraction(sum(lengths))
        everything = {**by_player, **excused}
        for (start, end), length in zip(occasion.spans, lengths, strict=True):
            causes = tuple(
                Cause(
                    breach.players[player].service,
                    breach.players[player].party,
                    quantity / duration * length / unit,
                    quantity / duration,
                    breach.players[player].excused,
                )
                for player, quantity in sorted(everything.items())
                if quantity
            )
            found.append(TraceInstant(start, end, None, causes))
    return _joined(found)


def _joined(instants: Sequence[TraceInstant]) -> tuple[TraceInstant, ...]:
    """Instants of one span, of which each told a part (degraded service), as one."""
    by_span: dict[tuple[int, int], dict[tuple[str, str | None, str | None], Cause]] = {}
    for each in instants:
        causes = by_span.setdefault((each.start, each.end), {})
        for cause in each.causes:
            key = (cause.service, cause.party, cause.excused)
            so_far = causes.get(key)
            quantity = cause.quantity + (so_far.quantity if so_far else 0)
            share = cause.share + (so_far.share if so_far else 0)
            causes[key] = Cause(cause.service, cause.party, quantity, share, cause.excused)
    return tuple(
        TraceInstant(start, end, None, tuple(causes.values()))
        for (start, end), causes in sorted(by_span.items())
    )


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
