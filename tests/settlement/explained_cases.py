"""Every scenario and all six months of the bundled example, settled and explained once for all the tests.

Example: ``explained(cases()[0]).trees`` are the explanations of the first scenario, by agreement, level, service and
what each explains.

Limits: a folder is settled when it is first asked for, and kept for as long as the tests run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from api.services.settling import settled_folder
from domain.explanation import Explanation, Term, decode
from domain.periods import Period, PeriodRule
from settlement.explain import explanations, line_explanations
from settlement.records.record import document_explanation
from settlement.results import CreditLine, Settlement, Statement
from settlement.settle import Settling

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """A folder and a month of it."""

    folder: Path
    month: str


def cases() -> list[Case]:
    """Every folder with every month that is asked of it."""
    found = []
    for expected in sorted((ROOT / "tests" / "scenarios").glob("*/expected.json")):
        asked = Period.parse((expected.parent / "period").read_text(encoding="utf-8").strip())
        found += [Case(expected.parent, month.name) for month in PeriodRule.month().ending_in(asked)]
    halden = ROOT / "examples" / "halden"
    return [*found, *(Case(halden, f"2026-{month:02d}") for month in range(1, 7))]


@dataclass(frozen=True)
class Explained:
    """A settled month, and every explanation of it by (agreement, level, service, what it explains)."""

    settlement: Settlement
    trees: dict[tuple[str, ...], Explanation]
    statements: tuple[tuple[Statement, Explanation, tuple[tuple[CreditLine, Explanation], ...]], ...]
    """Each statement with its own explanation, and that of each of its lines."""


_KEPT: dict[Case, Explained] = {}


def explained(case: Case) -> Explained:
    """Settled and explained once for all tests."""
    if case not in _KEPT:
        settled = settled_folder(case.folder, case.month)
        again = Settling.of(settled.portfolio, settled.evidence, settled.settlement.as_of)
        month = Period.parse(case.month)
        trees: dict[tuple[str, ...], Explanation] = {}
        for of in {each.of.order() for each in settled.settlement.attainments}:
            for name, tree in explanations(again, month, *of).items():
                trees[(*of, name)] = tree
        statements = []
        for each in settled.settlement.statements:
            lines = line_explanations(again, month, each.agreement, each.consumer)
            statements.append((each, document_explanation(each, lines), lines))
        _KEPT[case] = Explained(settled.settlement, trees, tuple(statements))
    return _KEPT[case]


def read_back(shape: Any) -> Explanation:
    """An explanation from its JSON form."""
    return Explanation(
        shape["name"],
        shape["rule"],
        shape["value"],
        shape["clause"],
        shape["period"],
        tuple(Term(term["name"], term["value"], term["source"] or "") for term in shape["inputs"]),
        tuple(read_back(step) for step in shape["steps"]),
    )


every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.folder.name} {case.month}")
"""For a test of each of them."""


def nodes(tree: Explanation) -> Iterator[tuple[Explanation, tuple[int, ...]]]:
    """Every step of a tree with the way to it."""
    yield tree, ()
    for position, step in enumerate(tree.steps):
        for node, way in nodes(step):
            yield node, (position, *way)


def shares_of(tree: Explanation) -> dict[str, tuple[Fraction, Fraction | None]]:
    """Impact and credit share by party, as a shares explanation states them; parties without a part left out."""
    found: dict[str, tuple[Fraction, Fraction | None]] = {}
    rows: Any = decode(tree.value)
    for _, party, quantity, impact, credit in rows:
        if quantity or credit:
            found[party] = (impact, None if credit == "" else credit)
    return found
