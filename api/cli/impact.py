"""``privity impact``: both sides of the money over some months, by party, by SLA or by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from pathlib import Path

    from api.services.impact import Impact

__all__ = ["impact"]


def impact(
    folder: OptionalFolder = None,
    *,
    since: Annotated[
        str,
        typer.Option(
            "--from", metavar="PERIOD", help="The first month, quarter or year.", show_default=False
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="PERIOD", help="The last; by default the first alone.", show_default=False
        ),
    ] = None,
    by: Annotated[
        Literal["party", "sla", "month"],
        typer.Option("--by", help="What each row is: who answers, which SLA was paid for, or which month."),
    ] = "party",
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say what some months cost whom: owed to customers, recoverable, and the gap with its reasons.

    Of a folder the months are settled, those before them in the year too, for the year so far. Of the store the last
    settlement of each month is read (see privity run). --json prints all three at once.

    \b
    Examples:
      privity impact examples/halden --from 2026-01 --to 2026-03
      privity impact examples/halden --from 2026-Q1 --by sla
      privity impact --store .privity --from 2026-01 --to 2026-06 --by month
    """
    found = _impact(folder, since, to, as_of, store)
    if as_json:
        from api.shapes.impact import impact_shape

        print_json(impact_shape(found))
    else:
        from api.cli.impact_view import print_impact

        with screen() as console:
            print_impact(console, found, by)
    if found.unsettled:
        months = ", ".join(month.name for month in found.unsettled)
        note(f"The year to date is without {months}: not settled. Settle with privity run --period PERIOD.")


def _impact(folder: Path | None, since: str, to: str | None, as_of: str | None, store: Path | None) -> Impact:
    from api.errors import Fault, RequestError
    from api.services.impact import impact_of_folder, impact_of_store

    if folder is not None:
        with Waiting() as waiting:
            return impact_of_folder(folder, since, to, read_date(as_of), waiting)
    if as_of is not None:
        raise RequestError(
            Fault("USAGE", "--as-of goes with a folder", "Of the store each month's last settlement is read")
        )
    with opened_store(store) as privity:
        return impact_of_store(privity.reader, since, to)
