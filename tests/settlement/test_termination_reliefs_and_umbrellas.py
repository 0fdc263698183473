"""What is struck out of a right, what an umbrella counts, and money that gives a right; figures counted by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from domain.termination.standing import TerminationStatus
from settlement.settle import Settling
from tests.building import (
    Document,
    Documents,
    availability,
    bands,
    document,
    evidence,
    house,
    level,
    outage,
    portfolio,
    service,
    sla,
    uc,
)
from tests.rights_told import TERM, counted, right, stands

NOT_MET, APPROACHING, CURING, EXERCISABLE, LAPSED, WAIVED, EXERCISED = TerminationStatus
K = [level("ratio", "95", name="k", metric={"measure": "k"})]


def down(month: str, hours: int, on: str = "a", **more: str) -> dict[str, str]:
    """So many hours down from the tenth of a month on."""
    ends = f"2026-{month}-{10 + hours // 24}T{hours % 24:02}:00:00Z"
    return outage(on, f"2026-{month}-10T00:00:00Z", ends, **more)


def told(documents: Documents, outages: list[dict[str, str]], as_of: str) -> Settling:
    return Settling.of(portfolio(*documents), evidence(outages), date.fromisoformat(as_of))


def relief(month: str, **more: Any) -> Document:
    spec: dict[str, Any] = {
        "agreement": "sla", "from": f"2026-{month}-10T00:00Z", "to": f"2026-{month}-11T00:00Z",
        "cause": "force_majeure", "status": "accepted",
    }  # fmt: skip
    return document("Relief", f"flood-{month}", **(spec | more))


TWICE = right({"misses": 2, "of": "availability", "within": "P6M"})
PROMISE = [house(), service("a"), sla(["a"], [availability("99.9")], terminationRights=[TWICE])]


@pytest.mark.parametrize("effects", [["termination"], ["breach"], ["breach", "credit", "termination"]])
def test_a_breach_that_is_relieved_is_struck_out_with_the_reason(effects: list[str]) -> None:
    rows = [down("02", 10), down("03", 10)]

    assert stands(told(PROMISE, rows, "2026-04-01"), "chronic").status is EXERCISABLE
    found = stands(told([*PROMISE, relief("03", effects=effects)], rows, "2026-04-01"), "chronic")

    assert found.status is APPROACHING
    struck = {ground.period: ground.struck for ground in found.grounds}
    assert struck["2026-02"] is None
    assert "flood-03 (force_majeure)" in (struck["2026-03"] or "")


def test_relief_of_the_credit_alone_leaves_the_weight_for_termination() -> None:
    rows = [down("02", 10), down("03", 10)]
    documents = [*PROMISE, relief("03", effects=["credit"])]

    assert stands(told(documents, rows, "2026-04-01"), "chronic").status is EXERCISABLE


def test_relief_that_is_only_claimed_strikes_nothing_out() -> None:
    rows = [down("02", 10), down("03", 10)]
    documents = [*PROMISE, relief("03", status="claimed")]

    assert stands(told(documents, rows, "2026-04-01"), "chronic").status is EXERCISABLE


def test_an_excused_outage_is_not_counted_and_one_excused_in_part_counts_in_part() -> None:
    more = right({"outages": {"moreThan": "1"}, "within": "P30D", "of": "availability"})
    hours = right({"outageHours": {"moreThan": "19"}, "within": "P30D", "of": "availability"}, "long")
    excluding = sla(
        ["a"], [availability("99.9")], terminationRights=[more, hours], exclusions=["force_majeure"]
    )
    flood = down("03", 10, cause="force_majeure")
    plain = outage("a", "2026-03-20T00:00:00Z", "2026-03-20T10:00:00Z")

    settling = told([house(), service("a"), excluding], [plain, flood], "2026-04-01")
    assert stands(settling, "chronic").status is APPROACHING
    assert stands(settling, "long").status is APPROACHING
    both = told([house(), service("a"), excluding], [plain, down("03", 10)], "2026-04-01")
    assert stands(both, "chronic").status is EXERCISABLE
    assert stands(both, "long").status is EXERCISABLE


# ------------------------------------------------------------------------------------------------ umbrellas


def umbrella(*rights: Document, **more: Any) -> list[Document]:
    """Two parts, one of a, one of b, under msa."""
    msa = sla([], [], name="msa", term=TERM, effective=TERM["from"], terminationRights=list(rights), **more)
    prices = {"a": {"a": "1000.00"}, "b": {"b": "3000.00"}}
    credit = bands({"95": "10"})
    parts = [
        sla([each], [{**K[0], "credit": credit}], prices[each], name=f"sla-{each}", partOf="msa", term=TERM,
            effective=TERM["from"])
        for each in ("a", "b")
    ]  # fmt: skip
    return [*house(), service("a"), service("b"), msa, *parts]


def on(documents: Documents, a: str, b: str, as_of: str) -> Settling:
    rows = [*counted(a, on="a"), *counted(b, on="b")]
    return Settling.of(portfolio(*documents), evidence(counts=rows), date.fromisoformat(as_of))


def test_the_misses_of_an_umbrellas_parts_add_up() -> None:
    documents = umbrella(right({"misses": 3, "of": "k", "within": "P6M"}))

    # a in January and March, b in February.
    found = stands(on(documents, "xMx", "MxM", "2026-04-01"), agreement="msa")
    assert (found.status, found.accrued) == (EXERCISABLE, date(2026, 4, 1))
    assert [(ground.agreement, ground.period) for ground in found.grounds] == [
        ("sla-a", "2026-01"), ("sla-b", "2026-02"), ("sla-a", "2026-03"),
    ]  # fmt: skip
    assert stands(on(documents, "xMM", "MxM", "2026-04-01"), agreement="msa").status is APPROACHING


def test_an_umbrellas_run_is_one_of_months_in_which_a_part_missed() -> None:
    documents = umbrella(right({"consecutive": 3, "of": "k"}))

    assert stands(on(documents, "xMx", "MxM", "2026-04-01"), agreement="msa").status is EXERCISABLE
    assert stands(on(documents, "xMx", "MMM", "2026-04-01"), agreement="msa").status is NOT_MET


def test_an_umbrellas_credits_are_a_percentage_of_what_all_parts_cost() -> None:
    tenth = right({"credits": {"percent": "10"}, "months": 1})

    # Both miss: 100 + 300 of 4,000 is a tenth. b alone: 300 of 4,000 is 7.5 %.
    assert stands(on(umbrella(tenth), "Mx", "Mx", "2026-03-01"), agreement="msa").status is EXERCISABLE
    assert stands(on(umbrella(tenth), "MM", "Mx", "2026-03-01"), agreement="msa").status is NOT_MET


def test_an_umbrellas_own_cap_is_the_one_that_its_credits_reach() -> None:
    capped = umbrella(
        right({"creditsAtCap": 2, "within": "P6M"}), remedies={"caps": [{"amount": "200.00", "per": "month"}]}
    )

    # 300 for b alone and 400 for both are cut to 200; 100 for a alone is not.
    assert stands(on(capped, "Mxx", "xxM", "2026-04-01"), agreement="msa").status is EXERCISABLE
    assert stands(on(capped, "Mxx", "xMM", "2026-04-01"), agreement="msa").status is APPROACHING


# --------------------------------------------------------------------------------------------------- money


def priced(*rights: Document, figures: Sequence[str], as_of: str, **more: Any) -> Settling:
    """One level on a at 1,000 a month, a fifth of it for each miss."""
    held = [{**K[0], "credit": bands({"95": "20"})}]
    agreement = sla(["a"], held, {"a": "1000.00"}, terminationRights=list(rights), **more)
    rows = evidence(counts=counted(figures))
    return Settling.of(portfolio(house(), service("a"), agreement), rows, date.fromisoformat(as_of))


def test_months_whose_credits_reach_a_percentage_of_the_charges_give_the_right() -> None:
    fifth = right({"credits": {"percent": "20", "of": "agreement"}, "months": 2, "within": "P4M"})
    more = right({"credits": {"percent": "20.01", "of": "agreement"}, "months": 2, "within": "P4M"}, "more")

    found = stands(priced(fifth, figures="xMMx", as_of="2026-05-01"))
    assert (found.status, found.accrued) == (EXERCISABLE, date(2026, 5, 1))
    assert stands(priced(fifth, figures="xMM", as_of="2026-04-01")).status is APPROACHING
    assert stands(priced(fifth, figures="xMMM", as_of="2026-05-01")).status is NOT_MET
    assert stands(priced(more, figures="xxxx", as_of="2026-05-01"), "more").status is NOT_MET


def test_service_points_add_up_over_months_and_the_rest_that_is_missing_is_told() -> None:
    points = {"scheme": "points", "bands": [{"below": "95", "points": "20"}, {"below": "85", "points": "40"}]}
    held = [{**K[0], "credit": points}]
    fifty = right({"points": "50", "within": "P3M"})
    agreement = sla(["a"], held, {"a": "1000.00"}, terminationRights=[fifty])

    def after(figures: list[str], as_of: str) -> Settling:
        rows = evidence(counts=counted(figures))
        return Settling.of(portfolio(house(), service("a"), agreement), rows, date.fromisoformat(as_of))

    # 20 + 40 in two months; 20 + 20 leave 10, which one more month can bring.
    assert stands(after(["90", "80"], "2026-03-01")).status is EXERCISABLE
    found = stands(after(["90", "90"], "2026-03-01"))
    assert found.status is APPROACHING
    assert found.next_trigger == "10 or more service points in 2026-03, after 2026-01, 2026-02."


def test_a_mean_below_the_limit_gives_the_right_and_says_what_would_bring_it_there() -> None:
    low = right({"average": {"below": "97"}, "of": "k", "over": "P3M"})

    # (98 + 97 + 95) / 3 is 96.66...; (98 + 97 + 96) / 3 is exactly 97.
    assert stands(priced(low, figures=["98", "97", "95"], as_of="2026-04-01")).status is EXERCISABLE
    found = stands(priced(low, figures=["98", "97", "96"], as_of="2026-04-01"))
    assert found.status is APPROACHING
    # 97 x 3 - 97 - 96 = 98: below that the mean of February to April would be below 97.
    assert found.next_trigger is not None
    assert found.next_trigger.startswith("k on a below 98 in 2026-04: the mean over P3M would be below 97")


def test_a_mean_that_no_value_has_pulled_down_is_not_being_approached() -> None:
    """One more failure counts only after one that is counted already (ruling 33); 97 is not below 97."""
    low = right({"average": {"below": "97"}, "of": "k", "over": "P3M"})
    found = stands(priced(low, figures=["98", "97", "97"], as_of="2026-04-01"))
    assert (found.status, found.next_trigger) == (NOT_MET, None)


def test_the_service_concerned_is_what_a_right_over_a_service_can_end() -> None:
    one = right({"misses": 1, "of": "k"}, scope="service")
    documents = [house(), service("a"), service("b"), sla(["a", "b"], K, terminationRights=[one])]
    rows = [*counted("M", on="a"), *counted("x", on="b")]
    settling = Settling.of(portfolio(*documents), evidence(counts=rows), date(2026, 2, 1))

    assert stands(settling).services == ("b",)


def test_a_suppliers_right_that_refers_to_another_agreement_rests_on_that() -> None:
    cross = right({"misses": 2, "of": "uc-one/k", "within": "P6M"})
    documents = [
        house(vendors=["one", "two"]), service("a", "one"), service("b", "two"),
        uc("one", ["a"], K), uc("two", ["b"], K, terminationRights=[cross]),
    ]  # fmt: skip
    rows = [
        *counted(
            "xx",
            on="a",
        ),
        *counted("MM", on="b"),
    ]
    settling = Settling.of(portfolio(*documents), evidence(counts=rows), date(2026, 3, 1))

    assert stands(settling, agreement="uc-two").status is EXERCISABLE
