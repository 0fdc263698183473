from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel, select

from store.database import Database, newest_revision
from store.tables import DocumentTextRow
from tests.store.stores import BACKENDS, database_url


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_migrations_make_the_tables_that_the_program_is_written_for(backend: str, tmp_path: Path) -> None:
    with database_url(backend, tmp_path) as url:
        database = Database.open(url)
        with database.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
        assert differences == []
        assert database.revision() == newest_revision()
        database.close()


@pytest.mark.parametrize("backend", BACKENDS)
def test_opening_a_store_again_changes_nothing(backend: str, tmp_path: Path) -> None:
    with database_url(backend, tmp_path) as url:
        first = Database.open(url)
        with first.writing() as session:
            session.add(DocumentTextRow(sha256="a", text="kind: Party"))
        first.close()
        second = Database.open(url)
        with second.reading() as session:
            assert [row.text for row in session.exec(select(DocumentTextRow))] == ["kind: Party"]
        second.close()


def break_off(database: Database) -> None:
    with database.writing() as session:
        session.add(DocumentTextRow(sha256="a", text="kind: Party"))
        session.flush()
        raise RuntimeError("in the middle")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_transaction_in_which_anything_is_raised_leaves_nothing(backend: str, tmp_path: Path) -> None:
    with database_url(backend, tmp_path) as url:
        database = Database.open(url)
        with pytest.raises(RuntimeError, match="in the middle"):
            break_off(database)
        with database.reading() as session:
            assert session.exec(select(DocumentTextRow)).all() == []
        database.close()


def test_every_exact_number_of_a_settlement_is_text_or_an_integer(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'privity.db'}")
    inspector = inspect(database.engine)
    kinds = {
        str(column["type"])
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }
    assert kinds <= {"VARCHAR", "TEXT", "INTEGER", "BIGINT", "VARCHAR(32)"}
    database.close()
