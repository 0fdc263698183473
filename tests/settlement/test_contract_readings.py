"""Sentences of the contracts that two readers could take for the same thing, and that move money apart.

Each test is one sentence of the design, and the figure follows from it by hand. April 2026, around the clock, UTC.
"""

from fractions import Fraction
from typing import Any

from api.shapes.settlement import settlement_shape
from domain.attainment import AttainmentStatus
from ola.responsibility import Reason
from tests.building import (
    THREE_BANDS,
    all_of,
    any_of,
    availability,
    bands,
    count,
    event,
    exactly,
    gbp,
    house,
    level,
    ola,
    outage,
    party,
    service,
    settle,
    sla,
    story,
    ticket,
    uc,
    within,
)


def answered(target: str) -> dict[str, object]:
    """The part of calls answered, by counts."""
    return level("ratio", target, name="answered", metric={"measure": "answered"})


# ------------------------------------------------------------------------------------------------ tickets


def test_time_that_nobody_held_is_no_part_of_a_vendors_game_under_its_own_contract() -> None:
    """Promised 2 h 30: nobody 2 h, v 2 h, its subcontractor (30 min) 1 h. v alone would have taken 2 h 30: not late."""
    settled = settle(
        house(vendors=["v", "sub"]),
        service("support"),
        sla(["support"], [within("100", {"P1": "PT9H"})]),
        uc("v", ["support"], [within("100", {"P1": "PT2H30M"}, name="fix")]),
        uc("sub", ["support"], [within("100", {"P1": "PT30M"}, name="fix")], consumer="v"),
        tickets=[ticket("T1", "P1", "13 09:00", "13 14:00")],
        events=[
            event("T1", "13 11:00", status="open", holder="v"),
            event("T1", "13 13:00", status="open", holder="sub"),
            event("T1", "13 14:00", status="resolved"),
        ],
    )

    rows = {row.party: row.impact_share for row in settled.trace("uc-v").responsibilities}
    assert rows == dict(zip(["sub", "v"], exactly("1/2", "1/2"), strict=True))


# ------------------------------------------------------------------------------------------------ customers


def test_a_failure_of_the_customers_of_a_service_for_everybody_stands_on_the_customers() -> None:
    """Ruling 14: `customer` is not excluded, so the agreement's consumer answers, here all customers together."""
    settled = settle(
        house(),
        service("shop"),
        sla(["shop"], [availability(credit=THREE_BANDS)], {"shop": "40000.00"}, consumer="*"),
        outages=[outage("shop", "10 10:00", "10 11:00", "customer")],
    )

    [row] = settled.trace().responsibilities
    assert (row.party, row.reason, row.agreement) == (None, Reason.CUSTOMER, "sla")


def test_a_customers_sla_counts_its_own_tickets_and_those_of_its_departments() -> None:
    """Two customers on one desk: what bolt's tickets came to is no part of what acme was promised."""
    settled = settle(
        house(customers=["acme", "bolt"]),
        party("bolt-sales", "customer", "bolt"),
        service("support"),
        sla(["support"], [within("100", {"P1": "PT4H"})]),
        sla(["support"], [within("100", {"P1": "PT4H"})], name="sla-bolt", consumer="bolt"),
        tickets=[
            ticket("T1", "P1", "10 00:00", "10 05:00", customer="acme"),
            ticket("T2", "P1", "10 00:00", "10 03:00", customer="bolt"),
            ticket("T3", "P1", "10 00:00", "10 03:00", customer="bolt-sales"),
            ticket("T4", "P1", "10 00:00", "10 03:00"),
            ticket("T5", "P1", "10 00:00", "10 03:00", customer="Caller 12"),
        ],
    )

    acme, bolt = settled.attainment("sla"), settled.attainment("sla-bolt")
    assert (acme.numerator, acme.denominator) == exactly(2, 3)
    assert (bolt.numerator, bolt.denominator) == exactly(4, 4)


def test_a_ticket_opened_again_after_the_as_of_date_was_resolved_as_known_on_it() -> None:
    """Resolved on 10 April, opened again on 10 May: April counts it as known on 1 May, and no longer on 1 June."""
    again = ticket("T1", "P1", "10 00:00", "2026-05-10T11:00:00Z")
    events = [
        event("T1", "10 00:00", status="open", holder="halden"),
        event("T1", "10 03:00", status="resolved"),
        event("T1", "2026-05-10T10:00:00Z", status="open"),
        event("T1", "2026-05-10T11:00:00Z", status="resolved"),
    ]
    documents = [house(), service("support"), sla(["support"], [within("100", {"P1": "PT4H"})])]

    on_time = settle(documents, tickets=[again], events=events)
    later = settle(documents, tickets=[again], events=events, as_of="2026-06-01")

    assert on_time.attainment().numerator == 1
    assert later.attainment().status is AttainmentStatus.NO_DATA


