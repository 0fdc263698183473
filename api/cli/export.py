"""``privity export``: the documents of the store as a folder, with everything that was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import note, print_json
from api.cli.options import AsJson, AsOf, read_date
from api.cli.stored import StoreFolder, opened_store

__all__ = ["export"]


def export(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="A folder that is not there yet, or is empty.", show_default=False
        ),
    ],
    *,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Write the contract documents of the store into a folder: as loaded, and as recorded through orders.

    Signatures, steps, notices, reliefs, decisions and proposals lie under recorded/, so that the folder tells the
    whole story by itself, and can be reviewed and loaded again. Evidence is not written.

    \b
    Examples:
      privity export contracts
      privity export contracts-of-june --as-of 2026-06-30
    """
    from api.services.exporting import exported

    with opened_store(store) as privity:
        files = exported(privity.store, folder, read_date(as_of))
    if as_json:
        print_json({"folder": str(folder), "files": list(files)})
    else:
        note(f"{len(files)} files written to {folder}.")
