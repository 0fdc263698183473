"""Which service levels of a settlement somebody asked about, by the names of agreement, level and service.

Example: ``--agreement sla-web-shop`` alone means all of its levels, on all of its services.

Limits: a name that is left out means any; names are matched whole, and a wrong one is answered with the nearest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import UnknownNameError

if TYPE_CHECKING:
    from domain.attainment import Attainment
    from settlement.results import Settlement

__all__ = ["is_asked", "require_known"]


def require_known(
    settlement: Settlement, agreement: str | None, level: str | None, service: str | None
) -> None:
    """Raise UnknownNameError, with the nearest name, where one of the names is none that the settlement has."""
    found = list(settlement.attainments)
    if agreement is not None:
        names = {attainment.of.agreement.name for attainment in found}
        if agreement not in names:
            raise UnknownNameError("agreement judged in this period", agreement, names)
        found = [attainment for attainment in found if attainment.of.agreement.name == agreement]
    if level is not None:
        names = {attainment.of.level.name for attainment in found}
        if level not in names:
            raise UnknownNameError("service level of it" if agreement else "service level", level, names)
        found = [attainment for attainment in found if attainment.of.level.name == level]
    if service is not None and service not in (names := {attainment.of.service for attainment in found}):
        raise UnknownNameError("service that it is promised for", service, names)


def is_asked(attainment: Attainment, agreement: str | None, level: str | None, service: str | None) -> bool:
    """Whether an attainment is of the agreement, level and service that were named."""
    of = attainment.of
    asked = ((agreement, of.agreement.name), (level, of.level.name), (service, of.service))
    return all(name is None or name == actual for name, actual in asked)
