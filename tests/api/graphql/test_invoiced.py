"""What was invoiced, sent through the API after the contract: it is the base, seen, explained, and the cause of a note.

An SLA on hosting that is proposed, signed and put in force through the API: 2,000.00 EUR a month, 10 % below 99.9. In
May hosting is down for two hours of 744: 99.73 %, so 200.00. Invoiced for May are 1,500.00 and, by a second row of the
same invoice, 100.00 less: 10 % of 1,400.00 are 140.00. A corrected invoice takes off another 400.00: 100.00.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.bootstrap import Privity
from tests.acted_contracts import folder_at
from tests.api.graphql.asking import Asking
from tests.api.services.stored_folders import empty_store, fill
from tests.store.stores import BACKENDS

PROPOSAL = """\
apiVersion: privity/v1
kind: Agreement
metadata: {name: sla-hosting}
spec:
  type: SLA
  provider: house
  consumer: shop
  services: [hosting]
  state: draft
  term: {from: 2026-05-01, to: 2026-12-31}
  currency: EUR
  charges: [{service: hosting, monthly: "2000.00"}]
  serviceLevels:
    - name: availability
      metric: {kind: availability}
      period: month
      target: {atLeast: "99.9"}
      credit: {scheme: bands, bands: [{below: "99.9", percent: "10"}]}
"""
DOWN = "service,started_at,ended_at\nhosting,2026-05-10T10:00Z,2026-05-10T12:00Z\n"
INVOICE = "agreement,service,month,amount\nsla-hosting,hosting,2026-05,1500.00\nsla-hosting,hosting,2026-05,-100.00\n"
CORRECTION = "agreement,service,month,amount\nsla-hosting,hosting,2026-05,-400.00\n"
ELSEWHERE = (
    "agreement,service,month,amount\nuc-cloudco,hosting,2026-05,390.00\nsla-hosting,hosting,2026-06,1.00\n"
)
"""What was invoiced under another contract for the same service, and for a later month."""

BASED = """{ agreement(name: "sla-hosting") {
  statements(period: "2026-05") { net { amount } lines { base { amount } net { amount } } }
  invoiced(period: "2026-05") { month amount { amount currency } service { name } customer { name } evidence }
} }"""
WAITING = """{ statementsToAdjust { totalCount edges { node {
  agreement { name } net { amount } outstanding { net { amount } }
} } } }"""


@pytest.fixture(params=BACKENDS)
def privity(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Privity]:
    with empty_store(tmp_path, request.param) as opened:
        fill(opened, folder_at(tmp_path / "contracts"))
        yield opened


@pytest.fixture
def ask(privity: Privity) -> Asking:
    return Asking(privity.reader, privity.commands)


def order(ask: Asking, name: str, **given: Any) -> None:
    kind = "StatementOrder" if name in ("statementIssue", "statementAdjust") else name[0].upper() + name[1:]
    query = (
        f"mutation($input: {kind}Input!) {{ {name}(input: $input) "
        "{ __typename ... on RequestRejected { faults { message } } } }"
    )
    answer = ask(query, input={"actor": "ada", "reason": "as agreed", **given})[name]
    assert "faults" not in answer, answer


def in_force(ask: Asking) -> None:
    """The agreement, proposed and signed in April and in force from its first day."""
    order(ask, "agreementPropose", text=PROPOSAL)
    april = {"agreement": "sla-hosting"}
    order(ask, "agreementTransition", to="NEGOTIATING", at="2026-04-28T09:00:00Z", **april)
    order(ask, "agreementSign", party="house", at="2026-04-29T09:00:00Z", **april)
    order(ask, "agreementSign", party="shop", at="2026-04-29T10:00:00Z", **april)
    order(ask, "agreementTransition", to="ACTIVE", at="2026-04-30T09:00:00Z", **april)


def settled(ask: Asking) -> Any:
    order(ask, "settlementRun", period="2026-05")
    return ask(BASED)["agreement"]


def test_a_contract_of_the_api_is_settled_on_what_was_invoiced_later_and_a_corrected_invoice_is_a_note(
    privity: Privity, ask: Asking
) -> None:
    in_force(ask)
    order(ask, "evidenceSubmit", file="evidence/outages-may.csv", text=DOWN)
    priced = settled(ask)
    assert priced["invoiced"] == []
    assert priced["statements"] == [
        {"net": {"amount": "200.00"}, "lines": [{"base": {"amount": "2000.00"}, "net": {"amount": "200.00"}}]}
    ]
    order(ask, "evidenceSubmit", file="evidence/charges-may.csv", text=INVOICE)
    invoiced = settled(ask)
    assert invoiced["invoiced"] == [
        {
            "month": "2026-05",
            "amount": {"amount": "1400.00", "currency": "EUR"},
            "service": {"name": "hosting"},
            "customer": None,
            "evidence": ["evidence/charges-may.csv:2", "evidence/charges-may.csv:3"],
        }
    ]
    (statement,) = invoiced["statements"]
    assert statement["lines"] == [{"base": {"amount": "1400.00"}, "net": {"amount": "140.00"}}]

    order(ask, "statementIssue", agreement="sla-hosting", period="2026-05")
    assert ask(WAITING)["statementsToAdjust"] == {"totalCount": 0, "edges": []}
    order(ask, "evidenceSubmit", file="evidence/charges-corrected.csv", text=CORRECTION)
    order(ask, "evidenceSubmit", file="evidence/charges-elsewhere.csv", text=ELSEWHERE)
    order(ask, "settlementRun", period="2026-05")
    (waiting,) = ask(WAITING)["statementsToAdjust"]["edges"]
    assert waiting["node"] == {
        "agreement": {"name": "sla-hosting"},
        "net": {"amount": "140.00"},
        "outstanding": {"net": {"amount": "-40.00"}},
    }
    order(ask, "statementAdjust", agreement="sla-hosting", period="2026-05")
    assert ask(WAITING)["statementsToAdjust"]["totalCount"] == 0
    shown = """{ agreement(name: "sla-hosting") { statements(period: "2026-05") { standing { amount } adjustments {
      net { amount } causes { kind name } changes { netBefore { amount } netAfter { amount } causes { name } }
    } } } }"""
    (adjusted,) = ask(shown)["agreement"]["statements"]
    assert adjusted["standing"] == {"amount": "100.00"}
    # Neither another contract's invoice nor a later month's is a cause.
    assert adjusted["adjustments"] == [
        {
            "net": {"amount": "-40.00"},
            "causes": [{"kind": "EVIDENCE", "name": "evidence/charges-corrected.csv"}],
            "changes": [
                {
                    "netBefore": {"amount": "140.00"},
                    "netAfter": {"amount": "100.00"},
                    "causes": [{"name": "evidence/charges-corrected.csv"}],
                }
            ],
        }
    ]
    explained = '{ agreement(name: "sla-hosting") { statements(period: "2026-05") { lines { explanation { %s } } } } }'
    deep = "name inputs { name value source } steps { " * 4 + "name" + " }" * 4
    assert "invoiced for 2026-05 (evidence/charges-may.csv:2, evidence/charges-may.csv:3)" in str(
        ask(explained % deep)
    )
    assert privity.reader.faults() == ()
