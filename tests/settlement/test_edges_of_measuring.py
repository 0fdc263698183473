"""Where measuring has nothing to divide by, one thing to rank, no time to promise, or more failure than time."""

from fractions import Fraction

import pytest

from domain.attainment import AttainmentStatus
from domain.instants import HOUR
from tests.building import (
    Document,
    availability,
    bands,
    calendar,
    count,
    house,
    level,
    office,
    outage,
    sample,
    service,
    settle,
    sla,
    ticket,
    within,
)

MET, MISSED, NO_DATA = AttainmentStatus.MET, AttainmentStatus.MISSED, AttainmentStatus.NO_DATA


def shop(promise: Document, *more: Document, **terms: object) -> list[Document | list[Document]]:
    return [house(), service("shop"), sla(["shop"], [promise], None, **terms), *more]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("promise", "rows"),
    [
        (level("ratio", "90", metric={"measure": "calls"}), {"counts": [count("calls", 5, 0, on="shop")]}),
        (level("mean", "90", metric={"measure": "calls"}), {"counts": [count("calls", 5, 0, on="shop")]}),
        (
            level("success", "90", metric={"measure": "pages"}),
            {"samples": [sample("pages", "10 00:00", 0, 0, on="shop")]},
        ),
        (within("95", {"P1": "PT4H"}), {}),
        (level("onTime", "95", metric={"measure": "report"}), {}),
        (level("duration", {"atMost": "PT4H"}, metric={"milestone": "resolution", "statistic": "p95"}), {}),
    ],
    ids=["ratio", "mean", "success", "within", "onTime", "duration"],
)
def test_a_zero_denominator_has_no_value_and_is_neither_0_nor_100(
    promise: Document, rows: dict[str, list[object]]
) -> None:
    found = settle(*shop(promise), **rows).attainment()  # type: ignore[arg-type]
    assert [found.status, found.value, found.margin] == [NO_DATA, None, None]


@pytest.mark.parametrize("name", ["mean", "median", "p90", "p95", "p99", "max"])
def test_of_one_ticket_every_statistic_is_its_own_clock(name: str) -> None:
    metric = {"milestone": "resolution", "statistic": name}
    promise = level("duration", {"atMost": "PT3H"}, metric=metric)
    found = settle(
        *shop(promise), tickets=[ticket("t", "P1", "14 09:00", "14 12:00", on="shop")]
    ).attainment()
    assert [found.value, found.status] == [3 * 3600, MET]


def test_a_month_without_any_service_time_has_no_availability() -> None:
    # Closed for the whole of April: nothing was promised, so nothing was kept or broken.
    closed = calendar(
        "closed", closures=[{"from": "2026-04-01T00:00", "to": "2026-05-01T00:00", "reason": "winter"}]
    )
    found = settle(
        *shop(availability("99.9"), closed, calendar="closed"),
        outages=[outage("shop", "14 10:00", "14 12:00")],
    )
    assert [found.attainment().status, found.attainment().denominator] == [NO_DATA, 0]
    assert found.settlement.breaches == ()


def test_a_month_without_any_service_time_runs_no_ticket_s_clock() -> None:
    closed = calendar(
        "closed", closures=[{"from": "2026-04-01T00:00", "to": "2026-05-01T00:00", "reason": "winter"}]
    )
    row = ticket("t", "P1", "10 09:00", "20 09:00", on="shop")
    found = settle(*shop(within("95", {"P1": "PT1H"}), closed, calendar="closed"), tickets=[row]).attainment()
    assert [found.numerator, found.denominator, found.status] == [1, 1, MET]


def test_an_outage_longer_than_the_period_is_the_whole_of_it_and_no_more() -> None:
    row = outage("shop", "2026-03-15T00:00:00Z", "2026-05-20T00:00:00Z")
    found = settle(*shop(availability("99.9")), outages=[row]).attainment()
    assert [found.value, found.numerator, found.denominator] == [0, 0, 720 * HOUR]


def test_an_outage_longer_than_the_period_began_in_an_earlier_one_and_is_not_counted_again() -> None:
    row = outage("shop", "2026-03-15T00:00:00Z", "2026-05-20T00:00:00Z")
    promise = level("outageCount", {"atMost": "0"})
    assert settle(*shop(promise), outages=[row]).attainment().value == 0
    assert settle(*shop(promise), outages=[row], period="2026-03").attainment().value == 1


def test_an_outage_that_is_still_open_runs_to_the_period_s_end() -> None:
    found = settle(*shop(availability("99.9")), outages=[outage("shop", "30 12:00")]).attainment()
    assert found.numerator == 708 * HOUR


def test_outages_of_a_service_that_no_level_stands_on_change_nothing() -> None:
    documents = [*shop(availability("99.9")), service("elsewhere")]
    found = settle(*documents, outages=[outage("elsewhere", "14 10:00", "14 12:00")])
    assert found.attainment().value == 100
    # Nobody recorded anything of the shop itself, which is said.
    assert [finding.service for finding in found.findings("NO_EVIDENCE")] == ["shop"]


# --------------------------------------------------------------------------------------------------- periods


