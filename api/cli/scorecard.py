"""``privity scorecard``: how one party did over several months, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AsJson, OptionalFolder
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from api.services.scoring import Scored
    from settlement.scorecards import LevelScore

__all__ = ["scorecard"]


def scorecard(
    party: Annotated[
        str, typer.Argument(metavar="PARTY", help="The party's name in the contracts.", show_default=False)
    ],
    folder: OptionalFolder = None,
    *,
    since: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="PERIOD",
            help="The first month, or a period that it begins.",
            show_default=False,
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="PERIOD", help="The last month, or a period that it ends.", show_default=False
        ),
    ],
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say how one party did over several months: promises, duties, what it answers for, and its side of the money.

    Of a folder, every month is as known on the day after the last one; of a store, as its last run gave it.

    \b
    Examples:
      privity scorecard nimbrel examples/halden --from 2026-01 --to 2026-06
      privity scorecard meridian-bank --store .privity --from 2026-Q1 --to 2026-Q2 --json
    """
    scored = _scored(party, folder, since, to, store)
    if as_json:
        from api.shapes.scorecard import scorecard_shape

        print_json(scorecard_shape(scored))
        return
    with screen() as console:
        _print(console, scored)


def _scored(party: str, folder: Path | None, since: str, to: str, store: Path | None) -> Scored:
    from api.services.scoring import months_between, scorecard_of_folder, scorecard_of_store

    months = months_between(folder, since, to)
    if folder is not None:
        with Waiting() as waiting:
            return scorecard_of_folder(folder, party, months, waiting)
    with opened_store(store) as privity:
        return scorecard_of_store(privity.reader, party, months)


def _print(console: Console, scored: Scored) -> None:
    from api.cli.tables import table
    from api.cli.wording import amount_text
    from domain.money import decimal_text

    card = scored.card
    console.print(f"{card.party}, {scored.months[0].name} to {scored.months[-1].name}")
    if scored.unsettled:
        console.print("Not settled: " + ", ".join(month.name for month in scored.unsettled))
    console.print()
    _print_levels(console, "What it promised", card.promises)
    _print_levels(console, "What it owed as a customer: its duties", card.duties)
    if card.answered:
        made = table(
            "Broken promise to a customer", "Period", "Its part", right=("Its part",), whole=("Period",)
        )
        for each in card.answered:
            of = each.breach.attainment.of
            made.add_row(
                f"{of.agreement.name} · {of.level.name} · {of.service}",
                each.breach.attainment.period.name,
                f"{decimal_text(each.share * 100, places=2, finite_max=2)} %",
            )
        console.print(made)
        console.print()
    if card.money:
        columns = ("Owed", "Owed to it", "Forgone", "Caused", "Recoverable", "Internal", "Gap")
        made = table("", *columns, right=columns)
        for money in card.money:
            made.add_row(
                money.currency,
                *(
                    amount_text(each)
                    for each in (
                        money.owed,
                        money.due,
                        money.forgone,
                        money.caused,
                        money.recoverable,
                        money.internal,
                        money.gap,
                    )
                ),
            )
        console.print(made)
    if not (card.promises or card.duties or card.answered or card.money):
        console.print("It promised nothing in this time, and answers for nothing.")


def _print_levels(console: Console, title: str, scores: tuple[LevelScore, ...]) -> None:
    from api.cli.tables import indented, table

    if not scores:
        return
    columns = ("Met", "Missed", "No data")
    made = table(title, *columns, "Missed in", right=columns)
    agreement = ""
    for each in scores:
        if each.of.agreement.name != agreement:
            agreement = each.of.agreement.name
            made.add_row(agreement)
        made.add_row(
            indented(f"{each.of.level.name} · {each.of.service}", 2),
            str(each.met),
            str(each.missed),
            str(each.no_data),
            ", ".join(period.name for period in each.missed_in),
        )
    console.print(made)
    console.print()
