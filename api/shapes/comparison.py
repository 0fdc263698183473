"""The written form of two settlements side by side, and of a simulated outage.

The problem: what would have been is compared with what was by scripts and front ends too, so it has one form, made of
the same rows as a settlement (`api.shapes.settlement`).

Example: a statement of 6,000.00 instead of 2,000.00 has ``"net": {"before": …, "after": …, "difference": …}``
with a difference of 4,000.00.

Limits: nothing here computes a result. Keys are added to, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.shapes.parts import Shape, money_shape
from api.shapes.settlement import attainment_shape, breach_shape, finding_shape, termination_right_shape
from domain.instants import isoformat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settlement.comparing import (
        AttainmentChange,
        Comparison,
        ImpactChange,
        MoneyChange,
        PartyChange,
        RightChange,
    )
    from settlement.supposed_evidence import SupposedOutage
    from settlement.supposing import OutageSimulation
    from settlement.what_if import WhatIf

__all__ = ["comparison_shape", "outage_simulation_shape", "what_if_shape"]


def outage_simulation_shape(simulation: OutageSimulation) -> Shape:
    """A supposed outage, how far it reaches, and what it would change."""
    return {
        "outage": {**_outage(simulation.outage), "cause": simulation.outage.cause},
        "recorded": [_outage(each) for each in simulation.recorded],
        "down": [_outage(each) for each in simulation.down],
        "absorbed": list(simulation.absorbed),
        **comparison_shape(simulation.comparison),
    }


def what_if_shape(period: str, replaced: Sequence[str], added: Sequence[str], found: WhatIf) -> Shape:
    """A period under changed contracts beside what it was."""
    return {
        "period": period,
        "replaced": list(replaced),
        "added": list(added),
        "recorded": [_outage(each) for each in found.recorded],
        "unrecorded": [_outage(each) for each in found.unrecorded],
        **comparison_shape(found.comparison),
    }


def comparison_shape(comparison: Comparison) -> Shape:
    """Where two settlements differ; a side that does not have a row is null."""
    return {
        "months": [month.name for month in comparison.months],
        "asOf": comparison.after.as_of.isoformat(),
        "attainments": [_attainment(each) for each in comparison.attainments],
        "unchanged": comparison.same,
        "statements": [
            {
                "agreement": each.agreement,
                "type": each.type.value,
                "provider": each.provider,
                "consumer": each.consumer,
                "period": each.period.name,
                "net": _money(each.net),
            }
            for each in comparison.statements
        ],
        "creditImpact": [_impact(each) for each in comparison.impacts],
        "terminationRights": [_right(each) for each in comparison.rights],
        "findings": {
            "appeared": [finding_shape(each) for each in comparison.appeared],
            "gone": [finding_shape(each) for each in comparison.gone],
        },
    }


def _outage(outage: SupposedOutage) -> Shape:
    return {"service": outage.service, "from": isoformat(outage.start), "to": isoformat(outage.end)}


def _attainment(each: AttainmentChange) -> Shape:
    of = each.attainment.of
    return {
        "agreement": of.agreement.name,
        "serviceLevel": of.level.name,
        "service": of.service,
        "period": each.attainment.period.name,
        "change": each.change.value,
        "before": None if each.before is None else attainment_shape(each.before),
        "after": None if each.after is None else attainment_shape(each.after),
        "breach": None if each.breach is None else breach_shape(each.breach),
    }


def _money(change: MoneyChange) -> Shape:
    return {
        "before": money_shape(change.before),
        "after": money_shape(change.after),
        "difference": money_shape(change.difference),
    }


def _impact(change: ImpactChange) -> Shape:
    return {
        "currency": change.currency,
        "payable": _money(change.payable),
        **_recovery(change),
        "parties": [
            {"party": party.party, "caused": _money(party.caused), **_recovery(party)}
            for party in change.parties
        ],
    }


def _recovery(change: ImpactChange | PartyChange) -> Shape:
    return {
        "recoverable": _money(change.recoverable),
        "internal": _money(change.internal),
        "gap": _money(change.gap),
        "overRecovery": _money(change.over_recovery),
    }


def _right(change: RightChange) -> Shape:
    return {
        "agreement": change.agreement,
        "name": change.name,
        "before": None if change.before is None else termination_right_shape(change.before),
        "after": None if change.after is None else termination_right_shape(change.after),
    }