def test_a_rolling_window_is_whole_days_of_the_agreements_clocks_also_across_a_clock_change() -> None:
    promise = availability("99.9", period={"rolling": "P7D"})
    found = settle(
        *shop(promise, office("london"), calendar="london"),
        period="2026-03",
        outages=[outage("shop", "2026-03-28T00:00:00Z", "2026-03-28T01:00:00Z")],
    )
    by_day = {each.period.name: each for each in found.settlement.attainments}
    assert len(by_day) == 31
    # London's 29 March lasts 23 hours: windows that hold it last 167.
    assert by_day["2026-03-28"].denominator == 168 * HOUR
    assert by_day["2026-03-29"].denominator == 167 * HOUR
    assert by_day["2026-03-27"].value == 100
    assert by_day["2026-03-31"].value == Fraction(100 * 166, 167)


def test_months_from_a_day_are_cut_by_the_term_at_both_ends() -> None:
    promise = availability("99.9", period={"months": 1, "startDay": 16})
    term = {"from": "2026-03-20", "to": "2026-05-10"}

    def measured(period: str) -> list[tuple[str, Fraction | int | None]]:
        found = settle(*shop(promise, term=term, effective="2026-03-20"), period=period)
        return [(each.status.value, each.denominator) for each in found.settlement.attainments]

    # From 20 March to 15 April, and from 16 April to 10 May, whose period ends on the 15th.
    assert measured("2026-04") == [("MET", 27 * 24 * HOUR)]
    assert measured("2026-05") == [("MET", 25 * 24 * HOUR)]
    assert measured("2026-06") == []


def test_the_last_part_of_a_term_is_judged_where_its_own_period_ends_though_the_term_is_over() -> None:
    # The term ends on 30 April: its second quarter is April alone, judged in June; its month from the 16th has 15 days,
    # judged in May. Four hours down on the 20th are missed in both, and credited once each: 5 % of what April cost,
    # 40,000, and 5 % of half of it.
    credit = bands({"99.9": "5"})
    promises = [
        availability("99.9", name="quarter", period="quarter", credit=credit),
        availability("99.9", name="from-16th", period={"months": 1, "startDay": 16}, credit=credit),
    ]
    term = {"from": "2026-01-01", "to": "2026-04-30"}
    documents = [house(), service("web"), sla(["web"], promises, {"web": "40000.00"}, term=term)]

    def judged(period: str) -> tuple[list[tuple[str, str, Fraction | int | None]], list[str]]:
        found = settle(*documents, outages=[outage("web", "20 10:00", "20 14:00")], period=period).settlement
        rows = [(each.of.level.name, each.status.value, each.denominator) for each in found.attainments]
        return rows, [str(each.net.amount) for each in found.statements]

    assert judged("2026-05") == (
        [("from-16th", "MISSED", 15 * 24 * HOUR), ("quarter", "NOT_DUE", None)],
        ["1000.00"],
    )
    assert judged("2026-06") == ([("quarter", "MISSED", 30 * 24 * HOUR)], ["2000.00"])
    assert judged("2026-07") == ([], [])


@pytest.mark.parametrize(
    ("kind", "period", "days"),
    [("quarter", "2026-03", 59), ("year", "2026-12", 334), ("month", "2026-02", 28)],
)
def test_the_first_period_of_a_term_is_what_is_left_of_it(kind: str, period: str, days: int) -> None:
    promise = availability("99.9", period=kind)
    term = {"from": "2026-02-01", "to": "2027-12-31"}
    found = settle(*shop(promise, term=term, effective="2026-02-01"), period=period).attainment()
    assert found.denominator == days * 24 * HOUR


def test_a_target_that_changes_within_a_period_of_any_kind_is_the_one_of_its_first_day() -> None:
    target = [{"from": "2026-01-01", "atLeast": "90"}, {"from": "2026-04-08", "atLeast": "99.9"}]
    row = outage("shop", "13 00:00", "13 10:00")

    def statuses(period: object) -> dict[str, str]:
        promise = availability("0", period=period) | {"target": target}
        found = settle(*shop(promise), outages=[row])
        return {each.period.name: each.status.value for each in found.settlement.attainments}

    # Ten hours of 30 days are 98.6 %; of the seven days from the 13th on they are 94.05 %.
    assert statuses("month") == {"2026-04": "MET"}
    weeks = statuses("week")
    assert (weeks["2026-W15"], weeks["2026-W16"], weeks["2026-W17"]) == ("MET", "MISSED", "MET")
    windows = statuses({"rolling": "P7D"})
    # The window that ends on the 13th began on the 7th, the day before the new target.
    assert (windows["2026-04-13"], windows["2026-04-14"]) == ("MET", "MISSED")


def test_a_week_that_begins_in_one_month_belongs_to_the_month_in_which_it_ends() -> None:
    found = settle(*shop(availability("99.9", period="week")), period="2026-05")
    assert [each.period.name for each in found.settlement.attainments] == [
        "2026-W18",
        "2026-W19",
        "2026-W20",
        "2026-W21",
        "2026-W22",
    ]
    assert {each.denominator for each in found.settlement.attainments} == {Fraction(168 * HOUR)}
