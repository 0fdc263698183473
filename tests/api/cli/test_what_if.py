"""``privity what-if`` on E3: either of hosting and line instead of both."""

from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity

EITHER = """
apiVersion: privity/v1
kind: Service
metadata: {name: online-banking}
spec: {provider: halden-it, measured: fromDependencies, dependsOn: {any: [hosting, wan]}}
"""


@pytest.fixture
def either(tmp_path: Path) -> Path:
    file = tmp_path / "either.yaml"
    file.write_text(EITHER, encoding="utf-8")
    return file


def test_a_folder_says_what_redundancy_would_have_changed(privity: Privity, either: Path) -> None:
    ended = privity("what-if", SCENARIO, "--with", either, "--period", "2026-04")

    assert ended.code == 0
    text = " ".join(ended.out.split())
    for words in (
        "Changed: Service online-banking",
        "0 newly missed, 1 no longer missed",
        "Payable to customers 0.00 GBP instead of 2,000.00 GBP, recoverable 1,200.00 GBP, gap −1,200.00 GBP",
        "APPROACHING NOT_MET",
    ):
        assert words in text


def test_the_store_says_the_same(privity: Privity, either: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    assert privity("load", SCENARIO, "--store", store).code == 0
    assert privity("ingest", SCENARIO, "--store", store).code == 0
    question = ("--with", either, "--period", "2026-04", "--json")

    found = privity("what-if", SCENARIO, *question).json
    assert privity("what-if", "--store", store, *question).json == found
    assert (found["replaced"], found["added"], found["months"]) == (
        ["Service online-banking"],
        [],
        ["2026-04"],
    )
    [banking] = found["attainments"]
    assert (banking["change"], banking["before"]["value"], banking["after"]["value"]) == (
        "NO_LONGER_MISSED",
        "99.856481481",
        "100",
    )


def test_evidence_of_a_service_that_only_the_changes_declare_is_read(
    privity: Privity, folder: Path, either: Path
) -> None:
    # The backup was down in the first half of the host's hour; its rows are of no service today.
    with (folder / "evidence" / "outages.csv").open("a", encoding="utf-8") as opened:
        opened.write("O3,backup,2026-04-14T10:00:00Z,2026-04-14T10:30:00Z,,\n")
    either.write_text(
        EITHER.replace("{any: [hosting, wan]}", "{all: [{any: [hosting, backup]}, wan]}")
        + "---\napiVersion: privity/v1\nkind: Service\nmetadata: {name: backup}\nspec: {provider: halden-it}\n",
        encoding="utf-8",
    )
    found = privity("what-if", folder, "--with", either, "--period", "2026-04", "--json").json

    [banking] = [each for each in found["attainments"] if each["service"] == "online-banking"]
    # 30 minutes of the host are left, and the line's 2: 43,168 of 43,200.
    assert banking["after"]["value"] == "99.925925926"


def test_wrong_changes_are_told_where_they_stand(privity: Privity, either: Path) -> None:
    either.write_text(EITHER.replace("wan", "attic"), encoding="utf-8")
    wrong = privity("what-if", SCENARIO, "--with", either, "--period", "2026-04", "--json")
    [fault] = wrong.json["errors"]
    assert (wrong.code, fault["code"], fault["file"]) == (1, "DOCUMENT", str(either))

    missing = privity("what-if", SCENARIO, "--with", either.with_name("none.yaml"), "--period", "2026-04")
    assert (missing.code, "none.yaml cannot be read" in missing.err) == (2, True)


def test_no_change_is_said(privity: Privity, either: Path) -> None:
    either.write_text(EITHER.replace("any:", "all:"), encoding="utf-8")
    same = privity("what-if", SCENARIO, "--with", either, "--period", "2026-04")

    assert (same.code, "Nothing of 2026-04 would have been otherwise." in same.err) == (0, True)


def test_a_file_without_documents_changes_nothing_and_is_wrong(privity: Privity, either: Path) -> None:
    either.write_text("# nothing yet\n", encoding="utf-8")
    empty = privity("what-if", SCENARIO, "--with", either, "--period", "2026-04")

    assert (empty.code, empty.out) == (2, "")
    assert f"there is no document in {either}: nothing is changed" in empty.err


def test_a_period_of_which_nothing_is_known_is_said_to_be_one(privity: Privity, either: Path) -> None:
    quiet = privity("what-if", SCENARIO, "--with", either, "--period", "2026-06")
    assert quiet.code == 0
    assert "No evidence speaks of 2026-06: it reads as if nothing had happened." in quiet.err
    assert "There is evidence for 2026-04." in quiet.err

    early = privity("what-if", SCENARIO, "--with", either, "--period", "2020-06")
    assert "No active agreement has a service level that is measured in 2020-06, changed or not." in early.err
