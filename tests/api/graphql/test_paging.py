"""Pages: every entry once, whatever happens between two of them."""

from typing import Any

import pytest

from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

PAGE = """query($first: Int, $after: String) {
  parties(first: $first, after: $after) {
    totalCount
    edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def pages(ask: Asking, size: int) -> list[Any]:
    found: list[Any] = []
    after = None
    while True:
        page = ask(PAGE, first=size, after=after)["parties"]
        found.append(page)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_pages_of_any_size_give_every_entry_once_and_in_order(ask: Asking, size: int) -> None:
    found = pages(ask, size)
    names = [edge["node"]["name"] for page in found for edge in page["edges"]]
    assert names == ["cirrus", "halden-it", "meridian-bank", "telco"]
    assert [len(page["edges"]) for page in found[:-1]] == [size] * (len(found) - 1)
    assert [page["pageInfo"]["hasPreviousPage"] for page in found] == [False] + [True] * (len(found) - 1)
    assert {page["totalCount"] for page in found} == {4}


def test_an_empty_page_has_no_cursors(ask: Asking) -> None:
    assert ask(PAGE, first=0)["parties"]["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


def test_a_page_goes_on_after_an_entry_that_is_gone(settled: MemoryStore, ask: Asking) -> None:
    query = """query($after: String) { breaches(period: "2026-04", first: 1, after: $after) {
      edges { cursor node { attainment { serviceLevel { agreement { name } } } } } } }"""
    [first] = ask(query)["breaches"]["edges"]
    assert first["node"]["attainment"]["serviceLevel"]["agreement"]["name"] == "sla-online-banking"
    april = Period.parse("2026-04")
    whole = settled.settled[april]
    settled.settled[april] = type(whole)(
        whole.period, whole.as_of, whole.attainments, whole.breaches[1:], whole.statements, whole.credit_impact,
        whole.findings, whole.quarantine, whole.sources,
    )  # fmt: skip
    [next_one] = ask(query, after=first["cursor"])["breaches"]["edges"]
    assert next_one["node"]["attainment"]["serviceLevel"]["agreement"]["name"] == "uc-cirrus"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("first: -1", "first is -1: ask for 0 to 1000 entries, and for the next page with after"),
        ("first: 1001", "first is 1001: ask for 0 to 1000 entries, and for the next page with after"),
        ('after: "here"', 'after is "here", which is no cursor: give the endCursor of a page'),
    ],
)
def test_a_wrong_page_is_refused_in_words(ask: Asking, arguments: str, told: str) -> None:
    [error] = ask.result(f"{{ parties({arguments}) {{ totalCount }} }}").errors
    assert error.message == told
    assert error.extensions == {"code": "INVALID_INPUT"}
