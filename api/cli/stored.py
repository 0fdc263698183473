"""What the commands that work on a store share: where it lies, who gives the order, and why.

Limits: texts are read by typer when the commands are declared, so nothing heavy is imported here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.bootstrap import Privity

__all__ = ["Actor", "Key", "Reason", "StoreFolder", "actor_named", "opened_store"]

StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="FOLDER",
        help="The folder of the store; by default PRIVITY_STORE, else .privity.",
        show_default=False,
    ),
]
Actor = Annotated[
    str | None,
    typer.Option("--actor", metavar="NAME", help="Who gives the order; by default you.", show_default=False),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit trail.")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="TEXT",
        help="The order's own key: with the same key it is carried out once.",
        show_default=False,
    ),
]


@contextmanager
def opened_store(folder: Path | None) -> Iterator[Privity]:
    """The store that an option or the environment names."""
    from api.bootstrap import opened
    from api.settings import Settings

    with opened(Settings.from_environment(os.environ, folder)) as privity:
        yield privity


def actor_named(actor: str | None) -> str:
    """Who gives an order: as said, else as the operating system calls its user."""
    import getpass

    if actor:
        return actor
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # A container may run under a number that has no name.
        return "unknown"
