"""``privity simulate-outage``: what an outage would break, cost and return, before it has happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from settlement.supposed_evidence import SupposedOutage
    from settlement.supposing import OutageSimulation

__all__ = ["read_instant", "simulate_outage"]


def simulate_outage(
    folder: OptionalFolder = None,
    *,
    service: Annotated[
        str,
        typer.Option("--service", metavar="NAME", help="The service that would fail.", show_default=False),
    ],
    since: Annotated[
        str,
        typer.Option("--from", metavar="TIME", help="When, like 2026-04-14T10:00Z.", show_default=False),
    ],
    to: Annotated[str, typer.Option("--to", metavar="TIME", help="Until when.", show_default=False)],
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause",
            metavar="CAUSE",
            help="customer, force_majeure, maintenance or other_supplier; by default a failure of its own.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say what an outage would break: which promises, which credits, who answers, and what could be recovered.

    The outage is added to the evidence, and its months are settled with and without it, by the rules that settle
    every month. Redundancy that would have held holds. Nothing is stored.

    \b
    Examples:
      privity simulate-outage examples/halden --service payments-gateway --from 2026-03-06T10:00Z --to 2026-03-06T14:00Z
      privity simulate-outage --store .privity --service wan --from 2026-07-01T08:00Z --to 2026-07-01T12:00Z --json
    """
    from api.services.foresight import supposed_outage

    outage = supposed_outage(service, read_instant(since, "--from"), read_instant(to, "--to"), cause)
    with Waiting() as waiting:
        found = _simulated(folder, outage, as_of, store, waiting)
    if as_json:
        from api.shapes.comparison import outage_simulation_shape

        print_json(outage_simulation_shape(found))
        return
    from api.cli.comparison_view import print_outage_simulation

    with screen() as console:
        print_outage_simulation(console, found)


def _simulated(
    folder: Path | None, outage: SupposedOutage, as_of: str | None, store: Path | None, waiting: Waiting
) -> OutageSimulation:
    from api.services.foresight import grounds_of_folder, grounds_of_store, outage_simulated, rights_day

    day = read_date(as_of) or rights_day(outage)
    if folder is not None:
        return outage_simulated(grounds_of_folder(folder, day, waiting), outage, waiting)
    with opened_store(store) as privity:
        return outage_simulated(grounds_of_store(privity.reader, day), outage, waiting)


def read_instant(text: str, option: str) -> int:
    """The instant that an option names. Raises RequestError where it names none."""
    from api.errors import Fault, RequestError
    from domain.errors import InvalidValue
    from domain.instants import parse_instant

    try:
        return parse_instant(text)
    except InvalidValue as error:
        raise RequestError(Fault("DATE", f"{option}: {error}", value=text)) from error
