"""Credits that fall due only under a condition on something else than the level's own misses.

The level "k" of 1,000.00 a month credits 10 % (100.00) in a month that is missed; "m" is another level beside it. Months
are said by letters: "x" is missed (90 % against 95 %), "M" met (97 %).
"""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.explanation import Explanation, replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    Settled,
    availability,
    bands,
    document,
    gbp,
    house,
    level,
    outage,
    service,
    settle,
    settling,
    sla,
)
from tests.rights_told import counted, notice

TERM = {"from": "2022-01-01", "to": "2027-12-31"}
TEN_PERCENT = bands({"95": "10"})


def ratio(name: str, **terms: Any) -> Document:
    return level("ratio", "95", name=name, metric={"measure": name}, **terms)


def contract(when: Any, m: Document | None = None, **terms: Any) -> list[Document]:
    levels = [ratio("k", credit=TEN_PERCENT | {"when": when}), m or ratio("m")]
    agreed = {"term": TERM, "effective": TERM["from"]} | terms
    return [*house(), service("a"), sla(["a"], levels, {"a": "1000.00"}, **agreed)]


def told(k: Sequence[str], m: Sequence[str] = "", since: str = "2026-02") -> list[Row]:
    return [*counted(k, since, "k"), *counted(m, since, "m")]


def due(documents: list[Document], rows: list[Row], period: str = "2026-04") -> str:
    """What the credit of "k" comes to before the agreement's remedies."""
    return settle(documents, counts=rows, period=period).line(level="k").amount.text()


# ------------------------------------------------------------------------------------------- another level


@pytest.mark.parametrize(
    ("when", "m", "amount"),
    [
        # February to April: two misses are enough, whichever months they were.
        ({"misses": 2, "of": "m", "within": "P3M"}, "xMx", "100.00"),
        ({"misses": 2, "of": "m", "within": "P3M"}, "xxM", "100.00"),
        ({"misses": 2, "of": "m", "within": "P3M"}, "MMx", "0.00"),
        ({"misses": 2, "of": "m", "within": "P2M"}, "xMx", "0.00"),
        # A run ends with the month judged last.
        ({"consecutive": 2, "of": "m"}, "Mxx", "100.00"),
        ({"consecutive": 2, "of": "m"}, "xxM", "0.00"),
        # A value is that of the judged month.
        ({"value": {"below": "92"}, "of": "m"}, "MMx", "100.00"),
        ({"value": {"below": "92"}, "of": "m"}, "xxM", "0.00"),
        ({"misses": 2, "value": {"below": "85"}, "of": "m", "within": "P3M"}, ["80", "90", "84"], "100.00"),
        ({"misses": 2, "value": {"below": "84"}, "of": "m", "within": "P3M"}, ["80", "90", "84"], "0.00"),
        # 96, 92 and 91 are 93 on average.
        ({"average": {"atMost": "93"}, "of": "m", "over": "P3M"}, ["96", "92", "91"], "100.00"),
        ({"average": {"below": "93"}, "of": "m", "over": "P3M"}, ["96", "92", "91"], "0.00"),
        ({"all": [{"misses": 1, "of": "m"}, {"consecutive": 2}]}, "xMM", "100.00"),
        ({"all": [{"misses": 1, "of": "m"}, {"consecutive": 3}]}, "xMM", "0.00"),
        ({"any": [{"misses": 1, "of": "m"}, {"consecutive": 3}]}, "MMM", "0.00"),
        ({"any": [{"misses": 1, "of": "m"}, {"consecutive": 2}]}, "MMM", "100.00"),
    ],
)
def test_a_credit_may_hang_on_how_another_level_was_kept(when: Document, m: str, amount: str) -> None:
    assert due(contract(when), told("Mxx", m)) == amount


def test_the_average_of_the_level_itself_takes_in_the_judged_month_and_needs_a_whole_window() -> None:
    when = {"average": {"below": "93"}, "over": "P3M"}
    # 96, 92 and 90 are 92.67 on average; 97, 92 and 90 are just 93.
    assert due(contract(when), told(["96", "92", "90"])) == "100.00"
    assert due(contract(when), told(["97", "92", "90"])) == "0.00"
    assert due(contract(when), told("xx", since="2026-03")) == "0.00"


