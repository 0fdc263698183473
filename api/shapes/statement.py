"""Statements of record in their one written form, for ``--json`` and for evidence packs.

The problem: an issued statement, its notes and its steps are read by programs of the other party too. Amounts are text,
names are those of `privity settle --json`, and nothing is left out.

Example: ``statement_record_shape(view, tree)["adjustments"][0]["lines"][0]["net"]`` is by how much a line changed.

Limits: keys and their order are part of the interface: they are added to, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.shapes.explanation import explanation_shape
from api.shapes.parts import JsonValue, Shape, money_shape
from api.shapes.settlement import earn_back_shape
from domain.instants import isoformat
from domain.money import decimal_text

if TYPE_CHECKING:
    from fractions import Fraction

    from api.services.records import StatementView
    from domain.explanation import Explanation
    from settlement.records.causes import Cause
    from settlement.records.claims import Claimable
    from settlement.records.difference import Difference, LineDifference
    from settlement.records.documents import RecordLine, StatementDocument
    from settlement.records.life import Act
    from settlement.records.record import AdjustmentNote

__all__ = ["claim_shape", "difference_shape", "document_shape", "statement_record_shape"]


def statement_record_shape(view: StatementView, tree: Explanation | None) -> Shape:
    """A statement with its status, its notes and its steps; ``outstanding`` is what a further note would say.

    ``earnBack`` is what the month did to the ledger, null where what was issued is not what would be settled now.
    """
    record = view.record
    with_ledger = view.with_ledger
    outstanding = view.outstanding
    standing = view.document if record is None else record.standing
    return {
        **document_shape(view.document),
        "earnBack": None if with_ledger is None else earn_back_shape(with_ledger),
        "version": 1,
        "status": view.status.value,
        "issuedAt": None if record is None else isoformat(record.issued.at),
        "run": view.run if record is None else record.issued.run,
        "standing": {"gross": money_shape(standing.gross), "net": money_shape(standing.net)},
        "adjustments": [] if record is None else [_note(note) for note in record.notes],
        "outstanding": None if outstanding is None else difference_shape(outstanding),
        "acts": [] if record is None else [_act(act) for act in record.acts],
        "explanation": None if tree is None else explanation_shape(tree),
    }


def document_shape(document: StatementDocument) -> Shape:
    """What a statement says."""
    return {
        "agreement": document.agreement,
        "type": document.type.value,
        "provider": document.provider,
        "consumer": document.consumer,
        "period": document.period,
        "lines": [_line(document.agreement, line) for line in document.lines],
        "gross": money_shape(document.gross),
        "earnedBack": money_shape(document.earned_back),
        "net": money_shape(document.net),
        "bonuses": [_line(document.agreement, line) for line in document.bonuses],
        "bonus": money_shape(document.bonus),
        "claimBy": None if document.claim_by is None else document.claim_by.isoformat(),
        "soleRemedy": document.is_sole_remedy,
        "countTowardDamages": document.counts_toward_damages,
    }


def difference_shape(change: Difference) -> Shape:
    """What changed, line by line; amounts are after less before."""
    return {
        "lines": [_changed(each) for each in change.lines],
        "bonuses": [_changed(each) for each in change.bonuses],
        "earnedBack": money_shape(change.earned_back),
        "gross": money_shape(change.gross),
        "net": money_shape(change.net),
        "terms": [{"name": each.name, "before": each.before, "after": each.after} for each in change.terms],
    }


def _note(note: AdjustmentNote) -> Shape:
    shape = difference_shape(note.change)
    lines = [
        {**_changed(each), "causes": list(note.line_causes[place])}
        for place, each in enumerate(note.change.lines)
    ]
    return {
        "version": note.number,
        "issuedAt": isoformat(note.at),
        "run": note.run,
        **shape,
        "lines": lines,
        "causes": [_cause(cause) for cause in note.causes],
        "explanation": None if note.explanation is None else explanation_shape(note.explanation),
    }


def _cause(cause: Cause) -> Shape:
    return {
        "kind": cause.kind.value,
        "name": cause.name,
        "version": cause.version,
        "sha256": cause.sha256,
        "services": list(cause.services),
        "text": cause.what,
    }


def _changed(change: LineDifference) -> Shape:
    line = change.line
    return {
        "serviceLevel": line.service_level,
        "service": line.service,
        "consumer": line.customer,
        "period": line.period,
        "before": None if change.before is None else _figures(change.before),
        "after": None if change.after is None else _figures(change.after),
        "amount": money_shape(change.amount),
        "net": money_shape(change.net),
    }


def _line(agreement: str, line: RecordLine) -> Shape:
    keys: Shape = {"agreement": agreement, "serviceLevel": line.service_level, "service": line.service}
    if line.customer is not None:
        keys["consumer"] = line.customer
    return {**keys, "period": line.period, **_figures(line)}


def _figures(line: RecordLine) -> Shape:
    return {
        "clause": line.clause,
        "scheme": line.scheme,
        "value": _number(line.value),
        "points": _number(line.points),
        "percent": _number(line.percent),
        "base": None if line.base is None else money_shape(line.base),
        "amount": money_shape(line.amount),
        "net": money_shape(line.net),
    }


def _act(act: Act) -> Shape:
    return {
        "act": act.act.value,
        "at": isoformat(act.at),
        "actor": act.actor,
        "reason": act.reason,
        "version": act.number,
        "lines": list(act.lines),
    }


def _number(value: Fraction | None) -> JsonValue:
    return None if value is None else decimal_text(value)


def claim_shape(claim: Claimable) -> Shape:
    """A supplier's credit and its claim: ``daysLeft`` of an open one, ``recoverable`` nothing of a lapsed one."""
    return {
        "agreement": claim.agreement,
        "vendor": claim.vendor,
        "consumer": claim.consumer,
        "period": claim.period.name,
        "status": claim.status.value,
        "net": money_shape(claim.net),
        "recoverable": money_shape(claim.recoverable),
        "claimBy": None if claim.claim_by is None else claim.claim_by.isoformat(),
        "claimedAt": None if claim.claimed_at is None else claim.claimed_at.isoformat(),
        "daysLeft": claim.days_left,
    }
