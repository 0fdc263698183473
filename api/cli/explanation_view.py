"""An explanation as a tree that a person can read down to the clause.

The problem: a derivation is a tree of steps, and its reader wants the sentence: this value, by this rule, under this
clause, from these inputs, which stand in this file and line.

Example: "value = 99.856481481  (availability/1, clause Sch 3, 2.1)" with its steps and inputs below it.

Limits: a step that was printed before is named and not printed again; ``--json`` has every step in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from api.cli.explanation_words import input_words, result_words

if TYPE_CHECKING:
    from rich.console import Console

    from domain.explanation import Explanation

__all__ = ["print_explanation"]


def print_explanation(console: Console, title: str, explanation: Explanation, told: set[Explanation]) -> None:
    """A tree under a title. ``told`` holds the steps that the reader has seen, and takes in those of this tree."""
    root = Tree(Text(title, style="bold"), guide_style="dim")
    _add(root, explanation, told)
    console.print(root)


def _add(parent: Tree, explanation: Explanation, told: set[Explanation]) -> None:
    label = Text(explanation.name, style="bold")
    label.append(f" = {result_words(explanation)}", style="not bold")
    cited = [explanation.rule]
    if explanation.clause:
        cited.append(f"clause {explanation.clause}")
    if explanation.period:
        cited.append(explanation.period)
    if explanation in told:
        parent.add(label.append(f"  ({explanation.rule}, as above)", style="not bold dim"))
        return
    branch = parent.add(label.append(f"  ({', '.join(cited)})", style="not bold dim"))
    for name, words, source in input_words(explanation):
        line = Text(f"{name}: {words}")
        branch.add(line.append(f"  [{source}]", style="dim") if source else line)
    for step in explanation.steps:
        _add(branch, step, told)
    if explanation.steps or explanation.inputs:
        told.add(explanation)
