"""What the command line writes where: results on standard output, everything else on standard error.

The problem: the same command is read by a person in a terminal and by a script in a pipe. The script must find
nothing but the result on standard output, and the person must not wonder whether anything is still going on.

Example: ``privity settle FOLDER --period 2026-03 --json | jq .breaches`` reads one JSON value, whatever was noted
on the way; without a terminal there is no colour, and with NO_COLOR there is none in a terminal either.

Limits: progress shows after two seconds, redrawn in a terminal, else as one line; what takes less shows nothing.

References: no-color.org; RFC 8259, 8.1, for JSON as UTF-8 whatever the terminal's own encoding is.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from threading import Timer
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from api.errors import Fault
    from api.shapes.parts import JsonValue

__all__ = ["ExitCode", "Waiting", "json_text", "note", "print_faults", "print_json", "print_text", "screen"]

PIPED_WIDTH = 100
"""How wide tables are where there is no terminal to ask and COLUMNS says nothing."""

_SHOWS_AFTER = 2.0
_TRAILING_BLANKS = re.compile(" +$", re.MULTILINE)


class ExitCode(IntEnum):
    """How a command ended, for scripts."""

    DONE = 0
    FAULTY = 1
    """The documents or the evidence have errors."""
    MISUSE = 2
    """The command was called wrongly: an unknown option, a folder that is not there, a period that is none."""
    INTERNAL = 70
    """A mistake of this program."""
    INTERRUPTED = 130
    PIPE_CLOSED = 141


@contextmanager
def screen() -> Iterator[Console]:
    """A console on standard output, as wide as the terminal; it reads no markup in names.

    Without a terminal it is `PIPED_WIDTH` wide unless COLUMNS says otherwise, and no line ends in blanks.
    """
    console = _console(sys.stdout)
    if console.is_terminal:
        yield console
        return
    with console.capture() as captured:
        yield console
    sys.stdout.write(_TRAILING_BLANKS.sub("", captured.get()))


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    console = Console(file=stream, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = PIPED_WIDTH
    return console


def print_json(value: Mapping[str, JsonValue]) -> None:
    """Write one JSON value to standard output, as UTF-8, and nothing else."""
    print_text(json_text(value))


def json_text(value: Mapping[str, JsonValue]) -> str:
    """One JSON value as the command line writes it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def print_text(text: str) -> None:
    """Write a text to standard output as it is, as UTF-8 whatever the terminal's own encoding is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Say something beside the result: it goes to standard error."""
    sys.stderr.write(f"{text}\n")


def print_faults(faults: Iterable[Fault], *, as_json: bool) -> None:
    """Say what is wrong: as text to standard error, or as ``{"errors": [...]}`` to standard output."""
    if as_json:
        print_json({"errors": [fault_shape(fault) for fault in faults]})
        return
    for fault in faults:
        note(fault.text())


def fault_shape(fault: Fault) -> dict[str, JsonValue]:
    """A fault in JSON: every key always stands, null where the fault has nothing to say under it."""
    return {
        "code": fault.code,
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "path": fault.path,
        "value": fault.value,
        "message": fault.message,
        "nearest": fault.nearest,
        "cure": fault.cure or None,
    }


class Waiting:
    """Progress on standard error, from the third second on: call it with a stage, how much is done, and of how much.

    Use it as a context manager round the work and before anything is printed; it leaves nothing on the terminal.
    ``after`` is in seconds.
    """

    def __init__(self, after: float = _SHOWS_AFTER) -> None:
        self._stage, self._done, self._total = "Working", 0, 0
        self._bar: Bar | None = None
        self._timer = Timer(after, self._show)
        self._timer.daemon = True

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Tell what is being done; ``total`` 0 means that nobody knows how much there is."""
        self._stage, self._done, self._total = stage, done, total
        if self._bar is not None:
            self._update(self._bar)

    def __enter__(self) -> Self:
        """Begin to count the two seconds."""
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the progress off the screen."""
        self._timer.cancel()
        self._timer.join()
        if self._bar is not None:
            self._bar.stop()

    def _show(self) -> None:
        if not sys.stderr.isatty():
            note(f"{self._stage} …")
            return
        from rich.progress import (
            BarColumn,
            Progress,
            SpinnerColumn,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        bar = Progress(*columns, console=_console(sys.stderr), transient=True)
        bar.add_task(self._stage, total=None)
        self._update(bar)
        bar.start()
        self._bar = bar

    def _update(self, bar: Bar) -> None:
        # A description is read as markup; stages are this program's own words, file names in them are not.
        from rich.markup import escape

        total = self._total or None
        bar.update(bar.task_ids[0], description=escape(self._stage), completed=self._done, total=total)
