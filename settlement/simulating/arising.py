"""Which termination rights arise in drawn years, by the rule that asks every condition.

The problem: "three misses in six months" is asked of each of ten thousand years, and most of them look alike: a right
that rests on misses sees of a year only which periods were missed. So the rule (`asked`) is put each such year once,
for all agreements whose rights ask the same.

Example: a level that misses one month in ten: of 4,096 ways to miss twelve months some three hundred occur.

Limits: conditions on the misses, values and means of simulated levels, on credits, service points and outages, alone
or in `any`, and all but outages in `all`; each year begins without a past. A right arises when its condition is met in
the year, whether it would then be cured or not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from domain.attainment import AttainmentStatus
from domain.metrics import LevelReference
from domain.money import minor_digits
from domain.termination.asking import asked
from domain.termination.facts import MonthFact, OutageDays, Series
from domain.termination.terms import (
    AllParts,
    AnyPart,
    AverageIs,
    Condition,
    Convenience,
    CreditsAtCap,
    CreditsReach,
    EventRecorded,
    Misses,
    OutageHoursExceed,
    OutagesExceed,
    PointsReach,
    ValueIs,
)
from ola.simulation.downtime import DrawnDowntime
from settlement.past_facts import PastFacts
from settlement.simulating.arising_outages import OutagesArising
from settlement.simulating.frame import AgreementFrame, Frame, LevelFrame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.money import Statements
from settlement.simulating.outcomes import Outcomes
from settlement.simulating.replaying import Columns, supposed

__all__ = ["Arising", "Arose"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _YearFacts:
    """The periods of one drawn year as conditions ask for them."""

    series: tuple[Series, ...]
    first_day: int
    money: tuple[MonthFact, ...] = ()
    umbrella: str = ""

    @property
    def adds_up(self) -> bool:
        return bool(self.umbrella)

    @property
    def begins(self) -> int:
        return self.first_day

    def levels(self, of: LevelReference | None) -> Sequence[Series]:
        return [
            each
            for each in self.series
            if of is None or (each.level == of.level and of.agreement in (each.agreement, self.umbrella))
        ]

    def months(self) -> Sequence[MonthFact]:
        return self.money

    def outages(self, of: LevelReference | None, longer_than: int, *, in_hours: bool) -> Sequence[OutageDays]:
        del of, longer_than, in_hours
        return ()

    def events(self, event: str) -> Sequence[int]:
        del event
        return ()


Arose = dict[tuple[Hashable, ...], dict[tuple[int, ...], bool]]
"""Whether conditions were met, by what is asked and by what the year was like."""


@dataclass(frozen=True, slots=True, eq=False)
class Arising:
    """The rights of one agreement, asked of drawn years.

    ``known`` may be shared between agreements: whose level it is makes no difference to when a condition is met.
    """

    frame: Frame
    each: AgreementFrame
    outages: OutagesArising
    known: Arose = field(default_factory=dict)

    def in_years(self, columns: Columns, drawn: DrawnDowntime, statements: Statements) -> NDArray[np.bool_]:
        """In which years each right arises: a row a right, in the order of the frame."""
        rows = [self._arises(right.when, columns, drawn, statements) for right in self.each.rights]
        return np.stack(rows) if rows else np.zeros((0, drawn.failures.years), dtype=np.bool_)

    def _arises(
        self, when: Condition, columns: Columns, drawn: DrawnDowntime, statements: Statements
    ) -> NDArray[np.bool_]:
        found = np.zeros(drawn.failures.years, dtype=np.bool_)
        if isinstance(when, AnyPart):
            for part in when.parts:
                if not isinstance(part, Convenience | EventRecorded):
                    found |= self._arises(part, columns, drawn, statements)
        elif isinstance(when, OutagesExceed | OutageHoursExceed):
            found |= self.outages.in_years(when, drawn)
        elif isinstance(when, Misses | ValueIs) and not self.each.parts:
            # Each level is asked by itself, and of each of its periods only whether it counts.
            for level in self.each.levels:
                if level.outcomes and (when.of is None or when.of.level == level.name[1]):
                    counting = [_counting(when, outcomes) for outcomes in level.outcomes]
                    seen = [
                        code[outcomes.places(columns[level.name][:, index])]
                        for index, (code, outcomes) in enumerate(zip(counting, level.outcomes, strict=True))
                    ]
                    found |= self._asked(when, _Seen((level,), seen, codes=counting))
        else:
            found |= self._asked(when, self._seen(when, columns, drawn.failures.years, statements))
        return found

    def _seen(self, when: Condition, columns: Columns, years: int, statements: Statements) -> _Seen:
        """All that a condition may look at."""
        kinds = _kinds_in(when)
        of_money = kinds & {CreditsReach, CreditsAtCap, PointsReach}
        levels = [level for level in self.each.levels if level.outcomes] if kinds - of_money else []
        seen, codes = [], []
        for level in levels:
            for index, outcomes in enumerate(level.outcomes):
                column = columns[level.name][:, index]
                code = None if AverageIs in kinds else _codes(outcomes)
                # A mean looks at the very value; anything else at what is held against it.
                seen.append(column if code is None else code[outcomes.places(column)])
                codes.append(code)
        if not of_money:
            return _Seen(tuple(levels), seen, codes)
        nets = statements.by_month(self.each, years)
        points, scale = self._points(columns, years, statements)
        seen += [*nets.T, *points.T]
        charged = self._charged()
        return _Seen(tuple(levels), seen, codes, charged, scale)

    def _charged(self) -> tuple[MonthFact, ...]:
        """The months with their charges and caps, without any credit: the same in all years."""
        known, name = self.frame.charged, self.each.name
        if name not in known:
            quiet = supposed(self.frame.settling, self.frame, {}, is_whole=False)
            known[name] = tuple(PastFacts(quiet, name, self.each.parts, self.frame.year.day_after).months())
        return known[name]

    def _points(self, columns: Columns, years: int, statements: Statements) -> tuple[Numbers, int]:
        """The service points of each year and month, in such a unit that all are whole, and that unit."""
        replay, which = statements.replay, statements.which
        if self.each.parts:
            return np.zeros((years, 12), dtype=np.int64), 1
        if replay is not None and which is not None and (which >= 0).all():
            place = [each.name for each in replay.members].index(self.each.name)
            whole = [year.points[place] for year in replay.years]
            scale = lcm(*(points.denominator for row in whole for points in row))
            table = np.array([[int(points * scale) for points in row] for row in whole], dtype=np.int64)
            return table[which], scale
        tables = {
            (level, index): [
                row.said[-1] or Fraction(0) if row.said else Fraction(0) for row in outcomes.rows
            ]
            for level in self.each.levels
            for index, outcomes in enumerate(level.outcomes)
        }
        scale = lcm(*(points.denominator for rows in tables.values() for points in rows))
        found = np.zeros((years, 12), dtype=np.int64)
        for (level, index), rows in tables.items():
            worth = np.array([int(points * scale) for points in rows], dtype=np.int64)
            places = level.outcomes[index].places(columns[level.name][:, index])
            found[:, level.month_of[index]] += worth[places]
        return found, scale

    def _asked(self, when: Condition, seen: _Seen) -> NDArray[np.bool_]:
        """In which years a condition is met."""
        kinds = kinds_of(seen.columns)
        kind_of = np.stack([column[kinds.rows] for column in seen.columns], axis=1).tolist()
        known = self.known.setdefault(self._question(when, seen), {})
        answers = []
        for kind in map(tuple, kind_of):
            if kind not in known:
                known[kind] = len(asked(when, self._facts(seen, kind)).days) > 0
            answers.append(known[kind])
        return np.array(answers, dtype=np.bool_)[kinds.which]

    def _facts(self, seen: _Seen, kind: Sequence[int]) -> _YearFacts:
        found, place = [], 0
        for level in seen.levels:
            rows: list[tuple[bool, bool, Fraction | None]] = []
            for index, outcomes in enumerate(level.outcomes):
                code = seen.codes[place]
                if code is None:
                    rows.append(_exactly(level, index, kind[place]))
                else:
                    row = outcomes.rows[code.tolist().index(kind[place])]
                    rows.append((row.is_missed, row.is_under_minimum, row.compared))
                place += 1
            periods = tuple(outcomes.period for outcomes in level.outcomes)
            of = level.outcomes[-1].of
            judged = [outcomes.of.judged_day(outcomes.period).toordinal() for outcomes in level.outcomes]
            found.append(
                Series(
                    agreement=of.agreement.name,
                    level=of.level.name,
                    service=of.service,
                    rule=periods[-1].rule,
                    periods=periods,
                    ends=np.array([period.last.toordinal() for period in periods], dtype=np.int64),
                    judged=np.array(judged, dtype=np.int64),
                    missed=np.array([is_missed for is_missed, _, _ in rows], dtype=np.bool_),
                    missed_minimum=np.array([is_under for _, is_under, _ in rows], dtype=np.bool_),
                    values=tuple(value for _, _, value in rows),
                )
            )
        return _YearFacts(
            tuple(found),
            self.each.agreement.first.toordinal(),
            self._money(seen, kind[place:]),
            self.each.name if self.each.parts else "",
        )

    def _money(self, seen: _Seen, said: Sequence[int]) -> tuple[MonthFact, ...]:
        """The months' money; ``said`` are their nets in minor units, then their points."""
        unit = 10 ** minor_digits(self.each.agreement.currency)
        by_month = {month: place for place, month in enumerate(self.frame.months)}
        return tuple(
            replace(
                fact,
                net=Fraction(said[by_month[fact.month]], unit),
                points=Fraction(said[12 + by_month[fact.month]], seen.scale),
            )
            for fact in seen.charged
        )

    def _question(self, when: Condition, seen: _Seen) -> tuple[Hashable, ...]:
        """All that is asked but for what the year was like: of one level alone its name makes no difference."""
        periods = tuple(tuple(outcomes.period for outcomes in level.outcomes) for level in seen.levels)
        if isinstance(when, Misses | ValueIs) and not self.each.parts:
            return (replace(when, of=None), periods)
        if self.each.parts or seen.charged or any(code is None for code in seen.codes):
            return (when, self.each.name, periods)
        return (when, periods, tuple(level.name for level in seen.levels))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a condition sees of drawn years: columns of levels, period by period, and of the money of the months.

    ``codes``: what it sees of each row of a period's table, as one number; None: the value itself. ``charged`` are the
    months with their charges and caps, without any credit; their nets and points stand in the last columns, the points
    ``scale`` times as large.
    """

    levels: tuple[LevelFrame, ...]
    columns: Sequence[Numbers]
    codes: Sequence[Numbers | None]
    charged: tuple[MonthFact, ...] = ()
    scale: int = 1


def _kinds_in(when: Condition) -> set[type]:
    """The kinds of conditions that a condition is made of."""
    if isinstance(when, AnyPart | AllParts):
        return {kind for part in when.parts for kind in _kinds_in(part)}
    return {type(when)}


def _exactly(level: LevelFrame, index: int, column: int) -> tuple[bool, bool, Fraction | None]:
    """Whether a period is missed, whether its minimum is, and its value as compared."""
    outcomes = level.outcomes[index]
    row = outcomes.rows[int(outcomes.places(np.array([column], dtype=np.int64))[0])]
    attainment = level.attainment(index, column)
    return attainment.status is AttainmentStatus.MISSED, row.is_under_minimum, attainment.compared


def _counting(when: Misses | ValueIs, outcomes: Outcomes) -> NDArray[np.int64]:
    """Whether a period counts for a condition, for each row of its table: 1 or 0."""
    limit = when.limit if isinstance(when, ValueIs) else when.value
    if limit is not None:
        place = outcomes.bounds.index(limit)
        counts = [row.holds[place] for row in outcomes.rows]
    elif isinstance(when, Misses) and when.against_minimum:
        counts = [row.is_under_minimum for row in outcomes.rows]
    else:
        counts = [row.is_missed for row in outcomes.rows]
    return np.array(counts, dtype=np.int64)


def _codes(outcomes: Outcomes) -> NDArray[np.int64]:
    """What a right sees of each row of a table, as one number; rows that differ in their credit only are alike."""
    codes = [sum(1 << bit for bit, flag in enumerate(row.flags) if flag) for row in outcomes.rows]
    return np.array(codes, dtype=np.int64)
