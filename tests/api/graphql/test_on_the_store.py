"""The API on the real store: the same answers, and what they cost in statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from api.bootstrap import Privity
from api.services.loading import texts_of
from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.graphql.printed import printed
from tests.api.graphql.sixty import sixty_agreements
from tests.api.graphql.test_same_as_the_command_line import HALDEN, SCENARIOS, SHARED, command_line, period_of
from tests.api.services.stored_folders import empty_store, fill
from tests.store.stores import BACKENDS


@contextmanager
def settled(
    folder: Path, period: str, place: Path, backend: str = "sqlite"
) -> Iterator[tuple[Privity, Asking]]:
    with empty_store(place, backend) as privity:
        fill(privity, folder)
        privity.commands.settlement_run(Period.parse(period), None, "ada", "month end")
        yield privity, Asking(privity.reader, privity.commands)


@contextmanager
def statements(privity: Privity) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    executed: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        executed.append(statement)

    engine = privity.store.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "folder", [*SCENARIOS, *SHARED], ids=lambda folder: f"{folder.parent.name}-{folder.name}"
)
def test_what_is_stored_is_answered_as_the_command_line_prints_it(
    folder: Path, backend: str, tmp_path: Path
) -> None:
    period = period_of(folder)
    with settled(folder, period, tmp_path, backend) as (_, ask):
        assert printed(ask, period) == command_line(folder, period)


def test_a_quarter_of_the_bundled_example_is_answered_as_the_command_line_prints_it(tmp_path: Path) -> None:
    with settled(HALDEN, "2026-Q1", tmp_path) as (_, ask):
        assert printed(ask, "2026-Q1") == command_line(HALDEN, "2026-Q1")


def test_explanations_and_evidence_are_there_for_a_month_settled_with_its_quarter(tmp_path: Path) -> None:
    query = """{ breaches(period: "2026-Q1", first: 1000) { edges { node { attainment {
      explanation { value } evidence(first: 1) { totalCount } } trace { explanation { value } }
      credit { explanation { value } } } } } }"""
    with settled(HALDEN, "2026-Q1", tmp_path) as (_, ask):
        nodes = [edge["node"] for edge in ask(query)["breaches"]["edges"]]
    assert len(nodes) >= 9
    for node in nodes:
        assert node["attainment"]["explanation"] is not None
        assert node["attainment"]["evidence"]["totalCount"] > 0
        assert node["trace"]["explanation"] is not None
        assert node["credit"] is None or node["credit"]["explanation"] is not None


DEEP = """{
  agreements(type: SLA, first: 60) { edges { node {
    name consumer { title } provider { title }
    underpinnedBy { agreement { name provider { title } } service { name } path { name } }
    statements(period: "2026-04") { net { amount } lines { amount { amount } serviceLevel { name } } }
    serviceLevels { name service { title provider { title } }
      attainment(period: "2026-04") { status value
        breach { trace { responsibilities { party { title } impactShare { exact } paths { name } } } } } }
  } } }
}"""

GRAPH = """{
  parties { edges { node { name services { name supports { name } } agreements { name } } } }
  services(first: 1000) { edges { node { name provider { name } dependsOn { __typename } agreements { name } } } }
  agreements(first: 1000) { edges { node { name underpinnedBy { path { name } } underpins { agreement { name } } } } }
  dependencyGraph { services { name } edges { governedBy { name } } dot }
}"""


def objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(objects(each) for each in value.values())
    return sum(objects(each) for each in value) if isinstance(value, list) else 0


def test_sixty_agreements_and_all_their_figures_cost_at_most_four_statements(tmp_path: Path) -> None:
    folder = sixty_agreements(tmp_path / "sixty")
    with settled(folder, "2026-04", tmp_path) as (privity, ask):
        with statements(privity) as executed:
            answer = ask(DEEP)
        nodes = [edge["node"] for edge in answer["agreements"]["edges"]]
        assert len(nodes) == 60
        assert objects(answer) >= 500
        assert all(node["serviceLevels"][0]["attainment"]["breach"] is not None for node in nodes)
        assert 1 <= len(executed) <= 4, executed
        with statements(privity) as executed:
            assert ask(DEEP) == answer
        assert len(executed) == 1, "what is in memory costs the one statement that says which run is the last"


def test_questions_to_the_graph_cost_no_statement(tmp_path: Path) -> None:
    folder = sixty_agreements(tmp_path / "sixty")
    with settled(folder, "2026-04", tmp_path) as (privity, ask), statements(privity) as executed:
        answer = ask(GRAPH)
        assert objects(answer) >= 500
    assert executed == []


def test_what_was_settled_is_answered_as_before_once_its_parties_are_gone_from_the_contracts(
    tmp_path: Path,
) -> None:
    folder = next(each for each in SCENARIOS if each.name == "a-chain-of-three-vendors")
    period = period_of(folder)
    with settled(folder, period, tmp_path) as (privity, ask):
        privity.commands.portfolio_load(texts_of(HALDEN), "ada", "another customer altogether")
        after, before = printed(ask, period), command_line(folder, period)
        for part in ("attainments", "breaches", "statements", "creditImpact"):
            assert after[part] == before[part]
