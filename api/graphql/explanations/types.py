"""How a figure came about, as the schema shows it: a tree that can be worked out again."""

import json
from typing import Annotated

import strawberry

from api.graphql.describing import answered, described, said
from api.shapes.explanation import explanation_shape
from domain import explanation as core

__all__ = ["Explanation", "Term", "explanation"]


@described
class Term:
    """One thing that a rule read."""

    name: str = said("What the rule calls it.")
    value: str = said("Its value as text.")
    source: str | None = said("Where it stands: a clause, or a file and its lines.")


@described
class Explanation:
    """One step of how a figure came about. A program can work it out again from its inputs and steps."""

    name: str = said("What the step above calls it.")
    rule: str = said('The rule with its version, such as "availability/1".')
    clause: str | None = said("The contract's clause that the rule applies.")
    period: str | None = said("The period that the step is of.")
    value: str = said("The value that the rule gave, as text.")
    inputs: list[Term] = said("What the rule read.")
    tree: strawberry.Private[core.Explanation]

    @answered
    def steps(self) -> list[Annotated["Explanation", strawberry.lazy("api.graphql.explanations.types")]]:
        """The steps that gave the values it builds on."""
        return [explanation(step) for step in self.tree.steps]

    @answered
    def json(self) -> str:
        """The step and all below it as one JSON text, as `privity explain --json` prints it."""
        return json.dumps(explanation_shape(self.tree), ensure_ascii=False, separators=(",", ":"))


def explanation(tree: core.Explanation) -> Explanation:
    """An explanation as the schema shows it."""
    return Explanation(
        name=tree.name,
        rule=tree.rule,
        clause=tree.clause,
        period=tree.period,
        value=tree.value,
        inputs=[Term(name=each.name, value=each.value, source=each.source or None) for each in tree.inputs],
        tree=tree,
    )
