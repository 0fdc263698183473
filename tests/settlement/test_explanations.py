"""Every figure can be worked out again from its explanation, and from nothing but it.

Tried on every scenario and on all six months of the bundled example: each tree, taken through JSON and back, replays
to the figure that was settled. Two trees are kept as files, byte for byte.
"""

import json
from fractions import Fraction

import pytest

from api.shapes.explanation import explanation_shape
from domain.attainment import AttainmentStatus
from domain.explanation import FORMAT, Explanation, decode, encode, replay
from domain.periods import Period, PeriodKind
from ola.responsibility import Reason
from settlement.explain import explanations
from settlement.records.documents import document_of
from settlement.results import Breach
from tests.building import (
    THREE_BANDS,
    Settled,
    all_of,
    availability,
    house,
    in_time,
    outage,
    service,
    settling,
    sla,
    story,
    uc,
    within,
)
from tests.settlement.exactness import inexact
from tests.settlement.explained_cases import (
    Case,
    Explained,
    every_case,
    explained,
    nodes,
    read_back,
    shares_of,
)
from tests.settlement.golden_explanations import FOLDER, written

APRIL = Period.parse("2026-04")

# --------------------------------------------------------------------------------- replayed, and as it was settled


@every_case
def test_every_explanation_replays_from_its_json_to_the_value_it_states(case: Case) -> None:
    trees = explained(case).trees
    assert trees
    for tree in trees.values():
        shape = json.loads(json.dumps(explanation_shape(tree)))
        assert shape["format"] == FORMAT
        assert replay(read_back(shape)) == decode(tree.value)


@every_case
def test_no_figure_of_a_settlement_or_of_its_explanations_is_a_float(case: Case) -> None:
    assert list(inexact(explained(case).settlement)) == []
    assert list(inexact(explained(case).trees)) == []


def test_the_walk_for_floats_finds_a_planted_one() -> None:
    assert list(inexact({"a": (1, [0.5])})) == ["settlement['a'][1][0] = 0.5"]


@every_case
def test_every_measured_level_is_explained_by_its_settled_status_and_value(case: Case) -> None:
    found = explained(case)
    for attainment in found.settlement.attainments:
        if attainment.status is AttainmentStatus.NOT_DUE:
            continue
        tree = found.trees.get((*attainment.of.order(), "attainment"))
        tree = tree or found.trees[(*attainment.of.order(), f"attainment {attainment.period.name}")]
        if attainment.threshold is None or attainment.value is None:
            assert tree.value == ('"NO_DATA"' if attainment.value is None else str(attainment.value))
            continue
        assert decode(tree.value) == attainment.status.value
        value = next(step for step in tree.steps if step.name == "value")
        assert decode(value.value) == attainment.compared
        while value.rule == "compare/1":
            value = next(step for step in value.steps if step.name == "value")
        assert decode(value.value) == attainment.value


@every_case
def test_every_line_of_every_statement_and_the_statement_itself_replay_to_their_nets(case: Case) -> None:
    for statement, tree, lines in explained(case).statements:
        assert [line for line, _ in lines] == [*statement.lines, *statement.bonuses]
        for line, own in lines:
            assert replay(read_back(json.loads(json.dumps(explanation_shape(own))))) == line.net
        assert replay(read_back(json.loads(json.dumps(explanation_shape(tree))))) == statement.net
        # Line by line in the order of the document: what `privity explain STATEMENT LINE` and the API show.
        steps = [step for step in tree.steps if step.name == "line"]
        said = document_of(statement).lines
        assert [decode(step.value) for step in steps] == [line.net for line in said]
        assert [step.clause for step in steps] == [line.clause for line in said]
        bonuses = [step for step in tree.steps if step.name == "bonus"]
        owed = document_of(statement).bonuses
        assert [(decode(step.value), step.clause) for step in bonuses] == [
            (one.net, one.clause) for one in owed
        ]


@every_case
def test_every_breach_is_explained_by_its_settled_shares(case: Case) -> None:
    found = explained(case)
    for breach in found.settlement.breaches:
        tree = tree_of(found, breach, "shares")
        assert tree is not None
        assert shares_of(tree) == settled_shares(breach)


@every_case
def test_every_line_of_a_statement_is_explained_by_its_settled_net(case: Case) -> None:
    found = explained(case)
    for breach in found.settlement.breaches:
        of, period = breach.attainment.of, breach.attainment.period
        nets = [
            line.net
            for statement in found.settlement.statements
            if statement.agreement == of.agreement.name
            for line in statement.lines
            if (line.of.level.name, line.of.service) == (of.level.name, of.service)
        ]
        tree = tree_of(found, breach, "credit")
        if not nets:
            assert tree is None
            continue
        assert tree is not None
        if period.kind is PeriodKind.MONTH:
            assert decode(tree.value) == sum(nets[1:], start=nets[0])


