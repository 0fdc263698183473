"""Ratio, mean, total, success and onTime: their values, and whose shortfall a miss was, all by hand."""

from fractions import Fraction

import pytest

from domain.explanation import replay
from domain.periods import Period
from settlement.explain import explanations
from tests.building import (
    Row,
    above,
    at_most,
    bands,
    count,
    exactly,
    gbp,
    house,
    item,
    level,
    ola,
    sample,
    service,
    settle,
    settling,
    sla,
    uc,
)

PRICES = {"desk": "10000.00"}
ANSWERED = {"kind": "ratio", "measure": "answered"}


def answered(target: str = "95", **more: object) -> dict[str, object]:
    return level("ratio", target, name="answered", metric=ANSWERED, **more)


TWO_TEAMS = [house(teams=["sales", "care"]), service("desk")]


def test_a_ratio_divides_the_sums_and_not_the_quotients() -> None:
    rows = [count("answered", 90, 100), count("answered", 10, 50, start="20 00:00", end="21 00:00")]
    found = settle(house(), service("desk"), sla(["desk"], [answered("60")]), counts=rows).attainment()
    assert found.numerator == 100
    assert found.denominator == 150
    assert found.unit == "counts"
    assert found.value == Fraction(200, 3)
    assert (found.status.value, found.margin) == ("MET", Fraction(20, 3))


def test_a_zero_denominator_has_no_value_and_neither_has_a_month_without_rows() -> None:
    for rows in ([], [count("answered", 0, 0)], [count("other", 1, 1)]):
        found = settle(house(), service("desk"), sla(["desk"], [answered()]), counts=rows).attainment()
        assert (found.status.value, found.value) == ("NO_DATA", None)


def test_a_mean_is_in_the_units_of_its_numerator_and_misses_above_its_target() -> None:
    asa = level("mean", at_most("10"), metric={"measure": "asa"}, credit=above({"10": "5"}))
    rows = [count("asa", 1000, 100), count("asa", 30, 1, start="12 00:00", end="13 00:00")]
    settled = settle(house(), service("desk"), sla(["desk"], [asa], PRICES), counts=rows)
    assert settled.attainment().value == Fraction(1030, 101)
    # Promised 10 s a call over 101 calls: 1,010 s; 20 s beyond, all the provider's.
    assert settled.trace().quantity == 20
    assert settled.trace().unit == "counts"
    assert settled.credit("halden") == gbp("500")


def test_a_total_counts_what_it_counts_and_a_month_without_rows_is_not_zero() -> None:
    leads = level("total", "450", metric={"measure": "leads"})
    documents = [house(), service("desk"), sla(["desk"], [leads])]
    found = settle(*documents, counts=[count("leads", 120), count("leads", "230.5")]).attainment()
    assert (found.value, found.denominator, found.margin) == (Fraction("350.5"), None, Fraction("-99.5"))
    assert settle(*documents).attainment().status.value == "NO_DATA"


def test_a_count_that_reaches_over_the_end_of_its_period_is_set_aside_with_its_line() -> None:
    rows = [
        count("answered", 96, 100, start="29 00:00", end="2026-05-01T00:00:00Z"),
        count("answered", 0, 100, start="29 00:00", end="2026-05-01T00:00:01Z"),
    ]
    settled = settle(house(), service("desk"), sla(["desk"], [answered()]), counts=rows)
    assert settled.attainment().value == 96
    (row,) = settled.settlement.quarantine
    assert (row.file, row.line) == ("evidence/counts.csv", 3)
    assert "straddles" in row.reason


