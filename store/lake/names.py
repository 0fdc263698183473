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
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Names", "in_order", "texts_of"]

_A_NUMBER = 8
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
    wide = texts.cast(pa.large_string())
    _, offset_buffer, letter_buffer = wide.buffers()
    if len(wide) < 2 or letter_buffer is None:
        return np.arange(len(wide))
    bounds = np.frombuffer(offset_buffer, dtype=np.int64)[wide.offset : wide.offset + len(wide) + 1]
    letters = np.frombuffer(letter_buffer, dtype=np.uint8)
    starts, lengths = bounds[:-1], np.diff(bounds)
    longest = int(lengths.max())
    if longest > _MOST_LETTERS:
        found: NDArray[np.int64] = pc.sort_indices(wide).to_numpy().astype(np.int64)
        return found
    alike = _alike_letters(letters, starts, int(lengths.min()))
    # Beyond the last text there is nothing to read a number from, so some zeros are put there.
    padded = np.concatenate((letters[bounds[0] : bounds[-1]], np.zeros(_A_NUMBER, dtype=np.uint8)))
    starts = starts - bounds[0]

    def number(rows: NDArray[np.int64] | slice, first: int) -> NDArray[np.uint64]:
        """The eight letters from ``first`` on of some texts as one number; letters that a text has not are zeros."""
        left = np.clip(lengths[rows] - first, 0, _A_NUMBER).astype(np.uint64)
        every = np.ndarray((len(padded) - _A_NUMBER + 1,), ">u8", padded.data, strides=(1,))
        read = every[np.minimum(starts[rows] + first, len(every) - 1)].astype(np.uint64)
        unused = (np.uint64(_A_NUMBER) - left) * np.uint64(8)
        kept = (read >> np.minimum(unused, np.uint64(63))) << np.minimum(unused, np.uint64(63))
        return np.where(left > 0, kept, np.uint64(0))

    first = number(slice(None), alike)
    order = np.argsort(first)
    sorted_first = first[order]
    same = sorted_first[1:] == sorted_first[:-1]
    if not same.any():
        return order
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    further = [number(rows, at) for at in range(alike + _A_NUMBER, longest, _A_NUMBER)]
    # A text that another one begins with comes before it, even where the other goes on with zeros.
    order[tied] = rows[np.lexsort([lengths[rows], *reversed(further), sorted_first[tied]])]
    return order


def _alike_letters(letters: NDArray[np.uint8], starts: NDArray[np.int64], shortest: int) -> int:
    """How many letters all texts begin with."""
    for place in range(shortest):
        column = letters[starts + place]
        if (column != column[0]).any():
            return place
    return shortest
