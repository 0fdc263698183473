"""The resolved rows of one kind, shelf after shelf, found by service.

The problem: a settlement asks for one service after another, of rows that were resolved a partition at a time. Which
shelf has which rows of which service is kept here, so that an answer is a slice of a shelf or two.

Example: of twenty partitions each lies on a shelf of its own; hosting has rows 100 to 249 of the third.

Limits: shelves lie on disk, unless there is so little that it may as well stay in memory.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Coded
from store.engines.shelf import Shelf, joined
from store.lake.coded import by_code


@dataclass(frozen=True, slots=True)
class _Held:
    """Columns that stay in memory."""

    columns: Any

    def read(self, first: int, last: int) -> Any:  # noqa: ANN401  What was laid aside comes back.
        """The rows [first, last), in the very same memory."""
        return self.columns.take(slice(first, last))


class Readable(Protocol):
    """Whatever rows can be fetched back from."""

    def read(self, first: int, last: int) -> Any:  # noqa: ANN401  Any of the columns of evidence.
        """The rows [first, last)."""
        ...


class Shelves:
    """The resolved rows of one kind: which shelf has which rows of which service."""

    def __init__(self, folder: Path, earliest: str, *, on_disk: bool = True) -> None:
        self._folder = folder
        self._earliest = earliest
        self._on_disk = on_disk
        self._count = 0
        self._places: dict[str, list[tuple[Readable, int, int]]] = {}
        self._names: dict[str, Sequence[str]] = {}
        self._nothing: Any = None
        self._named: frozenset[str] | None = None
        self.first_instant: int | None = None

    def add(
        self,
        columns: Any,  # noqa: ANN401  Any of the columns of evidence.
        services: Coded,
        seen_as: Callable[[Readable], Readable] = lambda shelf: shelf,
    ) -> None:
        """Lay resolved columns aside; ``services`` says whose each row is (-1: nobody's, left out).

        ``seen_as`` stands before the shelf whenever it is read.
        """
        if self._nothing is None:
            self._nothing = columns.take(np.zeros(0, dtype=np.int64))
        if not len(columns):
            return
        first = int(getattr(columns, self._earliest).min())
        self.first_instant = first if self.first_instant is None else min(first, self.first_instant)
        codes = services.codes
        if len(codes) and (int(codes[0]) < 0 or (codes[1:] < codes[:-1]).any()):
            order = by_code(codes)
            order = order[int(np.searchsorted(codes[order], 0)) :]
            columns, codes = columns.take(order), codes[order]
        shelf = seen_as(self._shelved(self._sharing_names(columns)))
        bounds = np.searchsorted(codes, np.arange(len(services.names) + 1)).tolist()
        for code, name in enumerate(services.names):
            if bounds[code] < bounds[code + 1]:
                self._places.setdefault(name, []).append((shelf, bounds[code], bounds[code + 1]))

    def services(self) -> frozenset[str]:
        """The services that have rows: asked for with every level that is measured."""
        if self._named is None or len(self._named) != len(self._places):
            self._named = frozenset(self._places)
        return self._named

    def lying_together(self) -> tuple[tuple[str, ...], ...]:
        """The services that have rows, in groups of which each is read at once, as a slice of one shelf.

        A service with rows on several shelves is of the group of the first.
        """
        groups: dict[int, list[str]] = {}
        for name in sorted(self._places):
            groups.setdefault(id(self._places[name][0][0]), []).append(name)
        return tuple(tuple(group) for group in groups.values())

    def read(self, services: Collection[str]) -> Any:  # noqa: ANN401  As what was added.
        """The rows of some services, service after service."""
        wanted = sorted(set(services) & self._places.keys())
        pieces = [shelf.read(first, last) for shelf, first, last in self._stretches(wanted)]
        return joined(pieces) if pieces else self._nothing

    def pieces(self, services: Collection[str]) -> tuple[Any, NDArray[np.int64]]:
        """The rows of some services in no order, and the place of each row's service among these in their order.

        Neighbours on a shelf come as one slice of it, so many services cost hardly more than one.
        """
        wanted = sorted(set(services) & self._places.keys())
        stretches: dict[int, list[tuple[Readable, int, int]]] = {}
        places: dict[int, list[tuple[int, int]]] = {}
        for place, name in enumerate(wanted):
            for shelf, first, last in self._places[name]:
                mine = stretches.setdefault(id(shelf), [])
                places.setdefault(id(shelf), []).append((place, last - first))
                if mine and mine[-1][2] == first:
                    mine[-1] = (shelf, mine[-1][1], last)
                else:
                    mine.append((shelf, first, last))
        found = [shelf.read(first, last) for mine in stretches.values() for shelf, first, last in mine]
        counts = np.array([each for of in places.values() for each in of], dtype=np.int64).reshape(-1, 2)
        return (joined(found) if found else self._nothing), np.repeat(counts[:, 0], counts[:, 1])

    def _stretches(self, services: Sequence[str]) -> list[tuple[Readable, int, int]]:
        """Where the rows of some services lie, neighbours on a shelf as one stretch: all of them are one slice."""
        found: list[tuple[Readable, int, int]] = []
        for name in services:
            for shelf, first, last in self._places[name]:
                if found and found[-1][0] is shelf and found[-1][2] == first:
                    found[-1] = (shelf, found[-1][1], last)
                else:
                    found.append((shelf, first, last))
        return found

    def _sharing_names(self, columns: Any) -> Any:  # noqa: ANN401  As what was added.
        """The columns, names that earlier ones have too being the very same: such columns are joined by code."""
        shared: dict[str, Coded] = {}
        for each in fields(columns):
            column = getattr(columns, each.name)
            if isinstance(column, Coded):
                known = self._names.setdefault(each.name, column.names)
                if known is not column.names and known == column.names:
                    shared[each.name] = Coded(column.codes, known)
        return replace(columns, **shared) if shared else columns

    def _shelved(self, columns: Any) -> Readable:  # noqa: ANN401  As what was added.
        if not self._on_disk:
            return _Held(columns)
        self._count += 1
        return Shelf.of(self._folder / f"{self._count:04d}", columns)
