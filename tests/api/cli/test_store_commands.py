import shutil
from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRIVITY_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("PRIVITY_DATABASE_URL", raising=False)
    return tmp_path / "store"


@pytest.fixture
def filled(store: Path, privity: Privity) -> Path:
    assert privity("load", SCENARIO).code == 0
    assert privity("ingest", SCENARIO).code == 0
    return store


def test_an_empty_store_says_what_to_do(store: Path, privity: Privity) -> None:
    ended = privity("status")
    assert ended.code == 0
    assert "No contracts are loaded: privity load FOLDER" in ended.out
    ended = privity("ingest", SCENARIO)
    assert (ended.code, ended.out) == (2, "")
    assert "no contract documents are loaded. Load a folder first: privity load FOLDER." in ended.err
    assert privity("run", "--period", "2026-04").code == 2
    assert store.is_dir()


def test_load_says_what_was_loaded_and_whether_it_is_new(store: Path, privity: Privity) -> None:
    first = privity("load", SCENARIO, "--json").json
    again = privity("load", SCENARIO, "--json").json
    assert (first["changed"], again["changed"]) == (True, False)
    assert first["set"] == again["set"]
    assert "nothing has changed" in privity("load", SCENARIO).err


def test_ingest_says_what_each_file_gave(filled: Path, privity: Privity) -> None:
    again = privity("ingest", SCENARIO, "--json")
    assert again.code == 0
    assert [
        (file["file"], file["rows"], file["quarantined"], file["knownBefore"]) for file in again.json["files"]
    ] == [("evidence/outages.csv", {"outages": 2}, 0, True)]


def test_a_file_that_nobody_can_read_is_named_and_the_others_are_taken_in(
    store: Path, folder: Path, privity: Privity
) -> None:
    privity("load", folder)
    (folder / "evidence" / "notes.txt").write_text("call them")
    ended = privity("ingest", folder)
    assert ended.code == 1
    assert "evidence/notes.txt is not read: nobody knows what it holds" in ended.err
    assert privity("status", "--json").json["evidence"] == {"files": 1, "rows": 2, "quarantined": 0}


def test_run_prints_what_settle_prints_and_keeps_it(filled: Path, privity: Privity) -> None:
    ran = privity("run", "--period", "2026-04", "--json")
    assert ran.code == 0
    assert ran.json["settlement"] == privity("settle", SCENARIO, "--period", "2026-04", "--json").json
    assert (ran.json["run"]["id"], ran.json["run"]["settled"], ran.json["run"]["kept"]) == ("2026-04.1", 3, 0)
    again = privity("run", "--period", "2026-04", "--json").json["run"]
    assert (again["id"], again["settled"], again["kept"]) == ("2026-04.2", 0, 3)
    assert again["outputHash"] == ran.json["run"]["outputHash"]
    stored = privity("run", "--period", "2026-04", "--if-missing")
    assert "Run 2026-04.2: stored before." in stored.err
    assert stored.out == privity("settle", SCENARIO, "--period", "2026-04").out


def test_status_tells_a_sound_store_from_one_that_was_meddled_with(filled: Path, privity: Privity) -> None:
    privity("run", "--period", "2026-04")
    sound = privity("status", "--verify", "--json")
    assert (sound.code, sound.json["faults"]) == (0, [])
    assert [run["period"] for run in sound.json["settled"]] == ["2026-04"]
    next(filled.rglob("*.parquet")).unlink()
    broken = privity("status", "--verify")
    assert broken.code == 1
    assert "gone or changed" in broken.err


def test_a_period_that_is_none_and_a_store_that_cannot_be_opened_are_wrong_use(
    filled: Path, privity: Privity, tmp_path: Path
) -> None:
    assert privity("run", "--period", "Apr").code == 2
    assert privity("run", "--period", "2026-W14").code == 2
    file = tmp_path / "a-file"
    file.write_text("")
    ended = privity("status", "--store", file)
    assert ended.code == 2
    assert "cannot be opened" in ended.err


def test_documents_with_errors_are_not_loaded(store: Path, folder: Path, privity: Privity) -> None:
    path = folder / "contracts.yaml"
    path.write_text(path.read_text().replace("kind: Agreement", "kind: Agrement", 1))
    ended = privity("load", folder)
    assert ended.code == 1
    assert "Agreement" in ended.err
    assert privity("status", "--json").json["documents"] is None


def test_an_order_is_signed_with_the_name_that_is_given(filled: Path, privity: Privity, folder: Path) -> None:
    shutil.copy(SCENARIO / "evidence" / "outages.csv", folder / "evidence" / "outages-2.csv")
    privity("run", "--period", "2026-04", "--actor", "ada", "--reason", "month end", "--key", "k1")
    again = privity("run", "--period", "2026-04", "--actor", "ada", "--key", "k1", "--json").json["run"]
    assert (again["id"], again["actor"], again["reason"]) == ("2026-04.1", "ada", "month end")
    other = privity("run", "--period", "2026-03", "--key", "k1")
    assert other.code == 2
    assert "was given to another order before" in other.err
