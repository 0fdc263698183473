"""A statement as PDF and as XLSX: what the other party gets, with the explanation down to the clause.

The problem: a statement is paid or disputed by people who have neither this program nor its evidence. On paper they
need the lines, the notes, who did what when, and how each amount came about: which clause, which outage in which line
of which file.

Example: ``statement_pdf(view, tree)`` is what ``privity statement sla-web-shop --period 2026-03 --pdf march.pdf``
writes.

Limits: long lists of inputs are shortened in the PDF as on the screen; the XLSX has every step with every input in
full. Both are dated by the statement itself: the day it is known as of, or its last step.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from api.cli.explanation_words import input_words, result_words
from api.cli.wording import amount_text, changed_terms, exact_text, ledger_lines, line_terms, money_text
from api.printing.paper import Paper
from api.printing.sheet import Cell, Workbook
from domain.instants import instant, isoformat
from domain.money import decimal_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from api.services.records import StatementView
    from domain.explanation import Explanation
    from domain.money import Money
    from settlement.records.difference import Difference
    from settlement.records.documents import RecordLine
    from settlement.records.record import AdjustmentNote, StatementRecord

__all__ = ["made_at", "statement_pdf", "statement_xlsx"]

_LINES = ("#", "Level", "Service", "Clause", "Value", "%", "Base", "Amount", "Net")
_WIDTHS = (4, 17, 17, 13, 12, 6, 12, 12, 12)
_FIGURES = frozenset({4, 5, 6, 7, 8})
_COLUMNS = (
    "#", "Level", "Service", "Consumer", "Period", "Clause", "Scheme", "Value", "Value exactly", "Points", "Percent",
    "Base", "Amount", "Net",
)  # fmt: skip
_CHANGES = ("Level", "Service", "Value before", "Value after", "Net before", "Net after", "Change")


def made_at(view: StatementView) -> int:
    """The instant that the file is dated by: its last step, else the start of the day that it is known as of."""
    if view.record is not None and view.record.acts:
        return max(act.at for act in view.record.acts)
    day = view.as_of or view.period.day_after
    return instant(datetime.combine(day, time(), UTC))


def statement_pdf(view: StatementView, tree: Explanation | None) -> bytes:
    """The statement on paper; ``tree`` None leaves the explanation out."""
    document, record = view.document, view.record
    paper = Paper(f"Statement of {document.agreement} for {document.period}", made_at(view))
    for line in _head(view):
        paper.paragraph(line)
    paper.heading("Lines")
    _table(paper, document.period, document.lines, "No level that carries a credit was missed.")
    paper.paragraph(f"Gross {money_text(document.gross)}")
    if document.earned_back:
        paper.paragraph(f"Less earned back {money_text(document.earned_back)}")
    paper.paragraph(f"Net {money_text(document.net)}", is_bold=True)
    for said in ledger_lines(view):
        paper.paragraph(said[:1].upper() + said[1:])
    if document.bonuses:
        paper.heading("Bonuses, owed to the provider")
        _table(paper, document.period, document.bonuses, "")
    if record is not None:
        _record(paper, document.period, record)
    if tree is not None:
        paper.heading("How the net came about")
        told: set[Explanation] = set()
        for depth, text in _tree_lines(tree, 0, told):
            paper.indented(text, depth)
    for note in record.notes if record is not None and tree is not None else ():
        if note.explanation is not None:
            paper.heading(f"How adjustment note {note.number} came about")
            told = set()
            for depth, text in _tree_lines(note.explanation, 0, told):
                paper.indented(text, depth)
    return paper.bytes()


def statement_xlsx(view: StatementView, tree: Explanation | None) -> bytes:
    """The statement as a workbook: its lines, its notes, its steps, and every step of its explanation."""
    document, record = view.document, view.record
    book = Workbook(made_at(view))
    page = book.page("Statement", ("Statement", f"{document.agreement} {document.period}"))
    for name, value in (
        ("Status", view.status.value), ("Agreement", document.agreement), ("Type", document.type.value),
        ("Provider", document.provider), ("Consumer", document.consumer), ("Period", document.period),
        ("Currency", document.currency), ("Gross", document.gross), ("Earned back", document.earned_back),
        ("Net", document.net), ("Stands at", document.net if record is None else record.standing.net),
        ("To be claimed by", document.claim_by), ("Run", view.run if record is None else record.issued.run),
        ("Issued at", None if record is None else isoformat(record.issued.at)),
    ):  # fmt: skip
        page.row((name, value))
    for title, listed in (("Lines", document.lines), ("Bonuses", document.bonuses)):
        if listed or title == "Lines":
            lines = book.page(title, _COLUMNS)
            for number, line in enumerate(listed, 1):
                lines.row((number, *_cells(line)))
    if record is not None:
        notes = book.page(
            "Adjustments",
            (
                "Note", "Issued at", "Run", "Level", "Service", "Credit before", "Credit after", "Net before",
                "Net after", "Change", "Causes",
            ),
        )  # fmt: skip
        for note in record.notes:
            _note_rows(notes.row, note)
        acts = book.page("Steps", ("At", "Step", "By", "Why", "Document", "Lines"))
        for act in record.acts:
            numbers = ", ".join(str(each) for each in act.lines)
            acts.row((isoformat(act.at), act.act.value, act.actor, act.reason, act.number, numbers))
    if tree is not None:
        steps = book.page("Explanation", ("Step", "Name", "Rule", "Clause", "Period", "Value", "Input", "Input value",
                                          "Source"))  # fmt: skip
        for row in _steps(tree, "1"):
            steps.row(row)
    return book.bytes()


# ---------------------------------------------------------------------------------------------------- pdf


def _head(view: StatementView) -> Iterator[str]:
    document, record = view.document, view.record
    everybody = "every customer" if document.consumer == "*" else document.consumer
    yield f"{document.type.value}: {document.provider} credits {everybody}. Amounts in {document.currency}."
    yield f"Status: {view.status.value}"
    if record is not None:
        yield f"Issued {isoformat(record.issued.at)}, from run {record.issued.run}"
    elif view.as_of is not None:
        yield f"Draft, as known on {view.as_of.isoformat()}"
    if document.claim_by is not None:
        yield f"To be claimed by {document.claim_by.isoformat()}"
    if document.is_sole_remedy is not None:
        yield (
            "Credits are the only financial remedy."
            if document.is_sole_remedy
            else ("Credits are not the only financial remedy.")
        )
    if document.counts_toward_damages is not None:
        count = "count" if document.counts_toward_damages else "do not count"
        yield f"Credits {count} toward damages."


def _level(line: RecordLine, period: str) -> str:
    """The level, with its own period where that is not the statement's."""
    return line.service_level + (f" ({line.period})" if line.period not in (None, period) else "")


