"""Following a breach whose value cannot be taken apart: sums over rows, statistics of clocks, composites.

The problem: what a party's rows, clocks or levels mean for a value depends on everybody's; so the breach is one game
over the value itself, and its evidence is shown row by row beside it.

Example: 95 % of 200 calls promised, 90/100 by sales and 80/100 by the desk: 20 calls short, 5 of them sales', 15 the
desk's.

Limits: the rows under a trace are those worse than the promise; a composite shows its levels as attainments instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, Direction, DurationMetric, OnTimeMetric, ServiceLevel, Threshold
from domain.attainment import LevelOn
from domain.instants import SECOND
from domain.intervals import Intervals
from domain.measure.judging import judge
from domain.measure.tally import Form, Tally
from domain.metrics import unit_of
from ola.clock_game import clock_game
from ola.custody import Custody
from ola.games import Numbers
from ola.occasions import Player
from ola.promises import Promise, Promises
from ola.responsibility import Cause, Trace, TraceInstant
from ola.sides import Sides
from ola.trace import divide
from ola.value_games import SideSums, ValueOccasion, Values, sums_of
from settlement.measured import MeasuredComposite, MeasuredTally, MeasuredTickets
from settlement.trace_rows import CreditOf, Followed, ValueConsequence, responsibilities

if TYPE_CHECKING:
    from settlement.measuring import Measuring

Bound = tuple[Agreement, ServiceLevel] | None


def follow_rows(
    measuring: Measuring, of: LevelOn, day: date, sides: Sides, basis: MeasuredTally, credit_of: CreditOf
) -> Followed:
    """Follow a missed ratio, mean, total, success or onTime."""
    tally, target = basis.tally, _target(of, day)
    promises = Promises(of, sides, day, target.direction)
    parties = tally.parties()
    players = _sorted_players([_player(of.service, party, sides) for party in parties])
    found = [promises.own(player.party) for player in players]
    grouped: list[SideSums] = []
    for side in sorted({player.side for player in players}):
        members = [position for position, player in enumerate(players) if player.side == side]
        rows = [tally.rows_of((players[position].party,)) for position in members]
        kept = [
            tally.kept(mask, _promised(tally, mask, found[position], target.value), target.direction)
            for position, mask in zip(members, rows, strict=True)
        ]
        whole = promises.of_side(side)
        everybody = tally.rows_of(players[position].party for position in members)
        as_promised = None if whole is None else tally.kept(everybody, whole.value, target.direction)
        actual = tuple(tally.numerators(mask) for mask in rows)
        grouped.append(SideSums(tuple(members), actual, tuple(kept), as_promised))
    value = _known(tally.value)
    worse = {
        p: abs(a - k)
        for each in grouped
        for p, a, k in zip(each.players, each.actual, each.kept, strict=True)
    }
    weights = tuple(worse[position] for position in range(len(players)))
    occasion = _occasion(of, day, weights, sums_of(grouped, target.direction, value), tally.distance)
    counted = int(tally.base) if isinstance(of.level.metric, OnTimeMetric) else 0
    consequence = ValueConsequence(of, day, credit_of, counted)
    first = _first_worse(tally, players, target)
    bound: list[Bound] = [None if each is None else (each.agreement, each.level) for each in found]
    instants = _row_instants(of, tally, target, players, found)
    unit = unit_of(of.level.metric)
    return _followed(measuring, of, sides, players, occasion, consequence, first, bound, instants, unit)


def _known(value: Callable[[Fraction], Fraction | None]) -> Callable[[Fraction], Fraction]:
    return lambda numerator: value(numerator) or Fraction(0)


def _promised(tally: Tally, rows: NDArray[np.bool_], own: Promise | None, target: Fraction) -> Fraction:
    """A party's own promise, or the SLA's target: of a total, the part of it that falls on the party's rows."""
    if own is not None:
        return own.value
    return target * tally.share_of_promise(rows) if tally.form is Form.SUM else target


