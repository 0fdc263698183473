"""What a level's rules say of every amount of downtime: compiled from the rules once, looked up ever after.

The problem: ten thousand years of two hundred levels are millions of judgements, and a second implementation of the
rules, made to be fast, would be a second opinion of them. But of one level in one month everything hangs on one number,
the counted downtime, and changes at few places. So the rules themselves (`judge`, `credit_amount`) are asked at these
places, and what they said is a table.

Example: a month of 43,200 minutes, 99.9 with bands at 99.9, 99.5 and 99.0: met up to 43.2 minutes, then 5 %, 15 %
and 30 %: four rows, found by asking the rules about some dozen amounts of downtime.

The way: thresholds that the terms name are asked about first; between two places that differ the change is found by
bisection, down to the microsecond. A credit that grows with every microsecond (`proRata`, `shortfall`) has no table:
the rule is asked for each amount that occurs.

Limits: more downtime is never a lesser miss; a rebate table with gaps in which less is paid for more is asked about the
edges of its bands, which the terms name. Of a credit that hangs on other months or levels a table
tells only what it may hang on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import floor

import numpy as np
from numpy.typing import NDArray

from domain.agreements import (
    Agreement,
    AvailabilityMetric,
    BandsCredit,
    CreditTerms,
    PassThroughCredit,
    PerFailuresCredit,
    PointsCredit,
    ProRataCredit,
    ScheduleCredit,
    ServiceLevel,
    ShortfallCredit,
    Threshold,
)
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.credit_terms import Bound
from domain.credits.base import Due, base_amount
from domain.credits.miss import Miss
from domain.credits.scheme import CreditAmount, credit_amount, is_bedding_in, is_calculated
from domain.measure.availability import availability
from domain.measure.judging import judge
from domain.periods import Period
from settlement.measured import attained
from settlement.statements import consumers_of

__all__ = ["Outcome", "Outcomes", "Tables", "credit_terms", "hangs_on_months", "is_compiled"]

_NOT_COMPILED = (PerFailuresCredit, PassThroughCredit)

_LINEAR = (ProRataCredit, ShortfallCredit)
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules say of one amount of downtime: the status, the credit (None: no line), what rights ask about.

    ``said`` is what else a statement may look at: the percent and the points of the scheme.
    """

    is_missed: bool
    is_under_minimum: bool
    credit: Fraction | None
    compared: Fraction | None
    holds: tuple[bool, ...]
    said: tuple[Fraction | None, ...] = ()

    @property
    def flags(self) -> tuple[bool, ...]:
        """What termination rights see of it."""
        return (self.is_missed, self.is_under_minimum, *self.holds)


