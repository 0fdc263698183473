"""The set-up takes a Python that works, or says what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def find(**environment: str) -> tuple[int, str, str]:
    """Run the search with these variables; return its exit code and what it printed to both streams."""
    ran = subprocess.run(
        [ROOT / ".ci" / "find-python"],
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout.strip(), ran.stderr


def pretend(folder: Path, version: str, *, can_make_environments: bool) -> str:
    """Write a stand-in that answers the three questions the search asks, as a Python of this version would."""
    minor = int(version.split(".")[1])
    python = folder / f"python{version}"
    python.write_text(
        "#!/bin/sh\n"
        'case "$2" in\n'
        f"*ensurepip*) exit {0 if can_make_environments else 1} ;;\n"
        f"*exit*) exit {0 if minor >= 11 else 1} ;;\n"
        f"*) echo {version} ;;\n"
        "esac\n"
    )
    python.chmod(0o755)
    return str(python)


def test_the_python_that_runs_this_test_would_do() -> None:
    assert find(PYTHON=sys.executable) == (0, sys.executable, "")


def test_a_folder_with_a_space_in_its_name_does_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "my pythons"
    folder.mkdir()
    python = pretend(folder, "3.12", can_make_environments=True)

    assert find(PYTHON=python) == (0, python, "")


def test_an_old_python_is_refused_by_its_version(tmp_path: Path) -> None:
    python = pretend(tmp_path, "3.10", can_make_environments=True)

    code, printed, told = find(PYTHON=python)

    assert (code, printed) == (1, "")
    assert "Privity needs Python 3.11 or later" in told
    assert f"({python} is Python 3.10)" in told


def test_a_python_without_ensurepip_is_told_which_package_to_install(tmp_path: Path) -> None:
    python = pretend(tmp_path, "3.11", can_make_environments=False)

    code, printed, told = find(PYTHON=python)

    assert (code, printed) == (1, "")
    assert "apt install python3.11-venv" in told


@pytest.mark.parametrize("broken", ["no-such-python", "/dev/null"])
def test_a_name_that_does_not_start_is_passed_over(broken: str) -> None:
    code, printed, told = find(PYTHON=broken)

    assert (code, printed) == (1, "")
    assert f"found none among: {broken}." in told


def test_the_search_goes_on_until_one_will_do(tmp_path: Path) -> None:
    pretend(tmp_path, "3.13", can_make_environments=False)
    right = pretend(tmp_path, "3.12", can_make_environments=True)

    assert find(PYTHON="", PATH=f"{tmp_path}:{os.environ['PATH']}") == (0, right, "")
