"""What a settlement says beside its figures: terms that come later, evidence that is missing, doubtful or circular."""

from typing import Any

from tests.building import (
    THREE_BANDS,
    Document,
    all_of,
    availability,
    bands,
    gbp,
    house,
    ola,
    outage,
    service,
    settle,
    sla,
    uc,
    within,
)

PRICE = {"web": "40000.00"}
WEB_DOWN = [outage("web", "14 10:00", "14 11:00")]


def contract(*levels: Document, **terms: Any) -> list[Document]:
    return [*house(), service("web"), sla(["web"], levels or [availability("99.9")], PRICE, **terms)]


# ------------------------------------------------------------------------------------------- NOT_YET_CALCULATED


def test_a_contract_of_what_is_calculated_has_no_such_finding() -> None:
    level = availability("99.9", credit=THREE_BANDS, clause="2.1")
    settled = settle(
        contract(level, remedies={"caps": [{"amount": "100.00", "per": "year"}]}), outages=WEB_DOWN
    )
    assert settled.settlement.findings == ()


# ------------------------------------------------------------------------------------------------- NO_EVIDENCE


def test_a_monitored_service_without_a_single_row_reads_as_100_and_asks_whether_that_is_so() -> None:
    settled = settle(contract())
    assert settled.attainment().value == 100
    (finding,) = settled.findings("NO_EVIDENCE")
    assert (finding.agreement, finding.service_level, finding.service) == ("sla", "availability", "web")


def test_one_row_in_any_month_is_evidence() -> None:
    settled = settle(contract(), outages=[outage("web", "2026-01-14T10:00:00Z", "2026-01-14T11:00:00Z")])
    assert settled.attainment().value == 100
    assert settled.findings("NO_EVIDENCE") == []


def test_a_service_without_a_monitor_needs_no_rows_of_its_own() -> None:
    settled = settle(
        house(), service("web", needs=all_of("host")), service("host"), sla(["web"], [availability("99.9")])
    )
    assert settled.findings("NO_EVIDENCE") == []


# ------------------------------------------------------------------------------------------------ SELF_EXCUSED


def self_excused(*, source: str = "", runner: str = "cirrus") -> list[Any]:
    vendors = ["cirrus"]
    level = availability("99.9", credit=bands({"99.9": "10"}))
    contract_of_host = (
        uc("cirrus", ["host"], [level], exclusions=["customer"])
        if runner == "cirrus"
        else ola(runner, ["host"], [level], exclusions=["customer"])
    )
    settled = settle(
        house(vendors=vendors, teams=["netops"]),
        service("web", needs=all_of("host")),
        service("host", runner),
        sla(["web"], [availability("99.9")]),
        contract_of_host,
        outages=[outage("host", "14 10:00", "14 11:00", "customer", source=source)],
    )
    name = "uc-cirrus" if runner == "cirrus" else f"ola-{runner}"
    assert settled.attainment(name).value == 100
    return settled.findings("SELF_EXCUSED")


def test_a_vendor_that_records_its_customer_as_the_cause_is_relieved_and_a_person_is_asked() -> None:
    (finding,) = self_excused()
    assert (finding.agreement, finding.service) == ("uc-cirrus", "host")
    assert "cirrus" in finding.message


def test_a_row_from_a_vendor_s_source_is_asked_about_whoever_runs_the_service() -> None:
    assert len(self_excused(runner="netops", source="cirrus")) == 1
    assert self_excused(runner="netops", source="monitor") == []


# -------------------------------------------------------------------------------------------------- structure


def test_a_cycle_is_a_finding_and_settling_goes_on() -> None:
    settled = settle(
        house(vendors=["one", "two"]),
        service("web", needs=all_of("a")),
        service("a", "one", needs=all_of("b")),
        service("b", "two", needs=all_of("a")),
        sla(["web"], [availability("99.9", credit=THREE_BANDS)], PRICE),
        outages=[outage("b", "14 10:00", "14 11:00")],
    )
    assert len(settled.findings("DEPENDENCY_CYCLE")) == 1
    assert settled.attainment().status.value == "MISSED"
    assert settled.row("two").impact_share == 1
    assert settled.row("two").paths == (("web", "a", "b"),)
    assert settled.statement().net == gbp("2000.00")


def test_a_service_under_a_customer_s_promise_that_no_agreement_covers_is_ungoverned_before_it_fails() -> (
    None
):
    settled = settle(
        house(vendors=["lark"]),
        service("web", needs=all_of("sms")),
        service("sms", "lark"),
        sla(["web"], [availability("99.9")]),
    )
    (finding,) = settled.findings("UNGOVERNED")
    assert (finding.agreement, finding.service) == ("sla", "sms")


def test_time_budgets_are_compared_priority_by_priority() -> None:
    settled = settle(
        house(vendors=["cirrus"], teams=["desk"]),
        service("support"),
        sla(["support"], [within("90", {"P1": "PT4H", "P2": "PT8H"})]),
        ola("desk", ["support"], [within("90", {"P1": "PT1H", "P2": "PT1H"}, name="fix")]),
        uc("cirrus", ["support"], [within("90", {"P1": "PT3H", "P2": "PT7H30M"}, name="fix")]),
    )
    # P1: 1 h + 3 h = 4 h fits; P2: 1 h + 7 h 30 is half an hour more than 8 h.
    (finding,) = settled.findings("TIME_BUDGET")
    assert dict(finding.figures) == {"threshold": "28800", "stages": "30600", "over": "1800"}
    assert finding.message.startswith("P2")


def test_findings_stand_once_in_one_order() -> None:
    settled = settle(
        house(vendors=["lark"]),
        service("web", needs=all_of("sms")),
        service("mail", needs=all_of("sms")),
        service("sms", "lark"),
        sla(["web", "mail"], [availability("99.9"), availability("99", name="second")], remedies={"oneIncident": "choose"}),
    )  # fmt: skip
    orders = [finding.order() for finding in settled.settlement.findings]
    assert orders == sorted(set(orders))
    assert [finding.code for finding in settled.settlement.findings] == ["UNGOVERNED"]
