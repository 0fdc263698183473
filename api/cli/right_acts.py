"""``privity right``: acts on a right to terminate, recorded in the store or refused with the reason."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.ordering import AgreementArgument, At, Giver, ordering, when

__all__ = ["right_app"]

_RightArgument = Annotated[
    str, typer.Argument(metavar="RIGHT", help="The right's name in the contract.", show_default=False)
]

right_app = typer.Typer(
    help="""Acts on a right to terminate: notify the breach, exercise it, waive it. `privity rights` says how it stands.

\b
Examples:
  privity right notify uc-cirrus chronic-availability --reason "letter of 3 July"
  privity right exercise uc-cirrus chronic-availability --reason "decided by the board"
  privity right waive uc-cirrus chronic-availability --reason "new terms agreed"
""",
    rich_markup_mode=None,
)


@right_app.command("notify")
@ordering
def notify(
    agreement: AgreementArgument,
    right: _RightArgument,
    *,
    giver: Giver,
    at: At = None,
) -> None:
    """Serve notice of the breach that a right rests on, where its cure runs from notice."""
    _act(giver, agreement, right, "breach", at)


@right_app.command("exercise")
@ordering
def exercise(
    agreement: AgreementArgument,
    right: _RightArgument,
    *,
    giver: Giver,
    at: At = None,
) -> None:
    """Exercise a right that stands open: the agreement ends with its notice."""
    _act(giver, agreement, right, "exercise", at)


@right_app.command("waive")
@ordering
def waive(
    agreement: AgreementArgument,
    right: _RightArgument,
    *,
    giver: Giver,
    at: At = None,
) -> None:
    """Give up what has accrued of a right."""
    _act(giver, agreement, right, "waive", at)


def _act(giver: Giver, agreement: str, right: str, act: str, at: str | None) -> None:
    from api.services.acts import ActOnRight
    from domain.termination.terms import Act

    giver.record(ActOnRight(agreement, right, Act(act), when(at)))
