"""Both sides of the money: what each side caused, what comes back, and the exact reasons of what does not.

Unless a test says otherwise halden promises acme web at 99.9 % for 40,000 a month, 5 % below it, and web stands on one
vendor's host; an hour down in April is 99.861...: 2,000.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from tests.building import (
    Document,
    Row,
    Settled,
    all_of,
    any_of,
    availability,
    bands,
    document,
    gbp,
    house,
    ola,
    outage,
    service,
    settle,
    sla,
    story,
    uc,
    within,
)

FIVE = bands({"99.9": "5"})
HOST_DOWN = [outage("host", "14 10:00", "14 11:00")]


def promise(percent: str = "5", **terms: Any) -> Document:
    return sla(["web"], [availability("99.9", credit=bands({"99.9": percent}))], {"web": "40000.00"}, **terms)


def under(
    vendor_terms: Mapping[str, Any] | None = None, *, pays: str = "10", target: str = "99.9"
) -> list[Document]:
    """web on cirrus' host, for which cirrus is paid 12,000 and owes so many percent of it below its target."""
    level = availability(target, credit=bands({target: pays}))
    return [
        *house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus"),
        promise(),
        uc("cirrus", ["host"], [level], {"host": "12000.00"}, **(vendor_terms or {})),
    ]


def money(settled: Settled, who: str | None) -> tuple[str, ...]:
    """Caused, recoverable, gap and over-recovery of a party."""
    found = settled.side(who)
    return tuple(each.text() for each in (found.caused, found.recoverable, found.gap, found.over_recovery))


# ------------------------------------------------------------------------------------------- each reason alone


def test_what_a_smaller_rate_or_base_leaves_is_rate() -> None:
    settled = settle(under(), outages=HOST_DOWN)
    assert money(settled, "cirrus") == ("2000.00", "1200.00", "800.00", "0.00")
    assert settled.reasons("cirrus") == [("RATE", "800.00")]


def test_a_credit_as_large_as_what_was_caused_leaves_no_gap_and_no_reason() -> None:
    level = availability(
        "99.9", credit={"scheme": "bands", "bands": [{"below": "99.9", "amount": "2000.00"}]}
    )
    documents = [*under()[:-1], uc("cirrus", ["host"], [level])]
    settled = settle(documents, outages=HOST_DOWN)
    assert money(settled, "cirrus") == ("2000.00", "2000.00", "0.00", "0.00")
    assert settled.reasons("cirrus") == []


def test_a_promise_that_the_supplier_kept_is_target() -> None:
    settled = settle(under(target="99.5"), outages=HOST_DOWN)
    assert settled.reasons("cirrus") == [("TARGET", "2000.00")]
    assert settled.attainment("uc-cirrus").status.value == "MET"


def test_what_a_cap_of_the_agreement_took_is_cap() -> None:
    settled = settle(under({"remedies": {"caps": [{"amount": "500.00", "per": "month"}]}}), outages=HOST_DOWN)
    assert settled.reasons("cirrus") == [("CAP", "700.00"), ("RATE", "800.00")]


def test_what_a_cap_of_the_level_took_is_cap_too() -> None:
    level = availability("99.9", credit=bands({"99.9": "10"}, cap={"amount": "900.00"}))
    documents = [*under()[:-1], uc("cirrus", ["host"], [level], {"host": "12000.00"})]
    assert settle(documents, outages=HOST_DOWN).reasons("cirrus") == [("CAP", "300.00"), ("RATE", "800.00")]


def test_what_a_yearly_cap_took_in_earlier_months_is_cap() -> None:
    rows = [outage("host", "2026-03-14T10:00:00Z", "2026-03-14T11:00:00Z"), *HOST_DOWN]
    settled = settle(under({"remedies": {"caps": [{"amount": "1500.00", "per": "year"}]}}), outages=rows)
    # Of 1,500 March used 1,200: 300 are left of April's 1,200.
    assert money(settled, "cirrus") == ("2000.00", "300.00", "1700.00", "0.00")
    assert settled.reasons("cirrus") == [("CAP", "900.00"), ("RATE", "800.00")]


