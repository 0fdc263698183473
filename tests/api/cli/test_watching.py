"""`privity ingest --watch` as a process of its own, stopped by Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[3]
HALDEN = ROOT / "examples" / "halden"
PRIVITY = [sys.executable, "-m", "api.cli.main"]


def test_files_are_taken_in_as_they_come_a_bad_one_is_told_and_an_interruption_ends_it_cleanly(
    tmp_path: Path,
) -> None:
    store, folder = str(tmp_path / "store"), tmp_path / "exports"
    folder.mkdir()
    subprocess.run(
        [*PRIVITY, "load", str(HALDEN), "--store", store], check=True, cwd=ROOT, capture_output=True
    )
    command = [*PRIVITY, "ingest", "--watch", str(folder), "--store", store]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Whoever started the tests in the background had Ctrl-C ignored, and a child inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no thread runs yet
    ) as watching:
        stop = threading.Timer(90, watching.kill)
        stop.start()
        said: list[str] = []
        assert watching.stdout is not None
        for line in watching.stdout:
            said.append(line)
            if line.startswith("Watching"):
                (folder / "holiday.pptx").write_bytes(b"nothing")
                (folder / "outages.csv").write_bytes((HALDEN / "evidence" / "outages.csv").read_bytes())
            if "outages.csv: 30 rows" in line:
                watching.send_signal(signal.SIGINT)
        code = watching.wait()
        stop.cancel()
    told = "".join(said)
    assert "holiday.pptx" in told
    assert "outages.csv: 30 rows" in told
    assert "Stopped." in told
    assert code == 0
