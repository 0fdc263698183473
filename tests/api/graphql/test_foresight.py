"""What has not happened, asked through the schema, on E3 in April 2026."""

from tests.api.graphql.asking import Asking

OUTAGE = 'service: "hosting", from: "2026-04-20T10:00:00Z", to: "2026-04-20T14:00:00Z"'


def test_an_outage_says_what_would_break_who_would_answer_and_what_could_be_recovered(ask: Asking) -> None:
    answer = ask(
        f"""{{ simulateOutage({OUTAGE}) {{
          service {{ name }} asOf down {{ service {{ name }} from to }} absorbed {{ name }}
          comparison {{ months unchanged
            attainments {{ change period agreement {{ name }} serviceLevel {{ name }} service {{ name }}
              before {{ status value }} after {{ status value }}
              responsibilities {{ party {{ name }} impactShare {{ exact }} credit {{ amount }} }} }}
            statements {{ agreement {{ name }} consumer {{ name }}
              net {{ before {{ amount }} after {{ amount }} difference {{ amount }} }} }}
            impacts {{ currency recoverable {{ difference {{ amount }} }}
              parties {{ party {{ name }} gap {{ difference {{ amount }} }} }} }}
            rights {{ name before after }} newFindings {{ code }} findingsGone {{ code }} }} }} }}"""
    )["simulateOutage"]

    assert (answer["service"], answer["asOf"], answer["absorbed"]) == ({"name": "hosting"}, "2026-05-01", [])
    assert [each["service"]["name"] for each in answer["down"]] == ["online-banking"]
    found = answer["comparison"]
    assert (found["months"], found["unchanged"]) == (["2026-04"], 1)
    banking, _ = found["attainments"]
    assert (banking["change"], banking["agreement"], banking["service"]) == (
        "WORSE",
        {"name": "sla-online-banking"},
        {"name": "online-banking"},
    )
    # 62 minutes of 43,200, and 302.
    assert (banking["before"]["value"], banking["after"]["value"]) == ("99.856481481", "99.300925926")
    cirrus, telco = banking["responsibilities"]
    assert (cirrus["party"], cirrus["impactShare"]) == ({"name": "cirrus"}, {"exact": "150/151"})
    assert (cirrus["credit"], telco["credit"]) == ({"amount": "6000.00"}, {"amount": "0.00"})
    [statement] = found["statements"]
    assert [statement["net"][side]["amount"] for side in ("before", "after", "difference")] == [
        "2000.00",
        "6000.00",
        "4000.00",
    ]
    [impact] = found["impacts"]
    assert impact["recoverable"]["difference"]["amount"] == "0.00"
    assert impact["parties"] == [{"party": {"name": "cirrus"}, "gap": {"difference": {"amount": "4000.00"}}}]


def test_an_outage_of_nothing_is_refused_with_the_nearest_name(ask: Asking) -> None:
    result = ask.result("{ simulateOutage(" + OUTAGE.replace("hosting", "hostin") + ") { asOf } }")

    assert 'Did you mean "hosting"?' in result.errors[0].message


EITHER = """
apiVersion: privity/v1
kind: Service
metadata: {name: online-banking}
spec: {provider: halden-it, measured: fromDependencies, dependsOn: {any: [hosting, wan]}}
"""
WHAT_IF = """query ($text: String!) {
  whatIf(period: "2026-04", documents: [{file: "either.yaml", text: $text}]) {
    ... on WhatIfComparison { replaced added recorded { from } unrecorded { from }
      comparison { attainments { change agreementName serviceLevelName } statements { net { difference { amount } } } } }
    ... on RequestRejected { faults { code file message } } } }"""


def test_changed_documents_are_settled_beside_the_loaded_ones(ask: Asking) -> None:
    answer = ask(WHAT_IF, text=EITHER)["whatIf"]

    assert (answer["replaced"], answer["added"]) == (["Service online-banking"], [])
    assert answer["comparison"] == {
        "attainments": [
            {
                "change": "NO_LONGER_MISSED",
                "agreementName": "sla-online-banking",
                "serviceLevelName": "availability",
            }
        ],
        "statements": [{"net": {"difference": {"amount": "-2000.00"}}}],
    }


def test_wrong_documents_are_answered_with_what_is_wrong(ask: Asking) -> None:
    [fault] = ask(WHAT_IF, text=EITHER.replace("wan", "attic"))["whatIf"]["faults"]

    assert (fault["code"], fault["file"]) == ("DOCUMENT", "either.yaml")


def test_base_numbers_say_what_one_month_of_history_supports(ask: Asking) -> None:
    [number] = ask(
        """{ baseNumbers(agreement: "sla-online-banking", asOf: "2026-05-01") { target met proposed
          agreement { name } serviceLevel { name } service { name } past { period value } chance { least most }
          proposals { wanted chance direction target explanation { rule } } notes reviewOn ratchet { code } } }"""
    )["baseNumbers"]

    assert (number["target"], number["met"], number["proposed"]) == ("99.9", 0, False)
    assert number["past"] == [{"period": "2026-04", "value": "99.856481481"}]
    assert number["chance"] == {"least": "0", "most": "1/2"}
    [proposal] = number["proposals"]
    assert proposal == {
        "wanted": "0.5",
        "chance": "1/2",
        "direction": "AT_LEAST",
        "target": "99.85",
        "explanation": {"rule": "base-number/1"},
    }
