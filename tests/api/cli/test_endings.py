"""How the command line ends when it is stopped, when nobody reads on, and when it is itself mistaken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.console import ExitCode, Waiting
from api.services import settling
from tests.api.cli.command import SCENARIO, Privity

ROOT = Path(__file__).parents[3]
PERIOD = ("--period", "2026-04")


def start(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own, as a shell would."""
    command = [sys.executable, "-m", "api.cli.main", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=120, check=False
    )


def besides_progress(told: str) -> str:
    """What a process said besides what it was busy with, of which a slow machine hears and a fast one does not."""
    return "".join(line for line in told.splitlines(keepends=True) if not line.endswith(" …\n"))


def test_a_process_ends_with_the_exit_code_and_writes_only_json_to_its_output() -> None:
    ended = start("settle", SCENARIO, *PERIOD, "--json")
    assert (ended.returncode, besides_progress(ended.stderr)) == (0, "")
    assert ended.stdout.startswith("{\n")
    assert ended.stdout.endswith("}\n")


def test_a_process_that_is_called_wrongly_ends_with_two_and_no_traceback() -> None:
    ended = start("settle", "nowhere", *PERIOD)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("there is no folder nowhere.")


def test_a_terminal_that_knows_only_ascii_gets_no_traceback() -> None:
    ended = start("settle", SCENARIO, *PERIOD, PYTHONIOENCODING="ascii")
    # A terminal that knows only ASCII shows a question mark for the dots after a line of progress.
    assert (ended.returncode, besides_progress(ended.stderr.replace(" ?\n", " …\n"))) == (0, "")
    assert "2,000.00 GBP" in ended.stdout


def test_json_is_utf_8_whatever_the_terminal_is() -> None:
    plain = start("schema")
    assert start("schema", PYTHONIOENCODING="ascii").stdout == plain.stdout


def test_when_nobody_reads_on_it_ends_quietly() -> None:
    command = [sys.executable, "-m", "api.cli.main", "schema"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
        process.wait(timeout=120)
    assert (process.returncode, told) == (ExitCode.PIPE_CLOSED, b"")


def test_help_imports_nothing_that_settling_needs() -> None:
    program = (
        "import sys; from api.cli.main import run; run(['--help']); "
        "print(sorted({'numpy', 'pyarrow', 'networkx', 'pydantic', 'rich.console', 'holidays'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=env,
        timeout=120,
        check=True,
    )
    assert ended.stdout.splitlines()[-1] == "[]"


def mistaken(*_: object) -> None:
    raise ZeroDivisionError("division by zero")


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_mistake_of_the_program_is_told_in_words_and_how_to_report_it(
    privity: Privity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "settled_folder", mistaken)
    ended = privity("settle", SCENARIO, *PERIOD)
    assert (ended.code, ended.out) == (ExitCode.INTERNAL, "")
    assert "privity made a mistake and stopped (ZeroDivisionError: division by zero)" in ended.err
    assert f"privity --debug settle {SCENARIO} --period 2026-04" in ended.err
    assert "Traceback" not in ended.err
    as_json = privity("settle", SCENARIO, *PERIOD, "--json")
    assert as_json.json["errors"][0]["code"] == "INTERNAL"


def test_the_traceback_is_there_for_whoever_asks(privity: Privity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "settled_folder", mistaken)
    ended = privity("--debug", "settle", SCENARIO, *PERIOD)
    assert ended.code == ExitCode.INTERNAL
    assert "Traceback (most recent call last)" in ended.err


def test_an_interruption_ends_with_its_own_exit_code_and_one_line(
    privity: Privity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "settled_folder", interrupted)
    ended = privity("settle", SCENARIO, *PERIOD)
    assert (ended.code, ended.out) == (ExitCode.INTERRUPTED, "")
    assert ended.err.count("\n") == 1


def test_without_a_terminal_a_long_wait_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Waiting(after=0.0) as waiting:
        waiting._timer.join()
        waiting("Reading evidence", 1, 2)
    assert capsys.readouterr().err == "Working …\n"


def test_a_short_wait_is_not_told_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    with Waiting(after=3600.0) as waiting:
        waiting("Reading evidence", 1, 2)
    assert capsys.readouterr().err == ""


class Terminal:
    """A terminal that keeps what is written to it."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return True


def test_in_a_terminal_a_long_wait_shows_what_is_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    waiting = Waiting(after=0.0)
    waiting("Reading evidence/[odd] name.csv", 1, 2)
    with waiting:
        waiting._timer.join()
        waiting("Settling 2026-04", 1, 4)
    assert "Reading evidence/[odd] name.csv" in terminal.text
    assert "Settling 2026-04" in terminal.text
