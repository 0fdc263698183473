from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.services.settling import settle_folder
from tests.api.cli.command import SCENARIO, Privity

PERIOD = ("--period", "2026-04")


@pytest.mark.parametrize("asked", [["--help"], ["-h"], []])
def test_help_names_every_command_and_every_exit_code(asked: list[str], privity: Privity) -> None:
    ended = privity(*asked)
    assert ended.code == 0
    for word in (
        "check",
        "settle",
        "trace",
        "explain",
        "schema",
        "examples/halden",
        "0    done",
        "2    wrong use",
    ):
        assert word in ended.out


@pytest.mark.parametrize("command", ["check", "settle", "trace", "explain", "schema"])
def test_every_command_has_its_own_help_with_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [command, "-h"], prog_name="privity")
    assert result.exit_code == 0
    assert f"privity {command}" in result.output
    assert "Examples:" in result.output


def test_the_version_is_printed(privity: Privity) -> None:
    ended = privity("--version")
    assert (ended.code, ended.out.split()[0]) == (0, "privity")


def test_settle_as_json_prints_the_published_shape_and_nothing_else(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, *PERIOD, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json == settle_folder(SCENARIO, "2026-04")


def test_settle_prints_tables_that_say_who_answers_and_what_is_recovered(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, *PERIOD)
    assert ended.code == 0
    for words in (
        "Payable to customers 2,000.00 GBP, recoverable 1,200.00 GBP, gap 800.00 GBP.",
        "99.856 % against ≥ 99.9 % (clause Sch 3, 2.1): 1 h 2 min down",
        "cirrus hosting, uc-cirrus",
        "No credit is due under uc-telco.",
        "TARGET_UNSUPPORTED",
    ):
        assert words in ended.out


def test_what_goes_into_a_pipe_has_no_colour_and_no_line_that_ends_in_blanks(privity: Privity) -> None:
    ended = privity("settle", SCENARIO, *PERIOD)
    assert "\x1b" not in ended.out
    assert [line for line in ended.out.splitlines() if line != line.rstrip()] == []


def test_as_of_a_day_counts_what_was_recorded_by_then(privity: Privity, folder: Path) -> None:
    # The 2 minutes of wan were recorded on 3 May. Until then 60 of 43,200 minutes: 100 x 43,140 / 43,200.
    (folder / "evidence" / "outages.csv").write_text(
        "outage_id,service,started_at,ended_at,recorded_at\n"
        "O1,hosting,2026-04-14T10:00Z,2026-04-14T11:00Z,2026-04-14T11:00Z\n"
        "O2,wan,2026-04-21T10:00Z,2026-04-21T10:02Z,2026-05-03T09:00Z\n",
        encoding="utf-8",
    )
    by_default = privity("settle", folder, *PERIOD, "--json").json
    later = privity("settle", folder, *PERIOD, "--as-of", "2026-05-03", "--json").json
    assert (by_default["asOf"], by_default["attainments"][0]["value"]) == ("2026-05-01", "99.861111111")
    assert (later["asOf"], later["attainments"][0]["value"]) == ("2026-05-03", "99.856481481")


def test_trace_follows_only_the_breaches_that_are_asked_for(privity: Privity) -> None:
    everything = privity("trace", SCENARIO, *PERIOD, "--json").json
    assert [breach["agreement"] for breach in everything["breaches"]] == ["sla-online-banking", "uc-cirrus"]
    one = privity(
        "trace", SCENARIO, *PERIOD, "--agreement", "uc-cirrus", "--level", "availability", "--json"
    ).json
    assert [breach["service"] for breach in one["breaches"]] == ["hosting"]
    assert (one["period"], one["asOf"]) == ("2026-04", "2026-05-01")
    assert one["breaches"] == [
        breach for breach in everything["breaches"] if breach["agreement"] == "uc-cirrus"
    ]


def test_trace_prints_the_evidence_instant_by_instant(privity: Privity) -> None:
    ended = privity("trace", SCENARIO, *PERIOD, "--agreement", "sla-online-banking")
    assert ended.code == 0
    assert "2026-04-14 10:00:00  2026-04-14 11:00:00  hosting (cirrus) 1 h, 100 %" in ended.out
    assert "path: online-banking → hosting" in ended.out


def test_trace_says_so_where_nothing_was_broken(privity: Privity) -> None:
    ended = privity("trace", SCENARIO, *PERIOD, "--agreement", "uc-telco")
    assert (ended.code, ended.out) == (0, "No breach to follow in 2026-04. 1 service level: 1 met.\n")


def test_check_counts_what_it_read(privity: Privity) -> None:
    ended = privity("check", SCENARIO)
    assert ended.code == 0
    last = "10 documents, 1 evidence file, 2 rows; 2 findings (1 error, 1 hint) as of 2026-04."
    assert ended.out.splitlines()[-1] == last


def test_check_as_json_lists_errors_findings_quarantine_and_sources(privity: Privity) -> None:
    told = privity("check", SCENARIO, "--json").json
    assert sorted(told) == ["documents", "errors", "findings", "quarantine", "sources"]
    assert (told["errors"], told["quarantine"], told["documents"]) == ([], [], 10)
    assert [source["file"] for source in told["sources"]] == ["evidence/outages.csv"]
    assert [finding["code"] for finding in told["findings"]] == ["WORST_MONTH", "TARGET_UNSUPPORTED"]


def test_schema_prints_json_and_writes_the_same_to_a_file(privity: Privity, tmp_path: Path) -> None:
    printed = privity("schema")
    assert printed.json["title"] == "Privity contract document"
    written = privity("schema", "--out", tmp_path / "schema.json")
    assert (written.code, written.out) == (0, "")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed.out


def test_schema_says_so_where_it_cannot_write(privity: Privity, tmp_path: Path) -> None:
    ended = privity("schema", "--out", tmp_path / "nowhere" / "schema.json")
    assert ended.code == 2
    assert "cannot be written: No such file or directory" in ended.err
