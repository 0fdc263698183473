"""A measured level as its credit and termination rights see it, and what has to be said of its reliefs.

The problem: a breach can stand while its credit, or only its weight for termination, is relieved (3.4); a relief that
was notified too late, or is only claimed, relieves nothing, and whoever reads the figure has to know.

Example: a claimed relief of two hours gives the finding ``RELIEF_CLAIMED``: "accepted, the value would be 99.95 instead
of 99.7".

Limits: a level whose reliefs all relieve the breach too is measured once.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.attainment import Attainment, AttainmentStatus
from domain.findings import Finding, FindingKind, Severity
from domain.money import decimal_text
from domain.relief import BY_BREACH, BY_CREDIT, BY_TERMINATION, Effect, Relief, ReliefStatus, Timeliness
from settlement.measured import (
    MeasuredComposite,
    MeasuredDowntime,
    MeasuredOutages,
    MeasuredTally,
    MeasuredTickets,
    Measurement,
)
from settlement.results import Weighed

if TYPE_CHECKING:
    from domain.agreements import Agreement
    from settlement.measuring import Measuring
    from settlement.relieving import Applied, Excuses

__all__ = ["is_relieved", "naming_nothing", "struck_out", "unexcused", "weighed", "with_reliefs"]


def with_reliefs(measuring: Measuring, measurement: Measurement, lifted: frozenset[str]) -> Measurement:
    """A measurement with the reliefs that bear on it, what they make of credit and termination, and findings."""
    if (
        measuring.excuses.effects != BY_BREACH
        or measuring.excuses.including
        or not measuring.portfolio.reliefs
    ):
        return measurement
    of, period = measurement.attainment.of, measurement.attainment.period
    applied = _bearing(measuring, measurement)
    counting = [each.relief for each in applied if each.is_accepted]
    for_credit = for_termination = None
    inner = measurement.basis.levels if isinstance(measurement.basis, MeasuredComposite) else ()
    if _any_besides_breach(counting, Effect.CREDIT) or any(each.for_credit for each in inner):
        for_credit = measuring.seeing(BY_CREDIT).measured_once(of, period, lifted)
    if _any_besides_breach(counting, Effect.TERMINATION) or any(each.for_termination for each in inner):
        for_termination = measuring.seeing(BY_TERMINATION).measured_once(of, period, lifted)
    findings = [finding for each in applied for finding in _said(measuring, measurement, each, lifted)]
    return replace(
        measurement,
        findings=(*measurement.findings, *findings),
        reliefs=applied,
        for_credit=for_credit,
        for_termination=for_termination,
    )


def is_relieved(measuring: Measuring, measurement: Measurement) -> bool:
    """Whether a period would have been missed without any excuse, and is no miss for its credit (ruling 27)."""
    if measurement.weighed is not None:
        return measurement.weighed.is_relieved
    seen = measurement.for_credit or measurement
    if seen.attainment.status is AttainmentStatus.MISSED or not _is_touched(measurement):
        return False
    return _is_missed_without(measuring, measurement)


def struck_out(measuring: Measuring, measurement: Measurement) -> str | None:
    """Why a period that would have been missed without any excuse does not weigh for termination (3.7)."""
    if measurement.weighed is not None:
        return measurement.weighed.struck_out
    seen = measurement.as_termination_sees
    if seen.attainment.status is AttainmentStatus.MISSED or not _is_touched(measurement):
        return None
    if measurement.attainment.status is not AttainmentStatus.MISSED:
        if not _is_missed_without(measuring, measurement):
            return None
        effects = BY_TERMINATION
    else:
        effects = frozenset({Effect.TERMINATION})
    reliefs = [
        each.relief for each in measurement.reliefs if each.is_accepted and each.relief.effects & effects
    ]
    if not reliefs:
        return "relieved: what caused it is excused"
    said = ", ".join(f"{relief.name} ({relief.cause})" for relief in reliefs)
    return f"relieved by {said}"


def weighed(measuring: Measuring, measurement: Measurement) -> Weighed:
    """How a period counts in later months, to be kept beside its attainment."""
    struck = struck_out(measuring, measurement)
    seen = measurement.for_termination
    return Weighed(
        is_relieved(measuring, measurement),
        struck,
        None if struck is None else unexcused(measuring, measurement),
        None if seen is None else seen.attainment,
    )


def _is_missed_without(measuring: Measuring, measurement: Measurement) -> bool:
    return unexcused(measuring, measurement).status is AttainmentStatus.MISSED


def unexcused(measuring: Measuring, measurement: Measurement) -> Attainment:
    """What a period would have attained if nothing were excused."""
    if measurement.weighed is not None and measurement.weighed.unexcused is not None:
        return measurement.weighed.unexcused
    bare = measuring.seeing(frozenset(), by_cause=False)
    return bare.measured_once(measurement.attainment.of, measurement.attainment.period).attainment


def _is_touched(measurement: Measurement) -> bool:
    """Whether anything of a measurement is excused, so that it could have been otherwise."""
    basis = measurement.basis
    if any(each.is_accepted for each in measurement.reliefs):
        return True
    if isinstance(basis, MeasuredTickets | MeasuredTally):
        return bool(basis.excused)
    if isinstance(basis, MeasuredDowntime | MeasuredOutages):
        return basis.breach is not None and any(each.excused for each in basis.breach.occasions)
    if isinstance(basis, MeasuredComposite):
        return any(_is_touched(each) for each in basis.levels)
    return False


def naming_nothing(excuses: Excuses, agreement: Agreement) -> tuple[Finding, ...]:
    """That a relief names tickets or items of which no row is known: it would be passed over in silence."""
    found = []
    for relief in (each.relief for each in excuses.applied(agreement)):
        missing = excuses.unknown_to(relief, agreement.services)
        if missing and relief.status in (ReliefStatus.ACCEPTED, ReliefStatus.CLAIMED):
            what = "tickets" if relief.tickets else "deliverables"
            found.append(
                Finding(
                    "RELIEF_OF_NOTHING", Severity.WARNING, FindingKind.EVIDENCE,
                    f"Relief {relief.name} excuses {what} of which no row of {agreement.name}'s services is known: "
                    f"{', '.join(missing[:10])}{' and others' if len(missing) > 10 else ''}.",
                    agreement.name,
                    clauses=(relief.clause,) if relief.clause else (),
                    figures={"unknown": str(len(missing))},
                    cure=f"Put the names right in the relief, or send the {what}.",
                )
            )  # fmt: skip
    return tuple(found)


def _any_besides_breach(reliefs: list[Relief], effect: Effect) -> bool:
    return any(effect in each.effects and Effect.BREACH not in each.effects for each in reliefs)


def _bearing(measuring: Measuring, measurement: Measurement) -> tuple[Applied, ...]:
    """The reliefs of the level's agreement that concern what was measured in the period."""
    of, period = measurement.attainment.of, measurement.attainment.period
    if of.level.duty is not None:
        return ()
    start, end = measuring.instants(of, period)
    found = []
    for each in measuring.excuses.applied(of.agreement):
        relief = each.relief
        if not relief.concerns(of.level.name):
            continue
        if relief.span is not None:
            bears = relief.span[0] < end and start < relief.span[1]
        else:
            bears = not _named(measurement).isdisjoint(relief.tickets | relief.deliverables)
        if bears:
            found.append(each)
    return tuple(found)


