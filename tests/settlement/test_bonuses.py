"""Bonuses: what a level that did better than promised earns its provider, beside the credits and never among them."""

from typing import Any

from domain.explanation import replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Document,
    Row,
    at_most,
    availability,
    bands,
    count,
    gbp,
    house,
    level,
    outage,
    service,
    settle,
    settling,
    sla,
)

ABOVE = {"scheme": "bands", "bands": [{"above": "99.95", "percent": "1"}, {"above": "99.99", "percent": "2"}]}
MINUTES = [outage("web", "14 10:00", "14 10:10")]
"""10 of 43,200 minutes: 99.976...: above 99.95, not above 99.99."""


def contract(promise: Document, **terms: Any) -> list[Document]:
    return [*house(), service("web"), sla(["web"], [promise], {"web": "40000.00"}, **terms)]


def bonuses(documents: list[Document], **rows: Any) -> list[str]:
    return [line.net.text() for line in settle(documents, **rows).statement().bonuses]


def test_the_best_band_that_the_value_lies_above_is_owed_to_the_provider() -> None:
    promise = availability("99.9", credit=bands({"99.9": "5"}), bonus=ABOVE)
    assert bonuses(contract(promise), outages=MINUTES) == ["400.00"]
    assert bonuses(contract(promise)) == ["800.00"]
    statement = settle(contract(promise), outages=MINUTES).statement()
    assert statement.bonus == gbp("400.00")
    assert (statement.gross, statement.net, statement.lines) == (gbp("0.00"), gbp("0.00"), ())


def test_a_value_that_only_meets_the_target_earns_nothing_and_a_miss_is_credited() -> None:
    promise = availability("99.9", credit=bands({"99.9": "5"}), bonus=ABOVE)
    assert bonuses(contract(promise), outages=[outage("web", "14 10:00", "14 10:40")]) == []
    settled = settle(contract(promise), outages=[outage("web", "14 10:00", "14 11:00")])
    assert settled.statement().bonuses == ()
    assert settled.statement().net == gbp("2000.00")


def test_a_level_with_a_bonus_and_no_credit_has_a_statement() -> None:
    assert bonuses(contract(availability("99.9", bonus=ABOVE))) == ["800.00"]


def test_a_bonus_by_steps_and_by_surplus_is_read_the_other_way_round() -> None:
    steps = {"scheme": "perUnit", "unit": "0.5", "each": {"amount": "10.00"}}
    row = [count("score", 977, 1000, on="web")]
    promise = level("ratio", "95", metric={"measure": "score"}, name="score", bonus=steps)
    # 2.7 points better: five full halves.
    assert bonuses(contract(promise), counts=row) == ["50.00"]
    surplus = level(
        "mean", at_most("4"), metric={"measure": "wait"}, name="wait", bonus={"scheme": "shortfall"}
    )
    # 3 where at most 4 were promised: one better, 1 %.
    assert bonuses(contract(surplus), counts=[count("wait", 30, 10, on="web")]) == ["400.00"]


def test_caps_do_not_touch_a_bonus_and_the_credit_impact_does_not_see_it() -> None:
    promise = availability("99.9", credit=bands({"99.9": "5"}), bonus=ABOVE)
    settled = settle(
        contract(promise, remedies={"caps": [{"amount": "1.00", "per": "month"}]}), outages=MINUTES
    )
    assert settled.statement().bonus == gbp("400.00")
    assert settled.impact().payable == gbp("0.00")


def test_nothing_is_earned_while_bedding_in() -> None:
    promise = availability("99.9", bonus=ABOVE, beddingIn="P6M")
    assert bonuses(contract(promise), outages=MINUTES) == []


def test_a_bonus_is_explained_and_replays() -> None:
    documents = contract(availability("99.9", credit=bands({"99.9": "5"}), bonus=ABOVE))
    with_rows = settling(documents, outages=MINUTES)
    trees = explanations(with_rows, Period.parse("2026-04"), "sla", "availability", "web")
    assert sorted(trees) == ["attainment", "bonus"]
    assert replay(trees["bonus"]) == gbp("400.00")


def months_down(*minutes: int) -> list[Row]:
    """Down for so many minutes on the 14th of January, February and so on."""
    return [
        outage(
            "web",
            f"2026-{month:02d}-14T10:00:00Z",
            f"2026-{month:02d}-14T{10 + length // 60:02d}:{length % 60:02d}:00Z",
        )
        for month, length in enumerate(minutes, start=1)
        if length
    ]


def bonus_of(promise: Document, month: str, rows: list[Row]) -> str:
    whole = settling(contract(promise), outages=rows)
    (statement,) = whole.settle(Period.parse(month)).statements
    return statement.bonus.text()


IN_A_ROW = ABOVE | {"when": {"consecutive": 3}}


def test_a_bonus_for_three_good_months_in_a_row_is_earned_in_the_third_and_in_each_after_it() -> None:
    promise = availability("99.9", bonus=IN_A_ROW)
    rows = months_down(1, 1, 1, 1)
    # A minute a month: above 99.99 in all four; a run is not used up by what it earned.
    assert [bonus_of(promise, f"2026-0{month}", rows) for month in (1, 2, 3, 4)] == [
        "0.00", "0.00", "800.00", "800.00",
    ]  # fmt: skip


def test_a_missed_month_breaks_the_run_that_a_bonus_asks_for() -> None:
    promise = availability("99.9", bonus=IN_A_ROW)
    # An hour down in February: 99.85, missed. March and April are two in a row.
    rows = months_down(1, 60, 1, 1, 1)
    assert [bonus_of(promise, f"2026-0{month}", rows) for month in (4, 5)] == ["0.00", "800.00"]


def test_the_value_that_a_bonus_asks_for_has_to_be_there_in_each_month_that_counts() -> None:
    often = {"misses": 2, "within": "P3M", "value": {"atLeast": "99.99"}}
    promise = availability("99.9", bonus=ABOVE | {"when": often})
    # Ten minutes down in February: 99.97, met but below 99.99, so that it does not count, and breaks nothing.
    rows = months_down(1, 10, 1)
    assert [bonus_of(promise, f"2026-0{month}", rows) for month in (1, 2, 3)] == ["0.00", "0.00", "800.00"]


def test_a_bonus_under_a_condition_replays() -> None:
    promise = availability("99.9", bonus=IN_A_ROW)
    whole = settling(contract(promise), outages=months_down(1, 1, 1))
    trees = explanations(whole, Period.parse("2026-03"), "sla", "availability", "web")
    assert replay(trees["bonus"]) == gbp("800.00")
    with_a_miss = settling(contract(promise), outages=months_down(1, 60, 1))
    assert "bonus" not in explanations(with_a_miss, Period.parse("2026-03"), "sla", "availability", "web")
