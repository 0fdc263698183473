"""What is askew between one contract and those directly under it, with every figure counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from domain.findings import Finding, Severity
from tests.building import (
    Document,
    Documents,
    all_of,
    any_of,
    availability,
    bands,
    calendar,
    house,
    office,
    ola,
    service,
    settle,
    sla,
    uc,
    within,
)

HOUSE = house(vendors=["cirrus", "telco"], teams=["desk"])
WEB = [service("web", needs=all_of("host")), service("host", "cirrus")]


def findings(code: str, *documents: Documents, period: str = "2026-04") -> list[Finding]:
    return settle(*documents, period=period).findings(code)


def pair(above: Document, below: Document, *more: Documents) -> list[Documents]:
    return [HOUSE, WEB, above, below, *more]


def test_alike_contracts_have_nothing_askew() -> None:
    level = availability("99.5")
    documents = pair(
        sla(["web"], [level, within("95", {"P1": "PT4H"}, name="fix")]),
        uc("cirrus", ["host"], [availability("99.9"), within("95", {"P1": "PT4H"}, name="fix")]),
    )
    assert settle(*documents).settlement.findings == tuple(settle(*documents).findings("NO_EVIDENCE"))


# ------------------------------------------------------------------------------------------ TARGET_UNSUPPORTED


def test_a_yearly_promise_permits_all_its_downtime_in_one_month() -> None:
    (finding,) = findings(
        "TARGET_UNSUPPORTED",
        pair(
            sla(["web"], [availability("99.5")]),
            uc("cirrus", ["host"], [availability("99.9", period="year")]),
        ),
    )
    # .1 % of 8,760 hours are 8.76 hours of the 720 of April: 1 - 8.76/720 = 711.24/720.
    assert finding.severity is Severity.WARNING
    assert finding.figures["expected"] == "99.9"
    assert finding.figures["guaranteed"] == "98.783333333333"
    # 3.6 hours may be missing: 3.6 / 8,760 = .0410958...%, so 99.96 is the least of two places.
    assert finding.figures["raise host to"] == "99.96"


def test_what_the_supplier_s_window_leaves_out_counts_as_down() -> None:
    # April 2026 has 22 days from Monday to Friday: 220 of 720 hours, of which .1 % may be down as well.
    (finding,) = findings(
        "TARGET_UNSUPPORTED",
        pair(
            sla(["web"], [availability("99.5")]),
            uc("cirrus", ["host"], [availability("99.9", window="prime")], calendar="office"),
            office(timezone="UTC"),
        ),
    )
    assert finding.figures["guaranteed"] == "30.525"  # 219.78 / 720


def test_what_a_vendor_promises_on_the_very_service_stands_under_our_promise_on_it() -> None:
    (finding,) = findings(
        "TARGET_UNSUPPORTED",
        HOUSE,
        service("web", "cirrus"),
        sla(["web"], [availability("99.9")]),
        uc("cirrus", ["web"], [availability("99.5")]),
    )
    assert (finding.agreement, finding.severity) == ("sla", Severity.ERROR)
    assert finding.figures["expected"] == "99.5"
    assert finding.clauses == ("sla availability", "uc-cirrus availability")


def test_the_least_single_changes_close_the_gap_and_nothing_less_does() -> None:
    (finding,) = findings(
        "TARGET_UNSUPPORTED",
        HOUSE,
        service("web", needs=all_of("host", "wan")),
        service("host", "cirrus"),
        service("wan", "telco"),
        sla(["web"], [availability("99.9")]),
        uc("cirrus", ["host"], [availability("99.5")]),
        uc("telco", ["wan"], [availability("99.95")]),
    )
    # .9995 x a >= .999 needs a >= .99949975; a second host x: 1 - .005 x (1 - x) >= .99949975 needs x >= .89995.
    assert finding.figures["raise host to"] == "99.95"
    assert finding.figures["second provider of host"] == "90"
    # Even a perfect line leaves .995: no change of it alone closes the gap.
    assert "raise wan to" not in finding.figures
    assert "uc-cirrus" in finding.cure


def test_a_promise_that_holds_whatever_happens_is_no_finding() -> None:
    assert not findings(
        "TARGET_UNSUPPORTED",
        pair(sla(["web"], [availability("99.5")]), uc("cirrus", ["host"], [availability("99.5")])),
    )


def test_a_window_of_thirty_days_may_reach_into_three_months() -> None:
    rolling = availability("98", period={"rolling": "P30D"})
    (finding,) = findings(
        "TARGET_UNSUPPORTED",
        pair(sla(["web"], [rolling]), uc("cirrus", ["host"], [availability("99")])),
        period="2026-03",
    )
    # From 31 January to 1 March: January and March allow 446.4 minutes each, February 403.2, of 43,200 together 3 %.
    assert finding.figures["guaranteed"] == "97"
    assert "(2026-03-01)" in finding.message


def test_hours_that_are_missing_below_are_the_cure_where_they_are_enough() -> None:
    hours = {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    prime = [availability("99.9"), calendar("hours", windows=[hours])]
    below = uc("cirrus", ["host"], prime[:1], calendar="hours")
    # 13,200 of April's 43,200 minutes are promised, and 13.2 of them may be down: 13,186.8 are left.
    (finding,) = findings("TARGET_UNSUPPORTED", pair(sla(["web"], [availability("99.9")]), below, prime[1]))
    assert finding.figures["guaranteed"] == "30.525"
    assert (
        finding.cure
        == "Have the hours promised below that are promised above, or promise no more than 30.52 %."
    )
    # Above 99.9 they alone are no cure.
    (finding,) = findings("TARGET_UNSUPPORTED", pair(sla(["web"], [availability("99.95")]), below, prime[1]))
    assert finding.cure.endswith(
        "no more than 99.9 %. Hours that are promised above are left out below, too."
    )


def test_two_promises_for_two_parts_of_the_day_count_each_for_its_own() -> None:
    hours = {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    below = uc(
        "cirrus",
        ["host"],
        [availability("99.9", name="day", window="prime"), availability("99", name="night", window="rest")],
        calendar="hours",
    )
    kept = calendar("hours", windows=[hours, {"label": "rest", "rest": True}])
    # April has 22 days from Monday to Friday, 13,200 of its 43,200 minutes: 13.2 + 300 may be down, 99.275 are left.
    (finding,) = findings("TARGET_UNSUPPORTED", pair(sla(["web"], [availability("99.3")]), below, kept))
    assert (finding.figures["expected"], finding.figures["guaranteed"]) == ("99.275", "99.275")
    assert finding.severity is Severity.ERROR
    assert not findings("TARGET_UNSUPPORTED", pair(sla(["web"], [availability("99.275")]), below, kept))


# -------------------------------------------------------------------------------------------------- WINDOW_GAP


def test_holidays_of_the_supplier_are_named_by_their_dates() -> None:
    hours = {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    closed = {"dates": ["2026-05-01", "2026-12-24", "2026-12-26"], "countAs": "closed"}
    (finding,) = findings(
        "WINDOW_GAP",
        pair(
            sla(["web"], [availability("99")], calendar="ours"),
            uc("cirrus", ["host"], [availability("99.9")], calendar="theirs"),
            calendar("ours", windows=[hours]),
            calendar("theirs", windows=[hours], holidays=closed),
        ),
    )
    # 26 December 2026 is a Saturday; the other two are a Friday and a Thursday: 2 x 600 minutes.
    assert dict(finding.figures) == {"minutes": "1200", "days": "2"}
    assert "2026-05-01, 2026-12-24" in finding.message


def test_days_that_follow_each_other_are_told_as_one_run() -> None:
    closed = {"dates": ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-09"], "countAs": "closed"}
    (finding,) = findings(
        "WINDOW_GAP",
        pair(
            sla(["web"], [availability("99")]),
            uc("cirrus", ["host"], [availability("99.9")], calendar="theirs"),
            calendar("theirs", holidays=closed),
        ),
    )
    assert dict(finding.figures) == {"minutes": "5760", "days": "4"}
    assert finding.message.endswith("promised by nobody: 2026-01-05 to 2026-01-07, 2026-01-09.")


def test_what_comes_back_every_week_is_told_once_with_its_first_and_last_day() -> None:
    hours = {"label": "prime", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
    (finding,) = findings(
        "WINDOW_GAP",
        pair(
            sla(["web"], [availability("99")], calendar="ours"),
            uc("cirrus", ["host"], [availability("99.9")], calendar="theirs"),
            calendar("ours", windows=[hours]),
            calendar("theirs", windows=[hours | {"to": "17:00"}]),
        ),
    )
    # 2026 begins on a Thursday and has 261 days from Monday to Friday, of each of which one hour is missing.
    assert dict(finding.figures) == {"minutes": "15660", "days": "261"}
    assert finding.message.endswith(
        ": 2026-01-01 to 2026-01-02, every Monday to Friday from 2026-01-05 to 2026-12-25, 2026-12-28 to 2026-12-31."
    )


def test_a_zone_of_the_supplier_moves_its_hours() -> None:
    hours = {"label": "prime", "days": ["mon"], "from": "08:00", "to": "18:00"}
    (finding,) = findings(
        "WINDOW_GAP",
        pair(
            sla(
                ["web"],
                [availability("99")],
                calendar="ours",
                term={"from": "2026-01-01", "to": "2026-01-31"},
            ),
            uc("cirrus", ["host"], [availability("99.9")], calendar="theirs"),
            calendar("ours", windows=[hours]),
            calendar("theirs", "Europe/Berlin", windows=[hours]),
        ),
        period="2026-01",
    )
    # Berlin opens and closes an hour before UTC in January; its four Mondays (5, 12, 19, 26) lack 17:00 to 18:00.
    assert dict(finding.figures) == {"minutes": "240", "days": "4"}


@pytest.mark.parametrize(
    ("ours", "theirs"), [("UTC", "America/New_York"), ("UTC", "Asia/Hong_Kong"), ("Asia/Hong_Kong", "UTC")]
)
def test_round_the_clock_is_round_the_clock_in_every_zone(ours: str, theirs: str) -> None:
    # The year begins at another hour there; nobody's promise stands still for it.
    contracts = pair(
        sla(["web"], [availability("99"), within("95", {"P1": "PT4H"}, name="fix")], calendar="ours"),
        uc(
            "cirrus",
            ["host"],
            [availability("99.9"), within("95", {"P1": "PT4H"}, name="fix")],
            calendar="theirs",
        ),
        calendar("ours", ours),
        calendar("theirs", theirs),
    )
    outcome = settle(*contracts)
    assert not outcome.findings("WINDOW_GAP")
    assert not outcome.findings("TIME_BUDGET")


def test_a_gap_that_redundancy_covers_is_none() -> None:
    documents = [
        HOUSE,
        service("web", needs=any_of("a", "b")),
        service("a", "cirrus"),
        service("b", "telco"),
        sla(["web"], [availability("99")]),
        uc("cirrus", ["a"], [availability("99.9", window="prime")], calendar="office"),
        uc("telco", ["b"], [availability("99.9")]),
        office(timezone="UTC"),
    ]
    assert not findings("WINDOW_GAP", *documents)


# --------------------------------------------------------------------------------- terms, notice and currencies


def test_a_lease_of_eighteen_months_behind_a_year_of_service_binds_us_longer() -> None:
    year = {"from": "2026-01-01", "to": "2026-12-31"}
    (finding,) = findings(
        "TERM_MISMATCH",
        pair(
            sla(["web"], [availability("99")], term=year),
            uc("cirrus", ["host"], [availability("99.9")], term={"from": "2026-01-01", "to": "2027-06-30"}),
        ),
    )
    assert dict(finding.figures) == {"daysBound": "181"}  # January to June 2027.
    assert finding.clauses == ("sla", "uc-cirrus")


SHORT = {"from": "2026-01-01", "to": "2026-11-30"}
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


def test_a_supplier_s_contract_that_ends_first_leaves_days_uncovered() -> None:
    (finding,) = findings(
        "TERM_MISMATCH",
        pair(sla(["web"], [], term=YEAR), uc("cirrus", ["host"], [], term=SHORT)),
    )
    assert dict(finding.figures) == {"daysUncovered": "31"}


@pytest.mark.parametrize(
    "more",
    [
        [uc("telco", ["host"], [], term={"from": "2026-12-01", "to": "2026-12-31"}, effective="2026-12-01")],
        [],
    ],
    ids=["another contract follows it", "it renews itself"],
)
def test_one_that_goes_on_does_not_end_early(more: list[Document]) -> None:
    term: dict[str, Any] = SHORT if more else SHORT | {"renewal": "automatic"}
    assert not findings(
        "TERM_MISMATCH", pair(sla(["web"], [], term=YEAR), uc("cirrus", ["host"], [], term=term), more)
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "says"), [("P30D", "P90D", "60 days are ours"), ("P90D", "P30D", "60 days we may owe")]
)
def test_notices_that_differ_leave_a_gap_either_way(ours: str, theirs: str, says: str) -> None:
    (finding,) = findings(
        "NOTICE_MISMATCH",
        pair(
            sla(["web"], [], term=YEAR | {"notice": ours}),
            uc("cirrus", ["host"], [], term=YEAR | {"notice": theirs}),
        ),
    )
    assert (finding.figures["noticeAboveDays"], finding.figures["noticeBelowDays"]) == (
        ours[1:3],
        theirs[1:3],
    )
    assert says in finding.message


def test_currencies_are_compared_where_there_is_money() -> None:
    level = availability("99", credit=bands({"99": "5"}))
    documents = pair(
        sla(["web"], [level], {"web": "100.00"}),
        uc("cirrus", ["host"], [level], {"host": "50.00"}, currency="EUR"),
    )
    assert len(findings("CURRENCY_MISMATCH", *documents)) == 1
    unpriced = pair(
        sla(["web"], [level], {"web": "100.00"}), uc("cirrus", ["host"], [availability("99")], currency="EUR")
    )
    (finding,) = findings("CURRENCY_MISMATCH", *unpriced)
    assert finding.severity is Severity.INFO
    nothing_said = uc("cirrus", ["host"], [availability("99")])
    del nothing_said["spec"]["currency"]
    assert not findings("CURRENCY_MISMATCH", *pair(sla(["web"], [level], {"web": "100.00"}), nothing_said))


# ----------------------------------------------------------------------------------------- exclusions, periods


def test_what_excuses_the_supplier_and_not_us_is_told() -> None:
    (finding,) = findings(
        "EXCLUSION_MISMATCH",
        pair(
            sla(["web"], [availability("99")], exclusions=["maintenance"]),
            uc("cirrus", ["host"], [availability("99.9")], exclusions=["maintenance", "force_majeure"]),
        ),
    )
    assert "excuses force_majeure on host" in finding.message
    assert finding.severity is Severity.WARNING


def test_what_a_contract_excludes_is_told_once_however_many_levels_it_has() -> None:
    levels = [availability("99.9"), availability("99.5", name="at-night")]
    below = uc("cirrus", ["host"], levels, exclusions=["force_majeure"])
    (finding,) = findings("EXCLUSION_MISMATCH", pair(sla(["web"], [availability("99")]), below))
    assert finding.clauses == ("sla availability", "uc-cirrus availability")


def test_a_longer_period_below_is_information_where_the_target_is_guaranteed() -> None:
    (finding,) = findings(
        "PERIOD_MISMATCH",
        pair(
            sla(["web"], [availability("98")]), uc("cirrus", ["host"], [availability("99.9", period="year")])
        ),
    )
    assert finding.severity is Severity.INFO  # 98.78 of April are left at worst.
    assert dict(finding.figures) == {"daysAbove": "30", "daysBelow": "365"}
    assert not findings(
        "PERIOD_MISMATCH",
        pair(
            sla(["web"], [availability("98")]), uc("cirrus", ["host"], [availability("99.9", period="week")])
        ),
    )


# ------------------------------------------------------------------------------------------------------ tickets


def test_a_priority_without_a_threshold_below_is_nobody_s_but_ours() -> None:
    (finding,) = findings(
        "PRIORITY_MISMATCH",
        pair(
            sla(["web"], [within("95", {"P1": "PT4H", "P2": "PT8H"}, name="fix")]),
            uc("cirrus", ["host"], [within("95", {"P1": "PT2H"}, name="fix")]),
        ),
    )
    assert dict(finding.figures) == {"priorities": "2", "missing": "1"}
    assert "for P2 on web" in finding.message


def test_a_stop_that_only_the_supplier_has_lets_our_clock_run_on() -> None:
    def stopping(threshold: str, *stops: str) -> Document:
        level = within("95", {"P1": threshold}, name="fix")
        return level | {"metric": level["metric"] | {"stops": list(stops)}}

    (finding,) = findings(
        "CLOCK_MISMATCH",
        pair(
            sla(["web"], [stopping("PT4H", "waiting-customer")]),
            uc("cirrus", ["host"], [stopping("PT2H", "waiting-customer", "parts")]),
        ),
    )
    assert "is parts" in finding.message


def test_a_stage_with_office_hours_may_take_a_weekend_of_our_clock() -> None:
    (finding,) = findings(
        "TIME_BUDGET",
        pair(
            sla(["web"], [within("95", {"P1": "PT48H"}, name="fix")]),
            uc(
                "cirrus",
                ["host"],
                [within("95", {"P1": "PT4H"}, name="fix", window="prime")],
                calendar="office",
            ),
            office(timezone="UTC"),
        ),
    )
    # From Friday 18:00, as prime time ends, to Monday 12:00: 66 hours for the four of its own clock.
    assert dict(finding.figures) == {
        "threshold": "172800",
        "stages": "237600",
        "over": "64800",
        "stagesOnTheirClocks": "14400",
    }


def test_a_stage_is_in_time_as_long_as_its_clock_stands_at_its_threshold() -> None:
    def hours(*spans: tuple[str, str]) -> list[Document]:
        days = ["mon", "tue", "wed", "thu", "fri"]
        return [{"label": "prime", "days": days, "from": start, "to": end} for start, end in spans]

    (finding,) = findings(
        "TIME_BUDGET",
        pair(
            sla(["web"], [within("95", {"P1": "PT1H30M"}, name="fix")], calendar="ours"),
            uc("cirrus", ["host"], [within("95", {"P1": "PT4H"}, name="fix")], calendar="theirs"),
            calendar("ours", windows=hours(("14:00", "15:00"), ("19:00", "20:00"))),
            calendar("theirs", windows=hours(("08:00", "18:00"))),
        ),
    )
    # Taken at 14:00 its four hours are full at 18:00 and not exceeded before 08:00: two of our hours pass by then.
    assert dict(finding.figures) == {
        "threshold": "5400",
        "stages": "7200",
        "over": "1800",
        "stagesOnTheirClocks": "14400",
    }


def test_stages_on_one_clock_count_by_their_thresholds() -> None:
    documents = pair(
        sla(["web"], [within("95", {"P1": "PT4H"}, name="fix", window="prime")], calendar="office"),
        uc("cirrus", ["host"], [within("95", {"P1": "PT4H"}, name="fix", window="prime")], calendar="office"),
        office(),
    )
    assert not findings("TIME_BUDGET", *documents)


# ------------------------------------------------------------------------------------------------------ control


def test_what_the_customer_runs_itself_is_outside_our_control_unless_it_is_excused() -> None:
    documents = [HOUSE, service("web", needs=all_of("room")), service("room", "acme")]
    (finding,) = findings("OUTSIDE_CONTROL", documents, sla(["web"], [availability("99")]))
    assert "room" in finding.message
    assert not findings(
        "OUTSIDE_CONTROL", documents, sla(["web"], [availability("99")], exclusions=["customer"])
    )


def test_a_promise_on_what_the_customer_itself_runs_is_empty_or_worse() -> None:
    documents = [HOUSE, service("web", "acme")]
    (finding,) = findings("OUTSIDE_CONTROL", documents, sla(["web"], [availability("99")]))
    assert (finding.severity, "acme runs: nothing excuses that" in finding.message) == (
        Severity.WARNING,
        True,
    )
    excused = sla(["web"], [availability("99")], exclusions=["customer"])
    (finding,) = findings("OUTSIDE_CONTROL", documents, excused)
    assert (finding.severity, "promises nothing" in finding.message) == (Severity.INFO, True)
    # What is promised of its tickets is the provider's own work.
    assert not findings("OUTSIDE_CONTROL", documents, sla(["web"], [within("95", {"P1": "PT4H"})]))


def test_a_team_does_not_hide_the_vendor_beneath_it_and_a_vendor_hides_its_own() -> None:
    documents = [
        HOUSE,
        service("web", "desk", needs=all_of("host")),
        service("host", "cirrus", needs=all_of("room")),
        service("room", "telco"),
        sla(["web"], [], term=YEAR),
        ola("desk", ["web"], [], term=YEAR),
        uc("cirrus", ["host"], [], term=SHORT),
        uc("telco", ["room"], [], consumer="cirrus", term={"from": "2026-01-01", "to": "2026-10-31"}),
    ]
    found = findings("TERM_MISMATCH", *documents)
    assert {(each.agreement, each.clauses[1]) for each in found} == {
        ("sla", "uc-cirrus"),
        ("uc-cirrus", "uc-telco"),
    }


# ------------------------------------------------------------------------------- leaving at will, amendments, pairs


def at_will(notice: str) -> dict[str, Any]:
    return {"terminationRights": [{"name": "convenience", "when": {"convenience": True}, "notice": notice}]}


def test_a_customer_that_may_leave_at_will_leaves_us_bound_to_the_supplier_for_the_rest_of_its_term() -> None:
    (finding,) = findings(
        "TERM_MISMATCH",
        pair(sla(["web"], [], term=YEAR, **at_will("P30D")), uc("cirrus", ["host"], [], term=YEAR)),
    )
    # Told on 1 April the customer is free on 1 May; from then to 31 December are 244 days.
    assert dict(finding.figures) == {"daysBound": "244"}
    assert "without a cause by 2026-05-01" in finding.message


def test_we_may_leave_at_will_too_but_later() -> None:
    (finding,) = findings(
        "TERM_MISMATCH",
        pair(
            sla(["web"], [], term=YEAR, **at_will("P30D")),
            uc("cirrus", ["host"], [], term=YEAR, **at_will("P90D")),
        ),
    )
    assert dict(finding.figures) == {"daysBound": "60"}


def test_a_longer_lease_that_we_may_end_at_will_does_not_bind_us() -> None:
    lease = {"from": "2026-01-01", "to": "2027-06-30"}
    assert not findings(
        "TERM_MISMATCH",
        pair(sla(["web"], [], term=YEAR), uc("cirrus", ["host"], [], term=lease, **at_will("P30D"))),
    )


def test_an_amendment_that_made_a_target_unreachable_is_named() -> None:
    first = uc("cirrus", ["host"], [availability("99.9")])
    second = uc("cirrus", ["host"], [availability("99.5")], version=2, effective="2026-04-01")
    documents = pair(sla(["web"], [availability("99.8")]), first, second)
    assert not findings("TARGET_UNSUPPORTED", documents, period="2026-03")
    (finding,) = findings("TARGET_UNSUPPORTED", documents)
    assert finding.severity is Severity.ERROR
    assert finding.figures["host before"] == "99.9"
    assert (
        "Version 2 of uc-cirrus lowered what host is promised on 2026-04-01; before, it was 99.9 %."
        in finding.message
    )


def test_a_raised_target_names_its_own_amendment() -> None:
    first = sla(["web"], [availability("99.5")])
    second = sla(["web"], [availability("99.95")], version=2, effective="2026-04-01")
    (finding,) = findings(
        "TARGET_UNSUPPORTED", pair(first, uc("cirrus", ["host"], [availability("99.9")]), second)
    )
    assert finding.figures["target before"] == "99.5"


def test_a_missing_priority_is_told_once_for_two_levels_that_meet_on_several_services() -> None:
    found = findings(
        "PRIORITY_MISMATCH",
        HOUSE,
        service("web", needs=all_of("host")),
        service("shop", needs=all_of("host")),
        service("host", "cirrus"),
        sla(["web", "shop"], [within("95", {"P1": "PT4H", "P2": "PT8H"}, name="fix")]),
        uc("cirrus", ["host"], [within("95", {"P1": "PT2H"}, name="fix")]),
    )
    assert len(found) == 1
