"""One of the processes that settle a large portfolio side by side: it reads questions and writes answers.

The problem: the other cores of the machine settle nothing unless another process does.

Example: ``python -m api.services.settling_process`` is started by `api.services.settling_together`, told the contracts
and the evidence, asked for the results of some agreements in a month, and ends when its questions do.

Limits: it trusts whoever started it. An interrupt is left to the program that started it, and what anybody prints goes
to the standard error: the standard output is for answers.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO

from api.services.collecting import unhurried
from api.services.handing_over import Handing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from domain.periods import Period
    from domain.ports import Evidence
    from ola.portfolio import Portfolio
    from settlement.settle import Settling

__all__ = ["answers", "made", "main"]

_AT_ONCE = 100
"""So many results are handed over together, so that they are read while the next are worked out."""


def answers(settling: Settling, question: Sequence[Any]) -> Iterator[object]:
    """The answer to one question, in parts where it is long."""
    asked = question[0]
    if asked == "results":
        month: Period = question[1]
        names: tuple[str, ...] = question[2]
        for first in range(0, len(names), _AT_ONCE):
            yield settling.results_of(names[first : first + _AT_ONCE], month)
    elif asked == "remember":
        settling.remember(question[1], question[2])
    elif asked == "lifts":
        yield [
            (settling.uncapped(statement), ()) if causes is None else settling.unexcused(statement, causes)
            for statement, causes in question[1]
        ]
    else:
        yield settling.rights_of(question[1])


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
    settling = made(maker, portfolio, evidence, as_of)
    handing = Handing(settling.portfolio)
    with unhurried():
        while True:
            try:
                question = handing.read(source)
            except EOFError:
                return
            try:
                for answer in answers(settling, question):
                    handing.write(answer, into)
            except Exception as error:  # noqa: BLE001 - it is raised again by whoever asked
                handing.write(error, into)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    main(sys.stdin.buffer, output)
    output.close()
