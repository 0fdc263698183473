"""``privity statement``: a statement as it is sent, and the steps of its life.

The problem: the other party gets a document, disputes a line of it, and is answered with a note. Each is one command,
and none of them changes what was sent.

Limits: a folder has drafts only; documents of record are in a store.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, PeriodName, read_date
from api.cli.stored import Actor, Key, Reason, StoreFolder, actor_named, opened_store

if TYPE_CHECKING:
    from api.services.records import StatementView
    from domain.explanation import Explanation
    from domain.periods import Period

__all__ = ["ByName", "read_period", "read_statements", "statement_app"]


class ByName(TyperGroup):
    """A group whose first word may be a name: what is no command of its own goes to the group's usual command."""

    usual = "show"

    @classmethod
    def of(cls, usual: str) -> type[ByName]:
        """Such a group with another usual command."""
        return type(cls.__name__, (cls,), {"usual": usual})

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer keeps the type to itself
        """Read the arguments; the usual command may be left out."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [self.usual, *args]
        return super().parse_args(ctx, args)


_HELP = """A statement as it is sent, and the steps of its life: issue, dispute, uphold, adjust, settle.

`privity statement AGREEMENT --period PERIOD` prints a statement with its explanation, down to the clause.
An issued statement never changes: late evidence, an accepted relief or a corrected document gives an adjustment note.

\b
Examples:
  privity statement sla-web-shop examples/halden --period 2026-03
  privity statement sla-web-shop --period 2026-03 --pdf march.pdf --xlsx march.xlsx
  privity statement issue sla-web-shop --period 2026-03 --reason "month end"
  privity statement dispute sla-web-shop --period 2026-03 --line 1 --reason "our monitor saw no outage"
  privity statement adjust --period 2026-03 --reason "late evidence of cirrus"
"""

statement_app = typer.Typer(cls=ByName, help=_HELP, rich_markup_mode=None, no_args_is_help=True)

Agreement = Annotated[
    str, typer.Argument(metavar="AGREEMENT", help="The agreement, by its name.", show_default=False)
]
Consumer = Annotated[
    str | None,
    typer.Option(
        "--consumer",
        metavar="PARTY",
        help="Whose statement, where the agreement has one for each consumer.",
        show_default=False,
    ),
]


@statement_app.command("show", short_help="Print a statement (the word show may be left out).")
def show(
    agreement: Agreement,
    folder: OptionalFolder = None,
    *,
    period: PeriodName,
    consumer: Consumer = None,
    as_of: AsOf = None,
    explanation: Annotated[
        bool, typer.Option("--explanation/--no-explanation", help="With how each figure came about.")
    ] = True,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar="FILE", help="Write it as PDF too.", show_default=False),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help="Write it as XLSX too.", show_default=False),
    ] = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Print the statements of an agreement: of record where they were issued, else as the last settlement gives them.

    --as-of is for a folder; a store shows what its runs gave.
    """
    found = read_statements(folder, store, period, agreement, consumer, as_of, explained=explanation)
    for file, is_pdf in ((pdf, True), (xlsx, False)):
        if file is not None:
            _write_file(file, found, is_pdf=is_pdf, explained=explanation)
    if as_json:
        from api.shapes.statement import statement_record_shape

        print_json(
            {
                "statements": [
                    statement_record_shape(view, tree if explanation else None) for view, tree in found
                ]
            }
        )
        return
    from api.cli.statement_view import print_statement

    with screen() as console:
        for view, tree in found:
            print_statement(console, view, tree if explanation else None)


def _write_file(
    file: Path, found: list[tuple[StatementView, Explanation | None]], *, is_pdf: bool, explained: bool
) -> None:
    from api.errors import Fault, RequestError
    from api.printing.statement import statement_pdf, statement_xlsx

    if len(found) > 1:
        names = ", ".join(f"{view.period.name} for {view.consumer}" for view, _ in found)
        raise RequestError(
            Fault(
                "USAGE",
                f"a file holds one statement, and there are {len(found)}: {names}",
                "Choose a month with --period, and a consumer with --consumer",
            )
        )
    view, tree = found[0]
    shown = tree if explained else None
    try:
        file.write_bytes(statement_pdf(view, shown) if is_pdf else statement_xlsx(view, shown))
    except OSError as error:
        raise RequestError(
            Fault("FILE", f"{file} cannot be written: {error.strerror}", "Name another file", file=str(file))
        ) from error
    note(f"{file} is written.")


def read_statements(
    folder: Path | None,
    store: Path | None,
    period: str,
    agreement: str,
    consumer: str | None,
    as_of: str | None,
    *,
    explained: bool = True,
) -> list[tuple[StatementView, Explanation | None]]:
    """The statements of an agreement for each month of a period, of a folder or of the store (None)."""
    if folder is not None:
        return _of_folder(folder, period, agreement, consumer, as_of)
    return _of_store(store, period, agreement, consumer, explained=explained)


def _of_folder(
    folder: Path, period: str, agreement: str, consumer: str | None, as_of: str | None
) -> list[tuple[StatementView, Explanation | None]]:
    from api.services.folder_statements import folder_statements

    with Waiting() as waiting:
        return list(folder_statements(folder, period, agreement, consumer, read_date(as_of), waiting))


