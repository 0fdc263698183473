"""A client that others wrote (`gql`) reads the schema as it is served, and asks the questions of the README's tour."""

import asyncio
import re
from datetime import date
from typing import Any

import httpx
from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import print_schema

from api.serving.application import application
from domain.periods import Period
from tests.api.graphql.memory import MemoryStore
from tests.api.graphql.test_same_as_the_command_line import HALDEN, ROOT

TOUR = re.findall(
    r"^```graphql\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def asked(*questions: str) -> tuple[str, list[dict[str, Any]]]:
    """The schema as the client read it, and the answers to some questions, each checked against it first."""
    store = MemoryStore.of_folder(HALDEN)
    store.settlement_run(Period.parse("2026-03"), None, "ada", "March")
    served = httpx.ASGITransport(application(store, store, lambda: date(2026, 6, 1)))

    async def ask() -> tuple[str, list[dict[str, Any]]]:
        transport = HTTPXAsyncTransport(url="http://privity.test/graphql", transport=served)
        async with Client(transport=transport, fetch_schema_from_transport=True) as session:
            answers = [await session.execute(gql(question)) for question in questions]
            assert session.client.schema is not None
            return print_schema(session.client.schema), answers

    return asyncio.run(ask())


def test_the_client_reads_the_schema_that_is_committed() -> None:
    read, _ = asked()
    committed = (ROOT / "openapi" / "schema.graphql").read_text(encoding="utf-8")
    for name in ("type Query", "type Mutation", "type Subscription", "union Gate", "scalar Period"):
        assert name in read
        assert name in committed


def test_the_client_asks_the_questions_of_the_tour() -> None:
    assert len(TOUR) >= 2
    _, answers = asked(*TOUR)
    breaches = next(answer["breaches"] for answer in answers if "breaches" in answer)
    names = [
        row["party"]["name"]
        for edge in breaches["edges"]
        for row in edge["node"]["trace"]["responsibilities"]
    ]
    assert "wattmere" in names
    impact = next(answer["creditImpact"] for answer in answers if "creditImpact" in answer)
    caused = {
        each["party"]["name"]: each["caused"]["amount"]
        for each in impact["impacts"][0]["parties"]
        if each["party"]
    }
    assert caused["nimbrel"] == "3400.00"
