"""How one line of a statement came about: of record, as it was issued; of a draft, worked out anew.

The problem: a dispute is about one line of one statement. Its explanation has to be that of the document which was
sent, replayed from nothing but itself, whatever evidence has come since.

Example: ``explained_line(view, tree, "1")`` is the tree of the first line; "net" is the whole statement, "note-2" the
adjustment note number 2, "bonus-1" the first bonus.

Limits: a level that has several lines (by the week, for several customers) is asked for by its lines' numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError, UnknownNameError

if TYPE_CHECKING:
    from api.services.records import StatementView
    from domain.explanation import Explanation

__all__ = ["explained_line", "statement_named"]

_NOTE = re.compile(r"note-(\d+)")
_BONUS = re.compile(r"bonus-(\d+)")


def statement_named(text: str) -> tuple[str, str | None, str]:
    """Agreement, consumer and period of a statement's name: AGREEMENT/PERIOD or AGREEMENT/CONSUMER/PERIOD.

    Raises RequestError for a text that is none.
    """
    parts = text.split("/")
    if len(parts) == 2 and all(parts):
        return parts[0], None, parts[1]
    if len(parts) == 3 and all(parts):
        return parts[0], parts[1], parts[2]
    raise RequestError(
        Fault(
            "NAME",
            f'"{text}" names no statement',
            "Write AGREEMENT/PERIOD, like sla-web-shop/2026-03, or AGREEMENT/CONSUMER/PERIOD",
            value=text,
        )
    )


def explained_line(view: StatementView, tree: Explanation, asked: str) -> tuple[str, Explanation]:
    """The title and the tree of a line, of the whole statement ("net"), of a note ("note-2") or a bonus ("bonus-1").

    Raises RequestError where there is no such line, note or bonus.
    """
    title = f"{view.agreement} · {view.period.name}"
    if asked == "net":
        return f"{title}: net", tree
    if note := _NOTE.fullmatch(asked):
        return _note(view, title, int(note[1]))
    if bonus := _BONUS.fullmatch(asked):
        return _bonus(view, title, tree, int(bonus[1]))
    lines = view.document.lines
    trees = [step for step in tree.steps if step.name == "line"]
    if len(trees) != len(lines):
        raise RequestError(
            Fault("STATEMENT", "the statement was issued without the explanation of its lines", "Ask for net")
        )
    if asked.isdigit():
        if not 1 <= int(asked) <= len(lines):
            count = "no lines" if not lines else "one line" if len(lines) == 1 else f"{len(lines)} lines"
            raise RequestError(Fault("NAME", f"the statement has {count}, and no line {asked}", value=asked))
        place = int(asked) - 1
        return f"{title} · line {asked}, {lines[place].label}", trees[place]
    places = [place for place, line in enumerate(lines) if line.service_level == asked]
    if not places:
        raise UnknownNameError(
            "level with a line in this statement", asked, [line.service_level for line in lines]
        )
    if len(places) > 1:
        numbers = ", ".join(str(place + 1) for place in places)
        raise RequestError(
            Fault("NAME", f"{asked} has {len(places)} lines", f"Ask by number: {numbers}", value=asked)
        )
    return f"{title} · line {places[0] + 1}, {lines[places[0]].label}", trees[places[0]]


def _note(view: StatementView, title: str, number: int) -> tuple[str, Explanation]:
    notes = () if view.record is None else view.record.notes
    for note in notes:
        if note.number == number and note.explanation is not None:
            return f"{title}: adjustment note {number}", note.explanation
    known = ", ".join(f"note-{note.number}" for note in notes)
    raise RequestError(
        Fault("NAME", f"the statement has no adjustment note {number}", f"There is {known}" if known else "")
    )


def _bonus(view: StatementView, title: str, tree: Explanation, number: int) -> tuple[str, Explanation]:
    bonuses = view.document.bonuses
    trees = [step for step in tree.steps if step.name == "bonus"]
    if not 1 <= number <= len(bonuses):
        known = ", ".join(f"bonus-{place}" for place in range(1, len(bonuses) + 1))
        raise RequestError(
            Fault("NAME", f"the statement has no bonus {number}", f"There is {known}" if known else "")
        )
    if len(trees) != len(bonuses):
        raise RequestError(
            Fault(
                "STATEMENT", "the statement was issued without the explanation of its bonuses", "Ask for net"
            )
        )
    return f"{title} · bonus {number}, {bonuses[number - 1].label}", trees[number - 1]
