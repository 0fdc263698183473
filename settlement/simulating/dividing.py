"""Who caused what was credited in drawn years: credits divided by the rule that divides them.

The problem: a credit is divided by asking what would have been due if some of the sides alone had failed. Of thousands
of drawn years most ask the same: so each question is put to the rule once (`shapley`), and its answer is given to all
months that ask it.

Example: in 300 of 10,000 Aprils the host and the line both failed; either alone would have cost 5 % in 280 of them: one
question, and each caused half.

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

from domain.agreements import Apportionment
from domain.intervals import EMPTY, Intervals, union
from domain.money import Money, minor_digits, split
from ola.games import shapley
from ola.simulation.downtime import DrawnDowntime
from settlement.simulating.frame import AgreementFrame, Frame, LevelFrame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.money import Statements
from settlement.simulating.outcomes import Outcomes, hangs_on_months
from settlement.statements import consumers_of

__all__ = ["Divided", "Division", "owed_by", "sides_under"]

Numbers = NDArray[np.int64]

Divided = dict[tuple[Hashable, ...], tuple[int, ...]]
"""How lines were divided before, by currency, amount and what each coalition alone would have cost."""


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
    """Divides the credits of one level between the sides under it.

    ``known`` may be shared between levels: sides stand in the order of their names, so that ties fall alike whatever
    they are called.
    """

    each: AgreementFrame
    level: LevelFrame
    sides: dict[str, tuple[str, ...]]
    known: Divided = field(default_factory=dict)
    costs: list[Numbers | None] = field(init=False)

    def __post_init__(self) -> None:
        has_table = not self._is_by_time and not self._hangs
        costs = [_costs(outcomes) if has_table else None for outcomes in self.level.outcomes]
        object.__setattr__(self, "costs", costs)

    @property
    def _is_by_time(self) -> bool:
        return self.each.agreement.apportionment in (Apportionment.IMPACT, Apportionment.EQUAL)

    @property
    def _hangs(self) -> bool:
        """Whether what downtime would have cost hangs on the rest of the year: then the year settled whole says it."""
        agreement, level = self.each.agreement, self.level.outcomes[-1].of.level
        return hangs_on_months(agreement, level) or len(consumers_of(agreement)) > 1

    def caused(self, drawn: DrawnDowntime, years: int, statements: Statements) -> dict[str, Numbers]:
        """What of each period's line each side caused, in minor units, by year and month, by side."""
        failures, level = drawn.failures, self.level
        owed = owed_by(level, years, statements)
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
            alone = np.where(here[place] & ~several, owed, 0)
            for index, month in enumerate(level.month_of):
                found[side][:, month] += alone[:, index]
        at = np.flatnonzero(several)
        if not len(at):
            return found
        kept = own if lag else self._within(several, own, failures.base, failures.stride)
        worth: dict[frozenset[int], Numbers] = {}
        taking_part = here.reshape(len(names), -1)[:, at]
        kinds = kinds_of(list(taking_part.astype(np.int64)))
        for kind, row in enumerate(kinds.rows.tolist()):
            members = np.flatnonzero(taking_part[:, row]).tolist()
            coalitions = [
                frozenset(member for bit, member in enumerate(members) if mask >> bit & 1)
                for mask in range(2 ** len(members))
            ]
            for coalition in coalitions:
                if coalition not in worth:
                    failing = [name for member in coalition for name in self.sides[names[member]]]
                    alone_down = drawn.down_if_only(level.service, failing, kept)
                    if level.minimum_outage:
                        # What is down for some alone is down for all, but what is too short to count is not.
                        alone_down &= down
                    counted = level.time_in(alone_down, years, failures.base, failures.stride)
                    worth[coalition] = self._worth(counted.reshape(-1)[at], at)
            chosen = np.flatnonzero(kinds.which == kind)
            values = [worth[coalition][chosen] for coalition in coalitions]
            where = at[chosen]
            parts = self._parts(
                owed.reshape(-1)[where], where, values, [names[each] for each in members], statements
            )
            months = np.array(level.month_of, dtype=np.int64)[where % len(level.outcomes)]
            for place, member in enumerate(members):
                np.add.at(found[names[member]], (where // len(level.outcomes), months), parts[:, place])
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

    def _worth(self, counted: Numbers, at: Numbers) -> Numbers:
        """What downtimes would have cost, where tables say it; else the downtimes, which say it in another way.

        ``at`` are the places of the downtimes among all years and periods.
        """
        found = counted.copy()
        period = at % len(self.level.outcomes)
        for outcomes, costs, periods in self._tables():
            mine = np.isin(period, periods)
            found[mine] = costs[outcomes.places(counted[mine])]
        if self._hangs and not self._is_by_time:
            for index, outcomes in enumerate(self.level.outcomes):
                mine = period == index
                if not outcomes.is_linear:
                    # Of each row of a table its least downtime stands for all.
                    found[mine] = outcomes.starts[outcomes.places(counted[mine])]
        return found

    def _tables(self) -> list[tuple[Outcomes, Numbers, list[int]]]:
        """The tables that say what downtime costs, each once, with the periods that it holds for."""
        found: dict[int, tuple[Outcomes, Numbers, list[int]]] = {}
        for index, (outcomes, costs) in enumerate(zip(self.level.outcomes, self.costs, strict=True)):
            if costs is not None:
                found.setdefault(id(outcomes.rows), (outcomes, costs, []))[2].append(index)
        return list(found.values())

    def _parts(
        self,
        owed: Numbers,
        at: Numbers,
        values: Sequence[Numbers],
        sides: Sequence[str],
        statements: Statements,
    ) -> Numbers:
        """Lines divided between some sides, a row a line; ``values`` are what each coalition of them is worth."""
        currency = self.each.agreement.currency
        # A credit that grows with every microsecond is another in each period.
        is_linear = [outcomes.is_linear and not self._is_by_time for outcomes in self.level.outcomes]
        period, year = at % len(is_linear), np.zeros_like(at)
        replay = None if self._is_by_time or not self._hangs else statements.replay
        if replay is not None and statements.which is not None:
            year = statements.which[at // len(is_linear)]
        is_asked = replay is not None or any(is_linear)
        columns = [owed, period if is_asked else np.zeros_like(period), year, *values]
        kinds = kinds_of(columns)
        table = np.stack([column[kinds.rows] for column in columns], axis=1).tolist()
        parts = np.zeros((len(table), len(sides)), dtype=np.int64)
        for row, (line, index, whole, *said) in enumerate(table):
            worth: Sequence[int | Fraction] = said
            if replay is not None:
                worth = [replay.cost(whole, self.level, index, each) for each in said]
            elif is_linear[index]:
                worth = [self.level.outcomes[index].credit(each) or Fraction(0) for each in said]
            by_heads = self.each.agreement.apportionment is Apportionment.EQUAL
            key = (currency, by_heads, line, *worth)
            if key not in self.known:
                self.known[key] = _split(line, worth, sides, currency, by_heads=by_heads)
            parts[row] = self.known[key]
        return np.asarray(parts[kinds.which], dtype=np.int64)


def owed_by(level: LevelFrame, years: int, statements: Statements) -> Numbers:
    """What each of a level's lines came to, by year and period."""
    none = np.zeros(years, dtype=np.int64)
    lines = [statements.lines.get((level.name, index), none) for index in range(len(level.outcomes))]
    return np.stack(lines, axis=1)


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
    line: int, values: Sequence[int | Fraction], sides: Sequence[str], currency: str, *, by_heads: bool
) -> tuple[int, ...]:
    """A line in minor units between sides, by the Shapley value of what each coalition alone would have cost.

    ``by_heads``: in equal parts between the sides that have any part in it.
    """
    table = np.empty(len(values), dtype=object)
    table[:] = [Fraction(each) for each in values]
    shares = shapley(table)
    if by_heads:
        shares = tuple(Fraction(1 if share > 0 else 0) for share in shares)
    unit = 10 ** minor_digits(currency)
    whole = sum(shares, start=Fraction(0))
    if not whole:
        return tuple(line if place == 0 else 0 for place in range(len(sides)))
    parts = split(Money(Decimal(line) / unit, currency), [share / whole for share in shares], list(sides))
    return tuple(int(part.amount * unit) for part in parts)
