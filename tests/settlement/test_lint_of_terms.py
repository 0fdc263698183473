"""What is wrong in the terms of credits is found before anything fails: in a check, and with every settlement."""

from fractions import Fraction
from typing import Any

import pytest

from domain.findings import Finding, FindingKind, Severity
from tests.building import (
    THREE_BANDS,
    Document,
    Settled,
    at_most,
    availability,
    bands,
    count,
    house,
    level,
    service,
    settle,
    sla,
    ticket,
    within,
)

CODES = [
    "BAND_GAP", "BAND_OVERLAP", "PERCENT_OVER_100", "ALLOCATION_SUM", "CAP_NEVER_BINDS", "CREDIT_DISPROPORTIONATE",
    "CREDIT_UNMEASURED",
]  # fmt: skip


MARCH = [
    count(measure, 1, 1, on="web", start="2026-03-10T00:00:00Z", end="2026-03-11T00:00:00Z")
    for measure in ("score", "wait", "one", "two")
]
TICKET = ticket("T1", "P1", "2026-03-10T10:00:00Z", "2026-03-10T11:00:00Z", on="web")
"""Somebody measures everything; April is only quiet."""


def settled(*levels: Document, price: str = "40000.00", **terms: Any) -> Settled:
    """web under some levels, and nothing fails."""
    return settle(
        house(), service("web"), sla(["web"], levels, {"web": price}, **terms), counts=MARCH, tickets=[TICKET]
    )


def found(outcome: Settled) -> list[str]:
    return [each.code for code in CODES for each in outcome.findings(code)]


def only(outcome: Settled, code: str) -> Finding:
    (finding,) = outcome.findings(code)
    assert finding.kind is FindingKind.TERMS
    assert finding.agreement == "sla"
    assert finding.cure
    return finding


def ratio(credit: Document, target: Any = "99", **more: Any) -> Document:
    return level(
        "ratio", target, metric={"measure": "score"}, name="score", clause="2.1", credit=credit, **more
    )


def banded(*rows: Document) -> Document:
    return {"scheme": "bands", "bands": list(rows)}


def closed(low: str, high: str, percent: str = "5") -> Document:
    return {"from": low, "to": high, "percent": percent}


TENTHS = {"compare": {"places": 1, "rounding": "half_up"}}


def test_ordinary_terms_have_no_finding() -> None:
    remedies = {"caps": [{"percent": "20", "per": "month"}, {"amount": "60000.00", "per": "year"}]}
    assert found(settled(availability("99.9", credit=THREE_BANDS), remedies=remedies)) == []


def test_a_level_without_a_clause_is_cited_by_its_name_and_its_one_service_is_named() -> None:
    outcome = settled(availability("99", credit=banded({"below": "99", "percent": "101"})))
    finding = only(outcome, "PERCENT_OVER_100")
    assert finding.clauses == ("availability",)
    assert (finding.service_level, finding.service) == ("availability", "web")


# ------------------------------------------------------------------------------------------ gaps and overlaps


def test_closed_bands_leave_gaps_between_them_above_the_first_and_below_the_last() -> None:
    outcome = settled(ratio(banded(closed("98.0", "98.9"), closed("97.0", "97.9"))))
    gaps = {(each.figures["from"], each.figures["to"]) for each in outcome.findings("BAND_GAP")}
    assert gaps == {("98.9", "99"), ("97.9", "98"), ("0", "97")}
    assert {each.severity for each in outcome.findings("BAND_GAP")} == {Severity.WARNING}
    assert {each.clauses for each in outcome.findings("BAND_GAP")} == {("2.1",)}


def test_where_the_contract_compares_tenths_no_value_lies_between_tenths() -> None:
    rows = banded(closed("98.0", "98.9"), closed("97.0", "97.9"), {"below": "97", "percent": "9"})
    assert found(settled(ratio(rows, **TENTHS))) == []
    missing = banded(closed("98.0", "98.9"), closed("97.0", "97.8"), {"below": "97", "percent": "9"})
    gap = only(settled(ratio(missing, **TENTHS)), "BAND_GAP")
    assert (gap.figures["from"], gap.figures["to"]) == ("97.8", "98")


def test_room_between_the_target_and_the_first_open_band_is_only_mentioned() -> None:
    gap = only(settled(ratio(bands({"98": "5", "90": "10"}))), "BAND_GAP")
    assert gap.severity is Severity.INFO
    assert (gap.figures["from"], gap.figures["to"]) == ("98", "99")


def test_bands_of_what_is_to_be_small_are_read_upwards() -> None:
    rows = banded(closed("1", "2"), closed("3", "4"))
    outcome = settled(level("mean", at_most("1"), metric={"measure": "wait"}, name="wait", credit=rows))
    gaps = {(each.figures["from"], each.figures.get("to")) for each in outcome.findings("BAND_GAP")}
    assert gaps == {("2", "3"), ("4", None)}