def test_what_the_customer_runs_itself_fails_by_the_customers_doing() -> None:
    """acme's own network 60 min, hosting 30 min: where the SLA excludes `customer`, only 30 minutes are anybody's."""
    documents = [
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting", "lan")),
        service("hosting", "cirrus"),
        service("lan", "acme"),
    ]
    level = availability("99.99", credit=bands({"99.99": "5"}))
    down = [outage("lan", "10 10:00", "10 11:00"), outage("hosting", "12 10:00", "12 10:30")]

    excused = settle(
        documents, sla(["shop"], [level], {"shop": "40000.00"}, exclusions=["customer"]), outages=down
    )
    answered = settle(documents, sla(["shop"], [level], {"shop": "40000.00"}), outages=down)

    assert (excused.trace().quantity, excused.excused("customer").quantity) == exactly(1800, 3600)
    assert excused.row("cirrus").impact_share == 1
    assert answered.row("acme").reason is Reason.CUSTOMER
    assert answered.row("acme").impact_share == Fraction(2, 3)


def test_a_vendor_is_asked_about_customers_failures_wherever_they_relieve() -> None:
    """The SLA covers hosting too, so a row of hosting with cause `customer` relieves the shop's level: it is asked."""
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting")),
        service("hosting", "cirrus"),
        sla(["shop", "hosting"], [availability(service="shop")], exclusions=["customer"]),
        outages=[outage("hosting", "10 10:00", "10 11:00", "customer")],
    )

    [finding] = settled.findings("SELF_EXCUSED")
    assert (finding.agreement, finding.service_level, finding.service) == ("sla", "availability", "hosting")


# ------------------------------------------------------------------------------------------- both sides of the money


def test_an_exclusion_of_other_suppliers_is_lifted_for_the_vendors_own_lower_service() -> None:
    """cirrus' storage fails under its hosting; its contract answers for hosting's own failures only (3.4).

    2,000 caused; without the exclusion 10 % of 12,000 would be owed.
    """
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting")),
        service("hosting", "cirrus", needs=all_of("storage")),
        service("storage", "cirrus"),
        sla(["shop"], [availability(credit=THREE_BANDS)], {"shop": "40000.00"}),
        uc("cirrus", ["hosting"], [availability(credit=bands({"99.9": "10"}))], {"hosting": "12000.00"},
           exclusions=["other_supplier"]),
        outages=[outage("storage", "10 10:00", "10 11:00")],
    )  # fmt: skip

    assert settled.attainment("uc-cirrus").status is AttainmentStatus.MET
    assert settled.reasons("cirrus") == [("EXCLUSION", "1200.00"), ("RATE", "800.00")]


def test_a_service_outside_the_vendors_contract_is_ungoverned_whatever_else_the_vendor_is_bound_for() -> None:
    """cirrus' contract is for hosting; its mail fails. Nothing binds it for mail, so all of the gap is UNGOVERNED."""
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting", "mail")),
        service("hosting", "cirrus"),
        service("mail", "cirrus"),
        sla(["shop"], [availability(credit=THREE_BANDS)], {"shop": "40000.00"}),
        uc("cirrus", ["hosting"], [availability(credit=bands({"99.9": "10"}))], {"hosting": "12000.00"}),
        outages=[outage("mail", "10 10:00", "10 11:00")],
    )

    assert settled.row("cirrus").agreement is None
    assert settled.reasons("cirrus") == [("UNGOVERNED", "2000.00")]
    assert [each.service for each in settled.findings("UNGOVERNED")] == ["mail"]


def test_what_a_vendor_runs_under_its_own_service_is_bound_by_the_contract_for_that_service() -> None:
    """cirrus' storage under its hosting: no agreement is missing, and the gap is a matter of rates (2,000 - 1,200)."""
    settled = settle(
        house(vendors=["cirrus"]),
        service("shop", needs=all_of("hosting")),
        service("hosting", "cirrus", needs=all_of("storage")),
        service("storage", "cirrus"),
        sla(["shop"], [availability(credit=THREE_BANDS)], {"shop": "40000.00"}),
        uc("cirrus", ["hosting"], [availability(credit=bands({"99.9": "10"}))], {"hosting": "12000.00"}),
        outages=[outage("storage", "10 10:00", "10 11:00")],
    )

    assert settled.row("cirrus").agreement == "uc-cirrus"
    assert settled.reasons("cirrus") == [("RATE", "800.00")]
    assert settled.findings("UNGOVERNED") == []


