"""A party's scorecard, on figures that stand in the why.md of their scenarios."""

from pathlib import Path
from typing import Any

import pytest

from api.errors import RequestError
from api.services.scoring import months_between, scorecard_of_folder
from api.shapes.scorecard import scorecard_shape
from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.graphql.memory import MemoryStore

SCENARIOS = Path(__file__).parents[1] / "scenarios"
E3 = SCENARIOS / "75-shape-of-the-output"
"""April 2026: hosting (cirrus) down 60 minutes, wan (telco) 2, apart. 2,000 GBP, all cirrus's, who owes 1,200."""


def card(folder: Path, party: str, first: str, last: str) -> Any:
    return scorecard_shape(scorecard_of_folder(folder, party, months_between(folder, first, last)))


def pounds(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


def test_a_vendor_s_card_has_what_it_promised_what_it_answers_for_and_both_sides_of_the_money() -> None:
    found = card(E3, "cirrus", "2026-04", "2026-04")
    [promise] = found["promises"]
    assert (promise["agreement"], promise["serviceLevel"], promise["service"]) == (
        "uc-cirrus",
        "availability",
        "hosting",
    )
    assert (promise["judged"], promise["met"], promise["missed"], promise["missedIn"]) == (
        1,
        0,
        1,
        ["2026-04"],
    )
    # Of 62 minutes 60 were its own.
    assert [(each["agreement"], each["shareExact"]) for each in found["breaches"]] == [
        ("sla-online-banking", "30/31")
    ]
    assert found["money"] == [
        {
            "currency": "GBP",
            "owed": pounds("1200.00"),
            "due": pounds("0.00"),
            "forgone": pounds("0.00"),
            "caused": pounds("2000.00"),
            "recoverable": pounds("1200.00"),
            "internal": pounds("0.00"),
            "gap": pounds("800.00"),
            "overRecovery": pounds("0.00"),
        }
    ]


def test_the_provider_s_card_has_what_it_owes_and_what_it_is_owed() -> None:
    [money] = card(E3, "halden-it", "2026-04", "2026-04")["money"]
    assert (money["owed"], money["due"], money["caused"]) == (
        pounds("2000.00"),
        pounds("1200.00"),
        pounds("0.00"),
    )


def test_a_month_without_evidence_is_judged_like_any_other() -> None:
    # May has no outage: both months are judged, only April is missed, and April is the worst.
    [promise] = card(E3, "cirrus", "2026-04", "2026-05")["promises"]
    assert (promise["judged"], promise["missedIn"], promise["worst"]["period"]) == (2, ["2026-04"], "2026-04")


def test_a_customer_s_card_has_its_duties() -> None:
    # Of the specifications due in May one of three came in time, of those due in June one of two.
    found = card(SCENARIOS / "change-specifications-late", "meridian", "2026-05", "2026-06")
    assert found["promises"] == []
    [duty] = found["duties"]
    assert (duty["serviceLevel"], duty["missedIn"]) == ("specifications-in-time", ["2026-05", "2026-06"])
    assert (duty["worst"]["period"], duty["worst"]["value"]) == ("2026-05", "33.333333333")


def test_a_card_over_the_api_is_the_one_that_is_printed() -> None:
    store = MemoryStore.of_folder(E3)
    store.settlement_run(Period.parse("2026-04"), None, "ada", "month end")
    money = "{ amount currency }"
    answer = Asking(store, store)(
        f"""{{ scorecard(party: "cirrus", from: "2026-03", to: "2026-04") {{
          from to unsettled party {{ name scorecard(from: "2026-04", to: "2026-04") {{ to }} }}
          promises {{ judged met missed noData missedIn worst {{ value }} serviceLevel {{ name }} }}
          duties {{ judged }} breaches {{ share {{ exact }} breach {{ attainment {{ period }} }} }}
          money {{ owed {money} gap {money} }} terminationRights {{ name }} }} }}"""
    )["scorecard"]
    # March is not settled there: it is named, and not counted.
    assert answer == {
        "from": "2026-03",
        "to": "2026-04",
        "unsettled": ["2026-03"],
        "party": {"name": "cirrus", "scorecard": {"to": "2026-04"}},
        "promises": [
            {
                "judged": 1,
                "met": 0,
                "missed": 1,
                "noData": 0,
                "missedIn": ["2026-04"],
                "worst": {"value": "99.861111111"},
                "serviceLevel": {"name": "availability"},
            }
        ],
        "duties": [],
        "breaches": [{"share": {"exact": "30/31"}, "breach": {"attainment": {"period": "2026-04"}}}],
        "money": [{"owed": pounds("1200.00"), "gap": pounds("800.00")}],
        "terminationRights": [],
    }


def test_a_party_that_no_contract_names_and_months_the_wrong_way_round_are_told() -> None:
    with pytest.raises(RequestError, match='no party is named "cirus"'):
        card(E3, "cirus", "2026-04", "2026-04")
    with pytest.raises(RequestError, match="--to 2026-03 lies before --from 2026-04"):
        months_between(E3, "2026-04", "2026-03")
