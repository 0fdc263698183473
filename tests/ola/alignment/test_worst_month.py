"""What a month in which everything fails would cost and return, every figure worked out by hand."""

from dataclasses import replace
from datetime import date

from domain.findings import Finding, Severity
from domain.periods import Period
from ola.alignment.under import MANY
from ola.alignment.underpinning import Underpinning
from ola.alignment.worst_month import worst_month
from ola.chain import Chain
from ola.inheritance import Standing
from settlement.settle import settle
from tests.building import (
    THREE_BANDS,
    Document,
    Documents,
    all_of,
    at_most,
    availability,
    bands,
    document,
    evidence,
    house,
    level,
    outage,
    portfolio,
    service,
    sla,
    uc,
)

HOUSE = house(vendors=["cirrus", "telco"])
WEB = [
    service("web", needs=all_of("host", "line")),
    service("host", "cirrus"),
    service("line", "telco"),
]
HOST = uc("cirrus", ["host"], [availability(credit=bands({"99.9": "25"}))], {"host": "6000.00"})
LINE = uc("telco", ["line"], [availability(credit=bands({"99.9": "10"}))], {"line": "3000.00"})


def promise(*levels: Document, **more: object) -> Document:
    given = list(levels) or [availability("99.9", credit=THREE_BANDS)]
    return sla(["web"], given, {"web": "40000.00"}, **more)  # type: ignore[arg-type]


def findings(*documents: Documents) -> list[Finding]:
    """The findings of a check, which looks ahead."""
    held = portfolio([HOUSE, *WEB, *documents])
    month = Period.parse("2026-04")
    rows = evidence([outage("web", "2026-04-02T10:00Z", "2026-04-02T10:01Z")])
    settled = settle(held, rows, month, month.day_after, looks_ahead=True)
    return [each for each in settled.findings if each.code == "WORST_MONTH"]


def test_a_worst_month_is_every_credit_at_its_deepest_less_what_suppliers_return() -> None:
    [finding] = findings(promise(), HOST, LINE)

    # 30 % of 40,000 are owed; 25 % of 6,000 and 10 % of 3,000 come back.
    assert finding.figures == {"payable": "12000", "recoverable": "1800", "gap": "10200"}
    assert finding.severity is Severity.INFO
    assert finding.clauses == ("sla", "uc-cirrus", "uc-telco")
    assert finding.message == (
        "A month in which everything fails costs 12000.00 GBP under sla, of which 1800.00 come back (uc-cirrus "
        "1500.00, uc-telco 300.00): 10200.00 stay with halden."
    )


def test_a_worst_month_is_told_in_a_graph_of_any_size_and_of_many_contracts_those_that_return_most_are_named() -> (
    None
):
    names = [f"host-{number:02}" for number in range(1, 26)]
    hosts = [service(name, "cirrus") for name in names]
    credit = bands({"99.9": "10"})
    # The n-th host costs n hundred a month, of which a tenth comes back.
    contracts = [
        uc("cirrus", [name], [availability(credit=credit)], {name: f"{number}00.00"}, name=f"uc-{name}")
        for number, name in enumerate(names, 1)
    ]
    held = portfolio([HOUSE, service("web", needs=all_of(*names)), *hosts, promise(), *contracts])
    idle = {
        f"idle-{number}": replace(held.services["host-01"], name=f"idle-{number}") for number in range(MANY)
    }
    large = replace(held, services={**held.services, **idle})
    for each in (held, large):
        day = date(2026, 4, 1)
        in_force = each.in_force(day)
        chain = Chain.of(each)
        underpinning = Underpinning(each, chain, in_force, Standing.of(each, in_force), day)
        [finding] = worst_month(underpinning, in_force.by_name["sla"])

        # 10 + 20 + ... + 250 come back of 30 % of 40,000.
        assert finding.figures == {"payable": "12000", "recoverable": "3250", "gap": "8750"}
        assert finding.clauses == ("sla", *(f"uc-host-{number:02}" for number in range(6, 26)))
        assert "3250.00 come back (uc-host-06 60.00, " in finding.message
        assert "uc-host-25 250.00, and 5 others)" in finding.message


def test_caps_come_after_the_levels_in_the_order_written() -> None:
    second = availability("99.5", name="second", credit=bands({"99.5": "10"}))
    caps = {
        "caps": [{"percent": "35", "of": "agreement", "per": "month"}, {"amount": "13000.00", "per": "year"}]
    }
    [finding] = findings(promise(availability(credit=THREE_BANDS), second, remedies=caps), HOST)

    # 12,000 and 4,000 are cut to 35 % of 40,000, which is 14,000, and that to what a year may cost.
    assert finding.figures == {"payable": "13000", "recoverable": "1500", "gap": "11500"}


def test_a_month_has_only_so_many_hours_for_a_price_an_hour() -> None:
    hourly = {"scheme": "perUnit", "unit": "PT1H", "part": "started", "each": {"percent": "0.01"}}
    [finding] = findings(promise(availability(credit=hourly)), HOST)

    # April has 720 hours, each of which costs 0.01 % of 40,000.
    assert finding.figures == {"payable": "2880", "recoverable": "1500", "gap": "1380"}


def test_credits_without_an_upper_end_are_told_as_such() -> None:
    outages = level("outageCount", at_most("2"), name="outages", credit={"scheme": "shortfall"})
    [finding] = findings(promise(outages), HOST)

    assert (finding.severity, finding.figures) == (Severity.WARNING, {"recoverable": "1500"})
    assert "have no upper end" in finding.message


def test_a_contract_that_passes_the_customers_credits_on_returns_them_up_to_its_cap() -> None:
    through = {"scheme": "passThrough", "cap": {"amount": "9000.00"}}
    passing = uc("cirrus", ["host"], [availability(credit=through)], {"host": "6000.00"})
    [finding] = findings(promise(), passing)

    assert finding.figures == {"payable": "12000", "recoverable": "9000", "gap": "3000"}


def test_nothing_is_told_where_suppliers_return_all_or_where_there_are_none() -> None:
    all_of_it = uc("cirrus", ["host"], [availability(credit=bands({"99.9": "100"}))], {"host": "12000.00"})

    assert findings(promise(), all_of_it) == []
    assert findings(promise()) == []


def test_a_contract_in_another_currency_counts_at_the_dated_rate_and_without_one_not_at_all() -> None:
    euros = uc(
        "cirrus", ["host"], [availability(credit=bands({"99.9": "25"}))], {"host": "6000.00"}, currency="EUR"
    )
    spec: Document = {"from": "EUR", "to": "GBP", "rates": [{"from": "2026-01-01", "rate": "0.86"}]}
    rate = document("ExchangeRate", "eur-gbp", **spec)
    [without] = findings(promise(), euros)
    [with_rate] = findings(promise(), euros, rate)

    assert without.figures == {"payable": "12000", "recoverable": "0", "gap": "12000"}
    # 1,500 euros at 0.86.
    assert with_rate.figures == {"payable": "12000", "recoverable": "1290", "gap": "10710"}
