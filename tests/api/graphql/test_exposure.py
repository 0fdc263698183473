"""What hangs on whom through the schema, on E3: banking needs hosting by cirrus and a line by telco, 40,000 a month."""

from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore


def test_who_alone_brings_an_sla_down(settled: MemoryStore, ask: Asking) -> None:
    answer = ask(
        """{ singlePointsOfFailure(asOf: "2026-04-01") { promise { agreement { name } service { name } }
          services { name } parties { name } agreements { name } }
          failureSets(agreement: "sla-online-banking", by: PARTY, asOf: "2026-04-01") {
            complete count sizes { size count } sets promise { service { name } } } }"""
    )

    [points] = answer["singlePointsOfFailure"]
    assert points["promise"] == {
        "agreement": {"name": "sla-online-banking"},
        "service": {"name": "online-banking"},
    }
    parties = [each["name"] for each in points["parties"]]
    [sets] = answer["failureSets"]
    # In a series each party alone is enough, so there are no larger sets.
    assert sets["complete"]
    assert sets["sets"] == [[name] for name in parties]
    assert sets["sizes"] == [{"size": 1, "count": str(len(parties))}]
    assert {"cirrus"} <= set(parties)


def test_what_hangs_on_a_vendor(settled: MemoryStore, ask: Asking) -> None:
    answer = ask(
        """{ dependents(party: "cirrus", asOf: "2026-04-01") { failing { name } services { falls service { name }
          path { name } } promises { agreement { name } falls { name } } }
          concentration(asOf: "2026-04-01") { party { name } promises falls { agreement { name } }
            money { total { amount currency } falls { amount } fallsShare } } }"""
    )

    assert answer["dependents"] == {
        "failing": [{"name": "hosting"}],
        "services": [
            {
                "falls": True,
                "service": {"name": "online-banking"},
                "path": [{"name": "online-banking"}, {"name": "hosting"}],
            }
        ],
        "promises": [{"agreement": {"name": "sla-online-banking"}, "falls": [{"name": "online-banking"}]}],
    }
    cirrus = next(each for each in answer["concentration"] if each["party"]["name"] == "cirrus")
    assert cirrus["money"] == [
        {
            "total": {"amount": "40000.00", "currency": "GBP"},
            "falls": {"amount": "40000.00"},
            "fallsShare": "1",
        }
    ]


def test_a_picture_comes_with_the_graph(settled: MemoryStore, ask: Asking) -> None:
    drawn = ask('{ dependencyGraph(root: "online-banking") { svg } }')["dependencyGraph"]["svg"]

    assert drawn.startswith("<svg ")
    assert 'id="hosting"' in drawn
