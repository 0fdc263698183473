"""How a figure came about, step by step, so that a person can read it and a program can work it out again.

The problem: a number put before a vendor's lawyers is worth as much as its derivation. An explanation is therefore a
tree: each node names the rule, the clause it applies, the terms and evidence it read, and the value it gave; the steps
below it gave the values it builds on. The same function works out the figure and replays it (`replay`), so the
derivation cannot say anything else than the calculation did.

Example: the node ``availability/1`` has the steps ``agreed`` (43,200 minutes) and ``counted`` (62 minutes), and gives
99.856481...; replaying it from its leaves gives the same fraction.

Limits: the format is versioned (`FORMAT`), and so is every rule: a rule whose meaning changes gets a new number, and
the old one stays, because statements that cite it have been issued. Values are text, so that nothing is lost on the
way through JSON.

References: house style 6 (openfisca's trace nodes).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.errors import PrivityError
from domain.instants import isoformat, parse_instant
from domain.intervals import Intervals
from domain.money import Money

FORMAT: Final = 1
"""The version of the tree's own form."""

Value = Fraction | bool | str | Intervals | Money | tuple["Value", ...]
"""What a rule reads and gives. Integers travel as fractions; dates, names and instants as text."""

RuleFunction = Callable[[Mapping[str, Value]], Value]


class ReplayMismatch(PrivityError):
    """Replaying an explanation gave another value than it states: the explanation was altered, or a rule was."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a rule read: its name, its value as text, and where it stands (a clause, a file and line)."""

    name: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One step: ``name`` is what the step above calls it; ``rule`` is "rule/version"; ``clause`` the contract's own."""

    name: str
    rule: str
    value: str
    clause: str | None = None
    period: str | None = None
    inputs: tuple[Term, ...] = ()
    steps: tuple["Explanation", ...] = ()


_RULES: dict[str, RuleFunction] = {}


def rule(name: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule under "name/version"; a name is given once for ever."""

    def register(function: RuleFunction) -> RuleFunction:
        if name in _RULES:
            raise PrivityError(
                f"The rule {name} is registered twice; give the new one the next version number."
            )
        _RULES[name] = function
        return function

    return register


def encode(value: Value) -> str:
    """The text of a value: canonical JSON with a type tag, except for plain numbers, which read as numbers."""
    if isinstance(value, Fraction):
        return str(value)
    return json.dumps(_tagged(value), separators=(",", ":"), ensure_ascii=False)


def decode(text: str) -> Value:
    """The value that `encode` wrote."""
    if text[:1] not in ('"', "[", "{", "t", "f"):
        return Fraction(text)
    return _untagged(json.loads(text))


def _tagged(value: Value) -> object:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Fraction):
        return {"n": str(value)}
    if isinstance(value, Money):
        return {"money": str(value.amount), "currency": value.currency}
    if isinstance(value, Intervals):
        return {"intervals": [[isoformat(start), isoformat(end)] for start, end in value.pairs()]}
    return [_tagged(item) for item in value]


def _untagged(raw: object) -> Value:
    if isinstance(raw, bool | str):
        return raw
    if isinstance(raw, list):
        return tuple(_untagged(item) for item in raw)
    if isinstance(raw, dict):
        if "n" in raw:
            return Fraction(raw["n"])
        if "money" in raw:
            return Money(Decimal(raw["money"]), raw["currency"])
        if "intervals" in raw:
            return Intervals.of((parse_instant(start), parse_instant(end)) for start, end in raw["intervals"])
    raise PrivityError(f"An explanation holds a value that is none of ours: {raw!r}")


@dataclass(frozen=True, slots=True)
class Worked:
    """A value together with how it came about: what `work` gives, and what the next step may build on."""

    value: Value
    explanation: Explanation

    @property
    def number(self) -> Fraction:
        """The value where it is a number."""
        if not isinstance(self.value, Fraction):
            raise PrivityError(
                f"The step {self.explanation.rule} gives no number but {self.explanation.value}."
            )
        return self.value

    def called(self, name: str) -> "Worked":
        """The same step under the name that the next rule reads it by."""
        return Worked(self.value, replace(self.explanation, name=name))


def number(arguments: Mapping[str, Value], name: str) -> Fraction:
    """An argument that must be a number."""
    value = arguments[name]
    if not isinstance(value, Fraction):
        raise PrivityError(f"The term {name} must be a number, not {value!r}.")
    return value


def rows(value: Value) -> tuple[tuple[Value, ...], ...]:
    """A term that must be a list of lists."""
    if not isinstance(value, tuple) or not all(isinstance(row, tuple) for row in value):
        raise PrivityError(f"A term must be a list of rows, not {value!r}.")
    return tuple(row for row in value if isinstance(row, tuple))


def work(
    name: str,
    rule_name: str,
    inputs: Mapping[str, Value],
    steps: Sequence[Worked] = (),
    *,
    clause: str | None = None,
    period: str | None = None,
    sources: Mapping[str, str] | None = None,
) -> Worked:
    """Apply a rule to inputs and to the values of earlier steps, and keep how it came about."""
    value = _RULES[rule_name](_arguments(inputs, [(step.explanation.name, step.value) for step in steps]))
    terms = tuple(Term(key, encode(inputs[key]), (sources or {}).get(key, "")) for key in inputs)
    tree = Explanation(
        name, rule_name, encode(value), clause, period, terms, tuple(s.explanation for s in steps)
    )
    return Worked(value, tree)


def replay(explanation: Explanation) -> Value:
    """Work an explanation out again from its leaves.

    Raises ReplayMismatch where any step gives another value than it states, names a rule that does not exist, or
    holds something from which its rule gives no value at all.
    """
    if explanation.rule not in _RULES:
        raise ReplayMismatch(
            f"The explanation names the rule {explanation.rule}, which this version does not have."
        )
    steps = [(step.name, replay(step)) for step in explanation.steps]
    try:
        inputs = {term.name: decode(term.value) for term in explanation.inputs}
        value = _RULES[explanation.rule](_arguments(inputs, steps))
    except (ArithmeticError, LookupError, PrivityError, TypeError, ValueError) as error:
        # An altered term may be of no sense to its rule at all, and rules do not check what only they have written.
        raise ReplayMismatch(
            f"{explanation.rule} ({explanation.name}) gives no value from its inputs: {error}"
        ) from error
    if encode(value) != explanation.value:
        raise ReplayMismatch(
            f"{explanation.rule} ({explanation.name}) states {explanation.value}, but its inputs give {encode(value)}."
        )
    return value


def _arguments(inputs: Mapping[str, Value], steps: Sequence[tuple[str, Value]]) -> Mapping[str, Value]:
    """Inputs and steps by name; several steps of one name reach the rule as a tuple, in their order."""
    arguments: dict[str, Value] = dict(inputs)
    for name, value in steps:
        same = [other for step, other in steps if step == name]
        arguments[name] = tuple(same) if len(same) > 1 else value
    return arguments
