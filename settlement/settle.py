"""Settling a period: the one composition of all the rules.

The problem: attainments, shares, credits and their recovery depend on each other in one order, and every caller (the
command line, the API, a job) must get the same figures from the same documents and evidence.

The way (4-architecture): measure every level of every agreement in force; follow each miss; draw up the statements;
work out both sides of the money; collect what anybody should look at. Months before the asked one are settled first
where a yearly cap needs them, under their own versions; what is kept between months is `settlement.kept_months`.

Example: ``settle(portfolio, evidence, Period.parse("2026-04"), date(2026, 5, 1))``.

Limits: a month, or a quarter or a year as its months one after another.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import zip_longest
from types import MappingProxyType
from typing import Self

from domain.agreements import Agreement, CreditTerms, LaterMetric, ServiceLevel
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.credits.lint.ranges import lies_in_gap
from domain.errors import InvalidValue
from domain.evidence import QuarantinedRow
from domain.findings import Finding, distinct
from domain.metrics import unit_of
from domain.periods import Period, PeriodKind, PeriodRule
from domain.ports import Evidence
from ola.alignment import Underpinning, agreement_findings
from ola.portfolio import Portfolio
from settlement.exercised import with_exercises
from settlement.impact import credit_impact, currency_findings
from settlement.impact_month import ImpactInputs, ImpactMonth, Lifts
from settlement.invoices import invoice_findings
from settlement.kept_months import KeptMonths
from settlement.measuring import Measurement
from settlement.measuring_rows import has_counts, straddling_rows
from settlement.merging import merged
from settlement.relief_views import naming_nothing, weighed
from settlement.remembered import looks_back
from settlement.results import AgreementResult, CreditImpact, RightStatus, Settlement, Statement, Weighed
from settlement.rights import Rights
from settlement.standing_terms import standing_findings
from settlement.statements import Drawn, draw, own_lines
from settlement.term_checks import TermChecks
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
    return settled_by(settling, period, progress)


def settled_by(settling: "Settling", period: Period, progress: Progress | None = None) -> Settlement:
    """The same by a settling that is there already. Raises InvalidValue for a period not made of months."""
    if period.kind is PeriodKind.MONTH:
        return settling.with_rights(settling.settle(period, progress))
    if period.kind not in (PeriodKind.QUARTER, PeriodKind.YEAR):
        raise InvalidValue(
            f"{period.name} is not settled by itself: credits fall due by the month. Settle a month such as "
            f"{period.last:%Y-%m}, a quarter or a year."
        )
    months = PeriodRule.month().ending_in(period)
    settled = list(settling.settled_one_by_one(months, progress))
    return settling.with_rights(merged(period, settled))


@dataclass(frozen=True, slots=True, eq=False)
class Settling(KeptMonths):
    """One body of contracts and evidence being settled, month by month."""

    looks_ahead: bool = False
    _underpinnings: dict[date, Underpinning] = field(default_factory=dict)
    terms: TermChecks = field(default_factory=TermChecks)
    _uncapped: dict[tuple[str, str, str], Fraction] = field(default_factory=dict)

    @classmethod
    def of(cls, portfolio: Portfolio, evidence: Evidence, as_of: date) -> Self:
        """Nothing worked out yet, of the contracts as rights that were exercised by the date left them."""
        known = portfolio.known_on(as_of)
        ended = with_exercises(known, as_of, lambda each: cls._under(each, evidence, as_of))
        return cls._under(ended, evidence, as_of)

    def settled_one_by_one(
        self, months: Sequence[Period], progress: Progress | None = None
    ) -> Iterator[Settlement]:
        """Several months, each while the next is begun by who can."""
        for month, following in zip_longest(months, months[1:]):
            results = self.results(month, progress)
            if following is not None:
                self.ahead(following, self.names_judged_in(following))
            yield self.composed(month, results)

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
        judged = self.names_judged_in(month)
        found = []
        for done, name in enumerate(judged):
            if progress is not None:
                progress(f"settling {month.name}", done, len(judged))
            found += [kept[name]] if name in kept else self.results_of((name,), month)
        if progress is not None:
            progress(f"settling {month.name}", len(judged), len(judged))
        return tuple(found)

    def ahead(self, month: Period, names: Collection[str]) -> None:
        """Say which agreements' results of a month will be asked for next; who has helpers lets them begin."""

    def results_of(self, names: Iterable[str], month: Period) -> list[AgreementResult]:
        """What some agreements come to, of those that are judged in a month."""
        found = []
        for name in names:
            agreement = self.judged_in(name, month)
            if agreement is not None:
                found.append(self._result(agreement, month))
                if self.measuring.forget_beyond(_ROWS_REMEMBERED):
                    self.forget()
        return found

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
            self._weighed(agreement, measurements),
        )

    def _weighed(self, agreement: Agreement, measurements: Sequence[Measurement]) -> tuple[Weighed, ...]:
        """How each measured level counts in later months, where its attainment alone does not say and they ask."""
        is_asked = any(map(looks_back, self.versions[agreement.name]))
        if not is_asked or self.is_plain(agreement):
            return ()
        return tuple(weighed(self.measuring, measurement) for measurement in measurements)

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
        impact = ImpactMonth.of(
            ImpactInputs(self.portfolio, judged, breaches, statements, attainments, self.lifts(), month.last)
        )
        findings += currency_findings(impact)
        findings += self.portfolio.findings
        findings += invoice_findings(self.portfolio, self.evidence.charges())
        return Settlement(
            month,
            self.as_of,
            tuple(attainments),
            tuple(breaches),
            tuple(statements),
            self.impacts(impact),
            distinct(findings),
            self._quarantine(month, judged),
            self.evidence.sources(),
        )

    def impacts(self, month: ImpactMonth) -> tuple[CreditImpact, ...]:
        """Both sides of a month's money, one a currency."""
        return credit_impact(month)

    def _quarantine(self, month: Period, judged: Iterable[str]) -> tuple[QuarantinedRow, ...]:
        """The rows that could not be read, and the counts that straddle the end of a period judged in the month."""
        rows = set(self.evidence.quarantine())
        for name in judged:
            if not any(has_counts(version) for version in self.versions[name]):
                continue
            for of, period in self.due(name, month):
                rows.update(straddling_rows(self.measuring, of, period))
        return tuple(sorted(rows, key=lambda row: (row.file, row.line, row.reason)))

    def with_rights(self, settled: Settlement) -> Settlement:
        """A settled period with how the termination rights of its agreements stand on the as-of date."""
        months = PeriodRule.month().ending_in(settled.period)
        names = {
            name for name in self.versions for month in months if self.judged_in(name, month) is not None
        }
        names |= set(Rights(self, self.as_of).exercised_names())
        rights, findings = self.rights_of(names)
        return replace(settled, rights=rights, findings=distinct((*settled.findings, *findings)))

    def rights_of(self, names: Collection[str]) -> tuple[tuple[RightStatus, ...], tuple[Finding, ...]]:
        """How the rights of some agreements stand on the as-of date, and what was refused, by agreement."""
        return Rights(self, self.as_of).of(names)

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

    def lifts(self) -> Lifts:
        """What a supplier's statement would come to with obstacles lifted."""
        return Lifts(self.uncapped, self.unexcused)

    def uncapped(self, statement: Statement) -> Fraction:
        """A statement's net without its caps, worked out once."""
        if not statement.lines:
            return statement.net.fraction  # Of nothing no cap takes anything.
        key = (statement.agreement, statement.consumer, statement.period.name)
        if key not in self._uncapped:
            agreement = self.judged_in(statement.agreement, statement.period)
            measured = () if agreement is None else self.measurements(agreement.name, statement.period)
            if agreement is not None and self._is_whole(agreement, statement):
                self._uncapped[key] = statement.net.fraction
            else:
                self._uncapped[key] = self._without_caps(statement, measured)
        return self._uncapped[key]

    def _is_whole(self, agreement: Agreement, statement: Statement) -> bool:
        """Whether no cap took anything of a statement: then it is what it would be without any."""
        return all(
            line.net == line.due and not _has_cap(line.of.level)
            for line in self.drawn(agreement, statement.consumer, statement.period).lines
        )

    def unexcused(
        self, statement: Statement, causes: frozenset[str]
    ) -> tuple[Fraction, tuple[Attainment, ...]]:
        """A statement's net without its caps and some exclusions, and the attainments it then rests on (3.6).

        What was excused by decision is lifted with them.
        """
        agreement = self.judged_in(statement.agreement, statement.period)
        if agreement is None:
            return Fraction(0), ()
        measurements: Sequence[Measurement] = self.measurements(agreement.name, statement.period)
        if not (causes & agreement.exclusions or self._is_relieved(agreement)):
            return self.uncapped(statement), tuple(each.attainment for each in measurements)
        due = self.due(agreement.name, statement.period)
        measuring = self.measuring.seeing(frozenset())
        lifted = (measuring.measure(of, period, causes) for of, period in due)
        measurements = [measurement for measurement in lifted if measurement is not None]
        found = self._without_caps(statement, measurements)
        return found, tuple(each.attainment for each in measurements)

    def is_excused(self, statement: Statement) -> bool:
        """Whether anything could be lifted from a statement besides its caps: an exclusion, or what was decided."""
        agreement = self.judged_in(statement.agreement, statement.period)
        return agreement is not None and (bool(agreement.exclusions) or self._is_relieved(agreement))

    def _is_relieved(self, agreement: Agreement) -> bool:
        return any(each.is_accepted for each in self.measuring.excuses.applied(agreement))

    def _without_caps(self, statement: Statement, measurements: Sequence[Measurement]) -> Fraction:
        """A statement's net without caps, drawn up anew from some measurements."""
        agreement = self.judged_in(statement.agreement, statement.period)
        if agreement is None:
            return Fraction(0)
        consumer, month = statement.consumer, statement.period
        lines = own_lines(consumer, measurements, self.standings.miss, with_caps=False)
        claims = self.portfolio.claims
        drawn = draw(agreement, consumer, month, lines, self.remedies, claims, self.as_of, with_caps=False)
        return drawn.statement.net.fraction

    def _contract_findings(self, agreement: Agreement, month: Period) -> list[Finding]:
        found = [*self.terms.standing(agreement, standing_findings), *self.terms.findings(agreement, month)]
        underpinning = self._underpinning(_seen_from(agreement, month))
        found += self.terms.alignment(underpinning, agreement, lambda: self.alignment_of(agreement, month))
        return found

    def alignment_of(self, agreement: Agreement, month: Period) -> tuple[Finding, ...]:
        """What lies askew under an agreement (3.8), looked for anew."""
        day = _seen_from(agreement, month)
        sides = self.measuring.sides(agreement, day)
        settled = None if self.looks_ahead else month
        return agreement_findings(self._underpinning(day), sides, agreement, settled)

    def _underpinning(self, day: date) -> Underpinning:
        """The promises in force on a day, found by what they promise."""
        if day not in self._underpinnings:
            measuring = self.measuring
            self._underpinnings[day] = Underpinning(
                self.portfolio, measuring.chain, measuring.in_force(day), measuring.standing(day), day
            )
        return self._underpinnings[day]


def _seen_from(agreement: Agreement, month: Period) -> date:
    """The day of a month on which an agreement is looked at: its first, within the term."""
    return min(max(month.first, agreement.first), agreement.last)


def _has_cap(level: ServiceLevel) -> bool:
    return isinstance(level.credit, CreditTerms) and level.credit.cap is not None


def gaps_met(drawn: Sequence[Drawn]) -> list[Finding]:
    """The missed values that lie between bands."""
    return [
        lies_in_gap(line.of.agreement, line.of.level, line.of.service, line.compared)
        for each in drawn
        for line in each.lines
        if line.credit.in_no_band and line.compared is not None
    ]
