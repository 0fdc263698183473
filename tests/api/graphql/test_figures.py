"""Attainments, traces, statements, credit impact and their explanations, on the figures of E3 (tests/api/settled.py)."""

import json

from domain.explanation import Explanation, Term, replay
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

MISS = 'attainments(period: "2026-04", agreement: "sla-online-banking")'


def test_nothing_is_said_of_a_month_that_nobody_settled(ask: Asking) -> None:
    answer = ask(
        '{ attainments(period: "2026-04") { totalCount unsettled } breaches(period: "2026-04") { totalCount unsettled }'
        ' statements(period: "2026-Q2") { unsettled } creditImpact(period: "2026-04") { ... on NotSettled { message periods } } }'
    )
    assert answer == {
        "attainments": {"totalCount": 0, "unsettled": ["2026-04"]},
        "breaches": {"totalCount": 0, "unsettled": ["2026-04"]},
        "statements": {"unsettled": ["2026-04", "2026-05", "2026-06"]},
        "creditImpact": {
            "message": "2026-04 is not settled yet; settle it with settlementRun.",
            "periods": ["2026-04"],
        },
    }


def test_a_miss_shows_its_value_its_breach_and_whose_failure_it_was(
    settled: MemoryStore, ask: Asking
) -> None:
    rows = "responsibilities { party { name } impactShare { decimal exact } credit { amount } necessary valueWithout }"
    answer = ask(
        f"{{ {MISS} {{ edges {{ node {{ status value margin breach {{ trace {{ {rows} }} }} }} }} }} }}"
    )
    [edge] = answer["attainments"]["edges"]
    assert edge["node"] == {
        "status": "MISSED",
        "value": "99.856481481",
        "margin": "-0.043518519",
        "breach": {
            "trace": {
                "responsibilities": [
                    {
                        "party": {"name": "cirrus"},
                        "impactShare": {"decimal": "0.967741935", "exact": "30/31"},
                        "credit": {"amount": "2000.00"},
                        "necessary": True,
                        "valueWithout": "99.995370370",
                    },
                    {
                        "party": {"name": "telco"},
                        "impactShare": {"decimal": "0.032258065", "exact": "1/31"},
                        "credit": {"amount": "0.00"},
                        "necessary": False,
                        "valueWithout": "99.861111111",
                    },
                ]
            }
        },
    }


def test_breaches_are_found_by_agreement_and_by_who_has_a_part(settled: MemoryStore, ask: Asking) -> None:
    who = "edges { node { attainment { serviceLevel { agreement { name } } } } }"
    answer = ask(
        f'{{ telco: breaches(period: "2026-04", responsible: "telco") {{ {who} }}'
        ' cirrus: breaches(period: "2026-04", responsible: "cirrus") { totalCount }'
        ' own: breaches(from: "2026-04", to: "2026-05", agreement: "uc-cirrus") { totalCount unsettled }'
        " every: breaches { totalCount unsettled } }"
    )
    assert [
        edge["node"]["attainment"]["serviceLevel"]["agreement"]["name"] for edge in answer["telco"]["edges"]
    ] == ["sla-online-banking"]
    assert answer["cirrus"] == {"totalCount": 2}
    assert answer["own"] == {"totalCount": 1, "unsettled": ["2026-05"]}
    assert answer["every"] == {"totalCount": 2, "unsettled": []}


def test_a_breach_leads_to_its_line_and_the_evidence(settled: MemoryStore, ask: Asking) -> None:
    answer = ask(
        '{ breaches(period: "2026-04", agreement: "uc-cirrus") { edges { node { detectedAt relief { cause }'
        " credit { clause percent base { amount } net { amount } serviceLevel { service { name } } }"
        " attainment { evidence { totalCount edges { node { kind from to file line service { name } } } } } } } } }"
    )
    [edge] = answer["breaches"]["edges"]
    assert edge["node"] == {
        "detectedAt": "2026-06-01T09:00:01Z",
        "relief": [],
        "credit": {
            "clause": None,
            "percent": "10",
            "base": {"amount": "12000.00"},
            "net": {"amount": "1200.00"},
            "serviceLevel": {"service": {"name": "hosting"}},
        },
        "attainment": {
            "evidence": {
                "totalCount": 1,
                "edges": [
                    {
                        "node": {
                            "kind": "outage",
                            "from": "2026-04-14T10:00:00Z",
                            "to": "2026-04-14T11:00:00Z",
                            "file": "evidence/outages.csv",
                            "line": 2,
                            "service": {"name": "hosting"},
                        }
                    }
                ],
            }
        },
    }


def test_statements_and_the_credit_impact_are_two_sides_of_the_same_money(
    settled: MemoryStore, ask: Asking
) -> None:
    answer = ask(
        '{ statements(period: "2026-04", type: UC) { edges { node { agreement { name } consumer { name } status version'
        " net { amount } claimBy issuedAt adjustments { id } } } }"
        ' creditImpact(period: "2026-04", to: "2026-04") { ... on CreditImpacts { impacts { period to currency'
        " payable { amount } recoverable { amount } gap { amount }"
        " parties { party { name } gap { amount } breaches { attainment { serviceLevel { agreement { name } } } }"
        " reasons { code amount { amount } serviceLevel { agreement { name } } } } } } } }"
    )
    statements = [edge["node"] for edge in answer["statements"]["edges"]]
    assert statements == [
        {
            "agreement": {"name": agreement},
            "consumer": {"name": "halden-it"},
            "status": "DRAFT",
            "version": 1,
            "net": {"amount": net},
            "claimBy": claim_by,
            "issuedAt": None,
            "adjustments": [],
        }
        for agreement, net, claim_by in (
            ("uc-cirrus", "1200.00", "2026-05-30"),
            ("uc-telco", "0.00", statements[1]["claimBy"]),
        )
    ]
    [impact] = answer["creditImpact"]["impacts"]
    assert (impact["payable"], impact["recoverable"], impact["gap"]) == (
        {"amount": "2000.00"},
        {"amount": "1200.00"},
        {"amount": "800.00"},
    )
    [cirrus] = [each for each in impact["parties"] if each["party"] == {"name": "cirrus"}]
    assert cirrus["reasons"] == [
        {
            "code": "RATE",
            "amount": {"amount": "800.00"},
            "serviceLevel": {"agreement": {"name": "sla-online-banking"}},
        }
    ]
    assert len(cirrus["breaches"]) == 2


