"""Credits that a contract passes on, and levels that several suppliers share.

Halden promises acme web (40,000) and mail (20,000) at 99.9 %, 5 % below it; both stand on vendors' services. An hour
down in April is 99.861...: 2,000.00 for web, 1,000.00 for mail.
"""

from typing import Any

import pytest

from tests.building import (
    Document,
    Row,
    Settled,
    all_of,
    availability,
    bands,
    count,
    document,
    house,
    level,
    ola,
    outage,
    service,
    settle,
    sla,
    uc,
)

FIVE = bands({"99.9": "5"})
ON = {"scheme": "passThrough"}


def promises(
    *vendors: str, teams: tuple[str, ...] = (), needs: tuple[str, ...] = ("host",)
) -> list[Document]:
    return [
        *house(vendors=vendors, teams=teams),
        service("web", needs=all_of(*needs)),
        service("mail", needs=all_of(*needs)),
        sla(["web", "mail"], [availability("99.9", credit=FIVE)], {"web": "40000.00", "mail": "20000.00"}),
    ]


def hour(name: str, day: int = 14) -> Row:
    return outage(name, f"{day} 10:00", f"{day} 11:00")


def passing(target: str = "99.9", **credit: Any) -> Document:
    return availability(target, credit=ON | credit)


def money(settled: Settled, who: str) -> tuple[str, ...]:
    side = settled.side(who)
    return (side.caused.text(), side.recoverable.text(), side.gap.text())


# ------------------------------------------------------------------------------------------ passed on


def test_a_contract_passes_on_what_the_customers_were_credited_for_its_failures() -> None:
    settled = settle(
        promises("cirrus"),
        service("host", "cirrus"),
        uc("cirrus", ["host"], [passing()]),
        outages=[hour("host")],
    )
    assert settled.line("uc-cirrus").scheme == "passThrough"
    assert settled.statement("uc-cirrus").net.text() == "3000.00"
    assert money(settled, "cirrus") == ("3000.00", "3000.00", "0.00")


def test_what_is_passed_on_stops_at_its_cap_and_the_rest_is_cap() -> None:
    settled = settle(
        promises("cirrus"),
        service("host", "cirrus"),
        uc("cirrus", ["host"], [passing(cap={"amount": "1800.00"})]),
        outages=[hour("host")],
    )
    assert settled.line("uc-cirrus").amount.text() == "1800.00"
    assert money(settled, "cirrus") == ("3000.00", "1800.00", "1200.00")
    assert settled.reasons("cirrus") == [("CAP", "1200.00")]


def test_nothing_is_passed_on_where_the_supplier_kept_its_own_target() -> None:
    settled = settle(
        promises("cirrus"),
        service("host", "cirrus"),
        uc("cirrus", ["host"], [passing("99.5")]),
        outages=[hour("host")],
    )
    assert settled.statement("uc-cirrus").net.text() == "0.00"
    assert settled.reasons("cirrus") == [("TARGET", "3000.00")]


def test_only_the_side_s_own_share_is_passed_on() -> None:
    # An hour of each, apart: both were necessary and both alone enough, so the credit is halved.
    settled = settle(
        promises("cirrus", "telco", needs=("host", "line")),
        service("host", "cirrus"),
        service("line", "telco"),
        uc("cirrus", ["host"], [passing()]),
        outages=[hour("host"), hour("line", 20)],
    )
    assert settled.statement("uc-cirrus").net.text() == "1500.00"
    assert money(settled, "cirrus") == ("1500.00", "1500.00", "0.00")


def test_only_what_came_through_the_services_that_the_contract_covers_is_passed_on() -> None:
    settled = settle(
        promises("cirrus", needs=("host", "names")),
        service("host", "cirrus"),
        service("names", "cirrus"),
        uc("cirrus", ["host"], [passing()]),
        outages=[hour("host"), hour("names", 20)],
    )
    # One party's two services halve its part of the time: half of 3,000.00 came through host.
    assert settled.statement("uc-cirrus").net.text() == "1500.00"
    assert settled.side("cirrus").outside_own_contract is not None


def test_a_subcontractor_s_failure_is_passed_on_to_the_direct_supplier_and_by_it_to_the_subcontractor() -> (
    None
):
    settled = settle(
        promises("cirrus", "power"),
        service("host", "cirrus", needs=all_of("feed")),
        service("feed", "power"),
        uc("cirrus", ["host"], [passing()]),
        uc("power", ["feed"], [passing()], consumer="cirrus"),
        outages=[hour("feed")],
    )
    assert settled.statement("uc-cirrus").net.text() == "3000.00"
    assert settled.statement("uc-power").net.text() == "3000.00"
    assert money(settled, "cirrus") == ("3000.00", "3000.00", "0.00")


def test_a_team_s_agreement_passes_on_the_team_s_own_part() -> None:
    settled = settle(
        promises(teams=("netops", "desk"), needs=("net", "spare")),
        service("net", "netops"),
        service("spare", "desk"),
        ola("netops", ["net"], [passing()]),
        outages=[hour("net"), hour("spare", 20)],
    )
    assert settled.statement("ola-netops").net.text() == "1500.00"
    assert settled.side("halden").internal.text() == "1500.00"


def test_each_credit_is_passed_on_once_where_two_levels_of_a_contract_pass_credits_on() -> None:
    second = availability("99.9", name="second", credit=ON)
    settled = settle(
        promises("cirrus"), service("host", "cirrus"), uc("cirrus", ["host"], [passing(), second]), outages=[hour("host")]
    )  # fmt: skip
    assert settled.statement("uc-cirrus").net.text() == "3000.00"


