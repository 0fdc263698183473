"""``privity rights``: which agreements may be ended on a date, until when, on what proof, and what would follow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AgreementName, AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.services.rights import RightsOn
    from settlement.results import RightStatus

__all__ = ["rights"]


def rights(
    folder: OptionalFolder = None,
    *,
    as_of: AsOf = None,
    agreement: AgreementName = None,
    right: Annotated[
        str | None, typer.Option("--right", metavar="NAME", help="Only this right.", show_default=False)
    ] = None,
    consequence: Annotated[
        bool, typer.Option("--consequence", help="Say what exercising each right would bring with it.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how each status came about, step by step.")
    ] = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say how every right to terminate stands on a date: whether it may be exercised, until when, and on what proof.

    Without --as-of: the day after the last month that the folder's evidence speaks of, or that the store has settled.

    \b
    Examples:
      privity rights examples/halden
      privity rights examples/halden --as-of 2026-07-01 --agreement uc-cirrus --consequence
      privity rights --store .privity --json
    """
    for found in _rights(folder, as_of, store):
        chosen = [each for each in found.statuses(agreement) if right in (None, each.name)]
        if as_json:
            _print_as_json(found, chosen, consequence=consequence, explain=explain)
        else:
            _print(found, chosen, consequence=consequence, explain=explain)


def _rights(folder: Path | None, as_of: str | None, store: Path | None) -> Iterator[RightsOn]:
    from api.services.rights import rights_of_folder

    if folder is not None:
        with Waiting() as waiting:
            found = rights_of_folder(folder, read_date(as_of), waiting)
        yield found
        return
    with opened_store(store) as privity:
        asked = read_date(as_of)
        if asked is None:
            periods = privity.reader.settled_periods()
            asked = periods[-1].day_after if periods else None
        yield privity.reader.rights(asked)


def _print_as_json(found: RightsOn, chosen: list[RightStatus], *, consequence: bool, explain: bool) -> None:
    from api.shapes.consequence import consequence_shape
    from api.shapes.explanation import explanation_shape
    from api.shapes.settlement import finding_shape, ordered_findings, termination_right_shape

    rows = []
    for each in chosen:
        row = termination_right_shape(each)
        if consequence:
            row["consequence"] = consequence_shape(found.consequence(each))
        if explain:
            row["explanation"] = explanation_shape(found.explanation(each))
        rows.append(row)
    findings = ordered_findings(found.findings())
    print_json(
        {
            "asOf": found.as_of.isoformat(),
            "terminationRights": rows,
            "findings": [finding_shape(finding) for finding in findings],
        }
    )


def _print(found: RightsOn, chosen: list[RightStatus], *, consequence: bool, explain: bool) -> None:
    from api.cli.explanation_view import print_explanation
    from api.cli.rights_view import print_consequence, print_grounds, print_rights
    from api.cli.settlement_view import print_findings

    with screen() as console:
        console.print(f"As of {found.as_of.isoformat()}")
        console.print()
        if not chosen:
            console.print("No agreement in force has such a right.")
        print_rights(console, chosen)
        for each in chosen:
            print_grounds(console, each)
            if consequence:
                print_consequence(console, found.consequence(each))
            if explain:
                title = f"{each.agreement} · {each.name}: {each.status.value}"
                print_explanation(console, title, found.explanation(each), set())
                console.print()
        print_findings(console, found.findings())
