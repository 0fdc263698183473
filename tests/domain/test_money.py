"""Money is exact, refuses what is not, and its parts always add up to its total."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CurrencyMismatch, InvalidValue, PrivityError
from domain.money import (
    ROUNDINGS,
    Money,
    apportion,
    decimal_text,
    minor_digits,
    rounded,
    share_texts,
    split,
)

fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
weights = st.lists(
    st.fractions(min_value=0, max_value=1000, max_denominator=1000), min_size=1, max_size=8
).filter(any)
currencies = st.sampled_from(["GBP", "JPY", "KWD", "CLF"])


def gbp(text: str) -> Money:
    return Money(Decimal(text), "GBP")


def names_of(count: int) -> list[str]:
    return [f"party-{n}" for n in range(count)]


@pytest.mark.parametrize("amount", [1.0, 1, "one", None, Fraction(1)])
def test_an_amount_that_is_not_decimal_is_refused(amount: object) -> None:
    with pytest.raises(InvalidValue, match="not Decimal: money is written as text and read exactly"):
        Money(amount, "GBP")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_an_amount_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="is not an amount of money: give a finite number"):
        gbp(text)


@pytest.mark.parametrize("text", ["1E+999999", "1E-999999"])
def test_an_absurd_amount_is_refused_before_it_fills_the_memory(text: str) -> None:
    with pytest.raises(InvalidValue, match="more than 60 digits before or after its point"):
        gbp(text)


@pytest.mark.parametrize("currency", ["gbp", "GB", "GBPP", "", "£", "ＧＢＰ"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(InvalidValue, match="is not a currency: give its ISO 4217 code, like GBP"):
        Money(Decimal(1), currency)


def test_amounts_of_one_currency_add_subtract_and_compare() -> None:
    assert gbp("0.10") + gbp("0.20") == gbp("0.3")
    assert gbp("0.10") - gbp("0.30") == gbp("-0.2") == -gbp("0.2")
    assert gbp("1") < gbp("2") <= gbp("2.00") < gbp("3")
    assert gbp("3") > gbp("2") >= gbp("2.00")
    assert hash(gbp("2")) == hash(gbp("2.00"))
    assert not Money.zero("GBP")
    assert gbp("0.01")


def test_sums_are_exact_beyond_the_usual_28_digits() -> None:
    total = gbp("1" + "0" * 40) + gbp("0.01")
    assert total.text() == "1" + "0" * 40 + ".01"


def test_amounts_of_different_currencies_never_meet() -> None:
    euros = Money(Decimal(1), "EUR")
    for combine in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(
            CurrencyMismatch, match=r"GBP 1\.00 cannot be .* EUR 1\.00: convert one of them at a dated rate"
        ):
            combine(gbp("1"), euros)
    assert gbp("1") != euros


def test_every_error_of_a_value_is_one_of_the_tree() -> None:
    assert CurrencyMismatch.__mro__[:3] == (CurrencyMismatch, InvalidValue, PrivityError)
    assert issubclass(InvalidValue, ValueError)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("2000", "GBP", "2000.00"),
        ("2E+3", "GBP", "2000.00"),
        ("0.5", "GBP", "0.50"),
        ("1.005", "GBP", "1.005"),
        ("-0.00", "GBP", "0.00"),
        ("2000", "JPY", "2000"),
        ("1.5", "KWD", "1.500"),
        ("-1.25", "GBP", "-1.25"),
    ],
)
def test_an_amount_prints_with_its_currencys_own_digits(amount: str, currency: str, text: str) -> None:
    money = Money(Decimal(amount), currency)
    assert money.text() == text
    assert str(money) == f"{currency} {text}"
    assert money.fraction == Fraction(amount)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("GBP", 2),
        ("EUR", 2),
        ("USD", 2),
        ("JPY", 0),
        ("ISK", 0),
        ("KWD", 3),
        ("TND", 3),
        ("BHD", 3),
        ("CLF", 4),
    ],
)
def test_minor_units_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("amount", "half_even", "half_up", "down", "up"),
    [
        ("0.025", "0.02", "0.03", "0.02", "0.03"),
        ("0.035", "0.04", "0.04", "0.03", "0.04"),
        ("0.0251", "0.03", "0.03", "0.02", "0.03"),
        ("0.021", "0.02", "0.02", "0.02", "0.03"),
        ("0.02", "0.02", "0.02", "0.02", "0.02"),
        ("-0.025", "-0.02", "-0.03", "-0.02", "-0.03"),
        ("-0.021", "-0.02", "-0.02", "-0.02", "-0.03"),
    ],
)
def test_each_way_of_rounding_treats_ties_as_its_name_says(
    amount: str, half_even: str, half_up: str, down: str, up: str
) -> None:
    exact = Fraction(amount)
    assert rounded(exact, "GBP") == gbp(half_even)
    assert [rounded(exact, "GBP", way) for way in ROUNDINGS] == [
        gbp(half_even),
        gbp(half_up),
        gbp(down),
        gbp(up),
    ]


@given(fractions, currencies, st.sampled_from(ROUNDINGS))
def test_rounding_gives_whole_minor_units_less_than_one_away(
    exact: Fraction, currency: str, way: str
) -> None:
    unit = Fraction(1, 10 ** minor_digits(currency))
    money = rounded(exact, currency, way)
    assert (money.fraction / unit).denominator == 1
    assert abs(money.fraction - exact) < unit
    assert rounded(money.fraction, currency, way) == money
    assert rounded(-exact, currency, way) == -money


def test_rounding_refuses_an_unknown_way_and_an_inexact_amount() -> None:
    with pytest.raises(
        InvalidValue, match="'ceiling' is no way to round: it is one of half_even, half_up, down, up"
    ):
        rounded(Fraction(1), "GBP", "ceiling")
    with pytest.raises(InvalidValue, match=r"0\.1 is float, not an exact fraction"):
        rounded(0.1, "GBP")  # type: ignore[arg-type]


def test_a_penny_left_over_goes_to_the_largest_remainder_then_to_the_first_name() -> None:
    thirds = split(gbp("100.00"), [Fraction(1)] * 3, ["cirrus", "atlas", "boreas"])
    assert thirds == (gbp("33.33"), gbp("33.34"), gbp("33.33"))
    # 0.05 by 1/2, 1/3 and 1/6 is 2.5, 1.666… and 0.833… pence: the two pennies over go to .833 and .666.
    sixths = split(gbp("0.05"), [Fraction(3), Fraction(2), Fraction(1)], ["a", "b", "c"])
    assert sixths == (gbp("0.02"), gbp("0.02"), gbp("0.01"))


def test_a_negative_total_is_divided_like_the_positive_one() -> None:
    assert split(gbp("-0.10"), [Fraction(1)] * 3, ["b", "a", "c"]) == (
        gbp("-0.03"),
        gbp("-0.04"),
        gbp("-0.03"),
    )


@given(st.integers(-(10**9), 10**9), currencies, weights)
def test_parts_add_up_to_the_total_and_lie_within_a_unit_of_their_exact_share(
    units: int, currency: str, shares: list[Fraction]
) -> None:
    unit = Fraction(1, 10 ** minor_digits(currency))
    total = rounded(units * unit, currency)
    names = names_of(len(shares))
    parts = split(total, shares, names)
    assert sum((part.fraction for part in parts), Fraction(0)) == total.fraction
    for part, share in zip(parts, shares, strict=True):
        assert abs(part.fraction - total.fraction * share / sum(shares)) < unit
        assert share or not part
    backwards = split(total, shares[::-1], names[::-1])
    assert backwards[::-1] == parts


@given(st.lists(fractions, max_size=8))
def test_whole_units_add_up_to_any_rounding_of_the_sum(exact: list[Fraction]) -> None:
    total = sum(exact, Fraction(0))
    for units in {total.__floor__(), round(total), total.__ceil__()}:
        parts = apportion(units, exact, names_of(len(exact)))
        assert sum(parts) == units
        assert all(abs(part - wanted) < 1 for part, wanted in zip(parts, exact, strict=True))


def test_a_total_that_cannot_be_divided_is_refused() -> None:
    with pytest.raises(
        InvalidValue, match="not a whole number of the currency's minor unit: round it before"
    ):
        split(gbp("0.005"), [Fraction(1)], ["a"])
    with pytest.raises(InvalidValue, match=r"GBP 1\.00 cannot be divided: all of its 2 weights are zero"):
        split(gbp("1"), [Fraction(0)] * 2, ["a", "b"])
    with pytest.raises(InvalidValue, match="cannot be divided by negative weights: 1, -1/2"):
        split(gbp("1"), [Fraction(1), Fraction(-1, 2)], ["a", "b"])
    with pytest.raises(InvalidValue, match="5 is not the rounded sum of parts that add up to 7/2"):
        apportion(5, [Fraction(7, 2)], ["a"])
    with pytest.raises(InvalidValue, match="2 parts and 1 names: every part has one name"):
        apportion(1, [Fraction(1, 2)] * 2, ["a"])


def test_nothing_is_divided_into_nothing() -> None:
    assert split(gbp("0"), [Fraction(0)] * 2, ["a", "b"]) == (gbp("0"), gbp("0"))
    assert split(gbp("0"), [], []) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(95), "95"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction("99.856"), "99.856"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(100 * (43200 - 62), 43200), "99.856481481"),
        (Fraction(100 * 33, 35), "94.285714286"),
        (Fraction(2, 3), "0.666666667"),
        (Fraction(-2, 3), "-0.666666667"),
        (Fraction(1, 3 * 10**12), "0.000000000"),
        (Fraction(-1, 3 * 10**12), "0.000000000"),
        (Fraction(1, 10**30), "0." + "0" * 29 + "1"),
        (Fraction(1, 10**31), "0.000000000"),
        (Fraction(1, 2**20), "0.00000095367431640625"),
    ],
)
def test_a_value_prints_exactly_where_it_can_and_with_nine_places_where_not(
    value: Fraction, text: str
) -> None:
    assert decimal_text(value) == text


def test_the_number_of_places_can_be_chosen() -> None:
    assert decimal_text(Fraction(1, 8), places=2, finite_max=2) == "0.12"
    assert decimal_text(Fraction(3, 8), places=2, finite_max=2) == "0.38"
    assert decimal_text(Fraction(2, 3), places=0) == "1"


@given(fractions)
def test_text_that_is_exact_reads_back_and_other_text_is_within_half_of_its_last_place(
    value: Fraction,
) -> None:
    text = decimal_text(value)
    error = abs(Fraction(text) - value)
    assert error <= Fraction(1, 2 * 10**9)
    assert error == 0 or len(text.partition(".")[2]) == 9
    assert "." not in text or error or not text.endswith("0")


@pytest.mark.parametrize(
    ("shares", "texts"),
    [
        ((Fraction(60, 62), Fraction(2, 62)), ("0.967741935", "0.032258065")),
        ((Fraction(4, 5), Fraction(1, 5)), ("0.8", "0.2")),
        ((Fraction(1, 6), Fraction(1, 6), Fraction(2, 3)), ("0.166666667", "0.166666667", "0.666666666")),
        ((Fraction(1), Fraction(0)), ("1", "0")),
        ((), ()),
    ],
)
def test_shares_print_with_nine_places_by_largest_remainder(
    shares: tuple[Fraction, ...], texts: tuple[str, ...]
) -> None:
    assert share_texts(shares, names_of(len(shares))) == texts


@given(weights)
def test_shares_that_add_up_to_one_print_as_texts_that_do(parts: list[Fraction]) -> None:
    shares = [part / sum(parts) for part in parts]
    texts = share_texts(shares, names_of(len(shares)))
    assert sum(map(Fraction, texts)) == 1
    assert all(
        abs(Fraction(text) - share) < Fraction(1, 10**9) for text, share in zip(texts, shares, strict=True)
    )
