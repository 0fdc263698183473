"""Statements of record in the store: issued, disputed, upheld, adjusted and settled, each step with its audit entry.

The problem: a statement is made from a run, and the next run may say something else. What was issued stands; what the
next run says differently becomes a note that names its cause.

Example: ``statement_issue(store, reader, StatementOrder("sla-web-shop", march, None, "ada", "month end"))``.

The way: what a step needs is worked out first; one transaction at the end looks again whether the step is allowed, and
writes the document, the step and the audit entry, or nothing.

Limits: a statement belongs to one agreement, one consumer and one month. Which run a draft is made from is the reader's
to say: the last one of the month, else of the quarter or year that it was settled with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError, UnknownNameError
from api.services.inputs import inputs_of, scope_of
from api.services.storing import order_answer
from domain.errors import CurrencyMismatch
from domain.periods import Period, PeriodKind
from ola.chain import Chain
from settlement.records.causes import causes
from settlement.records.documents import StatementDocument, document_of
from settlement.records.life import Act, IllegalAct, StatementAct, StatementStatus, require_allowed
from settlement.records.record import (
    AdjustmentNote,
    IssuedDocument,
    StatementRecord,
    adjustment_explanation,
    document_explanation,
    note_causes,
)
from store.mappers import hash_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from api.services.stored import StoredReader
    from api.services.storing import Store
    from domain.explanation import Explanation
    from settlement.records.causes import Cause
    from settlement.records.difference import Difference
    from settlement.results import Statement
    from store.codec import Json
    from store.repositories.settlements import RunHead
    from store.repositories.statements import RecordKey
    from store.unit_of_work import UnitOfWork

__all__ = [
    "StatementOrder",
    "StatementView",
    "adjustable",
    "explanation_of",
    "require_month",
    "statement_act",
    "statement_view",
    "statement_views",
]


@dataclass(frozen=True, slots=True)
class StatementOrder:
    """A step of one statement, who takes it and why; ``consumer`` None where the agreement has one statement a month.

    ``lines`` are the numbers (from 1) of the lines that a dispute is about; none: all of them.
    """

    act: StatementAct
    agreement: str
    period: Period
    consumer: str | None
    actor: str
    reason: str
    key: str | None = None
    lines: tuple[int, ...] = ()

    @property
    def action(self) -> str:
        """The name that the audit trail and the API know it by."""
        return f"statement{self.act.value.capitalize()}"

    def said(self) -> dict[str, Json]:
        """What tells it from another order."""
        return {
            "agreement": self.agreement,
            "period": self.period.name,
            "consumer": self.consumer,
            "lines": list(self.lines),
        }


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement as it can be shown: of record, as the last run gives it, or both.

    ``recalculated`` is what run ``run``, as known on ``as_of``, gives; None where the month has no settlement of it.
    """

    agreement: str
    consumer: str
    period: Period
    record: StatementRecord | None
    recalculated: StatementDocument | None
    run: str | None
    as_of: date | None
    statement: Statement | None = None

    @property
    def document(self) -> StatementDocument:
        """What was issued, else the draft."""
        found = self.recalculated if self.record is None else self.record.issued.document
        if found is None:
            raise LookupError(f"{self.agreement} has no statement of {self.period.name}.")
        return found

    @property
    def status(self) -> StatementStatus:
        """How far it has come."""
        return StatementStatus.DRAFT if self.record is None else self.record.status

    @property
    def with_ledger(self) -> Statement | None:
        """The settled statement that tells the ledger of what is shown; None once another would be settled now."""
        return self.statement if self.document == self.recalculated else None

    @property
    def outstanding(self) -> Difference | None:
        """What an adjustment note would say now; None where nothing would be in it, or nothing can be compared."""
        if self.record is None or self.recalculated is None:
            return None
        try:
            found = self.record.outstanding(self.recalculated)
        except CurrencyMismatch:
            return None
        return None if found.is_nothing else found


# ------------------------------------------------------------------------------------------------ reading


def statement_views(
    store: Store, reader: StoredReader, period: Period, agreement: str | None = None
) -> tuple[StatementView, ...]:
    """The statements of a month, of record and as recalculated, by agreement and consumer."""
    require_month(period)
    with store.reading() as work:
        records = work.statements.records([period.name], agreement, explained=agreement is not None)
    head = reader.head_of(period)
    drafts: dict[tuple[str, str], Statement] = {}
    if head is not None:
        for each in reader.settlement_by(head).statements:
            if each.period == period and agreement in (None, each.agreement):
                drafts[each.agreement, each.consumer] = each
    found = []
    for name, consumer in sorted({*drafts, *((key[0], key[1]) for key in records)}):
        draft = drafts.get((name, consumer))
        found.append(
            StatementView(
                name,
                consumer,
                period,
                records.get((name, consumer, period.name)),
                None if draft is None else document_of(draft),
                None if head is None or draft is None else head.run.id,
                None if head is None else head.run.as_of,
                draft,
            )
        )
    return tuple(found)


