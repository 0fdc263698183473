"""What one request reads: the contracts from memory, the stored figures in batches, each of them once.

The problem: a front end asks for sixty agreements, the attainment of every level in each, and every breach's trace. If
each field asked the store by itself, that would be thousands of statements. So all fields of a request read through one
`View`, which asks for a period once, and for the periods of a range in one batch.

Example: with ``view = View(reader, today)``, ``view.settled(Period.parse("2026-03"))`` costs one batch the first time,
and nothing from then on.

Limits: a view lives as long as one request, and in one thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from api.graphql.contracts import Contracts
from api.services.claims import ClaimList
from api.services.reading import EvidencePage, LevelKey, Reader, Run, RunStatus
from api.services.rights import RightsOn
from api.shapes.settlement import ordered_attainments, ordered_breaches, ordered_findings, ordered_statements
from domain.agreements import Invoiced
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.explanation import Explanation
from domain.findings import Finding
from domain.periods import Period, PeriodKind, PeriodRule
from ola.chain import Chain
from ola.portfolio import Portfolio
from settlement.merging import merged
from settlement.records.record import StatementRecord
from settlement.results import Breach, CreditLine, Settlement, Statement

__all__ = ["Settled", "View", "months_of", "order_of"]

_MONTHS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR})


class Portfolios:
    """The graph of each portfolio that was read last: building it takes longer than any question to it."""

    @staticmethod
    @lru_cache(maxsize=8)
    def contracts(held: "Held", day: date) -> Contracts:
        """The contracts of a portfolio on a day."""
        return Contracts.of(held.portfolio, day, Portfolios.chain(held))

    @staticmethod
    @lru_cache(maxsize=4)
    def chain(held: "Held") -> Chain:
        """The graph of a portfolio, made ready for many questions."""
        return Chain.of(held.portfolio).ready_for_questions()


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A portfolio that is equal to itself only, so that it can be a key."""

    portfolio: Portfolio

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and other.portfolio is self.portfolio

    def __hash__(self) -> int:
        return id(self.portfolio)


def order_of(attainment: Attainment) -> tuple[str, ...]:
    """What tells an attainment or a breach apart: agreement, level, service, and the period's last day and name."""
    return (*attainment.of.order(), attainment.period.last.isoformat(), attainment.period.name)


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """One settlement with its parts in their fixed order, and by what tells them apart.

    ``settlement`` may be several months as one. ``known_at`` is the instant that the figures were asked for, and
    ``portfolio`` the contracts that they were made from, where the reader still has them.
    """

    settlement: Settlement
    known_at: datetime | None
    portfolio: Portfolio | None
    attainments: tuple[Attainment, ...]
    breaches: tuple[Breach, ...]
    statements: tuple[Statement, ...]
    _breach: Mapping[tuple[str, ...], Breach]
    _of_level: Mapping[tuple[str, ...], tuple[Attainment, ...]]
    _of_agreement: Mapping[str, tuple[Statement, ...]]

    @classmethod
    def of(
        cls, settlement: Settlement, known_at: datetime | None, portfolio: Portfolio | None = None
    ) -> "Settled":
        """A settlement made ready to be read."""
        attainments, breaches = ordered_attainments(settlement), ordered_breaches(settlement)
        statements = ordered_statements(settlement)
        levels: dict[tuple[str, ...], list[Attainment]] = {}
        for attainment in attainments:
            levels.setdefault(attainment.of.order(), []).append(attainment)
            if attainment.of.customer is not None:
                # Whoever asks of the level as the contract has it means those of all its customers.
                levels.setdefault(attainment.of.order()[:-1], []).append(attainment)
        agreements: dict[str, list[Statement]] = {}
        for statement in statements:
            agreements.setdefault(statement.agreement, []).append(statement)
        return cls(
            settlement,
            known_at,
            portfolio,
            tuple(attainments),
            tuple(breaches),
            tuple(statements),
            {order_of(breach.attainment): breach for breach in breaches},
            {key: tuple(each) for key, each in levels.items()},
            {name: tuple(each) for name, each in agreements.items()},
        )

    def breach(self, attainment: Attainment) -> Breach | None:
        """The breach that an attainment is; None where it is none."""
        return self._breach.get(order_of(attainment))

    def of_level(self, of: LevelOn) -> tuple[Attainment, ...]:
        """The attainments of a level on a service, whatever version of its agreement they were judged under."""
        return self._of_level.get(of.order(), ())

    def statements_of(self, agreement: str) -> tuple[Statement, ...]:
        """The statements of an agreement."""
        return self._of_agreement.get(agreement, ())

    def lines_of(self, attainment: Attainment) -> tuple[tuple[Statement, CreditLine], ...]:
        """The statement lines in which an attainment is credited: one for each consumer."""
        last = attainment.period.last
        found = (
            (statement, self._line_in(statement, attainment))
            for statement in self.statements_of(attainment.of.agreement.name)
            if statement.period.first <= last <= statement.period.last
        )
        return tuple((statement, line) for statement, line in found if line is not None)

    def _line_in(self, statement: Statement, attainment: Attainment) -> CreditLine | None:
        """The line of one miss: a level that is judged by the week may have several lines in a month."""
        lines = [line for line in statement.lines if line.of.order() == attainment.of.order()]
        missed = [
            order_of(each)
            for each in self.of_level(attainment.of)
            if each.status is AttainmentStatus.MISSED
            and statement.period.first <= each.period.last <= statement.period.last
        ]
        own = order_of(attainment)
        if own not in missed:
            return None
        if len(lines) == len(missed):  # Lines and misses stand in the order of their periods.
            return lines[missed.index(own)]
        values = {attainment.value, attainment.compared}
        return next((line for line in lines if line.value in values), None)


