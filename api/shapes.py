"""The one written form of a settlement, whoever asks for it.

The problem: a script that reads ``privity settle --json`` and a front end that asks the API must get the same
names and the same figures, and no figure may lose anything on its way through JSON, whose numbers are
floats in most readers. So every number is text, every share also stands as an exact fraction, and money is
an amount with its currency.

Example: shares of 30/31 and 1/31 are written "0.967741935" and "0.032258065" (nine places by largest
remainder, so that what is printed adds up to 1) with ``impactShareExact`` "30/31" and "1/31".

Limits: nothing here computes a result; texts of shares are settled within one trace. A value that has no
end in decimal has nine places; the exact comparison was made before. Keys and their order are part of the
interface (5-graphql): they are added to, never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from domain.attainment import Attainment, LevelOn
from domain.evidence import QuarantinedRow, SourceSummary
from domain.explanation import FORMAT, Explanation
from domain.findings import Finding
from domain.instants import isoformat
from domain.measure.judging import minimum_of, misses_minimum
from domain.money import Money, apportion, decimal_text, share_texts
from ola.responsibility import Cause, Excuse, Responsibility, ServiceShare, Trace, TraceInstant
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

JsonValue: TypeAlias = "str | int | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Shape: TypeAlias = "dict[str, JsonValue]"

_SHARE_UNITS = 10**9


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
        "value": _number(attainment.value),
        "numerator": _number(attainment.numerator),
        "denominator": _number(attainment.denominator),
        "unit": attainment.unit,
        "target": None if threshold is None else decimal_text(threshold.value),
        "margin": _number(attainment.margin),
        "minimum": None if minimum is None else decimal_text(minimum.value),
        "minimumMissed": None if minimum is None else misses_minimum(attainment),
        "inheritedFrom": attainment.of.level.inherited_from,
        "owedBy": _party(attainment.of.owed_by),
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


def trace_shape(trace: Trace, credits_of_rows: Sequence[Money | None]) -> Shape:
    """A trace: ``credits_of_rows`` is parallel to its rows, None where the level carries no credit."""
    rows = trace.responsibilities
    impact = impact_share_texts(trace)
    credit = credit_share_texts(trace)
    return {
        "method": trace.method,
        "quantity": decimal_text(trace.quantity),
        "unit": trace.unit,
        "responsibilities": [
            _responsibility(row, impact[i], credit[i], money)
            for i, (row, money) in enumerate(zip(rows, credits_of_rows, strict=True))
        ],
        "instants": [_instant(instant) for instant in trace.instants],
        "absorbed": [
            {
                "service": part.service,
                "party": _party(part.party),
                "quantity": decimal_text(part.quantity),
            }
            for part in trace.absorbed
        ],
        "moneyFollows": trace.money_follows,
        "note": trace.note or None,
    }


def impact_share_texts(trace: Trace) -> list[str | None]:
    """Each row's share of the quantity as text of nine places; None for a row without one (excused)."""
    rows = trace.responsibilities
    return _shares([row.impact_share for row in rows], [row.party or "" for row in rows])


def credit_share_texts(trace: Trace) -> list[str | None]:
    """Each row's share of the money as text of nine places; None for a row without one."""
    rows = trace.responsibilities
    return _shares([row.credit_share for row in rows], [row.party or "" for row in rows])


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
        "earnBack": _earn_back(statement),
    }


def _earn_back(statement: Statement) -> Shape:
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
        "accrued": _day(right.accrued),
        "curingUntil": _day(right.curing_until),
        "exercisableUntil": _day(right.exercisable_until),
        "earliestEnd": _day(right.earliest_end),
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
            if ground.is_period and ground.struck is None
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


def explanation_shape(explanation: Explanation) -> Shape:
    """An explanation with the version of its form, so that a program knows how to replay it."""
    return {"format": FORMAT, **_explanation(explanation)}


def money_shape(money: Money) -> Shape:
    """An amount in its currency's own digits, or more where it is not rounded."""
    return {"amount": money.text(), "currency": money.currency}


def _attainment_order(attainment: Attainment) -> tuple[tuple[str, ...], str, str]:
    # Period names are compared beside their last day so that two levels of one name keep one order.
    return (attainment.of.order(), attainment.period.last.isoformat(), attainment.period.name)


