"""Documents about what one currency is worth in another, from which day on.

The problem: a contract in euros underpins an SLA in pounds. What the one recovers of the other rests on an agreed rate,
and a rate that nobody wrote down must not be in any figure.

Example::

    kind: ExchangeRate
    metadata: {name: eur-gbp}
    spec: {from: EUR, to: GBP, rates: [{from: 2026-01-01, rate: "0.86"}, {from: 2026-07-01, rate: "0.85"}]}

Limits: a rate holds until the next one of its document begins; it serves both ways.
"""

from typing import Self

from pydantic import Field, model_validator

from documents.scalars import CurrencyCode, Day, Number, Text, refuse
from documents.terms import Term

__all__ = ["ExchangeRateSpec"]


class DatedRateText(Term):
    """A rate from a day on."""

    from_: Day = Field(alias="from", description="The day from which the rate holds")
    rate: Number = Field(description='What one unit of the first currency is in the second, like "0.86"')

    @model_validator(mode="after")
    def _is_worth_something(self) -> Self:
        if self.rate <= 0:
            refuse(f"{self.rate} is not a rate", "Write a number above 0", at=("rate",))
        return self


class ExchangeRateSpec(Term):
    """What one currency is worth in another, with its history."""

    from_: CurrencyCode = Field(alias="from", description="The currency that is converted, like EUR")
    to: CurrencyCode = Field(description="The currency it is converted to, like GBP")
    rates: tuple[DatedRateText, ...] = Field(description="The rates, oldest first")
    source: Text | None = Field(None, description="Who fixed the rates, or the clause that says which hold")

    @model_validator(mode="after")
    def _has_dated_rates(self) -> Self:
        if self.from_ == self.to:
            refuse(f"converts {self.to} to itself", "Name two currencies", at=("to",))
        if not self.rates:
            refuse("rates is empty", 'Write at least one, like {from: 2026-01-01, rate: "0.86"}')
        days = [each.from_ for each in self.rates]
        for index in range(1, len(days)):
            if days[index] <= days[index - 1]:
                refuse("has rates out of order", "Write them oldest first", at=("rates", index, "from"))
        return self
