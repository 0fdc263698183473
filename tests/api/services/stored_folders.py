"""Folders of the tests in a store of their own."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

from api.bootstrap import Privity, opened
from api.services.ingesting import evidence_files
from api.services.loading import texts_of
from api.settings import Settings
from tests.store.stores import database_url

ROOT = Path(__file__).parents[3]
HALDEN = ROOT / "examples" / "halden"
SCENARIOS = ROOT / "tests" / "scenarios"
START = 1_780_000_000_000_000
"""An instant in the spring of 2026 from which the clock of a test goes on, a microsecond at each look."""


def ticking() -> Callable[[], int]:
    """A clock that is a microsecond later each time it is looked at."""
    ticks = count(START)
    return lambda: next(ticks)


@cache
def _migrated() -> bytes:
    """A SQLite database with every migration and nothing in it: each store of the tests begins as a copy."""
    with tempfile.TemporaryDirectory() as name, database_url("sqlite", Path(name)) as url:
        with opened(Settings.of(Path(name), url), ticking()):
            pass
        return (Path(name) / "privity.db").read_bytes()


@contextmanager
def empty_store(folder: Path, backend: str = "sqlite") -> Iterator[Privity]:
    """A store without anything in it."""
    store = folder / "store"
    if backend == "sqlite" and not store.exists():
        store.mkdir(parents=True)
        (store / "privity.db").write_bytes(_migrated())
    with database_url(backend, store) as url, opened(Settings.of(store, url), ticking()) as privity:
        yield privity


def fill(privity: Privity, folder: Path) -> None:
    """Load the contracts of a folder and take in its evidence."""
    privity.commands.portfolio_load(texts_of(folder), "ada", "a test")
    for name, path in evidence_files(folder):
        privity.commands.evidence_submit(name, path, "ada", "a test")
