"""``privity graph``: what hangs on whom, and a picture of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, print_text, screen
from api.cli.options import AgreementName, AsJson, OptionalFolder, ServiceName, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.services.exposure import Exposure

__all__ = ["graph_app"]

OnDay = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DATE",
        help="Under the contracts in force on that day; by default of the month that check tells of.",
        show_default=False,
    ),
]
PartyName = Annotated[
    str | None,
    typer.Option("--party", metavar="NAME", help="A party, with those below it.", show_default=False),
]

graph_app = typer.Typer(
    help="""What hangs on whom: dependents, single points of failure, failure sets, concentration of risk.

\b
Examples:
  privity graph depends examples/halden --party cirrus
  privity graph points examples/halden
  privity graph sets examples/halden --agreement sla-online-banking --by party
  privity graph concentration examples/halden --json
  privity graph draw examples/halden --service online-banking --out banking.svg
""",
    rich_markup_mode=None,
)


def _exposure(folder: Path | None, on: str | None, store: Path | None) -> Exposure:
    from api.services.exposure import Exposure, exposure_of_folder

    if folder is not None:
        with Waiting() as waiting:
            return exposure_of_folder(folder, read_date(on), waiting)
    with opened_store(store) as privity:
        day = read_date(on)
        if day is None:
            from datetime import UTC, datetime

            periods = privity.reader.settled_periods()
            day = periods[-1].first if periods else datetime.now(UTC).date()
        return Exposure.of(privity.reader.portfolio(), day)


@graph_app.command("depends")
def depends(
    folder: OptionalFolder = None,
    *,
    party: PartyName = None,
    service: ServiceName = None,
    on: OnDay = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say what depends on a party or a service, and what falls if it is gone: services, and promises to customers."""
    from api.shapes.exposure import dependents_shape

    exposure = _exposure(folder, on, store)
    found = exposure.dependents(party, service)
    if as_json:
        print_json({"day": exposure.day.isoformat(), **dependents_shape(found)})
        return
    from api.cli.graph_view import print_dependents

    with screen() as console:
        print_dependents(console, party or service or "", found)


@graph_app.command("points")
def points(
    folder: OptionalFolder = None,
    *,
    agreement: AgreementName = None,
    service: ServiceName = None,
    on: OnDay = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Name the single points of failure under SLAs: services, parties and agreements each of which alone is enough."""
    from api.shapes.exposure import single_points_shape

    exposure = _exposure(folder, on, store)
    found = exposure.single_points(agreement, service)
    if as_json:
        print_json(
            {"day": exposure.day.isoformat(), "singlePoints": [single_points_shape(each) for each in found]}
        )
        return
    from api.cli.graph_view import print_points

    with screen() as console:
        print_points(console, found)


@graph_app.command("sets")
def sets(
    folder: OptionalFolder = None,
    *,
    agreement: AgreementName = None,
    service: ServiceName = None,
    by: Annotated[
        str, typer.Option("--by", metavar="WHAT", help="service or party: what fails.")
    ] = "service",
    most: Annotated[
        int, typer.Option("--most", metavar="N", min=0, help="How many sets are listed, smallest first.")
    ] = 100,
    on: OnDay = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the minimal sets of failures that break an SLA: each is enough, and no part of it is."""
    from api.errors import Fault, RequestError
    from api.shapes.exposure import failure_sets_shape

    if by not in ("service", "party"):
        raise RequestError(Fault("USAGE", f'--by is "{by}"', "Write --by service or --by party"))
    exposure = _exposure(folder, on, store)
    found = exposure.failure_sets(agreement, service, by_party=by == "party", most=most)
    if as_json:
        shapes = [failure_sets_shape(each, by_party=by == "party") for each in found]
        print_json({"day": exposure.day.isoformat(), "failureSets": shapes})
        return
    from api.cli.graph_view import print_sets

    with screen() as console:
        print_sets(console, found)


@graph_app.command("concentration")
def concentration(
    folder: OptionalFolder = None, *, on: OnDay = None, store: StoreFolder = None, as_json: AsJson = False
) -> None:
    """Say what part of the monthly money and of the SLAs stands on each party, and what falls with it alone."""
    from api.shapes.exposure import concentration_shape

    exposure = _exposure(folder, on, store)
    found = exposure.concentration()
    if as_json:
        print_json(
            {"day": exposure.day.isoformat(), "parties": [concentration_shape(each) for each in found]}
        )
        return
    from api.cli.graph_view import print_concentration

    with screen() as console:
        print_concentration(console, found)


@graph_app.command("draw")
def draw(
    folder: OptionalFolder = None,
    *,
    service: ServiceName = None,
    direction: Annotated[
        str, typer.Option("--direction", metavar="WAY", help="down, up or both, from the service.")
    ] = "down",
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", metavar="N", min=0, help="How many steps; by default all.", show_default=False
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORM",
            help="dot or svg; by default as the file is named.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.", show_default=False)
    ] = None,
    on: OnDay = None,
    store: StoreFolder = None,
) -> None:
    """Draw the graph, or the part around one service, for Graphviz (dot) or as a picture (svg)."""
    from api.errors import Fault, RequestError
    from api.graphql.contracts import Contracts
    from api.graphql.services.drawing import drawn
    from api.graphql.services.picture import pictured

    wanted = form or (out.suffix.lstrip(".") if out is not None else "dot")
    if wanted not in ("dot", "svg") or direction not in ("down", "up", "both"):
        cure = "Write --format dot or svg, and --direction down, up or both"
        raise RequestError(Fault("USAGE", f'cannot draw "{wanted}", {direction}', cure))
    exposure = _exposure(folder, on, store)
    if service is not None:
        exposure.require_service(service)
    contracts = Contracts.of(exposure.portfolio, exposure.day, exposure.chain)
    needs = contracts.needs(service, down=direction != "up", up=direction != "down", depth=depth)
    reached = {name for need in needs for name in (need.service, need.needs)}
    names = sorted(exposure.portfolio.services) if service is None else sorted(reached | {service})
    text = (drawn if wanted == "dot" else pictured)(contracts, names, needs)
    if out is None:
        print_text(text)
    else:
        out.write_text(text, encoding="utf-8")
