"""``privity agreement``: the life of an agreement, each step recorded in the store or refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.options import read_date
from api.cli.ordering import AgreementArgument, At, Giver, Version, ordering, when

__all__ = ["agreement_app"]

agreement_app = typer.Typer(
    help="""The life of an agreement: propose it, sign it, put it in force, end it. Each step is recorded in the store,
and refused with the reason where it may not be taken.

\b
Examples:
  privity agreement propose sla-shop-v2.yaml --reason "faster responses"
  privity agreement move sla-shop --to negotiating --reason "sent to the customer"
  privity agreement sign sla-shop --party meridian-bank --by "A. Osei" --reason "signed in Leeds"
  privity agreement move sla-shop --to active --reason "begins in July"
""",
    rich_markup_mode=None,
)


@agreement_app.command("propose")
@ordering
def propose(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="One document of kind Agreement.", show_default=False),
    ],
    *,
    giver: Giver,
) -> None:
    """Propose an agreement, or the next version of one: its document says state: draft."""
    from api.errors import Fault, RequestError
    from api.services.acts import ProposeAgreement

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(
            Fault("FOLDER", f"{file} cannot be read: {error}", "Name a YAML file", file=str(file))
        ) from error
    giver.record(ProposeAgreement(text))


@agreement_app.command("sign")
@ordering
def sign(
    agreement: AgreementArgument,
    *,
    giver: Giver,
    party: Annotated[
        str, typer.Option("--party", metavar="PARTY", help="The party that signs.", show_default=False)
    ],
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="NAME", help="The person who signs; by default --actor.", show_default=False
        ),
    ] = None,
    version: Version = None,
    at: At = None,
) -> None:
    """Record the signature of a party; with the second party's the version is agreed."""
    from api.services.acts import SignAgreement

    giver.record(SignAgreement(agreement, party, version, by, when(at)))


@agreement_app.command("move")
@ordering
def move(
    agreement: AgreementArgument,
    *,
    giver: Giver,
    to: Annotated[
        Literal["draft", "negotiating", "agreed", "active", "terminated", "expired"],
        typer.Option("--to", help="Where it is to stand.", show_default=False),
    ],
    version: Version = None,
    ends: Annotated[
        str | None,
        typer.Option("--ends", metavar="DATE", help="The last day of a terminated one.", show_default=False),
    ] = None,
    trigger: Annotated[
        Literal["new_agreement", "change", "customer_request"] | None,
        typer.Option("--trigger", help="What set it off.", show_default=False),
    ] = None,
    at: At = None,
) -> None:
    """Take an agreement a step on in its life."""
    from api.services.acts import MoveAgreement
    from domain.agreements import State
    from domain.life import Trigger

    order = MoveAgreement(
        agreement,
        State(to),
        version,
        read_date(ends),
        None if trigger is None else Trigger(trigger),
        when(at),
    )
    giver.record(order)