def _of_store(
    store: Path | None, period: str, agreement: str, consumer: str | None, *, explained: bool
) -> list[tuple[StatementView, Explanation | None]]:
    from api.services.records import explanation_of, statement_view, statement_views

    found: list[tuple[StatementView, Explanation | None]] = []
    with opened_store(store) as privity, Waiting() as waiting:
        for month in _months(period):
            views = statement_views(privity.store, privity.reader, month, agreement)
            chosen = [view for view in views if consumer in (None, view.consumer)]
            if not chosen:  # It says why there is none.
                chosen = [statement_view(privity.store, privity.reader, agreement, month, consumer)]
            for view in chosen:
                tree = None if view.record is None else view.record.issued.explanation
                if tree is None and explained and view.statement is not None:
                    waiting("Explaining", 0, 0)
                    tree = explanation_of(privity.reader, view)
                found.append((view, tree))
    return found


def _months(text: str) -> tuple[Period, ...]:
    from domain.periods import PeriodRule

    return PeriodRule.month().ending_in(read_period(text))


def read_period(text: str) -> Period:
    """The period that ``--period`` names. Raises RequestError where it names none."""
    from api.errors import PeriodError
    from domain.errors import InvalidValue
    from domain.periods import Period

    try:
        return Period.parse(text)
    except InvalidValue as error:
        raise PeriodError(text, f'"{text}" is not a period') from error


# --------------------------------------------------------------------------------------------------- steps


@statement_app.command("issue")
def issue(
    agreement: Agreement,
    *,
    period: PeriodName,
    consumer: Consumer = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Issue a statement as the last settlement gives it. From then on it never changes."""
    _take("ISSUE", agreement, period, consumer, actor, reason, key, store, (), as_json=as_json)


@statement_app.command("dispute")
def dispute(
    agreement: Agreement,
    *,
    period: PeriodName,
    consumer: Consumer = None,
    line: Annotated[
        list[int] | None,
        typer.Option("--line", metavar="NUMBER", help="A disputed line, by its number; default: all."),
    ] = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say that an issued statement is disputed, by whom and why. It is answered by an adjustment, or upheld."""
    lines = tuple(sorted(set(line or ())))
    _take("DISPUTE", agreement, period, consumer, actor, reason, key, store, lines, as_json=as_json)


@statement_app.command("uphold")
def uphold(
    agreement: Agreement,
    *,
    period: PeriodName,
    consumer: Consumer = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Answer a dispute: the statement stands, for a reason."""
    _take("UPHOLD", agreement, period, consumer, actor, reason, key, store, (), as_json=as_json)


@statement_app.command("settle")
def settle(
    agreement: Agreement,
    *,
    period: PeriodName,
    consumer: Consumer = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say that what stands was credited or paid. Later evidence still gives an adjustment note."""
    _take("SETTLE", agreement, period, consumer, actor, reason, key, store, (), as_json=as_json)


@statement_app.command("adjust")
def adjust(
    agreement: Annotated[
        str | None,
        typer.Argument(
            metavar="[AGREEMENT]", help="The agreement; without it all that need a note.", show_default=False
        ),
    ] = None,
    *,
    period: PeriodName,
    consumer: Consumer = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Make an adjustment note of what the last settlement says differently, line by line, with its cause."""
    if agreement is not None:
        _take("ADJUST", agreement, period, consumer, actor, reason, key, store, (), as_json=as_json)
        return
    from api.services.records import StatementOrder, adjustable
    from settlement.records.life import StatementAct

    month, done = read_period(period), []
    with opened_store(store) as privity, Waiting() as waiting:
        found = adjustable(privity.store, privity.reader, month)
        for place, view in enumerate(found):
            waiting("Adjusting", place, len(found))
            order = StatementOrder(
                StatementAct.ADJUST, view.agreement, month, view.consumer, actor_named(actor), reason
            )
            done.append(privity.commands.statement_act(order))
    _print_done(done, as_json=as_json)
    if not done:
        note(f"No issued statement of {month.name} differs from the last settlement.")


def _take(
    act: str,
    agreement: str,
    period: str,
    consumer: str | None,
    actor: str | None,
    reason: str,
    key: str | None,
    store: Path | None,
    lines: tuple[int, ...],
    *,
    as_json: bool,
) -> None:
    from api.services.records import StatementOrder
    from settlement.records.life import StatementAct

    order = StatementOrder(
        StatementAct(act), agreement, read_period(period), consumer, actor_named(actor), reason, key, lines
    )
    with opened_store(store) as privity, Waiting():
        view = privity.commands.statement_act(order)
    _print_done([view], as_json=as_json)


def _print_done(views: list[StatementView], *, as_json: bool) -> None:
    if as_json:
        from api.shapes.statement import statement_record_shape

        print_json({"statements": [statement_record_shape(view, None) for view in views]})
        return
    from api.cli.statement_view import print_statement

    with screen() as console:
        for view in views:
            print_statement(console, view, None)
