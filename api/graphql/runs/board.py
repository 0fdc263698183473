"""Where running settlements write how far they have come.

The problem: a settlement runs in one thread, and whoever watches it waits in another.

Example: ``board.write("march", Stage("settling 2026-03", 3, 11))``, and ``board.read("march")`` gives it.

Limits: a board lives in one process, and holds the last hundred keys.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace

__all__ = ["Board", "Stage"]

_KEYS = 100


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a run has come; ``total`` 0: nobody knows."""

    name: str
    done: int
    total: int
    is_over: bool = False


@dataclass(eq=False)
class Board:
    """Where runs write how far they have come, each under its order's key; any thread may write and read."""

    _stages: OrderedDict[str, Stage] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, key: str, stage: Stage) -> None:
        """The run of a key has come so far."""
        with self._lock:
            self._stages[key] = stage
            self._stages.move_to_end(key)
            while len(self._stages) > _KEYS:
                self._stages.popitem(last=False)

    def end(self, key: str) -> None:
        """The run of a key is over, whether or not it gave a result."""
        self.write(key, replace(self.read(key) or Stage("", 0, 0), is_over=True))

    def read(self, key: str) -> Stage | None:
        """How far the run of a key has come; None where no such run was seen."""
        with self._lock:
            return self._stages.get(key)
