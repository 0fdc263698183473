"""The credit scheme `bands`: the percent, or the amount, of the deepest band that the value falls in.

Example (E3): 5 % below 99.9, 15 % below 99.5, 30 % below 99.0 of 40,000; 99.856... falls in the first: 2,000.

The order is that of 3.5: scheme, level cap, minimum payable. Each step is a rule of its own, so that the explanation
of a line can be replayed step by step.

Limits: amounts stay exact; the statement rounds. A missed value that lies in no band earns no credit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.agreements import Agreement, Band, BandsCredit, Base
from domain.credits.base import Due, base_amount
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work


@dataclass(frozen=True, slots=True)
class CreditAmount:
    """A level's own credit, before the agreement's remedies: exact amount, percent (None: a stated amount), base."""

    amount: Fraction
    percent: Fraction | None
    base: Fraction
    of: Base


def deepest_band(bands: tuple[Band, ...], value: Fraction) -> Band | None:
    """The deepest band that ``value`` lies in: the lowest boundary it is below, or the highest it is above."""
    below = [band for band in bands if band.below and value < band.boundary]
    if below:
        return min(below, key=lambda band: band.boundary)
    above = [band for band in bands if not band.below and value > band.boundary]
    return max(above, key=lambda band: band.boundary, default=None)


def bands_credit(
    agreement: Agreement, credit: BandsCredit, service: str, value: Fraction, due: Due
) -> CreditAmount:
    """The credit of a missed level whose compared value is ``value``."""
    of, base = base_amount(agreement, credit.base, service, due)
    band = deepest_band(credit.bands, value)
    if band is None:
        return CreditAmount(Fraction(0), Fraction(0), base, of)
    amount = band.amount.fraction if band.amount is not None else (band.percent or Fraction(0)) * base / 100
    percent = band.percent if band.amount is None else None
    if credit.cap is not None:
        amount = capped(amount, _cap(credit, base))
    if credit.minimum_payable is not None:
        amount = payable(amount, credit.minimum_payable.fraction)
    return CreditAmount(amount, percent, base, of)


def capped(amount: Fraction, cap: Fraction) -> Fraction:
    """At most the cap."""
    return min(amount, cap)


def payable(amount: Fraction, least: Fraction) -> Fraction:
    """Nothing under the minimum payable (E21)."""
    return amount if amount >= least else Fraction(0)


def _cap(credit: BandsCredit, base: Fraction) -> Fraction:
    if credit.cap is None:
        raise PrivityError("A credit without a cap was asked for its cap.")
    if credit.cap.amount is not None:
        return credit.cap.amount.fraction
    return (credit.cap.percent or Fraction(0)) * base / 100


def explain_bands(
    agreement: Agreement, credit: BandsCredit, service: str, value: Worked, due: Due, clause: str | None
) -> Worked:
    """The same credit, with the steps by which it comes about; ``value`` is the compared value's own step."""
    of, base = base_amount(agreement, credit.base, service, due)
    source = f"{agreement.name} version {agreement.version}"
    bands: Value = tuple(
        (
            "below" if band.below else "above",
            band.boundary,
            "percent" if band.amount is None else "amount",
            band.amount.fraction if band.amount is not None else (band.percent or Fraction(0)),
        )
        for band in credit.bands
    )
    charges = work(
        "base", "base/1", {"of": of.value, "charges": base}, clause=clause, sources={"charges": source}
    )
    amount = work(
        "amount", "bands/1", {"bands": bands}, [value, charges], clause=clause, sources={"bands": source}
    )
    if credit.cap is not None:
        cap = _cap(credit, base)
        amount = work("amount", "level-cap/1", {"cap": cap}, [amount], clause=clause, sources={"cap": source})
    if credit.minimum_payable is not None:
        least = credit.minimum_payable.fraction
        amount = work("amount", "minimum-payable/1", {"least": least}, [amount], clause=clause)
    return amount


@rule("base/1")
def _base(arguments: Mapping[str, Value]) -> Value:
    return number(arguments, "charges")


@rule("bands/1")
def _bands(arguments: Mapping[str, Value]) -> Value:
    value, base = number(arguments, "value"), number(arguments, "base")
    stated = arguments["bands"]
    by_band: dict[Band, Fraction] = {}
    for row in stated if isinstance(stated, tuple) else ():
        if not isinstance(row, tuple):
            raise PrivityError(f"A band is four terms, not {row!r}.")
        side, boundary, kind, worth = row
        if not isinstance(boundary, Fraction) or not isinstance(worth, Fraction):
            raise PrivityError(f"A band's boundary and worth are numbers, not {boundary!r} and {worth!r}.")
        by_band[Band(boundary, side == "below")] = worth * base / 100 if kind == "percent" else worth
    found = deepest_band(tuple(by_band), value)
    return Fraction(0) if found is None else by_band[found]


@rule("level-cap/1")
def _level_cap(arguments: Mapping[str, Value]) -> Value:
    return capped(number(arguments, "amount"), number(arguments, "cap"))


@rule("minimum-payable/1")
def _minimum_payable(arguments: Mapping[str, Value]) -> Value:
    return payable(number(arguments, "amount"), number(arguments, "least"))
