"""What one statement states of the sum that an umbrella's cap leaves of all its parts.

The problem: a sixth, a sixth and two thirds of a cap of 1,000.00 are 166.67, 166.67 and 666.67 if each is
rounded by itself: together 1,000.01, a penny more than the cap.

Example: the sum of 1,000.00 is rounded once, and its parts are settled by largest remainder: 166.67, 166.67 and 666.66.

Limits: only where a cap of an umbrella took something; any other statement is rounded by itself. Of umbrellas within
each other it is the outermost that bit whose sum is kept to the penny.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rows, rule, work
from domain.money import Money, in_parts, rounded

__all__ = ["UmbrellaTotal", "totals_of"]

Sums = tuple[tuple[str, Fraction], ...]
"""What each statement under an umbrella comes to, exactly, by its name."""


def totals_of(sums: Sums, currency: str, rounding: str) -> dict[str, Money]:
    """What each statement states: the sum rounded once, its parts by largest remainder, ties by name."""
    names = [name for name, _ in sums]
    exact = [part for _, part in sums]
    total = rounded(sum(exact, start=Fraction(0)), currency, rounding)
    return dict(zip(names, in_parts(total, exact, names), strict=True))


@dataclass(frozen=True, slots=True)
class UmbrellaTotal:
    """One statement's total (``money``) among those under an umbrella (``sums``); ``part`` is its name there."""

    umbrella: str
    part: str
    sums: Sums
    money: Money
    rounding: str

    def worked(self) -> Worked:
        """The total with what it is a part of."""
        terms: dict[str, Value] = {
            "umbrella": self.umbrella,
            "part": self.part,
            "sums": self.sums,
            "currency": self.money.currency,
            "rounding": self.rounding,
        }
        return work("total", "umbrella-total/1", terms)


def line_of_total(total: Money, exact: Mapping[str, Fraction], line: str) -> Money:
    """One line of a statement whose total is given."""
    names = sorted(exact)
    parts: Sequence[Money] = in_parts(total, [exact[name] for name in names], names)
    return parts[names.index(line)]


@rule("umbrella-total/1")
def _umbrella_total(arguments: Mapping[str, Value]) -> Value:
    sums = tuple((str(name), number({"sum": part}, "sum")) for name, part in rows(arguments["sums"]))
    return totals_of(sums, str(arguments["currency"]), str(arguments["rounding"]))[str(arguments["part"])]


@rule("line-of-total/1")
def _line_of_total(arguments: Mapping[str, Value]) -> Value:
    """One line of a statement that has its part of an umbrella's total, by largest remainder among its lines."""
    own, total = str(arguments["line"]), arguments["total"]
    if not isinstance(total, Money):
        raise PrivityError(f"A total is money, not {total!r}.")
    exact = {str(name): number({"part": part}, "part") for name, part in rows(arguments["others"])}
    return line_of_total(total, exact | {own: number(arguments, "amount")}, own)
