"""``privity statement``: drafts of a folder, documents of record of a store, and the steps between."""

import shutil
from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity

SLA = "sla-online-banking"
PERIOD = ("--period", "2026-04")
LATE = "service,started_at,ended_at\nhosting,2026-04-20T00:00:00Z,2026-04-20T04:00:00Z\n"
"""Four hours more of hosting: 302 of 43,200 minutes down, 15 % of 40,000.00."""


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, privity: Privity) -> Path:
    """A store with the scenario, April settled."""
    monkeypatch.setenv("PRIVITY_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("PRIVITY_DATABASE_URL", raising=False)
    for command in (("load", SCENARIO), ("ingest", SCENARIO), ("run", *PERIOD)):
        assert privity(*command).code == 0
    return tmp_path


def test_a_folder_prints_the_draft_with_its_explanation_to_the_clause(privity: Privity) -> None:
    ended = privity("statement", SLA, SCENARIO, *PERIOD)
    assert ended.code == 0
    assert "Statement of sla-online-banking for 2026-04: DRAFT" in ended.out
    assert "net 2,000.00 GBP" in ended.out
    assert "(bands/1, clause Sch 3, 2.1)" in ended.out
    shorter = privity("statement", SLA, SCENARIO, *PERIOD, "--no-explanation")
    assert "bands/1" not in shorter.out


def test_the_json_of_a_statement_has_the_names_and_figures_of_settle(privity: Privity) -> None:
    settled = privity("settle", SCENARIO, *PERIOD, "--json").json["statements"]
    (wanted,) = [each for each in settled if each["agreement"] == SLA]
    (said,) = privity("statement", SLA, SCENARIO, *PERIOD, "--json").json["statements"]
    for key in wanted.keys() - {"lines"}:
        assert said[key] == wanted[key]
    for key in wanted["lines"][0]:
        assert said["lines"][0][key] == wanted["lines"][0][key]
    assert (said["version"], said["status"], said["issuedAt"]) == (1, "DRAFT", None)
    assert said["explanation"]["rule"] == "statement/1"


def test_the_json_of_a_statement_tells_the_ledger_of_what_is_earned_back(privity: Privity) -> None:
    folder = SCENARIO.parent / "earned-back-as-a-refund"
    period = ("--period", (folder / "period").read_text().strip())
    found = privity("settle", folder, *period, "--json").json["statements"]
    ledgers = {each["agreement"]: each["earnBack"] for each in found}
    assert any(ledger["entries"] for ledger in ledgers.values())
    for agreement, ledger in ledgers.items():
        (said,) = privity("statement", agreement, folder, *period, "--json").json["statements"]
        assert said["earnBack"] == ledger


def test_the_life_of_a_statement_from_issue_to_settlement(filled: Path, privity: Privity) -> None:
    assert privity("statement", "issue", SLA, *PERIOD, "--reason", "month end").code == 0
    (filled / "late").mkdir()
    shutil.copy(SCENARIO / "contracts.yaml", filled / "late")
    (filled / "late" / "evidence").mkdir()
    (filled / "late" / "evidence" / "outages-late.csv").write_text(LATE)
    assert privity("ingest", filled / "late").code == 0
    assert "of record" not in privity("status").err
    reminder = (
        "1 statement of record differs from the last settlement of 2026-04 (sla-online-banking): "
        "privity statement adjust --period 2026-04."
    )
    assert reminder in " ".join(privity("run", *PERIOD).err.split())
    assert reminder in " ".join(privity("status").err.split())
    waiting = privity("status", "--json").json["statementsToAdjust"]
    assert waiting == privity("run", *PERIOD, "--if-missing", "--json").json["statementsToAdjust"]
    assert waiting == [
        {
            "agreement": SLA,
            "consumer": "meridian-bank",
            "period": "2026-04",
            "status": "ISSUED",
            "issuedFrom": "2026-04.1",
            "run": "2026-04.2",
            "standing": {"amount": "2000.00", "currency": "GBP"},
            "recalculated": {"amount": "6000.00", "currency": "GBP"},
            "difference": {"amount": "4000.00", "currency": "GBP"},
        }
    ]
    shown = privity("statement", SLA, *PERIOD, "--no-explanation").out
    assert "ISSUED" in shown
    assert "an adjustment note would say" in shown
    assert "availability · online-banking: 5 % of 40,000.00 becomes 15 % of 40,000.00" in shown
    disputed = privity("statement", "dispute", SLA, *PERIOD, "--line", "1", "--reason", "we saw five hours")
    assert "DISPUTE by" in disputed.out
    assert "(lines 1): we saw five hours" in disputed.out
    adjusted = privity("statement", "adjust", *PERIOD, "--reason", "cirrus sent it late", "--json").json
    by_name = {each["agreement"]: each for each in adjusted["statements"]}
    # Only the SLA was issued: the drafts of the suppliers need no note.
    assert sorted(by_name) == [SLA]
    said = by_name[SLA]
    assert (said["status"], said["net"]["amount"], said["standing"]["net"]["amount"]) == (
        "ADJUSTED", "2000.00", "6000.00",
    )  # fmt: skip
    (note,) = said["adjustments"]
    assert (note["version"], note["net"]["amount"]) == (2, "4000.00")
    assert [cause["name"] for cause in note["causes"]] == ["evidence/outages-late.csv"]
    assert [act["act"] for act in said["acts"]] == ["ISSUE", "DISPUTE", "ADJUST"]
    settled = privity("statement", "settle", SLA, *PERIOD)
    assert "With its notes the statement stands at 6,000.00 GBP" in settled.out
    cause = "because of evidence that came since: evidence/outages-late.csv, about hosting"
    assert cause in " ".join(settled.out.split())
    assert "of record" not in privity("status").err
    again = privity("statement", "adjust", *PERIOD)
    assert "No issued statement of 2026-04 differs from the last settlement." in again.err


def test_a_step_that_is_not_allowed_ends_with_the_reason(filled: Path, privity: Privity) -> None:
    ended = privity("statement", "dispute", SLA, *PERIOD, "--reason", "no")
    assert ended.code == 2
    assert "the statement is a draft: it was not issued yet. Issue it first." in ended.err
    unknown = privity("statement", "sla-online", *PERIOD, "--json")
    assert (unknown.code, unknown.json["errors"][0]["code"]) == (2, "NAME")
    assert unknown.json["errors"][0]["nearest"] == SLA
    assert filled.is_dir()


def test_a_line_is_explained_as_it_was_issued_and_replays_to_the_same_figure(
    filled: Path, privity: Privity
) -> None:
    draft = privity("explain", f"{SLA}/2026-04", "1", "--folder", SCENARIO, "--replay", "--json").json
    by_level = privity("explain", f"{SLA}/2026-04", "availability", "--json").json
    (said,) = draft["explanations"]
    assert (said["status"], said["replayed"], said["explanation"]["clause"]) == ("DRAFT", True, "Sch 3, 2.1")
    assert by_level["explanations"][0]["explanation"] == said["explanation"]
    assert said["explanation"]["value"] == '{"money":"2000.00","currency":"GBP"}'
    privity("statement", "issue", SLA, *PERIOD)
    (filled / "outages-late.csv").write_text(LATE)
    assert privity("ingest", filled / "outages-late.csv").code == 0
    privity("run", *PERIOD)
    privity("statement", "adjust", *PERIOD)
    issued = privity("explain", f"{SLA}/2026-04", "1", "--replay", "--json").json["explanations"][0]
    assert (issued["status"], issued["explanation"]) == ("ADJUSTED", said["explanation"])
    note = privity("explain", f"{SLA}/2026-04", "note-2", "--replay")
    assert "net = 4,000.00 GBP" in note.out
    assert "every value is the same" in note.out
    assert "net = 2,000.00 GBP" in privity("explain", f"{SLA}/2026-04", "net", "--replay").out


def test_a_line_that_is_not_there_is_named_with_what_is(filled: Path, privity: Privity) -> None:
    said = {
        (SLA, "1"): "names no statement. Write AGREEMENT/PERIOD",
        (f"{SLA}/2026-04", "2"): "the statement has one line, and no line 2",
        (f"{SLA}/2026-04", "availabilty"): 'Did you mean "availability"',
        (f"{SLA}/2026-04", "note-2"): "the statement has no adjustment note 2",
        (f"{SLA}/april", "1"): '"april" is not a period',
    }
    for words, why in said.items():
        ended = privity("explain", *words)
        assert ended.code == 2
        assert why in " ".join(ended.err.split())
    assert filled.is_dir()
