"""``privity serve``: an address that cannot be had is told; a served store is seen by a browser."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.cli.command import SCENARIO, Privity

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def test_a_port_in_use_is_told_and_nothing_is_served(privity: Privity, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = privity("serve", "--store", tmp_path / "store", "--port", str(port))
    assert ended.code == 2
    assert ended.err.splitlines() == [
        f"127.0.0.1 port {port} cannot be listened on: Address already in use. Give another one with --port or --host."
    ]


@pytest.fixture
def served(privity: Privity, tmp_path: Path) -> Iterator[str]:
    """The address of E3's store, served by a process of its own."""
    store = tmp_path / "store"
    for command in (("load", SCENARIO), ("ingest", SCENARIO), ("run", "--period", "2026-04")):
        assert privity(*command, "--store", store).code == 0
    command_line = [sys.executable, "-m", "api.cli.main", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command_line, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            told = process.stderr.readline()
            found = re.search(r"http://\S+/graphql", told)
            assert found is not None, told
            yield found.group()
        finally:
            process.send_signal(signal.SIGINT)
            ended = process.wait(timeout=30)
        assert ended == 0


@pytest.mark.network
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_graphiql_opens_in_a_browser_with_the_tour_in_its_tabs(served: str, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    # A browser of the test's own: no sandbox, because containers run tests as root, and no name but this machine's.
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    seen = subprocess.run(
        [
            CHROMIUM,
            *options,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=20000",
            "--dump-dom",
            served,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    for tab in ("BrokenPromises", "WhatItCosts", "WhatStandsOnWhat"):
        assert f">{tab}<" in seen.stdout
    assert "graphiql-execute-button" in seen.stdout
