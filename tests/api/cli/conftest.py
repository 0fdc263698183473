import shutil
from pathlib import Path

import pytest

from api.cli.console import Waiting
from tests.api.cli.command import SCENARIO, Privity


@pytest.fixture
def privity(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Privity:
    # Whatever the desk says of its terminal, the tests read plain text of one width.
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    # Nothing here is long work, but a busy machine may make it last until progress is shown.
    monkeypatch.setattr(Waiting.__init__, "__defaults__", (3600.0,))
    return Privity(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The scenario E3, to be spoilt at will."""
    copy = tmp_path / "contracts"
    copy.mkdir()
    shutil.copy(SCENARIO / "contracts.yaml", copy)
    shutil.copytree(SCENARIO / "evidence", copy / "evidence")
    return copy
