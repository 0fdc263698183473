"""When the outages of the lake were, and nothing else of them.

The problem: how long a service was down takes two instants, a cause and a source; the id of the row, its incident, its
file and its line are what an explanation cites, later and of few rows. To bring ids along costs many times what
measuring costs: they are texts, nearly one a row. So only the columns that measure are read. What the others decide
(which rows repeat others, which are superseded) is settled without reading them for every row:

- Rows that supersede, or bear an id that is superseded, are resolved by themselves, with all their columns.
- A row can only repeat another if the two are alike in every column that measures; of the rows that are, all columns
  are read, and `store.lake.known` says which of them repeat.

Example: of a million outages eight begin with another of the same service in the same second, and two of these are
alike in all that measures: two rows are read whole.

Limits: where every row was sent twice every row is read whole. What comes out are the same rows as from
`store.lake.known.outages_known`, without ids and places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from domain.evidence import NEVER, OPEN, UNRECORDED, Coded, Micros, OutageTimes
from domain.evidence_kinds import OUTAGES
from store.engines.partitions import Partitions
from store.lake.catalogue import BatchEntry
from store.lake.coded import Keys, alike, coded, micros, order_of
from store.lake.known import PLANNED, FiledRows, outages_known, repeated_rows
from store.lake.lake_evidence import LakeEvidence, bearing
from store.lake.parquet import is_silent, read_batch, read_rows
from store.lake.told import Told

_MEASURING = [
    "service",
    "started_at",
    "ended_at",
    "reported_at",
    "severity",
    "cause",
    "source",
    "recorded_at",
]


@dataclass(frozen=True, slots=True)
class TimesOnly:
    """The times of the known outages of a lake, in ``count`` partitions; what resolving them says goes to ``told``."""

    lake: LakeEvidence
    told: Told
    waiting: Path
    count: int

    def partitions(self) -> Iterator[OutageTimes]:
        """The times, a partition after another, each in the order of services."""
        entangled = self.lake.entangled_rows(OUTAGES)
        yield OutageTimes.of(outages_known(entangled, self.lake.known_at, self.told))
        batches = self.lake.batches_of(OUTAGES)
        ids = self.lake.entangled(OUTAGES)
        said = self._said(batches)
        read = (
            (label, self._measuring(number, batch, ids, said))
            for number, (label, batch) in enumerate(batches)
        )
        if self.count == 1:
            tables = [table for _, table in read if len(table)]
            if tables:
                yield self._resolved(pa.concat_tables(tables), batches)
            return
        waiting = Partitions(self.waiting, OUTAGES, "service", self.count)
        waiting.fill(read)
        for number in range(self.count):
            filed = waiting.filed(number)
            if filed:
                yield self._resolved(pa.concat_tables([each.rows for each in filed]), batches)

    def _said(self, batches: tuple[tuple[str, BatchEntry], ...]) -> list[str]:
        """The columns that measure and in which any row says something; the others are not carried about."""
        return [
            name
            for name in _MEASURING
            if not all(is_silent(self.lake.folder, batch, name) for _, batch in batches)
        ]

    def _measuring(
        self, number: int, batch: BatchEntry, entangled: frozenset[str], said: list[str]
    ) -> pa.Table:
        """What measures of the known rows of a batch that stand by themselves, and where in the lake they are."""
        wanted = [*said, "outage_id", "supersedes"] if entangled else said
        rows = read_batch(self.lake.folder, batch, wanted)
        rows = rows.append_column("row", pa.array(np.arange(len(rows), dtype=np.int32)))
        rows = rows.append_column("batch", pa.array(np.full(len(rows), number, dtype=np.int32)))
        known_at = self.lake.known_at
        if known_at is not None and "recorded_at" in said and rows["recorded_at"].null_count < len(rows):
            known = pc.less_equal(rows["recorded_at"].cast(pa.int64()), known_at)
            rows = rows.filter(pc.fill_null(known, True))
        if entangled:
            rows = rows.filter(pc.invert(bearing(OUTAGES, rows, entangled)))
            rows = rows.drop_columns(["outage_id", "supersedes"])
        return rows

    def _resolved(self, rows: pa.Table, batches: tuple[tuple[str, BatchEntry], ...]) -> OutageTimes:
        started = micros(rows["started_at"], NEVER)
        reported = _instants(rows, "reported_at", NEVER)
        times = OutageTimes(
            coded(rows["service"]),
            started,
            _instants(rows, "ended_at", OPEN),
            np.where(reported == NEVER, started, reported),  # An empty one is started_at (ruling 15).
            _names(rows, "severity"),
            _names(rows, "cause"),
            _names(rows, "source"),
            _instants(rows, "recorded_at", UNRECORDED),
        )
        keys: list[Keys] = [
            times.service.codes, times.started, times.ended, times.cause.codes, times.reported,
            times.severity.codes, times.source.codes, times.recorded,
        ]  # fmt: skip
        order = order_of(keys)
        same = alike(keys, order)
        if same.any():
            doubtful = np.zeros(len(order), dtype=np.bool_)
            doubtful[1:] |= same
            doubtful[:-1] |= same
            places = np.flatnonzero(doubtful)
            chosen = rows.select(["batch", "row"]).take(pa.array(order[places]))
            repeated = self._repeated(chosen["batch"].to_numpy(), chosen["row"].to_numpy(), batches)
            order = np.delete(order, places[repeated])
        found = times.take(order)
        if "recorded_at" in rows.column_names:
            unplanned = np.flatnonzero(~found.cause.rows_in((PLANNED,)))
            self.told.skew(
                OUTAGES.name,
                found.source.take(unplanned),
                found.started[unplanned],
                found.recorded[unplanned],
            )
        return found

    def _repeated(
        self, batch: NDArray[np.int32], row: NDArray[np.int32], batches: tuple[tuple[str, BatchEntry], ...]
    ) -> NDArray[np.bool_]:
        """Which of some rows, given by their places in the lake, repeat others of them."""
        # Batches stand file after file, so that in this order the rows are in the order of their files.
        order = np.lexsort((row, batch))
        filed = []
        for number in np.unique(batch).tolist():
            label, entry = batches[number]
            rows = np.sort(row[batch == number]).astype(np.int64)
            filed.append(FiledRows(label, read_rows(self.lake.folder, entry, rows)))
        found = np.zeros(len(order), dtype=np.bool_)
        found[order] = repeated_rows(OUTAGES, filed, self.lake.known_at, self.told)
        return found


def _instants(rows: pa.Table, name: str, absent: int) -> Micros:
    """A column of instants; of one in which no row says anything, ``absent`` throughout."""
    if name in rows.column_names:
        return micros(rows[name], absent)
    return np.full(len(rows), absent, dtype=np.int64)


def _names(rows: pa.Table, name: str) -> Coded:
    """A column of names; of one in which no row says anything, nothing."""
    if name in rows.column_names:
        return coded(rows[name])
    return Coded(np.full(len(rows), -1, dtype=np.int32), ())
