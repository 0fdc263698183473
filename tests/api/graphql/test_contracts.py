"""Parties, services and agreements: who stands where, and what underpins what."""

from pathlib import Path

import pytest

from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

HALDEN = Path(__file__).parents[3] / "examples" / "halden"


@pytest.fixture(scope="module")
def halden() -> Asking:
    store = MemoryStore.of_folder(HALDEN)
    return Asking(store, store)


def names(connection: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [edge["node"]["name"] for edge in connection["edges"]]


def test_parties_are_listed_by_name_and_by_role(ask: Asking) -> None:
    answer = ask(
        "{ all: parties { edges { node { name } } } vendors: parties(role: VENDOR) { edges { node { name } } } }"
    )
    assert names(answer["all"]) == ["cirrus", "halden-it", "meridian-bank", "telco"]
    assert names(answer["vendors"]) == ["cirrus", "telco"]


def test_a_party_shows_what_it_runs_and_what_it_signed(ask: Asking) -> None:
    answer = ask(
        '{ party(name: "cirrus") { role services { name } agreements { name type consumer { name } } } }'
    )
    assert answer["party"] == {
        "role": "VENDOR",
        "services": [{"name": "hosting"}],
        "agreements": [{"name": "uc-cirrus", "type": "UC", "consumer": {"name": "halden-it"}}],
    }


def test_a_team_has_its_organisation_above_it_and_the_organisation_its_teams_below(halden: Asking) -> None:
    answer = halden(
        '{ desk: party(name: "service-desk") { parent { name } } provider: party(name: "halden-it") { children { name } } }'
    )
    assert answer["desk"] == {"parent": {"name": "halden-it"}}
    assert {"name": "service-desk"} in answer["provider"]["children"]


def test_an_unknown_name_is_null(ask: Asking) -> None:
    answer = ask(
        '{ party(name: "nobody") { id } service(name: "nothing") { id } agreement(name: "none") { id } }'
    )
    assert answer == {"party": None, "service": None, "agreement": None}


def test_a_service_shows_its_gate_and_what_stands_on_it(ask: Asking) -> None:
    answer = ask(
        '{ service(name: "online-banking") { measured dependsOn { __typename ... on AllOf { members '
        "{ ... on ServiceDependency { recoveryLag service { name supports { name } } } } } } } }"
    )
    above = [{"name": "online-banking"}]
    assert answer["service"] == {
        "measured": "FROM_DEPENDENCIES",
        "dependsOn": {
            "__typename": "AllOf",
            "members": [
                {"recoveryLag": "PT0S", "service": {"name": "hosting", "supports": above}},
                {"recoveryLag": "PT0S", "service": {"name": "wan", "supports": above}},
            ],
        },
    }


def test_a_gate_of_two_out_of_three_says_so(halden: Asking) -> None:
    answer = halden(
        '{ service(name: "app-cluster") { dependsOn { ... on AtLeast { count members { __typename } } } } }'
    )
    assert answer["service"]["dependsOn"] == {
        "count": 2,
        "members": [{"__typename": "ServiceDependency"}] * 3,
    }


def test_an_sla_is_underpinned_by_the_contracts_below_it(ask: Asking) -> None:
    answer = ask(
        '{ agreement(name: "sla-online-banking") { underpinnedBy { agreement { name } service { name } path { name } } } }'
    )
    assert answer["agreement"]["underpinnedBy"] == [
        {
            "agreement": {"name": f"uc-{party}"},
            "service": {"name": service},
            "path": [{"name": "online-banking"}, {"name": service}],
        }
        for party, service in (("cirrus", "hosting"), ("telco", "wan"))
    ]


def test_an_underpinning_contract_shows_what_it_stands_under(ask: Asking) -> None:
    answer = ask(
        '{ agreement(name: "uc-cirrus") { underpins { agreement { name } path { name } } underpinnedBy { path { name } } } }'
    )
    assert answer["agreement"] == {
        "underpins": [
            {
                "agreement": {"name": "sla-online-banking"},
                "path": [{"name": "online-banking"}, {"name": "hosting"}],
            }
        ],
        "underpinnedBy": [],
    }


def test_agreements_are_chosen_by_type_party_and_state(ask: Asking) -> None:
    answer = ask(
        '{ slas: agreements(type: SLA) { edges { node { name } } } telco: agreements(party: "telco") { edges { node { name } } }'
        " drafts: agreements(state: DRAFT) { totalCount } }"
    )
    assert names(answer["slas"]) == ["sla-online-banking"]
    assert names(answer["telco"]) == ["uc-telco"]
    assert answer["drafts"] == {"totalCount": 0}


def test_an_agreement_shows_its_terms_as_written(ask: Asking) -> None:
    answer = ask(
        '{ agreement(name: "uc-cirrus") { version type structure state effective currency claimWithin term { from to }'
        " charges { service { name } monthly { amount currency } }"
        " serviceLevels { name critical period service { name } metric { __typename ... on AvailabilityMetric { countFrom } }"
        " target { direction value } credit { scheme bands { boundary below percent } } } } }"
    )
    assert answer["agreement"] == {
        "version": 1,
        "type": "UC",
        "structure": None,
        "state": "ACTIVE",
        "effective": "2026-01-01",
        "currency": "GBP",
        "claimWithin": "P30D",
        "term": {"from": "2026-01-01", "to": "2027-12-31"},
        "charges": [{"service": {"name": "hosting"}, "monthly": {"amount": "12000.00", "currency": "GBP"}}],
        "serviceLevels": [
            {
                "name": "availability",
                "critical": True,
                "period": "month",
                "service": {"name": "hosting"},
                "metric": {"__typename": "AvailabilityMetric", "countFrom": "START"},
                "target": {"direction": "AT_LEAST", "value": "99.9"},
                "credit": {
                    "scheme": "bands",
                    "bands": [{"boundary": "99.9", "below": True, "percent": "10"}],
                },
            }
        ],
    }


def test_the_graph_is_followed_down_up_and_so_many_steps(ask: Asking) -> None:
    edges = "edges { service { name } needs { name } governedBy { name } ungoverned closesCycle }"
    answer = ask(
        f'{{ down: dependencyGraph(root: "online-banking") {{ services {{ name }} {edges} }}'
        ' up: dependencyGraph(root: "wan", direction: UP) { services { name } }'
        ' none: dependencyGraph(root: "wan", direction: BOTH, depth: 0) { services { name } edges { ungoverned } } }'
    )
    assert [each["name"] for each in answer["down"]["services"]] == ["hosting", "online-banking", "wan"]
    assert answer["down"]["edges"] == [
        {
            "service": {"name": "online-banking"},
            "needs": {"name": service},
            "governedBy": [{"name": agreement}],
            "ungoverned": False,
            "closesCycle": False,
        }
        for service, agreement in (("hosting", "uc-cirrus"), ("wan", "uc-telco"))
    ]
    assert [each["name"] for each in answer["up"]["services"]] == ["online-banking", "wan"]
    assert answer["none"] == {"services": [{"name": "wan"}], "edges": []}


def test_the_drawing_has_every_service_and_the_contract_on_each_arrow(ask: Asking) -> None:
    dot = ask("{ dependencyGraph { dot } }")["dependencyGraph"]["dot"]
    assert dot.splitlines()[0] == "digraph dependencies {"
    assert '  "online-banking" -> "hosting" [label="uc-cirrus"];' in dot.splitlines()
    assert dot.count("fillcolor") == 3


def test_a_need_that_no_agreement_governs_is_shown(halden: Asking) -> None:
    edges = halden("{ dependencyGraph { edges { needs { name } ungoverned governedBy { name } } } }")[
        "dependencyGraph"
    ]["edges"]
    ungoverned = {each["needs"]["name"] for each in edges if each["ungoverned"]}
    assert ungoverned == {"text-codes"}
    assert all(each["governedBy"] == [] for each in edges if each["ungoverned"])


def test_a_root_that_is_no_service_is_an_error_that_offers_the_nearest_name(ask: Asking) -> None:
    errors = ask.result('{ dependencyGraph(root: "hostng") { dot } }').errors
    assert [each.message for each in errors] == [
        'root is "hostng", but there is no service of that name; did you mean "hosting"?'
    ]
