"""From the conditions of documents to the values of the domain: those of rights to terminate, and those of credits.

The problem: one language says when an agreement may be ended and when a credit falls due. A condition may nest, and
whoever asks must see only what it means; a credit, besides, asks most often of its own level, which it knows already.

Example: ``when: {misses: 3, of: availability, within: P6M}`` becomes ``Misses(3, LevelReference(...), 6 months)``.

Limits: only for documents without errors.
"""

from decimal import Decimal
from fractions import Fraction

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
from documents.terms import Bounded
from domain import credit_terms
from domain.bounds import Bound, BoundSide
from domain.durations import Duration
from domain.errors import InvalidValue
from domain.instants import SECOND
from domain.metrics import LevelReference
from domain.money import Money
from domain.termination import terms

__all__ = ["bound_of", "boundary_of", "condition_of", "level_named", "when_of"]


def when_of(text: ConditionText, own: LevelReference, currency: str) -> credit_terms.When:
    """The condition of a credit: on the periods of its own level, or on whatever else.

    ``own`` is the level that carries the credit; a condition that names no level asks of that.
    """
    match text:
        case AnyCondition():
            return credit_terms.Several(tuple(when_of(part, own, currency) for part in text.any), is_any=True)
        case AllConditions():
            return credit_terms.Several(
                tuple(when_of(part, own, currency) for part in text.all), is_any=False
            )
        case MissesCondition() | ConsecutiveCondition() if _is_on(own, text.of):
            in_a_row = isinstance(text, ConsecutiveCondition)
            count = text.consecutive if isinstance(text, ConsecutiveCondition) else text.misses
            against_minimum = text.against == "minimum"
            return credit_terms.Misses(count, bound_of(text.value), text.within, in_a_row, against_minimum)
        case ValueCondition() if _is_on(own, text.of):
            return credit_terms.Misses(1, bound_of(text.value), against_minimum=text.against == "minimum")
        case _:
            return credit_terms.OnOthers(condition_of(text, own.agreement, currency))


def _is_on(own: LevelReference, of: str | None) -> bool:
    return of is None or level_named(of, own.agreement) == own


def condition_of(text: ConditionText, agreement: str, currency: str) -> terms.Condition:
    """A condition of an agreement; a level without an agreement is its own, amounts are in its currency."""
    match text:
        case AnyCondition():
            return terms.AnyPart(tuple(condition_of(part, agreement, currency) for part in text.any))
        case AllConditions():
            return terms.AllParts(tuple(condition_of(part, agreement, currency) for part in text.all))
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


def bound_of(bound: Bounded | None) -> Bound | None:
    """A bound of a condition; None where none is written."""
    if bound is None:
        return None
    for side, value in (
        (BoundSide.BELOW, bound.below),
        (BoundSide.ABOVE, bound.above),
        (BoundSide.AT_LEAST, bound.at_least),
        (BoundSide.AT_MOST, bound.at_most),
    ):
        if value is not None:
            return Bound(side, boundary_of(value))
    return None


def boundary_of(bound: Decimal | Duration | None) -> Fraction:
    """A boundary in the value's own unit; a duration in seconds."""
    if isinstance(bound, Duration):
        return Fraction(bound.exact_micros(), SECOND)
    return Fraction(bound or 0)


def level_named(reference: str, agreement: str) -> LevelReference:
    """A level of this agreement, or of another as agreement/serviceLevel."""
    other, _, level = reference.rpartition("/")
    return LevelReference(other or agreement, level)
