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
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Protocol

from domain.agreements import Agreement
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.ledger import Entry, EntryKind, after_month
from domain.measure.judging import misses_minimum
from domain.money import Money, rounded
from domain.periods import Period, PeriodKind
from domain.remedies import EarnBack, Kept
from settlement.history import History
from settlement.results import CreditLine, Statement

Credited = tuple[Period, CreditLine]
"""A line of an earlier statement, and its level's own period."""


class Past(Protocol):
    """What earning back asks of a settling."""

    @property
    def history(self) -> History:
        """What earlier months came to."""
        ...


@dataclass(frozen=True, slots=True)
class Before:
    """What a month begins with: the entries so far, and the credits that were not earned back yet, oldest first.

    A fold over the statements before it; each month's is the one before it with one statement more.
    """

    entries: tuple[Entry, ...] = ()
    open_credits: tuple[Credited, ...] = ()

    def with_statement(self, statement: Statement) -> "Before":
        """The same with one more month's statement."""
        if statement.ledger == self.entries and not statement.lines:
            return self
        credited = self.open_credits
        if not statement.is_claim_missed:
            credited += tuple((line.period or statement.period, line) for line in statement.lines if line.net)
        known = len(self.entries)
        # A version with another first day may have folded more months than these.
        new = statement.ledger[known:] if statement.ledger[:known] == self.entries else statement.ledger
        earned = {entry.credit for entry in new if entry.kind is EntryKind.EARNED}
        return Before(statement.ledger, tuple(each for each in credited if _named(each) not in earned))


@dataclass(slots=True)
class Run:
    """How long a level has kept its promise, followed month by month from one (``since``) to another (``until``).

    ``days`` are the last days of the periods in a row so far, at most as many as earn; ``begins`` is the last day of
    the first of the latest so many periods in a row, None where there were none yet.
    """

    since: date
    until: date = date.min
    days: tuple[date, ...] = ()
    begins: date | None = None

    def follow(self, month: Period, attainments: Sequence[Attainment], terms: EarnBack) -> None:
        """Go on by a month and its periods."""
        self.until = month.first
        for last, together in _occasions(attainments):
            is_kept = all(_is_kept(each, terms.kept) for each in together)
            self.days = (*self.days, last) if is_kept else ()
            if len(self.days) >= terms.consecutive:
                self.days = self.days[-terms.consecutive :]
                self.begins = self.days[0]


@dataclass(frozen=True, slots=True, eq=False)
class EarnBacks:
    """The ledgers of the agreements of one settling."""

    of: Past
    _before: dict[tuple[str, str, date, date], Before] = field(default_factory=dict)
    _runs: dict[tuple[object, ...], Run] = field(default_factory=dict)

    def after(self, agreement: Agreement, consumer: str, month: Period, due: Money) -> tuple[Entry, ...]:
        """The ledger with a month's entries, where the month's lines come to ``due``."""
        before = self._before_month(agreement, consumer, month)
        terms = agreement.remedies.earn_back
        if terms is None:
            return before.entries
        earned = self._earned(agreement, terms, month, before.open_credits) if before.open_credits else []
        return after_month(before.entries, agreement, terms, month, due, earned)

    def _before_month(self, agreement: Agreement, consumer: str, month: Period) -> Before:
        """What a month begins with, from the latest month before it that is known."""
        months = self.of.history.months(agreement, month) or (month,)
        begin = months[0].first
        at = len(months) - 1
        while at and (agreement.name, consumer, begin, months[at].first) not in self._before:
            at -= 1
        found = self._before.get((agreement.name, consumer, begin, months[at].first), Before())
        for earlier, later in pairwise(months[at:]):
            stated = self.of.history.stated(agreement, consumer, earlier)
            found = found if stated is None else found.with_statement(stated)
            self._before[agreement.name, consumer, begin, later.first] = found
        return found

    def _earned(
        self, agreement: Agreement, terms: EarnBack, month: Period, open_credits: Sequence[Credited]
    ) -> list[Entry]:
        """What credits earn back in a month: each once so many periods in a row have kept the promise since."""
        found = []
        runs: dict[tuple[str, str, str | None], date | None] = {}
        for period, line in open_credits:
            level, service, customer = line.of.level.name, line.of.service, line.of.customer
            if period.kind is PeriodKind.DAY_WINDOW:
                is_earned = self._has_run(agreement, terms, month, period, line)
            else:
                if (level, service, customer) not in runs:
                    runs[level, service, customer] = self._run(
                        agreement, terms, month, period, line.of
                    ).begins
                begins = runs[level, service, customer]
                is_earned = begins is not None and begins > period.last
            if not is_earned or (
                terms.excludes_minimum_missed
                and any(
                    misses_minimum(each)
                    for each in self._since(agreement, line, month, period.last)
                    if each.period == period
                )
            ):
                continue
            amount = rounded(line.net.fraction * terms.returns / 100, agreement.currency, agreement.rounding)
            if amount:
                found.append(Entry(EntryKind.EARNED, month.name, amount, level, service, period.name))
        return found

    def _run(
        self, agreement: Agreement, terms: EarnBack, month: Period, credited: Period, of: LevelOn
    ) -> Run:
        """How long a level has kept its promise by a month, at least since a credit's own period."""
        months = self.of.history.months(agreement, month, credited.last)
        key = (agreement.key, of.level.name, of.service, of.customer)
        run = self._runs.get(key)
        if run is None or not months or not run.since <= months[0].first <= run.until <= month.first:
            run = self._runs[key] = Run(months[0].first if months else month.first)
        for each in months:
            if each.first > run.until:
                measured = self.of.history.level_in(agreement.name, of.level.name, of.service, each)
                theirs = [m.attainment for m in measured if m.attainment.of.customer == of.customer]
                run.follow(each, theirs, terms)
        return run

    def _has_run(
        self, agreement: Agreement, terms: EarnBack, month: Period, period: Period, line: CreditLine
    ) -> bool:
        """The same of a level judged each day, whose month goes on after its worst day."""
        since = self._since(agreement, line, month, period.last)
        after = [each for each in since if each.period.last > period.last]
        return _longest_run(kept(after, terms.kept)) >= terms.consecutive

    def _since(self, agreement: Agreement, line: CreditLine, month: Period, first: date) -> list[Attainment]:
        """A level's attainments from a day up to a month."""
        of = line.of
        found = self.of.history.level(agreement, of.level.name, of.service, month, first)
        return [each.attainment for each in found if each.attainment.of.customer == of.customer]


def _occasions(attainments: Sequence[Attainment]) -> Iterable[tuple[date, Sequence[Attainment]]]:
    """Attainments in the order of their periods, those of one period together, each with the period's last day."""
    if len(attainments) == 1:
        return [(attainments[0].period.last, attainments)]
    ordered = sorted(attainments, key=lambda each: each.period.last)
    grouped = groupby(ordered, key=lambda each: (each.period.last, each.period.first))
    return [(last, list(same)) for (last, _), same in grouped]


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
