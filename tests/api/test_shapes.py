import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from api.shapes.explanation import explanation_shape
from api.shapes.parts import JsonValue
from api.shapes.settlement import breach_shape, settlement_shape
from api.shapes.trace import trace_shape
from domain.attainment import AttainmentStatus
from domain.explanation import Explanation, Term
from domain.money import Money
from domain.periods import Period
from ola.responsibility import Reason, ServiceShare
from tests.api import settled


def as_json(shape: Mapping[str, JsonValue]) -> Any:
    """The shape as whoever parses the printed JSON gets it."""
    return json.loads(json.dumps(shape))


def test_a_settlement_has_the_keys_and_the_figures_of_the_published_shape() -> None:
    # The figures are those of the worked example E3; see tests/api/settled.py for their derivation.
    assert settlement_shape(settled.settlement()) == {
        "period": "2026-04",
        "asOf": "2026-05-01",
        "attainments": [
            {
                "agreement": "sla-online-banking",
                "serviceLevel": "availability",
                "service": "online-banking",
                "period": "2026-04",
                "status": "MISSED",
                "value": "99.856481481",
                "numerator": "2588280000000",
                "denominator": "2592000000000",
                "unit": "microseconds",
                "target": "99.9",
                "margin": "-0.043518519",
                "minimum": None,
                "minimumMissed": None,
                "inheritedFrom": None,
                "owedBy": "halden-it",
                "quarantined": 1,
            }
        ],
        "breaches": [
            {
                "agreement": "sla-online-banking",
                "serviceLevel": "availability",
                "service": "online-banking",
                "period": "2026-04",
                "trace": {
                    "method": "COUNTERFACTUAL",
                    "quantity": "3720",
                    "unit": "seconds",
                    "responsibilities": [
                        {
                            "party": "cirrus",
                            "reason": "OWN_FAILURE",
                            "cause": None,
                            "answerable": "cirrus",
                            "agreement": "uc-cirrus",
                            "services": [
                                {
                                    "service": "hosting",
                                    "party": "cirrus",
                                    "quantity": "3600",
                                    "share": "0.967741935",
                                }
                            ],
                            "quantity": "3600",
                            "impactShare": "0.967741935",
                            "impactShareExact": "30/31",
                            "creditShare": "1",
                            "creditShareExact": "1",
                            "credit": {"amount": "2000.00", "currency": "GBP"},
                            "necessary": True,
                            "sufficient": True,
                            "valueWithout": "99.995370370",
                            "paths": [["online-banking", "hosting"]],
                        },
                        {
                            "party": "telco",
                            "reason": "OWN_FAILURE",
                            "cause": None,
                            "answerable": "telco",
                            "agreement": "uc-telco",
                            "services": [
                                {
                                    "service": "wan",
                                    "party": "telco",
                                    "quantity": "120",
                                    "share": "0.032258065",
                                }
                            ],
                            "quantity": "120",
                            "impactShare": "0.032258065",
                            "impactShareExact": "1/31",
                            "creditShare": "0",
                            "creditShareExact": "0",
                            "credit": {"amount": "0.00", "currency": "GBP"},
                            "necessary": False,
                            "sufficient": False,
                            "valueWithout": "99.861111111",
                            "paths": [["online-banking", "wan"]],
                        },
                    ],
                    "instants": [
                        {
                            "from": "2026-04-14T10:00:00Z",
                            "to": "2026-04-14T11:00:00Z",
                            "ticket": None,
                            "movedTo": None,
                            "causes": [
                                {
                                    "service": "hosting",
                                    "party": "cirrus",
                                    "quantity": "3600",
                                    "share": "1",
                                    "excused": None,
                                }
                            ],
                        },
                        {
                            "from": "2026-04-21T10:00:00Z",
                            "to": "2026-04-21T10:02:00Z",
                            "ticket": None,
                            "movedTo": None,
                            "causes": [
                                {
                                    "service": "wan",
                                    "party": "telco",
                                    "quantity": "120",
                                    "share": "1",
                                    "excused": None,
                                }
                            ],
                        },
                    ],
                    "absorbed": [{"service": "spare-wan", "party": "telco", "quantity": "600"}],
                    "moneyFollows": "credit",
                    "note": None,
                },
                "relief": [],
            }
        ],
        "statements": [
            {
                "agreement": "sla-online-banking",
                "consumer": "meridian-bank",
                "period": "2026-04",
                "lines": [
                    {
                        "agreement": "sla-online-banking",
                        "serviceLevel": "availability",
                        "service": "online-banking",
                        "clause": "Sch 3, 2.1",
                        "period": None,
                        "scheme": "bands",
                        "value": "99.856481481",
                        "points": None,
                        "percent": "5",
                        "base": {"amount": "40000.00", "currency": "GBP"},
                        "amount": {"amount": "2000.00", "currency": "GBP"},
                        "net": {"amount": "2000.00", "currency": "GBP"},
                    }
                ],
                "gross": {"amount": "2000.00", "currency": "GBP"},
                "net": {"amount": "2000.00", "currency": "GBP"},
                "claimBy": None,
                "soleRemedy": None,
                "countTowardDamages": None,
                "bonuses": [],
                "bonus": {"amount": "0.00", "currency": "GBP"},
                "earnBack": {"entries": [], "balance": {"amount": "0.00", "currency": "GBP"}},
            },
            {
                "agreement": "uc-telco",
                "consumer": "halden-it",
                "period": "2026-04",
                "lines": [],
                "gross": {"amount": "0.00", "currency": "GBP"},
                "net": {"amount": "0.00", "currency": "GBP"},
                "claimBy": "2026-05-30",
                "soleRemedy": None,
                "countTowardDamages": None,
                "bonuses": [],
                "bonus": {"amount": "0.00", "currency": "GBP"},
                "earnBack": {"entries": [], "balance": {"amount": "0.00", "currency": "GBP"}},
            },
        ],
        "creditImpact": [
            {
                "currency": "GBP",
                "payable": {"amount": "2000.00", "currency": "GBP"},
                "recoverable": {"amount": "1200.00", "currency": "GBP"},
                "internal": {"amount": "0.00", "currency": "GBP"},
                "gap": {"amount": "800.00", "currency": "GBP"},
                "overRecovery": {"amount": "0.00", "currency": "GBP"},
                "parties": [
                    {
                        "party": "cirrus",
                        "caused": {"amount": "2000.00", "currency": "GBP"},
                        "recoverable": {"amount": "1200.00", "currency": "GBP"},
                        "internal": {"amount": "0.00", "currency": "GBP"},
                        "gap": {"amount": "800.00", "currency": "GBP"},
                        "overRecovery": {"amount": "0.00", "currency": "GBP"},
                        "reasons": [
                            {
                                "code": "RATE",
                                "amount": {"amount": "800.00", "currency": "GBP"},
                                "agreement": "sla-online-banking",
                                "serviceLevel": "availability",
                                "service": "online-banking",
                                "explanation": "the same breach on a smaller base",
                            }
                        ],
                        "outsideOwnContract": {"amount": "0.00", "currency": "GBP"},
                    }
                ],
                "rates": [],
            }
        ],
        "terminationRights": [],
        "findings": [
            {
                "code": "NOT_YET_CALCULATED",
                "severity": "WARNING",
                "kind": "TERMS",
                "message": "The termination right chronic-availability is not calculated yet",
                "agreement": "sla-online-banking",
                "serviceLevel": None,
                "service": None,
                "clauses": ["12.3(b)"],
                "figures": {"misses": "2", "within": "6"},
                "cure": "Judge it by hand until then",
            }
        ],
        "quarantine": [{"file": "evidence/outages.csv", "line": 7, "reason": "no service is named billng"}],
        "sources": [
            {
                "file": "evidence/outages.csv",
                "kind": "outages",
                "rows": 2,
                "quarantined": 1,
                "repeated": 0,
                "sha256": "0" * 64,
            }
        ],
    }


