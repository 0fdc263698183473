from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from api.cli.wording import (
    amount_text,
    margin_text,
    money_text,
    number_text,
    percent_texts,
    quantity_text,
    threshold_text,
    value_text,
    why_text,
)
from domain.agreements import Direction, Threshold
from domain.money import Money
from tests.api import settled


def test_a_value_is_shown_with_three_places_and_its_unit() -> None:
    assert value_text(Fraction(4_313_800, 43_200), "availability") == "99.856 %"
    assert value_text(Fraction(95), "within") == "95 %"
    assert value_text(Fraction(5400), "duration") == "5400 s"
    assert value_text(Fraction(450), "total") == "450"
    assert value_text(None, "availability") == "–"


def test_a_value_just_below_its_target_never_looks_like_the_target() -> None:
    just_below = Fraction("99.89999") - Fraction(1, 10**7)
    assert number_text(just_below) == "99.900"
    assert number_text(just_below, near=Fraction("99.9")) == "99.89999"
    assert number_text(Fraction("99.9"), near=Fraction("99.9")) == "99.9"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3720, "1 h 2 min"),
        (3600, "1 h"),
        (5_400_001, "1,500 h 1 s"),
        (Fraction(3, 2), "1.5 s"),
        (-90, "−1 min 30 s"),
    ],
)
def test_seconds_are_told_in_hours_minutes_and_seconds(seconds: Fraction, words: str) -> None:
    assert quantity_text(Fraction(seconds), "seconds") == words


def test_tickets_are_counted_and_one_ticket_is_singular() -> None:
    assert quantity_text(Fraction(1), "tickets") == "1 ticket"
    assert quantity_text(Fraction(4), "tickets") == "4 tickets"
    assert quantity_text(Fraction(1, 2), "tickets") == "0.5 tickets"
    assert quantity_text(Fraction(1, 3), "tickets") == "0.333 tickets"


def test_percentages_add_up_to_a_hundred_as_printed() -> None:
    thirds = percent_texts([Fraction(1, 3)] * 3, ["c", "b", "a"])
    assert thirds == ["33.33 %", "33.33 %", "33.34 %"]


def test_what_has_no_share_is_a_dash_and_takes_nothing_from_the_others() -> None:
    assert percent_texts([Fraction(30, 31), None, Fraction(1, 31)], ["a", "", "b"]) == [
        "96.77 %",
        "–",
        "3.23 %",
    ]


def test_amounts_are_grouped_by_thousands_with_the_currency_behind() -> None:
    assert money_text(settled.gbp("1234567.50")) == "1,234,567.50 GBP"
    assert money_text(settled.gbp("-250")) == "−250.00 GBP"
    assert money_text(Money(Decimal(1200), "JPY")) == "1,200 JPY"
    assert amount_text(settled.gbp("-0.40")) == "−0.40"


def test_a_margin_says_on_which_side_of_the_target_the_value_lies() -> None:
    assert margin_text(settled.ATTAINMENT) == "−0.044"
    assert margin_text(replace(settled.ATTAINMENT, margin=Fraction(1, 10))) == "+0.1"
    assert margin_text(replace(settled.ATTAINMENT, margin=Fraction(0))) == "0"
    assert margin_text(replace(settled.ATTAINMENT, margin=Fraction(-1, 10**6))) == "−0.000001"
    assert margin_text(replace(settled.ATTAINMENT, margin=None)) == "–"


def test_a_reason_is_told_without_what_stands_beside_it() -> None:
    assert why_text("GBP 5.00 of what a caused is not recovered: our own failure.") == "our own failure."
    assert why_text("a cap took the rest") == "a cap took the rest"


def test_a_target_is_written_as_it_is_promised() -> None:
    assert threshold_text(settled.TARGET, "availability") == "≥ 99.9 %"
    assert threshold_text(Threshold(Direction.AT_MOST, Fraction(3)), "total") == "≤ 3"
    assert threshold_text(None, "availability") == "–"
