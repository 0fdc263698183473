"""Rights to terminate: what meets them, and how they stand on a date; every date is counted by hand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from domain.termination.standing import TerminationStatus
from settlement.settle import Settling
from tests.building import availability, evidence, house, level, outage, portfolio, service, sla
from tests.rights_told import TERM, counted, kept, notice, refusals, right, stands

NOT_MET, APPROACHING, CURING, EXERCISABLE, LAPSED, WAIVED, EXERCISED = TerminationStatus

THREE_IN_SIX = {"misses": 3, "of": "k", "within": "P6M"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_e24_misses_in_january_march_and_july_do_not_make_three_within_six_months() -> None:
    settling = kept([right(THREE_IN_SIX)], "xMxMMMx", as_of="2026-08-01")

    # February to July holds March and July only; with August missed too, March to August would hold three.
    assert stands(settling).status is APPROACHING
    assert stands(settling).accrued is None


def test_e24_misses_in_january_march_and_june_give_the_right_on_the_first_of_july() -> None:
    found = stands(kept([right(THREE_IN_SIX)], "xMxMMx", as_of="2026-07-01"))

    assert found.status is EXERCISABLE
    assert found.accrued == day("2026-07-01")
    assert found.exercisable_until == day("2026-08-30")  # 1 July + 60 days
    assert found.earliest_end == day("2026-07-31")  # 1 July + 30 days
    assert [ground.period for ground in found.grounds] == ["2026-01", "2026-03", "2026-06"]


def test_e24_in_april_the_right_was_approaching() -> None:
    found = stands(kept([right(THREE_IN_SIX)], "xMx", as_of="2026-04-01"))

    assert found.status is APPROACHING
    assert (found.exercisable_until, found.earliest_end) == (None, None)
    assert found.next_trigger == (
        "k on a missing its target of 95 in 2026-04: it would be number 3 within P6M, after 2026-01, 2026-03."
    )


@pytest.mark.parametrize(
    ("as_of", "status"), [("2026-08-30", EXERCISABLE), ("2026-08-31", LAPSED), ("2026-09-01", LAPSED)]
)
def test_e24_the_sixtieth_day_is_the_last(as_of: str, status: TerminationStatus) -> None:
    settling = kept([right(THREE_IN_SIX)], "xMxMMxMM", as_of=as_of)

    assert stands(settling).status is status
    assert stands(settling).exercisable_until == day("2026-08-30")


def test_a_further_miss_after_a_lapse_accrues_anew_from_the_misses_that_are_still_within() -> None:
    # June, August and September lie within April to September: a fresh accrual on 1 October.
    settling = kept([right(THREE_IN_SIX)], "xMxMMxMxx", as_of="2026-10-01")

    found = stands(settling)

    assert (found.status, found.accrued) == (EXERCISABLE, day("2026-10-01"))
    assert found.exercisable_until == day("2026-11-30")
    assert [ground.period for ground in found.grounds] == ["2026-06", "2026-08", "2026-09"]


def test_a_further_miss_while_the_right_is_open_keeps_it_open_for_longer() -> None:
    # July too: March, June, July within February to July.
    found = stands(kept([right(THREE_IN_SIX)], "xMxMMxx", as_of="2026-08-01"))

    assert (found.status, found.accrued) == (EXERCISABLE, day("2026-08-01"))
    assert found.exercisable_until == day("2026-09-30")


def test_a_right_stays_exercisable_although_its_condition_has_ceased() -> None:
    # On 1 August the window February to July holds two misses only; the right of 1 July is open until 30 August.
    found = stands(kept([right(THREE_IN_SIX)], "xMxMMxM", as_of="2026-08-01"))

    assert (found.status, found.accrued) == (EXERCISABLE, day("2026-07-01"))


def test_without_an_exercise_window_a_right_lasts_as_long_as_its_condition() -> None:
    lasting = [right(THREE_IN_SIX, exercise=None)]

    assert stands(kept(lasting, "xMxMMx", as_of="2026-07-01")).status is EXERCISABLE
    assert stands(kept(lasting, "xMxMMx", as_of="2026-07-01")).exercisable_until is None
    # In July February to July holds March and June: a miss in August would be the third within March to August.
    assert stands(kept(lasting, "xMxMMxM", as_of="2026-08-01")).status is APPROACHING


def test_a_single_bad_value_is_enough_and_is_never_approaching() -> None:
    alone = [right({"value": {"below": "91"}, "of": "k"})]

    assert stands(kept(alone, "MM", as_of="2026-03-01")).status is NOT_MET
    assert stands(kept(alone, ["97", "91"], as_of="2026-03-01")).status is NOT_MET
    assert stands(kept(alone, "Mx", as_of="2026-03-01")).status is EXERCISABLE


def test_misses_in_a_row_are_broken_by_a_month_that_is_met_or_has_no_data() -> None:
    two = [right({"consecutive": 2, "of": "k"})]

    assert stands(kept(two, "xMx", as_of="2026-04-01")).status is APPROACHING
    assert stands(kept(two, "x-x", as_of="2026-04-01")).status is APPROACHING
    assert stands(kept(two, "xxM", as_of="2026-04-01")).status is EXERCISABLE
    assert stands(kept(two, "xMM", as_of="2026-04-01")).status is NOT_MET


def test_misses_of_the_minimum_are_counted_apart_from_misses_of_the_target() -> None:
    minimum: dict[str, Any] = {"serviceLevels": [
        {"name": "k", "metric": {"kind": "ratio", "measure": "k"}, "period": "month",
         "target": {"atLeast": "95"}, "minimum": {"atLeast": "92"}},
    ]}  # fmt: skip
    two = [right({"misses": 2, "of": "k", "within": "P6M", "against": "minimum"})]

    # 90 lies under both; 93 under the target only.
    assert stands(kept(two, ["90", "93", "93"], as_of="2026-04-01", **minimum)).status is APPROACHING
    assert stands(kept(two, ["90", "93", "90"], as_of="2026-04-01", **minimum)).status is EXERCISABLE


def test_only_values_as_bad_as_the_condition_says_are_counted() -> None:
    three = [right({"misses": 3, "of": "k", "within": "P6M", "value": {"atMost": "92"}})]

    assert stands(kept(three, ["90", "93", "92"], as_of="2026-04-01")).status is APPROACHING
    assert stands(kept(three, ["90", "92", "92"], as_of="2026-04-01")).status is EXERCISABLE


def test_any_accrues_with_the_first_and_all_with_the_last_of_its_parts() -> None:
    either = {"any": [{"consecutive": 2, "of": "k"}, {"misses": 3, "of": "k", "within": "P6M"}]}
    both = {"all": either["any"]}

    # Two in a row in February and March, the third within six months in May.
    assert stands(kept([right(either)], "MxxMx", as_of="2026-04-01")).accrued == day("2026-04-01")
    assert stands(kept([right(both)], "Mxx", as_of="2026-04-01")).status is APPROACHING
    assert stands(kept([right(both)], "MxxMx", as_of="2026-06-01")).accrued == day("2026-06-01")


def test_a_cure_from_accrual_comes_before_the_exercise_window() -> None:
    cured = [right(THREE_IN_SIX, cure={"within": "P30D"})]

    waiting = stands(kept(cured, "xxx", as_of="2026-05-01"))
    # Accrued on 1 April, cured until 1 May, exercisable for 60 days from then: until 30 June.
    assert (waiting.status, waiting.curing_until, waiting.exercisable_until) == (
        CURING,
        day("2026-05-01"),
        None,
    )
    opened = stands(kept(cured, "xxx", as_of="2026-05-02"))
    assert (opened.status, opened.exercisable_until) == (EXERCISABLE, day("2026-06-30"))


def test_a_cure_from_notice_waits_for_the_notice() -> None:
    cured = [right(THREE_IN_SIX, cure={"within": "P30D", "from": "notice"})]

    unserved = stands(kept(cured, "xxx", as_of="2026-06-01"))
    assert (unserved.status, unserved.curing_until) == (CURING, None)
    assert unserved.next_trigger == (
        "A breach notice: the cure of P30D runs from it, and the right can be exercised after that."
    )
    served = notice("breach", "2026-04-10")
    curing = stands(kept(cured, "xxx", as_of="2026-05-01", acts=[served]))
    assert (curing.status, curing.curing_until) == (CURING, day("2026-05-10"))
    # 10 May + 60 days is 9 July.
    opened = stands(kept(cured, "xxx", as_of="2026-05-11", acts=[served]))
    assert (opened.status, opened.exercisable_until) == (EXERCISABLE, day("2026-07-09"))


def test_an_exercise_within_the_window_ends_the_agreement_after_its_notice() -> None:
    settling = kept(
        [right(THREE_IN_SIX)], "xxxM", as_of="2026-05-01", acts=[notice("exercise", "2026-04-20")]
    )

    found = stands(settling)

    assert (found.status, found.earliest_end) == (EXERCISED, day("2026-05-20"))
    assert refusals(settling) == []


def test_an_exercise_after_the_lapse_is_refused_and_changes_nothing() -> None:
    # Accrued on 1 April, open until 31 May.
    acts = [notice("exercise", "2026-06-01")]
    settling = kept([right(THREE_IN_SIX)], "xxxMM", as_of="2026-07-01", acts=acts)

    assert stands(settling).status is LAPSED
    assert refusals(settling) == ["EXERCISE_REFUSED"]


def test_an_exercise_that_lies_ahead_is_not_known_yet() -> None:
    settling = kept([right(THREE_IN_SIX)], "xxx", as_of="2026-04-01", acts=[notice("exercise", "2026-04-20")])

    assert stands(settling).status is EXERCISABLE


def test_a_waiver_ends_the_accrual_and_a_later_miss_accrues_anew() -> None:
    waived = [notice("waive", "2026-04-10")]

    assert stands(kept([right(THREE_IN_SIX)], "xxxM", as_of="2026-05-01", acts=waived)).status is WAIVED
    assert stands(kept([right(THREE_IN_SIX)], "xxxx", as_of="2026-05-01", acts=waived)).status is EXERCISABLE


def test_acting_on_what_has_not_accrued_is_refused() -> None:
    acts = [notice("breach", "2026-02-10"), notice("waive", "2026-02-11"), notice("exercise", "2026-02-12")]
    settling = kept([right(THREE_IN_SIX)], "xx", as_of="2026-03-01", acts=acts)

    assert stands(settling).status is APPROACHING
    assert refusals(settling) == ["BREACH_REFUSED", "WAIVE_REFUSED", "EXERCISE_REFUSED"]


def test_a_right_for_convenience_is_always_open() -> None:
    found = stands(
        kept(
            [right({"convenience": "true"}, "leave", exercise=None, notice="P180D")], "M", as_of="2026-02-01"
        ),
        "leave",
    )

    assert (found.status, found.exercisable_until) == (EXERCISABLE, None)
    assert found.earliest_end == day("2026-07-31")  # 1 February + 180 days


def test_a_recorded_event_opens_its_right_from_its_own_day() -> None:
    change = [right({"event": "change_of_control"}, "sold", exercise={"within": "P90D"})]
    told = [notice("event", "2026-03-10", right=None, event="change_of_control")]

    assert stands(kept(change, "MMM", as_of="2026-04-01"), "sold").status is NOT_MET
    found = stands(kept(change, "MMM", as_of="2026-04-01", acts=told), "sold")
    # 10 March + 90 days is 8 June.
    assert (found.status, found.exercisable_until) == (EXERCISABLE, day("2026-06-08"))


def test_a_right_that_accrues_on_report_waits_for_the_report_that_is_recorded() -> None:
    reported = [right(THREE_IN_SIX, accrues="report")]
    report = [notice("report", "2026-04-20", right=None, period="2026-03")]

    assert stands(kept(reported, "xxx", as_of="2026-04-10")).accrued == day("2026-04-01")
    assert stands(kept(reported, "xxxM", as_of="2026-05-01", acts=report)).accrued == day("2026-04-20")


def test_a_fee_by_remaining_months_is_that_of_the_day_on_which_the_agreement_would_end() -> None:
    steps = [{"remainingMonths": 43, "amount": "900.00"}, {"remainingMonths": 12, "amount": "300.00"}]
    schedule = [
        right({"convenience": "true"}, "leave", exercise=None, notice="P30D", fee={"schedule": steps})
    ]

    # 1 May + 30 days is 31 May: from there to the end of 2029 43 whole months remain; a day later 42 and a bit.
    early = stands(kept(schedule, "M", as_of="2026-05-01"), "leave")
    late = stands(kept(schedule, "M", as_of="2026-05-03"), "leave")

    assert early.fee is not None
    assert early.fee.text() == "900.00"
    assert late.fee is not None
    assert late.fee.text() == "300.00"


def test_each_month_is_judged_under_the_right_of_its_own_version() -> None:
    # From April on a second version asks for four misses; three of January to March had accrued before.
    levels = [level("ratio", "95", name="k", metric={"measure": "k"})]
    stricter = {"misses": 4, "of": "k", "within": "P6M"}
    documents = [
        house(), service("a"),
        sla(["a"], levels, term=TERM, effective="2025-01-01", terminationRights=[right(THREE_IN_SIX)], version=1),
        sla(["a"], levels, term=TERM, effective="2026-04-01", terminationRights=[right(stricter)], version=2),
    ]  # fmt: skip

    def on(as_of: str) -> Settling:
        return Settling.of(portfolio(*documents), evidence(counts=counted("xxxMM")), day(as_of))

    assert stands(on("2026-04-01")).status is EXERCISABLE
    assert stands(on("2026-06-01")).status is LAPSED
    assert stands(on("2026-06-01")).accrued == day("2026-04-01")


def down_on(days: list[str], when: Mapping[str, Any], as_of: str) -> TerminationStatus:
    """How a right stands after outages of an hour at ten o'clock on some days (or from one instant to another)."""
    rows = [outage("a", f"{each}T10:00:00Z", f"{each}T11:00:00Z") for each in days]
    documents = [house(), service("a"), sla(["a"], [availability("90")], terminationRights=[right(when)])]
    return stands(Settling.of(portfolio(*documents), evidence(rows), day(as_of))).status


