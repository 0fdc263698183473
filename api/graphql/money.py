"""Amounts of money and shares of a whole, as the schema shows them."""

from decimal import Context, Decimal, Inexact
from fractions import Fraction

from api.graphql.describing import described, said
from api.graphql.scalars import DecimalText
from domain.money import Money as MoneyValue

__all__ = ["Money", "Share", "money", "optional_money", "share", "written_money"]


@described
class Money:
    """An amount of money, exact, with at least the digits of its currency."""

    amount: DecimalText = said('The amount, such as "2000.00".')
    currency: str = said("The currency's code in ISO 4217, such as GBP.")


@described
class Share:
    """A part of a whole, which is 1."""

    decimal: DecimalText = said("Nine decimal places; the shares of one trace add up to exactly 1.")
    exact: str = said('The exact fraction, such as "30/31".')


def money(value: MoneyValue) -> Money:
    """An amount as the schema shows it."""
    return Money(amount=DecimalText(value.text()), currency=value.currency)


def optional_money(value: MoneyValue | None) -> Money | None:
    """An amount; None stays None."""
    return None if value is None else money(value)


def written_money(amount: Fraction, currency: str) -> Money:
    """An amount that stood in evidence as a decimal, with all its digits."""
    exact = Context(prec=200, traps=[Inexact]).divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return money(MoneyValue(exact, currency))


def share(exact: Fraction | None, text: str | None) -> Share | None:
    """A share with its text, which was settled together with the others of its trace; None for a row without one."""
    return None if exact is None or text is None else Share(decimal=DecimalText(text), exact=str(exact))
