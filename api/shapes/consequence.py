"""The one written form of what ending an agreement would bring with it.

The problem: whoever weighs a termination reads the same consequence on the command line and in a dossier; it is no part
of a settlement, whose form stands in `api.shapes.settlement`.

Limits: nothing here computes; amounts in several currencies stand side by side.
"""

from __future__ import annotations

from api.shapes.parts import Shape, money_shape
from settlement.consequence import Consequence

__all__ = ["consequence_shape"]


def consequence_shape(consequence: Consequence) -> Shape:
    """What ending an agreement would bring with it; amounts in several currencies stand side by side."""
    return {
        "agreements": list(consequence.agreements),
        "ends": consequence.ends.isoformat(),
        "services": list(consequence.services),
        "partial": consequence.is_partial,
        "supports": [
            {
                "service": each.service,
                "lost": each.is_lost,
                "without": list(each.without),
                "survivedBefore": each.before,
                "survivesAfter": each.after,
            }
            for each in consequence.supports
        ],
        "unsupported": [
            {
                "agreement": each.agreement,
                "consumer": each.consumer,
                "services": list(each.services),
                "from": each.since.isoformat(),
                "to": each.until.isoformat(),
                "months": each.months,
                "exposure": money_shape(each.exposure),
            }
            for each in consequence.uncovered
        ],
        "fallingRights": [
            {"agreement": agreement, "name": name} for agreement, name in consequence.falling_rights
        ],
        "fallingCredits": [
            {
                "agreement": each.agreement,
                "consumer": each.consumer,
                "period": each.period,
                "amount": money_shape(each.amount),
                "why": each.why,
            }
            for each in consequence.falling_credits
        ],
        "references": [{"agreement": each.agreement, "how": each.how} for each in consequence.references],
        "fee": None if consequence.fee is None else money_shape(consequence.fee),
        "lostCredits": [money_shape(each) for each in consequence.lost_credits],
        "exposure": [money_shape(each) for each in consequence.exposure],
    }
