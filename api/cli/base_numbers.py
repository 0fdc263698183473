"""``privity base-numbers``: what history says of every target, and which targets were set without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, print_json, screen
from api.cli.options import AgreementName, AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction
    from pathlib import Path

    from rich.console import Console

    from settlement.base_numbers import BaseNumber

__all__ = ["base_numbers"]


def base_numbers(
    folder: OptionalFolder = None,
    *,
    as_of: AsOf = None,
    agreement: AgreementName = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="With --json: say how each proposal came about.")
    ] = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Propose targets from history, each with the probability of meeting it, and say when to look at them again.

    Every level in force, and every level of a draft, is measured over the past as it is defined today. Without
    --as-of: the day after the last month that the folder's evidence speaks of, or that the store has settled.

    \b
    Examples:
      privity base-numbers examples/halden
      privity base-numbers examples/halden --agreement sla-online-banking --json --explain
    """
    day, found = _found(folder, as_of, store, agreement)
    if as_json:
        from api.shapes.foresight import base_numbers_shape

        print_json(base_numbers_shape(day, found, explain=explain))
        return
    with screen() as console:
        _print(console, day, found)


def _found(
    folder: Path | None, as_of: str | None, store: Path | None, agreement: str | None
) -> tuple[date, tuple[BaseNumber, ...]]:
    from api.services.foresight import base_numbers_of
    from api.services.rights import rights_of_folder

    if folder is not None:
        with Waiting() as waiting:
            settling = rights_of_folder(folder, read_date(as_of), waiting).settling
            return settling.as_of, base_numbers_of(settling, agreement)
    with opened_store(store) as privity:
        asked = read_date(as_of)
        if asked is None:
            periods = privity.reader.settled_periods()
            asked = periods[-1].day_after if periods else None
        settling = privity.reader.rights(asked).settling
        return settling.as_of, base_numbers_of(settling, agreement)


def _print(console: Console, day: date, found: tuple[BaseNumber, ...]) -> None:
    from rich.text import Text

    from api.cli.tables import indented, table
    from api.cli.wording import threshold_text, value_text
    from domain.base_numbers import WANTED

    console.print(f"As of {day.isoformat()}: what history says of {len(found)} targets.")
    console.print()
    if not found:
        return
    chances = ("95 %", "90 %", "75 %", "50 %")
    made = table("Promise", "Target", "Met", "Next time", *chances, right=("Met", "Next time", *chances))
    name = ""
    for each in found:
        of, kind = each.of, each.of.level.metric.kind
        if of.agreement.name != name:
            name = of.agreement.name
            made.add_row(Text(name + (" (proposed)" if each.is_proposed else ""), style="bold"))
        proposed = {proposal.wanted: proposal for proposal in each.proposals}
        made.add_row(
            indented(" · ".join(part for part in (of.level.name, of.service, of.customer) if part), 2),
            threshold_text(each.threshold, kind),
            f"{each.met} of {len(each.periods)}" if each.periods else "–",
            "–" if each.chance is None else f"{_percent(each.chance[0])}–{_percent(each.chance[1])} %",
            *(
                value_text(proposed[wanted].threshold.value, kind) if wanted in proposed else "–"
                for wanted in WANTED
            ),
        )
    console.print(made)
    console.print(
        "The columns on the right are targets that the next period meets with at least that probability."
    )
    console.print()
    for each in found:
        lines = [*each.notes]
        if each.review_on is not None:
            lines.append(f"Set without history: review it on {each.review_on.isoformat()}.")
        if each.ratchet is not None:
            lines.append(each.ratchet.message)
        if lines:
            of = each.of
            console.print(f"{of.agreement.name} · {of.level.name} · {of.service}")
            for line in lines:
                console.print(indented(line, 2))


def _percent(value: Fraction) -> int:
    return round(100 * value)
