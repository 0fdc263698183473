"""Statements of record over GraphQL: their steps, their notes with causes, claims with their countdown.

E3: 2,000.00 for April; four hours more of hosting make it 6,000.00 (tests/api/services/test_statements_of_record.py).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from api.bootstrap import Privity
from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.services.stored_folders import SCENARIOS, empty_store, fill

SHAPE = SCENARIOS / "75-shape-of-the-output"
APRIL = Period.parse("2026-04")
LATE = b"service,started_at,ended_at\nhosting,2026-04-20T00:00:00Z,2026-04-20T04:00:00Z\n"
ORDER = 'agreement: "sla-online-banking", period: "2026-04", actor: "ada"'
SHOWN = """
  id version status issuedAt net { amount } standing { amount }
  lines { net { amount } serviceLevel { name } explanation { rule value } }
  explanation { rule value }
  outstanding { net { amount } lines { serviceLevel netBefore { amount } netAfter { amount } } }
  acts { act actor reason version lines }
  adjustments {
    id version status net { amount }
    lines { net { amount } amount { amount } serviceLevel { name } }
    changes { netBefore { amount } netAfter { amount } causes { name } }
    causes { kind name sha256 text services }
    explanation { rule value }
  }
"""
STATEMENT = f'{{ agreement(name: "sla-online-banking") {{ statements(period: "2026-04") {{ {SHOWN} }} }} }}'


@pytest.fixture
def privity(tmp_path: Path) -> Iterator[Privity]:
    """E3 in a store, April settled."""
    with empty_store(tmp_path) as opened:
        fill(opened, SHAPE)
        opened.commands.settlement_run(APRIL, None, "ada", "month end")
        yield opened


@pytest.fixture
def ask(privity: Privity) -> Asking:
    return Asking(privity.reader, privity.commands)


def step(ask: Asking, name: str, more: str = "", reason: str = "why") -> Any:
    query = (
        f'mutation {{ {name}(input: {{{ORDER}, reason: "{reason}"{more}}}) '
        "{ __typename ... on RequestRejected { faults { code message cure } } %s } }"
    )
    done = f"... on {name[0].upper()}{name[1:]}d {{ statement {{ status }} }}".replace("eed", "ed")
    done = done.replace("StatementUpholdd", "StatementUpheld").replace("Adjustd", "Adjusted")
    return ask(query % done)[name]


def test_a_statement_is_issued_disputed_adjusted_and_settled(privity: Privity, ask: Asking) -> None:
    draft = ask(STATEMENT)["agreement"]["statements"][0]
    assert (draft["status"], draft["issuedAt"], draft["adjustments"]) == ("DRAFT", None, [])
    assert step(ask, "statementIssue") == {
        "__typename": "StatementIssued", "statement": {"status": "ISSUED"},
    }  # fmt: skip
    privity.commands.evidence_submit("evidence/outages-late.csv", LATE, "ada", "late")
    privity.commands.settlement_run(APRIL, None, "ada", "late evidence")
    waiting = ask(STATEMENT)["agreement"]["statements"][0]
    assert (waiting["id"], waiting["net"], waiting["standing"]) == (
        draft["id"], {"amount": "2000.00"}, {"amount": "2000.00"},
    )  # fmt: skip
    assert waiting["lines"] == draft["lines"]
    assert waiting["explanation"] == draft["explanation"]
    assert waiting["outstanding"] == {
        "net": {"amount": "4000.00"},
        "lines": [
            {
                "serviceLevel": "availability",
                "netBefore": {"amount": "2000.00"},
                "netAfter": {"amount": "6000.00"},
            }
        ],
    }
    assert (
        step(ask, "statementDispute", ", lines: [1]", "we saw five hours")["__typename"]
        == "StatementDisputed"
    )
    assert step(ask, "statementAdjust")["statement"] == {"status": "ADJUSTED"}
    adjusted = ask(STATEMENT)["agreement"]["statements"][0]
    assert (adjusted["net"], adjusted["standing"], adjusted["outstanding"]) == (
        {"amount": "2000.00"}, {"amount": "6000.00"}, None,
    )  # fmt: skip
    (note,) = adjusted["adjustments"]
    assert (note["version"], note["status"], note["net"]) == (2, "ISSUED", {"amount": "4000.00"})
    assert note["lines"] == [
        {
            "net": {"amount": "4000.00"},
            "amount": {"amount": "4000.00"},
            "serviceLevel": {"name": "availability"},
        }
    ]
    (cause,) = note["causes"]
    assert (cause["kind"], cause["name"], cause["services"]) == (
        "EVIDENCE", "evidence/outages-late.csv", ["hosting"],
    )  # fmt: skip
    assert note["changes"][0]["causes"] == [{"name": "evidence/outages-late.csv"}]
    assert note["explanation"]["rule"] == "adjustment/1"
    assert [(act["act"], act["lines"]) for act in adjusted["acts"]] == [
        ("ISSUE", []), ("DISPUTE", [1]), ("ADJUST", []),
    ]  # fmt: skip
    again = ask(
        "query($id: ID!) { node(id: $id) { ... on Statement { version net { amount } } } }", id=note["id"]
    )
    assert again["node"] == {"version": 2, "net": {"amount": "4000.00"}}
    assert step(ask, "statementSettle")["statement"] == {"status": "SETTLED"}


def test_a_step_that_is_not_allowed_is_an_answer_that_says_why(ask: Asking) -> None:
    for name in ("statementDispute", "statementUphold", "statementAdjust", "statementSettle"):
        (fault,) = step(ask, name)["faults"]
        assert "it was not issued yet" in fault["message"]
        assert fault["cure"] == "Issue it first"
    assert ask(STATEMENT)["agreement"]["statements"][0]["status"] == "DRAFT"


def test_claims_are_counted_down_and_an_ordered_claim_is_seen_at_once(ask: Asking) -> None:
    # The window of uc-cirrus is the 30 days after April: until 30 May; hosting's hour was worth 1,000.00 at 5 %.
    query = (
        'query($day: Date!) { claims(asOf: $day, agreement: "uc-cirrus", dueWithin: 14) { totalCount edges { node {'
        " status daysLeft claimBy net { amount } vendor { name } agreement { name } statement { period } } } } }"
    )
    assert ask(query, day="2026-05-15")["claims"]["totalCount"] == 0
    (edge,) = ask(query, day="2026-05-20")["claims"]["edges"]
    assert (edge["node"]["status"], edge["node"]["daysLeft"], edge["node"]["claimBy"]) == (
        "OPEN",
        10,
        "2026-05-30",
    )
    assert (edge["node"]["vendor"], edge["node"]["statement"]) == ({"name": "cirrus"}, {"period": "2026-04"})
    order = (
        'mutation { creditClaim(input: {agreement: "uc-cirrus", period: "2026-04", at: "%s", actor: "ada", '
        'reason: "mail"}) { ... on CreditClaimed { claim { status claimedAt } } '
        "... on RequestRejected { faults { code } } } }"
    )
    # The clock of these tests stands at 28 May 2026: a claim is dated back, never forward.
    assert ask(order % "2026-05-29")["creditClaim"] == {"faults": [{"code": "DATE"}]}
    assert ask(order % "2026-05-28")["creditClaim"] == {
        "claim": {"status": "CLAIMED", "claimedAt": "2026-05-28"}
    }
    assert ask(order % "2026-05-28")["creditClaim"] == {"faults": [{"code": "CLAIM"}]}
    shown = '{ agreement(name: "uc-cirrus") { statements(period: "2026-04") { claim { status recoverable { amount } } } } }'
    (statement,) = ask(shown)["agreement"]["statements"]
    assert statement["claim"]["status"] == "CLAIMED"


def test_statements_that_were_issued_cost_one_statement_of_the_database_more_and_then_none(
    privity: Privity, ask: Asking
) -> None:
    executed: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        executed.append(statement)

    shown = (
        '{ statements(period: "2026-04") { edges { node { status net { amount } standing { amount } } } } }'
    )
    ask(shown)
    step(ask, "statementIssue")
    event.listen(privity.store.database.engine, "before_cursor_execute", note)
    try:
        counts = []
        for _ in range(2):
            executed.clear()
            assert {edge["node"]["status"] for edge in ask(shown)["statements"]["edges"]} == {
                "ISSUED",
                "DRAFT",
            }
            counts.append(len(executed))
    finally:
        event.remove(privity.store.database.engine, "before_cursor_execute", note)
    # Which run is the last, and whether a step was taken since; what was issued is in memory from the order on.
    assert counts == [1, 1]
    assert privity.reader.statement_record("sla-online-banking", "meridian-bank", APRIL) is not None


def test_a_month_that_was_settled_with_its_quarter_is_issued_too(tmp_path: Path) -> None:
    with empty_store(tmp_path) as opened:
        fill(opened, SHAPE)
        opened.commands.settlement_run(Period.parse("2026-Q2"), None, "ada", "quarter end")
        ask = Asking(opened.reader, opened.commands)
        assert step(ask, "statementIssue")["statement"] == {"status": "ISSUED"}
