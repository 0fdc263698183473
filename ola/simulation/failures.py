"""Failures drawn from those that were: how often, how long, and which of them together.

The problem: what a year may cost hangs on rare things (the long outage, the fire that took two services), and nobody
knows their distribution. So none is assumed: what was observed is drawn again. Failures come at the rate at which they
came (a Poisson process), each a copy of one that was observed, with its own length; services that failed in one
incident fail together again, each at its own distance from the beginning.

Example: in two years hosting failed six times of itself, and a fire once took hosting and the line. A drawn year has
3.5 such failures on average; one in seven is a fire that takes both.

The way: what a service's dependencies explain is none of its failures (`own`, 3.1), it comes again through the graph.
Only failures without a cause are drawn: what the customer, force majeure, maintenance or another supplier did is what
contracts excuse. Years are drawn in blocks of `BLOCK`, each with a stream of its own (PCG64 from the seed and the
block's number), so that the same seed gives the same years, however many are asked for.

Limits: failures come at any time of the year alike, and do not bring on others; what was never observed is never drawn.
The times drawn are whole microseconds; only how many failures a year has is drawn through a floating-point rate. The
streams are those of the numpy that runs them.

References: M. E. O'Neill, "PCG" (2014); B. Efron, "Bootstrap methods" (1979).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidValue
from domain.intervals import EMPTY, Intervals
from ola.downtime import DowntimeBook

__all__ = ["BLOCK", "DrawnFailures", "FailureModel", "Observed"]

BLOCK: Final = 500
"""How many years have one stream of random numbers."""

Micros = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Observed:
    """What of failures was observed of one service: how many of its own, how long together, in which incidents."""

    service: str
    failures: int
    downtime: int
    together: int
    """How many of its failures belong to incidents that took other services too."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFailures:
    """Own failures of some years, one year's span after another on one time line.

    The year number ``n`` has the instants from ``base + n * stride`` on; a failure that outlasts the year ends with it.
    """

    years: int
    base: int
    stride: int
    by_service: dict[str, Intervals]

    def of(self, service: str) -> Intervals:
        """A service's own failures."""
        return self.by_service.get(service, EMPTY)

    def without(self, service: str) -> DrawnFailures:
        """The same years, one service never failing of itself: what a perfect stand-in would leave."""
        kept = {name: when for name, when in self.by_service.items() if name != service}
        return DrawnFailures(self.years, self.base, self.stride, kept)


@dataclass(frozen=True, slots=True, eq=False)
class FailureModel:
    """The failures that were observed in [since, until), as what may be drawn again.

    Each of the ``count`` occurrences is one failure, or several of one incident. ``member`` numbers the occurrence that
    a failure belongs to, ``service`` its service among ``services``, ``offset`` how much later than the occurrence it
    began, ``length`` how long it lasted.
    """

    since: int
    until: int
    services: tuple[str, ...]
    count: int
    member: Micros
    service: Micros
    offset: Micros
    length: Micros
    seen: tuple[Observed, ...]

    @classmethod
    def observed(cls, book: DowntimeBook, services: Iterable[str], since: int, until: int) -> FailureModel:
        """The own failures, without a cause, of some services. Raises InvalidValue where nothing was observed."""
        if until <= since:
            raise InvalidValue("there is no time in which failures were observed")
        names = tuple(sorted(services))
        occurrences: dict[tuple[str, ...], list[tuple[int, int, int]]] = {}
        for place, name in enumerate(names):
            own = book.of(name).own.get("", EMPTY).clip(since, until)
            rows = book.evidence.outages((name,))
            for start, end in own:
                touching = np.flatnonzero((rows.started < end) & (rows.ended > start))
                said = sorted({rows.incident[int(row)] or "" for row in touching} - {""})
                key = ("incident", said[0]) if said else ("alone", name, str(start))
                occurrences.setdefault(key, []).append((place, start, end))
        ordered = [
            sorted(occurrences[key], key=lambda each: (each[1], each[0])) for key in sorted(occurrences)
        ]
        flat = [
            (number, place, start - rows[0][1], end - start)
            for number, rows in enumerate(ordered)
            for place, start, end in rows
        ]
        table = np.array(flat, dtype=np.int64).reshape(-1, 4)
        alone = {number for number, rows in enumerate(ordered) if len({place for place, _, _ in rows}) == 1}
        seen = tuple(
            Observed(
                name,
                len(mine),
                sum(length for *_, length in mine),
                sum(1 for number, *_ in mine if number not in alone),
            )
            for place, name in enumerate(names)
            if (mine := [row for row in flat if row[1] == place])
        )
        columns = (table[:, 0], table[:, 1], table[:, 2], table[:, 3])
        return cls(since, until, names, len(ordered), *columns, seen)

    def drawn(self, seed: int, block: int, years: int, base: int, length: int, stride: int) -> DrawnFailures:
        """So many years from the first of a block on: the same seed and block give the same years."""
        if years < 1 or stride < length:
            raise InvalidValue(f"{years} years cannot be drawn one after another")
        rate = self.count * length / (self.until - self.since)
        streams = [self._stream(seed, block + number, rate, length) for number in range(-(-years // BLOCK))]
        year = np.concatenate([each + number * BLOCK for number, (each, _, _) in enumerate(streams)])
        which = np.concatenate([each for _, each, _ in streams])
        begins = np.concatenate([each for _, _, each in streams])
        asked = year < years
        which, begins, year = which[asked], begins[asked], year[asked]
        order = np.argsort(self.member, kind="stable")
        first = np.searchsorted(self.member[order], np.arange(self.count + 1))
        sizes = (first[1:] - first[:-1])[which] if self.count else np.zeros(0, dtype=np.int64)
        rows = order[np.repeat(first[which], sizes) + _counted(sizes)] if self.count else order[:0]
        starts = np.repeat(begins, sizes) + self.offset[rows]
        ends = np.minimum(starts + self.length[rows], length)
        inside = starts < ends
        shift = base + np.repeat(year, sizes) * stride
        starts, ends, service = (starts + shift)[inside], (ends + shift)[inside], self.service[rows][inside]
        by_service: dict[str, Intervals] = {}
        order = np.argsort(service, kind="stable")
        bounds = np.searchsorted(service[order], np.arange(len(self.services) + 1))
        for place, name in enumerate(self.services):
            mine = order[bounds[place] : bounds[place + 1]]
            if len(mine):
                by_service[name] = Intervals.from_arrays(starts[mine], ends[mine])
        return DrawnFailures(years, base, stride, by_service)

    def _stream(self, seed: int, block: int, rate: float, length: int) -> tuple[Micros, Micros, Micros]:
        """A whole block's occurrences, so that fewer years are the first of more: year, which one, when in the year."""
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(block,))))
        often = generator.poisson(rate, size=BLOCK)
        total = int(often.sum())
        which = generator.integers(0, max(self.count, 1), size=total)
        begins = generator.integers(0, length, size=total)
        return np.repeat(np.arange(BLOCK, dtype=np.int64), often), which, begins


def _counted(sizes: Micros) -> Micros:
    """0, 1, 2, ... within each of several runs."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)
