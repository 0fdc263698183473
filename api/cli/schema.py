"""``privity schema``: the JSON Schema of contract documents, for editors to complete and check from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import note, print_text

__all__ = ["schema"]


def schema(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write to this file instead of standard output.", show_default=False
        ),
    ] = None,
) -> None:
    r"""Print the JSON Schema of contract documents.

    An editor that knows it completes keys and marks mistakes while you write: make this comment the first line of a
    document.

    \b
      # yaml-language-server: $schema=documents.schema.json

    \b
    Examples:
      privity schema --out documents.schema.json
    """
    from api.errors import Fault, RequestError
    from documents.schema import schema_text

    if out is None:
        print_text(schema_text())
        return
    try:
        out.write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        cure = "Give a file in a folder that exists and that you may write to"
        raise RequestError(
            Fault("FOLDER", f"{out} cannot be written: {error.strerror}", cure, file=str(out))
        ) from error
    note(f"Written to {out}.")
