"""The written form of a dossier.

The problem: a dossier goes into other people's tools too, with every figure exact and every claim cited.

Example: a breach has ``"evidence": [1, 4]``; rows 1 and 4 of ``evidence`` name their file and line. A right and a
statement have such a list for each of their grounds, or lines, in their order.

Limits: nothing here computes. Keys are added to, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.shapes.agenda import entry_shape
from api.shapes.consequence import consequence_shape
from api.shapes.explanation import explanation_shape
from api.shapes.parts import Shape
from api.shapes.settlement import (
    attainment_shape,
    breach_shape,
    finding_shape,
    statement_shape,
    termination_right_shape,
)
from api.shapes.statement import claim_shape
from domain.instants import isoformat
from domain.life import Signature
from store.codec import read_json

if TYPE_CHECKING:
    from api.services.dossier import Gathered
    from api.services.reading import EvidenceRow
    from domain.agreements import Agreement
    from domain.life import LifeAct
    from settlement.dossier import RightInFull
    from settlement.relieving import Applied
    from settlement.results import Breach, Statement
    from store.records import AuditEntry

__all__ = ["dossier_shape"]


def dossier_shape(gathered: Gathered) -> Shape:
    """A whole dossier."""
    dossier = gathered.dossier
    return {
        "subject": dossier.subject,
        "party": dossier.party,
        "asOf": dossier.as_of.isoformat(),
        "months": [month.name for month in dossier.months],
        "agreements": [_agreement(each) for each in dossier.agreements],
        "terminationRights": [_right(gathered, each) for each in dossier.rights],
        "attainments": [attainment_shape(each) for each in dossier.attainments],
        "breaches": [_breach(gathered, each) for each in dossier.breaches],
        "causedElsewhere": [_breach(gathered, each) for each in dossier.caused],
        "statements": [_statement(gathered, each) for each in dossier.statements],
        "claims": [claim_shape(each) for each in dossier.claims],
        "reliefs": [_relief(each) for each in dossier.reliefs],
        "decisions": [
            {
                "relief": each.relief,
                "status": each.status.value,
                "on": each.on.isoformat(),
                "by": each.by,
                "reason": each.reason,
            }
            for each in dossier.decisions
        ],
        "notices": [
            {
                "name": each.name,
                "agreement": each.agreement,
                "right": each.right,
                "act": each.act.value,
                "on": each.on.isoformat(),
                "event": each.event,
                "period": each.period,
                "reason": each.reason,
            }
            for each in dossier.notices
        ],
        "acts": [_act(each) for each in dossier.acts],
        "due": [entry_shape(each) for each in dossier.due],
        "findings": [finding_shape(each) for each in dossier.findings],
        "evidence": [_row(number, each) for number, each in enumerate(gathered.evidence, 1)],
        "audit": [_entry(each) for each in gathered.audit],
    }


def _agreement(each: Agreement) -> Shape:
    return {
        "name": each.name,
        "title": each.title,
        "version": each.version,
        "type": each.type.value,
        "provider": each.provider,
        "consumer": each.consumer,
        "services": list(each.services),
        "term": {"from": each.first.isoformat(), "to": each.last.isoformat()},
        "contacts": [
            {"role": one.role, "name": one.name, "email": one.email, "phone": one.phone}
            for one in each.contacts
        ],
    }


def _right(gathered: Gathered, each: RightInFull) -> Shape:
    cited = [gathered.ground_cites(each.status, ground) for ground in each.status.grounds]
    return {
        **termination_right_shape(each.status),
        "evidence": [list(found.numbers) for found in cited],
        "explanation": None if each.explanation is None else explanation_shape(each.explanation),
        "consequence": consequence_shape(each.consequence),
    }


def _statement(gathered: Gathered, each: Statement) -> Shape:
    cited = [gathered.line_cites(each, line) for line in each.lines]
    return {**statement_shape(each), "evidence": [list(found.numbers) for found in cited]}


def _breach(gathered: Gathered, each: Breach) -> Shape:
    cited = gathered.cites(each.attainment)
    return {
        **breach_shape(each),
        "clause": each.attainment.of.level.clause,
        "evidence": list(cited.numbers),
        "moreEvidence": cited.more,
    }


def _relief(each: Applied) -> Shape:
    relief, timeliness = each.relief, each.timeliness
    start, end = (None, None) if relief.span is None else relief.span
    return {
        "name": relief.name,
        "agreement": relief.agreement,
        "cause": relief.cause,
        "status": relief.status.value,
        "effects": [effect.value for effect in sorted(relief.effects)],
        "serviceLevels": None if relief.levels is None else sorted(relief.levels),
        "from": None if start is None else isoformat(start),
        "to": None if end is None else isoformat(end),
        "tickets": [*sorted(relief.tickets)],
        "deliverables": [*sorted(relief.deliverables)],
        "noticeGiven": None if relief.notice is None else isoformat(relief.notice.at),
        "noticeDeadline": None if timeliness is None else timeliness.deadline.isoformat(),
        "isLate": timeliness is not None and timeliness.is_late,
        "isVoid": each.is_void,
        "clause": relief.clause,
        "reason": relief.reason,
    }


def _act(each: LifeAct) -> Shape:
    what = f"signed for {each.party}" if isinstance(each, Signature) else each.to.value
    return {
        "name": each.name,
        "agreement": each.agreement,
        "version": each.version,
        "what": what,
        "on": each.on.isoformat(),
        "by": each.by,
        "reason": each.reason,
    }


def _row(number: int, each: EvidenceRow) -> Shape:
    return {
        "number": number,
        "kind": each.kind,
        "id": each.id,
        "service": each.service,
        "from": isoformat(each.start),
        "to": None if each.end is None else isoformat(each.end),
        "detail": each.detail,
        "source": each.source,
        "file": each.file,
        "line": each.line,
    }


def _entry(each: AuditEntry) -> Shape:
    return {
        "at": isoformat(each.at),
        "actor": each.actor,
        "action": each.action,
        "subject": each.subject,
        "reason": each.reason,
        "before": None if each.before is None else read_json(each.before),
        "after": None if each.after is None else read_json(each.after),
    }