def _table(paper: Paper, period: str, lines: Sequence[RecordLine], empty: str) -> None:
    if not lines:
        paper.paragraph(empty)
        return
    rows = [
        (
            str(number),
            _level(line, period),
            line.service + (f" for {line.customer}" if line.customer else ""),
            line.clause or "",
            _number(line.value),
            "–" if line.percent is None else exact_text(line.percent),
            "–" if line.base is None else amount_text(line.base),
            amount_text(line.amount),
            amount_text(line.net),
        )
        for number, line in enumerate(lines, 1)
    ]
    paper.table(_LINES, rows, right=_FIGURES, widths=_WIDTHS)


def _record(paper: Paper, period: str, record: StatementRecord) -> None:
    for note in record.notes:
        paper.heading(f"Adjustment note {note.number}, {isoformat(note.at)}, from run {note.run}")
        rows = [
            (
                _level(change.line, period),
                change.line.service,
                "" if change.before is None else _number(change.before.value),
                "" if change.after is None else _number(change.after.value),
                "" if change.before is None else amount_text(change.before.net),
                "" if change.after is None else amount_text(change.after.net),
                _signed(change.net),
            )
            for change in (*note.change.lines, *note.change.bonuses)
        ]
        if rows:
            paper.table(_CHANGES, rows, right=frozenset({2, 3, 4, 5, 6}))
        for change in (*note.change.lines, *note.change.bonuses):
            if said := changed_terms(change):
                paper.paragraph(f"{change.line.service_level} on {change.line.service}: {said}")
        for text in _other_changes(note.change):
            paper.paragraph(text)
        for cause in note.causes:
            digest = f" (SHA-256 {cause.sha256})" if cause.sha256 else ""
            paper.paragraph(f"Because of {cause.what}{digest}")
        paper.paragraph(f"Net {_signed(note.change.net)} {note.change.net.currency}", is_bold=True)
    if record.notes:
        stands = money_text(record.standing.net)
        paper.paragraph(f"With its notes the statement stands at {stands}", is_bold=True)
    paper.heading("Steps")
    for act in record.acts:
        about = f", lines {', '.join(str(line) for line in act.lines)}" if act.lines else ""
        why = f": {act.reason}" if act.reason else ""
        paper.paragraph(f"{isoformat(act.at)}  {act.act.value} by {act.actor}{about}{why}")


