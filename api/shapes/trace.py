"""The written form of a trace: whose failure it was, with shares as text and as fractions.

Example: shares of 30/31 and 1/31 are written "0.967741935" and "0.032258065" (nine places by largest remainder, so
that what is printed adds up to 1) with ``impactShareExact`` "30/31" and "1/31".

Limits: texts of shares are settled within one trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from api.shapes.parts import Shape, money_shape, number_text, party_text
from domain.instants import isoformat
from domain.money import Money, apportion, decimal_text, share_texts
from ola.responsibility import Cause, Responsibility, ServiceShare, Trace, TraceInstant

_SHARE_UNITS = 10**9


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
                "party": party_text(part.party),
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
        "valueWithout": number_text(row.value_without),
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
            "party": party_text(part.party),
            "quantity": decimal_text(part.quantity),
            "share": text,
        }
        for part, text in zip(services, texts, strict=True)
    ]


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
        "party": party_text(cause.party),
        "quantity": decimal_text(cause.quantity),
        "share": share,
        "excused": cause.excused,
    }
