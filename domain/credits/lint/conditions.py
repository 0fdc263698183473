"""Conditions of credits that can never hold, so that the credit never falls due.

The problem: "if the credits reached the cap in four of three months" reads like a clause, and takes the credit away in
silence.

Example: ``when: {creditsAtCap: 2, within: P6M}`` in an agreement without a monthly cap: ``CONDITION_NEVER_HOLDS``.

Limits: what is counted in months, of levels judged by the month; whether an event ever comes nobody can say.
"""

from collections.abc import Iterator

from domain.agreements import (
    Agreement,
    CapPer,
    CreditTerms,
    Misses,
    PointsCredit,
    ServiceLevel,
    Several,
    When,
)
from domain.credits.lint.saying import said
from domain.credits.when import others_of
from domain.durations import Duration
from domain.findings import Finding, Severity
from domain.periods import PeriodKind
from domain.termination import terms
from domain.termination.terms import Condition, CreditsAtCap, CreditsReach, PointsReach
from domain.termination.wording import in_words

__all__ = ["condition_findings"]


def condition_findings(agreement: Agreement, level: ServiceLevel) -> Iterator[Finding]:
    """Each part of a credit's or a bonus's condition that can never hold, and why."""
    for credit in (level.credit, level.bonus):
        if not isinstance(credit, CreditTerms) or credit.when is None:
            continue
        asked = [(_as_right(each), _too_many(each.count, each.within, level)) for each in _own(credit.when)]
        asked += [(condition, _never(condition, agreement)) for condition in others_of(credit.when)]
        for condition, why in asked:
            if why is not None:
                yield said(
                    "CONDITION_NEVER_HOLDS",
                    Severity.WARNING,
                    agreement,
                    level,
                    f"A condition of {level.name} never holds ({in_words(condition)}): {why}. What hangs on it alone "
                    "never falls due.",
                    {},
                    "Correct the condition, or leave it out.",
                )


def _own(when: When) -> Iterator[Misses]:
    """The parts that ask about the level's own periods."""
    if isinstance(when, Misses):
        yield when
    elif isinstance(when, Several):
        for part in when.parts:
            yield from _own(part)


def _as_right(when: Misses) -> Condition:
    return terms.Misses(when.count, None, when.within, when.against_minimum, when.value, when.consecutive)


def _too_many(count: int, within: Duration | None, level: ServiceLevel) -> str | None:
    return _more_than_months(count, within) if level.period.kind is PeriodKind.MONTH else None


def _more_than_months(count: int, within: Duration | None) -> str | None:
    if within is None or within.days or count <= within.months:
        return None
    return f"{within.words()} hold no {count} months"


def _never(condition: Condition, agreement: Agreement) -> str | None:
    """Why a condition on something else can never hold; None where it can."""
    match condition:
        case CreditsAtCap() if all(cap.per is not CapPer.MONTH for cap in agreement.caps):
            return f"{agreement.name} has no cap of the month"
        case CreditsAtCap() | CreditsReach():
            return _more_than_months(condition.months, condition.within)
        case PointsReach() if not any(isinstance(each.credit, PointsCredit) for each in agreement.levels):
            return f"no level of {agreement.name} has service points"
        case _:
            return None
