"""Databases for tests: a SQLite file always, a PostgreSQL server where PRIVITY_TEST_POSTGRES_URL names one.

On the server each test has a schema of its own, so tests neither see each other nor what else lies there.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

POSTGRES = "PRIVITY_TEST_POSTGRES_URL"

BACKENDS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param(
        "postgresql",
        id="postgresql",
        marks=[
            pytest.mark.network,
            pytest.mark.skipif(POSTGRES not in os.environ, reason=f"{POSTGRES} names no PostgreSQL server"),
        ],
    ),
]
"""For ``parametrize``: the name of a backend."""


@contextmanager
def database_url(backend: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'privity.db'}"
        return
    url = make_url(os.environ[POSTGRES]).set(drivername="postgresql+psycopg")
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        own = url.update_query_dict({"options": f"-csearch_path={schema}"})
        yield own.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
