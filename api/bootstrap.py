"""The one place where everything is wired together.

The problem: nothing may connect when it is imported, and a test must be able to put its own clock or folder in.

Example: ``with opened(Settings.of(folder)) as privity: privity.reader.runs()``.

Limits: whoever opens a store closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

from api.errors import Fault, RequestError
from api.services.commanding import StoredCommands
from api.services.stored import StoredReader
from api.services.storing import Store
from api.settings import Settings
from domain.instants import as_datetime
from store.database import Database, now

__all__ = ["Privity", "opened", "start"]


@dataclass(frozen=True, slots=True)
class Privity:
    """An open store: who reads it, who changes it, and the store itself."""

    store: Store
    reader: StoredReader
    commands: StoredCommands

    def today(self) -> date:
        """The day that it is by the store's clock, in UTC."""
        return as_datetime(self.store.clock()).date()

    def close(self) -> None:
        """Give the connections back."""
        self.store.database.close()


def start(settings: Settings, clock: Callable[[], int] = now) -> Privity:
    """Open the store that the settings name; an empty folder becomes an empty store."""
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        database = Database.open(settings.database_url)
    except (OSError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", None) or error).strip()
        raise RequestError(
            Fault(
                "STORE",
                f"the store {settings.folder} cannot be opened: {reason}",
                "Name another folder with --store, or put PRIVITY_DATABASE_URL right",
            )
        ) from error
    store = Store(database, settings.lake, clock)
    store.refresh()
    reader = StoredReader(store)
    return Privity(store, reader, StoredCommands(store, reader))


@contextmanager
def opened(settings: Settings, clock: Callable[[], int] = now) -> Iterator[Privity]:
    """An open store that is closed at the end."""
    privity = start(settings, clock)
    try:
        yield privity
    finally:
        privity.close()
