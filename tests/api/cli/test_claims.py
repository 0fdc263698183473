"""``privity claims``, ``privity claim`` and the evidence pack."""

import json
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.api.cli.command import SCENARIO, Privity

HALDEN = Path(__file__).parents[3] / "examples" / "halden"
MARCH = ("--period", "2026-03")


@pytest.fixture
def march(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, privity: Privity) -> Path:
    """A store with the bundled example, March settled."""
    monkeypatch.setenv("PRIVITY_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("PRIVITY_DATABASE_URL", raising=False)
    for command in (("load", HALDEN), ("ingest", HALDEN), ("run", *MARCH)):
        assert privity(*command).code == 0
    return tmp_path


def test_a_folder_lists_what_is_open_claimed_and_lapsed_as_of_a_date(privity: Privity) -> None:
    # Teleryn owes 400.00 for March, to be claimed by 30 April; Nimbrel's 2,000.00 was claimed on 12 April (claims.yaml).
    found = privity("claims", HALDEN, "--as-of", "2026-04-20", *MARCH, "--json").json
    assert [(each["agreement"], each["status"], each["daysLeft"]) for each in found["claims"]] == [
        ("uc-nimbrel", "CLAIMED", None),
        ("uc-teleryn", "OPEN", 10),
    ]
    late = privity("claims", HALDEN, "--as-of", "2026-05-01", *MARCH)
    assert "CLAIM_MISSED" in late.out
    soon = privity("claims", HALDEN, "--as-of", "2026-04-20", "--reminders", "--within", "9")
    assert "No supplier owes us a credit that has to be claimed within 9 days." in soon.out


def test_a_claim_that_is_ordered_is_a_document_that_every_later_settlement_reads(
    march: Path, privity: Privity
) -> None:
    done = privity("claim", "uc-teleryn", *MARCH, "--at", "2026-04-30", "--reason", "by mail", "--json")
    assert done.json["claim"]["status"] == "CLAIMED"
    assert done.json["claim"]["claimedAt"] == "2026-04-30"
    # Loaded anew, the folder does not have the claim; it stays beside the folder's documents.
    assert privity("load", HALDEN).code == 0
    again = privity("claim", "uc-teleryn", *MARCH, "--at", "2026-04-30")
    assert again.code == 2
    assert "was claimed on 2026-04-30" in again.err
    later = privity("run", *MARCH, "--as-of", "2026-06-01", "--json").json["settlement"]
    assert "CLAIM_MISSED" not in [
        reason["code"]
        for party in later["creditImpact"][0]["parties"]
        if party["party"] == "teleryn"
        for reason in party["reasons"]
    ]
    assert march.is_dir()


def test_what_cannot_be_claimed_is_refused_with_the_reason(march: Path, privity: Privity) -> None:
    said = {
        (
            "uc-teleryn",
            "--at",
            "2026-05-01",
        ): "the window to claim 400.00 GBP of uc-teleryn for 2026-03 closed on",
        ("uc-teleryn", "--at", "2026-03-31"): "the period 2026-03 had not ended",
        ("uc-nimbrel",): "was claimed on 2026-04-12",
        ("uc-telerin",): 'Did you mean "uc-teleryn"',
    }
    for words, why in said.items():
        ended = privity("claim", *words, *MARCH)
        assert (ended.code, why in " ".join(ended.err.split())) == (2, True), ended.err
    assert "was not settled" in privity("claim", "uc-teleryn", "--period", "2026-02").err
    assert march.is_dir()


def test_the_pack_has_the_statement_its_proof_and_the_hash_of_each_file(
    privity: Privity, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    for out in (first, second):
        assert privity("claim", "pack", "uc-cirrus", SCENARIO, "--period", "2026-04", "--out", out).code == 0
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    assert sorted(files) == [
        "breaches.json", "claim.json", "contents.txt", "evidence.csv", "statement.json", "statement.pdf",
        "statement.xlsx",
    ]  # fmt: skip
    for line in files["contents.txt"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert sha256(files[name]).hexdigest() == digest
    # Cirrus's own hour is the one row; our customer's breach names cirrus as answerable.
    assert files["evidence.csv"].decode().splitlines()[1:] == [
        "outage,O1,hosting,2026-04-14T10:00:00Z,2026-04-14T11:00:00Z,,,,evidence/outages.csv,2"
    ]
    assert {each["agreement"] for each in json.loads(files["breaches.json"])} == {
        "sla-online-banking", "uc-cirrus",
    }  # fmt: skip
    assert json.loads(files["statement.json"])["explanation"]["rule"] == "statement/1"
