"""The dependency graph as text for Graphviz.

The problem: a graph of forty services is read at a glance as a picture and not at all as a list.

Example: ``dot -Tsvg`` makes a picture of what `drawn` gives: a box for each service with who runs it, an arrow to each
service it needs, dashed where no agreement governs that.

Limits: gates (any of, two of three) are not drawn; every need is an arrow.
"""

import json
from collections.abc import Sequence

from api.graphql.contracts import Contracts, Need
from domain.parties import Role

__all__ = ["drawn"]

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
        label = f"{service.title}\n{party.title}"
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


def _text(text: str) -> str:
    """Text in quotation marks, as DOT reads it."""
    return json.dumps(text, ensure_ascii=False)
