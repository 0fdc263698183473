"""Services whose whole reach is kept, so that looking for what can be reached never goes far.

The problem: under one of a hundred thousand services may lie twenty thousand. Walking to all of them takes
milliseconds, and keeping for each service all that it reaches takes more than a gigabyte. So only some keep it, as
bits: signposts, set so closely that every walk meets them after a few thousand steps at most.

Example: in a chain of 100,000 services, each needing the next, every 4,000th or so is a signpost. A walk from any other
goes down to the next signpost, and what lies under that is read off it.

How they are set: services are taken in an order in which each comes after all it needs. Each has a length: one, and the
lengths of all it needs, where a signpost is as long as the few steps that reading it is worth. A service longer than
`LONGEST` becomes a signpost. A walk between signposts is therefore never longer than that, whatever the graph.

Limits: one service's bits are an eighth of the number of services, in bytes. Where all of them together need more than
`ROOM`, or more than `MOST_LAYERS` services stand one on another, there are none (`Signposts.of` gives None) and every
walk goes all the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Signposts"]

LONGEST: Final = 4_000
"""The longest walk between signposts, each service counted as often as it is met."""
ROOM: Final = 160 << 20
"""How many bytes the bits of all signposts may take; of a hundred thousand services about this is taken."""
MOST_LAYERS: Final = 2_000
_READING: Final = 4
"""Reading a signpost takes as long as walking to so many services."""
_WORDS_AT_ONCE: Final = 49
"""So many words of every service's bits are worked out at a time; of a hundred thousand services these are 39 MB."""
_MANY_NEEDS: Final = 32
"""A service with at least so many needs is worked out by itself."""

Numbers = NDArray[np.intp]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Signposts:
    """Services with the bits of all that each can reach, itself included; the bit of service ``i`` is the i-th."""

    place: NDArray[np.int32]
    """The place of each service among the signposts; -1 where it is none."""
    bits: Words

    @classmethod
    def of(cls, first: Numbers, ends: Numbers, longest: int = LONGEST) -> "Signposts | None":
        """Those of a graph in which service ``i`` needs ``ends[first[i]:first[i + 1]]``, all of lower numbers."""
        chosen, layer = _chosen(first.tolist(), ends.tolist(), longest)
        words = -(-(len(first) - 1) // 64)
        if not chosen or 8 * words * len(chosen) > ROOM or max(layer) >= MOST_LAYERS:
            return None
        posts = np.array(chosen, dtype=np.intp)
        place = np.full(len(first) - 1, -1, dtype=np.int32)
        place[posts] = np.arange(len(posts), dtype=np.int32)
        return cls(place, _bits_of(posts, first, ends, _layers(first, layer)))

    def reached_from(self, met: Numbers) -> NDArray[np.bool_] | None:
        """Which services can be reached from the signposts among some services; None where there are none."""
        places = self.place.take(met)
        posts: list[int] = places[places >= 0].tolist()
        if not posts:
            return None
        read = self.bits[posts[0]].copy()
        for post in posts[1:]:
            np.bitwise_or(read, self.bits[post], out=read)
        octets = read.astype("<u8", copy=False).view(np.uint8)
        return np.unpackbits(octets, count=len(self.place), bitorder="little").view(np.bool_)


def _chosen(first: Sequence[int], ends: Sequence[int], longest: int) -> tuple[list[int], list[int]]:
    """The services that are signposts, and the layer of each service: one above the highest of what it needs."""
    chosen: list[int] = []
    length: list[int] = []
    layer: list[int] = []
    begin = 0
    for service, end in enumerate(first[1:]):
        own, highest = 1, -1
        for other in ends[begin:end]:
            own += length[other]
            highest = max(highest, layer[other])
        if own > longest:
            chosen.append(service)
            own = _READING
        length.append(own)
        layer.append(highest + 1)
        begin = end
    return chosen, layer


def _layers(first: Numbers, layer: Sequence[int]) -> list[Numbers]:
    """The services of each layer from the lowest, those with most needs first."""
    counts, layers = np.diff(first), np.array(layer)
    order = np.lexsort((-counts, layers))
    bounds = np.searchsorted(layers[order], np.arange(1, int(layers.max()) + 1))
    return np.split(order, bounds)


def _bits_of(posts: Numbers, first: Numbers, ends: Numbers, layers: Sequence[Numbers]) -> Words:
    """The bits of signposts, so many columns at a time for all services, from the lowest layer up.

    A service reaches lower numbers only, so that of the later columns the earlier services need not be looked at.
    """
    services = len(first) - 1
    counts = np.diff(first)
    words = -(-services // 64)
    bits = np.zeros((len(posts), words), np.uint64)
    for word in range(0, words, _WORDS_AT_ONCE):
        start, upto = 64 * word, min(words, word + _WORDS_AT_ONCE)
        # The first row stands for all services before the columns: none of them reaches any of these.
        rows = np.zeros((services - start + 1, upto - word), np.uint64)
        for layer in layers:
            here = layer[layer >= start]
            if not len(here):
                continue
            _add_needs(rows, here, start, first, ends, counts)
            own = here[here < 64 * upto] - start
            rows[own + 1, own >> 6] |= np.uint64(1) << (own & 63).astype(np.uint64)
        later = int(np.searchsorted(posts, start))
        bits[later:, word:upto] = rows[posts[later:] - start + 1]
    return bits


def _add_needs(
    rows: Words, services: Numbers, start: int, first: Numbers, ends: Numbers, counts: Numbers
) -> None:
    """Put into the rows of services of one layer, those with most needs first, what the services they need reach."""
    numbers = counts[services]
    many = int(np.searchsorted(-numbers, -_MANY_NEEDS))
    for service in services[:many].tolist():
        needed = np.maximum(ends[first[service] : first[service + 1]] - start + 1, 0)
        rows[service - start + 1] = np.bitwise_or.reduce(rows[needed], axis=0)
    services, numbers = services[many:], numbers[many:]
    services = services[: int(np.searchsorted(-numbers, 0))]
    if not len(services):
        return
    begins = first[services]
    found = rows.take(np.maximum(ends[begins] - start + 1, 0), axis=0)
    for place in range(1, int(numbers[0])):
        so_many = int(np.searchsorted(-numbers, -place))
        found[:so_many] |= rows.take(np.maximum(ends[begins[:so_many] + place] - start + 1, 0), axis=0)
    rows[services - start + 1] = found