def tree_of(found: Explained, breach: Breach, what: str) -> Explanation | None:
    attainment = breach.attainment
    plain = found.trees.get((*attainment.of.order(), what))
    return plain or found.trees.get((*attainment.of.order(), f"{what} {attainment.period.name}"))


def settled_shares(breach: Breach) -> dict[str, tuple[Fraction, Fraction | None]]:
    """The same as settled: a party that answers to several stands in several rows."""
    found: dict[str, tuple[Fraction, Fraction | None]] = {}
    for row in breach.trace.responsibilities:
        if row.reason is Reason.EXCUSED or row.impact_share is None:
            continue
        impact, credit = found.get(row.party or "", (Fraction(0), None))
        both = row.credit_share if credit is None else credit + (row.credit_share or 0)
        found[row.party or ""] = (impact + row.impact_share, both)
    return found


# ----------------------------------------------------------------------------------------- what there is to explain


def test_a_kept_promise_is_explained_and_has_neither_shares_nor_a_credit() -> None:
    settled = settling(
        house(), service("v"), sla(["v"], [availability("99.9", credit=THREE_BANDS)], {"v": "1.00"})
    )
    found = explanations(settled, APRIL, "sla", "availability", "v")
    assert sorted(found) == ["attainment"]


def test_a_missed_kpi_is_explained_with_shares_and_without_a_credit() -> None:
    settled = settling(
        house(),
        service("v"),
        sla(["v"], [availability("99.9")]),
        outages=[outage("v", "14 10:00", "14 11:00")],
    )
    found = explanations(settled, APRIL, "sla", "availability", "v")
    assert sorted(found) == ["attainment", "shares"]


def one_hour() -> dict[str, Explanation]:
    settled = settling(
        house(),
        service("v"),
        sla(["v"], [availability("99.9", credit=THREE_BANDS, clause="2.1")], {"v": "40000.00"}),
        outages=[outage("v", "14 10:00", "14 11:00", outage_id="O1")],
    )
    return explanations(settled, APRIL, "sla", "availability", "v")


def test_a_missed_critical_level_is_explained_from_the_outage_to_the_money() -> None:
    found = one_hour()
    assert sorted(found) == ["attainment", "credit", "shares"]
    rules = [node.rule for node, _ in nodes(found["credit"])]
    assert [rule for rule in rules if rule in {"rounded-line/1", "bands/1", "availability/1", "downtime/1"}] == [
        "rounded-line/1", "bands/1", "availability/1", "downtime/1",
    ]  # fmt: skip
    assert all(node.clause == "2.1" for node, _ in nodes(found["credit"]) if node.rule == "bands/1")
    sources = [
        term.source for node, _ in nodes(found["credit"]) for term in node.inputs if term.name == "recorded"
    ]
    assert sources == ["O1 (evidence/outages.csv:2)"]


def test_a_level_that_was_not_measured_has_no_explanation() -> None:
    settled = settling(house(), service("v"), sla(["v"], [availability("99.9", period="quarter")]))
    assert explanations(settled, APRIL, "sla", "availability", "v") == {}
    assert explanations(settled, APRIL, "sla", "no-such-level", "v") == {}


def test_every_week_of_a_month_has_its_own_explanation() -> None:
    settled = settling(house(), service("v"), sla(["v"], [availability("99.9", period="week")]))
    found = explanations(settled, APRIL, "sla", "availability", "v")
    assert sorted(found) == [f"attainment 2026-W{week}" for week in (14, 15, 16, 17)]


def test_customers_priced_apart_are_explained_by_the_sum_of_their_lines() -> None:
    charges = [
        {"service": "v", "monthly": amount, "customer": who} for who, amount in (("acme", "40000.00"), ("bolt", "10000.00"))
    ]  # fmt: skip
    settled = settling(
        house(customers=["acme", "bolt"]),
        service("v"),
        sla(["v"], [availability("99.9", credit=THREE_BANDS)], consumer="*", charges=charges),
        outages=[outage("v", "14 10:00", "14 11:00")],
    )
    tree = explanations(settled, APRIL, "sla", "availability", "v")["credit"]
    assert tree.rule == "total/1"
    assert [step.value for step in tree.steps] == [
        '{"money":"2000.00","currency":"GBP"}', '{"money":"500.00","currency":"GBP"}',
    ]  # fmt: skip
    assert encode(replay(tree)) == '{"money":"2500.00","currency":"GBP"}'