def test_a_side_with_some_of_its_parties_takes_no_less_than_it_promised_as_a_whole() -> None:
    """P1 in 4 h. cirrus promised us 8 h, its subcontractor 1 h to cirrus; each held it 3 h: the contracts do not add up.

    The side kept its promise, so nobody in it has a part, although the subcontractor broke its own.
    """
    settled = settle(
        house(vendors=["cirrus", "dc"]),
        service("support"),
        sla(["support"], [within("95", {"P1": "PT4H"}, credit=bands({"95": "10"}))], {"support": "10000.00"}),
        uc("cirrus", ["support"], [within("95", {"P1": "PT8H"}, name="fix")]),
        uc("dc", ["support"], [within("95", {"P1": "PT1H"}, name="fix")], consumer="cirrus"),
        tickets=[story("T1", "P1", "13 09:00", ("cirrus", "PT3H"), ("dc", "PT3H"))],
    )

    assert settled.parties() == [None]
    assert settled.row(None).reason is Reason.MISALIGNED
    assert settled.credit(None) == gbp(1000)


def test_an_hour_to_which_an_excused_cause_contributed_is_no_partys_part() -> None:
    """`contributed`: a, and force majeure at b with c, each bring the shop down from 10 to 11: relieved whole.

    From 13:00 to 13:30 a fails alone: that is all that counts, and all a's (ruling 16).
    """
    settled = settle(
        house(vendors=["a", "b", "c"]),
        service("shop", needs=all_of("x", any_of("y", "z"))),
        service("x", "a"),
        service("y", "b"),
        service("z", "c"),
        sla(["shop"], [availability("99.99")], exclusions=["force_majeure"], reliefTest="contributed"),
        outages=[
            outage("x", "10 10:00", "10 11:00"),
            outage("y", "10 10:00", "10 11:00", "force_majeure"),
            outage("z", "10 10:00", "10 11:00"),
            outage("x", "10 13:00", "10 13:30"),
        ],
    )

    assert settled.trace().quantity == 1800
    assert settled.parties() == ["a", None]
    assert settled.row("a").impact_share == 1
    assert settled.excused("force_majeure").quantity == 3600


def test_bands_that_pay_less_for_a_deeper_miss_leave_the_money_to_the_impact() -> None:
    """10 % below 99.9 and 1 % below 99.5: b's hour alone would have cost 4,000, with a's 4 hours 400.

    By what each would have cost alone a would be owed 1,600, which no share can mean: 400 is divided 4 to 1.
    """
    settled = settle(
        house(vendors=["a", "b"]),
        service("shop", needs=all_of("x", "y")),
        service("x", "a"),
        service("y", "b"),
        sla(["shop"], [availability(credit=bands({"99.9": "10", "99.5": "1"}))], {"shop": "40000.00"}),
        outages=[outage("x", "10 00:00", "10 04:00"), outage("y", "11 00:00", "11 01:00")],
    )

    assert settled.trace().money_follows == "impact"
    assert (settled.credit("a"), settled.credit("b")) == (gbp(320), gbp(80))


def test_a_team_that_supplies_another_team_answers_for_itself_in_that_teams_agreement() -> None:
    """net supplies apps, apps supplies halden: seen from apps, net is its supplier and no part of its customer."""
    settled = settle(
        house(),
        party("apps", "team", "halden"),
        party("net", "team", "halden"),
        service("app", "apps", needs=all_of("lines")),
        service("lines", "net"),
        ola("apps", ["app"], [availability()], exclusions=["customer"]),
        ola("net", ["lines"], [availability()], consumer="apps"),
        outages=[outage("lines", "10 10:00", "10 11:00")],
    )

    [row] = settled.trace("ola-apps").responsibilities
    assert (row.party, row.reason, row.answerable) == ("net", Reason.OWN_FAILURE, "net")


def test_a_department_of_the_customer_stands_in_the_trace_by_its_own_name() -> None:
    """The network is run by acme's own department: the row is the department's, and acme answers."""
    settled = settle(
        house(),
        party("acme-it", "customer", "acme"),
        service("shop", needs=all_of("lan")),
        service("lan", "acme-it"),
        sla(["shop"], [availability()]),
        outages=[outage("lan", "10 10:00", "10 11:00")],
    )

    [row] = settled.trace().responsibilities
    assert (row.party, row.reason, row.answerable) == ("acme-it", Reason.CUSTOMER, "acme")


