"""Work carried out by several processes side by side.

The problem: a year drawn ten thousand times takes one processor minutes, and the machine has more than one. The parts
of such work know nothing of one another, so that each may be carried out by whoever is free.

Example: ``side_by_side(2)(work, tasks)`` gives what ``map(work, tasks)`` gives, in about half the time.

Limits: the processes are forks, which have all that was read without reading it again; where there are no forks, or but
one processor, the work is carried out here. Not for a server that has threads: a fork has none of them, and may wait
for ever for what one of them held. What a task gives is sent back whole, so it should be small.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar, cast

from api.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["processors", "side_by_side"]

Task = TypeVar("Task")
Done = TypeVar("Done")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def side_by_side(
    workers: int,
) -> Callable[[Callable[[Task], Done], Sequence[Task]], Iterable[Done]]:
    """Carries out tasks by so many processes, and gives what they gave in the order of the tasks."""

    def carry(work: Callable[[Task], Done], tasks: Sequence[Task]) -> Iterable[Done]:
        count = min(workers, len(tasks))
        if count < 2 or "fork" not in multiprocessing.get_all_start_methods():
            return map(work, tasks)
        return _forked(work, tasks, count)

    return carry


_work: Callable[[Any], object] | None = None


def _forked(work: Callable[[Task], Done], tasks: Sequence[Task], count: int) -> Iterator[Done]:
    # A fork has this module as it stands at its beginning, so that the work itself need not be sent.
    global _work  # noqa: PLW0603 - see above
    _work = work
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    try:
        yield from cast("Iterator[Done]", pool.map(_carry_out, tasks))
    except BrokenProcessPool as error:
        raise RequestError(
            Fault(
                "WORK",
                "a process that shared the work was ended from outside, as a rule for want of memory",
                "Free memory, or ask for less at once, and try again",
            )
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        _work = None


def _begin() -> None:
    """Let Ctrl-C end a fork without a word: who began it says what is to be said."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _carry_out(task: object) -> object:
    if _work is None:
        raise RuntimeError("A process was begun without work.")
    return _work(task)