def test_contracts_that_pass_credits_on_in_a_circle_pass_nothing_and_a_finding_says_so() -> None:
    settled = settle(
        promises("cirrus", "power"),
        service("host", "cirrus", needs=all_of("feed")),
        service("feed", "power"),
        uc("cirrus", ["host"], [passing()], consumer="power"),
        uc("power", ["feed"], [passing()], consumer="cirrus"),
        outages=[hour("feed"), hour("host", 20)],
    )
    assert [each.agreement for each in settled.findings("PASS_THROUGH_CYCLE")] == ["uc-cirrus", "uc-power"]
    assert settled.statement("uc-power").net.text() == "0.00"


@pytest.mark.parametrize(("rate", "net"), [("1.25", "3750.00"), (None, "0.00")])
def test_credits_in_another_currency_are_passed_on_at_a_dated_rate_or_not_at_all(
    rate: str | None, net: str
) -> None:
    spec: Document = {"from": "GBP", "to": "EUR", "rates": [{"from": "2026-01-01", "rate": rate}]}
    settled = settle(
        promises("cirrus"),
        service("host", "cirrus"),
        uc("cirrus", ["host"], [passing()], currency="EUR"),
        [document("ExchangeRate", "gbp-eur", **spec)] if rate else [],
        outages=[hour("host")],
    )
    assert settled.statement("uc-cirrus").net.text() == net
    mismatches = [each for each in settled.findings("CURRENCY_MISMATCH") if "passed on" in each.message]
    assert bool(mismatches) is (rate is None)


# --------------------------------------------------------------------------------------------- shared


def sharing(apportion: str, *, other: str | None = None, **caps: Any) -> Settled:
    """E15: 10 % of 100,000 and 12 % of 250,000 at risk, pools of 50 and 60 %, allocations of 40 and 20 %."""

    def contract(vendor: str, price: str, risk: str, pool: str, allocation: str, how: str) -> Document:
        peer = {"one": "two", "two": "one"}[vendor]
        level = availability(
            "99.9",
            credit={"scheme": "atRisk", "allocation": allocation},
            shared={"with": [f"uc-{peer}"], "apportion": how},
        )
        remedies = {"atRisk": {"percent": risk, "pool": pool}, **caps.get(vendor, {})}
        return uc(vendor, [f"host-{vendor}"], [level], {f"host-{vendor}": price}, remedies=remedies)

    return settle(
        promises("one", "two", needs=("host-one", "host-two")),
        service("host-one", "one"),
        service("host-two", "two"),
        contract("one", "100000.00", "10", "50", "40", apportion),
        contract("two", "250000.00", "12", "60", "20", other or apportion),
        outages=[hour("host-one"), hour("host-two", 20), outage("host-two", "25 10:00", "25 12:00")],
    )


@pytest.mark.parametrize(
    ("apportion", "one", "two"),
    [
        ("each", "2000.00", "3600.00"),
        # Together 5,600.00: halved; by charges of 100,000 and 250,000; by the credits caused, which are halved.
        ("equal", "2800.00", "2800.00"),
        ("charges", "1600.00", "4000.00"),
        ("credit", "2800.00", "2800.00"),
    ],
)
def test_a_level_that_two_suppliers_share_is_apportioned_as_the_contracts_say(
    apportion: str, one: str, two: str
) -> None:
    settled = sharing(apportion)
    assert settled.line("uc-one").amount.text() == "2000.00"
    assert settled.line("uc-two").amount.text() == "3600.00"
    assert (settled.statement("uc-one").net.text(), settled.statement("uc-two").net.text()) == (one, two)
    assert settled.impact().recoverable.text() == "5600.00"


def test_what_nobody_is_named_for_counts_for_every_contract_that_shares_the_metric() -> None:
    """First-contact resolution of the one desk: 70 of 100 against 80; both pay their own (E15)."""

    def contract(vendor: str, peer: str, price: str, risk: str, pool: str, allocation: str) -> Document:
        first_contact = level(
            "ratio", "80", name="first-contact", metric={"measure": "fcr"},
            credit={"scheme": "atRisk", "allocation": allocation}, shared={"with": [f"uc-{peer}/first-contact"]},
        )  # fmt: skip
        remedies = {"atRisk": {"percent": risk, "pool": pool}}
        return uc(vendor, ["desk"], [first_contact], {"desk": price}, remedies=remedies)

    settled = settle(
        house(vendors=("one", "two")),
        service("desk"),
        contract("one", "two", "100000.00", "10", "50", "40"),
        contract("two", "one", "250000.00", "12", "60", "20"),
        counts=[count("fcr", 70, 100, on="desk")],
    )
    assert settled.statement("uc-one").net.text() == "2000.00"
    assert settled.statement("uc-two").net.text() == "3600.00"


def test_each_part_of_a_shared_level_goes_through_its_own_contract_s_caps() -> None:
    settled = sharing("equal", one={"caps": [{"amount": "1000.00", "per": "month"}]})
    assert settled.statement("uc-one").net.text() == "1000.00"
    assert settled.statement("uc-two").net.text() == "2800.00"


def test_contracts_that_apportion_a_shared_level_differently_leave_each_its_own_and_say_so() -> None:
    settled = sharing("equal", other="charges")
    assert settled.statement("uc-one").net.text() == "2000.00"
    assert [each.agreement for each in settled.findings("SHARED_LEVEL_UNLIKE")] == ["uc-one", "uc-two"]