def statement_view(
    store: Store, reader: StoredReader, agreement: str, period: Period, consumer: str | None
) -> StatementView:
    """One statement. Raises RequestError where there is none, or the agreement has several and none was chosen."""
    found = statement_views(store, reader, period, agreement)
    chosen = [each for each in found if consumer in (None, each.consumer)]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise RequestError(
            Fault(
                "NAME",
                f"{agreement} has a statement for each of {len(chosen)} consumers",
                f"Say whose: {', '.join(each.consumer for each in chosen)}",
            )
        )
    if found and consumer is not None:
        raise UnknownNameError("consumer of this statement", consumer, [each.consumer for each in found])
    head = reader.head_of(period)
    if head is None:
        raise RequestError(
            Fault(
                "NOT_SETTLED",
                f"{period.name} was not settled, so there is no statement of it",
                f"Settle it first: privity run --period {period.name}",
                value=period.name,
            )
        )
    names = sorted({each.agreement for each in reader.settlement_by(head).statements})
    if agreement in names:
        raise RequestError(
            Fault("NAME", f"{agreement} has no statement of {period.name}", "Give a month of its term")
        )
    raise UnknownNameError(f"agreement with a statement of {period.name}", agreement, names)


def adjustable(store: Store, reader: StoredReader, period: Period) -> tuple[StatementView, ...]:
    """The issued statements of a month that the last run says something else of."""
    return tuple(view for view in statement_views(store, reader, period) if view.outstanding is not None)


# ------------------------------------------------------------------------------------------------- orders


def statement_act(store: Store, reader: StoredReader, order: StatementOrder) -> StatementView:
    """Take a step of a statement. Raises RequestError with the reason where it cannot be taken: nothing has changed."""
    with store.reading() as work:
        done = order_answer(work, order.key, order.action, order.said())
    view = statement_view(store, reader, order.agreement, order.period, order.consumer)
    if done:
        return view
    _require_allowed(view.record, order.act)
    _require_sense(order, view)
    document: IssuedDocument | AdjustmentNote | None = None
    if order.act is StatementAct.ISSUE:
        document = _issued(store, reader, view)
    elif order.act is StatementAct.ADJUST:
        document = _note(store, reader, view)
    with store.writing() as work:
        if not order_answer(work, order.key, order.action, order.said()):
            _write(store, work, order, view, document)
    return statement_view(store, reader, order.agreement, order.period, view.consumer)


def _write(
    store: Store,
    work: UnitOfWork,
    order: StatementOrder,
    view: StatementView,
    document: IssuedDocument | AdjustmentNote | None,
) -> None:
    key: RecordKey = (view.agreement, view.consumer, view.period.name)
    before = work.statements.record(*key)
    if before != view.record:
        raise RequestError(
            Fault(
                "STATEMENT",
                f"somebody else took a step of the statement of {view.agreement} for {view.period.name} just now",
                "Look at it again, and give the order again if it still makes sense",
            )
        )
    number = 1 + (0 if before is None else len(before.notes)) + isinstance(document, AdjustmentNote)
    act = Act(
        order.act,
        store.clock() if document is None else document.at,
        order.actor,
        order.reason,
        number,
        order.lines,
    )
    if isinstance(document, IssuedDocument):
        work.statements.issue(document, act)
    elif isinstance(document, AdjustmentNote):
        work.statements.note(key, document, len(before.acts) + 1 if before else 1, act)
    else:
        work.statements.step(key, len(before.acts) + 1 if before else 1, act)
    after = work.statements.record(*key)
    work.audit.write(
        act.at,
        order.actor,
        order.action,
        "/".join(key),
        order.reason,
        order.key,
        before=_summary(before),
        after=_summary(after),
    )
    work.audit.keep(order.key, order.action, hash_of(order.said()), list(key))


def _summary(record: StatementRecord | None) -> Json:
    """What the audit trail keeps of a statement: how far it has come, what was issued, and what stands."""
    if record is None:
        return {"status": StatementStatus.DRAFT.value}
    standing = record.standing
    return {
        "status": record.status.value,
        "run": record.run,
        "notes": len(record.notes),
        "issued": record.issued.document.net.text(),
        "net": standing.net.text(),
        "currency": standing.currency,
    }


def _issued(store: Store, reader: StoredReader, view: StatementView) -> IssuedDocument:
    if view.recalculated is None or view.run is None:
        raise LookupError(f"{view.agreement} has no statement of {view.period.name}.")
    tree = explanation_of(reader, view)
    return IssuedDocument(store.clock(), view.run, view.recalculated, tree)


