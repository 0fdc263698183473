"""What depends on whom, and how much money hangs there, with every figure counted by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from api.services.exposure import Exposure
from ola.exposure.concentration import MoneyOn
from tests.building import (
    all_of,
    any_of,
    availability,
    house,
    portfolio,
    service,
    sla,
    uc,
)

# Banking (40,000 a month) needs hosting by cirrus and either line; trading (10,000) needs either host. Telco runs both
# of its line and the duct under both lines.
CONTRACTS = portfolio(
    house(vendors=["cirrus", "nimbus", "telco", "carrier"]),
    service("banking", needs=all_of("hosting", any_of("line-a", "line-b"))),
    service("trading", needs=any_of("hosting", "second-host")),
    service("hosting", "cirrus"),
    service("second-host", "nimbus"),
    service("line-a", "telco", needs="duct"),
    service("line-b", "carrier", needs="duct"),
    service("duct", "telco"),
    sla(["banking"], [availability("99")], {"banking": "40000.00"}, name="sla-banking"),
    sla(["trading"], [availability("99")], {"trading": "10000.00"}, name="sla-trading"),
    uc("cirrus", ["hosting"], [availability("99.9")], name="uc-cirrus"),
    uc("telco", ["line-a", "duct"], [availability("99.9")], name="uc-telco"),
    uc("carrier", ["line-b"], [availability("99.9")], name="uc-carrier"),
)
EXPOSURE = Exposure.of(CONTRACTS, date(2026, 4, 1))


def test_what_stands_on_a_vendor_and_what_falls_with_it() -> None:
    found = EXPOSURE.dependents("cirrus", None)
    assert found.failing == ("hosting",)
    assert [(each.service, each.falls, each.path) for each in found.services] == [
        ("banking", True, ("banking", "hosting")),
        ("trading", False, ("trading", "hosting")),
    ]
    assert [(each.agreement.name, each.services, each.fallen) for each in found.promises] == [
        ("sla-banking", ("banking",), ("banking",)),
        ("sla-trading", ("trading",), ()),
    ]


def test_one_line_falls_with_its_carrier_and_both_with_the_duct() -> None:
    assert [(each.service, each.falls) for each in EXPOSURE.dependents("carrier", None).services] == [
        ("banking", False)
    ]
    assert [(each.service, each.falls) for each in EXPOSURE.dependents(None, "duct").services] == [
        ("banking", True), ("line-a", True), ("line-b", True),
    ]  # fmt: skip


def test_single_points_of_failure_by_service_party_and_agreement() -> None:
    banking, trading = (each.points for each in EXPOSURE.single_points())
    # What needs others is measured from them here, so it has no failure of its own; its party can be gone all the same.
    assert banking.services == ("duct", "hosting")
    assert banking.parties == ("cirrus", "halden", "telco")
    # The second host has no contract at all; uc-telco alone covers the duct, uc-cirrus alone the hosting.
    assert banking.agreements == ("uc-cirrus", "uc-telco")
    assert (trading.services, trading.parties, trading.agreements) == ((), ("halden",), ())


def test_what_part_of_the_money_and_of_the_promises_hangs_on_each_vendor() -> None:
    found = {each.party: each for each in EXPOSURE.concentration()}
    total = Fraction(50_000)
    assert list(found) == ["cirrus", "telco", "carrier", "nimbus"]
    # Cirrus: banking falls (40,000), trading has a second host but stands on it: all 50,000.
    assert found["cirrus"].money == (MoneyOn("GBP", total, total, Fraction(40_000)),)
    assert found["cirrus"].falls == (("sla-banking", "banking"),)
    assert found["cirrus"].stands == (("sla-banking", "banking"), ("sla-trading", "trading"))
    assert found["telco"].money == (MoneyOn("GBP", total, Fraction(40_000), Fraction(40_000)),)
    assert found["carrier"].money == (MoneyOn("GBP", total, Fraction(40_000), Fraction(0)),)
    assert found["nimbus"].money == (MoneyOn("GBP", total, Fraction(10_000), Fraction(0)),)
    assert {each.promises for each in found.values()} == {2}