def april(*numbers: int) -> list[str]:
    return [f"2026-04-{number:02}" if number < 31 else f"2026-05-{number - 30:02}" for number in numbers]


MORE_THAN_THREE = {"outages": {"moreThan": "3"}, "within": "P30D", "of": "availability"}


def test_e23_four_outages_on_days_1_10_20_and_30_are_more_than_three_in_thirty_days() -> None:
    assert down_on(april(1, 10, 20, 30), MORE_THAN_THREE, "2026-05-02") is EXERCISABLE


def test_e23_four_outages_on_days_1_10_20_and_31_are_not() -> None:
    # On 2 May the window of the next outage begins on 3 April: those of 10, 20 April and 1 May are three already.
    assert down_on(april(1, 10, 20, 31), MORE_THAN_THREE, "2026-05-02") is APPROACHING


def hours_down(spans: list[tuple[str, str]], as_of: str) -> TerminationStatus:
    when = {"outageHours": {"moreThan": "24"}, "within": "P30D", "of": "availability"}
    documents = [house(), service("a"), sla(["a"], [availability("90")], terminationRights=[right(when)])]
    rows = [outage("a", begins, ends) for begins, ends in spans]
    return stands(Settling.of(portfolio(*documents), evidence(rows), day(as_of))).status


def test_e23_more_than_24_hours_in_any_30_consecutive_days_are_clipped_to_those_days() -> None:
    first = ("2026-04-01T00:00:00Z", "2026-04-01T12:00:00Z")

    # Days 1 to 30 hold 12 and 12 hours, exactly 24; a second more is more.
    assert hours_down([first, ("2026-04-30T12:00:00Z", "2026-05-01T00:00:00Z")], "2026-05-01") is APPROACHING
    assert hours_down([first, ("2026-04-30T11:59:59Z", "2026-05-01T00:00:00Z")], "2026-05-01") is EXERCISABLE
    # What runs on into day 31 lies in no window together with all of day 1.
    assert hours_down([first, ("2026-04-30T23:00:00Z", "2026-05-01T12:00:00Z")], "2026-05-02") is APPROACHING


