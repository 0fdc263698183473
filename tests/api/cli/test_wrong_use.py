"""Everything that can be wrong with what is asked: told in words, with what to do, and an exit code for scripts."""

import os
from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity

PERIOD = ("--period", "2026-04")
FORMS = (
    "Write a month like 2026-03, a quarter like 2026-Q1 or a year like 2026. There is evidence for 2026-04."
)


def test_a_folder_that_is_not_there_offers_the_nearest_one(privity: Privity, folder: Path) -> None:
    wrong = folder.parent / "contract"
    ended = privity("settle", wrong, *PERIOD)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f'there is no folder {wrong}. Did you mean "{folder}"? '
        "Give the folder that holds your contract documents (*.yaml) and evidence/.\n"
    )


def test_a_file_instead_of_a_folder_names_the_folder_it_lies_in(privity: Privity, folder: Path) -> None:
    ended = privity("check", folder / "contracts.yaml")
    assert ended.code == 2
    assert ended.err.endswith(f"is a file, not a folder. Give the folder it lies in: {folder}.\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever may read everything cannot be refused")
def test_a_folder_that_may_not_be_read_says_so(privity: Privity, folder: Path) -> None:
    folder.chmod(0)
    try:
        ended = privity("check", folder)
    finally:
        folder.chmod(0o700)
    assert ended.code == 2
    assert "cannot be read: Permission denied" in ended.err


@pytest.mark.parametrize("command", ["settle", "check"])
def test_an_empty_folder_has_no_contracts(privity: Privity, tmp_path: Path, command: str) -> None:
    ended = privity(command, tmp_path, *(PERIOD if command == "settle" else ()))
    assert (ended.code, ended.out) == (1, "")
    assert "the folder has no contract documents" in ended.err


@pytest.mark.parametrize("text", ["2026-13", "april", "2026-Q5", "26-04", "", "2026-04-31"])
def test_what_is_no_period_is_answered_with_the_forms_and_the_months_that_have_evidence(
    privity: Privity, text: str
) -> None:
    ended = privity("settle", SCENARIO, "--period", text)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f'"{text}" is not a period. {FORMS}\n'


@pytest.mark.parametrize("text", ["2026-W12", "2026-04-10"])
def test_a_week_or_a_day_is_printed_with_its_month(privity: Privity, text: str) -> None:
    ended = privity("settle", SCENARIO, "--period", text)
    assert ended.code == 2
    assert ended.err == (
        f"{text} is not settled by itself: its levels are printed with the month that it ends in. {FORMS}\n"
    )


def test_a_wrong_period_is_told_before_broken_documents(privity: Privity, folder: Path) -> None:
    (folder / "broken.yaml").write_text("kind: [", encoding="utf-8")
    ended = privity("settle", folder, "--period", "april")
    assert ended.err == f'"april" is not a period. {FORMS.partition(" There")[0]}\n'


def test_a_day_that_is_none_is_told(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, *PERIOD, "--as-of", "2026-02-30")
    assert ended.code == 2
    assert "February 2026 has 28 days" in ended.err


def test_a_period_without_evidence_settles_and_says_which_months_have_some(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, "--period", "2026-09", "--json")
    assert ended.code == 0
    assert [row["status"] for row in ended.json["attainments"]] == ["MET", "MET", "MET"]
    assert ended.err == "No evidence speaks of 2026-09. There is evidence for 2026-04.\n"


def test_a_folder_without_evidence_settles_and_says_where_to_put_it(privity: Privity, folder: Path) -> None:
    (folder / "evidence" / "outages.csv").unlink()
    ended = privity("settle", folder, *PERIOD, "--json")
    assert ended.code == 0
    codes = {finding["code"] for finding in ended.json["findings"]}
    assert {"NO_EVIDENCE", "EVIDENCE_NO_FILES"} <= codes
    assert ended.err == "No evidence speaks of 2026-04. There is no evidence at all: put it into evidence/.\n"


def test_a_period_in_which_no_agreement_is_in_force_says_so(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, "--period", "2035-01", "--json")
    assert (ended.code, ended.json["attainments"]) == (0, [])
    assert "No active agreement of this folder has a service level that is measured in 2035-01." in ended.err


def test_an_agreement_that_is_not_there_offers_the_nearest_and_all_there_are(privity: Privity) -> None:
    ended = privity("trace", SCENARIO, *PERIOD, "--agreement", "sla-online")
    assert ended.code == 2
    assert ended.err == (
        'no agreement judged in this period is named "sla-online". Did you mean "sla-online-banking"? '
        "There are sla-online-banking, uc-cirrus, uc-telco.\n"
    )


@pytest.mark.parametrize(
    ("option", "name", "told"),
    [("--level", "uptime", "There is availability."), ("--service", "wam", 'Did you mean "wan"?')],
)
def test_a_level_or_a_service_that_is_not_there_is_told(
    privity: Privity, option: str, name: str, told: str
) -> None:
    ended = privity("trace", SCENARIO, *PERIOD, option, name)
    assert ended.code == 2
    assert told in ended.err


