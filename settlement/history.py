"""What an agreement's earlier months came to: the past that repeats, caps, ledgers and termination rights look at.

The problem: a second consecutive failure, a yearly cap, a credit earned back and a right that needs three misses in six
months all rest on months before the asked one. They must be the very attainments and statements that those months were
settled with, each under its own version, and never a running total kept somewhere (3.5).

Example: ``history.level("sla-banking", "availability", "banking", june)`` gives the attainments of January to June,
oldest first, where the evidence begins in January.

Limits: the past begins with the month of the first evidence, or of the agreement's term if that is later. Each month is
measured once and then kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from domain.agreements import Agreement
from domain.instants import as_datetime
from domain.periods import Period, PeriodRule
from settlement.measured import Measurement
from settlement.results import Statement
from settlement.statements import Drawn


class Months(Protocol):
    """Whoever can measure and draw up any month of any agreement, and keeps what it has worked out."""

    def judged_in(self, name: str, month: Period) -> Agreement | None:
        """The version of an agreement that is judged in a month; None where none is in force."""

    def measurements(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """Every level of an agreement whose own period ends in a month."""

    def counted_measurements(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """The same of an earlier month and how each counts, perhaps without what the attainments were measured from."""

    def drawn(self, agreement: Agreement, consumer: str, month: Period) -> Drawn:
        """One statement of a month."""

    def past_statement(self, agreement: Agreement, consumer: str, month: Period) -> Statement:
        """One statement of an earlier month."""


_Measured = tuple[tuple[Measurement, ...], dict[tuple[str, str], list[Measurement]]]
"""What a month measured of an agreement, and the same by level and service."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The past of every agreement; ``earliest`` is the first instant of any evidence (None: there is none)."""

    of: Months
    earliest: int | None
    _nets: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)
    _sums: dict[tuple[str, str, date, date], Fraction] = field(default_factory=dict)
    _levels: dict[tuple[str, str], _Measured] = field(default_factory=dict)

    def months(self, agreement: Agreement, until: Period, since: date | None = None) -> tuple[Period, ...]:
        """The months up to and with ``until``, oldest first, from ``since``, the evidence and the term on."""
        if self.earliest is None:
            return ()
        begin = max(_month_begun(self.earliest), agreement.first.replace(day=1))
        return _months_between(begin if since is None else max(since, begin), until.first)

    def level(
        self,
        agreement: Agreement,
        level: str,
        service: str,
        until: Period,
        since: date | None = None,
        *,
        in_full: bool = False,
    ) -> tuple[Measurement, ...]:
        """A level on a service, period by period, oldest first, each as its own version measured it.

        ``in_full``: with what the attainments were measured from, which is not kept with earlier results.
        """
        return tuple(
            measurement
            for month in self.months(agreement, until, since)
            for measurement in self._by_level(agreement.name, month, in_full=in_full).get(
                (level, service), ()
            )
        )

    def level_in(self, name: str, level: str, service: str, month: Period) -> Sequence[Measurement]:
        """The same of one month alone."""
        return self._by_level(name, month, in_full=False).get((level, service), ())

    def forget(self) -> None:
        """Forget what was measured; what statements came to is kept."""
        self._levels.clear()

    def _by_level(
        self, name: str, month: Period, *, in_full: bool
    ) -> dict[tuple[str, str], list[Measurement]]:
        """What was measured of an agreement in a month, by level and service: found once, asked in many months."""
        key = (name, month.name)
        measured = self.of.measurements(name, month) if in_full else self.of.counted_measurements(name, month)
        known = self._levels.get(key)
        if known is None or known[0] is not measured:
            found: dict[tuple[str, str], list[Measurement]] = {}
            for each in measured:
                of = each.attainment.of
                found.setdefault((of.level.name, of.service), []).append(each)
            known = self._levels[key] = (measured, found)
        return known[1]

    def statements(
        self, agreement: Agreement, consumer: str, until: Period, since: date | None = None
    ) -> tuple[Drawn, ...]:
        """An agreement's statements for a consumer, month by month, oldest first."""
        found = (self.statement(agreement, consumer, month) for month in self.months(agreement, until, since))
        return tuple(each for each in found if each is not None)

    def statement(self, agreement: Agreement, consumer: str, month: Period) -> Drawn | None:
        """An agreement's statement for a consumer and a month; None where no version is in force."""
        version = self.of.judged_in(agreement.name, month)
        return None if version is None else self.of.drawn(version, consumer, month)

    def stated(self, agreement: Agreement, consumer: str, month: Period) -> Statement | None:
        """The same without the exact amounts that it was rounded from."""
        version = self.of.judged_in(agreement.name, month)
        return None if version is None else self.of.past_statement(version, consumer, month)

    def net_in(self, agreement: Agreement, consumer: str, month: Period) -> Fraction:
        """What one month's lines came to after all caps; nothing where the claim has lapsed (3.5).

        What is earned back is taken from the statement, not from its lines, and gives no room under a cap back.
        """
        key = (agreement.name, consumer, month.name)
        if key not in self._nets:
            stated = self.of.past_statement(agreement, consumer, month)
            lines = () if stated.is_claim_missed else stated.lines
            self._nets[key] = sum((line.net.fraction for line in lines), start=Fraction(0))
        return self._nets[key]

    def net_before(self, agreement: Agreement, consumer: str, first: date, before: date) -> Fraction:
        """What the lines of the statements from ``first`` up to ``before`` came to."""
        last = PeriodRule.month().containing(before - timedelta(days=1))
        months = self.months(agreement, last, first)
        if not months:
            return Fraction(0)
        # Each month's sum is the one before it and one statement more; it is never kept beyond this settling.
        name, begin, at = agreement.name, months[0].first, len(months)
        while at and (name, consumer, begin, months[at - 1].first) not in self._sums:
            at -= 1
        found = self._sums[name, consumer, begin, months[at - 1].first] if at else Fraction(0)
        for month in months[at:]:
            version = self.of.judged_in(name, month)
            if version is not None and (net := self.net_in(version, consumer, month)):
                found += net
            self._sums[name, consumer, begin, month.first] = found
        return found


@lru_cache(maxsize=16)
def _month_begun(earliest: int) -> date:
    return as_datetime(earliest).date().replace(day=1)


@lru_cache(maxsize=4096)
def _months_between(first: date, until: date) -> tuple[Period, ...]:
    """The months from the one that a day lies in to the one that begins on another."""
    month = PeriodRule.month().containing(first)
    found = []
    while month.first <= until:
        found.append(month)
        month = month.next()
    return tuple(found)
