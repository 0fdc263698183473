"""Another process that settles a share of the agreements, seen from the one that asks it.

The problem: to ask a process, to wait for it and to find out that it has died are done in many ways wrong: whoever
writes into a full pipe waits for ever for one who writes into another.

Example: ``helper.begin(march, names)`` asks, and the helper settles while this process does something else;
``helper.results(march, names)`` gives what came of it.

The way: two threads move bytes between the pipes and queues, so that neither process ever waits for the other to read.
Answers come in the order of the questions; results of a month that nobody has asked to see yet are kept.

Limits: a helper that dies is an error for whoever waits for it next.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO

from api.services.handing_over import Handing
from api.services.handing_results import ResultsIn, ResultsOut
from api.services.settling_process import FRAME, RESULTS, Uncapped
from domain.errors import PrivityError

if TYPE_CHECKING:
    from fractions import Fraction

    from domain.periods import Period
    from ola.portfolio import Portfolio
    from settlement.results import AgreementResult, Statement

__all__ = ["Helper", "Process"]


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """One process that settles; it answers each question in turn, and ends when nobody asks any more."""

    running: subprocess.Popen[bytes]
    questions: SimpleQueue[bytes | None] = field(default_factory=SimpleQueue)
    """What it is to be told and has not read yet; None: nothing more."""
    frames: SimpleQueue[tuple[bytes, bytes] | None] = field(default_factory=SimpleQueue)
    """What it has answered and nobody has read yet; None: it has ended."""
    moving: list[Thread] = field(default_factory=list)

    @classmethod
    def started(cls) -> Process:
        """A new one, with the same Python and the same modules as this."""
        paths = (path or str(Path.cwd()) for path in sys.path)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "api.services.settling_process"]
        running = subprocess.Popen(  # noqa: S603 - this program itself
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        process = cls(running)
        # A pipe holds little: who writes into it would wait for the other, and both have something better to do.
        for pipe, move in ((running.stdin, process._send), (running.stdout, process._collect)):
            thread = Thread(target=move, args=(pipe,), name="settling-together", daemon=True)
            thread.start()
            process.moving.append(thread)
        return process

    def _send(self, into: BinaryIO) -> None:
        # Where it has ended, whoever waits for its answer is told.
        with suppress(OSError), into:
            while (said := self.questions.get()) is not None:
                into.write(said)
                into.flush()

    def _collect(self, source: BinaryIO) -> None:
        with suppress(OSError), source:
            while len(head := source.read(FRAME.size)) == FRAME.size:
                kind, size = FRAME.unpack(head)
                said = source.read(size)
                if len(said) < size:
                    break
                self.frames.put((kind, said))
        self.frames.put(None)

    def told(self, said: bytes) -> None:
        """Tell or ask it something; an answer is read later."""
        self.questions.put(said)

    def answer(self) -> tuple[bytes, bytes]:
        """What it answered next: what it is, and its bytes. Waits for it."""
        frame = self.frames.get()
        if frame is None:
            self.frames.put(None)
            raise self._died()
        return frame

    def end(self, *, at_once: bool = False) -> None:
        """Nothing more is asked; a process that does not end by itself, or that shall end at once, is ended."""
        self.questions.put(None)
        if at_once:
            self.running.kill()
        try:
            self.running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        for thread in self.moving:
            thread.join(timeout=10)

    def _died(self) -> PrivityError:
        try:
            code: int | None = self.running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            code = None
        return PrivityError(
            f"A process that settled a part of the agreements ended too early (exit code {code}): "
            "nothing was settled. Was there too little memory? PRIVITY_PROCESSES=1 settles in one process."
        )


@dataclass(slots=True, eq=False)
class Asked:
    """What a helper was asked about one month, and what has come of it so far."""

    names: set[str] = field(default_factory=set)
    come: dict[str, AgreementResult] = field(default_factory=dict)
    uncapped: Uncapped = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Helper:
    """A process with what it was asked and what it has told."""

    process: Process
    handing: Handing
    reading: ResultsIn
    writing: ResultsOut
    months: dict[str, Asked] = field(default_factory=dict)

    @classmethod
    def of(cls, process: Process, handing: Handing, portfolio: Portfolio) -> Helper:
        """A process that was asked nothing yet."""
        return cls(process, handing, ResultsIn(portfolio), ResultsOut(portfolio))

    def begin(self, month: Period, names: Iterable[str]) -> None:
        """Ask for some results of a month that were not asked for yet."""
        asked = self.months.setdefault(month.name, Asked())
        new = tuple(name for name in names if name not in asked.names)
        if new:
            asked.names.update(new)
            self._tell(("results", month, new))

    def results(self, month: Period, names: Collection[str]) -> Iterator[AgreementResult]:
        """Some results of a month, as they come; each is given once."""
        self.begin(month, names)
        come = self.months[month.name].come
        for name in names:
            while name not in come:
                self._take()
            yield come.pop(name)
        self.months[month.name].names.difference_update(names)

    def uncapped(self, statement: Statement) -> Fraction | None:
        """What it told of a statement without its caps; None where it did not."""
        asked = self.months.get(statement.period.name)
        return None if asked is None else asked.uncapped.get((statement.agreement, statement.consumer))

    def remember(self, month: Period, results: Sequence[AgreementResult]) -> None:
        """Tell it what its own agreements came to in an earlier month; it answers nothing."""
        self._tell(("remember", month, self.writing.written(results)))

    def value(self, *question: object) -> Any:  # noqa: ANN401 - whatever was asked for
        """The answer to anything else. Results that come before it are kept."""
        self._tell(question)
        while (found := self._take()) is None:
            pass
        return found

    def _tell(self, question: object) -> None:
        self.process.told(self.handing.written(question))

    def _take(self) -> Any:  # noqa: ANN401 - whatever was asked for; None for results
        kind, said = self.process.answer()
        found = self.handing.read(BytesIO(said))
        if isinstance(found, BaseException):
            raise found
        if kind != RESULTS:
            return found
        month, uncapped, written = found
        asked = self.months[month]
        asked.come |= {each.agreement: each for each in self.reading.read(written)}
        asked.uncapped |= uncapped
        return None