def test_the_rows_of_each_party_are_divided_by_what_it_would_have_been_without() -> None:
    # 95 % of 200 is 190; 170 were answered. Sales were 5 short of their 95, care 15 of theirs.
    rows = [count("answered", 90, 100, party="sales"), count("answered", 80, 100, party="care")]
    settled = settle(
        TWO_TEAMS, sla(["desk"], [answered(credit=bands({"95": "5", "90": "10"}))], PRICES), counts=rows
    )
    assert settled.attainment().value == 85
    assert settled.trace().quantity == 20
    assert settled.row("sales").quantity == 5
    assert settled.row("care").quantity == 15
    assert settled.row("care").impact_share == Fraction(3, 4)
    # Without care 185 of 200 = 92.5 %: still missed, so care was not necessary; it alone gives 87.5 %.
    assert settled.row("care").value_without == Fraction("92.5")
    assert (settled.row("care").is_necessary, settled.row("care").is_sufficient) == (False, True)
    # Credits: both 10 % = 1,000, sales alone (92.5 %) 5 % = 500, care alone (87.5 %) 10 % = 1,000.
    assert (settled.row("sales").credit_share, settled.row("care").credit_share) == exactly("1/4", "3/4")
    assert settled.credit("sales") == gbp("250")


def test_a_party_better_than_its_promise_makes_nobody_else_worse() -> None:
    # 100 and 80 of 100 each: 180, 10 short of 190; care was 15 short, and sales' surplus of 5 is not care's merit.
    rows = [count("answered", 100, 100, party="sales"), count("answered", 80, 100, party="care")]
    settled = settle(TWO_TEAMS, sla(["desk"], [answered()]), counts=rows)
    assert settled.trace().quantity == 10
    assert settled.parties() == ["care"]
    assert settled.row("care").value_without == Fraction("97.5")


def test_each_is_held_to_its_own_promise_and_what_they_leave_open_is_the_contracts() -> None:
    # OLAs promise 90 % where the SLA promises 95: with both kept, 180 of 190. Sales kept theirs, care did not.
    promise = level("ratio", "90", name="answered", metric=ANSWERED)
    rows = [count("answered", 90, 100, party="sales"), count("answered", 80, 100, party="care")]
    settled = settle(
        TWO_TEAMS,
        sla(["desk"], [answered()]),
        ola("sales", ["desk"], [promise]),
        ola("care", ["desk"], [promise]),
        counts=rows,
    )
    assert settled.trace().quantity == 20
    assert settled.row(None).quantity == 10
    assert settled.row("care").quantity == 10
    assert settled.row("care").agreement == "ola-care"
    assert settled.parties() == ["care", None]


def test_an_ola_counts_the_rows_of_its_own_team() -> None:
    promise = level("ratio", "85", name="answered", metric=ANSWERED)
    rows = [
        count("answered", 90, 100, party="sales"),
        count("answered", 80, 100, party="care"),
        count("answered", 0, 100),
    ]
    settled = settle(
        TWO_TEAMS, ola("sales", ["desk"], [promise]), ola("care", ["desk"], [promise]), counts=rows
    )
    assert settled.attainment("ola-sales").value == 90
    assert settled.attainment("ola-care").value == 80


def test_a_level_of_the_same_name_is_the_promise_before_one_of_the_same_measure() -> None:
    named = level("ratio", "80", name="answered", metric=ANSWERED)
    measured = level("ratio", "99", name="calls", metric=ANSWERED)
    rows = [count("answered", 70, 100, party="care")]
    settled = settle(
        TWO_TEAMS, sla(["desk"], [answered("90")]), ola("care", ["desk"], [named, measured]), counts=rows
    )
    # 20 short; had care kept 80 %, 10 short still: half is the contracts'.
    assert settled.row("care").quantity == 10
    assert settled.row(None).quantity == 10


def test_a_total_of_parties_without_promises_is_shared_by_what_each_fell_short_of_its_part() -> None:
    # 100 leads promised, one row each: 50 apiece. Sales brought 30 (20 short), care 40 (10 short): 30 together.
    leads = level("total", "100", metric={"measure": "leads"})
    rows = [count("leads", 30, party="sales"), count("leads", 40, party="care")]
    settled = settle(TWO_TEAMS, sla(["desk"], [leads]), counts=rows)
    assert settled.row("sales").quantity == 20
    assert settled.row("care").quantity == 10


