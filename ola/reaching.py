"""What can be reached from a service in a very large graph, a whole front of services at a time.

The problem: under one of a hundred thousand services may lie twenty thousand, and whoever asks what they are should not
wait for as many steps. Services are numbers here, in an order in which each comes after all it needs, and the needs of
all are one column, so that everything that a front of services needs is fetched at once.

Example: of a needing b and c, and both needing d, the fronts are (a), (b, c), (d).

Limits: a front of few services is followed one by one, which is quicker; a chain of one service under the other is no
worse than without columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FEW: Final = 48

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Reaching:
    """Edges as columns: those of service ``i`` are ``ends[first[i]:first[i + 1]]``; ``names`` by number."""

    names: NDArray[np.object_]
    first: Numbers
    ends: Numbers

    @classmethod
    def of(cls, rank: Mapping[str, int], edges: Mapping[str, Sequence[str]]) -> "Reaching":
        """The edges of a graph whose services are numbered by ``rank``."""
        ordered = sorted(rank, key=rank.__getitem__)
        names = np.empty(len(ordered), dtype=object)
        names[:] = ordered
        counts = np.fromiter((len(edges[name]) for name in ordered), np.int64, len(ordered))
        first = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        ends = np.fromiter(
            (rank[other] for name in ordered for other in edges[name]), np.int64, int(first[-1])
        )
        return cls(names, first, ends)

    def reached(self, starts: Sequence[int]) -> list[str]:
        """The names of some services and of all that can be reached from them, by number."""
        is_seen = np.zeros(len(self.names), dtype=bool)
        front = np.unique(np.asarray(starts, dtype=np.int64))
        is_seen[front] = True
        left = np.empty(len(self.names), dtype=np.int64)
        while len(front):
            if len(front) <= _FEW:
                found = [self.ends[self.first[each] : self.first[each + 1]] for each in front.tolist()]
                below = np.concatenate(found)
            else:
                counts = self.first[front + 1] - self.first[front]
                # The place of each edge: where its service's edges begin, and how many of them came before it.
                before = np.cumsum(counts) - counts
                places = np.arange(int(counts.sum())) + np.repeat(self.first[front] - before, counts)
                below = self.ends[places]
            new = below[~is_seen[below]]
            is_seen[new] = True
            # Of a service that is met several times at once the last one stays: it is the one that left its place.
            places_met = np.arange(len(new))
            left[new] = places_met
            front = new[left[new] == places_met]
        found_names: list[str] = self.names[np.flatnonzero(is_seen)].tolist()
        return found_names
