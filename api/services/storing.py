"""An open store: its database, its lake, and the contracts that are in memory.

The problem: thousands of requests ask the same contracts; they are read from the database once for each set of
documents, and shared, for they never change.

Example: ``store.contracts(None).portfolio`` is the portfolio loaded last; the second time it costs nothing.

Limits: another process may load documents too; `Store.refresh` looks.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.collecting import unhurried
from api.services.feeds import feed_mappings
from documents.digests import former_digest
from documents.loading import load_texts
from ola.portfolio import Portfolio
from store.lake.lake import Lake
from store.lake.lake_evidence import LakeEvidence, current
from store.mappers import hash_of
from store.repositories.audit import KeyTaken
from store.repositories.evidence import SqlCatalogue
from store.unit_of_work import UnitOfWork, reading, writing

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from documents.loading import Loaded
    from store.codec import Json
    from store.database import Database
    from store.lake.catalogue import SourceEntry
    from store.repositories.documents import SetContent
    from vendors.feeds.mapping import FeedMapping

__all__ = ["NOTHING", "Contracts", "Store", "no_documents", "order_answer"]

NOTHING = Portfolio({}, {}, ())
"""The portfolio of a store into which no document was ever loaded."""

_SETS_IN_MEMORY = 8


@dataclass(frozen=True, slots=True)
class Contracts:
    """A set of documents as it is used: its id, its portfolio, and the feeds that map evidence."""

    set_id: str
    portfolio: Portfolio
    feeds: tuple[FeedMapping, ...]


class Store:
    """One store, opened. ``clock`` gives the instant in microseconds."""

    many_rows = 500_000
    """More rows of evidence than these are not held in memory together (`store.engines.local`)."""

    def __init__(self, database: Database, lake_folder: Path, clock: Callable[[], int]) -> None:
        self.database = database
        self.lake_folder = lake_folder
        self.clock = clock
        self._lock = threading.Lock()
        self._contracts: OrderedDict[str, Contracts] = OrderedDict()
        self._content: SetContent | None = None
        self._loads: tuple[tuple[int, str], ...] = ()

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A short session that changes nothing."""
        return reading(self.database)

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """One transaction."""
        return writing(self.database)

    @property
    def lake(self) -> Lake:
        """The evidence lake, with its catalogue in the database."""
        return Lake(self.lake_folder, SqlCatalogue(self.database))

    def refresh(self) -> None:
        """Look which sets of documents were loaded, and when: one statement."""
        with self.reading() as work:
            self._loads = work.documents.loads()

    def set_id(self, known_at: int | None = None) -> str | None:
        """The set that was loaded last (by an instant; where none was by then, the first); None in an empty store."""
        loads = self._loads
        if not loads:
            return None
        if known_at is None:
            return loads[-1][1]
        before = bisect_right([recorded_at for recorded_at, _ in loads], known_at)
        return loads[max(before - 1, 0)][1]

    def contracts(self, set_id: str) -> Contracts:
        """The contracts of a set, read once. Raises LookupError where there is no such set."""
        with self._lock:
            if set_id in self._contracts:
                self._contracts.move_to_end(set_id)
                return self._contracts[set_id]
        with self.reading() as work:
            content = work.documents.content(set_id)
        with unhurried():
            loaded = load_texts(content.texts, content.holidays)
        if loaded.portfolio is None or content.digest not in _digests(loaded, loaded.portfolio):
            raise LookupError(
                f"The set of documents {set_id[:12]} reads differently now than when it was loaded, with another "
                "version of this program. Load the documents again."
            )
        found = Contracts(set_id, loaded.portfolio, feed_mappings(loaded.feeds))
        self.remember(found)
        return found

    def content(self, set_id: str, work: UnitOfWork) -> SetContent:
        """The documents of a set; those of the set asked for last are kept, for the next act is on the same."""
        found = self._content
        if found is None or found.id != set_id:
            found = self._content = work.documents.content(set_id)
        return found

    def remember_content(self, content: SetContent) -> None:
        """Keep the documents of a set that was just stored."""
        self._content = content

    def remember(self, contracts: Contracts) -> None:
        """Keep the contracts of a set in memory."""
        with self._lock:
            self._contracts[contracts.set_id] = contracts
            self._contracts.move_to_end(contracts.set_id)
            while len(self._contracts) > _SETS_IN_MEMORY:
                self._contracts.popitem(last=False)

    def current(self) -> Contracts | None:
        """The contracts that were loaded last; None in an empty store."""
        set_id = self.set_id()
        return None if set_id is None else self.contracts(set_id)

    def scratch(self) -> Path:
        """A folder for what is laid aside while something is worked out."""
        folder = self.lake_folder / "scratch"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def evidence(self, entries: tuple[SourceEntry, ...], known_at: int | None) -> LakeEvidence:
        """The evidence of some entries of the catalogue, as known at an instant."""
        return LakeEvidence(self.lake_folder, current(entries, None), known_at)


def _digests(loaded: Loaded, portfolio: Portfolio) -> Iterator[str]:
    """What a set may be known by: its digest, and that which it would have had before digests were made of hashes."""
    yield portfolio.digest
    yield former_digest(loaded.sources, loaded.holidays)


def no_documents() -> RequestError:
    """The fault that nothing was loaded yet."""
    return RequestError(
        Fault("DOCUMENT", "no contract documents are loaded", "Load a folder first: privity load FOLDER")
    )


def order_answer(work: UnitOfWork, key: str | None, action: str, order: Mapping[str, Json]) -> Json:
    """What an order with this key was answered before; None where it is new. Raises RequestError for another order."""
    try:
        return work.audit.answer(key, action, hash_of(order))
    except KeyTaken as taken:
        raise RequestError(Fault("KEY", str(taken), "Give each order a key of its own", value=key)) from taken
