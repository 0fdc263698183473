"""Settling a period: the one composition of all the rules.

The problem: attainments, shares, credits and their recovery depend on each other in one order, and every caller (the
command line, the API, a job) must get the same figures from the same documents and evidence.

The way (4-architecture): measure every level of every agreement in force; follow each miss; draw up the statements;
work out both sides of the money; collect what anybody should look at. Months before the asked one are settled first
where a yearly cap needs them, under their own versions.

Example: ``settle(portfolio, evidence, Period.parse("2026-04"), date(2026, 5, 1))``.

Limits: a month, or a quarter or a year as its months one after another. Metrics and schemes that come later are
answered with the finding ``NOT_YET_CALCULATED``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from domain.agreements import (
    Agreement,
    Base,
    CreditTerms,
    LaterMetric,
    LaterScheme,
    LaterTerm,
    ServiceLevel,
    State,
)
from domain.attainment import Attainment, AttainmentStatus, Judgement, LevelOn
from domain.credits.base import Due
from domain.credits.bonus import has_bonus
from domain.credits.lint.ranges import lies_in_gap
from domain.credits.miss import Miss
from domain.credits.scheme import credit_amount, is_calculated, pays_percent
from domain.errors import InvalidValue
from domain.evidence import QuarantinedRow
from domain.findings import Finding, FindingKind, Severity, distinct
from domain.metrics import unit_of
from domain.money import Money, split
from domain.periods import Period, PeriodKind, PeriodRule
from domain.ports import Evidence
from ola.alignment import Underpinning, agreement_findings
from ola.portfolio import Portfolio
from settlement.ambiguities import ambiguities
from settlement.bonuses import bonus_lines
from settlement.duties import duty_findings
from settlement.history import History
from settlement.impact import credit_impact, currency_findings
from settlement.impact_month import ImpactInputs, Lifts
from settlement.incidents import Incidents
from settlement.invoices import invoice_findings, with_invoices
from settlement.measuring import NO_LIFT, Measurement, Measuring
from settlement.measuring_rows import has_counts, straddling_rows
from settlement.merging import merged
from settlement.pass_through import PassThrough
from settlement.relief_views import naming_nothing
from settlement.remedies import AgreementRemedies
from settlement.results import AgreementResult, Breach, Settlement, Statement
from settlement.rights import Rights
from settlement.standing import Standings
from settlement.statements import Drawn, OwnLine, consumers_of, draw, own_lines
from settlement.term_checks import TermChecks
from settlement.trace_rows import Followed
from settlement.tracing import follow
from settlement.unmeasured import unmeasured_levels

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

_ROWS_REMEMBERED = 2_000_000
"""More rows of evidence than these are not kept in mind from one agreement to the next."""

_NOTHING_KEPT: Mapping[str, AgreementResult] = MappingProxyType({})


def settle(
    portfolio: Portfolio,
    evidence: Evidence,
    period: Period,
    as_of: date,
    progress: Progress | None = None,
    *,
    looks_ahead: bool = False,
) -> Settlement:
    """Settle a month (or the months of a quarter or a year), as known on a date.

    ``evidence`` must already be as known on ``as_of``. ``looks_ahead``: the promises of a chain are compared for what
    is to come (3.8), and not for the month that is settled. Raises InvalidValue for a period not made of months.
    """
    settling = replace(Settling.of(portfolio, evidence, as_of), looks_ahead=looks_ahead)
    if period.kind is PeriodKind.MONTH:
        return settling.with_rights(settling.settle(period, progress))
    if period.kind not in (PeriodKind.QUARTER, PeriodKind.YEAR):
        raise InvalidValue(
            f"{period.name} is not settled by itself: credits fall due by the month. Settle a month such as "
            f"{period.last:%Y-%m}, a quarter or a year."
        )
    months = PeriodRule.month().ending_in(period)
    return settling.with_rights(merged(period, [settling.settle(month, progress) for month in months]))


@dataclass(frozen=True, slots=True, eq=False)
class Settling:
    """One body of contracts and evidence being settled; what one month's settlement needs of another is kept."""

    portfolio: Portfolio
    evidence: Evidence
    as_of: date
    measuring: Measuring
    versions: dict[str, tuple[Agreement, ...]]
    incidents: Incidents
    looks_ahead: bool = False
    _months: dict[tuple[str, str], tuple[Measurement, ...]] = field(default_factory=dict)
    _drawn: dict[tuple[str, str, str], Drawn] = field(default_factory=dict)
    _breaches: dict[tuple[str, str], tuple[Breach, ...]] = field(default_factory=dict)
    _underpinnings: dict[date, Underpinning] = field(default_factory=dict)
    _remedies: list[AgreementRemedies] = field(default_factory=list)
    _history: list[History] = field(default_factory=list)
    _lines: dict[tuple[str, str, str], tuple[OwnLine, ...]] = field(default_factory=dict)
    _judged: dict[tuple[str, date, date], Agreement | None] = field(default_factory=dict)
    _statements: dict[tuple[str, str], tuple[Agreement, tuple[Drawn, ...]]] = field(default_factory=dict)
    terms: TermChecks = field(default_factory=TermChecks)

    @classmethod
    def of(cls, portfolio: Portfolio, evidence: Evidence, as_of: date) -> "Settling":
        """A fresh settling."""
        portfolio = with_invoices(portfolio.known_on(as_of), evidence.charges())
        versions: dict[str, list[Agreement]] = {}
        for agreement in portfolio.agreements:
            versions.setdefault(agreement.name, []).append(agreement)
        ordered = {name: tuple(versions[name]) for name in sorted(versions)}
        measuring = Measuring.of(portfolio, evidence, as_of)
        return cls(portfolio, evidence, as_of, measuring, ordered, Incidents(measuring))

    def settle(
        self,
        month: Period,
        progress: Progress | None = None,
        kept: Mapping[str, AgreementResult] = _NOTHING_KEPT,
    ) -> Settlement:
        """Settle one month; the results of some agreements, by name, may be ``kept`` from an earlier settling."""
        return self.composed(month, self.results(month, progress, kept))

    def results(
        self,
        month: Period,
        progress: Progress | None = None,
        kept: Mapping[str, AgreementResult] = _NOTHING_KEPT,
    ) -> tuple[AgreementResult, ...]:
        """What each agreement that is judged in a month comes to, by name."""
        judged = [(name, a) for name in self.versions if (a := self.judged_in(name, month))]
        found = []
        for done, (name, agreement) in enumerate(judged):
            if progress is not None:
                progress(f"settling {month.name}", done, len(judged))
            if name in kept:
                found.append(kept[name])
                continue
            found.append(self._result(agreement, month))
            if self.measuring.forget_beyond(_ROWS_REMEMBERED):
                self._months.clear()  # Whoever still asks has it measured again.
                self.history.forget()
        if progress is not None:
            progress(f"settling {month.name}", len(judged), len(judged))
        return tuple(found)

    def _result(self, agreement: Agreement, month: Period) -> AgreementResult:
        measurements = self.measurements(agreement.name, month)
        drawn = self.statements(agreement, month)
        findings = [finding for measurement in measurements for finding in measurement.findings]
        for measurement in measurements:
            findings += unmeasured_levels(self.evidence, measurement)
        findings += self._contract_findings(agreement, month)
        findings += gaps_met(drawn)
        findings += self.remedies.findings(agreement, month)
        findings += naming_nothing(self.measuring.excuses, agreement)
        duties = self.duties(agreement.name, month)
        findings += [finding for duty in duties for finding in duty.findings]
        attainments = [
            *(measurement.attainment for measurement in (*measurements, *duties)),
            *self._not_due(agreement, month),
        ]
        return AgreementResult(
            agreement.name,
            tuple(attainments),
            self.breaches_of(agreement, month),
            tuple(each.statement for each in drawn),
            distinct(findings),
        )

    def composed(self, month: Period, results: Sequence[AgreementResult]) -> Settlement:
        """The month that some agreements' results make together: both sides of the money, and all findings."""
        judged = {
            each.agreement: version
            for each in results
            if (version := self.judged_in(each.agreement, month)) is not None
        }
        attainments = [attainment for each in results for attainment in each.attainments]
        attainments.sort(key=lambda each: (*each.of.order(), each.period.last))
        breaches = [breach for each in results for breach in each.breaches]
        statements = [statement for each in results for statement in each.statements]
        findings = [finding for each in results for finding in each.findings]
        lifts = Lifts(self._uncapped, self._lifted)
        inputs = ImpactInputs(self.portfolio, judged, breaches, statements, attainments, lifts, month.last)
        findings += currency_findings(inputs)
        findings += self.portfolio.findings
        findings += invoice_findings(self.portfolio, self.evidence.charges())
        return Settlement(
            month,
            self.as_of,
            tuple(attainments),
            tuple(breaches),
            tuple(statements),
            credit_impact(inputs),
            distinct(findings),
            self._quarantine(month, judged),
            self.evidence.sources(),
        )

    def _quarantine(self, month: Period, judged: Iterable[str]) -> tuple[QuarantinedRow, ...]:
        """The rows that could not be read, and the counts that straddle the end of a period judged in the month."""
        rows = set(self.evidence.quarantine())
        for name in judged:
            if not any(has_counts(version) for version in self.versions[name]):
                continue
            for of, period in self._due(name, month):
                rows.update(straddling_rows(self.measuring, of, period))
        return tuple(sorted(rows, key=lambda row: (row.file, row.line, row.reason)))

    def with_rights(self, settled: Settlement) -> Settlement:
        """A settled period with how the termination rights of its agreements stand on the as-of date."""
        months = PeriodRule.month().ending_in(settled.period)
        names = {
            name for name in self.versions for month in months if self.judged_in(name, month) is not None
        }
        rights, findings = Rights(self, self.as_of).of(names)
        return replace(settled, rights=rights, findings=distinct((*settled.findings, *findings)))

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

    def measurements(self, name: str, month: Period) -> tuple[Measurement, ...]:
        """Every level of an agreement whose own period ends in a month, each under its own version (ruling 37)."""
        key = (name, month.name)
        if key not in self._months:
            self._months[key] = tuple(self._measured(name, month))
        return self._months[key]

    def _measured(self, name: str, month: Period) -> list[Measurement]:
        found = []
        for of, period in self._due(name, month):
            measurement = self.measuring.measure(of, period)
            if measurement is not None:
                found.append(measurement)
        return found

    def _due(self, name: str, month: Period) -> list[tuple[LevelOn, Period]]:
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
                            found += [(LevelOn(whose, level, service), period) for service in services]
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

    def _not_due(self, agreement: Agreement, month: Period) -> list[Attainment]:
        """Levels whose own period does not end in the month (ruling 3)."""
        found = []
        standing = self.measuring.standing(min(max(month.first, agreement.first), agreement.last))
        for level in agreement.levels:
            if isinstance(level.metric, LaterMetric) or level.period.ending_in(month):
                continue
            period = level.period.containing(month.last)
            if period.first > agreement.last:
                continue
            unit = unit_of(level.metric)
            threshold = level.target.on(max(period.first, agreement.first))
            for whose in self.measuring.judged_for(agreement, level):
                for service in standing.services(whose, level):
                    of = LevelOn(whose, level, service)
                    found.append(Attainment(of, period, AttainmentStatus.NOT_DUE, unit, threshold))
        for duty in agreement.duties:
            if not duty.period.ending_in(month):
                period = duty.period.containing(month.last)
                threshold = duty.target.on(max(period.first, agreement.first))
                found += [
                    Attainment(
                        LevelOn(agreement, duty, service),
                        period,
                        AttainmentStatus.NOT_DUE,
                        unit_of(duty.metric),
                        threshold,
                    )
                    for service in duty.services
                ]
        return found

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
            bonuses = bonus_lines(agreement, consumer, self.measurements(agreement.name, month))
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

    @property
    def remedies(self) -> AgreementRemedies:
        """The agreements' rules over all their credits."""
        if not self._remedies:
            self._remedies.append(AgreementRemedies.over(self))
        return self._remedies[0]

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

    def names_judged_in(self, month: Period) -> tuple[str, ...]:
        """The agreements that are judged in a month, by name."""
        return tuple(name for name in self.versions if self.judged_in(name, month) is not None)

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
        return Standings(lambda: self.history, self.measuring.is_relieved, self.remedies.passing.passed_by)

    def miss(self, measurement: Measurement) -> Miss:
        """What was missed by a level, with all that its credit rests on."""
        month = PeriodRule.month().containing(measurement.attainment.period.last)
        siblings = self.measurements(measurement.attainment.of.agreement.name, month)
        return self.standings.miss(measurement, siblings)

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
        rows = followed.trace.responsibilities
        chosen = [index for index, row in enumerate(rows) if row.credit_share is not None]
        parts: list[Money | None] = [None] * len(rows)
        if nets and chosen:
            total = sum(nets[1:], start=nets[0])
            names = [rows[index].party or "" for index in chosen]
            shares = [rows[index].credit_share or Fraction(0) for index in chosen]
            for index, money in zip(chosen, split(total, shares, names), strict=True):
                parts[index] = money
        return Breach(attainment, followed.trace, tuple(parts))

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

    def _uncapped(self, statement: Statement) -> Fraction:
        return self._lifted(statement, NO_LIFT, is_decided=True)[0]

    def _lifted(
        self, statement: Statement, causes: frozenset[str], *, is_decided: bool = False
    ) -> tuple[Fraction, tuple[Attainment, ...]]:
        """A statement's net without caps, and without some exclusions for the supplier's own failures (3.6).

        What was excused by decision is lifted with them, unless ``is_decided``.
        """
        agreement = self.judged_in(statement.agreement, statement.period)
        if agreement is None:
            return Fraction(0), ()
        measurements: Sequence[Measurement] = self.measurements(agreement.name, statement.period)
        reliefs = [] if is_decided else self.measuring.excuses.applied(agreement)
        if causes & agreement.exclusions or any(each.is_accepted for each in reliefs):
            due = self._due(agreement.name, statement.period)
            measuring = self.measuring.seeing(frozenset())
            lifted = (measuring.measure(of, period, causes) for of, period in due)
            measurements = [measurement for measurement in lifted if measurement is not None]
        consumer, month = statement.consumer, statement.period
        lines = own_lines(consumer, measurements, self.standings.miss, with_caps=False)
        claims = self.portfolio.claims
        drawn = draw(agreement, consumer, month, lines, self.remedies, claims, self.as_of, with_caps=False)
        return drawn.statement.net.fraction, tuple(each.attainment for each in measurements)

    def _contract_findings(self, agreement: Agreement, month: Period) -> list[Finding]:
        day = min(max(month.first, agreement.first), agreement.last)
        sides = self.measuring.sides(agreement, day)
        found = [*self.terms.standing(agreement, _standing_findings), *self.terms.findings(agreement, month)]
        underpinning = self._underpinning(day)

        def askew() -> tuple[Finding, ...]:
            return agreement_findings(underpinning, sides, agreement, None if self.looks_ahead else month)

        found += self.terms.alignment(underpinning, agreement, askew)
        return found

    def _underpinning(self, day: date) -> Underpinning:
        """The promises in force on a day, found by what they promise."""
        if day not in self._underpinnings:
            measuring = self.measuring
            self._underpinnings[day] = Underpinning(
                self.portfolio, measuring.chain, measuring.in_force(day), measuring.standing(day), day
            )
        return self._underpinnings[day]


