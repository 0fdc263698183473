"""Caps over an agreement's credits: by month, by calendar year, by contract year, one after another."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from domain.agreements import Agreement, Cap, CapPer
from domain.credits.base import Due
from domain.credits.caps import CapRoom, apply_caps, cap_limit, span_start, within_room
from domain.explanation import replay, work
from domain.periods import Period
from tests.building import exactly, gbp, house, portfolio, service, sla

APRIL = Period.parse("2026-04")
MONTH, YEAR, CONTRACT_YEAR = CapPer.MONTH, CapPer.YEAR, CapPer.CONTRACT_YEAR


def contract(**terms: Any) -> Agreement:
    (agreement,) = portfolio(
        house(), service("web"), sla(["web"], [], {"web": "20000.00"}, **terms)
    ).agreements
    return agreement


def room(limit: int, used: int = 0) -> CapRoom:
    return CapRoom(Cap(MONTH, amount=gbp(limit)), Fraction(limit), Fraction(used))


# ---------------------------------------------------------------------------------------------------- scaling


def test_lines_within_a_cap_stay_as_they_are() -> None:
    assert within_room(exactly(600, 400), Fraction(1000)) == exactly(600, 400)


def test_lines_beyond_a_cap_are_all_scaled_by_the_same_part() -> None:
    assert within_room(exactly(600, 400), Fraction(500)) == exactly(300, 200)
    assert within_room(exactly(600, 0, 400), Fraction(0)) == exactly(0, 0, 0)


def test_what_is_left_of_a_cap_is_never_negative() -> None:
    assert room(1000, 300).room == 700
    assert room(1000, 1300).room == 0


def test_each_cap_takes_what_the_one_before_it_left() -> None:
    # 3,000 under 2,000 a month, and under 4,500 a year of which 3,500 are used.
    assert apply_caps(exactly(2000, 1000), [room(2000)]) == exactly("4000/3", "2000/3")
    assert apply_caps(exactly(2000, 1000), [room(2000), room(4500, 3500)]) == exactly("2000/3", "1000/3")


def test_no_caps_and_no_lines_are_no_trouble() -> None:
    assert apply_caps(exactly(5, 7), []) == exactly(5, 7)
    assert apply_caps((), [room(10)]) == ()


def test_e22_8_percent_under_a_cap_of_10_stays_and_11_percent_becomes_10() -> None:
    tenth = room(2000)
    assert apply_caps(exactly(600, 1000), [tenth]) == exactly(600, 1000)
    assert sum(apply_caps(exactly(600, 600, 1000), [tenth])) == 2000


# ----------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("cap", "limit"),
    [
        ({"percent": "10", "of": "agreement", "per": "month"}, 2000),
        ({"percent": "10", "per": "year"}, 24_000),
        ({"percent": "10", "per": "contractYear"}, 24_000),
        ({"percent": "10", "of": "annual", "per": "month"}, 24_000),
        ({"percent": "10", "of": "annual", "per": "year"}, 24_000),
        ({"amount": "1500.00", "per": "month"}, 1500),
        ({"percent": "50", "of": "1000.00", "per": "month"}, 500),
    ],
    ids=["of the month", "of a year", "of a contract year", "of a year, each month", "of a year, each year",
         "an amount", "of an amount"],
)  # fmt: skip
def test_a_cap_is_an_amount_or_a_percent_of_the_charges_of_its_span(cap: dict[str, str], limit: int) -> None:
    agreement = contract(remedies={"caps": [cap]})
    assert cap_limit(agreement, agreement.caps[0], Due.of(agreement, APRIL, "acme")) == limit


def test_the_cap_of_a_part_of_a_month_is_of_that_part_s_charges() -> None:
    agreement = contract(
        term={"from": "2026-04-16", "to": "2027-12-31"},
        effective="2026-04-16",
        remedies={"caps": [{"percent": "10", "per": "month"}, {"percent": "10", "per": "year"}]},
    )
    due = Due.of(agreement, APRIL, "acme")
    assert [cap_limit(agreement, cap, due) for cap in agreement.caps] == [1000, 24_000]


# ------------------------------------------------------------------------------------------------------ spans


@pytest.mark.parametrize(
    ("per", "month", "start"),
    [
        (MONTH, "2026-04-01", "2026-04-01"),
        (YEAR, "2026-04-01", "2026-01-01"),
        (YEAR, "2027-01-01", "2027-01-01"),
        (CONTRACT_YEAR, "2026-10-01", "2026-10-15"),
        (CONTRACT_YEAR, "2026-09-01", "2025-10-15"),
        (CONTRACT_YEAR, "2027-02-01", "2026-10-15"),
    ],
)
def test_a_span_begins_with_the_month_the_year_or_the_term_s_own_day(
    per: CapPer, month: str, start: str
) -> None:
    agreement = contract(term={"from": "2025-10-15", "to": "2030-12-31"}, effective="2025-10-15")
    assert span_start(agreement, per, date.fromisoformat(month)) == date.fromisoformat(start)


def test_a_term_that_begins_on_29_february_has_its_years_begin_on_the_28th() -> None:
    agreement = contract(term={"from": "2024-02-29", "to": "2030-12-31"}, effective="2024-02-29")
    assert span_start(agreement, CONTRACT_YEAR, date(2026, 4, 1)) == date(2026, 2, 28)
    assert span_start(agreement, CONTRACT_YEAR, date(2028, 4, 1)) == date(2028, 2, 29)


# ----------------------------------------------------------------------------------------------- explanations


def test_an_explained_line_under_a_cap_is_scaled_beside_the_others() -> None:
    worked = work(
        "amount",
        "agreement-cap/1",
        {"amount": Fraction(2000), "others": Fraction(1000), "limit": Fraction(4500), "used": Fraction(3500), "per": "year"},
    )  # fmt: skip
    assert worked.value == Fraction(2000, 3)
    assert replay(worked.explanation) == Fraction(2000, 3)