def test_every_number_survives_json_because_it_is_text() -> None:
    shape = as_json(settlement_shape(settled.settlement()))

    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [found for item in value.values() for found in numbers(item)]
        if isinstance(value, list):
            return [found for item in value for found in numbers(item)]
        return [value] if isinstance(value, float) else []

    assert numbers(shape) == []


def test_three_equal_shares_are_printed_so_that_they_add_up_to_one() -> None:
    rows = tuple(
        settled.responsibility(party, f"{party}-line", 60, share=Fraction(1, 3), credit_share=Fraction(1, 3))
        for party in ("a", "b", "c")
    )
    shape = as_json(trace_shape(replace(settled.TRACE, responsibilities=rows), (None, None, None)))
    printed = [row["impactShare"] for row in shape["responsibilities"]]
    assert printed == ["0.333333334", "0.333333333", "0.333333333"]
    assert sum(Decimal(text) for text in printed) == 1


def test_the_services_of_a_party_add_up_to_the_share_that_is_printed_for_the_party() -> None:
    # a: 1/3, of which half on each of two services; 333,333,334 units are 166,666,667 twice.
    a = settled.responsibility("a", "x", 60, share=Fraction(1, 3))
    a = replace(
        a,
        services=(
            ServiceShare("x", "a", Fraction(30), Fraction(1, 6)),
            ServiceShare("y", "a", Fraction(30), Fraction(1, 6)),
        ),
    )
    others = tuple(
        settled.responsibility(party, f"{party}-line", 60, share=Fraction(1, 3)) for party in ("b", "c")
    )
    shape = as_json(trace_shape(replace(settled.TRACE, responsibilities=(a, *others)), (None, None, None)))
    row = shape["responsibilities"][0]
    assert row["impactShare"] == "0.333333334"
    assert [part["share"] for part in row["services"]] == ["0.166666667", "0.166666667"]


