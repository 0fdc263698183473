"""How a process that reads much gives back what it no longer needs.

The problem: reading a log takes and frees block after block of some megabytes, and both Arrow's own allocator and the C
library keep them, in case they are wanted again: a log whose rows take 15 MB in the end leaves 100 MB taken.

Example: of the 120,000 rows of the ServiceNow log, read block by block, 60 MB less stay with the process.

Limits: what is set holds for the whole process. The C library's part is done where it is glibc's, and left out
elsewhere; other libraries give back of themselves.

References: mallopt(3), malloc_trim(3).
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Final

import pyarrow as pa

__all__ = ["give_back", "take_large_blocks_apart", "unhurried"]

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
"""The numbers of two settings of `mallopt`."""

_LARGE: Final = 3 * 1024 * 1024
"""Blocks of so many bytes and more go straight back to the system when they are freed."""

_MANY_NEW: Final = 50_000
"""After so many new values the youngest are looked at; by itself the interpreter does so after 700."""


@lru_cache(maxsize=1)
def take_large_blocks_apart() -> None:
    """Take large blocks of memory from the system one by one; said once, it holds for the process.

    Left to itself the C library stops doing so after the first large block was freed, and small pieces that stay come
    to lie between large ones that do not, which then cannot be given back.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)


@contextmanager
def unhurried() -> Iterator[None]:
    """Look for cycles of garbage seldom while much is built that has none.

    A settlement makes millions of small values that only point to older ones. The collector would walk over all of them
    again and again and find nothing: a seventh of the time of five thousand agreements. What was there before is not
    looked at meanwhile; afterwards everything is as it was.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_MANY_NEW, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def give_back() -> None:
    """Give what has been freed back to the system."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