def test_a_vendor_is_held_to_its_contract_and_the_money_comes_back() -> None:
    promise = level("ratio", "95", name="answered", metric=ANSWERED, credit=bands({"95": "10"}))
    settled = settle(
        house(vendors=["callco"]),
        service("desk"),
        sla(["desk"], [answered(credit=bands({"95": "10"}))], PRICES),
        uc("callco", ["desk"], [promise], {"desk": "6000.00"}),
        counts=[count("answered", 85, 100, party="callco")],
    )
    assert settled.row("callco").answerable == "callco"
    assert settled.attainment("uc-callco").value == 85
    assert settled.side("callco").recoverable == gbp("600")
    assert settled.reasons("callco") == [("RATE", "400.00")]


def test_samples_are_pooled_or_averaged_interval_by_interval() -> None:
    rows = [sample("requests", "01 00:01", 90, 100), sample("requests", "01 00:06", 0, 1)]
    for metric, value in (
        ({"measure": "requests"}, Fraction(9000, 101)),
        ({"measure": "requests", "aggregate": "interval_mean", "interval": "PT5M"}, Fraction(45)),
    ):
        errors = level("success", "99.9", metric=metric)
        found = settle(house(), service("desk"), sla(["desk"], [errors]), samples=rows).attainment()
        assert (found.value, found.status.value) == (value, "MISSED")


def test_an_interval_without_requests_is_left_out_and_intervals_begin_with_the_period() -> None:
    # 5-minute intervals from midnight: 00:04 and 00:06 lie apart; 00:11 was asked nothing.
    metric = {"measure": "requests", "aggregate": "interval_mean", "interval": "PT5M"}
    rows = [
        sample("requests", "01 00:04", 1, 1),
        sample("requests", "01 00:06", 1, 2),
        sample("requests", "01 00:11", 0, 0),
    ]
    errors = level("success", "80", metric=metric)
    settled = settle(house(), service("desk"), sla(["desk"], [errors]), samples=rows)
    found = settled.attainment()
    assert found.value == 75
    assert found.numerator == Fraction(3, 2)
    assert found.denominator == 2
    assert found.unit == "intervals"
    # 80 % of two intervals is 1.6: a tenth of an interval short.
    assert settled.trace().quantity == Fraction(1, 10)


def test_an_error_rate_by_intervals_earns_its_band() -> None:
    # E21: a month at 98 % on 100.00, bands 99.9/99/95 of 10/25/100 %: 25.00.
    metric = {"measure": "requests", "aggregate": "interval_mean", "interval": "PT5M"}
    credit = bands({"99.9": "10", "99": "25", "95": "100"}, minimumPayable="1.00")
    rows = [sample("requests", f"{day:02d} 12:00", 98, 100) for day in range(1, 31)]
    errors = level("success", "99.9", metric=metric, credit=credit)
    for price, net in (("100.00", "25"), ("3.00", "0")):
        settled = settle(house(), service("desk"), sla(["desk"], [errors], {"desk": price}), samples=rows)
        assert settled.statement().net == gbp(net)


ITEMS = [
    item("r1", "05 12:00", "05 12:00"),
    item("r2", "12 12:00", "12 12:01"),
    item("r3", "19 12:00"),
    item("r4", "26 12:00", "20 09:00"),
    item("next", "2026-05-01T00:00:00Z"),
    item("other", "05 12:00", measure="invoice"),
]


def test_items_are_in_time_at_their_due_instant_and_late_where_they_never_came() -> None:
    reports = level("onTime", "75", metric={"measure": "report"})
    settled = settle(house(), service("desk"), sla(["desk"], [reports]), items=ITEMS)
    found = settled.attainment()
    assert found.value == 50
    assert found.numerator == 2
    assert found.denominator == 4
    assert found.unit == "items"
    assert settled.trace().quantity == 1
    assert settled.trace().unit == "items"
    assert [each.ticket for each in settled.trace().instants] == ["r2", "r3"]


def test_few_items_may_be_late_where_the_contract_forgives_them() -> None:
    small = {"fewerThan": 20, "allowFailures": 2}
    reports = level("onTime", "100", metric={"measure": "report"}, smallSample=small)
    settled = settle(house(), service("desk"), sla(["desk"], [reports]), items=ITEMS)
    assert settled.attainment().status.value == "MET"


