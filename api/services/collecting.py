"""When the interpreter looks for garbage while a settlement is made.

The problem: a settlement makes millions of small values that only point to older ones. The collector of cycles would
walk over all of them again and again and find nothing: a seventh of the time of two thousand agreements.

Example: ``with unhurried(): settle(...)``. What was there before is not looked at meanwhile, and new values seldom.

Limits: what is set holds for the whole process; afterwards it is as it was. Whatever is no part of a cycle is freed at
once, as always.

References: the `gc` module of Python's library.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["unhurried"]

_MANY_NEW: Final = 500_000
"""After so many new values the youngest are looked at; by itself the interpreter does so after 700."""


_LOCK = threading.Lock()
_UNDER_WAY: list[tuple[int, int, int]] = []
"""For each settlement under way the setting from before the first of them."""


@contextmanager
def unhurried() -> Iterator[None]:
    """Look for cycles of garbage seldom while much is built that has none; several threads may at once."""
    with _LOCK:
        before = _UNDER_WAY[0] if _UNDER_WAY else gc.get_threshold()
        _UNDER_WAY.append(before)
        gc.freeze()
        gc.set_threshold(_MANY_NEW, *before[1:])
    try:
        yield
    finally:
        with _LOCK:
            _UNDER_WAY.pop()
            if not _UNDER_WAY:
                gc.set_threshold(*before)
                gc.unfreeze()