def test_a_cap_is_worth_no_more_than_the_gap() -> None:
    # Without its cap the vendor would owe 100 % = 12,000; what was caused is 2,000.
    settled = settle(
        under({"remedies": {"caps": [{"amount": "500.00", "per": "month"}]}}, pays="100"), outages=HOST_DOWN
    )
    assert settled.reasons("cirrus") == [("CAP", "1500.00")]


def test_what_the_supplier_s_contract_excuses_and_ours_does_not_is_exclusion() -> None:
    row = outage("host", "14 10:00", "14 11:00", "force_majeure")
    settled = settle(under({"exclusions": ["force_majeure"]}), outages=[row])
    assert money(settled, "cirrus") == ("2000.00", "0.00", "2000.00", "0.00")
    assert settled.reasons("cirrus") == [("EXCLUSION", "1200.00"), ("RATE", "800.00")]


def test_what_both_contracts_excuse_costs_nobody_anything() -> None:
    row = outage("host", "14 10:00", "14 11:00", "force_majeure")
    documents = [*under({"exclusions": ["force_majeure"]})]
    documents[-2] = promise(exclusions=["force_majeure"])
    settled = settle(documents, outages=[row])
    assert settled.settlement.breaches == ()
    assert settled.impact().payable == gbp("0.00")


def test_an_exclusion_is_lifted_for_the_supplier_s_own_failures_only() -> None:
    # The failure lies with cirrus' subcontractor: its contract excuses other suppliers, and nothing lifts that.
    documents = [
        *house(vendors=["cirrus", "power"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus", needs=all_of("feed")),
        service("feed", "power"),
        promise(),
        uc("cirrus", ["host"], [availability("99.9", credit=bands({"99.9": "10"}))], {"host": "12000.00"},
           exclusions=["other_supplier"]),
        uc("power", ["feed"], [availability("99.9")], consumer="cirrus"),
    ]  # fmt: skip
    settled = settle(documents, outages=[outage("feed", "14 10:00", "14 11:00")])
    assert settled.row("power").answerable == "cirrus"
    assert money(settled, "cirrus") == ("2000.00", "0.00", "2000.00", "0.00")
    assert settled.reasons("cirrus") == [("TARGET", "2000.00")]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        # 40 minutes each: 99.907... alone, so the 2,000 is halved, and cirrus kept its promise for the host.
        (40, [("TARGET", "1000.00"), ("UNGOVERNED", "1000.00")]),
        # An hour each: the contract pays 10 % of 12,000 = 1,200, which is more than the half it is about.
        (60, [("UNGOVERNED", "800.00")]),
    ],
)
def test_what_came_by_a_service_that_no_contract_of_the_vendor_covers_is_ungoverned(
    minutes: int, expected: list[tuple[str, str]]
) -> None:
    rest = [each for each in under() if each["metadata"]["name"] != "web"]
    documents = [*rest, service("web", needs=all_of("host", "spare")), service("spare", "cirrus")]
    end = f"1{minutes // 60}:{minutes % 60:02d}"
    rows = [outage("host", "14 10:00", f"14 {end}"), outage("spare", "20 10:00", f"20 {end}")]

    assert settle(documents, outages=rows).reasons("cirrus") == expected


def test_a_vendor_without_a_contract_is_ungoverned() -> None:
    settled = settle(under()[:-1], outages=HOST_DOWN)
    assert settled.reasons("cirrus") == [("UNGOVERNED", "2000.00")]
    assert [finding.service for finding in settled.findings("UNGOVERNED")] == ["host"]


def test_what_nobody_broke_a_promise_for_is_misaligned_and_stands_on_no_party() -> None:
    documents = [
        *house(vendors=["cirrus"]),
        service("support"),
        sla(["support"], [within("95", {"P1": "PT4H"}, credit=bands({"95": "10"}))], {"support": "5000.00"}),
        uc("cirrus", ["support"], [within("90", {"P1": "PT5H"}, name="fix")]),
    ]
    settled = settle(documents, tickets=[story("T1", "P1", "07 08:00", ("cirrus", "PT4H30M"))])
    assert money(settled, None) == ("500.00", "0.00", "500.00", "0.00")
    assert settled.reasons(None) == [("MISALIGNED", "500.00")]


