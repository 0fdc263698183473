"""The written form of what history says of targets.

Example: a target that is met with probability 9/10 has ``"chance": "0.9"`` and ``"chanceExact": "9/10"``.

Limits: nothing here computes a result. Keys are added to, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.shapes import Shape, explanation_shape, finding_shape
from domain.money import decimal_text
from settlement.base_numbers import BaseNumber, explain_proposal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from domain.base_numbers import ProposedTarget

__all__ = ["base_numbers_shape"]


def base_numbers_shape(as_of: date, found: Sequence[BaseNumber], *, explain: bool = False) -> Shape:
    """What history says of targets, as of a date."""
    return {"asOf": as_of.isoformat(), "baseNumbers": [_number(each, explain=explain) for each in found]}


def _number(each: BaseNumber, *, explain: bool) -> Shape:
    of, chance = each.of, each.chance
    return {
        "agreement": of.agreement.name,
        "version": of.agreement.version,
        "proposed": each.is_proposed,
        "serviceLevel": of.level.name,
        "service": of.service,
        "consumer": of.customer,
        "target": None if each.threshold is None else decimal_text(each.threshold.value),
        "periods": [{"period": period.name, "value": decimal_text(value)} for period, value in each.periods],
        "met": each.met,
        "chance": None if chance is None else {"least": str(chance[0]), "most": str(chance[1])},
        "proposals": [_proposal(each, proposal, explain=explain) for proposal in each.proposals],
        "notes": list(each.notes),
        "reviewOn": None if each.review_on is None else each.review_on.isoformat(),
        "ratchet": None if each.ratchet is None else finding_shape(each.ratchet),
    }


def _proposal(each: BaseNumber, proposal: ProposedTarget, *, explain: bool) -> Shape:
    shape: Shape = {
        "wanted": decimal_text(proposal.wanted),
        proposal.threshold.direction.value: decimal_text(proposal.threshold.value),
        "chance": decimal_text(proposal.chance),
        "chanceExact": str(proposal.chance),
    }
    if explain:
        shape["explanation"] = explanation_shape(explain_proposal(each, proposal))
    return shape
