"""Orders, each given in a process of its own that can be killed: lines of WHAT STORE PATH on standard input.

Everything is imported once; each order is then carried out by a fork, whose process id is written when it begins and
whose end (its exit code, negative for a signal) when it has ended. Nothing runs threads before the forks.
"""

import os
import sys
from pathlib import Path

from api.bootstrap import opened
from api.settings import Settings
from domain.periods import Period


def carry_out(what: str, store: str, path: str) -> None:
    """One order on a store."""
    with opened(Settings.of(Path(store))) as privity:
        if what == "ingest":
            privity.commands.evidence_submit(f"evidence/{Path(path).name}", Path(path), "ada", "killed")
        else:
            privity.commands.settlement_run(Period.parse(path), None, "ada", "killed")


def say(number: int) -> None:
    """Write a number to whoever gave the orders."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    """Carry out one order after another, each in a fork."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                carry_out(*line.split())
                code = 0
            finally:
                os._exit(code)
        say(child)
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
