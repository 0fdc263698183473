"""Which termination rights arise in drawn years, by the rule that asks every condition.

The problem: "three misses in six months" is asked of each of ten thousand years, and most of them look alike: a right
that rests on misses sees of a year only which periods were missed. So the rule (`asked`) is put each such year once.

Example: a level that misses one month in ten: of 4,096 ways to miss twelve months some three hundred occur.

Limits: conditions on misses and on values of simulated levels, alone or in `any` and `all`; each year begins without a
past. A right arises when its condition is met in the year, whether it would then be cured or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.metrics import LevelReference
from domain.periods import PeriodRule
from domain.termination.asking import asked
from domain.termination.facts import MonthFact, OutageDays, Series
from settlement.simulating.frame import AgreementFrame
from settlement.simulating.outcomes import Outcome

__all__ = ["Arising"]


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


@dataclass(frozen=True, slots=True, eq=False)
class Arising:
    """The rights of one agreement, asked of drawn years."""

    each: AgreementFrame
    _known: dict[bytes, tuple[bool, ...]] = field(default_factory=dict)

    def in_years(self, counted: dict[tuple[str, ...], NDArray[np.int64]], years: int) -> NDArray[np.bool_]:
        """In which years each right arises: a row a right, in the order of the frame."""
        rights = self.each.rights
        if not rights:
            return np.zeros((0, years), dtype=np.bool_)
        columns = []
        for level in self.each.levels:
            for index, outcomes in enumerate(level.outcomes):
                flags = [row.flags for row in outcomes.rows]
                kinds = {flag: place for place, flag in reversed(list(enumerate(flags)))}
                # Rows that differ in their credit only are one to a right.
                same = np.array([kinds[flag] for flag in flags], dtype=np.int64)
                columns.append(same[outcomes.places(counted[level.name][:, index])])
        table = np.stack(columns, axis=1)
        kinds_of_year, which = np.unique(table, axis=0, return_inverse=True)
        answers = np.zeros((len(kinds_of_year), len(rights)), dtype=np.bool_)
        for row, kind in enumerate(kinds_of_year):
            key = kind.tobytes()
            if key not in self._known:
                facts = self._facts(kind.tolist())
                self._known[key] = tuple(len(asked(right.when, facts).days) > 0 for right in rights)
            answers[row] = self._known[key]
        return np.asarray(answers[which.reshape(-1)].T, dtype=np.bool_)

    def _facts(self, kind: Sequence[int]) -> _YearFacts:
        found, place = [], 0
        for level in self.each.levels:
            rows: list[Outcome] = []
            for outcomes in level.outcomes:
                rows.append(outcomes.rows[kind[place]])
                place += 1
            periods = tuple(outcomes.period for outcomes in level.outcomes)
            of = level.outcomes[-1].of
            judged = [outcomes.of.judged_day(outcomes.period).toordinal() for outcomes in level.outcomes]
            found.append(
                Series(
                    agreement=of.agreement.name,
                    level=of.level.name,
                    service=of.service,
                    rule=periods[-1].rule if periods else PeriodRule.month(),
                    periods=periods,
                    ends=np.array([period.last.toordinal() for period in periods], dtype=np.int64),
                    judged=np.array(judged, dtype=np.int64),
                    missed=np.array([row.is_missed for row in rows], dtype=np.bool_),
                    missed_minimum=np.array([row.is_under_minimum for row in rows], dtype=np.bool_),
                    values=tuple(row.compared for row in rows),
                )
            )
        return _YearFacts(tuple(found), self.each.agreement.first.toordinal())
