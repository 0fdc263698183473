"""A connection to the store, on SQLite or PostgreSQL, and its tables at the version that this program is written for.

The problem: two processes may write at once, one may be killed in the middle, and a store may have been made by an
earlier version of this program.

Example: ``Database.open("sqlite:///store/privity.db")`` brings the tables to the newest version;
``database.writing()`` is one transaction, which is there wholly or not at all.

Limits: one writer at a time (a second one waits, on SQLite up to a minute); readers never wait. A writing transaction
takes the lock when it begins, so that what it reads still holds when it writes.

References: sqlite.org, "Write-Ahead Logging" and "Transaction"; SQLAlchemy, "Serializable isolation / Savepoints /
Transactional DDL" of the SQLite dialect.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

__all__ = ["Database"]

_WAIT_SECONDS = 60
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_205_114
"""The advisory lock under which a PostgreSQL store is migrated and written; any fixed number."""


class Database:
    """One store's database. Open it with `open`; `close` gives its connections back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Connect, and bring the tables to the newest version; an empty database is given its tables."""
        database = cls(_engine(url))
        database.migrate()
        return database

    @property
    def engine(self) -> Engine:
        """The engine, for tests that look at statements."""
        return self._engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self._engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A short session that sees one state of the store and changes nothing."""
        engine = self._engine
        if not self.is_sqlite:  # SQLite's transactions see one state anyway.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine) as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction; committed at the end, rolled back where anything is raised."""
        with (
            self._engine.connect().execution_options(is_writing=True) as connection,
            connection.begin(),
            Session(bind=connection, expire_on_commit=False) as session,
        ):
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield session
            session.flush()

    def migrate(self) -> None:
        """Run the migrations that are missing; none where the tables are up to date."""
        if self.revision() == newest_revision():
            return
        with self._engine.connect().execution_options(is_writing=True) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def revision(self) -> str | None:
        """The migration that the tables stand at; None for an empty database."""
        with self._engine.connect() as connection:
            found: str | None = MigrationContext.configure(connection).get_current_revision()
            return found


@cache
def newest_revision() -> str:
    """The migration that this program is written for."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RuntimeError("This installation has no migrations: install it anew.")
    return found


def now() -> int:
    """The instant, in microseconds."""
    return time.time_ns() // 1000


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database not in (None, "", ":memory:"):
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    # The driver would begin transactions by itself, and later than asked; `_on_begin` does so instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if is_writing else "BEGIN")