def test_caps_in_their_order_and_a_small_sample_stand_in_the_tree() -> None:
    caps = [{"amount": "1500.00", "per": "month"}, {"percent": "3", "per": "month"}]
    settled = settling(
        house(),
        service("v"),
        sla(["v"], [availability("99.9", credit=THREE_BANDS)], {"v": "40000.00"}, remedies={"caps": caps}),
        outages=[outage("v", "14 10:00", "14 11:00")],
    )
    tree = explanations(settled, APRIL, "sla", "availability", "v")["credit"]
    assert [(node.rule, node.value) for node, _ in nodes(tree)][:4] == [
        ("rounded-line/1", '{"money":"1200.00","currency":"GBP"}'),
        ("agreement-cap/1", "1200"),
        ("agreement-cap/1", "1500"),
        ("bands/1", "2000"),
    ]
    small = settling(
        house(vendors=["x"]),
        service("support"),
        sla(["support"], [within("95", {"P1": "PT4H"}, smallSample={"fewerThan": 20, "allowFailures": 1})]),
        uc("x", ["support"], [within("95", {"P1": "PT4H"}, name="fix")]),
        tickets=[*in_time(17), story("late", "P1", "07 08:00", ("x", "PT5H"))],
    )
    status = explanations(small, APRIL, "sla", "resolution", "support")["attainment"]
    assert decode(status.value) == "MET"
    assert {term.name: term.value for term in status.inputs if term.name in {"counted", "inTime"}} == {
        "counted": "18", "inTime": "17",
    }  # fmt: skip


def test_relief_stands_in_the_tree_with_the_game_it_comes_from() -> None:
    documents = [
        *house(vendors=["ann", "bob"]),
        service("v", needs={"all": ["a", "b"]}),
        service("a", "ann"),
        service("b", "bob"),
        sla(
            ["v"], [availability("99.9", credit=THREE_BANDS)], {"v": "40000.00"}, exclusions=["force_majeure"]
        ),
    ]
    rows = [outage("a", "14 10:00", "14 12:00", "force_majeure"), outage("b", "14 10:00", "14 12:00")]
    settled = settling(documents, outages=rows)
    found = explanations(settled, APRIL, "sla", "availability", "v")
    relieved = [node for node, _ in nodes(found["attainment"]) if node.rule == "relief/1"]
    assert [node.value for node in relieved] == [str(3600 * 10**6)]
    assert shares_of(found["shares"]) == {"bob": (Fraction(1), Fraction(1))}
    assert Settled(settled.settle(APRIL)).trace().quantity == 3600


def test_a_division_among_too_many_to_be_written_out_states_its_shares_and_says_why() -> None:
    # Fifteen vendors in series, all down for the same hour.
    everybody = [f"v{number:02d}" for number in range(15)]
    settled = settling(
        house(vendors=everybody),
        service("v", needs=all_of(*(f"s-{who}" for who in everybody))),
        [service(f"s-{who}", who) for who in everybody],
        sla(["v"], [availability("99.9", credit=THREE_BANDS)], {"v": "40000.00"}),
        outages=[outage(f"s-{who}", "14 10:00", "14 11:00") for who in everybody],
    )
    tree = explanations(settled, APRIL, "sla", "availability", "v")["shares"]
    assert tree.rule == "shares-stated/1"
    assert any("More than 14 services failed together" in term.value for term in tree.inputs)
    assert shares_of(tree) == dict.fromkeys(everybody, (Fraction(1, 15), Fraction(1, 15)))
    assert replay(tree) == decode(tree.value)


# ------------------------------------------------------------------------------------------------------- golden


@pytest.mark.parametrize("name", ["e05-credit.json", "e05-shares.json"])
def test_an_explanation_is_written_byte_for_byte_as_it_was(name: str) -> None:
    kept = (FOLDER / name).read_bytes()
    assert written()[name].encode() == kept, (
        "meant? python -m tests.settlement.golden_explanations writes it anew"
    )


def test_the_golden_explanations_are_all_there_and_of_this_format() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.json")) == sorted(written())
    for path in FOLDER.glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["format"] == FORMAT


def test_the_golden_figures_are_those_of_e5() -> None:
    credit, shares = (
        read_back(json.loads((FOLDER / f"e05-{name}.json").read_text(encoding="utf-8")))
        for name in ("credit", "shares")
    )
    assert encode(replay(credit)) == '{"money":"6000.00","currency":"GBP"}'
    value = next(node for node, _ in nodes(credit) if node.rule == "availability/1")
    assert decode(value.value) == Fraction(100 * (43_200 - 430), 43_200)
    replay(shares)
    assert shares_of(shares) == {
        "ann": (Fraction(30, 43), Fraction(5, 6)),
        "bob": (Fraction(10, 43), Fraction(1, 6)),
        "cid": (Fraction(3, 43), Fraction(0)),
    }
