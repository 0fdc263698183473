"""``privity diff``: what one version of an agreement says otherwise than another, and what that would have changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.services.differences import VersionDifference
    from api.shapes.parts import JsonValue

__all__ = ["diff"]


def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A", help="AGREEMENT:VERSION, or a file with one version.", show_default=False
        ),
    ],
    after: Annotated[
        str, typer.Argument(metavar="B", help="The other version, or a file.", show_default=False)
    ],
    folder: OptionalFolder = None,
    *,
    effect: Annotated[
        str | None,
        typer.Option(
            "--effect",
            metavar="PERIOD",
            help="Settle this period with the terms of B in the place of A's, and say what would have changed.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say what B says otherwise than A, term by term; with --effect also what it would have made of a period.

    Without FOLDER the versions and the evidence are those of the store.

    \b
    Examples:
      privity diff sla-shop:1 sla-shop:2 contracts
      privity diff sla-shop:1 proposal.yaml contracts --effect 2026-03
      privity diff sla-shop:1 sla-shop:2 --store .privity --effect 2026-Q1 --json
    """
    found = _found(before, after, folder, effect, as_of, store)
    if as_json:
        from api.shapes.comparison import what_if_shape

        told: dict[str, JsonValue] = {
            "agreement": found.agreement,
            "before": found.before,
            "after": found.after,
            "differences": [
                {"path": each.path, "clause": each.clause, "before": each.before, "after": each.after}
                for each in found.rows
            ],
        }
        if found.effect is not None and effect is not None:
            told["effect"] = what_if_shape(
                effect, found.effect.replaced, found.effect.added, found.effect.found
            )
        print_json(told)
        return
    _print(found, effect)


def _found(
    before: str, after: str, folder: Path | None, effect: str | None, as_of: str | None, store: Path | None
) -> VersionDifference:
    from api.services.differences import difference
    from api.services.folders import read_contracts, require_folder
    from api.services.foresight import grounds_of_folder, grounds_of_store
    from api.services.settling import asked_period

    period = None if effect is None else asked_period(folder, effect)
    day = None if period is None else read_date(as_of) or period.day_after
    with Waiting() as waiting:
        if folder is not None:
            require_folder(folder)
            if period is None or day is None:
                return difference(read_contracts(folder, waiting).sources, before, after)
            grounds = grounds_of_folder(folder, day, waiting)
            return difference(grounds.documents.sources, before, after, (grounds, period))
        with opened_store(store) as privity:
            sources = privity.reader.document_sources().sources
            asked = None if period is None or day is None else (grounds_of_store(privity.reader, day), period)
            return difference(sources, before, after, asked)


def _print(found: VersionDifference, effect: str | None) -> None:
    from api.cli.comparison_view import print_comparison
    from api.cli.tables import table

    with screen() as console:
        console.print(f"{found.agreement}: version {found.before} → {found.after}")
        console.print()
        if not found.rows:
            console.print("Both say the same.")
        else:
            shown = table("Term", f"Version {found.before}", f"Version {found.after}", "Clause")
            for each in found.rows:
                shown.add_row(each.path, each.before or "—", each.after or "—", each.clause or "")
            console.print(shown)
        if found.effect is not None:
            console.print()
            console.print(f"Under version {found.after}, {effect} would have been:")
            console.print()
            print_comparison(console, found.effect.found.comparison)
