"""How a fault in the terms of credits is said: one form for all of them.

Example: ``said("BAND_GAP", Severity.WARNING, agreement, level, "...", {"from": Fraction(98)}, "...")``.

Limits: figures are decimal text; a finding asks a person and changes no figure.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.agreements import Agreement, ServiceLevel
from domain.findings import Finding, FindingKind, Severity
from domain.money import decimal_text, rounded

__all__ = ["in_money", "said"]


def in_money(agreement: Agreement, amount: Fraction) -> str:
    """An amount as the agreement's parties read it: "GBP 1200.00"."""
    return str(rounded(amount, agreement.currency))


def said(
    code: str,
    severity: Severity,
    agreement: Agreement,
    level: ServiceLevel | None,
    message: str,
    figures: Mapping[str, Fraction],
    cure: str,
    *,
    service: str | None = None,
    clause: str | None = None,
) -> Finding:
    """A finding about the terms of an agreement, or of one of its levels: on ``service``, else on the only one it has.

    It cites ``clause``, else the level's own, else the agreement.
    """
    if level is not None and service is None and len(level.services) == 1:
        service = level.services[0]
    return Finding(
        code,
        severity,
        FindingKind.TERMS,
        message,
        agreement.name,
        None if level is None else level.name,
        service,
        clauses=(clause or (agreement.name if level is None else level.cited),),
        figures={name: decimal_text(figures[name]) for name in figures},
        cure=cure,
    )
