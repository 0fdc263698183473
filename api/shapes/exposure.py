"""The answers of the graph as JSON values, the same wherever they are printed.

Example: a share of 30 of 50 thousand a month prints as ``"share": "0.6"``.

Limits: references are names; figures are text.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from domain.money import decimal_text

if TYPE_CHECKING:
    from api.services.exposure import PromisePoints, PromiseSets
    from ola.exposure.concentration import Concentration, MoneyOn
    from ola.exposure.dependents import Dependents

__all__ = ["concentration_shape", "dependents_shape", "failure_sets_shape", "share_of", "single_points_shape"]

Shape = dict[str, Any]


def dependents_shape(found: Dependents) -> Shape:
    """What depends on some failing services."""
    return {
        "failing": list(found.failing),
        "services": [
            {"service": each.service, "falls": each.falls, "path": list(each.path)} for each in found.services
        ],
        "promises": [
            {
                "agreement": each.agreement.name,
                "consumer": each.agreement.consumer,
                "services": list(each.services),
                "falls": list(each.fallen),
            }
            for each in found.promises
        ],
    }


def single_points_shape(found: PromisePoints) -> Shape:
    """The single points of failure under a promise."""
    return {
        "agreement": found.agreement.name,
        "service": found.points.service,
        "services": list(found.points.services),
        "parties": list(found.points.parties),
        "agreements": list(found.points.agreements),
    }


def failure_sets_shape(found: PromiseSets, *, by_party: bool) -> Shape:
    """The minimal sets of failures that break a promise."""
    return {
        "agreement": found.agreement.name,
        "service": found.sets.service,
        "by": "party" if by_party else "service",
        "complete": found.sets.is_complete,
        "count": found.sets.count,
        "sizes": [{"size": size, "count": count} for size, count in found.sets.sizes],
        "sets": [list(each) for each in found.sets.listed],
    }


def concentration_shape(found: Concentration) -> Shape:
    """What hangs on a party."""
    return {
        "party": found.party,
        "services": list(found.services),
        "promises": found.promises,
        "stands": [{"agreement": agreement, "service": service} for agreement, service in found.stands],
        "falls": [{"agreement": agreement, "service": service} for agreement, service in found.falls],
        "money": [_money(each) for each in found.money],
    }


def _money(each: MoneyOn) -> Shape:
    return {
        "currency": each.currency,
        "total": decimal_text(each.total),
        "stands": decimal_text(each.stands),
        "falls": decimal_text(each.falls),
        "standsShare": share_of(each.stands, each.total),
        "fallsShare": share_of(each.falls, each.total),
    }


def share_of(part: Fraction, whole: Fraction) -> str | None:
    """A part of a whole, with at most nine places; None of nothing."""
    return decimal_text(Fraction(round(part / whole * 10**9), 10**9)) if whole else None