def test_our_own_failure_is_own() -> None:
    settled = settle(under(), outages=[outage("web", "14 10:00", "14 11:00")])
    assert settled.reasons("halden") == [("OWN", "2000.00")]


def test_the_customer_s_own_failure_that_our_contract_does_not_excuse_is_customer() -> None:
    settled = settle(under(), outages=[outage("web", "14 10:00", "14 11:00", "customer")])
    assert money(settled, "acme") == ("2000.00", "0.00", "2000.00", "0.00")
    assert settled.reasons("acme") == [("CUSTOMER", "2000.00")]
    assert settled.row("acme").answerable == "acme"


def test_a_supplier_whose_own_period_has_not_ended_is_not_due() -> None:
    level = availability("99.9", period="quarter", credit=bands({"99.9": "10"}))
    documents = [*under()[:-1], uc("cirrus", ["host"], [level], {"host": "12000.00"})]
    settled = settle(documents, outages=HOST_DOWN)
    assert settled.attainment("uc-cirrus").status.value == "NOT_DUE"
    assert settled.reasons("cirrus") == [("NOT_DUE", "2000.00")]


def test_each_reason_names_the_promise_whose_credit_it_is_and_says_why_in_a_sentence() -> None:
    (reason,) = settle(under(), outages=HOST_DOWN).side("cirrus").reasons
    assert (reason.agreement, reason.service_level, reason.service) == ("sla", "availability", "web")
    assert "800.00" in reason.explanation
    assert "cirrus" in reason.explanation


# --------------------------------------------------------------------------------------- several, in their order


def test_obstacles_are_lifted_one_after_another_until_the_gap_is_explained() -> None:
    # Caused 4,000 (10 %). The vendor's credit for force majeure and its own hour: two levels of 1,000 each, of which
    # one is excused; capped at 400; claimed too late.
    levels = [
        availability("99.9", name="host", service="host", credit=bands({"99.9": "10"}, of="10000.00")),
        availability("99.9", name="disk", service="disk", credit=bands({"99.9": "10"}, of="10000.00")),
    ]
    remedies = {
        "claim": {"within": "P30D", "from": "period_end"},
        "caps": [{"amount": "400.00", "per": "month"}],
    }
    settled = settle(
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host", "disk")),
        service("host", "cirrus"),
        service("disk", "cirrus"),
        promise("10"),
        uc("cirrus", ["host", "disk"], levels, exclusions=["force_majeure"], remedies=remedies),
        outages=[
            outage("host", "14 10:00", "14 11:00"),
            outage("disk", "21 10:00", "21 11:00", "force_majeure"),
        ],
        as_of="2026-06-30",
    )
    assert money(settled, "cirrus") == ("4000.00", "0.00", "4000.00", "0.00")
    assert settled.reasons("cirrus") == [
        ("CLAIM_MISSED", "400.00"),
        ("CAP", "600.00"),
        ("EXCLUSION", "1000.00"),
        ("RATE", "2000.00"),
    ]


def test_an_obstacle_that_explains_the_whole_gap_leaves_nothing_for_the_next() -> None:
    # Caused 2,000. The vendor would owe 6,000, capped at 3,000, claimed too late: the claim alone is worth it all.
    remedies = {
        "claim": {"within": "P30D", "from": "period_end"},
        "caps": [{"amount": "3000.00", "per": "month"}],
    }
    settled = settle(under({"remedies": remedies}, pays="50"), outages=HOST_DOWN, as_of="2026-06-30")
    assert settled.reasons("cirrus") == [("CLAIM_MISSED", "2000.00")]


