"""``privity calendar`` and ``privity negotiation``: what falls due, and what was asked, supported and agreed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AgreementName, AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from fractions import Fraction

    from domain.agreements import Threshold
    from domain.diary import Entry

__all__ = ["calendar", "negotiation"]


def calendar(
    folder: OptionalFolder = None,
    *,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="The first day; by default --as-of.", show_default=False),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DATE", help="The last day; by default a year later.", show_default=False
        ),
    ] = None,
    agreement: AgreementName = None,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say what falls due: ends and renewals, last days for notice, reviews, rights that lapse, claims, escalations.

    As of the day after the last month that the evidence speaks of, unless --as-of says another; without FOLDER, of
    the store.

    \b
    Examples:
      privity calendar examples/halden
      privity calendar examples/halden --agreement uc-cirrus --from 2026-07-01 --to 2026-12-31
    """
    as_of_day, entries = _entries(folder, first, last, agreement, as_of, store)
    if as_json:
        from api.shapes.agenda import entry_shape

        print_json({"asOf": as_of_day, "entries": [entry_shape(each) for each in entries]})
        return
    from api.cli.tables import table

    with screen() as console:
        console.print(f"As of {as_of_day}")
        console.print()
        if not entries:
            console.print("Nothing falls due.")
            return
        shown = table("Day", "Agreement", "What", "Who", "Clause", whole=("Day",))
        for each in entries:
            shown.add_row(each.day.isoformat(), each.agreement, each.what, each.who, each.clause)
        console.print(shown)


def _entries(
    folder: Path | None,
    first: str | None,
    last: str | None,
    agreement: str | None,
    as_of: str | None,
    store: Path | None,
) -> tuple[str, tuple[Entry, ...]]:
    from api.services.agenda import calendar_of, settling_of_folder

    begin, end = read_date(first), read_date(last)
    if folder is not None:
        with Waiting() as waiting:
            settling = settling_of_folder(folder, read_date(as_of), waiting)
            return settling.as_of.isoformat(), calendar_of(settling, begin, end, agreement)
    with opened_store(store) as privity:
        settling = privity.reader.rights(read_date(as_of)).settling
        return settling.as_of.isoformat(), calendar_of(settling, begin, end, agreement)


def negotiation(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="The agreement.", show_default=False)],
    folder: OptionalFolder = None,
    *,
    version: Annotated[
        int | None,
        typer.Option(
            "--version", metavar="N", help="Which version; the last by default.", show_default=False
        ),
    ] = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Say of each promise what was asked for, what the chain supports, and what is agreed.

    \b
    Examples:
      privity negotiation sla-shop contracts
      privity negotiation sla-shop --version 2 --store .privity --json
    """
    from api.services.agenda import negotiated
    from api.services.folders import read_contracts, require_folder

    if folder is not None:
        require_folder(folder)
        portfolio = read_contracts(folder).portfolio
        chosen, rows = negotiated(portfolio, agreement, version)
    else:
        with opened_store(store) as privity:
            portfolio = privity.reader.portfolio()
            chosen, rows = negotiated(portfolio, agreement, version)
    state = portfolio.life(chosen).state.value
    if as_json:
        from api.shapes.agenda import negotiated_shape

        levels = [negotiated_shape(each) for each in rows]
        print_json({"agreement": chosen.name, "version": chosen.version, "state": state, "levels": levels})
        return
    from api.cli.tables import table
    from domain.money import decimal_text

    def figure(value: Fraction | None, unit: str) -> str:
        if value is None:
            return "unknown"
        return f"{decimal_text(value, 6, 9)} {'%' if unit == 'percent' else 's'}"

    with screen() as console:
        console.print(f"{chosen.name}, version {chosen.version}, {state}")
        console.print()
        shown = table(
            "Promise", "Requested", "Expected", "Guaranteed", "Agreed", "The request is", "What is agreed is"
        )
        for each in rows:
            shown.add_row(
                f"{each.level} · {each.service}",
                _said(each.requested),
                figure(each.expected, each.unit),
                figure(each.guaranteed, each.unit),
                _said(each.agreed),
                "" if each.requested is None else each.request_is.value.lower(),
                each.agreed_is.value.lower(),
            )
        console.print(shown)
        for each in rows:
            if each.reason is not None:
                console.print(f"{each.level} · {each.service}: {each.reason}.", markup=False, highlight=False)


def _said(value: Threshold | None) -> str:
    from domain.agreements import Direction
    from domain.money import decimal_text

    if value is None:
        return "—"
    return f"{'≥' if value.direction is Direction.AT_LEAST else '≤'} {decimal_text(value.value)}"
