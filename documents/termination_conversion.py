"""From the termination rights and notices of documents to the values of the domain.

The problem: a fee may be one amount or a schedule, and a notice's instant is a day on the agreement's own clocks; the
core must see only what these mean.

Example: ``exercise: {within: P60D}`` becomes an ``exercise_within`` of 60 days.

Limits: only for documents without errors.
"""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from documents.condition_conversion import condition_of
from documents.kinds import NoticeDocument
from documents.remedies import FeeSchedule, FeeStep, FeeText, FlatFee, TerminationRightText
from documents.terms import MoneyText
from domain.money import Money
from domain.termination import terms

__all__ = ["notice_of", "right_of"]


def right_of(text: TerminationRightText, agreement: str, currency: str) -> terms.TerminationRight:
    """A termination right of an agreement; amounts are in its currency."""
    return terms.TerminationRight(
        name=text.name,
        when=condition_of(text.when, agreement, currency),
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
