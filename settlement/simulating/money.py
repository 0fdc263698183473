"""The money of drawn years: statements by the rules of statements, credits divided by the rule that divides them.

The problem: caps look at a whole month's lines and at what the year has used, and a credit is divided by asking what
would have been due if some of the sides alone had failed. Of thousands of drawn years most ask the same: so each
question is put to the rule once (`apply_caps`, `settled`, `shapley`), and its answer is given to all years that ask it.

Example: 9,000 of 10,000 Aprils have no line; 900 have one of 2,000.00 with nothing used of the year's cap: two
questions.

Limits: parties are sides, seen from the SLA's provider; a subcontractor of several suppliers is a side of its own, and
what it caused stands under its own name.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, Apportionment, Cap, CapPer
from domain.credits.base import Due
from domain.credits.caps import CapRoom, apply_caps, cap_limit, span_start
from domain.intervals import EMPTY, Intervals, union
from domain.money import Money, minor_digits, split
from ola.games import shapley
from ola.simulation.downtime import DrawnDowntime
from settlement.simulating.frame import AgreementFrame, Frame, LevelFrame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.outcomes import Outcomes
from settlement.statements import settled

__all__ = ["Asked", "Division", "Statements", "sides_under", "statements_of"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Statements:
    """An agreement's statements of drawn years, in minor units: net by year and month, and each level's line."""

    net: Numbers
    lines: dict[tuple[tuple[str, ...], int], Numbers]
    """By a level's name and the place of its period: the line's net in each year."""


Asked = dict[tuple[Hashable, ...], tuple[int, ...]]
"""What the rules of statements answered before: the nets of lines, by their amounts, what caps leave, and rounding."""


def statements_of(
    frame: Frame,
    each: AgreementFrame,
    counted: dict[tuple[str, ...], Numbers],
    years: int,
    known: Asked | None = None,
) -> Statements:
    """The statements of one agreement, month by month, each year with what its own earlier months used of its caps.

    ``known`` is what was asked before, of this agreement or of another.
    """
    net = np.zeros((years, len(frame.months)), dtype=np.int64)
    lines: dict[tuple[tuple[str, ...], int], Numbers] = {}
    asked = {} if known is None else known
    for place, month in enumerate(frame.months):
        version = each.months[place]
        due_here = [
            (level, index)
            for level in each.levels
            for index, ends_in in enumerate(level.month_of)
            if ends_in == place and level.is_credited
        ]
        if version is None or not due_here:
            continue
        spans = [cap for cap in version.caps if cap.per is not CapPer.MONTH]
        used = [_used(cap, frame, net, place, each) for cap in spans]
        due = Due.of(version, month, each.consumer)
        limits = [cap_limit(version, cap, due) for cap in version.caps]
        month_of = _Month(version, due_here, spans, limits, asked)
        answers = month_of.answers([counted[level.name][:, index] for level, index in due_here], used)
        net[:, place] = answers[:, 0]
        for position, (level, index) in enumerate(due_here):
            lines[level.name, index] = answers[:, 1 + position]
    return Statements(net, lines)


@dataclass(frozen=True, slots=True, eq=False)
class _Month:
    """The statements of one agreement and month, of all years at once."""

    version: Agreement
    due: Sequence[tuple[LevelFrame, int]]
    spans: Sequence[Cap]
    limits: Sequence[Fraction]
    asked: Asked

    @property
    def unit(self) -> int:
        """How many minor units one unit of the currency has."""
        return int(10 ** minor_digits(self.version.currency))

    def answers(self, counted: Sequence[Numbers], used: Sequence[Numbers]) -> Numbers:
        """The net and each line's, a row a year; ``used`` is what the year has used of each yearly cap."""
        whole = [_whole_units(level, index, self.unit) for level, index in self.due]
        limits = [limit * self.unit for limit in self.limits]
        if any(units is None for units in whole) or any(limit.denominator != 1 for limit in limits):
            keys = [_keys(level, i, each) for (level, i), each in zip(self.due, counted, strict=True)]
            return self._of_kinds([*keys, *used])
        lines = [
            units[level.outcomes[index].places(each)]
            for units, (level, index), each in zip(whole, self.due, counted, strict=True)
            if units is not None
        ]
        total = np.sum(lines, axis=0)
        found = np.stack([total, *lines], axis=1)
        # Of a cap only what is left matters, and only where that is less than the lines.
        rooms = [
            np.clip(
                min(int(limit), 2**62) - (used[self.spans.index(cap)] if cap in self.spans else 0), 0, total
            )
            for cap, limit in zip(self.version.caps, limits, strict=True)
        ]
        if not rooms:
            return found
        # Amounts of whole minor units that no cap touches are what they are: nothing is scaled, nothing rounded.
        is_capped = np.min(rooms, axis=0) < total
        if is_capped.any():
            columns = [each[is_capped] for each in (*lines, *rooms)]
            kinds = kinds_of(columns)
            table = np.stack([column[kinds.rows] for column in columns], axis=1).tolist()
            rows = np.array([self._capped(kind) for kind in table], dtype=np.int64)
            found[is_capped] = rows[kinds.which]
        return found

    def _capped(self, kind: Sequence[int]) -> tuple[int, ...]:
        """The net and each line's, of lines and of what each cap leaves, in minor units."""
        count = len(self.due)
        there = [place for place in range(count) if kind[place]]
        names = [self._name(place) for place in there]
        key = (self.version.currency, self.version.rounding, _order(names), *there, *kind)
        if key not in self.asked:
            rooms = [
                CapRoom(cap, Fraction(room, self.unit), Fraction(0))
                for cap, room in zip(self.version.caps, kind[count:], strict=True)
            ]
            self.asked[key] = self._nets([Fraction(kind[place], self.unit) for place in there], names, rooms)
        total, *nets = self.asked[key]
        by_place = dict(zip(there, nets, strict=True))
        return (total, *(by_place.get(place, 0) for place in range(count)))

    def _nets(
        self, amounts: Sequence[Fraction], names: Sequence[str], rooms: Sequence[CapRoom]
    ) -> tuple[int, ...]:
        """The net and each line's, in minor units, by the rules of statements."""
        left = apply_caps(amounts, rooms)
        total, parts = settled(left, names, self.version.currency, self.version.rounding)
        return tuple(int(each.amount * self.unit) for each in (total, *parts))

    def _name(self, place: int) -> str:
        level, index = self.due[place]
        return "/".join((*level.name, level.outcomes[index].period.name))

    def _of_kinds(self, columns: Sequence[Numbers]) -> Numbers:
        """The net and each line's of years of which only this is known: their lines' keys, and what caps have used."""
        kinds = kinds_of(columns)
        table = np.stack([column[kinds.rows] for column in columns], axis=1)
        rows = np.array([self._statement(kind) for kind in table.tolist()], dtype=np.int64)
        return np.asarray(rows.reshape(-1, 1 + len(self.due))[kinds.which], dtype=np.int64)

    def _statement(self, kind: Sequence[int]) -> list[int]:
        """One statement by the rules of statements; ``kind`` are what its lines hang on, then what caps have used."""
        answer = [0] * (1 + len(self.due))
        named = [
            (self._name(position), amount, position)
            for position, (level, index) in enumerate(self.due)
            if (amount := _amount(level, index, kind[position])) is not None
        ]
        if not named:
            return answer
        names, amounts, positions = zip(*named, strict=True)
        rooms = [
            CapRoom(cap, limit, Fraction(kind[len(self.due) + self.spans.index(cap)], self.unit))
            if cap in self.spans
            else CapRoom(cap, limit, Fraction(0))
            for cap, limit in zip(self.version.caps, self.limits, strict=True)
        ]
        total = sum(amounts, start=Fraction(0))
        left = tuple(min(each.room, total) for each in rooms)
        key = (self.version.currency, self.version.rounding, _order(names), amounts, left)
        if key not in self.asked:
            self.asked[key] = self._nets(amounts, names, rooms)
        answer[0] = self.asked[key][0]
        for position, net in zip(positions, self.asked[key][1:], strict=True):
            answer[1 + position] = net
        return answer


