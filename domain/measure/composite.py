"""The metric `composite`: a formula over the values of other service levels.

The problem: what a customer feels is often made of several promises: leads x the rate at which they become deals; the
worst of three channels; a score weighted by what matters. The value has to follow from the attained values of those
levels, not from a spreadsheet beside the contract.

Example (ruling 24): 450 leads x 8 % = 36 deals: a percent enters a product as a fraction; all-percent gives a percent.

Limits: where one of the levels has no value, the composite has none. ``weighted`` is the weighted mean: the weights
need not add up to 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.agreements import Formula
from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work


@dataclass(frozen=True, slots=True)
class Composed:
    """A formula, and of each of its levels whether its value is a percentage, and its weight."""

    formula: Formula
    percents: tuple[bool, ...]
    weights: tuple[Fraction, ...] = ()

    @property
    def is_percent(self) -> bool:
        """Whether the value is a percentage: where all that it is made of are."""
        return all(self.percents)

    def value(self, values: Sequence[Fraction | None]) -> Fraction | None:
        """The value of the formula; None where one of the values, or the sum of the weights, is missing."""
        known = [value for value in values if value is not None]
        if not known or len(known) < len(values):
            return None
        match self.formula:
            case Formula.PRODUCT:
                return self._product(known)
            case Formula.SUM:
                return sum(known, start=Fraction(0))
            case Formula.MIN:
                return min(known)
            case Formula.MAX:
                return max(known)
            case Formula.MEAN:
                return sum(known, start=Fraction(0)) / len(known)
            case Formula.WEIGHTED:
                return self._weighted(known)

    def _product(self, values: Sequence[Fraction]) -> Fraction:
        result = Fraction(100 if self.is_percent else 1)
        for value, is_percent in zip(values, self.percents, strict=True):
            result *= value / 100 if is_percent else value
        return result

    def _weighted(self, values: Sequence[Fraction]) -> Fraction | None:
        whole = sum(self.weights, start=Fraction(0))
        parts = (weight * value for weight, value in zip(self.weights, values, strict=True))
        return sum(parts, start=Fraction(0)) / whole if whole else None


def explain_composite(
    composed: Composed, levels: Sequence[Worked], expected: int, *, clause: str | None, period: str
) -> Worked:
    """The value with the values it is made of, in their order; ``expected`` is how many there should be."""
    terms: dict[str, Value] = {
        "formula": composed.formula.value,
        "percents": composed.percents,
        "weights": composed.weights,
        "expected": Fraction(expected),
    }
    steps = [level.called("level") for level in levels]
    return work("value", "composite/1", terms, steps, clause=clause, period=period)


@rule("composite/1")
def _composite(arguments: Mapping[str, Value]) -> Value:
    percents, weights, given = arguments["percents"], arguments["weights"], arguments.get("level", ())
    if not isinstance(percents, tuple) or not isinstance(weights, tuple):
        raise PrivityError("The percents and weights of a composite are lists.")
    levels = given if isinstance(given, tuple) else (given,)
    composed = Composed(
        Formula(str(arguments["formula"])),
        tuple(bool(one) for one in percents),
        tuple(one for one in weights if isinstance(one, Fraction)),
    )
    known = [one if isinstance(one, Fraction) else None for one in levels]
    value = composed.value(known) if len(known) == number(arguments, "expected") else None
    return "NO_DATA" if value is None else value
