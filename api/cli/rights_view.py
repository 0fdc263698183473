"""Rights to terminate as a person reads them: the status first, then the proof, then what would follow.

Example: ``print_rights(console, settlement.rights)`` is the section of ``privity settle``.

Limits: a long list of grounds is cut with a word on how many more there are; ``--json`` has them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from api.cli.tables import indented, status_text, table
from api.cli.wording import money_text
from api.consequence_words import consequence_words

if TYPE_CHECKING:
    from rich.console import Console

    from settlement.consequence import Consequence
    from settlement.results import RightStatus

__all__ = ["print_consequence", "print_grounds", "print_rights"]

_MOST_GROUNDS = 12


def print_rights(console: Console, rights: Sequence[RightStatus]) -> None:
    """A row a right: how it stands, until when it can be exercised, when the agreement would end, and the fee."""
    if not rights:
        return
    console.print(Text("Rights to terminate", style="bold underline"))
    console.print()
    dates = ("Until", "Earliest end")
    made = table("Right", "Status", *dates, "Fee", right=("Fee",), whole=("Status", *dates))
    agreement = ""
    for each in rights:
        if each.agreement != agreement:
            agreement = each.agreement
            made.add_row(Text(agreement, style="bold"))
        until = each.exercisable_until or each.curing_until
        made.add_row(
            indented(each.name + (f" ({each.clause})" if each.clause else ""), 2),
            status_text(each.status.value),
            "" if until is None else until.isoformat(),
            "" if each.earliest_end is None else each.earliest_end.isoformat(),
            "" if each.fee is None else money_text(each.fee),
        )
    console.print(made)
    console.print()
    for each in rights:
        if each.next_trigger is not None:
            console.print(f"{each.agreement} · {each.name}")
            console.print(indented(f"next: {each.next_trigger}", 2))
            console.print()


def print_grounds(console: Console, right: RightStatus) -> None:
    """What a right rests on; what was relieved is struck out, with the reason."""
    if not right.grounds:
        return
    console.print(Text(f"{right.agreement} · {right.name} rests on", style="bold"))
    for ground in right.grounds[:_MOST_GROUNDS]:
        place = " · ".join(part for part in (ground.agreement, ground.level, ground.service) if part)
        line = Text(f"{ground.period}  {place}{': ' if place else ''}{ground.what}")
        if ground.struck is not None:
            line.stylize("strike")
            line.append(f"  struck out: {ground.struck}", style="not strike")
        console.print(indented(line, 2))
    if len(right.grounds) > _MOST_GROUNDS:
        console.print(indented(f"… and {len(right.grounds) - _MOST_GROUNDS} more; --json has them all", 2))
    console.print()


def print_consequence(console: Console, consequence: Consequence) -> None:
    """What ending the agreement would bring with it."""
    title, lines = consequence_words(consequence)
    console.print(Text(title, style="bold"))
    for line in lines:
        console.print(indented(line, 2))
    console.print()