def test_what_is_excused_shows_its_quantity_and_cause_but_no_share_and_no_party() -> None:
    excused = replace(
        settled.responsibility(None, "online-banking", 0, share=Fraction(0)),
        reason=Reason.EXCUSED,
        cause="customer",
        quantity=Fraction(1801, 2),
        impact_share=None,
        credit_share=None,
        services=(ServiceShare("online-banking", None, Fraction(1801, 2), Fraction(0)),),
    )
    trace = replace(settled.TRACE, responsibilities=(settled.CIRRUS, settled.TELCO, excused))
    shape = as_json(trace_shape(trace, (settled.gbp("2000.00"), settled.gbp("0.00"), None)))
    row = shape["responsibilities"][2]
    assert row == {
        "party": None,
        "reason": "EXCUSED",
        "cause": "customer",
        "answerable": None,
        "agreement": None,
        "services": [{"service": "online-banking", "party": None, "quantity": "900.5", "share": None}],
        "quantity": "900.5",
        "impactShare": None,
        "impactShareExact": None,
        "creditShare": None,
        "creditShareExact": None,
        "credit": None,
        "necessary": False,
        "sufficient": False,
        "valueWithout": None,
        "paths": [["online-banking", "online-banking"]],
    }
    # The shares of the others are settled as if the excused row did not stand there.
    assert [r["impactShare"] for r in shape["responsibilities"]] == ["0.967741935", "0.032258065", None]


def test_what_the_contracts_left_open_has_a_share_but_no_party() -> None:
    misaligned = replace(
        settled.responsibility(None, "support", 1, share=Fraction(1)),
        reason=Reason.MISALIGNED,
        services=(),
        credit_share=Fraction(1),
        paths=(),
    )
    trace = replace(
        settled.TRACE, unit="tickets", quantity=Fraction(1), responsibilities=(misaligned,), instants=()
    )
    row = as_json(trace_shape(trace, (settled.gbp("2000.00"),)))["responsibilities"][0]
    assert (row["party"], row["reason"], row["impactShare"], row["creditShare"]) == (
        None,
        "MISALIGNED",
        "1",
        "1",
    )