def _level_keys(of: LevelOn) -> Shape:
    keys: Shape = {"agreement": of.agreement.name, "serviceLevel": of.level.name, "service": of.service}
    return keys if of.customer is None else {**keys, "consumer": of.customer}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(value)


def _shares(shares: Sequence[Fraction | None], names: Sequence[str]) -> list[str | None]:
    """Texts that add up to what the shares add up to; a row without a share takes no part."""
    present = [i for i, share in enumerate(shares) if share is not None]
    texts = share_texts([share for share in shares if share is not None], [names[i] for i in present])
    result: list[str | None] = [None] * len(shares)
    for i, text in zip(present, texts, strict=True):
        result[i] = text
    return result


def _responsibility(
    row: Responsibility, impact: str | None, credit: str | None, money: Money | None
) -> Shape:
    return {
        "party": row.party,
        "reason": row.reason.value,
        "cause": row.cause,
        "answerable": row.answerable,
        "agreement": row.agreement,
        "services": _services(row.services, row.impact_share, impact),
        "quantity": decimal_text(row.quantity),
        "impactShare": impact,
        "impactShareExact": None if row.impact_share is None else str(row.impact_share),
        "creditShare": credit,
        "creditShareExact": None if row.credit_share is None else str(row.credit_share),
        "credit": None if money is None else money_shape(money),
        "necessary": row.is_necessary,
        "sufficient": row.is_sufficient,
        "valueWithout": _number(row.value_without),
        "paths": [list(path) for path in row.paths],
    }


def service_share_texts(
    services: Sequence[ServiceShare], whole: Fraction | None, whole_text: str | None
) -> tuple[str | None, ...]:
    """Texts of a row's services' shares of the whole trace; they add up to the row's own text."""
    if whole is None or whole_text is None:
        return (None,) * len(services)
    if sum((part.share for part in services), Fraction(0)) != whole:
        return tuple(decimal_text(part.share, finite_max=9) for part in services)
    units = int(Fraction(whole_text) * _SHARE_UNITS)
    exact = [part.share * _SHARE_UNITS for part in services]
    parts = apportion(units, exact, [part.service for part in services])
    return tuple(decimal_text(Fraction(part, _SHARE_UNITS)) for part in parts)


def _services(
    services: Sequence[ServiceShare], whole: Fraction | None, whole_text: str | None
) -> list[Shape]:
    texts = service_share_texts(services, whole, whole_text)
    return [
        {
            "service": part.service,
            "party": _party(part.party),
            "quantity": decimal_text(part.quantity),
            "share": text,
        }
        for part, text in zip(services, texts, strict=True)
    ]


def _party(name: str | None) -> str | None:
    """A party by its name; all customers together ("*") are no one party, so there is no name to give."""
    return None if name == "*" else name


def _instant(instant: TraceInstant) -> Shape:
    causes = instant.causes
    shares = share_texts([cause.share for cause in causes], [cause.service for cause in causes])
    return {
        "from": isoformat(instant.start),
        "to": isoformat(instant.end),
        "ticket": instant.ticket,
        "movedTo": None if instant.moved_to is None else isoformat(instant.moved_to),
        "causes": [_cause(cause, text) for cause, text in zip(causes, shares, strict=True)],
    }


def _cause(cause: Cause, share: str) -> Shape:
    return {
        "service": cause.service,
        "party": _party(cause.party),
        "quantity": decimal_text(cause.quantity),
        "share": share,
        "excused": cause.excused,
    }


def _credit_line(line: CreditLine) -> Shape:
    return {
        **_level_keys(line.of),
        "clause": line.of.level.clause,
        "period": None if line.period is None else line.period.name,
        "scheme": line.scheme,
        "value": _number(line.value),
        "points": _number(line.points),
        "percent": _number(line.percent),
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


def _explanation(explanation: Explanation) -> Shape:
    return {
        "name": explanation.name,
        "rule": explanation.rule,
        "clause": explanation.clause,
        "period": explanation.period,
        "value": explanation.value,
        "inputs": [
            {"name": term.name, "value": term.value, "source": term.source or None}
            for term in explanation.inputs
        ],
        "steps": [_explanation(step) for step in explanation.steps],
    }
