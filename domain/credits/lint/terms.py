"""Everything that is wrong, or doubtful, with the credits of one agreement.

The problem: percentages over 100, allocations that do not add up, caps that never bind, a fortune for a trifle and
credits by what nobody measures are slips that cost real money, and are found here before it does.

Example: a month's cap of 50 % over one level whose deepest band is 30 %: ``CAP_NEVER_BINDS``, with both figures.

A credit is out of proportion (3.5, "Small money") where the least failure that misses the level costs more than
`OUT_OF_PROPORTION` percent of what the service costs for the period, or of all charges where it has no price.

Limits: judged by the terms in force and the charges of one month. Whether evidence ever comes is the settlement's to
say.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from domain.agreements import (
    Agreement,
    AtRiskCredit,
    AvailabilityMetric,
    BandsCredit,
    Cap,
    CapPer,
    CreditTerms,
    Direction,
    OnTimeMetric,
    OutageCountMetric,
    PerFailuresCredit,
    PerUnitCredit,
    PointsCredit,
    ProRataCredit,
    ScheduleCredit,
    ServiceLevel,
    StepUnit,
    WithinMetric,
)
from domain.credits.base import Due, charges_over
from domain.credits.caps import cap_limit
from domain.credits.lint.conditions import condition_findings
from domain.credits.lint.most import least_miss, level_cap, most_before_cap, most_of, of_least_miss
from domain.credits.lint.ranges import range_findings
from domain.credits.lint.saying import in_money, said
from domain.credits.miss import failing
from domain.credits.per_unit import is_by_lateness
from domain.credits.scheme import case_of, is_calculated
from domain.findings import Finding, Severity
from domain.money import decimal_text
from domain.periods import Period, PeriodKind
from domain.remembered import by_identity

__all__ = ["OUT_OF_PROPORTION", "term_findings", "umbrella_findings"]

OUT_OF_PROPORTION: Final = Fraction(25)
"""Beyond which percent of the charges the credit of the least miss is out of proportion."""

_WHOLE = Fraction(100)
_WEEKS_IN_A_MONTH = 5


def term_findings(agreement: Agreement, month: Period, consumers: Iterable[str]) -> tuple[Finding, ...]:
    """What is wrong with the credits of an agreement, by the charges of a month to each of its ``consumers``."""
    found: list[Finding] = []
    for level in agreement.levels:
        found += range_findings(agreement, level)
        found += _over_100(agreement, level)
        found += _unmeasured(agreement, level)
        found += _tolerated(agreement, level)
        found += condition_findings(agreement, level)
    found += _allocations(agreement)
    for consumer in consumers:
        due = Due.of(agreement, month, consumer)
        found += _caps(agreement, month, consumer)
        for level in agreement.levels:
            for service in level.services:
                own = Due.of(agreement, level.period.containing(due.last), consumer)
                found += _level_cap(agreement, level, service, own)
                found += _proportion(agreement, level, service, own)
    return tuple(found)


# ------------------------------------------------------------------------------------------------- percentages


def _over_100(agreement: Agreement, level: ServiceLevel) -> Iterator[Finding]:
    """Percentages over 100, and percentages without an end that nothing caps."""
    credit = level.credit
    if not isinstance(credit, CreditTerms):
        return
    for percent in sorted({each for each in _percents(agreement, credit) if each > _WHOLE}):
        yield said(
            "PERCENT_OVER_100",
            Severity.WARNING,
            agreement,
            level,
            f"The credit of {level.name} says {decimal_text(percent)} %: more than the whole.",
            {"percent": percent},
            "Write at most 100, or say it as an amount.",
        )
    is_capped = credit.cap is not None or any(cap.per is CapPer.MONTH for cap in agreement.caps)
    endless = _endless(credit)
    if endless is not None and not is_capped:
        percent, how = endless
        yield said(
            "PERCENT_OVER_100",
            Severity.WARNING,
            agreement,
            level,
            f"The credit of {level.name} is {decimal_text(percent)} % {how} and nothing caps it: it can pass 100 % of "
            "the charges.",
            {"percent": percent},
            "Give the credit a cap, or the agreement one of the month.",
        )


def _percents(agreement: Agreement, credit: CreditTerms) -> list[Fraction]:
    found: list[Fraction | None] = [None if credit.cap is None else credit.cap.percent]
    match credit:
        case BandsCredit():
            found += [band.percent for band in credit.bands]
        case ScheduleCredit():
            found += [step.percent for step in credit.steps]
        case PerUnitCredit():
            found += [step.percent for step in (credit.first, credit.each) if step is not None]
        case PerFailuresCredit():
            found.append(credit.percent)
        case AtRiskCredit():
            found.append(credit.allocation)
            if agreement.at_risk is not None:
                found += [agreement.at_risk.percent, agreement.at_risk.pool]
        case PointsCredit() if agreement.points is not None:
            found += [agreement.points.percent, *(step.percent for step in agreement.points.table)]
        case _:
            pass
    return [each for each in found if each is not None]


def _endless(credit: CreditTerms) -> tuple[Fraction, str] | None:
    """The percent by which a credit without an end of its own grows, and with what."""
    match credit:
        case PerUnitCredit() if credit.each is not None and credit.each.percent is not None:
            return credit.each.percent, "for each unit of failure"
        case PerFailuresCredit() if credit.percent is not None:
            return credit.percent, f"for every {credit.failures} failures"
        case ProRataCredit() if credit.multiple > 1:
            return credit.multiple * 100, "of the charges of what failed"
        case _:
            return None


# ------------------------------------------------------------------------------------------------- allocations


def _allocations(agreement: Agreement) -> Iterator[Finding]:
    """Allocations that do not sum to what the agreement says, or that are of nothing at risk."""
    levels = [level for level in agreement.levels if isinstance(level.credit, AtRiskCredit)]
    if not levels:
        return
    total = sum(
        (level.credit.allocation for level in levels if isinstance(level.credit, AtRiskCredit)),
        start=Fraction(0),
    )
    if agreement.at_risk is None:
        yield said(
            "ALLOCATION_SUM",
            Severity.ERROR,
            agreement,
            levels[0],
            f"{agreement.name} allocates {decimal_text(total)} % of a pool and puts nothing at risk: the "
            "credits are nothing.",
            {"allocated": total, "total": Fraction(0)},
            'Add remedies: {atRisk: {percent: "..."}}.',
        )
        return
    expected = agreement.at_risk.allocations_total
    if total == expected:
        return
    yield said(
        "ALLOCATION_SUM",
        Severity.WARNING,
        agreement,
        None,
        f"The allocations of {agreement.name} sum to {decimal_text(total)} %, not to {decimal_text(expected)} %.",
        {"allocated": total, "total": expected, "difference": total - expected},
        "Correct the allocations, or say allocationsTotal.",
    )


# -------------------------------------------------------------------------------------------------------- caps


def _level_cap(agreement: Agreement, level: ServiceLevel, service: str, due: Due) -> Iterator[Finding]:
    """A level's own cap that its scheme can never reach."""
    credit = level.credit
    if not isinstance(credit, CreditTerms) or credit.cap is None or not is_calculated(level):
        return
    case = case_of(agreement, level, credit, service, least_miss(level, due), due)
    most, cap = most_before_cap(credit, case), level_cap(credit, case)
    if most is None or cap is None or not most or cap < most:
        return
    yield said(
        "CAP_NEVER_BINDS",
        Severity.INFO if cap == most else Severity.WARNING,
        agreement,
        level,
        f"The credit of {level.name} can come to {in_money(agreement, most)} at most, and its cap of "
        f"{in_money(agreement, cap)} never binds.",
        {"cap": cap, "most": most},
        "Lower the cap, or leave it out.",
        service=service,
    )


