"""The core computes exactly and knows neither clock, file nor environment.

An amount that is defended in a dispute must come out the same on every machine and every day. Types and
import contracts cannot see a float literal or a call of `open`, so every module of domain, ola and
settlement is read as a syntax tree and held against the rules in `faults`.

Limits: a division of two integers gives a float too, and a tree does not know what is divided; strict types
and the tests of each rule answer for that.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ("domain", "ola", "settlement")

# What a core module may import; everything else needs a reason and a line here.
STANDARD = {
    "__future__", "abc", "bisect", "calendar", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "hashlib", "heapq", "itertools", "json", "math", "operator", "re", "string", "textwrap", "types",
    "typing", "unicodedata", "zoneinfo",
}  # fmt: skip
INSIDE = {
    "domain": {"domain", "numpy"},
    "ola": {"domain", "ola", "numpy", "networkx"},
    "settlement": {"domain", "ola", "settlement", "numpy"},
}

# The functions of `math` that are exact on integers and fractions.
EXACT_MATH = {"ceil", "comb", "factorial", "floor", "gcd", "isqrt", "lcm", "perm", "prod", "trunc"}
NUMPY_FLOATS = ("float", "double", "single", "half", "longdouble", "complex")
CLOCK = {"now", "today", "utcnow", "localtime", "monotonic", "perf_counter"}


def faults(package: str, source: str) -> Iterator[str]:
    """Yield `LINE: what is wrong` for each breach of the rules in one module of a package."""
    for node in ast.walk(ast.parse(source)):
        for told in (_inexact(node), _surroundings(node), *_imports(package, node)):
            if told:
                yield f"{getattr(node, 'lineno', 0)}: {told}"


def _inexact(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex()):
            return f"the literal {node.value!r} is a float"
        case ast.Call(func=ast.Name(id="float" | "complex" as name)):
            return f"calls {name}()"
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=attr) if attr.startswith(NUMPY_FLOATS):
            return f"uses numpy's {attr}"
        case ast.Attribute(value=ast.Name(id="math"), attr=attr) if attr not in EXACT_MATH:
            return f"math.{attr} is not exact"
    return None


def _surroundings(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id="open" | "input" | "eval" | "exec" as name)):
            return f"calls {name}()"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in CLOCK:
            return f"reads the clock with .{attr}()"
        case ast.Attribute(value=ast.Name(id="time"), attr="time"):
            return "reads the clock with time.time"
        case ast.Attribute(value=ast.Name(id="os"), attr=attr):
            return f"reads its surroundings with os.{attr}"
    return None


def _imports(package: str, node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import():
            modules = [alias.name for alias in node.names]
        case ast.ImportFrom(module="math"):
            yield from (
                f"math.{alias.name} is not exact" for alias in node.names if alias.name not in EXACT_MATH
            )
            return
        case ast.ImportFrom(module=str() as module):
            modules = [module]
        case _:
            return
    for module in modules:
        if module.partition(".")[0] not in STANDARD | INSIDE[package]:
            yield f"imports {module}"


def test_the_core_is_exact_and_pure() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{fault}"
        for package in CORE
        for path in sorted((ROOT / package).rglob("*.py"))
        for fault in faults(package, path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize("package", CORE)
def test_there_is_a_core_to_read(package: str) -> None:
    assert any((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("rate = 0.05", "1: the literal 0.05 is a float"),
        ("big = 1e6", "1: the literal 1000000.0 is a float"),
        ("share = float('0.5')", "1: calls float()"),
        ("text = open('terms.yaml').read()", "1: calls open()"),
        ("at = datetime.now(UTC)", "1: reads the clock with .now()"),
        ("on = datetime.date.today()", "1: reads the clock with .today()"),
        ("at = time.time()", "1: reads the clock with time.time"),
        ("zone = os.environ['TZ']", "1: reads its surroundings with os.environ"),
        ("column = np.zeros(3, dtype=np.float64)", "1: uses numpy's float64"),
        ("root = math.sqrt(2)", "1: math.sqrt is not exact"),
        ("from math import fsum", "1: math.fsum is not exact"),
        ("import pathlib", "1: imports pathlib"),
        ("from documents.models import Agreement", "1: imports documents.models"),
    ],
)
def test_a_planted_fault_is_named_with_its_line(planted: str, told: str) -> None:
    assert list(faults("domain", planted)) == [told]


def test_networkx_is_for_the_chain_alone() -> None:
    assert list(faults("ola", "import networkx as nx")) == []
    assert list(faults("domain", "import networkx as nx")) == ["1: imports networkx"]
    assert list(faults("settlement", "import networkx as nx")) == ["1: imports networkx"]


def test_exact_code_is_left_alone() -> None:
    source = (
        "import numpy as np\n"
        "from fractions import Fraction\n"
        "half = Fraction(1, 2)\n"
        "column = np.zeros(3, dtype=np.int64)\n"
        "refused = isinstance(half, float)\n"
        "whole = math.gcd(4, 6)\n"
    )

    assert list(faults("domain", source)) == []