def follow_clock_times(
    measuring: Measuring, of: LevelOn, day: date, sides: Sides, basis: MeasuredTickets, credit_of: CreditOf
) -> Followed:
    """Follow a missed statistic of clock times."""
    metric = of.level.metric
    if not isinstance(metric, DurationMetric):
        raise TypeError("Clock times belong to the metric duration.")
    every = replace(basis.measure, late=np.ones(basis.measure.counted, dtype=np.bool_))
    until = int(every.until.max())

    def window_of(agreement: Agreement, level: ServiceLevel) -> Intervals:
        return measuring.window_around(agreement, level, every.lines, until)

    custody = Custody(sides, of.service, metric, every, basis.rule, window_of, day)
    game = clock_game(custody, metric.statistic)
    occasion = _occasion(of, day, game.weights, game.values, lambda apart: apart)
    consequence = ValueConsequence(of, day, credit_of)
    instants = _ticket_instants(of, day, custody, game.players)
    return _followed(
        measuring, of, sides, game.players, occasion, consequence, game.first_held.__getitem__,
        game.promises, instants, "seconds",
    )  # fmt: skip


def follow_composite(
    measuring: Measuring, of: LevelOn, day: date, sides: Sides, basis: MeasuredComposite, credit_of: CreditOf
) -> Followed:
    """Follow a missed composite: each of its levels is its own provider's."""
    attained = [each.attainment for each in basis.levels]
    made = [
        (_player(each.of.service, each.of.agreement.provider, sides), position)
        for position, each in enumerate(attained)
    ]
    made.sort(key=lambda pair: (pair[0].side, pair[0].party, pair[0].service, pair[1]))
    players = tuple(player for player, _ in made)
    order = [position for _, position in made]
    actual = [attained[position].value or Fraction(0) for position in order]
    kept = [_kept(attained[position].threshold, value) for position, value in zip(order, actual, strict=True)]
    back = [order.index(position) for position in range(len(order))]

    def values(groups: Sequence[frozenset[int]]) -> Numbers:
        result = np.empty(2 ** len(groups), dtype=object)
        for mask in range(len(result)):
            inside = {p for bit, group in enumerate(groups) if mask >> bit & 1 for p in group}
            chosen = [actual[p] if p in inside else kept[p] for p in range(len(players))]
            result[mask] = basis.composed.value([chosen[p] for p in back]) or Fraction(0)
        return result

    weights = tuple(abs(value - promised) for value, promised in zip(actual, kept, strict=True))
    occasion = _occasion(of, day, weights, values, lambda apart: apart)
    consequence = ValueConsequence(of, day, credit_of)
    bound: list[Bound] = [
        (attained[position].of.agreement, attained[position].of.level) for position in order
    ]
    unit = "percent" if basis.composed.is_percent else "units"
    begins = attained[0].period.bounds(of.agreement.calendar.zone)[0]
    return _followed(measuring, of, sides, players, occasion, consequence, lambda _: begins, bound, (), unit)


def _kept(threshold: Threshold | None, value: Fraction) -> Fraction:
    """The better of what a level attained and what it had promised."""
    if threshold is None or threshold.is_met_by(value):
        return value
    return threshold.value


def _occasion(
    of: LevelOn,
    day: date,
    weights: tuple[Fraction, ...],
    values: Values,
    apart: Callable[[Fraction], Fraction],
) -> ValueOccasion:
    """The game of a value, whose quantity is how far it lies beyond the target.

    Where only a rounding that the contract asks for makes it a miss, the rounded value's distance is divided.
    """
    target, compare = _target(of, day), of.level.compare
    players = tuple(range(len(weights)))

    def beyond(value: Fraction) -> Fraction:
        return max(apart(-target.margin(value)), Fraction(0))

    def beyond_rounded(value: Fraction) -> Fraction:
        compared = judge(value, target, compare).compared
        return beyond(value if compared is None else compared)

    plain = ValueOccasion(players, values, beyond, weights)
    whole = plain.quantities([frozenset(players)])[-1]
    return plain if whole else ValueOccasion(players, values, beyond_rounded, weights)


