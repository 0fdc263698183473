"""The money of drawn years: statements by the rules of statements.

The problem: caps look at a whole month's lines and at what the year has used. Of thousands of drawn years most ask the
same: so each question is put to the rules once (`apply_caps`, `settled`), and its answer is given to all years that ask
it, under whichever agreement.

Example: 9,000 of 10,000 Aprils have no line; 900 have one of 2,000.00 with nothing used of the year's cap: no cap
bites, and no question is asked. In ten the year's cap has 500.00 left: one question.

Limits: whole minor units. Where an amount or a cap is no whole number of them, what the caps have used is part of the
question, and fewer years ask the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.agreements import Agreement, Cap, CapPer
from domain.credits.base import Due
from domain.credits.caps import CapRoom, apply_caps, cap_limit, span_start
from domain.money import minor_digits
from settlement.simulating.frame import AgreementFrame, Frame, LevelFrame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.replaying import Replay
from settlement.statements import settled

__all__ = ["Asked", "Statements", "statements_of"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Statements:
    """An agreement's statements of drawn years, in minor units: net by year and month, and each level's line."""

    net: Numbers
    lines: dict[tuple[tuple[str, ...], int], Numbers]
    """By a level's name and the place of its period: the line's net in each year."""
    replay: Replay | None = None
    which: Numbers | None = None
    """Of agreements that were settled whole: which of the replayed years each drawn year is; -1: none."""

    def by_month(self, each: AgreementFrame, years: int) -> Numbers:
        """What the lines come to, by year and month: the net without what was earned back."""
        found = np.zeros((years, 12), dtype=np.int64)
        for level in each.levels:
            for index, month in enumerate(level.month_of):
                if (level.name, index) in self.lines:
                    found[:, month] += self.lines[level.name, index]
        return found


Asked = dict[tuple[Hashable, ...], tuple[int, ...]]
"""What the rules of statements answered before: the nets of lines, by their amounts, what caps leave, and rounding."""


def statements_of(
    frame: Frame,
    each: AgreementFrame,
    counted: Mapping[tuple[str, ...], Numbers],
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
