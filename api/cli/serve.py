"""``privity serve``: the store over HTTP, with GraphQL and GraphiQL, until it is interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import note
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    import socket

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

    with opened_store(store) as privity, _listening(host, port) as listener:
        served = uvicorn.Server(
            uvicorn.Config(application(privity.reader, privity.commands), log_level="warning")
        )
        shown = f"[{host}]" if ":" in host else host
        note(f"GraphiQL: http://{shown}:{listener.getsockname()[1]}/graphql   Stop with Ctrl-C.")
        with suppress(KeyboardInterrupt):  # That is how it is stopped.
            served.run(sockets=[listener])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens, so that an address that cannot be had is told before anything is promised."""
    import socket

    from api.errors import Fault, RequestError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise RequestError(
            Fault(
                "ADDRESS",
                f"{host} port {port} cannot be listened on: {_reason(error)}",
                "Give another one with --port or --host",
            )
        ) from error
    with listener:
        yield listener


def _reason(error: OSError) -> str:
    import os

    return str(error) if error.errno is None else os.strerror(error.errno)