TWO_AND_BELOW_80 = {"all": [{"misses": 2, "of": "k", "within": "P6M"}, {"value": {"below": "80"}, "of": "k"}]}


@pytest.mark.parametrize(
    ("months", "status"),
    [
        ("MMM", NOT_MET),  # Nothing is counted yet.
        ("xMM", APPROACHING),  # April below 80 is the second miss, and the value, at once.
        ("xxM", APPROACHING),  # The misses are there; the value alone is wanted.
        (["90", "79"], EXERCISABLE),
        (["79", "97", "97"], APPROACHING),  # The value is there, and one of the two misses.
    ],
)
def test_what_one_part_of_all_counts_is_counted_towards_the_whole(
    months: list[str], status: TerminationStatus
) -> None:
    as_of = "2026-04-01" if len(months) == 3 else "2026-03-01"

    assert stands(kept([right(TWO_AND_BELOW_80)], months, as_of=as_of)).status is status


def test_the_failure_that_all_parts_wait_for_is_told_as_the_largest_of_them() -> None:
    found = stands(kept([right(TWO_AND_BELOW_80)], "xMM", as_of="2026-04-01"))

    assert found.next_trigger == "k on a at a value below 80 in 2026-04."


def test_two_parts_that_wait_for_failures_of_two_levels_wait_for_more_than_one_event() -> None:
    levels = [level("ratio", "95", name=name, metric={"measure": name}) for name in ("k", "m")]
    both = {"all": [{"misses": 2, "of": name, "within": "P6M"} for name in ("k", "m")]}
    rows = [*counted("xM"), *counted("Mx", measure="m")]
    documents = [
        house(), service("a"), sla(["a"], levels, term=TERM, effective=TERM["from"], terminationRights=[right(both)]),
    ]  # fmt: skip

    found = Settling.of(portfolio(*documents), evidence(counts=rows), day("2026-03-01"))

    assert stands(found).status is NOT_MET


def test_a_failure_of_a_level_is_one_of_its_service_and_brings_the_credits_of_its_month() -> None:
    # One outage of an hour in a month misses 99.9 and costs a fifth of the month's charges.
    parts = [
        {"misses": 2, "of": "availability", "within": "P6M"},
        {"outages": {"moreThan": "1"}, "within": "P60D", "of": "availability"},
        {"credits": {"percent": "20", "of": "agreement"}, "months": "2", "within": "P6M"},
    ]
    credit = {"scheme": "bands", "of": "service", "bands": [{"below": "99.9", "percent": "20"}]}
    held = sla(
        ["a"], [availability("99.9", credit=credit)], currency="GBP",
        charges=[{"service": "a", "monthly": "1000.00"}], terminationRights=[right({"all": parts})],
    )  # fmt: skip
    rows = [outage("a", "2026-03-20T10:00:00Z", "2026-03-20T11:00:00Z")]

    found = stands(Settling.of(portfolio(house(), service("a"), held), evidence(rows), day("2026-04-01")))

    assert found.status is APPROACHING
