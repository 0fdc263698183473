"""What can be reached from a service in a very large graph, a whole front of services at a time.

The problem: under one of a hundred thousand services may lie twenty thousand, and whoever asks what they are should not
wait for as many steps. Services are numbers here, in an order in which each comes after all it needs, and the needs of
all are one column, so that everything that a front of services needs is fetched at once.

Example: of a needing b and c, and both needing d, the fronts are (a), (b, c), (d).

The answer is counted, ordered and tells who is in it at once; the names are looked up only as they are listed.

Limits: a front of few services is followed one by one, which is quicker; a chain of one service under the other is no
worse than without columns.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FEW: Final = 48

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Reached(Collection[str]):
    """Some services of a graph, each after all it needs; ``is_in`` is by their numbers, which ``rank`` tells."""

    rank: Mapping[str, int]
    names: NDArray[np.object_]
    is_in: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(np.count_nonzero(self.is_in))

    def __contains__(self, name: object) -> bool:
        number = self.rank.get(name) if isinstance(name, str) else None
        return number is not None and bool(self.is_in[number])

    def __iter__(self) -> Iterator[str]:
        found: list[str] = self.names[np.flatnonzero(self.is_in)].tolist()
        return iter(found)


@dataclass(frozen=True, slots=True, eq=False)
class Reaching:
    """Edges as columns: those of service ``i`` are ``ends[first[i]:first[i + 1]]``; ``names`` by number."""

    rank: Mapping[str, int]
    names: NDArray[np.object_]
    first: Numbers
    ends: Numbers

    @classmethod
    def of(cls, rank: Mapping[str, int], edges: Mapping[str, Sequence[str]]) -> "Reaching":
        """The edges of a graph whose services are numbered by ``rank``."""
        ordered = sorted(rank, key=rank.__getitem__)
        names = np.empty(len(ordered), dtype=object)
        names[:] = ordered
        counts = np.fromiter((len(edges[name]) for name in ordered), np.int32, len(ordered))
        first = np.concatenate([np.zeros(1, np.int32), np.cumsum(counts, dtype=np.int32)])
        ends = np.array([rank[other] for name in ordered for other in edges[name]], dtype=np.int32)
        return cls(rank, names, first, ends)

    def reached(self, starts: Sequence[int]) -> Reached:
        """Some services, by number, and all that can be reached from them."""
        is_seen = np.zeros(len(self.names), dtype=bool)
        front = np.unique(np.asarray(starts, dtype=np.int32))
        is_seen[front] = True
        while len(front):
            if len(front) <= _FEW:
                found = [self.ends[self.first[each] : self.first[each + 1]] for each in front.tolist()]
                below = np.concatenate(found)
                front = np.unique(below[~is_seen[below]])
                is_seen[front] = True
            else:
                begins = self.first[front]
                counts = self.first[front + 1] - begins
                upto = np.cumsum(counts, dtype=np.int32)
                # The place of each edge: where its service's edges begin, and how many of them came before it.
                places = np.repeat(begins - (upto - counts), counts)
                places += np.arange(len(places), dtype=np.int32)
                is_met = np.zeros(len(self.names), dtype=bool)
                is_met[self.ends[places]] = True
                np.greater(is_met, is_seen, out=is_met)
                is_seen |= is_met
                front = np.flatnonzero(is_met).astype(np.int32)
        return Reached(self.rank, self.names, is_seen)
