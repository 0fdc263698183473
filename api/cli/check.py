"""``privity check``: what is wrong in a folder, all of it at once, before anything is settled."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import ExitCode, Waiting, json_text, note, print_faults, print_text, screen
from api.cli.options import AsJson, Folder

if TYPE_CHECKING:
    from api.services.checking import CheckedFolder
    from api.shapes.parts import JsonValue
    from domain.findings import Severity

__all__ = ["check"]


class FailOn(StrEnum):
    """From which severity on findings make the check fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class Form(StrEnum):
    """In which form the result is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


FailOnOption = Annotated[
    FailOn,
    typer.Option("--fail-on", help="End with exit code 1 where a finding is at least so severe."),
]
FormOption = Annotated[
    Form,
    typer.Option(
        "--format", help="text for people, json as --json, sarif for code review, junit for build servers."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the result to this file, and the text to standard output.",
        show_default=False,
    ),
]

LimitOption = Annotated[
    int,
    typer.Option(
        "--limit",
        metavar="N",
        min=0,
        help="How many findings of each code are printed as text; 0 for all. The other forms always have all.",
    ),
]


def check(
    folder: Folder,
    *,
    as_json: AsJson = False,
    form: FormOption = Form.TEXT,
    fail_on: FailOnOption = FailOn.NEVER,
    out: OutOption = None,
    limit: LimitOption = 20,
) -> None:
    r"""Check every document and every row of evidence of a folder, and list all that is wrong at once.

    Errors (exit code 1) are documents that cannot be read as contracts and rows of evidence that cannot be read.
    Findings are what is unwise or does not add up; they change the exit code only with --fail-on.

    \b
    Examples:
      privity check examples/halden
      privity check examples/halden --json | jq '.errors[].message'
      privity check contracts --limit 3
      privity check contracts --fail-on error --format sarif --out privity.sarif
    """
    from api.services.checking import checked_folder
    from domain.findings import Severity

    form = Form.JSON if as_json else form
    least = None if fail_on is FailOn.NEVER else Severity(fail_on.value.upper())
    with Waiting() as waiting:
        checked = checked_folder(folder, waiting, time.time_ns() // 1000)
    if form is Form.TEXT and out is None:
        _print(checked, limit)
    else:
        _write(_written(checked, form, least), out)
        if out is not None and form is not Form.TEXT:
            _print(checked, limit)
    if checked.fails_at(least):
        raise typer.Exit(ExitCode.FAULTY)


def _written(checked: CheckedFolder, form: Form, least: Severity | None) -> str:
    """The result in the form that was asked for."""
    from importlib.metadata import PackageNotFoundError, version

    from api.services.checking import at_least
    from documents.junit import junit
    from documents.sarif import sarif
    from domain.findings import Severity

    if form is Form.SARIF:
        try:
            number = version("privity")
        except PackageNotFoundError:
            number = "0"
        return json_text(sarif(checked.remarks(), number))
    if form is Form.JUNIT:
        return junit(checked.remarks(), at_least(least or Severity.ERROR))
    if form is Form.JSON:
        return json_text(_as_json(checked))
    return "".join(f"{line}\n" for line in _lines(checked))


def _lines(checked: CheckedFolder) -> list[str]:
    """The result as plain lines, one a remark, as compilers write theirs."""
    found = []
    for remark in checked.remarks():
        place = f"{remark.places[0].file}:{remark.places[0].line}: " if remark.places else ""
        found.append(f"{place}{remark.severity.value} {remark.code}: {remark.text()}")
    return found


def _write(text: str, out: Path | None) -> None:
    if out is None:
        print_text(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        from api.errors import Fault, RequestError

        reason = error.strerror or str(error)
        raise RequestError(
            Fault(
                "FILE",
                f"{out} cannot be written: {reason}",
                "Name a file in a folder that is there",
                file=str(out),
            )
        ) from error


def _as_json(checked: CheckedFolder) -> dict[str, JsonValue]:
    from api.cli.console import fault_shape
    from api.shapes.settlement import finding_shape, ordered_findings, quarantine_shape, source_shape

    return {
        "errors": [fault_shape(fault) for fault in checked.faults],
        "findings": [
            finding_shape(finding)
            | ({"since": checked.since[finding].isoformat()} if finding in checked.since else {})
            for finding in ordered_findings(checked.findings)
        ],
        "quarantine": [quarantine_shape(row) for row in checked.quarantine],
        "documents": checked.documents,
        "sources": [source_shape(source) for source in checked.sources],
    }


def _print(checked: CheckedFolder, limit: int) -> None:
    from api.cli.settlement_view import print_findings, print_quarantine

    print_faults(checked.faults, as_json=False)
    if checked.faults:
        note(f"\n{_count(len(checked.faults), 'error')}. Evidence is checked once the documents can be read.")
        return
    with screen() as console:
        has_all = "--limit 0 prints them all, and --format json, sarif or junit has them"
        print_findings(console, checked.findings, of_each=limit or None, has_all=has_all)
        print_quarantine(console, checked.quarantine, at_most=limit or None)
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
        console.print(f"; {_counted(checked)} as of {checked.month}.")


def _counted(checked: CheckedFolder) -> str:
    """How many findings there are, and how many of them are how severe: "3 findings (1 error, 2 warnings)"."""
    from domain.findings import Severity

    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "hint"}
    counts = {severity: sum(each.severity is severity for each in checked.findings) for severity in words}
    parts = [_count(counts[severity], word) for severity, word in words.items() if counts[severity]]
    return _count(len(checked.findings), "finding") + (f" ({', '.join(parts)})" if parts else "")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
