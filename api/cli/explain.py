"""``privity explain``: how a figure came about, step by step down to the clause, and worked out again if asked."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, Folder, PeriodName, read_date
from api.cli.trace import ServiceName, require_known

if TYPE_CHECKING:
    from api.services.settling import FolderSettlement
    from domain.explanation import Explanation

__all__ = ["explain"]


class What(StrEnum):
    """Which figure of a service level is explained."""

    ATTAINMENT = "attainment"
    SHARES = "shares"
    CREDIT = "credit"


def explain(
    folder: Folder,
    period: PeriodName,
    agreement: Annotated[
        str, typer.Option("--agreement", metavar="NAME", help="The agreement.", show_default=False)
    ],
    level: Annotated[
        str, typer.Option("--level", metavar="NAME", help="The service level.", show_default=False)
    ],
    *,
    service: ServiceName = None,
    what: Annotated[What | None, typer.Option("--what", help="Only this figure.", show_default=False)] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Work every step out again from what it read, and say so.")
    ] = False,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    r"""Explain a figure: each rule, what it read and where that stands, and the value it gave.

    \b
    Examples:
      privity explain examples/halden --period 2026-03 --agreement sla-online-banking --level availability
      privity explain examples/halden --period 2026-03 --agreement sla-web-shop --level availability --replay
    """
    from api.cli.explanation_view import print_explanation
    from api.services.settling import settled_folder

    with Waiting() as waiting:
        settled = settled_folder(folder, period, read_date(as_of), waiting)
        require_known(settled.settlement, agreement, level, service)
        found = _explanations(settled, agreement, level, service, what)
    replayed = {key: _replayed(tree) for key, tree in found.items()} if replay else {}
    if as_json:
        _print_as_json(agreement, level, found, replayed)
        return
    with screen() as console:
        for (on, name), tree in found.items():
            print_explanation(console, f"{agreement} · {level} · {on} · {period}: {name}", tree)
            if replay:
                console.print(
                    f"Worked out again from what it read: the same value, {replayed[on, name]} steps."
                )
            console.print()
        if not found:
            console.print(
                f"There is nothing to explain as {what or 'a figure'} here: no breach, or no credit."
            )


def _explanations(
    settled: FolderSettlement, agreement: str, level: str, service: str | None, what: What | None
) -> dict[tuple[str, str], Explanation]:
    """The trees asked for, by service and figure."""
    from settlement.explain import explanations
    from settlement.settle import Settling

    settlement = settled.settlement
    settling = Settling.of(settled.portfolio, settled.evidence, settlement.as_of)
    services = sorted(
        {
            attainment.of.service
            for attainment in settlement.attainments
            if (attainment.of.agreement.name, attainment.of.level.name) == (agreement, level)
        }
    )
    found: dict[tuple[str, str], Explanation] = {}
    for on in services if service is None else [service]:
        for name, tree in explanations(settling, settlement.period, agreement, level, on).items():
            if what is None or name.split()[0] == what.value:
                found[on, name] = tree
    return found


def _replayed(tree: Explanation) -> int:
    """How many steps gave the same value again; raises ReplayMismatch where one does not."""
    from domain.explanation import replay

    replay(tree)
    return _steps(tree)


def _steps(tree: Explanation) -> int:
    return 1 + sum(_steps(step) for step in tree.steps)


def _print_as_json(
    agreement: str,
    level: str,
    found: dict[tuple[str, str], Explanation],
    replayed: dict[tuple[str, str], int],
) -> None:
    from api.shapes import explanation_shape

    print_json(
        {
            "explanations": [
                {
                    "agreement": agreement,
                    "serviceLevel": level,
                    "service": on,
                    "of": name,
                    "explanation": explanation_shape(tree),
                    "replayed": (on, name) in replayed,
                }
                for (on, name), tree in found.items()
            ]
        }
    )
