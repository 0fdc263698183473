"""Every finding that the product can make is explained in docs/findings.md, and nothing else is."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "ola", "settlement", "documents", "vendors", "store", "api")
CODE = re.compile(r"[A-Z]+(_[A-Z0-9]+)*")


def made_in(source: str) -> set[str]:
    """The codes in calls that make a finding: the first argument, or ``code``, of anything called so."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not makes_findings(name_of(node.func)):
            continue
        given = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "code")]
        for argument in given:
            if isinstance(argument, ast.JoinedStr):
                found.add("PUT_TOGETHER")  # Nobody could look such a code up.
            text = argument.value if isinstance(argument, ast.Constant) else None
            if isinstance(text, str) and CODE.fullmatch(text):
                found.add(text)
    return found


def makes_findings(called: str) -> bool:
    """Whether a function's name says so; the rooms' own shorthands are called `said`."""
    return "finding" in called.lower() or called == "said"


def name_of(called: ast.expr) -> str:
    return (
        called.id
        if isinstance(called, ast.Name)
        else called.attr
        if isinstance(called, ast.Attribute)
        else ""
    )


def made() -> set[str]:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return set().union(*(made_in(path.read_text(encoding="utf-8")) for path in files))


def written() -> set[str]:
    """Every text in the rooms that reads as a code, wherever it is used."""
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


def documented() -> set[str]:
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    found = re.findall(r"^## ([A-Z0-9_]+)$", text, re.MULTILINE)
    assert len(found) == len(set(found)), "Something is explained twice"
    return set(found)


def test_every_finding_is_documented_and_every_documented_finding_can_be_made() -> None:
    assert made() - documented() == set(), "Explain these in docs/findings.md"
    assert documented() - written() == set(), "Nothing makes these"


def test_the_reading_sees_findings_however_they_are_made() -> None:
    assert made_in('Finding("ONE", severity)\n_finding("TWO_WORDS", a)\nFinding(code="THREE")') == {
        "ONE", "TWO_WORDS", "THREE",
    }  # fmt: skip
    assert made_in('Finding(f"{act}_REFUSED")') == {"PUT_TOGETHER"}
    assert made_in('Fault("FOLDER")\nnote("HELLO")') == set()
