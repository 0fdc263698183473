"""``privity explain``: how a figure came about, step by step down to the clause, and worked out again if asked."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, ServiceName, read_date
from api.cli.stored import StoreFolder

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
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|STATEMENT",
            help="A folder of contract documents and evidence/; or a statement: AGREEMENT/PERIOD.",
            show_default=False,
        ),
    ],
    line: Annotated[
        str | None,
        typer.Argument(
            metavar="[LINE]",
            help="Of a statement: the line's number or its level, net, note-2 or bonus-1.",
            show_default=False,
        ),
    ] = None,
    *,
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="PERIOD", help="Of a folder: which period.", show_default=False),
    ] = None,
    agreement: Annotated[
        str | None, typer.Option("--agreement", metavar="NAME", help="The agreement.", show_default=False)
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", metavar="NAME", help="The service level.", show_default=False)
    ] = None,
    service: ServiceName = None,
    what: Annotated[What | None, typer.Option("--what", help="Only this figure.", show_default=False)] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Work every step out again from what it read, and say so.")
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="FOLDER",
            help="Of a statement: the folder that it is a draft of; without it, the store.",
            show_default=False,
        ),
    ] = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    r"""Explain a figure: each rule, what it read and where that stands, and the value it gave.

    An issued statement is explained as it was issued, from what was kept with it.

    \b
    Examples:
      privity explain examples/halden --period 2026-03 --agreement sla-web-shop --level availability
      privity explain examples/halden --period 2026-03 --agreement sla-web-shop --level availability --what credit
      privity explain sla-web-shop/2026-03 1 --replay
      privity explain sla-web-shop/2026-03 availability --folder examples/halden
      privity explain sla-web-shop/2026-03 net
    """
    if line is not None:
        _explain_line(folder.as_posix(), line, source, store, as_of, replay=replay, as_json=as_json)
        return
    missing = [
        option
        for option, value in (("--period", period), ("--agreement", agreement), ("--level", level))
        if value is None
    ]
    if period is None or agreement is None or level is None:
        from api.errors import Fault, RequestError

        raise RequestError(
            Fault(
                "USAGE",
                f"Missing option {', '.join(missing)}",
                "privity explain --help says what can be asked",
            )
        )
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


def _explain_line(
    statement: str,
    line: str,
    folder: Path | None,
    store: Path | None,
    as_of: str | None,
    *,
    replay: bool,
    as_json: bool,
) -> None:
    """Explain a line of a statement, and replay it if asked."""
    from api.cli.statement import read_statements
    from api.services.explaining_statements import explained_line, statement_named

    agreement, consumer, period = statement_named(statement)
    found = read_statements(folder, store, period, agreement, consumer, as_of)
    if len(found) > 1:
        from api.errors import Fault, RequestError

        names = ", ".join(f"{agreement}/{view.consumer}/{view.period.name}" for view, _ in found)
        raise RequestError(Fault("NAME", f"{statement} are {len(found)} statements", f"Choose one: {names}"))
    view, tree = found[0]
    if tree is None:
        raise LookupError(f"{statement} has no explanation.")
    title, asked = explained_line(view, tree, line)
    steps = _replayed(asked) if replay else 0
    if as_json:
        from api.shapes.explanation import explanation_shape

        print_json(
            {
                "explanations": [
                    {
                        "agreement": view.agreement,
                        "consumer": view.consumer,
                        "period": view.period.name,
                        "status": view.status.value,
                        "of": line,
                        "replayed": bool(steps),
                        "explanation": explanation_shape(asked),
                    }
                ]
            }
        )
        return
    from api.cli.explanation_view import print_explanation

    with screen() as console:
        print_explanation(console, title, asked, set())
        if steps:
            many = "1 step" if steps == 1 else f"{steps:,} steps"
            console.print(f"Worked out again, {many}: every value is the same.")


def _replayed(tree: Explanation) -> int:
    """How many steps gave the same value again; raises ReplayMismatch where one does not."""
    import settlement.explain
    import settlement.records.record  # noqa: F401 - every rule that an explanation may name is registered by these
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
    from api.shapes.explanation import explanation_shape

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