def test_what_is_relieved_for_its_credit_is_no_miss_of_the_other_level() -> None:
    relief = document(
        "Relief", "february", agreement="sla", serviceLevels=["m"], cause="force_majeure", status="accepted",
        effects=["credit"], noticeGiven="2026-02-02T00:00:00Z", to="2026-03-01T00:00:00Z",
    )  # fmt: skip
    relief["spec"]["from"] = "2026-02-01T00:00:00Z"
    documents = contract({"misses": 2, "of": "m", "within": "P3M"})
    assert due(documents, told("MMx", "xMx")) == "100.00"
    assert due([*documents, relief], told("MMx", "xMx")) == "0.00"


def test_a_level_of_another_agreement_may_be_asked_about() -> None:
    other = sla(["b"], [ratio("n")], {"b": "10.00"}, name="other")
    documents = [*contract({"misses": 1, "of": "other/n", "within": "P1M"}), service("b"), other]
    april = told("Mxx")
    assert due(documents, [*april, *counted("MMx", "2026-02", "n", "b")]) == "100.00"
    assert due(documents, [*april, *counted("xxM", "2026-02", "n", "b")]) == "0.00"


# ---------------------------------------------------------------------------------------------------- money


CAPPED = {"caps": [{"amount": "50.00", "per": "month"}]}


@pytest.mark.parametrize(
    ("when", "m", "amount"),
    [
        # February to April are asked about in May; May's own credits are not known before the condition is answered.
        ({"creditsAtCap": 2, "within": "P3M"}, "xMxx", "100.00"),
        ({"creditsAtCap": 2, "within": "P3M"}, "MMxx", "0.00"),
        ({"creditsAtCap": 1, "within": "P1M"}, "MMxM", "100.00"),
        ({"creditsAtCap": 1, "within": "P1M"}, "MxMx", "0.00"),
        # 50.00 of 1,000.00 are 5 %.
        ({"credits": {"percent": "5"}, "within": "P2M"}, "MxMM", "100.00"),
        ({"credits": {"percent": "5.1"}, "within": "P2M"}, "MxMM", "0.00"),
        ({"credits": {"amount": "50.00"}, "months": 2, "within": "P3M"}, "xMxM", "100.00"),
        ({"credits": {"amount": "50.00"}, "months": 3, "within": "P3M"}, "xMxx", "0.00"),
    ],
)
def test_a_credit_may_hang_on_the_credits_of_the_months_before(when: Document, m: str, amount: str) -> None:
    documents = contract(when, ratio("m", credit=TEN_PERCENT), remedies=CAPPED)
    assert due(documents, told("MMMx", m), "2026-05") == amount


def test_a_credit_that_hangs_on_its_own_level_s_credits_goes_by_the_months_before() -> None:
    when = {"any": [{"value": {"below": "85"}}, {"credits": {"percent": "10"}, "within": "P1M"}]}
    rows = told(["80", "90", "90", "97", "90"], since="2026-01")
    # January by its value, then each month after a credited one; April credits nothing, so May does not either.
    amounts = [due(contract(when), rows, f"2026-0{month}") for month in (1, 2, 3, 5)]
    assert amounts == ["100.00", "100.00", "100.00", "0.00"]


def test_five_years_of_credits_that_each_hang_on_the_month_before_can_be_settled() -> None:
    when = {"any": [{"value": {"below": "85"}}, {"creditsAtCap": 1, "within": "P1M"}]}
    documents = contract(when, remedies={"caps": [{"amount": "100.00", "per": "month"}]})
    rows = told(["80", *["90"] * 59], since="2022-01")
    assert due(documents, rows, "2026-12") == "100.00"


def test_service_points_count_with_those_of_the_judged_month_for_they_come_before_the_condition() -> None:
    scored = ratio("m", credit={"scheme": "points", "bands": [{"below": "95", "points": "2"}]})
    documents = contract({"points": "4", "within": "P2M"}, scored)
    assert due(documents, told("MMx", "Mxx")) == "100.00"
    assert due(documents, told("MMx", "xMx")) == "0.00"


# -------------------------------------------------------------------------------------------------- outages


def hosted(when: Document, **terms: Any) -> list[Document]:
    promise = availability("99.9", credit=bands({"99.9": "5"}, when=when))
    return [*house(), service("web"), service("db"), sla(["web"], [promise], {"web": "40000.00"}, **terms)]