def _order(names: Sequence[str]) -> tuple[int, ...]:
    """The order of some names, in which the ties of a rounding fall: it is all that a rounding sees of them."""
    return tuple(sorted(range(len(names)), key=lambda place: names[place]))


def _whole_units(level: LevelFrame, index: int, unit: int) -> Numbers | None:
    """The line of each row of a level's table in minor units; None where one is no whole number of them."""
    outcomes = level.outcomes[index]
    amounts = [(row.credit or Fraction(0)) * unit if row.is_missed else Fraction(0) for row in outcomes.rows]
    if outcomes.is_linear or any(amount.denominator != 1 for amount in amounts):
        return None
    return np.array([int(amount) for amount in amounts], dtype=np.int64)


def _keys(level: LevelFrame, index: int, counted: Numbers) -> Numbers:
    """What a line hangs on: the row of the table, or, where it grows with every microsecond, the downtime itself."""
    outcomes = level.outcomes[index]
    places = outcomes.places(counted)
    if not outcomes.is_linear:
        return places
    missed = np.array([row.is_missed for row in outcomes.rows], dtype=np.bool_)[places]
    return np.where(missed, counted, -1)


def _amount(level: LevelFrame, index: int, key: int) -> Fraction | None:
    outcomes = level.outcomes[index]
    if outcomes.is_linear:
        return None if key < 0 else outcomes.credit(key)
    row = outcomes.rows[key]
    return row.credit if row.is_missed else None


