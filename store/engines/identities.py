"""The ids of all tickets of an engine, once, so that a ticket is a number wherever it is read.

The problem: ids are texts, one a ticket; to bring each service's ids from disk and to put them in order again, for
every question, costs more than all clocks together, and nobody looks at them but to explain a late ticket. So ids stand
in one sorted list, partitions know their tickets by place in it, and the list says a name only when it is asked.

Example: of partitions with the ids ("A", "D") and ("B",) the list is A, B, D, and D is number 2.

Limits: the list is in memory: about 20 bytes a ticket.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from domain.evidence import Coded, Codes
from store.lake.names import Names, in_order, texts_of


@dataclass(slots=True)
class Identities:
    """The ids of each partition, and once all are known the one list and each partition's places in it."""

    _parts: list[pa.Array] = field(default_factory=list)
    _places: list[Codes] = field(default_factory=list)
    names: Names | None = None

    def add(self, names: Sequence[str]) -> int:
        """Note the sorted ids of one more partition, none of which another has; its number."""
        self._parts.append(texts_of(names).cast(pa.large_string()))
        return len(self._parts) - 1

    def finish(self) -> None:
        """Bring all ids together: no more will come."""
        together = pa.concat_arrays(self._parts) if self._parts else pa.array([], pa.large_string())
        sizes = [len(part) for part in self._parts]
        self._parts = []
        order = np.arange(len(together)) if len(sizes) == 1 else in_order(together)
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        self._places = np.split(place, np.cumsum(sizes)[:-1]) if sizes else []
        self.names = Names(together if len(sizes) == 1 else together.take(pa.array(order)))

    def of(self, partition: int, codes: NDArray[np.int32]) -> Coded:
        """The ids of some rows of a partition, by their places among the partition's own."""
        return Coded(self._places[partition][codes], self.names or ())


@dataclass(frozen=True, slots=True)
class IdentifiedShelf:
    """A shelf of a partition whose rows bear their ticket's place among the partition's."""

    shelf: Any
    partition: int
    identities: Identities

    def read(self, first: int, last: int) -> Any:  # noqa: ANN401  What was laid aside comes back.
        """The rows [first, last), their tickets named."""
        columns = self.shelf.read(first, last)
        return replace(columns, ticket_id=self.identities.of(self.partition, columns.ticket_id.codes))
