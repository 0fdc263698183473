"""The written form of an explanation: each step, what it read, and where that stands.

Limits: it replays only by the rules of the version that it names (`domain.explanation.FORMAT`).
"""

from __future__ import annotations

from api.shapes.parts import Shape
from domain.explanation import FORMAT, Explanation


def explanation_shape(explanation: Explanation) -> Shape:
    """An explanation with the version of its form, so that a program knows how to replay it."""
    return {"format": FORMAT, **_explanation(explanation)}


def _explanation(explanation: Explanation) -> Shape:
    return {
        "name": explanation.name,
        "rule": explanation.rule,
        "clause": explanation.clause,
        "period": explanation.period,
        "value": explanation.value,
        "inputs": [
            {"name": term.name, "value": term.value, "source": term.source or None}
            for term in explanation.inputs
        ],
        "steps": [_explanation(step) for step in explanation.steps],
    }
