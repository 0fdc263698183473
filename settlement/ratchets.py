"""Targets that were beaten for so long that a higher one is to be agreed.

The problem: a contract says that a target beaten for twelve months rises half-way to what was attained, at most a tenth
of the way to 100. Nobody remembers in month twelve; so the settlement proposes it, and people accept it as an amended
version, or do not.

Example: 99.0 with an average of 99.6 over twelve months: half-way is 99.3; a tenth of the way to 100 is 99.1, so 99.1
is proposed.

Limits: a proposal changes nothing. Levels judged over rolling windows have none: their days are not separate periods.

References: 3.5 "Ratchet".
"""

from fractions import Fraction

from domain.agreements import Agreement, Direction, Threshold
from domain.attainment import Attainment, AttainmentStatus
from domain.findings import Finding, FindingKind, Severity
from domain.money import decimal_text
from domain.periods import Period, PeriodKind
from domain.remedies import Ratchet, RatchetTo
from settlement.history import History

_PERCENTAGES = frozenset({"availability", "within", "ratio", "success", "onTime"})
"""The metrics whose value is a percentage, which ends at 100."""


def proposed_target(
    ratchet: Ratchet, target: Threshold, average: Fraction, whole: Fraction | None
) -> Fraction:
    """The target that is to be agreed: so far towards the average, at most so much of the way to ``whole``.

    ``whole`` is the best value there can be (100 percent, 0 for a bound that is to stay small); None: there is none.
    """
    raised = (target.value + average) / 2 if ratchet.to is RatchetTo.HALFWAY else average
    if ratchet.maximum_gap_share is None or whole is None:
        return raised
    most = target.value + (whole - target.value) * ratchet.maximum_gap_share / 100
    return min(raised, most) if target.direction is Direction.AT_LEAST else max(raised, most)


def ratchet_findings(history: History, agreement: Agreement, month: Period) -> list[Finding]:
    """The higher targets to be agreed at the end of a month, of all levels whose own period ends in it."""
    found = []
    for level in agreement.levels:
        ratchet = level.ratchet or agreement.remedies.ratchet
        if ratchet is None:
            continue
        for service in level.services:
            every = [each.attainment for each in history.level(agreement, level.name, service, month)]
            for customer in sorted({each.of.customer or "" for each in every}):
                attained = [each for each in every if (each.of.customer or "") == customer]
                if month.first <= attained[-1].period.last <= month.last:
                    found += _proposal(ratchet, attained)
    return found


def _proposal(ratchet: Ratchet, attained: list[Attainment]) -> list[Finding]:
    last = attained[-1]
    run = attained[-ratchet.beaten :]
    if last.period.kind is PeriodKind.DAY_WINDOW or len(run) < ratchet.beaten:
        return []
    if not all(_is_beaten(each) for each in run) or last.threshold is None:
        return []
    average = sum((each.value or Fraction(0) for each in run), start=Fraction(0)) / len(run)
    target = last.threshold
    whole: Fraction | None = Fraction(0)
    if target.direction is Direction.AT_LEAST:
        whole = Fraction(100) if _is_percent(last) else None
    proposed = proposed_target(ratchet, target, average, whole)
    is_higher = proposed > target.value if target.direction is Direction.AT_LEAST else proposed < target.value
    if not is_higher:
        return []
    of = last.of
    figures = {
        "target": decimal_text(target.value), "average": decimal_text(average), "proposed": decimal_text(proposed),
    }  # fmt: skip
    return [
        Finding(
            "RATCHET_PROPOSED",
            Severity.INFO,
            FindingKind.TERMS,
            f"{of.level.name} on {of.service} was better than its target of {figures['target']} in each of the last "
            f"{ratchet.beaten} periods, {figures['average']} on average: the contract raises the target to "
            f"{figures['proposed']}.",
            of.agreement.name,
            of.level.name,
            of.service,
            clauses=(of.level.cited,),
            figures=figures,
            cure=f"Agree a version of {of.agreement.name} with the target {figures['proposed']}, or record why not.",
        )
    ]


def _is_beaten(attainment: Attainment) -> bool:
    return attainment.status is AttainmentStatus.MET and (attainment.margin or Fraction(0)) > 0


def _is_percent(attainment: Attainment) -> bool:
    return attainment.of.level.metric.kind in _PERCENTAGES