def test_closed_bands_that_share_a_value_overlap() -> None:
    rows = banded(closed("97", "98.99"), closed("96", "97"), {"below": "96.5", "percent": "9"})
    outcome = settled(ratio(rows, target="98.99"))
    overlaps = [(each.figures["from"], each.figures["to"]) for each in outcome.findings("BAND_OVERLAP")]
    assert sorted(overlaps) == [("96", "96.5"), ("97", "97")]


def test_two_open_bands_of_one_boundary_overlap_and_nested_ones_do_not() -> None:
    assert found(settled(ratio(bands({"99": "5", "98": "10", "97": "15"})))) == []
    twice = banded({"below": "99", "percent": "5"}, {"below": "99", "percent": "6"})
    assert only(settled(ratio(twice)), "BAND_OVERLAP").figures["from"] == "99"


def test_a_schedule_without_an_end_and_with_two_steps_of_one_length() -> None:
    steps = [{"upTo": "PT1H", "percent": "5"}, {"upTo": "PT1H", "percent": "6"}]
    outcome = settled(availability("99.9", credit={"scheme": "schedule", "schedule": steps}))
    assert only(outcome, "BAND_GAP").figures == {"from": "3600"}
    assert only(outcome, "BAND_OVERLAP").figures == {"from": "3600", "to": "3600"}


# ------------------------------------------------------------------------------------- percentages, allocations


def test_a_percentage_over_100_is_a_finding() -> None:
    outcome = settled(ratio(bands({"99": "5", "90": "150"})))
    assert only(outcome, "PERCENT_OVER_100").figures == {"percent": "150"}


def test_a_credit_that_grows_without_end_needs_a_cap() -> None:
    hourly: Document = {"scheme": "perUnit", "unit": "PT1H", "each": {"percent": "5"}}
    assert only(settled(availability("99.9", credit=hourly)), "PERCENT_OVER_100").figures == {"percent": "5"}
    assert found(settled(availability("99.9", credit=hourly | {"cap": {"percent": "25"}}))) == []
    remedies = {"caps": [{"percent": "25", "per": "month"}]}
    assert found(settled(availability("99.9", credit=hourly), remedies=remedies)) == []


@pytest.mark.parametrize(
    ("allocations", "stated", "difference"),
    [(["40", "50"], None, "-10"), (["100", "150"], None, "150"), (["100", "150"], "250", None)],
)
def test_allocations_sum_to_what_the_agreement_says(
    allocations: list[str], stated: str | None, difference: str | None
) -> None:
    levels = [
        level(
            "ratio",
            "99",
            metric={"measure": name},
            name=name,
            credit={"scheme": "atRisk", "allocation": share},
        )
        for name, share in zip(("one", "two"), allocations, strict=True)
    ]
    at_risk = {"percent": "10"} | ({} if stated is None else {"allocationsTotal": stated})
    outcome = settled(*levels, remedies={"atRisk": at_risk})
    sums = [each.figures["difference"] for each in outcome.findings("ALLOCATION_SUM")]
    assert sums == ([] if difference is None else [difference])


def test_an_allocation_of_nothing_at_risk_is_worth_nothing() -> None:
    outcome = settled(ratio({"scheme": "atRisk", "allocation": "40"}))
    assert only(outcome, "ALLOCATION_SUM").severity is Severity.ERROR


# -------------------------------------------------------------------------------------------------------- caps


def test_a_level_s_cap_above_its_deepest_band_never_binds() -> None:
    outcome = settled(availability("99.9", credit=THREE_BANDS | {"cap": {"percent": "50"}}))
    assert only(outcome, "CAP_NEVER_BINDS").figures == {"cap": "20000", "most": "12000"}


def test_a_month_s_cap_that_all_levels_cannot_reach_never_binds() -> None:
    remedies = {"caps": [{"percent": "35", "per": "month"}]}
    outcome = settled(availability("99.9", credit=THREE_BANDS), remedies=remedies)
    assert only(outcome, "CAP_NEVER_BINDS").figures == {"cap": "14000", "most": "12000"}
    two = [availability("99.9", name=name, credit=THREE_BANDS) for name in ("one", "two")]
    assert found(settled(*two, remedies=remedies)) == []


