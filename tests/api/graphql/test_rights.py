"""Termination rights through the schema, on E3 in April 2026: one miss of the two that its right needs."""

import json

from domain.explanation import replay
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore
from tests.api.graphql.test_figures import tree_of

ROW = "name clause status exercisableUntil earliestEnd nextTrigger agreement { name }"


def test_a_right_says_how_it_stands_and_on_which_breaches(settled: MemoryStore, ask: Asking) -> None:
    answer = ask(
        f"""{{ terminationRights(asOf: "2026-05-01") {{ totalCount edges {{ node {{ {ROW} accruedOn scope
          grounds {{ period serviceLevel service what struckOut }}
          breaches {{ attainment {{ period value }} }} }} }} }} }}"""
    )

    assert answer["terminationRights"]["totalCount"] == 1
    [edge] = answer["terminationRights"]["edges"]
    assert edge["node"] == {
        "name": "chronic-availability",
        "clause": "12.3(b)",
        "status": "APPROACHING",
        "exercisableUntil": None,
        "earliestEnd": None,
        "nextTrigger": "availability on online-banking missing its target of 99.9 in 2026-05: "
        "it would be number 2 within P6M, after 2026-04.",
        "agreement": {"name": "sla-online-banking"},
        "accruedOn": None,
        "scope": "AGREEMENT",
        "grounds": [
            {
                "period": "2026-04",
                "serviceLevel": "availability",
                "service": "online-banking",
                "what": "99.856481481, against a target of 99.9",
                "struckOut": None,
            }
        ],
        "breaches": [{"attainment": {"period": "2026-04", "value": "99.856481481"}}],
    }


def test_rights_are_found_by_agreement_party_and_status(ask: Asking) -> None:
    def count(**chosen: str) -> int:
        words = ", ".join(f"{key}: {value}" for key, value in chosen.items())
        found = ask(f'{{ terminationRights(asOf: "2026-05-01", {words}) {{ totalCount }} }}')
        total: int = found["terminationRights"]["totalCount"]
        return total

    assert count(agreement='"sla-online-banking"') == 1
    assert count(agreement='"uc-cirrus"') == 0
    assert (count(party='"meridian-bank"'), count(party='"halden-it"'), count(party='"cirrus"')) == (1, 1, 0)
    assert (count(status="APPROACHING"), count(status="EXERCISABLE")) == (1, 0)


def test_an_agreement_has_its_rights_and_on_an_earlier_date_nothing_had_happened(ask: Asking) -> None:
    answer = ask(
        """{ agreement(name: "sla-online-banking") {
          now: terminationRights(asOf: "2026-05-01") { status }
          then: terminationRights(asOf: "2026-04-10") { status nextTrigger grounds { period } } } }"""
    )

    assert answer["agreement"] == {
        "now": [{"status": "APPROACHING"}],
        "then": [{"status": "NOT_MET", "nextTrigger": None, "grounds": []}],
    }


def test_a_rights_explanation_replays_and_it_is_found_again_by_its_id(ask: Asking) -> None:
    [edge] = ask('{ terminationRights(asOf: "2026-05-01") { edges { node { id explanation { json } } } } }')[
        "terminationRights"
    ]["edges"]
    tree = tree_of(json.loads(edge["node"]["explanation"]["json"]))
    assert tree.rule == "termination-right/1"
    replay(tree)

    again = ask(
        "query($id: ID!) { node(id: $id) { ... on TerminationRight { name asOf } } }", id=edge["node"]["id"]
    )
    assert again["node"] == {"name": "chronic-availability", "asOf": "2026-05-01"}


def test_the_consequence_of_ending_an_sla_is_told(ask: Asking) -> None:
    [edge] = ask(
        """{ terminationRights(asOf: "2026-05-01") { edges { node { fee { amount } consequence {
          ends agreements services { name } supports { lost } unsupported { months } fallingRights { name }
          fallingCredits { period } references { agreement } fee { amount } lostCredits { amount } exposure { amount }
        } } } } }"""
    )["terminationRights"]["edges"]
    assert edge["node"]["consequence"] == {
        "ends": "2026-05-31",  # 1 May and 30 days
        "agreements": ["sla-online-banking"],
        "services": [{"name": "online-banking"}],
        "supports": [],
        "unsupported": [],
        "fallingRights": [],
        "fallingCredits": [],
        "references": [],
        "fee": None,
        "lostCredits": [],
        "exposure": [],
    }
