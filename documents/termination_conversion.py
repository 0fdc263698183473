"""From the termination rights and notices of documents to the values of the domain.

The problem: a condition may nest, a fee may be one amount or a schedule, and a notice's instant is a day on the
agreement's own clocks; the core must see only what these mean.

Example: ``when: {misses: 3, of: availability, within: P6M}`` becomes ``Misses(3, LevelReference(...), 6 months)``.

Limits: only for documents without errors.
"""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from documents.conditions import (
    AllConditions,
    AnyCondition,
    AverageCondition,
    ConditionText,
    ConsecutiveCondition,
    ConvenienceCondition,
    CreditsAtCapCondition,
    CreditsCondition,
    EventCondition,
    MissesCondition,
    OutageHoursCondition,
    OutagesCondition,
    PointsCondition,
    ValueCondition,
)  # fmt: skip
from documents.credit_conversion import level_named
from documents.kinds import NoticeDocument
from documents.remedies import FeeSchedule, FeeStep, FeeText, FlatFee, TerminationRightText
from documents.scheme_conversion import bound_of
from documents.terms import Bounded, MoneyText
from domain.credit_terms import Bound
from domain.errors import InvalidValue
from domain.metrics import LevelReference
from domain.money import Money
from domain.termination import terms

__all__ = ["notice_of", "right_of"]


def right_of(text: TerminationRightText, agreement: str, currency: str) -> terms.TerminationRight:
    """A termination right of an agreement; amounts are in its currency."""
    return terms.TerminationRight(
        name=text.name,
        when=_condition(text.when, agreement, currency),
        clause=text.clause,
        accrues=terms.Accrues(text.accrues),
        exercise_within=text.exercise.within if text.exercise is not None else None,
        notice=text.notice,
        cure=terms.Cure(text.cure.within, text.cure.from_ == "notice") if text.cure is not None else None,
        scope=terms.Scope(text.scope),
        fee=_fee(text.fee, currency),
    )


def notice_of(document: NoticeDocument, zone: ZoneInfo) -> terms.Notice:
    """A notice; an instant becomes the date that the agreement's clocks showed."""
    spec = document.spec
    day = spec.at.astimezone(zone).date() if isinstance(spec.at, datetime) else spec.at
    return terms.Notice(
        document.metadata.name, spec.agreement, terms.Act(spec.act), day, spec.right, spec.event, spec.period,
        spec.reason,
    )  # fmt: skip


def _condition(text: ConditionText, agreement: str, currency: str) -> terms.Condition:
    match text:
        case AnyCondition():
            return terms.AnyPart(tuple(_condition(part, agreement, currency) for part in text.any))
        case AllConditions():
            return terms.AllParts(tuple(_condition(part, agreement, currency) for part in text.all))
        case CreditsCondition():
            percent = None if text.credits.percent is None else Fraction(text.credits.percent)
            amount = None if text.credits.amount is None else Money(text.credits.amount, currency)
            return terms.CreditsReach(percent, amount, text.credits.of, text.months, text.within)
        case CreditsAtCapCondition():
            return terms.CreditsAtCap(text.credits_at_cap, text.within)
        case PointsCondition():
            return terms.PointsReach(Fraction(text.points), text.within)
        case ConvenienceCondition():
            # "convenience: false" is a right that nothing gives: any of nothing.
            return terms.Convenience() if text.convenience else terms.AnyPart(())
        case EventCondition():
            return terms.EventRecorded(text.event)
        case _:
            return _on_a_level(text, None if text.of is None else level_named(text.of, agreement))


def _on_a_level(
    text: MissesCondition
    | ConsecutiveCondition
    | ValueCondition
    | OutagesCondition
    | OutageHoursCondition
    | AverageCondition,
    of: LevelReference | None,
) -> terms.Condition:
    match text:
        case MissesCondition() | ConsecutiveCondition():
            in_a_row = isinstance(text, ConsecutiveCondition)
            count = text.consecutive if isinstance(text, ConsecutiveCondition) else text.misses
            value = bound_of(text.value)
            return terms.Misses(count, of, text.within, text.against == "minimum", value, in_a_row)
        case OutagesCondition():
            return terms.OutagesExceed(text.outages.more_than, text.within, of, text.longer_than)
        case OutageHoursCondition():
            return terms.OutageHoursExceed(Fraction(text.outage_hours.more_than), text.within, of)
        case AverageCondition():
            return terms.AverageIs(_bound(text.average), text.over, of)
        case _:
            return terms.ValueIs(_bound(text.value), of)


def _bound(bounded: Bounded) -> Bound:
    bound = bound_of(bounded)
    if bound is None:
        raise InvalidValue("A bound without a value cannot be read: write below, above, atLeast or atMost.")
    return bound


def _fee(text: FeeText | None, currency: str) -> tuple[terms.FeeStep, ...]:
    match text:
        case None:
            return ()
        case FlatFee():
            return (_fee_step(text, 0, currency),)
        case FeeSchedule():
            steps = text.schedule
        case _:
            steps = text
    found = [_fee_step(step, step.remaining_months, currency) for step in steps]
    return tuple(sorted(found, key=lambda step: -step.remaining_months))


def _fee_step(text: FlatFee | FeeStep, months: int, currency: str) -> terms.FeeStep:
    percent = None if text.percent is None else Fraction(text.percent)
    amount = None if text.amount is None else Money(text.amount, currency)
    base: str | Money
    match text.of:
        case None:
            base = "agreement"
        case str():
            base = text.of
        case MoneyText():
            base = Money(text.of.amount, currency)
        case _:
            base = Money(text.of, currency)
    return terms.FeeStep(months, percent, amount, base)