def _is_judged(period: Period, version: Agreement) -> bool:
    """Whether a period is one of an agreement's: a rolling window is named by its last day, so that one decides."""
    return period.kind is not PeriodKind.DAY_WINDOW or version.covers_day(period.last)


def _standing_findings(agreement: Agreement) -> list[Finding]:
    """What is to be said of an agreement's terms in whatever month."""
    found = [_not_yet(term) for term in agreement.later_terms]
    found += [
        finding
        for level in agreement.levels
        for finding in duty_findings(LevelOn(agreement, level, level.services[0]))
    ]
    found += [_not_yet(term) for level in agreement.levels for term in _later_of(agreement, level)]
    found += [finding for level in agreement.levels for finding in _unpriced(agreement, level)]
    return [*found, *ambiguities(agreement)]


def _later_of(agreement: Agreement, level: ServiceLevel) -> list[LaterTerm]:
    """What of a level comes later as a whole: its metric, or the scheme of its credit."""
    found = []
    if isinstance(level.metric, LaterMetric):
        what, affects = (
            f"metric {level.metric.kind}",
            "the level is not measured, and nothing is credited for it",
        )
        found.append(LaterTerm(agreement.name, f"{level.name}, {what}", affects, level.name, level.clause))
    elif isinstance(level.credit, LaterScheme):
        what, affects = f"credit scheme {level.credit.scheme}", "no credit is worked out for the level"
        found.append(LaterTerm(agreement.name, f"{level.name}, {what}", affects, level.name, level.clause))
    if isinstance(level.bonus, LaterScheme):
        what, affects = f"bonus scheme {level.bonus.scheme}", "no bonus is worked out for the level"
        found.append(LaterTerm(agreement.name, f"{level.name}, {what}", affects, level.name, level.clause))
    return found


