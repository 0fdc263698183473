"""What of a simulated year cannot be simulated, and why: said by name, so that nobody takes a part for the whole.

The problem: a figure that leaves something out and does not say so is worse than none. So each agreement, level and
right is asked once whether everything that it hangs on is drawn; where not, it is named with the reason.

Example: a level that counts outages is left out: only how long services are down is drawn, and what months came to.

Limits: figures of an agreement of which a credit is left out are too small by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.agreements import (
    Agreement,
    AgreementType,
    Apportionment,
    AvailabilityMetric,
    CompositeMetric,
    CountFrom,
    OutageCountMetric,
    PassThroughCredit,
    PerFailuresCredit,
    ServiceLevel,
)
from domain.attainment import LevelOn
from domain.credits.when import asked_by
from domain.metrics import LevelReference
from domain.periods import PeriodKind
from domain.remedies import Apportion, OneIncident
from domain.termination.terms import (
    AllParts,
    AnyPart,
    AverageIs,
    Condition,
    Convenience,
    CreditsAtCap,
    CreditsReach,
    EventRecorded,
    OutageHoursExceed,
    OutagesExceed,
    PointsReach,
)
from settlement.measured import MeasuredDowntime, Measurement
from settlement.past_outages import counting_level
from settlement.settle import Settling

__all__ = ["LeftOut", "why_not_agreement", "why_not_level", "why_not_right", "why_not_spanning"]

_APART = frozenset(PeriodKind) - {PeriodKind.DAY_WINDOW}
"""Periods that follow one another; windows of days that are judged each day lie over one another."""


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """Something that is not simulated, and why."""

    agreement: str
    what: str
    why: str


def why_not_agreement(agreement: Agreement) -> str | None:
    """Why nothing of an agreement can be simulated; None where it can."""
    if agreement.remedies.one_incident is not OneIncident.ALL:
        return "what one incident costs hangs on the incident"
    return None


def why_not_level(settling: Settling, of: LevelOn, measurement: Measurement) -> str | None:
    """Why a level cannot be simulated; None where it can."""
    credit = of.level.credit
    if isinstance(credit, PerFailuresCredit):
        return "its credit counts single failures over months"
    if isinstance(credit, PassThroughCredit):
        return "its credit passes on what customers are credited"
    if of.level.shared is not None and of.level.shared.apportion is Apportion.CREDIT:
        return "its credit is shared as customers are credited"
    asked = {type(condition) for condition in asked_by(of.level)}
    if asked & {OutagesExceed, OutageHoursExceed}:
        return "its credit hangs on how many outages there were"
    if AverageIs in asked:
        return "its credit hangs on a mean over months"
    if isinstance(of.level.metric, AvailabilityMetric):
        return _why_not_outages(settling, of, of.level.metric, measurement)
    if isinstance(of.level.metric, OutageCountMetric):
        return "it counts outages, and only how long services are down is drawn"
    if of.level.period.kind is not PeriodKind.MONTH:
        return "whole months are drawn for it, and its periods are others"
    if _stands_on_outages(settling, of.level, ()):
        return "it is made of levels on outages"
    return None


def _why_not_outages(
    settling: Settling, of: LevelOn, metric: AvailabilityMetric, measurement: Measurement
) -> str | None:
    level, agreement = of.level, of.agreement
    if not isinstance(measurement.basis, MeasuredDowntime) or not measurement.basis.agreed:
        return "it has no agreed service time"
    if level.period.kind not in _APART:
        return "it is judged each day over the days before it"
    if metric.weights or metric.count_from is not CountFrom.START:
        return "its downtime counts by severity, or from its report"
    follows_first = agreement.apportionment is Apportionment.FIRST_CAUSE
    if agreement.type is AgreementType.SLA and level.credit and follows_first:
        return "its credits are divided by who failed first"
    return _why_not_drawn(settling, agreement, of.service, of.judged_day(measurement.attainment.period))


def _why_not_drawn(settling: Settling, agreement: Agreement, service: str, day: date) -> str | None:
    """Why downtime of a service under an agreement cannot be drawn; None where it can."""
    if agreement.maintenance_rules:
        return "its maintenance is agreed only on notice or within an allowance"
    chain = settling.measuring.chain
    closure = chain.closure(service)
    if (
        "other_supplier" in agreement.exclusions
        and agreement.type is not AgreementType.SLA
        and len(closure) > 1
    ):
        return "what its own suppliers cause is excused"
    sides = settling.measuring.sides(agreement, day)
    if any(sides.side_of(chain.services[name].provider) == agreement.consumer for name in closure):
        return "it stands on what the customer runs"
    return None


def _stands_on_outages(settling: Settling, level: ServiceLevel, above: Collection[LevelReference]) -> bool:
    """Whether a composite is made, however deep, of anything that outages decide."""
    if not isinstance(level.metric, CompositeMetric):
        return isinstance(level.metric, AvailabilityMetric | OutageCountMetric)
    return any(
        _stands_on_outages(settling, each, (*above, reference))
        for reference in level.metric.of
        if reference not in above
        for version in settling.versions.get(reference.agreement, ())
        for each in version.levels
        if each.name == reference.level
    )


_OnOutages = OutagesExceed | OutageHoursExceed


def _why_not_counted(
    settling: Settling, when: OutagesExceed | OutageHoursExceed, agreement: Agreement
) -> str | None:
    """Why the outages of an agreement cannot be counted; None where they can."""
    for service in agreement.services:
        level = counting_level(agreement, service, None if when.of is None else when.of.level)
        if level is None:
            continue
        metric = level.metric
        if (
            isinstance(metric, AvailabilityMetric | OutageCountMetric)
            and metric.count_from is not CountFrom.START
        ):
            return "its downtime counts from its report"
        why = _why_not_drawn(settling, agreement, service, agreement.first)
        if why is not None:
            return why
    return None


def why_not_right(
    settling: Settling, when: Condition, agreement: Agreement, simulated: set[str]
) -> str | None:
    """Why a right is not simulated: "" where nothing has to be said, None where it is.

    ``simulated`` are the levels of the agreement that are.
    """
    if isinstance(when, AllParts) and any(isinstance(part, _OnOutages) for part in when.parts):
        return "it asks about outages together with something else"
    if isinstance(when, AnyPart | AllParts):
        whys = [why_not_right(settling, part, agreement, simulated) for part in when.parts]
        if isinstance(when, AnyPart) and any(why != "" for why in whys):
            # What hangs on nobody's failure brings no right about in a drawn year; another part may.
            whys = [why for why in whys if why != ""]
        elif isinstance(when, AllParts) and "" in whys and any(why != "" for why in whys):
            return "it needs something besides that nobody can draw"
        said = [why for why in whys if why is not None]
        return max(said, default=None, key=len)
    if isinstance(when, Convenience | EventRecorded):
        return ""
    if isinstance(when, CreditsReach | CreditsAtCap | PointsReach):
        credited = {level.name for level in agreement.levels if level.credit is not None}
        return None if credited <= simulated else "it asks about credits that are not all simulated"
    if when.of is not None and when.of.agreement != agreement.name:
        return "it asks about a level of another agreement"
    if isinstance(when, _OnOutages):
        return _why_not_counted(settling, when, agreement)
    asked = {level.name for level in agreement.levels} if when.of is None else {when.of.level}
    return None if asked <= simulated else "it asks about a level that is not simulated"


class Spanned(Protocol):
    """A part of an umbrella: its agreement."""

    @property
    def agreement(self) -> Agreement:
        """The agreement."""
        ...


def why_not_spanning(
    when: Condition, umbrella: Agreement, parts: Sequence[Spanned], left_out: Collection[LeftOut]
) -> str | None:
    """Why a right of an umbrella is not simulated: "" where nothing has to be said, None where it is."""
    if isinstance(when, AnyPart | AllParts):
        said = {why_not_spanning(part, umbrella, parts, left_out) for part in when.parts}
        if isinstance(when, AnyPart) and said != {""}:
            said -= {""}
        return max((why for why in said if why is not None), default=None, key=len)
    if isinstance(when, Convenience | EventRecorded):
        return ""
    if isinstance(when, OutagesExceed | OutageHoursExceed | PointsReach):
        return "it counts outages or points of all parts of an umbrella"
    if not parts:
        return "no agreement under the umbrella is simulated"
    if isinstance(when, CreditsReach | CreditsAtCap) and any(
        each.agreement.currency != umbrella.currency for each in parts
    ):
        return "it adds up credits of several currencies"
    if any(each.agreement in {part.agreement.name for part in parts} for each in left_out):
        return "not all of the umbrella's parts is simulated"
    return None
