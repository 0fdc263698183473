"""Statements: a line a missed critical level, caps over months and years, rounding, and the time to claim."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.building import (
    THREE_BANDS,
    Document,
    Row,
    Settled,
    availability,
    bands,
    document,
    exactly,
    gbp,
    house,
    outage,
    service,
    settle,
    sla,
    uc,
)


def hour_down(month: str, name: str = "web") -> Row:
    """An hour on the 14th of a month: below 99.9 and not below 99.5, so 5 % of the month."""
    return outage(name, f"2026-{month}-14T10:00:00Z", f"2026-{month}-14T11:00:00Z")


def contract(*levels: Document, **terms: Any) -> list[Document]:
    """web at 40,000 a month, by default with the credit of the design's examples: 5 % are 2,000."""
    chosen = levels or (availability("99.9", credit=THREE_BANDS),)
    return [*house(), service("web"), sla(["web"], chosen, {"web": "40000.00"}, **terms)]


def nets(settled: Settled, agreement: str = "sla") -> list[str]:
    return [line.net.text() for line in settled.statement(agreement).lines]


# ------------------------------------------------------------------------------------------------------- lines


def test_a_missed_critical_level_is_a_line_with_its_value_its_percent_and_its_base() -> None:
    line = settle(contract(), outages=[hour_down("04")]).line()
    assert line.value == Fraction(100 * (43_200 - 60), 43_200)
    assert (line.scheme, line.base) == ("bands", gbp("40000.00"))
    assert line.percent == 5
    assert (line.amount, line.net) == (gbp("2000.00"), gbp("2000.00"))


def test_a_band_of_an_amount_has_no_percent() -> None:
    credit = {"scheme": "bands", "bands": [{"below": "99.9", "amount": "123.45"}]}
    line = settle(contract(availability("99.9", credit=credit)), outages=[hour_down("04")]).line()
    assert line.percent is None
    assert line.net == gbp("123.45")


def test_a_kept_promise_has_a_statement_of_nothing() -> None:
    statement = settle(contract()).statement()
    assert statement.lines == ()
    assert (statement.gross, statement.net) == (gbp("0.00"), gbp("0.00"))


def test_an_agreement_without_a_critical_level_has_no_statement_however_it_went() -> None:
    settled = settle(contract(availability("99.9")), outages=[hour_down("04")])
    assert settled.settlement.statements == ()
    assert settled.row("halden").credit_share is None
    assert settled.breach().credits == (None,)


def test_a_kpi_beside_a_critical_level_has_no_line() -> None:
    levels = [availability("99.9", name="critical", credit=THREE_BANDS), availability("99.95", name="kpi")]
    settled = settle(contract(*levels), outages=[hour_down("04")])
    assert [line.of.level.name for line in settled.statement().lines] == ["critical"]
    assert settled.attainment(level="kpi").status.value == "MISSED"


def test_gross_is_before_and_net_after_the_agreement_s_caps() -> None:
    settled = settle(
        contract(remedies={"caps": [{"amount": "1500.00", "per": "month"}]}), outages=[hour_down("04")]
    )
    statement = settled.statement()
    assert (statement.gross, statement.net) == (gbp("2000.00"), gbp("1500.00"))
    assert (settled.line().amount, settled.line().net) == (gbp("2000.00"), gbp("1500.00"))


def test_a_quarter_s_level_has_its_line_in_its_last_month_on_three_months_charges() -> None:
    level = availability("99.99", period="quarter", credit=bands({"99.99": "1"}))
    rows = [hour_down("05")]
    june = settle(contract(level), outages=rows, period="2026-06")
    assert june.line().base == gbp("120000.00")
    assert june.line().net == gbp("1200.00")
    assert settle(contract(level), outages=rows, period="2026-05").statement().lines == ()


def test_every_missed_week_of_a_month_is_a_line_on_its_days_charges() -> None:
    # The weeks that end in April are W14 to W17. Down on Tuesday of W15 and of W17: 60 of 10,080 minutes.
    level = availability("99.9", period="week", credit=bands({"99.9": "10"}))
    settled = settle(
        contract(level),
        outages=[outage("web", "07 10:00", "07 11:00"), outage("web", "21 10:00", "21 11:00")],
    )
    # 10 % of 7/30 of 40,000 = 933.33 twice; 1,866.67 in all, and the penny goes to the first of equals.
    assert settled.statement().net == gbp("1866.67")
    assert nets(settled) == ["933.34", "933.33"]