def _note(store: Store, reader: StoredReader, view: StatementView) -> AdjustmentNote:
    record = view.record
    head = None if view.run is None else reader.head(view.run)
    if record is None or view.recalculated is None or head is None:
        raise RequestError(
            Fault(
                "STATEMENT",
                f"the last settlement of {view.period.name} has no statement of {view.agreement} to compare with",
                f"Settle it first: privity run --period {view.period.name}",
            )
        )
    earlier = reader.head(record.run)
    if earlier is not None and head.run.as_of < earlier.run.as_of:
        raise RequestError(
            Fault(
                "STATEMENT",
                f"the last settlement of {view.period.name} is as known on {head.run.as_of.isoformat()}; what stands "
                f"was made from what was known on {earlier.run.as_of.isoformat()}",
                f"Settle it again as of a later day: privity run --period {view.period.name} --as-of DATE",
            )
        )
    try:
        change = record.outstanding(view.recalculated)
    except CurrencyMismatch as mismatch:
        raise RequestError(Fault("STATEMENT", str(mismatch))) from mismatch
    if change.is_nothing:
        raise RequestError(
            Fault(
                "STATEMENT",
                f"there is nothing to adjust: the run {head.run.id} gives just what stands",
                "Take in the late evidence or the corrected document, and settle the month again first: "
                f"privity run --period {view.period.name} --as-of DATE",
            )
        )
    found = _causes(store, earlier, head, view.agreement, view.period)
    chain = Chain.of(store.contracts(head.set_id).portfolio)
    stands_on = {
        each.line.service: frozenset(chain.closure(each.line.service))
        for each in change.lines
        if each.line.service in chain.services
    }
    tree = adjustment_explanation(record.standing.net, explanation_of(reader, view), view.period.name)
    return AdjustmentNote(
        len(record.notes) + 2,
        store.clock(),
        head.run.id,
        change,
        found,
        note_causes(change.lines, found, stands_on),
        tree,
    )


def _causes(
    store: Store, earlier: RunHead | None, head: RunHead, agreement: str, month: Period
) -> tuple[Cause, ...]:
    """What the run behind what stands had not read, or had read otherwise."""
    if earlier is None:
        return ()
    portfolios = [store.contracts(each.set_id).portfolio for each in (earlier, head)]
    scope = scope_of(portfolios, agreement)
    every = {name for portfolio in portfolios for name in portfolio.services}
    wanted = every if scope.services is None else scope.services
    limits = wanted, scope.charged, month
    found = causes(inputs_of(store, earlier, *limits), inputs_of(store, head, *limits), scope)
    if found or wanted == every:
        return found
    return causes(inputs_of(store, earlier, every), inputs_of(store, head, every), scope)


def explanation_of(reader: StoredReader, view: StatementView) -> Explanation:
    """How the statement's net came about, from the evidence of the run that it was made from."""
    if view.statement is None or view.run is None:
        raise LookupError(f"{view.agreement} has no statement of {view.period.name}.")
    trees = reader.line_explanations(view.run, view.period, view.agreement, view.consumer)
    return document_explanation(view.statement, trees)


def require_month(period: Period) -> None:
    """Raise RequestError for a period that has no statement of its own."""
    if period.kind is not PeriodKind.MONTH:
        raise RequestError(
            Fault(
                "PERIOD",
                f"{period.name} has no statement of its own: statements are drawn up month by month",
                "Give a month like 2026-03",
                value=period.name,
            )
        )


def _require_allowed(record: StatementRecord | None, act: StatementAct) -> None:
    try:
        require_allowed((each.act for each in record.acts) if record else (), act)
    except IllegalAct as refused:
        raise RequestError(Fault("STATEMENT", refused.message, refused.cure)) from refused


def _require_sense(order: StatementOrder, view: StatementView) -> None:
    if order.act in (StatementAct.DISPUTE, StatementAct.UPHOLD) and not order.reason.strip():
        raise RequestError(
            Fault("USAGE", f"a statement is {_SAID[order.act]} for a reason", "Say why: --reason TEXT")
        )
    count = len(view.record.standing.lines) if view.record else 0
    wrong: Sequence[int] = [number for number in order.lines if not 1 <= number <= count]
    if wrong:
        lines = "no lines" if not count else f"the lines 1 to {count}" if count > 1 else "line 1 only"
        raise RequestError(Fault("NAME", f"the statement has {lines}, not {wrong[0]}", value=str(wrong[0])))


_SAID = {StatementAct.DISPUTE: "disputed", StatementAct.UPHOLD: "upheld"}
