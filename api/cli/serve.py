"""``privity serve``: the store over HTTP, with GraphQL and GraphiQL, until it is interrupted."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.console import note
from api.cli.stored import StoreFolder, opened_store

__all__ = ["serve"]


def serve(
    *,
    store: StoreFolder = None,
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="ADDRESS", help="The address to listen on; by default this machine's own."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port.")] = 8000,
) -> None:
    r"""Serve the store: GraphQL and GraphiQL at /graphql, /health and /ready for machines.

    There is no sign-in yet: whoever reaches the address can read and change everything.

    \b
    Examples:
      privity serve
      privity serve --store shop --port 9000
    """
    import uvicorn

    from api.serving.application import application

    with opened_store(store) as privity:
        shown = f"[{host}]" if ":" in host else host
        note(f"GraphiQL: http://{shown}:{port}/graphql   Stop with Ctrl-C.")
        uvicorn.run(application(privity.reader, privity.commands), host=host, port=port, log_level="warning")
