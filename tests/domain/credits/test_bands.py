"""The scheme bands: the deepest band a missed value falls in, its cap, and the least that is paid at all."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from domain.agreements import (
    Agreement,
    Band,
    BandsCredit,
    Base,
    CreditBase,
    Direction,
    LevelCap,
    Threshold,
)
from domain.credits.bands import deepest_band
from domain.credits.base import Due
from domain.credits.miss import Miss
from domain.credits.scheme import credit_amount, explain_credit, is_calculated
from domain.explanation import Explanation, Worked, replay, work
from domain.periods import Period
from tests.building import availability, bands, exactly, gbp, house, portfolio, service, sla

APRIL = Period.parse("2026-04")
DUE = Due(APRIL, date(2026, 4, 1), date(2026, 4, 30), "acme")


def below(*rows: tuple[str, str]) -> tuple[Band, ...]:
    return tuple(
        Band(Fraction(boundary), below=True, percent=Fraction(percent)) for boundary, percent in rows
    )


def above(*rows: tuple[str, str]) -> tuple[Band, ...]:
    return tuple(
        Band(Fraction(boundary), below=False, percent=Fraction(percent)) for boundary, percent in rows
    )


DESIGN = below(("99.9", "5"), ("99.5", "15"), ("99.0", "30"))


@pytest.mark.parametrize(
    ("value", "percent"),
    [("99.8", 5), ("99.5", 5), ("99.49", 15), ("99", 15), ("98.999999999", 30), ("0", 30)],
)
def test_a_value_has_the_deepest_band_that_it_is_strictly_below(value: str, percent: int) -> None:
    found = deepest_band(DESIGN, Fraction(value))
    assert found is not None
    assert found.percent == percent


def test_the_order_in_which_bands_are_written_does_not_matter() -> None:
    assert deepest_band(DESIGN[::-1], Fraction("99.2")) == deepest_band(DESIGN, Fraction("99.2"))


def test_a_value_at_the_first_boundary_lies_in_no_band() -> None:
    assert deepest_band(DESIGN, Fraction("99.9")) is None
    assert deepest_band((), Fraction(0)) is None


@pytest.mark.parametrize(("value", "percent"), [("1.5", 2), ("2", 2), ("2.5", 3), ("3.5", 5)])
def test_e22_a_value_that_should_be_low_has_the_deepest_band_it_is_above(value: str, percent: int) -> None:
    found = deepest_band(above(("1", "2"), ("2", "3"), ("3", "5")), Fraction(value))
    assert found is not None
    assert found.percent == percent
    assert deepest_band(above(("1", "2")), Fraction(1)) is None


def test_e22_88_on_bands_of_95_90_and_85_is_3_percent() -> None:
    found = deepest_band(below(("95", "2"), ("90", "3"), ("85", "5")), Fraction(88))
    assert found is not None
    assert found.percent == 3


# ---------------------------------------------------------------------------------------------------- amounts


def contract(**credit: object) -> Agreement:
    """halden's promise of web to acme at 40,000 a month, with mail at 10,000 beside it."""
    level = availability("99.9", credit=bands({"99.9": "5", "99.0": "30"}, **credit))
    prices = {"web": "40000.00", "mail": "10000.00"}
    (agreement,) = portfolio(
        house(), service("web"), service("mail"), sla(["web", "mail"], [level], prices)
    ).agreements
    return agreement


def missed(value: str) -> Miss:
    """That the value was reached where 99.9 was promised."""
    target = Threshold(Direction.AT_LEAST, Fraction("99.9"))
    return Miss(Fraction(value), Fraction(value), target)


def credit(agreement: Agreement, value: str, *, with_cap: bool = True) -> tuple[object, ...]:
    """The amount and the percent."""
    found = credit_amount(agreement, agreement.levels[0], "web", missed(value), DUE, with_cap=with_cap)
    assert found is not None
    return found.amount, found.percent


def test_a_percent_is_of_the_charges_of_its_base() -> None:
    assert credit(contract(), "99.2") == (2000, 5)
    assert credit(contract(of="agreement"), "99.2") == (2500, 5)
    assert credit(contract(of="annual"), "99.2") == (30_000, 5)
    assert credit(contract(of="1000.00"), "99.2") == (50, 5)


def test_an_amount_is_what_it_says_and_has_no_percent() -> None:
    agreement = contract(bands=[{"below": "99.9", "amount": "750.00"}])
    assert credit(agreement, "99.2") == (750, None)