def tree_of(raw: dict[str, object]) -> Explanation:
    """An explanation from its JSON form."""
    inputs, steps = raw["inputs"], raw["steps"]
    assert isinstance(inputs, list)
    assert isinstance(steps, list)
    return Explanation(
        str(raw["name"]),
        str(raw["rule"]),
        str(raw["value"]),
        None if raw["clause"] is None else str(raw["clause"]),
        None if raw["period"] is None else str(raw["period"]),
        tuple(Term(each["name"], each["value"], each["source"] or "") for each in inputs),
        tuple(tree_of(each) for each in steps),
    )


def test_every_figure_has_an_explanation_that_can_be_worked_out_again(
    settled: MemoryStore, ask: Asking
) -> None:
    how = "explanation { rule value json }"
    answer = ask(
        f"{{ {MISS} {{ edges {{ node {{ {how} breach {{ trace {{ {how} }} credit {{ {how} }} }} }} }} }}"
        f' statements(period: "2026-04") {{ edges {{ node {{ agreement {{ name }} lines {{ {how} }} {how} }} }} }} }}'
    )
    node = answer["attainments"]["edges"][0]["node"]
    statements = {edge["node"]["agreement"]["name"]: edge["node"] for edge in answer["statements"]["edges"]}
    found = [
        node,
        node["breach"]["trace"],
        node["breach"]["credit"],
        *statements.values(),
        statements["uc-cirrus"]["lines"][0],
    ]
    for each in found:
        tree = tree_of(json.loads(each["explanation"]["json"]))
        assert replay(tree) is not None
    assert statements["sla-online-banking"]["explanation"]["value"] == '{"money":"2000.00","currency":"GBP"}'
    assert statements["uc-telco"]["explanation"]["rule"] == "statement/1"
    assert json.loads(statements["uc-telco"]["explanation"]["value"])["currency"] == "GBP"


def test_a_level_has_its_attainment_of_a_month_and_its_history(settled: MemoryStore, ask: Asking) -> None:
    answer = ask(
        '{ agreement(name: "uc-telco") { serviceLevels { attainment(period: "2026-04") { status value }'
        ' never: attainment(period: "2026-05") { status } history(from: "2026-03", to: "2026-05") { period status } } } }'
    )
    # 43,198 of 43,200 minutes.
    assert answer["agreement"]["serviceLevels"] == [
        {
            "attainment": {"status": "MET", "value": "99.995370370"},
            "never": None,
            "history": [{"period": "2026-04", "status": "MET"}],
        }
    ]


def test_figures_as_known_before_the_settlement_are_not_known(settled: MemoryStore, ask: Asking) -> None:
    query = 'query($at: DateTime) { attainments(period: "2026-04", asKnownAt: $at) { totalCount unsettled } }'
    assert ask(query, at="2026-04-30T12:00:00Z")["attainments"] == {"totalCount": 0, "unsettled": ["2026-04"]}
    assert ask(query, at="2026-05-01T00:00:00Z")["attainments"] == {"totalCount": 3, "unsettled": []}


def test_findings_are_chosen_by_agreement_severity_and_kind(settled: MemoryStore, ask: Asking) -> None:
    answer = ask(
        "{ all: findings { totalCount } terms: findings(kind: TERMS, severity: WARNING) { edges { node { code agreement"
        ' { name } } } } none: findings(agreement: "uc-telco", severity: ERROR) { totalCount }'
        ' of: agreement(name: "sla-online-banking") { findings { code } } }'
    )
    assert answer["terms"]["edges"] == []
    assert answer["none"] == {"totalCount": 0}
    assert {"code": "TARGET_UNSUPPORTED"} in answer["of"]["findings"]
    assert answer["all"]["totalCount"] >= 1


def test_the_credit_impact_is_spread_over_slas_and_months(settled: MemoryStore, ask: Asking) -> None:
    totals = "payable { amount } recoverable { amount } gap { amount }"
    answer = ask(
        '{ creditImpact(period: "2026-04") { ... on CreditImpacts { impacts {'
        f" slas {{ agreement {{ name }} {totals} reasons {{ code amount {{ amount }} }}"
        " parties { party { name } caused { amount } } }"
        f" months {{ period month {{ {totals} }} yearToDate {{ {totals} }} }} }} }} }} }}"
    )
    [impact] = answer["creditImpact"]["impacts"]
    figures = {
        "payable": {"amount": "2000.00"},
        "recoverable": {"amount": "1200.00"},
        "gap": {"amount": "800.00"},
    }
    assert impact["slas"] == [
        {
            "agreement": {"name": "sla-online-banking"},
            **figures,
            "reasons": [{"code": "RATE", "amount": {"amount": "800.00"}}],
            "parties": [{"party": {"name": "cirrus"}, "caused": {"amount": "2000.00"}}],
        }
    ]
    assert impact["months"] == [{"period": "2026-04", "month": figures, "yearToDate": figures}]