def test_an_item_not_yet_due_counts_once_it_is_there() -> None:
    reports = level("onTime", "100", metric={"measure": "report"})
    settled = settle(house(), service("desk"), sla(["desk"], [reports]), items=ITEMS, as_of="2026-04-20")
    # Known by the end of 20 April: r1 in time, r2 and r3 late, r4 there early.
    assert settled.attainment().numerator == 2
    assert settled.attainment().denominator == 4
    earlier = settle(house(), service("desk"), sla(["desk"], [reports]), items=ITEMS, as_of="2026-04-19")
    assert earlier.attainment().numerator == 1
    assert earlier.attainment().denominator == 3


@pytest.mark.parametrize(
    ("metric", "target", "evidence"),
    [
        (("ratio", {"measure": "m"}), "95", {"counts": [count("m", 85, 100), count("m", "0.5", 1)]}),
        (("mean", {"measure": "m"}), "95", {"counts": [count("m", 85, 100)]}),
        (("total", {"measure": "m"}), "95", {"counts": [count("m", 85, 100)]}),
        (("success", {"measure": "m"}), "95", {"samples": [sample("m", "05 10:00", 9, 10)]}),
        (
            ("success", {"measure": "m", "aggregate": "interval_mean", "interval": "PT5M"}), "95",
            {"samples": [sample("m", "05 10:00", 9, 10)]},
        ),
        (("onTime", {"measure": "report"}), "95", {"items": ITEMS}),
    ],
)  # fmt: skip
def test_every_step_of_a_value_its_shares_and_its_credit_can_be_worked_out_again(
    metric: tuple[str, dict[str, str]], target: str, evidence: dict[str, list[Row]]
) -> None:
    one = level(metric[0], target, metric=metric[1], credit=bands({target: "10"}))
    work = settling(house(), service("desk"), sla(["desk"], [one], PRICES), **evidence)  # type: ignore[arg-type]
    found = explanations(work, Period.parse("2026-04"), "sla", "level", "desk")
    assert set(found) == {"attainment", "shares", "credit"}
    for tree in found.values():
        replay(tree)


def test_what_a_looser_contract_leaves_open_is_the_contracts_and_the_rest_the_vendors() -> None:
    # The UC promises 80 % where the SLA promises 95.
    promise = level("ratio", "80", name="answered", metric=ANSWERED, credit=bands({"80": "10"}))
    settled = settle(
        house(vendors=["callco"]),
        service("desk"),
        sla(["desk"], [answered(credit=bands({"95": "10"}))], PRICES),
        uc("callco", ["desk"], [promise], {"desk": "6000.00"}),
        counts=[count("answered", 70, 100, party="callco")],
    )
    # 25 short; with the promise kept 15 short still.
    assert settled.row("callco").quantity == 10
    assert settled.row(None).quantity == 15
    assert settled.side("callco").recoverable == gbp("600")


def test_a_party_without_any_contract_is_ungoverned() -> None:
    settled = settle(
        house(vendors=["callco"]),
        service("desk"),
        sla(["desk"], [answered(credit=bands({"95": "10"}))], PRICES),
        counts=[count("answered", 85, 100, party="callco")],
    )
    assert settled.row("callco").agreement is None
    assert settled.reasons("callco") == [("UNGOVERNED", "1000.00")]


def test_very_many_parties_are_divided_by_what_each_was_short_and_the_trace_says_so() -> None:
    teams = [f"team-{number:02d}" for number in range(20)]
    rows = [count("answered", 90 if n else 80, 100, party=team) for n, team in enumerate(teams)]
    settled = settle(
        house(teams=teams),
        service("desk"),
        sla(["desk"], [answered(credit=bands({"95": "5"}))], PRICES),
        counts=rows,
    )
    # Nineteen were 5 short each and one 15: 110 of 2,000.
    assert settled.trace().quantity == 110
    assert settled.row("team-00").impact_share == Fraction(15, 110)
    assert "More than 14 parties" in settled.trace().note
    assert settled.statement().net == gbp("500")
