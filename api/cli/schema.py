"""``privity schema``: the JSON Schema of contract documents, for editors to complete and check from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import note, print_json

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
    import json

    from documents.schema import documents_schema

    from api.errors import Fault, RequestError

    made = documents_schema()
    if out is None:
        print_json(made)
        return
    try:
        out.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        cure = "Give a file in a folder that exists and that you may write to"
        raise RequestError(
            Fault("FOLDER", f"{out} cannot be written: {error.strerror}", cure, file=str(out))
        ) from error
    note(f"Written to {out}.")