def _other_changes(change: Difference) -> Iterator[str]:
    if change.earned_back:
        yield f"Earned back {_signed(change.earned_back)}"
    for term in change.terms:
        yield f"{term.name.replace('_', ' ')}: {term.before or '–'} becomes {term.after or '–'}"


def _tree_lines(tree: Explanation, depth: int, told: set[Explanation]) -> Iterator[tuple[int, str]]:
    """The lines of an explanation with their depth; a step that was told before is named only."""
    cited = [
        tree.rule,
        *([f"clause {tree.clause}"] if tree.clause else ()),
        *([tree.period] if tree.period else ()),
    ]
    if tree in told:
        yield depth, f"{tree.name} = {result_words(tree)}  ({tree.rule}, as above)"
        return
    yield depth, f"{tree.name} = {result_words(tree)}  ({', '.join(cited)})"
    for name, words, source in input_words(tree):
        yield depth + 1, f"{name}: {words}" + (f"  [{source}]" if source else "")
    for step in tree.steps:
        yield from _tree_lines(step, depth + 1, told)
    if tree.steps or tree.inputs:
        told.add(tree)


# --------------------------------------------------------------------------------------------------- xlsx


def _cells(line: RecordLine) -> tuple[Cell, ...]:
    value = line.value
    return (
        line.service_level, line.service, line.customer, line.period, line.clause, line.scheme,
        None if value is None else Decimal(decimal_text(value)), None if value is None else str(value),
        None if line.points is None else Decimal(decimal_text(line.points)),
        None if line.percent is None else Decimal(decimal_text(line.percent)),
        line.base, line.amount, line.net,
    )  # fmt: skip


def _note_rows(row: Callable[[Sequence[Cell]], None], note: AdjustmentNote) -> None:
    for place, change in enumerate(note.change.lines):
        line = change.line
        before = None if change.before is None else change.before.net
        after = None if change.after is None else change.after.net
        causes = "; ".join(cause.what for cause in note.causes_of(place))
        row((note.number, isoformat(note.at), note.run, line.service_level, line.service, line_terms(change.before),
             line_terms(change.after), before, after, change.net, causes))  # fmt: skip
    for text in _other_changes(note.change):
        row((note.number, isoformat(note.at), note.run, text))
    row((note.number, isoformat(note.at), note.run, "net", None, None, None, None, None, note.change.net))


def _steps(tree: Explanation, number: str) -> Iterator[tuple[Cell, ...]]:
    yield (number, tree.name, tree.rule, tree.clause, tree.period, _cut(tree.value))
    for term in tree.inputs:
        yield (
            number,
            tree.name,
            tree.rule,
            None,
            None,
            None,
            term.name,
            _cut(term.value),
            term.source or None,
        )
    for place, step in enumerate(tree.steps, 1):
        yield from _steps(step, f"{number}.{place}")


_LONGEST = 32_000


def _cut(text: str) -> str:
    """A cell holds 32,767 letters; a longer list of intervals says that it goes on in the JSON."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (whole in the JSON)"


def _number(value: Fraction | None) -> str:
    return "–" if value is None else exact_text(value)


def _signed(money: Money) -> str:
    return f"+{amount_text(money)}" if money.amount > 0 else amount_text(money)