def _unpriced(agreement: Agreement, level: ServiceLevel) -> list[Finding]:
    """A credit that is a percentage of a service without a price is a percentage of nothing, which is said."""
    credit = level.credit
    if not isinstance(credit, CreditTerms) or credit.base.kind is not Base.SERVICE:
        return []
    priced = {charge.service for charge in agreement.charges}
    return [
        Finding(
            "UNPRICED",
            Severity.ERROR,
            FindingKind.TERMS,
            f"The credit of {level.name} is a percentage of what {service} costs, which has no price: it is nothing.",
            agreement.name,
            level.name,
            service,
            clauses=(level.clause,) if level.clause else (),
            cure=f"Price {service} under charges, or write of: agreement.",
        )
        for service in level.services
        if service not in priced and pays_percent(credit)
    ]


def gaps_met(drawn: Sequence[Drawn]) -> list[Finding]:
    """The missed values that lie between bands."""
    return [
        lies_in_gap(line.of.agreement, line.of.level, line.of.service, line.compared)
        for each in drawn
        for line in each.lines
        if line.credit.in_no_band and line.compared is not None
    ]


def _not_yet(term: LaterTerm) -> Finding:
    """A term that parses but that nothing calculates yet: said, never passed over."""
    where = f"{term.agreement}: {term.path}" if term.agreement else term.path
    return Finding(
        "NOT_YET_CALCULATED",
        Severity.WARNING,
        FindingKind.TERMS,
        f"{where} is understood but not calculated yet; {term.affects}.",
        term.agreement or None,
        term.service_level,
        None,
        clauses=(term.clause,) if term.clause else (),
        cure="Work this term out by hand until a later version calculates it.",
    )
