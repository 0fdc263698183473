"""From missed levels to statements: bands, level cap, minimum payable, the agreement's month and year caps (3.5).

Exact fractions all the way; rounding to pennies, half-even, happens to a statement's totals, whose lines are then
settled by largest remainder.

Example (worked case 22): lines of 2,000 and 1,000 under a month cap of 2,000, of which a year cap leaves 1,000: the
statement's net is 1,000.00, its lines 666.67 and 333.33.

Limits: `bands` only; month and calendar-year caps; charges as the documents say, whole months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.levels import Measured, rounded
from tests.reference.minutes import Document, exact

PENNIES = 2


def monthly_charges(agreement: Document, service: str | None = None) -> Fraction:
    """What the consumer pays a month, for one service or for all."""
    return sum(
        (exact(c["monthly"]) for c in agreement.get("charges", []) if service in (None, c["service"])),
        Fraction(0),
    )


def share_of_charges(amount: Document, agreement: Document, base: Fraction) -> Fraction:
    """An amount written as {amount} or {percent} (of the agreement's charges where it says so, else of the base)."""
    if "amount" in amount:
        return exact(amount["amount"])
    of = monthly_charges(agreement) if amount.get("of") == "agreement" else base
    return exact(amount["percent"]) / 100 * of


def base_of(measured: Measured) -> Fraction:
    """The charges a level's credit is a percentage of (ruling 25)."""
    of = measured.level["credit"].get("of")
    if isinstance(of, dict):
        return exact(of["amount"])
    priced = any(c["service"] == measured.service for c in measured.agreement.get("charges", []))
    if of == "service" or (of is None and priced):
        return monthly_charges(measured.agreement, measured.service)
    return monthly_charges(measured.agreement)


def level_credit(measured: Measured, bad: Fraction, *, capped: bool = True) -> Fraction:
    """The level's own amount for a bad part: scheme, level cap, minimum payable; 0 unless MISSED."""
    credit = measured.level.get("credit")
    if credit is None or measured.status(bad) != "MISSED":
        return Fraction(0)
    value = measured.compared(bad)
    assert value is not None
    base = base_of(measured)
    within = [band for band in credit["bands"] if value < exact(band["below"])]
    if not within:
        return Fraction(0)
    amount = share_of_charges(min(within, key=lambda band: exact(band["below"])), measured.agreement, base)
    if capped and "cap" in credit:
        amount = min(amount, share_of_charges(credit["cap"], measured.agreement, base))
    minimum = credit.get("minimumPayable", "0")
    return (
        amount
        if amount >= exact(minimum["amount"] if isinstance(minimum, dict) else minimum)
        else Fraction(0)
    )


def settled_parts(total: Fraction, weights: Sequence[Fraction]) -> list[Fraction]:
    """A rounded total in pennies, divided by weights: largest remainder, ties to the earlier."""
    whole = sum(weights, Fraction(0))
    if not whole:
        return [Fraction(0) for _ in weights]
    unit = Fraction(1, 10**PENNIES)
    wanted = [total * weight / whole for weight in weights]
    floors = [want // unit * unit for want in wanted]
    missing = int((total - sum(floors, Fraction(0))) / unit)
    by_remainder = sorted(range(len(weights)), key=lambda i: (floors[i] - wanted[i], i))
    for i in by_remainder[:missing]:
        floors[i] += unit
    return floors


@dataclass(frozen=True)
class Line:
    """One missed critical level: its amount and its net, in pennies, and its exact amount before rounding."""

    measured: Measured
    exact_amount: Fraction
    amount: Fraction
    net: Fraction


@dataclass(frozen=True)
class Statement:
    """The credits of one agreement for one month."""

    agreement: Document
    lines: tuple[Line, ...]

    @property
    def gross(self) -> Fraction:
        """What the lines come to before the agreement's remedies."""
        return sum((line.amount for line in self.lines), Fraction(0))

    @property
    def net(self) -> Fraction:
        """What is owed."""
        return sum((line.net for line in self.lines), Fraction(0))


def state(
    agreement: Document, levels: Sequence[Measured], spent_this_year: Fraction, *, capped: bool = True
) -> Statement:
    """The statement of one agreement for one month, given what its earlier months of the year came to."""
    missed = [m for m in levels if m.level.get("credit") and m.status(m.bad) == "MISSED"]
    missed.sort(key=lambda m: m.key)
    amounts = [level_credit(m, m.bad, capped=capped) for m in missed]
    total = sum(amounts, Fraction(0))
    gross = settled_parts(rounded(total, PENNIES), amounts)
    left = total
    for cap in agreement.get("remedies", {}).get("caps", []) if capped else []:
        most = share_of_charges(cap, agreement, monthly_charges(agreement))
        left = min(left, most if cap["per"] == "month" else max(Fraction(0), most - spent_this_year))
    net = settled_parts(rounded(left, PENNIES), amounts)
    lines = (Line(m, a, g, n) for m, a, g, n in zip(missed, amounts, gross, net, strict=True))
    return Statement(agreement, tuple(lines))