def _caps(agreement: Agreement, month: Period, consumer: str) -> Iterator[Finding]:
    """Caps of the month and the year that all credits together can never reach."""
    due = Due.of(agreement, month, consumer)
    most = _most_of_month(agreement, consumer, due)
    if most:
        # The first cap of an agreement that puts an amount at risk is that amount.
        limits = [(cap, cap_limit(agreement, cap, due)) for cap in agreement.caps]
        yield from _never_binding(agreement, limits, most, int(agreement.at_risk is not None))


def umbrella_findings(
    umbrella: Agreement,
    limits: Sequence[tuple[Cap, Fraction]],
    parts: Iterable[tuple[Agreement, str]],
    month: Period,
) -> tuple[Finding, ...]:
    """The caps of an umbrella that all credits of its parts, each under its own caps, can never reach.

    ``limits`` are its caps with what each comes to; ``parts`` the agreements under it with their consumers.
    """
    together = Fraction(0)
    for part, consumer in parts:
        due = Due.of(part, month, consumer)
        most = _most_of_month(part, consumer, due)
        if most is None:
            return ()
        own = [cap_limit(part, cap, due) for cap in part.caps if cap.per is CapPer.MONTH]
        together += min([most, *own])
    return tuple(_never_binding(umbrella, limits, together, 0)) if together else ()


def _never_binding(
    agreement: Agreement, limits: Sequence[tuple[Cap, Fraction]], most: Fraction, skipped: int
) -> Iterator[Finding]:
    """Caps that a month's credits, at most so much, never come to; the first ``skipped`` are not asked."""
    for place, (cap, limit) in enumerate(limits):
        reached = most if cap.per is CapPer.MONTH else 12 * most
        if limit >= reached and limit and place >= skipped:
            per = {CapPer.MONTH: "month", CapPer.YEAR: "year", CapPer.CONTRACT_YEAR: "contract year"}[cap.per]
            yield said(
                "CAP_NEVER_BINDS",
                Severity.INFO if limit == reached else Severity.WARNING,
                agreement,
                None,
                f"All credits of {agreement.name} can come to {in_money(agreement, reached)} a {per} at most, and its "
                f"cap of {in_money(agreement, limit)} never binds.",
                {"cap": limit, "most": reached},
                "Lower the cap, or leave it out.",
                clause=cap.clause,
            )
        if cap.per is CapPer.MONTH:
            most = min(most, limit)