def test_the_reasons_of_two_breaches_add_up_to_one_gap() -> None:
    # web and mail miss; both through the vendor, who promised 99.9 for host and 99.5 for mail's disk.
    settled = settle(
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("mail", needs=all_of("disk")),
        service("host", "cirrus"),
        service("disk", "cirrus"),
        sla(["web", "mail"], [availability("99.9", credit=FIVE)], {"web": "40000.00", "mail": "20000.00"}),
        uc("cirrus", ["host"], [availability("99.9", credit=bands({"99.9": "5"}))], {"host": "10000.00"}),
        uc("cirrus", ["disk"], [availability("99.5", credit=FIVE)], {"disk": "10000.00"}, name="uc-disk"),
        outages=[*HOST_DOWN, outage("disk", "21 10:00", "21 11:00")],
    )
    # Caused 2,000 + 1,000, recoverable 500, all of it for the first: nothing comes back where the promise was kept.
    assert money(settled, "cirrus") == ("3000.00", "500.00", "2500.00", "0.00")
    assert settled.reasons("cirrus") == [("TARGET", "1000.00"), ("RATE", "1500.00")]


def test_what_no_contract_binds_is_taken_whole_before_any_obstacle_is_lifted() -> None:
    # host is under a contract that pays 1,200 capped at 500; disk is under none, and mail stands on it.
    remedies = {"caps": [{"amount": "500.00", "per": "month"}]}
    settled = settle(
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("mail", needs=all_of("disk")),
        service("host", "cirrus"),
        service("disk", "cirrus"),
        sla(["web", "mail"], [availability("99.9", credit=FIVE)], {"web": "40000.00", "mail": "20000.00"}),
        uc("cirrus", ["host"], [availability("99.9", credit=bands({"99.9": "10"}))], {"host": "12000.00"},
           remedies=remedies),
        outages=[*HOST_DOWN, outage("disk", "21 10:00", "21 11:00")],
    )  # fmt: skip
    assert money(settled, "cirrus") == ("3000.00", "500.00", "2500.00", "0.00")
    assert settled.reasons("cirrus") == [("CAP", "700.00"), ("RATE", "800.00"), ("UNGOVERNED", "1000.00")]
    outside = settled.side("cirrus").outside_own_contract
    assert outside == gbp("1000.00")


def test_what_is_earned_back_lessens_the_provider_s_own_row_and_the_total_stays_payable_less_recoverable() -> (
    None
):
    terms = {"returns": "50", "when": {"level": "target", "consecutive": 1}, "as": "offset"}
    documents = [*under()[:-2], promise(remedies={"earnBack": terms}), under()[-1]]
    january = outage("host", "2026-01-14T10:00:00Z", "2026-01-14T11:00:00Z")
    settled = settle(documents, outages=[january, *HOST_DOWN])
    # January's 2,000 earned 1,000 back with February; April's 2,000 is less by it.
    impact = settled.impact()
    assert (impact.payable, impact.recoverable, impact.gap) == (
        gbp("1000.00"),
        gbp("1200.00"),
        gbp("-200.00"),
    )
    assert money(settled, "cirrus") == ("2000.00", "1200.00", "800.00", "0.00")
    assert money(settled, "halden") == ("-1000.00", "0.00", "-1000.00", "1000.00")


# ------------------------------------------------------------------------------------------------ over-recovery


def test_what_is_recovered_beyond_what_was_caused_is_shown_beside_the_gap() -> None:
    # cirrus' spare line fails for a day and nobody notices; its other service costs the customer 2,000.
    settled = settle(
        house(vendors=["cirrus", "wires", "spare"]),
        service("web", needs=all_of("host", any_of("line", "other"))),
        service("host", "cirrus"),
        service("line", "wires"),
        service("other", "spare"),
        promise(),
        uc("cirrus", ["host"], [availability("99.9", credit=bands({"99.9": "10"}))], {"host": "12000.00"}),
        uc("wires", ["line"], [availability("99.9", credit=bands({"99.9": "25"}))], {"line": "2000.00"}),
        outages=[*HOST_DOWN, outage("line", "20 00:00", "21 00:00")],
    )
    assert money(settled, "wires") == ("0.00", "500.00", "-500.00", "500.00")
    assert settled.reasons("wires") == []
    impact = settled.impact()
    assert [each.text() for each in (impact.payable, impact.recoverable, impact.gap, impact.over_recovery)] == [
        "2000.00", "1700.00", "300.00", "500.00",
    ]  # fmt: skip


