"""An explanation as a tree that a person can read down to the clause.

The problem: a derivation written for replay names rules by version and values as tagged text. A reader wants the
sentence: this value, by this rule, under this clause, from these inputs, which stand in this file and line.

Example: "value = 99.856481481  (availability/1, clause Sch 3, 2.1)" with its steps and inputs below it.

Limits: long sets of intervals and long lists are shortened; ``--json`` has every value in full.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from api.cli.wording import instant_text, money_text
from domain.explanation import Value, decode
from domain.intervals import Intervals
from domain.money import Money, decimal_text

if TYPE_CHECKING:
    from rich.console import Console

    from domain.explanation import Explanation, Term

__all__ = ["plain_value", "print_explanation"]

_MOST_ITEMS = 6


def print_explanation(console: Console, title: str, explanation: Explanation) -> None:
    """The whole tree under a title."""
    root = Tree(Text(title, style="bold"), guide_style="dim")
    _add(root, explanation)
    console.print(root)


def plain_value(value: Value) -> str:
    """A rule's value in words: numbers as decimals, money as amounts, intervals as spans in UTC."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return decimal_text(value)
    if isinstance(value, Money):
        return money_text(value)
    if isinstance(value, Intervals):
        pairs = list(value.pairs())
        spans = [f"{instant_text(start)} to {instant_text(end)}" for start, end in pairs[:_MOST_ITEMS]]
        return _listed(spans, len(pairs)) if pairs else "never"
    if isinstance(value, tuple):
        return f"({_listed([plain_value(item) for item in value[:_MOST_ITEMS]], len(value))})"
    return value


def _add(parent: Tree, explanation: Explanation) -> None:
    label = Text(explanation.name, style="bold")
    label.append(f" = {plain_value(decode(explanation.value))}", style="not bold")
    cited = [explanation.rule]
    if explanation.clause:
        cited.append(f"clause {explanation.clause}")
    if explanation.period:
        cited.append(explanation.period)
    label.append(f"  ({', '.join(cited)})", style="not bold dim")
    branch = parent.add(label)
    for term in explanation.inputs:
        branch.add(_term(term))
    for step in explanation.steps:
        _add(branch, step)


def _term(term: Term) -> Text:
    label = Text(f"{term.name}: {plain_value(decode(term.value))}")
    if term.source:
        label.append(f"  [{term.source}]", style="dim")
    return label


def _listed(texts: list[str], count: int) -> str:
    more = count - len(texts)
    return ", ".join(texts) + (f" and {more:,} more" if more else "")
