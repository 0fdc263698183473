"""What became of an issued statement, as the schema shows it: its steps, and what its notes changed and why."""

from datetime import datetime

import strawberry

from api.graphql.describing import described, said
from api.graphql.money import Money, money, optional_money
from api.graphql.scalars import DecimalText, optional_number
from domain.errors import CurrencyMismatch
from domain.instants import as_datetime
from settlement.records.causes import Cause, CauseKind
from settlement.records.difference import LineDifference
from settlement.records.documents import StatementDocument
from settlement.records.life import Act, StatementAct
from settlement.records.record import StatementRecord

__all__ = [
    "AdjustmentCause",
    "AdjustmentDue",
    "LineChange",
    "StatementStep",
    "adjustment_cause",
    "adjustment_due",
    "line_change",
    "statement_step",
]


@described
class AdjustmentCause:
    """One thing that made an adjustment necessary."""

    kind: CauseKind = said("What kind of thing it is.")
    name: str = said("The file of evidence, or the document.")
    version: int | None = said("The document's version; null: it is no document.")
    sha256: str | None = said(
        "The hash of the batch, or of what the document says now; null: it was taken away."
    )
    services: list[str] = said("The services that it speaks of; empty: it may concern every line.")
    text: str = said("The cause in words.")


@described
class LineChange:
    """One line of a statement before and after."""

    service_level: str = said("The level, by its name.")
    service: str = said("The service.")
    consumer: str | None = said("The customer that it is measured for by itself; null: for all together.")
    value_before: DecimalText | None = said("The value that was credited; null: there was no such line.")
    value_after: DecimalText | None = said("The value that is credited now; null: the line is taken away.")
    percent_before: DecimalText | None = said(
        "The percentage that was credited; null: no such line, or an amount."
    )
    percent_after: DecimalText | None = said("The percentage now; null: no such line any more, or an amount.")
    base_before: Money | None = said("What the percentage was of.")
    base_after: Money | None = said("What the percentage is of now.")
    net_before: Money | None = said("What was left after the remedies; null: there was no such line.")
    net_after: Money | None = said("What is left now; null: the line is taken away.")
    amount: Money = said("By how much the line's own credit changes.")
    net: Money = said("By how much what is left of it changes.")
    causes: list[AdjustmentCause] = said("Why this line changed; empty where no note was made yet.")


@described
class AdjustmentDue:
    """What an adjustment note would say now."""

    gross: Money = said("By how much the sum of the amounts changes.")
    net: Money = said("By how much what is due changes.")
    lines: list[LineChange] = said("Each line that changes.")


@described
class StatementStep:
    """One step of a statement."""

    act: StatementAct = said("What was done.")
    at: datetime = said("When.")
    actor: str = said("Who did it.")
    reason: str = said("Why.")
    version: int = said("The document that it is about: 1 the statement, then its notes.")
    lines: list[int] = strawberry.field(
        description="The numbers of the lines that a dispute is about, from 1; empty: all of them."
    )


def adjustment_cause(cause: Cause) -> AdjustmentCause:
    """A cause as the schema shows it."""
    return AdjustmentCause(
        kind=cause.kind,
        name=cause.name,
        version=cause.version,
        sha256=cause.sha256,
        services=list(cause.services),
        text=cause.what,
    )


def line_change(change: LineDifference, causes: tuple[Cause, ...] = ()) -> LineChange:
    """A changed line as the schema shows it."""
    line, before, after = change.line, change.before, change.after
    return LineChange(
        service_level=line.service_level,
        service=line.service,
        consumer=line.customer,
        value_before=None if before is None else optional_number(before.value),
        value_after=None if after is None else optional_number(after.value),
        percent_before=None if before is None else optional_number(before.percent),
        percent_after=None if after is None else optional_number(after.percent),
        base_before=None if before is None else optional_money(before.base),
        base_after=None if after is None else optional_money(after.base),
        net_before=optional_money(None if before is None else before.net),
        net_after=optional_money(None if after is None else after.net),
        amount=money(change.amount),
        net=money(change.net),
        causes=[adjustment_cause(each) for each in causes],
    )


def adjustment_due(record: StatementRecord, recalculated: StatementDocument) -> AdjustmentDue | None:
    """What a note would say; None where nothing would be in it, or the currency changed."""
    try:
        change = record.outstanding(recalculated)
    except CurrencyMismatch:
        return None
    if change.is_nothing:
        return None
    return AdjustmentDue(
        gross=money(change.gross),
        net=money(change.net),
        lines=[line_change(each) for each in change.lines],
    )


def statement_step(act: Act) -> StatementStep:
    """A step as the schema shows it."""
    return StatementStep(
        act=act.act,
        at=as_datetime(act.at),
        actor=act.actor,
        reason=act.reason,
        version=act.number,
        lines=list(act.lines),
    )
