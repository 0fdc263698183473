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

_NARROW = 1 << 30

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
    order = pc.sort_indices(dictionary).to_numpy()
    order = order[used[order]]
    ranks = np.full(len(dictionary) + 1, -1, dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return Coded(ranks[indices], tuple(dictionary.take(pa.array(order)).to_pylist()))


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
