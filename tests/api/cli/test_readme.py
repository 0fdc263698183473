"""The README and the other pages show what the product prints: every console block is typed, and compared.

A line that begins with "$ " is typed into a shell in a folder that has ``examples`` and the folder ``mine`` which the
README tells its reader to write. The lines after it are what must be printed; a line "..." stands for any lines.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = ("README.md", "docs/cli.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WIDTH = "100"


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [match[2] for match in BLOCK.finditer(text) if match[1] == language]


def typed(page: str) -> list[tuple[str, list[str]]]:
    """Each command of a page with the lines that it says are printed."""
    found: list[tuple[str, list[str]]] = []
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


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


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        pytest.param(command, shown, id=f"{page} {command}")
        for page in PAGES
        for command, shown in typed(page)
    ],
)
def test_a_page_shows_what_is_printed(command: str, shown: list[str], desk: Path) -> None:
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": WIDTH, "PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    ended = subprocess.run(
        ["sh", "-c", f"{command} 2>&1"],
        capture_output=True, text=True, cwd=desk, env=env, timeout=120, check=False,
    )  # fmt: skip
    # A slow machine also says what it is doing ("Reading evidence …"); pages do not show that.
    lines = (line.rstrip() for line in ended.stdout.rstrip("\n").splitlines())
    actual = [line for line in lines if not re.fullmatch(r".+ …", line)]
    assert is_printed(shown, actual), "\n".join(actual)


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
        for page in PAGES
        for target in link.findall((ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / page).parent.joinpath(target).exists()
    ]
    assert dead == []
