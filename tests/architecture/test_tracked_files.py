"""The rules on tracked text hold for the project, and can fail."""

from pathlib import Path

import pytest

from tests.architecture.tracked_files import ROOT, faults, faults_under, tracked

# Put together here, so that this file does not itself break the rule it tests.
HOME = "/" + "home/ada/contracts"
MIRROR = "https:" + "//mirror.corp.lan/simple"


def test_no_tracked_file_names_a_machine_or_an_unknown_host() -> None:
    assert faults_under(ROOT) == []


def test_the_files_that_are_read_include_this_one_and_the_pins() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in tracked(ROOT)}

    assert {"requirements.txt", "requirements-dev.txt", "tests/architecture/test_tracked_files.py"} <= names


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("docs/a.md", f"Open {HOME}/x.yaml", f"docs/a.md:2: {HOME.rsplit('/', 1)[0]}"),
        ("docs/a.md", f"See {MIRROR}", "docs/a.md:2: the host mirror.corp.lan is not known"),
        (
            "docs/a.md",
            f"See {MIRROR.replace('//', '//ada:secret@')}",
            "docs/a.md:2: the host mirror.corp.lan",
        ),
        (
            "requirements-dev.txt",
            "--index-url=x",
            "requirements-dev.txt:2: --index-url=x is a setting of one machine",
        ),
    ],
    ids=["path", "host", "host behind credentials", "index"],
)
def test_a_planted_fault_is_named_with_its_file_and_line(name: str, line: str, told: str) -> None:
    found = list(faults(name, f"fine\n{line}\n"))

    assert len(found) == 1
    assert found[0].startswith(told)


@pytest.mark.parametrize(
    "line",
    [
        "contracts/home/ada.yaml",
        "https://status.example.org/feed",
        "http://localhost:8000/graphql",
        "https://json-schema.org/draft/2020-12/schema",
        "--index-url",
    ],
)
def test_a_harmless_line_is_left_alone(line: str) -> None:
    assert list(faults("docs/a.md", line)) == []


def test_a_file_that_is_not_text_is_passed_over_and_a_folder_outside_git_is_walked(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "made.txt").write_text(HOME)
    (tmp_path / "batch.parquet").write_bytes(b"PAR1\xff\xfe")
    (tmp_path / "notes.txt").write_text(f"{HOME}\n")

    assert [fault.split(" ")[0] for fault in faults_under(tmp_path)] == ["notes.txt:1:"]
