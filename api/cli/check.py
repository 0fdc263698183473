"""``privity check``: what is wrong in a folder, all of it at once, before anything is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from api.cli.console import ExitCode, Waiting, note, print_faults, print_json, screen
from api.cli.options import AsJson, Folder

if TYPE_CHECKING:
    from api.services.checking import CheckedFolder

__all__ = ["check"]


def check(folder: Folder, *, as_json: AsJson = False) -> None:
    r"""Check every document and every row of evidence of a folder, and list all that is wrong at once.

    Errors (exit code 1) are documents that cannot be read as contracts and rows of evidence that cannot be read.
    Findings are what is unwise or not calculated yet; they do not change the exit code.

    \b
    Examples:
      privity check examples/halden
      privity check examples/halden --json | jq '.errors[].message'
    """
    from api.services.checking import checked_folder

    with Waiting() as waiting:
        checked = checked_folder(folder, waiting)
    if as_json:
        _print_as_json(checked)
    else:
        _print(checked)
    if checked.faults or checked.quarantine:
        raise typer.Exit(ExitCode.FAULTY)


def _print_as_json(checked: CheckedFolder) -> None:
    from api.cli.console import fault_shape
    from api.shapes import finding_shape, ordered_findings, quarantine_shape, source_shape

    print_json(
        {
            "errors": [fault_shape(fault) for fault in checked.faults],
            "findings": [finding_shape(finding) for finding in ordered_findings(checked.findings)],
            "quarantine": [quarantine_shape(row) for row in checked.quarantine],
            "documents": checked.documents,
            "sources": [source_shape(source) for source in checked.sources],
        }
    )


def _print(checked: CheckedFolder) -> None:
    from api.cli.settlement_view import print_findings, print_quarantine

    print_faults(checked.faults, as_json=False)
    if checked.faults:
        note(f"\n{_count(len(checked.faults), 'error')}. Evidence is checked once the documents can be read.")
        return
    with screen() as console:
        print_findings(console, checked.findings)
        print_quarantine(console, checked.quarantine)
        rows = sum(source.rows for source in checked.sources)
        repeated = sum(source.repeated for source in checked.sources)
        read = [
            _count(checked.documents, "document"),
            _count(len(checked.sources), "evidence file"),
            _count(rows, "row"),
        ]
        read += [_count(repeated, "repeated row")] if repeated else []
        wrong = len(checked.quarantine)
        console.print(
            f"{', '.join(read)}; {_count(wrong, 'row')} cannot be read" if wrong else f"{', '.join(read)}",
            end="",
        )
        console.print(f"; {_count(len(checked.findings), 'finding')} as of {checked.month}.")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