def test_a_month_in_which_everything_was_kept_has_an_impact_of_nothing() -> None:
    impact = settle(under()).impact()
    assert (impact.payable, impact.recoverable, impact.gap) == (gbp("0.00"),) * 3
    assert impact.parties == ()


# ------------------------------------------------------------------------------------------------ vendor chains


def chain_of_vendors() -> list[Document]:
    """web on cirrus' host, which stands on power's feed, which power promised to cirrus."""
    return [
        *house(vendors=["cirrus", "power"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus", needs=all_of("feed")),
        service("feed", "power"),
        promise(),
        uc("cirrus", ["host"], [availability("99.9", credit=bands({"99.9": "10"}))], {"host": "12000.00"}),
        uc("power", ["feed"], [availability("99.9", credit=bands({"99.9": "20"}))], {"feed": "3000.00"}, consumer="cirrus"),
    ]  # fmt: skip


def test_a_subcontractor_s_credit_to_its_vendor_is_shown_and_never_added() -> None:
    settled = settle(chain_of_vendors(), outages=[outage("feed", "14 10:00", "14 11:00")])
    assert settled.statement("uc-power").net == gbp("600.00")
    assert settled.statement("uc-cirrus").net == gbp("1200.00")
    assert [each.party for each in settled.impact().parties] == ["cirrus"]
    assert money(settled, "cirrus") == ("2000.00", "1200.00", "800.00", "0.00")
    assert settled.impact().recoverable == gbp("1200.00")


def test_a_chain_of_three_vendors_is_answered_for_by_the_first() -> None:
    documents = [
        *house(vendors=["cirrus", "power", "grid"]),
        *(
            each
            for each in chain_of_vendors()
            if each["kind"] != "Party" and each["metadata"]["name"] != "feed"
        ),
        service("feed", "power", needs=all_of("line")),
        service("line", "grid"),
        uc("grid", ["line"], [availability("99.9", credit=FIVE)], {"line": "1000.00"}, consumer="power"),
    ]
    settled = settle(documents, outages=[outage("line", "14 10:00", "14 11:00")])
    assert (settled.row("grid").answerable, settled.row("grid").side) == ("cirrus", "cirrus")
    assert [each.party for each in settled.impact().parties] == ["cirrus"]
    assert [settled.statement(f"uc-{who}").net for who in ("grid", "power", "cirrus")] == [
        gbp("50.00"), gbp("600.00"), gbp("1200.00"),
    ]  # fmt: skip


def test_in_the_vendor_s_own_breach_the_subcontractor_answers_to_the_vendor() -> None:
    settled = settle(chain_of_vendors(), outages=[outage("feed", "14 10:00", "14 11:00")])
    row = settled.row("power", "uc-cirrus")
    assert (row.answerable, row.agreement, row.side) == ("power", "uc-power", "power")
    assert row.paths == (("host", "feed"),)


def test_a_shared_subcontractor_s_part_is_halved_between_the_suppliers_it_came_through() -> None:
    settled = settle(
        house(vendors=["east", "west", "power"]),
        service("web", needs=all_of("node-e", "node-w")),
        service("node-e", "east", needs=all_of("feed")),
        service("node-w", "west", needs=all_of("feed")),
        service("feed", "power"),
        promise(),
        [uc(who, [f"node-{who[0]}"], [availability("99.9", credit=FIVE)], {f"node-{who[0]}": "6000.00"})
         for who in ("east", "west")],
        [uc("power", ["feed"], [availability("99.9")], consumer=who, name=f"uc-power-{who}") for who in ("east", "west")],
        outages=[outage("feed", "14 10:00", "14 11:00")],
    )  # fmt: skip
    assert settled.row("power").answerables == ("east", "west")
    assert money(settled, "east") == ("1000.00", "300.00", "700.00", "0.00")
    assert money(settled, "west") == ("1000.00", "300.00", "700.00", "0.00")
    assert settled.impact().gap == gbp("1400.00")


# ---------------------------------------------------------------------------------------------------- internal


def team_at_fault(levels: Sequence[Document], price: str = "3000.00") -> Settled:
    return settle(
        house(teams=["netops"]),
        service("web", needs=all_of("net")),
        service("net", "netops"),
        promise(),
        ola("netops", ["net"], levels, {"net": price}),
        outages=[outage("net", "14 10:00", "14 11:00")],
    )


def test_a_team_s_credit_is_internal_and_recovers_nothing() -> None:
    settled = team_at_fault([availability("99.9", credit=bands({"99.9": "10"}))])
    own = settled.side("halden")
    assert (own.caused, own.internal, own.recoverable, own.gap) == (
        gbp("2000.00"), gbp("300.00"), gbp("0.00"), gbp("2000.00"),
    )  # fmt: skip
    assert settled.reasons("halden") == [("OWN", "2000.00")]
    assert (settled.impact().internal, settled.impact().recoverable) == (gbp("300.00"), gbp("0.00"))


def test_credits_between_teams_stand_with_the_house_as_well() -> None:
    settled = settle(
        house(teams=["netops", "platform"]),
        service("web", needs=all_of("cluster")),
        service("cluster", "platform", needs=all_of("net")),
        service("net", "netops"),
        promise(),
        ola("netops", ["net"], [availability("99.9", credit=bands({"99.9": "10"}))], {"net": "3000.00"}, consumer="platform"),
        outages=[outage("net", "14 10:00", "14 11:00")],
    )  # fmt: skip
    assert settled.side("halden").internal == gbp("300.00")
    assert [each.party for each in settled.impact().parties] == ["halden"]


# --------------------------------------------------------------------------------------------------- currencies


def test_credits_in_two_currencies_are_never_added() -> None:
    dollars = uc(
        "cirrus",
        ["host"],
        [availability("99.9", credit=bands({"99.9": "10"}))],
        {"host": "15000.00"},
        currency="USD",
    )
    settled = settle(*under()[:-1], dollars, outages=HOST_DOWN)  # fmt: skip
    assert [impact.currency for impact in settled.settlement.credit_impact] == ["GBP", "USD"]
    assert money(settled, "cirrus") == ("2000.00", "0.00", "2000.00", "0.00")
    in_dollars = settled.side("cirrus", "USD")
    assert (in_dollars.caused.text(), in_dollars.recoverable.text()) == ("0.00", "1500.00")
    assert settled.impact("USD").payable.text() == "0.00"


def euros(*more: Document) -> list[Document]:
    terms = {"currency": "EUR"}
    level = availability("99.9", credit=bands({"99.9": "10"}))
    return [*under()[:-1], uc("cirrus", ["host"], [level], {"host": "12000.00"}, **terms), *more]


def rate(base: str, quote: str, *steps: tuple[str, str]) -> Document:
    spec: Document = {
        "from": base,
        "to": quote,
        "rates": [{"from": day, "rate": worth} for day, worth in steps],
    }
    return document("ExchangeRate", f"{base}-{quote}".lower(), **spec)


def test_at_a_dated_rate_a_contract_in_euros_stands_against_what_was_caused_in_pounds() -> None:
    rates = rate("EUR", "GBP", ("2026-01-01", "0.90"), ("2026-04-15", "0.85"), ("2026-05-01", "0.80"))
    settled = settle(euros(rates), outages=HOST_DOWN)
    # 1,200.00 EUR at April's last day's 0.85 are 1,020.00 GBP.
    assert money(settled, "cirrus") == ("2000.00", "1020.00", "980.00", "0.00")
    assert settled.reasons("cirrus") == [("RATE", "980.00")]
    assert [impact.currency for impact in settled.settlement.credit_impact] == ["GBP"]
    assert [(each.base, each.rate) for each in settled.impact().rates] == [("EUR", Fraction("0.85"))]
    assert settled.findings("CURRENCY_MISMATCH") == []


def test_a_rate_serves_the_other_way_round_too() -> None:
    settled = settle(euros(rate("GBP", "EUR", ("2026-01-01", "1.25"))), outages=HOST_DOWN)
    assert money(settled, "cirrus") == ("2000.00", "960.00", "1040.00", "0.00")


def test_without_a_rate_in_force_two_currencies_stand_apart_and_a_finding_says_so() -> None:
    settled = settle(euros(rate("EUR", "GBP", ("2026-05-01", "0.80"))), outages=HOST_DOWN)
    assert money(settled, "cirrus") == ("2000.00", "0.00", "2000.00", "0.00")
    # The contracts' currencies are told as such too, whether anything was missed or not.
    (finding,) = [each for each in settled.findings("CURRENCY_MISMATCH") if each.service_level is not None]
    assert (finding.agreement, finding.service_level, finding.service) == ("sla", "availability", "web")
    assert dict(finding.figures) == {"caused": "2000.00", "owed": "1200.00"}


def test_the_reason_of_a_gap_names_what_is_owed_in_a_currency_that_has_no_rate() -> None:
    settled = settle(euros(), outages=HOST_DOWN)
    (reason,) = settled.side("cirrus").reasons
    assert (reason.code.value, reason.amount.text()) == ("RATE", "2000.00")
    assert "cirrus owes EUR 1200.00 under" in reason.explanation


def test_a_cap_in_another_currency_is_worth_what_it_takes_at_the_rate() -> None:
    documents = euros(rate("EUR", "GBP", ("2026-01-01", "0.80")))
    documents[-2]["spec"]["remedies"] = {"caps": [{"amount": "1000.00", "per": "month"}]}
    assert settle(documents, outages=HOST_DOWN).reasons("cirrus") == [("CAP", "160.00"), ("RATE", "1040.00")]


# --------------------------------------------------------------------------------------- promises in the middle


@pytest.mark.parametrize(
    ("own_target", "reason"),
    [("99.9", "RATE"), ("99.5", "TARGET")],
    ids=["its promise for host was missed", "its promise for host was kept"],
)
def test_the_supplier_s_level_that_matters_is_the_one_on_the_way_the_failure_came(
    own_target: str, reason: str
) -> None:
    # The vendor also misses its promise for a service that no customer stands on: that changes no reason.
    level = availability(own_target, service="host", credit=bands({own_target: "1"}))
    elsewhere = availability("99.9", name="elsewhere", service="archive")
    settled = settle(
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus"),
        service("archive", "cirrus"),
        promise(),
        uc("cirrus", ["host", "archive"], [level, elsewhere], {"host": "12000.00"}),
        outages=[*HOST_DOWN, outage("archive", "20 00:00", "22 00:00")],
    )
    assert [code for code, _ in settled.reasons("cirrus")] == [reason]


def test_a_claim_document_of_another_agreement_saves_nothing() -> None:
    remedies = {"claim": {"within": "P10D", "from": "period_end"}}
    claim = document("Claim", "claim", agreement="sla", period="2026-04", claimedAt="2026-05-02")
    settled = settle(under({"remedies": remedies}), claim, outages=HOST_DOWN, as_of="2026-05-11")
    assert settled.reasons("cirrus") == [("CLAIM_MISSED", "1200.00"), ("RATE", "800.00")]


def test_the_gaps_of_all_parties_add_up_to_the_whole_gap() -> None:
    rows: list[Row] = [
        outage("feed", "10 10:00", "10 10:50"),
        outage("host", "11 10:00", "11 10:35"),
        outage("web", "12 10:00", "12 10:25"),
    ]
    settled = settle(chain_of_vendors(), outages=rows)
    impact = settled.impact()
    assert sum((side.gap.fraction for side in impact.parties), Fraction(0)) == impact.gap.fraction
    for side in impact.parties:
        reasons = sum((reason.amount.fraction for reason in side.reasons), Fraction(0))
        assert reasons == max(side.gap.fraction, Fraction(0))
