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
from settlement.simulating.outcomes import Outcome, Outcomes

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
    """The rights of one agreement, asked of drawn years.

    ``known`` may be shared between agreements: whose level it is makes no difference to when a condition is met.
    """

    each: AgreementFrame
    known: dict[tuple[str, bytes], tuple[bool, ...]] = field(default_factory=dict)

    def in_years(self, counted: dict[tuple[str, ...], NDArray[np.int64]], years: int) -> NDArray[np.bool_]:
        """In which years each right arises: a row a right, in the order of the frame."""
        rights = self.each.rights
        if not rights:
            return np.zeros((0, years), dtype=np.bool_)
        columns = [
            _codes(outcomes)[outcomes.places(counted[level.name][:, index])]
            for level in self.each.levels
            for index, outcomes in enumerate(level.outcomes)
        ]
        kinds, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        answers = np.zeros((len(kinds), len(rights)), dtype=np.bool_)
        question = self._question()
        for row, kind in enumerate(kinds):
            key = (question, kind.tobytes())
            if key not in self.known:
                facts = self._facts(kind.tolist())
                self.known[key] = tuple(len(asked(right.when, facts).days) > 0 for right in rights)
            answers[row] = self.known[key]
        return np.asarray(answers[which.reshape(-1)].T, dtype=np.bool_)

    def _question(self) -> str:
        """Everything that is asked but for what the year was like, without the agreement's own name."""
        conditions = repr([right.when for right in self.each.rights]).replace(
            f"agreement={self.each.name!r}", ""
        )
        levels = [(level.name[1:], [o.period.name for o in level.outcomes]) for level in self.each.levels]
        return f"{conditions} {levels if len(levels) > 1 else (levels[0][0][0], levels[0][1])}"

    def _facts(self, kind: Sequence[int]) -> _YearFacts:
        found, place = [], 0
        for level in self.each.levels:
            rows: list[Outcome] = []
            for outcomes in level.outcomes:
                rows.append(outcomes.rows[_codes(outcomes).tolist().index(kind[place])])
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


def _codes(outcomes: Outcomes) -> NDArray[np.int64]:
    """What a right sees of each row of a table, as one number; rows that differ in their credit only are alike."""
    codes = [sum(1 << bit for bit, flag in enumerate(row.flags) if flag) for row in outcomes.rows]
    return np.array(codes, dtype=np.int64)
