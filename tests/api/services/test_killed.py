"""The store after a process that worked on it was killed at random moments: as before, or as after.

The moments are drawn over the time that the order takes undisturbed; whichever they hit, nothing is asserted of time.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.bootstrap import opened
from api.settings import Settings
from domain.periods import Period
from tests.api.services.stored_folders import HALDEN, ROOT, empty_store, fill

MARCH = Period.parse("2026-03")
KILLS = 10
ROWS = 20_000


@dataclass(frozen=True)
class Seen:
    """What a store holds: rows of evidence, runs' hashes, audit entries."""

    rows: int
    files: int
    runs: tuple[str | None, ...]
    audit: int


def seen(store: Path) -> Seen:
    """What a store holds; it must be sound."""
    with opened(Settings.of(store)) as privity:
        assert privity.reader.faults() == ()
        status = privity.reader.status()
        hashes = tuple(run.output_hash for run in privity.reader.runs())
        return Seen(status.evidence_rows, status.evidence_files, hashes, privity.reader.audit().total)


@dataclass(frozen=True)
class Orders:
    """A program that carries out orders, each in a process of its own (`tests.api.services.working`)."""

    program: "subprocess.Popen[str]"

    def begin(self, what: str, store: Path, path: str | Path) -> int:
        """Begin an order; the id of its process."""
        assert self.program.stdin is not None
        self.program.stdin.write(f"{what} {store} {path}\n")
        self.program.stdin.flush()
        return self._number()

    def end(self) -> int:
        """Wait for the order; its exit code, negative where a signal ended it."""
        return self._number()

    def _number(self) -> int:
        assert self.program.stdout is not None
        return int(self.program.stdout.readline())


@pytest.fixture
def orders() -> Iterator[Orders]:
    command = [sys.executable, "-m", "tests.api.services.working"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipes, stdout=pipes, text=True, cwd=ROOT, env=environment
    ) as program:
        yield Orders(program)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A store with the bundled example in it."""
    with empty_store(tmp_path / "base") as privity:
        fill(privity, HALDEN)
    return tmp_path / "base" / "store"


@pytest.fixture
def many_outages(tmp_path: Path) -> Path:
    """A file of many short outages of one service, in several months."""
    path = tmp_path / "outages-many.csv"
    rows = [
        f"m{number},text-codes,2026-0{1 + number % 6}-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:00Z,"
        f"2026-0{1 + number % 6}-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:30Z"
        for number in range(ROWS)
    ]
    path.write_text("outage_id,service,started_at,ended_at\n" + "\n".join(rows) + "\n")
    return path


def killed_at_random(orders: Orders, what: str, base: Path, path: str | Path, folder: Path) -> list[Seen]:
    """The store as it was found after each kill and after the order undisturbed (last)."""
    whole = folder / "undisturbed"
    shutil.copytree(base, whole)
    orders.begin(what, whole, path)
    began = time.monotonic()
    assert orders.end() == 0
    length = time.monotonic() - began
    chance = random.Random(20260401)  # noqa: S311 - it draws moments
    found = []
    for number in range(KILLS):
        copy = folder / f"killed-{number}"
        shutil.copytree(base, copy)
        process = orders.begin(what, copy, path)
        time.sleep(chance.uniform(0, length))
        with suppress(ProcessLookupError):  # It may have ended a moment before.
            os.kill(process, signal.SIGKILL)
        assert orders.end() in {0, -signal.SIGKILL}
        found.append(seen(copy))
        if number % 5 == 0:
            # What the dead left behind does not stand in anybody's way.
            orders.begin(what, copy, path)
            assert orders.end() == 0
            again, after = seen(copy), seen(whole)
            assert (again.rows, again.files, again.runs[:1]) == (after.rows, after.files, after.runs[:1])
    return [*found, seen(whole)]


def test_a_file_whose_taking_in_was_killed_is_in_the_store_wholly_or_not_at_all(
    orders: Orders, base: Path, many_outages: Path, tmp_path: Path
) -> None:
    before = seen(base)
    *killed, after = killed_at_random(orders, "ingest", base, many_outages, tmp_path / "kills")
    assert after.rows == before.rows + ROWS
    assert set(killed) <= {before, after}
    assert before in killed


def test_a_settlement_that_was_killed_is_in_the_store_wholly_or_not_at_all(
    orders: Orders, base: Path, tmp_path: Path
) -> None:
    before = seen(base)
    *killed, after = killed_at_random(orders, "run", base, "2026-Q1", tmp_path / "kills")
    assert len(after.runs) == 1
    assert set(killed) <= {before, after}
    assert before in killed