@by_identity
def _most_of_month(agreement: Agreement, consumer: str, due: Due) -> Fraction | None:
    """The most that all levels together can credit in a month; None where nothing bounds it."""
    total = Fraction(0)
    for level in agreement.levels:
        if level.credit is None:
            continue
        if not is_calculated(level):
            return None
        own = Due.of(agreement, level.period.containing(due.last), consumer)
        times = _WEEKS_IN_A_MONTH if level.period.kind is PeriodKind.WEEK else 1
        for service in level.services:
            most = most_of(agreement, level, service, own)
            if most is None:
                return None
            total += times * most
    return total


# -------------------------------------------------------------------------------------------------- proportion


def _proportion(agreement: Agreement, level: ServiceLevel, service: str, due: Due) -> Iterator[Finding]:
    """A large sum for the least failure that misses the level."""
    if not is_calculated(level):
        return
    cost = charges_over(agreement, service, due) or charges_over(agreement, None, due)
    credit = of_least_miss(agreement, level, service, due)
    if not cost or 100 * credit <= OUT_OF_PROPORTION * cost:
        return
    percent = 100 * credit / cost
    yield said(
        "CREDIT_DISPROPORTIONATE",
        Severity.WARNING,
        agreement,
        level,
        f"The least failure that misses {level.name} costs {in_money(agreement, credit)}, "
        f"{decimal_text(percent, 2, 2)} % of what {service} costs for the period.",
        {"credit": credit, "charges": cost, "percent": percent, "threshold": OUT_OF_PROPORTION},
        "Begin with a smaller band, or let the credit grow with the failure.",
        service=service,
    )


# -------------------------------------------------------------------------------------------------- unmeasured


def _unmeasured(agreement: Agreement, level: ServiceLevel) -> Iterator[Finding]:
    """A scheme by something that the level's metric does not measure."""
    credit = level.credit
    target = level.target.steps[-1].threshold
    unit = _asked(credit, level)
    if unit is None or failing(level.metric, target, Fraction(1), unit, Fraction(0)) is not None:
        return
    if isinstance(credit, PerUnitCredit) and is_by_lateness(credit, level):
        return
    words = {StepUnit.TIME: "time", StepUnit.COUNT: "single failures", StepUnit.PERCENT: "percent"}
    scheme = credit.scheme if isinstance(credit, CreditTerms) else ""
    yield said(
        "CREDIT_UNMEASURED",
        Severity.ERROR,
        agreement,
        level,
        f"The credit of {level.name} is by {words[unit]} ({scheme}), which the metric {level.metric.kind} does "
        "not measure: it is nothing.",
        {},
        "Choose a scheme by the value itself, like bands or shortfall, or a metric that measures it.",
    )


def _tolerated(agreement: Agreement, level: ServiceLevel) -> Iterator[Finding]:
    """Failures that are paid for in missed periods only, under a target that lets some failures be (ruling 179)."""
    credit, target = level.credit, level.target.steps[-1].threshold
    if not isinstance(credit, PerFailuresCredit) or not isinstance(level.metric, _COUNTED_ONE_BY_ONE):
        return
    strictest = _WHOLE if target.direction is Direction.AT_LEAST else Fraction(0)
    if target.value == strictest:
        return
    yield said(
        "FAILURES_TOLERATED",
        Severity.INFO,
        agreement,
        level,
        f"{credit.failures} failures of {level.name} are paid for in a period that misses its target of "
        f"{decimal_text(target.value)}; those complete in one that meets it wait for the next that is missed.",
        {"target": target.value, "failures": Fraction(credit.failures)},
        f"Say that it is meant, or give the level a target that any failure misses: {decimal_text(strictest)}.",
    )


_COUNTED_ONE_BY_ONE = (AvailabilityMetric, OutageCountMetric, WithinMetric, OnTimeMetric)
"""The metrics of which each failure is one; of any other the missed period itself is."""


def _asked(credit: object, level: ServiceLevel) -> StepUnit | None:
    """What a scheme asks a metric to have measured, besides its value."""
    if not is_calculated(level):
        return None
    match credit:
        case PerUnitCredit():
            return credit.unit
        case ScheduleCredit():
            return StepUnit.TIME
        case ProRataCredit():
            return StepUnit.TIME if level.metric.kind == "availability" else StepUnit.COUNT
        case _:
            return None
