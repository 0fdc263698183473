"""``privity schema``: the published forms, of documents for editors and of the API for its clients."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import note, print_text

__all__ = ["schema"]


class What(StrEnum):
    """Whose form is printed."""

    DOCUMENTS = "documents"
    GRAPHQL = "graphql"
    OPENAPI = "openapi"


def schema(
    *,
    of: Annotated[
        What, typer.Option("--of", help="Contract documents, the GraphQL API, or the HTTP service.")
    ] = What.DOCUMENTS,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write to this file instead of standard output.", show_default=False
        ),
    ] = None,
) -> None:
    r"""Print the JSON Schema of contract documents, or the schema of the API.

    An editor that knows it completes keys and marks mistakes while you write: make this comment the first line of a
    document.

    \b
      # yaml-language-server: $schema=documents.schema.json

    \b
    Examples:
      privity schema --out documents.schema.json
      privity schema --of graphql --out schema.graphql
    """
    from api.errors import Fault, RequestError

    text = _text(of)
    if out is None:
        print_text(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        cure = "Give a file in a folder that exists and that you may write to"
        raise RequestError(
            Fault("FOLDER", f"{out} cannot be written: {error.strerror}", cure, file=str(out))
        ) from error
    note(f"Written to {out}.")


def _text(of: What) -> str:
    if of is What.DOCUMENTS:
        from documents.schema import schema_text

        return schema_text()
    from api.serving.published import graphql_text, openapi_text

    return graphql_text() if of is What.GRAPHQL else openapi_text()
