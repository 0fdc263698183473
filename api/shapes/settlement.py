"""The written form of a settlement, as `privity settle --json` prints it and GraphQL answers it.

Example: a level that nothing measured has ``"status": "NO_DATA"`` and ``"value": null``.

Limits: a value that has no end in decimal has nine places; the exact comparison was made before.
"""

from __future__ import annotations

from collections.abc import Sequence

from api.shapes.parts import Shape, day_text, money_shape, number_text, party_text
from api.shapes.trace import trace_shape
from domain.attainment import Attainment, LevelOn
from domain.evidence import QuarantinedRow, SourceSummary
from domain.findings import Finding
from domain.instants import isoformat
from domain.measure.judging import minimum_of, misses_minimum
from domain.money import Money, decimal_text
from ola.responsibility import Excuse
from settlement.results import (
    Breach,
    CreditImpact,
    CreditLine,
    GapReason,
    PartyImpact,
    RightStatus,
    Settlement,
    Statement,
)


def settlement_shape(settlement: Settlement) -> Shape:
    """A whole settlement as `privity settle --json` prints it, every list in one fixed order."""
    return {
        "period": settlement.period.name,
        "asOf": settlement.as_of.isoformat(),
        "attainments": [
            {**attainment_shape(each), "quarantined": settlement.quarantined_behind(each)}
            for each in ordered_attainments(settlement)
        ],
        "breaches": [breach_shape(breach) for breach in ordered_breaches(settlement)],
        "statements": [statement_shape(statement) for statement in ordered_statements(settlement)],
        "creditImpact": [
            credit_impact_shape(impact)
            for impact in sorted(settlement.credit_impact, key=lambda impact: impact.currency)
        ],
        "terminationRights": [termination_right_shape(right) for right in settlement.rights],
        "findings": [finding_shape(finding) for finding in ordered_findings(settlement.findings)],
        "quarantine": [
            quarantine_shape(row)
            for row in sorted(settlement.quarantine, key=lambda row: (row.file, row.line, row.reason))
        ],
        "sources": [
            source_shape(source)
            for source in sorted(settlement.sources, key=lambda source: (source.file, source.kind))
        ],
    }


def ordered_attainments(settlement: Settlement) -> list[Attainment]:
    """Attainments by agreement, level, service and period."""
    return sorted(settlement.attainments, key=_attainment_order)


def ordered_breaches(settlement: Settlement) -> list[Breach]:
    """Breaches in the order of their attainments."""
    return sorted(settlement.breaches, key=lambda breach: _attainment_order(breach.attainment))


def ordered_statements(settlement: Settlement) -> list[Statement]:
    """Statements by agreement, consumer and period."""
    return sorted(settlement.statements, key=lambda s: (s.agreement, s.consumer, s.period.last.isoformat()))


def ordered_findings(findings: Sequence[Finding]) -> list[Finding]:
    """Findings by agreement, level, service, code and message."""
    return sorted(findings, key=Finding.order)


def attainment_shape(attainment: Attainment) -> Shape:
    """What a service level came to: a figure that is absent (nothing measured, not due) is null."""
    threshold, minimum = attainment.threshold, minimum_of(attainment)
    return {
        **_level_keys(attainment.of),
        "period": attainment.period.name,
        "status": attainment.status.value,
        "value": number_text(attainment.value),
        "numerator": number_text(attainment.numerator),
        "denominator": number_text(attainment.denominator),
        "unit": attainment.unit,
        "target": None if threshold is None else decimal_text(threshold.value),
        "margin": number_text(attainment.margin),
        "minimum": None if minimum is None else decimal_text(minimum.value),
        "minimumMissed": None if minimum is None else misses_minimum(attainment),
        "inheritedFrom": attainment.of.level.inherited_from,
        "owedBy": party_text(attainment.of.owed_by),
    }


def breach_shape(breach: Breach) -> Shape:
    """A missed attainment and whose failure it was."""
    return {
        **_level_keys(breach.attainment.of),
        "period": breach.attainment.period.name,
        "trace": trace_shape(breach.trace, breach.credits),
        "relief": [_excuse(each) for each in breach.trace.excuses],
    }


def _excuse(excuse: Excuse) -> Shape:
    """What excuses a part of a breach, or was to."""
    return {
        "kind": excuse.kind.name,
        "name": excuse.name,
        "cause": excuse.cause,
        "quantity": decimal_text(excuse.quantity),
        "effects": [effect.upper() for effect in excuse.effects],
        "status": None if excuse.status is None else excuse.status.upper(),
        "noticeGiven": None if excuse.notice_given is None else isoformat(excuse.notice_given),
        "deadline": None if excuse.deadline is None else excuse.deadline.isoformat(),
        "isLate": excuse.is_late,
        "isVoid": excuse.is_void,
        "clause": excuse.clause,
        "reason": excuse.reason,
    }


def statement_shape(statement: Statement) -> Shape:
    """The credits of one agreement, consumer and period; ``claimBy`` is null where no claim is needed."""
    return {
        "agreement": statement.agreement,
        "consumer": statement.consumer,
        "period": statement.period.name,
        "lines": [_credit_line(line) for line in sorted(statement.lines, key=lambda line: line.of.order())],
        "gross": money_shape(statement.gross),
        "net": money_shape(statement.net),
        "bonuses": [_credit_line(line) for line in statement.bonuses],
        "bonus": money_shape(statement.bonus),
        "claimBy": None if statement.claim_by is None else statement.claim_by.isoformat(),
        "soleRemedy": statement.is_sole_remedy,
        "countTowardDamages": statement.counts_toward_damages,
        "earnBack": earn_back_shape(statement),
    }


