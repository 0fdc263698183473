"""The command ``privity``: its commands, and how every one of them ends.

The problem: a tool that people and scripts rely on must fail as carefully as it works. A wrong option, a broken
contract, a closed pipe and a mistake in this program are four different things, and none of them may end in a page
of Python.

Example: ``privity settle nowhere --period 2026-03; echo $?`` says that there is no folder nowhere, and prints 2.

Limits: each command's module declares its arguments only and imports what it runs on when it runs, so that
``privity --help`` answers at once.
"""

from __future__ import annotations

import inspect
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Annotated, NoReturn

import typer

from api.cli.agenda import calendar, negotiation
from api.cli.agreement_acts import agreement_app
from api.cli.audit import audit
from api.cli.base_numbers import base_numbers
from api.cli.check import check
from api.cli.claims import claim_app, claims
from api.cli.console import ExitCode, note, print_faults
from api.cli.diff import diff
from api.cli.dossier import dossier
from api.cli.evidence import evidence
from api.cli.explain import explain
from api.cli.export import export
from api.cli.graph import graph_app
from api.cli.impact import impact
from api.cli.ingest import ingest
from api.cli.load import load
from api.cli.published import published_app
from api.cli.relief_acts import relief_app
from api.cli.right_acts import right_app
from api.cli.rights import rights
from api.cli.run import run as run_settlement
from api.cli.schema import schema
from api.cli.scorecard import scorecard
from api.cli.serve import serve
from api.cli.settle import settle
from api.cli.simulate import simulate
from api.cli.simulate_outage import simulate_outage
from api.cli.statement import statement_app
from api.cli.status import status
from api.cli.trace import trace
from api.cli.what_if import what_if

__all__ = ["app", "main", "run"]

_EXITS = """\b
Exit codes:
  0    done; settle exits 0 whenever it could settle, whatever the result
  1    the documents or the evidence have errors
  2    wrong use: an unknown option, no such folder, a period that is none
  70   a mistake of this program        130, 141   interrupted, pipe closed
"""

_HELP = """Whose failure broke a promise to a customer, under which contract, and what it costs whom.

\b
Examples:
  privity check examples/halden
  privity settle examples/halden --period 2026-03
  privity trace examples/halden --period 2026-03
  privity explain examples/halden --period 2026-03 --agreement sla-online-banking --level availability
  privity settle examples/halden --period 2026-03 --json > march.json
"""

