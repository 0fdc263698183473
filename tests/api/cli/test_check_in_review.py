"""``privity check`` in a pull request: when it fails, and what it tells code review tools and build servers."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sarif_kit.validate import validation_errors

from tests.api.cli.command import Privity

CONTRACTS = """\
apiVersion: privity/v1
kind: Party
metadata: {name: acme}
spec: {role: customer}
---
apiVersion: privity/v1
kind: Party
metadata: {name: halden}
spec: {role: provider}
---
apiVersion: privity/v1
kind: Party
metadata: {name: cirrus}
spec: {role: vendor}
---
apiVersion: privity/v1
kind: Service
metadata: {name: web}
spec: {provider: halden, measured: fromDependencies, dependsOn: host}
---
apiVersion: privity/v1
kind: Service
metadata: {name: host}
spec: {provider: cirrus, measured: fromDependencies}
---
apiVersion: privity/v1
kind: Agreement
metadata: {name: sla-web}
spec:
  type: SLA
  provider: halden
  consumer: acme
  services: [web]
  state: active
  term: {from: 2026-01-01, to: 2026-12-31}
  serviceLevels:
    - {name: availability, clause: "2.1", metric: {kind: availability}, period: month, target: {atLeast: "TARGET"}}
---
apiVersion: privity/v1
kind: Agreement
metadata: {name: uc-cirrus}
spec:
  type: UC
  provider: cirrus
  consumer: halden
  services: [host]
  state: active
  term: {from: 2026-01-01, to: 2026-12-31}
  serviceLevels:
    - {name: availability, clause: "4", metric: {kind: availability}, period: month, target: {atLeast: "99.5"}}
