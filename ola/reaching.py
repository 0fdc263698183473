"""What can be reached from a service in a very large graph, a whole front of services at a time.

The problem: under one of a hundred thousand services may lie twenty thousand, and whoever asks what they are should not
wait for as many steps. Services are numbers here, in an order in which each comes after all it needs, and the needs of
all are one column, so that everything that a front of services needs is fetched at once.

Example: of a needing b and c, and both needing d, the fronts are (a), (b, c), (d).

Whoever asks often (a server) asks `Reaching.with_signposts` first: some services then keep all that they reach, and a
walk ends at them. The answer is counted, ordered and tells who is in it at once; the names are looked up only as they
are listed.

Limits: a front of few services is followed one by one, which is quicker; a chain of one service under the other is no
worse than without columns.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ola.signposts import LONGEST, Signposts

_FEW: Final = 8

Numbers = NDArray[np.intp]


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
    """Edges as columns: those of service ``i`` are ``ends[first[i]:first[i + 1]]``, all to lower numbers.

    ``names`` are by ``rank``. Where the graph is turned over (`turned`) services are numbered from the other end, so
    that what stands on a service has the lower number.
    """

    rank: Mapping[str, int]
    names: NDArray[np.object_]
    first: Numbers
    ends: Numbers
    is_turned: bool = False
    signposts: Signposts | None = None
    _last: Numbers | None = None
    """Where the edges end that a walk follows: a signpost has none."""

    @classmethod
    def of(cls, rank: Mapping[str, int], edges: Mapping[str, Sequence[str]]) -> "Reaching":
        """The edges of a graph whose services are numbered by ``rank``, each after all that its edges lead to."""
        names = np.empty(len(rank), dtype=object)
        names[np.fromiter(rank.values(), np.intp, len(rank))] = list(rank)
        listed = [edges[name] for name in names.tolist()]
        first = np.zeros(len(rank) + 1, np.intp)
        np.cumsum(np.fromiter(map(len, listed), np.intp, len(rank)), out=first[1:])
        numbered = map(rank.__getitem__, chain.from_iterable(listed))
        return cls(rank, names, first, np.fromiter(numbered, np.intp, int(first[-1])))

    def turned(self) -> "Reaching":
        """The same edges, each the other way round."""
        last = len(self.names) - 1
        begins = np.repeat(np.arange(last + 1), np.diff(self.first))
        order = np.argsort(self.ends, kind="stable")[::-1]
        first = np.zeros(last + 2, np.intp)
        np.cumsum(np.bincount(last - self.ends, minlength=last + 1), out=first[1:])
        return Reaching(self.rank, self.names, first, last - begins[order], not self.is_turned)

    def with_signposts(self, longest: int = LONGEST) -> "Reaching":
        """The same, quick for every service of a graph in which some keep all that they reach (`ola.signposts`)."""
        if self.signposts is not None:
            return self
        signposts = Signposts.of(self.first, self.ends, longest)
        if signposts is None:
            return self
        last = np.where(signposts.place < 0, self.first[1:], self.first[:-1])
        return replace(self, signposts=signposts, _last=last)

    def reached(self, starts: Sequence[int]) -> Reached:
        """Some services, by rank, and all that can be reached from them."""
        begun = np.unique(np.asarray(starts, dtype=np.intp))
        is_in = self._walked(len(self.names) - 1 - begun if self.is_turned else begun)
        return Reached(self.rank, self.names, is_in[::-1] if self.is_turned else is_in)

    def _walked(self, front: Numbers) -> NDArray[np.bool_]:
        """What a walk from some services comes to, by number, with all that the signposts on the way tell."""
        last = self.first[1:] if self._last is None else self._last
        is_seen = np.zeros(len(self.names), dtype=bool)
        is_seen[front] = True
        latest = np.empty(len(self.names), dtype=np.int32)
        fronts = []
        while len(front):
            fronts.append(front)
            if len(front) <= _FEW:
                front = self._step_by_step(front, last, is_seen)
                continue
            begins = self.first.take(front)
            counts = last.take(front) - begins
            upto = counts.cumsum()
            # The place of each edge: where its service's edges begin, and how many of them came before it.
            places = (begins - upto + counts).repeat(counts)
            places += np.arange(len(places))
            below = self.ends.take(places)
            front = below[~is_seen.take(below)]
            is_seen[front] = True
            # Of a service that was met several times the last time counts.
            times = np.arange(len(front), dtype=np.int32)
            latest[front] = times
            front = front[latest.take(front) == times]
        told = None if self.signposts is None else self.signposts.reached_from(np.concatenate(fronts))
        return is_seen if told is None else np.logical_or(told, is_seen, out=told)

    def _step_by_step(self, front: Numbers, last: Numbers, is_seen: NDArray[np.bool_]) -> Numbers:
        found: list[int] = []
        for each in front.tolist():
            for other in self.ends[self.first[each] : last[each]].tolist():
                if not is_seen[other]:
                    is_seen[other] = True
                    found.append(other)
        return np.array(found, dtype=np.intp)
