"""The README and the other pages show what the product prints: every console block is typed, and compared.

A line that begins with "$ " is typed into a shell in a folder that has ``examples`` and the folder ``mine`` which the
README tells its reader to write. The lines after it are what must be printed; a line "..." stands for any lines. The
commands of one block are typed one after the other, because a later one may build on an earlier one.

A block of GraphQL is asked of the bundled example in a store, settled as ``make run`` settles it, and the block of
JSON after it is what GraphiQL must show. A picture is drawn from a committed file of DOT; that file is what the product
draws today.

Limits: whether the picture was drawn anew from its file is not seen, because Graphviz is not at hand in tests.
"""

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.periods import Period
from tests.api.graphql.asking import Asking
from tests.api.services.stored_folders import HALDEN, empty_store, fill

ROOT = Path(__file__).parents[3]
PAGES = ("README.md", "docs/cli.md")
LINKING = (*PAGES, "docs/README.md", "docs/pictures/README.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WIDTH = "100"


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [match[2] for match in BLOCK.finditer(text) if match[1] == language]


def typed(page: str) -> list[list[tuple[str, list[str]]]]:
    """For each block of a page, its commands with the lines that it says are printed."""
    found: list[list[tuple[str, list[str]]]] = []
    for block in blocks(page, "console"):
        found.append([])
        for line in block.splitlines():
            if line.startswith("$ "):
                found[-1].append((line[2:], []))
            else:
                found[-1][-1][1].append(line)
    return found


def asked(page: str) -> list[tuple[str, list[str]]]:
    """Each query of a page with the lines that it says are answered: the next block of JSON."""
    found = [(match[1], match[2]) for match in BLOCK.finditer((ROOT / page).read_text(encoding="utf-8"))]
    return [
        (text, answer.splitlines())
        for (language, text), (answering, answer) in itertools.pairwise(found)
        if (language, answering) == ("graphql", "json")
    ]


def is_printed(shown: list[str], actual: list[str]) -> bool:
    """Whether the shown lines are the actual ones, "..." standing for any number of them."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader of the README has it: the examples, ``mine``, and ``privity`` on the PATH."""
    place = tmp_path_factory.mktemp("desk")
    (place / "examples").symlink_to(ROOT / "examples")
    (place / "mine" / "evidence").mkdir(parents=True)
    (place / "mine" / "contracts.yaml").write_text(blocks("README.md", "yaml")[0], encoding="utf-8")
    (place / "mine" / "evidence" / "outages.csv").write_text(blocks("README.md", "csv")[0], encoding="utf-8")
    program = place / "bin" / "privity"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m api.cli.main "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return place


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """A client of the store that ``make run`` fills."""
    with empty_store(tmp_path_factory.mktemp("run")) as privity:
        fill(privity, HALDEN)
        privity.commands.settlement_run(Period.parse("2026-03"), None, "ada", "the tour")
        yield Asking(privity.reader, privity.commands)


@pytest.mark.parametrize(
    "sitting",
    [pytest.param(sitting, id=f"{page} {sitting[0][0]}") for page in PAGES for sitting in typed(page)],
)
def test_a_page_shows_what_is_printed(sitting: list[tuple[str, list[str]]], desk: Path) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("PRIVITY_")}
    env = {
        **known, "PYTHONPATH": str(ROOT), "COLUMNS": WIDTH, "PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    for command, shown in sitting:
        ended = subprocess.run(
            ["sh", "-c", f"{command} 2>&1"],
            capture_output=True, text=True, cwd=desk, env=env, timeout=120, check=False,
        )  # fmt: skip
        # A slow machine also says what it is doing ("Reading evidence …"); pages do not show that.
        lines = (line.rstrip() for line in ended.stdout.rstrip("\n").splitlines())
        actual = [line for line in lines if not re.fullmatch(r".+ …", line)]
        assert is_printed(shown, actual), "\n".join([f"$ {command}", *actual])


def test_the_tour_shows_what_graphiql_answers(ask: Asking) -> None:
    tour = asked("README.md")
    assert len(tour) == len(blocks("README.md", "graphql")) == 2
    for query, shown in tour:
        actual = json.dumps({"data": ask(query)}, indent=2, ensure_ascii=False).splitlines()
        assert is_printed(shown, actual), "\n".join(actual)


def test_the_drawn_graph_is_what_the_product_draws(ask: Asking) -> None:
    drawn = ask('{ dependencyGraph(asOf: "2026-03-31") { dot } }')["dependencyGraph"]["dot"]
    assert drawn == (ROOT / "docs" / "pictures" / "halden.dot").read_text(encoding="utf-8")


def test_the_comparison_of_a_page_can_fail() -> None:
    assert is_printed(["a", "...", "c"], ["a", "b", "b", "c"])
    assert is_printed(["...", "c"], ["c"])
    assert not is_printed(["a", "c"], ["a", "b", "c"])
    assert not is_printed(["a", "..."], ["b"])
    assert not is_printed(["a.c"], ["abc"])


def test_every_link_of_a_page_leads_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
    dead = [
        (page, target)
        for page in LINKING
        for target in link.findall((ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / page).parent.joinpath(target).exists()
    ]
    assert dead == []