@dataclass(slots=True)
class View:
    """Everything one request may ask, asked of the store once."""

    reader: Reader
    today: date
    as_of: date | None = None
    behind: Portfolio | None = None
    _contracts: dict[date | None, Contracts] = field(default_factory=dict)
    _months: dict[tuple[Period, datetime | None], Settlement | None] = field(default_factory=dict)
    _settled: dict[tuple[Period, datetime | None], Settled | None] = field(default_factory=dict)
    _findings: list[tuple[Finding, ...]] = field(default_factory=list)
    _runs: list[tuple[Run, ...]] = field(default_factory=list)
    _invoiced: list[Mapping[str, Sequence[Invoiced]]] = field(default_factory=list)
    _under: dict[tuple[Held, date | None], "View"] = field(default_factory=dict)
    _of_run: dict[str, Settlement] = field(default_factory=dict)
    _rights: dict[date, RightsOn] = field(default_factory=dict)
    _by_run: dict[tuple[str, Period], Settled] = field(default_factory=dict)
    _explained: dict[tuple[str, str, Period], StatementRecord | None] = field(default_factory=dict)
    _claims: dict[tuple[date, Period | None], ClaimList] = field(default_factory=dict)
    _explanations: dict[tuple[LevelKey, Period, datetime | None], Mapping[str, Explanation]] = field(
        default_factory=dict
    )

    def at(self, as_of: date | None) -> "View":
        """The same view with the contracts of another day; what was read so far is shared. None is this view."""
        return self if as_of is None else replace(self, as_of=as_of)

    def under(self, settled: Settled) -> "View":
        """The same view with the contracts that a settlement was made from, whatever was loaded since."""
        if settled.portfolio is None or settled.portfolio is self.behind:
            return self
        key = (Held(settled.portfolio), self.as_of)
        if key not in self._under:
            self._under[key] = replace(self, behind=settled.portfolio)
        return self._under[key]

    def contracts(self) -> Contracts:
        """The contracts on the view's day: today, where it has none of its own."""
        if self.behind is not None:
            return Portfolios.contracts(Held(self.behind), self.as_of or self.today)
        if self.as_of not in self._contracts:
            held = Held(self.reader.portfolio(self.as_of))
            self._contracts[self.as_of] = Portfolios.contracts(held, self.as_of or self.today)
        return self._contracts[self.as_of]

    def settled(self, period: Period, known_at: datetime | None = None) -> Settled | None:
        """A settled period: stored as such, or out of its settled months; None where one of them is missing.

        A period that is no month, quarter or year has no settlement of its own: what is given is cut out of the month
        that it ends in.
        """
        key = (period, known_at)
        if key not in self._settled:
            settlement = self._find(period, known_at)
            self._settled[key] = (
                None
                if settlement is None
                else Settled.of(settlement, known_at, self._made_from(period, known_at))
            )
        return self._settled[key]

    def _made_from(self, period: Period, known_at: datetime | None) -> Portfolio | None:
        """The contracts behind a period's settlement, or behind the last of its months."""
        for each in (period, *reversed(months_of(period, period))):
            part = self._months.get((each, known_at))
            if part is not None:
                return self.reader.portfolio_behind(part)
        return None

    def _find(self, period: Period, known_at: datetime | None) -> Settlement | None:
        months = months_of(period, period)
        self._fetch([period, *months] if period.kind in _MONTHS else months, known_at)
        whole = self._months.get((period, known_at))
        if whole is not None or period.kind is PeriodKind.MONTH:
            return whole
        parts = [self._months.get((month, known_at)) for month in months]
        found = [part for part in parts if part is not None]
        if not found or len(found) < len(parts):
            return None
        return merged(period, found) if period.kind in _MONTHS else _cut(found[0], period)

    def settled_at_end_of(self, period: Period) -> Settled | None:
        """The settled month in which a level's own period ends."""
        return self.settled(PeriodRule.month().containing(period.last))

    def settled_months(
        self, first: Period, last: Period, known_at: datetime | None = None
    ) -> tuple[Settled | None, ...]:
        """The months from one period to another, in one batch; None for each that is not settled."""
        months = months_of(first, last)
        self._fetch(months, known_at)
        return tuple(self.settled(month, known_at) for month in months)

    def every_settled(self, known_at: datetime | None = None) -> tuple[Settled, ...]:
        """Every period that has a settlement, in one batch."""
        periods = self.reader.settled_periods()
        self._fetch(periods, known_at)
        return tuple(found for period in periods if (found := self.settled(period, known_at)) is not None)

    def _fetch(self, periods: Sequence[Period], known_at: datetime | None) -> None:
        missing = [period for period in periods if (period, known_at) not in self._months]
        if missing:
            found = self.reader.settlements(missing, known_at)
            for period in missing:
                self._months[period, known_at] = found.get(period)

    def record_of(self, statement: Statement) -> StatementRecord | None:
        """The statement of record, without explanations; None where it was never issued."""
        key = (statement.agreement, statement.consumer, statement.period.name)
        return self.reader.statement_records(statement.period).get(key)

    def explained_record(self, statement: Statement) -> StatementRecord | None:
        """The statement of record with the explanations that were kept with it."""
        key = (statement.agreement, statement.consumer, statement.period)
        if key not in self._explained:
            self._explained[key] = self.reader.statement_record(*key)
        return self._explained[key]

    def settled_by(self, run_id: str, month: Period) -> Settled | None:
        """A month as one run gave it; None where the run has it not."""
        key = (run_id, month)
        if key not in self._by_run:
            if run_id not in self._of_run:
                self._of_run[run_id] = self.reader.settlement_of(run_id)
            settlement = self._of_run[run_id]
            self._by_run[key] = Settled.of(settlement, None, self.reader.portfolio_behind(settlement))
        return self._by_run[key]

    def claims(self, as_of: date | None = None, period: Period | None = None) -> ClaimList:
        """What suppliers owe us as of a date: the view's own, or today, where none is asked for."""
        key = (as_of or self.as_of or self.today, period)
        if key not in self._claims:
            self._claims[key] = self.reader.claims(*key)
        return self._claims[key]

    def invoiced(self) -> Mapping[str, Sequence[Invoiced]]:
        """What was invoiced under each agreement."""
        if not self._invoiced:
            self._invoiced.append(self.reader.invoiced())
        return self._invoiced[0]

    def rights(self, as_of: date | None = None) -> RightsOn:
        """How the termination rights stand on a date: the view's own, or today, where none is asked for."""
        day = as_of or self.as_of or self.today
        if day not in self._rights:
            self._rights[day] = self.reader.rights(day)
        return self._rights[day]

    def findings(self) -> tuple[Finding, ...]:
        """The findings of the last settled period, in their fixed order."""
        if not self._findings:
            self._findings.append(tuple(ordered_findings(self.reader.findings())))
        return self._findings[0]

    def runs(self) -> tuple[Run, ...]:
        """Every settlement run, newest first."""
        if not self._runs:
            self._runs.append(self.reader.runs(None))
        return self._runs[0]

    def every_run(self) -> tuple[Run, ...]:
        """Every settlement run, also those under way and those that failed, newest first."""
        found = [*self.runs(), *self.reader.unfinished_runs()]
        return tuple(sorted(found, key=lambda run: -run.started_at))

    def settlement_of(self, run: Run) -> Settlement | None:
        """What a run gave; None where it is not done."""
        if run.status is not RunStatus.DONE:
            return None
        if run.id not in self._of_run:
            self._of_run[run.id] = self.reader.settlement_of(run.id)
        return self._of_run[run.id]

    def run_of(self, settled: Settled, month: Period) -> Run | None:
        """The run that a month's figures come from."""
        done = [run for run in self.runs() if run.status is RunStatus.DONE]
        of_month = [run for run in done if run.period == month and run.as_of == settled.settlement.as_of]
        return next(iter(of_month), None) or next(
            (run for run in done if run.period == settled.settlement.period), None
        )

    def explanations(
        self, attainment: Attainment, known_at: datetime | None = None
    ) -> Mapping[str, Explanation]:
        """The explanations of an attainment, its shares and its credit, by these names, as known at an instant."""
        month = PeriodRule.month().containing(attainment.period.last)
        of = attainment.of
        key = (LevelKey(of.agreement.name, of.level.name, of.service), month, known_at)
        if key not in self._explanations:
            self._explanations[key] = self.reader.explanation(*key)
        found = self._explanations[key]
        # A tree is named by what it explains, its customer and its period, as far as these tell it from others.
        for suffix in (
            f" {of.customer} {attainment.period.name}",
            f" {of.customer}",
            f" {attainment.period.name}",
        ):
            own = {name.removesuffix(suffix): tree for name, tree in found.items() if name.endswith(suffix)}
            if own:
                return own
        return found

    def evidence(
        self, attainment: Attainment, known_at: datetime | None, first: int, offset: int
    ) -> EvidencePage:
        """The rows of evidence behind an attainment, as known at an instant."""
        of = attainment.of
        key = LevelKey(of.agreement.name, of.level.name, of.service)
        return self.reader.evidence(key, attainment.period, first, offset, known_at)


def months_of(first: Period, last: Period) -> tuple[Period, ...]:
    """The months from that in which one period ends, or begins where it is longer, to that in which another ends."""
    month = PeriodRule.month().containing(first.first if first.kind in _MONTHS else first.last)
    found = [month]
    while found[-1].last < last.last:
        found.append(found[-1].next())
    return tuple(found)


def _cut(settlement: Settlement, period: Period) -> Settlement:
    """What a month's settlement says of one week, or of another period that ends in the month."""
    return replace(
        settlement,
        period=period,
        attainments=tuple(each for each in settlement.attainments if each.period.name == period.name),
        breaches=tuple(each for each in settlement.breaches if each.attainment.period.name == period.name),
        statements=(),
        credit_impact=(),
    )
