"""The dossier: what a letter needs, each line with its clause and its evidence."""

from pathlib import Path

import pytest

from tests.acted_contracts import folder_at
from tests.api.cli.command import Privity

ACTS = """\
apiVersion: privity/v1
kind: Relief
metadata: {name: storm}
spec: {agreement: uc-cloudco, from: 2026-04-10T09:00Z, to: 2026-04-10T13:00Z, cause: force_majeure, status: claimed, clause: "7.2"}
---
apiVersion: privity/v1
kind: Decision
metadata: {name: storm-rejected}
spec: {relief: storm, status: rejected, at: 2026-04-20, by: A. Osei, reason: the storm was elsewhere}
---
apiVersion: privity/v1
kind: Notice
metadata: {name: letter}
spec: {agreement: uc-cloudco, right: patient, act: breach, at: 2026-05-02}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = folder_at(tmp_path / "contracts")
    (folder / "acts.yaml").write_text(ACTS)
    return folder


def test_every_claim_cites_its_clause_and_the_line_of_its_evidence(privity: Privity, folder: Path) -> None:
    told = privity("dossier", "uc-cloudco", folder, "--as-of", "2026-05-03", "--json").json
    assert (told["subject"], told["party"], told["months"]) == ("uc-cloudco", None, ["2026-03", "2026-04"])
    assert [(each["number"], each["file"], each["line"]) for each in told["evidence"]] == [
        (1, "evidence/outages.csv", 2), (2, "evidence/outages.csv", 3),
    ]  # fmt: skip
    assert [(each["period"], each["clause"], each["evidence"]) for each in told["breaches"]] == [
        ("2026-03", "3.1", [1]), ("2026-04", "3.1", [2]),
    ]  # fmt: skip
    rights = {each["name"]: each for each in told["terminationRights"]}
    # The breach notice of 2 May lets the cure run to 12 May.
    assert (rights["patient"]["status"], rights["patient"]["curingUntil"]) == ("CURING", "2026-05-12")
    assert (rights["chronic"]["clause"], rights["chronic"]["evidence"]) == ("9.1", [[1], [2]])
    assert rights["chronic"]["consequence"]["services"] == ["hosting"]
    # 10 % of 400.00 for each month.
    assert [(each["net"]["amount"], each["evidence"]) for each in told["statements"]] == [
        ("40.00", [[1]]), ("40.00", [[2]]),
    ]  # fmt: skip
    [relief] = told["reliefs"]
    assert (relief["name"], relief["status"], relief["clause"]) == ("storm", "rejected", "7.2")
    [decision] = told["decisions"]
    assert (decision["by"], decision["reason"]) == ("A. Osei", "the storm was elsewhere")
    assert [(each["act"], each["on"]) for each in told["notices"]] == [("breach", "2026-05-02")]
    assert ("2026-06-30", "RIGHT_LAPSES") in [(each["day"], each["kind"]) for each in told["due"]]
    assert told["causedElsewhere"] == []


def test_a_vendors_dossier_has_what_it_caused_elsewhere(privity: Privity, folder: Path) -> None:
    told = privity("dossier", "cloudco", folder, "--as-of", "2026-05-01", "--json").json
    assert (told["party"], [each["name"] for each in told["agreements"]]) == ("cloudco", ["uc-cloudco"])
    caused = [
        (each["agreement"], each["period"], each["trace"]["responsibilities"][0]["party"], each["evidence"])
        for each in told["causedElsewhere"]
    ]
    assert caused == [("sla-web", "2026-03", "cloudco", [1]), ("sla-web", "2026-04", "cloudco", [2])]
    shown = privity("dossier", "cloudco", folder)
    assert "Caused elsewhere: 2" in shown.out
    assert "uc-cloudco · availability · hosting (3.1): E1" in shown.out


def test_on_paper_it_is_the_same_file_whenever_it_is_made(
    privity: Privity, folder: Path, tmp_path: Path
) -> None:
    made = []
    for name in ("one.pdf", "two.pdf"):
        ended = privity("dossier", "cloudco", folder, "--as-of", "2026-05-03", "--pdf", tmp_path / name)
        assert ended.code == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]
    wrong = privity("dossier", "nobody", folder)
    assert (wrong.code, 'no agreement or party is named "nobody"' in wrong.err) == (2, True)


def test_the_pack_for_a_review_begins_with_the_last_one_and_a_store_adds_the_audit_trail(
    privity: Privity, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (folder / "contracts.yaml").read_text()
    reviewed = text.replace("  terminationRights:", "  review: {every: P3M}\n  terminationRights:")
    (folder / "contracts.yaml").write_text(reviewed)
    # Reviews on 1 April, 1 July, ...: as of 3 May the next one is about April.
    told = privity("dossier", "uc-cloudco", folder, "--as-of", "2026-05-03", "--review", "--json").json
    assert told["months"] == ["2026-04"]
    assert ("2026-07-01", "REVIEW") in [(each["day"], each["kind"]) for each in told["due"]]
    monkeypatch.setenv("PRIVITY_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("PRIVITY_DATABASE_URL", raising=False)
    assert privity("load", folder).code == 0
    assert privity("ingest", folder).code == 0
    claimed = privity(
        "relief", "claim", "uc-cloudco", "--cause", "customer", "--ticket", "T-1", "--reason", "they asked"
    )
    assert claimed.code == 0
    told = privity("dossier", "uc-cloudco", "--from", "2026-03", "--json").json
    assert [each["action"] for each in told["audit"]] == ["reliefClaim"]
    assert told["audit"][0]["reason"] == "they asked"
