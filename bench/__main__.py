"""Every benchmark of this folder, one after another: ``python -m bench``, or `make bench`.

A benchmark is a program of its own that prints its figures beside a peer's. `RESULTS.md` keeps what was seen.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE.parent / ".venv-bench" / "bin" / "python"
PARTS = {"__main__.py", "servicenow_privity.py", "servicenow_pandas.py", "portfolio_at_scale.py"}
"""Programs that a benchmark starts, and this one."""
BESIDE_PEERS = {"peers_at_scale.py", "evidence_ingest.py", "ticket_peers.py"}
"""Programs that need the peers' libraries."""


def main() -> int:
    """Run each benchmark in a process of its own; 1 where any failed."""
    failed = 0
    for program in sorted(HERE.glob("*.py")):
        if program.name in PARTS:
            continue
        print(f"\n== {program.stem.replace('_', ' ')}", flush=True)
        python = str(PEERS) if program.name in BESIDE_PEERS and PEERS.exists() else sys.executable
        failed += subprocess.run([python, str(program)], check=False).returncode != 0  # noqa: S603
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
