"""A large portfolio settled by several processes side by side, each with its share of the agreements.

The problem: five thousand agreements take a minute on one core while the others stand idle; Python settles on one core
alone. So the agreements are dealt out to processes of this program, in groups that look at each other's money
(`settlement.groups`), and what they give is put together here: both sides of the money, and all findings.

Example: ``with settling_together(portfolio, evidence, as_of, months=24) as settling: settling.settle(month)`` gives
what ``Settling.of(portfolio, evidence, as_of).settle(month)`` gives, to the byte.

The way: every process has all contracts and all evidence, so that an agreement's result is the same wherever it is
worked out. Each keeps its own agreements from month to month. What composing a month asks besides (what a supplier's
statement would come to without its caps) is asked of the process that has the agreement, all at once.

Limits: small portfolios, those with little to measure, evidence that is not in memory, and machines with one core are
settled in this process. A process that dies ends the settling with an error: no figure is made without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import Fault, RequestError
from api.services.handing_over import Handing
from api.services.settling_process import made
from api.services.side_by_side import processors
from domain.errors import PrivityError
from domain.evidence_memory import MemoryEvidence
from settlement.groups import dealt
from settlement.impact import credit_impact
from settlement.impact_month import ImpactMonth, Lifts
from settlement.settle import Settling

if TYPE_CHECKING:
    from datetime import date

    from domain.attainment import Attainment
    from domain.findings import Finding
    from domain.periods import Period
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import AgreementResult, CreditImpact, RightStatus, Statement
    from settlement.settle import Progress

__all__ = ["Process", "SettlingTogether", "processes_wanted", "settling_together"]

_WORTH_IT = 10_000
"""With fewer figures than these, starting processes takes longer than they save."""

_MOST = 8
"""More processes than these wait for the one that puts their results together."""

MAKER = "settlement.settle:Settling.of"
"""What makes a settling of contracts, evidence and a date in each process: a module, and a name in it."""

Lifted = tuple[Fraction, "tuple[Attainment, ...]"]
_Asked = tuple["Statement", "frozenset[str] | None"]


def processes_wanted() -> int:
    """How many processes may settle: PRIVITY_PROCESSES of the environment, else the processors that there are.

    Raises RequestError where the variable is no whole number from 1 on.
    """
    asked = os.environ.get("PRIVITY_PROCESSES")
    if asked:
        if not asked.isascii() or not asked.isdigit() or int(asked) < 1:
            raise RequestError(
                Fault(
                    "PRIVITY_PROCESSES",
                    f'"{asked}" is no number of processes',
                    "Set it to 1 to settle in one process, or to as many as may run side by side, such as 2",
                    value=asked,
                )
            )
        return int(asked)
    return processors()


@contextmanager
def settling_together(
    portfolio: Portfolio,
    evidence: Evidence,
    as_of: date,
    *,
    months: int,
    hands: int | None = None,
    maker: str = MAKER,
) -> Iterator[Settling]:
    """A settling that uses the cores of the machine where that pays; ``hands`` says how many processes, at any size.

    The processes end with the block.
    """
    if hands is None:
        hands = min(processes_wanted(), _MOST) if _is_worth_it(portfolio, evidence, months) else 1
    if hands < 2 or not isinstance(evidence, MemoryEvidence):
        yield made(maker, portfolio, evidence, as_of)
        return
    settling = SettlingTogether.of(portfolio, evidence, as_of)
    handing = Handing(settling.portfolio)
    shares = [share for share in dealt(settling.portfolio, hands) if share]
    processes = [Process.started(handing) for _ in shares]
    try:
        for process in processes:
            Handing().write((maker, portfolio, evidence, as_of), process.into)
        whose = {name: process for process, share in zip(processes, shares, strict=True) for name in share}
        yield replace(settling, whose=whose)
    finally:
        for process in processes:
            process.end()


def _is_worth_it(portfolio: Portfolio, evidence: Evidence, months: int) -> bool:
    """Whether there is much to measure: to hand results over takes longer than to price what is measured at once."""
    if not isinstance(evidence, MemoryEvidence):
        return False
    figures = months * sum(len(each.services) for every in portfolio.agreements for each in every.levels)
    return figures >= _WORTH_IT and evidence.row_count >= figures


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """One process that settles; it answers each question in turn, and ends when nobody asks any more."""

    running: subprocess.Popen[bytes]
    handing: Handing

    @classmethod
    def started(cls, handing: Handing) -> Process:
        """A new one, with the same Python and the same modules as this."""
        paths = (path or str(Path.cwd()) for path in sys.path)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "api.services.settling_process"]
        running = subprocess.Popen(  # noqa: S603 - this program itself
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        return cls(running, handing)

    @property
    def into(self) -> Any:  # noqa: ANN401 - a pipe, which is there because it was asked for
        """Where questions go."""
        return self.running.stdin

    def ask(self, *question: object) -> None:
        """Ask something; the answer is read later."""
        try:
            self.handing.write(question, self.into)
        except OSError as error:
            raise self._died() from error

    def answer(self) -> Any:  # noqa: ANN401 - whatever was asked for
        """The next answer, or part of one. Raises what went wrong there."""
        try:
            found = self.handing.read(self.running.stdout)  # type: ignore[arg-type] # a pipe, as it was asked for
        except (EOFError, OSError) as error:
            raise self._died() from error
        if isinstance(found, BaseException):
            raise found
        return found

    def end(self) -> None:
        """Nothing more is asked; a process that does not end by itself is ended."""
        for pipe in (self.running.stdin, self.running.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self.running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()

    def _died(self) -> PrivityError:
        return PrivityError(
            f"A process that settled a part of the agreements ended too early (exit code {self.running.poll()}): "
            "nothing was settled. Was there too little memory? PRIVITY_PROCESSES=1 settles in one process."
        )


@dataclass(frozen=True, slots=True, eq=False)
class SettlingTogether(Settling):
    """A settling whose agreements are settled by other processes, each by its own (``whose``)."""

    whose: Mapping[str, Process] = field(default_factory=dict)

    def results(
        self,
        month: Period,
        progress: Progress | None = None,
        kept: Mapping[str, AgreementResult] = {},
    ) -> tuple[AgreementResult, ...]:
        """What each agreement that is judged in a month comes to, by name."""
        judged = self.names_judged_in(month)
        found = {name: kept[name] for name in judged if name in kept}
        waiting = self._asked([name for name in judged if name not in kept], "results", month)
        while waiting:
            for process in tuple(waiting):
                part: Sequence[AgreementResult] = process.answer()
                waiting[process] -= len(part)
                if not waiting[process]:
                    del waiting[process]
                found |= {each.agreement: each for each in part}
            if progress is not None:
                progress(f"settling {month.name}", len(found), len(judged))
        return tuple(found[name] for name in judged)

    def remember(self, month: Period, results: Collection[AgreementResult]) -> None:
        """Tell each process what its own agreements came to in an earlier month; it answers nothing."""
        parts: dict[Process, list[AgreementResult]] = {}
        for result in results:
            parts.setdefault(self.whose[result.agreement], []).append(result)
        for process, part in parts.items():
            process.ask("remember", month, tuple(part))

    def impacts(self, month: ImpactMonth) -> tuple[CreditImpact, ...]:
        """Both sides of a month's money: first it is seen what will be asked, then all of it is asked at once."""
        asked: dict[tuple[str, str, frozenset[str] | None], _Asked] = {}

        def uncapped(statement: Statement) -> Fraction:
            asked[statement.agreement, statement.consumer, None] = (statement, None)
            return statement.net.fraction

        def unexcused(statement: Statement, causes: frozenset[str]) -> Lifted:
            asked[statement.agreement, statement.consumer, causes] = (statement, causes)
            return statement.net.fraction, ()

        self._with(month, Lifts(uncapped, unexcused))
        questions: dict[Process, list[_Asked]] = {}
        for statement, causes in asked.values():
            questions.setdefault(self.whose[statement.agreement], []).append((statement, causes))
        for process, each in questions.items():
            process.ask("lifts", each)
        told: dict[tuple[str, str, frozenset[str] | None], Lifted] = {}
        for process, each in questions.items():
            for (statement, causes), lifted in zip(each, process.answer(), strict=True):
                told[statement.agreement, statement.consumer, causes] = lifted
        lifts = Lifts(
            lambda statement: told[statement.agreement, statement.consumer, None][0],
            lambda statement, causes: told[statement.agreement, statement.consumer, causes],
        )
        return self._with(month, lifts)

    @staticmethod
    def _with(month: ImpactMonth, lifts: Lifts) -> tuple[CreditImpact, ...]:
        return credit_impact(replace(month, inputs=replace(month.inputs, lifts=lifts)))

    def rights_of(self, names: Collection[str]) -> tuple[tuple[RightStatus, ...], tuple[Finding, ...]]:
        """How the rights of some agreements stand on the as-of date, and what was refused, by agreement."""
        statuses: list[RightStatus] = []
        findings: list[Finding] = []
        for process in self._asked(sorted(names), "rights"):
            stand, refused = process.answer()
            statuses += stand
            findings += refused
        return tuple(sorted(statuses, key=lambda each: each.agreement)), tuple(findings)

    def _asked(self, names: Sequence[str], *question: object) -> dict[Process, int]:
        """Who was asked about some agreements, each about its own, and about how many."""
        parts: dict[Process, list[str]] = {}
        for name in names:
            parts.setdefault(self.whose[name], []).append(name)
        for process, part in parts.items():
            process.ask(*question, tuple(part))
        return {process: len(part) for process, part in parts.items()}
