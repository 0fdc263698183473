import shutil
from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity


@pytest.fixture
def privity(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Privity:
    # Whatever the desk says of its terminal, the tests read plain text of one width.
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return Privity(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The scenario E3, to be spoilt at will."""
    copy = tmp_path / "contracts"
    copy.mkdir()
    shutil.copy(SCENARIO / "contracts.yaml", copy)
    shutil.copytree(SCENARIO / "evidence", copy / "evidence")
    return copy
