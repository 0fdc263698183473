"""``privity trace``: a breach followed to whoever answers for it, with the evidence instant by instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, Folder, PeriodName, read_date
from api.cli.settle import note_what_is_missing

if TYPE_CHECKING:
    from domain.attainment import Attainment
    from settlement.results import Breach, Settlement

__all__ = ["AgreementName", "LevelName", "ServiceName", "require_known", "trace"]

AgreementName = Annotated[
    str | None, typer.Option("--agreement", metavar="NAME", help="Only this agreement.", show_default=False)
]
LevelName = Annotated[
    str | None, typer.Option("--level", metavar="NAME", help="Only this service level.", show_default=False)
]
ServiceName = Annotated[
    str | None, typer.Option("--service", metavar="NAME", help="Only this service.", show_default=False)
]


def trace(
    folder: Folder,
    period: PeriodName,
    *,
    agreement: AgreementName = None,
    level: LevelName = None,
    service: ServiceName = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    r"""Follow breaches to the parties responsible: shares, paths, instants, what redundancy absorbed, money.

    Without --agreement, --level or --service it follows every breach of the period.

    \b
    Examples:
      privity trace examples/halden --period 2026-03
      privity trace examples/halden --period 2026-03 --agreement sla-web-shop --level availability
    """
    from api.services.settling import settled_folder

    with Waiting() as waiting:
        settled = settled_folder(folder, period, read_date(as_of), waiting)
    settlement = settled.settlement
    require_known(settlement, agreement, level, service)
    breaches = [
        breach for breach in _in_order(settlement) if _is_asked(breach.attainment, agreement, level, service)
    ]
    if as_json:
        from api.shapes import breach_shape

        print_json(
            {
                "period": settlement.period.name,
                "asOf": settlement.as_of.isoformat(),
                "breaches": [breach_shape(breach) for breach in breaches],
            }
        )
    elif breaches:
        from api.cli.trace_view import print_breach_in_full

        with screen() as console:
            for breach in breaches:
                print_breach_in_full(console, breach, settlement)
    else:
        from api.cli.settlement_view import counted_statuses

        asked = [found for found in settlement.attainments if _is_asked(found, agreement, level, service)]
        with screen() as console:
            console.print(f"No breach to follow in {settlement.period.name}. {counted_statuses(asked)}")
    note_what_is_missing(settled)


def require_known(
    settlement: Settlement, agreement: str | None, level: str | None, service: str | None
) -> None:
    """Raise UnknownNameError, with the nearest name, where one of the names is none that the settlement has."""
    from api.errors import UnknownNameError

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


def _in_order(settlement: Settlement) -> list[Breach]:
    from api.shapes import ordered_breaches

    return ordered_breaches(settlement)


def _is_asked(attainment: Attainment, agreement: str | None, level: str | None, service: str | None) -> bool:
    of = attainment.of
    asked = ((agreement, of.agreement.name), (level, of.level.name), (service, of.service))
    return all(name is None or name == actual for name, actual in asked)
