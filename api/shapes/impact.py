"""What a run of months cost whom, as the command line prints it: by party, by SLA, by month and for the year so far.

Example: ``{"from": "2026-01", "to": "2026-03", "creditImpact": [{"currency": "GBP", "payable": {…}, …, "slas": […],
"months": […]}]}``; what stands beside `slas` and `months` is as in a settlement's ``creditImpact``.

Limits: shapes only; `settlement.impact_by` has the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.shapes.parts import Shape, money_shape
from api.shapes.settlement import credit_impact_shape

if TYPE_CHECKING:
    from api.services.impact import Impact
    from settlement.impact_by import MonthImpact, PartInSla, Reasons, SlaImpact
    from settlement.results import CreditImpact

__all__ = ["impact_shape"]


def impact_shape(impact: Impact) -> Shape:
    """All of it, one part for each currency."""
    return {
        "from": impact.first.name,
        "to": impact.last.name,
        "unsettled": [month.name for month in impact.unsettled],
        "creditImpact": [
            {
                **credit_impact_shape(each.whole),
                "slas": [_sla(sla) for sla in each.slas],
                "months": [_month(month) for month in each.months],
            }
            for each in impact.by_currency
        ],
    }


def _sla(sla: SlaImpact) -> Shape:
    return {
        "agreement": sla.agreement,
        "payable": money_shape(sla.payable),
        "recoverable": money_shape(sla.recoverable),
        "gap": money_shape(sla.gap),
        "reasons": _reasons(sla.reasons),
        "parties": [_part(part) for part in sla.parts],
    }


def _part(part: PartInSla) -> Shape:
    return {
        "party": part.party,
        "caused": money_shape(part.caused),
        "recoverable": money_shape(part.recoverable),
        "gap": money_shape(part.gap),
        "reasons": _reasons(part.reasons),
    }


def _reasons(reasons: Reasons) -> list[Shape]:
    return [{"code": code.value, "amount": money_shape(amount)} for code, amount in reasons]


def _month(month: MonthImpact) -> Shape:
    return {
        "period": month.month.name,
        **_totals(month.impact),
        "yearToDate": _totals(month.year_to_date),
    }


def _totals(impact: CreditImpact) -> Shape:
    return {
        "payable": money_shape(impact.payable),
        "recoverable": money_shape(impact.recoverable),
        "internal": money_shape(impact.internal),
        "gap": money_shape(impact.gap),
        "overRecovery": money_shape(impact.over_recovery),
    }
