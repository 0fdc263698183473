"""The dependency graph as text for Graphviz.

The problem: a graph of forty services is read at a glance as a picture and not at all as a list.

Example: ``dot -Tsvg`` makes a picture of what `drawn` gives: a box for each service with who runs it, an arrow to each
service it needs, dashed where no agreement governs that. Where not all of what a service needs has to be up, the gate
stands in its box: "2 of 3", or "all (hosting, any (wan-a, wan-b))".

Limits: a gate is words, and every need is an arrow of its own; of a gate in many words only the first are shown.
"""

import json
from collections.abc import Sequence

from api.graphql.contracts import Contracts, Need
from domain.parties import Role
from domain.services import AnyOf, AtLeast, Dependency, Gate, Inner, folded

__all__ = ["drawn", "gate_words"]

_MOST_LETTERS = 80

_FILL = {
    Role.CUSTOMER: "#fde7c8",
    Role.PROVIDER: "#d6e6f5",
    Role.TEAM: "#e4eef7",
    Role.VENDOR: "#e8e3f3",
}


def drawn(contracts: Contracts, names: Sequence[str], needs: Sequence[Need]) -> str:
    """Services and needs as a directed graph in the DOT language."""
    portfolio = contracts.portfolio
    lines = [
        "digraph dependencies {",
        "  rankdir=TB;",
        '  node [shape=box, style="rounded,filled", fontname="Helvetica"];',
    ]
    for name in names:
        service = portfolio.services[name]
        party = portfolio.parties[service.provider]
        label = "\n".join(
            each for each in (service.title, party.title, gate_words(service.depends_on)) if each
        )
        lines.append(f"  {_text(name)} [label={_text(label)}, fillcolor={_text(_FILL[party.role])}];")
    for need in needs:
        crossing = portfolio.services[need.service].provider != portfolio.services[need.needs].provider
        governing = contracts.governing(need)
        style = ""
        if governing:
            style = f" [label={_text(', '.join(each.name for each in governing))}]"
        elif crossing:
            style = ' [style=dashed, label="ungoverned"]'
        lines.append(f"  {_text(need.service)} -> {_text(need.needs)}{style};")
    return "\n".join([*lines, "}", ""])


def gate_words(gate: Gate | None) -> str:
    """What a service needs, where that is more than all of some services: "any of 2", "2 of 3"; else nothing."""
    if gate is None or isinstance(gate, Dependency):
        return ""
    if all(isinstance(member, Dependency) for member in gate.members):
        count = len(gate.members)
        if isinstance(gate, AtLeast):
            return f"{gate.count} of {count}"
        return f"any of {count}" if isinstance(gate, AnyOf) and count > 1 else ""

    def of_gate(inner: Inner, members: list[str]) -> str:
        what = (
            f"{inner.count} of"
            if isinstance(inner, AtLeast)
            else "any"
            if isinstance(inner, AnyOf)
            else "all"
        )
        return f"{what} ({', '.join(members)})"

    words = folded(gate, lambda need: need.service, of_gate)
    return words if len(words) <= _MOST_LETTERS else f"{words[:_MOST_LETTERS]} …"


def _text(text: str) -> str:
    """Text in quotation marks, as DOT reads it."""
    return json.dumps(text, ensure_ascii=False)
