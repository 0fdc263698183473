"""An explanation in which anything is changed that its figure rests on does not replay.

Tried on every step of every explanation of every scenario and of the bundled example.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from api.shapes.explanation import explanation_shape
from domain.explanation import Explanation, ReplayMismatch, Value, decode, encode, replay
from domain.intervals import EMPTY, Intervals
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


def longer(occasions: Any) -> Value:
    """Every occasion of a game a microsecond (or a ticket) longer."""
    return tuple(
        (players, excused, tuple((weight + 1, table) for weight, table in pieces), *weighed)
        for players, excused, pieces, *weighed in occasions
    )


def richer(bands: Any) -> Value:
    """Every band worth one more."""
    return tuple((side, boundary, kind, worth + 1) for side, boundary, kind, worth in bands)


def other_parties(players: Any) -> Value:
    """Everybody by another name."""
    return tuple(
        (side, party + "-and-sons", service_name, excused) for side, party, service_name, excused in players
    )


def all_late_or_none(tickets: Any) -> Value:
    """All tickets late, or none where all are."""
    is_any_in_time = any(clock <= threshold for _, _, clock, threshold in tickets)
    return tuple(
        (name, priority, threshold + int(is_any_in_time), threshold)
        for name, priority, _, threshold in tickets
    )


def a_little_less(time: Any) -> Value:
    """A set of time without its last microsecond."""
    return Intervals.of([*time.pairs()[:-1], (int(time.starts[-1]), int(time.ends[-1]) - 1)])


def another_row(rows: Any) -> Value:
    """The rows that were added up, and one more worth one."""
    return (*rows, ("a row", "of nobody", Fraction(1)))


ALTERED: dict[tuple[str, str], Callable[[Any], Value]] = {
    ("agreed-time/1", "windows"): a_little_less,
    ("downtime/1", "minimumOutage"): lambda least: least + 10**15,
    ("relief/1", "occasions"): longer,
    ("tickets-counted/1", "tickets"): lambda tickets: tickets[1:],
    ("tickets-in-time/1", "tickets"): all_late_or_none,
    ("sum-of-rows/1", "rows"): another_row,
    ("bands/1", "bands"): richer,
    ("base/1", "charges"): lambda charges: charges + 1,
    ("level-cap/1", "cap"): lambda cap: Fraction(0),
    ("agreement-cap/1", "limit"): lambda limit: Fraction(0),
    ("shares/1", "occasions"): longer,
    ("shares/1", "players"): other_parties,
}
"""Another value, of a sense of its own, for each term that a figure rests on."""

EMPTY_HANDED = ("0", encode(EMPTY))
"""What a step gives that had nothing to begin with, whatever its terms."""


@every_case
def test_a_term_altered_with_sense_in_an_explanation_is_found(case: Case) -> None:
    tried = 0
    for tree in explained(case).trees.values():
        for node, way in nodes(tree):
            for position, term in enumerate(node.inputs):
                alter = ALTERED.get((node.rule, term.name))
                if alter is None or node.value in EMPTY_HANDED:
                    continue
                inputs = list(node.inputs)
                inputs[position] = replace(term, value=encode(alter(decode(term.value))))
                forged = with_step(tree, way, replace(node, inputs=tuple(inputs)))
                assert is_refused(forged), f"{node.rule} {term.name}"
                tried += 1
    # A period without a value has nothing behind it that could be altered.
    assert tried or all(tree.value == encode("NO_DATA") for tree in explained(case).trees.values())


def test_every_alteration_is_tried_somewhere() -> None:
    met = {
        (node.rule, term.name)
        for case in cases()
        for tree in explained(case).trees.values()
        for node, _ in nodes(tree)
        for term in node.inputs
        if node.value not in EMPTY_HANDED
    }
    assert set(ALTERED) <= met


@every_case
def test_a_term_that_is_of_no_sense_to_its_rule_gives_no_other_figure(case: Case) -> None:
    # A term that this figure does not rest on may hold anything; the figure is then the one that was stated.
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
