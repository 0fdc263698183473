from pathlib import Path

import pytest

from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

ROOT = Path(__file__).parents[3]
E3 = ROOT / "tests" / "scenarios" / "75-shape-of-the-output"
"""April 2026: hosting (cirrus) down 60 minutes, wan (telco) 2, apart; what it comes to stands in its why.md."""


@pytest.fixture
def store() -> MemoryStore:
    """E3, not settled yet."""
    return MemoryStore.of_folder(E3)


@pytest.fixture
def settled(store: MemoryStore) -> MemoryStore:
    """E3 with April settled."""
    store.settlement_run(Period.parse("2026-04"), None, "ada", "month end")
    return store


@pytest.fixture
def ask(store: MemoryStore) -> Asking:
    """A client of the store."""
    return Asking(store, store)