def down(*days: str, minutes: int = 60) -> list[Row]:
    return [outage("web", f"{day}T10:00:00Z", f"{day}T10:{minutes - 1:02d}:00Z") for day in days]


def test_more_outages_than_so_many_in_any_thirty_days_that_end_in_the_month() -> None:
    documents = hosted({"outages": {"moreThan": 3}, "within": "P30D"})
    april = ["2026-04-03", "2026-04-10", "2026-04-20"]
    # 22 March to 20 April are thirty days; the 21st of March lies before them.
    assert settle(documents, outages=down("2026-03-22", *april)).line().amount == gbp("2000.00")
    assert settle(documents, outages=down("2026-03-21", *april)).line().amount == gbp("0.00")


def test_an_outage_that_is_excused_is_not_one_of_them() -> None:
    documents = hosted({"outages": {"moreThan": 1}, "within": "P30D"}, exclusions=["customer"])
    rows = down("2026-04-03", "2026-04-10")
    assert settle(documents, outages=rows).line().amount == gbp("2000.00")
    assert settle(documents, outages=[rows[0], rows[1] | {"cause": "customer"}]).line().amount == gbp("0.00")


def test_an_outage_that_is_relieved_for_the_credit_alone_is_not_one_of_them_either() -> None:
    documents = hosted({"outages": {"moreThan": 1}, "within": "P30D"})
    relief = document(
        "Relief", "works", agreement="sla", cause="force_majeure", status="accepted", effects=["credit"],
        noticeGiven="2026-04-11T00:00:00Z", to="2026-04-11T00:00:00Z",
    )  # fmt: skip
    relief["spec"]["from"] = "2026-04-10T00:00:00Z"
    rows = down("2026-04-03", "2026-04-10")
    assert settle([*documents, relief], outages=rows).line().amount == gbp("0.00")


def test_more_hours_down_than_so_many() -> None:
    documents = hosted({"outageHours": {"moreThan": "2"}, "within": "P7D"})
    two = [outage("web", "14 10:00", "14 11:00"), outage("web", "20 10:00", "20 11:00")]
    assert settle(documents, outages=two).line().amount == gbp("0.00")
    longer = [two[0], outage("web", "20 10:00", "20 11:00:00.000001")]
    assert settle(documents, outages=longer).line().amount == gbp("2000.00")
    a_week_apart = [two[0], outage("web", "21 10:00", "21 11:00:00.000001")]
    assert settle(documents, outages=a_week_apart).line().amount == gbp("0.00")


# ------------------------------------------------------------------------------------ events, and no cause


def test_an_event_counts_from_the_day_on_which_it_was_recorded() -> None:
    documents = contract({"event": "insolvency"})
    assert due(documents, told("MMx")) == "0.00"
    in_april = notice("event", "2026-04-30", right=None, event="insolvency")
    in_may = notice("event", "2026-05-01", right=None, event="insolvency")
    assert due([*documents, in_april], told("MMx")) == "100.00"
    assert due([*documents, in_may], told("MMx")) == "0.00"


def test_a_condition_that_needs_no_cause_always_holds_and_one_that_nothing_meets_never() -> None:
    assert due(contract({"convenience": "true"}), told("MMx")) == "100.00"
    assert due(contract({"convenience": "false"}), told("MMx")) == "0.00"


# ------------------------------------------------------------------------------------------------- bonuses


def test_a_bonus_counts_the_months_in_which_the_other_level_was_kept() -> None:
    bonus = {"scheme": "bands", "bands": [{"above": "96", "percent": "1"}]}
    kept = ratio("k", bonus=bonus | {"when": {"misses": 2, "of": "m", "within": "P3M"}})
    documents = [*house(), service("a"), sla(["a"], [kept, ratio("m")], {"a": "1000.00"})]

    def bonuses(m: str) -> list[str]:
        statement = settle(documents, counts=told("MMM", m)).statement()
        return [line.net.text() for line in statement.bonuses]

    assert bonuses("MxM") == ["10.00"]
    assert bonuses("xxM") == []


# -------------------------------------------------------------------------------------------- explanations


def _rules(tree: Explanation) -> set[str]:
    return {tree.rule, *(rule for step in tree.steps for rule in _rules(step))}


