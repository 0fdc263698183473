"""The service over HTTP, asked within the process."""

import asyncio
import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.serving.application import application
from api.serving.graphiql import SHA384, asset
from domain.periods import Period
from tests.api.graphql.memory import MemoryStore

E3 = Path(__file__).parents[2] / "scenarios" / "75-shape-of-the-output"
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore.of_folder(E3)
    store.settlement_run(Period.parse("2026-04"), None, "ada", "month end")
    return store


def asked(store: MemoryStore, method: str, path: str, **options: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(store, store))
        async with httpx.AsyncClient(transport=transport, base_url="http://privity.test") as client:
            return await client.request(method, path, **options)

    return asyncio.run(ask())


def test_a_query_is_answered(store: MemoryStore) -> None:
    query = "query($p: Period!) { breaches(period: $p) { totalCount } }"
    answer = asked(store, "POST", "/graphql", json={"query": query, "variables": {"p": "2026-04"}})
    assert (answer.status_code, answer.json()) == (200, {"data": {"breaches": {"totalCount": 2}}})


def test_a_query_is_answered_by_get_but_an_order_is_not(store: MemoryStore) -> None:
    answer = asked(store, "GET", "/graphql", params={"query": "{ parties { totalCount } }"})
    assert answer.json() == {"data": {"parties": {"totalCount": 4}}}
    order = 'mutation { settlementRun(input: {period: "2026-04", actor: "eve", reason: "a link"}) { __typename } }'
    refused = asked(store, "GET", "/graphql", params={"query": order})
    assert refused.status_code == 400
    assert [run.actor for run in store.done] == ["ada"]


def test_an_order_as_a_form_is_refused(store: MemoryStore) -> None:
    order = 'mutation { settlementRun(input: {period: "2026-04", actor: "eve", reason: "a form"}) { __typename } }'
    refused = asked(store, "POST", "/graphql", data={"query": order})
    assert refused.status_code >= 400
    assert [run.actor for run in store.done] == ["ada"]


def test_it_lives_and_is_ready(store: MemoryStore) -> None:
    assert asked(store, "GET", "/health").json() == {"status": "alive"}
    ready = asked(store, "GET", "/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "migration": "memory", "documents": None, "settlements": 1},
    )


def test_it_lives_but_is_not_ready_while_the_store_does_not_answer(store: MemoryStore) -> None:
    class Away(MemoryStore):
        def status(self) -> Any:
            raise ConnectionError("the server closed the connection unexpectedly")

    away = Away(store.folder, store.held, store.contracts)
    assert asked(away, "GET", "/health").status_code == 200
    refused = asked(away, "GET", "/ready")
    assert (refused.status_code, refused.json()["status"]) == (503, "unavailable")


def test_a_browser_finds_graphiql_which_asks_no_other_host(store: MemoryStore) -> None:
    page = asked(store, "GET", "/graphql", headers=BROWSER)
    assert page.headers["content-type"].startswith("text/html")
    assert "://" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert "http" not in page.headers["content-security-policy"]
    wanted = re.findall(r'(?:src|href)="(graphiql/[^"]+)"', page.text)
    assert len(wanted) == 6
    for path in wanted:
        found = asked(store, "GET", f"/{path}")
        assert found.status_code == 200
        assert found.headers["content-type"].startswith(("text/javascript", "text/css"))


def test_the_root_leads_to_graphiql(store: MemoryStore) -> None:
    answer = asked(store, "GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


@pytest.mark.parametrize("name", sorted(SHA384))
def test_a_script_is_the_one_that_its_authors_published(name: str) -> None:
    found = asset(name)
    assert found is not None
    published = gzip.decompress(found.content)
    assert base64.b64encode(hashlib.sha384(published).digest()).decode() == SHA384[name]


def test_a_client_without_gzip_gets_the_script_plain(store: MemoryStore) -> None:
    plain = asked(store, "GET", "/graphiql/react.production.min.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content.startswith(b"/**")
    packed = asked(store, "GET", "/graphiql/react.production.min.js")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


@pytest.mark.parametrize("name", ["page.html", "__init__.py", "third_party/README.txt", "..%2f__init__.py"])
def test_no_other_file_is_given_out(store: MemoryStore, name: str) -> None:
    assert asked(store, "GET", f"/graphiql/{name}").status_code == 404


def test_every_query_of_the_tour_is_answered_without_an_error(store: MemoryStore) -> None:
    script = asset("page.js")
    assert script is not None
    tour = re.findall(r"`(# \d\..*?)`", script.content.decode(), flags=re.DOTALL)
    assert len(tour) == 3
    for query in tour:
        answer = asked(
            store,
            "POST",
            "/graphql",
            json={"query": query, "variables": {"period": "2026-04"} if "$period" in query else {}},
        ).json()
        assert "errors" not in answer
        assert all(answer["data"].values())


def test_a_settlement_is_watched_while_it_runs(store: MemoryStore) -> None:
    watch = 'subscription { settlementProgress(key: "april") { stage done total over } }'
    order = """mutation { settlementRun(input: {period: "2026-04", actor: "ada", reason: "again", key: "april"}) {
      ... on SettlementRunDone { run { status } } } }"""

    async def both() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app=application(store, store))
        async with httpx.AsyncClient(transport=transport, base_url="http://privity.test") as client:
            events = client.post("/graphql", json={"query": watch}, headers={"Accept": "text/event-stream"})
            return tuple(await asyncio.gather(events, client.post("/graphql", json={"query": order})))  # type: ignore[return-value] # two go in, two come out

    watched, ordered = asyncio.run(both())
    assert ordered.json() == {"data": {"settlementRun": {"run": {"status": "DONE"}}}}
    told = [
        json.loads(line.removeprefix("data: "))
        for line in watched.text.splitlines()
        if line.startswith("data: {")
    ]
    stages = [each["data"]["settlementProgress"] for each in told]
    # Three agreements; which of the stages before the last are seen is a matter of time.
    assert stages[-1] == {"stage": "settling 2026-04", "done": 3, "total": 3, "over": True}
    assert [each["over"] for each in stages[:-1]] == [False] * (len(stages) - 1)
