"""``privity published``: the catalogue of SLAs that suppliers publish for everybody."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.console import print_text
from api.cli.options import read_date

__all__ = ["published_app"]

published_app = typer.Typer(
    help="""The catalogue of SLAs that suppliers publish for everybody.

\b
Examples:
  privity published list
  privity published show aws-compute-region --provider aws --consumer halden-it --service hosting \\
    --from 2026-01-01 --to 2026-12-31 --monthly 12000.00 > uc-aws.yaml
""",
    rich_markup_mode=None,
)


@published_app.command("list")
def list_published() -> None:
    """Name every published SLA, with its publisher, what it covers and where it was read."""
    from api.cli.console import screen
    from api.cli.tables import table
    from vendors.published.catalogue import published

    shown = table("Name", "Publisher", "Covers", "Read at", whole=("Name",))
    for one in published():
        shown.add_row(one.name, one.publisher, one.title, one.address)
    with screen() as console:
        console.print(shown)


@published_app.command("show")
def show_published(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Its name in the catalogue.", show_default=False)
    ],
    *,
    provider: Annotated[
        str, typer.Option(metavar="PARTY", help="The vendor, as your documents name it.", show_default=False)
    ],
    consumer: Annotated[str, typer.Option(metavar="PARTY", help="Who buys it.", show_default=False)],
    service: Annotated[
        str, typer.Option(metavar="SERVICE", help="The service that it covers.", show_default=False)
    ],
    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="The first day of the term.", show_default=False)
    ],
    last: Annotated[
        str, typer.Option("--to", metavar="DATE", help="The last day of the term.", show_default=False)
    ],
    agreement: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="The agreement's name; by default uc- and the vendor's.",
            show_default=False,
        ),
    ] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="The currency of its charges.")] = "USD",
    monthly: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="What the service costs a month: credits are a percentage of it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write an underpinning contract on the published terms, to save beside your other documents."""
    from api.errors import Fault, RequestError
    from domain.errors import InvalidValue
    from vendors.published.catalogue import Between, find

    begins, ends = read_date(first), read_date(last)
    assert begins is not None and ends is not None  # noqa: S101, PT018 - both options are required
    try:
        found = find(name)
    except InvalidValue as error:
        raise RequestError(Fault("NAME", str(error), value=name)) from error
    between = Between(
        agreement or f"uc-{provider}", provider, consumer, service, begins, ends, currency, monthly
    )
    print_text(found.document(between))