def earn_back_shape(statement: Statement) -> Shape:
    """What the month did to the ledger of credits earned back, and what is left in it."""
    return {
        "entries": [
            {
                "kind": entry.kind.value,
                "amount": money_shape(entry.amount),
                "serviceLevel": entry.level,
                "service": entry.service,
                "credited": entry.credited,
            }
            for entry in statement.entries
        ],
        "balance": money_shape(statement.balance),
    }


def credit_impact_shape(impact: CreditImpact) -> Shape:
    """Both sides of the money in one currency; parties by name, then the contracts themselves (null)."""
    parties = sorted(impact.parties, key=lambda party: (party.party is None, party.party or ""))
    return {
        "currency": impact.currency,
        "payable": money_shape(impact.payable),
        "recoverable": money_shape(impact.recoverable),
        "internal": money_shape(impact.internal),
        "gap": money_shape(impact.gap),
        "overRecovery": money_shape(impact.over_recovery),
        "parties": [_party_impact(party) for party in parties],
        "rates": [
            {
                "from": rate.base,
                "to": impact.currency,
                "rate": decimal_text(rate.rate),
                "on": rate.on.isoformat(),
            }
            for rate in impact.rates
        ],
    }


def termination_right_shape(right: RightStatus) -> Shape:
    """How a termination right stands: dates that do not apply are null; what it rests on, relieved breaches struck."""
    return {
        "agreement": right.agreement,
        "name": right.name,
        "clause": right.clause,
        "status": right.status.value,
        "accrued": day_text(right.accrued),
        "curingUntil": day_text(right.curing_until),
        "exercisableUntil": day_text(right.exercisable_until),
        "earliestEnd": day_text(right.earliest_end),
        "nextTrigger": right.next_trigger,
        "scope": right.scope.value,
        "services": list(right.services),
        "fee": None if right.fee is None else money_shape(right.fee),
        "grounds": [
            {
                "agreement": ground.agreement or right.agreement,
                "serviceLevel": ground.level,
                "service": ground.service,
                "period": ground.period,
                "what": ground.what,
                "struckOut": ground.struck,
            }
            for ground in right.grounds
        ],
        "breaches": [
            {
                "agreement": ground.agreement or right.agreement,
                "serviceLevel": ground.level,
                "service": ground.service,
                "period": ground.period,
            }
            for ground in right.grounds
            if ground.is_breach and ground.struck is None
        ],
    }


def finding_shape(finding: Finding) -> Shape:
    """Something a person should look at, and what would cure it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "kind": finding.kind.value,
        "message": finding.message,
        "agreement": finding.agreement,
        "serviceLevel": finding.service_level,
        "service": finding.service,
        "clauses": list(finding.clauses),
        "figures": {name: finding.figures[name] for name in sorted(finding.figures)},
        "cure": finding.cure or None,
    }


def quarantine_shape(row: QuarantinedRow) -> Shape:
    """A row that could not be read, and why."""
    return {"file": row.file, "line": row.line, "reason": row.reason}


def source_shape(source: SourceSummary) -> Shape:
    """What was read of one evidence file."""
    return {
        "file": source.file,
        "kind": source.kind,
        "rows": source.rows,
        "quarantined": source.quarantined,
        "repeated": source.repeated,
        "sha256": source.sha256,
    }


def _attainment_order(attainment: Attainment) -> tuple[tuple[str, ...], str, str]:
    # Period names are compared beside their last day so that two levels of one name keep one order.
    return (attainment.of.order(), attainment.period.last.isoformat(), attainment.period.name)


def _level_keys(of: LevelOn) -> Shape:
    keys: Shape = {"agreement": of.agreement.name, "serviceLevel": of.level.name, "service": of.service}
    return keys if of.customer is None else {**keys, "consumer": of.customer}


def _credit_line(line: CreditLine) -> Shape:
    return {
        **_level_keys(line.of),
        "clause": line.of.level.clause,
        "period": None if line.period is None else line.period.name,
        "scheme": line.scheme,
        "value": number_text(line.value),
        "points": number_text(line.points),
        "percent": number_text(line.percent),
        "base": None if line.base is None else money_shape(line.base),
        "amount": money_shape(line.amount),
        "net": money_shape(line.net),
    }


def _party_impact(party: PartyImpact) -> Shape:
    return {
        "party": party.party,
        "caused": money_shape(party.caused),
        "recoverable": money_shape(party.recoverable),
        "internal": money_shape(party.internal),
        "gap": money_shape(party.gap),
        "overRecovery": money_shape(party.over_recovery),
        "reasons": [_gap_reason(reason) for reason in party.reasons],
        "outsideOwnContract": money_shape(party.outside_own_contract or Money.zero(party.caused.currency)),
    }


def _gap_reason(reason: GapReason) -> Shape:
    return {
        "code": reason.code.value,
        "amount": money_shape(reason.amount),
        "agreement": reason.agreement,
        "serviceLevel": reason.service_level,
        "service": reason.service,
        "explanation": reason.explanation,
    }