Tables = dict[tuple[Hashable, ...], tuple[NDArray[np.int64], list[Outcome]]]
"""Compiled tables, by all that they hang on: from which amounts of downtime on which outcome holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The outcomes of one level on one service in one of its periods, by counted downtime in microseconds.

    ``starts`` are the amounts of downtime from which ``rows`` hold, the first being 0. ``bounds`` are the limits on the
    value that termination rights ask about.
    """

    of: LevelOn
    period: Period
    consumer: str
    agreed: int
    bounds: tuple[Bound, ...]
    starts: NDArray[np.int64]
    rows: list[Outcome]
    is_linear: bool
    _credits: dict[int, Fraction] = field(default_factory=dict)

    @classmethod
    def compiled(
        cls,
        of: LevelOn,
        period: Period,
        consumer: str,
        agreed: int,
        bounds: Iterable[Bound],
        tables: Tables | None = None,
        *,
        is_bare: bool = False,
    ) -> Outcomes:
        """The table of a level for a period with so much agreed service time.

        ``is_bare``: its rows tell apart whatever a credit may hang on besides other months, whose part is left open:
        for who asks the rules about the months together. ``tables`` are those that were compiled before, by all that a
        table hangs on: most levels of a portfolio say the same as some other's, and each level says in January what it
        says in March.
        """
        asked = tuple(bounds)
        is_linear = isinstance(of.level.credit, _LINEAR)
        rule = _Rule(_bare(of) if is_bare else of, period, consumer, agreed, asked)
        if is_linear:
            rule = rule.without_credit()
        known = {} if tables is None else tables
        terms = rule.terms()
        if terms not in known:
            starts, rows = _table(rule, agreed, rule.edges())
            known[terms] = (np.array(starts, dtype=np.int64), rows)
        return cls(of, period, consumer, agreed, asked, *known[terms], is_linear)

    def places(self, counted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which row holds for each amount of downtime."""
        return np.asarray(np.searchsorted(self.starts, counted, side="right") - 1, dtype=np.int64)

    def attainment(self, counted: int) -> Attainment:
        """What the level would have come to with so much counted downtime."""
        value = availability(Fraction(self.agreed), Fraction(counted))
        judged = judge(value, self.of.level.target.on(self.of.judged_day(self.period)), self.of.level.compare)
        whole = Fraction(self.agreed)
        return attained(self.of, self.period, judged, whole - counted, whole)

    def credit(self, counted: int) -> Fraction | None:
        """The level's own credit for an amount of downtime; None where it has no line in a statement."""
        row = self.rows[int(np.searchsorted(self.starts, counted, side="right")) - 1]
        if not self.is_linear or not row.is_missed:
            return row.credit
        if counted not in self._credits:
            found = _Rule(self.of, self.period, self.consumer, self.agreed, ()).at(counted).credit
            self._credits[counted] = Fraction(0) if found is None else found
        return self._credits[counted]


@dataclass(frozen=True, slots=True)
class _Rule:
    """The rules of one level for one period, asked about an amount of downtime."""

    of: LevelOn
    period: Period
    consumer: str
    agreed: int
    bounds: tuple[Bound, ...]
    with_credit: bool = True

    def without_credit(self) -> _Rule:
        return _Rule(self.of, self.period, self.consumer, self.agreed, self.bounds, with_credit=False)

    def terms(self) -> tuple[Hashable, ...]:
        """All that the answers hang on, beside the amount of downtime: rules with equal terms say the same."""
        agreement, level, credit = self.of.agreement, self.of.level, self.of.level.credit
        day = self.of.judged_day(self.period)
        minimum = None if level.minimum is None else level.minimum.on(day)
        judged = (self.agreed, level.target.on(day), minimum, level.compare, self.bounds)
        if not self.with_credit or not isinstance(credit, CreditTerms):
            return judged
        due = Due.of(agreement, self.period, self.consumer)
        bases = [credit.base]
        if credit.cap is not None and credit.cap.of is not None:
            bases.append(credit.cap.of)
        charges = tuple(base_amount(agreement, base, self.of.service, due) for base in bases)
        days = (due.last - due.first).days
        priced = (agreement.points, agreement.at_risk)
        # Only who pays in days of service asks how many the period has.
        by_days = not isinstance(credit, BandsCredit) or any(band.days for band in credit.bands)
        length = days if by_days else 0
        return (*judged, credit, charges, priced, length, is_bedding_in(agreement, level, due))

    def at(self, counted: int) -> Outcome:
        agreement, level = self.of.agreement, self.of.level
        day = self.of.judged_day(self.period)
        threshold = level.target.on(day)
        value = availability(Fraction(self.agreed), Fraction(counted))
        judged = judge(value, threshold, level.compare)
        is_missed = judged.status is AttainmentStatus.MISSED
        holds = tuple(judged.compared is not None and bound.holds(judged.compared) for bound in self.bounds)
        minimum = None if level.minimum is None else level.minimum.on(day)
        lower = judge(value, minimum, level.compare)
        found: CreditAmount | None = None
        if is_missed and self.with_credit and threshold is not None and value is not None:
            found = self._credit(agreement, level, value, judged.compared, threshold)
        under = lower.status is AttainmentStatus.MISSED
        credit, said = (None, ()) if found is None else (found.amount, (found.percent, found.points))
        return Outcome(is_missed, under, credit, judged.compared, holds, said)

    def _credit(
        self,
        agreement: Agreement,
        level: ServiceLevel,
        value: Fraction,
        compared: Fraction | None,
        threshold: Threshold,
    ) -> CreditAmount | None:
        if not is_calculated(level):
            return None
        miss = Miss(value, value if compared is None else compared, threshold, Fraction(self.agreed))
        due = Due.of(agreement, self.period, self.consumer)
        return credit_amount(agreement, level, self.of.service, miss, due)

    def edges(self) -> list[int]:
        """The amounts of downtime at which the terms name a change, and what lies just beyond them."""
        level = self.of.level
        values = [step.threshold.value for step in level.target.steps]
        values += [] if level.minimum is None else [step.threshold.value for step in level.minimum.steps]
        values += [bound.value for bound in self.bounds]
        amounts: list[int] = []
        if isinstance(level.credit, BandsCredit | PointsCredit):
            values += [each for band in level.credit.bands for each in _numbers(band)]
        if isinstance(level.credit, ScheduleCredit):
            amounts += [int(each) for step in level.credit.steps for each in _numbers(step)]
        amounts += [floor(self.agreed * (100 - value) / 100) for value in values if 0 <= value <= 100]
        near = {each + step for each in amounts for step in (-1, 0, 1, 2)}
        return sorted(each for each in near if 0 <= each <= self.agreed)


def _numbers(terms: object) -> list[Fraction]:
    """Every number that a row of a credit's terms holds: one of them may be where it begins."""
    found = []
    for name in getattr(terms, "__slots__", ()):
        value = getattr(terms, name)
        if isinstance(value, Bound):
            found.append(value.value)
        elif isinstance(value, int | Fraction) and not isinstance(value, bool):
            found.append(Fraction(value))
    return found


def _table(rule: _Rule, agreed: int, edges: Iterable[int]) -> tuple[list[int], list[Outcome]]:
    """Where the outcome changes between no downtime and all of it, and what it is from there on."""
    asked: dict[int, Outcome] = {}

    def at(counted: int) -> Outcome:
        if counted not in asked:
            asked[counted] = rule.at(counted)
        return asked[counted]

    def key(counted: int) -> tuple[object, ...]:
        outcome = at(counted)
        return (*outcome.flags, outcome.credit, *outcome.said)

    points = sorted({0, agreed, *edges})
    starts, rows = [0], [at(0)]
    for low, high in pairwise(points):
        while key(low) != key(high):
            first = _first_other(key, low, high)
            starts.append(first)
            rows.append(at(first))
            low = first  # noqa: PLW2901 - the search goes on from where the outcome changed
            if len(starts) > _MOST_ROWS:
                raise ValueError(
                    f"{rule.of.level.name} of {rule.of.agreement.name} has more than {_MOST_ROWS} different outcomes."
                )
    return starts, rows


def _first_other(key: Callable[[int], object], low: int, high: int) -> int:
    """The first amount after ``low`` whose outcome differs from that of ``low``; that of ``high`` does."""
    same, other, of_low = low, high, key(low)
    while other - same > 1:
        middle = (same + other) // 2
        if key(middle) == of_low:
            same = middle
        else:
            other = middle
    return other


def credit_terms(of: LevelOn, period: Period) -> tuple[Hashable, ...]:
    """All that the credit of a level for a period hangs on, beside its value: where it is equal, so is the credit."""
    rules = (_Rule(of, period, consumer, 0, ()).terms() for consumer in consumers_of(of.agreement))
    return (id(of.agreement), *rules)


def is_compiled(level: ServiceLevel) -> bool:
    """Whether a level's credit, if it has one, hangs on nothing but values of its own and its statement's months."""
    credit = level.credit
    if not isinstance(level.metric, AvailabilityMetric):
        return False
    return not isinstance(credit, _NOT_COMPILED)


def hangs_on_months(agreement: Agreement, level: ServiceLevel) -> bool:
    """Whether a level's credit hangs on its other months, or on the other levels of its statement."""
    credit = level.credit
    if not isinstance(credit, CreditTerms):
        return False
    if isinstance(credit, PointsCredit):
        return (
            credit.when is not None
            or credit.repeat is not None
            or (agreement.points is not None and bool(agreement.points.table))
        )
    return credit.when is not None


def _bare(of: LevelOn) -> LevelOn:
    """A level whose credit shows whatever it may hang on: nothing caps it, and no condition or least sum hides it."""
    credit = of.level.credit
    if not isinstance(credit, CreditTerms):
        return of
    bare = replace(credit, when=None, cap=None, minimum_payable=None)
    return replace(of, level=replace(of.level, credit=bare))
