"""``privity relief``: claim relief and decide it, recorded in the store or refused with the reason."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.cli.ordering import AgreementArgument, At, Giver, ordering, when

__all__ = ["relief_app"]

relief_app = typer.Typer(
    help="""Relief: claim it for time, tickets or items, and decide it. Only accepted relief counts.

\b
Examples:
  privity relief claim sla-shop --cause force_majeure --from 2026-03-04T09:00Z --to 2026-03-04T17:00Z \\
    --reason "the river rose"
  privity relief decide relief-sla-shop accepted --reason "undisputed"
""",
    rich_markup_mode=None,
)


@relief_app.command("claim")
@ordering
def claim(
    agreement: AgreementArgument,
    *,
    giver: Giver,
    cause: Annotated[
        Literal["customer", "force_majeure", "maintenance", "other_supplier"],
        typer.Option("--cause", help="What caused it.", show_default=False),
    ],
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="WHEN", help="When the excused time begins.", show_default=False),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="When it ends.", show_default=False)
    ] = None,
    ticket: Annotated[
        list[str] | None,
        typer.Option("--ticket", metavar="ID", help="An excused ticket.", show_default=False),
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="ID", help="An excused item.", show_default=False)
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="NAME", help="Only this service level.", show_default=False),
    ] = None,
    effect: Annotated[
        list[str] | None,
        typer.Option(
            "--effect",
            metavar="EFFECT",
            help="breach, credit or termination; all three by default.",
            show_default=False,
        ),
    ] = None,
    noticed: Annotated[
        str | None,
        typer.Option(
            "--noticed", metavar="WHEN", help="When it was notified; now by default.", show_default=False
        ),
    ] = None,
    clause: Annotated[
        str | None,
        typer.Option("--clause", metavar="TEXT", help="The clause it rests on.", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="A name for it.", show_default=False)
    ] = None,
) -> None:
    """Claim relief for a stretch of time, for tickets or for items."""
    from api.services.acts import ClaimRelief

    order = ClaimRelief(
        agreement,
        cause,
        name,
        _several(level),
        from_,
        to,
        _several(ticket),
        _several(item),
        _several(effect),
        noticed,
        clause,
    )
    giver.record(order)


@relief_app.command("decide")
@ordering
def decide(
    relief: Annotated[str, typer.Argument(metavar="RELIEF", help="The relief's name.", show_default=False)],
    status: Annotated[
        Literal["accepted", "rejected", "withdrawn"],
        typer.Argument(help="What is decided.", show_default=False),
    ],
    *,
    giver: Giver,
    at: At = None,
) -> None:
    """Accept, reject or withdraw a relief that is claimed. A period that is settled again counts an accepted one."""
    from api.services.acts import DecideRelief
    from domain.relief import ReliefStatus

    order = DecideRelief(relief, ReliefStatus(status), when(at))
    giver.record(order)


def _several(values: list[str] | None) -> tuple[str, ...] | None:
    return tuple(values) if values else None
