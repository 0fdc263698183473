from pathlib import Path

import pytest

from domain.evidence import QuarantinedRow
from domain.findings import Finding, FindingKind, Severity
from store.database import Database
from store.lake.catalogue import BatchEntry, KindCount, MemoryCatalogue, SourceEntry
from store.repositories.evidence import SqlCatalogue
from tests.store.stores import BACKENDS, database_url

NOTICE = Finding(
    "EVIDENCE_UNKNOWN_COLUMN", Severity.INFO, FindingKind.EVIDENCE, "A column.", figures={"n": "2"}
)


def entry(file: str, sha256: str, revision: int = 1, recorded_at: int = 5) -> SourceEntry:
    return SourceEntry(
        file,
        sha256,
        "outages",
        revision,
        recorded_at,
        (KindCount("outages", 2, 1),),
        (
            BatchEntry("outages", "2026-03", f"{sha256}0", 1),
            BatchEntry("outages", "2026-04", f"{sha256}1", 1),
        ),
        (QuarantinedRow(file, 7, "It ends before it starts", "a,b"), QuarantinedRow(file, 9, "Unreadable")),
        (NOTICE,),
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_tables_catalogue_what_the_catalogue_in_memory_does(backend: str, tmp_path: Path) -> None:
    added = [entry("b.csv", "bb", 1, 9), entry("a.csv", "aa", 1, 5), entry("b.csv", "bb", 2, 12)]
    with database_url(backend, tmp_path) as url:
        database = Database.open(url)
        tables, memory = SqlCatalogue(database), MemoryCatalogue()
        for each in added:
            assert tables.add(each) == memory.add(each)
        assert tables.entries() == memory.entries()
        for each in added:
            assert tables.revisions(each.key) == memory.revisions(each.key)
        assert tables.revisions("nothing") == ()
        database.close()


@pytest.mark.parametrize("backend", BACKENDS)
def test_of_two_entries_with_one_key_and_revision_the_first_stands(backend: str, tmp_path: Path) -> None:
    with database_url(backend, tmp_path) as url:
        database = Database.open(url)
        catalogue = SqlCatalogue(database)
        first, second = entry("a.csv", "aa", 1, 5), entry("again.csv", "aa", 1, 6)
        assert catalogue.add(first) == first
        assert catalogue.add(second) == first
        assert catalogue.entries() == (first,)
        database.close()
