"""``privity explain``: how a figure came about, step by step down to the clause, and worked out again if asked."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, Folder, PeriodName, ServiceName, read_date

if TYPE_CHECKING:
    from api.services.explaining import Explained
    from domain.explanation import Explanation

__all__ = ["explain"]


class What(StrEnum):
    """Which figure of a service level is explained."""

    ATTAINMENT = "attainment"
    SHARES = "shares"
    CREDIT = "credit"
    BONUS = "bonus"


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
      privity explain examples/halden --period 2026-03 --agreement sla-web-shop --level availability
      privity explain examples/halden --period 2026-03 --agreement sla-web-shop --level availability --what credit
    """
    from api.cli.selecting import require_known
    from api.services.explaining import explained
    from api.services.settling import settled_folder

    with Waiting() as waiting:
        settled = settled_folder(folder, period, read_date(as_of), waiting)
        require_known(settled.settlement, agreement, level, service)
        waiting("Explaining", 0, 0)
        found = [
            each
            for each in explained(settled, agreement, level, service)
            if what is None or each.of.split()[0] == what
        ]
        replayed = [_replayed(each.explanation) for each in found] if replay else []
    if as_json:
        _print_as_json(found, replayed=bool(replayed))
    else:
        _print(found, replayed)


def _replayed(tree: Explanation) -> int:
    """How many steps gave the same value again; raises ReplayMismatch where one does not."""
    from domain.explanation import replay

    replay(tree)
    return _steps(tree)


def _steps(tree: Explanation) -> int:
    return 1 + sum(_steps(step) for step in tree.steps)


def _print(found: list[Explained], replayed: list[int]) -> None:
    from api.cli.explanation_view import print_explanation

    told: set[Explanation] = set()
    with screen() as console:
        for i, each in enumerate(found):
            title = f"{each.agreement} · {each.level} · {each.service} · {each.month}: {each.of}"
            print_explanation(console, title, each.explanation, told)
            if replayed:
                steps = "1 step" if replayed[i] == 1 else f"{replayed[i]:,} steps"
                console.print(f"Worked out again, {steps}: every value is the same.")
            console.print()
        if not found:
            console.print("There is nothing of this kind to explain: no breach, or no credit.")


def _print_as_json(found: list[Explained], *, replayed: bool) -> None:
    from api.shapes import explanation_shape

    print_json(
        {
            "explanations": [
                {
                    "agreement": each.agreement,
                    "serviceLevel": each.level,
                    "service": each.service,
                    "period": each.month,
                    "of": each.of,
                    "replayed": replayed,
                    "explanation": explanation_shape(each.explanation),
                }
                for each in found
            ]
        }
    )
