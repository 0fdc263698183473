"""The catalogue of the evidence lake as tables: the relational twin of the one that is a folder.

The problem: that a file was taken in, who sent it and which key it came under must be there together or not at all; so
the entry stands in the same database, and is added in the same transaction.

Example: ``Lake(folder, SqlCatalogue(database))`` is a lake whose catalogue is the store.

Limits: entries are added and never changed. `SqlCatalogue` reads in short sessions of its own and adds in one
transaction; whoever adds within a larger one uses `Evidence`.
"""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, func, insert, select

from domain.evidence import QuarantinedRow
from domain.findings import Finding
from store.codec import Codec, read_json
from store.database import Database
from store.lake.catalogue import BatchEntry, KindCount, SourceEntry, in_order
from store.tables import BatchRow, QuarantinedRowRow, SourceRow

__all__ = ["Evidence", "SqlCatalogue"]

_CODEC = Codec()


class Evidence:
    """The entries of the catalogue, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def revisions(self, key: str) -> tuple[SourceEntry, ...]:
        """The entries of one key, by revision."""
        rows = self._session.exec(
            select(SourceRow).where(SourceRow.key == key).order_by(col(SourceRow.revision))
        ).all()
        return tuple(entry for _, entry in self._entries(rows))

    def add(self, entry: SourceEntry) -> SourceEntry:
        """Add an entry, unless its key and revision are there already; what then stands there."""
        there = self._session.exec(
            select(SourceRow).where(SourceRow.key == entry.key, SourceRow.revision == entry.revision)
        ).first()
        if there is not None:
            return self._entries([there])[0][1]
        row = SourceRow(
            key=entry.key,
            revision=entry.revision,
            file=entry.file,
            sha256=entry.sha256,
            reading=entry.reading,
            recorded_at=entry.recorded_at,
            counts=_CODEC.text(entry.counts),
            notices=_CODEC.text(entry.notices),
        )
        self._session.add(row)
        self._session.flush()
        batches = [{"source_id": row.id, **_fields(batch)} for batch in entry.batches]
        if batches:
            self._session.execute(insert(BatchRow), batches)
        aside = [
            {"source_id": row.id, "position": position, **_fields(each)}
            for position, each in enumerate(entry.quarantine)
        ]
        if aside:
            self._session.execute(insert(QuarantinedRowRow), aside)
        return entry

    def entries(self, up_to: int | None = None) -> tuple[SourceEntry, ...]:
        """Every entry (up to a number of the catalogue), in order."""
        return in_order(entry for _, entry in self.numbered(up_to))

    def numbered(self, up_to: int | None = None) -> tuple[tuple[int, SourceEntry], ...]:
        """Every entry with its number in the catalogue, by number."""
        asked = select(SourceRow).order_by(col(SourceRow.id))
        if up_to is not None:
            asked = asked.where(col(SourceRow.id) <= up_to)
        return self._entries(self._session.exec(asked).all())

    def last_number(self) -> int:
        """The number of the last entry; 0 where there is none."""
        return self._session.exec(select(func.max(SourceRow.id))).one() or 0

    def _entries(self, rows: Sequence[SourceRow]) -> tuple[tuple[int, SourceEntry], ...]:
        numbers = [row.id for row in rows if row.id is not None]
        batches: dict[int, list[BatchEntry]] = {}
        aside: dict[int, list[QuarantinedRow]] = {}
        for some in _chunks(numbers):
            for batch in self._session.exec(select(BatchRow).where(col(BatchRow.source_id).in_(some))):
                entry = BatchEntry(batch.kind, batch.month, batch.sha256, batch.rows)
                batches.setdefault(batch.source_id, []).append(entry)
            asked = select(QuarantinedRowRow).where(col(QuarantinedRowRow.source_id).in_(some))
            for each in self._session.exec(asked.order_by(col(QuarantinedRowRow.position))):
                row = QuarantinedRow(each.file, each.line, each.reason, each.text)
                aside.setdefault(each.source_id, []).append(row)
        return tuple(
            (row.id, _entry(row, batches.get(row.id, []), aside.get(row.id, [])))
            for row in rows
            if row.id is not None
        )


class SqlCatalogue:
    """The catalogue behind the lake's port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revisions(self, key: str) -> tuple[SourceEntry, ...]:
        """The entries of one key, by revision."""
        with self._database.reading() as session:
            return Evidence(session).revisions(key)

    def add(self, entry: SourceEntry) -> SourceEntry:
        """Add an entry, unless its key and revision are there already."""
        with self._database.writing() as session:
            return Evidence(session).add(entry)

    def entries(self) -> tuple[SourceEntry, ...]:
        """Every entry, in order."""
        with self._database.reading() as session:
            return Evidence(session).entries()


def _entry(row: SourceRow, batches: Iterable[BatchEntry], aside: Iterable[QuarantinedRow]) -> SourceEntry:
    return SourceEntry(
        file=row.file,
        sha256=row.sha256,
        reading=row.reading,
        revision=row.revision,
        recorded_at=row.recorded_at,
        counts=_CODEC.decode_many(KindCount, read_json(row.counts)),
        batches=tuple(sorted(batches)),
        quarantine=tuple(aside),
        notices=_CODEC.decode_many(Finding, read_json(row.notices)),
    )


def _fields(value: BatchEntry | QuarantinedRow) -> dict[str, object]:
    encoded = _CODEC.encode(value)
    if not isinstance(encoded, dict):
        raise TypeError(f"{value!r} is no record")
    return dict(encoded)


def _chunks(numbers: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