"""


@pytest.fixture
def unsupported(tmp_path: Path) -> Path:
    """99.9 is sold on 99.5: one finding that is an error, and one warning that there is no evidence."""
    (tmp_path / "contracts.yaml").write_text(CONTRACTS.replace("TARGET", "99.9"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def supported(tmp_path: Path) -> Path:
    (tmp_path / "contracts.yaml").write_text(CONTRACTS.replace("TARGET", "99.5"), encoding="utf-8")
    (tmp_path / "evidence").mkdir()
    columns = "service,started_at,ended_at,cause\nweb,2026-02-02T10:00Z,2026-02-02T10:01Z,\n"
    (tmp_path / "evidence" / "outages.csv").write_text(columns, encoding="utf-8")
    return tmp_path


def test_a_limit_shortens_what_is_printed_and_nothing_else(privity: Privity, unsupported: Path) -> None:
    agreement = CONTRACTS[CONTRACTS.index("apiVersion: privity/v1\nkind: Agreement") :].partition("---\n")[0]
    more = [agreement.replace("sla-web", f"sla-web-{n}").replace("acme", f"acme-{n}") for n in range(3)]
    more += [
        f"apiVersion: privity/v1\nkind: Party\nmetadata: {{name: acme-{n}}}\nspec: {{role: customer}}\n"
        for n in range(3)
    ]
    text = "---\n".join(each.replace("TARGET", "99.9") for each in more)
    (unsupported / "more.yaml").write_text(text, encoding="utf-8")

    short = privity("check", unsupported, "--limit", "1")
    whole = privity("check", unsupported, "--limit", "0")
    assert short.out.count("ERROR TARGET_UNSUPPORTED") == 1
    assert "… and 3 more (3 TARGET_UNSUPPORTED); --limit 0 prints them all" in short.out
    assert whole.out.count("ERROR TARGET_UNSUPPORTED") == 4
    for form, count in (("json", '"TARGET_UNSUPPORTED"'), ("junit", "TARGET_UNSUPPORTED ·")):
        told = privity("check", unsupported, "--limit", "1", "--format", form)
        assert told.out.count(count) == 4


@pytest.mark.parametrize(("least", "code"), [("never", 0), ("error", 1), ("warning", 1), ("info", 1)])
def test_a_finding_fails_the_check_from_the_chosen_severity_on(
    privity: Privity, unsupported: Path, least: str, code: int
) -> None:
    assert privity("check", unsupported, "--fail-on", least).code == code
    assert privity("check", unsupported).code == 0


def test_contracts_that_add_up_pass_at_every_severity(privity: Privity, supported: Path) -> None:
    ended = privity("check", supported, "--fail-on", "info")
    assert ended.code == 0, ended.out


def test_sarif_puts_a_finding_on_the_line_of_its_clause_and_names_the_other_clause(
    privity: Privity, unsupported: Path
) -> None:
    ended = privity("check", unsupported, "--format", "sarif")
    (run,) = ended.json["runs"]
    assert ended.json["version"] == "2.1.0"
    (result,) = [each for each in run["results"] if each["ruleId"] == "TARGET_UNSUPPORTED"]
    assert result["level"] == "error"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "TARGET_UNSUPPORTED"
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "contracts.yaml"},
        "region": {"startLine": 37, "startColumn": 7},
    }
    assert [each["physicalLocation"]["region"]["startLine"] for each in result["relatedLocations"]] == [50]
    assert result["properties"]["figures"]["expected"] == "99.5"


def test_sarif_tells_errors_of_documents_with_their_lines(privity: Privity, unsupported: Path) -> None:
    file = unsupported / "contracts.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("kind: availability", "kind: availabilty", 1),
        encoding="utf-8",
    )
    ended = privity("check", unsupported, "--format", "sarif")
    assert ended.code == 1
    (result,) = ended.json["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("DOCUMENT", "error")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 37


def test_a_result_can_be_written_to_a_file_while_people_read_the_text(
    privity: Privity, unsupported: Path, tmp_path: Path
) -> None:
    out = tmp_path / "privity.sarif"
    ended = privity("check", unsupported, "--format", "sarif", "--out", out, "--fail-on", "error")
    assert ended.code == 1
    assert "TARGET_UNSUPPORTED" in ended.out
    assert json.loads(out.read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_a_file_that_cannot_be_written_is_said(privity: Privity, unsupported: Path) -> None:
    ended = privity("check", unsupported, "--format", "sarif", "--out", unsupported / "no" / "where.sarif")
    assert ended.code == 2
    assert "cannot be written" in ended.err


def test_junit_counts_as_failures_what_is_bad_enough(privity: Privity, unsupported: Path) -> None:
    ended = privity("check", unsupported, "--format", "junit", "--fail-on", "warning")
    suites = ElementTree.fromstring(ended.out)  # noqa: S314 - written by this program
    (suite,) = suites
    failed = [case for case in suite if case.find("failure") is not None]
    assert suite.get("failures") == str(len(failed))
    assert [case.get("name") for case in failed if case.get("classname") == "sla-web"] == [
        "TARGET_UNSUPPORTED · availability · web"
    ]
    relaxed = ElementTree.fromstring(privity("check", unsupported, "--format", "junit").out)  # noqa: S314
    assert relaxed.get("failures") == "1"  # Without a chosen severity an error is what fails.


def test_junit_of_sound_contracts_is_one_test_that_passed(privity: Privity, supported: Path) -> None:
    suites = ElementTree.fromstring(privity("check", supported, "--format", "junit").out)  # noqa: S314
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")


def test_sarif_keeps_to_the_schema_of_its_specification(privity: Privity, unsupported: Path) -> None:
    findings = privity("check", unsupported, "--format", "sarif").json
    (unsupported / "evidence").mkdir()
    rows = "service,started_at,ended_at,cause\nnobody,2026-02-02T10:00Z,2026-02-02T10:01Z,\n"
    (unsupported / "evidence" / "outages.csv").write_text(rows, encoding="utf-8")
    quarantined = privity("check", unsupported, "--format", "sarif").json
    (unsupported / "contracts.yaml").write_text(CONTRACTS, encoding="utf-8")
    faulty = privity("check", unsupported, "--format", "sarif").json

    for log in (findings, quarantined, faulty):
        assert validation_errors(log) == []
    assert {each["ruleId"] for each in quarantined["runs"][0]["results"]} >= {"QUARANTINE"}
    assert [each["ruleId"] for each in faulty["runs"][0]["results"]] == ["DOCUMENT"]


def test_sarif_says_what_its_schema_cannot_ask_for(privity: Privity, unsupported: Path) -> None:
    """What SARIF 2.1.0 (OASIS) demands in words only."""
    [run] = privity("check", unsupported, "--format", "sarif").json["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))  # 3.19.23
    assert run["results"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]  # 3.27.6
        related = result.get("relatedLocations", [])
        assert len({each["id"] for each in related}) == len(related)  # 3.28.2: unique in the result


def test_a_log_that_is_none_does_not_keep_to_the_schema(privity: Privity, unsupported: Path) -> None:
    log = privity("check", unsupported, "--format", "sarif").json
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert validation_errors(log)


def test_what_an_amendment_will_break_stands_on_its_own_lines(privity: Privity, supported: Path) -> None:
    # The evidence is of February; version 2, at the end of the file, promises 99.9 from July on.
    contracts = supported / "contracts.yaml"
    written = contracts.read_text(encoding="utf-8")
    [first] = [each for each in written.split("---\n") if "name: sla-web" in each]
    amended = first.replace("{name: sla-web}", "{name: sla-web, version: 2}").replace("99.5", "99.9")
    amended = amended.replace("  state: active\n", "  state: active\n  effective: 2026-07-01\n")
    contracts.write_text(f"{written}---\n{amended}", encoding="utf-8")

    ended = privity("check", supported, "--format", "sarif", "--fail-on", "error")
    [result] = [each for each in json.loads(ended.out)["runs"][0]["results"] if each["level"] == "error"]
    assert ended.code == 1
    assert result["message"]["text"].startswith("From 2026-07-01 on: web is promised at 99.9 %")
    line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert line > len(written.splitlines())
    told = privity("check", supported, "--json").json["findings"]
    assert [(each["code"], each.get("since")) for each in told] == [("TARGET_UNSUPPORTED", "2026-07-01")]
