"""The arguments that several commands share, with the words that ``--help`` says of them.

Limits: texts are read by typer when the commands are declared, so nothing heavy is imported here.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AgreementName",
    "AsJson",
    "AsOf",
    "Folder",
    "LevelName",
    "OptionalFolder",
    "PeriodName",
    "ServiceName",
    "read_date",
]

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER",
        help="A folder of contract documents (*.yaml, any depth) and evidence/.",
        show_default=False,
    ),
]
OptionalFolder = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]",
        help="A folder of contract documents and evidence/; without it, the store.",
        show_default=False,
    ),
]
PeriodName = Annotated[
    str,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help="A month (2026-03), a quarter (2026-Q1) or a year (2026).",
        show_default=False,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Count only what was known on that day (2026-04-01); by default the day after the period.",
        show_default=False,
    ),
]
AgreementName = Annotated[
    str | None, typer.Option("--agreement", metavar="NAME", help="Only this agreement.", show_default=False)
]
LevelName = Annotated[
    str | None, typer.Option("--level", metavar="NAME", help="Only this service level.", show_default=False)
]
ServiceName = Annotated[
    str | None, typer.Option("--service", metavar="NAME", help="Only this service.", show_default=False)
]


def read_date(text: str | None) -> date | None:
    """The day that ``--as-of`` names. Raises RequestError where it names none."""
    from api.errors import Fault, RequestError
    from domain.errors import InvalidValue
    from domain.instants import parse_date

    if text is None:
        return None
    try:
        return parse_date(text)
    except InvalidValue as error:
        raise RequestError(Fault("DATE", str(error), value=text)) from error