def test_an_option_that_is_not_there_offers_the_one_that_was_meant(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, "--perid", "2026-04")
    assert (ended.code, ended.out) == (2, "")
    assert "--perid" in ended.err
    assert "--period" in ended.err


@pytest.mark.parametrize(
    "asked", [["settle"], ["settle", str(SCENARIO)], ["nonsense"], ["explain", str(SCENARIO), *PERIOD]]
)
def test_what_is_missing_or_unknown_is_wrong_use(privity: Privity, asked: list[str]) -> None:
    ended = privity(*asked)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1


def test_every_error_of_every_document_is_told_at_once(privity: Privity, folder: Path) -> None:
    text = (folder / "contracts.yaml").read_text(encoding="utf-8")
    spoilt = text.replace("{kind: availability}", "{kind: availabilty}", 1).replace(
        "'12000.00'", "'-12000.00'"
    )
    (folder / "contracts.yaml").write_text(spoilt, encoding="utf-8")
    (folder / "more.yaml").write_text("kind: Partty\n", encoding="utf-8")
    ended = privity("check", folder)
    assert ended.code == 1
    assert 'Did you mean "availability"?' in ended.err
    assert "is negative" in ended.err
    assert 'Did you mean "Party"?' in ended.err
    settled = privity("settle", folder, *PERIOD)
    assert (settled.code, settled.out) == (1, "")
    assert settled.err.splitlines() == ended.err.splitlines()[:-2]


def test_errors_as_json_have_place_value_nearest_name_and_cure(privity: Privity, folder: Path) -> None:
    text = (folder / "contracts.yaml").read_text(encoding="utf-8")
    spoilt = text.replace("{kind: availability}", "{kind: availabilty}", 1)
    (folder / "contracts.yaml").write_text(spoilt, encoding="utf-8")
    line = spoilt[: spoilt.index("availabilty")].count("\n") + 1
    for command in (("settle", folder, *PERIOD), ("check", folder)):
        ended = privity(*command, "--json")
        assert ended.code == 1
        (error,) = ended.json["errors"]
        assert error == {
            "code": "DOCUMENT",
            "file": "contracts.yaml",
            "line": line,
            "column": 20,
            "path": "spec.serviceLevels[0].metric.kind",
            "value": "availabilty",
            "message": '"availabilty" is not a metric',
            "nearest": "availability",
            "cure": error["cure"],
        }
        assert "availability" in error["cure"]


@pytest.mark.parametrize(
    ("asked", "code", "exit_code"),
    [
        (["settle", "nowhere", "--period", "2026-04"], "FOLDER", 2),
        (["settle", str(SCENARIO), "--period", "april"], "PERIOD", 2),
        (["settle", str(SCENARIO), "--period", "2026-04", "--as-of", "x"], "DATE", 2),
        (["trace", str(SCENARIO), "--period", "2026-04", "--level", "x"], "NAME", 2),
        (["settle", str(SCENARIO)], "USAGE", 2),
    ],
)
def test_every_error_is_machine_readable_under_json(
    privity: Privity, asked: list[str], code: str, exit_code: int
) -> None:
    ended = privity(*asked, "--json")
    assert (ended.code, ended.err) == (exit_code, "")
    (error,) = ended.json["errors"]
    assert error["code"] == code
    assert error["message"]


def test_a_row_that_cannot_be_read_fails_a_check_but_not_a_settlement(privity: Privity, folder: Path) -> None:
    outages = folder / "evidence" / "outages.csv"
    outages.write_text(outages.read_text(encoding="utf-8") + "O3,wan,yesterday,,,\n", encoding="utf-8")
    checked, settled = privity("check", folder), privity("settle", folder, *PERIOD, "--json")
    assert (checked.code, settled.code) == (1, 0)
    assert "evidence/outages.csv:4" in checked.out
    assert [row["line"] for row in settled.json["quarantine"]] == [4]
    assert settled.json["attainments"][0]["value"] == "99.856481481"


def test_binary_garbage_as_evidence_is_told_and_the_rest_goes_on(privity: Privity, folder: Path) -> None:
    (folder / "evidence" / "tickets.csv").write_bytes(bytes(range(256)) * 400)
    ended = privity("settle", folder, *PERIOD, "--json")
    assert ended.code == 0
    assert "EVIDENCE_FILE_UNREAD" in {finding["code"] for finding in ended.json["findings"]}
    assert ended.json["attainments"][0]["value"] == "99.856481481"


def test_binary_garbage_as_a_document_is_an_error_with_its_file(privity: Privity, folder: Path) -> None:
    (folder / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    ended = privity("check", folder)
    assert ended.code == 1
    assert ended.err.startswith("picture.yaml")