def test_a_missed_value_in_no_band_earns_nothing() -> None:
    assert credit(contract(bands=[{"below": "99.0", "percent": "5"}]), "99.2") == (0, 0)


def test_a_level_s_cap_is_a_percent_of_its_base_or_an_amount() -> None:
    # 30 % of 40,000 is 12,000; the line says what percent is left of it (E20).
    assert credit(contract(cap={"percent": "20"}), "98") == (8000, 20)
    assert credit(contract(cap={"amount": "9000.00"}), "98") == (9000, Fraction("22.5"))
    assert credit(contract(cap={"amount": "90000.00"}), "98") == (12_000, 30)


def test_without_its_cap_a_level_s_credit_is_what_the_scheme_gives() -> None:
    assert credit(contract(cap={"percent": "20"}), "98", with_cap=False) == (12_000, 30)


def test_e21_under_the_minimum_payable_nothing_is_paid_and_at_it_everything() -> None:
    assert credit(contract(minimumPayable="2000.01"), "99.2") == (0, 5)
    assert credit(contract(minimumPayable="2000.00"), "99.2") == (2000, 5)


def test_the_cap_comes_before_the_minimum_payable() -> None:
    assert credit(contract(cap={"amount": "500.00"}, minimumPayable="600.00"), "99.2") == (
        0,
        Fraction("1.25"),
    )


def test_amounts_are_exact_and_not_rounded_yet() -> None:
    agreement = contract(bands=[{"below": "99.9", "percent": "3.3333"}], of="100.01")
    assert credit(agreement, "99.2") == (Fraction("100.01") * Fraction("3.3333") / 100, Fraction("3.3333"))


def test_a_level_that_carries_no_credit_gives_no_amount() -> None:
    level = availability("99.9")
    (agreement,) = portfolio(house(), service("web"), sla(["web"], [level], {"web": "100.00"})).agreements
    assert not is_calculated(agreement.levels[0])
    assert credit_amount(agreement, agreement.levels[0], "web", missed("75"), DUE) is None


# ----------------------------------------------------------------------------------------------- explanations


def stated(value: str) -> Worked:
    return Worked(Fraction(value), Explanation("value", "base/1", value))


@pytest.mark.parametrize("value", ["99.2", "98", "99.9"])
@pytest.mark.parametrize(
    "terms",
    [{}, {"cap": {"percent": "3"}}, {"minimumPayable": "3000.00"}, {"of": "agreement", "cap": {"amount": "1.00"}},
     {"bands": [{"below": "99.9", "amount": "12.34"}, {"below": "99.0", "percent": "7"}]}],
    ids=["plain", "capped", "too little", "capped on the agreement", "amount and percent"],
)  # fmt: skip
def test_the_explained_credit_is_the_credit(value: str, terms: dict[str, object]) -> None:
    agreement = contract(**terms)
    worked = stated(value)
    explained = explain_credit(agreement, agreement.levels[0], "web", missed(value), DUE, worked, worked)
    assert explained is not None
    assert explained.value == credit(agreement, value)[0]


def test_an_explained_credit_replays_from_its_base_and_its_bands() -> None:
    agreement = contract(cap={"percent": "3"}, minimumPayable="1.00")
    value = Worked(Fraction(98), _replayable_value())
    worked = explain_credit(agreement, agreement.levels[0], "web", missed("98"), DUE, value, value)
    assert worked is not None
    assert replay(worked.explanation) == 1200
    rules = []
    step: Explanation | None = worked.explanation
    while step is not None:
        rules.append(step.rule)
        step = next((each for each in step.steps if each.name == "amount"), None)
    assert rules == ["minimum-payable/1", "level-cap/1", "bands/1"]


def _replayable_value() -> Explanation:
    return work("value", "base/1", {"charges": Fraction(98)}).explanation


def test_a_base_of_an_amount_needs_no_charges() -> None:
    base, cap = CreditBase(Base.AMOUNT, gbp("200.00")), LevelCap(amount=gbp("20.00"))
    (agreement,) = portfolio(house(), service("web"), sla(["web"], [availability("99.9")])).agreements
    level = replace(agreement.levels[0], credit=BandsCredit(base, DESIGN, cap=cap))
    found = credit_amount(agreement, level, "web", missed("98"), DUE)
    assert found is not None
    assert (found.amount, found.percent, found.base) == exactly(20, 10, 200)
    assert found.of is Base.AMOUNT
