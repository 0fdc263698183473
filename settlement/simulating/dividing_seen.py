"""Who caused what was credited in drawn months of tickets, counts, samples and deliverables.

The problem: whose failure a late ticket was is known from the evidence of the month that was drawn, and from nothing
else. So each month that was, once drawn, is followed there by the very rule that follows breaches, with what its credit
would have been in the simulated month; and the line is divided by the shares that this gives.

Example: a drawn April that is a June in which the desk was late with three tickets and its vendor with one: what April
credits is divided between the two as June's trace says.

Limits: parties as they are answerable; "" stands for what nobody broke, because the contracts do not add up.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AgreementType
from domain.attainment import Judgement
from domain.credits.miss import Miss
from domain.money import Money, minor_digits
from ola.responsibility import Trace
from ola.simulation.downtime import DrawnDowntime
from settlement.impact_month import caused_by
from settlement.kept_months import parts_of
from settlement.results import Breach
from settlement.simulating.dividing import owed_by
from settlement.simulating.frame import AgreementFrame, Frame
from settlement.simulating.kinds import kinds_of
from settlement.simulating.levels import LevelFrame
from settlement.simulating.money import Statements
from settlement.simulating.outcomes import credit_terms
from settlement.simulating.replaying import credit_over
from settlement.tracing import follow

__all__ = ["SeenDivision"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SeenDivision:
    """Divides the credits of one level for which whole months are drawn."""

    frame: Frame
    each: AgreementFrame
    level: LevelFrame
    _traces: dict[tuple[Hashable, ...], Trace] = field(default_factory=dict)
    _terms: dict[int, Hashable] = field(default_factory=dict)
    _parts: dict[tuple[int, int, int, int], dict[str, int]] = field(default_factory=dict)

    def caused(self, drawn: DrawnDowntime, years: int, statements: Statements) -> dict[str, Numbers]:
        """What of each month's line each party caused, in minor units, by year and month, by party."""
        level = self.level
        owed, months = owed_by(level, years, statements), level.in_years(drawn)
        whole = np.full(years, -1, dtype=np.int64) if statements.which is None else statements.which
        found: dict[str, Numbers] = {}
        for index, place in enumerate(level.month_of):
            at = np.flatnonzero(owed[:, index])
            if not len(at):
                continue
            columns = [owed[at, index], months[at, index], whole[at]]
            kinds = kinds_of(columns)
            table = np.stack([column[kinds.rows] for column in columns], axis=1).tolist()
            for kind, (line, month, year) in enumerate(table):
                chosen = at[kinds.which == kind]
                for party, part in self._divided(index, month, year, line, statements).items():
                    if party not in found:
                        found[party] = np.zeros((years, 12), dtype=np.int64)
                    found[party][chosen, place] += part
        return found

    def _divided(
        self, index: int, month: int, year: int, line: int, statements: Statements
    ) -> dict[str, int]:
        miss = None
        if statements.replay is not None and year >= 0:
            miss = statements.replay.years[year].misses.get((self.level.name, index))
        # Where nothing hangs on the rest of the year, one trace is that of all years.
        year = -1 if miss is None else year
        key = (index, month, year, line)
        if key not in self._parts:
            if index not in self._terms:
                outcomes = self.level.outcomes[index]
                self._terms[index] = credit_terms(outcomes.of, outcomes.period)
            # Followed once for all months of the year with the same terms: the evidence is that of the month that was.
            was = self.level.seen[index][month].was
            asked = (id(was), self._terms[index], None if miss is None else miss.standing)
            if asked not in self._traces:
                self._traces[asked] = self._trace(index, month, miss)
            self._parts[key] = self._split(index, month, self._traces[asked], line)
        return self._parts[key]

    def _trace(self, index: int, month: int, miss: Miss | None) -> Trace:
        """The trace of a month that was, with what its credit would be in a period of the year."""
        level, seen = self.level, self.level.seen[index][month]
        agreement = level.outcomes[index].of.agreement
        standing = miss or self.frame.settling.standings.miss(seen.would_be, (seen.would_be,))

        def credit_of(judged: Judgement) -> Fraction:
            return credit_over(agreement, level, index, standing, judged.value, judged.compared)

        months = self.frame.seen
        if months is None:
            raise ValueError("Months were drawn, and none were seen.")
        measuring = months.measuring(self.frame.in_force(level.month_of[index]))
        return follow(measuring, seen.was, credit_of).trace

    def _split(self, index: int, month: int, trace: Trace, line: int) -> dict[str, int]:
        currency = self.each.agreement.currency
        unit = 10 ** minor_digits(currency)
        parts = parts_of(trace, [Money(Decimal(line) / unit, currency)])
        attainment = self.level.seen[index][month].would_be.attainment
        if attainment.of.agreement.type is not AgreementType.SLA:
            return {}
        by_currency = caused_by([Breach(attainment, trace, parts)])
        return {
            party or "": int(each.total(currency).amount * unit)
            for party, each in by_currency.get(currency, {}).items()
        }