def _named(measurement: Measurement) -> frozenset[str]:
    """The tickets or items that fall in the period, struck out or not."""
    basis = measurement.basis
    if isinstance(basis, MeasuredTickets):
        return frozenset((basis.whole or basis.measure).names())
    if isinstance(basis, MeasuredTally):
        whole = basis.whole or basis.tally
        return frozenset(name for row in range(len(whole)) if (name := whole.label[row]))
    return frozenset()


def _said(
    measuring: Measuring, measurement: Measurement, applied: Applied, lifted: frozenset[str]
) -> list[Finding]:
    relief, of = applied.relief, measurement.attainment.of
    if (
        relief.status is ReliefStatus.ACCEPTED
        and applied.timeliness is not None
        and applied.timeliness.is_late
    ):
        return [_late(of.agreement.name, of.level.name, of.service, applied, applied.timeliness)]
    if relief.status is ReliefStatus.CLAIMED:
        effects = BY_BREACH if Effect.BREACH in relief.effects else BY_CREDIT
        taken = measuring.seeing(effects, including=frozenset({relief.name}))
        would_be = taken.measured_once(of, measurement.attainment.period, lifted).attainment
        return [_claimed(relief, measurement.attainment, would_be)]
    return []


def _late(agreement: str, level: str, service: str, applied: Applied, stands: Timeliness) -> Finding:
    relief = applied.relief
    days = decimal_text(stands.days_late)
    due = f"notice was due by {stands.deadline.isoformat()}"
    said = (
        f"was given {_days(days)} late" if stands.is_given else f"was never given, {_days(days)} after that"
    )
    meaning = (
        "timely notice is a condition, so the relief is void"
        if applied.is_void
        else "timely notice is no condition, so the relief stands"
    )
    return Finding(
        "NOTICE_LATE", Severity.WARNING, FindingKind.EVIDENCE,
        f"Relief {relief.name} ({relief.cause}): {due} and {said}; {meaning}.",
        agreement, level, service,
        clauses=(relief.clause,) if relief.clause else (),
        figures={"daysLate": days},
        cure="Have the other party waive the condition in writing, or settle without the relief."
        if applied.is_void
        else "Give notice in time: where it is a condition, the relief is lost.",
    )  # fmt: skip


def _days(text: str) -> str:
    return "1 day" if text == "1" else f"{text} days"


def _claimed(relief: Relief, attained: Attainment, would_be: Attainment) -> Finding:
    of = attained.of
    now, then = (f"{each.status.value} at {_shown(each.value)}" for each in (attained, would_be))
    change = (
        f"{now} would be {then}" if Effect.BREACH in relief.effects else f"the credit would be that of {then}"
    )
    figures = {
        name: decimal_text(value)
        for name, value in (("value", attained.value), ("relieved", would_be.value))
        if value is not None
    }
    return Finding(
        "RELIEF_CLAIMED", Severity.INFO, FindingKind.EVIDENCE,
        f"Relief {relief.name} ({relief.cause}) is only claimed, so it relieves nothing. Accepted, {change}.",
        of.agreement.name, of.level.name, of.service,
        clauses=(relief.clause,) if relief.clause else (),
        figures=figures,
        cure="Accept or reject the claim.",
    )  # fmt: skip


def _shown(value: Fraction | None) -> str:
    return "no value" if value is None else decimal_text(value, finite_max=9)
