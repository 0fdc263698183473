"""Many names in order, without a value of the language for each.

The problem: of ten million tickets each has an id. To make them values of Python and to put them in order as texts
takes longer than all the clocks of these tickets, and nobody looks at an id but to show it. So names stay in Arrow's
memory until one is asked for, and they are put in order by numbers: eight letters, beyond those that all of them begin
with, are one number of 64 bits, and most ids differ within eight letters.

Example: of T9, T10 and T100 the letters after the T are the numbers 0x39.., 0x3130.. and 0x313030..; the order is T10,
T100, T9.

Limits: the order is that of the bytes of UTF-8, which is that of code points. Texts that still tie after the first
number are compared by the following ones, and longer ones than `_MOST_LETTERS` by Arrow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Names", "in_order", "numbered", "places_among", "texts_of"]

_A_NUMBER = 8
_KEPT = np.array([(1 << 64) - (1 << 8 * (8 - left)) for left in range(9)], dtype=np.uint64)
"""The bits of a number that so many letters fill."""
_MOST_LETTERS = 64


class Names(Sequence[str]):
    """Sorted texts that are not made into values of the language until somebody asks for one."""

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        found = self.texts[place]
        return Names(found) if isinstance(place, slice) else str(found.as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts.to_pylist())

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """The place of a text. Raises ValueError where it is none of them."""
        found = int(pc.index(self.texts.slice(start, None if stop is None else stop - start), value).as_py())
        if found < 0:
            raise ValueError(f"{value!r} is not in the list")
        return start + found


def texts_of(names: Sequence[str]) -> pa.Array:
    """Some names as an array of texts."""
    return names.texts if isinstance(names, Names) else pa.array(names, pa.string())


def in_order(texts: pa.Array) -> NDArray[np.int64]:
    """The order of texts, none of which is empty of a value or there twice."""
    return _sorted(texts.cast(pa.large_string()))[0]


def numbered(texts: Sequence[pa.Array]) -> tuple[NDArray[np.int32], Names]:
    """The number of each text among all of them in order, and these; none is empty of a value."""
    whole = pa.concat_arrays([each.cast(pa.large_string()) for each in texts])
    order, same = _sorted(whole)
    begins = np.append(True, ~same)[: len(order)]
    codes = np.empty(len(order), dtype=np.int32)
    codes[order] = np.cumsum(begins) - 1
    return codes, Names(whole.take(pa.array(order[begins])))


def places_among(names: pa.Array, asked: pa.Array) -> NDArray[np.int32]:
    """The place of each text among names that are in order and each there once; -1 where it is none of them."""
    names, asked = names.cast(pa.large_string()), asked.cast(pa.large_string())
    if not len(names) or not len(asked):
        return np.full(len(asked), -1, dtype=np.int32)
    together = pa.concat_arrays([names, asked])
    lengths = pc.binary_length(together).to_numpy()
    letters = _Letters.of(together, lengths)
    if int(letters.lengths.max()) > _A_NUMBER or letters.has_zeros:
        looked_up: NDArray[np.int32] = pc.fill_null(pc.index_in(asked, names), -1).to_numpy().astype(np.int32)
        return looked_up
    numbers = letters.number(slice(None), 0)
    known, wanted = numbers[: len(names)], numbers[len(names) :]
    found = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[found] == wanted, found, -1).astype(np.int32)


def _sorted(wide: pa.LargeStringArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The order of texts, and of each but the first in that order whether it equals the one before."""
    lengths = pc.binary_length(wide).to_numpy()
    longest = int(lengths.max()) if len(wide) else 0
    if longest == 0 or longest > _MOST_LETTERS:
        codes = wide.dictionary_encode()
        place = np.empty(len(codes.dictionary), dtype=np.int64)
        place[pc.sort_indices(codes.dictionary).to_numpy()] = np.arange(len(place))
        sorted_places = place[codes.indices.to_numpy()]
        order = np.argsort(sorted_places, kind="stable")
        return order, np.diff(sorted_places[order]) == 0
    letters = _Letters.of(wide, lengths)
    first = letters.number(slice(None), 0)
    order = np.argsort(first)
    in_sequence = first[order]
    same = in_sequence[1:] == in_sequence[:-1]
    if longest - letters.alike <= _A_NUMBER and not letters.has_zeros:
        return order, same
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    further = [letters.number(rows, at) for at in range(_A_NUMBER, longest - letters.alike, _A_NUMBER)]
    # A text that another one begins with comes before it, even where the other goes on with zeros.
    keys = [lengths[rows], *reversed(further), first[rows]]
    among = np.lexsort(keys)
    order[tied] = rows[among]
    equal = np.ones(max(len(tied) - 1, 0), dtype=np.bool_)
    for key in keys:
        equal &= np.diff(key[among]) == 0
    # Between two groups of ties the first numbers differ, so neighbours among the tied are neighbours where equal.
    same[tied[1:][equal] - 1] = True
    same[tied[1:][~equal] - 1] = False
    return order, same


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters of texts beyond the ``alike`` ones that all begin with, some zeros behind the last of them."""

    padded: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    alike: int
    has_zeros: bool
    """Whether a zero may be a letter, and not the want of one."""

    @classmethod
    def of(cls, texts: pa.LargeStringArray, lengths: NDArray[np.int64]) -> "_Letters":
        _, offset_buffer, letter_buffer = texts.buffers()
        bounds = np.frombuffer(offset_buffer, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        letters = np.frombuffer(letter_buffer, dtype=np.uint8)[bounds[0] : bounds[-1]]
        starts = bounds[:-1] - bounds[0]
        alike = _alike_letters(letters, starts, int(lengths.min()))
        padded = np.concatenate((letters, np.zeros(_A_NUMBER, dtype=np.uint8)))
        return cls(padded, starts + alike, lengths - alike, alike, not letters.all())

    def number(self, rows: NDArray[np.int64] | slice, first: int) -> NDArray[np.uint64]:
        """The eight letters from ``first`` on of some texts as one number; letters that a text has not are zeros."""
        left = np.clip(self.lengths[rows] - first, 0, _A_NUMBER).astype(np.uint64)
        every = np.ndarray((len(self.padded) - _A_NUMBER + 1,), ">u8", self.padded.data, strides=(1,))
        read = every[np.minimum(self.starts[rows] + first, len(every) - 1)].astype(np.uint64)
        return read & _KEPT[left]


def _alike_letters(letters: NDArray[np.uint8], starts: NDArray[np.int64], shortest: int) -> int:
    """How many letters all texts begin with."""
    for place in range(shortest):
        column = letters[starts + place]
        if (column != column[0]).any():
            return place
    return shortest
