"""What a percentage is of: the charges of the period, whole months, part months, quarters, months from a day."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from domain.agreements import Agreement, Base, CreditBase
from domain.credits.base import Due, base_amount, monthly_charges, months_charged
from domain.periods import Period, PeriodRule
from settlement.statements import consumers_of
from tests.building import gbp, house, portfolio, service, sla

APRIL = Period.parse("2026-04")


def contract(prices: Mapping[str, str] | None = None, **terms: Any) -> Agreement:
    (agreement,) = portfolio(
        house(customers=["acme", "bolt"]),
        service("web"),
        service("mail"),
        sla(["web", "mail"], [], prices, **terms),
    ).agreements
    return agreement


def months(period: Period, first: str, last: str) -> Fraction:
    """How many months are charged for a period under a term."""
    agreement = contract(term={"from": first, "to": last}, effective=first)
    return months_charged(Due.of(agreement, period, "acme"))


TWO_YEARS = ("2026-01-01", "2027-12-31")


@pytest.mark.parametrize(
    ("period", "charged"),
    [("2026-04", "1"), ("2026-02", "1"), ("2026-Q2", "3"), ("2026", "12"), ("2026-W15", "7/30")],
)
def test_a_month_a_quarter_and_a_year_are_so_many_months_and_a_week_a_part_by_its_days(
    period: str, charged: str
) -> None:
    assert months(Period.parse(period), *TWO_YEARS) == Fraction(charged)


def test_a_week_across_two_months_is_a_part_of_each() -> None:
    # 30 March to 5 April: two days of 31, five of 30.
    assert months(Period.parse("2026-W14"), *TWO_YEARS) == Fraction(2, 31) + Fraction(5, 30)


@pytest.mark.parametrize(
    ("first", "last", "charged"),
    [
        ("2026-04-16", "2027-12-31", "15/30"),
        ("2026-01-01", "2026-04-10", "10/30"),
        ("2026-04-11", "2026-04-20", "10/30"),
        ("2026-04-01", "2026-04-30", "1"),
        ("2026-04-30", "2027-12-31", "1/30"),
    ],
    ids=["begins on the 16th", "ends on the 10th", "ten days within", "just the month", "the last day"],
)
def test_a_part_of_a_month_is_charged_by_its_days(first: str, last: str, charged: str) -> None:
    assert months(APRIL, first, last) == Fraction(charged)


def test_a_quarter_that_begins_in_the_middle_of_its_second_month_is_a_half_and_a_whole() -> None:
    assert months(Period.parse("2026-Q2"), "2026-05-17", "2027-12-31") == Fraction(15, 31) + 1


def test_a_month_from_the_16th_is_one_month_s_charge_whichever_two_months_it_touches() -> None:
    period = PeriodRule.months_from(1, 16).containing(date(2026, 2, 20))
    assert (period.first, period.last) == (date(2026, 2, 16), date(2026, 3, 15))
    assert months(period, *TWO_YEARS) == 1
    three = PeriodRule.months_from(3, 16).containing(date(2026, 5, 1))
    assert months(three, *TWO_YEARS) == 3


def test_a_part_of_a_month_from_the_16th_is_charged_by_days() -> None:
    period = PeriodRule.months_from(1, 16).containing(date(2026, 4, 20))
    # From 26 April to 15 May: five days of 30 and fifteen of 31.
    assert months(period, "2026-04-26", "2027-12-31") == Fraction(5, 30) + Fraction(15, 31)


# ------------------------------------------------------------------------------------------------- the charges

PRICES = {"web": "40000.00", "mail": "10000.00"}


def charges(agreement: Agreement, name: str | None, consumer: str = "acme", on: str = "2026-04-01") -> object:
    return monthly_charges(agreement, name, consumer, date.fromisoformat(on))


def test_a_service_has_its_own_price_and_the_agreement_the_sum() -> None:
    agreement = contract(PRICES)
    assert (charges(agreement, "web"), charges(agreement, "mail")) == (40_000, 10_000)
    assert charges(agreement, None) == 50_000


def test_what_has_no_price_has_none_rather_than_nothing() -> None:
    agreement = contract({"web": "40000.00"})
    assert charges(agreement, "mail") is None
    assert charges(contract(), None) is None


def test_a_customer_s_own_price_is_that_customer_s_only() -> None:
    agreement = contract(
        consumer="*",
        charges=[
            {"service": "web", "monthly": "8000.00", "customer": "acme"},
            {"service": "web", "monthly": "4000.00", "customer": "bolt"},
            {"service": "mail", "monthly": "100.00"},
        ],
    )
    assert (charges(agreement, "web", "acme"), charges(agreement, "web", "bolt")) == (8000, 4000)
    assert charges(agreement, None, "bolt") == 4100
    assert charges(agreement, "web", "*") is None


def test_a_customer_s_own_price_stands_in_the_place_of_the_general_one() -> None:
    agreement = contract(
        consumer="*",
        charges=[
            {"service": "web", "monthly": "1000.00"},
            {"service": "web", "monthly": "3000.00", "customer": "acme"},
        ],
    )
    assert (charges(agreement, "web", "acme"), charges(agreement, "web", "*")) == (3000, 1000)
    assert consumers_of(agreement) == ("acme", "*")


# ----------------------------------------------------------------------------------------------------- bases


def base(
    agreement: Agreement, of: CreditBase, name: str = "web", period: Period = APRIL
) -> tuple[object, ...]:
    return base_amount(agreement, of, name, Due.of(agreement, period, "acme"))


def test_the_base_is_by_default_the_service_where_it_is_priced_and_else_the_agreement() -> None:
    assert base(contract(PRICES), CreditBase()) == (Base.SERVICE, 40_000)
    assert base(contract({"web": "40000.00"}), CreditBase(), "mail") == (Base.AGREEMENT, 40_000)
    assert base(contract(), CreditBase()) == (Base.AGREEMENT, 0)


def test_a_stated_base_is_taken_whatever_is_priced() -> None:
    agreement = contract({"web": "40000.00"})
    assert base(agreement, CreditBase(Base.SERVICE), "mail") == (Base.SERVICE, 0)
    assert base(agreement, CreditBase(Base.AGREEMENT)) == (Base.AGREEMENT, 40_000)
    assert base(agreement, CreditBase(Base.ANNUAL)) == (Base.ANNUAL, 480_000)
    assert base(agreement, CreditBase(Base.AMOUNT, gbp("7.50"))) == (Base.AMOUNT, Fraction("7.5"))


def test_a_quarter_s_base_is_three_months_and_a_half_month_s_a_half() -> None:
    quarter = Period.parse("2026-Q2")
    assert base(contract(PRICES), CreditBase(), period=quarter) == (Base.SERVICE, 120_000)
    half = contract(
        {"web": "12000.00"}, term={"from": "2026-04-16", "to": "2027-12-31"}, effective="2026-04-16"
    )
    assert base(half, CreditBase()) == (Base.SERVICE, 6000)


def test_a_fixed_amount_and_a_year_s_charges_are_not_cut_to_the_part_of_a_month() -> None:
    half = contract(
        {"web": "12000.00"}, term={"from": "2026-04-16", "to": "2027-12-31"}, effective="2026-04-16"
    )
    assert base(half, CreditBase(Base.ANNUAL)) == (Base.ANNUAL, 144_000)
    assert base(half, CreditBase(Base.AMOUNT, gbp("100.00"))) == (Base.AMOUNT, 100)