def _used(cap: Cap, frame: Frame, net: Numbers, place: int, each: AgreementFrame) -> Numbers:
    """What the months of the same span so far came to, in minor units."""
    version = each.months[place]
    if version is None:
        return np.zeros(len(net), dtype=np.int64)
    since = span_start(version, cap.per, frame.months[place].first)
    begins = next(
        (i for i, month in enumerate(frame.months[:place]) if month.first >= since.replace(day=1)), place
    )
    return np.asarray(net[:, begins:place].sum(axis=1), dtype=np.int64)


# ------------------------------------------------------------------------------------------ who caused it


def sides_under(frame: Frame, each: AgreementFrame, level: LevelFrame) -> dict[str, tuple[str, ...]]:
    """The services under a level, itself included, by the party that answers for their failures."""
    measuring = frame.settling.measuring
    sides = measuring.sides(each.agreement, max(frame.year.first, each.agreement.first))
    chain = measuring.chain
    found: dict[str, list[str]] = {}
    for name in chain.closure(level.service):
        found.setdefault(sides.side_of(chain.services[name].provider), []).append(name)
    return {side: tuple(found[side]) for side in sorted(found)}


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Divides the credits of one level between the sides under it."""

    each: AgreementFrame
    level: LevelFrame
    sides: dict[str, tuple[str, ...]]
    known: dict[tuple[object, ...], tuple[int, ...]] = field(default_factory=dict)
    """How amounts were divided before, by amount and what each coalition alone would have cost."""
    costs: list[Numbers | None] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "costs", [_costs(outcomes) for outcomes in self.level.outcomes])

    def caused(self, drawn: DrawnDowntime, years: int, lines: dict[int, Numbers]) -> dict[str, Numbers]:
        """What of each period's line each side caused, in minor units, by year and month, by side."""
        failures, level = drawn.failures, self.level
        owed = np.stack([lines[index] for index in range(len(level.outcomes))], axis=1)
        found = {side: np.zeros((years, 12), dtype=np.int64) for side in self.sides}
        if not owed.any():
            return found
        own = {name: drawn.own(name) for names in self.sides.values() for name in names}
        lag = drawn.lag(level.service)
        down = drawn.down(level.service).at_least(level.minimum_outage)
        here = np.stack(
            [
                self._takes_part([own[name] for name in names], down, lag, drawn, years)
                for names in self.sides.values()
            ]
        )
        names = tuple(self.sides)
        several = (here.sum(axis=0) > 1) & (owed > 0)
        for place, side in enumerate(names):
            self._add(found[side], np.where(here[place] & ~several, owed, 0))
        if not several.any():
            return found
        kept = own if lag else self._within(several, own, failures.base, failures.stride)
        coalitions: dict[frozenset[str], Numbers] = {}
        at = np.flatnonzero(several)
        taking_part = here.reshape(len(names), -1)[:, at]
        kinds = kinds_of(list(taking_part.astype(np.int64)))
        for kind, row in enumerate(kinds.rows.tolist()):
            members = np.flatnonzero(taking_part[:, row]).tolist()
            masks = [
                frozenset(names[m] for bit, m in enumerate(members) if mask >> bit & 1)
                for mask in range(2 ** len(members))
            ]
            for mask in masks:
                if mask not in coalitions:
                    failing = [name for side in mask for name in self.sides[side]]
                    alone = drawn.down_if_only(level.service, failing, kept) & down
                    coalitions[mask] = level.time_in(alone, years, failures.base, failures.stride)
            chosen = np.zeros(several.size, dtype=np.bool_)
            chosen[at[kinds.which == kind]] = True
            self._divide(
                found,
                owed,
                [names[m] for m in members],
                chosen.reshape(several.shape),
                [coalitions[mask] for mask in masks],
            )
        return found

    def _takes_part(
        self, own: Sequence[Intervals], down: Intervals, lag: int, drawn: DrawnDowntime, years: int
    ) -> NDArray[np.bool_]:
        """In which years and periods any own failure of a side coincides with what counts."""
        mine = union(own)
        if lag:
            mine = mine.lengthened(lag)
        failures = drawn.failures
        return self.level.time_in(mine & down, years, failures.base, failures.stride) > 0

    def _within(
        self, several: NDArray[np.bool_], own: dict[str, Intervals], base: int, stride: int
    ) -> dict[str, Intervals]:
        """The own failures of the periods that have to be divided."""
        places = np.argwhere(several)
        shift = base + places[:, 0] * stride
        edges = self.level.edges
        spans = Intervals.from_arrays(shift + edges[places[:, 1]], shift + edges[places[:, 1] + 1])
        return {name: each & spans if each else EMPTY for name, each in own.items()}

    def _add(self, into: Numbers, by_period: Numbers) -> None:
        for index, month in enumerate(self.level.month_of):
            into[:, month] += by_period[:, index]

    def _divide(
        self,
        found: dict[str, Numbers],
        owed: Numbers,
        sides: Sequence[str],
        chosen: NDArray[np.bool_],
        counted: Sequence[Numbers],
    ) -> None:
        follows_impact = self.each.agreement.apportionment is Apportionment.IMPACT
        currency = self.each.agreement.currency
        for index, outcomes in enumerate(self.level.outcomes):
            years = np.flatnonzero(chosen[:, index])
            if not len(years):
                continue
            alone = [each[years, index] for each in counted]
            # What a coalition alone would have cost hangs on the row of the table that it would have fallen into.
            costs = None if follows_impact else self.costs[index]
            keys = alone if costs is None else [costs[outcomes.places(each)] for each in alone]
            columns = [owed[years, index], *keys]
            kinds = kinds_of(columns)
            table = np.stack([column[kinds.rows] for column in columns], axis=1).tolist()
            parts = np.zeros((len(table), len(sides)), dtype=np.int64)
            for row, (line, *said) in enumerate(table):
                values: Sequence[int | Fraction] = said
                if outcomes.is_linear and not follows_impact:
                    values = [outcomes.credit(each) or Fraction(0) for each in said]
                key = (currency, line, *values)
                if key not in self.known:
                    # Sides stand in the order of their names, so ties fall alike whatever they are called.
                    self.known[key] = _split(line, values, sides, currency)
                parts[row] = self.known[key]
            by_year = parts[kinds.which]
            for place, side in enumerate(sides):
                found[side][years, self.level.month_of[index]] += by_year[:, place]


def _costs(outcomes: Outcomes) -> Numbers | None:
    """What each row of a table costs, in such a unit that all are whole: shares are the same in any unit.

    None where a table does not say it: the credit grows with every microsecond.
    """
    if outcomes.is_linear:
        return None
    amounts = [row.credit or Fraction(0) for row in outcomes.rows]
    unit = lcm(*(each.denominator for each in amounts))
    whole = [int(each * unit) for each in amounts]
    largest = gcd(*whole) or 1
    return np.array([each // largest for each in whole], dtype=np.int64)


def _split(
    line: int, values: Sequence[int | Fraction], sides: Sequence[str], currency: str
) -> tuple[int, ...]:
    """A line in minor units between sides, by the Shapley value of what each coalition alone would have cost."""
    table = np.empty(len(values), dtype=object)
    table[:] = [Fraction(each) for each in values]
    shares = shapley(table)
    unit = 10 ** minor_digits(currency)
    whole = sum(shares, start=Fraction(0))
    if not whole:
        return tuple(line if place == 0 else 0 for place in range(len(sides)))
    parts = split(Money(Decimal(line) / unit, currency), [share / whole for share in shares], list(sides))
    return tuple(int(part.amount * unit) for part in parts)
