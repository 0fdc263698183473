"""One of the processes that settle a large portfolio side by side: it reads questions and writes answers.

The problem: the other cores of the machine settle nothing unless another process does.

Example: ``python -m api.services.settling_process`` is started by `api.services.settling_together`, told the contracts
and the evidence, asked for the results of some agreements in a month, and ends when its questions do.

Each answer is a frame: a letter that says what it is, how many bytes follow, and the bytes.

Limits: it trusts whoever started it. An interrupt is left to the program that started it, and what anybody prints goes
to the standard error: the standard output is for answers.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO

from api.services.collecting import unhurried
from api.services.handing_over import Handing
from api.services.handing_results import ResultsIn, ResultsOut
from domain.agreements import AgreementType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from fractions import Fraction

    from domain.periods import Period
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.results import AgreementResult
    from settlement.settle import Settling

__all__ = ["FRAME", "RESULTS", "VALUE", "Answering", "made", "main", "uncapped_of"]

FRAME = struct.Struct("<cQ")
"""What a frame begins with: what it is, and how many bytes follow."""

RESULTS, VALUE = b"r", b"v"

_AT_ONCE = 100
"""So many results are handed over together, so that they are read while the next are worked out."""

Uncapped = dict[tuple[str, str], "Fraction"]
"""What statements would come to without their caps, by agreement and consumer, where nothing is excused."""


def uncapped_of(settling: Settling, results: Sequence[AgreementResult]) -> Uncapped:
    """What composing a month may ask of suppliers' statements, told with them: few, and nobody waits for it."""
    return {
        (statement.agreement, statement.consumer): settling.uncapped(statement)
        for result in results
        for statement in result.statements
        if statement.type is AgreementType.UC and statement.lines and not settling.is_excused(statement)
    }


@dataclass(frozen=True, slots=True, eq=False)
class Answering:
    """A settling that answers questions; ``out`` writes results, ``remembered`` reads those of earlier months."""

    settling: Settling
    handing: Handing
    out: ResultsOut
    remembered: ResultsIn

    @classmethod
    def of(cls, settling: Settling) -> Answering:
        """Nothing answered yet."""
        portfolio = settling.portfolio
        return cls(settling, Handing(portfolio), ResultsOut(portfolio), ResultsIn(portfolio))

    def answers(self, question: Sequence[Any]) -> Iterator[tuple[bytes, bytes]]:
        """The answer to one question, in frames: results in parts, anything else in one."""
        asked = question[0]
        if asked == "results":
            month: Period = question[1]
            names: tuple[str, ...] = question[2]
            for first in range(0, len(names), _AT_ONCE):
                found = self.settling.results_of(names[first : first + _AT_ONCE], month)
                uncapped = uncapped_of(self.settling, found)
                yield RESULTS, self.handing.written((month.name, uncapped, self.out.written(found)))
        elif asked == "remember":
            self.settling.remember(question[1], self.remembered.read(question[2]))
        elif asked == "lifts":
            found_lifts = [
                (self.settling.uncapped(statement), ())
                if causes is None
                else self.settling.unexcused(statement, causes)
                for statement, causes in question[1]
            ]
            yield VALUE, self.handing.written(found_lifts)
        else:
            yield VALUE, self.handing.written(self.settling.rights_of(question[1]))


def made(maker: str, portfolio: Portfolio, evidence: Evidence, as_of: date) -> Settling:
    """The settling that a maker, a module and a name in it, makes of contracts and evidence as known on a date."""
    module, name = maker.split(":")
    found: Settling = attrgetter(name)(import_module(module))(portfolio, evidence, as_of)
    return found


def main(source: BinaryIO, into: BinaryIO) -> None:
    """Answer questions until there are none any more."""
    try:
        maker, portfolio, evidence, as_of = Handing().read(source)
    except EOFError:
        return  # Whoever started it has nothing to ask.
    answering = Answering.of(made(maker, portfolio, evidence, as_of))
    with unhurried():
        while True:
            try:
                question = answering.handing.read(source)
            except EOFError:
                return
            try:
                for kind, said in answering.answers(question):
                    _write(into, kind, said)
            except Exception as error:  # noqa: BLE001 - it is raised again by whoever asked
                _write(into, VALUE, answering.handing.written(error))


def _write(into: BinaryIO, kind: bytes, said: bytes) -> None:
    into.write(FRAME.pack(kind, len(said)))
    into.write(said)
    into.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    main(sys.stdin.buffer, output)
    output.close()