def test_all_customers_together_have_no_name_of_a_party_anywhere_in_a_printed_trace() -> None:
    """The row of all customers has no party; its services and instants have none either."""
    settled = settle(
        house(customers=["acme", "globex"]),
        service("shop"),
        sla(["shop"], [availability(credit=THREE_BANDS)], {"shop": "40000.00"}, consumer="*"),
        outages=[outage("shop", "14 10:00", "14 12:00", cause="customer")],
    )

    printed: Any = settlement_shape(settled.settlement)
    trace = printed["breaches"][0]["trace"]

    assert [row["party"] for row in trace["responsibilities"]] == [None]
    assert [part["party"] for part in trace["responsibilities"][0]["services"]] == [None]
    assert [cause["party"] for each in trace["instants"] for cause in each["causes"]] == [None]


# ------------------------------------------------------------------------------------------------ counts, composites


def test_a_supplier_s_side_is_compared_with_its_own_promise_its_subcontractor_s_counts_only_within() -> None:
    """Promised 95 of 100 above, 90 by cirrus, 80 to cirrus by its subcontractor; 80 and 70 of 100 were answered (142).

    As cirrus had promised, 180 of 200: 10 fewer than the 190 above, which nobody broke. All of it: 40 short. One alone
    beside the other's promise: 80 + 80, or 90 + 70, 30 short each. So 10 lie in the contracts, and 15 with each.
    """
    settled = settle(
        house(vendors=["cirrus", "sub"]),
        service("desk", "cirrus"),
        sla(["desk"], [answered("95")]),
        uc("cirrus", ["desk"], [answered("90")]),
        uc("sub", ["desk"], [answered("80")], consumer="cirrus"),
        counts=[count("answered", 80, 100, party="cirrus"), count("answered", 70, 100, party="sub")],
    )

    quantities = {row.party: row.quantity for row in settled.trace().responsibilities}
    assert quantities == {"cirrus": 15, "sub": 15, None: 10}


def test_a_composite_within_a_composite_is_a_promise_of_its_own_provider_and_is_followed_by_itself() -> None:
    """100 by sales, 60 of 80 promised by cirrus: the index is 80 of 90; the whole is made of the index alone (142)."""
    index = {"formula": "mean", "of": ["ola-sales/first", "uc-cirrus/second"]}
    settled = settle(
        house(vendors=["cirrus"], teams=["sales"]),
        service("desk"),
        ola("sales", ["desk"], [level("ratio", "50", name="first", metric={"measure": "first"})]),
        uc("cirrus", ["desk"], [level("ratio", "80", name="second", metric={"measure": "second"})]),
        sla(["desk"], [
            level("composite", "90", name="index", metric=index),
            level("composite", "90", name="whole", metric={"formula": "min", "of": ["index"]}),
        ]),
        counts=[count("first", 100, 100, party="sales"), count("second", 60, 100, party="cirrus")],
    )  # fmt: skip

    assert settled.attainment(level="whole").value == 80
    assert settled.parties(level="whole") == ["halden"]
    assert settled.parties(level="index") == ["cirrus"]


# ------------------------------------------------------------------------------------------------ outages, sources


def test_an_outage_still_open_at_the_period_s_end_is_as_long_as_the_period_saw_of_it() -> None:
    """Open since 23:45 on 30 April, 30 minutes needed: 15 minutes are too short for April until the end is known (143)."""
    contracts = [
        house(), service("v"), sla(["v"], [availability("99.9999", metric={"minimumOutage": "PT30M"})]),
    ]  # fmt: skip
    still_open, ended = outage("v", "30 23:45"), outage("v", "30 23:45", "2026-05-01T02:00:00Z")
    assert settle(contracts, outages=[still_open]).attainment().value == 100
    # May sees all of it; what lies in May counts.
    assert settle(contracts, outages=[still_open], period="2026-05").attainment().value == 0
    # With its end told, it is 2 h 15 long, and April has 15 minutes of it.
    assert settle(contracts, outages=[ended], as_of="2026-05-02").trace().quantity == 15 * 60


def test_a_monitor_that_began_within_the_period_is_believed_of_all_of_it() -> None:
    """The supplier says an hour on the 5th; the monitor's first row is of the 20th, half an hour (rulings 75 and 143)."""
    settled = settle(
        house(),
        service("v"),
        sla(["v"], [availability("99.99")], sources=["monitor", "self-report"]),
        outages=[
            outage("v", "05 10:00", "05 11:00", source="self-report"),
            outage("v", "20 10:00", "20 10:30", source="monitor"),
        ],
    )

    assert settled.trace().quantity == 1800
    assert [dict(each.figures) for each in settled.findings("SOURCES_DIFFER")] == [
        {"monitor": "1800", "self-report": "3600"}
    ]
