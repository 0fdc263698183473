"""How the figures of a settled folder came about, on demand.

The problem: a settlement of thousands of levels cannot carry a derivation for each figure, and whoever disputes one
figure needs exactly that one. So the derivation is worked out again from the same contracts and evidence, by the same
rules, and is refused if it does not give the figure it explains.

Example: ``explained(settled, "sla-online-banking", "availability", None)`` gives the attainment, the shares and the
credit of that level, each as a tree.

Limits: a quarter or a year has the explanations of each of its months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.periods import PeriodRule
from settlement.explain import explanations
from settlement.settle import Settling

if TYPE_CHECKING:
    from api.services.settling import FolderSettlement
    from domain.explanation import Explanation

__all__ = ["Explained", "explained"]


@dataclass(frozen=True, slots=True)
class Explained:
    """One explanation: ``of`` is attainment, shares or credit (with its own period where the month has several)."""

    agreement: str
    level: str
    service: str
    month: str
    of: str
    explanation: Explanation


def explained(
    settled: FolderSettlement, agreement: str, level: str, service: str | None
) -> tuple[Explained, ...]:
    """Every explanation of a level, on one of its services or on all of them (None)."""
    settlement = settled.settlement
    settling = Settling.of(settled.portfolio, settled.evidence, settlement.as_of)
    services = {
        attainment.of.service
        for attainment in settlement.attainments
        if (attainment.of.agreement.name, attainment.of.level.name) == (agreement, level)
    }
    asked = sorted(services if service is None else services & {service})
    return tuple(
        Explained(agreement, level, on, month.name, of, tree)
        for on in asked
        for month in PeriodRule.month().ending_in(settlement.period)
        for of, tree in explanations(settling, month, agreement, level, on).items()
    )