def test_a_level_that_could_not_be_measured_has_a_status_and_no_figures() -> None:
    nothing = replace(
        settled.ATTAINMENT,
        status=AttainmentStatus.NO_DATA,
        value=None,
        compared=None,
        numerator=None,
        denominator=None,
        margin=None,
        threshold=None,
    )
    shape = as_json(settlement_shape(settled.settlement(attainments=(nothing,), breaches=())))["attainments"][
        0
    ]
    figures = ("value", "numerator", "denominator", "target", "margin")
    assert [shape[key] for key in figures] == [None] * 5
    assert shape["status"] == "NO_DATA"


def test_relieved_time_may_leave_a_numerator_that_is_no_whole_number() -> None:
    relieved = replace(settled.ATTAINMENT, numerator=Fraction(5, 2))
    shape = as_json(settlement_shape(settled.settlement(attainments=(relieved,))))["attainments"][0]
    assert shape["numerator"] == "2.5"


def test_the_order_in_which_a_settlement_was_made_cannot_be_seen() -> None:
    other = replace(settled.LEVEL, service="a-service")
    first, second = settled.ATTAINMENT, replace(settled.ATTAINMENT, of=other)
    march = replace(first, period=Period.parse("2026-03"))
    one_way = settled.settlement(attainments=(first, second, march))
    other_way = settled.settlement(
        attainments=(march, second, first), statements=(settled.STATEMENT, settled.NOTHING_DUE)
    )
    shape = as_json(settlement_shape(one_way))
    assert shape == settlement_shape(other_way)
    services = [(row["service"], row["period"]) for row in shape["attainments"]]
    assert services == [
        ("a-service", "2026-04"),
        ("online-banking", "2026-03"),
        ("online-banking", "2026-04"),
    ]


def test_the_contracts_themselves_come_after_the_parties_in_the_impact() -> None:
    cirrus = settled.IMPACT.parties[0]
    impact = replace(
        settled.IMPACT, parties=(replace(cirrus, party=None), replace(cirrus, party="zeta"), cirrus)
    )
    shape = as_json(settlement_shape(settled.settlement(credit_impact=(impact,))))["creditImpact"][0]
    assert [party["party"] for party in shape["parties"]] == ["cirrus", "zeta", None]


def test_yen_have_no_decimals_and_dinars_three() -> None:
    yen, dinar = Money(Decimal(1200), "JPY"), Money(Decimal(5), "KWD")
    shape = as_json(breach_shape(replace(settled.BREACH, credits=(yen, dinar))))
    credits_shown = [row["credit"] for row in shape["trace"]["responsibilities"]]
    assert credits_shown == [
        {"amount": "1200", "currency": "JPY"},
        {"amount": "5.000", "currency": "KWD"},
    ]


def test_an_explanation_names_its_format_rule_clause_inputs_and_steps() -> None:
    leaf = Explanation("counted", "counted/1", "62", inputs=(Term("outage", "60", "evidence/outages.csv:2"),))
    tree = Explanation("value", "availability/1", "99.9", "Sch 3, 2.1", "2026-04", steps=(leaf,))
    assert explanation_shape(tree) == {
        "format": 1,
        "name": "value",
        "rule": "availability/1",
        "clause": "Sch 3, 2.1",
        "period": "2026-04",
        "value": "99.9",
        "inputs": [],
        "steps": [
            {
                "name": "counted",
                "rule": "counted/1",
                "clause": None,
                "period": None,
                "value": "62",
                "inputs": [{"name": "outage", "value": "60", "source": "evidence/outages.csv:2"}],
                "steps": [],
            }
        ],
    }
