"""Ids: opaque, the same after resettlement, and good for fetching the thing again."""

import base64

import pytest

from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

EVERY_ID = """{
  party(name: "cirrus") { id }
  service(name: "wan") { id }
  agreement(name: "uc-telco") { id serviceLevels { id } }
  breaches(period: "2026-04", agreement: "uc-cirrus") { edges { node { id } } }
  statements(period: "2026-04", party: "telco") { edges { node { id } } }
  settlementRuns { edges { node { id } } }
}"""
SELF = """query($id: ID!) { node(id: $id) { id __typename } }"""


def ids(answer: dict[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(value: object, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "id":
                    found[name] = inner
                else:
                    walk(inner, name if key in {"edges", "node"} else key)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, name)

    walk(answer, "")
    return found


def test_everything_with_an_id_is_fetched_again_by_it(settled: MemoryStore, ask: Asking) -> None:
    found = ids(ask(EVERY_ID))
    fetched = {name: ask(SELF, id=each)["node"] for name, each in found.items()}
    assert {name: each["id"] for name, each in fetched.items()} == found
    assert sorted(each["__typename"] for each in fetched.values()) == [
        "Agreement",
        "Breach",
        "Party",
        "Service",
        "ServiceLevel",
        "SettlementRun",
        "Statement",
    ]


def test_settling_again_changes_no_id_but_adds_a_run(settled: MemoryStore, ask: Asking) -> None:
    before = ids(ask(EVERY_ID))
    settled.settlement_run(Period.parse("2026-04"), None, "ada", "again")
    after = ids(ask(EVERY_ID))
    assert {**after, "settlementRuns": ""} == {**before, "settlementRuns": ""}
    assert ask("{ settlementRuns { totalCount } }") == {"settlementRuns": {"totalCount": 2}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cirrus",
        "%%%",
        base64.urlsafe_b64encode(b'["Party","nobody"]').decode(),
        base64.urlsafe_b64encode(b'["Party"]').decode(),
        base64.urlsafe_b64encode(b'["Agreement","uc-telco","two"]').decode(),
        base64.urlsafe_b64encode(b'["Breach","uc-cirrus","availability","hosting","2026-99"]').decode(),
        base64.urlsafe_b64encode(b'{"Party": 1}').decode(),
        base64.urlsafe_b64encode(b'["\xff"]').decode(),
    ],
)
def test_an_id_of_nothing_is_null(settled: MemoryStore, ask: Asking, text: str) -> None:
    assert ask(SELF, id=text) == {"node": None}