# ---------------------------------------------------------------------------------------------------- rounding


def lines_of_thirds(**terms: Any) -> Settled:
    """Three levels that would each earn 2,000, under a cap of 100.00 a month."""
    levels = [availability("99.9", name=name, credit=THREE_BANDS) for name in ("c", "a", "b")]
    return settle(
        contract(*levels, remedies={"caps": [{"amount": "100.00", "per": "month"}]}, **terms),
        outages=[hour_down("04")],
    )


def test_a_total_is_rounded_once_and_its_lines_add_up_to_it() -> None:
    settled = lines_of_thirds()
    assert settled.statement().net == gbp("100.00")
    assert {line.of.level.name: line.net.text() for line in settled.statement().lines} == {
        "a": "33.34", "b": "33.33", "c": "33.33",
    }  # fmt: skip


def test_a_line_is_rounded_up_by_the_remainder_of_its_own_amount_and_equal_remainders_go_by_name() -> None:
    levels = [
        availability("99.9", name=name, service=name, credit=bands({"99.9": "5"})) for name in ("a", "b", "c")
    ]
    prices = {"a": "100.10", "b": "200.10", "c": "400.10"}
    documents = [*house(), *(service(name) for name in prices), sla(list(prices), levels, prices)]
    settled = settle(documents, outages=[hour_down("04", name) for name in prices])
    # 5.005, 10.005 and 20.005 are 35.015; to even that is 35.02, and all three have lost half a penny.
    assert settled.statement().net == gbp("35.02")
    assert [line.net.text() for line in settled.statement().lines] == ["5.01", "10.01", "20.00"]


def test_the_parts_of_a_line_s_credit_add_up_to_its_rounded_net() -> None:
    # a and b 40 minutes together: half of 2,000.01 each, and the penny goes to the first by name.
    settled = settle(
        house(vendors=["east", "west"]),
        service("web", needs={"all": ["a", "b"]}),
        service("a", "west"),
        service("b", "east"),
        sla(["web"], [availability("99.9", credit=bands({"99.9": "5"}, of="40000.20"))]),
        outages=[outage(name, "14 10:00", "14 11:00") for name in ("a", "b")],
    )
    assert settled.statement().net == gbp("2000.01")
    assert (settled.credit("east"), settled.credit("west")) == (gbp("1000.01"), gbp("1000.00"))


@pytest.mark.parametrize(
    ("rounding", "net"), [(None, "0.12"), ("half_up", "0.13"), ("down", "0.12"), ("up", "0.13")]
)
def test_the_contract_says_how_a_half_penny_is_rounded_and_to_even_if_it_does_not(
    rounding: str | None, net: str
) -> None:
    terms = {} if rounding is None else {"rounding": rounding}
    credit = bands({"99.9": "1"}, of="12.50")
    settled = settle(contract(availability("99.9", credit=credit), **terms), outages=[hour_down("04")])
    assert settled.statement().net == gbp(net)


def test_a_currency_without_pennies_is_rounded_to_its_own_unit() -> None:
    level = availability("99.9", credit=bands({"99.9": "5"}))
    settled = settle(
        house(),
        service("web"),
        sla(["web"], [level], {"web": "12345"}, currency="JPY"),
        outages=[hour_down("04")],
    )
    assert settled.statement().net.text() == "617"


# ------------------------------------------------------------------------------------- two consumers, one promise


def shared_promise(**terms: Any) -> list[Document]:
    """web for every customer: acme pays 40,000, bolt 10,000."""
    charges = [
        {"service": "web", "monthly": "40000.00", "customer": "acme"},
        {"service": "web", "monthly": "10000.00", "customer": "bolt"},
    ]
    level = availability("99.9", credit=THREE_BANDS)
    return [
        *house(customers=["acme", "bolt"]),
        service("web"),
        sla(["web"], [level], consumer="*", charges=charges, **terms),
    ]


def test_customers_priced_apart_have_a_statement_each_and_share_one_attainment() -> None:
    settled = settle(shared_promise(), outages=[hour_down("04")])
    assert len(settled.settlement.attainments) == 1
    assert settled.statement(consumer="acme").net == gbp("2000.00")
    assert settled.statement(consumer="bolt").net == gbp("500.00")
    assert settled.credit("halden") == gbp("2500.00")
    assert settled.impact().payable == gbp("2500.00")


