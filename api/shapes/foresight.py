"""The written form of what history says of targets, and of what drawn years come to.

Example: a target that is met with probability 9/10 has ``"chance": "0.9"`` and ``"chanceExact": "9/10"``.

Limits: nothing here computes a result. Keys are added to, never changed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from api.shapes.explanation import explanation_shape
from api.shapes.parts import Shape, money_shape
from api.shapes.settlement import finding_shape
from domain.instants import isoformat
from domain.money import decimal_text
from settlement.base_numbers import BaseNumber, explain_proposal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from domain.base_numbers import ProposedTarget
    from settlement.simulating.distributions import CurrencyYears, Distribution, Simulated

__all__ = ["base_numbers_shape", "simulated_shape"]


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


def simulated_shape(found: Simulated) -> Shape:
    """What drawn years come to; amounts are of a year."""
    return {
        "year": found.year.name,
        "years": found.years,
        "seed": found.seed,
        "observed": {
            "from": isoformat(found.since),
            "to": isoformat(found.until),
            "services": [
                {
                    "service": each.service,
                    "failures": each.failures,
                    "seconds": decimal_text(Fraction(each.downtime, 1_000_000)),
                    "together": each.together,
                }
                for each in found.observed
            ],
        },
        "observedMonths": [month.name for month in found.months],
        "checkedYears": found.checked,
        "money": [_money(each) for each in found.money],
        "terminationRights": [
            {
                "agreement": each.agreement,
                "name": each.name,
                "clause": each.clause,
                "chance": decimal_text(each.chance),
                "chanceExact": str(each.chance),
            }
            for each in found.rights
        ],
        "notes": list(found.notes),
        "leftOut": [
            {"agreement": each.agreement, "what": each.what, "why": each.why} for each in found.left_out
        ],
    }


def _money(each: CurrencyYears) -> Shape:
    return {
        "currency": each.currency,
        "payable": _distribution(each.payable),
        "recoverable": _distribution(each.recoverable),
        "gap": _distribution(each.gap),
        "agreements": [
            {
                "agreement": of.agreement,
                "type": of.type.value,
                "credits": _distribution(of.credits),
                "recoverable": None if of.recoverable is None else _distribution(of.recoverable),
                "gap": None if of.gap is None else _distribution(of.gap),
            }
            for of in each.agreements
        ],
        "parties": [
            {
                "party": party.party,
                "caused": _distribution(party.caused),
                "recoverable": _distribution(party.recoverable),
                "gap": _distribution(party.gap),
                "overRecovery": _distribution(party.over_recovery),
            }
            for party in each.parties
        ],
        "improvements": [
            {"kind": change.kind, "of": change.of, "lowersGapBy": money_shape(change.lowers)}
            for change in each.improvements
        ],
    }


def _distribution(each: Distribution) -> Shape:
    return {
        "mean": money_shape(each.mean),
        "median": money_shape(each.median),
        "p90": money_shape(each.p90),
        "p95": money_shape(each.p95),
        "p99": money_shape(each.p99),
        "max": money_shape(each.most),
        "chance": decimal_text(each.chance),
    }
