"""Arrow columns into the columns that kernels read.

The problem: rows arrive as Arrow batches from many files, each with its own dictionaries; the core wants integers and
one sorted list of names per column, the same whatever the order of arrival.

Example: two batches with services ``["wan"]`` and ``["hosting", "wan"]`` give codes ``[1, 0, 1]`` and the names
``("hosting", "wan")``.

Limits: names are ordered by their code points, and only names that some row uses are kept.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import Coded, Micros
from store.lake.names import Names, in_order

_NARROW = 1 << 30
_FEW = 1 << 16
_AT_HAND = 50_000
"""More names than this are not made into values of the language until somebody asks for one."""

Keys = NDArray[np.int64] | NDArray[np.int32]


def coded(column: pa.ChunkedArray) -> Coded:
    """A column of texts as sorted names and codes; null is -1."""
    if column.null_count == len(column):
        return Coded(np.full(len(column), -1, dtype=np.int32), ())
    if pa.types.is_dictionary(column.type):
        chunks = column.unify_dictionaries().chunks
    else:
        # Texts side by side in one array may not fill more than 2 GiB, unless their offsets are wide.
        wide = column.cast(pa.large_string()) if column.nbytes > _NARROW else column
        chunks = [wide.combine_chunks().dictionary_encode()]
    dictionary = chunks[0].dictionary
    indices = np.concatenate([_indices(chunk) for chunk in chunks])
    used = np.zeros(len(dictionary) + 1, dtype=np.bool_)
    used[indices] = True  # The last place is that of null.
    order = in_order(dictionary)
    order = order[used[order]]
    ranks = np.full(len(dictionary) + 1, -1, dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    names = dictionary.take(pa.array(order))
    return Coded(ranks[indices], Names(names) if len(names) > _AT_HAND else tuple(names.to_pylist()))


def by_code(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """The order of rows by a code, those of one code keeping their places."""
    if len(codes) and int(codes.min()) >= 0 and int(codes.max()) < _FEW:
        return np.argsort(codes.astype(np.uint16), kind="stable")  # Counted, not compared.
    return np.argsort(codes, kind="stable")


def _indices(chunk: pa.DictionaryArray) -> NDArray[np.int32]:
    indices = pc.fill_null(chunk.indices, -1) if chunk.indices.null_count else chunk.indices
    found: NDArray[np.int32] = indices.to_numpy().astype(np.int32, copy=False)
    return found


def micros(column: pa.ChunkedArray, absent: int) -> Micros:
    """A column of instants as microseconds, with ``absent`` for null."""
    integers = column.cast(pa.int64()) if not pa.types.is_int64(column.type) else column
    if integers.null_count:
        integers = pc.fill_null(integers, absent)
    found: Micros = integers.to_numpy()
    return found


def order_of(keys: list[Keys]) -> NDArray[np.int64]:
    """The order of rows by several keys, the first counting most; rows alike in all keys keep their places.

    The first two keys tell nearly all rows apart, so only the rows alike in both are compared by the others.
    """
    if (alone := _by_one_each(keys[0])) is not None:
        return alone
    first = _by_two(keys[0], keys[1]) if len(keys) > 1 else np.argsort(keys[0], kind="stable")
    if len(keys) <= 2 or len(first) < 2:
        return first
    same = alike(keys[:2], first)
    if not same.any():
        return first
    tied = np.zeros(len(first), dtype=np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    places = np.flatnonzero(tied)
    rows = first[places]
    group = np.concatenate(([0], np.cumsum(~same)))[places]
    first[places] = rows[np.lexsort([key[rows] for key in reversed(keys[2:])] + [group])]
    return first


def _by_one_each(key: Keys) -> NDArray[np.int64] | None:
    """The order by a key that numbers the rows from 0 on, each once, as ids do; None where it does not."""
    if key.dtype != np.int32 or not len(key) or int(key.min()) < 0 or int(key.max()) != len(key) - 1:
        return None
    order = np.full(len(key), -1, dtype=np.int64)
    order[key] = np.arange(len(key))
    return None if (order < 0).any() else order


def _by_two(first: Keys, second: Keys) -> NDArray[np.int64]:
    """The order by two keys: as one number where both fit into 64 bits, for that sorts several times as fast."""
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    low, lowest = int(first.min()), int(second.min())
    span = int(second.max()) - lowest + 1
    if (int(first.max()) - low + 1) * span >= 2**63:
        return np.lexsort((second, first))
    both = (first.astype(np.int64) - low) * span + (second.astype(np.int64) - lowest)
    return np.argsort(both, kind="stable")


def alike(keys: list[Keys], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each row of ``order`` but the first: whether it equals the row before it in every key.

    Each key is looked at only where the ones before it left the question open.
    """
    same = np.zeros(max(len(order) - 1, 0), dtype=np.bool_)
    if not len(same):
        return same
    # Rows are many of a service and few of an instant: the second key, where there is one, tells more of them apart.
    tried = [*keys[1:2], keys[0], *keys[2:]]
    sorted_key = tried[0][order]
    left = np.flatnonzero(sorted_key[1:] == sorted_key[:-1])
    for key in tried[1:]:
        left = left[key[order[left + 1]] == key[order[left]]]
    same[left] = True
    return same
