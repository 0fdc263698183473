"""``privity what-if``: changed contracts against what happened, side by side with what was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, PeriodName, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from datetime import date

    from api.services.foresight import Changed
    from domain.periods import Period

__all__ = ["what_if"]


def what_if(
    folder: OptionalFolder = None,
    *,
    changed: Annotated[
        list[Path],
        typer.Option(
            "--with",
            metavar="FILE",
            help="A file of changed contract documents; may be given several times.",
            show_default=False,
        ),
    ],
    period: PeriodName,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Settle a period under changed contracts: a target, a credit, a vendor or redundancy that might be.

    Each document in FILE takes the place of the one of its kind and name (of an agreement: and version); a new one is
    added. The period is settled with and without them from the same evidence, and printed where the two differ. What
    a changed chain would have kept from a service that has a monitor of its own is taken from its records.

    \b
    Examples:
      privity what-if examples/halden --with tighter.yaml --period 2026-03
      privity what-if --store .privity --with second-line.yaml --with uc-second-line.yaml --period 2026-Q1 --json
    """
    from api.services.foresight import changed_texts
    from api.services.settling import asked_period

    asked = asked_period(folder, period)
    texts = changed_texts(changed)
    with Waiting() as waiting:
        found, missing = _found(folder, texts, asked, read_date(as_of) or asked.day_after, store, waiting)
    if as_json:
        from api.shapes.comparison import what_if_shape

        print_json(what_if_shape(asked.name, found.replaced, found.added, found.found))
    else:
        from api.cli.comparison_view import print_what_if

        with screen() as console:
            print_what_if(console, found.replaced, found.added, found.found)
    if missing:
        note(missing)
    comparison = found.found.comparison
    if not (comparison.attainments or comparison.same):
        note(f"No active agreement has a service level that is measured in {asked.name}, changed or not.")
    if not (comparison.attainments or comparison.statements or comparison.appeared or comparison.rights):
        note(f"Nothing of {asked.name} would have been otherwise.")


def _found(
    folder: Path | None,
    texts: dict[str, str],
    period: Period,
    as_of: date,
    store: Path | None,
    waiting: Waiting,
) -> tuple[Changed, str | None]:
    """What would have been; of a folder also that nothing is known of the period, where that is so."""
    from api.services.foresight import grounds_of_folder, grounds_of_store, what_would_be, without_evidence

    if folder is not None:
        grounds = grounds_of_folder(folder, as_of, waiting)
        return what_would_be(grounds, texts, period, waiting), without_evidence(grounds, period)
    with opened_store(store) as privity:
        return what_would_be(grounds_of_store(privity.reader, as_of), texts, period, waiting), None
