"""A real ServiceNow log, from its file to priced breaches for all months, beside a pandas script doing the same sums.

The problem: "fast" means nothing without something beside it on the same machine in the same run. The peer is what an
analyst would write first (`servicenow_pandas.py`): read the log, lay out who held each incident when, count each clock,
and the percent in time of six levels in thirteen months. It stops there: no trace, no shares, no credits, no quarantine
with lines. The product (`servicenow_privity.py`) does all of that too.

    python bench/servicenow.py [--rounds N] [--pandas PYTHON]

Both run as whole processes, in turn, from starting Python to the printed figures; both must print the same attainments.
``--pandas`` is a Python that has pandas, in an environment of its own (`make bench` makes one): pyarrow loads pandas
where it finds it, which the product never needs.

Limits: the log stays outside the project (``../shared/data``), and without it there is nothing to measure. Files are in
the page cache, and both have kept their compiled Python from a first round that does not count. **The contracts are
assumed.**
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
LOG = ROOT.parent / "shared" / "data" / "incidents-servicenow" / "incident_event_log.csv.gz"
CONTRACTS = ROOT / "examples" / "servicenow"
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True)
class Round:
    """One whole process: seconds by the clock on the wall and of the processor, its most memory, what it printed."""

    seconds: float
    processor: float
    megabytes: int
    attainments: dict[str, list[int]]
    more: dict[str, int]


def whole_process(python: Path, script: Path, folder: Path) -> Round:
    """Run one way in a process of its own."""
    # Compiled Python is kept between rounds, whatever the desk says: both import large libraries.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - programs of this folder
        [str(python), str(script), str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = json.loads(done.stdout)
    return Round(seconds, processor, said["megabytes"], said["attainments"], said.get("more", {}))


def line(title: str, rounds: list[Round]) -> str:
    """One way's figures."""
    wall = sorted(each.seconds for each in rounds)
    processor = statistics.median(each.processor for each in rounds)
    memory = max(each.megabytes for each in rounds)
    return (
        f"{title:24} {statistics.median(wall):6.2f} s ({wall[0]:.2f} to {wall[-1]:.2f}) "
        f"{processor:6.2f} s of processor {memory:5,} MB at most"
    )


def main() -> None:
    """Run both ways in turn, and print them side by side."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--pandas", type=Path, default=PEER_PYTHON)
    asked = arguments.parse_args()
    if not LOG.is_file():
        print(f"skipped: the real records ../{LOG.relative_to(ROOT.parent)} are not here")
        return
    if not asked.pandas.exists():
        print("skipped: no Python with pandas to compare with; `make bench` makes one, --pandas names one")
        return
    ways = {
        "privity": (Path(sys.executable), HERE / "servicenow_privity.py"),
        "pandas script": (asked.pandas, HERE / "servicenow_pandas.py"),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for document in CONTRACTS.glob("*.yaml"):
            (folder / document.name).symlink_to(document)
        (folder / "evidence").mkdir()
        (folder / "evidence" / LOG.name).symlink_to(LOG)
        first = {title: whole_process(*way, folder) for title, way in ways.items()}
        one, other = (each.attainments for each in first.values())
        different = sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
        if different:
            raise SystemExit(f"the two disagree on {', '.join(different[:5])} ({len(different)} in all)")
        rounds: dict[str, list[Round]] = {title: [] for title in ways}
        for _ in range(asked.rounds):
            for title, way in ways.items():
                rounds[title].append(whole_process(*way, folder))
    print(
        f"119,998 rows of 20,769 incidents, {len(one)} attainments, the same of both; "
        f"median of {asked.rounds} whole processes"
    )
    for title, done in rounds.items():
        print(line(title, done))
    ours, theirs = (
        [statistics.median(getattr(each, name) for each in done) for name in ("seconds", "processor")]
        for done in rounds.values()
    )
    wall, processor = theirs[0] / ours[0], theirs[1] / ours[1]
    print(f"{'pandas script / privity':24} {wall:6.2f} x by the wall, {processor:.2f} x of processor")
    more = ", ".join(f"{value:,} {name}" for name, value in first["privity"].more.items())
    print(f"besides, privity found: {more}")


if __name__ == "__main__":
    main()
