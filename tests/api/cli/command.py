"""Running the command line within a test: what it printed where, and how it ended."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run

SCENARIO = Path(__file__).parents[2] / "scenarios" / "75-shape-of-the-output"
"""E3: hosting (cirrus) down 60 minutes, wan (telco) 2, in April 2026."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What standard output says, which has to be one JSON value and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Privity:
    """The command line, with what it prints caught."""

    caught: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Ended:
        self.caught.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = self.caught.readouterr()
        return Ended(code, printed.out, printed.err)