def test_each_customer_s_statement_is_capped_by_its_own_charges() -> None:
    caps = {"caps": [{"percent": "3", "of": "agreement", "per": "month"}]}
    settled = settle(shared_promise(remedies=caps), outages=[hour_down("04")])
    assert [settled.statement(consumer=who).net for who in ("acme", "bolt")] == [
        gbp("1200.00"),
        gbp("300.00"),
    ]


def test_a_promise_to_everybody_with_one_price_has_one_statement() -> None:
    settled = settle(
        house(customers=["acme", "bolt"]),
        service("web"),
        sla(["web"], [availability("99.9", credit=THREE_BANDS)], {"web": "40000.00"}, consumer="*"),
        outages=[hour_down("04")],
    )
    assert settled.statement().consumer == "*"
    assert settled.statement().net == gbp("2000.00")


# --------------------------------------------------------------------------------------------- caps over months

ALL_YEAR = [hour_down(f"{month:02d}") for month in range(1, 13)]


def net_of(month: str, caps: Sequence[Document], rows: Sequence[Row] = ALL_YEAR, **terms: Any) -> str:
    settled = settle(contract(remedies={"caps": list(caps)}, **terms), outages=rows, period=f"2026-{month}")
    return settled.statement().net.text()


def test_a_yearly_cap_is_used_up_month_by_month() -> None:
    cap = [{"amount": "5000.00", "per": "year"}]
    assert [net_of(month, cap) for month in ("01", "02", "03", "04")] == [
        "2000.00", "2000.00", "1000.00", "0.00",
    ]  # fmt: skip


def test_what_a_monthly_cap_took_is_not_used_of_the_yearly_one() -> None:
    caps = [{"amount": "1500.00", "per": "month"}, {"amount": "4000.00", "per": "year"}]
    assert [net_of(month, caps) for month in ("01", "02", "03")] == ["1500.00", "1500.00", "1000.00"]
    assert net_of("03", caps[::-1]) == "1000.00"


def test_a_calendar_year_begins_anew_in_january_and_a_contract_year_on_the_term_s_day() -> None:
    rows = [
        outage("web", f"{year}-{month}-14T10:00:00Z", f"{year}-{month}-14T11:00:00Z")
        for year, month in (("2025", "10"), ("2025", "12"), ("2026", "01"), ("2026", "10"))
    ]
    term = {"term": {"from": "2025-10-01", "to": "2030-09-30"}, "effective": "2025-10-01"}
    calendar_year = [{"amount": "2500.00", "per": "year"}]
    contract_year = [{"amount": "2500.00", "per": "contractYear"}]
    # Of the calendar year 2026 nothing is used in January; of the contract year 2,500 since October.
    assert net_of("01", calendar_year, rows, **term) == "2000.00"
    assert net_of("01", contract_year, rows, **term) == "0.00"
    assert net_of("10", calendar_year, rows, **term) == "500.00"
    assert net_of("10", contract_year, rows, **term) == "2000.00"


def test_earlier_months_count_under_the_version_of_their_own_time() -> None:
    # Until March 10 % below 99.9, from April 5 %: of 9,000 a year 4,000 are used in each of January and February.
    old = contract(
        availability("99.9", credit=bands({"99.9": "10"})),
        remedies={"caps": [{"amount": "9000.00", "per": "year"}]},
    )
    new = sla(
        ["web"],
        [availability("99.9", credit=THREE_BANDS)],
        {"web": "40000.00"},
        version=2,
        effective="2026-04-01",
        remedies={"caps": [{"amount": "9000.00", "per": "year"}]},
    )
    rows = [hour_down(month) for month in ("01", "02", "04")]
    assert settle(old, new, outages=rows).statement().net == gbp("1000.00")


# ---------------------------------------------------------------------------------------------------- claims


