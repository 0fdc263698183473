"""What follows from a part of a contract alone, worked out once for as long as that part is in use.

The problem: a contract's prices are read for every credit, cap and finding of every month. They are one immutable
tuple, yet to find what was worked out for it by its content, all of that content would be hashed each time, which
costs more than the work. So the very tuple is the key: the same object gives the same answer.

Example: the monthly price of a service is asked for 24 months and five rules; the charges are read once.

    >>> @by_identity
    ... def total(prices: tuple[int, ...], times: int) -> int:
    ...     return sum(prices) * times
    >>> prices = (2, 3)
    >>> total(prices, 2), total(prices, 2), total.known()
    (10, 10, 1)

Limits: for pure functions whose first argument never changes. What is remembered is forgotten as a whole once it is
more than `MOST`; each entry keeps its key alive, so that no other object can be taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import update_wrapper
from itertools import islice
from typing import Concatenate, Generic, ParamSpec, TypeVar

__all__ = ["MOST", "SizeOfAll", "by_identity"]

MOST = 100_000
"""So many answers are remembered of one function."""

Kept = TypeVar("Kept")
Others = ParamSpec("Others")
Answer = TypeVar("Answer")
Entry = TypeVar("Entry")
Held = TypeVar("Held")


class by_identity(Generic[Kept, Others, Answer]):  # noqa: N801 - it is written as a decorator
    """A pure function that answers once for each object given first, and for each value of the others."""

    def __init__(self, function: Callable[Concatenate[Kept, Others], Answer]) -> None:
        self._function = function
        self._known: dict[tuple[Hashable, ...], tuple[Kept, Answer]] = {}
        update_wrapper(self, function)

    def __call__(self, kept: Kept, *others: Others.args, **_: Others.kwargs) -> Answer:
        """The answer, worked out where it is not known yet."""
        key = (id(kept), *others)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
            found = self._known[key] = (kept, self._function(kept, *others, **_))
        return found[1]

    def known(self) -> int:
        """How many answers are remembered."""
        return len(self._known)


@dataclass(slots=True)
class SizeOfAll:
    """How much some entries that are only ever added, or all forgotten, come to; each is counted when it is new.

    Whoever asks after every agreement how much is held would count everything again each time.

    >>> sizes, held = SizeOfAll(), {"a": 2, "b": 3}
    >>> sizes.of(held, int), sizes.of(held | {"c": 4}, int), sizes.of({"d": 1}, int)
    (5, 9, 1)
    """

    counted: int = 0
    size: int = 0

    def of(self, entries: dict[Entry, Held], size: Callable[[Held], int]) -> int:
        """The size of all entries, of which only those not counted yet are looked at."""
        if len(entries) < self.counted:
            self.counted = self.size = 0
        new = islice(reversed(entries.values()), len(entries) - self.counted)
        self.size += sum(size(each) for each in new)
        self.counted = len(entries)
        return self.size
