"""``privity impact`` on two SLAs that stand on one supplier, whose contract is capped.

By hand: the host is down for an hour in February, and again in March. The SLAs credit 5 % of 18,000 and of 6,000: 900 and
300, both the host's. Its contract credits 10 % of 12,000, 1,200, capped at 800 a month. So each month 1,200 are paid,
800 come back and 400 are lost to the cap: of the first SLA's 900 three quarters of either (600 and 300), of the second's
300 one quarter (200 and 100).
"""

from pathlib import Path

import pytest

from tests.api.cli.command import Privity

CONTRACTS = """
apiVersion: privity/v1
kind: Party
metadata: {name: halden}
spec: {role: provider}
---
apiVersion: privity/v1
kind: Party
metadata: {name: alder}
spec: {role: customer}
---
apiVersion: privity/v1
kind: Party
metadata: {name: birch}
spec: {role: customer}
---
apiVersion: privity/v1
kind: Party
metadata: {name: cirrus}
spec: {role: vendor}
---
apiVersion: privity/v1
kind: Service
metadata: {name: hosting}
spec: {provider: cirrus}
"""

SERVICE = """---
apiVersion: privity/v1
kind: Service
metadata: {{name: {service}}}
spec: {{provider: halden, measured: fromDependencies, dependsOn: {{all: [hosting]}}}}
"""

AGREEMENT = """---
apiVersion: privity/v1
kind: Agreement
metadata: {{name: {name}}}
spec:
  type: {type}
  {structure}
  provider: {provider}
  consumer: {consumer}
  services: [{service}]
  state: active
  term: {{from: 2026-01-01, to: 2026-12-31}}
  effective: 2026-01-01
  currency: GBP
  charges: [{{service: {service}, monthly: "{monthly}"}}]
  serviceLevels:
    - name: availability
      metric: {{kind: availability}}
      period: month
      target: {{atLeast: "99.9"}}
      credit: {{scheme: bands, of: service, bands: [{{below: "99.9", percent: "{percent}"}}]}}
  {remedies}
"""

OUTAGES = """service,started_at,ended_at
hosting,2026-02-10T10:00:00Z,2026-02-10T11:00:00Z
hosting,2026-03-10T10:00:00Z,2026-03-10T11:00:00Z
"""


def sla(name: str, consumer: str, service: str, monthly: str) -> str:
    """One customer's SLA, at 5 %."""
    return SERVICE.format(service=service) + AGREEMENT.format(
        name=name, type="SLA", structure="structure: customer", provider="halden", consumer=consumer,
        service=service, monthly=monthly, percent="5", remedies="",
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    underpinning = AGREEMENT.format(
        name="uc-cirrus", type="UC", structure="", provider="cirrus", consumer="halden", service="hosting",
        monthly="12000.00", percent="10", remedies='remedies: {caps: [{amount: "800.00", per: month}]}',
    )  # fmt: skip
    place = tmp_path / "two"
    (place / "evidence").mkdir(parents=True)
    slas = sla("sla-alder", "alder", "shop", "18000.00") + sla("sla-birch", "birch", "mail", "6000.00")
    (place / "contracts.yaml").write_text(CONTRACTS + slas + underpinning, encoding="utf-8")
    (place / "evidence" / "outages.csv").write_text(OUTAGES, encoding="utf-8")
    return place


def amounts(row: dict[str, dict[str, str]], *names: str) -> tuple[str, ...]:
    """Some amounts of a row."""
    return tuple(row[name]["amount"] for name in names)


def test_each_sla_gets_its_part_of_what_comes_back_and_of_each_reason(privity: Privity, folder: Path) -> None:
    ended = privity("impact", folder, "--from", "2026-03", "--json")
    assert ended.code == 0
    [impact] = ended.json["creditImpact"]
    assert amounts(impact, "payable", "recoverable", "gap", "overRecovery") == (
        "1200.00",
        "800.00",
        "400.00",
        "0.00",
    )
    found = {
        each["agreement"]: (
            amounts(each, "payable", "recoverable", "gap"),
            [(reason["code"], reason["amount"]["amount"]) for reason in each["reasons"]],
            [part["party"] for part in each["parties"]],
        )
        for each in impact["slas"]
    }
    assert found == {
        "sla-alder": (("900.00", "600.00", "300.00"), [("CAP", "300.00")], ["cirrus"]),
        "sla-birch": (("300.00", "200.00", "100.00"), [("CAP", "100.00")], ["cirrus"]),
    }


def test_the_year_to_date_begins_in_january_wherever_the_question_begins(
    privity: Privity, folder: Path
) -> None:
    ended = privity("impact", folder, "--from", "2026-03", "--to", "2026-04", "--json")
    [impact] = ended.json["creditImpact"]
    rows = [
        (
            each["period"],
            amounts(each, "payable", "gap"),
            amounts(each["yearToDate"], "payable", "recoverable", "gap"),
        )
        for each in impact["months"]
    ]
    assert rows == [
        ("2026-03", ("1200.00", "400.00"), ("2400.00", "1600.00", "800.00")),
        ("2026-04", ("0.00", "0.00"), ("2400.00", "1600.00", "800.00")),
    ]


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("party", ("cirrus 2,400.00 1,600.00 0.00 800.00", "CAP 800.00")),
        (
            "sla",
            (
                "sla-alder 1,800.00 1,200.00 600.00",
                "cirrus 600.00 400.00 200.00 CAP 200.00",
                "total 2,400.00",
            ),
        ),
        ("month", ("2026-02 1,200.00 800.00 400.00 1,200.00", "2026-03 1,200.00 800.00 400.00 2,400.00")),
    ],
)
def test_people_get_a_table_by_party_by_sla_or_by_month(
    privity: Privity, folder: Path, by: str, words: tuple[str, ...]
) -> None:
    ended = privity("impact", folder, "--from", "2026-01", "--to", "2026-03", "--by", by)
    assert ended.code == 0
    text = " ".join(ended.out.split())
    for each in words:
        assert each in text


def test_the_store_says_the_same_and_which_months_it_lacks(
    privity: Privity, folder: Path, tmp_path: Path
) -> None:
    store = str(tmp_path / "store")
    assert privity("load", folder, "--store", store).code == 0
    assert privity("ingest", folder, "--store", store).code == 0
    refused = privity("impact", "--store", store, "--from", "2026-03")
    assert refused.code == 2
    assert "2026-03 is not settled yet" in refused.err
    assert privity("run", "--period", "2026-03", "--store", store, "--reason", "March").code == 0

    ended = privity("impact", "--store", store, "--from", "2026-03", "--json")
    [stored] = ended.json["creditImpact"]
    assert ended.json["unsettled"] == ["2026-01", "2026-02"]
    assert "without 2026-01, 2026-02" in ended.err
    [of_folder] = privity("impact", folder, "--from", "2026-03", "--json").json["creditImpact"]
    assert stored["slas"] == of_folder["slas"]
    assert stored["parties"] == of_folder["parties"]


def test_a_range_the_wrong_way_round_is_refused(privity: Privity, folder: Path) -> None:
    ended = privity("impact", folder, "--from", "2026-03", "--to", "2026-01")
    assert ended.code == 2
    assert "--to 2026-01 lies before --from 2026-03" in ended.err