def vendor_contract(*, claim: Document | None = None, caps: Sequence[Document] = ()) -> list[Document]:
    """A vendor that owes halden 10 % of 12,000 for April, to be claimed within 30 days of the period's end."""
    remedies: Document = {"claim": {"within": "P30D", "from": "period_end"}}
    if caps:
        remedies["caps"] = list(caps)
    level = availability("99.9", credit=bands({"99.9": "10"}))
    contracts = [
        *house(vendors=["cirrus"]),
        service("web", needs={"all": ["host"]}),
        service("host", "cirrus"),
        sla(["web"], [availability("99.9", credit=THREE_BANDS)], {"web": "40000.00"}),
        uc("cirrus", ["host"], [level], {"host": "12000.00"}, remedies=remedies),
    ]
    return contracts if claim is None else [*contracts, claim]


def claimed(at: str, period: str = "2026-04") -> Document:
    return document("Claim", "claim", agreement="uc-cirrus", period=period, claimedAt=at)


HOST_DOWN = [hour_down("04", "host")]


def test_a_credit_is_to_be_claimed_so_long_after_the_period_s_last_day() -> None:
    assert settle(vendor_contract(), outages=HOST_DOWN).statement("uc-cirrus").claim_by == date(2026, 5, 30)
    assert settle(vendor_contract(), outages=HOST_DOWN).statement("sla").claim_by is None


@pytest.mark.parametrize(
    ("claim", "as_of", "recoverable"),
    [
        (None, "2026-05-01", "1200.00"),
        (None, "2026-05-30", "1200.00"),
        (None, "2026-05-31", "0.00"),
        (claimed("2026-05-30"), "2026-12-31", "1200.00"),
        (claimed("2026-05-31"), "2026-05-01", "0.00"),
        (claimed("2026-05-30", period="2026-03"), "2026-05-31", "0.00"),
    ],
    ids=[
        "open",
        "the last day",
        "lapsed",
        "claimed in time",
        "claimed late, whatever the as-of",
        "another month",
    ],
)
def test_a_credit_that_is_not_claimed_in_time_is_owed_and_not_recoverable(
    claim: Document | None, as_of: str, recoverable: str
) -> None:
    settled = settle(vendor_contract(claim=claim), outages=HOST_DOWN, as_of=as_of)
    assert settled.statement("uc-cirrus").net == gbp("1200.00")
    assert settled.side("cirrus").recoverable == gbp(recoverable)
    missed = [amount for code, amount in settled.reasons("cirrus") if code == "CLAIM_MISSED"]
    assert missed == ([] if recoverable == "1200.00" else ["1200.00"])


def test_a_lapsed_claim_uses_nothing_of_a_later_cap() -> None:
    # 1,500 a year: March's 1,200 was claimed late, so all of it is left in April; claimed in time, 300 would be.
    rows = [hour_down("03", "host"), hour_down("04", "host")]
    cap = [{"amount": "1500.00", "per": "year"}]
    late = settle(vendor_contract(claim=claimed("2026-05-01", "2026-03"), caps=cap), outages=rows)
    in_time = settle(vendor_contract(claim=claimed("2026-04-29", "2026-03"), caps=cap), outages=rows)
    assert late.statement("uc-cirrus").net == gbp("1200.00")
    assert in_time.statement("uc-cirrus").net == gbp("300.00")


def test_a_customer_s_credit_is_owed_whether_or_not_it_asks() -> None:
    settled = settle(
        contract(remedies={"claim": {"within": "P30D", "from": "period_end"}}),
        outages=[hour_down("04")],
        as_of="2026-12-31",
    )
    assert settled.statement().claim_by == date(2026, 5, 30)
    assert settled.impact().payable == gbp("2000.00")
    assert not settled.statement().is_claim_missed


def test_credit_shares_are_of_the_level_s_own_amount_and_the_money_of_what_the_caps_left() -> None:
    # E4 under a cap of 500: half and half of 2,000 is half and half of 500.
    settled = settle(
        house(vendors=["east", "west"]),
        service("web", needs={"all": ["a", "b"]}),
        service("a", "west"),
        service("b", "east"),
        sla(
            ["web"],
            [availability("99.9", credit=THREE_BANDS)],
            {"web": "40000.00"},
            remedies={"caps": [{"amount": "500.00", "per": "month"}]},
        ),
        outages=[outage("a", "14 10:00", "14 10:40"), outage("b", "21 10:00", "21 10:10")],
    )
    assert (settled.row("east").credit_share, settled.row("west").credit_share) == exactly("1/2", "1/2")
    assert (settled.credit("east"), settled.credit("west")) == (gbp("250.00"), gbp("250.00"))
