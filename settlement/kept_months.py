"""What a settling keeps between months: measured levels, statements and breaches, each worked out once.

The problem: a yearly cap, a second failure in a row, a credit earned back and a right to terminate all look at months
before the asked one, and agreements look at each other's (an umbrella's caps, what is passed on). Whoever asks about
whatever month must get the same figures, and nobody should have them worked out twice.

Example: ``months.drawn(agreement, "meridian-bank", march)`` measures March, draws up its statement and, where a yearly
cap asks, those of the months before it; April's statement finds them all there.

Limits: kept in memory for one body of contracts and evidence, as known on one date. Whether a version is in force, and
which levels are due, is decided here; what a whole month comes to is composed in `settlement.settle`.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Self

from domain.agreements import Agreement, CompositeMetric, State, When
from domain.attainment import AttainmentStatus, Judgement, LevelOn
from domain.credits.base import Due
from domain.credits.bonus import has_bonus
from domain.credits.miss import Miss
from domain.credits.others import Answers
from domain.credits.scheme import credit_amount, is_calculated
from domain.credits.when import others_of
from domain.money import Money, split
from domain.periods import Period, PeriodKind, PeriodRule
from domain.ports import Evidence
from domain.termination.terms import Condition
from ola.portfolio import Portfolio
from ola.responsibility import Trace
from settlement.asking_others import Asking
from settlement.bonuses import bonus_lines
from settlement.history import History
from settlement.incidents import Incidents
from settlement.invoices import with_invoices
from settlement.measuring import Measurement, Measuring
from settlement.pass_through import PassThrough
from settlement.remedies import AgreementRemedies
from settlement.remembered import Remembered
from settlement.results import AgreementResult, Breach, Statement
from settlement.standing import Standings
from settlement.statements import Drawn, OwnLine, consumers_of, draw, own_lines
from settlement.trace_rows import Followed
from settlement.tracing import follow

__all__ = ["KeptMonths", "parts_of"]


@dataclass(frozen=True, slots=True, eq=False)
class KeptMonths:
    """Any month of any agreement of one body of contracts and evidence; what was worked out is kept."""

    portfolio: Portfolio
    evidence: Evidence
    as_of: date
    measuring: Measuring
    versions: dict[str, tuple[Agreement, ...]]
    incidents: Incidents
    _months: dict[tuple[str, str], tuple[Measurement, ...]] = field(default_factory=dict)
    _drawn: dict[tuple[str, str, str], Drawn] = field(default_factory=dict)
    _breaches: dict[tuple[str, str], tuple[Breach, ...]] = field(default_factory=dict)
    _remedies: list[AgreementRemedies] = field(default_factory=list)
    _history: list[History] = field(default_factory=list)
    _standings: list[Standings] = field(default_factory=list)
    _lines: dict[tuple[str, str, str], tuple[OwnLine, ...]] = field(default_factory=dict)
    _judged: dict[tuple[str, date, date], Agreement | None] = field(default_factory=dict)
    _statements: dict[tuple[str, str], tuple[Agreement, tuple[Drawn, ...]]] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=Remembered)
    _plain: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, portfolio: Portfolio, evidence: Evidence, as_of: date) -> Self:
        """Nothing worked out yet."""
        return cls._under(portfolio.known_on(as_of), evidence, as_of)

    @classmethod
    def _under(cls, portfolio: Portfolio, evidence: Evidence, as_of: date) -> Self:
        """Nothing worked out yet, under just these contracts."""
        portfolio = with_invoices(portfolio, evidence.charges())
        versions: dict[str, list[Agreement]] = {}
        for agreement in portfolio.agreements:
            versions.setdefault(agreement.name, []).append(agreement)
        ordered = {name: tuple(versions[name]) for name in sorted(versions)}
        measuring = Measuring.of(portfolio, evidence, as_of)
        return cls(portfolio, evidence, as_of, measuring, ordered, Incidents(measuring))

    def version_on(self, name: str, day: date) -> Agreement | None:
        """The version of an agreement that took effect last by a day, whether its term still runs or not."""
        effective = [
            version
            for version in self.versions.get(name, ())
            if version.effective <= day and version.state in (State.ACTIVE, State.TERMINATED)
        ]
        return max(effective, key=lambda each: (each.effective, each.version), default=None)

    def judged_in(self, name: str, month: Period) -> Agreement | None:
        """The version of an agreement that is judged in a month: in force on the month's first day of its term."""
        key = (name, month.first, month.last)
        if key not in self._judged:
            self._judged[key] = self._find_judged(name, month)
        return self._judged[key]

    def _find_judged(self, name: str, month: Period) -> Agreement | None:
        for version in self.versions[name]:
            day = max(month.first, version.first)
            if day <= month.last and self.measuring.in_force(day).holds(version):
                return version
        # After a term's end its last quarter, say, is still to be judged, in the month in which that quarter ends.
        for version in self.versions[name]:
            if version.last < month.first and self._ends_after_its_term(version, month):
                return version
        return None

    def _ends_after_its_term(self, version: Agreement, month: Period) -> bool:
        """Whether a level's own period began within the term that is over, and ends in a month (ruling 74)."""
        return any(
            period.first <= version.last
            and _is_judged(period, version)
            and self.measuring.in_force(max(period.first, version.first)).holds(version)
            for level in (*version.levels, *version.duties)
            for period in level.period.ending_in(month)
        )

    def names_judged_in(self, month: Period) -> tuple[str, ...]:
        """The agreements that are judged in a month, by name."""
        return tuple(name for name in self.versions if self.judged_in(name, month) is not None)

    def measurements(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """Every level of an agreement whose own period ends in a month, each under its own version (ruling 37)."""
        key = (name, month.name)
        if key not in self._months:
            self._months[key] = tuple(self._measured(name, month))
        return self._months[key]

    def _measured(self, name: str, month: Period) -> list[Measurement]:
        found = []
        for of, period in self.due(name, month):
            measurement = self.measuring.measure(of, period)
            if measurement is not None:
                found.append(measurement)
        return found

    def remember(self, month: Period, results: Collection[AgreementResult]) -> None:
        """Take what some agreements came to in an earlier month as it is; whoever says so vouches for it."""
        self.remembered.add(month, results)

    def past_measurements(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """The same of an earlier month for who asks for attainments alone: as it was settled, where that is known."""
        if (name, month.name) not in self._months:
            known = self.remembered.measurements(name, month)
            if known is not None:
                return known
        return self.measurements(name, month)

    def counted_measurements(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """The same for who also asks how a period counts: whether it is relieved, or struck out."""
        version = self.judged_in(name, month)
        is_said = (version is not None and self.is_plain(version)) or self.remembered.is_weighed(name, month)
        return self.past_measurements(name, month) if is_said else self.measurements(name, month)

    def past_statement(self, agreement: Agreement, consumer: str, month: Period) -> Statement:
        """An earlier month's statement: as it was settled, where that is known."""
        if (agreement.name, consumer, month.name) not in self._drawn:
            known = self.remembered.statement(agreement.name, consumer, month)
            if known is not None:
                return known
        return self.drawn(agreement, consumer, month).statement

    def is_plain(self, agreement: Agreement) -> bool:
        """Whether nothing of an agreement is ever excused, so that an attainment alone says how a period counts."""
        name = agreement.name
        if name not in self._plain:
            self._plain[name] = not (
                any(relief.agreement == name for relief in self.portfolio.reliefs)
                or any(each.exclusions or each.duties for each in self.versions.get(name, (agreement,)))
                or any(isinstance(level.metric, CompositeMetric) for level in agreement.levels)
            )
        return self._plain[name] and not agreement.exclusions

    def due(self, name: str, month: Period) -> list[tuple[LevelOn, Period]]:
        """The levels, on each of their services, and their own periods that end in a month."""
        found = []
        for version in self.versions[name]:
            for level in version.levels:
                for period in level.period.ending_in(month):
                    day = max(period.first, version.first)
                    if not _is_judged(period, version):
                        continue
                    if day <= min(period.last, version.last) and self.measuring.in_force(day).holds(version):
                        standing = self.measuring.standing(day)
                        for whose in self.measuring.judged_for(version, level):
                            services = standing.services(whose, level)
                            found += [
                                (LevelOn(whose, level, service), period)
                                for service in services
                                if _is_judged_on(period, version, service)
                            ]
        return sorted(found, key=lambda each: (*each[0].order(), each[1].last))

    def duties(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """Every measured duty of an agreement whose own period ends in a month: measured, and never credited (3.4)."""
        found = []
        for version in self.versions[name]:
            for duty in version.duties:
                for period in duty.period.ending_in(month):
                    day = max(period.first, version.first)
                    is_held = day <= min(period.last, version.last) and _is_judged(period, version)
                    if not is_held or not self.measuring.in_force(day).holds(version):
                        continue
                    for service in duty.services:
                        measured = self.measuring.measure(LevelOn(version, duty, service), period)
                        found += [] if measured is None else [measured]
        return tuple(
            sorted(found, key=lambda each: (*each.attainment.of.order(), each.attainment.period.last))
        )

    def statements(self, agreement: Agreement, month: Period) -> tuple[Drawn, ...]:
        """The statements of an agreement for a month: one a consumer, where it has a level that carries credits."""
        key = (agreement.name, month.name)
        known = self._statements.get(key)
        if known is None or known[0] is not agreement:
            known = self._statements[key] = (agreement, self._draw_up(agreement, month))
        return known[1]

    def _draw_up(self, agreement: Agreement, month: Period) -> tuple[Drawn, ...]:
        measurements = self.measurements(agreement.name, month)
        standing = self.measuring.standing(min(max(month.first, agreement.first), agreement.last))
        own = [level for level in agreement.levels if any(standing.services(agreement, level))]
        levels = [*own, *(m.attainment.of.level for m in measurements)]
        if not any(is_calculated(level) or has_bonus(level) for level in levels):
            return ()
        return tuple(self.drawn(agreement, consumer, month) for consumer in consumers_of(agreement))

    def drawn(self, agreement: Agreement, consumer: str, month: Period) -> Drawn:
        """One statement, drawn up once."""
        key = (agreement.name, consumer, month.name)
        if key not in self._drawn:
            lines = self.own_lines(agreement, consumer, month)
            drawn = draw(agreement, consumer, month, lines, self.remedies, self.portfolio.claims, self.as_of)
            measured = self.measurements(agreement.name, month)
            bonuses = bonus_lines(agreement, consumer, measured, self.standings)
            if bonuses:
                drawn = replace(drawn, statement=replace(drawn.statement, bonuses=bonuses))
            self._drawn[key] = drawn
        return self._drawn[key]

    def own_lines(self, agreement: Agreement, consumer: str, month: Period) -> tuple[OwnLine, ...]:
        """The lines of a statement before any of the agreement's remedies."""
        key = (agreement.name, consumer, month.name)
        if key not in self._lines:
            measured = self.measurements(agreement.name, month)
            self._lines[key] = own_lines(consumer, measured, self.standings.miss)
        return self._lines[key]

    def forget(self) -> None:
        """Forget what was measured, which is most of what is kept; whoever still asks has it measured again."""
        self._months.clear()
        self.history.forget()

    def breaches_of(self, agreement: Agreement, month: Period) -> tuple[Breach, ...]:
        """What an agreement missed in a month, each followed and its credit divided, once."""
        key = (agreement.name, month.name)
        if key not in self._breaches:
            drawn = self.statements(agreement, month)
            self._breaches[key] = tuple(
                self.breach(measurement, drawn)
                for measurement in self.measurements(agreement.name, month)
                if measurement.attainment.status is AttainmentStatus.MISSED
            )
        return self._breaches[key]

    def breach(self, measurement: Measurement, drawn: Sequence[Drawn]) -> Breach:
        """Follow one miss, and divide its line's net between the rows (ruling 6)."""
        followed = self.follow(measurement)
        attainment = measurement.attainment
        nets = [
            line.net
            for each in drawn
            for line, exact in zip(each.statement.lines, each.lines, strict=True)
            if line.of == attainment.of and exact.period == attainment.period
        ]
        parts = parts_of(followed.trace, nets)
        return Breach(attainment, followed.trace, parts)

    def follow(self, measurement: Measurement) -> Followed:
        """The trace of one miss, with the division behind it."""
        attainment = measurement.attainment
        of, period = attainment.of, attainment.period
        dues = [Due.of(of.agreement, period, consumer) for consumer in consumers_of(of.agreement)]

        miss = self.miss(measurement)

        def credit_of(judged: Judgement) -> Fraction:
            if judged.value is None or judged.compared is None:
                return Fraction(0)
            supposed = miss.at(judged.value, judged.compared)
            found = [credit_amount(of.agreement, of.level, of.service, supposed, due) for due in dues]
            return sum((credit.amount for credit in found if credit is not None), start=Fraction(0))

        return follow(self.measuring, measurement, credit_of)

    def miss(self, measurement: Measurement) -> Miss:
        """What was missed by a level, with all that its credit rests on."""
        month = PeriodRule.month().containing(measurement.attainment.period.last)
        siblings = self.measurements(measurement.attainment.of.agreement.name, month)
        return self.standings.miss(measurement, siblings)

    @property
    def remedies(self) -> AgreementRemedies:
        """The agreements' rules over all their credits."""
        if not self._remedies:
            self._remedies.append(AgreementRemedies.over(self))
        return self._remedies[0]

    @property
    def passing(self) -> PassThrough:
        """What is passed on of the customers' credits."""
        return self.remedies.passing

    @property
    def history(self) -> History:
        """What every agreement's earlier months came to."""
        if not self._history:
            self._history.append(History(self, self.evidence.first_instant()))
        return self._history[0]

    @property
    def standings(self) -> Standings:
        """What the credit of a miss rests on besides its value."""
        if not self._standings:
            passed_by = self.remedies.passing.passed_by
            self._standings.append(
                Standings(lambda: self.history, self.measuring.is_relieved, passed_by, self._answers)
            )
        return self._standings[0]

    def _answers(
        self, measurement: Measurement, when: When, points: Callable[[], Fraction], *, is_turned: bool
    ) -> tuple[tuple[Condition, Answers], ...]:
        """What the parts of a credit's condition come to that ask about more than the level's own periods."""
        asking = Asking(self, measurement.attainment, points, is_turned)
        return tuple((condition, asking.answers(condition)) for condition in others_of(when))


def parts_of(trace: Trace, nets: Sequence[Money]) -> tuple[Money | None, ...]:
    """What of the nets of a missed level's lines falls on each row of its trace; None where the row has no share."""
    rows = trace.responsibilities
    chosen = [index for index, row in enumerate(rows) if row.credit_share is not None]
    parts: list[Money | None] = [None] * len(rows)
    if nets and chosen:
        total = sum(nets[1:], start=nets[0])
        names = [rows[index].party or "" for index in chosen]
        shares = [rows[index].credit_share or Fraction(0) for index in chosen]
        for index, money in zip(chosen, split(total, shares, names), strict=True):
            parts[index] = money
    return tuple(parts)


def _is_judged_on(period: Period, version: Agreement, service: str) -> bool:
    """The same of a service that may be taken out of the agreement before its end."""
    return period.kind is not PeriodKind.DAY_WINDOW or period.last <= version.last_of(service)


def _is_judged(period: Period, version: Agreement) -> bool:
    """Whether a period is one of an agreement's: a rolling window is named by its last day, so that one decides."""
    return period.kind is not PeriodKind.DAY_WINDOW or version.covers_day(period.last)