@pytest.mark.parametrize(
    ("when", "answered_by"),
    [
        ({"misses": 2, "of": "m", "within": "P3M"}, "come-together/1"),
        ({"consecutive": 1, "of": "m"}, "last-in-a-row/1"),
        ({"average": {"below": "94"}, "of": "m", "over": "P3M"}, "mean-satisfies/1"),
        ({"credits": {"amount": "50.00"}, "within": "P2M"}, "come-together/1"),
        ({"event": "insolvency"}, "recorded-by/1"),
    ],
)
def test_the_explanation_of_a_credit_has_what_its_condition_rests_on(
    when: Document, answered_by: str
) -> None:
    documents = contract(when, ratio("m", credit=TEN_PERCENT), remedies=CAPPED)
    documents.append(notice("event", "2026-04-30", right=None, event="insolvency"))
    month = Period.parse("2026-04")
    found = explanations(settling(documents, counts=told("MMx", "xxx")), month, "sla", "k", "a")
    tree = found["credit"]
    # 100.00 each of "k" and "m" under a cap of 50.00.
    assert replay(tree) == gbp("25.00")
    assert {"when/1", "any-answers/1", answered_by} <= _rules(tree)


def test_each_part_of_a_condition_is_a_step_that_is_called_by_what_it_asks() -> None:
    when = {"any": [
        {"misses": 2, "value": {"atMost": "85"}, "of": "m", "within": "P3M"}, {"consecutive": 2, "of": "m", "against": "minimum"},
        {"value": {"below": "80"}, "of": "m"}, {"average": {"below": "93"}, "over": "P3M"}, {"event": "insolvency"},
        {"credits": {"percent": "5"}, "months": 2, "within": "P4M"}, {"credits": {"amount": "9.00"}}, {"creditsAtCap": 2},
        {"points": "4", "within": "P2M"}, {"outages": {"moreThan": 3}, "within": "P30D"},
        {"outageHours": {"moreThan": "24"}, "within": "P30D", "of": "m"}, {"convenience": "true"}, {"convenience": "false"},
    ]}  # fmt: skip
    found = explanations(
        settling(contract(when), counts=told("MMx")), Period.parse("2026-04"), "sla", "k", "a"
    )
    (named,) = _named(found["credit"], "when/1")
    assert [step.name for step in named.steps[2:]] == [
        "1: 2 misses of m with a value at most 85 within P3M", "2: 2 misses of the minimum of m in a row",
        "3: a value of m below 80", "4: an average below 93 over P3M", "5: the event insolvency",
        "6: credits of 5 % of agreement in 2 months within P4M", "7: credits of GBP 9.00 in 1 months",
        "8: credits at the cap in 2 months", "9: 4 service points within P2M", "10: more than 3 outages within P30D",
        "11: more than 24 hours down of m within P30D", "12: no cause is needed", "13: nothing",
    ]  # fmt: skip


def _named(tree: Explanation, rule: str) -> list[Explanation]:
    return [
        *([tree] if tree.rule == rule else []),
        *(one for step in tree.steps for one in _named(step, rule)),
    ]


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"creditsAtCap": 2, "within": "P6M"}, "sla has no cap of the month"),
        ({"points": "4", "within": "P2M"}, "no level of sla has service points"),
        (
            {"any": [{"misses": 1}, {"credits": {"percent": "5"}, "months": 4, "within": "P3M"}]},
            "3 months hold no 4 months",
        ),
        ({"consecutive": 3, "within": "P2M"}, "2 months hold no 3 months"),
        (
            {
                "any": [
                    {"misses": 2, "within": "P2M"},
                    {"misses": 9, "within": "P60D"},
                    {"event": "insolvency"},
                ]
            },
            None,
        ),
    ],
)
def test_a_condition_that_can_never_hold_is_said(when: Document, why: str | None) -> None:
    found = settle(contract(when), counts=told("MMM")).findings("CONDITION_NEVER_HOLDS")
    assert [each.service_level for each in found] == ([] if why is None else ["k"])
    assert all(why is not None and why in each.message for each in found)


def test_nothing_of_a_condition_is_left_for_later() -> None:
    settled: Settled = settle(contract({"creditsAtCap": 2, "within": "P3M"}), counts=told("MMx"))
    assert settled.findings("NOT_YET_CALCULATED") == []
