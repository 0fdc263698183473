"""What a provider earns back of its credits, month by month, from the attainments that follow them.

The problem: a credit of January is earned back by the periods after it, so the ledger of an agreement rests on the
statements and the attainments of all its months, and each month's statement is less by what the months before earned.

Example: ``earnBack: {returns: "50", when: {consecutive: 6}}``: a credit of 1,000.00 for January and six months that met
the target give 500.00 in July, which August's statement is the first to use.

Limits: a ledger is kept for each agreement and consumer. A period without data, or missed, begins the count anew; of a
level judged each day the whole month has to keep the promise. What an umbrella says of earning back is not applied.

References: 3.5; ruling 28 of the design.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Protocol

from domain.agreements import Agreement
from domain.attainment import Attainment, AttainmentStatus
from domain.ledger import Entry, EntryKind, after_month
from domain.measure.judging import misses_minimum
from domain.money import Money, rounded
from domain.periods import Period, PeriodKind
from domain.remedies import EarnBack, Kept
from settlement.history import History
from settlement.results import CreditLine

Credited = tuple[Period, CreditLine]
"""A line of an earlier statement, and its level's own period."""


class Past(Protocol):
    """What earning back asks of a settling."""

    @property
    def history(self) -> History:
        """What earlier months came to."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class EarnBacks:
    """The ledgers of the agreements of one settling."""

    of: Past

    def after(self, agreement: Agreement, consumer: str, month: Period, due: Money) -> tuple[Entry, ...]:
        """The ledger with a month's entries, where the month's lines come to ``due``."""
        earlier = [
            each
            for each in self.of.history.statements(agreement, consumer, month.previous())
            if each.statement.period < month
        ]
        entries = earlier[-1].statement.ledger if earlier else ()
        terms = agreement.remedies.earn_back
        if terms is None:
            return entries
        credited = [
            (line.period, printed)
            for each in earlier
            if not each.statement.is_claim_missed
            for line, printed in zip(each.lines, each.statement.lines, strict=True)
            if printed.net
        ]
        known = {entry.credit for entry in entries if entry.kind is EntryKind.EARNED}
        open_credits = [each for each in credited if _named(each) not in known]
        earned = [
            entry
            for each in open_credits
            if (entry := self._earned(agreement, terms, month, each)) is not None
        ]
        return after_month(entries, agreement, terms, month, due, earned)

    def _earned(self, agreement: Agreement, terms: EarnBack, month: Period, credit: Credited) -> Entry | None:
        """What a credit earns back in a month: once so many periods in a row have kept the promise since."""
        period, line = credit
        level, service = line.of.level.name, line.of.service
        since = [
            measurement.attainment
            for measurement in self.of.history.level(agreement, level, service, month, period.last)
            if measurement.attainment.of.customer == line.of.customer
        ]
        after = [each for each in since if each.period.last > period.last]
        itself = [each for each in since if each.period == period]
        if terms.excludes_minimum_missed and any(misses_minimum(each) for each in itself):
            return None
        if _longest_run(kept(after, terms.kept)) < terms.consecutive:
            return None
        amount = rounded(line.net.fraction * terms.returns / 100, agreement.currency, agreement.rounding)
        if not amount:
            return None
        return Entry(EntryKind.EARNED, month.name, amount, level, service, period.name)


def _named(credit: Credited) -> tuple[str | None, str | None, str | None]:
    period, line = credit
    return (line.of.level.name, line.of.service, period.name)


def kept(attainments: Iterable[Attainment], how: Kept) -> list[bool]:
    """Whether each period kept the promise, oldest first; of a level judged each day each month is one."""
    ordered = sorted(attainments, key=lambda each: each.period.last)
    grouped = groupby(ordered, key=_occasion)
    return [all(_is_kept(each, how) for each in same) for _, same in grouped]


def _occasion(attainment: Attainment) -> tuple[str, str]:
    period = attainment.period
    if period.kind is PeriodKind.DAY_WINDOW:
        return (period.kind.name, f"{period.last:%Y-%m}")
    return (period.kind.name, period.name)


def _is_kept(attainment: Attainment, how: Kept) -> bool:
    if attainment.status is not AttainmentStatus.MET:
        return False
    return how is Kept.TARGET or (attainment.margin or Fraction(0)) > 0


def _longest_run(found: Sequence[bool]) -> int:
    return max((len(list(same)) for is_kept, same in groupby(found) if is_kept), default=0)