app = typer.Typer(
    name="privity",
    help=_HELP,
    epilog=_EXITS,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _help(command: Callable[..., object]) -> str:
    r"""A command's own words; a paragraph that begins with \b keeps its lines, which a raw docstring can only spell."""
    return inspect.cleandoc(command.__doc__ or "").replace("\\b", "\b")


app.command(short_help="Say all that is wrong in a folder.", help=_help(check))(check)
app.command(short_help="Settle one period and print it.", help=_help(settle))(settle)
app.command(short_help="Follow breaches to who answers for them.", help=_help(trace))(trace)
app.command(short_help="Explain a figure, down to the clause.", help=_help(explain))(explain)
app.command(short_help="Say what some months cost whom.", help=_help(impact))(impact)
app.command(short_help="Say which agreements may be ended, and what follows.", help=_help(rights))(rights)
app.command(short_help="Say how one party did over several months.", help=_help(scorecard))(scorecard)
app.add_typer(
    statement_app, name="statement", short_help="Statements as documents: print, issue, dispute, adjust."
)
app.command(short_help="List what must be claimed from suppliers.", help=_help(claims))(claims)
app.add_typer(claim_app, name="claim", short_help="Claim a supplier's credit, with its evidence pack.")
app.command(
    "simulate-outage",
    short_help="Say what an outage would break, cost and return.",
    help=_help(simulate_outage),
)(simulate_outage)
app.command(
    "base-numbers", short_help="Propose targets from history, with their chances.", help=_help(base_numbers)
)(base_numbers)
app.command(short_help="Draw a year ten thousand times: what it may cost.", help=_help(simulate))(simulate)
app.command("what-if", short_help="Settle a period under changed contracts.", help=_help(what_if))(what_if)
app.add_typer(
    graph_app, name="graph", short_help="Say what hangs on whom: dependents, single points, failure sets."
)
app.command(short_help="Print the schema of documents or of the API.", help=_help(schema))(schema)
app.add_typer(published_app, name="published", short_help="Published SLAs, ready to be used as contracts.")
app.command(short_help="Load contracts into the store.", help=_help(load))(load)
app.command(short_help="Take evidence into the store.", help=_help(ingest))(ingest)
app.command("run", short_help="Settle one period of the store and keep it.", help=_help(run_settlement))(
    run_settlement
)
app.add_typer(agreement_app, name="agreement", short_help="Propose, sign, activate and end agreements.")
app.command(short_help="Say what a version says otherwise, and its effect.", help=_help(diff))(diff)
app.command(short_help="Say what falls due, and when.", help=_help(calendar))(calendar)
app.command(short_help="Say what was asked, supported and agreed.", help=_help(negotiation))(negotiation)
app.command(short_help="Gather all about an agreement or a vendor.", help=_help(dossier))(dossier)
app.add_typer(right_app, name="right", short_help="Notify a breach; exercise or waive a right.")
app.add_typer(relief_app, name="relief", short_help="Claim relief, and decide it.")
app.command(short_help="Write the documents of the store into a folder.", help=_help(export))(export)
app.command(short_help="Say who did what, when and why.", help=_help(audit))(audit)
app.command(short_help="Say how good the evidence is.", help=_help(evidence))(evidence)
app.command(short_help="Say what the store holds.", help=_help(status))(status)
app.command(short_help="Serve the store over HTTP: GraphQL and GraphiQL.", help=_help(serve))(serve)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if not asked:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("privity")
    except PackageNotFoundError:
        number = "(not installed)"
    typer.echo(f"privity {number}")
    raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where a mistake of this program arose.")
    ] = False,
) -> None:
    """Take the options that come before a command; `run` reads --debug itself."""
    del version, debug


def main() -> NoReturn:
    """Run the command line of this process and end it with the exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever happens, no traceback is shown unless asked for."""
    from api.errors import RequestError

    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        ended = app(args=list(arguments) or ["--help"], prog_name="privity", standalone_mode=False)
        sys.stdout.flush()
    except RequestError as error:
        print_faults(error.faults, as_json=as_json)
        return ExitCode.MISUSE if error.is_misuse else ExitCode.FAULTY
    except typer.TyperException as error:
        _report_misuse(error, as_json=as_json)
        return ExitCode.MISUSE
    except SystemExit as stopped:
        # Typer and rich each end the process themselves where nobody reads on.
        if isinstance(stopped.__context__, BrokenPipeError):
            return ExitCode.PIPE_CLOSED
        raise
    except BrokenPipeError:
        _forget_standard_output()
        return ExitCode.PIPE_CLOSED
    except KeyboardInterrupt:
        ended = ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a user is told what happened, in words
        _report_mistake(error, arguments, as_json=as_json)
        return ExitCode.INTERNAL
    if ended == ExitCode.INTERRUPTED:  # Typer gives an interruption as this code.
        note("Interrupted.")
    return ended if isinstance(ended, int) else ExitCode.DONE


def _report_misuse(error: typer.TyperException, *, as_json: bool) -> None:
    from api.errors import Fault

    fault = Fault("USAGE", error.format_message(), "privity --help says what can be asked")
    print_faults([fault], as_json=as_json)


def _report_mistake(error: Exception, arguments: Sequence[str], *, as_json: bool) -> None:
    from api.errors import Fault

    debug = "--debug" in arguments
    if debug:
        note("".join(traceback.format_exception(error)).rstrip())
    again = "" if debug else f" with what this prints: {shlex.join(['privity', '--debug', *arguments])}"
    fault = Fault(
        "INTERNAL",
        f"privity made a mistake and stopped ({type(error).__name__}: {error})",
        f"Your files are as they were. Please open an issue in the project repository{again}",
    )
    print_faults([fault], as_json=as_json)


def _forget_standard_output() -> None:
    """Whoever read the output has gone: what Python still wants to flush at its end goes nowhere."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - it stays open to the end


if __name__ == "__main__":
    main()
