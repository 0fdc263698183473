"""Which termination rights arise in drawn years, by the rule that asks every condition.

The problem: "three misses in six months" is asked of each of ten thousand years, and most of them look alike: a right
that rests on misses sees of a year only which periods were missed. So the rule (`asked`) is put each such year once,
for all agreements whose rights ask the same.

Example: a level that misses one month in ten: of 4,096 ways to miss twelve months some three hundred occur.

Limits: conditions on misses and on values of simulated levels, alone or in `any` and `all`; each year begins without a
past. A right arises when its condition is met in the year, whether it would then be cured or not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from domain.metrics import LevelReference
from domain.termination.asking import asked
from domain.termination.facts import MonthFact, OutageDays, Series
from domain.termination.terms import AnyPart, Condition, Misses, ValueIs
from settlement.simulating.frame import AgreementFrame, LevelFrame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.outcomes import Outcome, Outcomes

__all__ = ["Arising", "Arose"]


@dataclass(frozen=True, slots=True)
class _YearFacts:
    """The periods of one drawn year as conditions ask for them."""

    series: tuple[Series, ...]
    first_day: int

    @property
    def adds_up(self) -> bool:
        return False

    @property
    def begins(self) -> int:
        return self.first_day

    def levels(self, of: LevelReference | None) -> Sequence[Series]:
        return [each for each in self.series if of is None or each.level == of.level]

    def months(self) -> Sequence[MonthFact]:
        return ()

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

    each: AgreementFrame
    known: Arose = field(default_factory=dict)

    def in_years(self, counted: dict[tuple[str, ...], NDArray[np.int64]], years: int) -> NDArray[np.bool_]:
        """In which years each right arises: a row a right, in the order of the frame."""
        rows = [self._arises(right.when, counted, years) for right in self.each.rights]
        return np.stack(rows) if rows else np.zeros((0, years), dtype=np.bool_)

    def _arises(
        self, when: Condition, counted: dict[tuple[str, ...], NDArray[np.int64]], years: int
    ) -> NDArray[np.bool_]:
        found = np.zeros(years, dtype=np.bool_)
        if isinstance(when, AnyPart):
            for part in when.parts:
                found |= self._arises(part, counted, years)
        elif isinstance(when, Misses | ValueIs):
            # Each level is asked by itself, and of each of its periods only whether it counts.
            for level in self.each.levels:
                if level.outcomes and (when.of is None or when.of.level == level.name[1]):
                    counting = [_counting(when, outcomes) for outcomes in level.outcomes]
                    found |= self._asked(when, [level], counted, counting)
        else:
            levels = [level for level in self.each.levels if level.outcomes]
            codes = [_codes(outcomes) for level in levels for outcomes in level.outcomes]
            found |= self._asked(when, levels, counted, codes)
        return found

    def _asked(
        self,
        when: Condition,
        levels: Sequence[LevelFrame],
        counted: dict[tuple[str, ...], NDArray[np.int64]],
        codes: Sequence[NDArray[np.int64]],
    ) -> NDArray[np.bool_]:
        """In which years a condition is met; ``codes`` are what it sees of each row of each period's table."""
        tables = [(level, index) for level in levels for index in range(len(level.outcomes))]
        columns = [
            code[level.outcomes[index].places(counted[level.name][:, index])]
            for (level, index), code in zip(tables, codes, strict=True)
        ]
        kinds = kinds_of(columns)
        kind_of = np.stack([column[kinds.rows] for column in columns], axis=1).tolist()
        known = self.known.setdefault(_question(when, levels), {})
        answers = []
        for kind in map(tuple, kind_of):
            if kind not in known:
                known[kind] = len(asked(when, self._facts(levels, kind, codes)).days) > 0
            answers.append(known[kind])
        return np.array(answers, dtype=np.bool_)[kinds.which]

    def _facts(
        self, levels: Sequence[LevelFrame], kind: Sequence[int], codes: Sequence[NDArray[np.int64]]
    ) -> _YearFacts:
        found, place = [], 0
        for level in levels:
            rows: list[Outcome] = []
            for outcomes in level.outcomes:
                rows.append(outcomes.rows[codes[place].tolist().index(kind[place])])
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
                    missed=np.array([row.is_missed for row in rows], dtype=np.bool_),
                    missed_minimum=np.array([row.is_under_minimum for row in rows], dtype=np.bool_),
                    values=tuple(row.compared for row in rows),
                )
            )
        return _YearFacts(tuple(found), self.each.agreement.first.toordinal())


def _question(when: Condition, levels: Sequence[LevelFrame]) -> tuple[Hashable, ...]:
    """All that is asked but for what the year was like: of one level alone its name makes no difference."""
    periods = tuple(tuple(outcomes.period for outcomes in level.outcomes) for level in levels)
    if isinstance(when, Misses | ValueIs):
        return (replace(when, of=None), periods)
    return (when, periods, tuple(level.name for level in levels))


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
