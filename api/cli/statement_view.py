"""A statement as its reader gets it: the lines, what stands, each adjustment with its cause, and the explanation.

Example: ``print_statement(console, view, tree)`` is what ``privity statement sla-web-shop --period 2026-03`` prints.

Limits: for people; ``--json``, PDF and XLSX have every figure in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from api.cli.tables import indented, table
from api.cli.wording import amount_text, changed_terms, exact_text, ledger_lines, money_text
from domain.instants import isoformat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from api.services.records import StatementView
    from domain.explanation import Explanation
    from domain.money import Money
    from settlement.records.difference import Difference
    from settlement.records.documents import RecordLine
    from settlement.records.record import AdjustmentNote, StatementRecord

__all__ = ["print_difference", "print_statement"]


def print_statement(console: Console, view: StatementView, tree: Explanation | None) -> None:
    """The whole statement; ``tree`` None leaves the explanation out."""
    document, record = view.document, view.record
    title = f"Statement of {document.agreement} for {document.period}: {view.status.value}"
    console.print(Text(title, style="bold underline"))
    console.print()
    everybody = "every customer" if document.consumer == "*" else document.consumer
    console.print(f"{document.provider} credits {everybody}, in {document.currency}")
    if record is not None:
        console.print(f"issued {isoformat(record.issued.at)}, from run {record.issued.run}")
    elif view.run is not None:
        console.print(f"a draft, from run {view.run}; privity statement issue makes it a document of record")
    if document.claim_by is not None:
        console.print(f"to be claimed by {document.claim_by.isoformat()}")
    console.print()
    if document.lines:
        _print_lines(console, document.period, document.lines)
    else:
        console.print("No level that carries a credit was missed.")
        console.print()
    if document.bonuses:
        console.print(Text("Bonuses, which are owed to the provider", style="bold"))
        _print_lines(console, document.period, document.bonuses)
    console.print(f"gross {money_text(document.gross)}")
    if document.earned_back:
        console.print(f"less earned back {money_text(document.earned_back)}")
    console.print(Text(f"net {money_text(document.net)}", style="bold"))
    console.print()
    for said in ledger_lines(view):
        console.print(indented(said, 2))
    if record is not None:
        _print_record(console, record)
    if view.outstanding is not None:
        text = f"The last settlement, run {view.run}, says something else; an adjustment note would say"
        console.print(Text(text, style="bold yellow"))
        print_difference(console, document.period, view.outstanding)
    if tree is not None:
        from api.cli.explanation_view import print_explanation

        print_explanation(console, "How the net came about", tree, set())
        console.print()


def _print_record(console: Console, record: StatementRecord) -> None:
    """What became of an issued statement: its notes, what stands, and every step."""
    for note in record.notes:
        _print_note(console, record.issued.document.period, note)
    if record.notes:
        stands = record.standing.net
        console.print(Text(f"With its notes the statement stands at {money_text(stands)}", style="bold"))
        console.print()
    for act in record.acts:
        lines = f" (lines {', '.join(str(line) for line in act.lines)})" if act.lines else ""
        why = f": {act.reason}" if act.reason else ""
        console.print(f"{isoformat(act.at)}  {act.act.value} by {act.actor}{lines}{why}")
    console.print()


def _print_lines(console: Console, period: str, lines: Sequence[RecordLine]) -> None:
    figures = ("#", "Value", "%", "Base", "Amount", "Net")
    made = table("#", "Level", "Clause", *figures[1:], right=figures)
    for number, line in enumerate(lines, 1):
        made.add_row(
            str(number),
            line.label + (f" ({line.period})" if line.period not in (None, period) else ""),
            line.clause or "",
            "–" if line.value is None else exact_text(line.value),
            "–" if line.percent is None else exact_text(line.percent),
            "–" if line.base is None else amount_text(line.base),
            amount_text(line.amount),
            amount_text(line.net),
        )
    console.print(made)
    console.print()


def _print_note(console: Console, period: str, note: AdjustmentNote) -> None:
    title = f"Adjustment note {note.number}, {isoformat(note.at)}, from run {note.run}"
    console.print(Text(title, style="bold"))
    print_difference(console, period, note.change)
    for place, change in enumerate(note.change.lines):
        for cause in note.causes_of(place):
            console.print(indented(f"{change.line.label}: because of {cause.what}", 2))
    if not note.change.lines:
        for cause in note.causes:
            console.print(indented(f"because of {cause.what}", 2))
    console.print()


def print_difference(console: Console, period: str, change: Difference) -> None:
    """What changes, line by line."""
    made = table(
        "Level", "Value", "Net before", "Net after", "Change", right=("Net before", "Net after", "Change")
    )
    for each in (*change.lines, *change.bonuses):
        old, new = each.before, each.after
        before = "–" if old is None or old.value is None else exact_text(old.value)
        after = "–" if new is None or new.value is None else exact_text(new.value)
        made.add_row(
            each.line.label + (f" ({each.line.period})" if each.line.period not in (None, period) else ""),
            before if before == after else f"{before} → {after}",
            "" if old is None else amount_text(old.net),
            "" if new is None else amount_text(new.net),
            _signed(each.net),
        )
    if change.lines or change.bonuses:
        console.print(made)
    for each in (*change.lines, *change.bonuses):
        if said := changed_terms(each):
            console.print(indented(f"{each.line.label}: {said}", 2))
    if change.earned_back:
        console.print(indented(f"earned back: {_signed(change.earned_back)}", 2))
    for term in change.terms:
        console.print(
            indented(f"{term.name.replace('_', ' ')}: {term.before or '–'} → {term.after or '–'}", 2)
        )
    console.print(indented(f"net {_signed(change.net)} {change.net.currency}", 2))
    console.print()


def _signed(money: Money) -> str:
    text = amount_text(money)
    return f"+{text}" if money.amount > 0 else text
