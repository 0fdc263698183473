"""The import contracts hold, cover every package, and can fail.

A checker that looks at a folder which no longer exists passes for years. So the packages are copied to a
scratch folder, a forbidden import is planted there, and the very configuration of the project must name
the contract that broke.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = SETTINGS["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in LINTER["contracts"]}
PACKAGES: list[str] = LINTER["root_packages"]
NOT_PACKAGES = {"tests", "bench"}  # Code that is run here and never distributed.


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return a copy of every package and of the configuration, to plant faults in."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[bool, str]:
    """Run the import linter in a folder; return whether all contracts are kept, and what it printed."""
    program = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    return ran.returncode == 0, ran.stdout + ran.stderr


def test_the_contracts_are_kept(scratch: Path) -> None:
    kept, printed = lint(scratch)

    assert kept, printed
    assert f"{len(CONTRACTS)} kept, 0 broken." in printed


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("domain/planted.py", "import ola", "layers"),
        ("ola/planted.py", "import settlement", "layers"),
        ("settlement/planted.py", "import documents", "layers"),
        ("documents/planted.py", "import store", "layers"),
        ("vendors/planted.py", "import api", "layers"),
        ("domain/planted.py", "import networkx", "domain-is-pure"),
        ("domain/planted.py", "from os import environ", "domain-is-pure"),
        ("ola/planted.py", "import pyarrow", "ola-is-pure"),
        ("settlement/planted.py", "import yaml", "settlement-is-pure"),
        ("vendors/feeds/planted.py", "import store.lake", "lake-and-feeds-are-strangers"),
        ("store/lake/planted.py", "import vendors.feeds", "lake-and-feeds-are-strangers"),
    ],
    ids=lambda value: str(value).removesuffix("/planted.py").replace(" ", "-"),
)
def test_a_planted_import_breaks_the_contract_that_forbids_it(
    scratch: Path, module: str, planted: str, contract: str
) -> None:
    (scratch / module).write_text(f"{planted}\n", encoding="utf-8")

    kept, printed = lint(scratch)

    assert not kept
    assert f"{CONTRACTS[contract]['name']} BROKEN" in " ".join(printed.split())


def test_an_import_through_another_module_is_seen(scratch: Path) -> None:
    (scratch / "domain" / "planted_outer.py").write_text("import domain.planted_inner\n", encoding="utf-8")
    (scratch / "domain" / "planted_inner.py").write_text("import holidays\n", encoding="utf-8")
    (scratch / "settlement" / "planted.py").write_text("import domain.planted_outer\n", encoding="utf-8")

    kept, printed = lint(scratch)

    assert not kept
    assert f"{CONTRACTS['settlement-is-pure']['name']} BROKEN" in " ".join(printed.split())


def test_every_package_stands_in_every_list_and_on_disk() -> None:
    on_disk = {folder.parent.name for folder in ROOT.glob("*/__init__.py")} - NOT_PACKAGES
    distributed = {
        name for name in SETTINGS["tool"]["setuptools"]["packages"]["find"]["include"] if "." not in name
    }
    typed = set(SETTINGS["tool"]["mypy"]["files"]) - NOT_PACKAGES
    layered = {name for layer in CONTRACTS["layers"]["layers"] for name in layer.split(" | ")}

    assert on_disk == set(PACKAGES) == distributed == typed == layered


def test_every_module_that_a_contract_names_exists() -> None:
    named = {
        module
        for contract in CONTRACTS.values()
        for module in [*contract.get("source_modules", []), *contract.get("modules", [])]
    }

    missing = {module for module in named if not (ROOT / module.replace(".", "/") / "__init__.py").is_file()}
    assert missing == set()


def test_the_pure_packages_forbid_the_same_things_and_only_ola_may_use_networkx() -> None:
    domain = set(CONTRACTS["domain-is-pure"]["forbidden_modules"])
    ola = set(CONTRACTS["ola-is-pure"]["forbidden_modules"])
    settlement = set(CONTRACTS["settlement-is-pure"]["forbidden_modules"])

    assert domain - ola == {"networkx"}
    assert ola == settlement
