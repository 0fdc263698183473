"""Sets of contract documents, each kept for ever under the hash of what it says.

The problem: a settlement of March has to be worked out again in September under the contracts as they were loaded then.

Example: loading a folder twice keeps its texts once; the second loading is remembered as such, with its instant.

Limits: a set is complete; what a set leaves out is no longer in force from its loading on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import insert, inspect
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, SQLModel, col, select

from store.codec import Codec, canonical_json, read_json
from store.mappers import hash_of
from store.records import DocumentSet, DocumentVersion
from store.tables import (
    DocumentLoadRow,
    DocumentRow,
    DocumentSetFileRow,
    DocumentSetRow,
    DocumentTextRow,
)  # fmt: skip

__all__ = ["Documents", "SetContent"]


@dataclass(frozen=True)
class SetContent:
    """What a set consists of: texts by file name, the holidays resolved for it, and the portfolio's digest."""

    texts: Mapping[str, str]
    holidays: Mapping[str, frozenset[date]]
    digest: str
    documents: tuple[DocumentVersion, ...]

    @cached_property
    def id(self) -> str:
        """The hash of files and holidays: two sets of one id are one."""
        return hash_of({"texts": dict(self.texts), "holidays": dict(self.holidays)})


class Documents:
    """The documents of a store, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def current_id(self) -> str | None:
        """The set that was loaded last; None in an empty store."""
        asked = select(DocumentLoadRow.set_id).order_by(col(DocumentLoadRow.id).desc()).limit(1)
        return self._session.exec(asked).first()

    def loads(self) -> tuple[tuple[int, str], ...]:
        """When which set was loaded, oldest first."""
        asked = select(DocumentLoadRow.recorded_at, DocumentLoadRow.set_id)
        return tuple(
            (recorded_at, set_id)
            for recorded_at, set_id in self._session.exec(asked.order_by(col(DocumentLoadRow.id)))
        )

    def content(self, set_id: str) -> SetContent:
        """A set. Raises LookupError where there is none."""
        row = self._session.get(DocumentSetRow, set_id)
        if row is None:
            raise LookupError(f"There is no set of documents {set_id} in the store.")
        texts = self._session.exec(
            select(DocumentSetFileRow.file, DocumentTextRow.text)
            .join(DocumentTextRow)
            .where(DocumentSetFileRow.set_id == set_id)
        ).all()
        holidays = {
            name: frozenset(date.fromisoformat(day) for day in days)
            for name, days in read_json(row.holidays).items()
        }
        return SetContent(dict(sorted(texts)), holidays, row.digest, self._documents(set_id))

    def described(self, set_id: str) -> DocumentSet:
        """A set without its texts, with the instant of its last loading."""
        row = self._session.get(DocumentSetRow, set_id)
        if row is None:
            raise LookupError(f"There is no set of documents {set_id} in the store.")
        return DocumentSet(set_id, row.digest, self._loaded_at(set_id), self._documents(set_id))

    def add(self, content: SetContent, recorded_at: int) -> DocumentSet:
        """Keep a set, unless it is kept already, and that it was loaded now, unless it was loaded last."""
        set_id = content.id
        if self._session.get(DocumentSetRow, set_id) is None:
            self._keep(set_id, content)
        if self.current_id() != set_id:
            self._session.add(DocumentLoadRow(set_id=set_id, recorded_at=recorded_at))
            self._session.flush()
        row = self._session.get(DocumentSetRow, set_id)
        assert row is not None  # noqa: S101 - it was just kept, or was there
        return DocumentSet(set_id, row.digest, self._loaded_at(set_id), content.documents)

    def _loaded_at(self, set_id: str) -> int:
        """The instant of a set's last loading."""
        asked = select(DocumentLoadRow.recorded_at).where(DocumentLoadRow.set_id == set_id)
        found = self._session.exec(asked.order_by(col(DocumentLoadRow.id).desc())).first()
        if found is None:
            raise LookupError(f"There is no set of documents {set_id} in the store.")
        return found

    def _keep(self, set_id: str, content: SetContent) -> None:
        named = {file: hash_of(text) for file, text in content.texts.items()}
        wanted = set(named.values())
        there = set(
            self._session.exec(
                select(DocumentTextRow.sha256).where(col(DocumentTextRow.sha256).in_(wanted))
            ).all()
        )
        missing = {named[file]: text for file, text in content.texts.items() if named[file] not in there}
        if missing:
            rows = [{"sha256": sha, "text": missing[sha]} for sha in sorted(missing)]
            self._write(DocumentTextRow, rows)
        holidays = canonical_json(Codec().encode(content.holidays))
        self._session.add(DocumentSetRow(id=set_id, digest=content.digest, holidays=holidays))
        self._session.flush()
        files = [{"set_id": set_id, "file": file, "text_sha256": sha} for file, sha in sorted(named.items())]
        self._write(DocumentSetFileRow, files)
        documents = [
            {
                "set_id": set_id,
                "position": position,
                "kind": each.kind,
                "name": each.name,
                "version": each.version,
                "file": each.file,
                "sha256": each.sha256,
            }
            for position, each in enumerate(content.documents)
        ]
        self._write(DocumentRow, documents)

    def _write(self, kind: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
        """Many rows at once, without making an object of each."""
        if rows:
            table = inspect(kind).local_table
            self._session.connection().execute(insert(table), list(rows))

    def _documents(self, set_id: str) -> tuple[DocumentVersion, ...]:
        columns = (
            col(DocumentRow.kind), col(DocumentRow.name), col(DocumentRow.version), col(DocumentRow.file),
            col(DocumentRow.sha256),
        )  # fmt: skip
        asked = sqlalchemy_select(*columns).where(col(DocumentRow.set_id) == set_id)
        rows = self._session.execute(asked.order_by(col(DocumentRow.position)))
        return tuple(DocumentVersion(*row) for row in rows)
