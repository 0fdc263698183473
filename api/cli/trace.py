"""``privity trace``: a breach followed to whoever answers for it, with the evidence instant by instant."""

from __future__ import annotations

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AgreementName, AsJson, AsOf, Folder, LevelName, PeriodName, ServiceName, read_date
from api.cli.settle import note_what_is_missing

__all__ = ["trace"]


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
    from api.cli.selecting import is_asked, require_known
    from api.services.settling import settled_folder
    from api.shapes.settlement import breach_shape, ordered_breaches

    with Waiting() as waiting:
        settled = settled_folder(folder, period, read_date(as_of), waiting)
    settlement = settled.settlement
    require_known(settlement, agreement, level, service)
    breaches = [
        breach
        for breach in ordered_breaches(settlement)
        if is_asked(breach.attainment, agreement, level, service)
    ]
    if as_json:
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

        asked = [found for found in settlement.attainments if is_asked(found, agreement, level, service)]
        with screen() as console:
            console.print(f"No breach to follow in {settlement.period.name}. {counted_statuses(asked)}")
    note_what_is_missing(settled)