@pytest.mark.parametrize(
    ("cap", "severity"),
    [("899.00", None), ("900.00", Severity.INFO), ("1000.00", Severity.WARNING)],
)
def test_an_umbrella_s_cap_is_held_against_what_all_its_parts_can_come_to(
    cap: str, severity: Severity | None
) -> None:
    # 5 % of 10,000 under the one part, and of the other's 1,000 no more than its own cap of 400: 900.
    umbrella = sla([], [], name="msa", remedies={"caps": [{"amount": cap, "per": "month"}]})
    own: dict[str, Any] = {"remedies": {"caps": [{"amount": "400.00", "per": "month"}]}}
    parts = [
        sla([name], [ratio(bands({"99": percent}))], {name: "10000.00"}, name=f"sla-{name}", **terms)
        for name, percent, terms in (("web", "5", {"partOf": "msa"}), ("mail", "10", {"partOf": "msa"} | own))
    ]

    outcome = settle(house(), service("web"), service("mail"), umbrella, *parts, counts=MARCH)

    of_umbrella = [each for each in outcome.findings("CAP_NEVER_BINDS") if each.agreement == "msa"]
    assert [each.severity for each in of_umbrella] == ([] if severity is None else [severity])
    if of_umbrella:
        assert of_umbrella[0].figures["most"] == "900"


def test_a_year_s_cap_is_held_against_what_the_month_s_cap_leaves_of_twelve_months() -> None:
    remedies = {"caps": [{"percent": "10", "per": "month"}, {"amount": "50000.00", "per": "year"}]}
    outcome = settled(availability("99.9", credit=THREE_BANDS), remedies=remedies)
    assert only(outcome, "CAP_NEVER_BINDS").figures == {"cap": "50000", "most": "48000"}


# -------------------------------------------------------------------------------------- proportion, unmeasured


def test_more_than_a_quarter_of_the_charges_for_the_least_failure_is_out_of_proportion() -> None:
    outcome = settled(availability("99.9", credit=bands({"99.9": "25.5"})))
    figures = only(outcome, "CREDIT_DISPROPORTIONATE").figures
    assert (figures["credit"], figures["percent"]) == ("10200", "25.5")
    assert found(settled(availability("99.9", credit=bands({"99.9": "25"})))) == []


def test_a_large_amount_for_one_outage_of_a_cheap_service_is_out_of_proportion() -> None:
    credit = {"scheme": "bands", "bands": [{"above": "0", "amount": "5000.00"}]}
    promise = level("outageCount", at_most("0"), name="outages", credit=credit)
    figures = only(settled(promise, price="1000.00"), "CREDIT_DISPROPORTIONATE").figures
    assert Fraction(figures["percent"]) == 500


@pytest.mark.parametrize(
    "credit",
    [
        {"scheme": "schedule", "schedule": [{"beyond": True, "percent": "5"}]},
        {"scheme": "perUnit", "unit": "PT1H", "each": {"percent": "1"}, "cap": {"percent": "10"}},
    ],
    ids=["schedule", "perUnit"],
)
def test_a_scheme_by_hours_on_a_level_that_measures_none_is_said(credit: Document) -> None:
    assert only(settled(ratio(credit)), "CREDIT_UNMEASURED").severity is Severity.ERROR


def test_hours_of_late_tickets_are_measured() -> None:
    credit = {"scheme": "perUnit", "unit": "PT1H", "each": {"percent": "1"}, "cap": {"percent": "10"}}
    assert found(settled(within("95", {"P1": "PT4H"}, credit=credit))) == []


def test_a_credit_on_a_level_that_nobody_sends_evidence_of_is_said_and_a_quiet_month_is_not() -> None:
    promise = ratio(bands({"99": "5"}))
    assert found(settled(promise)) == []
    silent = settle(house(), service("web"), sla(["web"], [promise], {"web": "40000.00"}))
    assert only(silent, "CREDIT_UNMEASURED").severity is Severity.WARNING
    assert "NO_EVIDENCE" in {each.code for each in silent.settlement.findings}
    assert "NO_EVIDENCE" not in {each.code for each in settled(promise).settlement.findings}
    kpi = {key: value for key, value in promise.items() if key != "credit"}
    assert found(settle(house(), service("web"), sla(["web"], [kpi], {"web": "40000.00"}))) == []


# ------------------------------------------------------------------------------------------ failures one by one


@pytest.mark.parametrize(("target", "codes"), [("99.5", ["FAILURES_TOLERATED"]), ("100", [])])
def test_failures_that_are_paid_for_under_a_target_that_tolerates_some_are_mentioned(
    target: str, codes: list[str]
) -> None:
    per_ten = {"scheme": "perFailures", "failures": 10, "within": "P12M", "amount": "100.00"}
    found_here = settled(availability(target, credit=per_ten)).findings("FAILURES_TOLERATED")
    assert [each.code for each in found_here] == codes


def test_amounts_are_told_in_money_and_lengths_in_words() -> None:
    capped = availability("99.9", credit=bands({"99.9": "10"}, cap={"percent": "30"}))
    assert "GBP 4000.00 at most" in only(settled(capped), "CAP_NEVER_BINDS").message
    steps = [{"upTo": "PT45M", "percent": "5"}, {"upTo": "PT4H", "percent": "10"}]
    timed = availability("99.9", credit={"scheme": "schedule", "schedule": steps})
    assert "ends at 4 hours:" in only(settled(timed), "BAND_GAP").message
