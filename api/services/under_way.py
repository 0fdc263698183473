"""A run while it is under way, told to everybody who looks at the store.

The problem: a settlement holds no transaction while it works, for others have to read and write meanwhile. So that they
see how far it has come, it says so from time to time, in short transactions of their own; and a second thread gives a
sign of life where a long step says nothing for a while.

Example: ``with under_way(store, run, progress) as told: ...`` gives what the work tells its progress to; where the work
raises anything, the run is told to have failed, and why.

Limits: a sign that cannot be given (the database is busy or gone) is left out: the work goes on. What a fault of the
program was is not told, only that there was one.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import SQLAlchemyError

from api.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.services.reading import Progress
    from api.services.storing import Store
    from store.records import Run

__all__ = ["Told", "under_way"]

_SECOND: Final = 1_000_000
_SIGN_EVERY: Final = 10.0
"""Seconds between two signs of life."""


class Told:
    """What a run tells of itself; ``number`` is that of its attempt."""

    def __init__(self, store: Store, number: int, progress: Progress | None) -> None:
        self.number = number
        self._store = store
        self._progress = progress
        self._last = ("", 0, 0)
        self._written_at = store.clock()
        self._lock = threading.Lock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """The work has come so far; it is written down at most once a second."""
        if self._progress is not None:
            self._progress(stage, done, total)
        with self._lock:
            is_new_stage = stage != self._last[0]
            self._last = (stage, done, total)
            if not is_new_stage and self._store.clock() - self._written_at < _SECOND:
                return
        self.sign()

    def sign(self) -> None:
        """Write down how far the work has come."""
        # A sign that waits too long for whoever writes at the time is left out; the next one will do.
        with self._lock, suppress(SQLAlchemyError, sqlite3.OperationalError):
            now = self._store.clock()
            with self._store.writing() as work:
                work.attempts.heard_of(self.number, now, *self._last)
            self._written_at = now


@contextmanager
def under_way(store: Store, run: Run, progress: Progress | None) -> Iterator[Told]:
    """The time in which a run is worked out; whoever works ends it, in the transaction that stores the result."""
    with store.writing() as work:
        number = work.attempts.begin(run)
    told = Told(store, number, progress)
    is_over = threading.Event()

    def live() -> None:
        while not is_over.wait(_SIGN_EVERY):
            told.sign()

    signs = threading.Thread(target=live, name=f"run {number}", daemon=True)
    signs.start()
    try:
        yield told
    except BaseException as fault:
        _failed(store, number, fault)
        raise
    finally:
        is_over.set()
        signs.join()


def _failed(store: Store, number: int, fault: BaseException) -> None:
    if isinstance(fault, RequestError):
        why = str(fault)
    elif isinstance(fault, Exception):
        why = f"The program made a mistake ({type(fault).__name__})."
    else:
        why = "It was interrupted."
    with suppress(SQLAlchemyError), store.writing() as work:
        work.attempts.end(number, store.clock(), why)
