"""An explanation in which anything is changed that its figure rests on does not replay.

Tried on every step of every explanation of every scenario and of the bundled example.
"""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from api.shapes import explanation_shape
from domain.explanation import Explanation, ReplayMismatch, decode, encode, replay
from domain.money import Money
from domain.periods import Period
from settlement.explain import explanations
from tests.building import THREE_BANDS, availability, house, outage, service, settling, sla
from tests.settlement.explained_cases import Case, cases, every_case, explained, nodes, read_back


def with_step(tree: Explanation, way: tuple[int, ...], step: Explanation) -> Explanation:
    """The tree with one of its steps replaced."""
    if not way:
        return step
    steps = list(tree.steps)
    steps[way[0]] = with_step(steps[way[0]], way[1:], step)
    return replace(tree, steps=tuple(steps))


def other_value(text: str) -> str:
    """Another value of the same kind."""
    value = decode(text)
    if isinstance(value, bool):
        return encode(not value)
    if isinstance(value, Fraction):
        return encode(value + 1)
    if isinstance(value, Money):
        return encode(Money(value.amount + 1, value.currency))
    if isinstance(value, str):
        return encode(value + "!")
    return encode((*value, "!")) if isinstance(value, tuple) else encode("!")


def is_refused(tree: Explanation) -> bool:
    """Whether a tree does not replay: it says something else than its own inputs give."""
    try:
        replay(tree)
    except ReplayMismatch:
        return True
    return False


@every_case
def test_a_value_changed_anywhere_in_an_explanation_is_found(case: Case) -> None:
    for tree in explained(case).trees.values():
        for node, way in nodes(tree):
            forged = with_step(tree, way, replace(node, value=other_value(node.value)))
            assert is_refused(forged), f"{node.rule} {node.name}"


@every_case
def test_a_step_taken_out_of_an_explanation_is_found(case: Case) -> None:
    for tree in explained(case).trees.values():
        for node, way in nodes(tree):
            if node.steps:
                forged = with_step(tree, way, replace(node, steps=node.steps[1:]))
                assert is_refused(forged), f"{node.rule} {node.name} without {node.steps[0].name}"


HALDEN = cases()[-6:]

DECISIVE = {
    ("bands/1", "bands"),
    ("base/1", "charges"),
    ("agreed-time/1", "windows"),
    ("compare/1", "places"),
    ("shares/1", "players"),
    ("shares/1", "occasions"),
    ("shares/1", "reliefTest"),
    ("shares/1", "apportionment"),
    ("relief/1", "players"),
    ("relief/1", "occasions"),
    ("judge/1", "direction"),
    ("tickets-counted/1", "tickets"),
    ("tickets-in-time/1", "tickets"),
    ("rounded-line/1", "currency"),
    ("rounded-line/1", "rounding"),
}
"""Terms of which no other value of their kind gives the same figure, or any figure."""


@every_case
def test_a_decisive_term_changed_in_an_explanation_is_found(case: Case) -> None:
    tried = 0
    for tree in explained(case).trees.values():
        for node, way in nodes(tree):
            for position, term in enumerate(node.inputs):
                if (node.rule, term.name) in DECISIVE:
                    inputs = list(node.inputs)
                    inputs[position] = replace(term, value=other_value(term.value))
                    forged = with_step(tree, way, replace(node, inputs=tuple(inputs)))
                    assert is_refused(forged), f"{node.rule} {term.name}"
                    tried += 1
    assert tried


@pytest.mark.parametrize("case", HALDEN, ids=lambda case: case.month)
def test_whatever_term_is_changed_the_same_figure_or_none_comes_out(case: Case) -> None:
    # A term that this figure does not rest on may change (a minimum that no outage came near); the figure may not.
    for tree in explained(case).trees.values():
        for node, way in nodes(tree):
            for position, term in enumerate(node.inputs):
                inputs = list(node.inputs)
                inputs[position] = replace(term, value=other_value(term.value))
                forged = with_step(tree, way, replace(node, inputs=tuple(inputs)))
                assert is_refused(forged) or replay(forged) == decode(tree.value)


def test_an_outage_a_minute_shorter_in_the_explanation_is_found() -> None:
    tree = one_hour()["attainment"]
    told = json.dumps(explanation_shape(tree))
    forged = told.replace("2026-04-14T11:00:00Z", "2026-04-14T10:59:00Z")
    assert forged != told
    with pytest.raises(ReplayMismatch):
        replay(read_back(json.loads(forged.replace('"format": 1, ', ""))))


def one_hour() -> dict[str, Explanation]:
    settled = settling(
        house(),
        service("v"),
        sla(["v"], [availability("99.9", credit=THREE_BANDS, clause="2.1")], {"v": "40000.00"}),
        outages=[outage("v", "14 10:00", "14 11:00", outage_id="O1")],
    )
    return explanations(settled, Period.parse("2026-04"), "sla", "availability", "v")