def _followed(
    measuring: Measuring,
    of: LevelOn,
    sides: Sides,
    players: Sequence[Player],
    occasion: ValueOccasion,
    consequence: ValueConsequence,
    first: Callable[[int], int],
    bound: Sequence[Bound],
    instants: tuple[TraceInstant, ...],
    unit: str,
) -> Followed:
    division = divide(players, (occasion,), consequence, of.agreement.apportionment, first)
    promised: Mapping[Player, Bound] = dict(zip(players, bound, strict=True))
    chain = measuring.chain

    def answerables(player: Player) -> tuple[str, ...]:
        return sides.answerable_holder(player.party)

    def binding(player: Player) -> Agreement | None:
        if player.party == sides.provider or player.is_customer:
            return of.agreement
        promise = promised[player]
        return sides.binding(player.party, player.service) if promise is None else promise[0]

    def paths(player: Player) -> tuple[tuple[str, ...], ...]:
        promise = promised[player]
        covered = {player.service} if promise is None else {player.service, *promise[1].services}
        below = sorted(covered & set(chain.closure(of.service)))
        found = {path for service in below for path in chain.paths(of.service, service)}
        return tuple(sorted(found, key=lambda path: (len(path), path))) or ((of.service,),)

    rows = responsibilities(division, players, Fraction(1), answerables, binding, paths)
    trace = Trace(division.whole, unit, tuple(rows), instants, (), division.money_follows, division.note)
    return Followed(trace, division, tuple(players), (occasion,), consequence, first)


def _target(of: LevelOn, day: date) -> Threshold:
    target = of.level.target.on(day)
    if target is None:
        raise ValueError("A level without a target is not missed.")
    return target


def _player(service: str, party: str, sides: Sides) -> Player:
    return Player(service, party, sides.side_of(party), is_customer=sides.is_consumer(party))


def _sorted_players(players: Sequence[Player]) -> tuple[Player, ...]:
    return tuple(sorted(players, key=lambda player: (player.side, player.party)))


def _shortfall(tally: Tally, row: int, promise: Fraction, direction: Direction) -> Fraction:
    """By how much one row is worse than a promised rate, in units of the numerator; a total has no rate."""
    if tally.form is Form.SUM:
        return Fraction(0)
    rate = promise / 100 if tally.form is Form.PERCENT else promise
    numerator, denominator = tally.numerator[row], tally.denominator[row]
    if tally.of_rates:
        numerator, denominator = numerator / denominator, Fraction(1)
    apart = rate * denominator - numerator
    return max(apart if direction is Direction.AT_LEAST else -apart, Fraction(0))


def _first_worse(tally: Tally, players: Sequence[Player], target: Threshold) -> Callable[[int], int]:
    """When a party's first row that is worse than the target began; its first row where none is."""

    def first(player: int) -> int:
        rows = np.flatnonzero(tally.rows_of((players[player].party,))).tolist()
        worse = [row for row in rows if _shortfall(tally, row, target.value, target.direction)]
        return min(int(tally.at[row]) for row in (worse or rows))

    return first


def _row_instants(
    of: LevelOn,
    tally: Tally,
    target: Threshold,
    players: Sequence[Player],
    found: Sequence[Promise | None],
) -> tuple[TraceInstant, ...]:
    """The rows that are worse than their party's promise, each with its shortfall."""
    promised = {
        player.party: target.value if promise is None else promise.value
        for player, promise in zip(players, found, strict=True)
    }
    instants = []
    for row in range(len(tally)):
        party = tally.party[row] or ""
        short = _shortfall(tally, row, promised[party], target.direction)
        if short:
            cause = Cause(of.service, party, short, Fraction(1))
            start, end = int(tally.at[row]), int(tally.until[row])
            instants.append(TraceInstant(start, max(start, end), tally.label[row], (cause,)))
    return tuple(sorted(instants, key=lambda each: (each.start, each.end, each.ticket or "")))


def _ticket_instants(
    of: LevelOn, day: date, custody: Custody, players: Sequence[Player]
) -> tuple[TraceInstant, ...]:
    """The tickets whose clock lies beyond the target, each with the time in every holder's custody."""
    target, measure = _target(of, day), custody.measure
    instants = []
    for row in range(measure.counted):
        elapsed = Fraction(int(measure.elapsed[row]), SECOND)
        if target.is_met_by(elapsed):
            continue
        held = [(player, Fraction(int(custody.held((player.party,))[row]), SECOND)) for player in players]
        whole = sum((time for _, time in held), start=Fraction(0))
        causes = tuple(Cause(of.service, player.party, time, time / whole) for player, time in held if time)
        ticket = int(measure.rows[row])
        opened = int(measure.lines.tickets.opened[ticket])
        name = measure.lines.tickets.ticket_id[ticket]
        instants.append(TraceInstant(opened, int(measure.until[row]), name, causes))
    return tuple(sorted(instants, key=lambda each: (each.start, each.end, each.ticket or "")))
